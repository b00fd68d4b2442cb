"""Every legal network before 50-digit arithmetic, and that arithmetic before differences of its forward pass."""

import mpmath
import numpy as np
import pytest

from backprop_lab import network
from tests.cases import FAMILIES, NetworkCase
from tests.gradients import exact
from tests.gradients.judges import errors, exact_net, failures, fifty_digits, ours, terms


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_gradients_agree(family):
    assert not failures("mpmath, 50 digits", family)


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_the_exact_gradient_is_the_slope_of_the_exact_loss(family):
    """In float64's numbers; those of float32 are other numbers in the same code."""
    for case in family.cases():
        if case.dtype == "float64":
            with mpmath.workdps(exact.DIGITS):
                assert exact.disagreement(exact_net(*case.draw())) < 1e-25, str(case)


def test_a_wrong_exact_gradient_is_not_the_slope(monkeypatch):
    monkeypatch.setitem(exact.SLOPES, "tanh", lambda z: 1 - exact.tanh(z))
    case = NetworkCase((2, 3, 2), ("tanh", "softmax"), "cross_entropy", 7, "float64")
    with mpmath.workdps(exact.DIGITS):
        assert exact.disagreement(exact_net(*case.draw())) > 1e-3


FAR = [family for family in FAMILIES if family.depth in (1, 2) and family.hidden in ("none", "sigmoid", "tanh")]


@pytest.mark.parametrize("family", FAR, ids=str)
def test_gradients_agree_where_units_saturate(family):
    """Weights twelve times as large: |z| beyond 30, where a(1 − a) is 0 and −y/a is infinite, and neither is used.

    A part of such a gradient may cancel to nothing, so it is measured by its terms. The exact slope 1 − tanh² needs
    as many digits as it has zeros behind the point.
    """
    farthest = 0.0
    for case in family.cases():
        if case.dtype == "float32":
            continue
        params, X, Y = case.draw()
        params.vector *= 12
        cache = network.forward(params, X)
        farthest = max(farthest, *(np.abs(z).max() for z in cache.z.values()))
        found = errors(ours(params, X, Y), fifty_digits(params, X, Y, digits=600), terms(params, X, Y))
        assert max(found.values()) < 1e-12, str(case)
        assert np.isfinite(network.loss(params, cache, Y))
    assert farthest > 30
