/* <backprop-cost>: what four ways to a gradient cost, in multiplications, for a network given by sliders. */
(function (lab) {
  "use strict";
  const { draw, page, tenTo, cost: numbers } = lab;
  const { SCHEMES, LARGEST, WAYS, costs, compared, told, times, names, sentences, network, trace } = numbers;
  const { make, slider, choice } = page;

  const AGAINST = ["depth", "width"];
  // name -> its symbol, its word, how far the slider goes (typing goes further), and the index of the symbol.
  const SLIDERS = {
    depth: ["L", "depth", 20], width: ["n", "width", 64], inputs: ["n", "inputs", 64, "0"], outputs: ["n", "outputs", 64, "L"],
    batch: ["m", "batch", 256],
  };
  // A colour, a dash and a mark for each.
  const STROKES = { forward: ["--forward", ""], backward: ["--backward", "6 4"], path: ["--ink", "1.5 3"], differences: ["--soft", "9 3 2 3"] };
  const FILLS = { forward: "var(--forward-fill)", backward: "var(--backward-fill)", path: "url(#lines)", differences: "url(#dots)" };
  const SHORT = { forward: "forward", backward: "backward", path: "path sum", differences: "differences" };
  const PATTERNS = '<pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    '<rect width="6" height="6" fill="var(--ground)"/><path d="M1 0V6" stroke="var(--ink)" stroke-width="1.5"/></pattern>' +
    '<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" ' +
    'fill="var(--ground)"/><circle cx="2" cy="2" r="1.1" fill="var(--soft)"/></pattern>';
  const fixed = (n) => n.toFixed(1);
  const log = (count) => Math.log10(Number(count));  // below 10³⁰⁸, and only for a place on a scale
  const decades = (most) => {
    const top = Math.max(3, String(most).length);
    return [top, Math.max(1, Math.ceil(top / 6))];
  };

  const largest = (all) => WAYS.map((way) => all[way].multiplications).reduce((p, q) => (p > q ? p : q));

  function bars(s, all, width) {
    const rise = 48, top = 6, bottom = top + 4 * rise, called = names(s);
    const [end, step] = decades(largest(all));
    const X = (power) => 1 + (power / end) * (width - 2);
    let out = PATTERNS;
    for (let power = 0; power <= end; power += step) {
      out += draw.path(`M${fixed(X(power))} ${top} V${bottom}`, "--faint");
      out += draw.text(X(power), bottom + 15, tenTo(power), "soft small", power === 0 ? "start" : power === end ? "end" : "middle");
    }
    WAYS.forEach((way, k) => {
      const y = top + k * rise, [colour, dashes] = STROKES[way], n = all[way].multiplications;
      out += `<rect x="1" y="${y + 24}" width="${fixed(Math.max(1.5, X(log(n)) - 1))}" height="16" fill="${FILLS[way]}" ` +
        `stroke="var(${colour})" stroke-width="1.5" stroke-dasharray="${dashes}"/>`;
      out += draw.text(0, y + 18, called[way]) + draw.text(width, y + 18, told(n), "strong", "end");
      if (way !== "forward") out += draw.text(width - 106, y + 18, compared(all, way), "soft small", "end");
    });
    return draw.svg(width, bottom + 20, `Multiplications: ${WAYS.map((way) => `${called[way]} ${told(all[way].multiplications)}`).join(", ")}`, out);
  }

  /* Heights for labels, lowest first, pushed up until none touches another. */
  function spread(wanted, base) {
    let below = base + 14;
    return Object.fromEntries(Object.entries(wanted).sort((p, q) => q[1] - p[1]).map(([way, y]) => {
      below = Math.min(y, below - 14);
      return [way, below];
    }));
  }
  function curves(s, width) {
    const most = LARGEST[s.against], height = 250, left = 36, right = width - 80, top = 10, base = height - 40, here = s[s.against];
    const steps = Array.from({ length: most }, (_, k) => k + 1), all = steps.map((value) => costs({ ...s, [s.against]: value }));
    const [end, step] = decades(all.map(largest).reduce((p, q) => (p > q ? p : q)));
    const X = (value) => left + ((value - 1) / (most - 1)) * (right - left), power = (p) => base - (p / end) * (base - top);
    let out = "";
    for (let p = 0; p <= end; p += step) {
      out += draw.path(`M${left} ${fixed(power(p))} H${fixed(right)}`, "--faint");
      out += draw.text(left - 6, power(p) + 4, tenTo(p), "soft small", "end");
    }
    for (const value of [1, most / 4, most / 2, (3 * most) / 4, most]) {
      out += draw.text(X(value), base + 17, String(value), "soft small", "middle");
    }
    out += draw.path(`M${left} ${top} V${base} H${fixed(right)}`, "--line") + draw.path(`M${fixed(X(here))} ${top} V${base}`, "--ink");
    out += draw.text((left + right) / 2, base + 34, s.against, "soft small", "middle");
    const Y = (k, way) => power(log(all[k][way].multiplications));
    for (const way of WAYS) {
      const [colour, dashes] = STROKES[way];
      out += draw.path(`M${steps.map((value, k) => `${fixed(X(value))} ${fixed(Y(k, way))}`).join(" L")}`, colour, 2, dashes);
      out += `<circle cx="${fixed(X(here))}" cy="${fixed(Y(here - 1, way))}" r="4" fill="var(--ground)" stroke="var(${colour})" stroke-width="2"/>`;
    }
    const ends = Object.fromEntries(WAYS.map((way) => [way, Y(most - 1, way)]));
    for (const [way, y] of Object.entries(spread(ends, base))) out += draw.text(right + 6, y + 4, SHORT[way], "small");
    return draw.svg(width, height, `The same four against ${s.against}, from 1 to ${most}, marked at ${here}`, out);
  }

  const upTo = (most) => (v) => Number.isInteger(v) && v >= 1 && v <= most;

  class Cost extends page.Live {
    static shared = {
      ...Object.fromEntries(Object.entries(LARGEST).map(([name, most]) => [name, upTo(most)])),
      scheme: (v) => SCHEMES.includes(v), biases: (v) => v === 0 || v === 1, against: (v) => AGAINST.includes(v),
    };

    static style = `
.told { font-weight:400; min-height:0 } .told p + p { margin-top:4px } .told p:nth-child(2) { font-weight:600 }
.kept td { white-space:nowrap } .kept thead th { font-size:12px; font-family:inherit; font-style:normal }
.kept tr > :first-child { width:26% } .kept { margin-top:12px } pre { overflow-wrap:anywhere }
.sizes { color:var(--soft) } .slider { grid-template-columns:84px minmax(0,1fr) 70px } sub { font-size:11px; line-height:0 }
@container (min-width:600px) { .pictures { grid-column:2; grid-row:1/4 } .controls { grid-column:1 } }`;

    start(setting) {
      this.first = setting;
      this.s = { ...setting };
      this.live.setAttribute("aria-label", "Cost: four ways to a gradient");
      const part = (name, tag = "div", kind = name) => (this[name] = make(tag, { class: kind }));
      const keys = (entries) => { const node = make("div", { class: "key" }); node.innerHTML = draw.key(entries); return node; };
      const set = (name) => (value) => this.change({ [name]: value });
      this.sliders = Object.fromEntries(Object.entries(SLIDERS).map(([name, [symbol, word, far, index]]) => {
        const one = slider({ name: symbol, word, low: 1, high: far, step: 1, limit: LARGEST[name],
          set: (value) => this.whole(name, value), refuse: () => this.whole(name, NaN) });
        one.limits(1, far, 1, LARGEST[name]);
        if (index) one.node.querySelector(".symbol").append(make("sub", {}, index));
        return [name, one];
      }));
      this.scheme = choice({ legend: "differences", name: "scheme", set: set("scheme"),
        options: [["central", "central", "central differences, 2 P passes"], ["forward", "forward", "forward differences, P + 1 passes"]] });
      this.against = choice({ legend: "against", name: "against", options: AGAINST.map((v) => [v, v, `curves against ${v}`]), set: set("against") });
      this.biases = choice({ legend: "path sum of", name: "biases", set: set("biases"),
        options: [[0, "weights", "path sum of the weights"], [1, "and biases", "path sum of weights and biases"]] });
      const tries = Object.entries({
        start: this.first,
        "two neurons": { depth: 2, width: 1, inputs: 1, outputs: 1, batch: 1 },
        "five layers of 10": { depth: 5, width: 10, inputs: 10, outputs: 10, batch: 1 },
        digits: { depth: 3, width: 32, inputs: 64, outputs: 10, batch: 32 },
      }).map(([word, to]) => make("button", { type: "button", onclick: () => this.change(to) }, word));
      const controls = make("div", { class: "controls" }, ...Object.values(this.sliders).map((one) => one.node), this.scheme.node, this.biases.node,
        make("div", { class: "row" }, make("span", { class: "soft" }, "try"), ...tries), part("notes"));
      const pictures = make("div", { class: "pictures" }, part("bars"),
        part("scale", "p", "soft small note"),
        make("div", { class: "top" }, make("p", { class: "title" }, "How they grow"), this.against.node), part("curves"),
        keys(WAYS.map((way) => [draw.path("M0 5H26", STROKES[way][0], 2, STROKES[way][1]), SHORT[way]])), part("kept"),
        make("p", { class: "soft small note" }, "Kept: numbers held at the end, beside parameters, X and Y. Paths: for each example."));
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "What does a gradient cost?"), part("sizes", "p")),
        make("div", { class: "grid" }, controls, pictures, part("told")),
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre")),
      ];
    }

    /* A slider's number, if it is one that a network can have. */
    whole(name, value) {
      if (upTo(LARGEST[name])(value)) {
        this.change({ [name]: value });
        return;
      }
      this.complaint = `${name} must be a whole number from 1 to ${told(BigInt(LARGEST[name]))}. The figure keeps the last good number.`;
      this.redraw();
      this.sliders[name].node.querySelector("input[type=number]").setAttribute("aria-invalid", "true");
      this.say(this.complaint);
    }

    change(some) {
      Object.assign(this.s, some);
      this.complaint = "";
      this.redraw();
      this.say(sentences(this.s).slice(0, 3).join(" "));
    }

    draw(width) {
      const s = this.s, all = costs(s), called = names(s), wide = width >= 600, inner = wide ? (width - 24) * 4 / 7 : width;
      for (const [name, one] of Object.entries(this.sliders)) one.update(s[name]);
      this.scheme.update(s.scheme);
      this.biases.update(s.biases);
      this.against.update(s.against);
      this.sizes.textContent = network(s);
      this.notes.textContent = this.complaint || (s.depth === 1 ? "With one layer there is no hidden width: n counts from the second layer on." : "");
      draw.into(this.bars, bars(s, all, inner));
      const [, step] = decades(largest(all));
      this.scale.textContent = `A logarithmic scale of multiplications: from one line to the next, ${tenTo(step)} times as many.`;
      this.told.replaceChildren(...sentences(s).map((said) => make("p", {}, said)));
      const cell = (n) => (n < 10n ** 6n ? told(n) : times(n, 1n)), dash = (n) => (n === 0n ? "–" : cell(n));
      this.later(() => {
        draw.into(this.curves, curves(s, inner));
        this.kept.replaceChildren(page.table(["σ and σ′", "kept", "paths", "passes"], WAYS.map((way) =>
          [SHORT[way], cell(all[way].evaluations), cell(all[way].kept), dash(all[way].paths), dash(all[way].passes)])));
        this.text.textContent = trace(s);
      });
    }
  }
  if (page.Live) page.define("backprop-cost", Cost);
})(globalThis.backpropLab);
