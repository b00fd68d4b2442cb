"""Each loss: hand-worked values, numerical differentiation, and what it refuses."""

import math

import numpy as np
import pytest

from backprop_lab.gradient_check import numerical_gradient, relative_error
from backprop_lab.losses import LOSSES, loss_named

A = np.array([0.05, 0.3, 0.5, 0.8, 0.99])
Y = np.array([0.0, 1.0, 0.4, 1.0, 0.0])


def test_values_and_derivatives_worked_by_hand():
    assert LOSSES["squared_error"](0.75, 1.0) == 0.03125
    assert LOSSES["squared_error"].derivative(0.75, 1.0) == -0.25
    assert LOSSES["binary_cross_entropy"](0.75, 1.0) == pytest.approx(-math.log(0.75), rel=1e-15)
    assert LOSSES["binary_cross_entropy"].derivative(0.75, 1.0) == pytest.approx(-4 / 3, rel=1e-15)
    assert LOSSES["binary_cross_entropy"].derivative(0.75, 0.0) == 4.0


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_derivative_agrees_with_numerical_differentiation(name):
    numerical = numerical_gradient(lambda a: LOSSES[name](a, Y).sum(), A, epsilon=1e-6)
    assert relative_error(LOSSES[name].derivative(A, Y), numerical) < 1e-7


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_the_loss_is_smallest_at_the_target_and_its_derivative_changes_sign_there(name):
    y = 0.37
    grid = np.linspace(0.01, 0.99, 99)
    assert grid[np.argmin(LOSSES[name](grid, y))] == pytest.approx(y)
    derivative = LOSSES[name].derivative(grid, y)
    assert (derivative[grid < y - 1e-9] < 0).all()
    assert (derivative[grid > y + 1e-9] > 0).all()


@pytest.mark.parametrize(
    ("a", "y", "named"), [(1.2, 1.0, "a"), (-0.1, 0.0, "a"), (float("nan"), 0.0, "a"), (0.5, 2.0, "y")]
)
def test_cross_entropy_refuses_what_is_no_probability(a, y, named):
    with pytest.raises(ValueError, match=f"{named} must lie between 0 and 1, got"):
        LOSSES["binary_cross_entropy"](a, y)
    with pytest.raises(ValueError, match=f"{named} must lie between 0 and 1, got"):
        LOSSES["binary_cross_entropy"].derivative(a, y)


def test_a_pair_that_does_not_fit_is_an_error():
    with pytest.raises(ValueError, match="needs activation 'sigmoid'"):
        loss_named("binary_cross_entropy", "relu")
