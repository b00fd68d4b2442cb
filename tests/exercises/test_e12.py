"""E12: a step and a run by hand, state faults by kept objects and second calls, and wrong gradients that train."""

import copy
import re
from itertools import pairwise

import nbformat
import numpy as np
import pytest

from backprop_lab import network, training
from backprop_lab.checking.check import check
from backprop_lab.exercises import load
from backprop_lab.exercises import training_runs as runs
from backprop_lab.exercises import wrong_training as wrong
from backprop_lab.exercises.values import Values
from backprop_lab.grading.calibrate import answered
from backprop_lab.optimisers import GradientDescent
from tests.exercises.rewriting import rewritten
from tests.paths import SOLUTIONS

E12 = load("e12")
ALL = {"step": 3, "kept": 3, "gradients": 4, "history": 2, "again": 2}
FIXTURES = {seed: E12.fixtures(np.random.default_rng(seed)) for seed in (0, 1)}
ONE_UNIT = {
    "W": {1: np.array([[2.0]])},
    "b": {1: np.array([[0.0]])},
    "activation": {1: "identity"},
    "loss": "squared_error",
}


def forward(params, X):
    bend = {"tanh": np.tanh, "sigmoid": lambda z: 1 / (1 + np.exp(-z)), "softplus": lambda z: np.log1p(np.exp(z))}
    z, a = {}, {0: X}
    for l in params["W"]:
        z[l] = params["W"][l] @ a[l - 1] + params["b"][l]
        a[l] = bend.get(params["activation"][l], np.copy)(z[l])
    return {"z": z, "a": a}


def loss(A, Y):
    return float(np.sum((A - Y) ** 2) / (2 * Y.shape[1]))


def sgd_step(params, grads, lr):
    W, b = {}, {}
    for l in params["W"]:
        W[l] = params["W"][l] - lr * grads["dL_dW"][l]
        b[l] = params["b"][l] - lr * grads["dL_db"][l]
    return {**params, "W": W, "b": b}


def train(params, X, Y, steps, lr, output_delta, hidden_delta, grad_W, grad_b):
    losses, L, m = [], len(params["W"]), X.shape[1]
    for _ in range(steps):
        cache = forward(params, X)
        z, a, names = cache["z"], cache["a"], params["activation"]
        losses.append(loss(a[L], Y))
        delta = {L: output_delta((a[L] - Y) / m, z[L], names[L])}
        dW, db = {}, {}
        for l in range(L - 1, 0, -1):
            delta[l] = hidden_delta(params["W"][l + 1], delta[l + 1], z[l], names[l])
        for l in range(1, L + 1):
            dW[l] = grad_W(delta[l], a[l - 1])
            db[l] = grad_b(delta[l])
        params = sgd_step(params, {"dL_dW": dW, "dL_db": db}, lr)
    losses.append(loss(forward(params, X)["a"][L], Y))
    return {"loss": losses, "params": params}


@np.errstate(all="ignore")
def results(seed=0, **wrong):
    return {r.term.name: r for r in answered(E12, {"sgd_step": sgd_step, "train": train, **wrong}, FIXTURES[seed])}


def points(told):
    return {name: r.points for name, r in told.items()}


def with_step(step, *changes):
    """Both functions of a student whose train calls that step."""
    return {"sgd_step": step, "train": rewritten(train, *changes, sgd_step=step)}


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


