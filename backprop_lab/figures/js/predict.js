/* Predict first: the reader says the sign and the size of a number before the figure shows it. */
(function (lab) {
  "use strict";
  const { page, show } = lab;
  if (page.predict) return;
  const { make, choice } = page;

  const SIGNS = [["-", "negative"], ["0", "zero"], ["+", "positive"]];
  const SIZES = [["small", "under 0.1"], ["middle", "0.1 to 1"], ["large", "over 1"]];
  const word = (list, key) => list.find(([k]) => k === key)[1];
  const signOf = (v) => (v > 0 ? "+" : v < 0 ? "-" : "0");
  const sizeOf = (v) => (Math.abs(v) < 0.1 ? "small" : Math.abs(v) <= 1 ? "middle" : "large");

  /* What is said to a guess {sign, size}, each of which may be left open: [right, sentence]. */
  function verdict(name, value, guess) {
    const said = [], sign = signOf(value), size = sizeOf(value);
    if (guess.sign) said.push([guess.sign === sign, `it is ${word(SIGNS, sign)}`, `you said ${word(SIGNS, guess.sign)}`]);
    if (guess.size) said.push([guess.size === size, `its size is ${word(SIZES, size)}`, `you said ${word(SIZES, guess.size)}`]);
    const words = said.map(([right, is, was]) => (right ? `${is}, as you said` : `${is}; ${was}`));
    return [said.length > 0 && said.every(([right]) => right), [`${name} = ${show(value)}`, ...words].join(": ").replace(/: its/, "; its") + "."];
  }

  /* A panel that hides the answer while it asks. In `update(terms)` a term is [name, value]; it returns whether the figure must keep the numbers to itself. */
  page.predict = function (figure) {
    const changed = () => figure.redraw();
    let on = false, asking = false, guess = {}, terms = [], chosen = 0, right = 0, tried = 0;
    const toggle = make("input", { type: "checkbox", onchange: () => { on = toggle.checked; ask(); } });
    const which = make("select", { "aria-label": "what to predict", onchange: () => { chosen = which.selectedIndex; ask(); } });
    const part = (legend, name, list) => choice({ legend, name, options: list.map(([k, w]) => [k, w, w]), set: (k) => { guess[name] = k; tell(); } });
    const sign = part("its sign", "sign", SIGNS), size = part("its size", "size", SIZES);
    const button = make("button", { type: "button", onclick: reveal }, "show it");
    const answer = make("p", { class: "strong" });
    const panel = make("div", { class: "controls" }, make("label", { class: "menu" }, make("span", { class: "soft" }, "predict"), which),
      sign.node, size.node, make("div", { class: "row" }, button), answer);
    function ask() {
      [asking, guess] = [on, {}];
      tell();
      changed();
    }
    function tell() {
      sign.update(guess.sign);
      size.update(guess.size);
      button.disabled = !(asking && (guess.sign || guess.size));
    }
    function reveal() {
      const [good, sentence] = verdict(...terms[chosen], guess);
      [asking, right, tried] = [false, right + good, tried + 1];
      answer.textContent = `${good ? "✓" : "✗"} ${sentence} ${right} of ${tried} so far. Move a number for the next one.`;
      tell();
      changed();
      figure.say(answer.textContent);
    }
    return {
      node: make("div", { class: "predict" }, make("label", {}, toggle, " predict first"), panel),
      ask: () => { if (on) ask(); },
      update(now) {
        terms = now;
        const names = terms.map(([name]) => name);
        if (names.join() !== [...which.options].map((o) => o.value).join()) {
          which.replaceChildren(...names.map((name) => make("option", { value: name }, name)));
        }
        which.selectedIndex = chosen;
        panel.hidden = !on;
        if (asking) answer.textContent = "";
        return asking;
      },
    };
  };
  lab.verdict = verdict;
})(globalThis.backpropLab);
