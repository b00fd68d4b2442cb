"""E14, A tiny autodiff: a class whose numbers remember what they were made of (12 points).

``Value`` is driven by programs. Each operation of a fixture's graphs is asked for by itself first, with the numbers
that go into it there: these are the student's local derivatives, and the gradients of the graphs are also held
against them. In the graph of ``fork`` leaves alone are used more than once, so that any walk will do if shares are
added; in that of ``order`` steps are, and in that of ``second`` nothing is.
"""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from . import graphs, wrong_graphs
from .definition import Exercise, Mistake, Slope, Term, Values
from .graphs import Graph
from .steps import Program, Where
from .wrong_graphs import slopes_of

CHAIN = 40
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
    c, v = _numbers(rng, 2, whole)
    return {
        "fork_graph": _suiting(rng, whole, lambda: forked(rng, allowed, twice)),
        "order_graph": _suiting(rng, whole, lambda: ordered(rng, allowed, variation)),
        "second_graph": _suiting(rng, whole, lambda: (4, second, f"v{len(second)}"))
        | {"middle": f"v{len(second) // 2}"},
        "mix": {"c": c, "v": v, "steps": tuple(steps)},
    }


def _numbers(rng: np.random.Generator, count: int, whole: bool) -> tuple:
    if whole:
        return tuple(int(n) for n in rng.choice([-3, -2, 2, 3, 5], count))
    return tuple(float(n) for n in rng.choice([-1, 1], count) * rng.uniform(0.4, 1.5, count))


def forked(rng: np.random.Generator, allowed: tuple[str, ...], twice: bool) -> tuple[int, tuple[str, ...], str] | None:
    """A tree over leaves of which two are used more than once, perhaps by one operation."""
    roads = ["x1", "x1", "x2", "x2", "x3", "x3", "x3"][: 5 if twice else 7]
    return _grown(rng, allowed, roads, forks=0, twice=twice, count=3)


def ordered(rng: np.random.Generator, allowed: tuple[str, ...], variation: str):
    """A graph in which steps are used more than once, on roads that are not equally long."""
    if variation == "a diamond":
        return (3, ("* x1 x2", "tanh v1", "* v1 v2", "- v3 x3"), "v4")
    if variation == "a long chain":
        back_and_forth = tuple(f"{'tanh' if k % 2 else 'negate'} v{k}" for k in range(1, CHAIN))
        return (3, ("* x1 x2", *back_and_forth, f"* v{CHAIN} x3", f"+ v1 v{CHAIN + 1}"), f"v{CHAIN + 2}")
    forks = {"many roads": 3, "all operations": 2, "sums and products": 2}.get(variation, 1)
    grown = _grown(rng, allowed, ["x1", "x2", "x3", "x4"], forks, variation == "used twice in one step", count=4)
    if grown and variation == "not the last step":
        count, steps, result = grown
        beside = ("* v2 x1", f"tanh {result}", f"+ v{len(steps) + 1} v{len(steps) + 2}")
        return count, (*steps, *beside), result
    return grown


def _grown(
    rng: np.random.Generator, allowed: tuple[str, ...], roads: list[str], forks: int, twice: bool, count: int
) -> tuple[int, tuple[str, ...], str] | None:
    """Steps until all roads have met; each of the first steps goes on by two roads until there are enough forks."""
    two, one = [o for o in ("+", "-", "*") if o in allowed], [o for o in ("negate", "tanh", "exp") if o in allowed]
    roads, steps, met = list(roads), [], False
    while len(roads) > 1:
        a, b = (roads.pop(rng.integers(len(roads))) for _ in range(2))
        if a == b and (not twice or met):
            return None
        if a == b:
            met = met or forks >= 0
            steps.append(f"{rng.choice(['+', '*'])} {a} {b}")
        else:
            if one and rng.random() < 0.4:
                steps.append(f"{rng.choice(one)} {a}")
                a = f"v{len(steps)}"
            steps.append(f"{rng.choice(two)} {a} {b}")
        new = f"v{len(steps)}"
        roads += [new, new] if forks and len(roads) else [new]
        forks -= bool(forks and len(roads) > 1)
    return (count, tuple(steps), roads[0]) if met == twice and not forks else None


def _suiting(rng: np.random.Generator, whole: bool, shape: Callable) -> dict[str, Any]:
    """A graph of this kind in which no share is lost in rounding, and each mistake shows."""
    while True:
        made = shape()
        if made is None:
            continue
        count, steps, result = made
        graph = {"leaves": _numbers(rng, count, whole), "steps": steps, "result": result}
        if _suits(graph, whole):
            return graph


