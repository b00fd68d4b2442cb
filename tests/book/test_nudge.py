"""The nudge figure in a real browser, as a reader meets it: by keyboard, by touch, by ear, without JavaScript."""

import json
import random
import re

import pytest
from playwright.sync_api import Page, expect

from backprop_lab import figures
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.live import script
from tests.book.showing import settle, showing, trace

pytestmark = pytest.mark.browser

show = showing(figures.nudge)

PAIRS = [(name, "squared_error") for name in ELEMENTWISE] + [("sigmoid", "binary_cross_entropy")]
START = {"x": 2.0, "w": 0.5, "b": -0.25, "y": 1.0}
WORDS = {"x": "input", "w": "weight", "b": "bias", "y": "target"}


def typed(page: Page, name: str):
    return page.get_by_role("spinbutton", name=f"{name}, {WORDS[name]}, typed")


def slider(page: Page, name: str):
    return page.get_by_role("slider", name=f"{name} {WORDS[name]}")


def spoken(page: Page):
    return page.locator(".live [role=status]")


def choose(page: Page, activation: str, loss: str) -> None:
    """By way of the squared error, which every activation may have."""
    page.get_by_label("loss").select_option("squared_error")
    page.get_by_label("activation").select_option(activation)
    page.get_by_label("loss").select_option(loss)


def test_the_first_frame_is_the_setting_that_python_gave(show):
    setting = {"w": -1.25, "b": 0.5, "x": 0.75, "y": 0.25, "activation": "tanh", "wrt": "x"}
    visit = show(setting)
    assert trace(visit.page) == figures.nudge(**setting).trace
    assert not visit.page.locator("img").is_visible()
    assert visit.complaints() == []


def test_typed_numbers_and_choices_show_the_numbers_of_the_library(show):
    visit = show()
    page, draw = visit.page, random.Random(3)
    for i, (activation, loss) in enumerate(PAIRS * 3):
        # Where a all but hits y, a − y is what is left of rounding: the parity test judges that in units of the array.
        numbers = {name: round(draw.uniform(-2, 2), 3) for name in "xwb"} | {"y": round(draw.uniform(0.2, 0.8), 2)}
        wrt = "wbx"[i % 3]
        choose(page, activation, loss)
        for name, number in numbers.items():
            typed(page, name).fill(str(number))
        page.get_by_role("radio", name=f"{wrt}, {WORDS[wrt]}").check(force=True)
        assert trace(page) == figures.nudge(**numbers, activation=activation, loss=loss, wrt=wrt).trace
    assert visit.complaints() == []


EDGES = (
    {"activation": "identity", "w": 1, "b": 0, "x": 2, "y": 2},
    {"x": 0},
    {"w": 0, "wrt": "x"},
    {"activation": "relu", "w": -1, "x": 1},
    {"activation": "relu", "w": 1, "b": -2, "x": 2},
    {"activation": "leaky_relu", "w": -3},
    {"loss": "binary_cross_entropy", "w": 30, "y": 0},
    {"loss": "binary_cross_entropy", "w": 30, "x": 100, "y": 0.5, "wrt": "x"},
    {"w": 100, "x": -100, "b": 0},
    {"w": 40, "x": 1, "b": 0, "y": 0},
)


@pytest.mark.parametrize("setting", EDGES, ids=str)
def test_at_the_edges_it_says_what_python_says(show, setting):
    visit = show(setting)
    assert trace(visit.page) == figures.nudge(**setting).trace
    assert visit.complaints() == []


def test_a_fault_planted_in_a_formula_shows_in_the_trace(open_html):
    figure = figures.nudge()
    right, wrong = "const dL_dz = dL_da * da_dz;", "const dL_dz = dL_da;"
    assert right in script("core.js")
    page = open_html(figure.html.replace(right, wrong)).page
    assert trace(page) != figure.trace


