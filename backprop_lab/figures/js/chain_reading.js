/* What <backprop-chain> computes and says: the factors of a chain of neurons, what is reused, and the counts.
 *
 * The same as chain_reading.py; a browser test compares the numbers, and the traces letter by letter.
 */
(function (lab) {
  "use strict";
  if (lab.chain) return;
  const { activations, nets, format, show, ofLayer } = lab;
  const { range } = nets;

  const MANY = 100;
  const sup = (symbol, l) => (symbol === "a" && l === 0 ? "x" : `${symbol}${ofLayer(l)}`);

  /* The network of a setting {neurons, x, y, w1 …, b1 …, f1 …}; f is the activation. */
  function net({ neurons: n, ...s }) {
    const each = (entry) => Object.fromEntries(range(1, n).map((l) => [l, entry(l)]));
    return { sizes: range(0, n).map(() => 1), activations: each((l) => s[`f${l}`]), loss: "squared_error",
      W: each((l) => [[s[`w${l}`]]]), b: each((l) => [[s[`b${l}`]]]) };
  }

  /* What a derivative costs: factors reused, multiplications from scratch and left. A last factor 1 is not multiplied. */
  function cost(name, n) {
    const behind = n - name[1];
    if (name[0] === "b") return { reused: 2 * behind + 2, scratch: 2 * behind + 1, left: 0 };
    return { reused: 2 * behind, scratch: 2 * behind + 2, left: behind ? 3 : 2 };
  }
  function counts(n) {
    const costs = range(1, n).flatMap((l) => [cost(`w${l}`, n), cost(`b${l}`, n)]);
    return ["scratch", "left"].map((key) => costs.reduce((sum, c) => sum + c[key], 0));
  }

  /* Everything that is shown, from the setting alone; `all` is in the order of work: w(n), b(n), w(n−1) …
   * A factor's `reach` is the last layer whose parameters hold it, 0 where one parameter does. */
  function read(s) {
    const n = s.neurons, chain = net(s), cache = nets.forward(chain, [[s.x]]), Y = [[s.y]];
    const grads = nets.backward(chain, cache, Y), flat = (table) => Object.fromEntries(Object.entries(table).map(([l, v]) => [l, v[0][0]]));
    const z = flat(cache.z), a = flat(cache.a), layers = range(1, n).reverse();
    const factor = (key, symbol, rule, value, reach) => ({ key, symbol, rule, value, reach });
    const trunk = [factor("L", `∂L/∂${sup("a", n)}`, `${sup("a", n)} − y`, nets.lossDerivative(chain, cache, Y)[0][0], n)];
    for (const l of layers) {
      trunk.push(factor(`s${l}`, `∂${sup("a", l)}/∂${sup("z", l)}`, "", activations[s[`f${l}`]].derivative(z[l]), l));
      if (l > 1) trunk.push(factor(`c${l}`, `∂${sup("z", l)}/∂${sup("a", l - 1)}`, sup("w", l), s[`w${l}`], l - 1));
    }
    const all = layers.flatMap((l) => [["w", sup("a", l - 1), a[l - 1]], ["b", "", 1]].map(([kind, rule, value]) => {
      const parameter = sup(kind, l), last = factor(`${kind}${l}`, `∂${sup("z", l)}/∂${parameter}`, rule, value, 0);
      const factors = [...trunk.slice(0, 2 * (n - l) + 2), last];
      return { name: `${kind}${l}`, kind, layer: l, parameter, symbol: `∂L/∂${parameter}`, factors, source: l + (kind === "w"),
        value: factors.reduce((product, f) => product * f.value, 1), ...cost(`${kind}${l}`, n) };
    }));
    const chosen = all.find((d) => d.name === s.wrt);
    return { ...s, n, z, a, L: nets.loss(chain, cache, Y), delta: flat(grads.delta), trunk, all, chosen,
      picked: chosen.factors.find((f) => f.key === s.factor) };
  }
  const holds = (d, f) => d.factors.some((own) => own.key === f.key);

  /* The sentences of chain_reading.py; a test compares the two traces letter by letter. */
  function told({ chosen: d }) {
    let said = `${d.symbol} = ${show(d.value)} is a product of ${d.factors.length} factors. `;
    if (d.kind === "b") said += `All but the last, which is 1, are ${sup("δ", d.layer)}, made for ${sup("w", d.layer)}: `;
    else if (d.reused) said += `The first ${d.reused} are ${sup("δ", d.source)}, made for neuron ${d.source}: `;
    else said += "It is the first to be made, so nothing is there to reuse: ";
    said += `${d.left || "no"} multiplications are left${d.left === d.scratch ? "" : ` of ${d.scratch}`}.`;
    const stopped = d.factors.find((f) => f.value === 0);
    if (!stopped) return said;
    return `${said} ${stopped.symbol} = 0 makes the whole product 0${stopped.reach ? ", and every other product that holds it." : "."}`;
  }
  function growth(n) {
    const [scratch, reuse] = counts(n), far = (2 * MANY ** 2 + MANY).toLocaleString("en");
    return `All ${2 * n} derivatives of ${n} neurons: ${scratch} multiplications from scratch, ${reuse} with δ carried back. ` +
      `In general 2n² + n and 3n − 1: with ${MANY} neurons ${far} and ${3 * MANY - 1}.`;
  }
  function trace(r) {
    const f = (v) => format(v, 6), bracketed = (v) => (v < 0 ? `(${f(v)})` : f(v)), { chosen } = r;
    return [
      `A chain of ${r.n} neurons, loss squared_error`, `x = ${f(r.x)}, y = ${f(r.y)}`, "", "Forward",
      ...range(1, r.n).flatMap((l) => {
        const [w, b, z, a] = [..."wbza"].map((symbol) => sup(symbol, l));
        return [`  ${w} = ${f(r[`w${l}`])}, ${b} = ${f(r[`b${l}`])}`, `  ${z} = ${w}·${sup("a", l - 1)} + ${b} = ${f(r.z[l])}`,
          `  ${a} = ${r[`f${l}`]}(${z}) = ${f(r.a[l])}`];
      }),
      `  L = ½ (${sup("a", r.n)} − y)² = ${f(r.L)}`, "", "Factors, from L back",
      ...r.trunk.map((t) => `  ${t.symbol}${t.rule && ` = ${t.rule}`} = ${f(t.value)}`),
      "", "Derivatives (multiplications from scratch; with reuse)",
      ...r.all.flatMap((d) => {
        const delta = sup("δ", d.layer), cost = `${f(d.value)} (${d.scratch}; ${d.left})`;
        if (d.kind === "b") return [`  ${d.symbol} = ${delta} = ${cost}`];
        return [`  ${delta} = ∂L/∂${sup("z", d.layer)} = ${f(r.delta[d.layer])}`, `  ${d.symbol} = ${delta}·${sup("a", d.layer - 1)} = ${cost}`];
      }),
      "", `${chosen.symbol} = ${chosen.factors.map((t) => t.symbol).join(" · ")}`,
      `  = ${chosen.factors.map((t) => bracketed(t.value)).join(" · ")} = ${f(chosen.value)}`,
      "", told(r), growth(r.n),
    ].join("\n");
  }

  /* One factor by itself: its piece of the path, and which derivatives hold it. */
  function sharing(r) {
    const f = r.picked;
    if (!f) return "Choose a factor: it says which piece of the path it is, and which derivatives hold it.";
    const [to, from] = f.symbol.replaceAll("∂", "").split("/"), who = r.all.filter((d) => holds(d, f));
    const piece = `${f.symbol}${f.rule && ` = ${f.rule}`} = ${show(f.value)} is the piece of the path from ${from} to ${to}. `;
    if (who.length === 1) return `${piece}Only the path of ${from} begins there: no other derivative holds it.`;
    return `${piece}${who.length === r.all.length ? "All" : `${who.length} of`} ${r.all.length} derivatives hold it: ` +
      `the paths from ${who.map((d) => d.parameter).join(", ")} run through here.`;
  }

  lab.chain = { sup, net, cost, counts, read, holds, told, growth, trace, sharing };
})(globalThis.backpropLab);
