"""The epsilon figure in a real browser: its numbers are the library's, and a reader can use all of it."""

import math
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab.differences import SCHEMES
from backprop_lab.figures.epsilon import epsilon
from backprop_lab.figures.epsilon_reading import DTYPES, EPSILONS, FUNCTIONS, Reading
from backprop_lab.figures.live import script
from tests.book.showing import showing, trace

pytestmark = pytest.mark.browser

show = showing(epsilon)

COMPUTE = """(settings) => settings.map((s) => {
  const r = backpropLab.epsilon.reading(s), { scheme, epsilon } = s, d = r.difference(scheme, epsilon);
  return { known: r.known, value: Number.isNaN(d.value) ? null : d.value, doubt: d.doubt, ends: r.ends(scheme, epsilon),
    theory: [r.truncation(scheme, epsilon), r.rounding(scheme, epsilon)], best: r.best(scheme),
    crossing: r.crossing(scheme) || null, said: [r.shared(scheme, epsilon), r.crosses(scheme, epsilon), r.vanishes(scheme, epsilon)] };
})"""


def slider(page: Page):
    return page.get_by_role("slider", name="ε nudge")


SETTINGS = [{"function": name, "dtype": dtype} for name in FUNCTIONS for dtype in DTYPES]
SETTINGS += [
    {"scheme": "complex", "epsilon": 1e-16, "x": -1.25},
    {"scheme": "forward", "dtype": "float32", "epsilon": 1e-10},
    {"function": "relu", "x": 0.5, "epsilon": 1.0},
    {"function": "relu", "x": -1.0},
    {"function": "cube", "x": 0.0, "scheme": "forward"},
    {"function": "offset", "x": 0.0, "scheme": "complex"},
]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_first_frame_is_the_setting_that_python_gave(show, setting):
    visit = show(setting)
    assert trace(visit.page) == epsilon(**setting).trace
    assert not visit.page.locator("img").is_visible()
    assert visit.complaints() == []


def close(js: float, py: float, allowed: float) -> bool:
    return js == py or abs(js - py) <= allowed


@cache
def cases() -> list[tuple[dict, dict, float]]:
    """600 random settings, what the library says, and by how much rounding may part the browser from it."""
    rng = np.random.default_rng(5)
    made = []
    for _ in range(600):
        scheme, e = str(rng.choice(SCHEMES)), float(rng.choice(EPSILONS))
        r = Reading(str(rng.choice(list(FUNCTIONS))), round(float(rng.uniform(-3, 3)), 3), str(rng.choice(DTYPES)))
        d = r.difference(scheme, e)
        # 1e-15 |L| / ε in float64, and as many units in the last place in float32; |L| as large as it is on the way.
        allowed = d.doubt * (0.5 if scheme == "complex" else 0.45)
        if r.name in ("cube", "offset", "relu") and scheme != "complex":
            allowed = 0.0  # sums and products alone: the same to the last bit
        said = {
            "known": r.known, "value": d.value, "doubt": d.doubt, "ends": list(r.ends(scheme, e)),
            "theory": (r.truncation(scheme, e), r.rounding(scheme, e)), "best": r.best(scheme),
            "crossing": r.crossing(scheme),
            "said": [r.shared(scheme, e), r.crosses(scheme, e), r.vanishes(scheme, e)],
        }  # fmt: skip
        made.append(
            ({"function": r.name, "x": r.given, "dtype": r.dtype, "scheme": scheme, "epsilon": e}, said, allowed)
        )
    return made


def disagreements(page: Page) -> list[dict]:
    """Settings in which the browser and the library differ by more than rounding can do."""
    wrong = []
    for (s, py, allowed), js in zip(cases(), page.evaluate(COMPUTE, [case[0] for case in cases()]), strict=True):
        largest = max(map(abs, py["known"]))
        good = (
            js["ends"] == py["ends"]
            and js["said"] == py["said"]
            and (js["value"] is None) == math.isnan(py["value"])
            and (js["value"] is None or close(js["value"], py["value"], allowed))
            and all(close(a, b, 1e-12 * largest) for a, b in zip(js["known"], py["known"], strict=True))
            and all(close(a, b, 1e-12 * b) for a, b in zip(js["theory"], py["theory"], strict=True))
            and close(js["doubt"], py["doubt"], 1e-12 * py["doubt"])
            and close(js["best"], py["best"], 1e-12 * py["best"])
            and (js["crossing"] is None) == math.isnan(py["crossing"])
            and (js["crossing"] is None or close(js["crossing"], py["crossing"], 1e-12 * py["crossing"]))
        )
        if not good:
            wrong.append({**s, "js": js, "py": py})
    return wrong


def test_the_numbers_are_those_of_the_library(show):
    assert disagreements(show().page) == []


