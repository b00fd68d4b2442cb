"""What students write in a tiny autodiff instead: wrong local derivatives, lost shares, walks in a wrong order."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import graphs
from .definition import Formula, Mistake, Values, known
from .graphs import Graph, Slopes

SAME = 1e-6


def slopes_of(u: Values, name: str) -> Slopes:
    """The local derivatives of every step of a graph, from the terms in which they are asked for.

    Raises
    ------
    ValueError
        If an operation passes on nothing at all: then there is nothing to follow.
    """
    if hasattr(u, "slopes"):
        return u.slopes
    found = {}
    for step, operation, inputs in graphs.steps(getattr(u, f"{name}_graph")):
        told = getattr(u, graphs.KINDS[operation])["grad"]
        if not any(told.values()):
            raise ValueError(f"{operation} passes on nothing")
        found[step] = tuple(
            told[f"{graphs.called(name, step, operation)}, input {k}"] for k in range(1, len(inputs) + 1)
        )
    return found


def on(name: str, gradients: Callable[[Graph, Slopes], Mapping[str, Any]]) -> Formula:
    """The term of a graph, from the graph and its local derivatives."""
    return lambda u: {"grad": gradients(getattr(u, f"{name}_graph"), slopes_of(u, name))}


def like(name: str, candidates: Callable[[Graph, Slopes], Iterator[Mapping[str, Any]]]) -> Formula:
    """A mistake that can come out in several ways, as it depends on the order of a set: the way that was told.

    Where the right gradients were told, the walk came out right here by chance.
    """

    def formula(u: Values) -> Any:
        graph, slopes = getattr(u, f"{name}_graph"), slopes_of(u, name)
        right, told = graphs.added_up(graph, slopes), getattr(u, name, {}).get("grad", {})
        if told and not isinstance(told, graphs.Right) and _near(told, right):
            return {"grad": right}
        wrong = [one for one in candidates(graph, slopes) if not _near(one, right)]
        return {"grad": next((one for one in wrong if _near(one, told)), wrong[0] if wrong else right)}

    return formula


def _near(first: Mapping[str, Any], second: Mapping[str, Any]) -> bool:
    return first.keys() == second.keys() and all(abs(first[k] - second[k]) <= SAME * abs(second[k]) for k in first)


def overwritten(graph: Graph, slopes: Slopes) -> Iterator[Mapping[str, Any]]:
    """One share is left of several."""
    yield from graphs.chosen(graph, slopes, stored=True)


def too_early(graph: Graph, slopes: Slopes) -> Iterator[Mapping[str, Any]]:
    """Each step passes on once, some before all their shares have come; perhaps they are overwritten as well."""
    yield from graphs.chosen(graph, slopes, stored=False)
    yield from _walks(graph, slopes, once=True)
    yield from _walks(graph, slopes, once=True, stored=True)


def again(graph: Graph, slopes: Slopes) -> Iterator[Mapping[str, Any]]:
    """Each step passes on all that it has, every time that it is reached."""
    yield from _walks(graph, slopes, once=False)


def _walks(graph: Graph, slopes: Slopes, **how: bool) -> Iterator[Mapping[str, Any]]:
    for way in ("rows", "depth", "stack", "at once"):
        for turned in (False, True):
            try:
                yield graphs.walked(graph, slopes, way, turned=turned, **how)
            except RuntimeError:
                continue


def one_step(graph: Graph, slopes: Slopes) -> Mapping[str, Any]:
    """Only the result passes on: the walk goes from the leaves to it, or there is no walk."""
    first = {step: own if step == graph["result"] else tuple(0.0 for _ in own) for step, own in slopes.items()}
    return graphs.added_up(graph, first)


def not_multiplied(*kinds: str) -> Callable[[Graph, Slopes], Mapping[str, Any]]:
    """Operations of these kinds pass on their local derivative alone."""

    def gradients(graph: Graph, slopes: Slopes) -> Mapping[str, Any]:
        grads = graphs.added_up({**graph, "steps": ()}, {}) | dict.fromkeys(slopes, 0.0) | {graph["result"]: 1.0}
        reached = {graph["result"]}
        for step, operation, inputs in reversed(list(graphs.steps(graph))):
            if step not in reached:
                continue
            reached |= set(inputs)
            for u, slope in zip(inputs, slopes[step], strict=True):
                grads[u] = grads[u] + slope * (1.0 if graphs.KINDS[operation] in kinds else grads[step])
        return grads

    return gradients


def once_an_operation(last: bool) -> Callable[[Graph, Slopes], Mapping[str, Any]]:
    """Of an input that an operation uses twice one of the two shares counts."""

    def gradients(graph: Graph, slopes: Slopes) -> Mapping[str, Any]:
        kept = dict(slopes)
        for step, _, inputs in graphs.steps(graph):
            if len(inputs) == 2 and inputs[0] == inputs[1]:
                kept[step] = (0.0, slopes[step][1]) if last else (slopes[step][0], 0.0)
        return graphs.added_up(graph, kept)

    return gradients


def from_the_last(graph: Graph, slopes: Slopes) -> Mapping[str, Any]:
    """The walk starts at the step that was made last, whichever was asked."""
    return graphs.added_up({**graph, "result": list(slopes)[-1]}, slopes)


def waiting(graph: Graph, slopes: Slopes) -> Mapping[str, Any]:
    """A step that also goes into something beside the result waits for a share that never comes."""
    inside, everywhere = graphs.uses(graph), graphs.uses({**graph, "result": ""})
    for step, _, inputs in graphs.steps(graph):
        for k, u in enumerate(inputs):
            everywhere[u] = [*everywhere[u], (step, k)]
    late = {s for s in slopes if len(everywhere[s]) > len(inside[s]) and s != graph["result"]}
    return graphs.added_up(graph, {s: tuple(0.0 for _ in own) if s in late else own for s, own in slopes.items()})


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
        "G6", with_rule("negate", lambda s: (1.0,)), "−v passes its gradient on with the wrong sign.",
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
    known("H3", with_rule("tanh", lambda s: (1 - _tanh(s),)), part="tanh", paper="1 − tanh v instead of 1 − tanh² v"),
    Mistake(
        "G8", with_rule("tanh", lambda s: (1 - s[0] ** 2,)), "The short form of tanh', which is written in the result, was given the input.",
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

KINDS_ALONE = tuple((kind,) for kind in ("plus", "minus", "times", "bends"))
SUBSETS = (("plus", "minus", "times", "bends"), *KINDS_ALONE, ("times", "bends"), ("plus", "minus"))


def _in_every_call(gradients: Callable[[Graph, Slopes], Mapping[str, Any]]) -> Formula:
    def formula(u: Values) -> Any:
        grads = gradients(u.second_graph, slopes_of(u, "second"))
        return {"another": grads, "again": grads}

    return formula


def along(name: str) -> tuple[Mistake, ...]:
    """Mistakes that show in every graph of more than one step."""
    place = _in_every_call if name == "second" else lambda gradients: on(name, gradients)
    return (
        Mistake(
            "G15", tuple(place(not_multiplied(*kinds)) for kinds in SUBSETS),
            "An operation passes on its local derivative alone, not multiplied by the gradient of its result.",
            "∂v/∂u says how v answers to u; how L answers to v is the other factor of the chain rule, and it is 1 at the end only.",
            "∂v/∂u instead of ∂L/∂v · ∂v/∂u",
            "Put 3 * in front of the whole computation: do all gradients become 3 times as large?",
        ),
        Mistake(
            "G16", place(one_step), "Only the inputs of the last step get a gradient; nothing comes further back.",
            "Every step has to pass on, and not before it was given something: first the result, at the end the leaves.",
            "the order leaves → L, or no walk at all, instead of L → leaves",
            "Print a line whenever a step passes on, with its data and grad: which comes first, and which never come?",
        ),
    )  # fmt: skip


def at_forks(name: str) -> tuple[Mistake, ...]:
    """Mistakes that show where something is used more than once."""
    return (
        Mistake(
            "G17", like(name, overwritten), "At a fork one share overwrites the other.",
            "L answers to u on every road from u to L, and the shares of the roads add up.",
            "∂L/∂v₂ · ∂v₂/∂u alone instead of ∂L/∂v₁ · ∂v₁/∂u + ∂L/∂v₂ · ∂v₂/∂u",
            "Take x = 3 and L = x + x: is x.grad 2?",
        ),
        Mistake(
            "G18", (on(name, once_an_operation(True)), on(name, once_an_operation(False))),
            "Where one operation uses the same Value twice, only one of its two shares counts.",
            "In v · v both factors are v, and each is an input with a share of its own; a set or a dict of inputs holds v once.",
            "∂(v · v)/∂v = v instead of 2 v", "Compare x.grad after L = x * x with that after L = x * y, where y is another Value with the same number.",
        ),
    )  # fmt: skip


ORDER = (
    Mistake(
        "G19", like("order", too_early), "A step passes its gradient on before all of its shares have come in.",
        "What comes in later is added to its own grad, but never reaches the steps below it.",
        "the part of ∂L/∂u that has come so far, instead of ∂L/∂u, times ∂u/∂x",
        "Take u = x·1, v = u·2 and L = u·v, then L = v·u: is x.grad the same, 4 x? Print each step when it passes on.",
    ),
    Mistake(
        "G20", like("order", again), "A step that is reached twice passes on its whole gradient twice.",
        "What it had at the first visit is passed on at the second once more, together with the new share.",
        "g₁ + (g₁ + g₂) instead of g₁ + g₂, times ∂u/∂x",
        "Count how often each step passes on in L = u·v with v = 2·u and u = 3·x: is it once?",
    ),
    Mistake(
        "G21", on("order", from_the_last), "The walk starts at the step that was made last, not at the one whose backward() was called.",
        "backward() of L asks for the derivatives of L; what was computed from L afterwards has no part in them.",
        "the gradients of another result instead of ∂L/∂v",
        "Make L, then M = 5 * L, and call L.backward(): is L.grad 1 and M.grad 0?",
    ),
    Mistake(
        "G22", on("order", waiting), "A step waits for the share of something that is no part of L.",
        "Only what L was computed from sends a share; a step that went into something else as well gets fewer shares than it has uses.",
        "all uses of u counted, instead of those on a road to L",
        "Make u, L = 2 * u and beside it M = 3 * u, and call L.backward(): do the inputs of u get their gradients?",
    ),
)  # fmt: skip


def over_calls(way: str) -> Formula:
    """Gradients of the second and third call, where something is left of earlier ones."""

    def formula(u: Values) -> Any:
        _, another, once_more = graphs.repeated(u.second_graph, slopes_of(u, "second"), way)
        return {"another": another, "again": once_more}

    return formula


SECOND = (
    known(
        "U3", tuple(over_calls(way) for way in ("through", "all", "leaves", "result")),
        what="The gradients of an earlier call of backward() are still in the sum.",
        why="Each call asks for the derivatives of one result, so it starts from 0 in all that the result was computed from.",
        paper="∂L/∂v + what was there before, instead of ∂L/∂v",
        advice="Call L.backward() twice and print x.grad after each: are they the same?",
    ),
    Mistake(
        "G23", over_calls("seen"), "What was visited by one call is left out by the next.",
        "Which steps were visited belongs to one walk; a set that lives longer, as a class attribute, an attribute of the step or a default argument does, ends the next walk early.",
        "no gradients below v in the second call, instead of all of them",
        "Call v.backward() and then L.backward(), where L is made from v, and print the steps that the second walk visits.",
    ),
)  # fmt: skip
