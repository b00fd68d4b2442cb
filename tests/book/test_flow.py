"""The flow figure in a real browser: each step is the library's, and all of it can be reached by keyboard.

Parity: max|js − py| / max|py| ≤ 1e-12 for the value of every step, over more than 500 random networks.
"""

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.flow import _example, flow
from backprop_lab.figures.flow_steps import steps
from backprop_lab.figures.flow_still import few
from backprop_lab.figures.live import script
from backprop_lab.figures.networks import as_setting
from tests.book.parity import TOLERANCE, apart, planted
from tests.book.showing import overlaps, step_by_keys, trace

pytestmark = pytest.mark.browser

ENDS = [(name, "squared_error") for name in (*ELEMENTWISE, "softmax")]
ENDS += [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")]
EACH = 56
COMPUTE = """(settings) => settings.map((s) => backpropLab.flow.steps(s, s.X, s.Y).map(
  ({ name, symbol, rule, equation, value, words, kept, uses }) => ({ name, symbol, rule, equation, value, words, kept, uses })))"""


@pytest.fixture
def show(open_html):
    """`show(figure, …)` opens a page with this figure in it."""

    def one(figure=None, **how):
        return open_html((figure or flow()).html, **how)

    return one


def step(page: Page) -> int:
    return int(re.match(r"step (\d+) of", page.locator(".count").text_content())[1])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click(force=True)  # at an end it is "aria-disabled"


def networks() -> list[tuple]:
    """Networks of 1 to 4 layers that end in each way, with a batch of 1 to 3 each."""
    rng, made, hidden = np.random.default_rng(23), [], (*ELEMENTWISE, "softmax")
    for activation, loss in ENDS:
        for k in range(EACH):
            depth, m = 1 + k % 4, 1 + k % 3
            sizes = tuple(int(n) for n in rng.integers(1, 5, depth + 1))
            names = (*(hidden[int(i)] for i in rng.integers(len(hidden), size=depth - 1)), activation)
            params = network.init(sizes, names, loss, seed=k)
            params.vector[:] = rng.normal(scale=0.9, size=params.vector.size)
            X, Y = rng.normal(size=(sizes[0], m)), rng.uniform(0, 1, (sizes[-1], m))
            made.append((params, X, Y / Y.sum(axis=0) if loss == "cross_entropy" else Y))
    return made


def scripts(page: Page, faulty: dict[str, str] | None = None) -> Page:
    for name in ("core.js", "nets.js", "flow_steps.js"):
        page.add_script_tag(content=(faulty or {}).get(name, script(name)))
    return page


def disagreement(page: Page, cases: list[tuple]) -> float:
    worst = 0.0
    for case, theirs in zip(cases, page.evaluate(COMPUTE, [as_setting(*case) for case in cases]), strict=True):
        for py, js in zip(steps(*case), theirs, strict=True):
            said = (py.name, py.symbol, py.rule, py.equation, py.words, py.kept, [list(used) for used in py.uses])
            assert said == tuple(js[key] for key in ("name", "symbol", "rule", "equation", "words", "kept", "uses"))
            worst = max(worst, apart(js["value"], py.value))
    return worst


def test_every_step_of_500_random_networks_is_the_library_s(open_html):
    cases = networks()
    assert len(cases) >= 500
    assert disagreement(scripts(open_html("").page), cases) <= TOLERANCE


FAULTS = {
    "W is not transposed": ("nets.multiply(transpose(W[l + 1]), grads", "nets.multiply(W[l + 1], grads"),
    "the gradient of the wrong layer": ('"eq-dW", grads.dW[l]', '"eq-dW", grads.dW[last]'),
    "a for z": ('"eq-forward", z[l]', '"eq-forward", a[l]'),
}


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(open_html, right, wrong):
    params = network.init((3, 3, 3, 3), "tanh", seed=0)
    page = scripts(open_html("").page, {"flow_steps.js": planted("flow_steps.js", right, wrong)})
    assert disagreement(page, [(params, np.eye(3), np.ones((3, 3)))]) > TOLERANCE


def test_the_first_frame_is_the_setting_that_python_gave(show):
    params = network.init((3, 2, 2), ("relu", "softmax"), "cross_entropy", seed=4)
    figure = flow(params, [[1.0, 0.5], [-0.5, 0.2], [0.3, 2.0]], [[1.0, 0.0], [0.0, 1.0]], step=3)
    visit = show(figure)
    assert trace(visit.page) == figure.trace
    assert step(visit.page) == 3
    assert visit.page.get_by_role("radio", name=re.compile("layer")).count() == 0
    assert not visit.page.locator("img").is_visible()
    assert visit.complaints() == []


def test_layers_and_examples_show_the_networks_of_python(show):
    visit = show()
    page = visit.page
    for depth in (1, 2, 3, 4):
        page.get_by_role("radio", name=f"{depth} layer").check(force=True)
        for m in (1, 2, 3):
            page.get_by_role("radio", name=f"{m} example").check(force=True)
            params, X, Y = _example(depth)
            figure = flow(params, X[:, :m], Y[:, :m])
            assert trace(page) == figure.trace
            press(page, "last")
            assert step(page) == 6 * depth + 1
    assert visit.complaints() == []


def test_each_step_says_its_equation_and_shows_its_value_once_it_is_known(show):
    page = show().page
    params, X, Y = _example(2)
    for k, made in enumerate(steps(params, X[:, :1], Y[:, :1]), 1):
        before = page.locator(".picture text").count()
        press(page, "next")
        assert step(page) == k
        label = f" ({made.equation})" if made.equation else ""
        assert page.locator(".line").inner_text().strip() == f"{made.symbol} = {made.rule}{label}"
        assert page.locator(".told").inner_text() == made.words
        assert page.locator(".picture text").count() > before
        back = page.locator(".picture svg").get_attribute("aria-label")
        assert f"Step {k} of 13, {'backward' if made.uses else 'forward'}: {made.symbol} = " in back
    expect(page.get_by_role("button", name="next")).to_have_attribute("aria-disabled", "true")
    press(page, "next")
    assert step(page) == 13
    press(page, "back")
    assert step(page) == 12
    press(page, "first")
    assert step(page) == 0


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_kept_is_marked_and_marked_again_where_it_is_reused(show, width):
    page = show(width=width).page
    marks = lambda word: page.locator(".picture text", has_text=re.compile(f"^{word}$")).count()  # noqa: E731
    dotted = lambda: page.locator('.picture path[stroke-dasharray="1.5 3"]').count()  # noqa: E731
    solid = lambda: page.locator('.picture polygon[fill="var(--forward)"]').count()  # noqa: E731
    dashed = lambda: page.locator('.picture polygon[fill="var(--backward)"]').count()  # noqa: E731
    seen = []
    for _ in range(13):
        press(page, "next")
        seen.append((marks("kept"), marks("reused"), dotted(), solid(), dashed()))
    assert [row[0] + row[1] for row in seen[:5]] == [2, 3, 4, 5, 5]  # x, then a z or an a at a time
    assert [row[3] for row in seen[:5]] == [2, 3, 5, 6, 7]
    assert all(row[4] == 0 for row in seen[:5])
    assert [row[4] for row in seen[5:]] == [1, 2, 3, 3, 4, 5, 6, 6]
    assert [row[1] for row in seen[5:]] == [1, 1, 2, 1, 2, 1, 2, 1]
    assert [row[2] for row in seen[5:]] == [1, 1, 1, 0, 1, 1, 1, 0]


def test_everything_can_be_done_by_keyboard_alone(show):
    visit = show()
    page = visit.page
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # 3 layers
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # 2 examples
    params, X, Y = _example(3)
    assert trace(page) == flow(params, X[:, :2], Y[:, :2]).trace
    step_by_keys(page, lambda: step(page), last=19)
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".live pre").is_visible()
    assert visit.complaints() == []


