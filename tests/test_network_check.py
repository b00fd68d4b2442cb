"""That the checks of a network pass what is right, and name what is wrong."""

import itertools

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.gradient_check import check_directions, check_network
from tests.networks import a_network, gradients

OUTPUTS = [
    ("identity", "squared_error"),
    ("tanh", "squared_error"),
    ("sigmoid", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "squared_error"),
    ("softmax", "cross_entropy"),
]


# ── What is right passes ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", ["central", "complex", "forward"])
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("hidden", ELEMENTWISE)
def test_every_activation_and_loss_passes(hidden, output, scheme):
    params, X, Y = a_network((3, 5, 4, 2), hidden, output)
    report = check_network(params, X, Y, scheme=scheme, inputs=scheme != "forward")
    assert report.passed, str(report)
    assert check_directions(params, X, Y).passed


@pytest.mark.parametrize(("depth", "batch"), [*itertools.product((1, 2, 3, 5, 8), (1, 11))])
def test_every_depth_and_batch_passes(depth, batch):
    params, X, Y = a_network((3, 5, 2, 4, 3, 5, 4, 3, 2)[: depth + 1], batch=batch)
    for scheme in ("central", "complex"):
        report = check_network(params, X, Y, scheme=scheme, inputs=True)
        assert report.passed, str(report)
        assert [row.name for row in report.rows[-3:]] == [f"W[{depth}]", f"b[{depth}]", "X"]
        assert check_directions(params, X, Y, each=True, scheme=scheme).passed


@pytest.mark.parametrize("scheme", ["central", "complex", "forward"])
def test_float32_has_an_epsilon_and_a_tolerance_of_its_own(scheme):
    params, X, Y = a_network((3, 5, 4, 2), dtype="float32")
    report = check_network(params, X, Y, scheme=scheme)
    assert report.passed, str(report)
    assert report.epsilon != check_network(*a_network((3, 5, 4, 2)), scheme=scheme).epsilon
    assert check_directions(params, X, Y).passed


def test_the_complex_step_is_exact_to_rounding():
    params, X, Y = a_network((3, 5, 4, 2))
    assert max(row.error for row in check_network(params, X, Y, scheme="complex").rows) < 1e-13


def test_nothing_is_changed_and_a_second_check_says_the_same():
    params, X, Y = a_network((3, 4, 2), "relu")
    before = params.vector.copy(), X.copy(), Y.copy()
    assert str(check_network(params, X, Y)) == str(check_network(params, X, Y))
    assert str(check_directions(params, X, Y)) == str(check_directions(params, X, Y))
    assert all(np.array_equal(a, b) for a, b in zip(before, (params.vector, X, Y), strict=True))


def test_the_report_has_each_parameter_and_the_worst_entry_of_a_wrong_one():
    params, X, Y = a_network((3, 4, 2))
    grads = gradients(params, X, Y)
    grads.dW[1][...] *= 2
    lines = str(check_network(params, X, Y, grads)).splitlines()
    assert lines[0] == "central differences, ε = 6e-06, tolerance 1e-07"
    assert lines[1] == "✗ W[1]: relative error 1.0e+00; 12 of 12 entries are off"
    assert lines[2].startswith("    worst at W[1][")
    assert lines[3:] == ["✓ b[1]: agrees", "✓ W[2]: agrees", "✓ b[2]: agrees"]


# ── What is wrong is named ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", ["central", "complex", "forward"])
@pytest.mark.parametrize(
    ("table", "l", "entry"),
    [("dW", 1, (6, 2)), ("dW", 2, (3, 1)), ("dW", 3, (1, 4)), ("db", 1, (0, 0)), ("db", 3, (1, 0))],
)
def test_one_wrong_entry_is_named(table, l, entry, scheme):
    params, X, Y = a_network((3, 7, 5, 2))
    grads = gradients(params, X, Y)
    getattr(grads, table)[l][entry] += 1e-3
    report = check_network(params, X, Y, grads, scheme=scheme)
    name = f"{table[1]}[{l}][{entry[0]}, {entry[1]}]"
    assert report.wrong == (name,)
    assert f"worst at {name}: got " in str(report)
    assert "; 1 of " in str(report)


