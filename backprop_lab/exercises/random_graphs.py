"""Graphs at random: leaves that are used more than once, and steps that are, on roads that are not equally long."""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import graphs
from .graphs import Graph

CHAIN = 40


def leaves(rng: np.random.Generator, count: int, whole: bool) -> tuple:
    if whole:
        return tuple(int(n) for n in rng.choice([-3, -2, 2, 3, 5], count))
    return tuple(float(n) for n in rng.choice([-1, 1], count) * rng.uniform(0.4, 1.5, count))


def forked(rng: np.random.Generator, allowed: tuple[str, ...], twice: bool) -> tuple[int, tuple[str, ...], str] | None:
    """A tree over leaves of which two are used more than once, perhaps by one operation."""
    roads = ["x1", "x1", "x2", "x2", "x3"]
    return _grown(rng, allowed, roads if twice else [*roads, "x3", "x3"], forks=0, twice=twice, count=3)


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
            met = True
            steps.append(f"{rng.choice(['+', '*'])} {a} {b}")
        else:
            if one and rng.random() < 0.4:
                steps.append(f"{rng.choice(one)} {a}")
                a = f"v{len(steps)}"
            steps.append(f"{rng.choice(two)} {a} {b}")
        new = f"v{len(steps)}"
        fork = forks > 0 and bool(roads)
        roads += [new, new] if fork else [new]
        forks -= fork
    return (count, tuple(steps), roads[0]) if met == twice and not forks else None


def suiting(rng: np.random.Generator, whole: bool, shape: Callable) -> dict[str, Any]:
    """A graph of this kind in which no share is lost in rounding, and each mistake shows."""
    while True:
        made = shape()
        if made is None:
            continue
        count, steps, result = made
        graph = {"leaves": leaves(rng, count, whole), "steps": steps, "result": result}
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
