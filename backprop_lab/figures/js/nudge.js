/* <backprop-nudge>: one neuron with every number movable; three factors, their product, a real nudge. */
(function (lab) {
  "use strict";
  const { activations, losses, neuron, digitsLeft, agreement, measured, format, show, draw, page } = lab;
  const { make, slider, choice, menu, within, oneOf } = page;

  const EPSILONS = [0.5, 0.1, 0.01, 1e-3, 1e-5, 1e-10];
  const TRACED = [0.1, 0.01, 1e-3];
  const WORDS = { x: "input", w: "weight", b: "bias", y: "target" };
  const THIRD = { w: "x", b: "1", x: "w" };
  const KINKED = ["relu", "leaky_relu"];
  const brief = (v) => show(v, 3);

  function read(s) {
    const cache = neuron.forward(s), g = neuron.backward(s, cache), name = s.wrt;
    const d = neuron.difference(s, name, s.epsilon);
    return { ...s, ...cache, ...g, name, third: g[`dz_d${name}`], product: g[`dL_d${name}`],
      d, agreement: agreement(g[`dL_d${name}`], d) };
  }

  /* The sentences of nudge_words.py. */
  function conclusion(r) {
    const { product: g, name } = r;
    if (Number.isNaN(g)) return `∂L/∂${name} is undefined here: an infinite factor meets one that is 0.`;
    if (!Number.isFinite(g)) return "The prediction is certain and wrong: the loss and its slope are infinite.";
    if (g === 0) return whyZero(r).join(`, so ∂L/∂${name} = 0`);
    return `Raise ${name} a little and L ${g < 0 ? "falls" : "rises"}, by about ${show(Math.abs(g), 3)} ` +
      `for each unit of ${name}.`;
  }
  function whyZero(r) {
    if (r.dL_da === 0) return ["The prediction hits the target", ": L cannot fall any further."];
    if (r.da_dz === 0 && r.activation === "relu") {
      return r.z === 0 ? ["z = 0 is the kink of relu, where we take slope 0", " by agreement: there is no slope here."]
        : ["z is below 0, where relu is flat", `: a small nudge of ${r.name} does not reach L.`];
    }
    if (r.third === 0) {
      return [r.name === "w" ? "x = 0 keeps w out of z" : "w = 0 keeps x out of z", `: no nudge of ${r.name} reaches L.`];
    }
    return ["The product is too small for a computer's number", "."];
  }
  function notes(r) {
    const said = [], { activation: kind, d } = r;
    const ends = [d.up.z, d.down.z];
    if (kind === "leaky_relu" && r.z <= 0) said.push("Below 0, leaky_relu lets only 0.01 of the signal through.");
    else if (r.da_dz > 0 && r.da_dz < 0.05) {
      said.push(`Saturated: ${kind} is nearly flat at this z, and lets only ${show(r.da_dz, 3)} of the signal through.`);
    }
    if (KINKED.includes(kind) && Math.min(...ends) < 0 && Math.max(...ends) > 0) {
      said.push("The nudge crosses the kink at z = 0, so product and measurement need not agree.");
    } else if (Number.isFinite(r.product) && r.product !== 0 && digitsLeft(d) === 0) {
      said.push("L moves by less than its last digit: the measurement is lost in rounding.");
    }
    if (r.name === "b") said.push("∂z/∂b is always 1: for the bias, two factors say it all.");
    if (r.name === "x") {
      said.push("x is given, not learned: ∂L/∂x is what a layer in front of this neuron would be handed.");
    }
    return said;
  }
  const summary = (r) => `∂L/∂a = ${show(r.dL_da)} times ∂a/∂z = ${show(r.da_dz)} times ∂z/∂${r.name} = ${show(r.third)} is ` +
    `∂L/∂${r.name} = ${show(r.product)}; measured ${measured(r.d, show, 4)}`;
  function trace(r) {
    const f = (value) => format(value, 6), loss = losses[r.loss];
    return [
      `One neuron: activation ${r.activation}, loss ${r.loss}`,
      `x = ${f(r.x)}, w = ${f(r.w)}, b = ${f(r.b)}, y = ${f(r.y)}`,
      "", "Forward",
      `  z = w·x + b = ${f(r.z)}`, `  a = ${r.activation}(z) = ${f(r.a)}`, `  L = ${loss.formula} = ${f(r.L)}`,
      "", "Backward",
      `  ∂L/∂a = ${loss.rule} = ${f(r.dL_da)}`, `  ∂a/∂z = ${f(r.da_dz)}`,
      `  ∂z/∂w = x = ${f(r.dz_dw)}, ∂z/∂b = 1, ∂z/∂x = w = ${f(r.dz_dx)}`,
      ...["w", "b", "x"].map((v) => `  ∂L/∂${v} = ∂L/∂a · ∂a/∂z · ∂z/∂${v} = ${f(r[`dL_d${v}`])}`),
      "", `Nudge ${r.name} by ε to either side: ΔL/Δ${r.name}`,
      ...TRACED.map((epsilon) => {
        const d = neuron.difference(r, r.name, epsilon);
        return `  ε = ${format(epsilon)}: ${measured(d, format, 6)} (${agreement(r.product, d)})`;
      }),
      "", conclusion(r),
    ].join("\n");
  }

  /* The chain: forward solid, and dashed back along the path of the three factors. */
  function chain(r, width) {
    const wide = width >= 520, top = wide ? 44 : 22, mid = wide ? 106 : 92, low = mid + (wide ? 64 : 74), boxed = wide ? 96 : 72, R = wide ? 22 : 18;
    const side = wide ? 40 : 32, L = width - side, z = boxed + (L - boxed) * 0.34, a = (z + L) / 2, digits = wide ? 4 : 3;
    const factor = (x, y, symbol, value) => draw.text(x, y + 21, symbol, "symbol backward", "middle") +
      draw.text(x, y + 38, r.secret ? "?" : show(value, digits), "backward", "middle");
    let out = "";
    for (const [name, y, turn] of [["x", top, -1], ["w", mid, 0], ["b", low, 1]]) {
      const from = z - (turn ? 0 : R), corner = turn ? [[z, y], [z, mid + turn * R]] : [[from, y]];
      out += draw.arrow([[boxed, y], ...corner], "--forward");
      if (name === r.name) {
        const back = turn ? [[z + 7, mid + turn * R], [z + 7, y + 7], [boxed, y + 7]] : [[z - R, y + 7], [boxed, y + 7]];
        out += draw.arrow(back, "--backward", "5 3") + factor((boxed + from) / 2, y + 7, `∂z/∂${name}`, r.third);
      }
      out += draw.box(1.5, y, boxed - 1.5, name, show(r[name], digits), { round: name === "x", chosen: name === r.name });
    }
    const D = R + 4;
    for (const [left, right, gap, symbol, value] of [[z, a, R, "∂a/∂z", r.da_dz], [a, L, D, "∂L/∂a", r.dL_da]]) {
      out += draw.arrow([[left + R, mid], [right - gap, mid]], "--forward");
      out += draw.arrow([[right - gap + 6, mid + 7], [left + R - 1, mid + 7]], "--backward", "5 3");
      out += factor((left + right) / 2, mid + 7, symbol, value);
    }
    out += draw.arrow([[L, low - 15], [L, mid + D]], "--forward");
    out += draw.box(L - side, low, 2 * side - 1.5, "y", show(r.y, 3), { round: true });
    out += draw.node(z, mid, R, "z") + draw.node(a, mid, R, "a") + draw.node(L, mid, D, "L", true);
    const above = mid - R - 13, formulas = { z: "w·x + b", a: activations[r.activation].formula, L: losses[r.loss].formula };
    for (const [name, x, at, anchor] of [["z", z, z + 12, "start"], ["a", a, a, "middle"], ["L", L, L, "middle"]]) {
      // On a narrow screen the values of z and a would touch, so z's stands higher.
      out += draw.text(at, above - (!wide && name === "z" ? 16 : 0), show(r[name], digits), "forward strong", anchor);
      if (width < 650) continue;
      const [end, where] = name === "L" ? ["end", width] : [anchor, at];
      out += draw.text(where, above - (name === "L" ? 22 : 20), `${name} = ${formulas[name]}`, "soft small", end);
    }
    return draw.svg(width, low + (r.name === "b" ? 54 : 22), `z = ${show(r.z)}, a = ${show(r.a)}, L = ${show(r.L)}` +
      (r.secret ? "" : `; back from L: ${summary(r)}`), out);
  }

  function bars(r, width) {
    const row = (kind, symbol, rule, value, soFar, said = show(value)) => ({ kind, symbol, rule, value, soFar, said });
    return draw.signedBars(width, summary(r), [
      row("factor", "∂L/∂a", `= ${losses[r.loss].rule}`, r.dL_da, r.dL_da),
      row("factor", "∂a/∂z", `= ${activations[r.activation].rule}`, r.da_dz, r.dL_dz),
      row("factor", `∂z/∂${r.name}`, `= ${THIRD[r.name]}`, r.third, r.product),
      row("product", `∂L/∂${r.name}`, "the product of the three", r.product),
      row("measured", `ΔL/Δ${r.name}`, `measured: ${r.agreement}`, r.d.value, undefined, measured(r.d, show, 4)),
    ]);
  }

  /* From end to end of the nudge: the ratios telescope to ΔL/Δ. */
  function moves(r) {
    const { ahead, behind, up, down } = r.d;
    const ends = [[behind, ahead], [down.z, up.z], [down.a, up.a], [down.L, up.L]], moved = ends.map(([p, q]) => q - p);
    const ratios = [1, 2, 3].map((i) => (moved[i - 1] === 0 ? "–" : brief(moved[i] / moved[i - 1])));
    return page.table([r.name, "z", "a", "L"], [
      ["from", ...ends.map((e) => brief(e[0]))],
      ["to", ...ends.map((e) => brief(e[1]))],
      ["moved", ...moved.map((v) => (v > 0 ? "+" : "") + brief(v))],
      ["ratio", "", ...ratios],
      ["factor", "", ...[r.third, r.da_dz, r.dL_da].map(brief)],
    ]);
  }

  const BARS = [[draw.path("M0 5H17", "--backward-ink", 1.5, "4 3") + draw.diamond(21, 5), "the product so far, from 1 on"]];

  class Nudge extends page.Live {
    static shared = { x: within(100), w: within(100), b: within(100), y: within(100), activation: oneOf(activations),
      loss: oneOf(losses), wrt: oneOf(THIRD), epsilon: (v) => EPSILONS.includes(v) };

    static style = `
.measure { border-top:1px solid var(--faint); padding-top:12px }
tr:nth-child(4) td { color:var(--forward-ink); font-weight:600 } tr:nth-child(5) td { color:var(--backward-ink); font-weight:600 }
@container (min-width:600px) { .chain, .measure { grid-column:1/-1 } .results { grid-row:2/4; grid-column:2 } }`;

    start(setting) {
      this.first = setting;
      this.s = { ...setting };
      this.live.setAttribute("aria-label", "Nudge: one neuron, three factors");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const note = (words) => make("p", { class: "soft small note" }, words);
      const keys = (entries) => { const node = make("div", { class: "key" }); node.innerHTML = draw.key(entries); return node; };
      const set = (name) => (value) => this.change({ [name]: value });
      this.sliders = Object.fromEntries(Object.entries(WORDS).map(([name, word]) => [name, slider({
        name, word, low: -5, high: 5, step: 0.05, limit: 100, set: set(name), refuse: (why) => this.refuse(why),
      })]));
      this.activation = menu({ word: "activation", options: Object.keys(activations), set: set("activation") });
      this.loss = menu({ word: "loss", options: Object.keys(losses), set: set("loss") });
      this.wrt = choice({
        legend: "derivative in", name: "wrt", options: ["w", "b", "x"].map((n) => [n, n, `${n}, ${WORDS[n]}`]), set: set("wrt"),
      });
      this.epsilon = choice({
        legend: "nudge by ε =", name: "epsilon", options: EPSILONS.map((e) => [e, show(e), format(e)]), set: set("epsilon"),
      });
      const tries = Object.entries({
        start: () => this.first,
        saturated: () => ({ activation: "sigmoid", x: 2, w: 2.5, b: 1, y: 0 }),
        "on target": (r) => ({ y: r.a }),
        "x = 0": () => ({ x: 0 }),
        "relu kink": () => ({ activation: "relu", loss: "squared_error", x: 1, w: 0.5, b: -0.5, y: 1 }),
      }).map(([word, to]) => make("button", { type: "button", onclick: () => this.change(to(read(this.s))) }, word));
      this.guess = page.predict(this);
      const controls = make("div", { class: "controls" }, ...Object.values(this.sliders).map((c) => c.node),
        this.activation.node, this.loss.node, make("div", { class: "row" }, make("span", { class: "soft" }, "try"), ...tries), this.guess.node);
      const results = make("div", { class: "results" }, part("equation"), part("told", "p"), part("bars"), keys(BARS),
        note("A logarithmic scale to both sides: past ±1 a factor enlarges, short of it a factor shrinks."));
      const measure = make("div", { class: "measure" }, make("div", { class: "top" }, part("heading", "p", "title"), this.epsilon.node),
        make("div", { class: "columns" }, make("div", {}, part("moves"), note("A ratio is a move over the one before it. " +
          "The moves between cancel, so the ratios multiply to ΔL/Δ: that is the chain rule."), part("verdict", "p")), make("div", {}, part("curve"), keys(draw.SLOPES))));
      this.details = make("details", {}, make("summary", {}, "The same as text"), part("text", "pre"));
      this.secrets = [results, measure, this.details, part("notes")];
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "One neuron, three factors"), this.wrt.node),
        make("div", { class: "grid" }, part("chain"), controls, results, this.notes, measure),
        this.details,
      ];
    }

    change(some) {
      Object.assign(this.s, some);
      if (losses[this.s.loss].needs) this.s.y = Math.min(1, Math.max(0, this.s.y));
      this.complaint = "";
      this.guess.ask();
      this.redraw();
      const r = read(this.s);
      this.say(this.secret ? "What do you predict?" : `${summary(r)}. ${conclusion(r)}`);
    }

    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.redraw();
      this.say(this.complaint);
    }

    draw(width) {
      const r = read(this.s), { name } = r;
      const terms = [["∂L/∂a", r.dL_da], ["∂a/∂z", r.da_dz], [`∂z/∂${name}`, r.third], [`∂L/∂${name}`, r.product]];
      r.secret = this.secret = this.guess.update(terms);
      for (const node of this.secrets) node.hidden = r.secret;
      const needs = losses[r.loss].needs, wide = width >= 600;
      for (const [which, control] of Object.entries(this.sliders)) {
        if (which === "y") control.limits(...(needs ? [0, 1, 0, 1] : [-5, 5, -100, 100]));
        control.update(r[which]);
      }
      this.activation.update(r.activation, (option) => needs && option !== needs && "not with cross-entropy");
      this.loss.update(r.loss, (option) => losses[option].needs && losses[option].needs !== r.activation && "needs sigmoid");
      this.wrt.update(name);
      this.epsilon.update(r.epsilon);
      const factor = (v) => (v < 0 ? `(${show(v)})` : show(v));
      this.equation.replaceChildren(...page.equation([
        [`∂L/∂${name}`, make("b", {}, show(r.product))], "=", ["∂L/∂a", factor(r.dL_da)], "·",
        ["∂a/∂z", factor(r.da_dz)], "·", [`∂z/∂${name}`, factor(r.third)],
      ]));
      this.told.textContent = conclusion(r);
      const said = [this.complaint, ...notes(r), needs && "Binary cross-entropy needs a sigmoid, and y between 0 and 1."];
      this.notes.replaceChildren(...said.filter(Boolean).map((line) => make("p", {}, line)));
      draw.into(this.chain, chain(r, width));
      draw.into(this.bars, bars(r, wide ? (width - 24) * 4 / 7 : width));
      this.heading.textContent = `Measure it: nudge ${name} to either side`;
      this.moves.replaceChildren(moves(r));
      this.verdict.replaceChildren(`ΔL/Δ${name} = `, make("b", {}, measured(r.d, show, 6)), " is measured, ",
        make("b", {}, show(r.product, 6)), ` is the product: ${r.agreement}.`);
      draw.into(this.curve, draw.slopes(wide ? (width - 24) / 2 : width, {
        name, at: r[name], f: (v) => neuron.forward({ ...r, [name]: v }).L, slope: r.product, nudge: r.d,
      }));
      this.later(() => { this.text.textContent = trace(r); });
    }
  }
  if (page.Live) page.define("backprop-nudge", Nudge);
})(globalThis.backpropLab);
