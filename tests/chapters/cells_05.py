"""Chapter 5, "Forks: when influence takes two paths": its gradients against differences through passes of our own."""

import numpy as np

from .nudging import agree, differ, gradient, slope

W1 = np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]])
b1 = np.array([-0.25, 0.5, -0.25])
W2 = np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]])
b2 = np.array([-0.5, 0.25])
x, y = np.array([2.0, -1.0]), np.array([1.0, 0.0])


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(W1=W1, b1=b1, W2=W2, b2=b2, in_z1=0.0, in_a1=0.0, in_z2=0.0):
    """L of the running network, with something added on the way."""
    a1 = sigmoid(W1 @ x + b1 + in_z1) + in_a1
    return float(0.5 * np.sum((sigmoid(W2 @ a1 + b2 + in_z2) - y) ** 2))


def small_loss(at=2.0, in_a2=0.0, in_z2=0.0):
    """L of the small fork, with something added on the way."""
    a1 = sigmoid(np.array([0.5, -1.0]) * at + np.array([-0.25, 0.5]))
    return float(0.5 * (sigmoid(np.array([1.5, -0.8]) @ a1 - 0.5 + in_z2) + in_a2 - 1) ** 2)


AT_A1 = gradient(lambda t: loss(in_a1=t), np.zeros(3))
AT_Z1 = gradient(lambda t: loss(in_z1=t), np.zeros(3))
AT_Z2 = gradient(lambda t: loss(in_z2=t), np.zeros(2))
AT_W1, AT_W2 = gradient(lambda t: loss(W1=t), W1), gradient(lambda t: loss(W2=t), W2)
AT_B1, AT_B2 = gradient(lambda t: loss(b1=t), b1), gradient(lambda t: loss(b2=t), b2)


def fork_backward(u):
    agree(u["dL_da2"], slope(lambda t: small_loss(in_a2=t), 0.0))
    agree(u["da2_dz2"], slope(lambda t: float(sigmoid(t)), u["z2"]))
    agree(u["dL_dz2"], slope(lambda t: small_loss(in_z2=t), 0.0))
    agree(u["dL_dx"], slope(small_loss, 2.0))
    forward, at = u["fork_forward"], u["x"]
    agree(u["path1"], slope(lambda t: forward(t, at)[-1], at))
    agree(u["path2"], slope(lambda t: forward(at, t)[-1], at))


def output_weights(u):
    agree(u["dL_dW2"], AT_W2)
    agree(u["dL_db2"], AT_B2)


def hidden_layer(u):
    agree(u["delta1"], AT_Z1)
    agree(u["dL_dW1"], AT_W1)
    agree(u["dL_db1"], AT_B1)


def library(u):
    for l, W, b, z in ((1, AT_W1, AT_B1, AT_Z1), (2, AT_W2, AT_B2, AT_Z2)):
        agree(u["grads"].dW[l], W)
        agree(u["grads"].db[l][:, 0], b)
        agree(u["grads"].delta[l][:, 0], z)


def walked(u):
    """The sum over the paths is what a nudge measures; the function that compares it finds no difference."""
    params, cache = u["running"], u["network"].forward(u["running"], u["x_column"])
    for l, expected in ((1, AT_W1), (2, AT_W2)):
        found = [u["path_sum"](params, cache, u["y_column"], l, i, j) for i, j in np.ndindex(expected.shape)]
        agree(np.reshape(found, expected.shape), expected)
    assert u["disagreement"](params, u["x_column"], u["y_column"]) < 1e-15


def slips(u):
    for name, numbers in u["slips"].items():
        (agree if name == "right" else differ)(numbers, AT_A1)


def wrong_index(u):
    W = W2[:, :2]

    def of_square(a):
        return float(0.5 * np.sum((sigmoid(W @ a + bias) - y) ** 2))

    a = sigmoid(W1 @ x + b1)[:2]
    bias = W2 @ sigmoid(W1 @ x + b1) + b2 - W @ a  # so that z, and with it δ, is that of the running network
    expected = gradient(of_square, a)
    agree(u["down"], expected)
    differ(u["along"], expected)


CHECKED = {
    "fork-backward": fork_backward,
    "output-delta": lambda u: agree(u["delta2"], AT_Z2),
    "output-weights": output_weights,
    "hidden-activations": lambda u: agree(u["dL_da1"], AT_A1),
    "hidden-layer": hidden_layer,
    "path-sum-check": lambda u: None,
    "path-sum-measured": walked,
    "bridge-library": library,
}
WRONG = {
    "mistakes": slips,
    "mistake-index": wrong_index,
}
