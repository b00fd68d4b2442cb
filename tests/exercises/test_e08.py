"""E8: batches, worked by hand; right functions wherever they put the 1/m; and what one batch cannot tell."""

import numpy as np
import pytest

from backprop_lab.exercises import batches, networks
from backprop_lab.exercises.placement import start
from backprop_lab.exercises.values import Values
from tests.exercises.answers_e08 import ALL, E08, END, START, at_the_end, at_the_start, calling, results
from tests.exercises.rewriting import rewritten
from tests.exercises.told import named, points

# One layer, 2 inputs, 1 output, 2 examples: Z = A = (2·1 − 3 + ½, 2·2 + ½) and A − Y = (−1, 2).
NET = {
    "params": {
        "W": {1: np.array([[2.0, -1.0]])}, "b": {1: np.array([[0.5]])}, "activation": {1: "identity"},
        "loss": "squared_error",
    },
    "cache": {"z": {1: np.array([[-0.5, 4.5]])}, "a": {0: np.array([[1.0, 2.0], [3.0, 0.0]]), 1: np.array([[-0.5, 4.5]])}},
    "Y": np.array([[0.5, 2.5]]),
    "A": np.array([[-0.5, 4.5]]),
}  # fmt: skip


def test_each_term_is_what_is_worked_out_by_hand():
    terms = E08.right_terms(NET)
    assert terms["L"] == (0.5 * 1 + 0.5 * 4) / 2
    np.testing.assert_array_equal(terms["dL_dA"], [[-0.5, 1]])
    np.testing.assert_array_equal(terms["delta"][1], [[-0.5, 1]])
    # −½·1 + 1·2 and −½·3 + 1·0; −½ + 1.
    np.testing.assert_array_equal(terms["dL_dW"][1], [[1.5, -1.5]])
    np.testing.assert_array_equal(terms["dL_db"][1], [[0.5]])


@pytest.mark.parametrize("seed", [0, 1, 2])
@pytest.mark.parametrize("backward", [at_the_start, at_the_end, calling])
def test_right_functions_earn_all_points_wherever_they_put_the_1_over_m(backward, seed):
    told = results(seed, batch_backward=backward)
    assert {t.name: t.points for t in E08.terms} == ALL == points(told)
    assert not named(told)


def test_the_other_placement_is_noted_and_costs_nothing():
    noted = {way: results(batch_backward=way)["delta"].note for way in (at_the_start, at_the_end, calling)}
    assert "the other placement" in noted[at_the_end]
    assert noted[at_the_start] == noted[calling] == ""


def test_the_gradients_are_the_mean_of_those_of_the_examples():
    for fixture in E08.fixtures(np.random.default_rng(3)):
        u, m = fixture.values, fixture.values.Y.shape[1]
        for l in u.params["W"]:
            alone = []
            for k in range(m):
                cache = {t: {j: a[:, [k]] for j, a in table.items()} for t, table in u.cache.items()}
                delta = networks.deltas(u.params, cache, networks.first_factor(u.params, cache, u.Y[:, [k]]))
                alone.append(delta[l] @ cache["a"][l - 1].T)
                np.testing.assert_allclose(m * u.delta[l][:, [k]], delta[l], rtol=1e-12)
            np.testing.assert_allclose(u.dL_dW[l], sum(alone) / m, atol=1e-12 * np.abs(u.dL_dW[l]).max())


def test_batches_and_sizes_are_as_promised():
    fixtures = {f.variation: f.values for f in E08.fixtures(np.random.default_rng(0))}
    shapes = {name: (*(len(a) for a in u.cache["a"].values()), u.Y.shape[1]) for name, u in fixtures.items()}
    assert {shape[-1] for shape in shapes.values()} == {1, 7, 11}
    assert any(shape[0] == shape[-1] for shape in shapes.values())
    assert any(shape[-2] == 1 for shape in shapes.values())
    assert {len(u.params["W"]) for u in fixtures.values()} == {1, 2, 3, 4}
    assert all(set(u.params["activation"].values()) != {"relu"} for u in fixtures.values())
    # The first one keeps everything apart: different primes, of which none divides another.
    assert len(set(shapes["prime sizes"])) == len(shapes["prime sizes"])
    assert {shapes[name][-1] for name in E08.visible} == {1, 7, 11}


