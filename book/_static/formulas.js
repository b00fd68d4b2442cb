// Formulas are MathML, which browsers show and read out by themselves. Two things are left to do.
document.addEventListener("DOMContentLoaded", () => {
  // A formula that is wider than its box can be scrolled; by keyboard only if the box can be reached.
  const reach = () => {
    for (const box of document.querySelectorAll(".formula, span.math.long")) {
      const wide = box.scrollWidth > box.clientWidth + 1;
      if (wide === box.hasAttribute("tabindex")) continue;
      if (wide) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", "Wide formula");
      } else {
        for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
      }
    }
  };
  requestAnimationFrame(reach);
  addEventListener("resize", reach);

  // What is copied from a page has its formulas as TeX.
  document.addEventListener("copy", (event) => {
    const selection = document.getSelection();
    if (selection.isCollapsed) return;
    const range = selection.getRangeAt(0);
    const whole = (node) => (node.nodeType === 1 ? node : node.parentElement).closest("math"); // none is cut in two
    if (whole(range.startContainer)) range.setStartBefore(whole(range.startContainer));
    if (whole(range.endContainer)) range.setEndAfter(whole(range.endContainer));
    const part = document.createElement("div");
    part.append(range.cloneContents());
    if (!part.querySelector("math")) return;
    for (const math of part.querySelectorAll("math")) {
      const mark = math.getAttribute("display") === "block" ? "$$" : "$";
      math.replaceWith(mark + math.querySelector("annotation").textContent + mark);
    }
    part.style.cssText = "position: fixed; left: -100vw; width: 90vw; white-space: normal"; // its lines need a layout
    document.body.append(part);
    event.clipboardData.setData("text/plain", part.innerText);
    part.remove();
    event.preventDefault();
  });
});