def hidden_delta_without_slope(params, cache, Y):
    """δ = Wᵀδ, with σ' forgotten in the hidden layer."""
    grads = network.backward(params, cache, Y)
    delta = params.W[2].T @ grads.delta[2]
    grads.dW[1][...], grads.db[1][...] = delta @ cache.a[0].T, delta.sum(axis=1, keepdims=True)
    return grads


def weights_not_transposed(params, cache, Y):
    grads = network.backward(params, cache, Y)
    delta = (params.W[2] @ grads.delta[2]) * (1 - cache.a[1] ** 2)
    grads.dW[1][...], grads.db[1][...] = delta @ cache.a[0].T, delta.sum(axis=1, keepdims=True)
    return grads


def changed(table, l, change):
    def backward(params, cache, Y):
        grads = network.backward(params, cache, Y)
        getattr(grads, table)[l][...] = change(getattr(grads, table)[l])
        return grads

    return backward


MISTAKES = {
    "σ' forgotten in the hidden layer": (hidden_delta_without_slope, {"W[1]", "b[1]"}),
    "W for Wᵀ": (weights_not_transposed, {"W[1]", "b[1]"}),
    "dW transposed": (changed("dW", 1, lambda dW: dW.T.copy()), {"W[1]"}),
    "dW of the output transposed": (changed("dW", 2, lambda dW: dW.T.copy()), {"W[2]"}),
    "1/m forgotten in db": (changed("db", 2, lambda db: 7 * db), {"b[2]"}),
    "biases forgotten": (changed("db", 1, np.zeros_like), {"b[1]"}),
    "all biases alike": (changed("db", 1, lambda db: np.full_like(db, db.sum())), {"b[1]"}),
    "the sign of dW": (changed("dW", 2, np.negative), {"W[2]"}),
    "not a number": (changed("dW", 2, lambda dW: dW * np.nan), {"W[2]"}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_planted_mistakes_on_a_square_network_are_found_where_they_are(mistake):
    """A square network, on which a transposed matrix has the right shape."""
    wrong_backward, where = MISTAKES[mistake]
    params, X, Y = a_network((4, 4, 4))
    grads = wrong_backward(params, network.forward(params, X), Y)
    for scheme in ("central", "complex"):
        report = check_network(params, X, Y, grads, scheme=scheme)
        assert {name[:4] for name in report.wrong} == where
        assert not check_directions(params, X, Y, grads, scheme=scheme).passed
        each = check_directions(params, X, Y, grads, scheme=scheme, each=True)
        assert {name[:4] for name in each.wrong} == where
        assert len(each.wrong) == 4 * len(where), "every single direction sees it"


def test_a_wrong_gradient_in_the_inputs_is_found():
    params, X, Y = a_network((3, 4, 2))
    grads = gradients(params, X, Y)
    grads.dL_dx[1, 5] += 1e-3
    assert check_network(params, X, Y, grads).passed
    assert check_network(params, X, Y, grads, inputs=True).wrong == ("X[1, 5]",)


# ── Misuse ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda p, X, Y: check_network(p, X, Y, np.zeros(3)), ValueError, r"grads has shape \(3,\), expected \(26,\)"),
        (lambda p, X, Y: check_directions(p, X, Y, np.zeros(3)), ValueError, "in the order W1, b1, W2, b2"),
        (lambda p, X, Y: check_network(p, X, Y, np.zeros(26), inputs=True), TypeError, "inputs=True needs dL_dx"),
        (lambda p, X, Y: check_network(p, X, Y, scheme="sideways"), ValueError, "choose central, forward or complex"),
        (lambda p, X, Y: check_directions(p, X, Y, scheme="forward"), ValueError, "takes scheme central or complex"),
        (lambda p, X, Y: check_directions(p, X, Y, directions=0), ValueError, "at least 1, got 0"),
        (lambda p, X, Y: check_network(p, X[0], Y), ValueError, r"X has shape \(7,\), expected \(3, m\)"),
        (lambda p, X, Y: check_network(p, X, Y, epsilon=1e-30), ValueError, "vanishes beside"),
    ],
)
def test_misuse_is_an_error_that_says_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call(*a_network((3, 4, 2)))