FAULTS = [
    ("up - down) / (ahead - behind)", "up - down) / (2 * e)"),
    ("r(a * c) - r(b * d)", "r(a * c) + r(b * d)"),
    ("[r(r(a + r(b * q)) / below)", "[r(r(a - r(b * q)) / below)"),
    ("float32: Math.fround", "float32: (v) => v"),
    ("Math.abs(third) * e ** 2) / 6", "Math.abs(third) * e ** 2) / 3"),
    ("3 * s * s2", "2 * s * s2"),
    ("r(size * r(Math.sin(b)))", "r(size * b)"),
]


@pytest.mark.parametrize(("right", "wrong"), FAULTS, ids=[wrong for _, wrong in FAULTS])
def test_a_planted_fault_is_seen(open_html, right, wrong):
    assert right in script("epsilon_numbers.js")
    assert disagreements(open_html(epsilon().html.replace(right, wrong)).page)


def test_with_no_imaginary_part_it_is_the_neuron_of_the_core_bit_for_bit(show):
    assert show().page.evaluate(
        """() => Array.from({ length: 601 }, (_, k) => (k - 300) / 100).every((x) => {
          const { functions, arithmetic } = backpropLab.epsilon, o = arithmetic((v) => v);
          const s = { x, w: 2, b: -0.25, y: 1, activation: "sigmoid", loss: "squared_error" };
          return Math.abs(functions.neuron.f([x, 0], o)[0] - backpropLab.neuron.forward(s).L) <= 1e-16;
        })"""
    )


def test_the_controls_do_what_python_does(show):
    visit = show()
    page = visit.page
    page.get_by_role("radio", name="f is x³").check(force=True)
    assert trace(page) == epsilon("cube").trace
    page.get_by_role("radio", name="float32").check(force=True)
    page.get_by_role("radio", name="forward difference").check(force=True)
    page.get_by_role("spinbutton", name="x, where, typed").fill("-0.73")
    slider(page).fill(str(EPSILONS.index(1.78e-5)))
    expected = epsilon("cube", x=-0.73, dtype="float32", scheme="forward", epsilon=1.78e-5)
    assert trace(page) == expected.trace
    page.get_by_role("button", name="start").click()
    assert trace(page) == epsilon().trace
    page.get_by_role("button", name="best ε").click()
    assert trace(page) == epsilon(epsilon=5.62e-6).trace
    page.get_by_role("spinbutton", name="x, where, typed").fill("9")
    assert "x must be a number between −5 and 5. The figure keeps" in page.locator(".notes").inner_text()
    assert visit.complaints() == []


def test_the_reading_shows_the_two_values_and_where_they_part(show):
    page = show({"epsilon": 1e-8}).page
    rows = page.locator(".read tr")
    assert rows.all_inner_texts()[0].startswith("f(x + ε)")
    same = page.locator(".read .same").all_inner_texts()
    assert same[0] == same[1]
    assert len(same[0]) >= 8
    page.get_by_role("radio", name="complex step").check(force=True)
    assert [row.split("\t")[0] for row in rows.all_inner_texts()] == (
        ["Im f(x + iε)", "divided by ε", "the slope f′(x)", "error"]
    )
    page.get_by_role("radio", name="central difference").check(force=True)
    page.get_by_role("radio", name="float32").check(force=True)
    page.get_by_role("button", name="too small").click()
    assert "the nudge vanishes" in page.locator(".told").inner_text()
    assert rows.all_inner_texts()[-1].split("\t") == ["error", "–"]


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # float32
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # exp
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # x
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(slider(page)).to_be_focused()
    page.keyboard.press("ArrowLeft")
    assert slider(page).get_attribute("aria-valuetext") == "0.000562"
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # complex
    assert trace(page) == epsilon("exp", x=1.11, dtype="float32", scheme="complex", epsilon=5.62e-4).trace
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # too large
    assert trace(page) == epsilon("exp", x=1.11, dtype="float32", scheme="complex", epsilon=0.1).trace
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


def test_it_speaks_once_the_reader_has_come_to_rest_and_the_address_holds_the_setting(show):
    visit = show()
    page = visit.page
    slider(page).press("ArrowLeft")
    expect(page.locator(".live [role=status]")).to_contain_text("Truncation dominates")
    page.wait_for_function("location.search.includes('epsilon.epsilon=0.000562')", timeout=3000)
    page.goto(visit.address + "?epsilon.function=cube&epsilon.x=2&epsilon.epsilon=0.3&epsilon.dtype=float32")
    assert trace(page) == epsilon("cube", x=2.0, dtype="float32").trace


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_breaks_no_rule_of_accessibility_and_fits(show, width, dark):
    visit = show({"function": "exp", "scheme": "complex"}, width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []
