"""What students write in a tiny autodiff instead of its operations: wrong local derivatives, and numbers refused."""

from collections.abc import Callable
from typing import Any

from . import graphs
from .mistake import Mistake, known
from .values import Formula, Values


def with_rule(operations: str, wrong: Callable[..., tuple]) -> Formula:
    """The rules with another one for some operations: ``wrong(inputs)`` gives the local derivatives."""

    def formula(u: Values) -> Callable:
        return lambda operation, inputs: (wrong if operation in operations.split() else _right(operation))(inputs)

    return formula


def _right(operation: str) -> Callable:
    return lambda inputs: graphs.rule(operation, inputs)


def silent(kind: str, *operations: str) -> Mistake:
    """Some of these operations, or one of them, pass nothing back."""

    def of(silenced: tuple[str, ...]) -> Formula:
        return lambda u: graphs.by_rules(u, kind, with_rule(" ".join(silenced), lambda s: tuple(0.0 for _ in s))(u))

    groups = dict.fromkeys([operations, *((one,) for one in operations)])
    return Mistake(
        "G1", tuple(of(group) for group in groups),
        "The operation passes nothing back.",
        "A result must know its inputs and the local derivative in each; what it does not know ends the way back there.",
        "0 instead of ∂L/∂v · ∂v/∂u",
        "Print what the result of this operation remembers: are both inputs there, and is something done with them in backward()?",
    )  # fmt: skip


def stopping(kind: str, *operations: str) -> Mistake:
    """Some of these operations, or one of them, raise."""

    def of(raising: tuple[str, ...]) -> Formula:
        def formula(u: Values) -> Any:
            if any(operation in raising for _, operation, _ in graphs.operations(u, kind)):
                raise TypeError("there is no such operation")
            return graphs.by_rules(u, kind, graphs.rule)

        return formula

    return Mistake(
        "G24", tuple(of(group) for group in dict.fromkeys([operations, *((one,) for one in operations)])),
        "The operation stops with an error wherever it is asked for.",
        "A computation can hold any of the operations, and one that stops takes with it every graph in which it occurs.",
        "no v at all, instead of v and its local derivative",
        "Run this operation in a cell of its own, with new leaves: which line of yours does the error point to?",
    )  # fmt: skip


def one_sided(operation: str, part: str) -> Mistake:
    """One of two inputs is forgotten."""
    right = _right(operation)
    return Mistake(
        "G2",
        (with_rule(operation, lambda s: (right(s)[0], 0.0)), with_rule(operation, lambda s: (0.0, right(s)[1]))),
        "Only one of the two inputs gets its share.",
        "An operation with two inputs has two local derivatives, and each input is nudged on its own.",
        "∂v/∂a alone instead of ∂v/∂a and ∂v/∂b",
        "Make two leaves and one operation, call backward(), and print the grad of both leaves.",
        part=part,
    )  # fmt: skip


PLUS = (
    Mistake(
        "G3", with_rule("+", lambda s: (s[1], s[0])), "The rule of the product is used for a sum.",
        "Where a grows by ε, the sum a + b grows by ε, whatever b is.",
        "∂(a + b)/∂a = b instead of 1", "Change b and nothing else: does the derivative of a + b in a change?",
        part="sum",
    ),
    one_sided("+", "sum"), silent("plus", "+"),
)  # fmt: skip
MINUS = (
    Mistake(
        "G4", with_rule("-", lambda s: (1.0, 1.0)), "The second input of a difference gets its share with the wrong sign.",
        "Where b grows by ε, a − b falls by ε.", "∂(a − b)/∂b = 1 instead of −1",
        "Work a − b out for b and for b + 0.1: which sign has the change?", part="difference",
    ),
    Mistake(
        "G5", with_rule("-", lambda s: (-1.0, 1.0)), "The two local derivatives of a difference are exchanged.",
        "a − b grows with a and falls with b.", "−1 and 1 instead of ∂(a − b)/∂a = 1 and ∂(a − b)/∂b = −1",
        "Work a − b out for a and for a + 0.1: which sign has the change?", part="difference",
    ),
    Mistake(
        "G6", with_rule("negate", lambda s: (1.0,)),
        "−v passes its gradient on with the wrong sign.",
        "Where v grows by ε, −v falls by ε.", "∂(−v)/∂v = 1 instead of −1",
        "Make one leaf, negate it, call backward(), and compare with a numerical difference.", part="negation",
    ),
    one_sided("-", "difference"), silent("minus", "-", "negate"), stopping("minus", "-", "negate"),
)  # fmt: skip
TIMES = (
    Mistake(
        "G7", with_rule("*", lambda s: (s[0], s[1])), "Each factor gets its own number, not that of the other factor.",
        "Where a grows by ε, a b grows by b ε: what multiplies the nudge is the other factor.",
        "∂(a b)/∂a = a instead of b", "Take a = 2 and b = 5, raise a by 0.1, and see by how much a b rises.",
        part="product",
    ),
    Mistake(
        "G3", with_rule("*", lambda s: (1.0, 1.0)), "The rule of the sum is used for a product.",
        "Where a grows by ε, the product a b grows by b ε, not by ε.", "∂(a b)/∂a = 1 instead of b",
        "Take a = 2 and b = 5, raise a by 0.1, and see by how much a b rises.",
        part="product",
    ),
    one_sided("*", "product"), silent("times", "*"),
)  # fmt: skip