def test_the_visible_numbers_are_those_of_the_trace(show):
    page = show().page
    assert page.locator(".equation").inner_text().split() == (
        ["∂L/∂w", "−0.1398", "=", "=", "∂L/∂a", "(−0.3208)", "·", "·", "∂a/∂z", "0.2179", "·", "·", "∂z/∂w", "2"]
    )
    assert page.locator(".told").inner_text() == "Raise w a little and L falls, by about 0.14 for each unit of w."
    drawn = page.locator(".bars text").all_text_contents()
    assert [said for said in ("−0.3208", "0.2179", "2", "−0.1398", "−0.1402") if said not in drawn] == []
    rows = [row.split() for row in page.locator("tbody tr").all_inner_texts()]
    assert rows[3:] == [["ratio", "2", "0.217", "−0.322"], ["factor", "2", "0.218", "−0.321"]]


def test_a_smaller_nudge_agrees_in_more_digits_until_rounding_takes_them(show):
    page = show().page
    said = []
    for epsilon in ("0.5", "0.1", "0.01", "0.001", "1e-05", "1e-10"):
        page.get_by_role("radio", name=epsilon, exact=True).check(force=True)
        said.append(int(re.search(r"(\d+)\+? digits? agree", page.locator(".verdict").inner_text())[1]))
    assert said == [1, 2, 4, 6, 10, 5]


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    page.keyboard.press("Tab")  # derivative in: w, b, x
    page.keyboard.press("ArrowRight")
    for name in "xwby":
        page.keyboard.press("Tab")
        expect(slider(page, name)).to_be_focused()
        for _ in range(3):
            page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        expect(typed(page, name)).to_be_focused()
    moved = {name: round(number + 0.15, 2) for name, number in START.items()}
    assert trace(page) == figures.nudge(**moved, wrt="b").trace
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0.5")  # y, by typing
    page.keyboard.press("Tab")
    page.keyboard.press("t")  # activation: the first that begins so
    page.keyboard.press("Tab")  # loss
    for _ in range(2):
        page.keyboard.press("Tab")  # the first two of what there is to try
    page.keyboard.press("Shift+Tab")
    assert trace(page) == figures.nudge(**{**moved, "y": 0.5}, activation="tanh", wrt="b").trace
    page.keyboard.press("Enter")  # start
    assert trace(page) == figures.nudge().trace
    for _ in range(6):  # past the other tries, and past "predict first"
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="0.01", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


def test_it_works_by_touch(show, browser, tmp_path):
    (tmp_path / "touch.html").write_text(f"<!doctype html><html lang=en><body>{figures.nudge().html}", "utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    try:
        page = context.new_page()
        page.goto((tmp_path / "touch.html").as_uri())
        box = slider(page, "x").bounding_box()
        page.touchscreen.tap(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
        assert float(typed(page, "x").input_value()) > 4
        page.get_by_role("button", name="relu kink").tap()
        assert "z = 0 is the kink of relu" in page.locator(".told").inner_text()
        page.locator(".live .choice label", has_text="b").first.tap()
        assert page.get_by_role("radio", name="b, bias").is_checked()
        page.get_by_label("predict first").tap()  # whose controls are hidden until then
        targets = page.locator(".live").locator("input[type=range], input[type=number], select, button").all()
        heights = [target.bounding_box()["height"] for target in targets if target.is_visible()]
        assert len(heights) >= 17
        assert min(heights) >= 24
    finally:
        context.close()


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("saturated", "lets only 0.00247 of the signal through"),
        ("on target", "The prediction hits the target, so ∂L/∂w = 0"),
        ("x = 0", "x = 0 keeps w out of z, so ∂L/∂w = 0"),
        ("relu kink", "The nudge crosses the kink at z = 0"),
    ],
)
def test_what_there_is_to_try_is_explained(show, button, said):
    page = show().page
    page.get_by_role("button", name=button).click()
    assert said in page.locator(".live").inner_text()
    page.get_by_role("button", name="start").click()
    assert trace(page) == figures.nudge().trace


