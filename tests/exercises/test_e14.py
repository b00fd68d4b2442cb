"""E14: a tiny autodiff, worked by hand, and what students write in its place."""

import math

import numpy as np
import pytest

from backprop_lab import check
from backprop_lab.autodiff import Value as LibraryValue
from backprop_lab.exercises import graphs, load
from backprop_lab.grading.calibrate import answered

E14 = load("e14")
ALL = {"plus": 1, "minus": 1, "times": 1, "bends": 1, "numbers": 1, "fork": 3, "order": 3, "second": 1}

# As a student would write it who has seen micrograd.
CLOSURES = """
class Value:
    def __init__(self, data, prev=()):
        self.data, self.grad = data, 0.0
        self._prev = prev
        self._backward = lambda: None

    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data + other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad += out.grad  # sum
        out._backward = _backward
        return out

    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data * other.data, (self, other))
        def _backward():
            self.grad += other.data * out.grad
            other.grad += self.data * out.grad
        out._backward = _backward
        return out

    def tanh(self):
        t = math.tanh(self.data)
        out = Value(t, (self,))
        def _backward():
            self.grad += (1 - t**2) * out.grad
        out._backward = _backward
        return out

    def exp(self):
        e = math.exp(self.data)
        out = Value(e, (self,))
        def _backward():
            self.grad += e * out.grad
        out._backward = _backward
        return out

    def __neg__(self):
        out = Value(-self.data, (self,))
        def _backward():
            self.grad -= out.grad  # negation
        out._backward = _backward
        return out

    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        out = Value(self.data - other.data, (self, other))
        def _backward():
            self.grad += out.grad
            other.grad -= out.grad  # difference
        out._backward = _backward
        return out

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return Value(other) - self

    def backward(self):
        topo, visited = [], set()
        def build(v):
            if v not in visited:
                visited.add(v)
                for child in v._prev:
                    build(child)
                topo.append(v)
        build(self)
        for v in topo:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(topo):
            v._backward()
"""
BACKWARD = CLOSURES[CLOSURES.index("    def backward") :]
# With a list of inputs and local derivatives, as the master writes it.
SLOPES = """
class Value:
    def __init__(self, data, *inputs):
        self.data, self.grad, self.inputs = data, 0.0, inputs
    def __add__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data + other.data, (self, 1.0), (other, 1.0))
    def __sub__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data - other.data, (self, 1.0), (other, -1.0))
    def __mul__(self, other):
        other = other if isinstance(other, Value) else Value(other)
        return Value(self.data * other.data, (self, other.data), (other, self.data))
    def __neg__(self):
        return Value(-self.data, (self, -1.0))
    def tanh(self):
        return Value(math.tanh(self.data), (self, 1 - math.tanh(self.data) ** 2))
    def exp(self):
        return Value(math.exp(self.data), (self, math.exp(self.data)))
    __radd__, __rmul__ = __add__, __mul__
    def __rsub__(self, other):
        return Value(other) - self
"""


def value_class(source, *changes):
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    names = {"math": math, "__name__": "__main__"}
    exec(compile(source, "<ipython-input-1-x>", "exec"), names)
    return names["Value"]


def results(made, seed=0):
    return {r.term.name: r for r in answered(E14, {"Value": made}, E14.fixtures(np.random.default_rng(seed)))}


def points(told):
    return {name: r.points for name, r in told.items()}


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
    every = {
        step.split()[0] for f in E14.fixtures(np.random.default_rng(0)) for step in f.inputs["order_graph"]["steps"]
    }
    every |= {
        step.split()[0] for f in E14.fixtures(np.random.default_rng(0)) for step in f.inputs["fork_graph"]["steps"]
    }
    assert every == {"+", "-", "*", "negate", "tanh", "exp"}
    mixed = {step for f in E14.fixtures(np.random.default_rng(0)) for step in f.inputs["mix"]["steps"]}
    assert mixed == {"v + c", "v - c", "v * c", "c + v", "c - v", "c * v"}
    whole = next(f for f in E14.fixtures(np.random.default_rng(0)) if f.variation == "whole numbers")
    assert all(type(x) is int for x in (*whole.inputs["fork_graph"]["leaves"], whole.inputs["mix"]["c"]))


