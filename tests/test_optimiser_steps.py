"""What must hold for the steps of all optimisers: how far they go, what shrinks, what they are taken from."""

import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lab import network, two_layer
from backprop_lab.gradient_check import numerical_gradient
from backprop_lab.optimisers import OPTIMISERS, Adam, GradientDescent, Momentum, optimiser_named
from tests.networks import a_network, gradients


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("decay", ["decoupled", "l2"])
def test_a_step_changes_the_views_keeps_the_dtype_and_only_reads_the_gradients(name, dtype, decay):
    params, X, Y = a_network(dtype=dtype)
    grads = gradients(params, X, Y)
    before, g, vector = params.vector.copy(), grads.vector.copy(), params.vector
    optimiser = optimiser_named(name, learning_rate=0.1, weight_decay=0.01, decay=decay)
    optimiser.step(params, grads)
    assert params.vector is vector
    assert params.vector.dtype == dtype
    assert np.array_equal(params.W[1].ravel(), params.vector[:15])
    assert np.array_equal(grads.vector, g)
    assert (params.vector != before).all()
    assert np.array_equal(params.vector, before + optimiser.update)
    assert not np.shares_memory(optimiser.update, params.vector)
    assert not np.shares_memory(optimiser.update, grads.vector)


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
def test_a_small_step_lowers_the_loss_by_what_the_gradient_says(name):
    """L falls by −g · Δθ to first order; a sign slip would raise it."""
    params, X, Y = a_network()
    before, grads = network.loss(params, network.forward(params, X), Y), gradients(params, X, Y)
    optimiser = optimiser_named(name, learning_rate=1e-5)
    optimiser.step(params, grads)
    fall = network.loss(params, network.forward(params, X), Y) - before
    assert fall < 0
    assert fall == pytest.approx(float(grads.vector @ optimiser.update), rel=1e-3)


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
def test_learning_rate_zero_and_factor_zero_leave_the_parameters(name):
    params, X, Y = a_network()
    before = params.vector.copy()
    optimiser_named(name, learning_rate=0.0, weight_decay=0.1).step(params, gradients(params, X, Y))
    optimiser_named(name, learning_rate=0.1, weight_decay=0.1).step(params, gradients(params, X, Y), factor=0)
    assert np.array_equal(params.vector, before)


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
def test_the_factor_scales_the_learning_rate(name):
    one, X, Y = a_network()
    other = one.copy()
    optimiser_named(name, learning_rate=0.5, weight_decay=0.1).step(one, gradients(one, X, Y), factor=0.25)
    optimiser_named(name, learning_rate=0.125, weight_decay=0.1).step(other, gradients(other, X, Y))
    assert np.array_equal(one.vector, other.vector)


@given(scale=st.floats(0.01, 100), seed=st.integers(0, 50))
def test_adam_does_not_see_the_scale_of_the_gradient_and_descent_is_linear_in_it(scale, seed):
    moved = {}
    for factor in (1.0, scale):
        for name in ("adam", "gradient_descent"):
            params, X, Y = a_network(seed=seed)
            optimiser = optimiser_named(name, learning_rate=0.1, **({"epsilon": 1e-30} if name == "adam" else {}))
            for _ in range(3):
                grads = gradients(params, X, Y)
                grads.vector[:] = np.sin(np.arange(1.0, grads.vector.size + 1)) * factor
                optimiser.step(params, grads)
            moved[name, factor] = optimiser.update.copy()
    assert moved["adam", scale] == pytest.approx(moved["adam", 1.0], rel=1e-9)
    assert moved["gradient_descent", scale] == pytest.approx(moved["gradient_descent", 1.0] * scale, rel=1e-12)


def test_momentum_without_memory_is_gradient_descent():
    one, X, Y = a_network()
    other = one.copy()
    for optimiser, params in ((Momentum(0.3, beta=0), one), (GradientDescent(0.3), other)):
        for _ in range(5):
            optimiser.step(params, gradients(params, X, Y))
    assert np.array_equal(one.vector, other.vector)


# --- Weight decay. ---


@pytest.mark.parametrize("decay", ["decoupled", "l2"])
def test_weights_shrink_and_biases_do_not(decay):
    params, X, Y = a_network()
    grads = gradients(params, X, Y)
    grads.vector[:] = 0
    before = params.copy()
    GradientDescent(0.1, weight_decay=0.5, decay=decay).step(params, grads)
    for l in params.W:
        assert params.W[l] == pytest.approx(before.W[l] * (1 - 0.1 * 0.5), rel=1e-14)
        assert np.array_equal(params.b[l], before.b[l])


