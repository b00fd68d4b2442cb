"""E14: walks back through the graph in a wrong order are named, and cost the order alone."""

import pytest

from tests.exercises.answers_e14 import ALL, SLOPES, results, value_class
from tests.exercises.told import points

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


@pytest.mark.parametrize("seed", [0, 1])
def test_shares_that_overwrite_one_another_and_a_wrong_order_are_both_named(seed):
    wrong = (ZEROED + WALKS["in rows"]).replace("u.grad += ", "u.grad = ")
    told = results(value_class(SLOPES + "    def backward(self):" + wrong), seed)
    assert points(told) == ALL | {"fork": 0, "order": 0}
    assert "G17" in told["fork"].codes
    assert "G19" in told["order"].codes
