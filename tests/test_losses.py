"""Each loss: hand-worked values, numerical differentiation, and what it refuses."""

import math

import numpy as np
import pytest

from backprop_lab.activations import ACTIVATIONS
from backprop_lab.gradient_check import numerical_gradient, relative_error
from backprop_lab.losses import FUSED, LOSSES, fused_delta, loss_named

A = np.array([0.05, 0.3, 0.5, 0.8, 0.99])
Y = np.array([0.0, 1.0, 0.4, 1.0, 0.0])


def test_values_and_derivatives_worked_by_hand():
    assert LOSSES["squared_error"](0.75, 1.0) == 0.03125
    assert LOSSES["squared_error"].derivative(0.75, 1.0) == -0.25
    assert LOSSES["binary_cross_entropy"](0.75, 1.0) == pytest.approx(-math.log(0.75), rel=1e-15)
    assert LOSSES["binary_cross_entropy"].derivative(0.75, 1.0) == pytest.approx(-4 / 3, rel=1e-15)
    assert LOSSES["binary_cross_entropy"].derivative(0.75, 0.0) == 4.0


def test_nothing_that_is_certain_and_right_is_undefined():
    """0 · ln 0 counts as 0, and 0 / 0 as 0; what is certain and wrong costs infinity."""
    derivative = LOSSES["binary_cross_entropy"].derivative
    assert derivative([0.0, 1.0], [0.0, 1.0]).tolist() == [1.0, -1.0]
    assert derivative([0.0, 1.0], [1.0, 0.0]).tolist() == [-math.inf, math.inf]
    assert LOSSES["binary_cross_entropy"]([0.0, 1.0], [0.0, 1.0]).tolist() == [0.0, 0.0]
    assert LOSSES["cross_entropy"]([0.0, 1.0], [0.0, 1.0]).tolist() == [0.0, 0.0]
    assert LOSSES["cross_entropy"].derivative([0.0, 1.0], [0.0, 1.0]).tolist() == [0.0, -1.0]


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_derivative_agrees_with_numerical_differentiation(name):
    numerical = numerical_gradient(lambda a: LOSSES[name](a, Y).sum(), A, epsilon=1e-6)
    assert relative_error(LOSSES[name].derivative(A, Y), numerical) < 1e-7


def test_cross_entropy_is_smallest_at_the_target_among_probabilities():
    grid = np.linspace(0.01, 0.99, 99)
    losses = [LOSSES["cross_entropy"].mean([[p], [1 - p]], [[0.37], [0.63]]) for p in grid]
    assert grid[np.argmin(losses)] == pytest.approx(0.37)


@pytest.mark.parametrize("name", ["squared_error", "binary_cross_entropy"])
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


@pytest.mark.parametrize(("activation", "loss"), sorted(FUSED))
def test_a_fused_delta_is_the_product_of_its_factors(activation, loss):
    rng = np.random.default_rng(5)
    Z = rng.normal(size=(4, 7))
    A = ACTIVATIONS[activation](Z)
    Y = rng.dirichlet(np.ones(4), 7).T
    product = ACTIVATIONS[activation].backward(Z, LOSSES[loss].backward(A, Y))
    assert relative_error(fused_delta(activation, loss, A, Y), product) < 1e-13


@pytest.mark.parametrize("activation", list(ACTIVATIONS))
@pytest.mark.parametrize("loss", list(LOSSES))
def test_a_wrong_pair_is_an_error(activation, loss):
    if (activation, loss) not in FUSED:
        with pytest.raises(ValueError, match=rf"is not the delta of {activation} with {loss}"):
            fused_delta(activation, loss, np.ones((2, 1)), np.ones((2, 1)))


@pytest.mark.parametrize(("activation", "loss"), [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")])
def test_from_logits_equals_the_loss_of_the_activation_and_stays_finite_far_out(activation, loss):
    rng = np.random.default_rng(6)
    Z, Y = rng.normal(size=(3, 5)), rng.dirichlet(np.ones(3), 5).T
    from_logits = LOSSES[loss].from_logits
    np.testing.assert_allclose(from_logits(Z, Y), LOSSES[loss](ACTIVATIONS[activation](Z), Y), rtol=1e-13)
    assert np.isfinite(from_logits(1000 * Z, Y)).all()


def test_mean_is_over_examples_and_the_sum_over_outputs():
    A, Y = np.array([[1.0, 3.0, 0.0], [2.0, 0.0, 0.0]]), np.zeros((2, 3))
    assert LOSSES["squared_error"].mean(A, Y) == pytest.approx((0.5 + 4.5 + 2.0) / 3)
    assert LOSSES["squared_error"].backward(A, Y).tolist() == (A / 3).tolist()


@pytest.mark.parametrize("name", list(LOSSES))
def test_float32_is_kept(name):
    A, Y = np.full((2, 3), 0.4, np.float32), np.full((2, 3), 0.5, np.float32)
    assert LOSSES[name](A, Y).dtype == np.float32
    assert LOSSES[name].backward(A, Y).dtype == np.float32
