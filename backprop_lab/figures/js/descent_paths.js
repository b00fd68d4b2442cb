/* Four losses of two parameters, the paths of three optimisers down them, and what is said about them.
 *
 * The surfaces and paths are those of descent_paths.py, the sentences those of descent_words.py; browser tests hold
 * both against Python. Nothing here draws.
 */
(function (lab) {
  "use strict";
  if (lab.descent) return;
  const { nets, format, show } = lab;
  const STOP = 1e9, TILT = 0.1, CELLS = 40;
  const NAMES = ["gradient_descent", "momentum", "adam"];
  const bumps = (w) => 0.25 * (w * w - 1) * (w * w - 1);
  const neuron = (s, w, b) => ({ ...s.net, W: { 1: [[w]] }, b: { 1: [[b]] } });

  // name -> title, how far the map goes, formula, start, learning rate, minima, L(s, w, b) and its two slopes.
  const SURFACES = {
    bowl: {
      title: "bowl", far: 3, formula: "½ (w² + κ b²)", start: [-2.5, 1.5], rate: 0.15, minima: [[0, 0]],
      loss: (s, w, b) => 0.5 * (w * w + s.elongation * b * b), gradient: (s, w, b) => [w, s.elongation * b],
    },
    neuron: {
      title: "one neuron", far: 6, start: [-2, 2], rate: 0.5,
      loss(s, w, b) { const net = neuron(s, w, b); return nets.loss(net, nets.forward(net, net.X), net.Y); },
      gradient(s, w, b) {
        const net = neuron(s, w, b), { dW, db } = nets.backward(net, nets.forward(net, net.X), net.Y);
        return nets.vector(dW, db);
      },
    },
    saddle: {
      title: "saddle", far: 2, formula: "½ w² + ¼ (b² − 1)²", start: [-1.6, 0.02], rate: 0.1, minima: [[0, -1], [0, 1]],
      loss: (s, w, b) => 0.5 * w * w + bumps(b), gradient: (s, w, b) => [w, b * (b * b - 1)],
    },
    two_minima: {
      title: "two minima", far: 2, formula: "¼ (w² − 1)² + 0.1 w + ½ (b − ½ w)² + ⅛", start: [1.7, -1.6], rate: 0.1,
      minima: [[-1.046680532, -0.523340266], [0.945649275, 0.472824637]],
      loss(s, w, b) { const a = b - 0.5 * w; return bumps(w) + TILT * w + 0.5 * a * a + 0.125; },
      gradient(s, w, b) { const a = b - 0.5 * w; return [w * (w * w - 1) + TILT - 0.5 * a, a]; },
    },
  };
  const loss = (s, [w, b]) => SURFACES[s.surface].loss(s, w, b);
  const gradient = (s, [w, b]) => SURFACES[s.surface].gradient(s, w, b);
  const shown = (s) => (s.optimiser === "all" ? NAMES : [s.optimiser]);
  function far(s) {
    const most = s.surface === "neuron" ? Math.ceil(Math.max(...nets.vector(s.net.W, s.net.b).map(Math.abs))) : 0;
    return Math.max(SURFACES[s.surface].far, most);
  }
  /* One step from {theta, state}. */
  const step = (s, name, now) => nets.optimisers[name](now, gradient(s, now.theta),
    { learning_rate: s.learning_rate, ...(name === "momentum" ? { beta: s.beta } : {}) });
  function path(s, name) {
    let now = { theta: [s.w, s.b], state: {} };
    const points = [now.theta], losses = [loss(s, now.theta)];
    for (let k = 0; k < s.steps && losses[k] <= STOP; k++) {
      now = step(s, name, now);
      points.push(now.theta);
      losses.push(loss(s, now.theta));
    }
    return { name, points, losses };
  }
  /* L on a grid: a row for each b, a column for each w, and its highest. Kept for each surface. */
  let kept = {};
  function surveyed(s, cells) {
    const key = JSON.stringify([s.surface, s.surface === "bowl" && s.elongation, s.surface === "neuron" && s.net, cells]);
    if (kept[key]) return kept[key];
    if (Object.keys(kept).length > 30) kept = {};
    const reach = far(s), at = (i) => reach * ((2 * i) / cells - 1);
    const G = nets.grid(cells + 1, cells + 1, (i, j) => loss(s, [at(j), at(i)]));
    return (kept[key] = { G, highest: Math.max(...G.flat()) });
  }
  const grid = (s, cells = CELLS) => surveyed(s, cells).G;
  const highest = (s) => surveyed(s, CELLS).highest;
  /* The middle corners of a cell's triangles; none where the line does not cross it. */
  function crosses(G, at, i, j) {
    const below = G[i][j] < at;
    if (G[i][j + 1] < at === below && G[i + 1][j] < at === below && G[i + 1][j + 1] < at === below) return [];
    return [[i, j + 1], [i + 1, j]];
  }
  /* The line of one height as a path: two triangles to a cell, one straight piece in each; `place(column, row)` is where. */
  function contour(G, at, place) {
    let d = "";
    for (let i = 0; i + 1 < G.length; i++) for (let j = 0; j + 1 < G.length; j++) for (const middle of crosses(G, at, i, j)) {
      const corners = [[i, j], middle, [i + 1, j + 1]], cut = [];
      for (const [[p, q], [r, t]] of [[corners[0], corners[1]], [corners[0], corners[2]], [corners[1], corners[2]]]) {
        const here = G[p][q] - at, there = G[r][t] - at, share = here / (here - there);
        if (here < 0 !== there < 0) cut.push(place(q + share * (t - q), p + share * (r - p)));
      }
      if (cut.length === 2) d += `M${cut.join("L")}`;
    }
    return d;
  }
  function minima(s) {
    if (SURFACES[s.surface].minima) return SURFACES[s.surface].minima;
    const all = grid(s).flat(), k = all.indexOf(Math.min(...all)), n = CELLS + 1;
    return [[k % n, Math.floor(k / n)].map((i) => far(s) * ((2 * i) / CELLS - 1))];
  }
  /* How many points of a path the map shows: one that is lost is not followed to and fro. */
  function drawn(s, { losses }) {
    const top = highest(s) * (1 + 1e-9), left = losses.findIndex((L) => !(L <= top));
    return left < 0 || losses.at(-1) <= top ? losses.length : left + 2;
  }
  function limit(s, name) {
    if (s.surface !== "bowl" || name === "adam") return null;
    return (name === "momentum" ? 2 * (1 + s.beta) : 2) / s.elongation;
  }

  const TITLES = { gradient_descent: "gradient descent", momentum: "momentum", adam: "Adam" };
  const RULES = { gradient_descent: "θ ← θ − η g", momentum: "v ← β v − η g, θ ← θ + v", adam: "θ ← θ − η m̂ / (√v̂ + ε)" };
  const TOLD = [1, 2, 3, 5, 10, 20, 50, 100, 200];
  const NOTES = {
    saddle: "At w = 0, b = 0 the gradient is 0, and yet it is no minimum: along b the loss falls to both sides.",
    two_minima: "There are two minima, and the left one is lower. Which one is reached depends on the start, on η and on " +
      "the optimiser: each of them only sees the slope where it stands.",
  };
  const tidy = (v, floor) => (Math.abs(v) < floor ? 0 : v);
  const counted = (n) => `${n} step${n === 1 ? "" : "s"}`;
  const lossShown = (v) => show(tidy(v, 1e-12)), large = (p) => Math.max(...p.map(Math.abs));
  const capital = (words) => words[0].toUpperCase() + words.slice(1);
  function outcome(s, { name, points, losses }) {
    const n = losses.length - 1, last = losses[n], top = highest(s), reach = far(s), who = capital(TITLES[name]);
    const left = losses.findIndex((L) => !(L <= top * (1 + 1e-9))), off = points.findIndex((p) => large(p) > reach);
    if (left >= 0) {
      const said = `${who}: the loss left the picture at step ${left}`;
      if (!(last <= STOP)) return `${said}. It diverges.`;
      return last > top ? `${said}; L = ${show(last)} after ${counted(n)}.`
        : `${said} and came back; L = ${lossShown(last)} after ${counted(n)}.`;
    }
    const where = off < 0 ? "" : `it left the map at step ${off}${large(points[n]) <= reach ? " and came back" : ""}; `;
    return `${who}: ${where}L = ${lossShown(last)} after ${counted(n)}.`;
  }
  function conclusion(s, paths) {
    if (s.steps === 0) return `No step yet. At the start L = ${lossShown(paths[0].losses[0])}.`;
    const top = highest(s), gone = paths.filter((p) => p.losses.at(-1) > top).map((p) => TITLES[p.name]);
    if (gone.length) {
      return `Up, not down: ${gone.join(" and ")} ${gone.length > 1 ? "have" : "has"} left the picture at η = ${show(s.learning_rate)}.`;
    }
    const best = paths.reduce((p, q) => (q.losses.at(-1) < p.losses.at(-1) ? q : p));
    const least = lossShown(best.losses.at(-1)), title = TITLES[best.name];
    if (paths.length > 1) return `After ${counted(s.steps)} ${title} has come lowest: L = ${least}.`;
    return `After ${counted(s.steps)} of ${title} L = ${least}; it was ${lossShown(best.losses[0])} at the start.`;
  }
  function limits(s) {
    const said = [`The largest curvature of this bowl is λ_max = κ = ${show(s.elongation)}.`], eta = s.learning_rate;
    for (const name of shown(s)) {
      const most = limit(s, name), formula = name === "momentum" ? "2 (1 + β)/λ_max" : "2/λ_max";
      if (most === null) {
        said.push("Adam divides by the size of the gradient: each step is about η long in w and in b, however steep it is.");
        continue;
      }
      const where = eta < most ? "below it" : eta > most ? "above it" : "exactly there";
      said.push(`${capital(TITLES[name])} converges for η < ${formula} = ${show(most)}; η = ${show(eta)} is ${where}.`);
    }
    return said;
  }
  function notes(s) {
    if (s.surface === "bowl") return limits(s);
    if (s.surface !== "neuron") return [NOTES[s.surface]];
    return [`Each point of the map is one neuron; its loss is the mean over ${s.net.X[0].length} examples.` +
      (s.net.activations[1] === "sigmoid"
        ? " Far out the sigmoid saturates: the loss is nearly flat there, and the steps of gradient descent are short." : "")];
  }
  function described(s) {
    const { title, formula } = SURFACES[s.surface], { net } = s;
    if (s.surface === "neuron") return `${title}: activation ${net.activations[1]}, loss ${net.loss}, ${net.X[0].length} examples`;
    return `${title}: L = ${formula}${s.surface === "bowl" ? `, κ = ${format(s.elongation)}` : ""}`;
  }
  const place = (v) => format(tidy(v, 1e-6), 5), level = (v) => format(tidy(v, 1e-12), 5);
  function trace(s, paths) {
    const g = gradient(s, [s.w, s.b]);
    return [
      `A loss of two parameters, ${described(s)}`,
      `η = ${format(s.learning_rate)}, β = ${format(s.beta)}, ${counted(s.steps)}`,
      "", `Start: w = ${format(s.w)}, b = ${format(s.b)}`,
      `  L = ${level(paths[0].losses[0])}, ∂L/∂w = ${place(g[0])}, ∂L/∂b = ${place(g[1])}, |g| = ${place(Math.hypot(...g))}`,
      ...paths.flatMap((p) => {
        const n = p.losses.length - 1;
        return ["", `${TITLES[p.name]}: ${RULES[p.name]}`, ...[...TOLD.filter((k) => k < n), n].filter(Boolean).map((k) =>
          `  step ${k}: w = ${place(p.points[k][0])}, b = ${place(p.points[k][1])}, L = ${level(p.losses[k])}`), `  ${outcome(s, p)}`];
      }),
      "", ...notes(s), conclusion(s, paths),
    ].join("\n");
  }
  lab.descent = {
    SURFACES, NAMES, TITLES, CELLS, shown, far, loss, gradient, step, path, grid, contour, highest, minima, drawn, limit, tidy, outcome,
    conclusion, notes, described, trace,
  };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