def test_cross_entropy_is_for_the_sigmoid_and_says_so(show):
    page = show({"activation": "tanh", "y": 2.0}).page
    entropy = page.get_by_label("loss").locator("option").nth(1)
    assert entropy.inner_text() == "binary cross-entropy (needs sigmoid)"
    assert entropy.is_disabled()
    choose(page, "sigmoid", "binary_cross_entropy")
    assert typed(page, "y").input_value() == "1"  # from 2, which is no class
    assert slider(page, "y").get_attribute("max") == "1"
    tanh = page.get_by_label("activation").locator("option", has_text="tanh")
    assert tanh.is_disabled()
    assert tanh.inner_text() == "tanh (not with cross-entropy)"
    typed(page, "y").fill("1.5")
    assert "y must be a number between 0 and 1." in page.locator(".notes").inner_text()


@pytest.mark.parametrize(("bad", "kept"), [("", "0.5"), ("-", "0.5"), ("1e9", "1")])
def test_a_number_that_is_none_is_refused_and_the_last_one_kept(show, bad, kept):
    page = show().page
    typed(page, "w").fill("")
    typed(page, "w").press_sequentially(bad)  # "1e9" is 1 before it is too large
    assert typed(page, "w").get_attribute("aria-invalid") == "true"
    assert "w must be a number between −100 and 100. The figure keeps" in page.locator(".notes").inner_text()
    typed(page, "w").blur()
    assert typed(page, "w").input_value() == kept
    assert trace(page) == figures.nudge(w=float(kept)).trace
    typed(page, "w").fill("0.75")
    assert typed(page, "w").get_attribute("aria-invalid") == "false"
    assert trace(page) == figures.nudge(w=0.75).trace


def test_it_speaks_once_the_reader_has_come_to_rest(show):
    page = show().page
    assert spoken(page).text_content() == ""
    for _ in range(5):
        slider(page, "w").press("ArrowRight")
    assert spoken(page).text_content() == ""
    expect(spoken(page)).to_contain_text("Raise w a little and L falls")


GROUNDS = {False: "rgb(255, 255, 255)", True: "rgb(26, 29, 33)"}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_it_breaks_no_rule_of_accessibility_and_fits(show, width, dark):
    visit = show({"loss": "binary_cross_entropy", "w": -1.5, "wrt": "b"}, width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []


def test_two_figures_on_one_page_live_their_own_lives(open_html):
    page = open_html(figures.nudge().html + figures.nudge(w=-1.0).html).page
    first, second = (page.locator("backprop-nudge").nth(i) for i in (0, 1))
    first.get_by_role("button", name="x = 0").click()
    settle(page)
    assert first.locator(".live pre").text_content() == figures.nudge(x=0).trace
    assert second.locator(".live pre").text_content() == figures.nudge(w=-1.0).trace


def test_the_chapter_has_it_alive(open_page):
    visit = open_page("chapters/02_one_neuron.html")
    host = visit.page.locator("backprop-nudge")
    setting = json.loads(host.get_attribute("data-setting"))
    assert host.locator(".live pre").text_content() == figures.nudge(**setting).trace
    assert visit.complaints() == []


def test_the_reader_can_predict_before_anything_is_shown(show):
    page = show().page
    page.get_by_label("predict first").check()
    assert not page.locator(".results").is_visible()
    assert "0.3208" not in page.locator(".chain").inner_text()
    assert page.get_by_role("button", name="show it").is_disabled()
    page.get_by_role("radio", name="negative").check(force=True)
    page.get_by_role("radio", name="over 1").check(force=True)
    page.get_by_role("button", name="show it").click()
    assert page.locator(".results").is_visible()
    told = page.locator(".predict p").text_content()
    assert told.startswith("✗ ∂L/∂a = −0.3208: it is negative, as you said; its size is 0.1 to 1; you said over 1.")
    slider(page, "w").press("ArrowRight")
    assert not page.locator(".results").is_visible()


def test_an_address_holds_the_setting(show):
    visit = show()
    slider(visit.page, "w").press("ArrowRight")
    visit.page.wait_for_function("location.search.includes('nudge.w=0.55')", timeout=3000)
    visit.page.goto(visit.address + "?nudge.w=2&nudge.activation=tanh&nudge.x=1e9&nudge.wrt=q")
    assert trace(visit.page) == figures.nudge(w=2.0, activation="tanh").trace
