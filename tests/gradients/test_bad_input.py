"""Inputs and targets that the network and the two layers refuse, in words that name argument, shape, layer and fix."""

import numpy as np
import pytest

from backprop_lab import network, two_layer
from tests.gradients.refused import (
    COLUMN,
    GOOD_X,
    HOLED,
    TARGETS,
    message,
    run_network,
    run_two_layers,
    run_workspace,
    small,
)

INPUTS = [
    (np.ones(2), "X has shape (2,), expected (2, m), {}: a single example is a column, use x.reshape(2, 1)"),
    (np.ones((4, 2)), "X has shape (4, 2), expected (2, m), {}: examples are columns here, use X.T"),
    (np.ones((3, 4)), f"X has shape (3, 4), expected (2, m), {{}}: {COLUMN}"),
    (np.ones((2, 0)), f"X has shape (2, 0), expected (2, m), {{}}: {COLUMN}"),
    (np.ones((2, 4, 1)), f"X has shape (2, 4, 1), expected (2, m), {{}}: {COLUMN}"),
    (HOLED, "X[1, 2] is nan, expected finite numbers"),
    (HOLED * np.inf, "X[0, 0] is inf, expected finite numbers"),
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
