"""E14: a tiny autodiff, worked by hand; its graphs, its points, and what is no answer."""

import numpy as np

from backprop_lab import check
from backprop_lab.autodiff import Value as LibraryValue
from backprop_lab.exercises import graphs
from tests.exercises.answers_e14 import ALL, BACKWARD, BACKWARD_OF_SLOPES, CLOSURES, E14, SLOPES, results, value_class
from tests.exercises.told import points


def test_a_diamond_worked_by_hand():
    # u = x + x = 6, v = -u = -6, L = u v = -36 = -4x², so dL/dx = -8x = -24; u gets v - u = -12.
    graph = {"leaves": (3.0,), "steps": ("+ x1 x1", "negate v1", "* v1 v2"), "result": "v3"}
    slopes = graphs.local_slopes(graph)
    assert slopes == {"v1": (1, 1), "v2": (-1,), "v3": (-6, 6)}
    assert graphs.added_up(graph, slopes) == {"x1": -24, "v1": -12, "v2": 6, "v3": 1}
    # u first: it has -6 and passes 2·(-6) to x; then v passes -6 to u, too late.
    assert graphs.walked(graph, slopes, "rows", turned=False, once=True) == {"x1": -12, "v1": -12, "v2": 6, "v3": 1}
    # u passes on twice: -12, and then -24 once more.
    assert graphs.walked(graph, slopes, "rows", turned=False, once=False)["x1"] == -36
    # Along the other road first it comes out right.
    assert graphs.walked(graph, slopes, "rows", turned=True, once=True) == graphs.added_up(graph, slopes)
    stored = list(graphs.chosen(graph, slopes, stored=True))
    # v1 keeps -6, 6·(-1) or both; x1 one of two equal shares, or both.
    assert {(one["v1"], one["x1"]) for one in stored} == {(-6, -6), (-6, -12), (-12, -12), (-12, -24)}


def test_calls_that_forget_nothing_worked_by_hand():
    # v1 = 2·3, v2 = v1 + x3, middle v1: dv1 = (3, 2); then dL = (3, 2, 1).
    graph = {"leaves": (2.0, 3.0, 1.0), "steps": ("* x1 x2", "+ v1 x3"), "result": "v2", "middle": "v1"}
    slopes = graphs.local_slopes(graph)

    def x1_and_v1(way):
        return [(told["x1"], told["v1"]) for told in graphs.repeated(graph, slopes, way)]

    assert x1_and_v1("all") == [(3, 1), (6, 2), (9, 3)]
    assert x1_and_v1("leaves") == [(3, 1), (6, 1), (9, 1)]
    # What v1 has is passed on again: 3, then 2·3 more, then 3·3 more.
    assert x1_and_v1("through") == [(3, 1), (9, 2), (18, 3)]
    # v1 was visited and passes nothing on.
    assert x1_and_v1("seen") == [(3, 1), (3, 2), (3, 2)]


def test_points_are_as_planned_and_right_classes_earn_them():
    assert {t.name: t.points for t in E14.terms} == ALL
    for seed in range(5):
        assert points(results(value_class(CLOSURES), seed)) == ALL
        assert points(results(value_class(SLOPES + BACKWARD_OF_SLOPES), seed)) == ALL


def test_the_library_s_own_class_is_right():
    assert points(results(LibraryValue)) == ALL


def test_graphs_are_what_they_are_said_to_be():
    for seed in range(10):
        for fixture in E14.fixtures(np.random.default_rng(seed)):
            u = fixture.values
            forks, roads = graphs.uses(u.fork_graph), graphs.uses(u.order_graph)
            assert any(len(own) > 1 for name, own in forks.items() if name[0] == "x")
            assert not any(len(own) > 1 for name, own in forks.items() if name[0] == "v")
            assert any(len(own) > 1 for name, own in roads.items() if name[0] == "v")
            assert not any(len(own) > 1 for own in graphs.uses(u.second_graph).values())
            steps = [step.split() for graph in (u.fork_graph, u.order_graph) for step in graph["steps"]]
            twice = any(len(step) == 3 and step[1] == step[2] for step in steps)
            assert twice == (fixture.variation == "used twice in one step")
            last = f"v{len(u.order_graph['steps'])}" == u.order_graph["result"]
            assert last == (fixture.variation != "not the last step")
            assert len(u.order_graph["steps"]) < 60
            ones = {step: (1,) * len(inputs) for step, _, inputs in graphs.steps(u.order_graph)}
            assert max(graphs.added_up(u.order_graph, ones).values()) < 1000, "the notebook says so"


def test_operations_and_sides_that_the_plan_asks_for_are_all_there():
    inputs = {f.variation: f.inputs for f in E14.fixtures(np.random.default_rng(0))}
    graphs_of_each = [one[name] for one in inputs.values() for name in ("order_graph", "fork_graph")]
    assert {step.split()[0] for graph in graphs_of_each for step in graph["steps"]} == {
        "+", "-", "*", "negate", "tanh", "exp"
    }  # fmt: skip
    mixed = {step for one in inputs.values() for step in one["mix"]["steps"]}
    assert mixed == {"v + c", "v - c", "v * c", "c + v", "c - v", "c * v"}
    whole = inputs["whole numbers"]
    assert all(type(x) is int for x in (*whole["fork_graph"]["leaves"], whole["mix"]["c"]))


def test_a_backward_that_does_nothing_earns_nothing():
    for body in ("pass", "self.grad = 1.0"):
        told = results(value_class(CLOSURES.replace(BACKWARD, f"    def backward(self):\n        {body}\n")))
        assert sum(points(told).values()) == 0, points(told)


def test_a_walk_that_never_ends_costs_what_it_is_asked_for_alone():
    endless = CLOSURES.replace("        build(self)\n", "        build(self)\n        while self.grad: pass\n")
    text = repr(check("e14", "Value", namespace={"Value": value_class(endless)}))
    assert text.count("did not come back in time") == 1
    assert text.startswith("E14 · Value · 11 of 12 points")


def test_a_borrowed_class_is_refused():
    text = repr(check("e14", "Value", namespace={"Value": LibraryValue}))
    assert (
        text
        == "Nothing was checked: your code uses backprop_lab's own Value, not available in graded code: write it yourself."
    )