def test_a_batch_is_drawn_of_fair_examples():
    for seed in range(20):
        rng = np.random.default_rng(seed)
        params, X, Y = batches.draw(rng, (3, 5, 2), 7, ("relu", "sigmoid"), "binary_cross_entropy")
        cache = networks.forward(params, X)
        assert X.shape == (3, 7)
        assert Y.shape == cache["a"][2].shape == (2, 7)
        assert np.abs(cache["z"][1]).min() >= networks.KINK
        assert ((cache["a"][2] > 0.1) & (cache["a"][2] < 0.9)).all()
        dW, _ = batches.gradients(params, X, Y)
        moved = {**params, "W": {**params["W"], 1: params["W"][1] + 1e-6 * dW[1]}}
        risen = batches.loss_of(moved, X, Y) - batches.loss_of(params, X, Y)
        assert risen == pytest.approx(1e-6 * (dW[1] ** 2).sum(), rel=1e-3)


def fixture(variation):
    return E08.fixtures(np.random.default_rng(0), (variation,))[0].values


def alike(term, code, u):
    """Which forms of a mistake give the right numbers on a fixture?"""
    term = E08.term(term)
    mistake = next(m for m in term.mistakes if m.code == code)
    same = []
    for formula in mistake.formulas:
        value = term.value(u, [(mistake.part, formula)])
        truth = getattr(u, term.name)
        pairs = [(value[l], truth[l]) for l in truth] if isinstance(truth, dict) else [(value, truth)]
        same.append(all(np.shape(v) == np.shape(t) and np.allclose(v, t, rtol=1e-9) for v, t in pairs))
    return same


def test_what_cannot_be_told_from_one_fixture():
    one, single, inputs, layer = map(fixture, ("one example", "one output", "as many examples as inputs", "one layer"))
    for code in ("P9", "P10", "P11"):
        assert all(alike("dL_dW", code, one)), code
        assert all(alike("dL_db", code, one)), code
    for code in ("P5", "P14", "V1"):
        assert all(alike("dL_db", code, one)), code
    assert all(alike("dL_dW", "V2", one))
    assert all(alike("dL_dW", "P13", single))
    assert all(alike("dL_dA", "P13", single))
    assert alike("dL_dW", "P12", inputs)[0]
    assert all(alike("dL_dW", "P11", layer))
    assert all(alike("delta", "P11", layer))
    # With m examples, n_L outputs and n_0 inputs that are different primes, every one of them shows.
    u = fixture("prime sizes")
    for term in E08.terms:
        for mistake in term.mistakes:
            if mistake.code in ("P5", "P9", "P10", "P11", "P12", "P13", "P14", "V1", "V2", "V3"):
                assert not any(alike(term.name, mistake.code, u)), (term.name, mistake.code)


def test_the_placement_is_told_by_the_output_alone():
    u = fixture("prime sizes")
    m, top = u.Y.shape[1], u.delta[3]
    for slip in (1, -1, top, 1 / m, 2, 0.5):
        made = {**u.delta, 3: slip * top} if np.shape(slip) == () else u.delta
        assert start(u, made) == 1
    for slip in (1, -1, 2, 0.5):
        assert start(u, {**u.delta, 3: m * slip * top}) == 1 / m
    assert start(Values(**NET), {1: np.array([[-1.0, 2.0]])}) == 0.5


def test_zeros_and_nothing_earn_nothing():
    zeros = rewritten(
        START, ("return {", "return {n: {l: 0 * v for l, v in t.items()} for n, t in {"), ("db}", "db}.items()}")
    )
    assert points(results(batch_backward=zeros)) == ALL | {"delta": 0, "dL_dW": 0, "dL_db": 0}
    told = results(batch_backward=rewritten(START, ("return {", "return None; {")))
    assert points(told) == ALL | {"delta": 0, "dL_dW": 0, "dL_db": 0}
    assert "is a return missing?" in told["dL_dW"].detail


def test_a_table_of_delta_that_is_not_there_costs_its_own_points_alone():
    told = results(batch_backward=rewritten(END, ('"delta": delta, ', "")))
    assert points(told) == ALL | {"delta": 0}
    told = results(batch_backward=rewritten(END, ('"delta": delta, ', '"delta": None, ')))
    assert points(told) == ALL | {"delta": 0}


def test_delta_with_the_1_over_m_in_one_layer_only_is_not_right():
    told = results(batch_backward=rewritten(END, ('"delta": delta', '"delta": {**delta, 1: delta[1] / m}')))
    assert points(told)["delta"] == 0
    assert (points(told)["L"], points(told)["dL_dW"], points(told)["dL_db"]) == (2, 5, 5)
