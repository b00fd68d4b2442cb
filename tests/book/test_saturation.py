"""The saturation figure in a real browser: its numbers are the library's, and a reader can use all of it.

Factors, curves and single steps from Python's state: max|js − py| / max|py| ≤ 1e-12 for each array, over random
settings; that a wrong formula would be seen is shown by planting some.
"""

from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab.figures.live import script
from backprop_lab.figures.saturation import saturation
from backprop_lab.figures.saturation_reading import KINDS, Reading, step
from tests.book.parity import TOLERANCE, apart, planted
from tests.book.showing import settle, showing, trace

pytestmark = pytest.mark.browser

show = showing(saturation)

COMPUTE = """(cases) => cases.map(({ s, theta }) => {
  const { KINDS, read, curves, paths, step, halfway } = backpropLab.saturation, r = read(s), c = curves(r.far, s.y), ways = paths(s);
  const found = { a: r.a, "σ'": r.slope, ratio: r.ratio, error: r.error, "z over": c.z, "a over": c.a, "σ' over": c.slope };
  for (const kind of KINDS) Object.assign(found, {
    [`L ${kind}`]: r.L[kind], [`∂L/∂a ${kind}`]: r.first[kind], [`δ ${kind}`]: r.delta[kind],
    [`loss ${kind}`]: c.loss[kind], [`delta ${kind}`]: c.delta[kind], [`step ${kind}`]: step(kind, theta, s),
    [`path z ${kind}`]: ways[kind].z, [`path a ${kind}`]: ways[kind].a, [`halfway ${kind}`]: halfway(ways[kind], s.y) });
  return found;
})"""


def typed(page: Page, name: str, word: str):
    return page.get_by_role("spinbutton", name=f"{name}, {word}, typed")


@cache
def cases() -> list[tuple[dict, dict]]:
    """600 random settings: what JavaScript is given, and what Python computes. A third of the labels are soft."""
    rng, made = np.random.default_rng(9), []
    for k in range(600):
        z = float(rng.uniform(-8, 8) if k % 4 else rng.uniform(-40, 40))
        y = float([0.0, 1.0, round(rng.uniform(), 3)][k % 3])
        r = Reading(z, y, float(10 ** rng.uniform(-2, np.log10(4))), int(rng.integers(0, 60)))
        w, b = rng.uniform(-6, 6, 2).tolist()
        expected = {"a": r.a, "σ'": r.slope, "ratio": r.ratio, "error": r.error}
        expected |= {"z over": r.curves["z"], "a over": r.curves["a"], "σ' over": r.curves["slope"]}
        for kind in KINDS:
            path, half = r.paths[kind], r.paths[kind].halfway(y)
            expected |= {
                f"L {kind}": r.loss(kind), f"∂L/∂a {kind}": r.dL_da(kind), f"δ {kind}": r.delta(kind),
                f"loss {kind}": r.curves[f"loss {kind}"], f"delta {kind}": r.curves[f"delta {kind}"],
                f"step {kind}": step(kind, w, b, 1.0, y, r.learning_rate), f"path z {kind}": path.z,
                f"path a {kind}": path.a, f"halfway {kind}": -1 if half is None else half,
            }  # fmt: skip
        s = {"z": z, "y": y, "learning_rate": r.learning_rate, "steps": r.steps}
        made.append(({"s": s, "theta": [w, b]}, expected))
    return made


def disagreements(page: Page, every: int = 1) -> dict[str, float]:
    """For each array its largest max|js − py| / max|py|, where that is more than the tolerance."""
    looked_at, worst = cases()[::every], {}
    for js, (_, expected) in zip(page.evaluate(COMPUTE, [given for given, _ in looked_at]), looked_at, strict=True):
        assert js.keys() == expected.keys()
        for name, value in expected.items():
            share = apart(js[name], value) if np.shape(js[name]) == np.shape(value) else np.inf
            worst[name] = max(worst.get(name, 0.0), share)
    return {name: share for name, share in worst.items() if not share <= TOLERANCE}


def test_the_browser_computes_what_the_library_computes(show):
    assert len(cases()) >= 500
    assert disagreements(show().page) == {}


FAULTS = {
    "the difference where a rounds to 1": ("(y === 1 ? -sigmoid(-z) : sigmoid(z) - y)", "(sigmoid(z) - y)"),
    "the squared error without its slope": ("error(z, y) * slopeAt(z)", "error(z, y)"),
    "cross-entropy with the slope": ("[ENTROPY]: error }", "[ENTROPY]: (z, y) => error(z, y) * slopeAt(z) }"),
    "the first factor is not divided": ("error(z, y) / slopeAt(z)", "error(z, y)"),
    "no ½": ("0.5 * error(z, y) ** 2", "error(z, y) ** 2"),
    "the logarithm of the logit": ("Math.max(z, 0) - z * y", "Math.max(z, 0) + z * y"),
    "the slope is taken of a": ("slope = slopeAt(z)", "slope = slopeAt(sigmoid(z))"),
    "up, not down": ("w - s.learning_rate", "w + s.learning_rate"),
    "b after w": ("b - s.learning_rate * d]", "b - s.learning_rate * delta[kind](w - s.learning_rate * d + b, s.y)]"),
    "half of the half": ("Math.abs(a[0] - y) / 2)", "Math.abs(a[0] - y) / 4)"),
    "one step too few": ("k < s.steps; k++", "k < s.steps - 1; k++"),
}


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(open_html, right, wrong):
    page = open_html("").page
    page.add_script_tag(content=script("core.js"))
    page.add_script_tag(content=planted("saturation_numbers.js", right, wrong))
    assert disagreements(page, every=5)