UPDATE_ON_THE_WAY = [
    ("dW, db = {}, {}", "dW, db, W = {}, {}, dict(params['W'])"),
    (
        "            delta[l] = hidden",
        "            W[l + 1] = W[l + 1] - lr * grad_W(delta[l + 1], a[l])\n            delta[l] = hidden",
    ),
    ('hidden_delta(params["W"][l + 1]', "hidden_delta(W[l + 1]"),
]
WRONG_STEPS = [
    ("O7", [("W\"][l] - lr", "W\"][l] + lr"), ("b\"][l] - lr", "b\"][l] + lr")]),
    ("R1", [("b\"][l] - lr", "b\"][l] + lr")]),
    ("R2", [("lr * grads[\"dL_dW", "grads[\"dL_dW"), ("lr * grads[\"dL_db", "grads[\"dL_db")]),
    ("R3", [("lr * grads[\"dL_dW\"][l]", "grads[\"dL_dW\"][l] / lr"), ("lr * grads[\"dL_db\"][l]", "grads[\"dL_db\"][l] / lr")]),
    ("R4", [(" - lr * grads[\"dL_db\"][l]", ".copy()")]),
    ("R5", [(" - lr * grads[\"dL_dW\"][l]", ".copy()")]),
    ("R7", [("params[\"W\"][l] - lr", "-lr"), ("params[\"b\"][l] - lr", "-lr")]),
    ("H12", [("    W, b = {}, {}", "    W, b = {1: params['W'][1] * 1}, {1: params['b'][1] * 1}"), ("in params[\"W\"]", "in list(params['W'])[1:]")]),
]  # fmt: skip
WRONG_LOOPS = [
    ("gradients", "U1", UPDATE_ON_THE_WAY),
    ("gradients", "U3", [("losses, L, m =", "dW, db = {}, {}\n    losses, L, m ="), ("        dW, db = {}, {}\n", ""),
                         ("dW[l] = ", "dW[l] = dW.get(l, 0) + "), ("db[l] = ", "db[l] = db.get(l, 0) + ")]),
    ("gradients", "U4", [("    for _ in range(steps):\n        cache = forward(params, X)",
                          "    cache = forward(params, X)\n    for _ in range(steps):"),
                         ("losses.append(loss(a[L], Y))", 'losses.append(loss(forward(params, X)["a"][L], Y))')]),
    ("gradients", "O7", [("(a[L] - Y) / m", "(Y - a[L]) / m")]),
    ("gradients", "P9", [("(a[L] - Y) / m", "(a[L] - Y)")]),
    ("gradients", "O1", [("output_delta((a[L] - Y) / m, z[L], names[L])", "(a[L] - Y) / m")]),
    ("gradients", "H7", [('hidden_delta(params["W"][l + 1]', 'hidden_delta(params["W"][l]')]),
    ("gradients", "H8", [("delta[l + 1], z[l], names[l])", "delta[l + 1], z[l + 1], names[l])")]),
    ("gradients", "P2", [("grad_W(delta[l], a[l - 1])", "grad_W(delta[l], a[l])")]),
    ("gradients", "P3", [("grad_W(delta[l], a[l - 1])", "grad_W(delta[l], z[l - 1] if l > 1 else X)")]),
    ("gradients", "P16", [("{\"dL_dW\": dW, \"dL_db\": db}", "{n: dict(zip(t, reversed(t.values()))) for n, t in (('dL_dW', dW), ('dL_db', db))}")]),
    ("gradients", "P8", [("db[l] = grad_b(delta[l])", "db[l] = 0 * grad_b(delta[l])")]),
    ("gradients", "R8", [("range(steps)", "range(steps - 1)")]),
    ("gradients", "R9", [("range(steps)", "range(steps + 1)")]),
    ("gradients", "R10", [("losses, L, m =", "given, losses, L, m = params,"), ('"params": params}', '"params": given}')]),
    ("history", "R8", [('    losses.append(loss(forward(params, X)["a"][L], Y))\n', "")]),
    ("history", "R12", [('return {"loss": losses', 'return {"loss": losses[1:]')]),
    ("history", "R13", [('return {"loss": losses', 'return {"loss": losses[:1] * len(losses)')]),
    ("history", "P9", [('return {"loss": losses', 'return {"loss": [m * one for one in losses]')]),
    ("history", "O10", [('return {"loss": losses', 'return {"loss": [2 * one for one in losses]')]),
    ("history", "P13", [('return {"loss": losses', 'return {"loss": [one / len(Y) for one in losses]')]),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("code", "changes"), WRONG_STEPS)
def test_a_slip_in_the_step_is_named_and_costs_nothing_of_the_training_that_uses_it(code, changes, seed):
    told = results(seed, **with_step(rewritten(sgd_step, *changes)))
    assert told["step"].codes == (code,)
    assert points(told) == ALL | {"step": 0}
    assert not any(r.codes for name, r in told.items() if name != "step")


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("term", "code", "changes"), WRONG_LOOPS)
def test_a_slip_in_the_loop_is_named_and_costs_its_own_term(term, code, changes, seed):
    told = results(seed, train=rewritten(train, *changes))
    assert code in told[term].codes
    assert points(told) == ALL | {term: 0}


