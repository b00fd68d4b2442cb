"""What a workspace refuses when it is made, when a batch is copied in, and when numbers run away."""

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.in_place import IN_PLACE
from backprop_lab.workspace import Workspace
from tests.gradients.refused import COLUMN, GOOD_X, GOOD_Y, TARGETS, message, run_workspace, small


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
