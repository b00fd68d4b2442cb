/* <backprop-broadcast>: how NumPy adds b to W A, and which sum of Δ gives b its gradient. */
(function (lab) {
  "use strict";
  const { show, page, draw, broadcast } = lab;
  const { make, slider, choice } = page;

  const MOST = 5;
  const SIZES = { n: "units", m: "examples" };
  const whole = (v) => Number.isInteger(v) && v >= 1 && v <= MOST;
  const spoken = (shape) => `b of shape ${shape.replace(/^\((.),\)$/, "$1, one axis only").replace(/[()]/g, "").replace(", 1", " by 1").replace(", m", " by m")}`;
  const GOOD = ["right", "same"];

  /* One of the sums that may be taken for the gradient: its verdict, its line of NumPy, its numbers, what it does to b. */
  function card(r, sum) {
    const good = GOOD.includes(sum.judged), rows = sum.value.map((row) => make("tr", {}, ...row.map((v) => make("td", {}, show(v, 3)))));
    return make("li", { class: good ? "card" : "card bad" }, make("p", {}, make("b", {}, broadcast.mark(r, sum)), " ", broadcast.mistake(r, sum)),
      make("code", {}, sum.code), make("table", { class: "numbers" }, make("caption", {}, `shape ${broadcast.shape(sum.shape)}`), make("tbody", {}, ...rows)),
      make("p", { class: "soft small" }, broadcast.subtracted(r, sum)));
  }

  class Broadcast extends page.Live {
    static shared = { n: whole, m: whole, b: page.oneOf(broadcast.SHAPES) };

    static style = `
.choice { gap:4px } .slider { grid-template-columns:108px minmax(0,1fr) 62px }
.status { margin:12px 0; overflow-wrap:anywhere } .status b { margin-right:6px; padding:2px 8px; border:1.5px solid var(--forward); border-radius:6px; color:var(--forward-ink); white-space:nowrap }
.status.bad b { border:1.5px dashed var(--backward); color:var(--backward-ink) }
.back { margin-top:12px; border-top:1px solid var(--faint); padding-top:10px } .rule { font-weight:600; text-wrap:balance; margin:4px 0 8px }
.cards { list-style:none; margin:10px 0 4px; padding:0; display:grid; gap:10px; grid-template-columns:repeat(auto-fill,minmax(min(260px,100%),1fr)) }
.card { border:1px solid var(--line); border-radius:8px; padding:9px 10px; min-width:0 } .card b { padding:1px 6px; border:1.5px solid var(--forward); border-radius:6px; color:var(--forward-ink); white-space:nowrap; font-weight:600 }
.card.bad { border-style:dashed } .card.bad b { border:1.5px dashed var(--backward); color:var(--backward-ink) } .card code { display:block; margin:7px 0 4px; font:12.5px/1.45 ui-monospace,"DejaVu Sans Mono",Consolas,monospace; overflow-wrap:anywhere }
.numbers { width:auto; margin:2px 0 6px; table-layout:auto } .numbers tbody tr { border:0 } .numbers td { border:1px solid var(--faint); padding:2px 0; min-width:40px; width:40px; text-align:center; font-size:12.5px } .numbers tr > :first-child { width:40px }
caption { text-align:left; font-size:12px; white-space:nowrap; color:var(--soft); padding-bottom:2px }`;

    start(setting) {
      this.s = { ...setting };
      this.live.setAttribute("aria-label", "How NumPy stretches b, and which sum gives its gradient");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      this.sliders = Object.fromEntries(Object.entries(SIZES).map(([name, word]) => {
        const set = (v) => (whole(v) ? this.change({ [name]: v }) : this.refuse(`${name} must be a whole number from 1 to ${MOST}.`));
        const made = slider({ name, word, low: 1, high: MOST, step: 1, limit: MOST, set, refuse: (why) => this.refuse(why) });
        made.limits(1, MOST, 1, MOST);
        return [name, made];
      }));
      this.shapes = choice({ legend: "shape of b", name: "shape", set: (b) => this.change({ b }),
        options: Object.keys(broadcast.SHAPES).map((shape) => [shape, shape, spoken(shape)]) });
      this.details = make("details", {}, make("summary", {}, "The same as text"), part("text", "pre"));
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "Z = W A + b: how NumPy adds b to W A"), this.shapes.node),
        make("div", { class: "columns" },
          make("div", { class: "controls" }, ...Object.values(this.sliders).map((c) => c.node), part("notes"),
            make("p", { class: "soft small" }, "W A and Δ are (n, m). The b of this book is (n, 1): a number for each unit.")),
          make("div", {}, part("shapesAligned", "div", "aligned"))),
        part("status", "p"), part("forward"),
        make("p", { class: "soft small note" }, "In brackets, dotted: copies, which NumPy makes while it adds."),
        make("div", { class: "back" }, make("p", { class: "title" }, "And back: ∂L/∂b"), part("rule", "p"), part("backward"), part("freedom", "p", "note"),
          part("cards", "ul")), this.details,
      ];
    }

    change({ n, m, b }) {
      for (const [key, value] of Object.entries({ n, m, b })) if (value !== undefined) this.s[key] = value;
      this.complaint = "";
      this.redraw();
      const r = broadcast.read(this.s);
      this.say(`${broadcast.verdict(r)} ${broadcast.rule(r)}`);
    }

    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.redraw();
      this.say(this.complaint);
    }

    draw(width) {
      const r = broadcast.read(this.s), wide = width >= 600;
      for (const [key, control] of Object.entries(this.sliders)) control.update(this.s[key]);
      this.shapes.update(this.s.b);
      this.notes.replaceChildren(...(this.complaint ? [make("p", {}, this.complaint)] : []));
      draw.into(this.shapesAligned, broadcast.aligned(r, wide ? (width - 24) / 2 : width));
      this.status.classList.toggle("bad", r.kind !== "meant");
      this.status.replaceChildren(make("b", {}, broadcast.MARKS[r.kind]), " ", broadcast.verdict(r));
      draw.into(this.forward, broadcast.forward(r, width));
      this.rule.textContent = broadcast.rule(r);
      draw.into(this.backward, broadcast.backward(r, width));
      this.freedom.textContent = broadcast.freedom(r);
      this.cards.replaceChildren(...Object.values(r.sums).map((sum) => card(r, sum)));
      this.later(() => { this.text.textContent = broadcast.trace(r); });
    }
  }
  if (page.Live) page.define("backprop-broadcast", Broadcast);
})(globalThis.backpropLab);
