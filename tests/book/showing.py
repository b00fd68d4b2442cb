"""What the tests of every live figure share: a page with one in it, its trace, and a page with its mathematics alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from backprop_lab.figures.live import script

# Text of a still that is cut by its frame, or lies on other text; for a page that holds stills as SVG.
OUT_OF_PLACE = """() => [...document.querySelectorAll("svg")].flatMap((svg, at) => {
  const edge = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll("text")].filter((t) => t.textContent).map((t) => [t.textContent, t.getBoundingClientRect()]);
  const out = texts.filter(([, r]) => r.left < edge.left + 4 || r.right > edge.right - 4 || r.bottom > edge.bottom).map(([said]) => `${at}: outside: ${said}`);
  texts.forEach(([said, p], i) => texts.slice(i + 1).forEach(([other, q]) => {
    const across = Math.min(p.right, q.right) - Math.max(p.left, q.left), down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    if (across > 2 && down > 6) out.push(`${at}: overlap: ${said} | ${other}`);
  }));
  return out;
})"""


def showing(figure: Callable) -> Callable:
    """The fixture `show`: `show({argument: value}, width=…, dark=…)` opens a page with this figure in it."""

    @pytest.fixture
    def show(open_html):
        def one(setting: dict | None = None, before: str = "", **how):
            return open_html(before + figure(**(setting or {})).html, **how)

        return one

    return show


def computing(*shared: str) -> Callable:
    """The fixture `core`: `core(text)` is a page with these shared scripts, and then with this text of one."""

    @pytest.fixture
    def core(open_html):
        def page_with(text: str) -> Page:
            page = open_html("").page
            for part in (*map(script, shared), text):
                page.add_script_tag(content=part)
            return page

        return page_with

    return core


def settle(page: Page) -> None:
    """Wait for what a figure leaves until its frame is on the screen (`later` in js/element.js)."""
    page.wait_for_function("() => [...document.querySelectorAll('[data-setting]')].every((figure) => !figure.left)")


def trace(page: Page) -> str:
    """The live trace; the one of the still is not shown while the figure lives."""
    settle(page)
    return page.locator(".live pre").text_content()


def pick(page: Page, group: str, value: str) -> None:
    """Choose one of a group of radio buttons, by the group's name and the button's value."""
    page.locator(f'input[name={group}][value="{value}"]').check(force=True)


def step_by_keys(page: Page, step: Callable[[], int], last: int) -> None:
    """Go through the buttons and the slider of a figure that goes step by step, from the control before them."""
    for name in ("first", "back", "next", "last"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("button", name=name, exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    assert step() == last
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert step() == last - 2
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    assert step() == 1
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="step")).to_be_focused()
    page.keyboard.press("ArrowRight")
    assert step() == 2  # once, not twice
    page.keyboard.press("End")
    assert step() == last


OVERLAPS = """([tag, slack, texts_of]) => {  // step by step from the first to the last
  const root = document.querySelector(tag).shadowRoot, found = [];
  const [first, , next] = root.querySelectorAll(".go button");
  const look = () => {
    const edge = root.querySelector(".picture").getBoundingClientRect(), count = root.querySelector(".count").textContent;
    const texts = [...root.querySelectorAll(`.picture ${texts_of}`)].map((node) => [node.textContent, node.getBoundingClientRect()]);
    texts.forEach(([said, p], i) => {
      if (p.height < 12 || p.left < edge.left - slack || p.right > edge.right + slack) found.push(`${count}: ${said} is cut`);
      texts.slice(i + 1).forEach(([other, q]) => {
        const across = Math.min(p.right, q.right) - Math.max(p.left, q.left), down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (across > 2 && down > 4) found.push(`${count}: ${said} on ${other}`);
      });
    });
  };
  first.click();
  look();
  while (next.getAttribute("aria-disabled") === "false") { next.click(); look(); }
  return found;
}"""


def overlaps(page: Page, tag: str, slack: int, texts: str = "text") -> list[str]:
    """At each step of a figure, texts of its picture that lie on another, or stick out by more than so many pixels."""
    return page.evaluate(OVERLAPS, [tag, slack, texts])
