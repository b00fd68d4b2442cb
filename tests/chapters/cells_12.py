"""Chapter "Vanishing and exploding": its gradients, each against nudges of a loss that is written here once more."""

import numpy as np

from .nudging import agree, differ, gradient, slope

SLOPED = {
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "relu": lambda z: np.maximum(z, 0),
    "leaky_relu": lambda z: np.maximum(z, 0.01 * z),
    "identity": lambda z: z,
}


def loss(W, b, sigma, X, Y, residual=False, shifts=None):
    """The mean over the columns of half the squared error; Z of a layer shifted where a shift is given."""
    a = X
    for l in sorted(W):
        z = W[l] @ a + b[l] + (shifts or {}).get(l, 0.0)
        a = SLOPED[sigma[l].name](z) + (a if residual and l < len(W) else 0.0)
    return 0.5 * np.sum((a - Y) ** 2) / Y.shape[1]


def a_few(l, shape, count=3):
    """Places in an array of this shape, drawn anew for each layer."""
    rng = np.random.default_rng(100 + l)
    return {tuple(int(rng.integers(size)) for size in shape) for _ in range(count)}


def entry(f, at, place, step=1e-5):
    """∂f/∂(one entry) by a central difference."""

    def moved(t):
        nudged = np.array(at, dtype=float)
        nudged[place] += t
        return f(nudged)

    return slope(moved, 0.0, step)


def of_net(net, X, Y, delta, dW, residual=False, step=1e-5, at_most=1e-5):
    """Some entries of Δ and ∂L/∂W in each layer; close beside the largest entry and the rounding of the loss."""
    W, b, sigma = net
    size = abs(loss(W, b, sigma, X, Y, residual))
    for l in W:
        assert delta[l].shape == (len(W[l]), X.shape[1])
        assert dW[l].shape == W[l].shape
        for got, f, at in (
            (delta[l], lambda t, l=l: loss(W, b, sigma, X, Y, residual, {l: t}), np.zeros_like(delta[l])),
            (dW[l], lambda t, l=l: loss({**W, l: t}, b, sigma, X, Y, residual), W[l]),
        ):
            allowed = at_most * np.abs(got).max() + 1e-14 * size / step
            for place in a_few(l, at.shape):
                assert abs(got[place] - entry(f, at, place, step)) <= allowed, (l, place)


def small_net(space, names, widths=(4, 5, 3, 4)):
    """Layers of several widths with biases, so that no transpose and no bias can hide."""
    rng, act = np.random.default_rng(12), space["ELEMENTWISE"]
    W = {l: rng.normal(0, 0.7, (widths[l], widths[l - 1])) for l in range(1, len(widths))}
    b = {l: rng.normal(0, 0.3, (widths[l], 1)) for l in W}
    return W, b, {l: act[names[l - 1]] for l in W}, rng.normal(0, 1, (widths[0], 7)), rng.normal(0, 1, (widths[-1], 7))


def entries(net, X, Y, residual=False):
    """Every entry of Δ, ∂L/∂W and ∂L/∂b of a small network."""
    W, b, sigma = net
    delta = {
        l: gradient(lambda t, l=l: loss(W, b, sigma, X, Y, residual, {l: t}), np.zeros((len(W[l]), X.shape[1])))
        for l in W
    }
    dW = {l: gradient(lambda t, l=l: loss({**W, l: t}, b, sigma, X, Y, residual), W[l]) for l in W}
    db = {l: gradient(lambda t, l=l: loss(W, {**b, l: t}, sigma, X, Y, residual), b[l]) for l in W}
    return delta, dW, db


def all_agree(got, expected):
    assert got.keys() == expected.keys()
    for l in expected:
        agree(got[l], expected[l])


def passes(space):
    for names in (("sigmoid", "tanh", "identity"), ("tanh", "sigmoid", "sigmoid")):
        W, b, sigma, X, Y = small_net(space, names)
        z, a = space["forward"](W, b, sigma, X)
        delta, dW = space["backward"](W, sigma, z, a, Y)
        right = entries((W, b, sigma), X, Y)
        all_agree(delta, right[0])
        all_agree(dW, right[1])


