/* One layer computed in two conventions, each by its own formulas from its own arrays: converter_reading.py and
 * converter_words.py, letter for letter. Names, formulas and sentences come with the setting, from Python.
 */
(function (lab) {
  "use strict";
  if (lab.converter) return;
  const { nets, activations, format, show } = lab;
  const { grid, transpose: T, multiply, hadamard, map } = nets;
  const ARRAYS = ["X", "W", "b", "Z", "A", "W2", "D2", "D", "dW", "db"];
  const BOOK = "this book";

  const tanh = (Z) => map(activations.tanh.value, Z), slope = (Z) => map(activations.tanh.derivative, Z);
  const sums = (D) => D.map((row) => [row.reduce((sum, v) => sum + v, 0)]);
  // What NumPy stretches: a column to every example in columns, a list to every example in rows.
  const plusColumn = (Z, b) => Z.map((row, i) => row.map((v) => v + b[i][0]));
  const plusRow = (Z, b) => Z.map((row) => row.map((v, j) => v + b[0][j]));
  const error = (A2, Y, m) => map((a, y) => (a - y) / m, A2, Y);
  const ones = (columns) => grid(1, columns, () => 1);
  const joined = (left, right) => left.map((row, i) => [...row, ...right[i]]);
  const withoutFirst = (Theta) => Theta.map((row) => row.slice(1));

  /* An array with one axis is a table with one row here. */
  const passes = {
    columns({ X, W, b, W2, b2, Y }) {
      const Z = plusColumn(multiply(W, X), b), A = tanh(Z);
      const D2 = error(plusColumn(multiply(W2, A), b2), Y, X[0].length);
      const D = hadamard(multiply(T(W2), D2), slope(Z));
      return { X, W, b, Z, A, W2, D2, D, dW: multiply(D, T(X)), db: sums(D) };
    },
    rows(t) {
      const X = T(t.X), { W, W2 } = t, b = T(t.b), Z = plusRow(multiply(X, T(W)), b), A = tanh(Z);
      const D2 = error(plusRow(multiply(A, T(W2)), T(t.b2)), T(t.Y), X.length);
      const D = hadamard(multiply(D2, W2), slope(Z));
      return { X, W, b, Z, A, W2, D2, D, dW: multiply(T(D), X), db: multiply(ones(X.length), D) };
    },
    keras(t) {
      const X = T(t.X), K = T(t.W), K2 = T(t.W2), b = T(t.b), Z = plusRow(multiply(X, K), b), A = tanh(Z);
      const D2 = error(plusRow(multiply(A, K2), T(t.b2)), T(t.Y), X.length);
      const D = hadamard(multiply(D2, T(K2)), slope(Z));
      return { X, W: K, b, Z, A, W2: K2, D2, D, dW: multiply(T(X), D), db: multiply(ones(X.length), D) };
    },
    theta(t) {
      const m = t.X[0].length, X = [...ones(m), ...t.X], Theta = joined(t.b, t.W), Theta2 = joined(t.b2, t.W2);
      const Z = multiply(Theta, X), A = tanh(Z), D2 = error(multiply(Theta2, [...ones(m), ...A]), t.Y, m);
      const D = hadamard(multiply(T(withoutFirst(Theta2)), D2), slope(Z)), dTheta = multiply(D, T(X));
      return { X, W: Theta, b: Theta, Z, A, W2: Theta2, D2, D, dW: dTheta, db: dTheta };
    },
  };

  /* Both readings of a setting: {convention, array, n_in, n_out, n_next, m, base, words, …}. */
  function read(s) {
    const { n_in: i, n_out: o, n_next: n, m } = s;
    const corner = (name, rows, columns) => s.base[name].slice(0, rows).map((row) => row.slice(0, columns));
    const tables = { X: corner("X", i, m), W: corner("W", o, i), b: corner("b", o, 1), W2: corner("W2", n, o),
      b2: corner("b2", n, 1), Y: corner("Y", n, m) };
    const sizes = { in: i, out: o, next: n, m, one: 1, "1+in": 1 + i, "1+out": 1 + o };
    return { s, sizes, book: passes.columns(tables), theirs: passes[s.convention](tables), ours: s.words.columns, words: s.words[s.convention] };
  }

  /* Is this entry of the convention's table a part of the followed array? */
  function belongs({ s, words }, i, j) {
    const first = words.first[s.array];
    if (!first) return true;
    const ahead = (first === "row" ? i : j) === 0;
    return s.array === "b" || s.array === "db" ? ahead : !ahead;
  }

  /* Words: a shape as NumPy writes it, in symbols or in numbers; sentences with numbers in them. */
  const shape = (parts) => (parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`);
  const numbersOf = (r, words, name) => shape(words.sides[name].map((side) => r.sizes[side]));
  const symbolsOf = (r, words, name) => shape(words.sides[name].map((side) => r.s.sides[side]));
  const note = ({ s, words }) => words.note.replace("{n}", s.n_next).replace("{ratio}", show(2 / s.n_next, 3));
  const counts = ({ s }) => [["n₀", s.n_in, "unit", " in"], ["n₁", s.n_out, "unit", " out"], ["n₂", s.n_next, "unit", " in the next layer"], ["m", s.m, "example", ""]]
    .map(([symbol, n, word, end]) => `${symbol} = ${n} ${word}${n === 1 ? "" : "s"}${end}`).join(", ");
  function captions(r) {
    const { s: { array }, ours, words } = r;
    return [`${BOOK}: ${ours.names[array]} ${numbersOf(r, ours, array)}`,
      `${words.short}: ${words.names[array]} ${numbersOf(r, words, array)}, ${words.same[array]}`];
  }

  function trace(r) {
    const { s, ours, words } = r, rows = (table) => table.map((row) => `  ${row.map((v) => format(v)).join(", ")}`);
    const lines = [`Coming from: ${words.label}`, counts(r), words.says, ...(words.note ? [note(r)] : []), s.letters];
    s.steps.forEach((step, k) => {
      lines.push("", step);
      for (const [who, said] of [[BOOK, ours], [words.short, words]]) lines.push(`  ${who}: ${said.formulas[k]}`, `    ${said.code[k]}`);
    });
    lines.push("", `Shapes in ${BOOK} | in ${words.short}`);
    for (const name of ARRAYS) {
      const [here, there] = [ours, words].map((said) => `${said.names[name]} ${symbolsOf(r, said, name)} = ${numbersOf(r, said, name)}`);
      lines.push(`  ${here} | ${there}: ${words.same[name]}`);
    }
    captions(r).forEach((said, k) => lines.push("", said, ...rows([r.book, r.theirs][k][s.array])));
    return lines.join("\n");
  }

  lab.converter = { ARRAYS, BOOK, read, belongs, note, counts, captions, numbersOf, trace };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
