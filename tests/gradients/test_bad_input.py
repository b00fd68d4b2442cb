"""What the network, the two layers and the workspace refuse, in words that name argument, shape, layer and fix."""

import numpy as np
import pytest

from backprop_lab import network, two_layer
from backprop_lab.layers import Parameters
from backprop_lab.workspace import Workspace

GOOD_X, GOOD_Y = np.ones((2, 4)), np.ones((1, 4))
HOLED = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 1.0, np.nan, 1.0]])
COLUMN = "an example is a column, a feature is a row"


def small(output="tanh", loss="squared_error", outputs=1, **change):
    return network.init((2, 3, outputs), ("tanh", output), loss, **change)


def run_network(X=GOOD_X, Y=GOOD_Y, params=None):
    params = params or small()
    return network.backward(params, network.forward(params, X), Y)


def run_two_layers(X=GOOD_X, Y=GOOD_Y, params=None):
    params = params or two_layer.init(2, 3, 1)
    return two_layer.backward(params, two_layer.forward(params, X), Y)


def run_workspace(X=GOOD_X, Y=GOOD_Y, params=None):
    return Workspace(params or small(), 4).step(X, Y, 0.1)


def message(error, call, *args, **kwargs):
    with pytest.raises(error) as caught:
        call(*args, **kwargs)
    return str(caught.value)


INPUTS = [
    (np.ones(2), "X has shape (2,), expected (2, m), {}: a single example is a column, use x.reshape(2, 1)"),
    (np.ones((4, 2)), "X has shape (4, 2), expected (2, m), {}: examples are columns here, use X.T"),
    (np.ones((3, 4)), f"X has shape (3, 4), expected (2, m), {{}}: {COLUMN}"),
    (np.ones((2, 0)), f"X has shape (2, 0), expected (2, m), {{}}: {COLUMN}"),
    (np.ones((2, 4, 1)), f"X has shape (2, 4, 1), expected (2, m), {{}}: {COLUMN}"),
    (HOLED, "X[1, 2] is nan, expected finite numbers"),
    (HOLED * np.inf, "X[0, 0] is inf, expected finite numbers"),
]
TARGETS = [
    (np.ones(4), "Y has shape (4,), expected (1, 4), {}: use y.reshape(1, -1)"),
    (np.ones((4, 1)), "Y has shape (4, 1), expected (1, 4), {}: examples are columns here, use Y.T"),
    (np.ones((1, 3)), f"Y has shape (1, 3), expected (1, 4), {{}}: {COLUMN}"),
    (np.ones((2, 4)), f"Y has shape (2, 4), expected (1, 4), {{}}: {COLUMN}"),
    (HOLED[1:], "Y[0, 2] is nan, expected finite numbers"),
]


@pytest.mark.parametrize("run", [run_network, run_two_layers])
@pytest.mark.parametrize(("X", "expected"), INPUTS)
def test_inputs_that_are_no_columns(run, X, expected):
    assert message(ValueError, run, X=X) == expected.format("the inputs of layer 1")


@pytest.mark.parametrize(("Y", "expected"), TARGETS)
def test_targets_that_do_not_fit(Y, expected):
    assert message(ValueError, run_network, Y=Y) == expected.format("the outputs of layer 2 for each example")
    assert message(ValueError, run_two_layers, Y=Y) == expected.format("the outputs for each example")
    params = small()
    assert message(ValueError, network.loss, params, network.forward(params, GOOD_X), Y).startswith("Y")
    assert message(ValueError, network.trace, params, network.forward(params, GOOD_X), Y).startswith("Y")
    written = two_layer.init(2, 3, 1)
    assert message(ValueError, two_layer.loss, written, two_layer.forward(written, GOOD_X), Y).startswith("Y")


