"""Chapter "Losses and outputs": its error signals and gradients, against nudges of losses written here once more."""

from math import exp, log

import numpy as np

from .nudging import agree, differ, gradient, slope

W = {
    1: np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]]),
    2: np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]]),
}
b = {1: np.array([[-0.25], [0.5], [-0.25]]), 2: np.array([[-0.5], [0.25]])}
X = np.array([[2.0, -1.0, 0.5, -1.5], [-1.0, 0.5, 1.5, -2.0]])
Y = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])
Z3, Y3 = np.log([[2.0], [3.0], [5.0]]), np.array([[0.0], [1.0], [0.0]])


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


def squared(z: float, y: float) -> float:
    return 0.5 * (sigmoid(z) - y) ** 2


def cross(z: float, y: float) -> float:
    """−ln of the probability of a yes, y times, and of that of a no, 1 − y times; each from its own side."""
    return y * log(1 + exp(-z)) + (1 - y) * log(1 + exp(z))


def shares(z):
    largest = max(z)
    powers = [exp(number - largest) for number in z]
    return [power / sum(powers) for power in powers]


def of_classes(z, y) -> float:
    return -sum(share * log(a) for share, a in zip(y, shares(z), strict=True) if share)


def far_apart(z, y) -> float:
    """The same for a single right class, whatever the logits are."""
    right = list(y).index(1)
    return log(sum(exp(number - max(z)) for number in z)) + max(z) - z[right]


# The loss of one example, from its logits.
HEADS = {
    "identity, squared error": lambda z, y: sum(0.5 * (p - q) ** 2 for p, q in zip(z, y, strict=True)),
    "sigmoid, binary c.-e.": lambda z, y: sum(map(cross, z, y)),
    "softmax, cross-entropy": of_classes,
    "sigmoid, squared error": lambda z, y: sum(map(squared, z, y)),
}


def mean(head, Z, Y) -> float:
    return sum(HEADS[head](z, y) for z, y in zip(Z.T, Y.T, strict=True)) / Z.shape[1]


def whole(head, W) -> float:
    A1 = 1 / (1 + np.exp(-(W[1] @ X + b[1])))
    return mean(head, W[2] @ A1 + b[2], Y)


def output_delta(head, Z, Y):
    return gradient(lambda t: mean(head, t, Y), Z)


def weights(head):
    return {l: gradient(lambda t, l=l: whole(head, {**W, l: t}), W[l]) for l in W}


def confident(space):
    for name, loss in (("delta_squared", squared), ("delta_cross", cross)):
        agree(space[name], [slope(lambda t, loss=loss: loss(t, 1.0), z) for z in space["z_table"]])
    agree(space["ratio"], space["delta_cross"] / space["delta_squared"])


def two_steps(space):
    for z, y in ((-3.0, 0.0), (2.0, 1.0), (0.5, 0.25)):
        loss, product, short = space["in_two_steps"](z, y)
        agree(loss, cross(z, y))
        agree(product, slope(lambda t, y=y: cross(t, y), z))
        agree(short, product)
    assert np.isnan(space["product"])
    assert np.isinf(space["loss"])


def logits(space):
    for z in (-30.0, -2.0, 0.0, 0.5, 30.0):
        for y in (0.0, 0.3, 1.0):
            agree(space["bce_from_logits"](z, y), cross(z, y))
            agree(space["delta_from_logits"](z, y), slope(lambda t, y=y: cross(t, y), z))
    assert space["bce_from_logits"](-800.0, 1.0) == 800
    assert [space["delta_from_logits"](z, 0.5).item() for z in (-800.0, 800.0)] == [-0.5, 0.5]


def logits_last(space):
    assert (space["z"], space["y"]) == (800, 1)
    agree(space["delta"], slope(lambda t: log(1 + exp(-t)), 800.0))
    agree(space["loss"], log(1 + exp(-800.0)))


def jacobian(space):
    rows = [gradient(lambda t, k=k: shares(t.ravel())[k], Z3).ravel() for k in range(3)]
    agree(space["J"], rows)


