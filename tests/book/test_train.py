"""The train figure in a real browser: it is usable by mouse, touch and keyboard, and says what Python says."""

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab import data, network
from backprop_lab.figures.train import train
from tests.book.showing import showing, trace

pytestmark = pytest.mark.browser

show = showing(train)

FAR = np.array([[100.0, -100.0, 90.0, -80.0], [100.0, -90.0, -100.0, 95.0]]), np.array([[0.0, 1.0, 0.0, 1.0]])
DIVERGES = {
    "X": FAR[0], "Y": FAR[1], "sizes": (2, *[8] * 6, 1), "activation": "relu", "scale": 3.0,
    "optimiser": "momentum", "learning_rate": 30.0, "seed": 6,
}  # fmt: skip


def press(page: Page, name: str, times: int = 1) -> None:
    for _ in range(times):
        page.get_by_role("button", name=name, exact=True).click()


def lively(page: Page) -> Page:
    """As for a reader who has not asked for less motion."""
    page.emulate_media(reduced_motion="no-preference")
    return page


SETTINGS_OF_PYTHON = (
    {},
    {"data": "spirals", "sizes": (2, 8, 8, 8, 8, 8, 8, 1), "activation": "sigmoid", "optimiser": "gradient_descent"},
    {"data": "xor", "sizes": (2, 3, 1), "activation": "relu", "scale": 2.5, "optimiser": "momentum", "seed": 3},
    {"sizes": (2, *[8] * 6, 1), "activation": "relu", "scale": 4.0, "learning_rate": 0.001},
)


@pytest.mark.parametrize("setting", SETTINGS_OF_PYTHON, ids=str)
def test_the_first_frame_and_the_next_steps_say_what_python_says(show, setting):
    visit = show(setting)
    assert trace(visit.page) == train(**setting, steps=0).trace
    assert not visit.page.locator("img").is_visible()
    press(visit.page, "Step", 7)
    assert trace(visit.page) == train(**setting, steps=7).trace
    press(visit.page, "Start again")
    assert trace(visit.page) == train(**setting, steps=0).trace
    assert visit.complaints() == []


def test_a_network_and_points_of_the_readers_own_come_alive(show):
    X, Y = data.circles(40, seed=1)
    params = network.init((2, 4, 4, 1), ("tanh", "tanh", "sigmoid"), "binary_cross_entropy", seed=8)
    page = show({"params": params, "X": X, "Y": Y}).page
    press(page, "Step", 3)
    assert trace(page) == train(params, X, Y, steps=3).trace


def test_controls_make_what_python_makes(show):
    page = show().page
    page.get_by_role("combobox", name="points").select_option("spirals")
    page.get_by_role("radio", name="hidden layers: 4").check(force=True)
    page.get_by_role("radio", name="units in each: 7").check(force=True)
    page.get_by_role("radio", name="activation: relu").check(force=True)
    page.get_by_role("spinbutton", name="W, scale, typed").fill("1.5")
    page.get_by_label("optimiser").select_option("momentum")
    page.get_by_label("rate η").select_option("0.01")
    press(page, "Step", 2)
    made = {"data": "spirals", "sizes": (2, 7, 7, 7, 7, 1), "activation": "relu", "scale": 1.5, "optimiser": "momentum"}
    assert trace(page) == train(**made, learning_rate=0.01, steps=2).trace
    press(page, "Other weights")
    assert trace(page) != train(**made, learning_rate=0.01, steps=0).trace


def test_it_makes_a_vanishing_and_an_exploding_gradient_and_names_them(show):
    page = show().page
    told = page.locator(".told")
    press(page, "vanish")
    expect(told).to_contain_text("it vanishes on the way back, and layer 1 hardly learns")
    press(page, "explode")
    expect(told).to_contain_text("it explodes")
    press(page, "learn")
    expect(told).to_contain_text("all layers learn")
    assert page.locator(".bars text").filter(has_text="layer").count() == 3


def test_nothing_runs_before_the_reader_asks_and_pause_stops_it(show):
    page = lively(show().page)
    page.wait_for_timeout(150)
    assert "Step 0:" in page.locator(".count").inner_text()
    picture = page.evaluate("document.querySelector('backprop-train').canvas.toDataURL()")
    press(page, "Run")
    page.wait_for_function("document.querySelector('backprop-train').run.steps > 40")
    press(page, "Pause")
    steps = page.evaluate("document.querySelector('backprop-train').run.steps")
    assert page.evaluate("document.querySelector('backprop-train').canvas.toDataURL()") != picture
    page.wait_for_timeout(150)
    assert page.evaluate("document.querySelector('backprop-train').run.steps") == steps
    assert f"Step {steps}:" in page.locator(".count").inner_text()
    assert trace(page).split("\n\n")[0] == train(steps=0).trace.split("\n\n")[0]


