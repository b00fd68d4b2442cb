/* The words and pictures of the bug clinic: what the numbers say, the maps, the loss curves, the text. */
(function (lab) {
  "use strict";
  const { nets, bugs, format, show, draw, ofLayer } = lab;
  if (bugs.picture) return;
  const { STEPS } = bugs;
  const SHOWN = [0, 10, 20, 30], HEADS = ["right, g*", "wrong, g", "g − g*"];

  /* The sentences of bugs_words.py; a test compares the two traces letter by letter. */
  const numbered = (layers) => {
    const said = [...layers].sort();
    return said.length === 1 ? `layer ${said[0]}` : `layers ${said.slice(0, -1).join(", ")} and ${said.at(-1)}`;
  };
  function finding(r) {
    if (!r.wrong) return `No gradient at all: ${r.problem}. The shapes find this bug for you.`;
    if (r.whole.error === 0) return "Wrong and right agree in every entry: here the bug cannot be seen.";
    if (r.whole.ratio !== null) return `Every entry of every layer is ${show(r.whole.ratio)} times the right one.`;
    const right = r.layers.filter((c) => c.error === 0).map((c) => c.l), wrong = r.layers.filter((c) => c.error > 0);
    let said = "No layer is right.";
    if (right.length) said = `L${numbered(right).slice(1)} ${right.length === 1 ? "is" : "are"} right, the rest is wrong.`;
    if (wrong.every((c) => c.b.error === 0)) said += " Only ∂L/∂W is wrong: every ∂L/∂b is right.";
    else if (wrong.every((c) => c.W.error === 0)) said += " Only ∂L/∂b is wrong: every ∂L/∂W is right.";
    const ratios = wrong.map((c) => c.ratio);
    if (!ratios.includes(null) && Math.max(...ratios) - Math.min(...ratios) <= 1e-9 * Math.abs(ratios[0])) {
      said += ` In ${numbered(wrong.map((c) => c.l))} every entry is ${show(ratios[0])} times the right one.`;
    }
    return said;
  }
  const steps = (k) => `${k} step${k === 1 ? "" : "s"}`;
  function effect(right, wrong) {
    if (right.length <= STEPS) {
      return `With the right gradient the loss leaves every bound after ${steps(right.length)}: η is too large.`;
    }
    if (wrong.length <= STEPS) return `With the wrong gradient the loss leaves every bound after ${steps(wrong.length)}.`;
    const start = right[0], a = right.at(-1), b = wrong.at(-1);
    const numbers = `${show(b, 2)} after ${STEPS} steps, ${show(a, 2)} with the right gradient`;
    if (Math.abs(a - b) <= 1e-9 * Math.abs(a)) return `Both curves are one: ${show(a, 3)} after ${STEPS} steps.`;
    if (b > start) return `With the wrong gradient the loss climbs from ${show(start, 3)} to ${numbers}.`;
    if (b <= 1.1 * a) return `The wrong gradient trains all the same: ${numbers}. A loss that falls proves no gradient.`;
    return `The wrong gradient trains too, but falls behind: ${numbers}.`;
  }
  const numbers = (c, write) => [write(c.error, 3), write(c.cosine, 3), c.ratio === null ? "varies" : write(c.ratio, 4)];
  const line = (c, write) => (([e, k, q]) => `error ${e}, cosine ${k}, ratio ${q}`)(numbers(c, write));
  function trace(r, s) {
    const said = r.words ? [`Bug ${r.bug}: ${r.words.name}`, r.words.paper] : [`Which bug is this? Number ${s.seed}`];
    said.push(`Network ${s.net}, hidden ${s.hidden}, output ${s.end}, m = ${s.m}, weights ${s.weights}`, "");
    for (const c of r.layers) said.push(`Layer ${c.l}: ${line(c, format)}`);
    if (r.wrong) said.push(`All layers: ${line(r.whole, format)}`);
    if (r.words) said.push(finding(r), r.words.sign, r.words.hides);
    said.push("");
    for (const l of nets.range(1, nets.depth(r.net)).reverse()) {
      said.push(`∂L/∂W${ofLayer(l)} | ∂L/∂b${ofLayer(l)}`);
      for (const which of ["right", "wrong"]) {
        if (r[which]) r[which].dW[l].forEach((row, i) =>
          said.push(`  ${which}  ${row.map((v) => format(v, 3)).join(" ")} | ${format(r[which].db[l][i][0], 3)}`));
      }
    }
    said.push("", `Loss after ${SHOWN.join(", ")} steps, η = ${format(s.eta)}`);
    for (const which of ["right", "wrong"]) {
      const losses = r.curves[which];
      if (losses.length) said.push(`  ${which}  ${SHOWN.map((k) => (k < losses.length ? format(losses[k], 4) : "out of bounds")).join(", ")}`);
    }
    if (r.curves.wrong.length) said.push(effect(r.curves.right, r.curves.wrong));
    return said.join("\n");
  }

  /* Everything that is shown, from the setting alone. */
  function read(s) {
    const quiz = s.mode === "quiz", riddle = quiz ? bugs.riddle(s.table, s.nets, s.base, s.seed) : null;
    const bug = quiz ? riddle.bug : s.bug, net = bugs.at(s.nets[s.net], s), r = bugs.measure(bug, net);
    const solved = !quiz || s.answer === bug;
    let curves;
    return {
      ...r, quiz, riddle, bug, solved, words: solved ? s.table[bug] : null,
      get curves() {  // two trainings, run when somebody looks
        return (curves ??= { right: bugs.curve(net, null, s.eta), wrong: r.wrong ? bugs.curve(net, bug, s.eta) : [] });
      },
    };
  }

  const tint = (v, most) => `fill="var(${v > 0 ? "--forward" : "--backward"})" fill-opacity="${(0.3 * Math.abs(v) / most).toFixed(3)}"`;
  /* Full for a positive entry, hollow for a negative one: not by colour alone. All of one kind are one path. */
  function square(x, y, side, positive) {
    const a = (side - (positive ? 0 : Math.min(2, side / 2))).toFixed(1), at = (v) => (v - a / 2).toFixed(1);
    return `M${at(x)} ${at(y)}h${a}v${a}h-${a}z`;
  }
  const full = (d) => `<path d="${d}" fill="var(--forward)"/>`, hollow = (d) => `<path d="${d}" fill="var(--ground)" stroke="var(--backward)" stroke-width="2"/>`;
  function maps(r, width) {
    const { sizes } = r.net, gap = width < 400 ? 12 : 26, column = (width - 2 * gap) / 3;
    const cell = Math.min(30, (column - 6) / (Math.max(...sizes.slice(0, -1)) + 1));
    let out = HEADS.map((head, k) => draw.text(k * (column + gap), 14, head, "strong")).join(""), y = 18;
    for (const l of nets.range(1, nets.depth(r.net)).reverse()) {
      const joined = (g) => g.dW[l].map((row, i) => [...row, g.db[l][i][0]]), right = joined(r.right), wrong = r.wrong && joined(r.wrong);
      const tables = wrong ? [right, wrong, nets.map((p, q) => p - q, wrong, right)] : [right];
      const most = Math.max(...tables.flat(2).map(Math.abs)) || 1;
      out += draw.text(0, y + 17, `layer ${l}: ∂L/∂W${ofLayer(l)} | ∂L/∂b${ofLayer(l)}`, "soft");
      y += 26;
      tables.forEach((table, k) => {
        let lines = "", tints = "", above = "", below = "";
        table.forEach((row, i) => row.forEach((v, j) => {
          const x = k * (column + gap) + cell * j + 5 * (j === row.length - 1), top = y + cell * i, c = cell.toFixed(1);
          lines += `M${x.toFixed(1)} ${top.toFixed(1)}h${c}v${c}h-${c}z`;
          if (Math.abs(v) <= 1e-12 * most) return;
          tints += `<rect x="${x.toFixed(1)}" y="${top.toFixed(1)}" width="${c}" height="${c}" ${tint(v, most)}/>`;
          const mark = square(x + cell / 2, top + cell / 2, Math.max(2, 0.86 * cell * Math.sqrt(Math.abs(v) / most)), v > 0);
          if (v > 0) above += mark;
          else below += mark;
        }));
        out += tints + draw.path(lines, "--faint") + full(above) + hollow(below);
      });
      if (!wrong) out += draw.text(column + gap, y + 18, "shapes do not fit", "soft");
      y += Math.round(cell * right.length) + 8;
    }
    const label = `Maps of the right gradient, the wrong one and their difference. ${r.words ? finding(r) : "Which bug is this?"}`;
    return draw.svg(width, y, label, out);
  }
  const KEY = [[full(square(13, 5, 9, true)), "positive"], [hollow(square(13, 5, 9, false)), "negative"]];

  function curves(r, width) {
    const { right, wrong } = r.curves, left = 40, base = 150, height = 174;
    const top = Math.max(...right, wrong.length ? Math.min(Math.max(...wrong), 2 * right[0]) : 0);
    const at = (k, v) => [left + (k / STEPS) * (width - left - 4), base - (Math.min(v, 1.05 * top) / top) * 132];
    const curve = (losses, colour, dashes) => {
      const beyond = losses.findIndex((v) => v > top), shown = beyond < 0 ? losses : losses.slice(0, beyond + 1);
      return shown.length ? draw.path(`M${shown.map((v, k) => at(k, v).map((n) => n.toFixed(1)).join(" ")).join(" L")}`, colour, 2.5, dashes) : "";
    };
    const out = draw.path(`M${left} 8 V${base} H${width}`, "--line") + curve(right, "--forward", "") + curve(wrong, "--backward", "6 4") +
      draw.text(left - 6, base + 4, "0", "soft small", "end") + draw.text(left - 6, base - 126, show(top, 2), "soft small", "end") +
      draw.text(left - 10, base - 60, "L", "symbol", "end") + draw.text(left, base + 18, "0", "soft small") +
      draw.text(width, base + 18, `${STEPS} steps`, "soft small", "end");
    return draw.svg(width, height, `Loss over ${STEPS} steps of gradient descent. ${wrong.length ? effect(right, wrong) : ""}`, out);
  }
  const LINES = [[draw.path("M0 5H26", "--forward", 2.5), "with the right gradient"], [draw.path("M0 5H26", "--backward", 2.5, "6 4"), "with the wrong one"]];

  bugs.picture = { finding, effect, trace, numbers, read, maps, curves, KEY, LINES };
})(globalThis.backpropLab);
