"""Chapter "Learning": its gradients, each against nudges of losses written here once more; the early order is wrong."""

import numpy as np

from .nudging import agree, differ, gradient

VALUES = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "identity": lambda z: z,
}
W = {
    1: np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]]),
    2: np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]]),
}
b = {1: np.array([[-0.25], [0.5], [-0.25]]), 2: np.array([[-0.5], [0.25]])}
X = np.array([[2.0, -1.0, 0.5, -1.5], [-1.0, 0.5, 1.5, -2.0]])
Y = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])
SIGMOIDS = {1: "sigmoid", 2: "sigmoid"}


def squared(A, Y):
    return sum(0.5 * ((A[:, k] - Y[:, k]) ** 2).sum() for k in range(Y.shape[1])) / Y.shape[1]


def cross_entropy(A, Y):
    return -sum(np.log(a if y else 1 - a) for a, y in zip(A[0], Y[0], strict=True)) / Y.shape[1]


def run(W, b, names, x, shifts=None):
    a = x
    for l in sorted(W):
        z = W[l] @ a + b[l]
        a = VALUES[names[l]](z if shifts is None or l not in shifts else z + shifts[l])
    return a


def of_parameters(W, b, names, x, y, ell):
    """Both tables, W and b, by nudging every entry."""
    by_W = {l: gradient(lambda t, l=l: ell(run({**W, l: t}, b, names, x), y), W[l]) for l in W}
    by_b = {l: gradient(lambda t, l=l: ell(run(W, {**b, l: t}, names, x), y), b[l]) for l in b}
    return by_W, by_b


def of_signals(l):
    return gradient(lambda t: squared(run(W, b, SIGMOIDS, X, {l: t}), Y), np.zeros((len(b[l]), 4)))


def all_agree(got, expected):
    for tables in zip(got, expected, strict=True):
        for l in tables[1]:
            agree(tables[0][l], tables[1][l])


def as_list(tables):
    """W of layer 1, 2, …, then b, as the chapter's ``flat`` has them."""
    return np.concatenate([table[l].ravel() for table in tables for l in sorted(table)])


def passes(space):
    """Another network than the chapter's: three layers, three kinds of activation, all widths different."""
    from backprop_lab.activations import ELEMENTWISE

    rng = np.random.default_rng(5)
    names, sizes = {1: "tanh", 2: "sigmoid", 3: "identity"}, (2, 5, 3, 4)
    W3 = {l: rng.normal(size=(sizes[l], sizes[l - 1])) for l in names}
    b3 = {l: rng.normal(size=(sizes[l], 1)) for l in names}
    x, y = rng.normal(size=(2, 7)), rng.normal(size=(4, 7))
    sigma = {l: ELEMENTWISE[name] for l, name in names.items()}
    z, a = space["forward"](W3, b3, sigma, x)
    got = space["backward"](W3, sigma, z, a, (a[3] - y) / 7)
    all_agree(got, of_parameters(W3, b3, names, x, y, squared))


def running(space):
    right = of_parameters(W, b, SIGMOIDS, X, Y, squared)
    all_agree((space["dW"], space["db"]), right)
    all_agree(space["gradients"](W, b, X, Y), right)
    assert abs(space["loss"](W, b, X, Y) - squared(run(W, b, SIGMOIDS, X), Y)) < 1e-15


def loop(space):
    """Three updates of the chapter's loop are three updates by nudged gradients."""
    W_k, b_k = W, b
    for _ in range(3):
        by_W, by_b = of_parameters(W_k, b_k, SIGMOIDS, X, Y, squared)
        W_k, b_k = ({l: t[l] - 5.0 * g[l] for l in t} for t, g in ((W_k, by_W), (b_k, by_b)))
    W_got, b_got, losses = space["descend"](W, b, X, Y, 5.0, 3)
    all_agree((W_got, b_got), (W_k, b_k))
    assert len(losses) == 4


