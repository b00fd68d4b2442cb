"""E13: the thirty broken passes, told apart by their gradients alone, and what is true of each family."""

import itertools

import numpy as np
import pytest

from backprop_lab.exercises import bug_clinic_cases as cases
from backprop_lab.exercises import networks
from backprop_lab.exercises.bug_clinic_cases import CODES, FAMILIES, FAMILY, broken
from backprop_lab.exercises.catalogue import CATALOGUE
from backprop_lab.exercises.e13_bug_clinic import batch
from tests.exercises.answers_e13 import IDS, alike


def net(sizes, activations, loss="squared_error", m=5, seed=0, change=None):
    """What a backward pass is handed, of any network that one asks for."""
    params, X, Y = batch(np.random.default_rng(seed), sizes, activations, loss, m)
    if change:
        change(params, X, Y)
    return params, networks.forward(params, X), Y


def reply(function, *call):
    try:
        return function(*call)
    except ValueError:
        return "refused"


def is_right(code, *calls, names=("dL_dW", "dL_db"), layers=None):
    """Are these parts of the last answer those of the right pass?"""
    function = broken(code)
    answers = [reply(function, *call) for call in calls]
    if answers[-1] == "refused":
        return False
    right = cases.backward(*calls[-1])
    parts = [({n: {l: g[n][l] for l in layers or g[n]} for n in names}) for g in (answers[-1], right)]
    return alike(*parts)


WIDE = net((3, 7, 5, 2), ("softplus", "softplus", "sigmoid"), m=4)
SQUARE = net((4, 4, 4, 4), ("tanh", "relu", "sigmoid"), "binary_cross_entropy")
TANH = net((3, 7, 5, 2), ("tanh", "relu", "identity"))
ONE_LAYER = net((3, 2), ("identity",))


def test_there_are_thirty_in_seven_families_under_the_codes_of_the_catalogue():
    assert len(set(CODES)) == 30
    assert len(FAMILIES) == len(IDS) == 7
    assert set(CODES) <= set(CATALOGUE)
    assert set(CODES) == set(cases.WRONG) | set(cases.REMEMBERING)


def test_the_right_pass_and_some_broken_ones_worked_by_hand():
    # One layer, W = (2, -1), b = 0.5, identity: A = (-0.5, 4.5), so Δ = ½ (A - Y) = (-0.5, 2).
    params = {"W": {1: np.array([[2.0, -1.0]])}, "b": {1: np.array([[0.5]])}, "activation": {1: "identity"}}
    params["loss"] = "squared_error"
    X, Y = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([[0.0, 0.5]]) + np.array([[0.5, 0.0]])
    cache = networks.forward(params, X)
    by_hand = {
        None: ([[3.5, -1.5]], [[1.5]]), "P9": ([[7, -3]], [[3]]), "P5": ([[3.5, -1.5]], [[-0.5, 2]]),
        "P8": ([[3.5, -1.5]], [[0]]), "P14": ([[4, 0]], [[2]]), "P1": ([[3.5], [-1.5]], [[1.5]]),
        "P2": ([[0.25 + 9]], [[1.5]]), "H12": ([[3.5, -1.5]], [[1.5]]), "O6": ([[3.5, -1.5]], [[1.5]]),
    }  # fmt: skip
    for code, (dW, db) in by_hand.items():
        grads = (broken(code) if code else cases.backward)(params, cache, Y)
        np.testing.assert_allclose(grads["dL_dW"][1], dW, err_msg=code)
        np.testing.assert_allclose(grads["dL_db"][1], db, err_msg=code)


def test_two_layers_of_one_unit_worked_by_hand():
    # x = 1, y = 0. z1 = 2, a1 = 2; z2 = -6, a2 = -6: δ2 = -6, δ1 = 18 with w2 = -3, in every way but these.
    params = {"W": {1: np.array([[2.0]]), 2: np.array([[-3.0]])}, "b": {l: np.zeros((1, 1)) for l in (1, 2)}}
    params |= {"activation": {1: "identity", 2: "identity"}, "loss": "squared_error"}
    cache, Y = networks.forward(params, np.ones((1, 1))), np.zeros((1, 1))
    by_hand = {"H11": -18, "H7": -12, "H12": 0, "O10": 36, "P16": -6, "H6": 18, "H9": 18, "P11": 18}
    for code, db1 in by_hand.items():
        assert broken(code)(params, cache, Y)["dL_db"][1].item() == db1, code


def test_every_pair_of_the_thirty_and_the_truth_can_be_told_apart_by_gradients_alone():
    other = net((4, 4, 4, 4), ("tanh", "relu", "sigmoid"), "binary_cross_entropy", seed=1)
    calls = (net((3, 7, 5, 2), ("tanh", "softplus", "sigmoid"), m=11), SQUARE, SQUARE, other)
    told = {code: [reply(function, *call) for call in calls] for code in CODES for function in [broken(code)]}
    told["none"] = [cases.backward(*call) for call in calls]
    for first, second in itertools.combinations(told, 2):
        assert not all(map(alike, told[first], told[second])), (first, second)


def relu_only(m=5):
    return net((3, 4, 4), ("relu", "relu"), m=m)


