"""Chapter 3: what its cells compute as a gradient, held against differences that are taken here.

The losses are written here once more, with ``math`` and for single numbers, and differentiated by a five-point
difference with an ε of its own, so that neither the chapter's formulas nor its differences judge themselves.
"""

import math

import numpy as np

CLOSE = 1e-7


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def loss(w, b=-0.25, x=2.0, y=1.0, sigma=sigmoid):
    return 0.5 * (sigma(w * x + b) - y) ** 2


def five_points(f, at, epsilon=1e-3):
    """Slope of f, with an error of order ε⁴."""
    return (8 * (f(at + epsilon) - f(at - epsilon)) - f(at + 2 * epsilon) + f(at - 2 * epsilon)) / (12 * epsilon)


def close(got, expected):
    np.testing.assert_allclose(got, expected, rtol=CLOSE, atol=CLOSE)


def wrong(got, expected):
    error = np.max(np.abs(np.asarray(got) - expected)) / np.max(np.abs(expected))
    assert error > 1e-3, f"meant to be wrong, and off by {error:.1e} only"


W = five_points(loss, 0.5)
B = five_points(lambda b: loss(0.5, b), -0.25)
X = five_points(lambda x: loss(0.5, -0.25, x), 2.0)
ALL = np.array([W, B, X])


def bends(names):
    close(names["dL_dw"], W)
    slope = lambda w: five_points(loss, w)  # noqa: E731
    np.testing.assert_allclose(names["bend"], five_points(slope, 0.5, 1e-2), rtol=1e-6)
    third = five_points(lambda w: five_points(slope, w, 2e-2), 0.5, 2e-2)
    np.testing.assert_allclose(names["third"], third, rtol=1e-4)


def by_hand(names):
    close(names["slopes_of"](lambda t: loss(*t), np.array([0.5, -0.25, 2.0])), ALL)
    f = lambda t: t[0] ** 3 + t[0] * t[1]  # noqa: E731
    close(names["slopes_of"](f, np.array([2.0, 3.0])), [15, 2])


def bridge_check(names):
    close([names["gradient"][name] for name in "wbx"], ALL)
    wrong(names["planted"]["w"], W)
    close([names["planted"][name] for name in "bx"], ALL[1:])


def scaled(names):
    close(names["reference"], ALL[:2])
    wrong(names["wrong"], ALL[:2])


def trains(names):
    """The first formula is ∂L/∂z, the other four are not."""
    formulas, z, y = names["formulas"], 0.75, 1.0
    right = five_points(lambda z: 0.5 * (sigmoid(z) - y) ** 2, z)
    for name, formula in formulas.items():
        (close if name == "right" else wrong)(formula(sigmoid(z), z, y), right)


def mistakes_formula(names):
    for name, slope in names["slips"].items():
        (close if name.startswith("right") else wrong)(slope, W)


def mistakes_nudge(names):
    running = names["never_restored"](lambda t: loss(*t), np.array([0.5, -0.25, 2.0]))
    np.testing.assert_allclose(running, np.cumsum(ALL), atol=1e-4)
    wrong(running, ALL)


def mistakes_coverage(names):
    close(names["right"], ALL)
    wrong(names["slip"], ALL)
    wrong(names["swapped"], ALL)
    assert np.isclose(np.linalg.norm(names["swapped"]), np.linalg.norm(ALL))


def mistakes_zero(names):
    """Without the slope of tanh the gradient is wrong at 0.5 and invisible at 0."""
    for w, differs in ((0.0, close), (0.5, wrong)):
        expected = five_points(lambda w: loss(w, 0.0, sigma=math.tanh), w)
        right, no_slope = names["tanh_pair"](w)
        close(right, expected)
        differs(no_slope, expected)


def complex_step(names):
    close(names["slope"], W)


def bridge_library(names):
    close(names["by_library"], ALL)
    close(names["exact"], ALL)


CHECKED = {
    "bends": bends,
    "by-hand": by_hand,
    "complex-step": complex_step,
    "bridge-library": bridge_library,
    "bridge-check": bridge_check,
}
WRONG = {
    "scaled": scaled,
    "trains-table": trains,
    "mistakes-formula": mistakes_formula,
    "mistakes-nudge": mistakes_nudge,
    "mistakes-coverage": mistakes_coverage,
    "mistakes-zero": mistakes_zero,
}
