"""What differences cannot see, kinks and rounding, is told from a mistake and said."""

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.gradient_check import check_directions, check_network, gradient_check, numerical_gradient
from tests.networks import a_network, gradients


def near_a_kink(z, activation="relu", dtype="float64"):
    """A 1-1-1 network whose hidden unit stands at z, one example with x = 1."""
    params = network.init((1, 1, 1), (activation, "identity"), dtype=dtype)
    params.vector[...] = [0.5, z - 0.5, 2.0, 0.25]
    return params, np.array([[1.0]]), np.array([[1.0]])


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("z", [1e-7, -1e-7, 0.0, 3e-6, -3e-6])
def test_a_kink_within_reach_of_the_nudge_is_told_from_a_mistake(z, activation):
    params, X, Y = near_a_kink(z, activation)
    grads = gradients(params, X, Y)
    report = check_network(params, X, Y, grads)
    assert report.passed, str(report)
    assert [kink.entry for row in report.rows for kink in row.kinks] == ["W[1][0, 0]", "b[1][0, 0]"]
    assert "≈ b[1][0, 0]: a kink, not a mistake: the nudge carries z[1][0, 0] = " in str(report)
    # Without it a right gradient would be rejected: here is what the difference alone says.
    naive = numerical_gradient(lambda v: forward_loss(params, v, X, Y), params.vector)
    assert abs(naive[1] - grads.db[1].item()) > 0.1


def forward_loss(params, vector, X, Y):
    params = params.with_vector(vector)
    return network.loss(params, network.forward(params, X), Y)


def test_a_unit_at_its_kink_is_on_the_side_of_slope_zero():
    """relu'(0) = 0: a forward difference at z = 0 sees only the other side, and must know that it crossed."""
    report = check_network(*near_a_kink(0.0), scheme="forward")
    assert report.passed, str(report)
    assert [kink.entry for row in report.rows for kink in row.kinks] == ["W[1][0, 0]", "b[1][0, 0]"]


def near_one_kink_of_three(weight_behind):
    """Three hidden units and two examples; unit 1 stands at 1e-7 in example 1, the rest far away."""
    params = network.init((1, 3, 1), ("relu", "identity"))
    params.W[1][...], params.b[1][...] = [[0.5], [1.0], [-2.0]], [[0.25], [1e-7 - 1], [0.75]]
    params.W[2][...] = [[0.5, weight_behind, 1.5]]
    return params, np.array([[3.0, 1.0]]), np.array([[1.0, -2.0]])


def test_the_unit_at_the_kink_is_named_and_no_other_entry_is_suspected():
    report = check_network(*near_one_kink_of_three(2.0))
    kinks = {kink.entry: kink.unit for row in report.rows for kink in row.kinks}
    assert kinks == {"W[1][1, 0]": "z[1][1, 1] = 1e-07", "b[1][1, 0]": "z[1][1, 1] = 1e-07"}


def test_a_kink_that_changes_nothing_is_not_mentioned():
    """The nudge carries the unit over, but its weight into the next layer is 0: both sides have the same slope."""
    report = check_network(*near_one_kink_of_three(0.0))
    assert report.passed
    assert "≈" not in str(report)


@pytest.mark.parametrize("z", [1e-7, -1e-7, 0.0])
def test_a_mistake_at_a_kink_is_still_a_mistake(z):
    params, X, Y = near_a_kink(z)
    grads = gradients(params, X, Y)
    grads.db[1][...] += 0.5
    report = check_network(params, X, Y, grads)
    assert report.wrong == ("b[1][0, 0]",)
    assert "≈ W[1][0, 0]" in str(report)


def test_the_slope_across_the_kink_is_a_mistake_too():
    """A gradient that agrees with the difference across the kink is not the gradient."""
    params, X, Y = near_a_kink(0.0)
    grads = gradients(params, X, Y)
    naive = numerical_gradient(lambda v: forward_loss(params, v, X, Y), params.vector)
    assert naive[1] == pytest.approx(-0.75, rel=1e-3)  # half of −1.5, the slope on the right; 0 is that on the left
    grads.db[1][...] = naive[1]
    assert not check_network(params, X, Y, grads).passed


