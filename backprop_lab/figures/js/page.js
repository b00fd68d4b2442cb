/* What all live figures are put together from: their style, controls, tables and equations. */
(function (lab) {
  "use strict";
  if (lab.page) return;
  const { format, show } = lab;

  const STYLE = `
:host { display:block; container-type:inline-size; margin:0 }
@media screen { slot { display:none } }
@media print { .live { display:none } slot { display:block } }
.live { --ink:#212529; --soft:#495057; --faint:#dee2e6; --line:#868e96; --ground:#ffffff; --panel:#f8f9fa;
  --forward:#1c7ed6; --forward-ink:#1864ab; --forward-fill:#e7f5ff; --backward:#f03e3e; --backward-ink:#c92a2a;
  --backward-fill:#ffe3e3; color-scheme:light; color:var(--ink); background:var(--ground);
  border:1px solid var(--faint); border-radius:10px; padding:16px; max-width:1000px; text-align:left;
  font:14px/1.45 system-ui,-apple-system,"Segoe UI","Noto Sans",sans-serif; font-variant-numeric:tabular-nums }
.live.dark { --ink:#e9ecef; --soft:#ced4da; --faint:#3b4148; --ground:#1a1d21; --panel:#23272c; --forward:#4dabf7;
  --forward-ink:#74c0fc; --forward-fill:#172a3d; --backward:#ff6b6b; --backward-ink:#ff8787;
  --backward-fill:#45191c; color-scheme:dark }
* { box-sizing:border-box } [hidden] { display:none !important }
svg { display:block; width:100%; overflow:visible; font-size:14px }
svg text { fill:var(--ink); stroke:var(--ground); stroke-width:3px; paint-order:stroke; stroke-linejoin:round }
.symbol { font-family:"STIX Two Text",Cambria,Georgia,"Noto Serif",serif; font-style:italic; white-space:nowrap }
svg .soft { fill:var(--soft) } svg .forward { fill:var(--forward-ink) } svg .backward { fill:var(--backward-ink) }
.soft { color:var(--soft) } .forward { color:var(--forward-ink) } .backward { color:var(--backward-ink) }
.strong { font-weight:600 } .small { font-size:12px }
.unseen { position:absolute; width:1px; height:1px; overflow:hidden; clip-path:inset(50%); white-space:nowrap }
p { margin:0 } .note { margin:4px 0 6px } .title { font-weight:600 }
fieldset { border:0; margin:0; padding:0; min-width:0 }
legend { padding:0; float:left; margin-right:8px; line-height:32px; color:var(--soft) }
.slider { display:grid; grid-template-columns:72px minmax(0,1fr) 70px; gap:8px; align-items:center }
.slider label { display:contents } .slider .symbol { font-size:16px; margin-right:4px }
input, select, button { font:inherit; color:inherit; margin:0; min-width:0 }
input[type=range] { width:100%; height:32px; accent-color:var(--forward); cursor:pointer; touch-action:pan-y }
input[type=number], select, button { height:32px; border:1px solid var(--line); border-radius:6px; padding:0 6px;
  background:var(--ground) }
input[type=number] { width:100%; text-align:right } input[aria-invalid=true] { border:2px solid var(--backward) }
select { width:100%; cursor:pointer } button { cursor:pointer; padding:0 10px }
button:hover { background:var(--panel) }
.menu { display:grid; grid-template-columns:72px minmax(0,1fr); gap:8px; align-items:center }
.choice { display:flex; flex-wrap:wrap; gap:0 4px }
.choice label { position:relative; display:inline-flex }
.choice input { position:absolute; inset:0; opacity:0; width:100%; height:100%; cursor:pointer }
.choice span { min-width:36px; padding:0 8px; line-height:30px; text-align:center; border:1px solid var(--line);
  border-radius:6px; background:var(--ground) }
.choice input:checked + span { background:var(--ink); border-color:var(--ink); color:var(--ground); font-weight:600 }
:is(input,select,button,summary):focus-visible, .choice input:focus-visible + span {
  outline:3px solid var(--forward); outline-offset:2px }
summary { cursor:pointer; line-height:28px; color:var(--soft) }
.top { display:flex; flex-wrap:wrap; justify-content:space-between; gap:4px 16px; align-items:center }
.grid, .columns { display:grid; gap:14px; grid-template-columns:minmax(0,1fr); margin-top:8px }
.controls { display:grid; gap:6px; align-content:start }
.row { display:flex; flex-wrap:wrap; gap:6px; align-items:center } .row button { font-size:13px }
.equation { display:flex; justify-content:space-between; max-width:420px; line-height:1.5 }
.equation > span { display:grid; justify-items:center } .equation .symbol { font-size:17px }
.told { min-height:2.9em; margin:6px 0; font-weight:600 } .notes { color:var(--soft) } .notes:empty { display:none } .notes p + p { margin-top:6px }
table { border-collapse:collapse; width:100%; font-size:13px; table-layout:fixed } tbody tr { border-top:1px solid var(--faint) }
th { font-weight:400; text-align:left; color:var(--soft) } td { text-align:right; padding:3px 0 }
thead th { text-align:right; color:var(--ink); font-size:16px } tr > :first-child { width:18% }
.key { display:flex; flex-wrap:wrap; gap:0 16px; margin-top:4px; font-size:12px; color:var(--soft) }
.key svg { display:inline-block; width:26px; height:10px; margin-right:5px }
@container (max-width:420px) { .live { padding:12px } }
@container (min-width:600px) { .grid { grid-template-columns:minmax(0,3fr) minmax(0,4fr); grid-template-rows:auto auto 1fr; gap:14px 24px }
  .columns { grid-template-columns:minmax(0,1fr) minmax(0,1fr); gap:24px } }
pre { margin:6px 0 0; padding:10px 12px; white-space:pre-wrap; background:var(--panel); border-radius:6px; color:var(--ink);
  font:12.5px/1.5 ui-monospace,"DejaVu Sans Mono",Consolas,monospace }
`;

  /* make("p", {class: "soft", onclick: f}, "text", node): an element, without innerHTML. */
  function make(tag, attributes = {}, ...children) {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else if (value !== null) node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  }

  /* A number by slider and by typing. `set(value)` is called with good numbers, `refuse(text)` with bad ones. */
  function slider({ name, word, low, high, step, limit, set, refuse }) {
    const range = make("input", { type: "range", min: low, max: high, step, oninput: () => set(Number(range.value)) });
    const typed = make("input", { type: "number", step, "aria-label": `${name}, ${word}, typed` });
    const bounds = { low: -limit, high: limit };
    typed.addEventListener("input", () => {
      const value = typed.valueAsNumber;
      const good = value >= bounds.low && value <= bounds.high;
      typed.setAttribute("aria-invalid", String(!good));
      if (good) set(value);
      else refuse(`${name} must be a number between ${show(bounds.low)} and ${show(bounds.high)}.`);
    });
    let value = 0;
    typed.addEventListener("change", () => update(value, true));
    function update(now, rewrite) {
      value = now;
      range.value = now;
      range.setAttribute("aria-valuetext", show(now, 6));
      // What is being typed is left alone, or "0." could never become "0.5".
      if (rewrite || typed.getRootNode().activeElement !== typed) {
        typed.value = format(now, 6);
        typed.setAttribute("aria-invalid", "false");
      }
    }
    function limits(from, to, farLow, farHigh) {
      Object.assign(range, { min: from, max: to });
      Object.assign(typed, { min: farLow, max: farHigh });
      Object.assign(bounds, { low: farLow, high: farHigh });
    }
    limits(low, high, -limit, limit);
    const text = make("span", {}, make("span", { class: "symbol" }, name), " ", make("span", { class: "soft" }, word));
    return { node: make("div", { class: "slider" }, make("label", {}, text, range), typed), update, limits };
  }

  /* One of a few, side by side: native radio buttons. `options` are [value, text, spoken]. */
  function choice({ legend, name, options, set }) {
    const buttons = options.map(([value, text, spoken]) => {
      const input = make("input", { type: "radio", name, value, "aria-label": spoken ?? null, onchange: () => set(value) });
      return { value, input, node: make("label", {}, input, make("span", {}, text)) };
    });
    const node = make("fieldset", { class: "choice" }, make("legend", {}, legend), ...buttons.map((b) => b.node));
    return { node, update: (now) => buttons.forEach((b) => { b.input.checked = b.value === now; }) };
  }

  /* One of many: a native select. `update(value, reason)` disables an option where `reason(value)` says why. */
  function menu({ word, options, set }) {
    const select = make("select", { onchange: () => set(select.value) });
    for (const value of options) select.append(make("option", { value }));
    function update(now, reason) {
      for (const option of select.options) {
        const why = reason(option.value);
        option.disabled = Boolean(why);
        option.textContent = option.value.replace("_entropy", "-entropy").replaceAll("_", " ") + (why ? ` (${why})` : "");
      }
      select.value = now;
    }
    return { node: make("label", { class: "menu" }, make("span", { class: "soft" }, word), select), update };
  }

  /* A table of text: its heads, and rows that begin with theirs. */
  function table(heads, rows) {
    const line = (cells) => make("tr", {}, ...cells);
    const body = rows.map(([first, ...rest]) =>
      line([make("th", { scope: "row" }, first), ...rest.map((said) => make("td", {}, said))]));
    const top = line([make("td"), ...heads.map((said) => make("th", { scope: "col", class: "symbol" }, said))]);
    return make("table", {}, make("thead", {}, top), make("tbody", {}, ...body));
  }

  /* An equation with each number under its symbol; a term is [symbol, number], an operator one string. */
  const equation = (terms) => terms.map((term) => {
    const [symbol, value] = Array.isArray(term) ? term : [term, term];
    return make("span", {}, make("span", { class: "symbol" }, symbol), make("span", {}, value));
  });

  // Checks for what an address may hold.
  const within = (limit) => (v) => typeof v === "number" && Math.abs(v) <= limit;
  const oneOf = (table) => (v) => Object.hasOwn(table, v);

  lab.page = { STYLE, within, oneOf, make, slider, choice, menu, table, equation };
})(globalThis.backpropLab);
