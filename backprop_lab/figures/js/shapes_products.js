/* The tables of a layer, the products that can be made of them, which are right, and why: shapes_products.py and
 * shapes_words.py, letter for letter.
 */
(function (lab) {
  "use strict";
  if (lab.shapes) return;
  const { nets, format, show, raised: up, lowered: down } = lab;
  const { grid, shape: sizeOf, transpose, multiply } = nets;

  // name -> what its rows and its columns count
  const EDGES = {
    A: ["in", "m"], W: ["out", "in"], b: ["out", "one"], Z: ["out", "m"], H: ["out", "m"], V: ["next", "out"],
    E: ["next", "m"], G: ["out", "m"], D: ["out", "m"], one: ["m", "one"], dW: ["out", "in"], db: ["out", "one"],
  };
  // key -> the table that is wanted, the left factor, whether it is transposed, the right factor, whether it is
  const PRODUCTS = {
    WA: ["Z", "W", false, "A", false], WtA: ["Z", "W", true, "A", false], AW: ["Z", "A", false, "W", false],
    AWt: ["Z", "A", false, "W", true],
    VtE: ["G", "V", true, "E", false], VE: ["G", "V", false, "E", false], EV: ["G", "E", false, "V", false],
    DAt: ["dW", "D", false, "A", true], ADt: ["dW", "A", false, "D", true], AtD: ["dW", "A", true, "D", false],
    DA: ["dW", "D", false, "A", false], DtA: ["dW", "D", true, "A", false],
    D1: ["db", "D", false, "one", false], Dt1: ["db", "D", true, "one", false], "1tD": ["db", "one", true, "D", false],
  };
  // name -> its letters and how far its layer is from the chosen one
  const LETTERS = {
    A: ["A", -1], W: ["W", 0], b: ["b", 0], Z: ["Z", 0], H: ["A", 0], V: ["W", 1], E: ["Δ", 1], G: ["∂L/∂A", 0],
    D: ["Δ", 0], dW: ["∂L/∂W", 0], db: ["∂L/∂b", 0],
  };
  const SMALL = { A: "a", W: "w", Δ: "δ", Z: "z", b: "b", "∂L/∂A": "∂L/∂a", "∂L/∂W": "∂L/∂w", "∂L/∂b": "∂L/∂b" };
  const IN_ROWS = ["AWt", "EV", "DtA", "1tD"];
  const SAME = 1e-12;

  /* The given network in the sizes that the reader has chosen: what is given stays, what is new is made up, always
   * alike. Only the layers around the chosen one change their size. */
  function made(table, rows, columns, salt, number) {
    return grid(rows, columns, (i, j) => (table[i] && table[i][j] !== undefined ? table[i][j]
      : number((7 * i + 11 * j + 3 * salt) % 17)));
  }
  function network(s) {
    const depth = s.sizes.length - 1, sizes = [...s.sizes], W = {}, b = {}, tenths = (k) => (k === 8 ? 0.9 : (k - 8) / 10);
    [s.inputs, s.units, s.next].forEach((n, k) => { sizes[s.layer - 1 + k] = n; });
    for (const l of nets.range(1, depth)) {
      W[l] = made(s.W[l], sizes[l], sizes[l - 1], l, tenths);
      b[l] = made(s.b[l], sizes[l], 1, l + 5, tenths);
    }
    const X = made(s.X, sizes[0], s.examples, 2, (k) => 2 * tenths(k));
    let Y = made(s.Y, sizes[depth], s.examples, 4, s.loss === "squared_error" ? (k) => 3 * tenths(k) : (k) => k % 2);
    if (s.loss === "cross_entropy") {  // its columns are distributions
      const sums = transpose(Y).map((y) => y.reduce((sum, v) => sum + v, 0));
      Y = grid(...sizeOf(Y), (i, j) => (sums[j] ? Y[i][j] / sums[j] : Number(i === j % Y.length)));
    }
    return { ...s, sizes, W, b, X, Y };
  }

  function read(s) {
    const net = network(s), l = s.layer, { z, a } = nets.forward(net, net.X), g = nets.backward(net, { z, a }, net.Y);
    const sizes = { in: s.inputs, out: s.units, next: s.next, m: s.examples, one: 1 };
    const tables = { A: a[l - 1], W: net.W[l], b: net.b[l], Z: z[l], H: a[l], V: net.W[l + 1], E: g.delta[l + 1],
      G: multiply(transpose(net.W[l + 1]), g.delta[l + 1]), D: g.delta[l], one: grid(s.examples, 1, () => 1), dW: g.dW[l], db: g.db[l] };
    const [target, left, turn, right, turned] = PRODUCTS[s.product];
    const factors = [turn ? transpose(tables[left]) : tables[left], turned ? transpose(tables[right]) : tables[right]];
    const flip = (edges, over) => (over ? [...edges].reverse() : edges);
    const edges = [...flip(EDGES[left], turn), ...flip(EDGES[right], turned)], [rows, inner, other, columns] = edges;
    const wanted = tables[target], shape = [sizes[rows], sizes[columns]], fits = sizeOf(wanted).every((n, k) => n === shape[k]);
    let kind = EDGES[target].join() === [rows, columns].join() ? "right" : "turned";
    if (inner !== other) kind = sizes[inner] === sizes[other] ? "accident" : "misfit";
    const r = { s, layer: l, net, sizes, tables, target, left, turn, right, turned, factors, edges, kind, shape, wanted, fits,
      withBias: target === "Z" && fits, result: null, L: nets.loss(net, { z, a }, net.Y) };
    if (kind !== "misfit") {
      const product = multiply(...factors);
      r.result = r.withBias ? nets.map((v, i) => v + i, product, grid(...shape, (i) => tables.b[i][0])) : product;
    }
    r.i = Math.min(s.i, shape[0]);
    r.j = Math.min(s.j, shape[1]);
    if (r.result && fits) r.differing = differing(r);
    return r;
  }
  /* Which entries are wrong where the shapes agree, and which one most (counted from 1). */
  function differing({ result, wanted }) {
    const gap = nets.map((a, b) => Math.abs(a - b), result, wanted), most = Math.max(...gap.flat());
    const scale = Math.max(...wanted.flat().map(Math.abs)), i = gap.findIndex((row) => row.includes(most));
    const wrong = gap.map((row) => row.map((v) => v > SAME * scale));
    return { wrong, many: wrong.flat().filter(Boolean).length, i: i + 1, j: gap[i].indexOf(most) + 1 };
  }
  /* Would NumPy combine the result with what the next step holds against it, though the shapes differ? */
  const stretches = (r) => sizeOf(r.target === "Z" ? r.tables.b : r.wanted)
    .every((n, k) => n === r.shape[k] || n === 1 || r.shape[k] === 1);

  /* Names: W⁽¹⁾ᵀ, w⁽¹⁾₂₃, n₁, n₁ = 4. */
  const layerOf = (r, edge) => r.layer + { in: -1, out: 0, next: 1 }[edge];
  function lettered(r, table, small = false) {
    const [letters, off] = LETTERS[table];
    return `${small ? SMALL[letters] : letters}⁽${up(r.layer + off)}⁾`;
  }
  const name = (r, table, over = false) => (table === "one" ? "1" : lettered(r, table)) + (over ? "ᵀ" : "");
  const entry = (r, table, i, j) =>
    (table === "one" ? "1" : lettered(r, table, true) + down(`${i}${EDGES[table][1] === "one" ? "" : j}`));
  const symbol = (r, edge) => ({ m: "m", one: "1" })[edge] || `n${down(layerOf(r, edge))}`;
  const counted = (r, edge) => (edge === "one" ? "1" : `${symbol(r, edge)} = ${r.sizes[edge]}`);
  const amount = (r, edge) => `${counted(r, edge)} number${r.sizes[edge] === 1 ? "" : "s"}`;
  function meaning(r, edge, one = true) {
    const end = one ? "" : "s";
    return edge === "m" ? `example${end}` : `unit${end} of layer ${layerOf(r, edge)}`;
  }
  const shape = (r, rows, columns) => `${symbol(r, rows)} × ${symbol(r, columns)} = ${r.sizes[rows]} × ${r.sizes[columns]}`;
  const names = (r) => [name(r, r.left, r.turn), name(r, r.right, r.turned)];
  const product = (r) => names(r).join(" ") + (r.withBias ? ` + ${name(r, "b")}` : "");

  function verdict(r) {
    const [left, right] = names(r), [rows, inner, other, columns] = r.edges, target = name(r, r.target);
    if (r.kind === "misfit") {
      return `${left} ${right} cannot be formed: ${left} has ${amount(r, inner)} in each row, ${right} has ` +
        `${amount(r, other)} in each column. Each row of ${left} runs over the ${meaning(r, inner, false)}, ` +
        `each column of ${right} over the ${meaning(r, other, false)}: they do not pair up.${inRows(r)}`;
    }
    if (r.kind === "accident") {
      return `${left} ${right} fits by accident: ${symbol(r, inner)} and ${symbol(r, other)} are both ${r.sizes[inner]}. ` +
        `Each sum pairs ${meaning(r, inner, false)} with ${meaning(r, other, false)}, which do not belong together. ${outcome(r)}${inRows(r)}`;
    }
    const said = `${left} ${right} fits: a row of ${left} and a column of ${right} both have ${amount(r, inner)}, ` +
      `one for each ${meaning(r, inner)}.`;
    if (r.kind === "right") return `${said} The result is ${shape(r, rows, columns)}, the shape of ${target}. ${reason(r)}`;
    return `${said} But it is ${target} on its side, ${symbol(r, rows)} × ${symbol(r, columns)}. ${outcome(r)}`;
  }
  const reason = (r) => ({
    Z: `Row i of ${name(r, "W")} holds the weights into unit i, column j of ${name(r, "A")} is example j.`,
    G: `Column i of ${name(r, "V")} holds the weights out of unit i: the transpose makes a row of it.`,
    dW: "Each example adds its own δᵢ aⱼ, so the examples are what is summed over.",
    db: "bᵢ takes part in every example, so its derivative is the sum of δᵢ over the examples.",
  })[r.target];
  const inRows = (r) => (IN_ROWS.includes(r.s.product)
    ? " Where examples are rows, as in PyTorch, these letters are right: each table is the transpose of ours." : "");
  function outcome(r) {
    const target = name(r, r.target), [rows, columns] = r.shape;
    if (!r.fits) {
      const then = stretches(r) ? "NumPy stretches it in the next step, without an error" : "the next step raises an error";
      return `It is ${rows} × ${columns}, ${target} is ${sizeOf(r.wanted).join(" × ")}: ${then}.`;
    }
    const { many, i, j } = r.differing;
    if (!many) return `Here its numbers are those of ${target} all the same: with larger sizes they are not.`;
    return `It has the shape of ${target}, so no error is raised, and ${many} of ${rows * columns} entries ${many === 1 ? "is" : "are"} wrong: ` +
      `most of all entry ${i}, ${j}, ${show(r.result[i - 1][j - 1])} instead of ${show(r.wanted[i - 1][j - 1])}.`;
  }

  /* The pairs behind the chosen entry: two symbols and two numbers, null where there is no partner. */
  function terms(r) {
    const [L, R] = r.factors, { i, j } = r, most = Math.max(L[0].length, R.length);
    return nets.range(1, most).map((k) => {
      const has = k <= L[0].length, meets = k <= R.length;
      return [has ? entry(r, r.left, ...(r.turn ? [k, i] : [i, k])) : "?", meets ? entry(r, r.right, ...(r.turned ? [j, k] : [k, j])) : "?",
        has ? L[i - 1][k - 1] : null, meets ? R[k - 1][j - 1] : null];
    });
  }
  const bracketed = (said) => (/^[-−]/.test(said) ? `(${said})` : said);
  function summed(r, write, digits) {
    const pairs = terms(r), number = (v) => (v === null ? "?" : bracketed(write(v, digits)));
    let symbols = pairs.map(([a, b]) => `${a}·${b}`).join(" + "), numbers = pairs.map((p) => `${number(p[2])}·${number(p[3])}`).join(" + ");
    if (r.withBias) {
      symbols += ` + ${entry(r, "b", r.i, 1)}`;
      numbers += ` + ${number(r.tables.b[r.i - 1][0])}`;
    }
    if (!r.result) return `${symbols} = ${numbers}: a number without a partner`;
    const first = r.kind === "right" ? `${entry(r, r.target, r.i, r.j)} = ` : "";
    return `${first}${symbols} = ${numbers} = ${write(r.result[r.i - 1][r.j - 1], digits)}`;
  }

  function trace(r) {
    const rows = (table) => table.map((row) => `  ${row.map((v) => format(v)).join(", ")}`);
    return [
      `Layer ${r.layer}: ${counted(r, "in")} units in, ${counted(r, "out")} units out, ` +
        `${counted(r, "next")} units in the next layer, ${counted(r, "m")} examples`,
      "", "Shapes, rows × columns", ...Object.entries(EDGES).map(([table, edges]) => `  ${name(r, table)}: ${shape(r, ...edges)}`),
      "", `Product ${product(r)}, wanted ${name(r, r.target)}`, verdict(r),
      "", `Entry ${r.i}, ${r.j}`, `  ${summed(r, format, 6)}`,
      ...(r.result ? ["", product(r), ...rows(r.result)] : []),
      ...(r.kind === "right" ? [] : ["", name(r, r.target), ...rows(r.wanted)]),
    ].join("\n");
  }

  lab.shapes = { EDGES, PRODUCTS, network, read, terms, name, entry, symbol, counted, shape, names, product, verdict, summed, bracketed, trace };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
