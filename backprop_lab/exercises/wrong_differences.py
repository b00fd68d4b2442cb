"""Slips in a numerical gradient: in the value, in how its error falls, in what is nudged, and in the choice of ε.

A formula takes the inputs ``u`` of a fixture, or those of a model student, where ``u.f`` is the function that the
student was handed.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from . import nudges
from .mistake import Mistake, known
from .nudges import central, settled
from .unknown import computed
from .values import Formula, Values

# The same in exact arithmetic, and with other last digits: for an ε so small that these are all there is.
IN_PLACE = (nudges.one_after_the_other, nudges.there_and_back)


def f_of(u: Values) -> Callable[[np.ndarray], float]:
    """The function that a model student was handed, or else the one that belongs to the inputs."""
    return u.f if hasattr(u, "f") else computed(u, u.precision)


def at_eps(*fixed: float) -> tuple[Callable, ...]:
    """Central differences with an ε of one's own, whatever was handed over."""
    return tuple(
        lambda u, eps=eps, difference=difference: difference(f_of(u), u.theta, eps)
        for eps in fixed
        for difference in (central, *(IN_PLACE if eps < 1e-4 else ()))
    )


def by(difference: Callable) -> Callable:
    """A formula from a way to take differences."""
    return lambda u: difference(f_of(u), u.theta, u.eps)


def twice(formula: Callable) -> Callable:
    """A formula for the gradient, carried out where the order is asked for: at ε and at ε/2."""

    def pair(u: Values) -> tuple:
        there = u.replace(theta=u.point, f=computed(u, "float64"), precision="float64")
        return tuple(formula(there.replace(eps=eps)) for eps in (u.coarse, u.coarse / 2))

    pair.formula = formula
    return pair


def along(directions: Callable) -> Callable:
    """How many entries are nudged together: the least and the most."""

    def told(u: Values) -> tuple[int, int]:
        return nudges.summary(directions(u.theta.shape))

    told.directions = directions
    return told


def rows_of(u: Values) -> tuple[int, ...]:
    """The axes within a row, ``theta[i]``."""
    return tuple(range(1, u.theta.ndim))


def gaps(u: Values) -> bool:
    """Is θ an array with gaps, of which ``ravel`` and ``reshape`` make a copy?"""
    return not u.theta.flags.c_contiguous


def sort_of(code: str, formula: Callable | tuple[Callable, ...], part: str | None = None, **words: str) -> Mistake:
    """A mistake of the catalogue in one of its sorts: ``"C4-row"`` has the words of C4, less those given here."""
    return replace(known(code.partition("-")[0], formula, part, **words), code=code)


