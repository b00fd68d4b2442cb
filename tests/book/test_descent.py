"""The descent figure in a real browser: what its controls do, and that it is usable by mouse, touch and keyboard."""

import pytest
from playwright.sync_api import Page, expect

from backprop_lab import network
from backprop_lab.figures.descent import EXAMPLES, descent
from backprop_lab.figures.descent_paths import SURFACES
from tests.book.showing import settle, showing, trace

pytestmark = pytest.mark.browser

show = showing(descent)


def typed(page: Page, name: str, word: str):
    return page.get_by_role("spinbutton", name=f"{name}, {word}, typed")


FIRST = [
    *({"surface": surface, "steps": steps} for surface in SURFACES for steps in (0, 1, 30)),
    {"learning_rate": 0.21, "steps": 100},
    {"learning_rate": 0.2, "optimiser": "gradient_descent", "steps": 500},
    {"learning_rate": 3.0, "steps": 60},
    {"surface": "saddle", "start": (-1.6, 0.0), "steps": 60},
    {"surface": "neuron", "start": (-4, 3), "learning_rate": 4.0, "steps": 60},
    {"surface": "two_minima", "optimiser": "momentum", "beta": 0.95, "steps": 200},
]


def test_the_first_frame_is_the_trace_of_python(open_html):
    made = [descent(**setting) for setting in FIRST]
    elements = "".join(figure.html.partition("<script>")[0] for figure in made)
    visit = open_html(elements + made[0].html)  # one set of scripts for all of them
    for place, figure in enumerate(made):
        settle(visit.page)
        assert visit.page.locator("backprop-descent").nth(place).locator(".live pre").text_content() == figure.trace
    assert visit.complaints() == []


def test_a_neuron_of_the_library_comes_to_life(open_html):
    params = network.Parameters.of(W={1: [[7.5]]}, b={1: [[-1.0]]}, activations=("tanh",), loss="squared_error")
    figure = descent(params, *EXAMPLES, learning_rate=0.3)
    visit = open_html(figure.html)
    assert trace(visit.page) == figure.trace
    assert "8" in visit.page.locator(".map text").all_text_contents()
    assert visit.complaints() == []


def test_steps_are_taken_and_taken_back(show):
    page = show({"steps": 0}).page
    assert page.locator(".told").inner_text() == "No step yet. At the start L = 14.38."
    for button, steps in (("step", 1), ("run 50 steps", 51), ("step", 52), ("back", 51), ("clear", 0), ("back", 0)):
        page.get_by_role("button", name=button, exact=True).click()
        assert trace(page) == descent(steps=steps).trace
    for _ in range(11):
        page.get_by_role("button", name="run 50 steps").click()
    assert trace(page) == descent(steps=500).trace


def test_a_run_is_seen_step_by_step_where_motion_is_welcome(show):
    page = show({"steps": 0}).page
    page.emulate_media(reduced_motion="no-preference")
    page.get_by_role("button", name="run 50 steps").click()
    assert 0 < page.evaluate("document.querySelector('backprop-descent').s.steps") < 50
    expect(page.locator(".live pre")).to_have_text(descent(steps=50).trace)


def test_typed_numbers_and_choices_show_the_paths_of_the_library(show):
    visit = show()
    page = visit.page
    for surface, title in (
        ("saddle", "saddle"),
        ("two_minima", "two minima"),
        ("neuron", "one neuron"),
        ("bowl", "bowl"),
    ):
        page.get_by_role("radio", name=title, exact=True).check(force=True)
        assert trace(page) == descent(surface=surface).trace
        expect(page.get_by_role("slider", name="elongation")).to_have_count(int(surface == "bowl"))
    for name, word, value in (
        ("η", "learning rate", 0.12),
        ("β", "momentum", 0.5),
        ("w", "start", 1.75),
        ("b", "start", -2.5),
        ("κ", "elongation", 4),
    ):
        typed(page, name, word).fill(str(value))
    page.get_by_role("radio", name="momentum", exact=True).check(force=True)
    expected = descent(learning_rate=0.12, beta=0.5, start=(1.75, -2.5), elongation=4, optimiser="momentum")
    assert trace(page) == expected.trace
    typed(page, "η", "learning rate").fill("99")
    expect(page.locator(".notes")).to_contain_text("η must be a number between 0.001 and 10.")
    assert trace(page) == expected.trace
    assert visit.complaints() == []


