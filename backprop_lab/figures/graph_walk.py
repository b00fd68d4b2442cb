"""The steps of the graph figure: forward node by node, then back; and the same walk with mistakes in it.

The right gradients are those of ``Value.backward``. ``js/graph_walk.js`` walks the same way; a browser test compares.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from .graph_structure import Node, built, slopes
from .reading import Difference

ORDERS = ("topological", "depth first")
FORKS = ("+=", "=")
EPSILON = 1e-5
SAME = 1e-9


@dataclass(frozen=True)
class Share:
    """What a step passes to one of its inputs: its own gradient times the local derivative, and what became of it."""

    to: int
    slope: float
    up: float
    before: float
    after: float
    arrived: int

    @property
    def amount(self) -> float:
        return self.up * self.slope


@dataclass(frozen=True)
class Step:
    """One step: ``kind`` is "forward", "seed" (L.grad = 1) or "back" (the node passes on)."""

    kind: str
    node: int
    call: int = 0
    shares: tuple[Share, ...] = ()


@dataclass(frozen=True)
class Way:
    """How the gradients go back: the order of the walk, what is done at a fork, and how many calls."""

    order: str = "topological"
    fork: str = "+="
    calls: int = 1

    @property
    def right(self) -> bool:
        return self == RIGHT


RIGHT = Way()


class Reading:
    """A graph with the numbers of its leaves, walked in one way."""

    def __init__(self, nodes: list[Node], leaves: list[float], way: Way = RIGHT) -> None:
        self.nodes, self.leaves, self.way = nodes, leaves, way
        self.made = built(nodes, leaves)
        self.made[-1].backward()

    @cached_property
    def values(self) -> list[float]:
        return [v.data for v in self.made]

    @cached_property
    def slopes(self) -> list[list[tuple[int, float]]]:
        """For each node its inputs with the local derivatives; plain numbers are left out."""
        return [slopes(v, self.made) for v in self.made]

    @cached_property
    def right(self) -> list[float]:
        """∂L/∂v of every node, by the library."""
        return [v.grad for v in self.made]

    @cached_property
    def uses(self) -> list[int]:
        """How many shares each node is to get."""
        return [sum(u == k for inputs in self.slopes for u, _ in inputs) for k in range(len(self.nodes))]

    @cached_property
    def turns(self) -> list[int]:
        """The nodes that pass on, in the order of their turns."""
        steps = [k for k, node in enumerate(self.nodes) if node.operation != "leaf"]
        return steps[::-1] if self.way.order == "topological" else list(self._in_depth(steps[-1], set()))

    def _in_depth(self, k: int, seen: set[int]) -> Iterator[int]:
        seen.add(k)
        yield k
        for u, _ in self.slopes[k]:
            if u not in seen and self.slopes[u]:
                yield from self._in_depth(u, seen)

    @cached_property
    def walked(self) -> tuple[list[Step], list[float]]:
        """All steps, and the gradients at the end of them."""
        steps = [Step("forward", k) for k, node in enumerate(self.nodes) if node.operation != "leaf"]
        grads = [0.0] * len(self.nodes)
        for call in range(1, self.way.calls + 1):
            arrived = [0] * len(self.nodes)
            grads[-1] = 1.0
            steps.append(Step("seed", len(self.nodes) - 1, call))
            for k in self.turns:
                shares, up = [], grads[k]
                for u, slope in self.slopes[k]:
                    before, arrived[u] = grads[u], arrived[u] + 1
                    grads[u] = before + up * slope if self.way.fork == "+=" else up * slope
                    shares.append(Share(u, slope, up, before, grads[u], arrived[u]))
                steps.append(Step("back", k, call, tuple(shares)))
        return steps, grads

    @property
    def steps(self) -> list[Step]:
        return self.walked[0]

    @property
    def grads(self) -> list[float]:
        return self.walked[1]

    def is_right(self, k: int, grad: float) -> bool:
        """Whether a gradient is the right one, but for rounding, which is that of the largest of them where it is nearly 0."""
        return abs(grad - self.right[k]) <= SAME * max(abs(self.right[k]), 1e-6 * max(map(abs, self.right)))

    @cached_property
    def wrong(self) -> list[int]:
        return [k for k, grad in enumerate(self.grads) if not self.is_right(k, grad)]

    def nudged(self, k: int) -> Difference:
        """Node k moved by ε to either side, all that it goes into computed anew: the judge (eq-central-difference)."""
        ahead, behind = self.values[k] + EPSILON, self.values[k] - EPSILON
        step = ahead - behind
        ends = []
        for moved in (ahead, behind):
            try:
                ends.append(built(self.nodes, self.leaves, {k: moved})[-1].data)
            except ValueError:
                ends.append(math.nan)
        size = sum(abs(v * g) for v, g in zip(self.values, self.right, strict=True))
        size += sum(abs(end) for end in ends if not math.isnan(end))
        doubt = 2**-50 * size / step
        return Difference(EPSILON, step, *ends, ahead, behind, doubt)
