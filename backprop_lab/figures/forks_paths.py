"""Every path from a weight or a unit to the loss, its factors and its product; and the same number by the recursion.

A start is written as in a link: ``"w1.2.1"`` is the weight of layer 1 into unit 2 from unit 1, ``"u0.1"`` is input 1.
``js/forks_paths.js`` computes and says the same; browser tests compare both.
"""

import itertools
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .. import network
from ..activations import activation_named
from ..layers import Parameters
from .wording import lowered, of_layer


@dataclass(frozen=True)
class Start:
    """Where the paths begin: a weight (``back`` is the unit that it comes from) or a unit (``back`` is 0)."""

    layer: int
    unit: int
    back: int = 0

    @classmethod
    def of(cls, said: str, sizes: tuple[int, ...]) -> "Start | None":
        """The start that a text names, or None where the network has no such weight or unit.

        >>> Start.of("w1.2.1", (2, 3, 2)), Start.of("u2.1", (2, 3, 2))
        (Start(layer=1, unit=2, back=1), None)
        """
        if not (found := re.fullmatch(r"w(\d)\.(\d)\.(\d)|u(\d)\.(\d)", said)):
            return None
        layer, unit, back = (int(n) for n in (found[1] or found[4], found[2] or found[5], found[3] or 0))
        lowest, highest = (1, len(sizes) - 1) if said[0] == "w" else (0, len(sizes) - 2)
        if not lowest <= layer <= highest or not 1 <= unit <= sizes[layer]:
            return None
        if said[0] == "w" and not 1 <= back <= sizes[layer - 1]:
            return None
        return cls(layer, unit, back)

    @property
    def symbol(self) -> str:
        """w₂₁⁽¹⁾, z₂⁽¹⁾ or x₁: what the derivative is taken in."""
        if self.back:
            return weight(self.layer, self.unit, self.back)
        return mark("z", self.layer, self.unit) if self.layer else f"x{lowered(self.unit)}"


def mark(letter: str, layer: int, unit: int) -> str:
    """A symbol of one unit as the page writes it; a⁽⁰⁾ is x.

    >>> mark("δ", 2, 1), mark("a", 0, 2)
    ('δ₁⁽²⁾', 'x₂')
    """
    return f"x{lowered(unit)}" if (letter, layer) == ("a", 0) else f"{letter}{lowered(unit)}{of_layer(layer)}"


def weight(layer: int, unit: int, back: int) -> str:
    """A weight: the unit that it leads into, then the one that it comes from.

    >>> weight(1, 2, 1)
    'w₂₁⁽¹⁾'
    """
    return f"w{lowered(unit)}{lowered(back)}{of_layer(layer)}"


@dataclass(frozen=True)
class Factor:
    """One factor of a path: its symbol, its number, what it is in words."""

    symbol: str
    value: float
    words: str


@dataclass(frozen=True)
class Path:
    """The units from the output back to the start, the factors in that order, and their product."""

    units: tuple[int, ...]
    factors: tuple[Factor, ...]

    @property
    def product(self) -> float:
        return math.prod(factor.value for factor in self.factors)


@dataclass(frozen=True)
class Term:
    """One term of the row of W⁽ˡ⁺¹⁾ᵀ δ⁽ˡ⁺¹⁾: a weight times an error signal, which holds so many paths."""

    weight: str
    delta: str
    weight_value: float
    delta_value: float


@dataclass(frozen=True)
class Count:
    """What a layer costs: paths from one unit, products along all paths of all units, products of the recursion."""

    layer: int
    units: int
    paths: int
    walked: int
    recursion: int


