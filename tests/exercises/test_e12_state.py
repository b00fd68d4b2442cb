"""E12: faults of state, found by kept objects and second calls."""

import copy

import numpy as np
import pytest

from tests.exercises.answers_e12 import ALL, results, sgd_step, train, with_step
from tests.exercises.rewriting import rewritten
from tests.exercises.told import points

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
