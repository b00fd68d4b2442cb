/* Drawing for the live figures: SVG as text, into which only numbers and words of our own go. */
(function (lab) {
  "use strict";
  if (lab.draw) return;
  const { show } = lab;
  const fixed = (n) => String(Math.round(n * 10) / 10);

  const svg = (width, height, label, inside) =>
    `<svg viewBox="0 0 ${width} ${height}" height="${height}" role="img" aria-label="${label}">${inside}</svg>`;

  /* Put a drawing into a node. Most changes move a few lines and numbers: where the elements are the same ones in the
   * same order, only what differs is written, since a browser lays out anew each text that it is given anew. */
  function into(node, drawing) {
    if (node.drawing === drawing) return;
    const parts = drawing.split("<");
    if (!patched(node, parts)) {
      node.innerHTML = drawing;
      node.places = null;
    }
    node.drawing = drawing;
    node.parts = parts;
  }

  // What stands between one "<" and the next: a tag, its attributes, and the text behind it.
  const PART = /^(\/?[a-z][\w-]*)((?:\s+[\w:-]+="[^"]*")*)\s*\/?>(.*)$/is;
  function patched(node, parts) {
    if (node.parts?.length !== parts.length) return false;
    node.places ??= places(node);
    const edits = [];
    for (let k = 0; k < parts.length; k++) {
      if (parts[k] === node.parts[k]) continue;
      const [was, is] = [node.parts[k].match(PART), parts[k].match(PART)];
      // An entity is read by the parser alone.
      if (!node.places.length || !was || !is || was[1] !== is[1] || !was[3] !== !is[3] || is[0].includes("&")) return false;
      edits.push([node.places[k], was, is]);
    }
    for (const [[element, text], was, is] of edits) {
      if (was[2] !== is[2]) rewrite(element, was[2].split('"'), is[2].split('"'));
      if (was[3] !== is[3]) text.data = is[3];
    }
    return true;
  }

  /* Attributes, cut at their quotation marks: names (` x=`) and values by turns. */
  function rewrite(element, was, is) {
    const name = (said) => said.trim().slice(0, -1);
    const same = was.length === is.length && was.every((said, k) => k % 2 || said === is[k]);
    if (!same) for (let k = 0; k + 1 < was.length; k += 2) element.removeAttribute(name(was[k]));
    for (let k = 0; k + 1 < is.length; k += 2) {
      if (!same || was[k + 1] !== is[k + 1]) element.setAttribute(name(is[k]), is[k + 1]);
    }
  }

  /* For each part of a drawing its element and the text behind it, met in the same order; [] where they disagree. */
  function places(node) {
    const walk = document.createTreeWalker(node, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT), found = [[]];
    for (const part of node.parts.slice(1)) {
      const is = part.match(PART);
      if (!is) return [];
      const element = is[1].startsWith("/") ? null : walk.nextNode(), text = is[3] ? walk.nextNode() : null;
      if (element && element.localName !== is[1]) return [];
      found.push([element, text]);
    }
    return found;
  }

  const text = (x, y, said, kind = "", anchor = "start") =>
    `<text x="${fixed(x)}" y="${fixed(y)}" class="${kind}" text-anchor="${anchor}">${said.replaceAll("<", "&lt;")}</text>`;

  const path = (d, colour, width = 1, dashes = "") =>
    `<path d="${d}" fill="none" stroke="var(${colour})" stroke-width="${width}" stroke-dasharray="${dashes}"/>`;

  const diamond = (x, y) => `<path d="M${fixed(x)} ${y - 4.5} l4.5 4.5 -4.5 4.5 -4.5 -4.5 z" fill="var(--backward-ink)"/>`;

  /* A line with a head at its last point: solid for forward, dashed for backward. */
  function arrow(points, colour, dashes = "") {
    const [[x0, y0], [x1, y1]] = points.slice(-2);
    const length = Math.hypot(x1 - x0, y1 - y0) || 1;
    const dx = (x1 - x0) / length, dy = (y1 - y0) / length;
    const neck = [x1 - 7 * dx, y1 - 7 * dy];
    const head = [[x1, y1], [neck[0] - 4 * dy, neck[1] + 4 * dx], [neck[0] + 4 * dy, neck[1] - 4 * dx]];
    const along = (list, between) => list.map((p) => p.map(fixed).join(" ")).join(between);
    return path(`M${along([...points.slice(0, -1), neck], " L")}`, colour, 2, dashes) +
      `<polygon points="${along(head, " ")}" fill="var(${colour})"/>`;
  }

  /* A box with a name at its left and a number at its right; square for parameters, round for what is given. */
  function box(x, y, width, name, value, { round = false, chosen = false } = {}) {
    const [colour, weight] = chosen ? ["--backward", 2.5] : ["--line", 1.5];
    return `<rect x="${fixed(x)}" y="${y - 15}" width="${width}" height="30" rx="${round ? 15 : 3}" ` +
      `fill="var(--ground)" stroke="var(${colour})" stroke-width="${weight}"/>` +
      text(x + 10, y + 5, name, "symbol") + text(x + width - 9, y + 5, value, "", "end");
  }

  /* A node with its letter: a circle for a value, a diamond for the loss. */
  function node(x, y, radius, name, diamond = false) {
    const skin = 'fill="var(--forward-fill)" stroke="var(--forward)" stroke-width="2"';
    const shape = diamond ? `<path d="M${x} ${y - radius} l${radius} ${radius} -${radius} ${radius} -${radius} -${radius} z" ${skin}/>`
      : `<circle cx="${x}" cy="${y}" r="${radius}" ${skin}/>`;
    return `${shape}<g style="font-size:17px">${text(x, y + 6, name, "symbol", "middle")}</g>`;
  }

  /* −1 … 1: 0 in the middle, ±1 halfway, ±100 at the ends. Decades are about equally long, so that multiplying by
   * a factor is moving by the same length wherever one starts; the sign stays a side. */
  const NEAR = 0.01, FAR = 100;
  const TICKS = [-100, -10, -1, -0.1, 0, 0.1, 1, 10, 100];
  function signedLog(value) {
    if (Number.isNaN(value)) return 0;
    return Math.sign(value) * Math.min(1, Math.log1p(Math.abs(value) / NEAR) / Math.log1p(FAR / NEAR));
  }

  /* Numbers as bars on the signed scale, a row each: {symbol, rule, value, said, kind, soFar}. The dashed line goes
   * from 1 through each row's `soFar` (the product up to there) to the first row of kind "product". */
  function signedBars(width, label, rows) {
    const half = width / 2 - 8, at = (v) => width / 2 + half * signedLog(v), top = 26;
    let bars = "", labels = "", line = `M${fixed(at(1))} ${top}`, y = top;
    for (const { symbol, rule, value, said, kind, soFar } of rows) {
      if (kind === "product") y += 6;
      const strong = kind === "factor" ? "" : "strong";
      const [fill, stroke] = {
        factor: ["var(--backward-fill)", "--backward"], product: ["var(--backward)", "--backward"],
        measured: ["url(#hatch)", "--forward"],
      }[kind];
      labels += text(0, y + 20, symbol, `symbol ${strong}`) + text(54, y + 20, rule, "soft small");
      labels += text(width, y + 20, said, "strong", "end");
      const [left, right] = [at(0), at(value)].sort((p, q) => p - q);
      bars += `<rect x="${fixed(left)}" y="${y + 27}" width="${fixed(Math.max(1.5, right - left))}" height="14" ` +
        `fill="${fill}" stroke="var(${stroke})" stroke-width="1.5"/>`;
      if (Math.abs(value) > FAR) {  // torn, where the scale ends and the number does not
        const end = at(value) - 6 * Math.sign(value);
        bars += path(`M${end - 3} ${y + 43} l5 -18 M${end + 3} ${y + 43} l5 -18`, "--ground", 2.5);
      }
      if (soFar !== undefined) {
        line += ` V${y + 49} H${fixed(at(soFar))}`;
        bars += diamond(at(soFar), y + 49);
      }
      if (kind === "product") line += ` V${y + 27}`;
      y += kind === "factor" ? 52 : 44;
    }
    const grid = TICKS.map((tick) => {
      const landmark = tick === 0 || Math.abs(tick) === 1, side = Math.abs(tick) === FAR ? Math.sign(tick) : 0;
      const anchor = ["start", "middle", "end"][side + 1];
      return path(`M${fixed(at(tick))} ${top} V${y + 4}`, landmark ? "--line" : "--faint", 1, tick && landmark ? "2 3" : "") +
        (width < 330 && Math.abs(tick) === 10 ? "" : text(at(tick) + 8 * side, top - 8, show(tick), "soft small", anchor));
    });
    const hatch = '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
      '<rect width="6" height="6" fill="var(--ground)"/><path d="M1 0V6" stroke="var(--forward)" stroke-width="2"/></pattern>';
    return svg(width, y + 6, label, hatch + grid.join("") + path(line, "--backward-ink", 1.5, "4 3") + bars + labels);
  }

  /* What a line or a mark means: [svg, words] pairs. */
  const key = (entries) => entries.map(([mark, words]) =>
    `<span><svg viewBox="0 0 26 10" aria-hidden="true">${mark}</svg>${words}</span>`).join("");

  /* A frame to draw a curve in: x from −far to far, y from 0 to a round number that `wanted` fits under. */
  function frame(width, height, far, wanted, xName, yName) {
    const left = 38, base = height - 26, power = 10 ** Math.floor(Math.log10(wanted));
    const most = [1, 2, 5, 10].find((m) => m * power >= wanted * 0.999) * power;
    const X = (v) => left + ((v + far) / (2 * far)) * (width - left - 6);
    // Far outside the frame is outside all the same; a browser does not draw numbers without end.
    const Y = (v) => base - (Math.min(Math.max(v / most, -9), 9)) * (base - 14);
    let axes = `<clipPath id="frame"><rect x="${left}" y="6" width="${width - left}" height="${base - 3}"/></clipPath>`;
    axes += path(`M${left} 6 V${base} H${width}`, "--line");
    [[-far, "start"], [0, "middle"], [far, "end"]].forEach(([v, anchor]) => {
      axes += text(X(v), base + 16, show(v), "soft small", anchor);
    });
    axes += text(left - 6, Y(most) + 4, show(most), "soft small", "end") + text(left - 6, base + 4, "0", "soft small", "end");
    axes += text(left - 10, (Y(most) + base) / 2 + 4, yName, "symbol", "end");
    axes += text((X(0) + X(far)) / 2, base + 17, xName, "symbol", "middle");
    const straight = (slope, v, at, reach) =>
      `M${fixed(X(v - reach))} ${fixed(Y(at - slope * reach))} L${fixed(X(v + reach))} ${fixed(Y(at + slope * reach))}`;
    const through = (points) => `M${points.map(([v, at]) => `${fixed(X(v))} ${fixed(Y(at))}`).join(" L")}`;
    const done = (label, inside) => svg(width, height, label, `${axes}<g clip-path="url(#frame)">${inside}</g>`);
    const dot = (v, at, fill, stroke) =>
      `<circle cx="${fixed(X(v))}" cy="${fixed(Y(at))}" r="4" fill="var(${fill})" stroke="var(${stroke})" stroke-width="1.5"/>`;
    return { straight, through, dot, done };
  }

  /* f against one variable: `slope` is that of the tangent, `nudge` (of neuron.difference) that of the secant. */
  function slopes(width, { name, at, f, slope, nudge }) {
    const far = Math.max(5, Math.ceil(Math.abs(at))), here = f(at), known = Number.isFinite(slope) && Number.isFinite(here);
    const points = Array.from({ length: 161 }, (_, i) => (far * (i - 80)) / 80).map((v) => [v, f(v)])
      .filter(([, value]) => Number.isFinite(value));
    const highest = Math.max(...points.map((point) => point[1]), 1e-3);
    const { straight, through, dot, done } = frame(width, 200, far, Math.min(highest, 2 * (known ? here : 0) + 0.25), name, "L");
    let out = path(through(points), "--forward", 2.5);
    if (known) out += path(straight(slope, at, here, far * 0.4), "--backward", 2, "6 4");
    if (Number.isFinite(nudge.value)) {
      const { ahead, behind, up, down } = nudge, reach = Math.max(nudge.step / 2, far * 0.3);
      out += path(straight(nudge.value, at, (up.L + down.L) / 2, reach), "--ink", 1.5, "1.5 3");
      out += dot(ahead, up.L, "--ground", "--ink") + dot(behind, down.L, "--ground", "--ink");
    }
    if (known) out += dot(at, here, "--backward-ink", "--backward-ink");
    return done(`L as ${name} moves; at ${name} = ${show(at)} its tangent has slope ${show(slope)}.`, out);
  }
  const SLOPES = [
    [path("M0 5H26", "--forward", 2.5), "L"],
    [path("M0 5H26", "--backward", 2, "6 4"), "tangent: its slope is the product"],
    [path("M0 5H26", "--ink", 1.5, "1.5 3"), "line through both ends of the nudge"],
  ];

  lab.draw = { svg, into, text, path, arrow, box, node, diamond, key, signedLog, signedBars, frame, slopes, SLOPES };
})(globalThis.backpropLab);
