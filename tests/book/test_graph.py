"""The graph figure in a real browser: it does what Python does, and all of it can be reached by keyboard."""

import re

import pytest
from playwright.sync_api import Page, expect

from backprop_lab.figures.graph import EXAMPLES, graph
from backprop_lab.figures.graph_still import few
from backprop_lab.figures.graph_structure import built, structure
from backprop_lab.figures.graph_walk import Reading
from backprop_lab.figures.graph_words import conclusion
from tests.book.showing import pick, showing, step_by_keys, trace
from tests.figures.value_graphs import WAYS, usable

pytestmark = pytest.mark.browser

show = showing(graph)


def step(page: Page) -> int:
    return int(re.match(r"step (\d+) of", page.locator(".count").text_content())[1])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click(force=True)  # at an end it is "aria-disabled"


def cell(page: Page, symbol: str, column: str) -> str:
    row = page.locator(".grads tbody tr").filter(has=page.locator("th", has_text=re.compile(f"^{symbol}$")))
    return row.locator("td").nth(["value", "grad", "nudged", "verdict"].index(column)).inner_text()


# ── As a reader uses it ───────────────────────────────────────────────────────────────────────────────────────────────


def test_the_first_frame_is_the_setting_that_python_gave(show):
    output = usable(12)[11]
    visit = show({"output": output, "order": "depth first", "fork": "=", "calls": 2, "step": 3})
    page = visit.page
    assert trace(page) == graph(output, order="depth first", fork="=", calls=2).trace
    assert step(page) == 3
    assert page.locator("input[name=example]").count() == 0
    assert not page.locator("img").is_visible()
    assert visit.complaints() == []


def test_examples_and_switches_do_what_python_does(show):
    visit = show()
    page = visit.page
    for name in EXAMPLES:
        pick(page, "example", name)
        assert step(page) == 0
        for way in WAYS:
            pick(page, "order", way.order)
            pick(page, "fork", way.fork)
            pick(page, "calls", str(way.calls))
            press(page, "last")
            expected = graph(name, order=way.order, fork=way.fork, calls=way.calls)
            assert trace(page) == expected.trace
            r = Reading(*structure(*EXAMPLES[name][1]()), way)
            assert page.locator(".end").inner_text() == conclusion(r)
            assert step(page) == len(r.steps)
            for k, node in enumerate(r.nodes):
                assert cell(page, node.symbol, "grad") == few(r.grads[k])
                assert cell(page, node.symbol, "verdict") == ("✗ wrong" if k in r.wrong else "✓ right")
    assert visit.complaints() == []


def test_the_diamond_step_by_step(show):
    page = show().page
    line, shares, told = (page.locator(f".{name}") for name in ("line", "shares", "told"))
    assert "x = 3" in line.inner_text()
    press(page, "next")
    assert line.inner_text() == "u = x · 2 = 6"
    assert shares.inner_text().split("\n\n") == ["u = 3 · 2 = 6", "∂u/∂x = 2"]
    assert "It goes into 2 places: a fork. (eq-local-rules)" in told.inner_text()
    for _ in range(3):
        press(page, "next")
    assert line.inner_text() == "L.grad = 1"
    assert "eq-graph-sum" in told.inner_text()
    press(page, "next")
    assert "u.grad += ∂L/∂L · ∂L/∂u = 1 · 7 = 7" in shares.inner_text()
    assert "u waits: 1 of 2 shares. (eq-graph-order)" in told.inner_text()
    assert cell(page, "u", "verdict") == "1 of 2"
    press(page, "next")
    assert "u.grad is now 7 + 6 = 13; 2 of 2 arrived" in shares.inner_text()
    press(page, "next")
    assert "Both shares of u have come, so it may pass on. (eq-graph-order)" in told.inner_text()
    assert "x.grad += ∂L/∂u · ∂u/∂x = 13 · 2 = 26" in shares.inner_text()
    assert step(page) == 7


MISTAKES = {
    "order": ({"order": "depth first", "step": 6}, ["✗ Too early: u passes on when 1 of its 2 shares has come.", "x.grad is wrong now: 14, and 26 is right."]),
    "too late": ({"order": "depth first", "step": 7}, ["✗ Too late: u has passed on already; this share stays there."]),
    "fork": ({"fork": "=", "step": 6}, ["✗ The share that had come to u, 7, is overwritten. (eq-graph-sum)", "u.grad is wrong now: 6, and 13 is right."]),
    "passed on": ({"fork": "=", "step": 7}, ["But its gradient is wrong, and so is what it passes on."]),
    "second call": ({"calls": 2, "step": 8}, ["A second call. Nothing is reset"]),
    "left over": ({"calls": 2, "step": 9}, ["✗ v.grad still held 6 from the first call: it is now 12, and 6 is right. (eq-graph-sum)"]),
}  # fmt: skip


@pytest.mark.parametrize(("setting", "said"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_named_where_the_wrong_number_arises(show, setting, said):
    told = show(setting).page.locator(".told").inner_text()
    for words in said:
        assert words in told


def test_before_a_number_is_wrong_nothing_is_called_wrong(show):
    page = show({"order": "depth first", "step": 5}).page
    assert "✗" not in page.locator(".live").inner_text()
    press(page, "next")
    assert cell(page, "x", "verdict") == "✗ wrong"
    assert cell(page, "x", "nudged") == "26"
    assert page.locator(".picture text", has_text="✗ 14").count() == 1


def test_lines_turn_solid_and_dashed_a_node_at_a_time(show):
    page = show().page
    heads = lambda colour: page.locator(f'.picture polygon[fill="var(--{colour})"]').count()  # noqa: E731
    seen = []
    for _ in range(7):
        press(page, "next")
        seen.append((heads("forward"), heads("backward")))
    assert seen == [(1, 0), (2, 0), (4, 0), (4, 0), (4, 2), (4, 3), (4, 4)]
    assert page.locator('.picture path[stroke="var(--backward)"]:not([stroke-dasharray="5 3"])').count() == 0


def test_leaves_can_be_moved(show):
    visit = show({"output": "arms", "step": 9})
    page = visit.page
    page.get_by_role("spinbutton", name="w, leaf, typed").fill("-1.25")
    page.get_by_role("slider", name="b leaf").focus()
    page.keyboard.press("ArrowRight")
    nodes, _ = structure(*EXAMPLES["arms"][1]())
    r = Reading(nodes, [-1.25, 1.6, -0.25])
    assert built(nodes, r.leaves)[-1].data == r.values[-1]
    for k, node in enumerate(nodes):
        assert cell(page, node.symbol, "value") == few(r.values[k])
        assert cell(page, node.symbol, "grad") == few(r.grads[k])
    page.get_by_role("spinbutton", name="w, leaf, typed").fill("900")
    assert "w must be a number between −100 and 100." in page.locator(".notes").inner_text()
    press(page, "start values")
    assert trace(page) == graph("arms").trace
    assert visit.complaints() == []


def test_what_cannot_be_computed_is_refused_in_words(show):
    from backprop_lab.autodiff import Value

    x = Value(0.5, "x")
    visit = show({"output": x.log() * 2})
    page = visit.page
    page.get_by_role("spinbutton", name="x, leaf, typed").fill("-1")
    assert page.locator(".notes").inner_text() == (
        "v₁ cannot be computed: log needs a positive number. The figure keeps the numbers that it had."
    )
    assert trace(page) == graph(x.log() * 2).trace
    page.get_by_role("spinbutton", name="x, leaf, typed").fill("2")
    assert page.locator(".notes").inner_text() == ""
    assert cell(page, "x", "value") == "2"
    assert visit.complaints() == []


def test_everything_can_be_done_by_keyboard_alone(show):
    visit = show()
    page = visit.page
    for _ in range(4):  # two arms, depth first, =, twice
        page.keyboard.press("Tab")
        page.keyboard.press("ArrowRight")
    assert trace(page) == graph("arms", order="depth first", fork="=", calls=2).trace
    step_by_keys(page, lambda: step(page), last=14)
    page.keyboard.press("Tab")
    expect(page.get_by_role("slider", name="w leaf")).to_be_focused()
    for _ in range(7):  # three leaves, each by slider and typed, and the button; then the text
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.locator(".live pre").is_visible()
    assert visit.complaints() == []


def test_switches_keep_the_step_within_reach(show):
    page = show({"calls": 2, "step": 11}).page
    pick(page, "calls", "1")
    assert step(page) == 7
    pick(page, "calls", "2")
    assert step(page) == 11  # who is at the end stays there
    press(page, "back")
    pick(page, "calls", "1")
    assert step(page) == 7


def test_it_speaks_and_a_link_holds_the_setting(show):
    visit = show()
    page = visit.page
    page.goto(f"{page.url}?graph.example=arms&graph.order=depth first&graph.step=8&graph.l1=0.75")
    assert step(page) == 8
    assert cell(page, "w", "value") == "0.75"
    press(page, "back")
    expect(page.locator(".live [role=status]")).to_contain_text("Step 7 of 9, backward: q passes on.")
    page.wait_for_function("location.search.includes('graph.step=7')", timeout=3000)
    assert "graph.l1=0.75" in page.url
    pick(page, "example", "neuron")
    page.wait_for_function("location.search.includes('graph.example=neuron')", timeout=3000)
    assert "graph.l1" not in page.url
    page.goto(f"{visit.address}?graph.example=none&graph.order=any&graph.step=60&graph.calls=7&graph.l1=1000")
    assert trace(page) == graph().trace
    assert step(page) == 7


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_and_is_accessible(show, width, dark):
    visit = show({"order": "depth first", "step": 6}, width=width, dark=dark)
    page = visit.page
    for name in EXAMPLES:
        pick(page, "example", name)
        pick(page, "calls", "2")
        press(page, "last")
        assert visit.sideways() == []
        assert visit.crowded() == []
    page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