ROUNDED = tuple(by(nudges.in_single_precision(one)) for one in (central, nudges.there_and_back))
OTHER_EPS = (
    known(
        "C2", (*at_eps(1e-5, 1e-6, 1e-8), *ROUNDED),
        paper="ε = 1e-5 in float32 instead of the ε handed over",
    ),
    known(
        "C1", at_eps(1e-1, 1e-13, 1e-14, 1e-15),
        advice="Use the eps that your function is given, and print the error for 1e-1, 1e-2, … down to 1e-12.",
    ),
    known(
        "C6", at_eps(1e-3, 1e-2),
        advice="Use the eps that your function is given: is it as large as yours?",
    ),
)  # fmt: skip
OTHER_FACTORS = (
    Mistake(
        "N1", lambda u: 2, "The difference is divided by ε, but its two points are 2ε apart.",
        "From θ − ε to θ + ε is a way of 2ε, and a slope is the rise over the whole way.",
        "(f(θ + ε) − f(θ − ε)) / ε instead of … / (2ε)", "Take f(θ) = 3θ: does your function return 3?", "factor",
    ),
    Mistake(
        "N2", lambda u: 0.5, "The difference is divided by 2ε, but its two points are ε apart.",
        "From θ to θ + ε, or from θ − ε to θ, is a way of ε alone.",
        "(f(θ + ε) − f(θ)) / (2ε) instead of (f(θ + ε) − f(θ − ε)) / (2ε)",
        "Write down the two points that f is called at: how far are they apart?", "factor",
    ),
    Mistake(
        "N3", (lambda u: 2 * u.eps, lambda u: u.eps), "The difference is not divided by the step.",
        "f(θ + ε) − f(θ − ε) is how far f moves; the slope is how far it moves for each unit of θ.",
        "f(θ + ε) − f(θ − ε) instead of (f(θ + ε) − f(θ − ε)) / (2ε)",
        "Halve ε: does your result halve too? A slope would stay.", "factor",
    ),
    Mistake(
        "N4", lambda u: u.eps * u.eps, "The difference is divided by 2, and then multiplied by ε.",
        "Python divides and multiplies from left to right, so a / 2 * eps is (a / 2) · ε.",
        "(f(θ + ε) − f(θ − ε)) / 2 · ε instead of … / (2ε)", "Put parentheses around 2 * eps.", "factor",
    ),
    known(
        "O7", lambda u: -1, "sign", what="The sign is flipped.", why="Where f rises with θ, the slope is positive.",
        paper="f(θ − ε) − f(θ + ε) instead of f(θ + ε) − f(θ − ε)",
        advice="Take f(θ) = 3θ: does your function return 3?",
    ),
)  # fmt: skip
NOT_ONE_ENTRY = (
    known(
        "C4", lambda u: np.cumsum(u.right).reshape(u.right.shape), "slopes",
        what="An entry is not set back before the next one is nudged.",
        why="f is then called with several entries moved, so a difference holds the nudges of those before it, too.",
        paper="θ with the nudges of entries 1 … i instead of that of entry i alone",
    ),
    sort_of(
        "C4-all", (lambda u: nudges.shared(u.right, tuple(range(u.right.ndim))), lambda u: float(u.right.sum())), "slopes",
        what="All entries are nudged at once.",
        why="One difference along all entries is the sum of their slopes; a gradient has a number for each.",
        paper="θ with ε added to every entry instead of to one",
    ),
    sort_of(
        "C4-row", (lambda u: nudges.shared(u.right, rows_of(u)), lambda u: u.right.sum(axis=rows_of(u))), "slopes",
        what="Whole rows are nudged: theta[i] of a table is its row i.",
        why="A difference along a row is the sum of the slopes in it; a gradient has a number for each entry.",
        paper="θ with ε added to row i instead of to the entry (i, j)",
        advice="Print the shape of theta[0]; np.ndindex(theta.shape) counts through all entries.",
    ),
    sort_of(
        "C4-copy", (lambda u: u.right * 0, lambda u: u.right * 0 if gaps(u) else u.right), "slopes",
        what="What is nudged is a copy that f is never given.",
        why="f is called twice with the same θ, so the difference is 0. Of an array with gaps, ravel() and reshape(-1) "
        "give a copy; of others they do not.",
        paper="f(θ) − f(θ) instead of f(θ + ε) − f(θ − ε)",
        advice="Print theta − t for the t that you hand to f: which entry is not 0?",
    ),
)  # fmt: skip
FLAT = Mistake(
    "N5", lambda u: u.slopes.ravel(), "The gradient is returned as one long row of numbers.",
    "A gradient has the shape of what it belongs to: each entry of θ has its slope at its own place.",
    "shape (P,) instead of the shape of θ", "Print theta.shape and the shape of what you return.",
)  # fmt: skip


def elsewhere(mistake: Mistake, *formulas: Formula) -> Mistake:
    """A slip of the value where the order is asked for: by ``formulas``, or by its factor on central differences."""
    made = formulas or tuple(lambda u, factor=factor: factor(u) * by(central)(u) for factor in mistake.formulas)
    return replace(mistake, formula=tuple(map(twice, made)), part=None)


def spread(difference: Callable) -> Callable:
    """The numbers of ``difference``, each put into every entry that was nudged for it."""

    def formula(u: Values) -> np.ndarray:
        told = np.asarray(by(difference)(u))
        return np.zeros(u.theta.shape) + told.reshape(told.shape + (1,) * (u.theta.ndim - told.ndim))

    return formula


