/* The drawing of the graph figure after so many steps: leaves above, the output below; the geometry of graph_still.py. */
(function (lab) {
  "use strict";
  if (lab.graph.picture) return;
  const { draw, graph, show, raised } = lab;
  const BOX = 58, FORK = 74, GAP = 52, BROADEST = 150, DASH = "5 3";

  /* A number in the few digits for which a box has room. */
  function few(v) {
    const large = Math.abs(v);
    if (large > 0 && large < 0.001) {
      const [mantissa, power] = v.toExponential(0).split("e");
      return `${mantissa.replace("-", "−")}·10⁻${raised(-power)}`;
    }
    return show(v, large < 0.01 || large >= 1e4 ? 2 : large < 1e3 ? 3 : 4);
  }

  /* Rows, boxes and lines in pixels. */
  function geometry(r, width) {
    const { rows, across, lines, width: units } = r.graph.layout, unit = width / units, box = Math.min(BROADEST, Math.round(unit - 16));
    const tops = [], heights = [];
    let top = 8;
    for (let row = 0; row <= Math.max(...rows); row++) {
      tops.push(top);
      heights.push(rows.some((at, k) => at === row && r.uses[k] > 1) ? FORK : BOX);
      top += heights[row] + GAP;
    }
    const middle = (k) => across[k] * unit, floor = (row) => tops[row] + heights[row];
    const line = (u, row) => lines[u][row - rows[u] - 1] * unit;
    const before = (u, row) => (rows[u] === row - 1 ? middle(u) : line(u, row - 1));
    /* Where a line leaves: those to the row below apart from each other and from the one that passes it. */
    function exit(u, v) {
      const ways = r.nodes.flatMap((_, w) => (rows[w] === rows[u] + 1 && r.slopes[w].some(([k]) => k === u) ? [[middle(w), w]] : []));
      if (lines[u].length) ways.push([line(u, rows[u] + 1), -1]);
      ways.sort(([a, i], [b, j]) => a - b || i - j);
      const here = ways.findIndex(([, w]) => w === (rows[v] === rows[u] + 1 ? v : -1));
      return middle(u) + Math.min(26, box / 4) * (here - (ways.length - 1) / 2);
    }
    const edges = r.nodes.flatMap((_, v) => {
      const came = r.slopes[v].map(([u, slope], i) => ({ u, v, i, slope, x: before(u, rows[v]) })).sort((a, b) => a.x - b.x || a.i - b.i);
      return came.map(({ u, i, slope }, port) => {
        const side = came.length === 1 ? 0 : Math.min(22, box / 5) * (2 * port - 1), points = [[exit(u, v), floor(rows[u])]];
        for (let row = rows[u] + 1; row < rows[v]; row++) points.push([line(u, row), tops[row]], [line(u, row), floor(row)]);
        return { u, v, i, slope, points: [...points, [middle(v) + side, tops[rows[v]]]] };
      });
    });
    return { box, tops, heights, rows, middle, edges, height: top - GAP + 8 };
  }

  /* The same line a little to one side. */
  function beside(points, by) {
    const far = points.slice(1).map(([x, y], k) => by * Math.min(2.2, Math.hypot(x - points[k][0], y - points[k][1]) / Math.abs(y - points[k][1])));
    return points.map(([x, y], k) => [x + far[Math.min(k, far.length - 1)], y]);
  }

  /* Where each edge's number stands: beside its last stretch, clear of other numbers and, if that can be, of lines. */
  function labels(edges, said, width) {
    const stretches = edges.flatMap(({ points }) => [-4, 4].flatMap((by) => {
      const line = beside(points, by);
      return line.slice(1).map((end, k) => [line[k], end]);
    }));
    const crosses = ([[x0, y0], [x1, y1]], x, y, half) => {
      if (y < y0 || y > y1) return false;
      const at = [y - 6, y + 6].map((v) => x0 + ((x1 - x0) * (Math.min(Math.max(v, y0), y1) - y0)) / (y1 - y0));
      return Math.max(...at) > x - half && Math.min(...at) < x + half;
    };
    const placed = [];
    edges.forEach(({ points }, k) => {
      const [[x0, y0], [x1, y1]] = points.slice(-2), half = 3.4 * said[k].length + 1;
      let best = [Infinity];
      for (const t of [0.5, 0.78, 0.24]) {
        for (const side of [1, -1, 0]) {
          const x = x0 + (x1 - x0) * t + side * (half + 9), y = y0 + (y1 - y0) * t;
          const cost = 10 * placed.filter(([px, py, pw]) => Math.abs(x - px) < half + pw && Math.abs(y - py) < 13).length +
            (x - half < -6 || x + half > width + 6 ? 100 : 0) + stretches.filter((s) => crosses(s, x, y, half)).length;
          if (cost < best[0]) best = [cost, x, y];
        }
      }
      placed.push([best[1], best[2], half]);
    });
    return placed;
  }

  const joined = (points) => `M${points.map((p) => p.map((v) => Math.round(v * 10) / 10).join(" ")).join(" L")}`;

  /* What stands in the last line of a fork: how many shares have come, and what they make together. */
  function gathered(r, state, k, wide) {
    const came = state.came[k], { fork } = r.way, n = state.arrived[k], many = r.uses[k];
    if (state.early[k] !== null) return `✗ at ${state.early[k]} of ${many}`;
    if (!n) return "";
    if (n < many) return `${n} of ${many} arrived`;
    const sum = fork === "+=" ? came.map(few).join(" + ") : `${few(came.at(-2))} lost`;
    return sum.length * 6.6 < wide - 12 ? sum : `${came.length} numbers`;
  }

  /* What is the same at every step. */
  function laidOut(r, width) {
    if (r.laid?.width !== width) {
      const g = geometry(r, width), words = g.edges.map(({ slope }) => `· ${few(slope)}`);
      r.laid = { width, g, words, places: labels(g.edges, words, width) };
    }
    return r.laid;
  }

  /* [height, inside] of the picture of a reading after so many steps. */
  function picture(r, step, width) {
    const { g, words, places } = laidOut(r, width), state = graph.after(r, step), now = r.steps[step - 1];
    let halo = "", out = "", said = "";
    g.edges.forEach(({ v, points }, e) => {
      const forward = beside(points, -4), back = beside(points, 4).reverse(), fresh = now && now.node === v && now.kind !== "seed";
      if (!state.known[v]) {
        out += draw.path(joined(forward), "--faint", 2);
        return;
      }
      if (fresh) halo += draw.path(joined(now.kind === "back" ? back : forward), now.kind === "back" ? "--backward-fill" : "--forward-fill", 11);
      out += draw.arrow(forward, "--forward");
      if (state.passed[v]) out += draw.arrow(back, "--backward", DASH);
      const [x, y] = places[e];
      said += draw.text(x, y + 4, words[e], `small ${state.passed[v] ? "backward" : "soft"} ${fresh ? "strong" : ""}`, "middle");
    });
    r.nodes.forEach((_, k) => { out += nodeBox(r, state, g, k, now); });
    return [g.height, halo + out + said];
  }

  function nodeBox(r, state, g, k, now) {
    const { symbol, leaf } = r.nodes[k], row = g.rows[k], wide = g.box, x = g.middle(k) - wide / 2, y = g.tops[row], high = g.heights[row];
    const known = state.known[k], grad = state.grads[k], whole = grad !== null && state.call > 0 && state.arrived[k] === r.uses[k], wrong = whole && !r.isRight(k, grad);
    const right = x + wide - 8, round = leaf ? 16 : 4, fixed = (v) => Math.round(v * 10) / 10;
    const frame = (by, fill, colour, weight, dash = "") => `<rect x="${fixed(x - by)}" y="${y - by}" width="${wide + 2 * by}" height="${high + 2 * by}" rx="${round + by}" ` +
      `fill="${fill}" stroke="var(${colour})" stroke-width="${weight}" stroke-dasharray="${dash}"/>`;
    let out = "";
    if (now && now.node === k) out += frame(4, "none", now.kind === "forward" ? "--forward" : "--backward", 2, now.kind === "forward" ? "" : DASH);
    out += frame(0, `var(${known ? "--forward-fill" : "--ground"})`, wrong ? "--backward" : known ? "--forward" : "--line", wrong ? 2.5 : 1.5);
    const made = leaf ? "leaf" : graph.formula(r.nodes, k), fits = (symbol.length * 8 + made.length * 6.4 < wide - 20);
    out += draw.text(x + 8, y + 17, symbol, "symbol strong") + draw.text(right, y + 17, fits ? made : brief(r.nodes[k]), "soft small", "end");
    /* A number with its word; in a narrow box a sign stands for the word. */
    const line = (down, word, sign, number, tone) => draw.text(x + 8, y + down, 6.6 * word.length + 7.7 * number.length > wide - 20 ? sign : word, "soft small") +
      draw.text(right, y + down, number, `${tone} ${7.9 * number.length + 26 > wide ? "small" : ""}`, "end");
    if (known) out += line(34, "value", "=", few(r.values[k]), "forward");
    if (grad !== null) {
      const mark = whole ? (wrong ? "✗ " : "✓ ") : "", fresh = now && (now.shares.some((s) => s.to === k) || now.kind === "seed" && now.node === k);
      const old = state.call === 2 && !state.arrived[k] && r.uses[k] > 0;
      out += line(51, old ? "old" : "grad", "∂", mark + few(grad), `${old ? "soft" : "backward"} ${fresh ? "strong" : ""}`);
    }
    if (r.uses[k] > 1 && state.call) out += draw.text(right, y + 67, gathered(r, state, k, wide), "backward small", "end");
    return `<g class="in">${out}</g>`;
  }

  /* An operation where there is no room for its formula. */
  const SIGNS = { add: "+", sub: "−", neg: "−", mul: "·", div: "/" };
  const brief = ({ operation, inputs, number }) => (operation === "pow" ? `^${show(number)}` : `${SIGNS[operation] || operation}${inputs.includes(null) ? ` ${few(number)}` : ""}`);

  const KEY = [
    [draw.arrow([[0, 5], [26, 5]], "--forward"), "forward: numbers"], [draw.arrow([[26, 5], [0, 5]], "--backward", DASH), "back: shares"],
    [draw.text(13, 9, "· 2", "backward small", "middle"), "local derivative, kept on its line"],
  ];

  Object.assign(graph, { few, picture, geometry, labels, KEY });
})(globalThis.backpropLab);
