/* <backprop-chain>: neurons in a row; choose a parameter, and the factors of its derivative light up on its path. */
(function (lab) {
  "use strict";
  const { activations, nets, show, draw, page } = lab;
  const { sup, counts, read, holds, told, growth, trace, sharing } = lab.chain;
  const { make, slider, choice, menu } = page;
  const { range } = nets;
  const MOST = 5;

  /* The chain from x down to L: forward solid, the chosen path back dashed; what is reused lies in the grey field. */
  function picture(r, width) {
    // Where a value and δ do not fit beside each other, δ stands a line lower, and the rows are farther apart.
    const { n, chosen } = r, tight = width < 340, STEP = tight ? 72 : 56, R = 18, narrow = width < 400, BOX = narrow ? 92 : 100, mid = narrow ? 144 : 160;
    const short = (v) => (show(v, 3).length > 7 ? show(v, 2) : show(v, 3)), brief = narrow ? short : show;
    const names = ["x", ...range(1, n).flatMap((l) => [`z${l}`, `a${l}`]), "L"];
    const at = Object.fromEntries(names.map((name, k) => [name, k ? 36 + STEP * k : 18])), end = at.L;
    const shares = (d) => r.picked && r.picked.reach && holds(d, r.picked);
    const factor = (x, y, f) => `<g class="pick" data-factor="${f.key}"><rect x="${x - 5}" y="${y - 17}" width="${x ? width - x + 5 : mid - 14}" height="24" rx="5" ` +
      (r.picked === f ? 'fill="var(--backward-fill)" stroke="var(--backward)" stroke-width="2"' : 'fill="transparent"') +
      `/><text x="${x}" y="${y}" class="backward"><tspan class="symbol">${f.symbol}</tspan> = ${brief(f.value)}</text></g>`;
    let out = "";
    if (chosen.reused) {
      const roof = at[`z${chosen.source}`] - 20;
      out += `<rect x="${mid - 26}" y="${roof}" width="${width - mid + 26}" height="${end + 26 - roof}" rx="8" fill="var(--panel)" stroke="var(--line)" stroke-dasharray="2 3"/>` +
        draw.text(width - 8, end + (tight ? 21 : 5), `reused: ${sup("δ", chosen.source)}`, "soft small", "end");
    }
    names.slice(1).forEach((name, k) => {
      const high = at[names[k]] + (k ? R : 15), low = at[name] - (name === "L" ? 22 : R), f = r.trunk[names.length - 2 - k];
      out += draw.arrow([[mid - 4, high], [mid - 4, low]], "--forward");
      if (!f || !chosen.factors.includes(f)) return;
      out += draw.arrow([[mid + 5, low + 1], [mid + 5, high]], "--backward", "5 3") + factor(mid + 26, (at[names[k]] + at[name]) / 2 + (tight ? 9 : 3), f);
    });
    for (const d of r.all) {
      const z = at[`z${d.layer}`], side = d.kind === "w" ? -1 : 1, y = z + 17 * side;
      out += draw.arrow([[BOX, y], [mid - R + 2, z + 8 * side]], "--forward");
      if (d === chosen) {
        out += draw.arrow([[mid - R - 1, z + side], [BOX + 1, y - 8 * side]], "--backward", "5 3");
        out += factor(0, y + (side > 0 ? 32 : -23), d.factors.at(-1));
      }
      out += `<g class="pick" data-wrt="${d.name}">` + draw.box(1.5, y, BOX - 1.5, d.parameter, brief(r[d.name]), { chosen: d === chosen }) +
        (shares(d) ? draw.path(`M5 ${y + 11}H${BOX - 4}`, "--backward", 2, "2 2") : "") + "</g>";
      if (d.kind === "w" && d.layer >= chosen.layer) out += draw.text(width - 8, z + (tight ? 22 : 5), `${sup("δ", d.layer)} = ${brief(r.delta[d.layer])}`, "backward", "end");
    }
    out += draw.arrow([[BOX, end], [mid - 23, end]], "--forward") + draw.box(1.5, end, BOX - 1.5, "y", brief(r.y), { round: true });
    out += draw.box(mid - 45, at.x, 90, "x", brief(r.x), { round: true });
    for (const name of names.slice(1)) {
      const [kind, l] = name, y = at[name];
      const skin = 'fill="var(--forward-fill)" stroke="var(--forward)" stroke-width="2"';
      out += name === "L" ? draw.node(mid, y, 22, "L", true)
        : `<circle cx="${mid}" cy="${y}" r="${R}" ${skin}/>` + draw.text(mid, y + 5, sup(kind, l), "symbol", "middle");
      out += draw.text(mid + 28, y + 5, brief(name === "L" ? r.L : r[kind][l]), "forward strong");
    }
    return draw.svg(width, end + 28, `${n} neurons in a row, from x to L = ${show(r.L)}; back along the path to ${chosen.parameter}: ${chosen.symbol} = ${show(chosen.value)}`, out);
  }

  /* Both counts for 2 … 5 neurons, bars on one scale. */
  function bars(n, width) {
    const far = counts(MOST)[0], long = (v) => ((width - 120) * v) / far;
    let out = '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="6" height="6" fill="var(--ground)"/>' +
      '<path d="M1 0V6" stroke="var(--line)" stroke-width="2"/></pattern>';
    range(2, MOST).forEach((m, k) => {
      const y = 4 + 50 * k, kind = m === n ? "strong" : "soft";
      if (m === n) out += `<rect x="0" y="${y - 4}" width="${width}" height="46" rx="6" fill="var(--panel)" stroke="var(--line)"/>`;
      out += draw.text(8, y + 24, `${m} neurons`, kind);
      counts(m).forEach((count, i) => {
        out += `<rect x="86" y="${y + 20 * i}" width="${Math.round(long(count))}" height="16" stroke-width="1.5" ` +
          (i ? 'fill="var(--backward)" stroke="var(--backward)"' : 'fill="url(#hatch)" stroke="var(--line)"') + "/>" +
          draw.text(92 + long(count), y + 20 * i + 13, String(count), kind);
      });
    });
    return draw.svg(width, 204, growth(n), out);
  }
  const KEY = [['<rect y="1" width="24" height="8" fill="url(#hatch)" stroke="var(--line)"/>', "each from scratch"],
    ['<rect y="1" width="24" height="8" fill="var(--backward)"/>', "with δ carried back"]];

  const number = (v) => typeof v === "number" && Math.abs(v) <= 100;
  const TRIES = {
    "dead relu": { neurons: 3, f2: "relu", w2: 1.2, b2: -3, wrt: "w1", factor: "s2" },
    "five sigmoids": { neurons: 5, ...Object.fromEntries(range(1, 5).flatMap((l) => [[`f${l}`, "sigmoid"], [`w${l}`, 1], [`b${l}`, 0]])), wrt: "w1", factor: "" },
    "on target": (r) => ({ y: r.a[r.n], factor: "L" }),
  };

  class Chain extends page.Live {
    static shared = { neurons: (v) => [2, 3, 4, 5].includes(v), x: number, y: number, wrt: (v) => /^[wb][1-5]$/.test(v),
      factor: (v) => /^(L|[scwb][1-5])$/.test(v), ...Object.fromEntries(range(1, MOST).flatMap((l) =>
        [[`w${l}`, number], [`b${l}`, number], [`f${l}`, (v) => Object.hasOwn(activations, v)]])) };

    static style = `
.pick { cursor:pointer } .wrts .choice { max-width:100% }
.product, .reused > div { display:flex; flex-wrap:wrap; gap:6px; align-items:center } .term { display:flex; gap:6px; align-items:center }
.wide .slider { grid-template-columns:92px minmax(0,1fr) 80px } .wide .menu { grid-template-columns:92px minmax(0,1fr) }
.product button { height:auto; padding:2px 6px; line-height:1.4; display:grid; justify-items:center; border-color:var(--backward); color:var(--backward-ink) }
.product button[aria-pressed=true] { background:var(--backward-fill); box-shadow:inset 0 0 0 1.5px var(--backward) }
.product .symbol { font-size:15px }
@container (min-width:600px) { .grid { grid-template-columns:minmax(0,1fr) minmax(0,1fr) } }
.reused { border:1px dashed var(--line); border-radius:8px; background:var(--panel); padding:4px 6px 6px }
.reused > p { margin-bottom:4px }
.sharing { min-height:4.4em; margin-top:8px } tr.lit { background:var(--panel); font-weight:600 } tr.lit th { font-weight:600 } tbody tr:last-child { border-top:2px solid var(--line) }
tbody th { color:var(--ink) } thead th.symbol { font:inherit; color:var(--soft); white-space:normal } tr > :first-child { width:30% }
@container (min-width:600px) { .grid .picture { grid-row:1/4 } }`;

    start(setting) {
      this.first = setting;
      this.s = this.fitting({ ...setting });
      this.live.setAttribute("aria-label", "Chain: neurons in a row");
      const part = (name, tag = "div") => (this[name] = make(tag, { class: name }));
      const set = (name) => (value) => this.change({ [name]: value });
      const number = (name, symbol, word) => (this.numbers[name] = slider({
        name: symbol, word, low: -3, high: 3, step: 0.05, limit: 100, set: set(name), refuse: (why) => this.refuse(why) })).node;
      this.numbers = {};
      this.neurons = choice({ legend: "neurons", name: "neurons", options: [2, 3, 4, 5].map((n) => [n, String(n), `${n} neurons`]), set: set("neurons") });
      const parameters = range(1, MOST).flatMap((l) => [["w", "weight"], ["b", "bias"]].map(([k, word]) => [`${k}${l}`, sup(k, l), `${sup(k, l)}, ${word} of neuron ${l}`]));
      this.wrt = choice({ legend: "derivative in", name: "wrt", options: parameters, set: (wrt) => this.change({ wrt, factor: "" }) });
      const ends = make("div", { class: "controls" }, number("x", "x", "input"), number("y", "y", "target"));
      this.menus = range(1, MOST).map((l) => menu({ word: `${sup("σ", l)} activation`, options: Object.keys(activations), set: set(`f${l}`) }));
      this.own = range(1, MOST).map((l) => make("div", { class: "controls" }, make("p", { class: "soft" }, `Neuron ${l}, whose parameter is chosen`),
        number(`w${l}`, sup("w", l), "weight"), number(`b${l}`, sup("b", l), "bias"), this.menus[l - 1].node));
      const tries = [["start", () => this.first], ...Object.entries(TRIES)].map(([word, to]) => make("button", { type: "button",
        onclick: () => this.change(typeof to === "function" ? to(read(this.s)) : to) }, word));
      this.addEventListener("click", (event) => {
        const hit = event.composedPath().find((node) => node.dataset && (node.dataset.wrt || node.dataset.factor));
        if (!hit) return;
        const { wrt, factor } = hit.dataset;
        this.change(wrt ? { wrt, factor: "" } : { factor: this.s.factor === factor ? "" : factor });
      });
      const key = make("div", { class: "key" });
      key.innerHTML = draw.key(KEY);
      return [
        make("div", { class: "top" }, make("p", { class: "title" }, "Neurons in a row: one path, one product"), this.neurons.node),
        make("div", { class: "wrts" }, this.wrt.node),
        make("div", { class: "grid" }, part("picture"), make("div", {}, part("product"), part("told", "p"), part("sharing", "p")),
          make("div", { class: "controls wide" }, ...this.own, ends, make("div", { class: "row" }, make("span", { class: "soft" }, "try"), ...tries)), part("notes")),
        make("div", { class: "columns" }, make("div", {}, make("p", { class: "title" }, "All derivatives, from L back"), part("table")),
          make("div", {}, make("p", { class: "title" }, "Multiplications"), part("bars"), key, part("grows", "p"),
            make("p", { class: "soft small note" }, "A last factor 1 is not multiplied, and not counted."))),
        make("details", {}, make("summary", {}, "The same as text"), part("text", "pre")),
      ];
    }

    /* A parameter of a neuron that is gone is one of the last neuron; a factor that is not on the path is none. */
    fitting(s) {
      if (s.wrt[1] > s.neurons) s.wrt = s.wrt[0] + s.neurons;
      if (!read(s).picked) s.factor = "";
      return s;
    }

    change(some) {
      this.fitting(Object.assign(this.s, some));
      this.complaint = "";
      this.redraw();
      const r = read(this.s);
      this.say(some.factor && r.picked ? sharing(r) : told(r));
    }

    refuse(why) {
      this.complaint = `${why} The figure keeps the last good number.`;
      this.redraw();
      this.say(this.complaint);
    }

    draw(width) {
      const r = read(this.s), { chosen } = r, wide = width >= 600;
      for (const [name, control] of Object.entries(this.numbers)) control.update(r[name]);
      this.menus.forEach((control, l) => control.update(r[`f${l + 1}`], () => ""));
      this.own.forEach((node, l) => { node.style.display = l + 1 === chosen.layer ? "" : "none"; });
      this.neurons.update(r.n);
      this.wrt.update(r.wrt);
      this.wrt.node.querySelectorAll("label").forEach((label, k) => { label.style.display = k < 2 * r.n ? "" : "none"; });
      draw.into(this.picture, picture(r, wide ? (width - 24) / 2 : width));
      const root = this.shadowRoot, held = root.activeElement && root.activeElement.dataset.factor;
      const buttons = chosen.factors.map((f) => make("button", { type: "button", "data-factor": f.key, "aria-pressed": String(f === r.picked) },
        make("span", { class: "symbol" }, f.symbol), make("span", {}, f.value < 0 ? `(${show(f.value)})` : show(f.value))));
      const dotted = (nodes, from) => nodes.map((node, k) => make("span", { class: "term" }, k + from ? "·" : "", node));
      const parts = dotted(buttons.slice(chosen.reused), chosen.reused);
      if (chosen.reused) {
        parts.unshift(make("div", { class: "reused" }, make("p", { class: "soft small" }, `reused: ${sup("δ", chosen.source)} = ${show(r.delta[chosen.source])}`),
          make("div", {}, ...dotted(buttons.slice(0, chosen.reused), 0))));
      }
      this.product.replaceChildren(...parts, make("span", {}, "= ", make("span", { class: "symbol" }, chosen.symbol), " = ", make("b", {}, show(chosen.value))));
      if (held) buttons.find((b) => b.dataset.factor === held)?.focus();
      this.told.textContent = told(r);
      this.sharing.textContent = sharing(r);
      this.notes.replaceChildren(...(this.complaint ? [make("p", {}, this.complaint)] : []));
      this.later(() => this.aside(r, wide ? (width - 24) / 2 : width));
    }

    /* The table, the counts and the text. */
    aside(r, width) {
      const table = page.table(["value", "from scratch", "with reuse"], [...r.all.map((d) => [(r.picked && holds(d, r.picked) ? "◆ " : "") + d.symbol,
        show(d.value), String(d.scratch), String(d.left)]), ["all", "", ...counts(r.n).map(String)]]);
      table.querySelectorAll("tbody tr").forEach((row, k) => row.classList.toggle("lit", r.all[k] === r.chosen));
      this.table.replaceChildren(table);
      draw.into(this.bars, bars(r.n, width));
      this.grows.textContent = growth(r.n);
      this.text.textContent = trace(r);
    }
  }
  if (page.Live) page.define("backprop-chain", Chain);
})(globalThis.backpropLab);
