"""Optimisers: two steps of each by hand, the formulas of their sources, and what is refused."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lab import network, neuron
from backprop_lab.optimisers import OPTIMISERS, Adam, GradientDescent, Momentum, optimiser_named
from tests.networks import a_network, gradients


def line(w, b, dtype=float):
    """The smallest network, a = w x + b: θ = (w, b)."""
    array = {1: np.array([[w]], dtype=dtype)}, {1: np.array([[b]], dtype=dtype)}
    return network.Parameters.of(*array, ("identity",), "squared_error")


def given_gradients(params, *numbers):
    """Gradients that hold these numbers, in the layout of the parameters."""
    grads = network.backward(params, network.forward(params, np.ones((params.sizes[0], 1))), np.ones((1, 1)))
    grads.vector[:] = numbers
    return grads


# --- Two steps by hand. θ = (1, −0.5), η = 0.1; first g = (2, −1), then g = (4, 1). ---


def take_two(optimiser):
    params = line(1.0, -0.5)
    after = []
    for numbers in ((2, -1), (4, 1)):
        optimiser.step(params, given_gradients(params, *numbers))
        after.append(params.vector.tolist())
    return after


def test_gradient_descent_by_hand():
    # 1 − 0.1·2 = 0.8, −0.5 + 0.1·1 = −0.4; then 0.8 − 0.1·4 = 0.4, −0.4 − 0.1·1 = −0.5
    first, second = take_two(GradientDescent(0.1))
    assert first == pytest.approx([0.8, -0.4], rel=1e-15)
    assert second == pytest.approx([0.4, -0.5], rel=1e-15)


def test_momentum_by_hand():
    # v = (−0.2, 0.1), θ = (0.8, −0.4); then v = 0.9 (−0.2, 0.1) − (0.4, 0.1) = (−0.58, −0.01), θ = (0.22, −0.41)
    optimiser = Momentum(0.1)
    first, second = take_two(optimiser)
    assert first == pytest.approx([0.8, -0.4], rel=1e-15)
    assert second == pytest.approx([0.22, -0.41], rel=1e-14)
    assert optimiser.velocity == pytest.approx([-0.58, -0.01], rel=1e-14)


def test_adam_by_hand():
    # Step 1: m = (0.2, −0.1), v = (0.004, 0.001); m̂ = (2, −1), v̂ = (4, 1): each entry moves by η, against its sign.
    # Step 2: m = (0.58, 0.01), v = (0.019996, 0.001999); m̂ = m/0.19 and v̂ = v/0.001999 = (10.003…, 1).
    first, second = take_two(Adam(0.1))
    assert first == pytest.approx([0.9, -0.4], abs=2e-9)
    assert second[0] == pytest.approx(0.9 - 0.1 * (0.58 / 0.19) / math.sqrt(0.019996 / 0.001999), abs=4e-9)
    assert second[1] == pytest.approx(-0.4 - 0.1 * (0.01 / 0.19), abs=4e-9)


def test_decoupled_weight_decay_by_hand():
    # w: 1 − 0.1·2 − 0.1·0.5·1 = 0.75; b is not shrunk: −0.4. Then 0.75 − 0.4 − 0.05·0.75 = 0.3125; −0.5
    first, second = take_two(GradientDescent(0.1, weight_decay=0.5))
    assert first == pytest.approx([0.75, -0.4], rel=1e-15)
    assert second == pytest.approx([0.3125, -0.5], rel=1e-14)


def test_l2_with_momentum_by_hand():
    # g + λ W = (2 + 0.5·1, −1): v = (−0.25, 0.1), θ = (0.75, −0.4).
    # Then (4 + 0.5·0.75, 1): v = 0.9 (−0.25, 0.1) − 0.1 (4.375, 1) = (−0.6625, −0.01), θ = (0.0875, −0.41)
    first, second = take_two(Momentum(0.1, weight_decay=0.5, decay="l2"))
    assert first == pytest.approx([0.75, -0.4], rel=1e-15)
    assert second == pytest.approx([0.0875, -0.41], rel=1e-13)


# --- The formulas of the sources, in plain Python, one parameter at a time. ---


def polyak_1964(theta, g, eta, beta):
    """x_{t+1} = x_t − η g(x_t) + β (x_t − x_{t−1}): no velocity, but two positions."""
    before = theta
    for gradient in g:
        theta, before = theta - eta * gradient + beta * (theta - before), theta
    return theta


def kingma_ba_2015(theta, g, eta, beta1, beta2, epsilon):
    """Algorithm 1, with m and v written out as the weighted sums that they are (their section 3)."""
    for t in range(1, len(g) + 1):
        m = (1 - beta1) * sum(beta1 ** (t - i) * g[i - 1] for i in range(1, t + 1))
        v = (1 - beta2) * sum(beta2 ** (t - i) * g[i - 1] ** 2 for i in range(1, t + 1))
        theta -= eta * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + epsilon)
    return theta


def loshchilov_hutter_2019(theta, g, eta, beta1, beta2, epsilon, decay):
    """Algorithm 2 with a constant schedule: θ ← θ − (α m̂/(√v̂ + ε) + λ θ), where their λ is η · ours."""
    m = v = 0.0
    for t, gradient in enumerate(g, 1):
        m, v = beta1 * m + (1 - beta1) * gradient, beta2 * v + (1 - beta2) * gradient**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - (eta * m_hat / (math.sqrt(v_hat) + epsilon) + eta * decay * theta)
    return theta


numbers = st.floats(-5, 5).map(lambda x: round(x, 3))


@given(g=st.lists(numbers, min_size=1, max_size=8), w=numbers, beta=st.floats(0, 0.99), eta=st.floats(1e-3, 1))
def test_the_sources_formulas_and_the_steps_agree(g, w, beta, eta):
    cases = [
        (Momentum(eta, beta=beta), polyak_1964(w, g, eta, beta)),
        (Adam(eta, beta1=beta), kingma_ba_2015(w, g, eta, beta, 0.999, 1e-8)),
        (Adam(eta, weight_decay=0.3), loshchilov_hutter_2019(w, g, eta, 0.9, 0.999, 1e-8, 0.3)),
    ]
    for optimiser, expected in cases:
        params = line(w, 0.0)
        for number in g:
            optimiser.step(params, given_gradients(params, number, 0.0))
        assert params.W[1].item() == pytest.approx(expected, rel=1e-9, abs=1e-9), optimiser


# --- Bad input. ---


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
@pytest.mark.parametrize(
    ("setting", "value", "message"),
    [
        ("learning_rate", -0.1, r"learning_rate must be a finite number of at least 0, got -0.1: .* minus included"),
        ("learning_rate", float("nan"), "learning_rate must be a finite number"),
        ("learning_rate", float("inf"), "learning_rate must be a finite number"),
        ("weight_decay", -1, "weight_decay must be a finite number of at least 0"),
        ("decay", "L2", "decay 'L2' is not known; choose one of decoupled, l2"),
    ],
)
def test_settings_out_of_range_are_refused_by_name(name, setting, value, message):
    with pytest.raises(ValueError, match=message):
        optimiser_named(name, **{"learning_rate": 0.1, setting: value})


@pytest.mark.parametrize(("name", "setting"), [("momentum", "beta"), ("adam", "beta1"), ("adam", "beta2")])
@pytest.mark.parametrize("value", [1.0, -0.1, 1.5])
def test_a_memory_that_never_fades_is_refused(name, setting, value):
    with pytest.raises(ValueError, match=f"{setting} must be at least 0 and less than 1, got"):
        optimiser_named(name, learning_rate=0.1, **{setting: value})


def test_more_bad_settings():
    with pytest.raises(TypeError, match="learning_rate must be one number"):
        GradientDescent("0.1")
    with pytest.raises(ValueError, match="epsilon must be positive"):
        Adam(epsilon=0)
    params, X, Y = a_network()
    with pytest.raises(ValueError, match="factor must be"):
        GradientDescent(0.1).step(params, gradients(params, X, Y), factor=-1)


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_gradient_that_is_not_finite_is_named_and_nothing_changes(name, bad):
    params, X, Y = a_network()
    optimiser = optimiser_named(name, learning_rate=0.1)
    optimiser.step(params, gradients(params, X, Y))
    grads = gradients(params, X, Y)
    grads.dW[2][1, 3] = bad
    before, told = params.vector.copy(), str(optimiser)
    with pytest.raises(ValueError, match=rf"dW\[2\]\[1, 3\] is {bad}, expected finite numbers: nothing was changed"):
        optimiser.step(params, grads)
    assert np.array_equal(params.vector, before)
    assert str(optimiser) == told


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_large_gradient_is_no_infinite_one(dtype):
    """The quick look squares and can overflow; the slow one then decides."""
    params, X, Y = a_network(dtype=dtype)
    grads = gradients(params, X, Y)
    grads.vector[:] = 1e300 if dtype == "float64" else 1e30
    GradientDescent(1e-30).step(params, grads)
    assert np.isfinite(params.vector).all()


def test_what_does_not_belong_together_is_refused():
    params, X, Y = a_network()
    grads = gradients(params, X, Y)
    optimiser = GradientDescent(0.1)
    with pytest.raises(ValueError, match=r"grads.vector has shape \(32,\), expected \(2,\).*another network"):
        optimiser.step(line(1.0, 0.0), grads)
    with pytest.raises(TypeError, match="dtype float64, expected float32"):
        optimiser.step(params.with_vector(params.vector.astype("float32")), grads)
    optimiser.step(params, grads)
    with pytest.raises(ValueError, match=r"shape \(2,\), expected float64 of shape \(32,\).*make a new one"):
        optimiser.step(line(1.0, 0.0), given_gradients(line(1.0, 0.0), 1, 1))


def test_a_neuron_whose_vector_is_a_copy_is_refused():
    """A step would change the copy, and the neuron would never learn, in silence."""
    one = neuron.Parameters(0.5, 0.0)
    with pytest.raises(TypeError, match="can be changed in place"):
        GradientDescent(0.1).step(one, neuron.backward(one, neuron.forward(one, 1.0), 1.0))
