"""Models of one size with right input for them, and the message with which a call is refused."""

import numpy as np
import pytest

from backprop_lab import network, two_layer
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


TARGETS = [
    (np.ones(4), "Y has shape (4,), expected (1, 4), {}: use y.reshape(1, -1)"),
    (np.ones((4, 1)), "Y has shape (4, 1), expected (1, 4), {}: examples are columns here, use Y.T"),
    (np.ones((1, 3)), f"Y has shape (1, 3), expected (1, 4), {{}}: {COLUMN}"),
    (np.ones((2, 4)), f"Y has shape (2, 4), expected (1, 4), {{}}: {COLUMN}"),
    (HOLED[1:], "Y[0, 2] is nan, expected finite numbers"),
]