def test_fewer_layers_keep_the_step_within_reach(show):
    page = show().page
    page.get_by_role("radio", name="4 layers").check(force=True)
    press(page, "last")
    page.get_by_role("radio", name="1 layer").check(force=True)
    assert step(page) == 7


def test_a_link_holds_layers_examples_and_step(show):
    visit = show()
    page = visit.page
    page.goto(f"{page.url}?flow.layers=3&flow.examples=2&flow.step=12")
    assert step(page) == 12
    assert "3 layers" in page.locator("input[name=layers]:checked").get_attribute("aria-label")
    press(page, "next")
    expect(page.locator(".live [role=status]")).to_contain_text("Step 13 of 19, backward")
    assert "flow.step=13" in page.url
    page.goto(f"{page.url.split('?')[0]}?flow.layers=9&flow.examples=0.5&flow.step=-3")
    assert step(page) == 0
    page.goto(f"{page.url.split('?')[0]}?flow.step=25")
    assert step(page) == 13
    press(page, "back")
    assert step(page) == 12


def test_the_diagram_writes_numbers_as_the_still_does(open_html):
    rng = np.random.default_rng(2)
    numbers = [
        0.0,
        1.0,
        -2.5,
        100.0,
        -1e-9,
        5e-324,
        *(rng.normal(size=300) * 10.0 ** rng.integers(-7, 6, 300)).tolist(),
    ]
    js = scripts(open_html("").page).evaluate("(numbers) => numbers.map(backpropLab.flow.few)", numbers)
    assert js == [few(number) for number in numbers]
    assert max(map(len, js)) <= 9


@pytest.mark.parametrize("width", [1280, 390, 350])
def test_no_text_of_the_diagram_is_cut_or_lies_on_another(show, width):
    page = show(width=width).page
    for depth in (1, 2, 3, 4):
        page.get_by_role("radio", name=f"{depth} layer").check(force=True)
        for m in (1, 3):
            page.get_by_role("radio", name=f"{m} example").check(force=True)
            assert overlaps(page, "backprop-flow", 2) == [], (depth, m)
            assert step(page) == 6 * depth + 1


@pytest.mark.parametrize("width", [1280, 390])
def test_the_largest_network_has_room(show, width):
    params = network.init((4, 4, 4, 4, 4), "softplus", seed=2)
    params.vector[:] = np.random.default_rng(1).uniform(-99, -10, params.vector.size)
    figure = flow(params, np.full((4, 3), -88.88), np.full((4, 3), -99.99))
    visit = show(figure, width=width)
    assert overlaps(visit.page, "backprop-flow", 2) == []
    assert visit.sideways() == []


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_is_accessible(show, width, dark):
    visit = show(flow(step=8), width=width, dark=dark)
    for depth in (4, 1):
        visit.page.get_by_role("radio", name=f"{depth} layer").check(force=True)
        visit.page.get_by_role("radio", name="3 examples").check(force=True)
        press(visit.page, "last")
        assert visit.sideways() == []
        assert visit.crowded() == []
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