def back(space):
    agree(space["dL_da3"], gradient(lambda t: -log(t[1, 0]), space["a3"]))
    agree(space["delta3"], output_delta("softmax, cross-entropy", Z3, Y3))


def collapse(space):
    agree(space["delta_soft"], output_delta("softmax, cross-entropy", space["Z2"], space["Y_soft"]))


def overflow(space):
    assert np.isnan(space["delta_plain"]).all()
    agree(space["delta_short"], gradient(lambda t: far_apart(t.ravel(), Y3.ravel()), space["z"]))
    assert space["from_logits"](space["z"], Y3) == far_apart(space["z"].ravel(), Y3.ravel()) == 1000


def heads(space):
    assert set(space["pairs"]) == set(HEADS)
    for name in HEADS:
        L, delta2 = space["head"](name)
        delta, dW = space["backward"](delta2)
        agree(L, mean(name, space["Z2"], Y), 1e-14)
        agree(delta[2], output_delta(name, space["Z2"], Y))
        right = weights(name)
        agree(dW[1], right[1])
        agree(dW[2], right[2])


def steps(space):
    for use_slope, loss in ((True, squared), (False, cross)):
        z, count = -2.0, 0
        while sigmoid(z) < 0.9:
            z, count = z - slope(lambda t, loss=loss: loss(t, 1.0), z), count + 1
        assert space["steps_needed"](-2.0, use_slope) == count


def three_ways(space):
    z, y = np.array([[0.4], [-1.0], [0.2], [1.5]]), np.array([[0.1], [0.2], [0.3], [0.4]])
    for found in space["three_ways"](z, y):
        agree(found, output_delta("softmax, cross-entropy", z, y))


def library(space):
    for last, loss in space["library"].items():
        name = space["of_hand"][last]
        params = space["Parameters"].of(W, b, ["sigmoid", last], loss=loss)
        grads = space["network"].backward(params, space["network"].forward(params, X), Y)
        agree(grads.delta[2], output_delta(name, space["Z2"], Y))
        for l, right in weights(name).items():
            agree(grads.dW[l], right)


def binary_slips(space):
    losses = [cross] * 4 + [squared] * 2
    for (name, wrong), loss in zip(space["slips"].items(), losses, strict=True):
        for y in (0.0, 1.0):
            right = slope(lambda t, y=y, loss=loss: loss(t, y), -2.0)
            # With y = 1 the second term is silent: the chapter says so.
            same = "right" in name or (y == 1 and name in ("- in second term", "first term only"))
            (agree if same else differ)(wrong(y), right)
    # Each of the two is the right slope of the other loss.
    agree(space["slips"]["(a - y) sigma'"](0.0), slope(lambda t: squared(t, 0.0), -2.0))
    agree(space["slips"]["a - y"](0.0), slope(lambda t: cross(t, 0.0), -2.0))


def softmax_slips(space):
    right = output_delta("softmax, cross-entropy", Z3, Y3)
    for name, found in space["wrong_deltas"].items():
        (agree if "right" in name else differ)(found, right)
    of_squares = gradient(lambda t: 0.5 * ((np.array(shares(t.ravel())) - Y3.ravel()) ** 2).sum(), Z3)
    agree(space["wrong_deltas"]["J^T (a - y)"], of_squares)


def axis(space):
    right = output_delta("softmax, cross-entropy", space["Z2"], Y)
    differ(space["delta_axis"], right)
    agree(space["right"], right)


def planted(space):
    right = weights("sigmoid, squared error")
    differ(space["planted"].dW[2], right[2])
    agree(space["planted"].dW[1], right[1])
    agree(space["grads"].dW[1], weights("softmax, cross-entropy")[1])


CHECKED = {
    "confident-table": confident,
    "floats-table": two_steps,
    "logits-code": logits,
    "logits-table": logits_last,
    "jacobian": jacobian,
    "back-through-code": back,
    "collapse-batch": collapse,
    "overflow-delta": overflow,
    "heads-run": heads,
    "steps": steps,
    "three-ways": three_ways,
    "bridge-library": library,
}
WRONG = {
    "slips-binary": binary_slips,
    "slips-softmax": softmax_slips,
    "slips-axis": axis,
    "bridge-check": planted,
}
