/* <backprop-shapes>: the tables of a layer as rectangles, the products that fit, and those that must not. */
(function (lab) {
  "use strict";
  const { show, page, draw, shapes } = lab;
  const { make, slider, choice } = page, { PRODUCTS } = shapes;

  const GROUPS = { Z: "forward", G: "back", dW: "∂L/∂W", db: "∂L/∂b" };
  const SPOKEN = { Z: "forward, W A + b", G: "back, W transposed times Δ", dW: "the gradient of W, Δ A transposed", db: "the gradient of b, the sums of the rows of Δ" };
  const MOST = { inputs: 6, units: 6, next: 6, examples: 5 };
  const SIZE = { in: "inputs", out: "units", next: "next", m: "examples" };
  const whole = (most) => (v) => Number.isInteger(v) && v >= 1 && v <= most;
  const formsOf = (target) => Object.keys(PRODUCTS).filter((key) => PRODUCTS[key][0] === target);
  const near = (v) => show(v, 3);

  /* The sum behind the chosen entry, a pair in each box; a number without a partner stands out. */
  function sum(r) {
    const number = (v) => (v === null ? "?" : shapes.bracketed(near(v)));
    const box = (symbols, numbers, kind = "") => make("span", { class: `term ${kind}` }, make("span", { class: "symbol" }, symbols), make("span", {}, numbers));
    const nodes = [], put = (sign, ...what) => nodes.push(make("span", { class: "pair" }, ...(sign ? [make("span", {}, sign)] : []), box(...what)));
    const whole = () => near(r.result[r.i - 1][r.j - 1]), right = r.kind === "right";
    if (right) put("", shapes.entry(r, r.target, r.i, r.j), whole(), "strong");
    shapes.terms(r).forEach(([a, b, p, q], k) =>
      put(k ? "+" : right ? "=" : "", `${a} · ${b}`, `${number(p)} · ${number(q)}`, p === null || q === null ? "alone" : ""));
    if (r.withBias) put("+", shapes.entry(r, "b", r.i, 1), number(r.tables.b[r.i - 1][0]));
    if (r.result && !right) put("=", "sum", whole(), "strong");
    return nodes;
  }

  /* The numbers of a table; where they differ from what they should be they are marked. */
  function numbers(r, title, values, marked) {
    const rows = values.map((row, i) => make("tr", {}, ...row.map((v, j) => {
      const wrong = marked && marked.wrong[i][j], most = wrong && marked.i === i + 1 && marked.j === j + 1;
      const chosen = i + 1 === r.i && j + 1 === r.j && (marked || r.fits);
      return make("td", { class: [wrong && "wrong", most && "most", chosen && "chosen"].filter(Boolean).join(" ") }, near(v));
    })));
    return make("div", {}, make("table", { class: "numbers" }, make("caption", {}, ...title), make("tbody", {}, ...rows)));
  }

  class Shapes extends page.Live {
    static shared = { product: page.oneOf(PRODUCTS), i: whole(6), j: whole(6),
      inputs: whole(6), units: whole(6), next: whole(6), examples: whole(5) };

    static style = `
.choice { gap:4px } .forms { margin-top:8px } .forms span { font-family:"STIX Two Text",Cambria,Georgia,"Noto Serif",serif; font-style:italic; font-size:16px }
.slider { grid-template-columns:128px minmax(0,1fr) 62px } .status { margin:10px 0 4px; min-height:2.9em } .status b { margin-right:6px; padding:2px 8px; border:1.5px solid var(--forward); border-radius:6px; color:var(--forward-ink) }
.status.bad b { border:1.5px dashed var(--backward); color:var(--backward-ink) }
.sum { display:flex; flex-wrap:wrap; gap:6px 5px; align-items:center; margin:6px 0 } .pair { display:flex; gap:5px; align-items:center } .term { display:grid; justify-items:center; padding:2px 7px; border:1px solid var(--faint); border-radius:6px; white-space:nowrap }
.term.alone { border:2px dashed var(--backward); color:var(--backward-ink) } .term.strong { border-color:var(--ink) }
.entry { display:flex; flex-wrap:wrap; gap:6px 14px; align-items:center } .entry label { display:flex; gap:6px; align-items:center } .entry input { width:56px }
.entry { margin-top:12px }
.numbers { table-layout:fixed } .numbers tbody tr { border:0 } .numbers td { text-align:center; padding:3px 0; font-size:12.5px; border:1px solid var(--faint) } .numbers tr > :first-child { width:auto }
caption { text-align:left; padding-bottom:4px } .numbers .wrong { color:var(--backward-ink); text-decoration:underline dotted; text-underline-offset:3px }
.numbers .most { outline:2px dashed var(--backward); outline-offset:-2px; font-weight:600 } .numbers .chosen { background:var(--panel); font-weight:600 }
@container (min-width:600px) { .grid { grid-template-rows:auto 1fr auto } .show { grid-column:2; grid-row:1/3 } .compare { grid-column:1/-1; grid-row:3; border-top:1px solid var(--faint); padding-top:10px } }`;

    start(setting) {
      this.first = setting;
      this.s = { ...setting };
      this.live.setAttribute("aria-label", "The matrices of a layer as rectangles");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const r = shapes.read(this.s), l = setting.layer;
      const words = { inputs: ["in", "units in"], units: ["out", "units out"], next: ["next", "next layer"], examples: ["m", "examples"] };
      this.sliders = Object.fromEntries(Object.entries(words).map(([key, [edge, word]]) => {
        const name = shapes.symbol(r, edge), most = MOST[key];
        const set = (v) => (whole(most)(v) ? this.change({ [key]: v }) : this.refuse(`${name} must be a whole number from 1 to ${most}.`));
        const made = slider({ name, word, low: 1, high: most, step: 1, limit: most, set, refuse: (why) => this.refuse(why) });
        made.limits(1, most, 1, most);
        return [key, made];
      }));
      this.operation = choice({ legend: "compute", name: "operation", options: Object.entries(GROUPS).map(([k, word]) => [k, word, SPOKEN[k]]),
        set: (target) => this.change({ product: formsOf(target)[0] }) });
      this.forms = Object.fromEntries(Object.keys(GROUPS).map((target) => [target, choice({
        legend: "product", name: `form-${target}`, set: (product) => this.change({ product }),
        options: formsOf(target).map((key) => [key, shapes.product(shapes.read({ ...this.s, product: key }))]),
      })]));
      const number = (key, word) => {
        const input = make("input", { type: "number", min: 1, step: 1, oninput: () => {
          const v = input.valueAsNumber, good = whole(Number(input.max))(v);
          input.setAttribute("aria-invalid", String(!good));
          if (good) this.change({ [key]: v });
          else this.refuse(`The ${word} must be a whole number from 1 to ${input.max}.`);
        }, onchange: () => this.redraw(true) });
        this[`typed_${key}`] = input;
        return make("label", {}, make("span", { class: "soft" }, word), input);
      };
      const point = (event) => {
        const { i, j } = event.target.dataset || {};
        if (i && (Number(i) !== this.s.i || Number(j) !== this.s.j)) this.change({ i: Number(i), j: Number(j) });
      };
      part("picture");
      this.signs = make("p", { class: "soft small" }, "Where a cell has no room for its number, + or − is its sign.");
      this.picture.addEventListener("click", point);
      this.picture.addEventListener("pointerover", (event) => event.pointerType === "mouse" && point(event));
      const button = (word, to) => make("button", { type: "button", onclick: () => this.change(to()) }, word);
      const tries = [["start", () => this.first], ["square layer", () => ({ inputs: this.s.units, i: 1, j: 1 })],
        ["all sizes equal", () => ({ inputs: 3, units: 3, next: 3, examples: 3 })], ["one example", () => ({ examples: 1 })]].map(([word, to]) => button(word, to));
      this.meet = button("make the two edges equal", () => this.equal(shapes.read(this.s)));
      this.worst = button("show the entry that differs most", () => shapes.read(this.s).differing);
      const controls = make("div", { class: "controls" }, ...Object.values(this.sliders).map((c) => c.node),
        make("div", { class: "row" }, make("span", { class: "soft" }, "try"), ...tries), part("notes"));
      const all = make("div", {}, make("p", { class: "title" }, `All tables of layer ${l}, to scale`), part("shelf"),
        make("p", { class: "soft small note" }, "Rows × columns. A gradient has the shape of what it is the gradient of. Filled: in the product."));
      this.details = make("details", {}, make("summary", {}, "The same as text"), part("text", "pre"));
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, `Layer ${l}: what may be multiplied with what`), this.operation.node),
        make("div", { class: "forms" }, ...Object.values(this.forms).map((form) => form.node)),
        part("status", "p"), make("div", { class: "row" }, this.meet),
        make("div", { class: "grid" }, make("div", { class: "show" }, this.picture, this.signs,
          make("div", { class: "entry" }, make("span", { class: "title" }, "One entry"), number("i", "row"), number("j", "column"),
            make("span", { class: "soft small" }, "or point at it")), part("sum")), controls,
        (this.compare = make("div", { class: "compare" }, make("p", { class: "title" }, "The two products, side by side"), part("tables", "div", "columns"),
          part("legend", "p", "soft small note"), make("div", { class: "row" }, this.worst))), all),
        this.details,
      ];
    }

    /* One of the two inner sizes becomes the other, where there is room. */
    equal({ edges: [, inner, other], sizes }) {
      const [from, to] = sizes[inner] <= MOST[SIZE[other]] ? [inner, other] : [other, inner];
      return { [SIZE[to]]: sizes[from] };
    }

    change({ product, i, j, inputs, units, next, examples }) {
      for (const [key, value] of Object.entries({ product, i, j, inputs, units, next, examples })) if (value !== undefined) this.s[key] = value;
      const r = shapes.read(this.s);
      Object.assign(this.s, { i: r.i, j: r.j });
      this.complaint = "";
      this.redraw();
      this.say(`${shapes.verdict(r)} Entry ${r.i}, ${r.j}: ${shapes.summed(r, show, 3)}`);
    }

    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.redraw();
      this.say(this.complaint);
    }

    redraw(rewrite = false) {
      this.rewrite = rewrite;
      super.redraw();
    }

    draw(width) {
      const r = shapes.read(this.s), wide = width >= 600, { kind } = r;
      for (const [key, control] of Object.entries(this.sliders)) control.update(this.s[key]);
      this.operation.update(r.target);
      for (const [target, form] of Object.entries(this.forms)) {
        form.node.hidden = target !== r.target;
        form.update(this.s.product);
      }
      for (const [key, most] of [["i", r.shape[0]], ["j", r.shape[1]]]) {
        const input = this[`typed_${key}`];
        input.max = most;
        if (!this.rewrite && input.getRootNode().activeElement === input && !input.matches("[aria-invalid=false]")) continue;
        input.value = r[key];
        input.setAttribute("aria-invalid", "false");
      }
      const bad = kind !== "right", word = { right: "✓ right", misfit: "✗ does not fit", accident: "✗ fits, and is wrong", turned: "✗ on its side" }[kind];
      this.status.classList.toggle("bad", bad);
      this.status.replaceChildren(make("b", {}, word), shapes.verdict(r).replaceAll("∂L/", "∂L/\u2060"));
      this.meet.hidden = kind !== "misfit";
      this.notes.replaceChildren(...(this.complaint ? [make("p", {}, this.complaint)] : []));
      draw.into(this.picture, shapes.picture(r, wide ? (width - 24) * 4 / 7 : width));
      this.signs.hidden = !this.picture.querySelector(".sign");
      this.sum.replaceChildren(...sum(r));
      this.compare.hidden = !(bad && r.result);
      this.worst.hidden = !r.fits;
      if (!this.compare.hidden) {
        const symbol = (said) => make("span", { class: "symbol" }, said), size = (values) => `, ${values.length} × ${values[0].length}`;
        this.tables.replaceChildren(numbers(r, ["wrong: ", symbol(shapes.product(r)), size(r.result)], r.result, r.differing),
          numbers(r, ["right: ", symbol(shapes.product(shapes.read({ ...this.s, product: formsOf(r.target)[0] }))), size(r.wanted)], r.wanted));
        this.legend.textContent = r.fits ? "Underlined: the entry is wrong. Framed: it is wrong by most."
          : "The shapes differ, so that no entry of the one belongs to an entry of the other.";
      }
      this.later(() => draw.into(this.shelf, shapes.shelf(r, wide ? (width - 24) * 3 / 7 : width)), () => { this.text.textContent = shapes.trace(r); });
    }
  }
  if (page.Live) page.define("backprop-shapes", Shapes);
})(globalThis.backpropLab);
