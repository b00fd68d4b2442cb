"""E14: slips in a rule, at a fork or in a second call are named, and cost their own points."""

import pytest

from tests.exercises.answers_e14 import ALL, BACKWARD_OF_SLOPES, CLOSURES, SLOPES, results, value_class
from tests.exercises.told import points

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


def test_one_operation_that_overwrites_is_enough():
    told = results(value_class(CLOSURES, ("self.grad += other.data", "self.grad = other.data")))
    assert told["fork"].codes == ("G17",)
    assert points(told) == ALL | {"fork": 0}
