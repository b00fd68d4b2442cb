"""Where the 1/m of a mean over the examples enters a backward pass: in a Δ, or after it.

It may enter at the start, with ∂L/∂A, and stay in every Δ; or Δ is made without it, and each gradient is divided at the
end. Both are right, as long as it is in ∂L/∂W and ∂L/∂b once. ``start`` tells which of the two a Δ is made by.
"""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np

from . import recursion
from .batches import examples
from .functions import slope
from .values import Values
from .wrong_slopes import WRONG_SLOPES

NEARLY = 1e-4
# A Δ made from A − Y without 1/m, perhaps with a factor ½, is at least so many times what it would be for one example.
WITHOUT = 0.49


def start(u: Values, delta: Any) -> Any:
    """By what this Δ is to be multiplied to be ∂L/∂Z: 1 where it holds the 1/m, and 1/m where that comes at the end.

    Also of a wrong Δ: at the output it is A − Y times some slope, right or wrong, and what is left is the factor.
    """
    with np.errstate(all="ignore"):
        return 1 / examples(u.Y) if _is_without(u, delta) else 1


def start_if_unclear(u: Values, delta: Any) -> Any:
    """The other number of ``start``, where a Δ is wrong in a way that does not tell.

    Raises
    ------
    ValueError
        Where it does tell.
    """
    with np.errstate(all="ignore"):
        if _is_known_without(u, delta) is not None:
            raise ValueError("it is known whether this Δ holds the 1/m")
        return 1 if _is_without(u, delta) else 1 / examples(u.Y)


def _is_without(u: Values, delta: Any) -> bool:
    known = _is_known_without(u, delta)
    if known is not None:
        return known
    size, right = np.abs(delta[recursion.last(u)]), next(_tops(u))
    return bool((size * size).sum() * examples(u.Y) >= (right * right).sum() > 0)


def _is_known_without(u: Values, delta: Any) -> bool | None:
    L = recursion.last(u)
    top = delta.get(L) if isinstance(delta, Mapping) else None
    if np.shape(top) != u.Y.shape:
        return False
    size, tops = np.abs(top), _tops(u)
    right = next(tops)
    for made in chain([right], tops if right.dtype.kind == "f" else ()):  # a reference of fifty digits is right
        ratio = (size * made).sum() / (made * made).sum() if made.any() else 0
        if np.abs(size - ratio * made).max() <= NEARLY * size.max():
            return bool(ratio >= WITHOUT and abs(ratio * examples(u.Y) - 1) > NEARLY)
    return None


def _tops(u: Values) -> Iterator[Any]:
    """|A − Y| times the slope of the output, then times each wrong one."""
    name, z = recursion.layer(u, recursion.last(u))
    error = u.cache["a"][recursion.last(u)] - u.Y
    yield np.abs(error * slope(name, z))
    for code in (*recursion.AT_OUTPUT, *recursion.ANYWHERE):
        for wrong in WRONG_SLOPES[code]:
            yield np.abs(error * wrong(name, z))
    yield np.abs(error.sum(axis=1, keepdims=True) * slope(name, z))


def as_derivative(u: Values, delta: Any) -> Any:
    """A table of Δ in the placement of the book, whichever it came in; what is no such table as it is."""
    by = start(u, delta)
    if by == 1:
        return delta
    return {l: part * by if isinstance(part, np.ndarray) else part for l, part in delta.items()}
