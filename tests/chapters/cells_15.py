"""Chapter "Reading other people's code": its gradients, each against nudges of losses written here once more."""

import numpy as np

from .nudging import agree, differ, gradient, slope

W = {
    1: np.array([[0.5, -0.5], [-1.0, 0.25], [0.75, 1.0]]),
    2: np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]]),
}
b = {1: np.array([[-0.25], [0.5], [-0.25]]), 2: np.array([[-0.5], [0.25]])}
X = np.array([[2.0, -1.0, 0.5, -1.5], [-1.0, 0.5, 1.5, -2.0]])
Y = np.array([[1.0, 0.0, 1.0, 0.0], [0.0, 1.0, 0.0, 1.0]])


def loss(W, b, x, y, *, mask=1.0, normalise=None, rectify=False, shift=0.0):
    """The mean over the columns of half the squared error; with a mask, a normalisation or a ReLU in layer 1."""
    z = W[1] @ x + b[1]
    if normalise is not None:
        gamma, beta = normalise
        centred = z - z.mean(axis=1, keepdims=True)
        z = gamma * centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-5) + beta
    a = np.maximum(z, 0) if rectify else 1 / (1 + np.exp(-z))
    out = 1 / (1 + np.exp(-(W[2] @ (a * mask) + b[2] + shift)))
    return 0.5 * ((out - y) ** 2).sum() / x.shape[1]


def weights(W=W, b=b, x=X, y=Y, **more):
    return {l: gradient(lambda t, l=l: loss({**W, l: t}, b, x, y, **more), W[l]) for l in W}


def biases(W=W, b=b, x=X, y=Y, **more):
    return {l: gradient(lambda t, l=l: loss(W, {**b, l: t}, x, y, **more), b[l]) for l in b}


DW, DB = weights(), biases()


def rows(space):
    """The function, on a network in which all sizes differ."""
    check_form(space["in_rows"], lambda W, b: (W[1], b[1][:, 0], W[2], b[2][:, 0]), lambda A: A.T)


def check_form(form, arrange, turn):
    rng = np.random.default_rng(9)
    W = {1: rng.normal(size=(5, 3)), 2: rng.normal(size=(2, 5))}
    b = {1: rng.normal(size=(5, 1)), 2: rng.normal(size=(2, 1))}
    x, y = rng.normal(size=(3, 7)), rng.uniform(size=(2, 7))
    got = form(*arrange(W, b), turn(x), turn(y))
    expected = arrange(weights(W, b, x, y), biases(W, b, x, y))
    for g, e in zip(got.values() if isinstance(got, dict) else got, expected, strict=True):
        agree(g, e)


def rows_run(space):
    for got, expected in zip(space["grads_rows"], (DW[1], DB[1][:, 0], DW[2], DB[2][:, 0]), strict=True):
        agree(got, expected)


def keras(space):
    check_form(space["in_keras"], lambda W, b: (W[1].T, b[1][:, 0], W[2].T, b[2][:, 0]), lambda A: A.T)
    for got, expected in zip(space["grads_keras"], (DW[1].T, DB[1][:, 0], DW[2].T, DB[2][:, 0]), strict=True):
        agree(got, expected)


def theta(space):
    check_form(space["in_theta"], lambda W, b: tuple(np.hstack([b[l], W[l]]) for l in (1, 2)), lambda A: A)
    for l, got in space["grads_theta"].items():
        agree(got, np.hstack([DB[l], DW[l]]))


def a_function(space):
    found = space["grad_of"](lambda p, c: c * (p["u"] ** 3).sum())({"u": np.array([[0.5, -2.0]])}, 2.0)
    agree(found["u"], [[1.5, 24.0]])


def a_function_run(space):
    for name, expected in (("K1", DW[1].T), ("b1", DB[1][:, 0]), ("K2", DW[2].T), ("b2", DB[2][:, 0])):
        agree(space["grads_jax"][name], expected)


def other_placement(space):
    agree(space["dW2"], DW[2])
    agree(space["db2"], DB[2])
    each = gradient(lambda t: loss(W, b, X, Y, shift=t), np.zeros((2, 4)))
    agree(space["dZ2"], 4 * each)


def halves(space):
    """Two means of halves, added: twice the gradient of the whole."""
    differ(space["kept_grad"], DW[1])
    agree(space["kept_grad"] / 2, DW[1])


def detached(space):
    agree(space["diamond_grad"](False), slope(lambda x: 2 * x * (2 * x + 1), 3.0))
    agree(space["diamond_grad"](True), slope(lambda x: 2 * x * 7, 3.0))


def softmaxes(space):
    def softmax(z):
        return np.exp(z) / np.exp(z).sum()

    z = np.array([2.0, 0.0, -1.0])
    agree(space["once_delta"], gradient(lambda t: -np.log(softmax(t)[0]), z))
    agree(space["twice_delta"], gradient(lambda t: -np.log(softmax(softmax(t))[0]), z))
    differ(space["twice_delta"], space["once_delta"])


def price(space):
    for l in (1, 2):
        priced = gradient(lambda t, l=l: loss({**W, l: t}, b, X, Y) + 0.05 * (t**2).sum(), W[l])
        agree(space["grads_l2"][f"K{l}"], priced.T)
        agree(space["grads_l2"][f"b{l}"], DB[l][:, 0])