def test_l2_is_the_gradient_of_the_penalty():
    """λ W and nothing else: no 2, no 1/m, nothing for biases. Numerical differentiation of L + penalty is the judge."""
    params, X, Y = a_network()
    optimiser = GradientDescent(1.0, weight_decay=0.3, decay="l2")

    def penalised(vector):
        nudged = params.with_vector(vector)
        return network.loss(nudged, network.forward(nudged, X), Y) + optimiser.penalty(nudged)

    numerical = numerical_gradient(penalised, params.vector)
    optimiser.step(params, gradients(params, X, Y))
    assert optimiser.update == pytest.approx(-numerical, abs=1e-8)
    assert penalised(params.vector) > network.loss(params, network.forward(params, X), Y)


def test_the_two_forms_agree_for_gradient_descent_and_differ_for_adam():
    gap = {}
    for name in ("gradient_descent", "adam"):
        ends = []
        for decay in ("decoupled", "l2"):
            params, X, Y = a_network()
            optimiser = optimiser_named(name, learning_rate=0.05, weight_decay=0.5, decay=decay)
            for _ in range(5):
                optimiser.step(params, gradients(params, X, Y))
            ends.append(params.vector.copy())
        gap[name] = np.abs(ends[0] - ends[1]).max()
    assert gap["gradient_descent"] < 1e-14
    assert gap["adam"] > 1e-2


# --- All gradients first, then all updates. ---


def moved_too_early(params, X, Y, learning_rate):
    """The mistake: layer 2 is moved before layer 1's delta is computed from its weights."""
    cache = network.forward(params, X)
    delta2 = network.backward(params, cache, Y).delta[2]
    params.W[2][...] -= learning_rate * delta2 @ cache.a[1].T
    params.b[2][...] -= learning_rate * delta2.sum(axis=1, keepdims=True)
    delta1 = (params.W[2].T @ delta2) * (1 - cache.a[1] ** 2)
    params.W[1][...] -= learning_rate * delta1 @ cache.a[0].T
    params.b[1][...] -= learning_rate * delta1.sum(axis=1, keepdims=True)


def test_every_layer_moves_by_the_gradient_at_the_old_parameters():
    params, X, Y = a_network()
    wrong, start = params.copy(), params.copy()

    def loss_at(vector):
        return network.loss(start.with_vector(vector), network.forward(start.with_vector(vector), X), Y)

    right = start.vector - 0.5 * numerical_gradient(loss_at, start.vector)
    GradientDescent(0.5).step(params, gradients(params, X, Y))
    moved_too_early(wrong, X, Y, 0.5)
    assert params.vector == pytest.approx(right, abs=1e-9)
    assert np.abs(wrong.W[2] - params.W[2]).max() < 1e-15  # the last layer cannot tell …
    assert np.abs(wrong.W[1] - right[:15].reshape(5, 3)).max() > 1e-4  # … the first one can


def test_a_cache_from_before_the_step_is_refused_after_it():
    params, X, Y = a_network()
    cache = network.forward(params, X)
    GradientDescent(0.5).step(params, network.backward(params, cache, Y))
    with pytest.raises(ValueError, match="run forward"):
        network.backward(params, cache, Y)


def test_two_layers_written_out_are_moved_the_same():
    """Its gradients share no code with the network's, and θ is one vector there too."""
    model = two_layer.init(3, 5, 2, activation1="tanh", activation2="sigmoid", seed=1)
    same = network.Parameters.of(
        {1: model.W1, 2: model.W2}, {1: model.b1, 2: model.b2}, ("tanh", "sigmoid"), "squared_error"
    )
    X, Y = np.random.default_rng(0).standard_normal((3, 7)), np.ones((2, 7))
    one, other = Adam(0.1), Adam(0.1)
    for _ in range(3):
        one.step(model, two_layer.backward(model, two_layer.forward(model, X), Y))
        other.step(same, gradients(same, X, Y))
    assert model.vector == pytest.approx(same.vector, rel=1e-12)


# --- State. ---


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
def test_the_state_is_printed_and_a_copy_goes_on_alike(name):
    params, X, Y = a_network()
    optimiser = optimiser_named(name, learning_rate=0.1)
    assert str(optimiser).endswith("0 steps taken")
    optimiser.step(params, gradients(params, X, Y))
    told = str(optimiser)
    assert "1 step taken" in told
    assert {"momentum": "velocity = 32 numbers", "adam": "v = 32 numbers"}.get(name, "update = 32 numbers") in told
    again, twin = params.copy(), copy.deepcopy(optimiser)
    optimiser.step(params, gradients(params, X, Y))
    twin.step(again, gradients(again, X, Y))
    assert np.array_equal(params.vector, again.vector)