def test_one_example_of_several_targets_is_a_column():
    params = small("identity", outputs=3)
    text = message(ValueError, run_network, X=[[1.0], [2.0]], Y=np.ones(3), params=params)
    assert text.endswith(
        "(3, 1), the outputs of layer 2 for each example: a single example is a column, use y.reshape(3, 1)"
    )


@pytest.mark.parametrize("run", [run_network, run_two_layers])
def test_words_are_no_numbers(run):
    assert message(TypeError, run, X=[["a"], ["b"]]) == "X must hold numbers, got dtype <U1"
    assert message(TypeError, run, X=[[None], [1.0]]) == "X must hold numbers, got dtype object"


@pytest.mark.parametrize("run", [run_network, run_two_layers])
def test_whole_numbers_become_floats(run):
    got, expected = (run(X=np.array([[3, 1], [-2, 5]], dtype), Y=np.array([[1, 0]], dtype)) for dtype in (int, float))
    assert got.vector.dtype == np.float64
    assert np.array_equal(got.vector, expected.vector)


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
    known = "choose one of identity, sigmoid, tanh, relu, leaky_relu, softplus, softmax"
    expected = f"layer 2: activation 'mish' is not known; {known}"
    assert message(ValueError, network.init, (2, 3, 1), ("tanh", "mish")) == expected
    assert message(ValueError, two_layer.init, 2, 3, 1, activation2="mish") == expected
    assert message(ValueError, two_layer.init, 2, 3, 1, activation1="mish").startswith("layer 1: activation 'mish'")


def test_a_loss_that_is_unknown_or_does_not_fit():
    unknown = "loss 'mse' is not known; choose one of squared_error, binary_cross_entropy, cross_entropy"
    wrong = "loss 'cross_entropy' needs activation 'softmax' (its a must be a probability), got 'tanh'"
    for make in (lambda **k: small("tanh", **k), lambda **k: two_layer.init(2, 3, 1, activation2="tanh", **k)):
        assert message(ValueError, make, loss="mse") == unknown
        assert message(ValueError, make, loss="cross_entropy") == wrong


@pytest.mark.parametrize("sizes", [(2,), (2, 0, 1), (2, 3.5, 1), (2, -1)])
def test_sizes_are_positive_whole_numbers(sizes):
    text = message(ValueError, network.init, sizes)
    assert text == f"sizes must be at least two positive whole numbers, inputs first, got {sizes}"


def test_one_activation_for_each_layer():
    text = message(ValueError, network.init, (2, 3, 1), ("tanh",))
    assert text == "activations must name one for each of the 2 layers, got 1: {1: 'tanh'}"


def test_two_layers_take_positive_whole_sizes():
    assert message(ValueError, two_layer.init, 2, 3.0, 1) == "n1 must be a positive whole number, got 3.0"
    assert message(ValueError, two_layer.init, 0, 3, 1) == "n0 must be a positive whole number, got 0"


@pytest.mark.parametrize(("label", "shown"), [(2, "2"), (-0.5, "-0.5"), (1.001, "1.001")])
def test_labels_outside_their_range(label, shown):
    Y = [[0, 1, label, 0]]
    text = message(ValueError, run_network, Y=Y, params=small("sigmoid", "binary_cross_entropy"))
    assert (
        text
        == f"Y holds {shown}, expected labels between 0 and 1 for binary_cross_entropy: use data.one_hot or 0 and 1"
    )
    text = message(ValueError, run_two_layers, Y=Y, params=two_layer.init(2, 3, 1, loss="binary_cross_entropy"))
    assert text == f"binary_cross_entropy: y must lie between 0 and 1, got {shown}; code the two classes as 0 and 1"
    one_hot = np.array([[1.0, 0, label, 0], [0, 1, 0, 1 - label], [0, 0, 1 - label, label]])
    text = message(ValueError, run_network, Y=one_hot, params=small("softmax", "cross_entropy", 3))
    assert text.endswith("expected labels between 0 and 1 for cross_entropy: use data.one_hot or 0 and 1")
    params = two_layer.init(2, 3, 3, activation2="softmax", loss="cross_entropy")
    assert "use data.one_hot(labels, classes)" in message(ValueError, run_two_layers, Y=one_hot, params=params)


