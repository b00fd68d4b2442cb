"""Chapter 6, "Two layers in matrices": its gradients against differences through passes of our own."""

import numpy as np

from .nudging import agree, differ, gradient

W1 = np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]])
b1 = np.array([[-0.25], [0.5], [-0.25]])
W2 = np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]])
b2 = np.array([[-0.5], [0.25]])
x, y = np.array([[2.0], [-1.0]]), np.array([[1.0], [0.0]])
RUNNING = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "x": x, "y": y}
THIRD = {
    **RUNNING,
    "W2": np.array([*W2, [0.7, -0.3, 1.1]]), "b2": np.array([*b2, [0.1]]), "y": np.array([*y, [1.0]]),
}  # fmt: skip


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def loss(W1, b1, W2, b2, x, y, in_z1=0.0, in_a1=0.0, in_z2=0.0):
    """L, with something added on the way; column by column, so that no product of matrices is needed."""
    a1 = sigmoid((W1 * x.T).sum(axis=1, keepdims=True) + b1 + in_z1) + in_a1
    a2 = sigmoid((W2 * a1.T).sum(axis=1, keepdims=True) + b2 + in_z2)
    return float(0.5 * ((a2 - y) ** 2).sum())


def nudged(name, of=RUNNING, rows=0):
    """∂L/∂name; for what is added on the way, a column of so many rows."""
    at = of[name] if name in of else np.zeros((rows, 1))
    return gradient(lambda t: loss(**{**of, name: t}), at)


def hidden(u):
    agree(u["delta1"], nudged("in_z1", rows=3))
    agree(u["dW1"], nudged("W1"))
    agree(u["db1"], nudged("b1"))


def outer(u):
    agree(u["dW2"], nudged("W2"))


def of_function(u):
    """The function backward on the running network and on another one."""
    rng = np.random.default_rng(0)
    shapes = {"W1": (5, 4), "b1": (5, 1), "W2": (3, 5), "b2": (3, 1), "x": (4, 1), "y": (3, 1)}
    for net in (RUNNING, {name: rng.normal(size=shape) for name, shape in shapes.items()}):
        a1, a2 = u["forward"](*(net[name] for name in ("W1", "b1", "W2", "b2", "x")))[1::2]
        for name, found in u["backward"](net["W2"], net["x"], a1, a2, net["y"]).items():
            agree(found, nudged(name, net))


def one_step(u):
    for name, found in u["grads"].items():
        agree(found, nudged(name))
    stepped = {**RUNNING, **u["new"]}
    assert loss(**stepped) < loss(**RUNNING)


def square_trap(u):
    agree(u["delta"], nudged("in_z2", THIRD, 3))
    agree(u["right"], nudged("in_a1", THIRD, 3))
    differ(u["wrong"], nudged("in_a1", THIRD, 3))


def trial(u):
    """Right, and wrong where the text says so; with a symmetric W2 the first slip is invisible."""
    for symmetric in (False, True):
        expected, (right, untransposed, on_its_side) = u["trial"](np.random.default_rng(1), 3, symmetric)
        agree(right, expected)
        (agree if symmetric else differ)(untransposed, expected)
        differ(on_its_side, expected)
    expected, slips = u["trial"](np.random.default_rng(2), 1, False)
    for found in slips:
        agree(found, expected)


def slips(u):
    net = {name: getattr(u["square"], name) for name in ("W1", "W2", "x")}
    for name, formula in u["slips"].values():
        differ(formula(u["square"]), u["square"].right[name])
    assert net["W1"].shape == net["W2"].shape == (3, 3)


def mistakes_network(u):
    agree(u["square"].delta2, u["square"].right["b2"])
    running = u["passes"](W1, b1, W2, b2, x, y)
    agree(running.delta1, nudged("in_z1", rows=3))
    agree(running.delta2, nudged("in_z2", rows=2))
    for name, found in running.right.items():
        agree(found, nudged(name))


CHECKED = {
    "output-delta": lambda u: agree(u["delta2"], nudged("in_z2", rows=2)),
    "outer": outer,
    "back": lambda u: agree(u["dL_da1"], nudged("in_a1", rows=3)),
    "jacobian": lambda u: agree(np.diag(u["J"]), gradient(lambda t: sigmoid(t).sum(), u["z1"])[:, 0]),
    "hidden": hidden,
    "backward-function": of_function,
    "one-step": one_step,
    "mistakes-network": mistakes_network,
}
WRONG = {
    "update-too-early": lambda u: differ(u["early_delta1"], nudged("in_z1", rows=3)),
    "square-trap": square_trap,
    "measured-trial": trial,
    "mistakes-slips": slips,
    "mistake-order": lambda u: differ(u["scrambled"], nudged("W2")),
}
