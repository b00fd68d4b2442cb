"""Differences of a function, one entry of θ after the other: the central one, and what is written in its place.

Each takes ``f, theta, eps`` as a student's function does, calls f as that would, and leaves θ as it is. ``counts``
and ``solved`` are about the nudges themselves: how many entries at a time.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import numpy as np

Loss = Callable[[np.ndarray], float]
FAR = 0.1


def sides(f: Loss, theta: np.ndarray, eps: float) -> tuple[np.ndarray, np.ndarray]:
    """f with each entry raised by ε, and with each lowered."""
    ahead, behind = np.empty(theta.shape), np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        t = theta.copy()
        t[i] = theta[i] + eps
        ahead[i] = f(t)
        t[i] = theta[i] - eps
        behind[i] = f(t)
    return ahead, behind


def central(f: Loss, theta: np.ndarray, eps: float) -> np.ndarray:
    """(f(θ + ε) − f(θ − ε)) / (2ε).

    >>> central(lambda t: float(t[0] ** 2 + 3 * t[1]), np.array([2.0, 5.0]), 1e-3).round(6).tolist()
    [4.0, 3.0]
    """
    ahead, behind = sides(f, theta, eps)
    return (ahead - behind) / (2 * eps)


def forward(f: Loss, theta: np.ndarray, eps: float) -> np.ndarray:
    """(f(θ + ε) − f(θ)) / ε."""
    return (sides(f, theta, eps)[0] - f(theta.copy())) / eps


def backward(f: Loss, theta: np.ndarray, eps: float) -> np.ndarray:
    """(f(θ) − f(θ − ε)) / ε."""
    return (f(theta.copy()) - sides(f, theta, eps)[1]) / eps


def one_after_the_other(f: Loss, theta: np.ndarray, eps: float) -> np.ndarray:
    """The central difference in place, by += ε, −= 2ε, += ε: the last digits of θ differ."""
    t, slopes = theta.copy(), np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        t[i] += eps
        ahead = f(t)
        t[i] -= 2 * eps
        slopes[i] = (ahead - f(t)) / (2 * eps)
        t[i] += eps
    return slopes


def there_and_back(f: Loss, theta: np.ndarray, eps: float) -> np.ndarray:
    """The central difference by += ε and −= 2ε in a copy for each entry."""
    slopes = np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        t = theta.copy()
        t[i] += eps
        ahead = f(t)
        t[i] -= 2 * eps
        slopes[i] = (ahead - f(t)) / (2 * eps)
    return slopes


def not_set_back(f: Loss, theta: np.ndarray, eps: float, t: np.ndarray | None = None) -> np.ndarray:
    """The central difference in place, each entry left at θ − ε; in ``t``, where it is given."""
    t, slopes = theta.copy() if t is None else t, np.empty(theta.shape)
    for i in np.ndindex(theta.shape):
        t[i] += eps
        ahead = f(t)
        t[i] -= 2 * eps
        slopes[i] = (ahead - f(t)) / (2 * eps)
    return slopes


def left_ahead(f: Loss, theta: np.ndarray, eps: float) -> np.ndarray:
    """The same with θ − ε first, each entry left at θ + ε."""
    return not_set_back(f, theta, -eps)


def piled_up(f: Loss, theta: np.ndarray, eps: float) -> np.ndarray:
    """Differences to one f(θ), each entry left at θ + ε: every entry holds those before it as well."""
    t, slopes, here = theta.copy(), np.empty(theta.shape), f(theta.copy())
    for i in np.ndindex(theta.shape):
        t[i] += eps
        slopes[i] = (f(t) - here) / eps
    return slopes


def at_once(f: Loss, theta: np.ndarray, eps: float) -> float:
    """The central difference along all entries together: one number."""
    return (f(theta + eps) - f(theta - eps)) / (2 * eps)


def row_at_once(f: Loss, theta: np.ndarray, eps: float) -> np.ndarray:
    """The same along each row ``theta[i]``: a number for a row."""
    slopes = np.empty(theta.shape[0])
    for i in range(len(theta)):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += eps
        behind[i] -= eps
        slopes[i] = (f(ahead) - f(behind)) / (2 * eps)
    return slopes


def in_single_precision(difference: Callable) -> Callable:
    """A way to take differences, with θ rounded to float32."""
    return lambda f, theta, eps: difference(f, theta.astype(np.float32), eps)


def settled(estimates: Sequence[np.ndarray]) -> tuple[int, int, int]:
    """Which of the estimates differs least from its neighbours on either side; and the two neighbours nearest together.

    >>> settled([np.array([v]) for v in (0.7, 0.51, 0.5001, 0.5, 0.5002, 0.6)])
    (3, 2, 3)
    """
    moved = [float(np.max(np.abs(a - b))) for a, b in pairwise(estimates)]
    either = [max(pair) for pair in pairwise(moved)]
    least = int(np.argmin(moved))
    return 1 + int(np.argmin(either)), least, least + 1


def counts(log: Sequence[tuple], theta: np.ndarray) -> tuple[int, int]:
    """How many entries differed from θ, at the least and at the most, over the calls at which any did.

    Differences of less than a tenth of the largest are what rounding leaves of a nudge that was taken back.

    >>> theta = np.zeros(3)
    >>> counts([(theta,), (np.array([0, 1e-5, 0]),), (np.array([1e-5, 1e-5, 1e-18]),)], theta)
    (1, 2)
    """
    given = [np.asarray(args[0], dtype=float) for args in log if len(args) == 1 and np.shape(args[0]) == theta.shape]
    moved = [np.abs(one - theta.astype(float)) for one in given]
    most = max((float(one.max(initial=0.0)) for one in moved), default=0.0)
    differing = [int((one > FAR * most).sum()) for one in moved]
    differing = [count for count in differing if count]
    return (min(differing), max(differing)) if differing else (0, 0)


def solved(f: Loss, theta: np.ndarray, eps: float, directions: np.ndarray) -> np.ndarray:
    """The gradient from central differences along other directions than those of single entries.

    A right value, with entries nudged together: that shows whether the two are judged apart.
    """
    steps = [eps * row.reshape(theta.shape).astype(theta.dtype) for row in directions]
    along = np.array([(f(theta + step) - f(theta - step)) / (2 * eps) for step in steps])
    return np.linalg.solve(directions, along).reshape(theta.shape)


def together(shape: tuple[int, ...]) -> np.ndarray:
    """Directions in which all entries are nudged at once."""
    return _full(int(np.prod(shape)))


def row_by_row(shape: tuple[int, ...]) -> np.ndarray:
    """Directions in which all entries of one row, ``theta[i]``, are nudged at once."""
    return np.kron(np.eye(shape[0]), _full(int(np.prod(shape[1:]))))


def more_and_more(shape: tuple[int, ...]) -> np.ndarray:
    """Directions in which the entries before it are still nudged."""
    return np.tril(np.ones((int(np.prod(shape)),) * 2))


def _full(count: int) -> np.ndarray:
    return np.ones((count, count)) + np.eye(count)


def summary(directions: np.ndarray) -> tuple[int, int]:
    """What ``counts`` finds of nudges along these directions.

    >>> summary(together((2, 2))), summary(row_by_row((2, 3))), summary(more_and_more((3,)))
    ((4, 4), (3, 3), (1, 3))
    """
    differing = [int(np.count_nonzero(row)) for row in directions]
    return min(differing), max(differing)


def shared(slopes: Any, axes: tuple[int, ...]) -> Any:
    """What nudging entries together leaves in each of them: the sum of their slopes.

    >>> shared(np.array([[1.0, 2.0], [3.0, 4.0]]), (1,)).tolist()
    [[3.0, 3.0], [7.0, 7.0]]
    """
    return slopes * 0 + slopes.sum(axis=axes, keepdims=True)