def _tanh(inputs: Any) -> Any:
    return graphs.result_of("tanh", inputs)


def _exp(inputs: Any) -> Any:
    return graphs.result_of("exp", inputs)


BENDS = (
    known(
        "H3", with_rule("tanh", lambda s: (1 - _tanh(s),)), part="tanh",
        why="Far to the left tanh v is −1 and flat: there 1 − tanh² v is 0, and 1 − tanh v is 2.",
        paper="1 − tanh v instead of 1 − tanh² v",
        advice="Take v = Value(-10.0) and call v.tanh().backward(): what should v.grad be?",
    ),
    Mistake(
        "G8", with_rule("tanh", lambda s: (1 - s[0] ** 2,)),
        "The short form of tanh', which is written in the result, was given the input.",
        "In 1 − t² the letter t is tanh v, the number that the step computed, and not v, the number that it was made from.",
        "1 − v² instead of 1 − (tanh v)²", "Take v = 3: can the slope of tanh be −8?", part="tanh",
    ),
    Mistake(
        "G9", (with_rule("tanh", lambda s: (_tanh(s),)), with_rule("tanh", lambda s: (_tanh(s) ** 2,))),
        "tanh passes on its value in the place of its slope.",
        "The value says where the curve is, the slope how steep it is there; at v = 0 they are 0 and 1.",
        "tanh v or tanh² v instead of 1 − tanh² v", "Put in v = 0: what is the value, and how steep is the curve?", part="tanh",
    ),
    Mistake(
        "G10", (with_rule("exp", lambda s: (s[0],)), with_rule("exp", lambda s: (1.0,)), with_rule("exp", lambda s: (s[0] * _exp((s[0] - 1,)),))),
        "The slope of exp is not e^v.", "e^v is its own derivative: no other number stands in its local rule.",
        "v, 1 or v e^(v − 1) instead of e^v", "Work out e^v for v = 1 and v = 1.001: by how much does it grow for each unit of v?", part="exp",
    ),
    silent("bends", "tanh", "exp"), stopping("bends", "tanh", "exp"),
)  # fmt: skip


def mixed(u: Values, wrong: Callable[[str, bool, Any, Any, Any], tuple] | None = None) -> dict[str, Any]:
    """Operations of a plain number c and a Value v: the result, and the gradient of v, by the student's own rules.

    ``wrong(operation, c is on the left, c, v, slope)`` gives the two.
    """
    c, v = u.mix["c"], u.mix["v"]
    told: dict[str, Any] = {"data": {}, "grad": {}}
    for step in u.mix["steps"]:
        first, operation, _ = step.split()
        left = first == "c"
        slope = twin_slope(u, step, operation, left)
        pair = (c, v) if left else (v, c)
        right = (graphs.result_of(operation, pair), slope)
        told["data"][step], told["grad"][step] = wrong(operation, left, c, v, slope) or right if wrong else right
    return told


def twin_slope(u: Values, step: str, operation: str, left: bool) -> Any:
    """The local derivative in v where c is a Value too."""
    if hasattr(u, "slopes"):
        return u.slopes[step]
    told = getattr(u, graphs.KINDS[operation])["grad"]
    if not any(told.values()):
        raise ValueError(f"{operation} passes on nothing")
    return told[f"{step}, input {1 + left}"]


def _refused(operation: str, left: bool, c: Any, v: Any, slope: Any) -> Any:
    if left:
        raise TypeError("a number does not know how to do this with a Value")
    return None


NUMBERS = (
    Mistake(
        "G11", lambda u: mixed(u, _refused), "An operation with a plain number on the left raises.",
        "Python asks the left side first; a number does not know a Value, and then Python asks the right side for a method of another name.",
        "2 · v, 1 + v or 1 − v stops, while v · 2, v + 1 and v − 1 work",
        "Run 2 * Value(3.0), 2 + Value(3.0) and 2 - Value(3.0) one by one, and look up which method Python asks the right side for.",
    ),
    Mistake(
        "G12", lambda u: mixed(u, lambda op, left, c, v, s: (v - c, -s) if op == "-" and left else None),
        "c − v comes out as v − c.", "A difference changes its sign where its two sides are exchanged; a sum and a product do not.",
        "v − c instead of c − v", "Print (1 - Value(3.0)).data.",
    ),
    Mistake(
        "G13", lambda u: mixed(u, lambda op, left, c, v, s: (graphs.result_of(op, (c, v)), 0.0) if left else None),
        "With a plain number on the left the result forgets v.",
        "The number has no gradient, but v has one: the result must remember v as its input on this side too.",
        "∂(c · v)/∂v = 0 instead of c", "Compare v.grad after backward() of 2 * v and of v * 2.",
    ),
    Mistake(
        "G14", lambda u: mixed(u, lambda op, left, c, v, s: (graphs.result_of(op, (c, v) if left else (v, c)), 1.0)),
        "With a plain number the gradient goes through unchanged.",
        "A number is an input like any other, and the local derivative in v holds it: c in a product, −1 behind a minus.",
        "∂(c · v)/∂v = 1 instead of c", "Compare v.grad after backward() of 2 * v and of 7 * v.",
    ),
)  # fmt: skip
