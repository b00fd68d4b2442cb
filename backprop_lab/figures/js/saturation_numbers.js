/* One sigmoid output under two losses: the factors of δ, the curves over z, steps of learning, and the words for them.
 *
 * The numbers are those of saturation_reading.py, the sentences those of saturation_words.py; browser tests hold both
 * against Python. Everything is computed from z, which keeps its digits where a rounds to 1. Nothing here draws.
 */
(function (lab) {
  "use strict";
  if (lab.saturation) return;
  const { activations, format, show } = lab;
  const { value: sigmoid, derivative: slopeAt } = activations.sigmoid;
  const SHOWN = 8, POINTS = 97, FLAT = 0.05, NEAR = 0.06, TOLD = [1, 2, 5, 10, 20, 50, 100];
  const SQUARED = "squared_error", ENTROPY = "binary_cross_entropy", KINDS = [SQUARED, ENTROPY];
  const TITLES = { [SQUARED]: "squared error", [ENTROPY]: "cross-entropy" };
  const FORMULAS = { [SQUARED]: "½ (a − y)²", [ENTROPY]: "max(z, 0) − z y + ln(1 + e^−|z|)" };
  const FIRST = { [SQUARED]: "a − y", [ENTROPY]: "(a − y) / (a (1 − a))" };
  const EQUATIONS = { [SQUARED]: "eq-output-delta", [ENTROPY]: "eq-bce-logits-delta" };

  // a − y. At y = 1 it is −σ(−z): the difference would be 0 as soon as a rounds to 1.
  const error = (z, y) => (y === 1 ? -sigmoid(-z) : sigmoid(z) - y);
  const loss = {
    [SQUARED]: (z, y) => 0.5 * error(z, y) ** 2,
    [ENTROPY]: (z, y) => Math.max(z, 0) - z * y + Math.log1p(Math.exp(-Math.abs(z))),
  };
  const first = { [SQUARED]: error, [ENTROPY]: (z, y) => error(z, y) / slopeAt(z) };
  const delta = { [SQUARED]: (z, y) => error(z, y) * slopeAt(z), [ENTROPY]: error };

  /* One step of gradient descent on [w, b] with the input x = 1: both gradients first, then both updates. */
  function step(kind, [w, b], s) {
    const x = 1, d = delta[kind](w * x + b, s.y);
    return [w - s.learning_rate * (d * x), b - s.learning_rate * d];
  }
  /* z and a at the start and after each step. */
  function path(s, kind) {
    const z = [s.z];
    for (let theta = [s.z, 0], k = 0; k < s.steps; k++) {
      theta = step(kind, theta, s);
      z.push(theta[0] + theta[1]);
    }
    return { z, a: z.map(sigmoid) };
  }
  /* The first step after which a is only half as far from y as at the start; −1 if it has not come so far. */
  const halfway = ({ a }, y) => a.findIndex((v) => Math.abs(v - y) <= Math.abs(a[0] - y) / 2);

  const each = (make) => Object.fromEntries(KINDS.map((kind) => [kind, make(kind)]));
  function read(s) {
    const { z, y } = s, slope = slopeAt(z);
    return {
      ...s, a: sigmoid(z), slope, ratio: 1 / slope, error: error(z, y), L: each((kind) => loss[kind](z, y)),
      first: each((kind) => first[kind](z, y)), delta: each((kind) => delta[kind](z, y)),
      far: Math.max(SHOWN, Math.ceil(Math.abs(z))),
    };
  }
  const paths = (s) => each((kind) => path(s, kind));
  function curves(far, y) {
    const z = Array.from({ length: POINTS }, (_, i) => far * ((2 * i) / (POINTS - 1) - 1)), over = (f) => z.map((v) => f(v, y));
    return { z, a: over(sigmoid), slope: over(slopeAt), loss: each((kind) => over(loss[kind])), delta: each((kind) => over(delta[kind])) };
  }

  const counted = (n) => `${n} step${n === 1 ? "" : "s"}`;
  function conclusion(r) {
    const miss = Math.abs(r.error), slope = show(r.slope, 3), [squared, entropy] = KINDS.map((kind) => show(r.delta[kind], 3));
    if (miss < NEAR) {
      return `${r.slope < FLAT ? "Confident and right" : "On target"}: a − y = ${entropy} is small, so δ is small under both losses, as it should be.`;
    }
    if (r.slope >= FLAT) {
      return `${miss >= 0.5 ? "Wrong, but not sure" : "Unsure"}: σ'(z) = ${slope} leaves the squared error a part of its δ, and both losses learn. ` +
        `Cross-entropy's δ is ${show(r.ratio, 3)} times as large.`;
    }
    if (miss >= 0.5) {
      return `Confident and wrong: the squared error's δ is multiplied by σ'(z) = ${slope}, and only ${squared} is left. ` +
        `Cross-entropy's first factor holds 1/σ'(z), which cancels it: δ = ${entropy}.`;
    }
    return `Too confident: a is ${show(miss, 3)} ${r.z > 0 ? "above" : "below"} the soft label. σ'(z) = ${slope} leaves the squared error ` +
      `δ = ${squared}; cross-entropy keeps δ = a − y = ${entropy}.`;
  }
  function notes(r) {
    const said = [], { y } = r;
    if (y > 0 && y < 1) {
      const least = -y * Math.log(y) - (1 - y) * Math.log1p(-y);
      said.push(`A soft label: cross-entropy is least at a = y, where it is ${show(least)} and not 0.`);
    }
    if (r.a === 1) said.push("a is stored as 1 here, so 1 − a is 0 and no formula in a can be used; all is computed from z.");
    return said;
  }
  function learned(r, ways) {
    if (r.steps === 0) return [`No step yet: a = ${show(r.a)} under both losses.`];
    const [squared, entropy] = KINDS.map((kind) => show(ways[kind].a.at(-1)));
    const said = [`After ${counted(r.steps)} from a = ${show(r.a)}: a = ${squared} with the squared error, ${entropy} with cross-entropy.`];
    if (Math.abs(r.error) >= NEAR) {
      const when = (k) => (k < 0 ? `not within ${counted(r.steps)}` : `after ${counted(k)}`);
      said.push(`Halfway to y: ${[ENTROPY, SQUARED].map((kind) => `${TITLES[kind]} ${when(halfway(ways[kind], r.y))}`).join(", ")}.`);
    }
    return said;
  }
  function product(r, kind) {
    const said = show(r.first[kind], 3);
    return `${said.startsWith("−") ? `(${said})` : said} · ${show(r.slope, 3)} = ${show(r.delta[kind], 3)}`;
  }
  const tidy = (v) => (Math.abs(v) < 1e-9 ? 0 : v), place = (v) => format(tidy(v), 5);
  function trace(r, ways) {
    return [
      `A sigmoid output, one example: z = ${format(r.z)}, y = ${format(r.y)}`,
      `a = σ(z) = ${format(r.a)}, σ'(z) = ${format(r.slope)}`,
      ...KINDS.flatMap((kind) => ["", TITLES[kind][0].toUpperCase() + TITLES[kind].slice(1),
        `  L = ${FORMULAS[kind]} = ${format(r.L[kind])}`, `  ∂L/∂a = ${FIRST[kind]} = ${format(r.first[kind])}`,
        `  δ = ∂L/∂a · σ'(z)${kind === SQUARED ? "" : " = a − y"} = ${format(r.delta[kind])} (${EQUATIONS[kind]})`]),
      "", `δ of cross-entropy / δ of the squared error = 1/σ'(z) = ${format(r.ratio)}`, conclusion(r), ...notes(r),
      "", `Learn from here: x = 1, w = z, b = 0 at the start, η = ${format(r.learning_rate)}, ${counted(r.steps)}`,
      ...[...TOLD.filter((k) => k < r.steps), r.steps].filter(Boolean).map((k) => `  step ${k}: ` +
        KINDS.map((kind) => `${TITLES[kind]} z = ${place(ways[kind].z[k])}, a = ${place(ways[kind].a[k])}`).join("; ")),
      ...learned(r, ways),
    ].join("\n");
  }

  lab.saturation = {
    SQUARED, ENTROPY, KINDS, TITLES, FIRST, step, path, paths, halfway, read, curves, counted, tidy, conclusion, notes, learned, product, trace,
  };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
