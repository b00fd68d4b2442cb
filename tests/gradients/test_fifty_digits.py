"""Every legal network before 50-digit arithmetic, and that arithmetic before differences of its forward pass."""

import mpmath
import pytest

from tests.cases import FAMILIES, NetworkCase
from tests.gradients import exact
from tests.gradients.judges import exact_net, failures


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
