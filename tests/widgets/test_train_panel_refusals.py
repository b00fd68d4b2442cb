"""What the panel "train" cannot show is refused in words that name the argument and the way out."""

import numpy as np
import pytest

from backprop_lab import data, network
from backprop_lab.widgets import train

NET = network.init((2, 3, 1), ("tanh", "sigmoid"), "binary_cross_entropy")
LARGE = network.init((2, 200, 200, 1), ("tanh", "tanh", "sigmoid"), "binary_cross_entropy")
X4, Y4 = data.xor()


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"data": "moon"}, ValueError, "train: data must be one of moons, spirals, xor, digits, got 'moon'"),
        ({"depth": 7}, ValueError, "train: depth must be a whole number from 1 to 6, got 7"),
        ({"depth": 2.0}, TypeError, "train: depth must be a whole number, got 2.0"),
        ({"width": True}, TypeError, "train: width must be a whole number, got True"),
        ({"activation": "tan"}, ValueError, "train: activation must be one of sigmoid, tanh, relu, got 'tan'"),
        ({"scale": 0}, ValueError, "train: scale must lie between 0.01 and 10, got 0"),
        ({"scale": "1"}, TypeError, "train: scale must be one number, got '1'"),
        ({"learning_rate": float("nan")}, ValueError, "train: learning_rate must lie between 1e-05 and 100, got nan"),
        ({"optimiser": "sgd"}, ValueError, "train: optimiser must be one of gradient_descent, momentum, adam, got 'sgd'"),
        ({"epochs": -1}, ValueError, "train: epochs must be a whole number from 0 to 2000, got -1"),
        ({"seed": -1}, ValueError, "train: seed must be a whole number from 0 to 4294967295, got -1"),
        ({"X": X4}, ValueError, "train: X and Y belong together: pass both, or neither"),
        (
            {"X": X4, "Y": Y4, "data": "xor"}, TypeError,
            "train: got X and Y and data='xor'; give either examples of your own or a name",
        ),
        (
            {"X": X4.T, "Y": Y4}, ValueError,
            "train: X has shape (4, 2) and Y (1, 4), expected (n_0, m) and (1, m) or (classes, m) with an example in "
            "each column of both: turn rows with data.columns(X_rows)",
        ),
        (
            {"X": X4 * np.nan, "Y": Y4}, ValueError,
            "train: X must hold numbers between -1e+150 and 1e+150, and it holds larger ones, NaN or infinity; scale it "
            "with data.standardise(X)",
        ),
        (
            {"X": X4 * 1e200, "Y": Y4}, ValueError,
            "train: X must hold numbers between -1e+150 and 1e+150, and it holds larger ones, NaN or infinity; scale it "
            "with data.standardise(X)",
        ),
        (
            {"X": X4, "Y": Y4 + 1}, ValueError,
            "train: Y must hold classes: one row of 0 and 1, or one-hot columns, made by data.one_hot(labels, classes)",
        ),
        (
            {"params": [1.0]}, TypeError,
            "train: params must be a network.Parameters, got list; make one with network.init(sizes) or "
            "Parameters.of(W, b, activations, loss)",
        ),
        (
            {"params": NET}, TypeError,
            "train: params need X and Y, their examples in columns, shapes (n_0, m) and (n_L, m)",
        ),
        (
            {"params": NET, "X": X4, "Y": Y4, "depth": 1}, TypeError,
            "train: params already holds depth; give either params or depth",
        ),
        (
            {"params": NET, "X": np.ones((3, 4)), "Y": Y4}, ValueError,
            "train: the network has 2 inputs and 1 outputs, expected 3 and 1, the rows of X and Y",
        ),
        (
            {"params": network.init((2, 1)), "X": X4, "Y": Y4}, ValueError,
            "train: the last activation is 'tanh', expected 'sigmoid': its outputs must be probabilities, to be "
            "counted as right or wrong",
        ),
        (
            {"params": LARGE, "X": X4, "Y": Y4}, ValueError,
            "train: the network has 41001 parameters, and there is room for 20000; training.train has no such limit",
        ),
    ],
)  # fmt: skip
def test_what_it_cannot_show_is_refused(settings, error, message):
    with pytest.raises(error) as caught:
        train(**settings)
    assert str(caught.value) == message