BACKWARD_OF_SLOPES = """
    def backward(self):
        order, seen = [], set()
        def place(v):
            if v not in seen:
                seen.add(v)
                for u, slope in v.inputs:
                    place(u)
                order.append(v)
        place(self)
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in reversed(order):
            for u, slope in v.inputs:
                u.grad += v.grad * slope
"""
ZEROED = """
        def clear(v):
            v.grad = 0.0
            for u, slope in v.inputs:
                clear(u)
        clear(self)
        self.grad = 1.0
"""
WALKS = {
    # micrograd #64: each step passes on as soon as it is reached.
    "depth first, once": """
        seen = set()
        def walk(v):
            if v in seen:
                return
            seen.add(v)
            for u, slope in v.inputs:
                u.grad += v.grad * slope
            for u, slope in v.inputs:
                walk(u)
        walk(self)
""",
    "at once": """
        seen = set()
        def walk(v):
            if v in seen:
                return
            seen.add(v)
            for u, slope in v.inputs:
                u.grad += v.grad * slope
                walk(u)
        walk(self)
""",
    "in rows": """
        queue, seen = [self], {self}
        for v in queue:
            for u, slope in v.inputs:
                u.grad += v.grad * slope
                if u not in seen:
                    seen.add(u)
                    queue.append(u)
""",
    "a stack": """
        stack, seen = [self], set()
        while stack:
            v = stack.pop()
            if v in seen:
                continue
            seen.add(v)
            for u, slope in v.inputs:
                u.grad += v.grad * slope
                stack.append(u)
""",
    "any order of a set": """
        seen, layer = set(), {self}
        while layer:
            below = set()
            for v in layer:
                seen.add(v)
                for u, slope in v.inputs:
                    u.grad += v.grad * slope
                    below.add(u)
            layer = below - seen
""",
}
AGAIN = {
    "recursion": """
        def walk(v):
            for u, slope in v.inputs:
                u.grad += v.grad * slope
            for u, slope in v.inputs:
                walk(u)
        walk(self)
""",
    "recursion at once": """
        def walk(v):
            for u, slope in v.inputs:
                u.grad += v.grad * slope
                walk(u)
        walk(self)
""",
    "a queue": """
        queue = [self]
        for v in queue:
            for u, slope in v.inputs:
                u.grad += v.grad * slope
                queue.append(u)
""",
    "a stack": """
        stack = [self]
        while stack:
            v = stack.pop()
            for u, slope in v.inputs:
                u.grad += v.grad * slope
                stack.append(u)
""",
}


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize(("code", "walk"), [*(("G19", w) for w in WALKS), *(("G20", w) for w in AGAIN)])
def test_a_walk_in_a_wrong_order_costs_the_order_alone_and_is_named(code, walk, seed):
    body = {"G19": WALKS, "G20": AGAIN}[code][walk]
    told = results(value_class(SLOPES + "    def backward(self):" + ZEROED + body), seed)
    if code == "G20" and walk == "recursion at once":
        # Also at forks: a leaf is only added to, so nothing is passed on twice there.
        assert told["fork"].points == 3
    assert points(told) == ALL | {"order": 0}
    assert code in told["order"].codes


WRONG = [
    ("fork", "G17", [("grad +=", "grad ="), ("grad -= out", "grad = -out")]),

    ("second", "U3", [("        for v in topo:\n            v.grad = 0.0\n", "")]),
    ("second", "U3", [("        for v in topo:\n            v.grad = 0.0\n        self.grad = 1.0", "        self.grad += 1.0")]),
    ("second", "G23", [("topo, visited = [], set()", "topo = []"), ("def backward(self):", "def backward(self, visited=set()):"), ("        for v in topo:\n            v.grad = 0.0\n", "")]),
    ("plus", "G2", [("            other.grad += out.grad  # sum\n", "")]),
    ("minus", "G4", [("other.grad -= out.grad  # difference", "other.grad += out.grad")]),
    ("minus", "G6", [("self.grad -= out.grad  # negation", "self.grad += out.grad")]),
    ("times", "G7", [("self.grad += other.data * out.grad", "self.grad += self.data * out.grad"), ("other.grad += self.data * out.grad", "other.grad += other.data * out.grad")]),
    ("bends", "H3", [("(1 - t**2)", "(1 - t)")]),
    ("bends", "G8", [("(1 - t**2)", "(1 - self.data**2)")]),
    ("bends", "G10", [("self.grad += e * out.grad", "self.grad += self.data * out.grad")]),
    ("numbers", "G12", [("return Value(other) - self", "return self - other")]),
    ("numbers", "G11", [("    def __rmul__(self, other):\n        return self * other\n", "")]),
    ("numbers", "G13", [("return self * other\n", "return Value(self.data * other)\n")]),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("term", "code", "changes"), WRONG)
def test_a_slip_is_named_and_costs_its_own_term(term, code, changes, seed):
    told = results(value_class(CLOSURES, *changes), seed)
    if code == "G13":
        # Of the three operations on the left one alone forgets v.
        assert told["numbers"].points == 0
    else:
        assert code in told[term].codes
    assert points(told) == ALL | {term: 0}
    assert not any(r.codes for name, r in told.items() if name != term)