def early_delta(space):
    agree(space["delta2"], of_signals(2))
    agree(space["delta1"], of_signals(1))
    differ(space["delta1_early"], of_signals(1))
    agree(space["delta1_early"], space["delta1"] + space["foretold"])


def two_neurons(space):
    def half(w):
        return 0.5 * (w[1] * w[0] - 1.0) ** 2

    right = gradient(half, np.array([2.0, 1.0]))
    agree(space["slopes"](2.0, 1.0, 0.0), right)
    differ(space["slopes"](2.0, 1.0, 0.1), right)


def pairs(space):
    from itertools import combinations

    for got, pair in zip(space["found"], combinations(range(4), 2), strict=True):
        agree(got, as_list(of_parameters(W, b, SIGMOIDS, X[:, pair], Y[:, pair], squared)))


def singles(space):
    params, X_moons, Y_moons = space["params"], space["X_moons"], space["Y_moons"]

    def mean_loss(theta, k):
        p = params.with_vector(theta)
        return cross_entropy(run(p.W, p.b, p.activations, X_moons[:, k]), Y_moons[:, k])

    for k in ([0], [7], [199]):
        agree(space["singles"][k[0]], gradient(lambda t, k=k: mean_loss(t, k), params.vector))
    agree(space["g_all"], gradient(lambda t: mean_loss(t, range(200)), params.vector))


def sine(space):
    start = space["start"]

    def at(theta):
        p = start.with_vector(theta)
        return squared(run(p.W, p.b, p.activations, space["x_sine"]), space["y_sine"])

    for theta in (start.vector, space["theta"]):
        agree(space["gradient_at"](theta), gradient(at, theta))


def early_backward(space):
    """With η = 0 it is right. With another η it is wrong in every layer but the last."""
    sigma = space["sigmoids"]
    z, a = space["forward"](W, b, sigma, X)
    last = (a[2] - Y) / 4 * sigma[2].derivative(z[2])
    right = of_parameters(W, b, SIGMOIDS, X, Y, squared)
    all_agree(space["backward_early"](W, sigma, z, a, last, 0.0), right)
    dW, db = space["backward_early"](W, sigma, z, a, last, 1.0)
    agree(dW[2], right[0][2])
    agree(db[2], right[1][2])
    differ(dW[1], right[0][1])
    differ(db[1], right[1][1])


def early_errors(space):
    """The error that the table prints is that of the early order against nudges."""
    p, X_moons, Y_moons = space["nets"]["tanh"][0], space["X_moons"], space["Y_moons"]
    right = as_list(of_parameters(p.W, p.b, p.activations, X_moons, Y_moons, cross_entropy))
    assert space["early_error"](p, 0.0) == 0
    sigma = {l: space["ELEMENTWISE"][name] for l, name in p.activations.items()}
    z, a = space["forward"](p.W, p.b, sigma, X_moons)
    early = as_list(space["backward_early"](p.W, sigma, z, a, (a[3] - Y_moons) / 200, 0.5))
    differ(early, right)
    share = np.linalg.norm(early - right) / np.linalg.norm(right)
    assert abs(space["early_error"](p, 0.5) - share) < 1e-6


def planted(space):
    right = of_parameters(W, b, SIGMOIDS, X, Y, squared)
    all_agree((space["grads"].dW, space["grads"].db), right)
    differ(space["planted"].dW[1], right[0][1])
    differ(space["planted"].db[1], right[1][1])
    agree(space["planted"].dW[2], right[0][2])


CHECKED = {
    "passes": passes,
    "loss-and-gradients": running,
    "by-hand-loop": loop,
    "early-delta": early_delta,
    "all-pairs": pairs,
    "spread": singles,
    "curvature": sine,
}
WRONG = {
    "no-loss": two_neurons,
    "backward-early": early_backward,
    "early-error": early_errors,
    "bridge-check": planted,
}
