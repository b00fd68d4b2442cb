"""Chapter "Any graph: a tiny autodiff": its gradients, each against nudges of programs written here once more."""

import math

import numpy as np

from .nudging import agree, differ, gradient, slope

W = {
    1: np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]]),
    2: np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]]),
}
b = {1: np.array([[-0.25], [0.5], [-0.25]]), 2: np.array([[-0.5], [0.25]])}
X1, Y1 = np.array([[2.0], [-1.0]]), np.array([[1.0], [0.0]])
X4 = np.array([[2.0, -1.0, 0.5, -1.5], [-1.0, 0.5, 1.5, -2.0]])
Y4 = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])


def sigmoid(z):
    return 1 / (1 + math.exp(-z))


def loss(W, b, x, y, shifts=None):
    """The mean over the columns of half the squared error, sigmoids; z shifted where a shift is given."""
    a = x
    for l in (1, 2):
        z = W[l] @ a + b[l]
        a = 1 / (1 + np.exp(-(z if shifts is None or l not in shifts else z + shifts[l])))
    return 0.5 * ((a - y) ** 2).sum() / x.shape[1]


def weights(W, b, x, y):
    return {l: gradient(lambda t, l=l: loss({**W, l: t}, b, x, y), W[l]) for l in W}


def biases(W, b, x, y):
    return {l: gradient(lambda t, l=l: loss(W, {**b, l: t}, x, y), b[l]) for l in b}


def deltas(W, b, x, y):
    zero = {l: np.zeros((len(b[l]), x.shape[1])) for l in b}
    return {l: gradient(lambda t, l=l: loss(W, b, x, y, {l: t}), zero[l]) for l in b}


def all_agree(got, expected):
    for l in expected:
        agree(got[l], expected[l])


DW, DB, DELTA = weights(W, b, X1, Y1), biases(W, b, X1, Y1), deltas(W, b, X1, Y1)


def diamond(x):
    return 2 * x * (2 * x + 1)


def fork(x):
    z = -0.5
    for w1, b1, w2 in ((0.5, -0.25, 1.5), (-1.0, 0.5, -0.8)):
        z += w2 * sigmoid(w1 * x + b1)
    return 0.5 * (sigmoid(z) - 1) ** 2


DIAMOND, FORK = slope(diamond, 3.0), slope(fork, 2.0)


def local_rules(space):
    p, q = 0.7, -1.3
    for operation, rule in space["rules"].values():
        agree(
            rule(p, q, operation(p, q)),
            [slope(lambda t, f=operation: f(t, q), p), slope(lambda t, f=operation: f(p, t), q)],
        )


def two_nodes(space):
    """L = x y + x, where x is a leaf with two uses."""
    agree(space["walk"]({"L": [("v", 1.0), ("x", 1.0)], "v": [("x", 2.0), ("y", 3.0)]}, "Lv")["x"], 3.0)


def neuron(space):
    def by_leaf(w, x, b, y):
        return 0.5 * (sigmoid(w * x + b) - y) ** 2

    at = {"w": 0.5, "x": 2.0, "b": -0.25, "y": 1.0}
    for name, number in at.items():
        agree(space["grad"][name], slope(lambda t, name=name: by_leaf(**{**at, name: t}), number))
    agree(space["grad"]["z"], slope(lambda t: 0.5 * (sigmoid(t) - 1) ** 2, 0.75))
    agree(space["grad"]["a"], slope(lambda t: 0.5 * (t - 1) ** 2, sigmoid(0.75)))


def orders(space):
    """The chapter says: one of the orders is right."""
    right = [order for order in space["orders"] if abs(space["walk"](space["diamond"], order)["x"] - DIAMOND) < 1e-6]
    assert right == ["Lvu"]
    differ(space["grad"]["x"], DIAMOND)  # that of the last order, where u passes on twice


def as_reached(space):
    for graph, is_right in ((space["diamond"], False), (space["turned"], True)):
        found = space["walk"](graph, space["as_reached"](graph, "L"))["x"]
        (agree if is_right else differ)(found, DIAMOND)


def put_down(space):
    for graph in (space["diamond"], space["turned"]):
        order = space["placed_recursive"](graph, "L", [], set())
        agree(space["walk"](graph, order[::-1])["x"], DIAMOND)


def own_stack(space):
    for graph in (space["diamond"], space["turned"]):
        agree(space["walk"](graph, space["placed"](graph, "L")[::-1])["x"], DIAMOND)


def sweep(space):
    """Each operation of the tape by itself."""
    p, q = 1.7, -0.6
    functions = {
        "add": lambda p, q: p + q,
        "minus": lambda p, q: p - q,
        "times": lambda p, q: p * q,
        "over": lambda p, q: p / q,
        "largest": max,
        "exp": lambda p, q: math.exp(p),
        "log": lambda p, q: math.log(p),
        "tanh": lambda p, q: math.tanh(p),
    }
    for name, function in functions.items():
        tape = [(p, ()), (q, ())]
        inputs = (0,) if name in ("exp", "log", "tanh") else (0, 1)
        result = space[name](tape, *inputs)
        assert tape[result][0] == function(p, q)
        found = space["gradients"](tape, result)
        agree(found[:2], [slope(lambda t, f=function: f(t, q), p), slope(lambda t, f=function: f(p, t), q)])
    tape = [(p, ())]
    agree(space["gradients"](tape, space["power"](tape, 0, -3))[0], slope(lambda t: t**-3, p))


