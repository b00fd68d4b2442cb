"""Graphs of computation as plain data: leaves x1, x2, … with numbers, and steps v1, v2, … such as ``"* x1 v2"``.

>>> diamond = {"leaves": (3.0,), "steps": ("+ x1 x1", "negate v1", "* v1 v2"), "result": "v3"}
>>> numbers(diamond)
{'x1': 3.0, 'v1': 6.0, 'v2': -6.0, 'v3': -36.0}
>>> added_up(diamond, local_slopes(diamond))
{'x1': -24.0, 'v1': -12.0, 'v2': 6.0, 'v3': 1.0}
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any

from . import probabilities
from .functions import activate
from .values import Values

Graph = Mapping[str, Any]
Slopes = Mapping[str, Sequence[Any]]
GRAPHS = ("fork", "order", "second")
# The term of the exercise in which an operation's local derivative is asked for.
KINDS = {"+": "plus", "-": "minus", "negate": "minus", "*": "times", "tanh": "bends", "exp": "bends"}
# Whoever visits more often than this walks over every road, of which there may be millions.
VISITS = 5000


class Right(dict):
    """Gradients that were made here, and told by nobody."""


def leaf_names(graph: Graph) -> list[str]:
    """x1, x2, …"""
    return [f"x{k}" for k in range(1, len(graph["leaves"]) + 1)]


def steps(graph: Graph) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Name, operation and inputs of each step, in an order in which they can be computed."""
    for k, step in enumerate(graph["steps"], 1):
        operation, *inputs = step.split()
        yield f"v{k}", operation, tuple(inputs)


def result_of(operation: str, inputs: Sequence[Any]) -> Any:
    """One step, in float64 or in fifty digits."""
    if operation in ("tanh", "exp"):
        return activate("tanh", inputs[0]) if operation == "tanh" else _exp(inputs[0])
    if operation == "negate":
        return -inputs[0]
    first, second = inputs
    return {"+": first + second, "-": first - second, "*": first * second}[operation]


def _exp(z: Any) -> Any:
    value = probabilities.exp(z)
    return value if hasattr(value, "_mpf_") else float(value)


def rule(operation: str, inputs: Sequence[Any]) -> tuple[Any, ...]:
    """The local derivatives of a step in its inputs."""
    if operation == "*":
        return inputs[1], inputs[0]
    if operation == "tanh":
        return (1 - result_of("tanh", inputs) ** 2,)
    if operation == "exp":
        return (result_of("exp", inputs),)
    return {"+": (1.0, 1.0), "-": (1.0, -1.0), "negate": (-1.0,)}[operation]


def operations(u: Values, kind: str) -> Iterator[tuple[str, str, tuple[Any, ...]]]:
    """Each operation of a kind that is asked for by itself: its name, the operation, and the numbers of its inputs.

    They are those of the graphs, and for each one with a plain number c its twin, in which c is a ``Value`` too.
    """
    for name in GRAPHS:
        graph = getattr(u, f"{name}_graph")
        made = numbers(graph)
        for step, operation, inputs in steps(graph):
            if KINDS[operation] == kind:
                yield called(name, step, operation), operation, tuple(made[v] for v in inputs)
    for step in u.mix["steps"]:
        first, operation, second = step.split()
        if KINDS[operation] == kind:
            yield step, operation, (u.mix[first], u.mix[second])


def called(name: str, step: str, operation: str) -> str:
    """The name of an operation that is asked for by itself.

    >>> called("fork", "v2", "tanh")
    'tanh (fork v2)'
    """
    return f"{operation} ({name} {step})"


def by_rules(u: Values, kind: str, rule: Callable[[str, Sequence[Any]], Sequence[Any]]) -> dict[str, Any]:
    """The results of these operations, and the gradients of their inputs: the local derivatives by this rule."""
    told: dict[str, Any] = {"data": {}, "grad": {}}
    for name, operation, inputs in operations(u, kind):
        told["data"][name] = result_of(operation, inputs)
        for k, slope in enumerate(rule(operation, inputs), 1):
            told["grad"][f"{name}, input {k}"] = slope
    return told


