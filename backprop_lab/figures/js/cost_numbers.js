/* What the cost figure computes: cost.py, cost_reading.py and cost_words.py, letter for letter, in whole numbers of any
 * length (BigInt), so that nothing is rounded before it is written.
 */
(function (lab) {
  "use strict";
  if (lab.cost) return;
  const { tenTo } = lab;

  const SCHEMES = ["central", "forward"];
  const LARGEST = { depth: 20, width: 64, inputs: 1000, outputs: 1000, batch: 10000 };
  const WAYS = ["forward", "backward", "path", "differences"];
  const EXACT_BELOW = 10n ** 9n;

  const sizesOf = (s) => [s.inputs, ...Array(s.depth - 1).fill(s.width), s.outputs];
  const whole = (sizes) => sizes.map(BigInt);
  const add = (list) => list.reduce((sum, v) => sum + v, 0n);
  const weights = (n) => add(n.slice(1).map((units, k) => units * n[k]));
  const parameters = (n) => weights(n) + add(n.slice(1));

  /* The four ways, each {multiplications, evaluations, kept, paths, passes}. */
  function forward(sizes, batch) {
    const n = whole(sizes), m = BigInt(batch), units = add(n.slice(1));
    return { multiplications: m * weights(n), evaluations: m * units, kept: 2n * m * units, paths: 0n, passes: 1n };
  }
  function backward(sizes, batch) {
    const n = whole(sizes), m = BigInt(batch), units = add(n.slice(1));
    return {
      multiplications: m * (2n * weights(n) + units) - m * n[0] * n[1],
      evaluations: m * units, kept: m * units + parameters(n), paths: 0n, passes: 0n,
    };
  }
  /* From one parameter of layer l to the loss, for l = 1 … L: the product of the widths behind it. */
  function paths(sizes) {
    const n = whole(sizes);
    return n.slice(1).map((_, k) => n.slice(k + 2).reduce((product, v) => product * v, 1n));
  }
  function pathSums(sizes, batch, biases = true) {
    const n = whole(sizes), m = BigInt(batch), ways = paths(sizes), L = n.length - 1;
    let multiplications = 0n, evaluations = 0n, walked = 0n;
    for (let l = 1; l <= L; l += 1) {
      const behind = BigInt(L - l), weight = n[l] * n[l - 1], bias = biases ? n[l] : 0n, each = ways[l - 1];
      multiplications += each * (weight * (2n * behind + 2n) + bias * (2n * behind + 1n));
      evaluations += each * (weight + bias) * (behind + 1n);
      walked += each * (weight + bias);
    }
    return {
      multiplications: m * multiplications, evaluations: m * evaluations, kept: biases ? parameters(n) : weights(n),
      paths: walked, passes: 0n,
    };
  }
  function finiteDifferences(sizes, batch, scheme) {
    const once = forward(sizes, batch), P = parameters(whole(sizes)), passes = scheme === "central" ? 2n * P : P + 1n;
    return {
      multiplications: passes * once.multiplications, evaluations: passes * once.evaluations,
      kept: 2n * P + once.kept, paths: 0n, passes,
    };
  }
  function costs(s) {
    const sizes = sizesOf(s);
    return {
      forward: forward(sizes, s.batch), backward: backward(sizes, s.batch), path: pathSums(sizes, s.batch, s.biases),
      differences: finiteDifferences(sizes, s.batch, s.scheme),
    };
  }
  /* The depth from which on the path sum costs more than the differences; null where it does not up to 20. */
  function overtaken(s) {
    const dearer = Array.from({ length: LARGEST.depth }, (_, k) => {
      const { path, differences } = costs({ ...s, depth: k + 1 });
      return path.multiplications > differences.multiplications;
    });
    return dearer.at(-1) ? dearer.lastIndexOf(false) + 2 : null;
  }

  const grouped = (digits) => String(digits).replace(/\B(?=(\d{3})+$)/g, ",");
  const raise = (power) => 10n ** BigInt(Math.max(0, power));
  /* Digits with the point after so many places, and no zeros at the end behind it. */
  function pointed(figures, power) {
    if (power < 0) return `0.${"0".repeat(-power - 1)}${figures}`.replace(/0+$/, "");
    const rest = figures.slice(power + 1).replace(/0+$/, "");
    return grouped(figures.slice(0, power + 1).padEnd(power + 1, "0")) + (rest && `.${rest}`);
  }
  /* How many times one whole number is in another, half rounded up; powers of ten from 10⁴ on. */
  function times(above, below, digits = 3) {
    let power = String(above).length - String(below).length;
    if (above * raise(-power) < below * raise(power)) power -= 1;
    const shift = digits - 1 - power, top = above * raise(shift), bottom = below * raise(-shift);
    let mantissa = (2n * top + bottom) / (2n * bottom);
    if (mantissa === raise(digits)) {
      mantissa /= 10n;
      power += 1;
    }
    if (power >= -3 && power < 4) return pointed(String(mantissa), power);
    const before = pointed(String(mantissa), 0);
    return (before === "1" ? "" : `${before}·`) + tenTo(power);
  }
  /* A count: exact up to 10⁹, in four digits and a power of ten from there on. */
  const told = (count) => (count < EXACT_BELOW ? grouped(count) : times(count, 1n, 4));
  const many = (n, word, write = told) => `${write(n)} ${word}${n === 1n ? "" : "s"}`;

  const names = (s) => ({
    forward: "forward pass", backward: "backward pass", path: "path sum", differences: `${s.scheme} differences`,
  });
  function compared(all, way) {
    if (way === "forward") return "";
    const other = way === "backward" ? "forward" : "backward";
    return `${times(all[way].multiplications, all[other].multiplications)} × ${other}`;
  }
  function sentences(s) {
    const all = costs(s), deeper = costs({ ...s, depth: s.depth + 1 }), from = overtaken(s);
    const back = all.backward.multiplications, P = parameters(whole(sizesOf(s)));
    const growth = (way) => times(deeper[way].multiplications, all[way].multiplications);
    return [
      `The backward pass needs ${times(back, all.forward.multiplications)} times what the forward pass needs.`,
      `The path sum needs ${times(all.path.multiplications, back)} times what the backward pass needs: it multiplies out ` +
        `${many(all.path.paths, "path")}${s.batch > 1 ? " for each example" : ""}.`,
      `${s.scheme[0].toUpperCase()}${s.scheme.slice(1)} differences need ${times(all.differences.multiplications, back)} ` +
        `times what the backward pass needs: ${told(all.differences.passes)} forward passes for ${many(P, "parameter")}.`,
      `One more layer of ${s.width} makes the path sum ${growth("path")} times as long, and the backward pass ` +
        `${growth("backward")} times.`,
      from === null ? `Up to depth ${LARGEST.depth} the path sum does not cost more than the differences.`
        : from === 1 ? "At every depth the path sum costs more than the differences."
          : `From depth ${from} on, the path sum costs more than the differences.`,
    ];
  }
  function network(s) {
    const sizes = s.depth > 6 ? `${s.inputs}-${s.width}-…-${s.width}-${s.outputs} with ${s.depth} layers` : sizesOf(s).join("-");
    return `${sizes}, ${many(BigInt(s.batch), "example")}, ${many(parameters(whole(sizesOf(s))), "parameter")}`;
  }
  function trace(s) {
    const all = costs(s), called = names(s), row = (key) => WAYS.map((way) => `  ${called[way]}: ${grouped(all[way][key])}`);
    const more = {
      forward: "", backward: ` (${compared(all, "backward")})`,
      path: ` (${compared(all, "path")}), ${many(all.path.paths, "path", grouped)}, ${s.biases ? "weights and biases" : "weights only"}`,
      differences: ` (${compared(all, "differences")}), ${grouped(all.differences.passes)} passes`,
    };
    return [
      `Network ${network(s)}`, "", "Multiplications", ...row("multiplications").map((line, k) => line + more[WAYS[k]]),
      "", "Evaluations of σ and σ′", ...row("evaluations"), "", "Numbers kept", ...row("kept"),
      "", "Paths from one parameter of layer l to the loss", ...paths(sizesOf(s)).map((n, k) => `  l = ${k + 1}: ${grouped(n)}`),
      "", ...sentences(s),
    ].join("\n");
  }

  lab.cost = { SCHEMES, LARGEST, WAYS, sizesOf, forward, backward, paths, pathSums, finiteDifferences, costs, overtaken,
    times, told, names, compared, sentences, network, trace };
})(globalThis.backpropLab);
