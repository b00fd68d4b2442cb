"""How a training ends: it has learned, or it stops, says why and loses nothing."""

import math

import numpy as np
import pytest

from backprop_lab import data, network
from backprop_lab.optimisers import Adam, GradientDescent, Momentum
from backprop_lab.training import accuracy, train


def test_accuracy_of_one_output_of_several_and_of_none_that_is_a_probability():
    one = network.Parameters.of({1: [[1.0]]}, {1: [[0.0]]}, ("sigmoid",), "binary_cross_entropy")
    assert accuracy(one, [[-1.0, 2.0, 3.0]], [[0, 1, 0]]) == pytest.approx(2 / 3)
    several = network.Parameters.of({1: np.eye(3)}, {1: np.zeros((3, 1))}, ("softmax",), "cross_entropy")
    assert accuracy(several, np.eye(3), data.one_hot([0, 1, 1], 3)) == pytest.approx(2 / 3)
    line = network.Parameters.of({1: [[1.0]]}, {1: [[0.0]]}, ("identity",), "squared_error")
    assert math.isnan(accuracy(line, [[1.0]], [[1.0]]))
    _, history = train(line, [[1.0, 2.0]], [[3.0, 5.0]], optimiser=GradientDescent(0.1), epochs=2)
    assert "accuracy" not in repr(history)


# --- It learns. ---


@pytest.mark.parametrize(
    ("make", "optimiser"),
    [(data.xor, Adam(0.1)), (data.moons, Momentum(0.3)), (data.circles, Adam(0.05)), (data.spirals, Adam(0.02))],
)
def test_two_hidden_layers_learn_every_toy(make, optimiser):
    X, Y = make()
    params = network.init((2, 16, 16, 1), ("tanh", "tanh", "sigmoid"), "binary_cross_entropy", seed=0)
    _, history = train(params, X, Y, optimiser=optimiser, epochs=400)
    assert history.epoch_accuracy[-1] >= 0.97
    assert history.epoch_loss[-1] < 0.2 * history.epoch_loss[0]


def test_three_spirals_and_the_digits_are_learned_in_float32():
    X, Y = data.spirals(classes=3)
    params = network.init((2, 16, 16, 3), ("tanh", "tanh", "softmax"), "cross_entropy", dtype="float32")
    trained, history = train(params, X, Y, optimiser=Adam(0.02), epochs=300)
    assert trained.vector.dtype == np.float32
    assert history.epoch_accuracy[-1] >= 0.97
    X, Y, X_test, Y_test = data.split(*data.digits())
    params = network.init((64, 32, 10), ("relu", "softmax"), "cross_entropy", dtype="float32")
    trained, history = train(
        params, X, Y, optimiser=Adam(0.01), epochs=8, batch_size=64, schedule="cosine", X_val=X_test, Y_val=Y_test
    )
    assert history.val_accuracy[-1] >= 0.94


# --- Divergence. ---


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_run_that_diverges_stops_says_why_and_loses_nothing(dtype):
    X, Y = np.array([[1.0, 2.0, 3.0]]), np.array([[2.0, 4.0, 6.0]])
    line = network.Parameters.of(
        {1: np.array([[0.5]], dtype=dtype)}, {1: np.array([[0.0]], dtype=dtype)}, ("identity",), "squared_error"
    )
    line = line.with_vector(line.vector.astype(dtype))
    trained, history = train(line, X, Y, optimiser=GradientDescent(10.0), epochs=1000)
    done = history.loss.size
    assert 5 < done < 1000
    assert np.isfinite(history.loss).all()
    assert np.isfinite(trained.vector).all()
    assert history.loss[-1] == network.loss(trained, network.forward(trained, X), Y)
    assert history.stopped.startswith(f"Stopped after update {done} of 1000: the loss or its gradient is not finite.")
    assert "The learning rate, 10, is probably too large: try 1." in history.stopped
    assert history.stopped in repr(history)
    assert history.gradient_norms[1].size == history.learning_rate.size == done


def test_a_run_that_is_lost_before_it_begins_says_so():
    huge = network.Parameters.of({1: [[1e200]]}, {1: [[0.0]]}, ("identity",), "squared_error")
    trained, history = train(huge, [[1e200]], [[0.0]], optimiser=GradientDescent(0.1), epochs=3)
    assert history.stopped.startswith("Stopped before the first update")
    assert history.loss.size == 0
    assert np.array_equal(trained.vector, huge.vector)
    assert "Stopped before" in repr(history)


def test_a_loss_or_a_gradient_that_overflows_alone_is_seen():
    """Each can be finite where the other is not: the square of 1e200 is infinite, and so is 1e150 · 1e200."""
    line = network.Parameters.of({1: [[1.0]]}, {1: [[0.0]]}, ("identity",), "squared_error")
    trained, history = train(line, [[1.0, 1.0]], [[0.0, 0.0]], optimiser=GradientDescent(1e200), epochs=2, batch_size=1)
    assert history.loss.tolist() == [0.5]
    assert history.stopped.startswith("Stopped after update 1 of 4")
    assert np.array_equal(trained.vector, line.vector)
    flat = network.Parameters.of({1: [[1e-50]]}, {1: [[0.0]]}, ("identity",), "squared_error")
    trained, history = train(flat, [[1e200]], [[0.0]], optimiser=GradientDescent(1e-300), epochs=2)
    assert np.isfinite(history.epoch_loss).all()
    assert history.stopped.startswith("Stopped before the first update")
    assert np.array_equal(trained.vector, flat.vector)


def test_parameters_that_overflow_where_the_loss_does_not_are_seen():
    """tanh of infinity is 1, and relu of NaN is 0: the loss alone looks well."""
    shape = {1: [[1.0, -1.0]], 2: [[1.0]]}, {1: [[0.0]], 2: [[0.0]]}
    X, Y = [[1e10, 2e10], [1e10, 1e10]], [[-1.0, 1.0]]
    params = network.Parameters.of(*shape, ("tanh", "tanh"), "squared_error")
    trained, history = train(params, X, Y, optimiser=GradientDescent(1e300), epochs=20, batch_size=1)
    assert history.stopped.startswith("Stopped after update")
    assert np.isfinite(trained.vector).all()
    params = network.Parameters.of(*shape, ("relu", "tanh"), "squared_error")
    params.W[1][0, 0] = np.nan
    assert train(params, X, Y, optimiser=GradientDescent(1), epochs=1)[1].stopped.startswith("Stopped before")