def test_a_step_that_nobody_knows_costs_its_own_points_and_those_that_need_it_to_be_told():
    told = results(**with_step(rewritten(sgd_step, ('lr * grads["dL_dW', 'lr**0.7 * grads["dL_dW'))))
    assert told["step"].codes == ()
    assert points(told) == ALL | {"step": 0, "kept": 0}
    assert told["gradients"].followed
    assert told["history"].followed


def test_two_slips_in_two_functions_are_both_named():
    climbs = rewritten(sgd_step, *WRONG_STEPS[0][1])
    on_the_way = [(a, b.replace("- lr *", "+ lr *")) for a, b in UPDATE_ON_THE_WAY]
    told = results(**with_step(climbs, *on_the_way))
    assert (told["step"].codes, told["gradients"].codes) == (("O7",), ("U1",))
    assert points(told) == ALL | {"step": 0, "gradients": 0}


IN_PLACE = [
    ("    W, b = {}, {}\n", ""),
    ('W[l] = params["W"][l] - lr', 'params["W"][l] -= lr'),
    ('b[l] = params["b"][l] - lr', 'params["b"][l] -= lr'),
    ('return {**params, "W": W, "b": b}', "return params"),
]
SHALLOW = [
    ("    W, b = {}, {}\n", "    new = params.copy()\n"),
    ("        W[l] =", '        new["W"][l] ='),
    ("        b[l] =", '        new["b"][l] ='),
    ('return {**params, "W": W, "b": b}', "return new"),
]


@pytest.mark.parametrize("changes", [IN_PLACE, SHALLOW], ids=["in place", "a copy of the outer dict"])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_step_that_writes_into_what_it_is_handed_costs_three_points_once(changes, seed):
    told = results(seed, **with_step(rewritten(sgd_step, *changes)))
    assert points(told) == ALL | {"kept": 0}
    assert told["kept"].codes == ("U5",)
    assert "changes params" in told["kept"].diagnoses[0].mistakes[0].what
    assert told["again"].followed


def test_a_training_that_writes_by_itself_loses_the_points_for_the_same_again():
    told = results(train=rewritten(train, sgd_step=rewritten(sgd_step, *IN_PLACE)))
    assert points(told) == ALL | {"again": 0}
    assert told["again"].codes == ("U5",)
    inside = [("losses, L, m =", "params = copy.deepcopy(params); losses, L, m =")]
    assert points(results(train=rewritten(train, *inside, copy=copy, sgd_step=rewritten(sgd_step, *IN_PLACE)))) == ALL


def test_arrays_that_are_handed_out_again_are_seen():
    told = results(sgd_step=rewritten(
        sgd_step, ("    W, b = {}, {}\n", "    W, b = shelf.setdefault(len(params['W']), ({}, {}))\n"), shelf={}
    ))  # fmt: skip
    assert points(told)["kept"] == 0
    assert told["kept"].codes == ("U2",)


def test_gradients_that_pile_up_from_call_to_call_are_seen():
    piled = (
        'lr * grads["dL_dW"][l]',
        'lr * total.setdefault((l, params["W"][l].shape), np.zeros(params["W"][l].shape))',
    )
    added = ("    W, b = {}, {}\n", "    W, b = {}, {}\n    for l in params['W']:\n        k = (l, params['W'][l].shape)\n"
             "        total[k] = total.get(k, 0) + grads['dL_dW'][l]\n")  # fmt: skip
    told = results(sgd_step=rewritten(sgd_step, piled, added, total={}))
    assert told["kept"].codes == ("U3",)
    assert points(told)["kept"] == 0


def test_noise_and_a_start_that_is_remembered_cost_the_points_for_the_same_again():
    rng = np.random.default_rng(0)
    told = results(train=rewritten(train, ("dW[l] = ", "dW[l] = (1 + 1e-9 * rng.normal()) * "), rng=rng))
    assert points(told) == ALL | {"again": 0}
    assert told["again"].codes == ("U7",)
    assert "The same arguments do not always give the same answer." in told["again"].diagnoses[0].mistakes[0].what
    goes_on = [
        (
            "losses, L, m =",
            "own = tuple(p.shape for p in params['W'].values())\n    params = last.get(own, params)\n    losses, L, m =",
        ),
        ("    return {", "    last[own] = params\n    return {"),
    ]
    told = results(train=rewritten(train, *goes_on, last={}))
    assert points(told)["again"] == 0


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
