"""E2, Numerical gradient: nudge one entry, see how far f moves, divide; and what "nearly equal" means (12 points).

f is handed over as a function that is computed and counted on our side; the student never sees its formula. It works
in the precision of θ, so that float32 cannot be escaped by widening θ. The order of the error is asked for at a
point of its own in float64, where f bends enough for the error to show.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import nudges
from .definition import Exercise, Slope, Term
from .layouts import read_only, spaced
from .nudges import central
from .steps import Call, Callback, Where
from .unknown import coefficients, computed, gradient, signed, value
from .values import Values
from .wrong_differences import CHOICES, IN_ORDER, TOGETHER, VALUES, by, chosen, twice
from .wrong_errors import OTHER_ERRORS, over, size

# Shape of θ, the activation inside f, and ε where the value is asked for.
SHAPES = {
    "two rows": ((2, 3), "tanh", 1e-5),
    "square": ((3, 3), "softplus", 1e-5),
    "single precision": ((5,), "tanh", 5e-3),
    "both gradients zero": ((5, 1), "sigmoid", 1e-5),
    "close to a kink": ((4,), "relu", 1e-5),
    "read-only gradients": ((7,), "tanh", 1e-4),
    "array with gaps": ((3, 2), "softplus", 1e-5),
    "small gradients": ((2, 5), "sigmoid", 1e-5),
    "three axes": ((2, 3, 2), "tanh", 1e-6),
}
GRIDS = {"float64": 10.0 ** -np.arange(1, 10), "float32": 10.0 ** -np.arange(0, 6)}
# How near a value must come to the derivative, and to the numbers of a mistake to be that mistake.
WITHIN = {"float64": 1e-3, "float32": 1e-2}
SAME = {"float64": 1e-3, "float32": 1e-2}
# A good ε: its error is at most so many times that of the best in the grid.
GOOD = 40
# The error falls to a quarter as ε is halved; counted as that is a third and less.
FALL = 3
# An ε in float64 above this one is asked for the order alone.
ASKED_FOR_VALUE = 2e-3


def draw(rng: np.random.Generator, variation: str) -> dict:
    """A function by its coefficients, two points, a grid, and two gradients to compare."""
    shape, activation, eps = SHAPES[variation]
    precision = "float32" if variation == "single precision" else "float64"
    scale = 1e-6 if variation == "small gradients" else 1.0
    while True:
        u = Values(**coefficients(rng, shape, activation, precision, scale), precision=precision, eps=eps)
        u.theta, u.point = (signed(rng, 0.4, 1.2, shape) for _ in range(2))
        u.coarse = float(rng.uniform(0.8e-2, 1.2e-2))
        u.grid = GRIDS[precision].copy()
        if variation == "array with gaps":
            u.theta = spaced(u.theta)
        u.theta = u.theta.astype(precision) if precision == "float32" else u.theta
        if activation == "relu":
            # As near to the kink as ε does not reach, but 1e-3 does.
            u.b = float(rng.choice([-1, 1]) * rng.uniform(1e-4, 2e-4) - (u.n * u.theta).sum())
        if not _shows_the_order(u):
            continue
        u.errors = _errors(u)
        if _suits(u):
            break
    u.g, u.h = _two_gradients(rng, shape, scale)
    if variation == "both gradients zero":
        u.g, u.h = np.zeros(shape), np.zeros(shape)
    if variation == "read-only gradients":
        u.g, u.h = read_only(u.g), read_only(u.h)
    return vars(u)


def _two_gradients(rng: np.random.Generator, shape: tuple[int, ...], scale: float) -> tuple[np.ndarray, np.ndarray]:
    """h, whose largest entry is negative, and a g that is off, most of all by too little in another entry."""
    h, error = signed(rng, 0.1, 1.0, shape), signed(rng, 0.02, 0.1, shape)
    first, second = (np.unravel_index(k, shape) for k in rng.permutation(h.size)[:2])
    h[first], error[first] = -1.5, rng.choice([-0.08, 0.08])
    error[second] = -0.2
    return scale * (h + error), scale * h


def callbacks(u: Values) -> dict[str, Callable]:
    """f in the precision of θ, and the same in float64."""
    return {"f": computed(u, u.precision), "f in float64": computed(u, "float64")}


def steps(u: Values) -> list[Call]:
    """One value; the same at two ε, the second half of the first; an error; a choice."""
    f, exact = Callback("f"), Callback("f in float64")
    return [
        Call("gradient", "numerical_gradient", (f, u.theta, u.eps)),
        Call("coarse", "numerical_gradient", (exact, u.point, u.coarse)),
        Call("fine", "numerical_gradient", (exact, u.point, u.coarse / 2)),
        Call("error", "relative_error", (u.g, u.h)),
        Call("best", "best_eps", (f, u.theta, u.grid)),
    ]


def _errors(u: Values) -> np.ndarray:
    """The error of the central difference at each ε of the grid: the worse of two near it, so that luck is out."""
    f, truth = computed(u, u.precision), gradient(u, u.theta.astype(float))
    near = [[central(f, u.theta, eps * by) for by in (0.9, 1.1)] for eps in u.grid]
    return np.array([max(_off(one, truth) for one in two) for two in near])


def _off(value: Any, truth: Any) -> float:
    return float(np.max(np.abs(value - truth)) / np.max(np.abs(truth)))


def _fall(u: Values, difference: Callable) -> float:
    """How many times smaller the error becomes as ε is halved."""
    coarse, fine = (_off(one, gradient(u, u.point)) for one in twice(by(difference))(u))
    return coarse / fine


def _shows_the_order(u: Values) -> bool:
    kink = u.activation == "relu" and abs((u.n * u.point).sum() + u.b) < 0.3
    wrong = (nudges.forward, nudges.backward, nudges.not_set_back, nudges.left_ahead)
    return not kink and 3.8 < _fall(u, central) < 4.2 and all(_fall(u, one) < 2.5 for one in wrong)


def _suits(u: Values) -> bool:
    """Is ε far from where it would spoil the value, and is every ε of the grid either good or far from it?"""
    truth, best = gradient(u, u.theta.astype(float)), u.errors.min()
    ends = min(u.errors[0], u.errors[-1]) > 3 * GOOD * best
    if u.precision == "float64":
        return ends
    f = computed(u, u.precision)
    small = min(_off(one(f, u.theta, 1e-5), truth) for one in (central, nudges.one_after_the_other))
    others = max(_off(one(f, u.theta, u.eps), truth) for one in (nudges.forward, nudges.backward, nudges.not_set_back))
    return ends and small > 3e-2 and others < 8e-3


def accept_value(given: np.ndarray, truth: np.ndarray, u: Values) -> str:
    """Near the derivative, as near as ε and the precision of f let it come."""
    return "right" if _off(given, truth) <= WITHIN[u.precision] else "wrong"


def accept_order(given: tuple, truth: tuple, u: Values) -> str:
    """The error falls to a third or less as ε is halved, or both are too small to be measured and not the same."""
    coarse, fine = (_off(one, right) for one, right in zip(given, truth, strict=True))
    better = max(coarse, fine) < 1e-9 and not np.array_equal(*given)
    return "right" if better or (coarse > 0 and coarse >= FALL * fine) else "wrong"


def accept_nudges(given: tuple, truth: tuple, u: Values) -> str:
    """Never more than one entry; calls at θ itself are free."""
    return "right" if given[1] <= 1 else "wrong"


def accept_error(given: float, truth: float, u: Values) -> str:
    """The size of an error is right to three digits: that leaves room for 1e-12 in the denominator."""
    return "right" if abs(given - truth) <= 1e-3 * abs(truth) else "wrong"


def accept_best(given: float, truth: float, u: Values) -> str:
    """An ε of the grid whose error is within a factor of the best."""
    there = np.isclose(u.grid, given, rtol=1e-6, atol=0)
    return "right" if there.any() and u.errors[there].min() <= GOOD * u.errors.min() else "wrong"


def measured(u: Values, log: Any) -> tuple[int, int]:
    """How many entries were nudged together, from what f was called with."""
    return nudges.counts(log, u.theta) if isinstance(log, list) else log


VALUE = Term(
    "value", "∂f/∂θ", "numerical_gradient", 3, "eq-central-difference", Where("gradient"),
    lambda u: u.sign * (u.factor * u.slopes),
    parts={
        "right": lambda u: u.measured if hasattr(u, "measured") else gradient(u, u.theta),
        "slopes": lambda u: u.right,
        "factor": lambda u: 1,
        "sign": lambda u: 1,
    },
    accept=accept_value, same=lambda u: SAME[u.precision], varies_with=("precision",),
    slope=Slope(value, lambda u: u.theta),
    mistakes=VALUES,
)  # fmt: skip


def model(base: dict[str, Callable], made: dict) -> dict[str, Callable]:
    """Functions that take differences by calling f, with the mistakes where they show."""
    value_of, order_of, together, choice = (made.get(name, ()) for name in ("value", "order", "one_entry", "best"))

    def numerical_gradient(f: Callable, theta: np.ndarray, eps: float = 1e-5) -> np.ndarray:
        u = Values(f=f, theta=theta, eps=eps)
        if theta.dtype == float and eps > ASKED_FOR_VALUE:
            formulas = [pair.formula for _, pair in order_of] or [by(central)]
            return formulas[0](u)
        if together:
            u.measured = nudges.solved(f, theta, eps, together[0][1].directions(theta.shape))
        else:
            u.measured = by(central)(u)
        return VALUE.value(u, value_of)

    def best_eps(f: Callable, theta: np.ndarray, grid: np.ndarray) -> float:
        u = Values(f=f, theta=theta, grid=grid)
        return choice[0][1](u) if choice else float(grid[chosen(u)])

    return {**base, "numerical_gradient": numerical_gradient, "best_eps": best_eps}


EXERCISE = Exercise(
    id="e02",
    name="numerical_gradient",
    title="Numerical gradient",
    chapter="03_numerical_gradients",
    functions={
        "numerical_gradient": "numerical_gradient(f, theta, eps=1e-5)",
        "relative_error": "relative_error(g, h)",
        "best_eps": "best_eps(f, theta, grid)",
    },
    terms=(
        VALUE,
        Term(
            "order", "the order ε²", "numerical_gradient", 3, "eq-central-difference",
            (Where("coarse"), Where("fine")), lambda u: (gradient(u, u.point), gradient(u, u.point)),
            called=("value", "one_entry"), accept=accept_order, mistakes=IN_ORDER,
        ),
        Term(
            "one_entry", "the nudges", "numerical_gradient", 2, "eq-central-entry",
            Where("gradient", log="f"), lambda u: (1, 1), measure=measured, accept=accept_nudges, mistakes=TOGETHER,
        ),
        Term("as_before", "θ afterwards", "numerical_gradient", 1, "eq-central-entry", Where("gradient"),
             lambda u: True, state=True),
        Term(
            "error", "the relative error", "relative_error", 2, "eq-relative-error", Where("error"),
            lambda u: u.ratio if u.h.any() else u.edge,
            parts={"ratio": lambda u: over(size(u.g - u.h), size(u.h)), "edge": lambda u: 0.0},
            accept=accept_error, mistakes=OTHER_ERRORS,
        ),
        Term(
            "best", "the best ε", "best_eps", 1, "eq-best-epsilon", Where("best"),
            lambda u: u.grid[np.argmin(u.errors)], called=("value", "order", "one_entry"), accept=accept_best,
            varies_with=("precision",), mistakes=CHOICES,
        ),
    ),
    variations=tuple(SHAPES),
    visible=("two rows", "square", "single precision", "both gradients zero", "close to a kink"),
    draw=draw,
    steps=steps,
    callbacks=callbacks,
    model=model,
)  # fmt: skip
