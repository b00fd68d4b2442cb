/* The flow figure: a network forward to the loss and back, a step at a time. Its steps and words are those of
 * flow_steps.js, its diagram that of flow_picture.js. */
(function (lab) {
  "use strict";
  const { nets, draw, page, flow } = lab;
  const { make, choice } = page;
  const { range } = nets;
  const { few, size, read, picture } = flow;

  const spoken = (r) => {
    if (!r.now) return "Step 0: x, y and the parameters are given.";
    const { symbol, rule, value, words, uses } = r.now;
    return `Step ${r.step} of ${r.made.length}, ${uses.length ? "backward" : "forward"}: ${symbol} = ${rule} = ` +
      `${value.map((row) => row.map(few).join(" ")).join("; ")}. ${words}`;
  };

  const whole = (low, high) => (v) => Number.isInteger(v) && v >= low && v <= high;

  class Flow extends page.Live {
    static shared = { layers: whole(1, 4), examples: whole(1, 3), step: whole(0, 25) };

    static style = `
.bar { display:flex; flex-wrap:wrap; gap:6px 10px; align-items:center; background:var(--ground); padding:6px 0; z-index:1 }
.bar label { flex:1 1 160px; display:flex; gap:8px; align-items:center; white-space:nowrap } .go { display:flex; gap:6px }
.go button[aria-disabled=true] { color:var(--soft); border-style:dashed; cursor:default } .go button { padding:0 12px }
.line { font-size:17px; font-weight:600; min-height:1.6em; overflow-wrap:anywhere } .line .symbol { white-space:normal } code { font-size:12.5px; color:var(--soft); font-weight:400 }
.told { font-weight:400; min-height:0 } .parts { display:flex; flex-wrap:wrap; gap:6px 8px; align-items:center; margin:6px 0 }
.part { display:grid; justify-items:center; gap:2px } .part > :last-child { display:grid; gap:0 10px; padding:1px 7px; text-align:right; font-size:13px;
  border:solid var(--line); border-width:0 1px; border-radius:5px }
.picture { margin-top:8px }
.line { flex:1 1 100% } svg .tag { fill:var(--ground); stroke:none }
.tall .bar { position:sticky; top:var(--pst-header-article-height, 0px); border-bottom:1px solid var(--faint) }
@container (min-width:700px) { .tall .body { display:grid; grid-template-columns:minmax(0,1fr) minmax(0,1fr); gap:24px; align-items:start }
  .tall .body .panel { position:sticky; top:160px; order:2 } }`;

    start(setting) {
      this.s = { ...setting };
      if (!this.s.networks[this.s.layers]) this.s.layers = this.given.layers;
      const depths = Object.keys(setting.networks).map(Number), most = setting.networks[this.s.layers].X[0].length;
      this.s.examples = Math.min(this.s.examples, most);
      this.s.step = read(this.s).step;
      this.live.setAttribute("aria-label", "Flow: a network forward and back, step by step");
      const part = (name, tag = "div") => (this[name] = make(tag, { class: name }));
      const number = (key, legend, options, word) => (this[key] = choice({ legend, name: key,
        options: options.map((n) => [n, String(n), `${n} ${word}${n === 1 ? "" : "s"}`]), set: (n) => this.change({ [key]: n }) })).node;
      const choices = [depths.length > 1 && number("layers", "layers", depths, "layer"), most > 1 && number("examples", "examples", range(1, most), "example")];
      const last = () => read(this.s).made.length, to = (step) => this.change({ step: Math.max(0, Math.min(last(), step)) });
      const moves = { first: () => 0, back: () => this.s.step - 1, next: () => this.s.step + 1, last };
      this.go = Object.fromEntries(Object.entries(moves).map(([word, where]) => [word, make("button", { type: "button", onclick: () => to(where()) }, word)]));
      this.slide = make("input", { type: "range", min: 0, step: 1, "aria-label": "step", oninput: () => to(Number(this.slide.value)) });
      this.live.addEventListener("keydown", (event) => {
        const word = { ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" }[event.key];
        if (!word || event.target.localName === "input" || event.altKey || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        to(moves[word]());
      });
      const bar = make("div", { class: "bar" }, make("div", { class: "go" }, ...Object.values(this.go)), make("label", {}, this.slide, part("count", "span")), part("line", "p"));
      const key = make("div", { class: "key" });
      key.innerHTML = draw.key(flow.KEY);
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "Forward to the loss, and back"), ...choices.filter(Boolean)),
        make("p", { class: "soft small" }, part("network", "span")),
        bar,
        make("div", { class: "body" }, make("div", { class: "panel" }, part("parts"), part("told", "p"), part("notes", "p")),
          make("div", {}, part("picture"), key)),
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre")),
      ];
    }

    change(some) {
      Object.assign(this.s, some);
      this.s.step = Math.min(this.s.step, read(this.s).made.length);
      this.redraw();
      this.say(spoken(this.shown));
    }

    draw(width) {
      const r = (this.shown = read(this.s)), last = r.made.length, { now } = r, { inside, room, height, flat } = picture(r, width);
      for (const key of ["layers", "examples"]) if (this[key]) this[key].update(this.s[key]);
      this.slide.max = last;
      this.slide.value = r.step;
      this.slide.setAttribute("aria-valuetext", now ? `${r.step} of ${last}: ${now.symbol}` : `0 of ${last}`);
      this.count.textContent = `step ${r.step} of ${last}`;
      for (const [word, button] of Object.entries(this.go)) {
        button.setAttribute("aria-disabled", String(r.step === (word === "first" || word === "back" ? 0 : last)));
      }
      this.network.textContent = flow.heading(r.net, r.m);
      const tone = now && now.uses.length ? "backward" : "forward";
      this.line.replaceChildren(...(now ? [make("span", { class: `symbol ${tone}` }, `${now.symbol} = ${now.rule}`), " ",
        make("code", {}, now.equation && `(${now.equation})`)] : [`Given: ${r.x}, ${r.y} and all W, b`]));
      const cells = (value) => {
        const table = make("span", { style: `grid-template-columns:repeat(${value[0].length},auto)` });
        table.append(...value.flat().map((v) => make("span", {}, few(v))));
        return table;
      };
      this.parts.replaceChildren(...(now ? now.parts : []).map((p) => (typeof p === "string" ? make("span", {}, p)
        : make("span", { class: "part" }, make("span", { class: "symbol" }, p[0]), make("span", { class: "soft small" }, size(p[1])), cells(p[1])))));
      this.told.textContent = now ? now.words : "Press “next”, or an arrow key, to compute one step at a time.";
      this.notes.textContent = now && now.uses.length ? `Uses ${now.uses.map((used) => flow.since(used, r.made)).join(", ")}.` : "";
      this.live.classList.toggle("tall", !flat);
      this.parts.parentNode.style.minHeight = `${19 * Math.max(...r.net.sizes, r.m) + (width < 600 ? 172 : 116)}px`;
      draw.into(this.picture, draw.svg(room, height, `${flow.heading(r.net, r.m)}. ${spoken(r).replaceAll('"', "")}`, inside));
      if (this.traced !== r.made) this.later(() => { this.text.textContent = flow.trace(r.net, r.X, r.Y); this.traced = r.made; });
    }
  }
  if (page.Live) page.define("backprop-flow", Flow);
})(globalThis.backpropLab);
