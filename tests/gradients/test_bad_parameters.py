"""Parameters, names and sizes that no network has; and views that keep to their vector."""

import numpy as np
import pytest

from backprop_lab import network, two_layer
from backprop_lab.activations import ACTIVATIONS
from backprop_lab.layers import Parameters
from tests.gradients.refused import message, small


def test_whole_numbers_are_no_parameters():
    """They would cut every weight, and every input after it, down to a whole number, in silence."""
    fix = "vector must be an array of floats, got {}: use np.asarray(vector, dtype=float)"
    params = small()
    assert message(TypeError, network.init, (2, 3, 1), dtype="int64") == fix.format("int64")
    assert message(TypeError, params.with_vector, np.ones(13, int)) == fix.format("int64")
    assert message(TypeError, Parameters, (1, 1), {1: "tanh"}, "squared_error", [1, 2]) == fix.format("list")
    whole = (2, 3, 1, "tanh", "tanh", "squared_error", np.ones(13, int))
    assert message(TypeError, two_layer.Parameters, *whole) == fix.format("int64")
    assert Parameters.of({1: [[1, 2]]}, {1: [[0]]}, ["tanh"], "squared_error").vector.dtype == np.float64


def test_a_vector_of_another_length():
    expected = "vector has shape (3,), expected (13,) for a 2-3-1 network"
    params = small()
    assert message(ValueError, params.with_vector, np.ones(3)) == expected
    short = (2, 3, 1, "tanh", "tanh", "squared_error", np.ones(3))
    assert message(ValueError, two_layer.Parameters, *short) == expected


def test_an_unknown_activation_is_named_with_its_layer():
    known = f"choose one of {', '.join(ACTIVATIONS)}"
    expected = f"layer 2: activation 'mish' is not known; {known}"
    assert message(ValueError, network.init, (2, 3, 1), ("tanh", "mish")) == expected
    assert message(ValueError, two_layer.init, 2, 3, 1, activation2="mish") == expected
    assert message(ValueError, two_layer.init, 2, 3, 1, activation1="mish").startswith("layer 1: activation 'mish'")


def test_a_loss_that_is_unknown_or_does_not_fit():
    unknown = "loss 'mse' is not known; choose one of squared_error, binary_cross_entropy, cross_entropy"
    wrong = (
        "layer 2: loss 'cross_entropy' needs activation 'softmax' (its a must be a probability), got activation "
        "'tanh': use 'softmax' there, or loss 'squared_error', which follows any"
    )
    for make in (lambda **k: small("tanh", **k), lambda **k: two_layer.init(2, 3, 1, activation2="tanh", **k)):
        assert message(ValueError, make, loss="mse") == unknown
        assert message(ValueError, make, loss="cross_entropy") == wrong


@pytest.mark.parametrize("sizes", [(2,), (2, 0, 1), (2, 3.5, 1), (2, -1)])
def test_sizes_are_positive_whole_numbers(sizes):
    text = message(ValueError, network.init, sizes)
    assert text == f"sizes must be at least two positive whole numbers, inputs first, got {sizes}"


def test_sizes_are_a_sequence():
    expected = "sizes must be a sequence, inputs first, such as (2, 3, 1); got {}"
    assert message(TypeError, network.init, 3) == expected.format(3)
    assert message(TypeError, network.init, None) == expected.format(None)
    assert message(TypeError, Parameters, 3, {1: "tanh"}, "squared_error", np.ones(2)) == expected.format(3)
    assert network.init(np.array([2, 3, 1])).sizes == (2, 3, 1)


def test_one_activation_for_each_layer():
    text = message(ValueError, network.init, (2, 3, 1), ("tanh",))
    assert text == "activations must name one for each of the 2 layers, got 1: {1: 'tanh'}"
    text = message(TypeError, network.init, (2, 3, 1), 2)
    assert text == "activations must be one name for all layers, or a sequence of one for each, got 2"
    text = message(TypeError, Parameters, (1, 1), ["tanh"], "squared_error", np.ones(2))
    assert text == "activations must be a mapping such as {1: 'tanh', 2: 'sigmoid'}; got ['tanh']"


def test_two_layers_take_positive_whole_sizes():
    assert message(ValueError, two_layer.init, 2, 3.0, 1) == "n1 must be a positive whole number, got 3.0"
    assert message(ValueError, two_layer.init, 0, 3, 1) == "n0 must be a positive whole number, got 0"


def test_assigning_keeps_every_view():
    params = small()
    vector, W1, b2 = params.vector, params.W[1], params.b[2]
    params.vector -= 0.5
    assert params.vector is vector
    assert b2.item() == -0.5
    params.W[1] -= 1.0
    params.b[2] = [[7.0]]
    assert params.W[1] is W1
    assert np.array_equal(vector[:6].reshape(3, 2), W1)
    assert vector[-1] == b2.item() == 7.0
    params.vector = np.arange(13)
    assert params.vector is vector
    assert W1.tolist() == [[0, 1], [2, 3], [4, 5]]
    for array in (*params.W.values(), *params.b.values()):
        assert np.shares_memory(array, vector)


def test_other_numbers_and_copies_are_a_networks_own():
    params = small()
    numbers, weights = np.ones(13), np.ones((1, 2))
    made = Parameters.of({1: weights}, {1: [[0.0]]}, ["tanh"], "squared_error")
    for mine, theirs in ((params.with_vector(numbers), numbers), (params.copy(), params.vector), (made, weights)):
        assert not np.shares_memory(mine.vector, theirs)


def test_views_refuse_what_does_not_fit_them():
    params = small()
    assert message(ValueError, params.W.__setitem__, 1, np.ones((2, 3))) == "W[1] has shape (3, 2), got (2, 3)"
    assert message(ValueError, params.b.__setitem__, 1, 0.0) == "b[1] has shape (3, 1), got ()"
    assert message(ValueError, setattr, params, "vector", np.ones(3)) == "vector has shape (13,), got (3,)"
    assert message(KeyError, params.W.__getitem__, 0) == "'there is no W[0]; the keys are 1, 2'"


def test_arrays_that_do_not_fit_their_neighbours():
    def make(W, b, names=("tanh", "tanh")):
        return Parameters.of(W, b, names, "squared_error")

    ones = np.ones
    text = message(ValueError, make, {1: ones((2, 2)), 2: ones((1, 3))}, {1: ones((2, 1)), 2: ones((1, 1))})
    assert text == "W[2] has shape (1, 3), expected (n_2, 2): a row for each unit of layer 2"
    text = message(ValueError, make, {1: ones(2)}, {1: ones((1, 1))}, ["tanh"])
    assert text == "W[1] has shape (2,), expected (n_1, n_0): a row for each unit of layer 1"
    text = message(ValueError, make, {1: ones((1, 2))}, {1: ones(1)}, ["tanh"])
    assert text == "b[1] has shape (1,), expected (1, 1): a column, use b.reshape(-1, 1)"
    text = message(ValueError, make, {0: ones((1, 2))}, {0: ones((1, 1))}, ["tanh"])
    assert text == "W and b must have the keys 1 … 1, one for each activation; got [0], [0]"
