"""Chapter "Two neurons in a row": its gradients, each against a nudge of the two neurons written here once more."""

from collections.abc import Callable
from math import exp

import numpy as np

from .nudging import agree, differ, gradient, slope

POINT = np.array([0.5, -0.25, 1.5, -0.5])  # w1, b1, w2, b2
X, Y = 2.0, 1.0


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def loss_after(z1: float, w2: float, b2: float, y: float) -> float:
    """The loss from z⁽¹⁾ on."""
    return 0.5 * (sigmoid(w2 * sigmoid(z1) + b2) - y) ** 2


def loss(theta, x: float = X, y: float = Y) -> float:
    w1, b1, w2, b2 = theta
    return loss_after(w1 * x + b1, w2, b2, y)


RIGHT = gradient(loss, POINT)


def in_a_row(theta, x: float, y: float) -> float:
    """Any number of neurons: w1, b1, w2, b2, …"""
    a = x
    for w, b in zip(theta[::2], theta[1::2], strict=True):
        a = sigmoid(w * a + b)
    return 0.5 * (a - y) ** 2


def by_hand(space: dict) -> None:
    agree([space[name] for name in ("dL_dw1", "dL_db1", "dL_dw2", "dL_db2")], RIGHT)
    z1, a1, z2, a2 = (space[name] for name in ("z1", "a1", "z2", "a2"))
    agree(space["dL_da2"], slope(lambda t: 0.5 * (t - Y) ** 2, a2))
    agree(space["delta2"], slope(lambda t: 0.5 * (sigmoid(t) - Y) ** 2, z2))
    agree(space["dL_da1"], slope(lambda t: 0.5 * (sigmoid(1.5 * t - 0.5) - Y) ** 2, a1))
    agree(space["delta1"], slope(lambda t: loss_after(t, 1.5, -0.5, Y), z1))


def factors(space: dict) -> None:
    """The five factors, each against a nudge of its own step."""
    z1, a1, z2, a2 = (space[name] for name in ("z1", "a1", "z2", "a2"))
    steps = [
        slope(lambda t: 0.5 * (t - Y) ** 2, a2),
        slope(sigmoid, z2),
        slope(lambda t: 1.5 * t - 0.5, a1),
        slope(sigmoid, z1),
        slope(lambda t: t * X - 0.25, 0.5),
    ]
    agree(space["factors"], steps)
    agree(space["product"], RIGHT[0])


def a_row_by(name: str) -> Callable[[dict], None]:
    """Rows of two to five neurons with random numbers: this way's list is what nudging measures."""
    return lambda space: _rows(space[name])


def _rows(way: Callable) -> None:
    rng = np.random.default_rng(0)
    for n in (2, 3, 4, 5):
        theta, x, y = rng.uniform(-2, 2, 2 * n), *rng.uniform(-2, 2, 2)
        inputs, slopes = [x], []
        for w, b in zip(theta[::2], theta[1::2], strict=True):
            z = w * inputs[-1] + b
            inputs.append(sigmoid(z))
            slopes.append(slope(sigmoid, z))
        trunk = [inputs.pop() - y, slopes[-1]]
        for l in range(n - 1, 0, -1):
            trunk += [theta[2 * l], slopes[l - 1]]
        nudged = gradient(lambda t, x=x, y=y: in_a_row(t, x, y), theta)
        expected = np.concatenate([nudged[2 * l : 2 * l + 2] for l in range(n - 1, -1, -1)])
        agree(way(trunk, inputs), expected)


def thousand(space: dict) -> None:
    rng = np.random.default_rng(1)
    for *theta, x, y in rng.uniform(-2, 2, (20, 6)):
        agree(space["gradients"](*theta, x, y), gradient(lambda t, x=x, y=y: loss(t, x, y), np.array(theta)))


def right_slips(space: dict) -> None:
    agree(space["right"], RIGHT[[2, 3, 0, 1]])
    agree(space["slope_at"](0.3), slope(sigmoid, 0.3))


def slips(space: dict) -> None:
    """Each is wrong where the chapter says so, and right where it prints a ratio of 1."""
    expected = RIGHT[[2, 3, 0, 1]]
    wrong_at = {
        "no s'(z2)": (0, 1, 2, 3), "s' at a2": (0, 1, 2, 3), "no s'(z1)": (2, 3), "s' at a1": (2, 3), "a1 for x": (2,),
        "s'(z2) for 1": (2, 3), "error back": (2, 3), "w1 for w2": (2, 3), "no w2": (2, 3),
    }  # fmt: skip
    assert space["slips"].keys() == wrong_at.keys()
    for name, got in space["slips"].items():
        for k in range(4):
            (differ if k in wrong_at[name] else agree)(got[k], expected[k])


def stale(space: dict) -> None:
    """An old cache with a new weight is right neither before nor after the step; one of a piece is."""
    moved = POINT - RIGHT
    agree(space["moved"], moved)
    before, after = (gradient(loss, at)[0] for at in (POINT, moved))
    from_cache, caches = space["from_cache"], space["caches"]
    agree(from_cache(caches["old"], POINT[2]), before)
    agree(from_cache(caches["new"], moved[2]), after)
    differ(from_cache(caches["old"], moved[2]), before)
    differ(from_cache(caches["old"], moved[2]), after)


def library(space: dict) -> None:
    agree([table.item() for table in space["tables"]], RIGHT)
    agree(space["by_hand"], RIGHT)


def checked(space: dict) -> None:
    agree(list(space["gradient"].values()), RIGHT)
    differ(space["planted"]["w1"], RIGHT[0])
    agree(list(space["planted"].values())[1:], RIGHT[1:])


CHECKED = {
    "five-by-hand": factors,
    "backward-by-hand": by_hand,
    "from-scratch": a_row_by("from_scratch"),
    "with-reuse": a_row_by("with_reuse"),
    "measured-thousand": thousand,
    "slips": right_slips,
    "bridge-library": library,
}
WRONG = {"slips-table": slips, "stale": stale, "bridge-check": checked}