def one_step(space):
    """One step of descend moves each parameter by −rate times what nudging measures; the target is the input."""
    W, b, sigma, X, _ = small_net(space, ("tanh", "sigmoid", "identity"))
    given, space["X"] = space["X"], X
    after = space["descend"]((W, b, sigma), 1, 0.5)
    space["X"] = given
    _, dW, db = entries((W, b, sigma), X, X)
    all_agree({l: (W[l] - after[0][l]) / 0.5 for l in W}, dW)
    all_agree({l: (b[l] - after[1][l]) / 0.5 for l in W}, db)


def chain_loss(w, b, x, y, L, moved, t):
    a = x
    for l in range(1, L + 1):
        a = 1 / (1 + np.exp(-(w * a + b + (t if l == moved else 0.0))))
    return 0.5 * (a - y) ** 2


def chain_deltas(w, b, x, y, L):
    return {l: slope(lambda t, l=l: chain_loss(w, b, x, y, L, l, t), 0.0, 1e-4 / max(1, w)) for l in range(1, L + 1)}


def chain(space):
    for w, b, x, y in ((1, 0, 0.5, 0), (-2.0, 0.4, 0.3, 1), (3, -1, 0.2, 0.5)):
        _, delta = space["chain"](w, b, x, y, 4)
        for l, right in chain_deltas(w, b, x, y, 4).items():
            assert abs(delta[l] - right) <= 1e-6 * abs(right) + 1e-11


def chain_run(space):
    for l, right in chain_deltas(1, 0, 0.5, 0, 5).items():
        assert abs(space["delta"][l] - right) <= 1e-6 * abs(right) + 1e-11
    assert abs(space["product"] - space["delta"][1] / space["delta"][5]) < 1e-15


def chain_explodes(space):
    delta = space["delta"]
    right = slope(lambda t: chain_loss(16, -8, 0.5, 0, 10, 1, t), 0.0, 1e-9)
    assert abs(delta[1] - right) <= 1e-3 * abs(right)


def first_example(space):
    of_net(space["net"], space["X"][:, [0]], space["X"][:, [0]], space["delta"], space["dW"], step=1e-3, at_most=1e-3)
    delta = space["delta"]
    agree(space["product"] @ delta[10] / np.abs(delta[1]).max(), delta[1] / np.abs(delta[1]).max(), 1e-10)


def whole_batch(space):
    of_net(space["net"], space["X"], space["X"], space["delta"], space["dW"], step=1e-3, at_most=1e-3)


def ratios(space):
    """The ratio is that of two gradients, whose entries in the last layer and in the first are nudged."""
    X = space["X"]
    for name, c, L in (("sigmoid", 1, 5), ("tanh", 1, 10), ("relu", 2**0.5, 5)):
        net = space["deep_net"](name, c, L)
        dW = {l: _nudged_W(net, X, l) for l in (1, L)}
        right = np.linalg.norm(dW[1]) / np.linalg.norm(dW[L])
        assert abs(space["first_to_last"](net) - right) <= 1e-4 * right


def _nudged_W(net, X, l):
    W, b, sigma = net
    return gradient(lambda t: loss({**W, l: t}, b, sigma, X, X), W[l], 1e-5)


def right_gradient(space):
    small, few, grads = space["small"], space["few"], space["grads"]
    net = small.W, small.b, {l: space["ELEMENTWISE"][small.activations[l]] for l in small.W}
    of_net(net, few, few, grads.delta, grads.dW, step=1e-3, at_most=1e-3)


