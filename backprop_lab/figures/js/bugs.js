/* <backprop-bugs>: a wrong gradient beside the right one, the signs that tell it, and "which bug is this?". */
(function (lab) {
  "use strict";
  const { bugs, show, draw, page } = lab;
  const { make, choice, menu } = page;
  const { finding, effect, trace, numbers, read, maps, curves, KEY, LINES } = bugs.picture;
  const ETAS = [0.1, 0.5, 1], PLACE = ["net", "hidden", "end", "m", "weights"];
  const SIZES = "The area of a square is the size of the entry; each layer has a scale of its own, from its largest.";
  const FAMILIES = { O: "at the output", H: "in the hidden layers", P: "in ∂L/∂W and ∂L/∂b" };

  /* Where the bug shows, or where it vanishes, as far as this figure's networks go. */
  const moved = (s, to) => (to.net && !s.nets[to.net] ? (({ net, ...rest }) => rest)(to) : to);
  const within = (name) => (v, s) => !s || s.options[name].includes(v);

  class Bugs extends page.Live {
    static shared = { mode: (v) => ["show", "quiz"].includes(v), bug: (v) => /^[OHP]\d+$/.test(v), seed: (v) => Number.isInteger(v) && v >= 1 && v < 1e6,
      eta: (v) => ETAS.includes(v), ...Object.fromEntries(PLACE.map((name) => [name, within(name)])) };

    static style = `
.bug { display:grid; grid-template-columns:72px minmax(0,1fr); gap:8px; align-items:center }
.measure { border-top:1px solid var(--faint); padding-top:12px } .sign p + p { margin-top:6px } .sign { margin-top:6px }
[aria-disabled=true] { color:var(--soft); border-style:dashed; cursor:default } .answers { display:grid; gap:6px; margin-top:6px } .answers button { text-align:left; height:auto; min-height:34px; padding:4px 10px }
.answers [data-is=yes] { border:2px solid var(--forward) } .answers [data-is=no] { border-style:dashed; text-decoration:line-through; color:var(--soft) }
.answers [data-is=yes]::before { content:"✓ " } .answers [data-is=no]::before { content:"✗ " }
thead th { font-size:13px } .told { min-height:0 } [hidden] { display:none !important }
@container (min-width:600px) { .seen { grid-column:2; grid-row:1/3 } .place { grid-column:1 } .measure { grid-column:1/-1 } .grid { grid-template-rows:auto 1fr } }`;

    start(setting) {
      this.s = { ...this.given, ...setting, answer: "" };
      for (const name of PLACE) if (!this.s.options[name].includes(this.s[name])) this.s[name] = this.given[name];
      if (!this.s.table[this.s.bug]) this.s.bug = this.given.bug;
      const address = new URLSearchParams(this.addressed ? location.search : "");
      const placed = PLACE.some((name) => address.has(`bugs.${name}`));
      if (!placed && this.s.mode === "quiz") this.riddle();
      else if (!placed && this.s.bug !== this.given.bug) Object.assign(this.s, this.s.base, moved(this.s, this.s.table[this.s.bug].home));
      this.live.setAttribute("aria-label", "The bug clinic: a wrong gradient beside the right one");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const keys = (entries) => { const node = make("div", { class: "key" }); node.innerHTML = draw.key(entries); return node; };
      const button = (words, onclick) => make("button", { type: "button", onclick }, words);
      const set = (name) => (value) => this.change({ [name]: value });
      this.mode = choice({ legend: "mode", name: "mode", options: [["show", "show a bug"], ["quiz", "which bug is this?"]],
        set: (mode) => { this.s.mode = mode; if (mode === "quiz") this.riddle(); this.change({}); } });
      this.select = make("select", { onchange: () => this.show(this.select.value) });
      for (const [letter, words] of Object.entries(FAMILIES)) {
        const group = make("optgroup", { label: words });
        for (const code of bugs.codes(this.s.table)) if (code[0] === letter) group.append(make("option", { value: code }, `${code} ${this.s.table[code].name}`));
        this.select.append(group);
      }
      this.picker = make("label", { class: "bug" }, make("span", { class: "soft" }, "bug"), this.select);
      this.vanish = button("", () => this.change(moved(this.s, this.s.table[this.s.bug].hide)));
      this.back = button("show it again", () => this.show(this.s.bug));
      this.buttons = make("div", { class: "row" }, this.vanish, this.back);
      this.another = button("another", () => { this.s.seed = (this.s.seed % 999999) + 1; this.riddle(); this.change({}); });
      this.answers = make("div", { class: "answers", role: "group", "aria-label": "Which bug is this?" });
      this.quiz = make("div", {}, make("div", { class: "row" }, make("span", { class: "strong" }, "Which bug is this?"), part("number", "span", "number soft"), this.another), this.answers);
      const { options } = this.s, list = (word, name) => menu({ word, options: options[name], set: set(name) });
      this.menus = { net: list("network", "net"), hidden: list("hidden", "hidden"), end: list("output", "end"), weights: list("weights", "weights") };
      this.m = choice({ legend: "examples m", name: "m", options: options.m.map((m) => [m, String(m)]), set: set("m") });
      this.eta = choice({ legend: "learning rate η", name: "eta", options: ETAS.map((e) => [e, String(e)]), set: set("eta") });
      const asked = make("div", { class: "controls" }, this.picker, part("paper", "p", "soft"), this.quiz, part("told", "p"), part("sign"));
      const place = make("div", { class: "controls place" }, ...Object.values(this.menus).map((c) => c.node), this.m.node, this.buttons);
      const left = make("div", {}, part("table"), make("p", { class: "soft small note" }, "Error ‖g − g*‖ / (‖g‖ + ‖g*‖): 0 is right, 1 is as far as it goes. " +
        "Ratio g/g*: the one number that fits every entry, where there is one."));
      const right = make("div", {}, this.eta.node, part("curves"), keys(LINES), part("effect", "p", "effect note"));
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "The bug clinic"), this.mode.node),
        make("div", { class: "grid" }, asked, make("div", { class: "seen" }, part("maps"), keys(KEY), make("p", { class: "soft small" }, SIZES)), place,
          make("div", { class: "measure" }, make("div", { class: "columns" }, left, right))),
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre")),
      ];
    }

    /* A bug in a place where it shows. */
    show(bug) {
      this.change({ bug, ...this.s.base, ...moved(this.s, this.s.table[bug].home) });
    }

    riddle() {
      Object.assign(this.s, bugs.riddle(this.s.table, this.s.nets, this.s.base, this.s.seed).place, { answer: "" });
    }

    change(some) {
      Object.assign(this.s, some);
      this.redraw();
      const r = this.shown;
      this.say(r.quiz && this.s.answer ? this.told.textContent : `${r.words ? `${r.bug}, ${r.words.name}. ${finding(r)}` : `Which bug is this? Number ${this.s.seed}.`}`);
    }

    draw(width) {
      const { s } = this, r = (this.shown = read(s)), wide = width >= 600, { table } = s;
      this.mode.update(s.mode);
      this.select.value = s.bug;
      for (const [name, control] of Object.entries(this.menus)) control.update(s[name], () => "");
      this.m.update(s.m);
      this.eta.update(s.eta);
      this.picker.hidden = this.paper.hidden = this.buttons.hidden = r.quiz;
      this.quiz.hidden = !r.quiz;
      this.paper.textContent = table[s.bug].paper;
      const hide = moved(s, table[s.bug].hide), ways = Object.entries(hide);
      const gone = ways.every(([name, value]) => s[name] === value);
      this.vanish.hidden = !ways.length;
      this.vanish.setAttribute("aria-disabled", String(gone));  // not disabled, or the focus would be lost
      this.vanish.textContent = `make it vanish: ${ways.map(([name, v]) => `${{ end: "output", m: "m =", weights: "weights", net: "network", hidden: "hidden" }[name]} ${v}`).join(", ")}`;
      this.back.hidden = !ways.length;
      if (r.quiz) this.ask(r);
      const picked = s.answer && table[s.answer], no = picked && !r.solved;
      this.told.textContent = r.words ? (r.quiz ? `Yes: ${r.bug}, ${r.words.name}. ` : "") + finding(r) : no ? `No, not ${s.answer}, ${picked.name}.` : "";
      const said = r.words ? [r.words.sign, r.words.hides] : no ? ["That one has another sign:", picked.sign, "Look again, and choose another."]
        : ["Look for three signs. On the way back from the output, which layer is the first wrong one? Does one ratio fit every entry? Is ∂L/∂W or ∂L/∂b wrong alone?",
          "Then change m, an activation or the weights, and see what follows."];
      this.told.hidden = !this.told.textContent;
      this.number.textContent = `number ${s.seed}`;
      this.sign.replaceChildren(...said.map((words) => make("p", {}, words)));
      draw.into(this.maps, maps(r, wide ? (width - 24) * 4 / 7 : width));
      const rows = r.wrong ? [...r.layers.map((c) => [`layer ${c.l}`, ...numbers(c, show)]), ["all", ...numbers(r.whole, show)]] : [];
      this.later(() => {
        this.table.replaceChildren(page.table(["error", "cosine", "ratio"], rows));
        this.table.hidden = !rows.length;
        const { right, wrong } = r.curves;
        draw.into(this.curves, curves(r, wide ? (width - 24) / 2 : width));
        this.effect.textContent = wrong.length ? effect(right, wrong) : "No gradient, no training: NumPy stops with an error.";
        this.text.textContent = trace(r, s);
      });
    }

    /* The four names. They stay the same nodes while one riddle lasts, so that the focus stays where it is. */
    ask(r) {
      const { options } = r.riddle;
      if (this.asked !== this.s.seed) {
        this.asked = this.s.seed;
        this.answers.replaceChildren(...options.map((code) => make("button", { type: "button", value: code,
          onclick: () => this.change({ answer: code }) }, this.s.table[code].name)));
      }
      for (const node of this.answers.children) {
        const chosen = node.value === this.s.answer;
        node.dataset.is = !chosen ? "" : r.solved ? "yes" : "no";
        node.setAttribute("aria-pressed", String(chosen));
      }
    }
  }
  if (page.Live) page.define("backprop-bugs", Bugs);
})(globalThis.backpropLab);