def dropout(space):
    mask = space["M"] / 0.5
    for l, right in weights(mask=mask).items():
        agree(space["dropout_grads"](mask)[l], right)


def dropout_slips(space):
    right = weights(mask=space["M"] / 0.5)
    for name, back in space["backs"].items():
        found = space["dropout_grads"](back)
        (agree if name == "right" else differ)(found[1], right[1])
        agree(found[2], right[2])


def batch_norm(space):
    """The two functions, for 2 units and 7 examples, against any loss of u."""
    rng = np.random.default_rng(2)
    Z, G = rng.normal(size=(2, 7)), rng.normal(size=(2, 7))
    gamma, beta = rng.normal(size=(2, 1)), rng.normal(size=(2, 1))

    def u(Z, gamma, beta):
        d = Z - Z.mean(axis=1, keepdims=True)
        return gamma * d / np.sqrt((d**2).mean(axis=1, keepdims=True) + 1e-5) + beta

    forward, kept = space["bn_forward"](Z, gamma, beta)
    agree(forward, u(Z, gamma, beta))
    dZ, dgamma, dbeta = space["bn_backward"](G, gamma, kept)
    agree(dZ, gradient(lambda t: (u(t, gamma, beta) * G).sum(), Z))
    agree(dgamma, gradient(lambda t: (u(Z, t, beta) * G).sum(), gamma))
    agree(dbeta, gradient(lambda t: (u(Z, gamma, t) * G).sum(), beta))


def batch_norm_right():
    gamma, beta = np.array([[1.5], [0.5], [-1.0]]), np.array([[0.1], [0.2], [-0.3]])
    return {
        "W1": weights(normalise=(gamma, beta))[1],
        "b1": biases(normalise=(gamma, beta))[1],
        "gamma": gradient(lambda t: loss(W, b, X, Y, normalise=(t, beta)), gamma),
        "beta": gradient(lambda t: loss(W, b, X, Y, normalise=(gamma, t)), beta),
    }


def batch_norm_net(space):
    for name, right in batch_norm_right().items():
        agree(space["bn_grads"]()[name], right)


def batch_norm_slips(space):
    right = batch_norm_right()
    for name, cut in space["cuts"].items():
        found = space["bn_grads"](**cut)
        (agree if name == "all three paths" else differ)(found["W1"], right["W1"])
        agree(found["gamma"], right["gamma"])
        agree(found["beta"], right["beta"])


def foreign(space):
    """One step is a step along m times the gradient of the mean."""
    new = space["train_step"](X.T, Y.T, W[1].T, W[2].T, b[1][:, 0], b[2][:, 0], 0.1)
    for l in (1, 2):
        agree((W[l].T - new[l - 1]) / 0.4, DW[l].T)


def foreign_check(space):
    net, x, y = space["batches"]["drawn"]
    agree(space["used_grad"] / 7, weights(dict(net.W), dict(net.b), x, y)[2].T)


def relu_slopes(space):
    right = weights(b={**b, 1: b[1] + 0.1}, rectify=True)[1]
    agree(space["relu_grads"](lambda Z, A: Z > 0), right)
    agree(space["relu_grads"](lambda Z, A: A > 0), right)
    differ(space["relu_grads"](lambda Z, A: A >= 0), right)


def error_goes_back(space):
    agree(space["dW_e"][2], DW[2])
    differ(space["dW_e"][1], DW[1])

    def cross_entropy(t):
        out = 1 / (1 + np.exp(-(W[2] @ (1 / (1 + np.exp(-(t @ X + b[1])))) + b[2])))
        return -(Y * np.log(out) + (1 - Y) * np.log(1 - out)).sum() / 4

    agree(space["dW_e"][1], gradient(cross_entropy, W[1]))


def second_call(space):
    """e = (a + b) d: the first call is right, the second is not even twice."""
    right = gradient(lambda t: (t[0] + t[1]) * t[2], np.array([3.0, 2.0, 1.0]))
    first = dict.fromkeys("abcde", 0.0)
    space["add_backward"](first, space["numbers"])
    agree([first[name] for name in "abd"], right)
    differ([space["grads_kept"][name] for name in "abd"], 2 * right)


def planted(space):
    differ(space["planted"].dW[1], DW[1])
    agree(space["planted"].dW[2], DW[2])
    for l in (1, 2):
        agree(space["theirs"].W[l], DW[l])


CHECKED = {
    "rows-code": rows,
    "rows-run": rows_run,
    "keras-code": keras,
    "theta-code": theta,
    "grad-function": a_function,
    "grad-function-run": a_function_run,
    "where-m-code": other_placement,
    "detach": detached,
    "l2-code": price,
    "dropout-code": dropout,
    "batch-norm": batch_norm,
    "batch-norm-net": batch_norm_net,
    "foreign": foreign,
    "foreign-check": foreign_check,
}
WRONG = {
    "halves": halves,
    "two-softmaxes": softmaxes,
    "dropout-check": dropout_slips,
    "batch-norm-check": batch_norm_slips,
    "case-relu": relu_slopes,
    "case-error": error_goes_back,
    "case-twice": second_call,
    "bridge-check": planted,
}
