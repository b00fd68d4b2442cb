"""E14, A tiny autodiff: a class whose numbers remember what they were made of (12 points).

``Value`` is driven by programs. Each operation of a fixture's graphs is asked for by itself first, with the numbers
that go into it there: these are the student's local derivatives, and the gradients of the graphs are also held
against them. In the graph of ``fork`` leaves alone are used more than once, so that any walk will do if shares are
added; in that of ``order`` steps are, and in that of ``second`` nothing is.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from . import graphs, wrong_graphs, wrong_rules
from .definition import Exercise, Slope, Term
from .graph_programs import called_again, on_graph, one_by_one, with_numbers
from .graph_student import class_with
from .mistake import Mistake
from .random_graphs import forked, leaves, ordered, suiting
from .steps import Program, Where
from .values import Values
from .wrong_graphs import slopes_of

ALL = ("+", "-", "*", "negate", "tanh", "exp")
# Which operations there are, and whether plain numbers also stand on the left.
VARIATIONS = {
    "sums and products": (("+", "*"), False),
    "all operations": (ALL, True),
    "a diamond": (ALL, True),
    "used twice in one step": (ALL, False),
    "whole numbers": (("+", "-", "*", "negate"), True),
    "a long chain": (ALL, True),
    "not the last step": (ALL, True),
    "many roads": (ALL, True),
}
SECOND = {
    2: ("+ x1 x2", "* v1 x3", "+ v2 x4"),
    4: ("* x1 x2", "negate v1", "- v2 x3", "* v3 x4"),
    6: ("* x1 x2", "tanh v1", "negate v2", "exp v3", "- v4 x3", "* v5 x4"),
}


def draw(rng: np.random.Generator, variation: str) -> dict:
    """Three graphs, and a number to be mixed with a ``Value``."""
    allowed, left = VARIATIONS[variation]
    whole = variation == "whole numbers"
    second = SECOND[len(allowed)]
    twice = variation == "used twice in one step"
    operations = [o for o in ("+", "-", "*") if o in allowed]
    steps = [f"v {o} c" for o in operations] + [f"c {o} v" for o in operations if left]
    c, v = leaves(rng, 2, whole)
    return {
        "fork_graph": suiting(rng, whole, lambda: forked(rng, allowed, twice)),
        "order_graph": suiting(rng, whole, lambda: ordered(rng, allowed, variation)),
        "second_graph": suiting(rng, whole, lambda: (4, second, f"v{len(second)}"))
        | {"middle": f"v{len(second) // 2}"},
        "mix": {"c": c, "v": v, "steps": tuple(steps)},
    }


def steps(u: Values) -> list[Program]:
    """The local derivatives, numbers, and the three graphs."""
    return [
        *(one_by_one(u, kind) for kind in ("plus", "minus", "times", "bends")),
        with_numbers(u),
        on_graph("fork", u.fork_graph),
        on_graph("order", u.order_graph),
        called_again(u.second_graph),
    ]


# Names of the parts of the terms, and the operations that they are the rules of.
PARTS = {
    "plus": {"+": "sum"}, "minus": {"-": "difference", "negate": "negation"}, "times": {"*": "product"},
    "bends": {"tanh": "tanh", "exp": "exp"},
}  # fmt: skip
OWN = {kind: Where(kind) for kind in PARTS}


def local(kind: str, symbol: str, equation: str, mistakes: tuple[Mistake, ...]) -> Term:
    """The term of a kind of operations: results and local derivatives."""

    def formula(u: Values) -> dict[str, Any]:
        return graphs.by_rules(u, kind, lambda operation, inputs: getattr(u, PARTS[kind][operation])(operation, inputs))

    parts = {part: lambda u: graphs.rule for part in PARTS[kind].values()}
    return Term(kind, symbol, "Value", 1, equation, Where(kind), formula, parts=parts, mistakes=mistakes)


def in_graph(name: str, *reads: str) -> Slope:
    """The derivative of L in a nudge that is added to each leaf and each step."""

    def of(u: Values, nudges: Mapping) -> Any:
        graph = getattr(u, f"{name}_graph")
        return sum(graphs.numbers(graph, nudges[read])[graph["result"]] for read in reads)

    def at(u: Values) -> dict:
        return {read: dict.fromkeys(graphs.numbers(getattr(u, f"{name}_graph")), 0.0) for read in reads}

    return Slope(of, at)


def second(u: Values) -> dict[str, Any]:
    """The same gradients after each of the two calls."""
    grads = graphs.added_up(u.second_graph, slopes_of(u, "second"))
    return {"another": grads, "again": dict(grads)}


TERMS = (
    local("plus", "the rule of +", "eq-local-rules", wrong_rules.PLUS),
    local("minus", "the rules of −", "eq-local-rules", wrong_rules.MINUS),
    local("times", "the rule of ·", "eq-local-rules", wrong_rules.TIMES),
    local("bends", "the rules of tanh and exp", "eq-local-rules", wrong_rules.BENDS),
    Term(
        "numbers", "plain numbers on either side", "Value", 1, "eq-local-rules", Where("numbers"), wrong_rules.mixed,
        own=OWN, mistakes=wrong_rules.NUMBERS,
    ),
    Term(
        "fork", "shares added at forks", "Value", 3, "eq-graph-sum", Where("fork"),
        wrong_graphs.on("fork", graphs.added_up), own={**OWN, "fork": Where("fork")},
        slope=in_graph("fork", "grad"),
        mistakes=(*wrong_graphs.at_forks("fork"), *wrong_graphs.along("fork")),
    ),
    Term(
        "order", "the order of the walk", "Value", 3, "eq-graph-order", Where("order"),
        wrong_graphs.on("order", graphs.added_up), own={**OWN, "order": Where("order")},
        slope=in_graph("order", "grad"), called=("fork",),
        mistakes=(*wrong_graphs.ORDER, *wrong_graphs.at_forks("order"), *wrong_graphs.along("order")),
    ),
    Term(
        "second", "a second call", "Value", 1, "eq-graph-sum", Where("second"), second, own=OWN,
        slope=in_graph("second", "another", "again"), called=("fork",),
        mistakes=(*wrong_graphs.SECOND, *wrong_graphs.along("second")),
    ),
)  # fmt: skip


def model(base: Mapping[str, Callable], made: Mapping) -> dict[str, Callable]:
    """A class with the mistakes."""
    terms = {term.name: term for term in TERMS}
    return {"Value": class_with(lambda name, u: terms[name].value(u, made.get(name, ())))}


EXERCISE = Exercise(
    id="e14",
    name="tiny_autodiff",
    title="A tiny autodiff",
    chapter="14_graphs_autodiff",
    functions={"Value": "Value(data)"},
    terms=TERMS,
    variations=tuple(VARIATIONS),
    visible=("sums and products", "all operations", "a diamond", "used twice in one step"),
    draw=draw,
    steps=steps,
    model=model,
)