def fork_gradient(space):
    agree(space["grad"][space["x"]], FORK)


def network_gradients(space):
    all_agree(space["dW"], DW)
    all_agree(space["db"], DB)
    for l, right in DELTA.items():
        agree(space["grad"][space["z_rows"][l]], right[:, 0])


def by_layers(space):
    all_agree(space["delta"], DELTA)
    all_agree(space["dW_layers"], DW)
    assert space["gap"] < 1e-15


def looped(space):
    agree(space["loop_grad"][space["w_row"]], slope(space["looped"], 0.8))
    agree(space["nudged"], slope(space["looped"], 0.8, 1e-6), 1e-8)


def arrays(space):
    found, rows = space["found"], space["rows"]
    tables = (
        ("W", weights(W, b, X4, Y4)),
        ("b", biases(W, b, X4, Y4)),
        ("Z", deltas(W, b, X4, Y4)),
    )
    for name, right in tables:
        all_agree({l: found[rows[f"{name}{l}"]] for l in (1, 2)}, right)


def array_rules(space):
    """A sum in which both arrays are stretched, and one of them lacks an axis."""
    rng = np.random.default_rng(3)
    P, Q, G = rng.normal(size=(2, 1)), rng.normal(size=4), rng.normal(size=(2, 4))
    tape = [(P, ()), (Q, ())]
    result = space["plus"](tape, 0, 1)
    tape.append((0.0, ((result, lambda upstream: upstream * G),)))
    found = space["array_gradients"](tape, result + 1)
    agree(found[0], gradient(lambda t: ((t + Q) * G).sum(), P))
    agree(found[1], gradient(lambda t: ((P + t) * G).sum(), Q))


def drawn(space):
    """The last of the networks that were drawn."""
    assert space["worst"] < 1e-15
    net = space["W_drawn"], space["b_drawn"], *space["example"]
    right = weights(*net)
    all_agree(space["dW_drawn"], right)
    all_agree({l: space["grad_drawn"][space["rows_W"][l]] for l in (1, 2)}, right)


def library(space):
    all_agree(space["dW_values"], DW)


def variant(space):
    """Right with the right way to pass on, wrong with the other."""
    tape = [(3.0, ()), (9.0, ((0, 3.0), (0, 3.0)))]
    agree(space["with_slip"](tape, 1, lambda u, v, slope: u + v * slope)[0], 6.0)
    differ(space["with_slip"](tape, 1, lambda u, v, slope: v * slope)[0], 6.0)


def added_in_place(space):
    """p + (p + q): the share of p is added to that of q as well."""
    tape = [(0, ()), (0, ()), *((0, ((i, lambda G: G), (j, lambda G: G))) for i, j in ((0, 1), (0, 2)))]
    tape.append((0, ((3, lambda G: G * np.ones(2)),)))
    found = space["shares_in_place"](tape, 4)
    agree(found[0], [2.0, 2.0])
    differ(found[1], [1.0, 1.0])


def sweep_slips(space):
    for name, (pass_on, start) in space["slips"].items():
        found = space["with_slip"](space["tape_f"], space["L_f"], pass_on, start)[space["x_f"]]
        (agree if name == "right" else differ)(found, FORK)


def uses(space):
    agree(space["gradients"](space["square"], space["L_s"])[space["x_s"]], slope(lambda t: t * t, 3.0))
    differ(space["gradients"](space["once"], 1)[0], slope(lambda t: t * t, 3.0))


def calls(space):
    """The first call is right, the second is not."""
    for way in (True, False):
        assert space["kept_between_calls"](1, way) == 1
        assert space["kept_between_calls"](2, way) > 1.5


def others(space):
    agree(space["walk"](space["beside"], ["L", "v", "u"])["x"], DIAMOND)
    differ(space["walk"](space["beside"], space["order"], "M")["x"], DIAMOND)


def stale(space):
    right = slope(lambda w: w * 3.0 * w, 5.0)
    differ(space["gradients"](space["stale"], space["L_s"])[space["w_s"]], right)
    differ(space["w_now"] * space["x_now"] + space["p_old"], right)


def in_place(space):
    for name, place, right in (("p", space["p"], 2.0), ("q", space["q"], 1.0)):
        agree(space["found_right"][place], [right, right])
        (agree if name == "p" else differ)(space["found_alias"][place], [right, right])


def planted(space):
    grad, rows = space["planted"], space["W_rows"]
    differ(grad[rows[1]], DW[1])
    agree(grad[rows[2]], DW[2])
    all_agree({l: space["grad"][rows[l]] for l in rows}, DW)


CHECKED = {
    "local-rules": local_rules,
    "walk": two_nodes,
    "neuron-walk": neuron,
    "put-down": put_down,
    "own-stack": own_stack,
    "sweep": sweep,
    "fork-gradient": fork_gradient,
    "network-gradients": network_gradients,
    "network-compare": by_layers,
    "loop-tape": looped,
    "array-sweep": array_rules,
    "array-compare": arrays,
    "measured-equal": drawn,
    "bridge-network-run": library,
}
WRONG = {
    "diamond-orders": orders,
    "depth-first-walk": as_reached,
    "slips-variant": variant,
    "slips-sweep": sweep_slips,
    "slips-uses": uses,
    "slips-calls-run": calls,
    "slips-other": others,
    "slips-stale": stale,
    "slips-alias": added_in_place,
    "slips-alias-run": in_place,
    "bridge-check": planted,
}
