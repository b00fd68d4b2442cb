/* Wrong backward passes, each with the one mistake of its code: those of bugs_wrong.py, and what is measured on them.
 *
 * Nothing here touches the page, so that a test can call all of it as `backpropLab.bugs`. */
(function (lab) {
  "use strict";
  if (lab.bugs) return;
  const { activations, nets, ofLayer } = lab;
  const { map, multiply, transpose, hadamard, total, range, depth } = nets;

  /* What NumPy would refuse: the shapes that this mistake does not get past; empty where they fit. */
  function misfit(bug, sizes) {
    const L = sizes.length - 1;
    for (const l of bug === "H6" ? range(2, L).reverse() : []) {
      const [n, u] = [ofLayer(l), sizes[l]];
      if (u !== sizes[l - 1]) {
        return `W${n} is ${u} by ${sizes[l - 1]} and δ${n} has ${u} row${u === 1 ? "" : "s"}: W${n}δ${n} does not exist`;
      }
    }
    for (const l of ["P1", "P2"].includes(bug) ? range(1, L) : []) {
      const [rows, columns] = [sizes[l], sizes[l - 1]], got = bug === "P1" ? [columns, rows] : [rows, rows];
      if (rows !== columns) return `∂L/∂W${ofLayer(l)} comes out ${got[0]} by ${got[1]}, and W${ofLayer(l)} is ${rows} by ${columns}`;
    }
    return "";
  }

  function output(bug, net, cache, Y, dL_dA) {
    const L = depth(net), kind = net.activations[L], a = cache.a[L], m = Y[0].length;
    if (bug === "O1") return dL_dA;
    if (bug === "O2") return map((u, v) => u * activations[kind].derivative(v), dL_dA, a);
    if (bug === "O4" && kind === "sigmoid") return hadamard(dL_dA, a);
    const factor = { O7: -1, O10: 2, P9: m, P10: 1 / m }[bug] ?? 1;
    return map((v) => factor * v, nets.outputDelta(net, cache, Y));
  }

  function slope(bug, kind, z, a) {
    if (bug === "H1") return 1;
    if (bug === "H2") return activations[kind].derivative(a);
    if (bug === "H3" && kind === "tanh") return 1 - a;
    if (bug === "H4" && kind === "tanh") return a * (1 - a);
    if (bug === "H13" && kind === "relu") return Number(a >= 0);
    if (bug === "H14" && kind === "relu") return a;
    return activations[kind].derivative(z);
  }

  /* The gradients of a backward pass with this one mistake; null where its shapes do not fit. */
  function wrong(bug, net, cache, Y) {
    if (misfit(bug, net.sizes)) return null;
    const { z, a } = cache, L = depth(net), m = Y[0].length, dL_dA = nets.lossDerivative(net, cache, Y);
    const delta = { [L]: output(bug, net, cache, Y, dL_dA) }, dW = {}, db = {};
    let error = dL_dA;
    for (const l of range(1, L - 1).reverse()) {
      const W = net.W[l + 1];
      let back = multiply(transpose(W), delta[l + 1]);
      if (bug === "H6") back = multiply(W, delta[l + 1]);
      if (bug === "H9") back = error = multiply(transpose(W), error);
      if (bug === "H11") back = multiply(transpose(map(Math.abs, W)), delta[l + 1]);
      delta[l] = map((u, p, q) => u * slope(bug, net.activations[l], p, q), back, z[l], a[l]);
    }
    const last = (A) => A.map((row) => row.slice(-1));
    for (const l of range(1, L)) {
      const d = delta[l];
      dW[l] = multiply(d, transpose(a[l - 1]));
      db[l] = d.map((row) => [row.reduce((sum, v) => sum + v, 0)]);
      if (bug === "P1") dW[l] = multiply(a[l - 1], transpose(d));
      if (bug === "P2") dW[l] = multiply(d, transpose(a[l]));
      if (bug === "P3" && l > 1) dW[l] = multiply(d, transpose(z[l - 1]));
      if (bug === "P7") db[l] = map(() => total(d), db[l]);
      if (bug === "P8") db[l] = map(() => 0, db[l]);
      if (bug === "P11" && l < L) [dW[l], db[l]] = [dW, db].map((table) => map((v) => v / m, table[l]));
      if (bug === "P14") [dW[l], db[l]] = [multiply(last(d), transpose(last(a[l - 1]))), last(d)];
    }
    return { delta, dW, db };
  }

  /* The network, X and Y of a case: the one that was given, with what the controls ask for. */
  const ENDS = {
    "sigmoid, cross-entropy": ["sigmoid", "binary_cross_entropy"], "sigmoid, squared error": ["sigmoid", "squared_error"],
    "identity, squared error": ["identity", "squared_error"],
  };
  function at(given, { hidden, end, m, weights }) {
    const L = depth(given), [last, loss] = ENDS[end] || [given.activations[L], given.loss], W = {}, names = {};
    for (const l of range(1, L)) {
      const A = given.W[l];
      names[l] = l === L ? last : hidden === "as given" ? given.activations[l] : hidden;
      W[l] = weights === "non-negative" ? map(Math.abs, A) : A;
      if (weights === "symmetric" && A.length === A[0].length) W[l] = map((p, q) => (p + q) / 2, A, transpose(A));
    }
    const first = (table) => table.map((row) => row.slice(0, m));
    return { ...given, W, activations: names, loss, X: first(given.X), Y: first(given.Y) };
  }

  /* Error ‖g − g*‖/(‖g‖ + ‖g*‖), cosine, and the one ratio g/g* of all entries, or null where there is none. */
  const SAME = 1e-12;
  function compare(g, right) {
    const dot = (u, v) => u.reduce((sum, x, i) => sum + x * v[i], 0), norm = (u) => Math.sqrt(dot(u, u));
    const [n, r] = [norm(g), norm(right)], gap = norm(g.map((x, i) => x - right[i]));
    const error = gap <= SAME * (n + r) ? 0 : gap / (n + r);
    const cosine = error === 0 ? 1 : n && r ? dot(g, right) / (n * r) : NaN;
    const big = Math.max(...right.map(Math.abs)), ratios = right.map((x, i) => [x, g[i]]).filter(([x]) => Math.abs(x) > SAME * big);
    const all = ratios.map(([x, y]) => y / x), first = all[0];
    const common = all.every((v) => Math.abs(v - first) <= 1e-9 * Math.abs(first)) &&
      g.every((y, i) => Math.abs(right[i]) > SAME * big || Math.abs(y) <= SAME * (n + r));
    return { error, cosine, ratio: error === 0 ? 1 : common && first ? first : null };
  }
  const flat = (table, l) => table[l].flat();

  /* A bug at a case: both gradients, and per layer from the output back the numbers that compare them. */
  function measure(bug, net) {
    const cache = nets.forward(net, net.X), right = nets.backward(net, cache, net.Y), g = wrong(bug, net, cache, net.Y);
    if (!g) return { net, right, wrong: null, layers: [], whole: null, problem: misfit(bug, net.sizes) };
    const layers = range(1, depth(net)).reverse().map((l) => ({ l,
      ...compare([...flat(g.dW, l), ...flat(g.db, l)], [...flat(right.dW, l), ...flat(right.db, l)]),
      W: compare(flat(g.dW, l), flat(right.dW, l)), b: compare(flat(g.db, l), flat(right.db, l)) }));
    return { net, right, wrong: g, layers, whole: compare(nets.vector(g.dW, g.db), nets.vector(right.dW, right.db)), problem: "" };
  }

  /* The loss before each step of gradient descent with the gradients of `bug` (null: the right ones). */
  const STEPS = 60, OUT = 1e6;
  function step(net, bug, learning_rate, cache = nets.forward(net, net.X)) {
    const g = bug ? wrong(bug, net, cache, net.Y) : nets.backward(net, cache, net.Y);
    const now = { theta: nets.vector(net.W, net.b), state: {} }, gradient = nets.vector(g.dW, g.db);
    if (!gradient.every(Number.isFinite)) return null;  // it overflows
    return nets.withVector(net, nets.optimisers.gradient_descent(now, gradient, { learning_rate }).theta);
  }
  /* Kept for a few places: the right one is the same for every bug, and a reader goes back and forth. */
  let kept = new Map();
  function curve(net, bug, learning_rate) {
    const key = JSON.stringify([net, bug, learning_rate]);
    if (kept.size > 40) kept = new Map();
    if (!kept.has(key)) kept.set(key, descend(net, bug, learning_rate));
    return kept.get(key);
  }
  function descend(net, bug, learning_rate) {
    const said = [];
    while (net) {
      const cache = nets.forward(net, net.X), L = nets.loss(net, cache, net.Y);
      if (!(L <= OUT)) return said;
      said.push(L);
      if (said.length > STEPS) return said;
      net = step(net, bug, learning_rate, cache);
    }
    return said;
  }

  /* Seeded: the same number draws the same riddle for everyone (mulberry32). */
  function dice(seed) {
    let state = seed >>> 0;
    return () => {
      state = (state + 0x6d2b79f5) >>> 0;
      let t = Math.imul(state ^ (state >>> 15), state | 1);
      t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
      return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
    };
  }
  function shuffled(list, draw) {
    const left = [...list];
    return list.map(() => left.splice(Math.floor(draw() * left.length), 1)[0]);
  }
  /* The codes in the catalogue's order, O2 before O10: JSON keeps none. */
  const family = (code) => "OHP".indexOf(code[0]);
  const codes = (table) => Object.keys(table).sort((p, q) => family(p) - family(q) || p.slice(1) - q.slice(1));
  /* A bug and four names for it, in a case where the four give four gradients; so that the maps can tell them apart. */
  let last = {};
  function riddle(table, nets_, base, seed) {
    if (last.table !== table || last.seed !== seed) last = { table, seed, found: searched(table, nets_, base, seed) };
    return last.found;
  }
  function searched(table, nets_, base, seed) {
    const draw = dice(7919 * seed + 17);
    for (const bug of shuffled(codes(table), draw)) {
      const place = { ...base, ...table[bug].home };
      if (!nets_[place.net]) continue;
      const net = at(nets_[place.net], place), cache = nets.forward(net, net.X), options = [];
      const all = (g) => nets.vector(g.dW, g.db), seen = [all(nets.backward(net, cache, net.Y))];
      const add = (code) => {
        const made = wrong(code, net, cache, net.Y);
        if (!made) return;
        const g = all(made);
        if (seen.every((other) => compare(g, other).error > 1e-3)) options.push(code), seen.push(g);
      };
      add(bug);
      if (!options.length) continue;
      for (const code of shuffled(codes(table), draw)) if (options.length < 4) add(code);
      return { bug, place, options: shuffled(options, draw) };
    }
    return null;
  }

  lab.bugs = { misfit, wrong, at, compare, measure, step, curve, codes, riddle, ENDS, STEPS, OUT };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