def test_the_learning_rate_slider_is_logarithmic(show):
    page = show().page
    slider = page.get_by_role("slider", name="learning rate")
    for key, rate in (("Home", "0.001"), ("End", "10")):
        slider.press(key)
        assert slider.get_attribute("aria-valuetext") == rate
        assert typed(page, "η", "learning rate").input_value() == rate
    box = slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert float(typed(page, "η", "learning rate").input_value()) == pytest.approx(0.1, rel=0.05)


def test_the_start_is_set_on_the_map_by_click_drag_and_touch(show, browser, tmp_path):
    page = show().page
    frame = page.locator("canvas").bounding_box()
    x, y, side = frame["x"], frame["y"], frame["width"]
    page.mouse.click(x + 0.75 * side, y + 0.25 * side)
    assert [float(typed(page, name, "start").input_value()) for name in "wb"] == pytest.approx([1.5, 1.5], abs=0.03)
    page.mouse.move(x + 0.75 * side, y + 0.25 * side)
    page.mouse.down()
    page.mouse.move(x + 0.5 * side, y + 0.6 * side, steps=4)
    page.mouse.move(x - 30, y + 0.75 * side, steps=4)
    page.mouse.up()
    page.mouse.move(x + 0.9 * side, y + 0.9 * side)
    assert [float(typed(page, name, "start").input_value()) for name in "wb"] == pytest.approx([-3, -1.5], abs=0.03)
    (tmp_path / "touch.html").write_text(f"<!doctype html><html lang=en><body>{descent().html}", "utf-8")
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    try:
        page = context.new_page()
        page.goto((tmp_path / "touch.html").as_uri())
        frame = page.locator("canvas").bounding_box()
        page.touchscreen.tap(frame["x"] + frame["width"] / 2, frame["y"] + frame["height"] / 4)
        assert [float(typed(page, name, "start").input_value()) for name in "wb"] == pytest.approx([0, 1.5], abs=0.03)
        page.get_by_role("button", name="clear").tap()
        assert "No step yet." in page.locator(".told").inner_text()
        for target in page.locator(".live").locator("input[type=range], input[type=number], button").all():
            assert not target.is_visible() or target.bounding_box()["height"] >= 24
    finally:
        context.close()


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("η too large", "Up, not down: gradient descent has left the picture at η = 0.21."),
        ("on the ridge", "L = 0.25 after 60 steps"),
        ("far out", "Far out the sigmoid saturates"),
    ],
)
def test_what_there_is_to_try_is_explained(show, button, said):
    page = show().page
    page.get_by_role("button", name=button).click()
    settle(page)
    assert said in page.locator(".live").inner_text()
    page.get_by_role("button", name="first setting").click()
    assert trace(page) == descent().trace


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page

    def focused() -> str:
        inner = "document.querySelector('backprop-descent').shadowRoot.activeElement"
        return page.evaluate(
            f"(({inner} || {{}}).ariaLabel || ({inner} || {{}}).value || ({inner} || {{}}).textContent || '')"
        )

    page.keyboard.press("Tab")  # surface
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    reached = []
    for _ in range(20):
        page.keyboard.press("Tab")
        reached.append(focused())
        if reached[-1] == "clear":
            page.keyboard.press("Enter")
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Enter")  # run 50 steps
            page.keyboard.press("Shift+Tab")
            page.keyboard.press("Enter")  # step
            for _ in range(3):
                page.keyboard.press("Tab")
        if reached[-1] == "w, start, typed":
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type("1.25")
        if reached[-1] == "all":
            page.keyboard.press("ArrowLeft")  # round to the last: Adam
            break
    assert trace(page) == descent(surface="saddle", start=(1.25, 0.02), steps=51, optimiser="adam").trace


def test_a_link_holds_a_setting(show):
    visit = show()
    visit.page.goto(
        f"{visit.address}?descent.surface=saddle&descent.steps=7&descent.w=99&descent.b=0.5&descent.learning_rate=0.3"
    )
    assert "7 steps" in trace(visit.page)
    assert "saddle" in trace(visit.page)
    assert "η = 0.3" in trace(visit.page)
    assert visit.complaints() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_breaks_no_rule_of_accessibility_and_fits(show, width, dark):
    visit = show({"learning_rate": 0.21, "steps": 60}, width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []
