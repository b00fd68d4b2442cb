"""E4: the three products of a layer, worked by hand, and what students write in their place."""

import numpy as np
import pytest

from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered

E04 = load("e04")
# The layer of the notebook: two units, three inputs.
DELTA = np.array([[2.0], [-1.0]])
A = np.array([[3.0], [0.5], [-1.0]])
W = np.array([[1.0, 0.0, 2.0], [-1.0, 3.0, 0.5]])
RIGHT = {
    "grad_W": lambda delta, a_prev: delta @ a_prev.T,
    "grad_b": lambda delta: delta.copy(),
    "grad_a_prev": lambda W, delta: W.T @ delta,
}


def results(seed=0, **wrong):
    """By term, the results of right functions of which some are replaced."""
    fixtures = E04.fixtures(np.random.default_rng(seed))
    return {r.term.name: r for r in answered(E04, {**RIGHT, **wrong}, fixtures)}


@pytest.mark.parametrize(
    ("term", "by_hand"),
    [
        # row 1: 2·3, 2·0.5, 2·(−1); row 2: −1·3, −1·0.5, −1·(−1)
        ("dL_dW", [[6, 1, -2], [-3, -0.5, 1]]),
        ("dL_db", [[2], [-1]]),
        # 1·2 + (−1)(−1), 0·2 + 3·(−1), 2·2 + 0.5·(−1)
        ("dL_da_prev", [[3], [-3], [3.5]]),
    ],
)
def test_each_term_is_what_the_notebook_works_out_by_hand(term, by_hand):
    terms = E04.right_terms({"delta": DELTA, "a_prev": A, "W": W})
    np.testing.assert_array_equal(terms[term], by_hand)


def test_points_are_as_planned():
    assert [(t.function, t.points) for t in E04.terms] == [("grad_W", 4), ("grad_b", 3), ("grad_a_prev", 5)]


def into_a_buffer_like_a(delta, a_prev):
    table = np.zeros((len(delta), len(a_prev)), a_prev.dtype)
    for i in range(len(delta)):
        table[i] = delta[i, 0] * a_prev[:, 0]
    return table


WRONG = [
    ("grad_W", "P1", lambda delta, a_prev: a_prev @ delta.T),
    ("grad_W", "P1", lambda delta, a_prev: np.outer(a_prev, delta)),
    ("grad_W", "P4", lambda delta, a_prev: np.outer(delta, a_prev).ravel(order="F").reshape(len(delta), -1)),
    ("grad_W", "M1", lambda delta, a_prev: np.multiply(delta, a_prev)),
    ("grad_W", "M2", lambda delta, a_prev: np.dot(delta.ravel(), a_prev.ravel())),
    ("grad_W", "M3", lambda delta, a_prev: np.tile(a_prev.T, (len(delta), 1))),
    ("grad_W", "P12", lambda delta, a_prev: delta @ a_prev.T / a_prev.shape[0]),
    ("grad_W", "P17", into_a_buffer_like_a),
    ("grad_b", "P6", lambda delta: np.sum(delta, axis=0)),
    ("grad_b", "P7", lambda delta: np.full(delta.shape, delta.sum())),
    ("grad_b", "P8", np.zeros_like),
    ("grad_b", "P18", lambda delta: np.sum(delta, axis=1)),
    ("grad_b", "M2", lambda delta: np.sum(delta)),
    ("grad_b", "M3", np.ones_like),
    ("grad_b", "M4", lambda delta: delta.T),
    ("grad_a_prev", "H6", lambda W, delta: W @ delta),
    ("grad_a_prev", "H6", lambda W, delta: W @ delta if W.shape[1] == len(delta) else W.T @ delta),
    ("grad_a_prev", "H10", lambda W, delta: (W / np.abs(W).sum(axis=1, keepdims=True)).T @ delta),
    ("grad_a_prev", "H11", lambda W, delta: np.abs(W).T @ delta),
    ("grad_a_prev", "P18", lambda W, delta: (W * delta).sum(axis=0)),
    ("grad_a_prev", "M1", lambda W, delta: W.T * delta),
    ("grad_a_prev", "M4", lambda W, delta: delta.T @ W),
    ("grad_a_prev", "M5", lambda W, delta: W * delta),
    ("grad_a_prev", "M6", lambda W, delta: np.sum(W * delta, axis=1, keepdims=True)),
    ("grad_a_prev", "M7", lambda W, delta: delta),
]


@pytest.mark.parametrize(("function", "code", "wrong"), WRONG)
def test_what_a_student_writes_is_named_and_costs_its_own_points(function, code, wrong):
    for seed in range(2):
        found = results(seed, **{function: wrong})
        for result in found.values():
            if result.term.function == function:
                assert (result.codes, result.points) == ((code,), 0)
            else:
                assert (result.codes, result.points) == ((), result.term.points)


def test_a_row_of_the_untransposed_product_is_two_slips():
    """(W δ)ᵀ, as in code that was ported from rows: it raises but for square layers, and there it is a row."""
    found = results(grad_a_prev=lambda W, delta: delta.T @ W.T)["dL_da_prev"]
    assert set(found.codes) == {"H6", "M4"}


def test_square_and_other_layers_are_among_the_visible_ones():
    """A transpose shows as a shape on the one and as numbers on the other."""
    shapes = [f.inputs["W"].shape for f in E04.fixtures(np.random.default_rng(0), E04.visible)]
    assert {n == k for n, k in shapes} == {True, False}


def test_an_answer_that_is_the_argument_itself_is_right():
    """For one example ∂L/∂b is δ; nobody needs to copy it."""
    assert results(grad_b=lambda delta: delta)["dL_db"].outcome == "right"
