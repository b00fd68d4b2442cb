"""The shapes figure in a real browser: its numbers are the library's, and a reader without a mouse can do it all."""

from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.live import script
from backprop_lab.figures.networks import as_setting
from backprop_lab.figures.shapes import EXAMPLE, shapes
from backprop_lab.figures.shapes_products import PRODUCTS, Reading
from backprop_lab.figures.shapes_words import trace as told
from backprop_lab.layers import Parameters
from tests.book.parity import TOLERANCE, apart, noticed, planted
from tests.book.showing import computing, showing, trace

pytestmark = pytest.mark.browser

show = showing(shapes)
core = computing("core.js", "nets.js")

MANY = 525
HIDDEN = tuple(ELEMENTWISE)
ENDS = (
    ("identity", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "cross_entropy"),
    ("tanh", "squared_error"),
)
SLIDERS = ("inputs", "units", "next", "examples")
SIZES = ("n₀, units in", "n₁, units out", "n₂, next layer", "m, examples")


def typed(page: Page, name: str):
    return page.get_by_role("spinbutton", name=f"{name}, typed")


def status(page: Page) -> str:
    return page.locator(".live .status").inner_text().replace("\u2060", "")


def test_the_first_frame_is_what_python_gave(show):
    for arguments in ({}, {"product": "DAt", "entry": (4, 2)}, {"product": "1tD"}):
        visit = show(arguments)
        assert trace(visit.page) == shapes(**arguments).trace
        assert not visit.page.locator("img").is_visible()
        assert visit.complaints() == []


@cache
def cases() -> list[tuple]:
    """Random networks of 2 to 5 layers, a layer, a product of each kind, and sizes that the reader changes to."""
    rng, made, keys = np.random.default_rng(3), [], tuple(PRODUCTS)
    for k in range(MANY):
        depth = 2 + k % 4
        sizes = tuple(int(n) for n in rng.integers(1, 7, depth + 1))
        end, loss = ENDS[k % len(ENDS)]
        params = network.init(sizes, (*(HIDDEN[int(i)] for i in rng.integers(len(HIDDEN), size=depth - 1)), end), loss)
        params.vector[:] = rng.normal(scale=0.8, size=params.vector.size)
        m = int(rng.integers(1, 6))
        Y = rng.uniform(0.1, 1, (sizes[-1], m))
        Y = Y / Y.sum(axis=0) if loss == "cross_entropy" else Y
        layer = int(rng.integers(1, depth))
        X = rng.normal(size=(sizes[0], m))
        around = dict(zip(SLIDERS, (*sizes[layer - 1 : layer + 2], m), strict=True))
        setting = as_setting(params, X, Y) | {"layer": layer, "product": keys[k % len(keys)], "i": 1, "j": 1} | around
        if k % 3:  # as the sliders leave it; now and then all alike, so that wrong products fit
            new = rng.integers(1, 6, 4) if k % 3 == 1 else [int(rng.integers(1, 6))] * 4
            setting |= dict(zip(SLIDERS, map(int, new), strict=True))
        made.append((params, X, Y, setting))
    return made


COMPUTE = """(settings) => settings.map((s) => {
  const r = backpropLab.shapes.read(s), { W, b, X, Y, sizes } = r.net;
  return { W, b, X, Y, sizes, tables: r.tables, factors: r.factors, kind: r.kind, shape: r.shape, L: r.L, result: r.result,
    trace: backpropLab.shapes.trace(r) };
})"""


