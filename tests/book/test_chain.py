"""The chain figure in a real browser: its numbers are the library's, and a reader without a mouse can do it all."""

import random
import re
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab import cost, network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.chain import chain
from backprop_lab.figures.chain_reading import derivative_cost
from backprop_lab.figures.live import script
from backprop_lab.layers import Parameters
from tests.book.showing import computing, settle, showing, trace

pytestmark = pytest.mark.browser

show = showing(chain)
core = computing("core.js", "nets.js")

NAMES = tuple(ELEMENTWISE)
TOLERANCE = 1e-12
EACH = 130


def made(neurons: int, seed: int) -> Parameters:
    rng = np.random.default_rng([neurons, seed])
    names = [NAMES[int(i)] for i in rng.integers(len(NAMES), size=neurons)]
    params = network.init((1,) * (neurons + 1), names)
    params.vector[:] = rng.uniform(-2, 2, params.vector.size).round(3)
    return params


def parameter(page: Page, name: str):
    return page.get_by_role("radio", name=re.compile(rf"^{name[0]}⁽{'⁰¹²³⁴⁵'[int(name[1])]}⁾, "))


def factors(page: Page):
    return page.locator(".product button")


COMPUTE = """(settings) => settings.map((s) => {
  const r = backpropLab.chain.read(s), layers = Object.keys(r.delta), by = (kind) => r.all.filter((d) => d.kind === kind).map((d) => d.value);
  return { L: [r.L], z: layers.map((l) => r.z[l]), a: layers.map((l) => r.a[l]), delta: layers.map((l) => r.delta[l]),
    trunk: r.trunk.map((f) => f.value), last: r.all.map((d) => d.factors.at(-1).value), dw: by("w"), db: by("b"),
    costs: r.all.map((d) => [d.reused, d.scratch, d.left]), counts: backpropLab.chain.counts(r.n) };
})"""


@cache
def cases() -> list[tuple]:
    rng = np.random.default_rng(7)
    return [(made(n, k), *rng.uniform(-2, 2, 2).round(3).tolist()) for n in (2, 3, 4, 5) for k in range(EACH)]


def by_library(params: Parameters, x: float, y: float) -> dict[str, list[float]]:
    cache, n = network.forward(params, [[x]]), params.depth
    grads = network.backward(params, cache, [[y]])
    slope = {l: ELEMENTWISE[params.activations[l]].derivative(cache.z[l]).item() for l in cache.z}
    flat = lambda table, layers: [table[l].item() for l in layers]  # noqa: E731
    up, down = range(1, n + 1), range(n, 0, -1)
    trunk = [cache.a[n].item() - y]
    for l in down:
        trunk += [slope[l], params.W[l].item()]
    return {
        "L": [network.loss(params, cache, [[y]])], "z": flat(cache.z, up), "a": flat(cache.a, up),
        "delta": flat(grads.delta, up), "trunk": trunk[:-1], "dw": flat(grads.dW, down), "db": flat(grads.db, down),
        "last": [value for l in down for value in (cache.a[l - 1].item(), 1.0)],
    }  # fmt: skip


@cache
def expected() -> tuple[list[dict], list[dict]]:
    return [dict(chain(*case).setting) for case in cases()], [by_library(*case) for case in cases()]


def disagreement(page, step: int = 1) -> float:
    """The largest max|js − py| / max|py| of any array; the counts must be equal."""
    settings, expectations = (part[::step] for part in expected())
    worst = 0.0
    for by_python, js in zip(expectations, page.evaluate(COMPUTE, settings), strict=True):
        n = len(by_python["z"])
        assert js["costs"] == [list(derivative_cost(f"{k}{l}", n)) for l in range(n, 0, -1) for k in "wb"]
        sizes = (1,) * (n + 1)
        assert js["counts"] == [cost.path_sums(sizes).multiplications, cost.backward(sizes).multiplications]
        for name, numbers in by_python.items():
            value, py = np.array(js[name]), np.array(numbers)
            assert value.shape == py.shape, name
            gap, scale = np.max(np.abs(value - py)), np.max(np.abs(py))
            worst = max(worst, 0.0 if gap == 0 else gap / scale if scale else np.inf)
    return worst


def test_the_browser_computes_what_the_library_computes(core):
    assert len(cases()) >= 500
    assert disagreement(core(script("chain_reading.js"))) <= TOLERANCE


