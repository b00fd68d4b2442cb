"""Chapter "Downhill": its slopes, each against a nudge to both sides of the loss, written here once more."""

from itertools import pairwise
from math import exp

import numpy as np

from .nudging import agree, differ, gradient

START = np.array([0.5, -0.25])
NUDGED = 1e-5  # as close as a nudge to one side, of 1e-6, can be asked to come


def box(t: np.ndarray) -> float:
    return 0.5 * (1 / (1 + exp(-(2 * t[0] + t[1]))) - 1) ** 2


def bowl(t: np.ndarray) -> float:
    return 0.5 * (t[0] ** 2 + 10 * t[1] ** 2)


def saddle(t: np.ndarray) -> float:
    return t[0] ** 2 / 2 + (t[1] ** 2 - 1) ** 2 / 4


PLACES = [np.array(place) for place in ((0.5, -0.25), (-2.5, 1.5), (0.3, 0.02), (-1.6, -0.7))]


def slopes(space: dict) -> None:
    for place in PLACES:
        agree(space["slopes"](space["Box"](), *place), gradient(box, place), NUDGED)
    agree([space["g_w"], space["g_b"]], gradient(box, START), NUDGED)


def walk(space: dict) -> None:
    way = np.array(space["way"])
    for here, there in pairwise(way):
        agree(here - there, gradient(box, here), 2e-5)


def bowl_gradient(space: dict) -> None:
    for place in PLACES:
        agree(space["bowl_gradient"](*place), gradient(bowl, place))
        agree(space["bowl"](*place), bowl(place))


def bowl_walk(space: dict) -> None:
    way = np.array(space["bowl_walk"](eta=0.15, steps=5))
    for here, there in pairwise(way):
        agree((here - there) / 0.15, gradient(bowl, here))


def saddle_gradient(space: dict) -> None:
    for place in PLACES:
        agree(space["saddle_gradient"](*place), gradient(saddle, place))
        agree(space["saddle"](*place), saddle(place))


def library(space: dict) -> None:
    # The last gradient, at the place before the last step of η = 1.
    before = space["params"].vector + space["gradients"].vector
    agree(space["gradients"].vector, gradient(box, before))


def why_two(space: dict) -> None:
    agree(space["g"], gradient(box, np.array([-1.0, 0.7])), NUDGED)


def slips(space: dict) -> None:
    right = gradient(box, START)
    for slip in space["SLIPS"]:
        found = space["off"](space["Box"](), *START, slip)
        if slip == "right":
            agree(found, right, NUDGED)
        else:
            differ(found, right)
    agree(space["off"](space["Box"](), *START, "w first")[0], right[0], NUDGED)


def slips_that_go_downhill(space: dict) -> None:
    """As the chapter says: three of the five end lower than they began, one of them lower than the right walk."""
    ends = {}
    for slip in space["SLIPS"]:
        here = START.copy()
        for _ in range(20):
            here = here - np.array(space["off"](space["Box"](), *here, slip))
        ends[slip] = box(here)
    lower = {slip for slip, end in ends.items() if end < box(START)} - {"right"}
    assert lower == {"both at once", "w first", "nudge 1"}
    assert {slip for slip in ends if ends[slip] < ends["right"]} == {"both at once"}


CHECKED = {
    "slopes": slopes, "walk-box": walk, "bowl-by-hand": bowl_gradient, "bowl-steps": bowl_walk,
    "saddle-escape": saddle_gradient, "bridge-library": library, "why-two": why_two,
}  # fmt: skip
WRONG = {"mistakes-walk": slips, "mistakes-table": slips_that_go_downhill}
