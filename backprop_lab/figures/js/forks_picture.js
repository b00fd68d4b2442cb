/* The picture of the forks figure, the bars of its paths, and what a click in the picture means. */
(function (lab) {
  "use strict";
  if (lab.forks.picture) return;
  const { nets, show, draw, forks } = lab;
  const { range, depth } = nets;
  const { mark } = forks;
  const R = 18;

  /* Where everything stands in a picture so wide: at(l, i) is unit i of layer l, at(L + 1) is the loss. */
  function layout(s, width) {
    const L = depth(s), rows = Math.max(...s.sizes), gap = 76, top = 54, side = width < 420 ? 22 : 34;
    const middle = top + ((rows - 1) * gap) / 2, across = (width - 2 * side) / (L + 1);
    const at = (l, i) => [side + l * across, l > L ? middle : middle + (i - 1 - (s.sizes[l] - 1) / 2) * gap];
    return { L, at, across, height: top + (rows - 1) * gap + 66 };
  }

  const shorter = ([x0, y0], [x1, y1]) => {
    const length = Math.hypot(x1 - x0, y1 - y0), dx = ((x1 - x0) / length) * R, dy = ((y1 - y0) / length) * R;
    return [[x0 + dx, y0 + dy], [x1 - dx, y1 - dy]];
  };
  const line = ([x0, y0], [x1, y1], colour, width) => draw.path(`M${x0} ${y0} L${x1} ${y1}`, colour, width);
  const badge = (x, y, n) => `<circle cx="${x}" cy="${y}" r="9" fill="var(--ground)" stroke="var(--backward-ink)" ` +
    `stroke-width="1.5"/>${draw.text(x, y + 4, String(n), "backward small strong", "middle")}`;

  function picture(s, r, width) {
    const { L, at, across, height } = layout(s, width), { from } = r, counted = forks.counts(s.sizes);
    let edges = "", red = "", nodes = "", badges = "", words = "";
    for (const l of range(1, L + 1)) {
      for (const i of range(1, l > L ? 1 : s.sizes[l])) {
        for (const j of range(1, s.sizes[l - 1])) edges += line(at(l - 1, j), at(l, i), "--forward", 1);
      }
    }
    if (from.back) red += line(at(from.layer - 1, from.back), at(from.layer, from.unit), "--ink", 5);
    const drawn = new Set();
    for (const p of s.path ? [r.paths[s.path - 1]] : r.paths) {
      const points = [at(L + 1), ...p.units.map((i, step) => at(L - step, i))];
      if (from.back) points.push(at(from.layer - 1, from.back));
      let n = 0;
      points.slice(1).forEach((end, step) => {
        const leg = shorter(points[step], end), x = (leg[0][0] + leg[1][0]) / 2, y = (leg[0][1] + leg[1][1]) / 2;
        if (!drawn.has(String(leg))) red += draw.arrow(leg, "--backward", "5 3");
        drawn.add(String(leg));
        const value = () => (across < 110 ? "" : draw.text(x, y + 24, show(p.factors[n].value, 3), "backward small", "middle"));
        badges += value() + badge(x, y, ++n);
        if (p.factors[n] && p.factors[n].slope) badges += badge(end[0], end[1] - R - 4, ++n);
      });
    }
    for (const l of range(0, L)) {
      const [x] = at(l, 1), paths = l < L ? counted[L - 1 - l].paths : 1, edge = l ? "middle" : "start", left = l ? x : 0;
      words += draw.text(left, 14, l ? `layer ${l}` : "input", "soft small", edge);
      words += draw.text(left, height - 6, paths === 1 ? "1 path" : `${paths} paths`, "small strong", edge);
      for (const i of range(1, s.sizes[l])) {
        const [cx, cy] = at(l, i), picked = !from.back && from.layer === l && from.unit === i;
        nodes += `<circle cx="${cx}" cy="${cy}" r="${R}" fill="var(--forward-fill)" stroke="var(${picked ? "--ink" : "--forward"})" ` +
          `stroke-width="${picked ? 4 : 2}"/>${draw.text(cx, cy + 5, mark("a", l, i), "symbol", "middle")}` +
          draw.text(cx, cy + R + 15, show(r.cache.a[l][i - 1][0], 3), "forward small", "middle");
      }
    }
    const [x, y] = at(L + 1), way = s.path ? `path ${s.path}, ${forks.route(s, r, r.paths[s.path - 1])}` : "all paths";
    nodes += draw.node(x, y, R + 2, "L", true) + draw.text(x, y + R + 18, show(r.L, 3), "forward small", "middle");
    return draw.svg(width, height, `The network; dashed back from L: ${way}`, `<g opacity="0.7">${edges}</g>${red}${nodes}${words}${s.path ? badges : ""}`);
  }

  /* The start nearest to a point: a unit that can be one, or the weight whose line passes by; null where there is none. */
  function nearest(s, width, [px, py]) {
    const { L, at } = layout(s, width);
    let best = [14, null];
    const closer = (far, wrt) => { if (far < best[0]) best = [far, wrt]; };
    for (const l of range(0, L - 1)) {
      for (const i of range(1, s.sizes[l])) {
        const [x, y] = at(l, i), far = Math.hypot(px - x, py - y);
        if (far <= R + 3) return `u${l}.${i}`;
        for (const k of range(1, s.sizes[l + 1])) {
          const [u, v] = at(l + 1, k), t = Math.min(1, Math.max(0, ((px - x) * (u - x) + (py - y) * (v - y)) / ((u - x) ** 2 + (v - y) ** 2)));
          closer(Math.hypot(px - x - t * (u - x), py - y - t * (v - y)), `w${l + 1}.${k}.${i}`);
        }
      }
    }
    return best[1];
  }

  /* Bars that go on where the one before ended: [svg of each path, svg of the sum]. */
  function waterfall(r) {
    const ends = r.products.reduce((so, p) => [...so, so.at(-1) + p], [0]);
    const least = Math.min(...ends), most = Math.max(...ends), span = most - least || 1;
    const at = (v) => (Number.isFinite(v) ? 2 + (96 * (v - least)) / span : 2);
    const bar = (from, to, fill) => {
      const left = Math.min(at(from), at(to)), wide = Math.max(from === to ? 0.1 : 1, Math.abs(at(to) - at(from)));
      return `<svg viewBox="0 0 100 16" height="16" preserveAspectRatio="none" aria-hidden="true"><rect x="${at(0) - 0.3}" y="0" width="0.6" height="16" fill="var(--line)"/>` +
        `<rect x="${left}" y="3" width="${wide}" height="10" fill="var(${fill})" stroke="var(--backward)" stroke-width="1.5" vector-effect="non-scaling-stroke"/></svg>`;
    };
    return [r.products.map((_, n) => bar(ends[n], ends[n + 1], "--backward-fill")), bar(0, ends.at(-1), "--backward")];
  }

  Object.assign(forks, { picture, nearest, waterfall, layout });
})(globalThis.backpropLab);