def test_a_kink_out_of_reach_is_not_mentioned():
    report = check_network(*near_a_kink(1e-3))
    assert report.passed
    assert "≈" not in str(report)
    assert "≈" in str(check_network(*near_a_kink(1e-3, dtype="float32"))), "the nudge of float32 is longer"


def test_xor_with_biases_of_zero_stands_on_its_kinks():
    """For x = (0, 0) every hidden unit has z = 0 exactly; the book takes relu'(0) = 0."""
    X, Y = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 1.0, 0.0]])
    params = network.init((2, 8, 1), ("relu", "sigmoid"), "binary_cross_entropy", seed=0)
    report = check_network(params, X, Y)
    assert report.passed, str(report)
    assert {kink.entry for row in report.rows for kink in row.kinks} == {f"b[1][{i}, 0]" for i in range(8)}
    directions = check_directions(params, X, Y)
    assert directions.passed, str(directions)
    assert "4 of 4 nudges cross a kink" in str(directions)


def test_many_relu_networks_pass_with_a_nudge_that_meets_kinks():
    crossed = 0
    for seed in range(20):
        params, X, Y = a_network((3, 8, 8, 2), "relu", batch=11, seed=seed)
        report = check_network(params, X, Y, epsilon=1e-3, tolerance=1e-4)
        assert report.passed, str(report)
        crossed += any(row.kinks for row in report.rows)
    assert crossed > 0


# ── Rounding ──────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_gradient_below_the_rounding_of_differences_is_judged_by_the_complex_step():
    """Twenty sigmoid layers: ∂L/∂W[1] is 1e-14, where central differences see only rounding."""
    params, X, Y = a_network((2,) + (3,) * 19 + (1,), "sigmoid", ("sigmoid", "squared_error"))
    report = check_network(params, X, Y)
    assert report.passed, str(report)
    assert "✓ W[1]: agrees (by the complex step: rounding hides it from these differences)" in str(report)
    assert "✓ W[20]: agrees\n" in str(report)
    grads = gradients(params, X, Y)
    assert 0 < np.abs(grads.dW[1]).max() < 1e-10
    grads.dW[1][2, 1] *= 1.5
    assert check_network(params, X, Y, grads).wrong == ("W[1][2, 1]",)


def test_a_gap_that_rounding_alone_can_make_is_undecided_and_not_passed():
    params, X, Y = a_network((2,) + (3,) * 19 + (1,), "sigmoid", ("sigmoid", "squared_error"))
    grads = gradients(params, X, Y)

    def loss(p):
        return forward_loss(params, np.concatenate([p["W[1]"].ravel(), params.vector[6:]]), X, Y)

    report = gradient_check(loss, {"W[1]": params.W[1]}, {"W[1]": 3 * grads.dW[1]})
    assert not report.passed
    assert report.wrong == ()
    assert "? W[1]: undecided" in str(report)
    assert "use scheme='complex'" in str(report)
    exact = {"scheme": "complex"}
    assert gradient_check(loss, {"W[1]": params.W[1]}, {"W[1]": grads.dW[1]}, **exact).passed
    assert len(gradient_check(loss, {"W[1]": params.W[1]}, {"W[1]": 3 * grads.dW[1]}, **exact).wrong) == 1


def test_zero_weights_say_nothing():
    """C7 of the catalogue: where every hidden gradient is 0, a backward pass without hidden layers passes."""
    params, X, Y = a_network((3, 4, 2), output=("tanh", "squared_error"))
    params = params.with_vector(np.zeros(params.vector.size))
    grads = gradients(params, X, Y)
    grads.dW[1][...] = grads.db[1][...] = 0.0
    assert check_network(params, X, Y, grads).passed