FAULTS = {
    "a slope at a": (".derivative(z[l])", ".derivative(a[l])"),
    "one factor short": ("trunk.slice(0, 2 * (n - l) + 2)", "trunk.slice(0, 2 * (n - l) + 1)"),
    "the last factor is the output": ('["w", sup("a", l - 1), a[l - 1]]', '["w", sup("a", l - 1), a[l]]'),
    "the weight in front": ('s[`w${l}`], l - 1)', 's[`w${l - 1}`], l - 1)'),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    text = script("chain_reading.js")
    assert text.count(right) == 1
    assert not disagreement(core(text.replace(right, wrong)), step=7) <= TOLERANCE


def test_a_fault_in_the_counts_is_seen(core):
    text = script("chain_reading.js")
    assert text.count("left: behind ? 3 : 2") == 1
    with pytest.raises(AssertionError):
        disagreement(core(text.replace("left: behind ? 3 : 2", "left: 3")))


def test_the_first_frame_is_the_setting_that_python_gave(show):
    setting = {"params": made(4, 1), "x": -0.75, "y": 0.25, "wrt": "b2"}
    visit = show(setting)
    assert trace(visit.page) == chain(**setting).trace
    assert not visit.page.locator("img").is_visible()
    assert visit.complaints() == []


def test_each_parameter_of_each_chain_shows_the_trace_of_python(show):
    for neurons in (2, 3, 5):
        params = made(neurons, 3)
        page = show({"params": params, "wrt": "w1"}).page
        for l in range(1, neurons + 1):
            for kind in "wb":
                parameter(page, f"{kind}{l}").check(force=True)
                assert trace(page) == chain(params, wrt=f"{kind}{l}").trace


EDGES = [
    {"x": 0.0},
    {"x": 100.0, "y": -100.0},
    {"params": Parameters.of({1: [[1.0]], 2: [[0.0]]}, {1: [[-5.0]], 2: [[0.0]]}, ["relu", "leaky_relu"], "squared_error")},
    {"params": Parameters.of({1: [[90.0]], 2: [[-90.0]]}, {1: [[0.0]], 2: [[0.0]]}, ["sigmoid", "tanh"], "squared_error")},
    {"params": Parameters.of({l: [[100.0]] for l in range(1, 6)}, {l: [[0.0]] for l in range(1, 6)}, ["identity"] * 5, "squared_error")},
]  # fmt: skip


@pytest.mark.parametrize("setting", EDGES, ids=range(len(EDGES)))
def test_at_the_edges_it_says_what_python_says(show, setting):
    visit = show(setting)
    assert trace(visit.page) == chain(**setting).trace
    assert visit.complaints() == []


def test_more_and_fewer_neurons_and_typed_numbers(show):
    page, draw = show().page, random.Random(5)
    page.get_by_role("radio", name="5 neurons").check(force=True)
    settle(page)
    assert "55 multiplications from scratch, 14 with δ" in page.locator(".grows").inner_text()
    numbers = {}
    for l in range(1, 6):
        parameter(page, f"w{l}").check(force=True)
        for kind, word in (("w", "weight"), ("b", "bias")):
            numbers[f"{kind}{l}"] = round(draw.uniform(-2, 2), 3)
            name = f"{kind}⁽{'⁰¹²³⁴⁵'[l]}⁾, {word}, typed"
            page.get_by_role("spinbutton", name=name).fill(str(numbers[f"{kind}{l}"]))
        page.get_by_label(f"σ⁽{'⁰¹²³⁴⁵'[l]}⁾ activation").select_option(NAMES[l])
    W, b = ({l: [[numbers[f"{kind}{l}"]]] for l in range(1, 6)} for kind in "wb")
    params = Parameters.of(W, b, NAMES[1:6], "squared_error")
    assert trace(page) == chain(params, wrt="w5").trace
    page.get_by_role("radio", name="2 neurons").check(force=True)
    fewer = Parameters.of({l: W[l] for l in (1, 2)}, {l: b[l] for l in (1, 2)}, NAMES[1:3], "squared_error")
    assert trace(page) == chain(fewer, wrt="w2").trace  # w5 is gone: the last that is there
    assert not parameter(page, "w3").is_visible()


def test_the_product_lights_up_and_the_reused_part_is_marked(show):
    page = show().page
    assert factors(page).count() == 7
    assert page.locator(".reused button").count() == 4
    assert "reused: δ⁽²⁾ = 0.1487" in page.locator(".reused").inner_text()
    assert page.locator(".picture [data-factor]").count() == 7
    parameter(page, "w3").check(force=True)
    assert factors(page).count() == 3
    assert page.locator(".reused").count() == 0
    settle(page)
    rows = [row.split("\t") for row in page.locator("tbody tr").all_inner_texts()]
    assert [row[2:] for row in rows] == [
        ["2", "2"],
        ["1", "0"],
        ["4", "3"],
        ["3", "0"],
        ["6", "3"],
        ["5", "0"],
        ["21", "8"],
    ]


def test_a_factor_says_which_path_it_carries_and_who_shares_it(show):
    page = show().page
    page.locator('.product [data-factor="s2"]').click()
    said = page.locator(".sharing").inner_text()
    assert (
        "the piece of the path from z⁽²⁾ to a⁽²⁾. 4 of 6 derivatives hold it: the paths from w⁽²⁾, b⁽²⁾, w⁽¹⁾, b⁽¹⁾"
        in said
    )
    settle(page)
    assert page.locator("tbody th", has_text="◆").count() == 4
    page.locator('.product [data-factor="L"]').click()
    assert "All 6 derivatives hold it" in page.locator(".sharing").inner_text()
    page.locator('.product [data-factor="w1"]').click()
    assert "no other derivative holds it" in page.locator(".sharing").inner_text()
    page.locator('.product [data-factor="w1"]').click()
    assert page.locator(".sharing").inner_text().startswith("Choose a factor")


def test_the_picture_can_be_clicked_too(show):
    page = show().page
    page.locator('.picture [data-wrt="b2"]').click()
    expect(parameter(page, "b2")).to_be_checked()
    page.locator('.picture [data-factor="s3"]').click()
    expect(page.locator('.product [data-factor="s3"]')).to_have_attribute("aria-pressed", "true")
    assert trace(page) == chain(wrt="b2").trace


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    page.keyboard.press("Tab")  # neurons
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="4 neurons")).to_be_checked()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")  # the parameters
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(parameter(page, "w2")).to_be_checked()
    assert trace(page) == chain(wrt="w2").trace
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the third factor, which keeps the focus
    third = factors(page).nth(2)
    expect(third).to_be_focused()
    expect(third).to_have_attribute("aria-pressed", "true")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # w2
    assert "w⁽²⁾ = 1.25," in trace(page)
    for _ in range(4):
        page.keyboard.press("Tab")  # b2, typed, then its activation
    page.keyboard.press("t")
    assert "a⁽²⁾ = tanh(z⁽²⁾)" in trace(page)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # x
    assert "x = 1.55," in trace(page)
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # start
    assert trace(page) == chain().trace
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("dead relu", "∂a⁽²⁾/∂z⁽²⁾ = 0 makes the whole product 0, and every other product that holds it."),
        ("five sigmoids", "is a product of 11 factors. The first 8 are δ⁽²⁾, made for neuron 2: 3 multiplications are left of 10."),
        ("on target", "∂L/∂a⁽³⁾ = 0 makes the whole product 0"),
    ],
)  # fmt: skip
def test_what_there_is_to_try_is_explained(show, button, said):
    page = show().page
    page.get_by_role("button", name=button).click()
    assert said in page.locator(".told").inner_text()
    page.get_by_role("button", name="start").click()
    assert trace(page) == chain().trace


