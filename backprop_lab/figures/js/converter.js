/* <backprop-converter>: which convention are you coming from? One layer in it and in this book's, side by side. */
(function (lab) {
  "use strict";
  const { show, page, draw, converter } = lab;
  const { make, slider, choice } = page;

  const MOST = 5;
  const SIZES = { n_in: ["n₀", "units in"], n_out: ["n₁", "units out"], n_next: ["n₂", "next layer"], m: ["m", "examples"] };
  const SPOKEN = { W2: "W of the next layer", D2: "Δ of the next layer", dW: "the gradient of W", db: "the gradient of b" };
  const whole = (v) => Number.isInteger(v) && v >= 1 && v <= MOST;
  const among = (...known) => (v) => known.includes(v);

  class Converter extends page.Live {
    static shared = { convention: among("columns", "rows", "keras", "theta"), array: among(...converter.ARRAYS),
      n_in: whole, n_out: whole, n_next: whole, m: whole };

    static style = `
.from { display:flex; flex-wrap:wrap; gap:4px 12px; align-items:center } .from select { width:auto; max-width:100%; font-weight:600 }
.says { margin:10px 0 4px } .says b { font-weight:600 }
.lines { margin:8px 0 4px; border-top:1px solid var(--faint) } .line { display:grid; gap:2px 16px; padding:7px 0; border-bottom:1px solid var(--faint) }
.line .symbol { font-size:17px; white-space:normal } .line code { display:block; font:12.5px/1.45 ui-monospace,"DejaVu Sans Mono",Consolas,monospace; overflow-wrap:anywhere; color:var(--soft) }
.heads { display:none } .cell { display:grid; grid-template-columns:64px minmax(0,1fr); gap:0 8px }
.sizes { display:grid; gap:2px 28px; margin:12px 0 4px } .slider { grid-template-columns:112px minmax(0,1fr) 62px }
.choice { gap:4px } .follow { margin-top:14px } .follow .choice span { font-family:"STIX Two Text",Cambria,Georgia,"Noto Serif",serif; font-style:italic; font-size:16px }
.numbers { table-layout:fixed; margin-top:6px } .numbers tbody tr { border:1px solid var(--line) } .numbers td { text-align:center; padding:3px 0; font-size:12.5px; border:1px solid var(--line) }
.numbers tr > :first-child { width:auto } caption { text-align:left; padding-bottom:4px } .numbers .other { color:var(--soft); border:1px dashed var(--line); font-style:italic } .numbers .mine { background:var(--panel) }
@container (min-width:600px) {
  .line { grid-template-columns:72px minmax(0,1fr) minmax(0,1fr) } .heads { display:grid; font-weight:600 } .cell { display:block } .cell > .who { display:none }
  .sizes { grid-template-columns:minmax(0,1fr) minmax(0,1fr) } }`;

    start(setting) {
      this.s = { ...setting };
      this.live.setAttribute("aria-label", "One layer in two conventions");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      this.select = make("select", { onchange: () => this.change({ convention: this.select.value }) });
      for (const key of setting.conventions) this.select.append(make("option", { value: key }, setting.words[key].label));
      this.sliders = Object.fromEntries(Object.entries(SIZES).map(([key, [name, word]]) => {
        const set = (v) => (whole(v) ? this.change({ [key]: v }) : this.refuse(`${name} must be a whole number from 1 to ${MOST}.`));
        const made = slider({ name, word, low: 1, high: MOST, step: 1, limit: MOST, set, refuse: (why) => this.refuse(why) });
        made.limits(1, MOST, 1, MOST);
        return [key, made];
      }));
      this.arrays = choice({ legend: "follow", name: "array", set: (array) => this.change({ array }),
        options: converter.ARRAYS.map((name) => [name, setting.names[name], SPOKEN[name]]) });
      const point = (event) => event.target.dataset.array && this.change({ array: event.target.dataset.array });
      const half = (name) => {
        const head = part(`${name}Head`, "p", "title"), picture = part(`${name}Picture`, "div", "picture");
        picture.addEventListener("click", point);
        return make("div", {}, head, picture);
      };
      this.details = make("details", {}, make("summary", {}, "The same as text"), part("text", "pre"));
      return [
        make("div", {}, make("label", { class: "from" }, make("span", { class: "title" }, "Which convention are you coming from?"), this.select)),
        part("says", "p"), part("note", "p", "soft small note"), part("lines"),
        make("p", { class: "soft small note" }, setting.letters),
        make("div", { class: "sizes" }, ...Object.values(this.sliders).map((c) => c.node)), part("notes"),
        make("div", { class: "columns" }, half("book"), half("theirs")),
        make("p", { class: "soft small note" }, "To scale; each side says what it counts, and the shape is what NumPy prints. Solid: forward. Dashed: backward."),
        make("div", { class: "follow" }, this.arrays.node), part("tables", "div", "columns"), this.details,
      ];
    }

    change({ convention, array, n_in, n_out, n_next, m }) {
      for (const [key, value] of Object.entries({ convention, array, n_in, n_out, n_next, m })) if (value !== undefined) this.s[key] = value;
      this.complaint = "";
      this.redraw();
      const r = converter.read(this.s);
      this.say(`${r.words.says} ${converter.captions(r)[1]}`);
    }

    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.redraw();
      this.say(this.complaint);
    }

    /* A formula and its line of NumPy in both conventions, a step in each row. */
    formulas({ s, ours, words }) {
      const cell = (who, said, k) => make("div", { class: "cell" }, make("span", { class: "who soft small" }, who),
        make("div", {}, make("span", { class: "symbol" }, said.formulas[k]), make("code", {}, said.code[k])));
      const head = make("div", { class: "line heads" }, make("span"), make("span", {}, converter.BOOK), make("span", {}, words.short));
      return [head, ...s.steps.map((step, k) => make("div", { class: "line" }, make("span", { class: "title" }, step),
        cell(converter.BOOK, ours, k), cell("there", words, k)))];
    }

    /* The followed array in numbers. What stands beside it in the same table is pale, dashed and slanted. */
    numbers(r, caption, table, ours) {
      const cell = (v, i, j) => make("td", { class: ours || converter.belongs(r, i, j) ? "mine" : "other" }, show(v, 3));
      const rows = table.map((row, i) => make("tr", {}, ...row.map((v, j) => cell(v, i, j))));
      return make("div", {}, make("table", { class: "numbers" }, make("caption", {}, caption), make("tbody", {}, ...rows)));
    }

    draw(width) {
      const r = converter.read(this.s), wide = width >= 600 ? (width - 24) / 2 : width;
      this.select.value = this.s.convention;
      for (const [key, control] of Object.entries(this.sliders)) control.update(this.s[key]);
      this.arrays.update(this.s.array);
      this.says.replaceChildren(make("b", {}, r.words.says));
      this.note.textContent = converter.note(r);
      this.lines.replaceChildren(...this.formulas(r));
      this.notes.replaceChildren(...(this.complaint ? [make("p", {}, this.complaint)] : []));
      for (const [name, words, head] of [["book", r.ours, converter.BOOK], ["theirs", r.words, r.words.short]]) {
        this[`${name}Head`].textContent = `Shapes: ${head}`;
        draw.into(this[`${name}Picture`], converter.picture(r, words, wide));
      }
      const [here, there] = converter.captions(r), { array } = this.s;
      this.tables.replaceChildren(this.numbers(r, here, r.book[array], true), this.numbers(r, there, r.theirs[array], false));
      this.later(() => { this.text.textContent = converter.trace(r); });
    }
  }
  if (page.Live) page.define("backprop-converter", Converter);
})(globalThis.backpropLab);
