/* <backprop-forks>: all paths from a weight or a unit to the loss; their sum beside the row of the recursion. */
(function (lab) {
  "use strict";
  const { nets, show, page, draw, forks } = lab;
  const { make, choice } = page;
  const { range, depth } = nets;
  const { mark, up, low, signed } = forks;

  class Forks extends page.Live {
    static shared = { wrt: (v) => typeof v === "string", path: (v) => Number.isInteger(v) && v >= 0 };

    static style = `
.picture svg { cursor:pointer; touch-action:manipulation }
.starts { display:grid; gap:6px; align-content:start } .list { max-height:300px; overflow:auto; border:1px solid var(--faint); border-radius:6px; padding:0 8px }
.path { display:grid; grid-template-columns:20px 26px minmax(0,1fr) auto; gap:0 6px; padding:5px 0; align-items:center; cursor:pointer; position:relative }
.path + .path { border-top:1px solid var(--faint) } .path svg { grid-column:3/-1 } .path.on { background:var(--backward-fill); font-weight:600 }
.path.sum { cursor:auto; padding:5px 8px; border:1px solid transparent; overflow:hidden } .long { scrollbar-gutter:stable } .sum > :first-child { grid-column:1/4 }
button:disabled { opacity:.5; cursor:default } input[type=radio] { accent-color:var(--backward); width:16px; height:16px }
ol { list-style:none; margin:6px 0; padding:0 } li { display:grid; grid-template-columns:24px 84px minmax(0,1fr) auto; gap:6px; padding:4px 0; align-items:center }
li + li { border-top:1px solid var(--faint) } .dot { width:20px; height:20px; line-height:17px; border:1.5px solid var(--backward-ink); border-radius:50%; text-align:center; font-size:12px; color:var(--backward-ink); font-weight:600 }
li .symbol { font-size:16px } .end { border-top:1px solid var(--faint); display:flex; justify-content:space-between; gap:8px; padding-top:6px }
.part { border-top:1px solid var(--faint); padding-top:12px; margin-top:12px } .end.total { border-top:2px solid var(--line) } .row-terms { margin:6px 0; line-height:1.7 }
thead th { font-size:13px; font-weight:600 } th, td { vertical-align:bottom; overflow-wrap:anywhere } tr > :first-child { width:16% }
.note { margin-top:8px } .menu { grid-template-columns:44px minmax(0,1fr) }
@container (min-width:600px) { .grid { grid-template-rows:auto; grid-template-columns:minmax(0,5fr) minmax(0,4fr) } .two { display:grid; grid-template-columns:1fr 1fr; gap:8px } }`;

    start(setting) {
      // An address may name a weight of another network.
      for (const [key, fits] of [["wrt", (v) => forks.start(v, setting.sizes)], ["path", (v) => v <= forks.read(setting).paths.length]]) {
        if (!fits(setting[key])) setting[key] = this.given[key];
      }
      const most = forks.read(setting).paths.length;
      if (setting.path > most || most === 1) setting.path = 1;
      this.s = setting;
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      this.live.setAttribute("aria-label", "Forks: when influence takes two paths");
      this.kind = choice({ legend: "start at", name: "kind", options: [["w", "a weight"], ["u", "a unit"]], set: (kind) => this.begin(kind) });
      const select = (name, word, taken) => {
        this[name] = make("select", { onchange: taken });
        return make("label", { class: "menu" }, make("span", { class: "soft" }, word), this[name]);
      };
      const units = (from, to) => range(from, to).flatMap((l) => range(1, setting.sizes[l]).map((i) => this.option(l, i)));
      const intoMenu = select("into", "into", () => {
        const [l, i] = this.into.value.split(".").map(Number), j = forks.start(this.s.wrt, this.s.sizes).back;
        this.go(`w${l}.${i}.${Math.min(j, this.s.sizes[l - 1])}`);
      });
      const outMenu = select("out", "from", () => this.go(`w${this.into.value}.${this.out.value.split(".")[1]}`));
      const unitMenu = select("unit", "unit", () => this.go(`u${this.unit.value}`));
      this.into.append(...units(1, depth(setting)));
      this.unit.append(...units(0, depth(setting) - 1));
      this.weights = make("div", { class: "two" }, intoMenu, outMenu);
      this.units = unitMenu;
      this.list = make("div", { class: "list", role: "radiogroup", "aria-label": "path" });
      const step = (word, by) => make("button", { type: "button", "aria-label": `${word} path`, onclick: () => {
        const n = this.r.paths.length + 1;
        this.change({ path: (this.s.path + by + n) % n });
      } }, word);
      this.steps = [step("previous", -1), step("next", 1)];
      part("picture").addEventListener("click", (event) => {
        const box = this.picture.getBoundingClientRect();
        const wrt = forks.nearest(this.s, this.wide, [event.clientX - box.left, event.clientY - box.top]);
        if (wrt) this.go(wrt);
      });
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "When influence takes two paths"), this.kind.node),
        make("div", { class: "grid" },
          make("div", {}, this.picture, make("p", { class: "soft small note" },
            "Click a line (a weight) or a unit to start there. Below each layer: the paths from one of its units to L.")),
          make("div", { class: "starts" }, this.weights, this.units, make("div", { class: "top" }, part("many", "p", "title"),
            make("div", { class: "row" }, ...this.steps)), this.list, part("sum", "div", "path sum"))),
        part("told", "p"),
        make("div", { class: "columns part" }, part("factors"), part("recursion")),
        make("div", { class: "part" }, make("p", { class: "title" }, "Why not walk every path?"), part("costs"), make("p", { class: "soft small note" },
          "Products: multiplications for all units of the layer. The recursion keeps one number for each unit, its δ, in which all paths from there to L " +
          "are already added. So each weight is used once. With 10 layers of 100 units and 100 inputs, one input has 10²⁰ paths. The recursion needs about 100 000 products for all inputs.")),
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre")),
      ];
    }

    option(l, i) {
      return make("option", { value: `${l}.${i}` }, `${mark("a", l, i)}: ${l ? `layer ${l}, unit ${i}` : `input ${i}`}`);
    }

    /* From a weight to a unit at its end, and from a unit to a weight that touches it. */
    begin(kind) {
      const { layer: l, unit: i, back: j } = this.r.from;
      if (kind === "u") this.go(l < depth(this.s) ? `u${l}.${i}` : `u${l - 1}.${j}`);
      else this.go(l ? `w${l}.${i}.1` : `w1.1.${i}`);
    }

    go(wrt) {
      this.change({ wrt, path: 1 });
    }

    change(some) {
      Object.assign(this.s, some);
      this.redraw();
      const { s, r } = this, p = r.paths[s.path - 1];
      const one = p ? `Path ${s.path} of ${r.paths.length}: ${p.factors.map((f) => show(f.value)).join(" times ")} is ${show(p.product)}. ` : "";
      this.say(`${forks.where(r.from)}. ${one}${forks.conclusion(r)}`);
    }

    /* The radio buttons are made anew for a new start alone: whoever is on one of them stays there. */
    relist() {
      const { s, r } = this, [bars, whole] = forks.waterfall(r);
      const one = (n, said, value, bar) => {
        const input = make("input", { type: "radio", name: "path", value: n, onchange: () => this.change({ path: n }) });
        const node = make("label", { class: "path" }, input, make("span", { class: "strong backward" }, n ? `${n}.` : ""), make("span", { class: n ? "symbol" : "" }, said), make("b", {}, value));
        node.insertAdjacentHTML("beforeend", bar);
        return { n, input, node };
      };
      this.radios = r.paths.map((p, n) => one(n + 1, forks.route(s, r, p), show(p.product), bars[n]));
      const alone = r.paths.length === 1;
      if (!alone) this.radios.push(one(0, "all at once", "", ""));
      for (const button of this.steps) button.disabled = alone;
      for (const node of [this.list, this.sum]) node.classList.toggle("long", r.paths.length > 6);
      this.list.replaceChildren(...this.radios.map((x) => x.node));
      this.sum.replaceChildren(make("span", {}, "sum over the paths"), make("b", {}, show(r.total)));
      this.sum.insertAdjacentHTML("beforeend", whole);
      this.listed = s.wrt;
    }

    draw(width) {
      const { s } = this, r = (this.r = forks.read(s)), { from, symbol } = r, n = r.paths.length, p = r.paths[s.path - 1];
      this.wide = width >= 600 ? ((width - 24) * 5) / 9 : width;
      this.kind.update(from.back ? "w" : "u");
      this.weights.hidden = !from.back;
      this.units.hidden = Boolean(from.back);
      if (from.back) {
        this.into.value = `${from.layer}.${from.unit}`;
        this.out.replaceChildren(...range(1, s.sizes[from.layer - 1]).map((j) => this.option(from.layer - 1, j)));
        this.out.value = `${from.layer - 1}.${from.back}`;
      } else this.unit.value = `${from.layer}.${from.unit}`;
      if (this.listed !== s.wrt) this.relist();
      for (const { n: number, input, node } of this.radios) {
        input.checked = number === s.path;
        node.classList.toggle("on", number === s.path);
      }
      this.many.textContent = n === 1 ? `1 path from ${symbol} to L` : `${n} paths from ${symbol} to L`;
      draw.into(this.picture, forks.picture(s, r, this.wide));
      this.told.textContent = forks.conclusion(r);
      this.detail(p);
      this.row();
      this.later(() => this.aside());
    }

    aside() {
      const { s, r } = this, cost = forks.counts(s.sizes).map((c) => [c.layer ? `layer ${c.layer}` : "input", ...[c.units, c.paths, c.walked, c.recursion].map(String)]);
      this.costs.replaceChildren(page.table(["units", "paths from one", "products, path by path", "products, by δ"], cost));
      for (const head of this.costs.querySelectorAll("thead th")) head.className = "";
      this.text.textContent = forks.trace(s, r);
      const chosen = this.radios.find((x) => x.n === s.path), seen = `${s.wrt} ${s.path}`;
      if (!chosen || this.seen === seen) return;
      this.seen = seen;  // within the list alone: the page stays where it is
      const { list } = this, { node } = chosen, low = node.offsetTop - list.offsetTop, high = low + node.offsetHeight;
      if (low < list.scrollTop || high > list.scrollTop + list.clientHeight) list.scrollTop = (low + high - list.clientHeight) / 2;
    }

    /* The chosen path, factor by factor. */
    detail(p) {
      const { s, r } = this;
      if (!p) {
        const shared = r.row.length ? r.after.map((f) => f.symbol).join(" · ") : "";
        const said = shared ? ["All of them end in ", make("span", { class: "symbol" }, shared), ". The recursion adds first, and multiplies by what they share once."]
          : ["Paths that meet in a unit are one from there to L. The recursion multiplies what they share once: it stands in δ."];
        this.factors.replaceChildren(make("p", { class: "title" }, "All paths at once"), make("p", { class: "note" }, ...said), make("p", { class: "soft" }, "Choose one path to see its factors."));
        return;
      }
      const items = p.factors.map((f, n) => make("li", {}, make("span", { class: "dot" }, String(n + 1)), make("span", { class: "symbol backward" }, f.symbol),
        make("span", { class: "soft small" }, f.words), make("span", {}, show(f.value))));
      this.factors.replaceChildren(make("p", { class: "title" }, `Path ${s.path}, factor by factor`), make("ol", {}, ...items),
        make("p", { class: "end total" }, "their product", make("b", {}, show(p.product))));
    }

    /* The row of the matrix product that gives the same number. */
    row() {
      const { r } = this, { from, symbol } = r, by = up(from.layer + 1), brief = (v) => signed(v, show), each = r.paths.length / (r.row.length || 1);
      const nodes = [make("p", { class: "title" }, "The same by the recursion")];
      const line = (left, right, kind) => nodes.push(make("p", { class: kind ? "end total" : "end" }, left, make("b", {}, right)));
      const italic = (said) => make("span", { class: "symbol" }, said);
      if (r.row.length) {
        nodes.push(make("p", { class: "row-terms" }, `Row ${from.unit} of `, italic(`W${by}ᵀ`), " times ", italic(`δ${by}`), ": ",
          ...r.row.flatMap((t, n) => [n ? " + " : "", italic(`${t.weight} · ${t.delta}`)]), make("br"), `= ${r.row.map((t) => `${brief(t.w)} · ${brief(t.d)}`).join(" + ")}`));
        nodes.push(make("p", { class: "soft small" }, each === 1 ? "Each term is one path." : `Each term holds ${each} paths, which its δ has already added.`));
        line(italic(`(W${by}ᵀ δ${by})${low(from.unit)}`), show(r.rowSum));
      } else nodes.push(make("p", { class: "row-terms" }, "The last layer needs no row: its δ is there at once."));
      const { layer: l, unit: i, back: j } = from;
      for (const f of r.after) {
        line(make("span", {}, r.row.length || f !== r.after[0] ? "times " : "", italic(f.symbol)), show(f.value));
        if (f.slope && j) line(italic(mark("δ", l, i)), show(r.rowSum * f.value), true);
      }
      const total = show(r.total, 10), exact = show(r.derivative, 10);
      if (j) line(make("span", {}, italic(`∂L/∂${symbol} = ${mark("δ", l, i)} ${mark("a", l - 1, j)}`)), exact, true);
      else line(make("span", {}, italic(l ? `∂L/∂${symbol} = ${mark("δ", l, i)}` : `∂L/∂${symbol}`)), exact, true);
      line("sum over the paths", total);
      nodes.push(make("p", { class: "verdict note" }, total === exact ? "The same, digit for digit." : "The same but for rounding: the terms are added in another order."));
      this.recursion.replaceChildren(...nodes);
    }
  }
  if (page.Live) page.define("backprop-forks", Forks);
})(globalThis.backpropLab);
