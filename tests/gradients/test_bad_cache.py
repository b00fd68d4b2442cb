"""A cache of other parameters is refused, and one that differs by rounding alone is not."""

import numpy as np
import pytest

from backprop_lab import network, two_layer
from backprop_lab.arrays import of_these_parameters
from tests.gradients.refused import GOOD_X, GOOD_Y, message, small

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
