"""What every live figure owes every reader: without JavaScript, on paper, by touch, in either theme, beside others.

What a figure's own controls do is tested in its own file, and what its output holds in ``tests/figures``.
"""

import pytest

from backprop_lab import figures
from tests.book.showing import OUT_OF_PLACE, settle

pytestmark = pytest.mark.browser

NAMES = [name for name in figures.__all__ if name != "LiveFigure"]
every = pytest.mark.parametrize("name", NAMES)
FIRST = {"train": {"steps": 0}}  # its still has learned already
GROUNDS = {False: "rgb(255, 255, 255)", True: "rgb(26, 29, 33)"}


def html(name: str) -> str:
    return getattr(figures, name)().html


@pytest.fixture
def phone(browser, tmp_path):
    """`phone(name, …)` is a page 390 px wide with this figure in it, opened from a folder."""
    contexts = []

    def one(name: str, **how):
        (tmp_path / "page.html").write_text(f"<!doctype html><html lang=en><title>A</title><body>{html(name)}", "utf-8")
        contexts.append(browser.new_context(viewport={"width": 390, "height": 844}, **how))
        page = contexts[-1].new_page()
        page.goto((tmp_path / "page.html").as_uri())
        return page

    yield one
    for context in contexts:
        context.close()


@every
def test_without_javascript_the_still_and_the_trace_are_there(phone, name):
    page, figure = phone(name, java_script_enabled=False), getattr(figures, name)()
    still = page.locator("img")
    assert still.get_attribute("alt") == figure.alt
    assert len(figure.alt) > 40, "the alternative says what the still shows, its numbers and its conclusion"
    assert still.bounding_box()["width"] > 300
    assert still.bounding_box()["height"] > 300, "a still is about as high as it is wide: see drawing.document"
    page.get_by_text("The same as text").click()
    assert page.locator("pre").inner_text().rstrip() == figure.trace.rstrip()


@every
def test_on_paper_the_still_is_there(open_html, name):
    page = open_html(html(name)).page
    assert not page.locator("img").is_visible()
    page.emulate_media(media="print")
    assert page.locator("img").is_visible()
    assert not page.locator(".live").is_visible()


@every
def test_in_the_still_no_text_is_cut_or_on_another(open_html, name):
    assert open_html(getattr(figures, name)().svg).page.evaluate(OUT_OF_PLACE) == []


@every
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_at_320_px_it_fits_and_breaks_no_rule_of_accessibility(open_html, name, dark):
    visit = open_html(html(name), width=320, dark=dark)
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []


def live_text(page) -> list[str]:
    settle(page)
    return page.locator(".live pre").all_text_contents()


@every
def test_it_has_a_name_and_its_first_text_is_the_trace_of_python(open_html, name):
    visit = open_html(html(name))
    assert visit.complaints() == []
    said = "start() has to name the figure for who does not see it: this.live.setAttribute('aria-label', …)"
    assert visit.page.locator(".live").get_attribute("aria-label"), said
    said = "draw() has to write the trace into the one pre, by this.later(() => …), letter for letter as Python does"
    assert live_text(visit.page) == [getattr(figures, name)(**FIRST.get(name, {})).trace], said


def test_a_live_text_with_another_number_is_noticed(open_html):
    wrong = html("nudge").replace("s.w * s.x + s.b", "s.w * s.x - s.b")
    assert live_text(open_html(wrong).page) != [figures.nudge().trace]


@every
@pytest.mark.parametrize("width", [1280, 390])
def test_as_it_comes_nothing_is_cut_small_or_on_top_of_something_else(open_html, name, width):
    assert open_html(html(name), width=width).crowded() == []


@every
def test_it_works_by_touch(phone, name):
    page, errors = phone(name, has_touch=True, is_mobile=True), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    live = page.locator(".live")
    sliders = [node for node in live.locator("input[type=range]").all() if node.is_visible()]
    if sliders:
        before, box = sliders[0].input_value(), sliders[0].bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
        assert sliders[0].input_value() != before
    choices = [node for node in live.locator(".choice label").all() if node.is_visible()]
    if choices:
        choices[-1].tap()
        assert choices[-1].locator("input").is_checked()
    assert sliders or choices, "nothing to touch: a live figure has a page.slider or a page.choice"
    targets = live.locator("input[type=range], input[type=number], select, button, .choice label").all()
    heights = [node.bounding_box()["height"] for node in targets if node.is_visible()]
    assert min(heights) >= 24
    assert errors == []