def test_columns_of_targets_that_do_not_sum_to_one():
    text = message(
        ValueError,
        run_network,
        Y=np.eye(3)[:, [0, 1, 2, 0]] / [1, 1, 4, 1],
        params=small("softmax", "cross_entropy", 3),
    )
    assert text == "Y[:, 2] sums to 0.25, expected 1: each column holds the probabilities of the classes"


STALE = "the cache was made by other parameters; run forward(params, X) again after every update"


@pytest.mark.parametrize("l", [1, 2])
@pytest.mark.parametrize("which", ["W", "b"])
def test_a_cache_from_before_an_update(l, which):
    for dtype in ("float64", "float32"):
        params = small(dtype=dtype)
        cache = network.forward(params, GOOD_X)
        getattr(params, which)[l][...] += 0.01
        assert message(ValueError, network.backward, params, cache, GOOD_Y) == f"layer {l}: {STALE}"
    written = two_layer.init(2, 3, 1)
    memory = two_layer.forward(written, GOOD_X)
    getattr(written, f"{which}{l}")[...] += 1e-6
    assert message(ValueError, two_layer.backward, written, memory, GOOD_Y) == f"layer {l}: {STALE}"


def test_a_cache_of_another_network():
    cache = network.forward(network.init((2, 5, 1)), GOOD_X)
    expected = "layer 1: z has shape (5, 4), expected (3, m): it is another network's cache"
    assert message(ValueError, network.backward, small(), cache, GOOD_Y) == expected
    memory = two_layer.forward(two_layer.init(2, 5, 1), GOOD_X)
    assert message(ValueError, two_layer.backward, two_layer.init(2, 3, 1), memory, GOOD_Y) == expected
    deeper = network.forward(network.init((2, 3, 3, 1)), GOOD_X)
    text = message(ValueError, network.backward, small(), deeper, GOOD_Y)
    assert text == "the cache has 3 layers, expected 2: run forward(params, X) first"


@pytest.mark.parametrize(
    ("X", "expected"),
    [
        (np.ones(2), f"X has shape (2,), expected (2, 4), {{}}: {COLUMN}"),
        (np.ones((4, 2)), "X has shape (4, 2), expected (2, 4), {}: examples are columns here, use X.T"),
        (np.ones((2, 3)), f"X has shape (2, 3), expected (2, 4), {{}}: {COLUMN}"),
    ],
)
def test_a_workspace_takes_batches_of_its_own_size(X, expected):
    assert message(ValueError, run_workspace, X=X) == expected.format("as this workspace was made")


@pytest.mark.parametrize(("Y", "expected"), TARGETS[:4])
def test_a_workspace_takes_targets_of_its_own_size(Y, expected):
    assert message(ValueError, run_workspace, Y=Y) == expected.format("as this workspace was made")


def test_a_workspace_does_not_read_the_numbers_but_a_nan_shows_in_the_loss():
    assert np.isnan(run_workspace(X=HOLED))


def test_a_workspace_takes_whole_numbers_as_floats():
    assert run_workspace(X=GOOD_X.astype(int), Y=GOOD_Y.astype(int)) == run_workspace()


@pytest.mark.parametrize("examples", [0, -1, 4.0, None])
def test_a_workspace_is_made_for_a_number_of_examples(examples):
    text = message(ValueError, Workspace, small(), examples)
    assert text == f"examples must be a positive whole number, got {examples!r}"


def test_a_workspace_takes_no_softmax_inside():
    text = message(ValueError, Workspace, network.init((2, 3, 1), ("softmax", "tanh")), 4)
    assert text == "layer 1: softmax is for the output alone; train with network.backward"


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
