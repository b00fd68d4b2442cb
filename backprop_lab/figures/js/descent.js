/* <backprop-descent>: a loss of two parameters on a map, and three ways down it.
 *
 * A path is a function of the setting: the start and a number of steps. So any control changes it at once, and a link
 * holds it. What is computed and said is in descent_paths.js.
 */
(function (lab) {
  "use strict";
  const { show, draw, page, tenTo } = lab;
  const {
    SURFACES, NAMES, TITLES, CELLS, shown, far, path, grid, contour, highest, minima, tidy, outcome, conclusion, notes, described,
    drawn, trace,
  } = lab.descent;
  const { make, slider, choice } = page, MOST = 500;
  const COLOURS = { gradient_descent: "--backward-ink", momentum: "--ink", adam: "--third" };
  const DASHES = { gradient_descent: "", momentum: "8 4", adam: "2 4" };
  const f = (v) => v.toFixed(1), within = (v, low, high) => Math.min(high, Math.max(low, v));
  const mark = (x, y, name) => `<path d="${{
    gradient_descent: `M${f(x - 3.5)} ${f(y)}a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z`,
    momentum: `M${f(x - 3.2)} ${f(y - 3.2)}h6.4v6.4h-6.4z`, adam: `M${f(x)} ${f(y - 4.4)}l4.4 7.6h-8.8z`,
  }[name]}" fill="var(--ground)" stroke="var(${COLOURS[name]})" stroke-width="1.5"/>`;
  function line(points, name) {
    const d = `M${points.map((p) => p.map(f).join(" ")).join("L")}`, few = points.length <= 61 ? points.slice(1) : points.slice(-1);
    return `<g stroke-linejoin="round" stroke-opacity="0.6">${draw.path(d, "--ground", 4.5)}</g>` +
      draw.path(d, COLOURS[name], 2, DASHES[name]) + few.map(([x, y]) => mark(x, y, name)).join("");
  }
  const LEFT = 26, DOWN = 20, FINE = 60;
  const ten = (power) => (Math.abs(power) < 3 ? show(10 ** power) : tenTo(power));

  class Descent extends (page.Live || Object) {
    static shared = {
      surface: (v) => Object.hasOwn(SURFACES, v), optimiser: (v) => v === "all" || NAMES.includes(v),
      learning_rate: (v) => v >= 0.001 && v <= 10, beta: (v) => v >= 0 && v <= 0.99, elongation: (v) => v >= 1 && v <= 30,
      w: (v) => Math.abs(v) <= 50, b: (v) => Math.abs(v) <= 50, steps: (v) => Number.isInteger(v) && v >= 0 && v <= MOST,
    };
    static style = `
[hidden] { display:none !important } .live { --third:#2b8a3e } .live.dark { --third:#69db7c }
.map { position:relative; cursor:crosshair; user-select:none; touch-action:pan-y } .map svg { position:relative }
.map canvas, .ground { position:absolute } .ground { inset:0 } .hold { touch-action:none; cursor:grab }
.slider { grid-template-columns:104px minmax(0,1fr) 74px } tr > :first-child { width:42% } td { padding-left:6px } th svg { display:inline-block; width:36px; height:12px; margin-right:6px }
.told { min-height:1.5em } .row button { font-size:14px }
@container (min-width:600px) { .grid { grid-template-columns:minmax(0,1fr) minmax(0,1fr); grid-template-rows:auto } }`;

    start(setting) {
      this.s = setting;
      for (const name of ["w", "b"]) setting[name] = within(setting[name], -far(setting), far(setting));
      this.live.setAttribute("aria-label", "A loss surface and the way down");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const set = (name) => (value) => this.change({ [name]: value }), refuse = (why) => this.refuse(why);
      this.surface = choice({ legend: "surface", name: "surface", set: (surface) => this.go(surface),
        options: Object.entries(SURFACES).map(([name, { title }]) => [name, title]) });
      this.optimiser = choice({ legend: "path of", name: "optimiser", set: set("optimiser"),
        options: [["all", "all three"], ...NAMES.map((name) => [name, TITLES[name]])] });
      // Logarithmic: the slider holds log₁₀ η, two digits of η are kept.
      this.rate = slider({ name: "η", word: "learning rate", low: 0.001, high: 10, step: "any", limit: 10, set: set("learning_rate"), refuse });
      this.rate.limits(0.001, 10, 0.001, 10);
      const [log] = this.rate.node.getElementsByTagName("input"), turned = make("input", { type: "range", min: -3, max: 1, step: 0.02,
        oninput: () => this.change({ learning_rate: Number((10 ** turned.value).toPrecision(2)) }) });
      log.replaceWith(this.log = turned);
      const bounded = (name, word, low, high, by, key = name) => {
        const made = slider({ name, word, low, high, step: by, limit: high, set: set(key), refuse });
        made.limits(low, high, low, high);
        return made;
      };
      this.sliders = { beta: bounded("β", "momentum", 0, 0.99, 0.01, "beta"), w: bounded("w", "start", -3, 3, 0.05),
        b: bounded("b", "start", -3, 3, 0.05), elongation: bounded("κ", "elongation", 1, 30, 0.5, "elongation") };
      const button = (words, onclick) => make("button", { type: "button", onclick }, words);
      const first = { ...setting };
      const buttons = [button("step", () => this.run(1)), button("run 50 steps", () => this.run(50)),
        button("back", () => this.change({ steps: Math.max(0, this.s.steps - 1) })), button("clear", () => this.change({ steps: 0 }))];
      const tries = Object.entries({
        "first setting": () => first,
        "η too large": () => ({ surface: "bowl", elongation: 10, optimiser: "all", learning_rate: 0.21, beta: 0.7, w: -2.5, b: 1.5, steps: 60 }),
        "on the ridge": () => ({ surface: "saddle", optimiser: "all", learning_rate: 0.1, w: -1.6, b: 0, steps: 60 }),
        "far out": () => ({ surface: "neuron", optimiser: "all", learning_rate: 0.5, w: -4, b: 3, steps: 60 }),
      }).map(([words, to]) => button(words, () => this.change(to())));
      this.map = make("div", { class: "map", onpointerdown: (e) => this.hold(e), onpointermove: (e) => this.held && this.place(e),
        onpointerup: () => { this.held = false; }, onpointercancel: () => { this.held = false; } });
      this.heat = make("canvas", { width: CELLS + 1, height: CELLS + 1, "aria-hidden": "true" });
      const picture = make("div");
      this.map.append(this.heat, this.ground = make("div", { class: "ground", "aria-hidden": "true" }), this.picture = picture);
      const controls = make("div", { class: "controls" }, this.rate.node, ...Object.values(this.sliders).map((c) => c.node),
        this.optimiser.node, part("told", "p"), part("table"),
        make("div", { class: "row" }, make("span", { class: "soft" }, "try"), ...tries));
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "A loss surface and the way down"), this.surface.node),
        make("div", { class: "grid" }, make("div", {}, this.map, make("div", { class: "row" }, ...buttons),
          make("p", { class: "soft small note" },
            "Lines join points of equal loss; the bluer, the higher. + marks a minimum. Click the map, or drag, to set the start.")), controls),
        make("div", { class: "columns" }, part("curves"), part("notes")),
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre")),
      ];
    }

    go(surface) {
      const { rate, start: [w, b] } = SURFACES[surface];
      this.change({ surface, learning_rate: rate, w, b });
    }
    /* Step by step where motion is welcome; any other change stops it. */
    run(more) {
      const goal = Math.min(MOST, this.s.steps + more);
      if (more === 1 || matchMedia("(prefers-reduced-motion: reduce)").matches) return this.change({ steps: goal });
      cancelAnimationFrame(this.frame);
      const next = () => {
        this.change({ steps: Math.min(goal, this.s.steps + 1) });
        if (this.s.steps < goal && this.isConnected) this.frame = requestAnimationFrame(next);
      };
      next();
    }
    change(some) {
      cancelAnimationFrame(this.frame);
      Object.assign(this.s, some);
      this.complaint = "";
      this.redraw();
      this.say(`${this.told.textContent} ${this.paths.map((p) => outcome(this.s, p)).join(" ")}`);
    }
    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.redraw();
      this.say(this.complaint);
    }
    hold(event) {
      this.held = true;
      this.map.setPointerCapture(event.pointerId);
      this.place(event);
    }
    place(event) {
      const box = this.map.getBoundingClientRect(), side = this.side, reach = far(this.s);
      const at = (share) => within(Math.round((2 * share - 1) * reach * 100) / 100, -reach, reach) || 0;
      this.change({ w: at((event.clientX - box.left - LEFT) / side), b: at(1 - (event.clientY - box.top - 4) / side) });
    }

    draw(width) {
      const { s } = this, reach = far(s), wide = width >= 600, half = wide ? (width - 24) / 2 : width;
      this.paths = shown(s).map((name) => path(s, name));
      this.surface.update(s.surface);
      this.optimiser.update(s.optimiser);
      this.rate.update(s.learning_rate);
      this.log.value = Math.log10(s.learning_rate);
      this.log.setAttribute("aria-valuetext", show(s.learning_rate));
      for (const name of ["w", "b"]) this.sliders[name].limits(-reach, reach, -reach, reach);
      for (const [name, control] of Object.entries(this.sliders)) control.update(s[name]);
      this.sliders.elongation.node.hidden = s.surface !== "bowl";
      this.drawMap(half, reach);
      this.told.textContent = conclusion(s, this.paths);
      this.table.replaceChildren(page.table(["w", "b", "L"], this.paths.map(({ name, points, losses }) =>
        [TITLES[name], ...points.at(-1).map((v) => show(tidy(v, 5e-4), 3)), show(tidy(losses.at(-1), 1e-12), 3)])));
      this.table.querySelectorAll("tbody th").forEach((head, i) => {
        const { name } = this.paths[i];
        head.insertAdjacentHTML("afterbegin", `<svg viewBox="0 0 36 12" aria-hidden="true">${draw.path("M0 6H36", COLOURS[name], 2, DASHES[name])}${mark(18, 6, name)}</svg>`);
      });
      const ground = JSON.stringify([s.surface, s.elongation, half]);
      // The last: the slowest surface is surveyed before it is asked for.
      const under = [() => this.paintGround(), () => { this.drawLines(half); this.grounded = ground; }, () => highest({ ...s, surface: "neuron" })];
      this.later(() => {
        this.drawCurves(half);
        this.text.textContent = trace(s, this.paths);
        const said = [this.complaint, ...this.paths.map((p) => outcome(s, p)), ...notes(s)];
        this.notes.replaceChildren(...said.filter(Boolean).map((words) => make("p", {}, words)));
      }, ...(this.grounded === ground ? [] : under));
    }

    drawMap(width, reach) {
      const { s } = this, side = (this.side = width - LEFT - 2);
      const X = (w) => LEFT + (within(w / reach, -9, 9) + 1) / 2 * side, Y = (b) => 4 + (1 - within(b / reach, -9, 9)) / 2 * side;
      let out = `<clipPath id="map"><rect x="${LEFT}" y="4" width="${side}" height="${side}"/></clipPath>`;
      for (const [w, b] of minima(s)) out += draw.path(`M${f(X(w) - 7)} ${f(Y(b))}h14M${f(X(w))} ${f(Y(b) - 7)}v14`, "--ink", 2);
      out += `<g clip-path="url(#map)">${[...this.paths].reverse().map((p) => line(p.points.slice(0, drawn(s, p)).map(([w, b]) => [X(w), Y(b)]), p.name)).join("")}</g>`;
      const [px, py] = [X(s.w), Y(s.b)], up = py > 34 ? py - 14 : py + 24;
      out += `<circle class="hold" cx="${f(px)}" cy="${f(py)}" r="9" fill="var(--ground)" stroke="var(--ink)" stroke-width="2.5"/>` +
        draw.text(within(px, LEFT + 20, LEFT + side - 20), up, "start", "small strong", "middle");
      [[-reach, "start", 0], [0, "middle", 4], [reach, "end", 11]].forEach(([v, anchor, lower]) => {
        out += draw.text(X(v), side + 18, show(v), "soft small", anchor) + draw.text(LEFT - 5, Y(v) + lower, show(v), "soft small", "end");
      });
      out += draw.text(LEFT + 0.75 * side, side + 19, "w", "symbol", "middle") + draw.text(LEFT - 12, 4 + side / 4, "b", "symbol", "middle");
      draw.into(this.picture, draw.svg(width, side + 4 + DOWN, `Map of the loss, ${described(s)}. ${this.paths.map((p) => outcome(s, p)).join(" ")}`, out));
    }

    /* What lies under the paths, the same until the surface changes: colours, */
    paintGround() {
      const all = grid(this.s).flat(), low = Math.min(...all), high = Math.max(...all), n = CELLS + 1;
      const paint = this.heat.getContext("2d"), image = paint.createImageData(n, n);
      all.forEach((L, k) => {
        const at = 4 * ((CELLS - Math.floor(k / n)) * n + (k % n));
        image.data.set([28, 126, 214, 130 * Math.sqrt((L - low) / (high - low || 1))], at);
      });
      paint.putImageData(image, 0, 0);
      Object.assign(this.heat.style, { left: `${LEFT}px`, top: "4px", width: `${this.side}px`, height: `${this.side}px` });
    }

    /* and lines of equal loss. */
    drawLines(width) {
      const { s, side } = this, low = Math.min(...grid(s).flat()), high = highest(s);
      const F = grid(s, FINE), x = (j) => LEFT + (j / FINE) * side, y = (i) => 4 + (1 - i / FINE) * side;
      let lines = draw.path(`M${LEFT} 4h${side}v${side}h-${side}z`, "--line");
      for (let k = 1; k < 12; k++) lines += draw.path(contour(F, low + (high - low) * (k / 12) ** 2, (j, i) => `${f(x(j))} ${f(y(i))}`), "--forward-ink");
      draw.into(this.ground, draw.svg(width, side + 4 + DOWN, "", `<g stroke-opacity="0.7">${lines}</g>`));
    }

    drawCurves(width) {
      const { s, paths } = this, top = Math.ceil(Math.log10(highest(s)) - 1e-9), least = Math.max(Math.min(...paths.flatMap((p) => p.losses)), 1e-8);
      const low = Math.min(Math.floor(Math.log10(least)), top - 1), count = Math.max(10, s.steps), left = 38, base = 186;
      const X = (k) => left + (k / count) * (width - left - 8), Y = (L) => base - within((Math.log10(Math.max(L, 1e-9)) - low) / (top - low), -0.5, 2) * 160;
      let out = `<clipPath id="curves"><rect x="${left}" y="21" width="${width - left}" height="171"/></clipPath>` +
        draw.text(left, 14, "L after each step, logarithmic", "soft small");
      for (let power = top; power >= low; power -= Math.ceil((top - low) / 5)) {
        out += draw.path(`M${left} ${f(Y(10 ** power))}H${width}`, "--faint") + draw.text(left - 5, Y(10 ** power) + 4, ten(power), "soft small", "end");
      }
      out += draw.path(`M${left} 26V${base}H${width}`, "--line") + draw.text(left, base + 16, "0", "soft small", "middle") +
        draw.text(width - 4, base + 16, String(count), "soft small", "end") + draw.text((left + width) / 2, base + 16, "step", "soft small", "middle");
      out += `<g clip-path="url(#curves)">${[...paths].reverse().map((p) => line(p.losses.map((L, k) => [X(k), Y(L)]), p.name)).join("")}</g>`;
      draw.into(this.curves, draw.svg(width, base + 20, paths.map((p) => outcome(s, p)).join(" "), out));
    }
  }
  if (page.Live) page.define("backprop-descent", Descent);
})(globalThis.backpropLab);