@np.errstate(all="ignore")
def _suits(graph: Graph, whole: bool) -> bool:
    data, slopes, roads = graphs.numbers(graph), graphs.local_slopes(graph), graphs.uses(graph)
    sizes = [abs(d) for d in data.values()]
    if (
        max(sizes) > (3000 if whole else 2.5)
        or min(sizes) < 0.05
        or min(abs(s) for own in slopes.values() for s in own) < 0.02
    ):
        return False
    grads = graphs.added_up(graph, slopes)
    for name, own in roads.items():
        shares = [abs(grads[v] * slopes[v][k]) for v, k in own]
        if len(shares) > 1 and (abs(grads[name]) < 0.1 * max(shares) or min(shares) < 0.05 * max(shares)):
            return False
    return True


def program(graph: Graph) -> tuple[list[tuple], dict[str, int]]:
    """Instructions that make the graph, and where each of its names is."""
    lines: list[tuple] = [("make", x) for x in graph["leaves"]]
    places = {name: k for k, name in enumerate(graphs.leaf_names(graph))}
    for step, operation, inputs in graphs.steps(graph):
        operands = [places[u] for u in inputs]
        places[step] = len(lines)
        lines.append(
            (operation, *operands) if len(operands) == 2 or operation == "negate" else ("method", operation, *operands)
        )
    return lines, places


def one_by_one(u: Values, kind: str) -> Program:
    """Each operation of a kind on leaves of its own, and backward() of its result."""
    lines: list[tuple] = [("read", "data", {}, "data"), ("read", "grad", {}, "grad")]
    for name, operation, inputs in graphs.operations(u, kind):
        graph = {"leaves": inputs, "steps": (" ".join([operation, *(f"x{k}" for k in range(1, len(inputs) + 1))]),)}
        own, places = program(graph)
        start = len(lines)
        lines += [_shifted(line, start) for line in own]
        made, leaves = start + places["v1"], {f"{name}, input {k}": start + k - 1 for k in range(1, len(inputs) + 1)}
        # Read at once: a tape that is cleared by the next call of backward() is right too.
        lines += [("do", "backward", made), ("read", "data", {name: made}, "data"), ("read", "grad", leaves, "grad")]
    return Program(kind, "Value", tuple(lines))


def _shifted(line: tuple, by: int) -> tuple:
    word, *operands = line
    if word == "make":
        return line
    return (word, *(k + by if isinstance(k, int) else k for k in operands))


def with_numbers(u: Values) -> Program:
    """Each operation of the number and a new Value."""
    lines: list[tuple] = [("number", u.mix["c"])]
    for step in u.mix["steps"]:
        first, operation, _ = step.split()
        v = len(lines)
        lines += [("make", u.mix["v"]), (operation, *((0, v) if first == "c" else (v, 0))), ("do", "backward", v + 1)]
        lines += [("read", "data", {step: v + 1}, "data"), ("read", "grad", {step: v}, "grad")]
    return Program("numbers", "Value", tuple(lines))


def on_graph(name: str, graph: Graph) -> Program:
    """The graph, backward() of its result, and every gradient."""
    lines, places = program(graph)
    lines += [("do", "backward", places[graph["result"]]), ("read", "grad", places, "grad")]
    return Program(name, "Value", tuple(lines))