FIRST = [
    *({"z": z, "y": y} for z in (-40, -8, -3.3, 0, 0.5, 4, 37, 40) for y in (0, 0.3, 0.5, 1)),
    {"z": 0.5, "y": 0.62, "steps": 0},
    {"steps": 1, "learning_rate": 4.0},
    {"z": -6.5, "learning_rate": 0.01, "steps": 200},
    {"z": 7.5, "y": 0.05, "learning_rate": 4.0, "steps": 200},
    {"z": -2, "y": 0.5, "learning_rate": 1.0, "steps": 200},
]


def test_the_first_frame_is_the_trace_of_python(open_html):
    made = [saturation(**setting) for setting in FIRST]
    elements = "".join(figure.html.partition("<script>")[0] for figure in made)
    visit = open_html(elements + made[0].html)  # one set of scripts for all of them
    for place, figure in enumerate(made):
        settle(visit.page)
        assert visit.page.locator("backprop-saturation").nth(place).locator(".live pre").text_content() == figure.trace
    assert visit.complaints() == []


def test_sliders_and_typed_numbers_show_what_python_shows(show):
    visit = show()
    page = visit.page
    page.get_by_role("slider", name="z logit").press("ArrowRight")
    page.get_by_role("slider", name="y target").press("ArrowLeft")
    page.get_by_role("slider", name="η learning rate").press("ArrowRight")
    page.get_by_role("slider", name="k steps").press("End")
    assert trace(page) == saturation(-3.9, 0.95, learning_rate=0.55, steps=200).trace
    for name, word, value in (
        ("z", "logit", -31.5),
        ("y", "target", 0.123),
        ("η", "learning rate", 0.01),
        ("k", "steps", 3),
    ):
        typed(page, name, word).fill(str(value))
    expected = saturation(-31.5, 0.123, learning_rate=0.01, steps=3)
    assert trace(page) == expected.trace
    assert page.get_by_role("slider", name="z logit").get_attribute("aria-valuetext") == "−31.5"
    for name, word, value, said in (
        ("z", "logit", "41", "z must be a number between −40 and 40. The figure keeps"),
        ("y", "target", "-0.1", "y must be a number between 0 and 1."),
        ("η", "learning rate", "5", "η must be a number between 0.01 and 4."),
        ("k", "steps", "201", "k must be a number between 0 and 200."),
    ):
        typed(page, name, word).fill(value)
        expect(page.locator(".notes")).to_contain_text(said)
        assert typed(page, name, word).get_attribute("aria-invalid") == "true"
        assert trace(page) == expected.trace
    typed(page, "k", "steps").fill("2.6")
    assert trace(page) == saturation(-31.5, 0.123, learning_rate=0.01, steps=3).trace
    assert visit.complaints() == []


@pytest.mark.parametrize(
    ("button", "setting", "said"),
    [
        ("confident and wrong", {"z": -4, "y": 1}, "Confident and wrong: the squared error's δ is multiplied by"),
        ("unsure", {"z": 0.5, "y": 1}, "Unsure: σ'(z) = 0.235"),
        ("confident and right", {"z": 4, "y": 1}, "Confident and right: a − y = −0.018 is small"),
        ("soft label", {"z": 4, "y": 0.7}, "Too confident: a is 0.282 above the soft label."),
        ("a rounds to 1", {"z": 40, "y": 0}, "δ = 1."),
    ],
)
def test_what_there_is_to_try_is_explained(show, button, setting, said):
    page = show({"z": 2.0, "steps": 9}).page
    page.get_by_role("button", name=button).click()
    assert said in page.locator(".told").inner_text()
    assert trace(page) == saturation(**setting, steps=9).trace
    page.get_by_role("button", name="start").click()
    assert trace(page) == saturation(2.0, steps=9).trace


def place(page: Page, chart: str, selector: str) -> tuple[float, float]:
    """The middle of a mark, in the numbers of its drawing."""
    box = page.locator(f".{chart} {selector}").evaluate(
        "m => { const b = m.getBBox(); return [b.x + b.width / 2, b.y + b.height / 2]; }"
    )
    return box[0], box[1]


