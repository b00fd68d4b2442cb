/* <backprop-saturation>: a sigmoid output neuron under two losses; curves over z, the two factors of δ, steps of learning.
 *
 * The squared error is drawn in ink with squares, cross-entropy in colour with discs; forward solid, backward dashed.
 * What is computed and said is in saturation_numbers.js.
 */
(function (lab) {
  "use strict";
  const { show, draw, page } = lab;
  const { SQUARED, ENTROPY, KINDS, TITLES, FIRST, paths, read, curves, tidy, conclusion, notes, learned, product, trace } = lab.saturation;
  const { make, slider, within } = page, MOST = 200;
  const COLOURS = { [SQUARED]: ["--ink", "--ink"], [ENTROPY]: ["--forward", "--backward"] };
  const f = (v) => v.toFixed(1);

  function mark(kind, x, y, colour, size = 4.5) {
    if (kind === ENTROPY) return `<circle cx="${f(x)}" cy="${f(y)}" r="${size}" fill="var(${colour})"/>`;
    return `<rect x="${f(x - size)}" y="${f(y - size)}" width="${2 * size}" height="${2 * size}" fill="var(--ground)" ` +
      `stroke="var(${colour})" stroke-width="1.8"/>`;
  }

  /* A chart: its frame, and where a pair of numbers stands in it. */
  function plane(width, height, [u0, u1], [v0, v1], name) {
    const left = 34, top = 10, base = top + height, right = width - 6;
    const X = (u) => left + ((u - u0) / (u1 - u0)) * (right - left), Y = (v) => base - ((v - v0) / (v1 - v0)) * height;
    let frame = draw.path(`M${left} ${top}V${base}M${left} ${f(Y(Math.max(0, v0)))}H${f(right)}`, "--line");
    for (const [v, lower] of [[v0, 2], [(v0 + v1) / 2, 4], [v1, 8]]) frame += draw.text(left - 5, Y(v) + lower, show(v), "soft small", "end");
    for (const [u, anchor] of [[u0, "start"], [(u0 + u1) / 2, "middle"], [u1, "end"]]) frame += draw.text(X(u), base + 15, show(u), "soft small", anchor);
    frame += draw.text(X(u0 + 0.75 * (u1 - u0)), base + 15, name, "symbol", "middle");
    return {
      frame, mark: (kind, u, v, colour, size) => mark(kind, X(u), Y(v), colour, size),
      line: (us, vs, colour, thick, dashes) => draw.path(`M${us.map((u, k) => `${f(X(u))} ${f(Y(vs[k]))}`).join("L")}`, colour, thick, dashes),
      here: (u) => draw.path(`M${f(X(u))} ${top}V${base}`, "--line", 1, "1 3"),
      level: (v) => draw.path(`M${left} ${f(Y(v))}H${f(right)}`, "--ink", 1.5, "2 4"),
      ring: (u, v, colour) => `<circle cx="${f(X(u))}" cy="${f(Y(v))}" r="4" fill="var(--ground)" stroke="var(${colour})" stroke-width="2"/>`,
      done: (label, inside) => draw.svg(width, base + 20, label, frame + inside),
    };
  }

  function values(r, c, width) {
    const p = plane(width, 130, [-r.far, r.far], [0, 1], "z");
    return p.done(`a and its slope over z. At z = ${show(r.z)}: a = ${show(r.a)}, σ'(z) = ${show(r.slope)}; the target is ${show(r.y)}.`,
      p.here(r.z) + p.level(r.y) + p.line(c.z, c.a, "--forward", 2.5) + p.line(c.z, c.slope, "--backward", 2, "6 4") +
      p.ring(r.z, r.a, "--forward") + p.ring(r.z, r.slope, "--backward"));
  }
  /* Both losses or both δ over z; what is dashed flows backward. */
  function overZ(r, all, here, width, back) {
    const p = plane(width, 130, [-r.far, r.far], back ? [-1, 1] : [0, r.far], "z");
    const lines = KINDS.map((kind) => p.line(all.z, all[back ? "delta" : "loss"][kind], COLOURS[kind][back],
      kind === ENTROPY ? 2.5 : 2, back ? (kind === ENTROPY ? "6 4" : "2 3") : ""));
    const said = KINDS.map((kind) => `${TITLES[kind]} ${show(here[kind])}`).join(", ");
    return p.done(`${back ? "δ" : "L"} over z. At z = ${show(r.z)}: ${said}.`,
      p.here(r.z) + lines.join("") + KINDS.map((kind) => p.mark(kind, r.z, here[kind], COLOURS[kind][back])).join(""));
  }
  function steps(r, ways, width) {
    const count = Math.max(10, r.steps), p = plane(width, 150, [0, count], [0, 1], "step");
    return p.done(learned(r, ways).join(" "), p.level(r.y) + KINDS.map((kind) => {
      const { a } = ways[kind], every = Math.ceil(a.length / 24), colour = COLOURS[kind][0];
      return p.line(a.map((_, k) => k), a, colour, 2) +
        a.map((v, k) => (k % every ? "" : p.mark(kind, k, v, colour, 3))).join("");
    }).join(""));
  }

  /* ∂L/∂a · σ'(z) = δ under each loss, as a move on one signed logarithmic scale: the same factor, another start. */
  function lanes(r, width) {
    const half = width / 2 - 8, at = (v) => width / 2 + half * draw.signedLog(v), wide = width >= 400;
    let out = "";
    for (const tick of [-100, -10, -1, -0.1, 0, 0.1, 1, 10, 100]) {
      const side = Math.abs(tick) === 100 ? Math.sign(tick) : 0;
      out += draw.path(`M${f(at(tick))} 20V164`, tick ? "--faint" : "--line");
      if (width >= 330 || Math.abs(tick) !== 10) {
        out += draw.text(at(tick) + 8 * side, 14, show(tick), "soft small", ["start", "middle", "end"][side + 1]);
      }
    }
    [ENTROPY, SQUARED].forEach((kind, k) => {
      const y = 44 + 70 * k, start = at(r.first[kind]), end = at(r.delta[kind]);
      out += draw.text(0, y, TITLES[kind] + (wide ? `: ∂L/∂a · σ'(z) = δ` : ""), "strong");
      // Where there is no room for both side by side, the numbers stand in the second line.
      out += draw.text(width, wide ? y : y + 18, product(r, kind), "strong", "end");
      out += draw.text(wide ? 0 : width, wide ? y + 18 : y, `∂L/∂a = ${FIRST[kind]}`, "soft small", wide ? "start" : "end");
      out += draw.path(`M${f(start)} ${y + 26}v18`, "--backward", 2);
      // Torn, where the scale ends and the number does not.
      if (Math.abs(r.first[kind]) > 100) out += draw.path(`M${f(start - 4)} ${y + 39}l8 -8M${f(start - 4)} ${y + 44}l8 -8`, "--ground", 2.5);
      if (Math.abs(end - start) > 16) out += draw.arrow([[start, y + 35], [end + (end < start ? 6 : -6), y + 35]], "--backward", "5 3");
      out += mark(kind, end, y + 35, COLOURS[kind][1]);
    });
    return draw.svg(width, 168, `The factors of δ. ${KINDS.map((kind) => `${TITLES[kind]}: ${product(r, kind)}`).join("; ")}.`, out);
  }

  const target = [draw.path("M0 5H26", "--ink", 1.5, "2 4"), "target y"];
  const both = (colour) => [ENTROPY, SQUARED].map((kind) => [draw.path("M0 5H26", COLOURS[kind][colour], 2, colour ? (kind === ENTROPY ? "6 4" : "2 3") : "") +
    mark(kind, 13, 5, COLOURS[kind][colour], 4), TITLES[kind]]);

  class Saturation extends (page.Live || Object) {
    static shared = { z: within(40), y: (v) => v >= 0 && v <= 1, learning_rate: (v) => v >= 0.01 && v <= 4,
      steps: (v) => Number.isInteger(v) && v >= 0 && v <= MOST };

    static style = `
.charts { display:grid; gap:14px 24px; margin-top:12px } .charts .title { font-size:13px }
.learn { border-top:1px solid var(--faint); padding-top:12px; margin-top:14px }
.learn .slider { grid-template-columns:104px minmax(0,1fr) 70px } .told { min-height:5.8em; margin:0 }
.learned { margin:6px 0; min-height:4.4em } .learned p + p { margin-top:4px } .learn tr > :first-child { width:40% } .learn th svg { display:inline-block; width:12px; height:12px; margin-right:6px }
.ratio { margin:6px 0 0 }
@container (min-width:600px) { .results { grid-row:1/4; grid-column:2 } .charts { grid-template-columns:repeat(3,minmax(0,1fr)) } }`;

    start(setting) {
      this.first = setting;
      this.s = { ...setting };
      this.live.setAttribute("aria-label", "Saturation: one sigmoid output, two losses");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const note = (words) => make("p", { class: "soft small note" }, words);
      const keys = (entries) => { const node = make("div", { class: "key" }); node.innerHTML = draw.key(entries); return node; };
      const refuse = (why) => this.refuse(why), set = (name) => (value) => this.change({ [name]: value });
      const bounded = (name, word, low, high, by, key, least = low, most = high, to = set(key)) => {
        const made = slider({ name, word, low, high, step: by, limit: most, set: to, refuse });
        made.limits(low, high, least, most);
        return made;
      };
      this.sliders = {
        z: bounded("z", "logit", -8, 8, 0.1, "z", -40, 40), y: bounded("y", "target", 0, 1, 0.05, "y"),
        learning_rate: bounded("η", "learning rate", 0.05, 4, 0.05, "learning_rate", 0.01),
        steps: bounded("k", "steps", 0, MOST, 1, "steps", 0, MOST, (v) => this.change({ steps: Math.round(v) })),
      };
      const tries = Object.entries({
        start: this.first, "confident and wrong": { z: -4, y: 1 }, unsure: { z: 0.5, y: 1 }, "confident and right": { z: 4, y: 1 },
        "soft label": { z: 4, y: 0.7 }, "a rounds to 1": { z: 40, y: 0 },
      }).map(([word, to]) => make("button", { type: "button", onclick: () => this.change(to) }, word));
      this.guess = page.predict(this);
      const controls = make("div", { class: "controls" }, this.sliders.z.node, this.sliders.y.node, part("output", "p"),
        make("div", { class: "row" }, make("span", { class: "soft" }, "try"), ...tries), this.guess.node, part("notes"));
      const results = make("div", { class: "results" }, make("p", { class: "title" }, "The two factors of δ, on a logarithmic scale"), part("lanes"),
        keys([[draw.path("M3 0v10", "--backward", 2) + draw.path("M3 5H20", "--backward", 2, "5 3"), "from ∂L/∂a, times σ'(z)"],
          ...both(1).map(([drawing, words]) => [drawing.slice(drawing.indexOf("/>") + 2), `δ, ${words}`])]),
        part("ratio", "p"));
      const chart = (name, title, entries) => make("div", {}, make("p", { class: "title" }, title), part(name), keys(entries));
      const charts = make("div", { class: "charts" },
        chart("values", "The output a and its slope σ'(z)", [[draw.path("M0 5H26", "--forward", 2.5), "a = σ(z)"],
          [draw.path("M0 5H26", "--backward", 2, "6 4"), "σ'(z)"], target]),
        chart("losses", "The loss L", both(0)), chart("deltas", "Its slope in z, δ = ∂L/∂z", both(1)));
      const learn = make("div", { class: "learn" }, make("p", { class: "title" }, "Learn from here"), make("div", { class: "columns" },
        make("div", { class: "controls" }, note("Gradient descent on w and b for this example, x = 1, from w = z and b = 0. Both move by −ηδ, so z moves by −2ηδ."),
          this.sliders.learning_rate.node, this.sliders.steps.node, part("learned"), part("table")),
        make("div", {}, make("p", { class: "soft small" }, "a after each step"), part("way"), keys([...both(0), target]))));
      this.details = make("details", {}, make("summary", {}, "The same as text"), part("text", "pre"));
      this.secrets = [part("told", "p"), results, charts, learn, this.details];
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "One sigmoid output, two losses")),
        make("div", { class: "grid" }, controls, this.told, results), charts, learn, this.details,
      ];
    }

    change(some) {
      Object.assign(this.s, some);
      this.complaint = "";
      this.guess.ask();
      this.redraw();
      const r = read(this.s);
      this.say(this.secret ? "What do you predict?"
        : `${conclusion(r)} ${("steps" in some || "learning_rate" in some) ? learned(r, paths(r)).join(" ") : ""}`.trim());
    }

    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.redraw();
      this.say(this.complaint);
    }

    draw(width) {
      const r = read(this.s), wide = width >= 600, half = wide ? (width - 24) / 2 : width, third = wide ? (width - 48) / 3 : width;
      this.secret = this.guess.update([...KINDS.map((kind) => [`δ of ${kind === SQUARED ? "the " : ""}${TITLES[kind]}`, r.delta[kind]]),
        ["σ'(z)", r.slope], ["∂L/∂a of cross-entropy", r.first[ENTROPY]]]);
      for (const node of this.secrets) node.hidden = this.secret;
      for (const [name, control] of Object.entries(this.sliders)) control.update(r[name]);
      this.output.replaceChildren(`a = σ(z) = `, make("b", {}, show(r.a)), `; y = `, make("b", {}, show(r.y)));
      this.notes.replaceChildren(...[this.complaint, ...notes(r)].filter(Boolean).map((line) => make("p", {}, line)));
      if (this.secret) return;
      this.told.textContent = conclusion(r);
      this.ratio.replaceChildren("δ of cross-entropy is ", make("b", {}, `1/σ'(z) = ${show(r.ratio)}`), " times δ of the squared error.");
      draw.into(this.lanes, lanes(r, wide ? (width - 24) * 4 / 7 : width));
      this.later(() => {
        if (this.over?.far !== r.far || this.over.y !== r.y) this.over = { far: r.far, y: r.y, ...curves(r.far, r.y) };
        draw.into(this.values, values(r, this.over, third));
        draw.into(this.losses, overZ(r, this.over, r.L, third, 0));
        draw.into(this.deltas, overZ(r, this.over, r.delta, third, 1));
      }, () => this.drawLearning(r, half));
    }

    drawLearning(r, width) {
      const ways = paths(r), cell = (v) => show(v, 3);
      draw.into(this.way, steps(r, ways, width));
      this.learned.replaceChildren(...learned(r, ways).map((line) => make("p", {}, line)));
      this.table.replaceChildren(page.table(["first Δz", "z", "a"], [ENTROPY, SQUARED].map((kind) =>
        [TITLES[kind], cell(-2 * r.learning_rate * r.delta[kind]), cell(tidy(ways[kind].z.at(-1))), cell(ways[kind].a.at(-1))])));
      this.text.textContent = trace(r, ways);
    }
  }
  if (page.Live) page.define("backprop-saturation", Saturation);
})(globalThis.backpropLab);
