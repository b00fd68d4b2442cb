"""E12: a step and a run by hand, what is handed over, and wrong gradients that train."""

import re
from itertools import pairwise

import nbformat
import numpy as np
import pytest

from backprop_lab import network, training
from backprop_lab.checking.check import check
from backprop_lab.exercises import training_runs as runs
from backprop_lab.exercises import wrong_training as wrong
from backprop_lab.exercises.values import Values
from backprop_lab.optimisers import GradientDescent
from tests.exercises.answers_e12 import ALL, E12, FIXTURES, UPDATE_ON_THE_WAY, results, train
from tests.exercises.rewriting import rewritten
from tests.exercises.told import points
from tests.paths import SOLUTIONS

ONE_UNIT = {
    "W": {1: np.array([[2.0]])},
    "b": {1: np.array([[0.0]])},
    "activation": {1: "identity"},
    "loss": "squared_error",
}


def test_a_step_and_two_by_hand():
    # a = 2, L = ½·2² = 2, both gradients 2: W = 2 − ¼·2 = 1.5, b = −0.5. Then a = 1, L = ½, both 1: 1.25, −0.75.
    # Then a = ½ and L = ⅛.
    X, Y = np.array([[1.0]]), np.array([[0.0]])
    made = train(ONE_UNIT, X, Y, 2, 0.25, *E12.callbacks(None).values())
    assert made["loss"] == [2, 0.5, 0.125]
    assert (made["params"]["W"][1].item(), made["params"]["b"][1].item()) == (1.25, -0.75)
    u = Values(params=ONE_UNIT, X=X, Y=Y, lr=0.25, steps=2, grads={"dL_dW": {1: 2.0}, "dL_db": {1: 2.0}})
    u.step = E12.term("step").value(u)
    assert u.step == {"W": {1: 1.5}, "b": {1: -0.5}}
    one, two = E12.term("gradients").value(u)
    assert (one["W"][1].item(), two["W"][1].item(), two["b"][1].item()) == (1.5, 1.25, -0.75)
    u.first, u.second = one, two
    assert E12.term("history").value(u).tolist() == [2, 0.5, 0.125]


@pytest.mark.parametrize("seed", [0, 1])
def test_the_gradient_that_is_handed_over_is_that_of_the_loss(seed):
    for u in (fixture.values for fixture in FIXTURES[seed]):
        for letter in ("W", "b"):
            for l, array in u.params[letter].items():
                i = (array.shape[0] - 1, 0)
                at = []
                for h in (1e-5, -1e-5):
                    moved = array.copy()
                    moved[i] += h
                    at.append(runs.mean_loss({**u.params, letter: {**u.params[letter], l: moved}}, u.X, u.Y))
                assert u.grads[f"dL_d{letter}"][l][i] == pytest.approx((at[0] - at[1]) / 2e-5, abs=1e-8)


def test_points_are_as_planned_and_right_functions_earn_them():
    assert {t.name: t.points for t in E12.terms} == ALL == points(results())
    assert sum(t.points for t in E12.terms_of("sgd_step")) == 6


def test_fixtures_keep_their_promises():
    for seed, fixtures in FIXTURES.items():
        values = [fixture.values for fixture in fixtures]
        assert {u.X.shape[1] for u in values} == {1, 7, 11}
        assert {len(u.params["W"]) for u in values} == {2, 3, 4}
        assert len({u.steps for u in values}) >= 4
        assert len({u.lr for u in values}) == len(values)
        assert all(u.X.shape[1] not in (u.X.shape[0], u.Y.shape[0]) or u.X.shape[1] == 1 for u in values), seed
        assert values[-1].X.dtype.kind == "i"


def test_where_a_report_says_that_the_loss_still_falls_it_does():
    said = [mistake for mistake in wrong.GRADIENTS if wrong.STILL_FALLS in mistake.what]
    assert {mistake.code for mistake in said} == {"U1", "U3", "U4", "H12", "P8"}
    for fixtures in FIXTURES.values():
        for u in (fixture.values for fixture in fixtures):
            start = runs.mean_loss(u.params, u.X, u.Y)
            for formula in (f for mistake in said for f in mistake.formulas):
                assert runs.mean_loss({**u.params, **formula(u)[1]}, u.X, u.Y) < start


def test_functions_that_return_what_they_are_handed_or_nothing_earn_nothing():
    for step in (lambda params, grads, lr: params, lambda params, grads, lr: None):
        assert points(results(sgd_step=step))["step"] == points(results(sgd_step=step))["kept"] == 0
    told = results(train=lambda params, *others: {"loss": [0.0], "params": params})
    assert points(told) == ALL | {"gradients": 0, "history": 0, "again": 0}


def test_what_is_handed_over_says_what_it_cannot_take():
    handed = E12.callbacks(None)
    column, W = np.ones((3, 4)), np.ones((2, 3))
    for call in (
        lambda: handed["output_delta"](column, np.ones((3, 1)), "tanh"),
        lambda: handed["hidden_delta"](W.T, np.ones((2, 4)), column, "tanh"),
        lambda: handed["hidden_delta"](W, np.ones((2, 4)), np.ones((2, 4)), "tanh"),
        lambda: handed["grad_W"](column, np.ones((2, 3))),
        lambda: handed["grad_b"](np.ones(3)),
    ):
        with pytest.raises(ValueError, match="has shape"):
            call()
    assert handed["hidden_delta"](W, np.ones((2, 4)), column, "identity").tolist() == [[2.0] * 4] * 3


def test_the_curve_in_the_notebook_is_that_of_the_library_and_updated_weights_fall_beside_it():
    master = nbformat.read(SOLUTIONS / E12.notebook, as_version=4)
    cell = next(c.source for c in master.cells if c.id == "curve")
    text = cell[cell.index("slope =") : cell.index("yours =")]
    made = {"np": np}
    exec(text, made)
    start = made["start"]
    params = network.init((2, 3, 1), ("tanh", "sigmoid"), "squared_error", seed=0)
    for l in (1, 2):
        params.W[l][...], params.b[l][...] = start["W"][l], start["b"][l]
    _, history = training.train(params, made["X"], made["Y"], optimiser=GradientDescent(4.0), epochs=60)
    assert history.epoch_loss[::5].round(4).tolist() == made["right"]
    arguments = (start, made["X"], made["Y"], 60, 4.0, *made["layer_functions"])
    np.testing.assert_allclose(train(*arguments)["loss"], history.epoch_loss, rtol=1e-12)
    updated = rewritten(train, *UPDATE_ON_THE_WAY)(*arguments)["loss"][::5]
    apart = np.abs(np.array(updated) - made["right"])
    assert 1e-3 < apart.max() < 1e-2, "in the third decimal, says the text"
    assert all(one < other for one, other in zip(updated[2:], made["right"][2:], strict=True)), "a little faster"
    assert all(later < before for before, later in pairwise(updated))


def test_what_a_student_reads_of_a_wrong_gradient_that_trains():
    told = str(check("e12", "train", namespace={"train": rewritten(train, *UPDATE_ON_THE_WAY)}))
    words = re.sub(r"\s+", " ", told)
    assert "The loss still falls, and yet these are not the gradients of the loss." in words
    assert "chapter 11" in words
