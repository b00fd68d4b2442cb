/* <backprop-train>: a decision boundary that learns, and how large each layer's gradient is.
 *
 * Nothing moves before the reader presses Run; then a frame gets at most some 6 ms of work: steps of training, a few
 * rows of the picture, and in turn the bars or the curve. Whoever asked for less motion sees two steps a second.
 */
(function (lab) {
  "use strict";
  const { nets, show, draw, page, train } = lab;
  if (!page.Live) return;
  const KINDS = ["sigmoid", "tanh", "relu"], RATES = ["0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1", "3"];
  const MOST_POINTS = 120, CELLS = 40, BUDGET = 6;
  const { make, slider, choice, menu } = page;

  const KEY = [[train.mark(12, 5, 0), "class 0"], [train.mark(12, 6, 1), "class 1"],
    [draw.path("M0 5H26", "--ink", 2), "output = ½"], ['<path d="M2 0h22v10H2z" fill="var(--forward)" opacity="0.5"/>', "output near 1"]];

  class Train extends page.Live {
    static shared = {
      depth: (v) => [1, 2, 3, 4, 5, 6].includes(v), units: (v) => [2, 3, 4, 5, 6, 7, 8].includes(v), activation: (v) => KINDS.includes(v),
      data: (v) => ["moons", "spirals", "xor"].includes(v), scale: (v) => v >= 0.01 && v <= 10, rate: (v) => v > 0 && v <= 100,
      optimiser: (v) => Object.hasOwn(nets.optimisers, v), roll: (v) => Number.isInteger(v) && v >= 0 && v < 100,
    };

    static style = `
.map { position:relative; aspect-ratio:1; border:1px solid var(--line); touch-action:manipulation; cursor:crosshair; overflow:hidden }
.map > * { position:absolute; inset:0; width:100%; height:100% }
.map canvas { inset:-1.282%; width:102.564%; height:102.564% }
.row button { min-width:44px } .run { min-width:76px !important; font-weight:600 } .told { min-height:4.4em }
.row > label { display:inline-flex; gap:4px; align-items:center } .row > label input { width:72px }
.choice span { min-width:32px } .count { margin:8px 0 6px }
@container (min-width:600px) { .board { grid-template-columns:minmax(0,1fr) minmax(0,1fr); grid-template-rows:auto; gap:24px } }`;

    start(setting) {
      this.s = Object.fromEntries(Object.keys(Train.shared).map((key) => [key, setting[key]]));
      this.points = setting.sets[this.s.data];
      this.kind = 1;
      this.live.setAttribute("aria-label", "Train: a decision boundary learns");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const button = (word, act, kind = null) => make("button", { type: "button", class: kind, onclick: act }, word);
      const row = (...nodes) => make("div", { class: "row" }, ...nodes);
      const set = (key) => (value) => this.change({ [key]: value });
      const radio = (legend, name, options, then = set(name)) => choice({ legend, name, options: options.map((v) => [v, String(v), `${legend}: ${v}`]), set: then });
      const pick = (word, name, options, read = String) => menu({ word, options, set: (v) => this.change({ [name]: read(v) }) });
      this.canvas = make("canvas", { width: CELLS, height: CELLS, "aria-hidden": "true" });
      this.map = make("div", { class: "map", onclick: (event) => this.clicked(event) }, this.canvas, part("over"));
      const key = make("div", { class: "key" });
      key.innerHTML = draw.key(KEY);
      this.controls = {
        data: menu({ word: "points", options: [...Object.keys(setting.sets), "own"], set: (data) => (data === "own" ? this.own(this.points) : this.change({ data })) }),
        depth: radio("hidden layers", "depth", [1, 2, 3, 4, 5, 6]), units: radio("units in each", "units", [2, 3, 4, 5, 6, 7, 8]),
        activation: radio("activation", "activation", KINDS), optimiser: pick("optimiser", "optimiser", Object.keys(nets.optimisers)),
        rate: pick("rate η", "rate", [...new Set([...RATES, String(this.s.rate)])], Number),
      };
      this.scale = slider({ name: "W", word: "scale", low: 0.05, high: 5, step: 0.05, limit: 10, set: set("scale"), refuse: (why) => this.refuse(why) });
      this.scale.limits(0.05, 5, 0.01, 10);
      this.go = button("Run", () => this.toggle(), "run");
      const tries = Object.entries({
        vanish: { depth: 6, units: 8, activation: "sigmoid", scale: 1, optimiser: "gradient_descent", rate: 0.1 },
        explode: { depth: 6, units: 8, activation: "relu", scale: 4, optimiser: "gradient_descent", rate: 0.1 },
        learn: { depth: 2, units: 8, activation: "tanh", scale: 1, optimiser: "adam", rate: 0.03 },
      }).map(([word, some]) => button(word, () => this.change(some)));
      const typed = (word, value) => make("input", { type: "number", step: 0.1, value, "aria-label": `${word} of the new point` });
      [this.x1, this.x2] = [typed("x₁", 0), typed("x₂", 0)];
      this.which = radio("new point: class", "kind", [0, 1], (value) => { this.kind = value; });
      this.which.update(this.kind);
      const left = make("div", { class: "left" }, this.map, key, part("count", "p"),
        row(button("Step", () => this.once()), this.go, button("Start again", () => this.change({})), button("Other weights", () => this.change({ roll: (this.s.roll + 1) % 100 }))),
        part("curve"));
      const right = make("div", { class: "controls" }, make("p", { class: "title" }, "The gradient ∂L/∂W of each layer"),
        make("p", { class: "soft small" }, "Root-mean-square of its entries, on a logarithmic scale."), part("bars"), part("told", "p"),
        row(make("span", { class: "soft" }, "try"), ...tries), ...["data", "depth", "units", "activation"].map((name) => this.controls[name].node),
        this.scale.node, this.controls.optimiser.node, this.controls.rate.node, part("notes"));
      const adding = make("details", {}, make("summary", {}, "Draw points of your own"),
        make("p", { class: "soft note" }, "Click in the picture, or type a place. A point has inputs x₁ (to the right) and x₂ (up)."),
        row(this.which.node, make("label", {}, make("span", { class: "symbol" }, "x₁"), this.x1), make("label", {}, make("span", { class: "symbol" }, "x₂"), this.x2),
          button("Add point", () => this.add(this.x1.valueAsNumber, this.x2.valueAsNumber)), button("Remove all", () => this.own([[], [], []]))));
      this.restart();
      return [make("p", { class: "title" }, "A decision boundary, learning"), make("div", { class: "grid board" }, left, right), adding,
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre"))];
    }

    /* From the first weights on; what was running goes on running. */
    restart() {
      this.box = this.points[2].length || !this.box ? train.view(this.points) : this.box;
      this.run = this.points[2].length ? train.begin(this.s, this.given, this.points) : null;
      this.painter = train.machine([2, ...Array(this.s.depth).fill(this.s.units), 1], this.s.activation, CELLS);
      this.wave = null;
      if (!this.run) this.stop();
    }

    change(some) {
      if (some.data) this.points = this.given.sets[some.data];
      Object.assign(this.s, some);
      this.complaint = "";
      this.restart();
      this.redraw();
      this.say(this.summary());
    }
    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.tell();
      this.say(this.complaint);
    }
    summary() {
      if (!this.run) return "There are no points yet.";
      return `Step ${this.run.steps}: loss ${show(this.run.L)}, ${this.run.right} of ${this.run.classes.length} right. ` +
        (this.run.halted ? train.halted(this.run) : train.conclude(this.run, this.s));
    }

    own(points) {
      const box = this.box;
      this.points = points;
      this.s.data = "own";
      this.complaint = "";
      this.restart();
      this.box = points[2].length ? box : [-2, -2, 4];
      this.redraw();
      this.say(this.summary());
    }
    add(x, y) {
      if (!(Math.abs(x) <= 100 && Math.abs(y) <= 100)) return this.refuse("x₁ and x₂ must be numbers between −100 and 100.");
      if (this.points[2].length >= MOST_POINTS) return this.refuse(`There is room for ${MOST_POINTS} points.`);
      const [left, low, side] = this.box, inside = x >= left && x <= left + side && y >= low && y <= low + side;
      if (!inside) this.box = train.view([[left, left + side, x], [low, low + side, y]]);
      return this.own([x, y, this.kind].map((v, i) => [...this.points[i], v]));
    }
    clicked(event) {
      const r = this.map.getBoundingClientRect(), [left, low, side] = this.box;
      const place = (share, from) => Math.round((from + share * side) * 100) / 100;
      this.add(place((event.clientX - r.left) / r.width, left), place(1 - (event.clientY - r.top) / r.height, low));
    }

    once() {
      this.stop();
      if (!this.run) return;
      train.step(this.run, this.s);
      this.redraw();
      this.say(this.summary());
    }
    toggle() {
      if (this.running) {
        this.stop();
        this.redraw();
        this.say(this.summary());
      } else if (this.run && !this.run.halted) {
        this.running = true;
        this.frames = 0;
        this.tell();
        this.say("Running.");
        this.next();
      }
    }
    stop() {
      cancelAnimationFrame(this.asked);
      clearTimeout(this.asked);
      this.running = false;
      if (this.go) this.go.textContent = "Run";
    }
    next() {
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      if (calm) this.asked = setTimeout(() => this.frame(true), 500);
      else this.asked = requestAnimationFrame(() => this.frame(false));
    }
    frame(calm) {
      const end = performance.now() + BUDGET, { run } = this;
      this.frames += 1;
      // One thing a frame: now and then the bars, or the curve, or a finished picture; else steps and rows of the next.
      const turn = calm ? 1 : this.frames % 12;
      if (turn === 6) this.tell();
      else if (turn === 0) draw.into(this.curve, train.curve(run, this.column));
      else if (turn % 3 === 2 && this.wave?.row === CELLS) this.develop();
      else {
        // Slow at first, where most happens.
        let steps = calm ? 1 : 2 + Math.floor(run.steps / 50);
        do train.step(run, this.s); while (--steps > 0 && performance.now() < end - BUDGET / 2);
        while (!calm && performance.now() < end && this.paint());
      }
      if (run.halted) this.stop();
      if (calm || run.halted) this.redraw();
      if (run.halted) this.say(this.summary());
      if (this.running) this.next();
    }

    /* One row of the picture, all with the weights of its first; false where there is none left. */
    paint() {
      const wave = this.wave ||= { theta: this.run.theta, row: 0, p: new Float64Array(CELLS * CELLS) };
      if (wave.row === CELLS) return false;
      const [left, low, side] = this.box, at = (k) => (k / (CELLS - 1)) * side;
      this.across ||= Float64Array.from({ length: CELLS }, (_, k) => left + at(k));
      const up = new Float64Array(CELLS).fill(low + side - at(wave.row));
      wave.p.set(this.painter.forward(wave.theta, [this.across, up]), CELLS * wave.row);
      wave.row += 1;
      return true;
    }
    develop() {
      const { p } = this.wave, image = new ImageData(CELLS, CELLS), [red, green, blue] = this.colour;
      for (let i = 0; i < p.length; i += 1) {
        image.data[4 * i] = red;
        image.data[4 * i + 1] = green;
        image.data[4 * i + 2] = blue;
        image.data[4 * i + 3] = 150 * p[i];
      }
      this.canvas.getContext("2d").putImageData(image, 0, 0);
      this.line.setAttribute("d", train.contour(p, CELLS, 400 / (CELLS - 1)));
      this.wave = null;
    }
    /* The picture while nothing runs, in as many frames as it takes. */
    settle() {
      cancelAnimationFrame(this.settling);
      this.settling = requestAnimationFrame(() => {
        if (!this.run) return;
        const end = performance.now() + BUDGET;
        while (performance.now() < end && this.paint());
        if (this.wave.row === CELLS) this.develop();
        else this.settle();
      });
    }

    /* The numbers, the bars and the sentence. */
    tell() {
      const { run, s } = this, rms = run ? run.engine.rms(run.g) : [];
      this.go.textContent = this.running ? "Pause" : "Run";
      this.count.textContent = run ? `Step ${run.steps}: L = ${show(run.L)}, ${run.right} of ${run.classes.length} right` : "No points yet: add some.";
      draw.into(this.bars, train.bars(rms, this.column));
      this.told.textContent = run ? (run.halted ? train.halted(run) : train.conclude(run, s)) : "";
      const small = run && s.optimiser === "adam" && run.L > 0.1 && Math.min(...rms) < 1e-3;
      const said = [this.complaint, small && "Adam divides each gradient by its own size, so it moves weights even where a layer's gradient is small."];
      this.notes.replaceChildren(...said.filter(Boolean).map((line) => make("p", {}, line)));
    }

    draw(width) {
      const { run, s } = this;
      this.column = width >= 600 ? (width - 24) / 2 : width;
      for (const [name, control] of Object.entries(this.controls)) {
        control.update(name === "rate" ? String(s[name]) : s[name], () => "");
      }
      this.scale.update(s.scale);
      const hex = getComputedStyle(this.live).getPropertyValue("--forward").trim();
      this.colour = [1, 3, 5].map((i) => parseInt(hex.slice(i, i + 2), 16));
      this.across = this.wave = null;
      const now = `${this.column} ${this.box}`;
      if (this.drawn !== this.points || this.placed !== now) this.place(400 / this.column);
      [this.drawn, this.placed] = [this.points, now];
      if (run) this.settle();
      else {
        this.canvas.getContext("2d").clearRect(0, 0, CELLS, CELLS);
        this.line.removeAttribute("d");
      }
      this.tell();
      draw.into(this.curve, run ? train.curve(run, this.column) : "");
      this.text.textContent = run ? train.trace(run, s) : "There are no points yet.";
    }

    /* The points, and the line that parts them. The picture is 400 wide whatever the screen; marks keep their size. */
    place(grow) {
      const [x1, x2, classes] = this.points, [left, low, side] = this.box, at = (x, from) => (((x - from) / side) * 400).toFixed(1);
      const marks = classes.map((y, i) =>
        `<g transform="translate(${at(x1[i], left)} ${at(2 * low + side - x2[i], low)}) scale(${grow.toFixed(3)})">${train.mark(0, 0, y > 0.5)}</g>`);
      this.over.innerHTML = `<svg viewBox="0 0 400 400" role="img" aria-label="${classes.length} points, x₁ from ${show(left, 3)} to ` +
        `${show(left + side, 3)}, x₂ from ${show(low, 3)} to ${show(low + side, 3)}"><path fill="none" stroke="var(--ink)" stroke-width="${(2.5 * grow).toFixed(2)}"/>${marks.join("")}</svg>`;
      this.line = this.over.querySelector("path");
    }

    disconnectedCallback() {
      this.stop();
      cancelAnimationFrame(this.settling);
      super.disconnectedCallback();
    }
  }
  page.define("backprop-train", Train);
})(globalThis.backpropLab);
