/* <backprop-epsilon>: the error of three differences against ε, the lines of theory, and a reading at one ε. */
(function (lab) {
  "use strict";
  const { show, format, draw, page, tenTo, epsilon: numbers } = lab;
  const { EPSILONS, SCHEMES, DIGITS, functions, reading, measured, agreement, told, best, trace } = numbers;
  const { make, slider, choice, within, oneOf } = page;

  const WORDS = { forward: "forward difference", central: "central difference", complex: "complex step" };
  const MARKS = { forward: "--forward", central: "--ink", complex: "--backward" };
  const LINES = [["ε", "forward", "9 4"], ["ε²", "central", "9 3 2 3"], ["u·|f|/ε", null, "2 3"]];
  const NAMES = { neuron: "sigmoid", exp: "eˣ", cube: "x³", offset: "x² + 1000", relu: "relu" };
  const fixed = (n) => n.toFixed(1);

  /* A circle for forward, a square for central, a diamond for complex. */
  function mark(scheme, x, y, size = 2.6) {
    const colour = `var(${MARKS[scheme]})`;
    if (scheme === "forward") {
      return `<circle cx="${fixed(x)}" cy="${fixed(y)}" r="${size}" fill="var(--ground)" stroke="${colour}" stroke-width="1.5"/>`;
    }
    if (scheme === "central") {
      return `<rect x="${fixed(x - size)}" y="${fixed(y - size)}" width="${2 * size}" height="${2 * size}" fill="${colour}"/>`;
    }
    const s = size + 1.8;
    return `<path d="M${fixed(x)} ${fixed(y - s)} l${s} ${s} -${s} ${s} -${s} -${s} z" fill="${colour}"/>`;
  }

  function chart(r, s, width) {
    const wide = width >= 500, height = wide ? 400 : 330, left = 44, right = width - 8, top = 34, base = height - 40;
    const lowest = r.dtype === "float64" ? -18 : -10;
    const errors = SCHEMES.map((scheme) => [scheme, EPSILONS.map((e) => [e, Math.abs(r.value(scheme, e) - r.exact)])
      .filter(([, error]) => Number.isFinite(error))]);
    const most = Math.max(...errors.flatMap(([, row]) => row.map((point) => point[1])));
    const highest = Math.max(1, Math.ceil(Math.log10(most || 1)));
    const X = (e) => right + (Math.log10(e) / 16) * (right - left);
    const power = (p) => base - ((p - lowest) / (highest - lowest)) * (base - top);
    const Y = (error) => power(Math.max(error > 0 ? Math.log10(error) : lowest, lowest));
    let out = `<clipPath id="frame"><rect x="${left}" y="${top}" width="${right - left}" height="${base - top}"/></clipPath>`;
    for (let p = -16; p <= 0; p += 4) {
      out += draw.path(`M${fixed(X(10 ** p))} ${top} V${base}`, "--faint");
      out += draw.text(X(10 ** p), base + 17, tenTo(p), "soft small", p ? "middle" : "end");
    }
    for (let p = lowest; p <= highest; p += lowest < -10 ? 4 : 2) {
      out += draw.path(`M${left} ${fixed(power(p))} H${fixed(right)}`, "--faint");
      out += draw.text(left - 6, power(p) + (p === lowest ? 1 : 4), p === lowest ? "0" : tenTo(p), "soft small", "end");
    }
    out += draw.path(`M${left} ${top} V${base} H${fixed(right)}`, "--line");
    out += draw.text((left + right) / 2, base + 34, "ε", "symbol", "middle");
    for (const [name, scheme, dashes] of LINES) {
      const size = (e) => (scheme ? r.truncation(scheme, e) : r.rounding("central", e));
      if (size(1) === 0) continue;
      const [[x0, y0], [x1, y1]] = [1e-16, 1].map((e) => [X(e), power(Math.log10(size(e)))]);
      out += `<g clip-path="url(#frame)">${draw.path(`M${fixed(x0)} ${fixed(y0)} L${fixed(x1)} ${fixed(y1)}`, "--soft", 1.5, dashes)}</g>`;
      const at = scheme ? base - 60 : y1 - ((y1 - y0) * 3) / 16, x = x0 + ((at - y0) / (y1 - y0)) * (x1 - x0);
      const lift = scheme ? 4 : -8;  // beside a line that rises, above the one that falls
      if (x > left && x < right - 50 && at > top + 20 && at < base) out += draw.text(x + (scheme ? 9 : 4), at + lift, name, "symbol soft");
    }
    for (const scheme of ["forward", "central"]) {
      const x = X(r.best(scheme)), first = scheme === "forward";
      out += draw.path(`M${fixed(x)} ${top - 6} V${base}`, "--line", 1, "1 3");
      out += `<path d="M${fixed(x - 5)} ${top - 9} h10 l-5 8 z" fill="var(${MARKS[scheme]})"/>`;
      out += draw.text(x + (first ? 6 : -6), top - 14, `best ${numbers.RULES[scheme]}`, "soft small", first ? "end" : "start");
    }
    for (const [scheme, row] of [errors[2], errors[0], errors[1]]) out += row.map(([e, error]) => mark(scheme, X(e), Y(error))).join("");
    out += draw.path(`M${fixed(X(s.epsilon))} ${top} V${base}`, "--ink", 1.5);
    const error = Math.abs(r.value(s.scheme, s.epsilon) - r.exact);
    if (Number.isFinite(error)) {
      out += `<circle cx="${fixed(X(s.epsilon))}" cy="${fixed(Y(error))}" r="8" fill="none" stroke="var(--ink)" stroke-width="2"/>`;
    }
    return draw.svg(width, height, `Error against ε, both axes logarithmic. ${summary(r, s)}`, out);
  }

  function summary(r, s) {
    if (r.vanishes(s.scheme, s.epsilon)) return `${WORDS[s.scheme]} at ε = ${show(s.epsilon)}: nothing to read`;
    const d = r.difference(s.scheme, s.epsilon);
    return `${WORDS[s.scheme]} at ε = ${show(s.epsilon)}: ${measured(d, show)}, the slope is ${show(r.exact, 6)}, ${agreement(r.exact, d)}`;
  }

  /* A number in all its digits; what it has in common with another is soft, where they part is strong and underlined. */
  function digits(value, other, most) {
    const said = value.toPrecision(most).replace("-", "−"), beside = other?.toPrecision(most).replace("-", "−") ?? "";
    let same = 0;
    while (same < said.length && said[same] === beside[same]) same += 1;
    return [make("span", { class: "same" }, said.slice(0, same)), make("b", { class: "parts" }, said.slice(same))];
  }
  function rows(r, s) {
    const { scheme, epsilon } = s, most = DIGITS[r.dtype], value = r.value(scheme, epsilon), all = (v) => [format(v, most).replace("-", "−")];
    const known = [["the slope f′(x)", all(r.exact)], ["error", [Number.isNaN(value) ? "–" : format(Math.abs(value - r.exact), 2)]]];
    if (scheme === "complex") {
      return [["Im f(x + iε)", all(r.imaginary(epsilon))], ["divided by ε", all(value)], ...known];
    }
    const [up, down] = r.values(scheme, epsilon), central = scheme === "central";
    return [
      ["f(x + ε)", digits(up, down, most)], [central ? "f(x − ε)" : "f(x)", digits(down, up, most)],
      ["difference", all(up - down)],
      [`divided by ${central ? "2ε" : "ε"}`, Number.isNaN(value) ? ["–"] : all(value)], ...known,
    ];
  }

  class Epsilon extends page.Live {
    static shared = { function: oneOf(functions), x: within(5), dtype: oneOf(DIGITS), scheme: oneOf(WORDS),
      epsilon: (v) => EPSILONS.includes(v) };

    static style = `
.read { margin-top:6px } .rules { margin-top:6px } .read td { font:12.5px/1.5 ui-monospace,"DejaVu Sans Mono",Consolas,monospace; white-space:nowrap }
.read tr > :first-child { width:38% } .same { color:var(--soft) } .parts { text-decoration:underline; text-underline-offset:3px }
.error { font-weight:600 } .told p + p { margin-top:2px } .told { font-weight:400; min-height:5.8em } .told p:last-child { font-weight:600 }
@container (max-width:420px) { .read td { font-size:12px } .read tr > :first-child { width:34% } }
@container (min-width:600px) { .chart { grid-column:2; grid-row:1/4 } .controls { grid-column:1 } }`;

    start(setting) {
      this.first = setting;
      this.s = { ...setting };
      this.live.setAttribute("aria-label", "Epsilon: how small a nudge is best");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const keys = (entries) => { const node = make("div", { class: "key" }); node.innerHTML = draw.key(entries); return node; };
      const set = (name) => (value) => this.change({ [name]: value });
      this.function = choice({
        legend: "f", name: "function", options: Object.entries(NAMES).map(([value, word]) => [value, word, `f is ${functions[value].formula}`]),
        set: (value) => this.change({ function: value, x: functions[value].start }),
      });
      this.dtype = choice({ legend: "precision", name: "dtype", options: Object.keys(DIGITS).map((v) => [v, v]), set: set("dtype") });
      this.scheme = choice({ legend: "read", name: "scheme", options: SCHEMES.map((v) => [v, v, WORDS[v]]), set: set("scheme") });
      this.x = slider({ name: "x", word: "where", low: -3, high: 3, step: 0.01, limit: 5, set: set("x"), refuse: (why) => this.refuse(why) });
      this.range = make("input", { type: "range", min: 0, max: EPSILONS.length - 1, step: 1,
        oninput: () => this.change({ epsilon: EPSILONS[Number(this.range.value)] }) });
      this.size = make("output", {});
      const label = make("span", {}, make("span", { class: "symbol" }, "ε"), " ", make("span", { class: "soft" }, "nudge"));
      const tries = Object.entries({
        start: () => this.first,
        "too large": () => ({ epsilon: 0.1 }),
        "too small": () => ({ epsilon: 1e-12 }),
        "best ε": (r) => ({ epsilon: this.nearest(r) }),
      }).map(([word, to]) => make("button", { type: "button", onclick: () => this.change(to(reading(this.s))) }, word));
      const controls = make("div", { class: "controls" }, this.function.node, this.x.node,
        make("div", { class: "slider" }, make("label", {}, label, this.range), this.size), this.scheme.node,
        make("div", { class: "row" }, make("span", { class: "soft" }, "try"), ...tries), part("notes"));
      const results = make("div", { class: "results" }, part("heading", "p", "title"), part("read"), part("told"));
      const chart = make("div", { class: "chart" }, part("formula", "p", "symbol"),
        make("p", { class: "soft small" }, "Error of the slope against ε, both axes logarithmic"), part("picture"),
        keys([
          ...SCHEMES.map((scheme) => [mark(scheme, 13, 5, 3.5), WORDS[scheme]]),
          ...LINES.map(([name, scheme, dashes]) => [draw.path("M0 5H26", "--soft", 1.5, dashes),
            scheme ? `truncation of ${scheme}, ∝ ${name}` : `rounding, ${name}`]),
        ]), part("rules", "div", "soft small rules"));
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "How small a nudge is best?"), this.dtype.node),
        make("div", { class: "grid" }, controls, chart, results),
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre")),
      ];
    }

    /* The step of the slider that is nearest to the rule of thumb; for the complex step the smallest there is. */
    nearest(r) {
      const wanted = Math.log(r.best(this.s.scheme)), far = (e) => Math.abs(Math.log(e) - wanted);
      return EPSILONS.reduce((best, e) => (far(e) < far(best) ? e : best));
    }

    change(some) {
      Object.assign(this.s, some);
      this.complaint = "";
      this.redraw();
      const r = reading(this.s);
      this.say(`${summary(r, this.s)}. ${told(r, this.s.scheme, this.s.epsilon, show).join(" ")}`);
    }

    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.redraw();
      this.say(this.complaint);
    }

    draw(width) {
      const s = this.s, r = reading(s), wide = width >= 600;
      for (const name of ["function", "dtype", "scheme", "x"]) this[name].update(s[name]);
      this.range.value = EPSILONS.indexOf(s.epsilon);
      this.range.setAttribute("aria-valuetext", format(s.epsilon));
      this.size.textContent = show(s.epsilon);
      this.notes.textContent = this.complaint || "";
      this.formula.textContent = `f(x) = ${r.made.formula}`;
      draw.into(this.picture, chart(r, s, wide ? (width - 24) * 4 / 7 : width));
      this.heading.textContent = `${WORDS[s.scheme][0].toUpperCase()}${WORDS[s.scheme].slice(1)} at x = ${show(s.x)}, ε = ${show(s.epsilon)}`;
      const line = ([head, said]) => make("tr", {}, make("th", { scope: "row" }, head), make("td", {}, ...said));
      this.read.replaceChildren(make("table", {}, make("tbody", {}, ...rows(r, s).map(line))));
      const lines = told(r, s.scheme, s.epsilon, show), vanished = r.vanishes(s.scheme, s.epsilon);
      if (!vanished) lines.unshift(`Of the slope, ${agreement(r.exact, r.difference(s.scheme, s.epsilon))}.`);
      this.told.replaceChildren(...lines.map((said) => make("p", {}, said)));
      this.rules.replaceChildren(make("p", {}, `Best ε by the rule of thumb, u = ${show(r.u, 3)}:`),
        ...SCHEMES.map((scheme) => make("p", {}, best(r, scheme, show))));
      this.later(() => { this.text.textContent = trace(r, s.scheme, s.epsilon); });
    }
  }
  if (page.Live) page.define("backprop-epsilon", Epsilon);
})(globalThis.backpropLab);
