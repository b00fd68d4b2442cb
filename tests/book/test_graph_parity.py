"""The graph figure's numbers and words in Chromium are those of autodiff and of the still.

max|js − py| / max|py| ≤ 1e-12 for values, local derivatives and gradients, over more than 500 random settings.
"""

import itertools
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page

from backprop_lab.figures.graph import EXAMPLES, _as_setting, graph
from backprop_lab.figures.graph_layout import layout
from backprop_lab.figures.graph_still import Geometry, few, labels
from backprop_lab.figures.graph_structure import formula, structure
from backprop_lab.figures.graph_walk import Reading
from backprop_lab.figures.live import script
from tests.book.parity import TOLERANCE, apart, planted
from tests.book.showing import computing
from tests.figures.value_graphs import WAYS, usable

pytestmark = pytest.mark.browser

core = computing("core.js")

COMPUTE = """(cases) => cases.map(([graph, leaves, way]) => {
  const r = backpropLab.graph.reading(graph, leaves, way);
  return { values: r.values, slopes: r.slopes.flat().map(([, d]) => d), to: r.slopes.flat().map(([u]) => u), right: r.right,
    grads: r.grads, why: r.why, uses: r.uses, steps: r.steps.map(({ kind, node, call, shares }) => [kind, node, call, shares.map((s) => [s.to, s.arrived])]),
    shares: r.steps.flatMap(({ shares }) => shares.flatMap((s) => [s.up, s.slope, s.amount, s.before, s.after])),
    nudged: r.nodes.map((_, k) => { const d = backpropLab.graph.nudged(r, k); return [Number.isNaN(d.value) ? null : d.value, d.doubt]; }) };
})"""


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
        worst = max(worst, apart(js["shares"], numbers), *(apart(*pair) for pair in pairs))
        for k, (value, doubt) in enumerate(js["nudged"]):
            d = r.nudged(k)
            if (value is None) != np.isnan(d.value) or apart([doubt], [d.doubt]) > TOLERANCE:
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
    page = core(planted("graph_walk.js", right, wrong))
    assert disagreement(page) > TOLERANCE


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