class Forks:
    """One network, one example, one start; all that the figure shows."""

    def __init__(self, params: Parameters, X: np.ndarray, Y: np.ndarray, start: Start) -> None:
        self.params, self.X, self.Y, self.start = params, X, Y, start
        self.memory = network.forward(params, X)
        self.grads = network.backward(params, self.memory, Y)

    @cached_property
    def paths(self) -> list[Path]:
        """All of them, the output's units counting slowest."""
        layers, first = range(self.params.depth, self.start.layer, -1), self.start.unit
        choices = itertools.product(*(range(1, self.params.sizes[l] + 1) for l in layers))
        return [self._path((*units, first)) for units in choices]

    def _path(self, units: tuple[int, ...]) -> Path:
        p, depth = self.params, self.params.depth
        k = units[0]
        factors = [
            Factor(mark("δ", depth, k), self._at(self.grads.delta[depth], k), f"error signal of output {k}")
        ]  # fmt: skip
        for step, i in enumerate(units[1:], 1):
            l = depth - step
            before = units[step - 1]
            factors.append(
                Factor(weight(l + 1, before, i), float(p.W[l + 1][before - 1, i - 1]), "the weight on the way")
            )
            if l:
                slope = activation_named(p.activations[l]).derivative(self.memory.z[l])
                factors.append(
                    Factor(f"σ'({mark('z', l, i)})", self._at(slope, i), f"slope of {p.activations[l]} in this unit")
                )
        if back := self.start.back:
            value = self._at(self.memory.a[self.start.layer - 1], back)
            factors.append(Factor(mark("a", self.start.layer - 1, back), value, "what the chosen weight multiplies"))
        return Path(units, tuple(factors))

    @staticmethod
    def _at(column: np.ndarray, unit: int) -> float:
        return float(column[unit - 1, 0])

    @cached_property
    def products(self) -> list[float]:
        return [path.product for path in self.paths]

    @property
    def total(self) -> float:
        """The sum over the paths, one after the other."""
        return self._settled(added(self.products))

    @property
    def derivative(self) -> float:
        """The same as the library has it: δ_i a_j, δ_i, or an entry of W⁽¹⁾ᵀ δ⁽¹⁾."""
        l, i, j = self.start.layer, self.start.unit, self.start.back
        if j:
            return self._settled(float(self.grads.dW[l][i - 1, j - 1]))
        return self._settled(self._at(self.grads.delta[l] if l else self.grads.dL_dx, i))

    def _settled(self, value: float) -> float:
        """0 where paths cancel but for rounding."""
        return 0.0 if abs(value) <= 2.0**-48 * added(abs(p) for p in self.products) else value

    @cached_property
    def row(self) -> list[Term]:
        """The terms of the row; none for a weight of the last layer, whose δ is there at once."""
        l, i = self.start.layer + 1, self.start.unit
        if l > self.params.depth:
            return []
        return [
            Term(weight(l, k, i), mark("δ", l, k), float(self.params.W[l][k - 1, i - 1]), self._at(self.grads.delta[l], k))
            for k in range(1, self.params.sizes[l] + 1)
        ]  # fmt: skip

    @property
    def row_sum(self) -> float:
        terms = [term.weight_value * term.delta_value for term in self.row]
        value = added(terms)
        return 0.0 if abs(value) <= 2.0**-48 * added(abs(t) for t in terms) else value

    @property
    def after(self) -> list[Factor]:
        """What the row is still multiplied by: the slope of the unit, and the weight's input."""
        first, path = self.start, self.paths[0].factors
        if not self.row:
            return list(path)  # δ itself, and the weight's input
        return list(path[len(path) - bool(first.layer) - bool(first.back) :])


def added(numbers: Iterable[float]) -> float:
    """One after the other, as the browser adds them."""
    total = 0.0
    for number in numbers:
        total += number
    return total


def counts(sizes: tuple[int, ...]) -> list[Count]:
    """From the last hidden layer to the input.

    >>> for count in counts((2, 3, 2)): print(count)
    Count(layer=1, units=3, paths=2, walked=12, recursion=9)
    Count(layer=0, units=2, paths=6, walked=36, recursion=6)
    """
    depth, made = len(sizes) - 1, []
    for l in range(depth - 1, -1, -1):
        paths = math.prod(sizes[l + 1 :])
        factors_less_one = 2 * (depth - l) if l else 2 * depth - 1
        recursion = sizes[l] * sizes[l + 1] + (sizes[l] if l else 0)
        made.append(Count(l, sizes[l], paths, sizes[l] * paths * factors_less_one, recursion))
    return made
