"""Chapter "L layers: the δ recursion": its gradients, each against nudges of a forward pass written here once more."""

import numpy as np

from .nudging import agree, differ, gradient

VALUES = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "softplus": lambda z: np.log1p(np.exp(z)),
}
W = {
    1: np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]]),
    2: np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]]),
}
b = {1: np.array([[-0.25], [0.5], [-0.25]]), 2: np.array([[-0.5], [0.25]])}
X, Y = np.array([[2.0], [-1.0]]), np.array([[1.0], [0.0]])
SIGMOIDS = ["sigmoid"] * 2
OF_FIVE = ["tanh", "relu", "tanh", "softplus", "sigmoid"]
OF_SQUARE = ["tanh", "sigmoid", "tanh"]


def loss(W, b, names, x, y, shifts=None):
    """Half the squared error, with z of each layer shifted where a shift is given."""
    a = x
    for l, name in enumerate(names, 1):
        z = W[l] @ a + b[l]
        a = VALUES[name](z if shifts is None or l not in shifts else z + shifts[l])
    return 0.5 * ((a - y) ** 2).sum()


def deltas(W, b, names, x=X, y=Y):
    zero = {l: np.zeros_like(b[l]) for l in b}
    return {l: gradient(lambda t, l=l: loss(W, b, names, x, y, {l: t}), zero[l]) for l in b}


def weights(W, b, names, x=X, y=Y):
    return {l: gradient(lambda t, l=l: loss({**W, l: t}, b, names, x, y), W[l]) for l in W}


def biases(W, b, names, x=X, y=Y):
    return {l: gradient(lambda t, l=l: loss(W, {**b, l: t}, names, x, y), b[l]) for l in b}


def all_agree(got, expected, layers=None):
    for l in layers or expected:
        agree(got[l], expected[l])


DELTA, DW, DB = deltas(W, b, SIGMOIDS), weights(W, b, SIGMOIDS), biases(W, b, SIGMOIDS)


def at_output(space):
    agree(space["dL_da"], gradient(lambda t: 0.5 * ((t - Y) ** 2).sum(), space["a"][2]))
    agree(space["delta"][2], DELTA[2])


def not_largest(space):
    louder = {1: W[1], 2: 5 * W[2]}
    right = deltas(louder, b, SIGMOIDS)
    all_agree(space["delta_loud"], right)
    assert np.abs(right[1]).max() > np.abs(right[2]).max()


def one_back_sum(space):
    agree(space["delta1"], DELTA[1])


def one_back_matrix(space):
    all_agree(space["delta"], DELTA)


def backward(space):
    all_agree(space["delta"], DELTA)
    all_agree(space["dW"], DW)
    all_agree(space["db"], DB)
    assert not any(np.shares_memory(space["db"][l], space["delta"][l]) for l in W)


def inputs(space):
    agree(space["W"][1].T @ space["delta"][1], gradient(lambda t: loss(W, b, SIGMOIDS, t, Y), X))


def deeper(space):
    net = space["W5"], space["b5"], OF_FIVE
    all_agree(space["delta5"], deltas(*net))
    all_agree(space["dW5"], weights(*net))
    all_agree(space["db5"], biases(*net))


def carried(space):
    for l in W:
        agree([[space["carried"](l, i, j) for j in range(W[l].shape[1])] for i in range(len(W[l]))], DW[l])


def late(space):
    differ(space["delta1_late"], DELTA[1])
    # The chapter says: the error is proportional to the learning rate.
    early = W[2] - 1e-4 * DW[2]
    assert np.abs((early - W[2]).T @ DELTA[2]).max() < 1e-3 * np.abs(W[2].T @ DELTA[2]).max()


def worst(space):
    assert space["worst"](W, b, space["sigma"]) < 1e-7


def depths(space):
    assert max(space["largest"].values()) < 1e-5
    assert [kind for kind, error in space["largest"].items() if error >= 1e-7] == ["sigmoid"]


def fading(space):
    W8, b8, _ = space["deep"]
    all_agree(space["dW8"], weights(W8, b8, ["sigmoid"] * 8))


def square(space):
    right = weights(space["W3"], space["b3"], OF_SQUARE, space["x3"], space["y3"])
    all_agree(space["dW3"], right)
    for name, rule in space["rules"].items():
        got = space["layer_gradients"](space["square"], rule)
        agree(got[3], right[3])  # the chapter says: the last layer is right in each line
        (agree if name == "right" else differ)(got[1], right[1])


def rules_in_running(space):
    for name, rule in space["rules"].items():
        try:
            got = space["layer_gradients"](space["running"], rule)
        except ValueError:
            assert name in ("W, not W.T", "W of layer l", "sigma' of l + 1")
        else:
            agree(got[2], DW[2])
            (agree if name == "right" else differ)(got[1], DW[1])


def square_parameters(space):
    right = weights(space["W3"], space["b3"], OF_SQUARE, space["x3"], space["y3"])
    all_agree(space["delta3"], deltas(space["W3"], space["b3"], OF_SQUARE, space["x3"], space["y3"]))
    for l in (1, 2, 3):
        differ(space["own_a"](space["delta3"], space["a3"])[l], right[l])
    reversed_list = space["last_first"](space["dW3"])
    agree(reversed_list[2], right[2])
    differ(reversed_list[1], right[1])


def stale(space):
    right = weights(W, b, SIGMOIDS, space["x_next"])
    all_agree(space["dW_next"], right)
    all_agree(space["dW_stale"], DW)
    differ(space["dW_stale"][1], right[1])


def library(space):
    grads = space["grads"]
    all_agree(grads.delta, DELTA)
    all_agree(grads.dW, DW)
    all_agree(grads.db, DB)


def planted(space):
    differ(space["planted"].dW[1], DW[1])
    agree(space["planted"].dW[2], DW[2])


CHECKED = {
    "output-delta": at_output,
    "not-largest": not_largest,
    "one-back-sum": one_back_sum,
    "one-back-matrix": one_back_matrix,
    "backward": backward,
    "backward-numbers": inputs,
    "deeper": deeper,
    "carried-forward": carried,
    "measured-worst": worst,
    "measured-depths": depths,
    "measured-fading": fading,
    "bridge-library": library,
}
WRONG = {
    "updated-too-early": late,
    "slips-run": rules_in_running,
    "slips-square": square,
    "slips-parameters-square": square_parameters,
    "slips-stale": stale,
    "bridge-check": planted,
}
