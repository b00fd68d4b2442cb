"""The Python side of the graph figure: its numbers are those of autodiff, its mistakes those that they are called."""

import itertools
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab.autodiff import Value
from backprop_lab.figures.graph import EXAMPLES, graph
from backprop_lab.figures.graph_layout import LINE, MOST_IN_A_ROW, WIDEST, layout
from backprop_lab.figures.graph_still import few
from backprop_lab.figures.graph_structure import LARGEST, formula, structure
from backprop_lab.figures.graph_walk import RIGHT, Reading, Way
from backprop_lab.figures.graph_words import conclusion
from backprop_lab.figures.wording import plain, show
from tests.figures.value_graphs import WAYS, usable


def example(name: str, way: Way = RIGHT) -> Reading:
    return Reading(*structure(*EXAMPLES[name][1]()), way)


def drawn(figure) -> list[str]:
    return [node.text or "" for node in ET.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text")]


# ── Against the library ───────────────────────────────────────────────────────────────────────────────────────────────


def in_order(output: Value) -> list[Value]:
    """The values of a graph that are drawn: those that a leaf with a name is in."""
    found: dict[int, Value] = {}
    for v in output.order():
        if any(id(u) in found for u, _ in v.inputs) or (v.name and not v.inputs):
            found[id(v)] = v
    return list(found.values())


def test_random_graphs_have_the_numbers_and_gradients_of_the_library():
    for output in usable(200):
        nodes, leaves = structure(output, {})
        r = Reading(nodes, leaves)
        theirs = in_order(output)
        assert r.values == [v.data for v in theirs]
        assert r.right == [v.grad for v in theirs]
        assert r.grads == pytest.approx(r.right, rel=1e-13, abs=1e-13)
        assert r.wrong == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_nudging_agrees_with_every_gradient(name):
    r = example(name)
    for k, right in enumerate(r.right):
        assert r.nudged(k).value == pytest.approx(right, rel=1e-8, abs=1e-9)


# Written again, on the Values themselves.


def without_waiting(output: Value, assign: bool = False) -> None:
    seen = set()

    def visit(v: Value) -> None:
        seen.add(id(v))
        for u, slope in v.inputs:
            u.grad = v.grad * slope if assign else u.grad + v.grad * slope
        for u, _ in v.inputs:
            if id(u) not in seen:
                visit(u)

    output.grad = 1.0
    visit(output)


def in_topological_order(output: Value, assign: bool = False) -> None:
    output.grad = 1.0
    for v in reversed(output.order()):
        for u, slope in v.inputs:
            u.grad = v.grad * slope if assign else u.grad + v.grad * slope


@pytest.mark.parametrize("way", WAYS, ids=str)
def test_each_way_of_going_back_is_what_it_is_called(way):
    walk = in_topological_order if way.order == "topological" else without_waiting
    for output in usable(60):
        r = Reading(*structure(output, {}), way)
        for v in output.order():
            v.grad = 0.0
        for _ in range(way.calls):
            walk(output, way.fork == "=")
        assert r.grads == pytest.approx([v.grad for v in in_order(output)], rel=1e-12, abs=1e-12)


def test_the_diamond_by_hand():
    """u = 2x, v = u + 1, L = u v at x = 3: dL/dx = 8x + 2 = 26, dL/du = 2u + 1 = 13."""
    found = {way: example("diamond", way).grads for way in WAYS}
    assert found[Way()] == [26.0, 13.0, 6.0, 1.0]
    assert found[Way("depth first")] == [14.0, 13.0, 6.0, 1.0]
    assert found[Way(fork="=")] == [12.0, 6.0, 6.0, 1.0]
    assert found[Way(calls=2)] == [26.0 + 2 * 32, 13.0 + 7 + 12, 12.0, 1.0]


# ── Steps and words ───────────────────────────────────────────────────────────────────────────────────────────────────


def test_every_step_computes_passes_on_and_waits_once():
    for output in usable(60):
        for way in WAYS:
            r = Reading(*structure(output, {}), way)
            steps = [k for k, node in enumerate(r.nodes) if node.operation != "leaf"]
            assert [s.node for s in r.steps if s.kind == "forward"] == steps
            for call in range(1, way.calls + 1):
                turns = [s for s in r.steps if s.kind == "back" and s.call == call]
                assert sorted(s.node for s in turns) == steps
                arrived = dict.fromkeys(range(len(r.nodes)), 0)
                for s in turns:
                    assert way.order != "topological" or arrived[s.node] == r.uses[s.node]
                    for share in s.shares:
                        arrived[share.to] += 1
                        assert share.arrived == arrived[share.to] <= r.uses[share.to]


def test_the_conclusion_says_why_a_mistake_does_not_show():
    assert "no node goes into more than one place" in conclusion(example("neuron", Way("depth first", "=")))
    assert "a leaf passes nothing on" in conclusion(example("twice", Way("depth first")))
    assert conclusion(example("twice", Way(fork="="))) == "1 of 9 gradients is wrong: w (0.1851, not 0.6066)."
    x = Value(3.0, "x")
    u = 2 * x
    lucky = Reading(*structure((u + 1) * u, {}), Way("depth first"))
    assert conclusion(lucky) == (
        "All 4 gradients are right here: that is luck, and holds for these numbers or this order of inputs alone."
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(name):
    for way in WAYS:
        figure, r = graph(name, order=way.order, fork=way.fork, calls=way.calls), example(name, way)
        said = drawn(figure)
        for k, node in enumerate(r.nodes):
            assert node.symbol in said
            assert few(r.values[k]) in said
            assert f"{'✗' if k in r.wrong else '✓'} {few(r.grads[k])}" in said
            assert f"{node.symbol} = {show(r.values[k])}" in figure.alt
            assert f"∂L/∂{node.symbol} = {show(r.grads[k])}" in figure.alt
            assert f"{node.symbol}.grad = {plain(r.grads[k])}: {'wrong' if k in r.wrong else 'right'}" in figure.trace
        assert conclusion(r) in figure.trace
        assert figure.alt.endswith(conclusion(r))
        assert not re.search(r"(?<![\w⁻])[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt + "\n".join(said))
    for label in ("eq-local-rules", "eq-graph-sum", "eq-graph-order", "eq-central-difference"):
        assert label in graph(name).trace


def test_a_number_without_a_name_stands_in_a_formula():
    x, half = Value(2.0, "x"), Value(1.0) / Value(2.0)
    nodes, leaves = structure((half * x - 3) ** 2, {})
    assert leaves == [2.0]
    assert [formula(nodes, k) for k in range(1, 4)] == ["0.5 · x", "v₁ − 3", "v₂²"]


def test_results_and_leaves_can_be_named():
    x = Value(2.0, "x")
    u, one = x.exp(), Value(1.0)
    figure = graph(u + one, names={"u": u, "c": one})
    assert figure.trace.splitlines()[:2] == ["Graph: u = exp x, L = u + c", "Leaves: x = 2, c = 1"]


# ── Places ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_inputs_stand_above_and_nothing_on_top_of_something_else():
    refused = 0
    for output in usable(200):
        nodes, _ = structure(output, {})
        try:
            place = layout(nodes)
        except ValueError:
            refused += 1
            continue
        assert place.width <= WIDEST
        assert max(place.rows) == place.rows[-1]
        for k, node in enumerate(nodes):
            assert all(place.rows[u] < place.rows[k] for u in node.inputs if u is not None)
        for row in range(max(place.rows) + 1):
            here = [(x, 0.5) for x, at in zip(place.across, place.rows, strict=True) if at == row]
            assert 1 <= len(here) <= MOST_IN_A_ROW
            for k, line in enumerate(place.lines):
                if 0 < row - place.rows[k] <= len(line):
                    here.append((line[row - place.rows[k] - 1], LINE / 2))
            here.sort()
            assert here[0][0] >= here[0][1] - 0.002
            assert here[-1][0] <= place.width - here[-1][1] + 0.002
            assert all(b - a >= wa + wb - 0.002 for (a, wa), (b, wb) in itertools.pairwise(here))
    assert refused < 20


# ── Wrong inputs ──────────────────────────────────────────────────────────────────────────────────────────────────────


def chain(n: int) -> Value:
    v = Value(0.5, "x")
    for _ in range(n):
        v = v.tanh()
    return v


def stale() -> Value:
    x = Value(0.5, "x")
    output = x * 2
    x.data = 1.0
    return output


def strange() -> Value:
    x = Value(0.5, "x")
    return Value(0.25, "sinc {}", (x, 1.0))


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: graph(2.0), TypeError, "graph: output must be an autodiff.Value or one of diamond, arms, neuron, twice, got 2.0"),
        (lambda: graph(np.ones((1, 1))), TypeError, "graph: output must be an autodiff.Value"),
        (lambda: graph("chain"), ValueError, "graph: output must be one of diamond, arms, neuron, twice, got 'chain'"),
        (lambda: graph(chain(16)), ValueError, r"output has 17 nodes, and there is room for 16; .*print\(output\)"),
        (lambda: graph(Value(1.0) * 2), ValueError, r"made from at least one leaf with a name, such as Value\(0.5, 'w'\)"),
        (lambda: graph(Value(1.0, "x")), ValueError, "made from at least one leaf with a name"),
        (lambda: graph(Value(1.0, "x") * Value(2.0, "x")), ValueError, "two values are called 'x'"),
        (lambda: graph(Value(1.0, "weights") * 2), ValueError, "a name has 1 to 6 letters, .* got 'weights'"),
        (lambda: graph(Value(1.0, "a b") * 2), ValueError, "without spaces, quotes"),
        (lambda: graph(Value(LARGEST + 1, "x") * 2), ValueError, "the leaf x must lie between -100 and 100, got 101"),
        (lambda: graph(stale()), ValueError, "L is 1, and its inputs give 2: after a change of a leaf's data compute"),
        (lambda: graph(Value(2.0, "x") ** (1 / 3)), ValueError, "give an exponent at most six digits"),
        (lambda: graph(strange()), ValueError, "there is no drawing for the operation 'sinc {}'"),
        (lambda: graph(chain(2), names={"u": Value(1.0)}), ValueError, r"names\['u'\] is no value that output was made from"),
        (lambda: graph(chain(2), names=["u"]), TypeError, "names must be a dict"),
        (lambda: graph(names={}), TypeError, "names are for results of your own"),
        (lambda: graph(order="any"), ValueError, "order must be one of topological, depth first, got 'any'"),
        (lambda: graph(fork="-="), ValueError, r"fork must be one of \+=, =, got '-='"),
        (lambda: graph(calls=3), ValueError, "calls must be a whole number from 1 to 2, got 3"),
        (lambda: graph(step=8), ValueError, "step must be a whole number from 0 to 7, got 8"),
        (lambda: graph(step=1.5), TypeError, "step must be a whole number, got 1.5"),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()


def test_too_many_lines_side_by_side_are_refused():
    leaves = [Value(0.1 * k, f"x{k}") for k in range(1, 9)]
    total = leaves[0] * leaves[1]
    for leaf in leaves[2:]:
        total = total + leaf
    assert graph(total).setting["graphs"]["given"]["layout"]["width"] <= WIDEST  # wide, and yet a plain sum fits
    u = [Value(0.5, "x")]
    for _ in range(4):
        u.append(u[-1].tanh())
    a, b, c = u[4].exp(), u[4].relu(), u[4] ** 2
    tangle = (a + b) * (b + c)  # three in a row, while five lines pass
    for v in u:
        tangle = tangle + v
    with pytest.raises(ValueError, match=r"graph: too many of its lines run side by side .* print\(output\)"):
        graph(tangle)