# Whoever takes an ε of one's own is charged where it is too small or steps over a kink.
OWN_EPS = tuple(map(twice, at_eps(1e-5, 1e-3, 1e-2, 1e-1, 1e-13, 1e-14, 1e-15)))
VALUES = (*OTHER_EPS, *OTHER_FACTORS, *NOT_ONE_ENTRY, FLAT)
SLIPS = {mistake.code: mistake for mistake in VALUES}
IN_ORDER = (
    known("C3", tuple(twice(by(one)) for one in (nudges.forward, nudges.backward))),
    known(
        "C1", OWN_EPS,
        what="The error does not depend on the ε that is handed over.",
        why="An ε of your own is right for some functions and precisions and wrong for others, so it is an argument.",
        paper="an ε of one's own instead of the one handed over",
        advice="Call your function with eps=1e-2 and with eps=5e-3: do the results differ?",
    ),
    replace(SLIPS["C2"], formula=(*map(twice, ROUNDED), *OWN_EPS),
            paper="θ rounded to float32, or ε = 1e-5 there, instead of both as they were handed over"),
    replace(SLIPS["C6"], formula=OWN_EPS),
    elsewhere(SLIPS["N1"]),
    elsewhere(SLIPS["N2"], lambda u: by(nudges.forward)(u) / 2, lambda u: by(nudges.backward)(u) / 2,
              lambda u: by(central)(u) / 2),
    elsewhere(SLIPS["N3"], lambda u: by(nudges.forward)(u) * u.eps, lambda u: by(central)(u) * u.eps,
              lambda u: 2 * by(central)(u) * u.eps),
    elsewhere(SLIPS["N4"]),
    elsewhere(SLIPS["O7"]),
    elsewhere(SLIPS["C4"], *map(by, (nudges.not_set_back, nudges.left_ahead, nudges.piled_up))),
    elsewhere(SLIPS["C4-all"], spread(nudges.at_once), by(nudges.at_once)),
    elsewhere(SLIPS["C4-row"], spread(nudges.row_at_once), by(nudges.row_at_once)),
    elsewhere(SLIPS["C4-copy"], lambda u: np.zeros(u.theta.shape)),
    elsewhere(SLIPS["N5"], lambda u: by(central)(u).ravel()),
)  # fmt: skip
TOGETHER = tuple(
    replace(SLIPS[code], formula=along(directions), part=None)
    for code, directions in {"C4": nudges.more_and_more, "C4-all": nudges.together, "C4-row": nudges.row_by_row}.items()
)


def chosen(u: Values, difference: Callable = central, way: int = 0) -> int:
    """Which ε of the grid a student finds by comparing each estimate with its neighbours, in one of three ways."""
    return settled([difference(f_of(u), u.theta, eps) for eps in u.grid])[way]


def choices(difference: Callable) -> tuple[Callable, ...]:
    """The ε that are found by one way to take differences."""
    return tuple(lambda u, way=way: u.grid[chosen(u, difference, way)] for way in range(3))


def drifting(f: Callable, theta: np.ndarray, eps: float) -> np.ndarray:
    """The difference that sets nothing back, in θ itself: the next ε starts where this one ends."""
    return nudges.not_set_back(f, theta, eps, theta)


def on_a_copy(formula: Callable) -> Callable:
    """The formula, with a θ of its own to write into."""
    return lambda u: formula(u.replace(theta=u.theta.copy()))


CHOICES = (
    sort_of(
        "C1-small", lambda u: u.grid.min(), what="The smallest ε of the grid is taken.",
        why="For a tiny ε the two values of f agree in nearly all their digits, and what is left of their difference "
        "is rounding.", paper="ε → 0 instead of an ε that balances two errors",
    ),
    sort_of(
        "C1-large", lambda u: u.grid.max(), what="The largest ε of the grid is taken.",
        why="Over a large ε the curve bends away from its tangent, and over a kink the difference mixes two slopes.",
        paper="the largest ε instead of one that balances two errors",
    ),
    known(
        "C2", (lambda u: 1e-5, lambda u: 1e-6), what="The same ε is taken whatever the precision.",
        paper="ε = 1e-5 in float32, where about 1e-2 is best",
        advice="Print theta.dtype, and the estimates for all of the grid.",
    ),
    known(
        "C4", tuple(map(on_a_copy, choices(drifting))), what="θ is not set back between the estimates.",
        paper="each estimate at the θ where the one before it ended, instead of all at one θ",
    ),
    known(
        "C3", choices(nudges.forward), what="This ε is best for a difference on one side.",
        advice="Let best_eps use your central difference.",
    ),
    Mistake(
        "G1", (lambda u: int(np.argmin(u.errors)) if hasattr(u, "errors") else chosen(u), chosen),
        "The place of ε in the grid is returned, not ε.", "The caller wants a number to hand on as eps.",
        "k instead of the k-th ε of the grid", "Look the place up in the grid before you return.",
    ),
    Mistake(
        "G2", (lambda u: float(np.finfo(u.theta.dtype).eps) ** (1 / 3), lambda u: float(np.finfo(float).eps) ** (1 / 3)),
        "The ε is none of the grid.", "The rule ∛u is near the best ε of many functions, and says nothing of this one.",
        "∛u instead of an ε of the grid", "Compare the estimates for the ε that you are given.",
    ),
)  # fmt: skip
