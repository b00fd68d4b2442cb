"""What students write in a tiny autodiff instead of the sum over a graph: lost shares, and walks in a wrong order."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from . import graphs
from .graphs import Graph, Slopes
from .mistake import Mistake, known
from .values import Formula, Values

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
    """Of several shares some are lost; where only those of one operation are, that has a name of its own."""
    between = any(len({step for step, _ in own}) > 1 for own in graphs.uses(graph).values())
    within = [once_an_operation(last)(graph, slopes) for last in (False, True)] if between else []
    for one in graphs.chosen(graph, slopes, stored=True):
        if not any(_near(one, other) for other in within):
            yield one


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
            "L answers to u on every path from u to L, and the shares of the paths add up.",
            "∂L/∂v₂ · ∂v₂/∂u alone instead of ∂L/∂v₁ · ∂v₁/∂u + ∂L/∂v₂ · ∂v₂/∂u",
            "Take x = 3 and L = x + x: is x.grad 2?",
        ),
        Mistake(
            "G18", (on(name, once_an_operation(True)), on(name, once_an_operation(False))),
            "Where one operation uses the same Value twice, only one of its two shares counts.",
            "In v · v both factors are v, and each is an input with a share of its own; a set or a dict of inputs holds v once.",
            "∂(v · v)/∂v = v instead of 2 v",
            "Compare x.grad after L = x * x with that after L = x * y, where y is another leaf with the same number.",
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
        "all uses of u counted, instead of those on a path to L",
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
        paper="shares added to the gradient of an earlier call, and passed on with it, instead of ∂L/∂v",
        advice="Call L.backward() twice and print x.grad after each: are they the same?",
    ),
    Mistake(
        "G23", over_calls("seen"), "What was visited by one call is left out by the next.",
        "Which steps were visited belongs to one walk; a set that lives longer, as that of a class or of a default argument, ends the next walk early.",
        "no gradients below v in the second call, instead of all of them",
        "Call v.backward() and then L.backward(), where L is made from v, and print the steps that the second walk visits.",
    ),
)  # fmt: skip