def called_again(graph: Graph) -> Program:
    """backward() of a step in the middle, then of the result, then of the result once more."""
    lines, places = program(graph)
    middle, result = (("do", "backward", places[graph[which]]) for which in ("middle", "result"))
    another, again = (("read", "grad", places, name) for name in ("another", "again"))
    return Program("second", "Value", (*lines, middle, result, another, result, again))


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
    local("plus", "the rule of +", "eq-local-rules", wrong_graphs.PLUS),
    local("minus", "the rules of −", "eq-local-rules", wrong_graphs.MINUS),
    local("times", "the rule of ·", "eq-local-rules", wrong_graphs.TIMES),
    local("bends", "the rules of tanh and exp", "eq-local-rules", wrong_graphs.BENDS),
    Term(
        "numbers", "plain numbers on either side", "Value", 1, "eq-local-rules", Where("numbers"), wrong_graphs.mixed,
        own=OWN, mistakes=wrong_graphs.NUMBERS,
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
NOTHING: Mapping[str, Any] = {"leaves": (), "steps": (), "result": ""}


def model(base: Mapping[str, Callable], made: Mapping) -> dict[str, Callable]:
    """A class with the mistakes: it tells by the graph which term it is asked for."""
    terms = {term.name: term for term in TERMS}

    def alone(**given: Any) -> Values:
        graphless = {f"{name}_graph": NOTHING for name in graphs.GRAPHS}
        return Values(**{**graphless, "mix": {"steps": ()}, **given})

    def value_of(name: str, u: Values) -> Any:
        return terms[name].value(u, made.get(name, ()))

    class Value:
        program: ClassVar[list["Value"]] = []
        called: ClassVar[tuple[str, ...]] = ()

        def __init__(self, data: float, operation: str = "", inputs: tuple = (), slopes: tuple = ()) -> None:
            self.data, self.grad = data, 0.0
            self.operation, self.inputs, self.slopes = operation, inputs, slopes
            if not inputs and any(v.inputs for v in Value.program):
                Value.program = []
                Value.called = ()
            Value.program.append(self)

        def made(self, operation: str, *inputs: "Value") -> "Value":
            graph = {"leaves": tuple(v.data for v in inputs), "result": "v1"}
            graph["steps"] = (" ".join([operation, *(f"x{k}" for k in range(1, len(inputs) + 1))]),)
            told = value_of(graphs.KINDS[operation], alone(fork_graph=graph))
            name = graphs.called("fork", "v1", operation)
            slopes = tuple(told["grad"][f"{name}, input {k}"] for k in range(1, len(inputs) + 1))
            return Value(told["data"][name], operation, inputs, slopes)

        def mixed(self, operation: str, number: float, left: bool) -> "Value":
            step = f"c {operation} v" if left else f"v {operation} c"
            pair = (number, self.data) if left else (self.data, number)
            slope = graphs.rule(operation, pair)[left]
            u = alone(mix={"c": number, "v": self.data, "steps": (step,)}, slopes={step: slope})
            told = value_of("numbers", u)
            return Value(told["data"][step], f"{operation} number", (self,), (told["grad"][step],))

        def __add__(self, other: Any) -> "Value":
            return self.made("+", self, other) if isinstance(other, Value) else self.mixed("+", other, False)

        def __sub__(self, other: Any) -> "Value":
            return self.made("-", self, other) if isinstance(other, Value) else self.mixed("-", other, False)

        def __mul__(self, other: Any) -> "Value":
            return self.made("*", self, other) if isinstance(other, Value) else self.mixed("*", other, False)

        def __radd__(self, other: float) -> "Value":
            return self.mixed("+", other, True)

        def __rsub__(self, other: float) -> "Value":
            return self.mixed("-", other, True)

        def __rmul__(self, other: float) -> "Value":
            return self.mixed("*", other, True)

        def __neg__(self) -> "Value":
            return self.made("negate", self)

        def tanh(self) -> "Value":
            return self.made("tanh", self)

        def exp(self) -> "Value":
            return self.made("exp", self)

        def backward(self) -> None:
            results = [v for v in Value.program if v.inputs]
            if len(results) == 1:
                for u, slope in zip(self.inputs, self.slopes, strict=True):
                    u.grad = slope
                return
            leaves = [v for v in Value.program if not v.inputs]
            names = {id(v): f"x{k}" for k, v in enumerate(leaves, 1)} | {
                id(v): f"v{k}" for k, v in enumerate(results, 1)
            }
            graph = {
                "leaves": tuple(v.data for v in leaves), "result": names[id(self)],
                "steps": tuple(" ".join([v.operation, *(names[id(u)] for u in v.inputs)]) for v in results),
            }  # fmt: skip
            slopes = {names[id(v)]: v.slopes for v in results}
            told = self._told(graph, slopes)
            for v in Value.program:
                v.grad = told[names[id(v)]]

        def _told(self, graph: dict, slopes: dict) -> Mapping[str, Any]:
            used = [u for step in graph["steps"] for u in step.split()[1:]]
            twice = {u for u in used if used.count(u) > 1}
            name = "order" if any(u[0] == "v" for u in twice) else "fork" if twice else "second"
            if name != "second":
                return value_of(name, alone(**{f"{name}_graph": graph}, slopes=slopes))["grad"]
            Value.called = (*Value.called, graph["result"])
            if len(Value.called) == 1:
                return graphs.added_up(graph, slopes)
            u = alone(second_graph={**graph, "middle": Value.called[0]}, slopes=slopes)
            return value_of(name, u)["another" if len(Value.called) == 2 else "again"]

    return {"Value": Value}


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