def test_it_learns_the_moons_in_the_end(show):
    page = lively(show().page)
    press(page, "Run")
    page.wait_for_function("document.querySelector('backprop-train').run.right === 100")
    press(page, "Pause")
    expect(page.locator(".count")).to_contain_text("100 of 100 right")


def test_who_asked_for_less_motion_sees_single_steps(show):
    page = show().page
    press(page, "Run")
    page.wait_for_timeout(1300)
    press(page, "Pause")
    assert 1 <= page.evaluate("document.querySelector('backprop-train').run.steps") <= 3


def test_a_frame_stops_when_its_time_is_over(show):
    """By a clock that counts how often it is asked: how fast a machine is has nothing to do with it."""
    page = lively(show({"sizes": (2, *[8] * 6, 1), "activation": "sigmoid"}).page)
    steps, rows = page.evaluate(
        """() => {
          const figure = document.querySelector("backprop-train"), steps = [], rows = [];
          let ticks = 0, painted = 0;
          performance.now = () => ticks++;  // a millisecond for each question
          const paint = figure.paint.bind(figure);
          figure.paint = () => { painted += 1; return paint(); };
          figure.next = () => {};
          figure.running = true;
          for (let k = 0; k < 60; k++) {
            const before = figure.run.steps, rowsBefore = painted;
            figure.frame(false);
            steps.push(figure.run.steps - before);
            rows.push(painted - rowsBefore);
          }
          return [steps, rows];
        }"""
    )
    assert 1 <= max(steps) <= 4  # steps of training: half of the 6 ms
    assert 1 <= max(rows) <= 6  # rows of the picture: what is left of them


def test_points_are_added_by_a_click_and_by_typing_and_removed(show):
    page = show().page
    box = page.locator(".map").bounding_box()
    page.mouse.click(box["x"] + box["width"] / 4, box["y"] + box["height"] / 4)
    assert "Data: own, 101 points, 51 of them of class 1" in trace(page)
    page.get_by_text("Draw points of your own").click()
    press(page, "Remove all")
    expect(page.locator(".count")).to_have_text("No points yet: add some.")
    press(page, "Run")
    press(page, "Step")
    points = [(-1, -1, 0), (1, 1, 0), (-1, 1, 1), (1, -1, 1)]
    for x, y, kind in points:
        page.get_by_role("radio", name=f"new point: class: {kind}").check(force=True)
        page.get_by_label("x₁ of the new point").fill(str(x))
        page.get_by_label("x₂ of the new point").fill(str(y))
        press(page, "Add point")
    press(page, "Step", 3)
    X, Y = np.array([p[:2] for p in points], dtype=float).T, np.array([[p[2] for p in points]], dtype=float)
    assert trace(page).replace("own", "given") == train(X=X, Y=Y, steps=3).trace
    page.get_by_label("x₁ of the new point").fill("")
    press(page, "Add point")
    expect(page.locator(".notes")).to_contain_text("x₁ and x₂ must be numbers between −100 and 100.")


def test_a_run_that_diverges_stops_and_says_so(show):
    page = show(DIVERGES).page
    press(page, "Step", 8)
    expect(page.locator(".told")).to_contain_text("Stopped: update")
    assert trace(page) == train(**DIVERGES, steps=8).trace


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    focused = "() => { const n = document.querySelector('backprop-train').shadowRoot.activeElement; return n.getAttribute('aria-label') || n.textContent || n.closest('label')?.textContent; }"
    seen = []
    for _ in range(19):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused))
        if seen[-1] == "Step":
            page.keyboard.press("Enter")
        if seen[-1].startswith("hidden layers"):
            page.keyboard.press("ArrowRight")
            seen[-1] = "depth"
        if seen[-1].startswith("Draw points"):
            page.keyboard.press("Enter")
    for name in (
        "Step",
        "Run",
        "Start again",
        "Other weights",
        "vanish",
        "depth",
        "W, scale, typed",
        "x₁ of the new point",
    ):
        assert name in seen, (name, seen)
    assert trace(page) == train(sizes=(2, 6, 6, 6, 1), steps=0).trace
    assert "Add point" in seen or page.keyboard.press("Tab") or page.evaluate(focused) == "Add point"


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (1280, True), (390, False), (390, True)])
def test_it_is_readable_by_everyone_and_fits(show, width, dark):
    visit = show(width=width, dark=dark)
    visit.page.get_by_text("Draw points of your own").click()
    visit.page.locator(".live").get_by_text("The same as text").click()
    press(visit.page, "vanish")
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []


def test_a_link_holds_a_setting(open_html):
    page = open_html(train().html).page
    page.goto(page.url + "?train.depth=6&train.activation=sigmoid&train.units=8&train.data=xor&train.rate=99999")
    assert trace(page) == train(data="xor", sizes=(2, *[8] * 6, 1), activation="sigmoid", steps=0).trace
