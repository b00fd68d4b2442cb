"""What the network, the two layers and the workspace refuse, in words that name argument, shape, layer and fix."""

import numpy as np
import pytest

from backprop_lab import network, two_layer
from backprop_lab.arrays import of_these_parameters
from backprop_lab.in_place import IN_PLACE
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
    for run in (run_network, run_two_layers):
        assert message(ValueError, run, Y=Y) == expected.format("the outputs of layer 2 for each example")
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


@pytest.mark.parametrize(("label", "shown"), [(2, "2"), (-0.5, "-0.5"), (1.001, "1.001")])
def test_labels_outside_their_range(label, shown):
    fix = "expected labels between 0 and 1 for {}: use data.one_hot or 0 and 1"
    one_hot = np.array([[1.0, 0, label, 0], [0, 1, 0, 1 - label], [0, 0, 1 - label, label]])
    for Y, *names in (([[0, 1, label, 0]], "sigmoid", "binary_cross_entropy"), (one_hot, "softmax", "cross_entropy")):
        for use, params in made_to_end_in(*names, outputs=len(Y)):
            text = message(ValueError, use, params, Y)
            assert text.startswith(f"Y holds {shown}, " if len(Y) == 1 else "Y holds ")
            assert text.endswith(fix.format(names[1]))


def test_columns_of_targets_that_do_not_sum_to_one():
    """To the last of 1e-6: probabilities that were rounded to float32 pass."""
    Y = np.eye(3)[:, [0, 1, 2, 0]]
    for use, params in made_to_end_in("softmax", "cross_entropy", outputs=3):
        text = message(ValueError, use, params, Y / [1, 1, 4, 1])
        assert text == "Y[:, 2] sums to 0.25, expected 1: each column holds the probabilities of the classes"
        assert message(ValueError, use, params, Y * (1 + 2e-6)).startswith("Y holds 1, expected labels")
        assert message(ValueError, use, params, Y * (1 - 2e-6)).startswith("Y[:, 0] sums to 0.999998, expected 1")
        use(params, Y * (1 - 5e-7))


def made_to_end_in(output, loss, outputs):
    """Everything that takes targets, with a model to hand it that ends so."""
    params = small(output, loss, outputs)
    written = two_layer.Parameters(2, 3, outputs, "tanh", output, loss, params.vector)
    return [
        (lambda params, Y: run_network(Y=Y, params=params), params),
        (lambda params, Y: network.loss(params, network.forward(params, GOOD_X), Y), params),
        (lambda params, Y: run_two_layers(Y=Y, params=params), written),
        (lambda params, Y: two_layer.loss(params, two_layer.forward(params, GOOD_X), Y), written),
        (lambda params, Y: run_workspace(Y=Y, params=params), params),
    ]


STALE = "the cache was made by other parameters; run forward(params, X) again after every update"


@pytest.mark.parametrize("l", [1, 2])
@pytest.mark.parametrize("which", ["W", "b"])
def test_a_cache_from_before_an_update(l, which):
    """A change of any one entry is seen."""
    for dtype, change in (("float64", 1e-12), ("float32", 1e-3)):
        params = network.init((2, 3, 2), dtype=dtype)
        written = two_layer.Parameters(2, 3, 2, "tanh", "tanh", "squared_error", params.vector)
        cache, memory, Y = network.forward(params, GOOD_X), two_layer.forward(written, GOOD_X), np.ones((2, 4))
        array = getattr(params, which)[l]
        for place in np.ndindex(array.shape):
            before = array[place]
            array[place] += change
            assert message(ValueError, network.backward, params, cache, Y) == f"layer {l}: {STALE}"
            assert message(ValueError, two_layer.backward, written, memory, Y) == f"layer {l}: {STALE}"
            array[place] = before
        network.backward(params, cache, Y)
        two_layer.backward(written, memory, Y)


@pytest.mark.parametrize("l", [1, 2])
@pytest.mark.parametrize("which", ["W", "b"])
@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_parameters_that_are_no_numbers(l, which, number):
    """They are refused as what they are, whether the cache is of before or has their traces."""
    params = network.init((2, 3, 2))
    written = two_layer.Parameters(2, 3, 2, "tanh", "tanh", "squared_error", params.vector)
    caches = [
        (network, params, network.forward(params, GOOD_X)),
        (two_layer, written, two_layer.forward(written, GOOD_X)),
    ]
    getattr(params, which)[l][-1, -1] = number
    with np.errstate(invalid="ignore"):
        caches += [(room, p, room.forward(p, GOOD_X)) for room, p, _ in caches]
    row, column = (index - 1 for index in getattr(params, which)[l].shape)
    if number == np.inf:  # a cache of the opposite infinity
        getattr(params, which)[l][-1, -1] = -number
        with np.errstate(invalid="ignore"):
            caches += [(room, p, room.forward(p, GOOD_X)) for room, p, _ in caches[:2]]
        getattr(params, which)[l][-1, -1] = number
    for room, own, cache in caches:
        assert message(ValueError, room.backward, own, cache, np.ones((2, 4))) == (
            f"layer {l}: {which}[{row}, {column}] is {number}, expected finite numbers: a step that was too long leaves "
            "such numbers, try a smaller learning rate"
        )


