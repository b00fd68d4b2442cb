/* <backprop-graph>: a graph of computation, forward and back, a node at a time; with switches for three mistakes. */
(function (lab) {
  "use strict";
  const { graph, draw, page, show } = lab;
  const { make, slider, choice } = page;
  const { few } = graph;
  const MOST_LEAVES = 8;

  const leafKeys = Array.from({ length: MOST_LEAVES }, (_, k) => `l${k + 1}`);
  const whole = (low, high) => (v) => Number.isInteger(v) && v >= low && v <= high;
  const within = (v) => typeof v === "number" && Math.abs(v) <= 100;

  class Graph extends page.Live {
    static shared = { example: (v) => /^[a-z]+$/.test(v), order: (v) => ["topological", "depth first"].includes(v), fork: (v) => ["+=", "="].includes(v),
      calls: whole(1, 2), step: whole(0, 60), ...Object.fromEntries(leafKeys.map((key) => [key, within])) };

    static style = `
.bar { display:flex; flex-wrap:wrap; gap:6px 10px; align-items:center; background:var(--ground); padding:6px 0; z-index:1;
  position:sticky; top:var(--pst-header-article-height, 0px); border-bottom:1px solid var(--faint) }
.bar label { flex:1 1 160px; display:flex; gap:8px; align-items:center; white-space:nowrap } .go { display:flex; gap:6px }
.go button[aria-disabled=true] { color:var(--soft); border-style:dashed; cursor:default } .go button { padding:0 12px }
.line { flex:1 1 100%; font-size:17px; font-weight:600; overflow-wrap:anywhere } .line .symbol { white-space:normal }
code { font-size:12.5px; color:var(--soft); font-weight:400; white-space:nowrap } svg .in text { stroke:none } .switches { display:flex; flex-wrap:wrap; gap:4px 18px; margin-top:6px }
.share { margin:2px 0 } .share .symbol { white-space:normal } .share b { font-weight:600 }
.panel { min-height:150px } .told { font-weight:400; min-height:0 } .told p { margin-top:4px } .end { font-weight:600; margin-top:6px }
.picture { max-width:480px; margin:8px auto 0 } .leaves, .grads { margin-top:14px } td { white-space:nowrap } tr > :first-child { width:15% } td:last-child { width:24% }
tbody th { color:var(--ink) } tr.lit { background:var(--panel) } tr.bad td:last-child { font-weight:600; color:var(--backward-ink) } thead th.symbol { font:inherit; color:var(--soft) }
@container (min-width:700px) { .body { display:grid; grid-template-columns:minmax(0,1fr) minmax(0,1fr); grid-template-rows:auto 1fr; gap:0 24px }
  .drawn { grid-row:1/3 } .panel { order:1; margin-top:8px; min-height:200px } .side { order:2 } }`;

    start(setting) {
      this.s = { ...setting };
      if (!this.s.graphs[this.s.example]) this.s.example = this.given.example;
      if (graph.forward(this.nodes(), this.leaves()).why) for (const key of leafKeys) delete this.s[key];
      this.live.setAttribute("aria-label", "Graph: a computation forward and back, node by node");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const pick = (key, legend, options) => (this[key] = choice({ legend, name: key, options, set: (value) => this.change({ [key]: value }) })).node;
      const examples = this.s.examples.map((name) => [name, this.s.graphs[name].said]);
      const moves = { first: () => 0, back: () => this.s.step - 1, next: () => this.s.step + 1, last: () => this.r.steps.length };
      const to = (step) => this.change({ step: Math.max(0, Math.min(this.r.steps.length, step)) });
      this.go = Object.fromEntries(Object.entries(moves).map(([word, where]) => [word, make("button", { type: "button", onclick: () => to(where()) }, word)]));
      this.slide = make("input", { type: "range", min: 0, step: 1, "aria-label": "step", oninput: () => to(Number(this.slide.value)) });
      this.live.addEventListener("keydown", (event) => {
        const word = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" }[event.key];
        if (!word || event.target.localName === "input" || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        to(moves[word]());
      });
      const key = make("div", { class: "key" });
      key.innerHTML = draw.key(graph.KEY);
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "Any graph, forward and back"), ...(examples.length > 1 ? [pick("example", "graph", examples)] : [])),
        make("div", { class: "switches" },
          pick("order", "order", [["topological", "topological"], ["depth first", "depth first, no waiting"]]),
          pick("fork", "at a fork", [["+=", "+="], ["=", "=", "= (the last share replaces the others)"]]),
          pick("calls", "backward()", [[1, "once"], [2, "twice, no reset"]])),
        make("div", { class: "bar" }, make("div", { class: "go" }, ...Object.values(this.go)), make("label", {}, this.slide, part("count", "span")), part("line", "p")),
        make("div", { class: "body" },
          make("div", { class: "panel" }, part("shares"), part("told")),
          make("div", { class: "drawn" }, part("picture"), key),
          make("div", { class: "side" }, part("grads"), part("end", "p"), part("inputs", "div", "leaves controls"), part("notes"))),
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre")),
      ];
    }

    nodes() {
      return this.s.graphs[this.s.example].nodes.map(([symbol, operation, inputs, number]) => ({ symbol, operation, inputs, number }));
    }

    leaves(s = this.s) {
      return s.graphs[s.example].leaves.map((given, k) => s[leafKeys[k]] ?? given);
    }

    /* Walked once for as long as nothing of it changes: a step along it only looks further. */
    read() {
      const { graphs, example, order, fork, calls } = this.s, leaves = this.leaves(), asked = JSON.stringify([example, order, fork, calls, leaves]);
      if (this.asked !== asked) this.r = graph.reading(graphs[example], leaves, { order, fork, calls });
      this.asked = asked;
      return this.r;
    }

    change(some) {
      const before = { ...this.s }, atEnd = this.s.step === this.r.steps.length;
      this.complaint = "";
      Object.assign(this.s, some);
      if (some.example) {
        for (const key of leafKeys) delete this.s[key];
        this.s.step = 0;
      }
      if (this.read().why) {
        this.complaint = `${this.r.why}. The figure keeps the numbers that it had.`;
        this.s = before;
      }
      const last = this.read().steps.length;
      this.s.step = atEnd && some.step === undefined && !some.example ? last : Math.min(this.s.step, last);
      this.redraw();
      this.say(this.complaint || this.spoken());
    }

    refuse(why) {
      this.complaint = `${why} The figure keeps the number that it had.`;
      this.notes.replaceChildren(make("p", {}, this.complaint));
      this.say(this.complaint);
    }

    spoken() {
      const { r, s } = this, now = r.steps[s.step - 1], said = this.sentences().map(([words]) => words).join(" ");
      if (!now) return `Step 0 of ${r.steps.length}. ${said}`;
      return `Step ${s.step} of ${r.steps.length}, ${now.kind === "forward" ? "forward" : "backward"}: ${this.headline(now)}. ${said}`;
    }

    sentences() {
      const { r, s } = this;
      return graph.told(r, r.steps[s.step - 1], graph.after(r, Math.max(0, s.step - 1)), graph.after(r, s.step));
    }

    headline({ kind, node, call }) {
      const { nodes, values } = this.r, { symbol } = nodes[node];
      if (kind === "forward") return `${symbol} = ${graph.formula(nodes, node)} = ${show(values[node])}`;
      return `${call === 2 ? "second call: " : ""}${kind === "seed" ? `${symbol}.grad = 1` : `${symbol} passes on`}`;
    }

    draw(width) {
      const { s } = this, r = this.read(), last = r.steps.length, now = r.steps[(s.step = Math.min(s.step, last)) - 1];
      for (const key of ["example", "order", "fork", "calls"]) if (this[key]) this[key].update(s[key]);
      this.slide.max = last;
      this.slide.value = s.step;
      this.slide.setAttribute("aria-valuetext", now ? `${s.step} of ${last}: ${this.headline(now)}` : `0 of ${last}`);
      this.count.textContent = `step ${s.step} of ${last}`;
      for (const [word, button] of Object.entries(this.go)) {
        button.setAttribute("aria-disabled", String(s.step === (word === "first" || word === "back" ? 0 : last)));
      }
      this.line.replaceChildren(make("span", { class: `symbol ${now && now.kind !== "forward" ? "backward" : "forward"}` },
        now ? this.headline(now) : `Given: ${r.nodes.flatMap((n, k) => (n.leaf ? [`${n.symbol} = ${show(r.values[k])}`] : [])).join(", ")}`));
      this.shares.replaceChildren(...(now ? this.parts(now) : []));
      const marked = ([words, label]) => make("p", {}, words, ...(label ? [" ", make("code", {}, `(${label})`)] : []));
      this.told.replaceChildren(...this.sentences().map(marked));
      this.end.textContent = s.step === last ? graph.conclusion(r) : "";
      this.notes.replaceChildren(...(this.complaint ? [make("p", {}, this.complaint)] : []));
      this.controls();
      const room = Math.min(480, width < 700 ? width : (width - 24) / 2), [height, inside] = graph.picture(r, s.step, room);
      draw.into(this.picture, draw.svg(room, height, `${graph.heading(r)}. ${this.spoken()}`, inside));
      this.table(now);
      if (this.traced !== r) this.later(() => { this.text.textContent = graph.trace(r); this.traced = r; });
    }

    /* The step in numbers: a formula with its local derivatives, or a line for each share. */
    parts({ kind, node, shares }) {
      const { r } = this, { nodes, values, way } = r, name = (k) => nodes[k].symbol, out = nodes.at(-1).symbol;
      const line = (left, right) => make("p", { class: "share" }, make("span", { class: "symbol" }, left), ` = ${right.slice(0, -1).join(" = ")}${right.length > 1 ? " = " : ""}`, make("b", {}, right.at(-1)));
      if (kind === "forward") {
        return [line(name(node), [graph.formula(nodes, node, values), show(values[node])]), ...graph.rules(r, node).map(([u, said, slope]) =>
          line(`∂${name(node)}/∂${name(u)}`, said.replace("−", "-") === String(slope) ? [said] : [said, show(slope)]))];
      }
      if (kind === "seed") return [line(`∂${out}/∂${out}`, ["1"])];
      return shares.map((s) => {
        const sum = way.fork === "+=" ? (s.before === 0 ? show(s.after) : `${graph.factor(s.before)} + ${graph.factor(s.amount)} = ${show(s.after)}`) : show(s.after);
        return make("p", { class: "share" }, make("span", { class: "symbol" }, `${name(s.to)}.grad ${way.fork} ∂${out}/∂${name(node)} · ∂${name(node)}/∂${name(s.to)}`),
          ` = ${graph.factor(s.up)} · ${graph.factor(s.slope)} = `, make("b", {}, show(s.amount)), make("br"),
          `${name(s.to)}.grad is now ${sum}; ${s.arrived} of ${r.uses[s.to]} arrived`);
      });
    }

    /* A slider for each leaf; new ones for a new graph. */
    controls() {
      const { r, s } = this, leaves = r.nodes.filter((node) => node.leaf);
      if (this.dialled !== s.example) {
        this.dials = leaves.map((node, k) => slider({ name: node.symbol, word: "leaf", low: -4, high: 4, step: 0.05, limit: 100,
          set: (value) => this.change({ [leafKeys[k]]: value }), refuse: (why) => this.refuse(why) }));
        const back = make("button", { type: "button", onclick: () => this.change(Object.fromEntries(leafKeys.map((key) => [key, undefined]))) }, "start values");
        this.inputs.replaceChildren(...this.dials.map((dial) => dial.node), make("div", { class: "row" }, back));
        this.dialled = s.example;
      }
      r.leaves.forEach((value, k) => this.dials[k].update(value));
    }

    /* Each node's number, its gradient so far, what nudging says, and whether they agree. */
    table(now) {
      const { r, s } = this, state = graph.after(r, s.step);
      if (this.judged !== r) {
        this.judges = r.nodes.map((_, k) => graph.measured(graph.nudged(r, k), (v) => few(v)));
        this.judged = r;
      }
      if (this.tabled !== s.example) {
        const made = page.table(["value", "grad", "nudged", "verdict"], r.nodes.map((node) => [node.symbol, "", "", "", ""]));
        for (const head of made.querySelectorAll("tbody th")) head.className = "symbol";
        this.rows = [...made.querySelectorAll("tbody tr")];
        this.grads.replaceChildren(make("p", { class: "title" }, "Gradients so far, and the judge"), made,
          make("p", { class: "soft small note" }, `Nudged: each number moved by ${show(graph.EPSILON)} to either side, all below it computed anew (eq-central-difference).`));
        this.tabled = s.example;
      }
      r.nodes.forEach((_, k) => {
        const grad = state.grads[k], n = state.arrived[k], many = r.uses[k], begun = grad !== null;
        const verdict = !begun ? "" : n < many ? (state.call === 2 && !n ? "from call 1" : `${n} of ${many}`) : r.isRight(k, grad) ? "✓ right" : "✗ wrong";
        const cells = [state.known[k] ? few(r.values[k]) : "", begun ? few(grad) : "", state.call ? this.judges[k] : "", verdict];
        [...this.rows[k].querySelectorAll("td")].forEach((cell, i) => { if (cell.textContent !== cells[i]) cell.textContent = cells[i]; });
        this.rows[k].className = `${verdict === "✗ wrong" ? "bad" : ""} ${now && now.node === k ? "lit" : ""}`.trim();
      });
    }
  }
  if (page.Live) page.define("backprop-graph", Graph);
})(globalThis.backpropLab);
