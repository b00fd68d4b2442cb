"""Errors of one gradient beside another, as they are written in place of max|g − h| / max|h|."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .mistake import Mistake, known
from .values import Values


def size(array: Any) -> Any:
    """The largest entry in absolute value."""
    return abs(array).max()


def over(top: Any, bottom: Any) -> Any:
    """A quotient where there is one; what stands in its place otherwise is another part of the formula."""
    return top / bottom if bottom != 0 else top * 0


def norm(array: np.ndarray) -> float:
    """√(Σ entries²)."""
    return float(np.sqrt((array * array).sum()))


def ratio(formula: Callable) -> Callable:
    """A wrong quotient, from g and h."""

    def told(u: Values) -> float:
        return float(formula(u.g, u.h))

    return told


OTHER_ERRORS = (
    known(
        "C5", (ratio(lambda g, h: size(g - h)), ratio(lambda g, h: norm(g - h)), ratio(lambda g, h: abs(g - h).mean())),
        "ratio", paper="max|g − h| instead of max|g − h| / max|h|",
    ),
    Mistake(
        "Z1", (lambda u: float("nan"), lambda u: 0.0 if u.h.any() else 1 // 0, lambda u: float("inf"), lambda u: 1.0),
        "Two gradients that are both zero are not said to agree.",
        "0/0 has no value of its own; two arrays of zeros are equal, so the error between them is 0.",
        "0/0 instead of 0", "Call it with two arrays of zeros.", "edge",
    ),
    Mistake(
        "Z2", (ratio(lambda g, h: over(size(g - h), size(h) + 1e-8)),
               ratio(lambda g, h: over(norm(g - h), norm(g) + norm(h) + 1e-8))),
        "A small number is added to the denominator.",
        "It is small beside gradients near 1, and large beside gradients of 1e-6: the error then depends on the size.",
        "max|g − h| / (max|h| + 1e-8) instead of max|g − h| / max|h|",
        "Multiply g and h by 1e-7: does your error change?", "ratio",
    ),
    Mistake(
        "Z3", (ratio(lambda g, h: over((g - h).max(), size(h))), ratio(lambda g, h: over(abs((g - h).max()), size(h)))),
        "The largest difference is taken with its sign.",
        "An entry that is too small by much is as wrong as one that is too large by much.",
        "max(g − h) / max|h| instead of max|g − h| / max|h|", "Try g = (0, 0) and h = (0, 1).", "ratio",
    ),
    Mistake(
        "Z4", (ratio(lambda g, h: over(norm(g - h), norm(h))), ratio(lambda g, h: over(norm(g - h), norm(g) + norm(h))),
               ratio(lambda g, h: over(norm(g - h), max(norm(g), norm(h))))),
        "The size of an array is taken as the root of the sum of squares.",
        "That is a measure, too, and not the book's: in a large array one entry that is wrong nearly vanishes in it.",
        "‖g − h‖ over ‖h‖ instead of max|g − h| / max|h|", "Write both maxima down before you divide.", "ratio",
    ),
    Mistake(
        "Z5", (ratio(lambda g, h: np.max(np.divide(abs(g - h), abs(h), out=np.zeros(h.shape), where=h != 0))),
               ratio(lambda g, h: np.mean(np.divide(abs(g - h), abs(h), out=np.zeros(h.shape), where=h != 0)))),
        "Each entry is divided by its own size.",
        "An entry that is nearly 0 then makes any difference large, although it matters to no step that is taken.",
        "max(|g − h| / |h|) instead of max|g − h| / max|h|", "Try g = (1, 1e-9) and h = (1, 1e-12).", "ratio",
    ),
    Mistake(
        "Z6", (ratio(lambda g, h: over(size(g - h), size(g) + size(h))),
               ratio(lambda g, h: over(size(g - h), max(size(g), size(h))))),
        "The difference is divided by the sizes of both gradients.",
        "Here h is the one that is believed, and the error is told in units of it alone.",
        "max|g − h| / (max|g| + max|h|) instead of max|g − h| / max|h|", "Try g = 3 h: the error should be 2.", "ratio",
    ),
    Mistake(
        "Z7", ratio(lambda g, h: over(size(g - h), size(g))),
        "The difference is divided by the size of g, which is on trial.",
        "h is the one that is believed, so the error is told in units of h.",
        "max|g − h| / max|g| instead of max|g − h| / max|h|", "Try g = 3 h: the error should be 2.", "ratio",
    ),
    Mistake(
        "Z8", ratio(lambda g, h: over(size(g - h), abs(h.max()))),
        "The largest entry of h is taken with its sign.",
        "How large a gradient is depends on its entries without their signs.",
        "max|g − h| / max h instead of max|g − h| / max|h|", "Try h = (−3, 1): its size is 3.", "ratio",
    ),
    Mistake(
        "Z9", ratio(lambda g, h: over(abs(g - h).mean(), abs(h).mean())),
        "Means stand where the largest entries belong.",
        "One entry that is wrong among many that are right nearly vanishes in a mean.",
        "mean|g − h| / mean|h| instead of max|g − h| / max|h|", "Try two gradients of 100 entries that differ in one.",
        "ratio",
    ),
)  # fmt: skip