@pytest.mark.parametrize(
    ("first", "second", "where"),
    [
        # What the notebook warns of: networks in which two ids are the same. None is the right pass.
        ("O10", "P9", net((3, 5, 2), ("tanh", "tanh"), m=2)),
        ("O1", "O6", net((3, 5, 2), ("tanh", "tanh"))),
        ("H1", "H13", relu_only()),
        ("H2", None, relu_only()),
        ("H5", None, relu_only()),
        *((code, None, net((3, 5, 2), ("tanh", "tanh"), m=1)) for code in ("P5", "P9", "P11", "P14")),
        ("O8", None, TANH),
        ("O6", None, SQUARE),
        ("H3", None, WIDE),
        ("H13", None, WIDE),
    ],
)
def test_where_two_of_them_are_the_same(first, second, where):
    right = broken(second)(*where) if second else cases.backward(*where)
    assert alike(broken(first)(*where), right)


# What is said of each family is true of all its members, and false of a bug of every other family.
def has_one_factor(code):
    def same_examples(params, X, Y):
        X[:], Y[:] = X[:, :1], Y[:, :1]

    call = net((3, 7, 5, 2), ("softplus", "softplus", "sigmoid"), m=5, change=same_examples)
    got, right = reply(broken(code), *call), cases.backward(*call)
    if got == "refused" or any(got[n][l].shape != right[n][l].shape for n in right for l in right[n]):
        return False
    quotients = {l: np.concatenate([(got[n][l] / right[n][l]).ravel() for n in right]) for l in right["dL_dW"]}
    return all(np.allclose(q, q[0]) for q in quotients.values()) and not is_right(code, call)


def identity_hidden(code):
    call = net((4, 4, 4, 4), ("identity", "identity", "sigmoid"))
    return call, is_right(code, call, layers=[3])


SHOWS = {
    "output error": lambda code: not all(
        is_right(code, net((3, 2), (name,), loss, m=1), names=["dL_db"])
        for name, loss in (("sigmoid", "squared_error"), ("sigmoid", "binary_cross_entropy"), ("tanh", "squared_error"))
    ),
    "hidden slopes": lambda code: is_right(code, identity_hidden(code)[0]) and not (
        is_right(code, net((4, 4, 4, 4), ("softplus", "softplus", "sigmoid"))) and is_right(code, TANH)
    ),
    "way back": lambda code: identity_hidden(code)[1] and not is_right(code, identity_hidden(code)[0], layers=[2]),
    "weight gradients": lambda code: all(is_right(code, c, names=["dL_db"]) for c in (WIDE, SQUARE, SQUARE, TANH)),
    "bias gradients": lambda code: all(is_right(code, c, names=["dL_dW"]) for c in (WIDE, SQUARE, SQUARE, TANH)),
    "factors and batch": has_one_factor,
    "layers and memory": lambda code: is_right(code, ONE_LAYER) and not all(
        is_right(code, *calls)
        for calls in ((net((3, 7, 2), ("identity",) * 2, m=1),), (ONE_LAYER, net((3, 2), ("identity",), seed=1)),
                      (ONE_LAYER, ONE_LAYER))
    ),
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_said_of_a_family_is_true_of_all_its_bugs(family):
    assert all(SHOWS[family](code) for code in FAMILIES[family])


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_said_of_a_family_is_false_of_most_others(family):
    # A factor shows at the output too, and what remembers is right in a first call: such things are left.
    others = [code for code in CODES if FAMILY[code] != family]
    assert sum(SHOWS[family](code) for code in others) <= len(others) / 3


def test_memory_is_by_sizes_and_right_in_the_first_call():
    for code in ("U3", "U4"):
        function = broken(code)
        assert alike(function(*WIDE), cases.backward(*WIDE))
        assert alike(function(*SQUARE), cases.backward(*SQUARE))
    piled, stale = broken("U3"), broken("U4")
    other = net((3, 7, 5, 2), ("softplus", "softplus", "sigmoid"), m=4, seed=1)
    for _ in range(2):
        third = piled(*WIDE)
    one_more = piled(*WIDE)
    np.testing.assert_allclose(one_more["dL_dW"][1], 3 * cases.backward(*WIDE)["dL_dW"][1])
    np.testing.assert_allclose(third["dL_dW"][1], 2 * cases.backward(*WIDE)["dL_dW"][1])
    stale(*WIDE)
    assert alike(stale(*other), cases.backward(other[0], WIDE[1], other[2]))


def test_a_patient_takes_no_more_than_20_000_numbers_and_remembers_50_sizes():
    function = broken("U4")
    with pytest.raises(ValueError, match=r"hold 2\d,\d\d\d numbers; 20,000 are enough"):
        function(*net((3, 2), ("identity",), m=3000))
    with pytest.raises(ValueError, match="wider than 200 units"):
        function(*net((201, 2), ("identity",)))
    calls = [net((3, 2), ("identity",), m=m) for m in range(1, 60)]
    for call in calls:
        function(*call)
    again = net((3, 2), ("identity",), m=1, seed=5)
    assert alike(function(*again), cases.backward(*again)), "the oldest is forgotten"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda params, cache, Y: (params, cache, Y[:, :2]), r"a\[0\] has shape \(3, 4\), expected \(3, 2\)"),
        (lambda params, cache, Y: (params, cache, Y[:1]), r"Y has shape \(1, 4\), expected \(2, 4\)"),
        (lambda params, cache, Y: (params | {"W": {l: w.T for l, w in params["W"].items()}}, cache, Y), r"W\[1\] has"),
        (lambda params, cache, Y: (params, cache, Y[:, 0]), "Y must be an array of numbers"),
        (lambda params, cache, Y: (params, cache | {"a": cache["z"]}, Y), "the key 0 too"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused_and_named(change, said):
    """Whatever the shapes are: an outer product of two long ones would fill the memory of the grader."""
    for code in CODES:
        with pytest.raises(ValueError, match=said):
            broken(code)(*change(*WIDE))
