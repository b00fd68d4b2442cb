/* What NumPy does with W A + b for each shape of b, and what a gradient of b has to undo: broadcast_reading.py and
 * broadcast_words.py, letter for letter.
 */
(function (lab) {
  "use strict";
  if (lab.broadcast) return;
  const { nets, format } = lab, { grid } = nets;

  // how the page writes the shape of b -> its sides
  const SHAPES = { "(n, 1)": ["n", "one"], "(n,)": ["n"], "(1, m)": ["one", "m"], "(1, 1)": ["one", "one"], "(n, m)": ["n", "m"], "(m,)": ["m"] };
  const MEANT = "(n, 1)";
  // key -> the line of NumPy, and the axes that it sums over
  const SUMS = {
    rows: ["delta.sum(axis=1, keepdims=True)", [1]], columns: ["delta.sum(axis=0, keepdims=True)", [0]], none: ["delta", []],
    total: ["delta.sum()", [0, 1]], mean: ["delta.mean(axis=1, keepdims=True)", [1]],
  };
  const RULE = "What is stretched forward is summed backward";
  const OVER = ["the units", "the examples"];
  const WRONG = "✗ fits, and is wrong";
  const MARKS = { meant: "✓ fits, as meant", refused: "✗ refused", grown: WRONG, example: WRONG, one: WRONG, entry: WRONG };
  const JUDGED = { right: "✓ right", same: "✓ right here", axis: "✗ one axis too many", wrong: "✗ wrong" };
  const alike = (a, b) => a.length === b.length && a.every((v, k) => v === b[k]);

  /* Two shapes aligned from the right, as NumPy does it; null where b has no such axis. */
  function align(n, m, own) {
    const padded = [...Array(2 - own.length).fill(null), ...own];
    return [n, m].map((WA, number) => {
      const b = padded[number];
      const kind = b === null ? "added" : WA === b ? "same" : b === 1 ? "stretched" : WA === 1 ? "grown" : "refused";
      return { number, WA, b, kind, copied: (kind === "stretched" || kind === "added") && WA > 1 };
    });
  }
  function kindOf({ n, m }, axes) {
    if (axes.some((axis) => axis.kind === "refused")) return "refused";
    if (axes.some((axis) => axis.kind === "grown")) return "grown";
    const [units, examples] = axes.map((axis) => !axis.copied);
    if ((units || n === 1) && (!examples || m === 1)) return "meant";
    if (examples && m > 1) return units && n > 1 ? "entry" : "example";
    return "one";
  }

  /* A sum over some axes, with every axis kept. */
  function sumOver(D, axes) {
    const [rows, columns] = nets.shape(D);
    return grid(axes.includes(0) ? 1 : rows, axes.includes(1) ? 1 : columns, (i, j) => {
      let sum = 0;
      for (let k = axes.includes(0) ? 0 : i; k <= (axes.includes(0) ? rows - 1 : i); k += 1) {
        for (let l = axes.includes(1) ? 0 : j; l <= (axes.includes(1) ? columns - 1 : j); l += 1) sum += D[k][l];
      }
      return sum;
    });
  }

  /* A setting is {n, m, b, base}; an array with one axis is a table with one row here, and `shape` tells them apart. */
  function read(s) {
    const { n, m } = s, sizes = { n, m, one: 1 }, sides = SHAPES[s.b], shape = sides.map((side) => sizes[side]);
    const corner = (name, rows, columns) => grid(rows, columns, (i, j) => s.base[name][i][j]);
    const WA = corner("WA", n, m), D = corner("D", n, m), b = corner("b", shape.length === 1 ? 1 : shape[0], shape.at(-1));
    const axes = align(n, m, shape), kind = kindOf(s, axes), r = { s, n, m, shape, axes, kind, tables: { WA, D, b }, fits: kind !== "refused" };
    r.original = (i, j) => !(i && axes[0].copied) && !(j && axes[1].copied);
    if (r.fits) {
      const at = (table, i, j) => table[table.length === 1 ? 0 : i][table[0].length === 1 ? 0 : j];
      const [rows, columns] = axes.map((axis) => Math.max(axis.WA, axis.b ?? 1));
      r.stretched = grid(rows, columns, (i, j) => at(b, i, j));
      r.result = grid(rows, columns, (i, j) => at(WA, i, j) + at(b, i, j));
    }
    // The way back. Where b is refused or Z has grown, nothing comes back to it: then the b that is meant is looked at.
    const lost = kind === "refused" || kind === "grown", own = lost ? SHAPES[MEANT] : sides;
    r.lost = lost;
    r.back = own.map((side) => sizes[side]);
    const padded = [...Array(2 - own.length).fill(null), ...own];
    r.summed = align(n, m, r.back).filter((axis, k) => padded[k] === null || padded[k] === "one" || axis.copied).map((axis) => axis.number);
    r.gradient = sumOver(D, r.summed);
    r.sums = Object.fromEntries(Object.entries(SUMS).map(([key, [code, over]]) => {
      const value = key === "mean" ? sumOver(D, over).map((row) => row.map((v) => v / m)) : sumOver(D, over);
      const size = key === "total" ? [] : nets.shape(value), after = together(r.back, size);
      return [key, { key, code, over, value, shape: size, after, judged: judge(r, key, over, after) }];
    }));
    return r;
  }
  /* The shape of the sum of two arrays that fit. */
  function together(a, b) {
    const most = Math.max(a.length, b.length), padded = [a, b].map((own) => [...Array(most - own.length).fill(1), ...own]);
    return padded[0].map((size, k) => (size === 1 ? padded[1][k] : size));
  }
  function judge({ n, m, summed, back }, key, over, after) {
    const longer = (axes) => axes.filter((k) => [n, m][k] > 1);
    if (!alike(longer(over), longer(summed)) || (key === "mean" && m > 1)) return "wrong";
    if (!alike(after, back)) return "axis";
    return alike(over, summed) && key !== "mean" ? "right" : "same";
  }

  /* Words. */
  const shape = (parts) => (parts.length === 1 ? `(${parts[0]},)` : `(${parts.join(", ")})`);
  const met = (axis) => ({
    added: `b lacks it: it is taken as 1${axis.WA === 1 ? "" : ` and stretched to ${axis.WA}`}`,
    same: "the same", stretched: `b is stretched to ${axis.WA}`, grown: `W A is stretched to ${axis.b}`,
    refused: `${axis.WA} is not ${axis.b}, and neither is 1: refused`,
  })[axis.kind];
  const message = (r) => `operands could not be broadcast together with shapes ${[[r.n, r.m], r.shape].map((own) => shape(own).replaceAll(" ", "")).join(" ")}`;
  function verdict(r) {
    const { n, m, kind } = r, list = r.s.b === "(n,)", column = list ? " As a column it is right: b.reshape(-1, 1)." : "";
    if (kind === "refused") {
      const axis = r.axes.find((one) => one.kind === "refused");
      return `NumPy refuses: along axis ${axis.number} W A has ${axis.WA} and b has ${axis.b}, and neither is 1. ValueError: ${message(r)}.${column}`;
    }
    if (kind === "grown") {
      return "It fits, and it is wrong: W A has one example, so it is W A that NumPy stretches, and Z becomes " +
        `${shape(nets.shape(r.result))} instead of ${shape([n, m])}.${column}`;
    }
    if (kind === "meant") {
      const each = n > 1 ? "Each unit has a number of its own" : "The one unit has its number", all = m > 1 ? `, the same for all ${m} examples` : "";
      return `It fits, and it is what is meant. ${each}${all}.${r.shape.length === 2 ? "" : " That b has only one axis does no harm here, because n = 1."}`;
    }
    const said = {
      example: `b adds a number to each example${n > 1 ? ", the same for all units" : ""}; a bias belongs to a unit.`,
      one: `all ${n} units get the same number; each should have its own.`,
      entry: `each unit has a number of its own for every example, ${n * m} in all; a further example would have none.`,
    }[kind];
    return `It fits, no error is raised, and it is wrong: ${said}${list ? " It fits only because m = n." : ""}${column}`;
  }
  function rule(r) {
    const own = shape(r.back);
    const first = r.lost ? `Below is the b that is meant, ${MEANT}. ` : "";
    if (!r.summed.length) return `${RULE}. b has an entry for each of Δ, so nothing is summed: ∂L/∂b is Δ, ${own}.`;
    const names = r.summed.map((k) => `axis ${k}, ${OVER[k]},`).join(" and ").slice(0, -1);
    return `${first}${RULE}: b is used again along ${names}, so ∂L/∂b adds Δ up along ${r.summed.length === 1 ? "it" : "both"}: ${own}, the shape of b.`;
  }
  const overAll = (axes) => axes.map((k) => OVER[k]).join(" and ");
  const misplaced = (over, summed) =>
    `summed over ${OVER[over[0]]}${[", though nothing was stretched", `, not over ${OVER[summed[0]]}`, " only"][summed.length]}`;
  function mistake({ n, m, summed }, { key, over, judged }) {
    if (judged === "right") return over.length ? `summed over ${overAll(over)}` : "nothing was stretched, nothing is summed";
    if (judged === "same") {
      const ones = [["n", n], ["m", m]].filter(([, size], k) => size === 1 && over.includes(k) !== summed.includes(k)).map(([name]) => `${name} = 1`);
      return `the same numbers, because ${ones.join(" and ") || "m = 1"}`;
    }
    if (judged === "axis") return "the right numbers; without keepdims it has the shape of b";
    if (key === "mean") {
      return alike(over, summed) ? "the mean: divided by m once more, and Δ holds the 1/m already" : `${misplaced(over, summed)}, and divided by m once more`;
    }
    if (key === "none") return `not summed over ${overAll(summed)}`;
    if (key === "total") return alike(summed, [1]) ? "one sum for every bias" : "one sum for all of b";
    return misplaced(over, summed);
  }
  const other = (r) => ["example", "one", "entry"].includes(r.kind);
  const mark = (r, { judged }) => JUDGED[judged] + (judged === "right" && other(r) ? " for this b" : "");
  const freedom = (r) =>
    (other(r) ? `Judged for this b; for the one that is meant, ${MEANT}, the sum over the examples is right. ` : "") +
    "Each of the five can be subtracted from b without an error. Written b -= η * it, NumPy refuses those that " +
    `do not leave ${shape(r.back)}, the shape of b.`;
  const subtracted = (r, { after }) => `b − η · it is ${shape(after)}: no error${alike(after, r.back) ? "" : `, and b was ${shape(r.back)}`}`;

  function trace(r) {
    const { n, m, tables: { WA, D, b } } = r, rows = (table) => table.map((row) => `  ${row.map((v) => format(v)).join(", ")}`);
    const copies = () => r.stretched.map((row, i) => `  ${row.map((v, j) => (r.original(i, j) ? format(v) : `(${format(v)})`)).join(", ")}`);
    return [
      `Z = W A + b: W A is (n, m) = ${shape([n, m])}, b is ${r.s.b} = ${shape(r.shape)}`, "Aligned from the right",
      ...r.axes.map((axis) => `  axis ${axis.number}: W A has ${axis.WA}, b has ${axis.b ?? "none"}: ${met(axis)}`), verdict(r),
      "", "W A", ...rows(WA), "", `b, ${shape(r.shape)}`, ...rows(b),
      ...(r.fits ? ["", "b as it is added, its copies in brackets", ...copies(), "", `Z, ${shape(nets.shape(r.result))}`, ...rows(r.result)] : []),
      "", rule(r), "", "Δ", ...rows(D), "", `∂L/∂b, ${shape(r.back)}`, ...rows(r.gradient), "", freedom(r),
      ...Object.values(r.sums).flatMap((sum) => ["", `${sum.code}, ${shape(sum.shape)}: ${mark(r, sum)}, ${mistake(r, sum)}`,
        `  ${subtracted(r, sum)}`, ...rows(sum.value)]),
    ].join("\n");
  }

  lab.broadcast = { SHAPES, SUMS, MARKS, mark, read, shape, met, verdict, rule, mistake, freedom, subtracted, trace };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
