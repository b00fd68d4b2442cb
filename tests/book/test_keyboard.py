"""An exercise's page without a mouse: the tab key reaches whatever can be used, shows where it is, and leads on."""

import pytest

from tests.paths import EXERCISES

PAGES = ["book/exercises.html", *(f"exercises/{file.stem}.html" for file in sorted(EXERCISES.glob("*.ipynb")))]
MOST = 400  # more than any page has, so that a trap ends

# What the browser would stop at, and a person can see.
USABLE = """() => [...document.querySelectorAll("a[href], button, input, select, summary, [tabindex='0']")]
  .filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true}) && e.getClientRects().length)
  .filter(e => !e.closest("[inert]") && !(e.closest("details:not([open])") && e.tagName !== "SUMMARY"))"""
# Where the focus is now, and whether that can be seen.
HERE = """() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const style = getComputedStyle(e), first = !e.dataset.reached;
  e.dataset.reached = "yes";
  const drawn = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== "none";
  return {first, drawn, name: e.outerHTML.slice(0, 120)};
}"""

pytestmark = pytest.mark.browser


def walk(page):
    """Press the tab key until the page ends; the complaints of who goes along."""
    found = []
    for _ in range(MOST):
        page.keyboard.press("Tab")
        here = page.evaluate(HERE)
        if here is None:
            break
        if not here["first"]:
            found.append(f"again at {here['name']}")
            break
        if not here["drawn"]:
            found.append(f"not seen: {here['name']}")
    else:
        found.append("the tab key never leaves the page")
    left = f"({USABLE})().filter(e => !e.dataset.reached).map(e => 'not reached: ' + e.outerHTML.slice(0, 120))"
    return found + page.evaluate(left)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path", PAGES)
def test_the_tab_key_goes_to_all_that_can_be_used_and_leaves(open_page, path, width):
    assert walk(open_page(path, width=width).page) == []


@pytest.mark.parametrize("path", PAGES)
def test_an_exercise_is_read_skipped_to_searched_and_taken_home_by_keys(open_page, path):
    page = open_page(path).page
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # skip to main content
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")

    page.keyboard.press("Control+k")
    page.keyboard.type("delta")
    assert page.evaluate("document.activeElement.value") == "delta"
    page.keyboard.press("Escape")
    assert not page.locator("#pst-search-dialog").is_visible()

    was = page.evaluate("document.documentElement.dataset.theme")
    page.locator(".theme-switch-button").first.focus()
    seen = {was}
    for _ in range(3):
        page.keyboard.press("Enter")
        seen.add(page.evaluate("document.documentElement.dataset.theme"))
    assert seen == {"light", "dark"}

    if path != PAGES[0]:
        menu = page.get_by_role("button", name="Download this page")
        menu.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("ArrowDown")
        assert page.evaluate("document.activeElement.getAttribute('href')").endswith(".ipynb")


@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ("<a href='#' style='outline: none'>a link</a>", "not seen"),
        ("<button onfocus='this.blur(); first.focus()'>a trap</button>", "not reached"),
        (
            "<button style='outline: 2px solid' tabindex=0 onkeydown='event.preventDefault()'>it stays</button>",
            "again at",
        ),
    ],
)
def test_a_planted_trap_is_found(open_html, body, complaint):
    page = open_html(f"<a id=first href='#' style='outline: 2px solid'>first</a>{body}<p>a text").page
    assert any(said.startswith(complaint) for said in walk(page))
