/* The steps of the flow figure, as flow_steps.py makes them: forward z, a, …, L, then back layer by layer.
 * A step is {name, symbol, rule, equation, value, words, kept, uses: [[symbol, step]], parts}; `parts` is the equation
 * in numbers: operators as strings, operands as [symbol, matrix].
 */
(function (lab) {
  "use strict";
  if (lab.flow) return;
  const { nets, activations, format, show, raised, ofLayer } = lab;
  const { range, transpose, shape } = nets;

  const LOSS = {
    squared_error: ["½ (a − y)²", (a, y) => `${a} − ${y}`],
    binary_cross_entropy: ["−y ln a − (1 − y) ln(1 − a)", (a, y) => `−${y}/${a} + (1 − ${y})/(1 − ${a})`],
    cross_entropy: ["−y ln a", (a, y) => `−${y}/${a}`],
  };
  const FUSED = { sigmoid: "binary_cross_entropy", softmax: "cross_entropy" };

  /* Small letters for one example, capital ones for a batch. */
  function letters(m) {
    const table = { x: "x", y: "y", z: "z", a: "a", delta: "δ" };
    if (m > 1) for (const key of Object.keys(table)) table[key] = table[key].toUpperCase();
    const of = (kind, l) => {
      if (kind === "a" && l === 0) return table.x;
      if (kind === "dL_da") return `∂L/∂${of("a", l)}`;
      if (kind === "dW" || kind === "db") return `∂L/∂${kind[1]}${ofLayer(l)}`;
      return (table[kind] || kind) + ofLayer(l);
    };
    return { of, y: table.y, x: table.x };
  }

  function steps(net, X, Y) {
    const m = Y[0].length, last = nets.depth(net), { of, y } = letters(m), made = [], known = {};
    const cache = nets.forward(net, X), grads = nets.backward(net, cache, Y), { W, b } = net, { z, a } = cache;
    const part = (kind, l, value) => [of(kind, l), value];
    const add = (name, symbol, rule, equation, value, words, parts, uses = []) => {
      made.push({ name, symbol, rule, equation, value, words, kept: /^[za]\[/.test(name),
        uses: uses.map((used) => [used, known[used] || 0]), parts: [...parts, "=", [symbol, value]] });
      known[symbol] = made.length;
    };
    for (const l of range(1, last)) {
      const name = net.activations[l];
      add(`z[${l}]`, of("z", l), `${of("W", l)} ${of("a", l - 1)} + ${of("b", l)}`, "eq-forward", z[l],
        `Layer ${l} weighs its inputs and adds its biases. ${of("z", l)} is kept: the way back needs the slope there.`,
        [part("W", l, W[l]), part("a", l - 1, a[l - 1]), "+", part("b", l, b[l])]);
      add(`a[${l}]`, of("a", l), `${name}(${of("z", l)})`, "eq-forward", a[l],
        `The activation ${name} takes ${name === "softmax" ? "each column" : "each entry"} of ${of("z", l)} to ${of("a", l)}. ` +
        (l === last ? `It is the prediction, and it is kept: the loss compares it with ${y}.`
          : `It is kept: it goes into layer ${l + 1}, and the way back needs it for ${of("dW", l + 1)}.`),
        [name, part("z", l, z[l])]);
    }
    const end = of("a", last);
    add("L", "L", `Loss(${end}, ${y})`, "", [[nets.loss(net, cache, Y)]],
      `The loss ${net.loss}: ${LOSS[net.loss][0]}, summed over the outputs${m === 1 ? "" : `, and the mean over the ${m} examples`}. ` +
      "One number. All that the way back needs has been kept.", ["Loss", [end, a[last]], ",", [y, Y]]);
    for (const l of range(1, last).reverse()) {
      const up = of("delta", l + 1), delta = of("delta", l), Wt = l < last && `${of("W", l + 1)}ᵀ`, name = net.activations[l];
      const over = m === 1 ? [] : ["/ m"];
      let back;
      if (l === last) {
        back = nets.lossDerivative(net, cache, Y);
        const rule = LOSS[net.loss][1](end, y), plain = net.loss === "squared_error";
        add(`dL_da[${l}]`, of("dL_da", l), m === 1 ? rule : `(${rule}) / m`, "", back,
          `The way back starts at the loss: how fast L moves with each entry of ${end}.` +
          (m === 1 ? "" : " The 1/m of the mean enters here, and nowhere else."),
          plain ? ["(", [end, a[l]], "−", [y, Y], ")", ...over] : ["from", [end, a[l]], ",", [y, Y]], [end, y]);
      } else {
        back = nets.multiply(transpose(W[l + 1]), grads.delta[l + 1]);
        add(`dL_da[${l}]`, of("dL_da", l), `${Wt} ${up}`, "", back,
          `Back through the weights ${of("W", l + 1)}, in the other direction: each unit of layer ${l} collects from all ` +
          `units that it fed. ${up} is reused, not computed again.`,
          [[Wt, transpose(W[l + 1])], part("delta", l + 1, grads.delta[l + 1])], [of("W", l + 1), up]);
      }
      const from = l === last ? of("dL_da", l) : `(${Wt} ${up})`, label = l === last ? "eq-output-delta" : "eq-hidden-delta";
      if (l === last && FUSED[name] === net.loss) {
        add(`delta[${l}]`, delta, m === 1 ? `${end} − ${y}` : `(${end} − ${y}) / m`, name === "softmax" ? "eq-softmax-ce" : label,
          grads.delta[l], `The error signal of layer ${l}. For ${name} with ${net.loss}, the slope times ∂L/∂${end} is ${end} − ${y}` +
          `${m === 1 ? "" : " over m"}: so it is computed, exact also where the network is sure.`,
          ["(", [end, a[l]], "−", [y, Y], ")", ...over], [end, y]);
      } else if (name === "softmax") {
        add(`delta[${l}]`, delta, `Jᵀ ${from}, column by column`, label, grads.delta[l],
          `The error signal of layer ${l}. The softmax mixes the units of a column: its slope is a matrix J.`,
          ["Jᵀ", part("dL_da", l, back)], [of("dL_da", l), of("z", l)]);
      } else {
        add(`delta[${l}]`, delta, `${from} ⊙ σ'(${of("z", l)})`, label, grads.delta[l],
          `The error signal of layer ${l}: what came back, times the slope of ${name} at ${of("z", l)}, entry by entry.`,
          [part("dL_da", l, back), "⊙", [`σ'(${of("z", l)})`, nets.map(activations[name].derivative, z[l])]],
          [of("dL_da", l), of("z", l)]);
      }
      const input = of("a", l - 1);
      add(`dW[${l}]`, of("dW", l), `${delta} ${input}ᵀ`, "eq-dW", grads.dW[l],
        "A weight's gradient: the error signal of the unit that it leads to, times the input that it weighs" +
        (m === 1 ? "." : ", summed over the examples."),
        [[delta, grads.delta[l]], [`${input}ᵀ`, transpose(a[l - 1])]], [delta, input]);
      add(`db[${l}]`, of("db", l), delta + (m === 1 ? "" : " 1"), "eq-db", grads.db[l],
        `A bias goes into its ${of("z", l)[0]} with factor 1, so its gradient is the error signal` +
        `${m === 1 ? " itself" : ", summed over the examples"}.${l > 1 ? "" : " The input has no parameters: the way back ends here."}`,
        [[delta, grads.delta[l]], ...(m === 1 ? [] : [["1", nets.grid(m, 1, () => 1)]])], [delta]);
    }
    return made;
  }

  const since = ([symbol, at], made) =>
    `${symbol} (${at ? `${made[at - 1].kept ? "kept" : "computed"} at step ${at}` : "given"})`;
  const size = (value) => `(${shape(value).join(", ")})`;

  function heading(net, m) {
    const names = range(1, nets.depth(net)).map((l) => net.activations[l]).join(", ");
    return `Network ${net.sizes.join("-")}: ${names}; loss ${net.loss}; ${m} example${m === 1 ? "" : "s"}`;
  }

  function trace(net, X, Y) {
    const m = Y[0].length, { of, x, y } = letters(m), made = steps(net, X, Y), last = nets.depth(net);
    const rows = (value) => value.map((row) => `       ${row.map((v) => format(v, 6)).join("  ")}`);
    const given = [[x, X], [y, Y], ...range(1, last).flatMap((l) => [[of("W", l), net.W[l]], [of("b", l), net.b[l]]])];
    const lines = [heading(net, m), "", "Given", ...given.flatMap(([s, value]) => [`  ${s} ${size(value)}`, ...rows(value)])];
    made.forEach((step, k) => {
      if (step.name === "z[1]" || step.name === `dL_da[${last}]`) lines.push("", step.uses.length ? "Backward" : "Forward");
      const label = step.equation ? ` (${step.equation})` : "";
      lines.push(`  ${k + 1}. ${step.symbol} = ${step.rule}${label}  ${size(step.value)}${step.kept ? ", kept" : ""}`, ...rows(step.value));
      if (step.uses.length) lines.push(`     uses ${step.uses.map((used) => since(used, made)).join(", ")}`);
      lines.push(`     ${step.words}`);
    });
    return lines.join("\n");
  }

  /* A number in the few digits for which a diagram has room. */
  function few(v) {
    const large = Math.abs(v);
    if (large > 0 && large < 0.001) {
      const [mantissa, power] = v.toExponential(0).split("e");
      return `${mantissa.replace("-", "−")}·10⁻${raised(-power)}`;
    }
    return show(v, large < 0.01 || large >= 1000 ? 1 : large < 0.1 ? 2 : 3);
  }

  lab.flow = { steps, trace, heading, letters, since, size, few };
})(globalThis.backpropLab);
if (typeof module === "object" && module.exports) module.exports = globalThis.backpropLab;