def sizes(space):
    X, net = space["X"], space["deep_net"]("tanh", 2)
    _, back, ratio = space["sizes"](net)
    W, b, sigma = net
    delta = {
        l: gradient(lambda t, l=l: loss(W, b, sigma, X, X, shifts={l: t}), np.zeros((len(W[l]), X.shape[1])))
        for l in (1, 9)
    }
    right = np.sqrt(np.mean(delta[1] ** 2) / np.mean(delta[9] ** 2))
    assert abs(back - right) <= 1e-4 * right
    dW = {l: np.linalg.norm(_nudged_W(net, X, l)) for l in (1, 10)}
    assert abs(ratio - dW[1] / dW[10]) <= 1e-4 * ratio


def picture(space):
    W, b, sigma = space["drawn"]
    delta, X = space["delta"], space["X"]
    of_net((W, b, sigma), X, X, delta, {l: delta[l] @ space["a"][l - 1].T for l in W}, step=1e-6, at_most=1e-4)


def dead(space):
    X = space["X"]
    of_net(space["later"], X, X, space["delta"], space["dW"])
    assert all(not space["dW"][l].any() for l in space["dW"])


def residual(space):
    for names in (("sigmoid", "tanh", "identity"), ("tanh", "tanh", "sigmoid")):
        W, b, sigma, X, Y = small_net(space, names, (4, 4, 4, 4))
        z, a = space["residual_forward"](W, b, sigma, X)
        delta, dW = space["residual_backward"](W, sigma, z, a, Y)
        right = entries((W, b, sigma), X, Y, residual=True)
        all_agree(delta, right[0])
        all_agree(dW, right[1])


def residual_deep(space):
    X = space["X"]
    of_net(space["drawn"], X, X, space["delta"], space["dW"], residual=True, at_most=1e-4)


def clipping(space):
    """A long gradient becomes its own direction at the limit, a short one stays."""
    W, b, sigma, X, Y = small_net(space, ("sigmoid", "tanh", "identity"))
    z, a = space["forward"](W, b, sigma, X)
    right, dW, db = entries((W, b, sigma), X, Y)
    length = np.sqrt(sum(np.sum(g**2) for g in (*dW.values(), *db.values())))
    for limit in (length / 3, 3 * length):
        factor = min(1.0, limit / length)
        delta, got = space["clipped"](W, sigma, z, a, Y, limit=limit)
        all_agree(got, {l: factor * dW[l] for l in W})
        all_agree(delta, {l: factor * right[l] for l in W})


def slips(space):
    X, net = space["X"], space["net"]
    right = {l: _nudged_W(net, X, l) for l in (9, 10)}
    for name, step in space["steps_back"].items():
        got = space["wrong_backward"](step, net, X)
        agree(got[10], right[10])
        (agree if name in ("right", "ends at 2") else differ)(got[9], right[9])
    assert not space["wrong_backward"](space["steps_back"]["ends at 2"], net, X)[1].any()


def library(space):
    net = space["net"]
    for delta, dW in ((space["delta"], space["dW"]), (space["grads"].delta, space["grads"].dW)):
        of_net(net, space["X"], space["X"], delta, dW, step=1e-3, at_most=1e-3)


def planted(space):
    five, few = space["five"], space["few"]
    net = five.W, five.b, dict.fromkeys(five.W, space["ELEMENTWISE"]["sigmoid"])
    _, dW, db = entries(net, few, few)
    all_agree(space["grads"].dW, dW)
    all_agree(space["grads"].db, db)
    largest = np.abs(dW[1]).max()
    differ(space["planted"].dW[1] / largest, dW[1] / largest)


CHECKED = {
    "passes": passes,
    "descend": one_step,
    "chain": chain,
    "chain-run": chain_run,
    "chain-explodes": chain_explodes,
    "unrolled-check": first_example,
    "step-back": whole_batch,
    "vanishing-table": ratios,
    "gradient-right": right_gradient,
    "sizes": sizes,
    "picture": picture,
    "dead-gradients": dead,
    "residual": residual,
    "residual-table": residual_deep,
    "clipping": clipping,
    "bridge-library": library,
}
WRONG = {"slips": slips, "bridge-check": planted}