def test_a_small_difference_of_large_terms_is_no_other_cache():
    """1e8 + 1 − 1e8 and the like: products of matrices and of vectors add in their own order."""
    rng = np.random.default_rng(3)
    for dtype in ("float64", "float32"):
        params = network.init((400, 60, 1), "identity", dtype=dtype)
        X = rng.normal(size=(200, 50)).repeat(2, axis=0)
        params.W[1][:, ::2] *= 1e8
        params.W[1][:, 1::2] = -params.W[1][:, ::2]
        params.b[1] = rng.normal(size=(60, 1))
        written = two_layer.Parameters(400, 60, 1, "identity", "identity", "squared_error", params.vector)
        for room, own in ((network, params), (two_layer, written)):
            room.backward(own, room.forward(own, X), np.ones((1, 50)))


def test_numbers_at_the_ends_of_the_scale_are_no_other_cache():
    """Where they overflow, though the parameters are finite; and where they have no more digits, one step beside."""
    params = network.init((50, 60, 1), ("tanh", "sigmoid"))
    params.vector *= 1e160
    with np.errstate(over="ignore", invalid="ignore"):
        cache = network.forward(params, 1e160 * np.random.default_rng(1).normal(size=(50, 4)))
        network.backward(params, cache, GOOD_Y)
    W, a = np.full((2, 3), 1e-155), np.full((3, 1), 1e-155)
    of_these_parameters(1, W, np.zeros((2, 1)), a, np.nextafter(W @ a, 1))


def test_a_change_shows_though_the_first_example_is_all_zeros():
    """As in the table of XOR, where no weight of layer 1 makes a difference to the first column."""
    params = small()
    cache = network.forward(params, [[0, 0, 1, 1], [0, 1, 0, 1]])
    params.W[1][1, 1] += 0.01
    assert message(ValueError, network.backward, params, cache, GOOD_Y) == f"layer 1: {STALE}"


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


@pytest.mark.parametrize(("Y", "expected"), TARGETS)
def test_a_workspace_takes_targets_of_its_own_size(Y, expected):
    assert message(ValueError, run_workspace, Y=Y) == expected.format("as this workspace was made")


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_a_workspace_refuses_what_is_no_number_when_it_is_copied_in(number):
    """Infinity too, which no loss behind a tanh would show; and both parts are judged before either is copied."""
    bad_X, bad_Y = GOOD_X.copy(), GOOD_Y.copy()
    bad_X[1, 2] = bad_Y[0, 3] = number
    work = Workspace(small(), 4)
    before = work.parameters().vector
    loss = work.step(GOOD_X, GOOD_Y, 0.0)
    assert message(ValueError, work.step, bad_X, GOOD_Y, 0.1) == f"X[1, 2] is {number}, expected finite numbers"
    assert message(ValueError, work.step, 2 * GOOD_X, bad_Y, 0.1) == f"Y[0, 3] is {number}, expected finite numbers"
    assert np.array_equal(work.parameters().vector, before)
    assert work.again(0.0) == loss


@np.errstate(all="ignore")
@pytest.mark.parametrize(
    ("output", "loss"),
    [
        ("tanh", "squared_error"),
        ("softmax", "squared_error"),
        ("sigmoid", "binary_cross_entropy"),
        ("softmax", "cross_entropy"),
    ],
)
def test_a_workspace_names_what_makes_its_loss_no_number(output, loss):
    """In its own buffers, where nothing is checked beforehand; no parameter has moved then. NumPy may warn as well."""
    for hidden in IN_PLACE:
        params = network.init((2, 3, 2), (hidden, output), loss)
        work = Workspace(params, 4)
        work.X[...], work.Y[...] = GOOD_X, [[0, 1, 0, 1], [1, 0, 1, 0]]
        for name, buffer in (("X", work.X), ("Y", work.Y)):
            kept, buffer[1, 2] = buffer[1, 2], np.nan
            assert (
                message(ValueError, work.step, work.X, work.Y, 0.1) == f"{name}[1, 2] is nan, expected finite numbers"
            )
            assert message(ValueError, work.again, 0.1) == f"{name}[1, 2] is nan, expected finite numbers"
            buffer[1, 2] = kept
        assert np.array_equal(work.parameters().vector, params.vector)
        work.step(work.X, work.Y, np.nan)
        text = message(ValueError, work.again, 0.1)
        assert text.startswith("layer 1: W[0, 0] is nan, expected finite numbers: a step that was too long")


@np.errstate(all="ignore")
def test_a_workspace_says_when_finite_numbers_overflow():
    params = small("identity")
    work = Workspace(params, 4)
    text = message(ValueError, work.step, GOOD_X, 1e200 * GOOD_Y, 0.1)
    assert text.startswith("the loss is inf, though X, Y and the parameters are finite: the numbers between")
    assert np.array_equal(work.parameters().vector, params.vector)


def test_a_workspace_starts_from_numbers():
    params = small()
    params.b[1][2] = np.inf
    assert message(ValueError, Workspace, params, 4).startswith("layer 1: b[2, 0] is inf, expected finite numbers")


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