@every
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    "say",
    [
        "document.documentElement.dataset.theme = dark ? 'dark' : 'light'",
        "document.body.dataset.jpThemeLight = String(!dark)",
    ],
    ids=["Jupyter Book", "JupyterLab"],
)
def test_it_follows_the_theme_of_the_page_also_against_the_system(open_html, name, say, dark):
    page = open_html(html(name), dark=not dark).page
    ground = f"getComputedStyle(document.querySelector('backprop-{name}').shadowRoot.querySelector('.live'))"
    assert page.evaluate(f"{ground}.backgroundColor") == GROUNDS[not dark]  # the page says nothing: the system does
    page.evaluate(f"dark => {{ {say} }}", dark)
    page.wait_for_function(f"want => {ground}.backgroundColor === want", arg=GROUNDS[dark], timeout=2000)


@every
def test_style_leaks_neither_in_nor_out(open_html, name):
    loud = "<style>p, svg, text { font-size: 40px !important; margin: 9px !important }</style>"
    inside = open_html(loud + html(name)).page.locator(".live .title").first
    assert inside.count(), "a live figure begins with a p of class title"
    read = "node => [getComputedStyle(node).fontSize, getComputedStyle(node).margin]"
    assert inside.evaluate(read) == open_html(html(name)).page.locator(".live .title").first.evaluate(read)
    outside = "<p>outside</p><table><tr><th>a</th></tr></table><pre>b</pre><button>c</button><input type=range>"
    look = f"""() => [...document.querySelectorAll("main > :not(backprop-{name}):not(script), main > table th")]
      .map(node => [...getComputedStyle(node)].filter(name => !/^--|size|origin/.test(name))
        .map(name => getComputedStyle(node).getPropertyValue(name)).join())"""
    assert open_html(outside + html(name)).page.evaluate(look) == open_html(outside).page.evaluate(look)


def test_all_of_them_live_on_one_page(open_html):
    visit = open_html("".join(map(html, NAMES)) + html("nudge"))
    assert visit.complaints() == []
    assert visit.page.locator(".live").count() == len(NAMES) + 1
    settle(visit.page)
    for name in NAMES:
        page = open_html(html(name)).page
        settle(page)
        alone = page.locator(".live").inner_text()
        assert visit.page.locator(f"backprop-{name} .live").first.inner_text() == alone


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("node.style.cssText = 'position:absolute;left:-50px'", "outside"),
        ("node.style.fontSize = '9px'", "9.0 px"),
    ],
)
def test_what_is_cut_or_small_is_found(open_html, fault, said):
    visit = open_html(html("nudge"))
    assert visit.crowded() == []
    visit.page.locator(".live p").first.evaluate(f"node => {{ {fault} }}")
    assert any(line.startswith(said) for line in visit.crowded())


def test_text_on_text_is_found(open_html):
    visit = open_html(html("nudge"))
    visit.page.evaluate(
        """() => {
          const [a, b] = document.querySelector("backprop-nudge").shadowRoot.querySelectorAll(".chain text");
          for (const key of ["x", "y", "text-anchor"]) b.setAttribute(key, a.getAttribute(key));
        }"""
    )
    assert any(line.startswith("overlap") for line in visit.crowded())


# What a drawing should be, as a browser reads it afresh, and what it is after it was changed in place; where they differ.
MENDED = """() => [...document.querySelectorAll("*")]
  .flatMap((host) => host.shadowRoot ? [...host.shadowRoot.querySelectorAll("*")] : [])
  .filter((node) => node.drawing !== undefined)
  .map((node) => { const fresh = document.createElement("div"); fresh.innerHTML = node.drawing; return [node.innerHTML, fresh.innerHTML]; })"""


@every
def test_a_drawing_changed_in_place_is_the_one_made_anew(open_html, name):
    page = open_html(html(name)).page
    used(page)
    settle(page)
    drawings = page.evaluate(MENDED)
    assert len(drawings) > 0, "nothing is drawn by draw.into"
    for is_, fresh in drawings:
        assert is_ == fresh


def test_a_drawing_changed_wrongly_is_noticed(open_html):
    wrong = html("chain").replace("text.data = is[3]", "text.data = was[3]")
    page = open_html(wrong).page
    used(page)
    assert any(is_ != fresh for is_, fresh in page.evaluate(MENDED))


def used(page) -> None:
    """Every choice once, every list one on, every slider a little to the right: the last changes are small ones."""
    live = page.locator(".live")
    for choice in live.locator(".choice label").all():
        if choice.is_visible():
            choice.click()
    for menu in live.locator("select").all():
        if menu.is_visible():
            menu.focus()
            page.keyboard.press("ArrowDown")
    for slider in live.locator("input[type=range]").all():
        if slider.is_visible():
            slider.focus()
            for _ in range(3):
                page.keyboard.press("ArrowRight")