def disagreement(page, step: int = 1, words: bool = False) -> float:
    """The largest max|js − py| / max|py| of any array; what there is and what is said must be the same."""
    worst = 0.0
    chosen = cases()[::step]
    for (params, X, Y, setting), js in zip(chosen, page.evaluate(COMPUTE, [c[3] for c in chosen]), strict=True):
        new = [setting[k] for k in ("inputs", "units", "next")]
        sizes = list(params.sizes)
        sizes[setting["layer"] - 1 : setting["layer"] + 2] = new
        assert js["sizes"] == sizes
        if tuple(sizes) == params.sizes and setting["examples"] == X.shape[1]:
            assert js["X"] == X.tolist()
            assert js["W"] == setting["W"]
            assert apart(js["Y"], Y) < 1e-15
        names = tuple(params.activations[l] for l in params.W)
        tables = [{int(l): v for l, v in js[k].items()} for k in ("W", "b")]
        grown = Parameters.of(*tables, names, params.loss)
        r = Reading(grown, np.array(js["X"]), np.array(js["Y"]), setting["layer"], setting["product"])
        assert (js["kind"], tuple(js["shape"])) == (r.kind, r.shape)
        pairs = [(js["tables"][name], r.tables[name]) for name in r.tables]
        pairs += [(js["factors"][k], r.factors[k]) for k in (0, 1)]
        pairs.append((js["L"], network.loss(grown, r.cache, r.Y)))
        assert (js["result"] is None) == (r.result is None)
        if r.result is not None:
            pairs.append((js["result"], r.result))
        worst = max(worst, *(apart(a, b) for a, b in pairs))
        if words and r.kind != "accident":  # whose worst entry a last digit may decide
            mine = told(r).splitlines()
            assert sum(a == b for a, b in zip(js["trace"].splitlines(), mine, strict=True)) >= len(mine) - 1
    return worst


def test_the_browser_computes_and_says_what_the_library_does(core):
    assert len(cases()) >= 500
    kinds = {Reading(p, X, Y, s["layer"], s["product"]).kind for p, X, Y, s in cases()}
    assert kinds == {"right", "misfit", "accident", "turned"}
    assert disagreement(core(script("shapes_products.js")), words=True) <= TOLERANCE