def test_a_number_that_is_none_is_refused_and_the_last_one_kept(show):
    page = show().page
    page.get_by_role("spinbutton", name="x, input, typed").fill("1e9")
    assert "x must be a number between −100 and 100. The figure keeps" in page.locator(".notes").inner_text()
    assert trace(page) == chain().trace


def test_an_address_can_hold_a_setting(show):
    page = show().page
    page.goto(page.url + "?chain.neurons=4&chain.wrt=w2&chain.factor=s3&chain.w1=0.25&chain.x=bad")
    assert trace(page).startswith("A chain of 4 neurons, loss squared_error\nx = 1.5,")
    assert "w⁽¹⁾ = 0.25," in trace(page)
    expect(page.locator('.product [data-factor="s3"]')).to_have_attribute("aria-pressed", "true")
    page.get_by_role("radio", name="2 neurons").check(force=True)
    page.wait_for_function("location.search.includes('chain.neurons=2')")


def test_it_speaks_once_the_reader_has_come_to_rest(show):
    page = show().page
    parameter(page, "b1").check(force=True)
    expect(page.locator(".live [role=status]")).to_contain_text("no multiplications are left of 5")


def alike(w: float, b: float, activation: str) -> Parameters:
    W, offsets = ({l: [[value]] for l in range(1, 6)} for value in (w, b))
    return Parameters.of(W, offsets, [activation] * 5, "squared_error")


# Long numbers: negative ones, and derivatives of many decimals and with powers of ten.
WIDEST = {"params": alike(-1.2345, -0.9876, "tanh"), "x": -1.2345}
FAINT = {"params": alike(-2.345, -2.876, "sigmoid"), "x": -1.2345, "y": 0.0678}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("width", "setting"), [(1280, WIDEST), (390, WIDEST), (390, FAINT)], ids=["1280", "390", "390 faint"]
)
def test_it_breaks_no_rule_of_accessibility_and_fits(show, width, setting, dark):
    visit = show({**setting, "wrt": "b2" if dark else "w1"}, width=width, dark=dark)
    factors(visit.page).nth(2).click()
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []
