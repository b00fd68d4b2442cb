"""The graph figure in a real browser: its numbers are those of autodiff, and all of it can be reached by keyboard.

Parity: max|js − py| / max|py| ≤ 1e-12 for values, local derivatives and gradients, over more than 500 random settings.
"""

import itertools
import re
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab.figures.graph import EXAMPLES, _as_setting, graph
from backprop_lab.figures.graph_layout import layout
from backprop_lab.figures.graph_still import Geometry, few, labels
from backprop_lab.figures.graph_structure import built, formula, structure
from backprop_lab.figures.graph_walk import FORKS, ORDERS, Reading, Way
from backprop_lab.figures.graph_words import conclusion
from backprop_lab.figures.live import script
from tests.book.showing import computing, showing, step_by_keys, trace
from tests.figures.value_graphs import usable

pytestmark = pytest.mark.browser

TOLERANCE = 1e-12
WAYS = [Way(*made) for made in itertools.product(ORDERS, FORKS, (1, 2))]
show = showing(graph)
core = computing("core.js")
COMPUTE = """(cases) => cases.map(([graph, leaves, way]) => {
  const r = backpropLab.graph.reading(graph, leaves, way);
  return { values: r.values, slopes: r.slopes.flat().map(([, d]) => d), to: r.slopes.flat().map(([u]) => u), right: r.right,
    grads: r.grads, why: r.why, uses: r.uses, steps: r.steps.map(({ kind, node, call, shares }) => [kind, node, call, shares.map((s) => [s.to, s.arrived])]),
    shares: r.steps.flatMap(({ shares }) => shares.flatMap((s) => [s.up, s.slope, s.amount, s.before, s.after])),
    nudged: r.nodes.map((_, k) => { const d = backpropLab.graph.nudged(r, k); return [Number.isNaN(d.value) ? null : d.value, d.doubt]; }) };
})"""


def step(page: Page) -> int:
    return int(re.match(r"step (\d+) of", page.locator(".count").text_content())[1])


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click(force=True)  # at an end it is "aria-disabled"


def pick(page: Page, group: str, value: str) -> None:
    page.locator(f'input[name={group}][value="{value}"]').check(force=True)


def cell(page: Page, symbol: str, column: str) -> str:
    row = page.locator(".grads tbody tr").filter(has=page.locator("th", has_text=re.compile(f"^{symbol}$")))
    return row.locator("td").nth(["value", "grad", "nudged", "verdict"].index(column)).inner_text()


@cache
def cases() -> list[Reading]:
    """Each random graph with its own leaves and with others, and each example with many, in every way by turns."""
    rng, made, ways = np.random.default_rng(7), [], itertools.cycle(WAYS)
    pool = [structure(output, {}) for output in usable(260)] + [structure(*make()) for _, make in EXAMPLES.values()]
    for k in range(1000):
        nodes, leaves = pool[k % len(pool)]
        if k >= len(pool):
            leaves = rng.uniform(-2, 2, len(leaves)).tolist()
        try:
            r = Reading(nodes, leaves, next(ways))
        except ValueError:
            continue  # a log or a root of a negative number
        if max(map(abs, r.values)) < 1e4 and max(map(abs, r.right)) < 1e6:
            made.append(r)
    return made


def asked(r: Reading) -> list:
    way = {"order": r.way.order, "fork": r.way.fork, "calls": r.way.calls}
    # Where nodes stand is of no matter here, and there are graphs that find no place.
    return [{"nodes": [[n.symbol, n.operation, n.inputs, n.number] for n in r.nodes]}, r.leaves, way]


def far(js: list[float], py: list[float]) -> float:
    js, py = np.array(js), np.array(py)
    assert js.shape == py.shape
    gap, scale = np.max(np.abs(js - py), initial=0.0), np.max(np.abs(py), initial=0.0)
    return 0.0 if gap == 0 else float(gap / scale) if scale else np.inf


def disagreement(page: Page) -> float:
    worst = 0.0
    for r, js in zip(cases(), page.evaluate(COMPUTE, [asked(r) for r in cases()]), strict=True):
        flat = [pair for pairs in r.slopes for pair in pairs]
        steps = [[s.kind, s.node, s.call, [[share.to, share.arrived] for share in s.shares]] for s in r.steps]
        if (js["to"], js["uses"], js["steps"]) != ([u for u, _ in flat], r.uses, steps) or js["why"]:
            return np.inf
        numbers = [
            v
            for s in r.steps
            for share in s.shares
            for v in (share.up, share.slope, share.amount, share.before, share.after)
        ]
        pairs = [
            (js["values"], r.values),
            (js["slopes"], [d for _, d in flat]),
            (js["right"], r.right),
            (js["grads"], r.grads),
        ]
        worst = max(worst, far(js["shares"], numbers), *(far(*pair) for pair in pairs))
        for k, (value, doubt) in enumerate(js["nudged"]):
            d = r.nudged(k)
            if (value is None) != np.isnan(d.value) or far([doubt], [d.doubt]) > TOLERANCE:
                return np.inf
            if value is not None and abs(value - d.value) > 4 * d.doubt:
                return np.inf
    return worst


def test_all_numbers_of_more_than_500_random_settings_are_the_library_s(core):
    assert len(cases()) >= 500
    assert {r.way for r in cases()} == set(WAYS)
    assert {node.operation for r in cases() for node in r.nodes} >= {"div", "pow", "log", "exp", "relu", "neg", "sub"}
    assert disagreement(core(script("graph_walk.js"))) <= TOLERANCE


FAULTS = {
    "minus passes on a plus": ("slopes: () => [1, -1]", "slopes: () => [1, 1]"),
    "the factors are exchanged": ("slopes: (u, v) => [v, u]", "slopes: (u, v) => [u, v]"),
    "1 + a²": ("[1 - a * a]", "[1 + a * a]"),
    "exp passes on u": ("slopes: (u, v, a) => [a], rules", "slopes: (u, v, a) => [u], rules"),
    "a fork assigns": ('fork === "+=" ? before + amount : amount', "amount"),
    "calls are reset": ("grads[last] = 1;", "grads.fill(0); grads[last] = 1;"),
    "the order from the leaves": ("return steps.reverse();", "return steps;"),
    "a walk in depth that comes twice": ("!seen.includes(u) && !nodes[u].leaf", "!nodes[u].leaf"),
    "one-sided": ("[ahead, behind].map((number)", "[ahead, r.values[k]].map((number)"),
    "the exponent stays": ("n * u ** (n - 1)", "n * u ** n"),
}


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    text = script("graph_walk.js")
    assert text.count(right) == 1
    assert disagreement(core(text.replace(right, wrong))) > TOLERANCE


def test_words_formulas_places_and_traces_are_those_of_python(open_html):
    page = open_html("").page
    for name in ("core.js", "draw.js", "graph_walk.js", "graph_words.js", "graph_picture.js"):
        page.add_script_tag(content=script(name))
    found = 0
    for output, way in zip(usable(120), itertools.cycle(WAYS), strict=False):
        nodes, leaves = structure(output, {})
        try:
            place = layout(nodes)
        except ValueError:
            continue
        r, found = Reading(nodes, leaves, way), found + 1
        js = page.evaluate(
            """([graph, leaves, way]) => {
              const lab = backpropLab.graph, r = lab.reading(graph, leaves, way), g = lab.geometry(r, 416);
              const words = g.edges.map(({ slope }) => `· ${lab.few(slope)}`);
              return { trace: lab.trace(r), formulas: r.nodes.flatMap((n, k) => n.leaf ? [] : [lab.formula(r.nodes, k, r.values)]), words,
                points: g.edges.map((e) => e.points), labels: lab.labels(g.edges, words, 416).map(([x, y]) => [x, y]) };
            }""",
            [_as_setting("", nodes, leaves), leaves, {"order": way.order, "fork": way.fork, "calls": way.calls}],
        )
        assert js["trace"] == graph(output, order=way.order, fork=way.fork, calls=way.calls).trace
        steps = [k for k, node in enumerate(nodes) if node.operation != "leaf"]
        assert js["formulas"] == [formula(nodes, k, r.values) for k in steps]
        geometry = Geometry(r, place, 416, 8)
        edges = list(geometry.edges())
        assert np.allclose(np.concatenate([e.points for e in edges]), np.concatenate(js["points"]))
        words = [f"· {few(e.slope)}" for e in edges]
        assert js["words"] == words
        assert np.allclose(labels(edges, words, 416), js["labels"])
    assert found > 100


def test_numbers_are_written_as_in_the_still(open_html):
    rng = np.random.default_rng(2)
    numbers = [
        0.0,
        1.0,
        -2.5,
        100.0,
        -1e-9,
        5e-324,
        1200.0,
        *(rng.normal(size=300) * 10.0 ** rng.integers(-7, 6, 300)).tolist(),
    ]
    page = open_html("").page
    for name in ("core.js", "draw.js", "graph_walk.js", "graph_words.js", "graph_picture.js"):
        page.add_script_tag(content=script(name))
    js = page.evaluate("(numbers) => numbers.map(backpropLab.graph.few)", numbers)
    assert js == [few(number) for number in numbers]
    assert max(map(len, js)) <= 9


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


OVERLAPS = """() => {  // step by step from the first to the last
  const root = document.querySelector("backprop-graph").shadowRoot, found = [];
  const [first, , next] = root.querySelectorAll(".go button");
  const look = () => {
    const edge = root.querySelector(".picture").getBoundingClientRect(), count = root.querySelector(".count").textContent;
    const texts = [...root.querySelectorAll(".picture text")].map((node) => [node.textContent, node.getBoundingClientRect()]).filter(([said]) => said);
    texts.forEach(([said, p], i) => {
      if (p.height < 12 || p.left < edge.left - 8 || p.right > edge.right + 8) found.push(`${count}: ${said} is cut`);
      texts.slice(i + 1).forEach(([other, q]) => {
        const across = Math.min(p.right, q.right) - Math.max(p.left, q.left), down = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
        if (across > 2 && down > 4) found.push(`${count}: ${said} on ${other}`);
      });
    });
  };
  first.click();
  look();
  while (next.getAttribute("aria-disabled") === "false") { next.click(); look(); }
  return found;
}"""


@pytest.mark.parametrize("width", [1280, 390, 320])
def test_no_text_of_the_drawing_is_cut_or_lies_on_another(show, width):
    page = show(width=width).page
    for name in EXAMPLES:
        pick(page, "example", name)
        for order, fork, calls in ((ORDERS[0], "+=", "1"), (ORDERS[1], "+=", "2"), (ORDERS[0], "=", "1")):
            pick(page, "order", order)
            pick(page, "fork", fork)
            pick(page, "calls", calls)
            assert page.evaluate(OVERLAPS) == [], (name, order, fork, calls)


@pytest.mark.parametrize("width", [1280, 390])
def test_large_graphs_have_room(open_html, width):
    seen = 0
    for output in usable(600):
        nodes, _ = structure(output, {})
        if len(nodes) < 11 or layout(nodes).width < 3:
            continue
        visit = open_html(graph(output).html, width=width)
        assert visit.page.evaluate(OVERLAPS) == []
        assert visit.sideways() == []
        seen += 1
        if seen == 6:
            break
    assert seen == 6


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
