"""Chapter "The bug clinic": its right passes against nudges of a loss written here once more, and its patients, who differ."""

import numpy as np

from .nudging import agree, differ, gradient, slope

SIGMA = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "tanh": np.tanh,
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "relu": lambda z: np.where(z > 0, z, 0.0),
}


def loss(W, b, names, kind, X, Y):
    """The mean over the columns, example by example."""
    total = 0.0
    for k in range(X.shape[1]):
        a = X[:, k]
        for l in W:
            z = W[l] @ a + b[l][:, 0]
            a = SIGMA[names[l]](z)
        y = Y[:, k]
        if kind == "squared_error":
            total += 0.5 * ((a - y) ** 2).sum()
        else:
            total += (np.logaddexp(0, z) - y * z).sum()  # from z: 1 - a has few digits where a is near 1
    return total / X.shape[1]


def nudged(net, step=1e-5):
    """∂L/∂W and ∂L/∂b of a network of the chapter."""
    params, X, Y = net
    W, b = ({l: np.array(v) for l, v in table.items()} for table in (params.W, params.b))
    rest = (params.activations, params.loss, X, Y)
    dW = {l: gradient(lambda t, l=l: loss({**W, l: t}, b, *rest), W[l], step) for l in W}
    db = {l: gradient(lambda t, l=l: loss(W, {**b, l: t}, *rest), b[l], step) for l in b}
    return dW, db


def asked(space, f, net):
    params, X, Y = net
    return f(params, space["network"].forward(params, X), Y)


def both_agree(got, expected):
    for t in (0, 1):
        for l in expected[t]:
            agree(got[t][l], expected[t][l], 1e-6)


def from_the_output(space):
    """``backward_from``, started with the Δ of a sigmoid with cross-entropy: right, with and without a ReLU."""
    for names in (("tanh", "tanh", "sigmoid"), ("relu", "softplus", "sigmoid")):
        net = space["draw"](names=names, seed=2)
        params, X, Y = net
        cache = space["network"].forward(params, X)
        got = space["backward_from"]((cache.a[3] - Y) / Y.shape[1], params, cache)
        both_agree(got, nudged(net))


def mutants(space):
    net = space["draw"]()
    expected = nudged(net)
    differ(asked(space, space["wrong_sign"], net)[0][3], expected[0][3])
    got = asked(space, space["first_layer_zero"], net)
    differ(got[0][1], expected[0][1])
    agree(got[0][2], expected[0][2])
    differ(asked(space, space["not_summed"], net)[1][1], expected[1][1])
    # Right where the chapter says so: squared error, one layer, one example.
    squares = space["draw"](names=("tanh", "tanh", "identity"), loss="squared_error")
    both_agree(asked(space, space["wrong_sign"], squares), nudged(squares))
    one = space["draw"](m=1)
    both_agree(asked(space, space["not_summed"], one), nudged(one))


def every_mutant(space):
    """Each differs somewhere in one of three networks, and the right pass in none."""
    sizes = ((3, 5, 4, 2), ("tanh", "tanh", "sigmoid")), ((3, 5, 4, 2), ("relu", "relu", "sigmoid"))
    nets = [space["draw"](s, names) for s, names in (*sizes, ((4, 4, 4, 4), ("tanh", "tanh", "sigmoid")))]
    truths = [nudged(net) for net in nets]
    for net, truth in zip(nets, truths, strict=True):
        both_agree(asked(space, space["right_pass"], net), truth)
    assert len(space["mutants"]) == 24
    for code, f in space["mutants"].items():
        gaps = []
        for net, truth in zip(nets, truths, strict=True):
            try:
                got = asked(space, f, net)
            except ValueError:
                continue
            for t in (0, 1):
                for l in truth[t]:
                    same_shape = got[t][l].shape == truth[t][l].shape
                    gaps.append(np.abs(got[t][l] - truth[t][l]).max() if same_shape else np.inf)
        assert max(gaps) > 1e-4, code


def the_judge(space):
    net = space["draw"]()
    both_agree(space["nudged"](*net), nudged(net))


def three_quotients(space):
    net = space["small"], space["x"], space["y"]
    agree(space["db1"], nudged(net)[1][1])
    differ(space["got"], space["db1"])
    # The slope of a sigmoid, nudged: what is missing.
    z = space["kept"].z[1].ravel()
    missing = [slope(SIGMA["sigmoid"], float(v)) for v in z]
    agree(space["got"].ravel() * np.array(missing), space["db1"].ravel())


def first_patient(space):
    net = space["draw"]((4, 7, 5, 2), m=11)
    for t, table in enumerate(nudged(net)):
        for l, right in table.items():
            agree(asked(space, space["patient_1"], net)[t][l], 11 / 4 * right)
    same = space["draw"]((5, 7, 3, 2), m=5)  # as many examples as inputs
    both_agree(asked(space, space["patient_1"], same), nudged(same))


def second_patient(space):
    net = space["draw"]((4, 7, 5, 2), m=11)
    got, expected = asked(space, space["patient_2"], net), nudged(net)
    agree(got[0][3], expected[0][3])
    for l in (1, 2):
        differ(got[0][l], expected[0][l])
    for hidden in ("identity", "softplus", "sigmoid"):
        for last, kind in (("sigmoid", "binary_cross_entropy"), ("tanh", "squared_error")):
            other = space["draw"]((4, 7, 5, 2), (hidden, hidden, last), kind, m=3)
            both_agree(asked(space, space["patient_2"], other), nudged(other))


def third_patient(space):
    """Right in a first call, wrong in a second one with the same cache."""
    net = params, X, Y = space["draw"]((4, 7, 5, 2), m=11)
    cache, expected = space["network"].forward(params, X), nudged(net)
    both_agree(space["patient_3"](params, cache, Y), expected)
    differ(space["patient_3"](params, cache, Y)[0][3], expected[0][3])


def steep(space):
    agree(space["dL_dz"], slope(lambda z: 0.5 * (1 / (1 + np.exp(-2 * z)) - 0.25) ** 2, 0.8))


def library(space):
    net = space["draw"]()
    both_agree(space["by_hand"], nudged(net))


def planted(space):
    truth = np.concatenate([t[l].ravel() for tables in [nudged(space["draw"]())] for l in (1, 2, 3) for t in tables])
    differ(space["planted"], truth)


CHECKED = {
    "backward-from": from_the_output,
    "float32": the_judge,
    "quotients": three_quotients,
    "doctors-shared": steep,
    "bridge-library": library,
}
WRONG = {
    "three-mutants": mutants,
    "mutants": every_mutant,
    "patient-1": first_patient,
    "patient-2": second_patient,
    "patient-3": third_patient,
    "bridge-planted": planted,
}
