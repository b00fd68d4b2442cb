"""Chapter "Batches": its gradients, each against nudges of a mean loss written here once more."""

import numpy as np

from .nudging import agree, differ, gradient

W = {
    1: np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]]),
    2: np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]]),
}
b = {1: np.array([[-0.25], [0.5], [-0.25]]), 2: np.array([[-0.5], [0.25]])}
X = np.array([[2.0, -1.0, 0.5, -1.5], [-1.0, 0.5, 1.5, -2.0]])
Y = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])


def loss(W, b, x, y, shifts=None):
    """The mean over the columns of half the squared error, example by example; Z shifted where a shift is given."""
    total = 0.0
    for k in range(x.shape[1]):
        a = x[:, k]
        for l in (1, 2):
            z = W[l] @ a + b[l][:, 0]
            z = z if shifts is None or l not in shifts else z + shifts[l][:, k]
            a = 1 / (1 + np.exp(-z))
        total += 0.5 * ((a - y[:, k]) ** 2).sum()
    return total / x.shape[1]


def deltas(x=X, y=Y):
    zero = {l: np.zeros((len(b[l]), x.shape[1])) for l in b}
    return {l: gradient(lambda t, l=l: loss(W, b, x, y, {l: t}), zero[l]) for l in b}


def weights(x=X, y=Y):
    return {l: gradient(lambda t, l=l: loss({**W, l: t}, b, x, y), W[l]) for l in W}


def biases(x=X, y=Y):
    return {l: gradient(lambda t, l=l: loss(W, {**b, l: t}, x, y), b[l]) for l in b}


def all_agree(got, expected):
    for l in expected:
        agree(got[l], expected[l])


DELTA, DW, DB = deltas(), weights(), biases()


def one_example(space):
    for k in range(4):
        x, y = X[:, [k]], Y[:, [k]]
        delta, dW, db = space["one_example_backward"](x, y)
        all_agree(delta, deltas(x, y))
        all_agree(dW, weights(x, y))
        all_agree(db, biases(x, y))


def loop(space):
    assert abs(space["L_loop"] - loss(W, b, X, Y)) < 1e-15
    all_agree(space["dW_loop"], DW)
    all_agree(space["db_loop"], DB)


def batch_delta(space):
    agree(space["dL_dA"], gradient(lambda t: 0.5 * ((t - Y) ** 2).sum() / 4, space["A"][2]))
    all_agree(space["delta"], DELTA)


def per_example(space):
    for k in range(4):
        for l, right in deltas(X[:, [k]], Y[:, [k]]).items():
            agree(4 * space["delta"][l][:, [k]], right)


def backward(space):
    all_agree(space["delta"], DELTA)
    all_agree(space["dW"], DW)
    all_agree(space["db"], DB)
    agree(W[1].T @ space["delta"][1], gradient(lambda t: loss(W, b, t, Y), X))


def placements(space):
    placed = space["placed"]
    agree(placed(1 / 4, 1), DW[1])
    agree(placed(1, 1 / 4), DW[1])
    differ(placed(1, 1), DW[1])
    differ(placed(1 / 4, 1 / 4), DW[1])


def equal(space):
    assert space["worst"] < 1e-15
    all_agree(space["dW_batch"], weights(space["X_drawn"], space["Y_drawn"]))


def bias_slips(space):
    for name, found in space["sums"].items():
        (agree if name == "right" else differ)(found, DB[1])


def m_slips(space):
    for x, y in ((X, Y), space["seven"]):
        right = weights(x, y)
        for name, got in space["slips_of"](x, y).items():
            differ(got[1], right[1])
            (agree if name == "also in hidden" else differ)(got[2], right[2])
    agree(space["dW_right"][1], weights(*space["seven"])[1])


def library(space):
    grads = space["grads"]
    all_agree(grads.delta, DELTA)
    all_agree(grads.dW, DW)
    all_agree(grads.db, DB)


def planted(space):
    differ(space["planted"].dW[1], DW[1])
    agree(space["planted"].dW[2], DW[2])


CHECKED = {
    "one-example": one_example,
    "loop": loop,
    "batch-delta": batch_delta,
    "per-example-check": per_example,
    "batch-backward": backward,
    "placements-check": placements,
    "measured-equal": equal,
    "bridge-library": library,
}
WRONG = {"slips-bias": bias_slips, "slips-m-run": m_slips, "bridge-check": planted}