def test_the_local_derivative_alone_costs_the_forks_and_is_told_there():
    told = results(value_class(CLOSURES, (" * out.grad", ""), ("+= out.grad", "+= 1.0"), ("-= out.grad", "-= 1.0")))
    assert points(told) == ALL | {"fork": 0}
    assert told["fork"].codes == ("G15",)
    told = results(value_class(CLOSURES, ("(1 - t**2) * out.grad", "(1 - t**2)"), ("e * out.grad", "e")))
    assert points(told) == ALL | {"fork": 0}
    assert told["fork"].codes == ("G15",)


def test_no_walk_at_all_or_one_in_the_other_direction_costs_the_forks():
    for change in [
        ("for v in reversed(topo):", "for v in topo:"),
        ("        for v in reversed(topo):\n            v._backward()", "        self._backward()"),
    ]:
        told = results(value_class(CLOSURES, change))
        assert points(told) == ALL | {"fork": 0}
        assert told["fork"].codes == ("G16",)


def test_shares_kept_in_a_dict_count_an_input_that_is_used_twice_once():
    deduped = BACKWARD_OF_SLOPES.replace(
        "in v.inputs:\n                u.grad", "in dict(v.inputs).items():\n                u.grad"
    )
    told = results(value_class(SLOPES + deduped))
    assert told["fork"].codes == ("G18",)
    assert points(told) == ALL | {"fork": 0}


def test_backward_from_another_step_than_the_last_one():
    tape = [("self.inputs = data, 0.0, inputs", "self.inputs = data, 0.0, inputs; Value.tape.append(self)"),
            ("class Value:", "class Value:\n    tape = []"),]  # fmt: skip
    from_the_last = """
    def backward(self):
        for v in Value.tape:
            v.grad = 0.0
        Value.tape[-1].grad = 1.0
        for v in reversed(Value.tape):
            for u, slope in v.inputs:
                u.grad += v.grad * slope
"""
    told = results(value_class(SLOPES + from_the_last, *tape))
    assert told["order"].codes == ("G21",)
    assert points(told) == ALL | {"order": 0}


def test_all_uses_counted_wait_for_a_share_that_never_comes():
    counted = [
        (
            "self.inputs = data, 0.0, inputs",
            "self.inputs = data, 0.0, inputs; self.uses = 0\n        for u, s in inputs: u.uses += 1",
        )
    ]
    kahn = """
    def backward(self):
        below, stack = {}, [self]
        while stack:
            v = stack.pop()
            below[v], v.grad = v.uses, 0.0
            stack += [u for u, s in v.inputs]
        self.grad, ready = 1.0, [self]
        while ready:
            v = ready.pop()
            for u, slope in v.inputs:
                u.grad += v.grad * slope
                below[u] -= 1
                if below[u] == 0:
                    ready.append(u)
"""
    told = results(value_class(SLOPES + kahn, *counted))
    assert told["order"].codes == ("G22",)
    assert points(told) == ALL | {"order": 0}


def test_an_operation_that_is_missing_costs_its_rule_and_the_graphs_without_it_are_judged():
    told = results(value_class(CLOSURES, ("def exp(self)", "def expo(self)")))
    assert told["bends"].outcome == "raised"
    assert told["bends"].points == 0
    assert points(told)["plus"] == points(told)["times"] == points(told)["numbers"] == 1


def test_an_arbitrary_rule_is_followed():
    told = results(value_class(CLOSURES, ("(1 - t**2)", "(0.3 + t**4)")))
    assert points(told) == ALL | {"bends": 0}
    assert told["fork"].followed
    assert not told["bends"].codes


def test_a_backward_that_does_nothing_earns_nothing():
    for body in ("pass", "self.grad = 1.0"):
        told = results(value_class(CLOSURES.replace(BACKWARD, f"    def backward(self):\n        {body}\n")))
        assert sum(points(told).values()) == 0, points(told)


def test_one_operation_that_overwrites_is_enough():
    told = results(value_class(CLOSURES, ("self.grad += other.data", "self.grad = other.data")))
    assert told["fork"].codes == ("G17",)
    assert points(told) == ALL | {"fork": 0}


@pytest.mark.parametrize("seed", [0, 1])
def test_shares_that_overwrite_one_another_and_a_wrong_order_are_both_named(seed):
    wrong = (ZEROED + WALKS["in rows"]).replace("u.grad += ", "u.grad = ")
    told = results(value_class(SLOPES + "    def backward(self):" + wrong), seed)
    assert points(told) == ALL | {"fork": 0, "order": 0}
    assert "G17" in told["fork"].codes
    assert "G19" in told["order"].codes


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
