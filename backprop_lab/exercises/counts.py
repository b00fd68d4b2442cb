"""Counts of paths, multiplications and forward passes, with the parts of them that a miscount replaces.

Sizes are n_0 … n_L, whole numbers of any length. These are the counts of ``backprop_lab.cost``, to which tests hold
them.

>>> paths((3, 4, 2, 5)), path_by_path((3, 4, 2, 5)), with_reuse((3, 4, 2, 5))
({1: 10, 2: 5, 3: 1}, 900, 59)
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from .values import Formula

Sizes = Sequence[int]
OfLayer = Callable[[int], int]


def depth(sizes: Sizes) -> int:
    """L."""
    return len(sizes) - 1


def layers(sizes: Sizes, first: int = 1, last: int | None = None) -> range:
    """The numbers of the layers, 1 … L where no others are named."""
    return range(first, (depth(sizes) if last is None else last) + 1)


def weights(sizes: Sizes, l: int) -> int:
    """How many weights layer l has."""
    return sizes[l] * sizes[l - 1]


def matrices(sizes: Sizes, chosen: range | None = None) -> int:
    """The weights of all layers, or of those chosen, together."""
    return sum(weights(sizes, l) for l in (layers(sizes) if chosen is None else chosen))


def ways(sizes: Sizes) -> OfLayer:
    """From one weight of layer l to the loss: one choice of a unit in each layer behind it."""
    return lambda l: math.prod(sizes[l + 1 :])


def length(sizes: Sizes) -> OfLayer:
    """Multiplications along one path of layer l: one fewer than its 3 + 2 (L − l) factors."""
    return lambda l: 2 * (depth(sizes) - l) + 2


def paths(sizes: Sizes) -> dict[int, int]:
    """From one weight to the loss, for each layer."""
    return {l: ways(sizes)(l) for l in layers(sizes)}


def path_by_path(sizes: Sizes, along: OfLayer | None = None, each: OfLayer | None = None, chosen: Any = None) -> int:
    """Multiplications for all weights, each path multiplied out; with other ways, lengths or layers where they are named."""
    along, each = along or ways(sizes), each or length(sizes)
    return sum(weights(sizes, l) * along(l) * each(l) for l in (layers(sizes) if chosen is None else chosen))


def with_reuse(sizes: Sizes, back: int | None = None, slopes: int | None = None) -> int:
    """Multiplications of one backward pass; with another count for a part of it where one is named."""
    back = matrices(sizes, layers(sizes, 2)) if back is None else back
    return matrices(sizes) + back + (sum(sizes[1:]) if slopes is None else slopes)


def passes(P: int, scheme: str) -> int:
    """Forward passes for a gradient by nudges."""
    return 2 * P if scheme == "central" else P + 1


def of_sizes(count: Callable[[Sizes], Any]) -> Formula:
    """A count of the sizes, as a formula."""
    return lambda u: count(u.sizes)