FAULTS = {
    "a factor is not transposed": ("turned ? transpose(tables[right]) : tables[right]", "tables[right]"),
    "the input is the output of the layer": ("A: a[l - 1],", "A: a[l],"),
    "the bias is forgotten": ("const product = multiply(...factors);\n      r.result = r.withBias ?", "const product = multiply(...factors);\n      r.result = false ?"),
    "the wrong delta": ("D: g.delta[l],", "D: g.delta[l + 1],"),
    "any two edges meet": ('sizes[inner] === sizes[other] ? "accident"', 'sizes[inner] >= sizes[other] ? "accident"'),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    page = core(planted("shapes_products.js", right, wrong))
    assert noticed(lambda: disagreement(page, step=7))


def test_each_product_says_what_python_says(show):
    visit = show()
    page = visit.page
    for operation, keys in (
        ("forward, W A + b", ("WA", "WtA", "AW", "AWt")),
        ("back, W transposed times Δ", ("VtE", "VE", "EV")),
        ("the gradient of W, Δ A transposed", ("DAt", "ADt", "AtD", "DA", "DtA")),
        ("the gradient of b, the sums of the rows of Δ", ("D1", "Dt1", "1tD")),
    ):
        page.get_by_role("radio", name=operation).check(force=True)
        forms = page.locator(".forms fieldset:visible input")
        for k, key in enumerate(keys):
            forms.nth(k).check(force=True)
            assert trace(page) == shapes(product=key).trace
    assert visit.complaints() == []


def test_edges_that_do_not_meet_are_shown_and_can_be_made_to_meet(show):
    page = show({"product": "WtA"}).page
    assert "✗ does not fit" in status(page)
    drawn = page.locator(".picture text")
    assert "no product" in drawn.all_text_contents()
    assert page.locator(".picture .backward.strong").all_text_contents() == ["n₁ = 4", "n₀ = 3"]
    assert page.locator(".term.alone").inner_text().split("\n") == ["w⁽¹⁾₄₁ · ?", "0.8 · ?"]
    page.get_by_role("button", name="make the two edges equal").click()
    assert "✗ fits, and is wrong" in status(page)
    assert typed(page, SIZES[0]).input_value() == "4"
    assert page.locator(".numbers").count() == 2
    assert page.locator(".numbers .most").count() == 1
    page.get_by_role("button", name="show the entry that differs most").click()
    wrong, right = page.locator(".numbers .chosen").all_inner_texts()
    i, j = (
        page.get_by_role("spinbutton", name="row").input_value(),
        page.get_by_role("spinbutton", name="column").input_value(),
    )
    assert f"entry {i}, {j}, {wrong} instead of {right}" in status(page)


def test_the_sum_is_that_of_the_entry_pointed_at(show):
    page = show().page
    page.locator('.picture [data-i="3"][data-j="4"]').click()
    assert trace(page) == shapes(entry=(3, 4)).trace
    page.locator('.picture [data-i="2"][data-j="5"]').hover()
    assert trace(page) == shapes(entry=(2, 5)).trace
    first = page.locator(".term").first.inner_text().split("\n")
    assert first == ["z⁽¹⁾₂₅", "0.69"]
    lit = page.locator('.picture rect[fill="var(--forward-fill)"]')
    assert lit.count() == 3 + 3 + 1 + 1  # a row of W, a column of A, the entry, its bias


def test_a_size_out_of_range_is_refused_in_words(show):
    page = show().page
    for number in ("9", "2.5"):
        typed(page, SIZES[1]).fill(number)
        assert (
            "between 1 and 6" in page.locator(".notes").inner_text()
            or "whole number" in page.locator(".notes").inner_text()
        )
    page.get_by_role("spinbutton", name="row").fill("7")
    assert "The row must be a whole number from 1 to 4" in page.locator(".notes").inner_text()
    assert trace(page) == shapes().trace
    typed(page, SIZES[1]).fill("2")
    assert page.locator(".notes").inner_text() == ""
    assert "n₁ = 2 units out" in trace(page)


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    press = page.keyboard.press
    press("Tab")
    press("ArrowRight")
    press("ArrowRight")  # ∂L/∂W
    press("Tab")
    press("ArrowRight")  # A Δᵀ
    press("Tab")
    press("ArrowUp")
    press("Tab")
    press("ArrowUp")
    assert trace(page) == shapes(product="ADt", entry=(2, 2)).trace
    for name in SIZES:
        press("Tab")
        press("ArrowLeft")
        press("Tab")
        expect(typed(page, name)).to_be_focused()
    assert "n₀ = 2 units in, n₁ = 3 units out, n₂ = 1 units in the next layer, m = 4 examples" in trace(page)
    press("Tab")
    press("Enter")  # start
    assert trace(page) == shapes().trace
    for _ in range(4):
        press("Tab")
    press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


def test_a_link_can_hold_what_the_reader_chose(show):
    visit = show()
    page = visit.page
    page.goto(visit.address + "?shapes.product=DtA&shapes.inputs=4&shapes.j=2&shapes.units=9")
    assert "✗ fits, and is wrong" in status(page)
    assert page.get_by_role("spinbutton", name="column").input_value() == "2"
    page.get_by_role("button", name="one example").click()
    page.wait_for_function("location.search.includes('shapes.examples=1')")


def test_a_change_is_read_out(show):
    page = show().page
    page.get_by_role("radio", name="back, W transposed times Δ").check(force=True)
    expect(page.locator(".live [role=status]")).to_contain_text("W⁽²⁾ᵀ Δ⁽²⁾ fits")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible_and_fits(show, width, dark):
    visit = show({"product": "WtA"}, width=width, dark=dark)
    page = visit.page
    assert visit.accessibility() == []
    assert visit.sideways() == []
    page.get_by_role("button", name="all sizes equal").click()
    for name in SIZES:
        typed(page, name).fill("5")
    assert "fits, and is wrong" in status(page)
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.crowded() == []
    assert visit.complaints() == []


def test_the_default_network_is_left_as_it_is():
    before = EXAMPLE.vector.copy()
    shapes(product="DAt")
    np.testing.assert_array_equal(EXAMPLE.vector, before)
