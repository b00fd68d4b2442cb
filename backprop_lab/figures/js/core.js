/* The mathematics of the live figures: the Python library's formulas, letter for letter.
 *
 * A classic script with one global, `backpropLab`, so that it works inline on a page, in JupyterLab and in Node
 * (`require`), from a folder and offline. A browser test holds every number here against the library.
 * The forms are the stable ones of activations.py and losses.py: change both or neither.
 */
globalThis.backpropLab = globalThis.backpropLab || (function () {
  "use strict";

  const LEAKY_SLOPE = 0.01;

  // e^−|z| is at most 1, so nothing here overflows.
  function sigmoid(z) {
    const e = Math.exp(-Math.abs(z));
    return (z >= 0 ? 1 : e) / (1 + e);
  }
  // Not a (1 − a), which is 0 as soon as a rounds to 1.
  function sigmoidDerivative(z) {
    const e = Math.exp(-Math.abs(z));
    return e / ((1 + e) * (1 + e));
  }

  // name -> value(z), derivative(z), and how the page writes both. A derivative takes z, never a.
  const activations = {
    identity: { value: (z) => z, derivative: () => 1, formula: "z", rule: "1" },
    sigmoid: { value: sigmoid, derivative: sigmoidDerivative, formula: "1 / (1 + e⁻ᶻ)", rule: "a (1 − a)" },
    tanh: {
      value: Math.tanh, derivative: (z) => 4 * sigmoidDerivative(2 * z), formula: "tanh z", rule: "1 − a²",
    },
    relu: {
      value: (z) => Math.max(z, 0), derivative: (z) => (z > 0 ? 1 : 0),
      formula: "max(z, 0)", rule: "1 if z > 0, else 0",
    },
    leaky_relu: {
      value: (z) => (z > 0 ? z : LEAKY_SLOPE * z), derivative: (z) => (z > 0 ? 1 : LEAKY_SLOPE),
      formula: "z or 0.01 z", rule: "1 if z > 0, else 0.01",
    },
    softplus: {
      value: (z) => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z))), derivative: sigmoid,
      formula: "ln(1 + eᶻ)", rule: "1 / (1 + e⁻ᶻ)",
    },
  };

  // name -> value(a, y), derivative(a, y), and the only activation that the loss can follow (null: any).
  const losses = {
    squared_error: {
      value: (a, y) => 0.5 * (a - y) * (a - y), derivative: (a, y) => a - y, needs: null,
      formula: "½ (a − y)²", rule: "a − y",
    },
    // 0 · ln 0 is 0: a class that is not there costs nothing, however sure the prediction.
    binary_cross_entropy: {
      value: (a, y) => (y === 0 ? 0 : -y * Math.log(a)) + (y === 1 ? 0 : -(1 - y) * Math.log1p(-a)),
      derivative: (a, y) => (y === 0 ? 0 : -y / a) + (y === 1 ? 0 : (1 - y) / (1 - a)), needs: "sigmoid",
      formula: "−y ln a − (1 − y) ln(1 − a)", rule: "−y/a + (1 − y)/(1 − a)",
    },
  };

  /* One neuron. A setting is {x, w, b, y, activation, loss}. */
  const neuron = {
    forward(s) {
      const z = s.w * s.x + s.b;
      const a = activations[s.activation].value(z);
      return { z, a, L: losses[s.loss].value(a, s.y) };
    },
    backward(s, cache) {
      const dL_da = losses[s.loss].derivative(cache.a, s.y);
      const da_dz = activations[s.activation].derivative(cache.z);
      const dL_dz = dL_da * da_dz;
      const third = { w: s.x, b: 1, x: s.w };
      return {
        dL_da, da_dz, dL_dz, dz_dw: third.w, dz_db: third.b, dz_dx: third.x,
        dL_dw: dL_dz * third.w, dL_db: dL_dz * third.b, dL_dx: dL_dz * third.x,
      };
    },
    /* Central difference in `name`. The step is the one really taken: v + ε is rounded to a float. What rounding may
     * have done to it is its doubt: some four units in the last place of L, and of a on its way to L. */
    difference(s, name, epsilon) {
      const ahead = s[name] + epsilon, behind = s[name] - epsilon, step = ahead - behind;
      const up = neuron.forward({ ...s, [name]: ahead }), down = neuron.forward({ ...s, [name]: behind });
      const doubts = [up, down].map(({ a, L }) => Math.abs(L) + Math.abs(losses[s.loss].derivative(a, s.y) * a));
      return { ahead, behind, up, down, step, value: (up.L - down.L) / step, doubt: (2 ** -50 * Math.max(...doubts)) / step };
    },
  };

  /* How many digits of a difference rounding leaves. */
  function digitsLeft({ value, doubt }) {
    if (!Number.isFinite(value)) return 0;
    if (value === 0) return doubt === 0 ? 12 : 0;
    return Math.max(0, Math.min(12, Math.floor(Math.log10(Math.abs(value) / doubt))));
  }

  /* In how many digits a difference agrees (to half a unit in the last), never more than rounding leaves. */
  function digitsAgreeing(exact, d) {
    if (!Number.isFinite(exact) || !Number.isFinite(d.value)) return 0;
    const gap = Math.abs(exact - d.value);
    if (gap === 0) return digitsLeft(d);
    const scale = Math.max(Math.abs(exact), Math.abs(d.value));
    return Math.max(0, Math.min(digitsLeft(d), Math.floor(-Math.log10((2 * gap) / scale))));
  }

  /* Like Python's f"{v:.{digits}g}", without a negative zero. (An exact tie goes up here and to even there.) */
  function format(v, digits = 6) {
    if (Number.isNaN(v)) return "undefined";
    if (!Number.isFinite(v)) return v < 0 ? "-∞" : "∞";
    if (v === 0) return "0";
    const strip = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
    const [mantissa, power] = v.toExponential(digits - 1).split("e");
    if (power >= -4 && power < digits) return strip(v.toFixed(digits - 1 - power));
    const size = Math.abs(power);
    return `${strip(mantissa)}e${power < 0 ? "-" : "+"}${size < 10 ? "0" : ""}${size}`;
  }

  const raised = (n) => String(n).replace(/./g, (c) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(c)]);
  const lowered = (n) => String(n).replace(/./g, (c) => "₀₁₂₃₄₅₆₇₈₉"[c]);
  const ofLayer = (l) => `⁽${raised(l)}⁾`;
  const tenTo = (power) => (power === 0 ? "1" : power === 1 ? "10" : `10${raised(power)}`);

  /* The same as a printed page writes it: a true minus, powers of ten raised. */
  function show(v, digits = 4) {
    if (Number.isNaN(v)) return format(v);  // the one word here with an e that is no power of ten
    const [mantissa, power] = format(v, digits).split("e");
    if (!power) return mantissa.replace("-", "−");
    return `${mantissa === "1" ? "" : `${mantissa.replace("-", "−")}·`}10${raised(Number(power))}`;
  }

  /* How well a difference agrees, in words; and the difference itself, in `most` digits or what rounding leaves. */
  function agreement(exact, d) {
    if (Number.isFinite(d.value) && !digitsLeft(d)) return "lost in rounding";
    const digits = digitsAgreeing(exact, d);
    if (digits === 0) return "no digit agrees";
    return digits === 1 ? "1 digit agrees" : `${digits}${digits >= 12 ? "+" : ""} digits agree`;
  }
  function measured(d, write, most) {
    const digits = Math.min(most, digitsLeft(d));
    return digits || !Number.isFinite(d.value) ? write(d.value, digits || most) : "–";
  }

  return { LEAKY_SLOPE, activations, losses, neuron, digitsLeft, digitsAgreeing, agreement, measured, format, show, raised, lowered, ofLayer, tenTo };
})();
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
