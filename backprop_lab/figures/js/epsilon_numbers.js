/* What the epsilon figure computes: epsilon_reading.py and epsilon_words.py, letter for letter.
 *
 * One arithmetic serves all: complex numbers [re, im] whose every operation is rounded by `r`, which is Math.fround for
 * float32 and nothing for float64. With im = 0 it is the arithmetic of the real numbers, bit for bit.
 */
(function (lab) {
  "use strict";
  if (lab.epsilon) return;
  const { neuron, digitsLeft, format } = lab;

  const SCHEMES = ["forward", "central", "complex"];
  const ROUND = { float64: (v) => v, float32: Math.fround };
  const UNIT = { float64: 2 ** -52, float32: 2 ** -23 };
  const DIGITS = { float64: 16, float32: 7 };
  const RULES = { forward: "√u", central: "∛u", complex: "u²" };
  const TRACED = [1, 0.1, 0.01, 1e-3, 1e-4, 1e-5, 1e-6, 1e-8, 1e-10, 1e-12, 1e-14, 1e-16];
  const EPSILONS = Array.from({ length: 65 }, (_, k) =>
    Number(`${["1", "1.78", "3.16", "5.62"][k % 4]}e${Math.floor(k / 4) - 16}`));

  function arithmetic(r) {
    const add = ([a, b], [c, d]) => [r(a + c), r(b + d)];
    const sub = ([a, b], [c, d]) => [r(a - c), r(b - d)];
    const mul = ([a, b], [c, d]) => [r(r(a * c) - r(b * d)), r(r(a * d) + r(b * c))];
    // Divided through by the larger part, so that no square overflows.
    function div([a, b], [c, d]) {
      if (Math.abs(c) < Math.abs(d)) return div([b, -a], [d, -c]);
      const q = r(d / c), below = r(c + r(d * q));
      return [r(r(a + r(b * q)) / below), r(r(b - r(a * q)) / below)];
    }
    function exp([a, b]) {
      const size = r(Math.exp(a));
      return [r(size * r(Math.cos(b))), r(size * r(Math.sin(b)))];
    }
    return { add, sub, mul, div, exp, of: (v) => [r(v), 0] };
  }

  const acts = {
    sigmoid(z, o) {
      const one = o.of(1), e = o.exp(z[0] > 0 ? o.sub(o.of(0), z) : z);
      return o.div(z[0] > 0 ? one : e, o.add(one, e));
    },
    relu: (z, o) => (z[0] > 0 ? z : o.of(0)),
  };
  /* The loss of one neuron as a function of its input x. */
  function ofNeuron(activation, w, b, y) {
    const at = (x) => {
      const s = { x, w, b, y, activation, loss: "squared_error" }, cache = neuron.forward(s);
      return { ...cache, ...neuron.backward(s, cache) };
    };
    return {
      f(t, o) {
        const a = acts[activation](o.add(o.mul(o.of(w), t), o.of(b)), o), off = o.sub(a, o.of(y));
        return o.mul(o.of(0.5), o.mul(off, off));
      },
      known(x) {
        const { L, a, dL_da: off, da_dz: s, dL_dx } = at(x);
        const [s2, s3] = activation === "sigmoid" ? [s * (1 - 2 * a), s * (1 - 6 * s)] : [0, 0];
        return [L, dL_dx, w ** 2 * (s * s + off * s2), w ** 3 * (3 * s * s2 + off * s3)];
      },
      met(x) {
        const { L, a, dL_da, da_dz } = at(x);
        return L + Math.abs(dL_da) * (a + da_dz * (Math.abs(w * x) + Math.abs(b)));
      },
    };
  }
  const functions = {
    neuron: { formula: "½ (σ(2x − 0.25) − 1)²", start: 0.7, ...ofNeuron("sigmoid", 2, -0.25, 1) },
    exp: { formula: "eˣ", start: 1.1, f: (t, o) => o.exp(t), known: (x) => Array(4).fill(Math.exp(x)), met: Math.exp },
    cube: {
      formula: "x³", start: 1.3, f: (t, o) => o.mul(o.mul(t, t), t),
      known: (x) => [x * x * x, 3 * x * x, 6 * x, 6], met: (x) => Math.abs(x * x * x),
    },
    offset: {
      formula: "x² + 1000", start: 1.3, f: (t, o) => o.add(o.mul(t, t), o.of(1000)),
      known: (x) => [x * x + 1000, 2 * x, 2, 0], met: (x) => x * x + 1000,
    },
    relu: { formula: "½ (relu(2x − 1) − 1)²", start: 0.51, ...ofNeuron("relu", 2, -1, 1), kink: 0.5 },
  };

  /* One function at one x in one precision. A setting is {function, x, dtype}. */
  function reading(s) {
    const made = functions[s.function], r = ROUND[s.dtype], u = UNIT[s.dtype], o = arithmetic(r), x = r(s.x);
    const known = made.known(x), [f, exact, second, third] = known;
    const ends = (scheme, e) => [r(x + r(e)), scheme === "central" ? r(x - r(e)) : x];
    const vanishes = (scheme, e) => scheme !== "complex" && ends(scheme, e)[0] === ends(scheme, e)[1];
    const values = (scheme, e) => ends(scheme, e).map((end) => made.f([end, 0], o)[0]);
    const imaginary = (e) => made.f([x, r(e)], o)[1];
    function value(scheme, e) {
      if (scheme === "complex") return imaginary(e) / r(e);
      if (vanishes(scheme, e)) return NaN;
      const [ahead, behind] = ends(scheme, e), [up, down] = values(scheme, e);
      return (up - down) / (ahead - behind);
    }
    function difference(scheme, e) {
      const met = Math.max(...[x, ...ends(scheme, e)].map(made.met));
      const doubt = scheme === "complex" ? 20 * u * (Math.abs(exact) + Math.abs(second * x) + Math.abs(third) * e ** 2)
        : (10 * u * met) / e;
      return { value: value(scheme, e), doubt };
    }
    const truncation = (scheme, e) => (scheme === "forward" ? (Math.abs(second) * e) / 2 : (Math.abs(third) * e ** 2) / 6);
    const rounding = (scheme, e) => (scheme === "complex" ? 0 : (u * Math.abs(f)) / e);
    const crossing = (scheme) => {
      if (scheme === "forward") return second && f ? Math.sqrt((2 * u * Math.abs(f)) / Math.abs(second)) : NaN;
      return third && f ? ((6 * u * Math.abs(f)) / Math.abs(third)) ** (1 / 3) : NaN;
    };
    const best = (scheme) => u ** { central: 1 / 3, forward: 1 / 2, complex: 2 }[scheme];
    function shared(scheme, e) {
      const most = DIGITS[s.dtype], moved = Math.abs(exact) * e * (scheme === "central" ? 2 : 1);
      if (vanishes(scheme, e) || moved === 0) return most;
      return f ? Math.max(0, Math.min(most, Math.floor(Math.log10(Math.abs(f) / moved)))) : 0;
    }
    function crosses(scheme, e) {
      if (made.kink === undefined || scheme === "complex") return false;
      const [ahead, behind] = ends(scheme, e);
      return behind <= made.kink && made.kink <= ahead;
    }
    return { ...s, made, u, x, known, exact, ends, vanishes, values, imaginary, value, difference, truncation, rounding,
      crossing, best, shared, crosses };
  }

  function measured(d, write = format) {
    const left = digitsLeft(d);
    return left ? write(d.value, Math.max(1, Math.min(6, left - 1))) : "–";
  }
  function agreement(exact, d) {
    const left = digitsLeft(d), gap = Math.abs(d.value - exact), scale = Math.max(Math.abs(exact), Math.abs(d.value));
    if (Number.isFinite(d.value) && !left) return "lost in rounding";
    const digits = gap === 0 ? left : Math.max(0, Math.min(left, Math.floor(-Math.log10(gap / scale))));
    if (digits === 0) return "no digit agrees";
    return digits === 1 ? "1 digit agrees" : `${digits}${digits >= 12 ? "+" : ""} digits agree`;
  }

  /* The reading at one ε: what rounding leaves of it, and which of the two errors dominates. */
  function told(r, scheme, e, write) {
    if (r.vanishes(scheme, e)) {
      return [`In ${r.dtype}, x + ε rounds to x: the nudge vanishes, and there is no slope to read.`, "A larger ε is needed."];
    }
    const cut = r.truncation(scheme, e), lost = r.rounding(scheme, e);
    if (scheme === "complex") {
      const head = "The complex step takes no difference, so no digits cancel: only truncation is left of the two errors.";
      if (r.made.kink !== undefined) return [head, "It sees one side of the kink only."];
      if (cut === 0) return [head, "Here f‴ = 0, so truncation is 0 as well."];
      return [head, cut <= r.u * Math.abs(r.exact)
        ? "Truncation is below the last digit: ε is small enough, and may be as small as one likes."
        : `Truncation is about ${write(cut, 2)}: a smaller ε is better here.`];
    }
    const head = `The two values of f agree in about ${r.shared(scheme, e)} of ${DIGITS[r.dtype]} digits.`;
    if (r.crosses(scheme, e)) {
      return [head, `The nudge reaches the kink at x = ${write(r.made.kink, 6)}: the two lines do not hold, and a smaller ε is needed.`];
    }
    const sizes = `Truncation is ${cut ? `about ${write(cut, 2)}` : "0"}, rounding about ${write(lost, 2)}.`;
    if (cut === lost) return [head, sizes, "They are alike."];
    return [head, sizes, cut > lost ? "Truncation dominates: a smaller ε is better here."
      : "Rounding dominates: a larger ε is better here."];
  }
  function best(r, scheme, write = format) {
    const rule = `${scheme}: ${RULES[scheme]} = ${write(r.best(scheme), 2)}`, crossing = r.crossing(scheme);
    if (scheme === "complex") return `${rule}, as small as one likes`;
    return rule + (Number.isNaN(crossing) ? "; the two lines do not cross here" : `; the two lines cross at ε = ${write(crossing, 2)}`);
  }
  function trace(r, scheme, epsilon) {
    const [f, slope, second, third] = r.known.map((v) => format(v));
    const lines = [
      `Differences of f(x) = ${r.made.formula} at x = ${format(r.x)}, in ${r.dtype} (u = ${format(r.u, 3)})`,
      `f = ${f}, f′ = ${slope}, f″ = ${second}, f‴ = ${third}`,
    ];
    for (const each of SCHEMES) {
      lines.push("", { forward: "Forward difference", central: "Central difference", complex: "Complex step" }[each]);
      for (const e of TRACED) {
        const d = r.difference(each, e);
        lines.push(`  ε = ${format(e)}: ` +
          (r.vanishes(each, e) ? "x + ε rounds to x" : `${measured(d)} (${agreement(r.exact, d)})`));
      }
    }
    return [...lines, "", "Best ε", ...SCHEMES.map((each) => `  ${best(r, each)}`), "",
      `Read at ε = ${format(epsilon)}, ${scheme}`, ...told(r, scheme, epsilon, format)].join("\n");
  }

  lab.epsilon = { EPSILONS, SCHEMES, DIGITS, RULES, functions, arithmetic, reading, measured, agreement, told, best, trace };
})(globalThis.backpropLab);
