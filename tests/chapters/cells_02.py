"""Chapter "One neuron, three factors": its gradients, each against a nudge of the formula written here once more."""

from math import exp, log

import numpy as np

from .nudging import agree, differ, slope


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def squared(a: float, y: float) -> float:
    return 0.5 * (a - y) ** 2


def cross(a: float, y: float) -> float:
    return -y * log(a) - (1 - y) * log(1 - a)


def loss_of(loss, x, w, b, y):
    return loss(sigmoid(w * x + b), y)


def by_hand(space: dict) -> None:
    x, w, b, y, z, a = (space[name] for name in "xwbyza")
    agree(space["dL_da"], slope(lambda t: squared(t, y), a))
    agree(space["da_dz"], slope(sigmoid, z))
    agree(space["dL_dz"], slope(lambda t: squared(sigmoid(t), y), z))
    agree(space["dL_dw"], slope(lambda t: loss_of(squared, x, t, b, y), w))
    agree(space["dL_db"], slope(lambda t: loss_of(squared, x, w, t, y), b))
    agree(space["dL_dx"], slope(lambda t: loss_of(squared, t, w, b, y), x))


def bce(space: dict) -> None:
    agree(space["dL_da_bce"], slope(lambda t: cross(t, space["y"]), space["a"]))


def library(space: dict) -> None:
    assert np.abs(space["by_hand"] - space["library"]).max() < 1e-15
    agree(space["gradients"].dL_dw, slope(lambda t: loss_of(squared, 2.0, t, -0.25, 1.0), 0.5))


def checked(space: dict) -> None:
    agree(list(space["gradient"].values()), [space["dL_dw"], space["dL_db"], space["dL_dx"]])


def slips(space: dict) -> None:
    right = slope(lambda t: loss_of(squared, 2.0, t, -0.25, 1.0), 0.5)
    for wrong in space["slips"].values():
        differ(wrong, right)


def bce_slips(space: dict) -> None:
    for y in (0, 1):
        right = slope(lambda t, y=y: loss_of(cross, 2.0, t, -0.25, y), 0.5)
        for name, formula in space["formulas"].items():
            # With y = 1 the second term is silent: the chapter says so.
            same = name == "right" or (y == 1 and name in ("- in second term", "first term only"))
            (agree if same else differ)(formula(y), right)


CHECKED = {"backward-by-hand": by_hand, "bce-check": bce, "bridge-library": library, "bridge-check": checked}
WRONG = {"mistakes-sigmoid": slips, "mistakes-bce": bce_slips}
