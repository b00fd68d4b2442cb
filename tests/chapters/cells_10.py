"""Chapter "Why it is fast": each way to a gradient against nudges of a forward pass written here once more."""

import numpy as np

from .nudging import agree, differ, gradient, slope

W = {
    1: np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]]),
    2: np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]]),
}
b = {1: np.array([[-0.25], [0.5], [-0.25]]), 2: np.array([[-0.5], [0.25]])}
X, Y = np.array([[2.0], [-1.0]]), np.array([[1.0], [0.0]])


def outputs(W, b, x, shifts=None):
    """The last activations of a network of sigmoids, with z of each layer shifted where a shift is given."""
    a = x
    for l in W:
        z = W[l] @ a + b[l]
        a = 1 / (1 + np.exp(-(z if shifts is None or l not in shifts else z + shifts[l])))
    return a


def loss(W, b, x=X, y=Y, shifts=None):
    return 0.5 * ((outputs(W, b, x, shifts) - y) ** 2).sum()


def weights(W, b, x=X, y=Y):
    return {l: gradient(lambda t, l=l: loss({**W, l: t}, b, x, y), W[l]) for l in W}


def biases(W, b, x=X, y=Y):
    return {l: gradient(lambda t, l=l: loss(W, {**b, l: t}, x, y), b[l]) for l in W}


def deltas(W, b, x=X, y=Y):
    zero = {l: np.zeros_like(b[l]) for l in b}
    return {l: gradient(lambda t, l=l: loss(W, b, x, y, {l: t}), zero[l]) for l in b}


DW, DB, DELTA = weights(W, b), biases(W, b), deltas(W, b)
ALL = np.concatenate([np.concatenate([DW[l].ravel(), DB[l].ravel()]) for l in (1, 2)])


def values(table):
    return np.vectorize(lambda number: number.value, otypes=[float])(table)


def tables(params):
    return {l: params.W[l].copy() for l in params.W}, {l: params.b[l].copy() for l in params.b}


def all_agree(got, expected):
    for l in expected:
        agree(got[l], expected[l])


def by_paths(space):
    all_agree({l: values(table) for l, table in space["by_paths"].items()}, DW)
    # A deeper network of other widths, whose path sums are given nothing but a cache.
    deep, x, y = _deep(space, (3, 4, 2, 2))
    found = space["path_by_path"](space["counted_net"](deep, x, y), deep.sizes)
    all_agree({l: values(table) for l, table in found.items()}, weights(*tables(deep), x, y))


def recursion(space):
    delta, dW = ({l: values(table) for l, table in space[name].items()} for name in ("delta", "dW"))
    all_agree(delta, DELTA)
    all_agree(delta, DB)
    all_agree(dW, DW)


def nudged(space):
    agree(space["nudged"], ALL)


def brackets(space):
    right = gradient(lambda t: loss(W, b, t), X).T
    agree(values(space["from_right"]), right)
    agree(values(space["from_left"]), right)


def jacobians(space):
    for sizes in ((2, 3, 2), (1, 4, 5), (5, 4, 1)):
        drawn, x, _ = _deep(space, sizes)
        ours = tables(drawn)
        by_columns, by_rows, forward_cost, reverse_cost = space["both_modes"](drawn, x)
        for k in range(sizes[-1]):
            row = gradient(lambda t, k=k, ours=ours: outputs(*ours, t)[k, 0], x).T
            agree(by_columns[[k]], row)
            agree(by_rows[[k]], row)
        # A sweep passes every matrix and every slope once.
        once = sum(table.size for table in ours[0].values()) + sum(sizes[1:])
        assert (forward_cost, reverse_cost) == (sizes[0] * once, sizes[-1] * once)


def one_sweep(space):
    agree(space["jvp"](space["one_weight"], space["at_rest"]), DW[1][0, 0])


def every_sweep(space):
    agree(space["slopes_found"], ALL)
    agree(space["grads"].vector, ALL)


def along(space):
    V, v = tables(space["direction"])

    def moved(t):
        return loss({l: W[l] + t * V[l] for l in W}, {l: b[l] + t * v[l] for l in b})

    agree(space["jvp"](V, v), slope(moved, 0.0))


def slow(space):
    deep, x, y = _deep(space, (3, 4, 2, 2))
    net, right = space["counted_net"](deep, x, y), deltas(*tables(deep), x, y)
    for l, expected in right.items():
        agree(values(space["layer_again"](net, l)), expected)
        agree([[space["unit_again"](net, l, j).value] for j in range(len(expected))], expected)


def slow_run(space):
    deep = space["deep"]
    right = deltas(*tables(deep), np.ones((4, 1)), np.zeros((4, 1)))
    # Six layers of sigmoids: the first error signal is small, and so is what a nudge can tell of it.
    agree(values(space["delta_layer"]), right[len(right)], 1e-6)
    agree(space["delta_unit"], np.concatenate([right[l].ravel() for l in right]), 1e-6)
    all_agree({l: values(table) for l, table in space["delta_table"].items()}, right)


def library(space):
    all_agree(space["grads"].dW, DW)
    all_agree(space["grads"].db, DB)
    differ(space["planted"].dW[1], DW[1])
    agree(space["planted"].dW[2], DW[2])


def _deep(space, sizes):
    drawn = space["network"].init(sizes, "sigmoid", "squared_error", seed=4)
    rng = np.random.default_rng(5)
    drawn.vector[:] = rng.uniform(-1.5, 1.5, drawn.vector.size)
    return drawn, rng.uniform(-1, 1, (sizes[0], 1)), rng.uniform(0, 1, (sizes[-1], 1))


CHECKED = {
    "walk-run": by_paths,
    "recursion": recursion,
    "nudges-counted": nudged,
    "brackets": brackets,
    "jacobians": jacobians,
    "jvp": one_sweep,
    "jvp-all": every_sweep,
    "jvp-direction": along,
    "slow-deltas": slow,
    "slow-run": slow_run,
}
WRONG = {"bridge-library": library}
