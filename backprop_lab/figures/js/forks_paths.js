/* Every path from a weight or a unit to the loss, its factors and its product; and the same number by the recursion.
 * The sentences and the trace are those of forks_paths.py: change both or neither. */
(function (lab) {
  "use strict";
  if (lab.forks) return;
  const { activations, nets, format, show, lowered: low, ofLayer: up } = lab;
  const { range, depth } = nets;

  const mark = (letter, l, i) => (letter === "a" && l === 0 ? `x${low(i)}` : `${letter}${low(i)}${up(l)}`);
  const weight = (l, i, j) => `w${low(i)}${low(j)}${up(l)}`;
  const added = (numbers) => numbers.reduce((sum, v) => sum + v, 0);
  // 0 where terms cancel but for rounding.
  const settled = (value, terms) => (Math.abs(value) <= 2 ** -48 * added(terms.map(Math.abs)) ? 0 : value);

  /* "w1.2.1" or "u0.1" as {layer, unit, back}; null where the network has no such weight or unit. */
  function start(said, sizes) {
    const found = /^(?:w(\d)\.(\d)\.(\d)|u(\d)\.(\d))$/.exec(said);
    if (!found) return null;
    const isWeight = found[1] !== undefined, top = sizes.length - 1;
    const [layer, unit, back] = [found[1] ?? found[4], found[2] ?? found[5], found[3] ?? 0].map(Number);
    if (layer < (isWeight ? 1 : 0) || layer > (isWeight ? top : top - 1) || unit < 1 || unit > sizes[layer]) return null;
    if (isWeight && (back < 1 || back > sizes[layer - 1])) return null;
    return { layer, unit, back };
  }
  const named = ({ layer: l, unit: i, back: j }) => (j ? weight(l, i, j) : l ? mark("z", l, i) : mark("a", 0, i));
  function where(s) {
    const symbol = named(s), { layer: l, unit: i, back: j } = s;
    const source = l > 1 ? `unit ${j} of layer ${l - 1}` : `input ${j}`;
    if (j) return `weight ${symbol}, from ${source} into unit ${i} of layer ${l}`;
    return l ? `unit ${i} of layer ${l}, by its ${symbol}` : `input ${symbol}`;
  }

  /* One path: units from the output back to the start, and its factors in that order. */
  function path(net, cache, grads, from, units) {
    const L = depth(net), k = units[0];
    const factors = [{ symbol: mark("δ", L, k), value: grads.delta[L][k - 1][0], words: `error signal of output ${k}` }];
    units.slice(1).forEach((i, step) => {
      const l = L - step - 1, k = units[step], name = net.activations[l];
      factors.push({ symbol: weight(l + 1, k, i), value: net.W[l + 1][k - 1][i - 1], words: "the weight on the way" });
      if (l) {
        const value = activations[name].derivative(cache.z[l][i - 1][0]);
        factors.push({ symbol: `σ'(${mark("z", l, i)})`, value, words: `slope of ${name} in this unit`, slope: true });
      }
    });
    const { layer: l, back: j } = from;
    if (j) factors.push({ symbol: mark("a", l - 1, j), value: cache.a[l - 1][j - 1][0], words: "what the chosen weight multiplies" });
    return { units, factors, product: factors.reduce((product, f) => product * f.value, 1) };
  }

  /* Everything the figure shows, from the network s with its example and its start s.wrt. */
  function read(s) {
    const from = start(s.wrt, s.sizes), { layer: l, unit: i, back: j } = from, L = depth(s);
    const cache = nets.forward(s, s.X), grads = nets.backward(s, cache, s.Y);
    const choices = range(l + 1, L).reduce((tails, k) => range(1, s.sizes[k]).flatMap((u) => tails.map((t) => [u, ...t])), [[i]]);
    const paths = choices.map((units) => path(s, cache, grads, from, units));
    const products = paths.map((p) => p.product);
    const exact = j ? grads.dW[l][i - 1][j - 1] : (l ? grads.delta[l] : grads.dL_dx)[i - 1][0];
    const row = l === L ? [] : range(1, s.sizes[l + 1]).map((k) => ({
      weight: weight(l + 1, k, i), delta: mark("δ", l + 1, k), w: s.W[l + 1][k - 1][i - 1], d: grads.delta[l + 1][k - 1][0],
    }));
    const terms = row.map((t) => t.w * t.d), { factors } = paths[0];
    return {
      from, symbol: named(from), cache, grads, L: nets.loss(s, cache, s.Y), paths, products, row,
      total: settled(added(products), products), derivative: settled(exact, products),
      rowSum: settled(added(terms), terms), after: row.length ? factors.slice(factors.length - (l > 0) - (j > 0)) : factors,
    };
  }

  /* From the last hidden layer to the input: paths from one unit, products along all of them, and by the recursion. */
  const counts = (sizes) => range(0, sizes.length - 2).reverse().map((l) => {
    const L = sizes.length - 1, units = sizes[l], paths = sizes.slice(l + 1).reduce((n, k) => n * k, 1);
    return { layer: l, units, paths, walked: units * paths * (l ? 2 * (L - l) : 2 * L - 1), recursion: units * sizes[l + 1] + (l ? units : 0) };
  });

  function route(s, r, { units }) {
    const via = units.map((i, step) => mark("a", depth(s) - step, i));
    return ["L", ...via, ...(r.from.back ? [r.symbol] : [])].join(" ← ");
  }

  function conclusion(r) {
    const { products, total, symbol } = r, n = products.length;
    if (n === 1) return `One path only: its product is ∂L/∂${symbol}, and nothing is added.`;
    const more = products.filter((p) => p > 0), less = products.filter((p) => p < 0);
    if (!more.length && !less.length) return `Each of the ${n} paths has a factor 0: nothing comes through.`;
    if (!products.every(Number.isFinite)) return "A factor is too large for a computer's number.";
    if (total === 0) return `The ${n} paths cancel: what some add, others take away.`;
    if (more.length && less.length) {
      return `The ${n} paths do not all pull one way: ${more.length} ${more.length === 1 ? "adds" : "add"} ${show(added(more))}, ` +
        `${less.length} ${less.length === 1 ? "takes" : "take"} away ${show(-added(less))}. Together: ${show(total)}.`;
    }
    return `The ${n} paths pull one way and add up: ${show(total)}.`;
  }

  const signed = (v, write = format) => (v < 0 ? `(${write(v)})` : write(v));
  function trace(s, r) {
    const layers = range(1, depth(s)), L = depth(s), { from, symbol, row, after } = r;
    const column = (A) => `(${A.map(([v]) => format(v)).join(", ")})`;
    const by = up(from.layer + 1);
    return [
      `Network ${s.sizes.join("-")}: ${layers.map((l) => s.activations[l]).join(", ")}; loss ${s.loss}`,
      `x = ${column(s.X)}, y = ${column(s.Y)}`, `Start: ${where(from)}`, "", "Forward",
      ...layers.map((l) => `  a${up(l)} = ${column(r.cache.a[l])}`), `  L = ${format(r.L)}`,
      `Output: δ${up(L)} = ∂L/∂z${up(L)} = ${column(r.grads.delta[L])}`, "", `Paths from L back to ${symbol}: ${r.paths.length}`,
      ...r.paths.flatMap((p, n) => [
        `  ${n + 1}. ${route(s, r, p)}`, `     ${p.factors.map((f) => f.symbol).join(" · ")}`,
        `     = ${p.factors.map((f) => signed(f.value)).join(" · ")} = ${format(p.product)}`,
      ]),
      `  Sum: ∂L/∂${symbol} = ${format(r.total)}`, "", "The same by the recursion",
      ...(row.length ? [
        `  row ${from.unit} of W${by}ᵀ δ${by} = ${row.map((t) => `${t.weight} · ${t.delta}`).join(" + ")}`,
        `    = ${row.map((t) => `${signed(t.w)} · ${signed(t.d)}`).join(" + ")} = ${format(r.rowSum)}`,
      ] : []),
      ...after.map((f, n) => `  ${row.length || n ? "times " : ""}${f.symbol} = ${format(f.value)}` +
        (row.length && f.slope ? `, is ${mark("δ", from.layer, from.unit)} = ${format(r.rowSum * f.value)}` : "")),
      `  ∂L/∂${symbol} = ${format(r.derivative)}`, "", "Count: products along all paths, and by the recursion",
      ...counts(s.sizes).map((c) => `  ${c.layer ? `layer ${c.layer}` : "input"}: ${c.paths === 1 ? "1 path" : `${c.paths} paths`} ` +
        `from each of ${c.units}; ${c.walked} against ${c.recursion}`),
      "", conclusion(r),
    ].join("\n");
  }

  lab.forks = { start, read, counts, route, where, conclusion, trace, mark, weight, up, low, signed };
})(globalThis.backpropLab);
