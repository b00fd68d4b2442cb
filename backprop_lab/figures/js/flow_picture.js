/* The diagram of the flow figure at one step: nodes, parameters, arrows forward and back, what is kept and reused.
 * On its side where there is room, upright on a phone. */
(function (lab) {
  "use strict";
  if (lab.flow.picture) return;
  const { nets, draw, flow } = lab;
  const { range } = nets;
  const { few, size, letters } = flow;
  const CELL = 46, LINE = 17, R = 20, DASH = "5 3";

  /* The part of a setting that is looked at. */
  /* All steps of a network on its examples; whoever walks along them asks for the same ones each time. */
  let kept = {};
  function stepsOf(net, X, Y) {
    if (kept.net !== net || kept.m !== Y[0].length) kept = { net, m: Y[0].length, made: flow.steps(net, X, Y) };
    return kept.made;
  }
  function read(s) {
    const net = s.networks[s.layers], cut = (A) => A.map((row) => row.slice(0, s.examples));
    const X = cut(net.X), Y = cut(net.Y), made = stepsOf(net, X, Y);
    const at = Object.fromEntries(made.map((step, k) => [step.name, k + 1]));
    const step = Math.min(s.step, made.length), m = Y[0].length;
    return { net, X, Y, made, at, step, m, depth: nets.depth(net), ...letters(m), now: made[step - 1], value: (name) => made[at[name] - 1].value,
      done: (name) => at[name] <= step, used: (symbol) => step > 0 && made[step - 1].uses.some(([used]) => used === symbol), fresh: (name) => at[name] === step };
  }

  const matrixWidth = (columns) => columns * CELL + 6;
  function matrix(x, y, value, tone = "") {
    const right = x + matrixWidth(value[0].length), low = y + value.length * LINE;
    return draw.path(`M${x + 4} ${y} H${x} V${low} H${x + 4} M${right - 4} ${y} H${right} V${low} H${right - 4}`, "--line") +
      value.map((row, i) => row.map((v, j) => draw.text(x + (j + 1) * CELL, y + 13 + i * LINE, few(v), `${tone} small`, "end")).join("")).join("");
  }
  const label = (x, y, said, tone, anchor) => draw.text(x, y, said, `symbol ${tone}`, anchor);
  const arrow = (points, back, fresh) => (fresh ? draw.path(`M${points.map((p) => p.join(" ")).join(" L")}`, back ? "--backward-fill" : "--forward-fill", 9) : "") +
    draw.arrow(points, back ? "--backward" : "--forward", back ? DASH : "");
  const faint = (points) => draw.path(`M${points.map((p) => p.join(" ")).join(" L")}`, "--faint", 2);

  /* The box of a layer's parameters, at x, y: W and b, and below them their gradients once they are known. */
  const boxWidth = (net, l) => Math.max(150, (net.sizes[l - 1] + 1) * CELL + 34);
  const boxHeight = (rows) => 2 * (20 + rows * LINE) + 10;
  function box(r, l, x, y, height) {
    const width = boxWidth(r.net, l), fresh = r.fresh(`dW[${l}]`) || r.fresh(`db[${l}]`), below = y + height / 2;
    let out = `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="3" fill="var(--ground)" ` +
      `stroke="var(${fresh ? "--backward" : "--line"})" stroke-width="${fresh ? 2.5 : 1.5}"/>`;
    for (const [kind, name, top, tone] of [["W", "W", y, ""], ["b", "b", y, ""], ["W", "dW", below, "backward"], ["b", "db", below, "backward"]]) {
      const key = `${name}[${l}]`, value = name === kind ? r.net[kind][l] : r.done(key) && r.value(key);
      if (!value) continue;
      const strong = r.fresh(key) ? "strong" : "";
      out += kind === "W" ? label(x + 8, top + 15, r.of(name, l), `small ${tone} ${strong}`) + matrix(x + 8, top + 20, value, tone)
        : label(x + width - 8, top + 15, r.of(name, l), `small ${tone} ${strong}`, "end") + matrix(x + width - 8 - matrixWidth(1), top + 20, value, tone);
      if (r.used(r.of(name, l))) out += tag(x + 38, top + 2, true);
    }
    return out;
  }

  /* The nodes in order, each with the step of its value, and of what comes back to it. */
  const nodes = (r) => [{ kind: "x", symbol: r.x, l: 0 }, ...range(1, r.depth).flatMap((l) => ["z", "a"].map((kind) => (
    { kind, l, symbol: r.of(kind, l), name: `${kind}[${l}]`, back: kind === "z" ? `delta[${l}]` : `dL_da[${l}]` }))),
  { kind: "L", symbol: "L", name: "L", l: r.depth + 1 }];

  /* The labels of the edge that ends in a node: forward, and back. */
  function terms(r, { kind, l }) {
    if (kind === "L") return [`Loss(${r.of("a", l - 1)}, ${r.y})`, r.of("dL_da", l - 1)];
    if (kind === "z") return [`${r.of("W", l)}${r.of("a", l - 1)} + ${r.of("b", l)}`, `${r.of("W", l)}ᵀ`];
    const name = r.net.activations[l];
    return [`${name}(·)`, name === "softmax" ? "Jᵀ" : `⊙ σ'(${r.of("z", l)})`];
  }

  function circle(r, { symbol, name, back, kind }, x, y) {
    const fresh = r.fresh(name) || r.fresh(back), ring = fresh && `<circle cx="${x}" cy="${y}" r="${R + 6}" fill="none" ` +
      `stroke="var(${r.fresh(name) ? "--forward" : "--backward"})" stroke-width="2" stroke-dasharray="${r.fresh(name) ? "" : DASH}"/>`;
    return (ring || "") + draw.node(x, y, kind === "L" ? R + 4 : R, symbol, kind === "L");
  }

  /* The mark of what is stored; filled while a step reuses it. */
  const tag = (x, y, reused) => `<rect x="${x}" y="${y}" width="${reused ? 48 : 34}" height="16" rx="3" ` +
    `fill="var(${reused ? "--ink" : "--ground"})" stroke="var(--line)"/>` +
    draw.text(x + (reused ? 24 : 17), y + 12, reused ? "reused" : "kept", reused ? "small tag" : "small soft", "middle");

  /* Shape, mark and value of a node, and what came back; `beside` says where the second matrix goes. */
  function block(r, node, x, y, beside) {
    const { kind, name, back, symbol } = node;
    const known = kind === "x" || r.done(name), value = kind === "x" ? r.X : known && r.value(name);
    let out = "";
    if (known) {
      const reused = r.used(symbol), kept = kind !== "L" && r.step > 0;
      out += draw.text(x, y + 12, size(value), "soft small");
      if (kept) out += tag(x + 38, y, reused);
      out += matrix(x, y + 19, value, "forward");
    }
    if (kind === "L" ? true : back && r.done(back)) {
      const [bx, by] = beside(value), tone = kind === "L" ? "" : "backward", came = back && r.of(back.split("[")[0], node.l);
      out += label(bx, by + 12, came || `${r.y} target`, `small ${tone} ${r.fresh(back) ? "strong" : ""}`);
      out += matrix(bx, by + 19, came ? r.value(back) : r.Y, tone);
      if (kind === "z" && r.used(came)) out += tag(bx + 38, by, true);
    }
    return out;
  }

  const dotted = (points) => draw.arrow(points, "--ink", "1.5 3");

  /* What is reused, as [the node that has it, which of its two values]; a line goes from there to where the step needs it. */
  const reuse = (r, all, line) => (r.now ? r.now.uses : []).flatMap(([used]) => {
    const [, what, l] = r.now.name.match(/^(\w+)\[(\d)/) || [], kept = all.findIndex((node) => node.symbol === used);
    if (kept >= 0 && kept < all.length - 1) return [dotted(line(kept, what, Number(l), false))];
    return what === "dL_da" && used === r.of("delta", Number(l) + 1) ? [dotted(line(2 * l + 1, what, Number(l), true))] : [];
  }).join("");

  function sideways(r, width) {
    const all = nodes(r), cw = width / all.length, n = Math.max(...r.net.sizes), rows = Math.max(...r.net.sizes.slice(1));
    const height = boxHeight(rows), y = height + 70, low = y + R + 14, X = (k) => cw * (k + 0.5), bottom = low + 2 * (24 + n * LINE) + 22;
    const boxes = range(1, r.depth).map((l) => {
      const left = cw * (2 * l - 1), wide = boxWidth(r.net, l);
      return Math.round(Math.min(Math.max(X(2 * l - 1) - wide / 2, left + 6), left + 2 * cw - 6 - wide));
    });
    let out = "";
    range(1, r.depth).forEach((l) => {
      out += `<rect x="${cw * (2 * l - 1) + 2}" y="1" width="${2 * cw - 4}" height="${bottom - 2}" rx="8" fill="none" stroke="var(--line)" stroke-dasharray="2 4"/>` +
        draw.text(cw * 2 * l, bottom - 9, `layer ${l}`, "soft small", "middle");
    });
    all.forEach((node, k) => {
      if (!k) return;
      const before = all[k - 1], [forward, back] = terms(r, node), from = X(k - 1) + R, to = X(k) - (node.kind === "L" ? R + 4 : R), mid = (from + to) / 2;
      const done = r.done(node.name), pair = [[from, y - 4], [to, y - 4]];
      out += done ? arrow(pair, false, r.fresh(node.name)) : faint(pair);
      if (done) out += label(mid, forward.length > 8 ? y - R - 7 : y - 11, forward, "forward small", "middle");
      if (before.back && r.done(before.back)) {
        out += arrow([[to, y + 6], [from, y + 6]], true, r.fresh(before.back)) + label(mid, y + 23, back, "backward small", "middle");
      }
    });
    range(1, r.depth).forEach((l) => {
      const x = X(2 * l - 1), used = r.done(`z[${l}]`), up = [[x - 4, height + 6], [x - 4, y - R]];
      out += used ? arrow(up, false, r.fresh(`z[${l}]`)) : faint(up);
      if (r.done(`dW[${l}]`)) {
        const fresh = r.fresh(`dW[${l}]`) || r.fresh(`db[${l}]`);
        out += arrow([[x + 6, y - R], [x + 6, height + 6]], true, fresh);
        out += label(x + 13, height + 21, `${r.of("a", l - 1)}ᵀ${r.done(`db[${l}]`) ? ", 1" : ""}`, "backward small");
      }
      out += box(r, l, boxes[l - 1], 6, height);
    });
    const wide = Math.max(matrixWidth(r.m), 86), left = (k) => Math.round(X(k) - wide / 2);
    out += reuse(r, all, (k, what, l, back) => {
      if (what === "dW") return [[X(k) + 10, y - R + 2], [X(k) + 10, height + 26], [Math.max(boxes[l - 1] + 8, X(k) + 16), height + 8]];
      const ahead = k === (what === "delta" ? 2 * l - 1 : 2 * l), mid = X(k) + (ahead ? cw : -cw) / 2, at = low + 8 + (back ? 24 + n * LINE : 0);
      return [[ahead ? left(k) + 86 : left(k) - 2, at], [mid, at], [mid, y + 28]];
    });
    all.forEach((node, k) => {
      out += circle(r, node, X(k), y) + block(r, node, left(k), low, () => [left(k), low + 24 + n * LINE]);
    });
    return [bottom, out];
  }

  function upright(r, width) {
    const all = nodes(r), axis = 26, x = 60, mats = matrixWidth(r.m), far = x + Math.max(mats, 88) + 6, side = far + mats <= width;
    let y = 4, out = "", front = "", before = null;
    const places = [];
    all.forEach((node, k) => {
      const { kind, l, name } = node;
      if (k) {
        const [forward, back] = terms(r, node), done = r.done(name), down = [[axis - 4, before.y + R], [axis - 4, y + 44]];
        out += done ? arrow(down, false, r.fresh(name)) + label(x + 4, y + 16, forward, "forward") : faint(down);
        const came = all[k - 1].back;
        if (came && r.done(came)) {
          out += arrow([[axis + 5, y + 45], [axis + 5, before.y + R]], true, r.fresh(came)) + label(x + 4, y + 36, back, "backward");
        }
        y += 46;
      }
      const here = before = { y: y + R, top: y };
      if (kind === "z") {
        const height = boxHeight(r.net.sizes[l]), left = (dy) => [[x, y + dy], [axis + R, y + dy]];
        out += r.done(name) ? arrow(left(15), false, r.fresh(name)) : faint(left(15));
        if (r.done(`dW[${l}]`)) {
          const fresh = r.fresh(`dW[${l}]`) || r.fresh(`db[${l}]`), wide = x + boxWidth(r.net, l);
          out += arrow(left(26).reverse(), true, fresh);
          const rules = [`dW[${l}]`, `db[${l}]`].filter(r.done).map((key) => `= ${r.made[r.at[key] - 1].rule}`);
          rules.forEach((rule, i) => { if (wide + 80 < width) front += label(wide + 8, y + height / 2 + 17 + 18 * i, rule, "backward small"); });
        }
        front += box(r, l, x, y, height);
        y += height + 8;
      }
      here.tag = y + 8;
      const rows = kind === "x" ? r.net.sizes[0] : kind === "L" ? 1 : r.net.sizes[l], tall = 22 + rows * LINE;
      front += circle(r, node, axis, here.y) + block(r, node, x, y, () => (side ? [far, y] : [x, y + tall]));
      const second = 22 + (kind === "L" ? r.net.sizes[r.depth] : rows) * LINE;
      const beside = side || kind === "x" ? Math.max(tall, kind === "L" ? second : 0) : tall + second;
      here.below = y + tall + 8;
      y += Math.max(beside, kind === "z" ? 0 : 2 * R + 2);
      places.push({ ...here, end: y });
    });
    front += reuse(r, all, (k, what, l, back) => {
      const p = places[k], column = x - 9, to = what === "dW" ? places[2 * l - 1].top + 6
        : places[what === "delta" ? 2 * l - 1 : 2 * l].end + 31;
      const from = back ? (side ? [[far - 2, p.tag], [far - 2, p.tag - 14], [column, p.tag - 14]] : [[x, p.below], [column, p.below]]) : [[x, p.tag], [column, p.tag]];
      return [...from, [column, to], [x + (what === "dW" ? 0 : 3), to]];
    });
    return [y + 6, out + front];
  }

  /* On its side if every column has room. */
  function lies(r, width) {
    const cw = width / (2 * r.depth + 2);
    return width >= 640 && cw >= Math.max(92, matrixWidth(r.m) + 8) && range(1, r.depth).every((l) => boxWidth(r.net, l) <= 2 * cw - 12);
  }

  /* [svg inside, width, height, whether on its side] for an element so wide. */
  function picture(r, width) {
    const flat = lies(r, width), room = flat || width < 674 ? width : (width - 24) / 2;
    const [height, inside] = (flat ? sideways : upright)(r, room);
    return { inside, room, height, flat };
  }

  const KEY = [
    [draw.arrow([[0, 5], [26, 5]], "--forward"), "forward"], [draw.arrow([[26, 5], [0, 5]], "--backward", DASH), "back"],
    ['<rect x="1" y="1" width="24" height="8" rx="2" fill="none" stroke="var(--line)"/>', "kept for the way back"],
    ['<rect x="1" y="1" width="24" height="8" rx="2" fill="var(--ink)"/>', "reused by this step"], [dotted([[0, 5], [26, 5]]), "where it is reused"],
  ];

  Object.assign(flow, { read, picture, KEY });
})(globalThis.backpropLab);
