/* The element of all live figures: it comes to life over its still, in the theme of its page.
 *
 * A figure lives in a shadow root, so that no style leaks either way; the still and the trace stay in the page below
 * it and come back in print. Nothing here moves by itself, so there is no motion to reduce.
 */
(function (lab) {
  "use strict";
  const { page } = lab;
  if (page.Live || typeof HTMLElement === "undefined") return;
  const { make, STYLE } = page;

  /* Dark or not: Jupyter Book and Colab say it on <html>, JupyterLab on <body>; otherwise the reader's system does. */
  const darkSystem = globalThis.matchMedia ? matchMedia("(prefers-color-scheme: dark)") : null;
  function isDark() {
    const { documentElement: root, body } = document;
    const said = root.dataset.theme || root.getAttribute("theme");
    if (said === "dark" || said === "light") return said === "dark";
    if (body && body.dataset.jpThemeLight) return body.dataset.jpThemeLight === "false";
    if (body && /vscode-(dark|light)/.test(body.className)) return body.classList.contains("vscode-dark");
    return darkSystem.matches;
  }

  /* On a page of its own, the address can hold a setting; an editor's address is not ours to write. */
  const ownPage = () => globalThis.parent === globalThis && !document.body.dataset.jpThemeLight;

  /* An element that shows its still until it can do better. A figure has `start(setting)`, which returns its nodes,
   * and `draw(width)`; it keeps what can change in `this.s`, calls `this.redraw()` after a change and `this.say(text)`
   * with what to read out. `static shared` names what of `this.s` an address may hold, each with a check: so a teacher
   * can link to `?nudge.w=2`. */
  page.Live = class extends HTMLElement {
    static shared = {};

    get figureName() {
      return this.localName.replace("backprop-", "");
    }

    /* Only the first figure of a kind on a page: two would answer to one name. */
    get addressed() {
      return ownPage() && document.querySelector(this.localName) === this;
    }

    fromAddress() {
      const found = {}, said = new URLSearchParams(this.addressed ? location.search : "");
      for (const [key, fits] of Object.entries(this.constructor.shared)) {
        const text = said.get(`${this.figureName}.${key}`);
        if (text === null) continue;
        const value = text !== "" && Number.isFinite(Number(text)) ? Number(text) : text;
        if (fits(value)) found[key] = value;
      }
      return found;
    }

    toAddress() {
      if (!this.addressed || !this.s) return;
      const url = new URL(location.href), here = this.figureName;
      for (const key of Object.keys(this.constructor.shared)) {
        if (this.s[key] === this.given[key]) url.searchParams.delete(`${here}.${key}`);
        else url.searchParams.set(`${here}.${key}`, this.s[key]);
      }
      history.replaceState(history.state, "", url);
    }

    connectedCallback() {
      if (!this.live) this.build();
      this.eyes = new MutationObserver(() => this.dress());
      const heard = { attributes: true, attributeFilter: ["data-theme", "theme", "data-jp-theme-light", "class"] };
      this.eyes.observe(document.documentElement, heard);
      this.eyes.observe(document.body, heard);
      this.dress = () => this.live.classList.toggle("dark", isDark());
      darkSystem.addEventListener("change", this.dress);
      // Measured only when the size has changed: to ask after each change of a number would lay the page out at once.
      this.ruler = new ResizeObserver(() => this.roomy() !== this.width && this.measure());
      this.ruler.observe(this.live);
      this.dress();
    }

    disconnectedCallback() {
      this.eyes.disconnect();
      this.ruler.disconnect();
      darkSystem.removeEventListener("change", this.dress);
    }

    build() {
      this.voice = make("p", { class: "unseen", role: "status" });
      this.live = make("div", { class: "live", role: "group" });
      const root = this.attachShadow({ mode: "open" });
      root.append(make("style", {}, STYLE + this.constructor.style), this.live, make("slot"));
      this.given = JSON.parse(this.dataset.setting);
      this.live.append(...this.start({ ...this.given, ...this.fromAddress() }), this.voice);
      this.measure();
    }

    roomy() {
      return Math.max(240, this.live.firstElementChild.clientWidth);
    }

    measure() {
      this.width = this.roomy();
      this.redraw();
    }

    redraw() {
      this.draw(this.width);
    }

    /* What may come a moment later, so that a control answers first: once the frame is on the screen, and each piece of
     * work in a task of its own. After several changes the last one's work is done. To ask for a node's size costs
     * nothing there, since the page is laid out. */
    later(...work) {
      if (!this.left) requestAnimationFrame(() => setTimeout(() => {
        const [now, ...rest] = this.left;
        this.left = null;
        if (rest.length) this.later(...rest);
        now();
      }));
      this.left = work;
    }

    /* Read out politely, and only once the reader has come to rest: a slider that is dragged says nothing. */
    say(sentence) {
      clearTimeout(this.pause);
      this.pause = setTimeout(() => {
        this.voice.textContent = sentence;
        this.toAddress();
      }, 700);
    }
  };
  page.define = (name, element) => customElements.get(name) || customElements.define(name, element);
})(globalThis.backpropLab);