def numbers(graph: Graph, nudges: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The number of every leaf and step, each with its nudge added: what follows goes on with the nudged one."""
    nudges = nudges or {}
    made = {name: x + nudges.get(name, 0) for name, x in zip(leaf_names(graph), graph["leaves"], strict=True)}
    for name, operation, inputs in steps(graph):
        made[name] = result_of(operation, [made[u] for u in inputs]) + nudges.get(name, 0)
    return made


def local_slopes(graph: Graph) -> dict[str, tuple[Any, ...]]:
    """The local derivatives of every step."""
    made = numbers(graph)
    return {name: rule(operation, [made[u] for u in inputs]) for name, operation, inputs in steps(graph)}


def added_up(graph: Graph, slopes: Slopes) -> dict[str, Any]:
    """∂L/∂v of every leaf and step, where L is the graph's result: from the last to the first, shares added up."""
    grads = Right.fromkeys(_names(graph), 0.0)
    grads[graph["result"]] = 1.0
    for name, _, inputs in reversed(list(steps(graph))):
        for u, slope in zip(inputs, slopes[name], strict=True):
            grads[u] = grads[u] + grads[name] * slope
    return grads


def _names(graph: Graph) -> list[str]:
    return [*leaf_names(graph), *(name for name, _, _ in steps(graph))]


def uses(graph: Graph) -> dict[str, list[tuple[str, int]]]:
    """Where each leaf and step goes into the result: the step, and as which of its inputs."""
    wanted = {graph["result"]}
    for name, _, inputs in reversed(list(steps(graph))):
        wanted |= set(inputs) if name in wanted else set()
    found: dict[str, list[tuple[str, int]]] = {name: [] for name in _names(graph)}
    for name, _, inputs in steps(graph):
        for k, u in enumerate(inputs):
            if name in wanted:
                found[u].append((name, k))
    return found


def chosen(graph: Graph, slopes: Slopes, stored: bool) -> Iterator[dict[str, Any]]:
    """Gradients where of the shares that come in at a fork only some are used, in every way in which that can be.

    With ``stored`` they are all that is left in the gradient, as where a later one overwrites those before it. Without
    it the gradient is the whole sum, but only they were there when it was passed on.
    """
    roads = uses(graph)
    shared = [name for name, own in roads.items() if len(own) > 1 and (stored or name[0] == "v")]
    ways = [_some(range(len(roads[name]))) for name in shared]
    for choice in product(*ways) if len(shared) <= 4 else ():
        picked = dict(zip(shared, choice, strict=True))
        grads: dict[str, Any] = dict.fromkeys(_names(graph), 0.0)
        passed = dict(grads)
        grads[graph["result"]] = passed[graph["result"]] = 1.0
        for name in reversed(_names(graph)):
            if roads[name]:
                shares = [passed[v] * slopes[v][k] for v, k in roads[name]]
                some = sum(shares[k] for k in picked.get(name, range(len(shares))))
                grads[name], passed[name] = (some if stored else sum(shares)), some
        yield grads


def _some(of: Sequence[int]) -> list[tuple[int, ...]]:
    """One of them, or two, … or all."""
    return [some for count in range(1, len(of) + 1) for some in combinations(of, count)]


def walked(graph: Graph, slopes: Slopes, way: str, *, turned: bool, once: bool, stored: bool = False) -> dict[str, Any]:
    """Gradients of a walk from the result that passes on what is there when it arrives.

    Parameters
    ----------
    way : str
        ``"rows"`` (one step away, then two, …), ``"stack"`` (the last that was put down goes first), ``"depth"``
        (along a road to its end: pass on to all inputs, then go into each) or ``"at once"`` (into each input as soon
        as its share was passed on).
    turned : bool
        Whether the second input comes first.
    once : bool
        Whether a step that was visited is left out the next time; else it passes on again all that it has by then.
    stored : bool
        Whether a share overwrites what was there.
    """
    made = {name: list(zip(inputs, slopes[name], strict=True)) for name, _, inputs in steps(graph)}
    grads: dict[str, Any] = dict.fromkeys(_names(graph), 0.0)
    grads[graph["result"]] = 1.0
    seen: set[str] = set()
    waiting = [(graph["result"], None, None)]
    visits = 0
    while waiting:
        name, share, frm = waiting.pop(0 if way == "rows" else -1)
        if frm is not None:
            share = grads[frm] * share
            grads[name] = share if stored else grads[name] + share
        if once and name in seen:
            continue
        seen.add(name)
        visits += 1
        if visits > VISITS:
            raise RuntimeError("more roads than anyone walks")
        inputs = made.get(name, [])[:: -1 if turned else 1]
        if way == "at once":
            # Each is added, and gone into, before the next one is looked at; of the giver's gradient as it is then.
            waiting += [(u, slope, name) for u, slope in reversed(inputs)]
            continue
        for u, slope in inputs:
            share = grads[name] * slope
            grads[u] = share if stored else grads[u] + share
        waiting += [(u, None, None) for u, _ in (inputs if way in ("rows", "stack") else reversed(inputs))]
    return grads


def repeated(graph: Graph, slopes: Slopes, way: str) -> list[dict[str, Any]]:
    """Gradients after each of three calls that forget nothing: on a step in the middle, on the result, and again.

    ``way`` is ``"through"`` (what is left over is passed on once more), ``"all"`` (every gradient is added to the
    earlier one), ``"leaves"`` (those of the leaves alone are), ``"seen"`` (what was visited in an earlier call is not
    visited again), or ``"result"`` (as through, and the 1 of the result is added as well).
    """
    grads: dict[str, Any] = dict.fromkeys(_names(graph), 0.0)
    told, seen = [], set()
    for start in (graph["middle"], graph["result"], graph["result"]):
        if way in ("all", "leaves"):
            new = added_up({**graph, "result": start}, slopes)
            for name, g in new.items():
                grads[name] = grads[name] + g if way == "all" or name[0] == "x" else g
        else:
            grads[start] = grads[start] + 1.0 if way == "result" else 1.0
            below = _below(graph, start)
            for name, _, inputs in reversed(list(steps(graph))):
                if name in below and name not in seen:
                    for u, slope in zip(inputs, slopes[name], strict=True):
                        grads[u] = grads[u] + grads[name] * slope
            seen |= below if way == "seen" else set()
        told.append(dict(grads))
    return told


def _below(graph: Graph, start: str) -> set[str]:
    wanted = {start}
    for name, _, inputs in reversed(list(steps(graph))):
        wanted |= set(inputs) if name in wanted else set()
    return wanted