def test_the_marks_stand_on_their_curves(show):
    page = show({"z": -3.0, "y": 1}).page
    for chart, disc, square in (("losses", "circle", "rect"), ("deltas", "circle", "rect")):
        for selector, line in ((disc, 1), (square, 0)):
            x, y = place(page, chart, selector)
            d = page.locator(f".{chart} path[stroke-width='{2.5 if line else 2}']").get_attribute("d")
            points = np.array([p.split(" ") for p in d[1:].split("L")], dtype=float)
            assert np.interp(x, points[:, 0], points[:, 1]) == pytest.approx(y, abs=0.5)
    xs = [place(page, chart, "circle >> nth=0")[0] for chart in ("values", "losses", "deltas")]
    assert max(xs) - min(xs) < 0.2


def test_both_arrows_of_the_factors_are_equally_long_on_the_logarithmic_scale(show):
    page = show({"z": -2.5}).page
    ends = [place(page, "lanes", f"{mark} >> nth=0")[0] for mark in ("circle", "rect")]
    starts = [
        float(d.split(" ")[0][1:])
        for d in page.locator(".lanes path[d*='v18']").evaluate_all("nodes => nodes.map((n) => n.getAttribute('d'))")
    ]
    moved = [end - start for start, end in zip(starts, ends, strict=True)]
    assert moved[0] == pytest.approx(moved[1], rel=0.06)
    assert starts[1] == pytest.approx(ends[0], abs=0.5)  # ∂L/∂a of the squared error is δ of cross-entropy: a − y


def test_it_asks_first_and_shows_afterwards(show):
    page = show().page
    page.get_by_role("checkbox", name="predict first").check()
    expect(page.locator(".lanes")).to_be_hidden()
    expect(page.locator(".told")).to_be_hidden()
    expect(page.locator(".live pre")).to_be_hidden()
    assert "0.0173" not in page.locator(".live").inner_text()
    page.get_by_role("radio", name="negative").check(force=True)
    page.get_by_role("radio", name="over 1").check(force=True)
    page.get_by_role("button", name="show it").click()
    expect(page.locator(".predict")).to_contain_text("δ of the squared error = −0.01735")
    expect(page.locator(".predict")).to_contain_text("its size is under 0.1; you said over 1. 0 of 1 so far.")
    expect(page.locator(".lanes")).to_be_visible()
    assert trace(page) == saturation().trace
    page.get_by_role("combobox").select_option("∂L/∂a of cross-entropy")
    expect(page.locator(".lanes")).to_be_hidden()
    page.get_by_role("radio", name="over 1").check(force=True)
    page.get_by_role("button", name="show it").click()
    expect(page.locator(".predict")).to_contain_text(
        "✓ ∂L/∂a of cross-entropy = −55.6; its size is over 1, as you said. 1 of 2"
    )
    page.get_by_role("slider", name="z logit").press("ArrowRight")
    expect(page.locator(".lanes")).to_be_hidden()
    page.get_by_role("checkbox", name="predict first").uncheck()
    assert trace(page) == saturation(-3.9).trace


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    for key in ("Tab", "ArrowRight", "Tab", "Tab", "ArrowLeft", "Tab"):  # z, its number, y, its number
        page.keyboard.press(key)
    expect(typed(page, "y", "target")).to_be_focused()
    for _ in range(7):  # six to try, predict first
        page.keyboard.press("Tab")
    expect(page.get_by_role("checkbox", name="predict first")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowLeft")
    assert trace(page) == saturation(-3.9, 0.95, learning_rate=0.55, steps=39).trace
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


def test_it_speaks_once_the_reader_has_come_to_rest_and_the_address_holds_the_setting(show):
    visit = show()
    page = visit.page
    page.get_by_role("slider", name="z logit").press("ArrowRight")
    assert page.get_by_role("status").inner_text() == ""
    expect(page.get_by_role("status")).to_contain_text("Confident and wrong: the squared error's δ")
    page.get_by_role("slider", name="k steps").press("Home")
    expect(page.get_by_role("status")).to_contain_text("No step yet")
    assert page.url == f"{visit.address}?saturation.z=-3.9&saturation.steps=0"
    page.goto(f"{visit.address}?saturation.z=12.5&saturation.y=0.25&saturation.steps=7.5&saturation.learning_rate=9")
    assert trace(page) == saturation(12.5, 0.25).trace  # what does not fit is left alone
    assert visit.complaints() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("setting", [{}, {"z": 40, "y": 0}, {"z": 0.3, "y": 0.7, "steps": 3}], ids=str)
def test_it_breaks_no_rule_of_accessibility_and_fits(show, setting, width, dark):
    visit = show(setting, width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []


@pytest.mark.parametrize("width", [1280, 390])
def test_while_it_asks_it_fits_too(show, width):
    visit = show(width=width)
    visit.page.get_by_role("checkbox", name="predict first").check()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.crowded() == []


@pytest.mark.parametrize("z", [-40.0, -6.0, -1.0, 0.0, 2.0, 8.0, 40.0])
def test_at_every_z_nothing_is_on_top_of_something_else(show, z):
    for width in (1280, 320):
        assert show({"z": z, "y": 0.0}, width=width).crowded() == []
