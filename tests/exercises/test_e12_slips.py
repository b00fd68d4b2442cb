"""E12: slips in the step and in the loop are named, and cost their own points."""

import pytest

from tests.exercises.answers_e12 import ALL, UPDATE_ON_THE_WAY, results, sgd_step, train, with_step
from tests.exercises.rewriting import rewritten
from tests.exercises.told import points

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
