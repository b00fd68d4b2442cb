"""E6: the δ recursion, worked by hand, and what students write in its place."""

import numpy as np
import pytest

from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered

E06 = load("e06")


def slope(activation, z):
    a = 1 / (1 + np.exp(-z))
    table = {"sigmoid": a * (1 - a), "tanh": 1 - np.tanh(z) ** 2, "softplus": a, "relu": (z > 0) * 1.0}
    return table.get(activation, np.ones(z.shape))


def functions(slope=slope, **wrong):
    """Right functions, of which some are replaced; all three use one helper, and the last calls the others."""

    def output_delta(dL_da, zL, activation):
        return dL_da * slope(activation, zL)

    def hidden_delta(W_next, delta_next, z, activation):
        return (W_next.T @ delta_next) * slope(activation, z)

    def all_deltas(params, cache, dL_da):
        W, names, z = params["W"], params["activation"], cache["z"]
        L = len(W)
        delta = {L: own["output_delta"](dL_da, z[L], names[L])}
        for l in range(L - 1, 0, -1):
            delta[l] = own["hidden_delta"](W[l + 1], delta[l + 1], z[l], names[l])
        return delta

    own = {"output_delta": output_delta, "hidden_delta": hidden_delta, "all_deltas": all_deltas, **wrong}
    return own


def results(seed=0, **wrong):
    fixtures = E06.fixtures(np.random.default_rng(seed))
    return {r.term.name: r for r in answered(E06, functions(**wrong), fixtures)}


def column(*numbers):
    return np.array([numbers], dtype=float).T


# x = 2, W1 = (½), W2 = (2, −1)ᵀ, W3 = (1, 3), no biases: z1 = 1, z2 = (2, −1), z3 = 2; y = 1.5, so ∂L/∂a = 0.5.
NET = {
    "params": {
        "W": {1: column(0.5), 2: column(2, -1), 3: np.array([[1.0, 3.0]])},
        "b": {1: column(0), 2: column(0, 0), 3: column(0)},
        "activation": {1: "identity", 2: "relu", 3: "identity"},
        "loss": "squared_error",
    },
    "cache": {
        "z": {1: column(1), 2: column(2, -1), 3: column(2)},
        "a": {0: column(2), 1: column(1), 2: column(2, 0), 3: column(2)},
    },
    "y": column(1.5),
}


def test_each_term_is_what_is_worked_out_by_hand():
    terms = E06.right_terms(
        NET
        | {
            "dL_da": column(0.5), "zL": column(2), "activation_L": "identity",
            # 1·1 + 0·(−1) + 2·0.5 = 2 and −2·1 + 3·(−1) + 1·0.5 = −4.5; tanh has the slopes 1 and 1 − tanh²1
            "W_next": np.array([[1.0, -2.0], [0.0, 3.0], [2.0, 1.0]]), "delta_next": column(1, -1, 0.5),
            "z": column(0, 1), "activation": "tanh",
        }
    )  # fmt: skip
    np.testing.assert_allclose(terms["delta_L"], [[0.5]])
    np.testing.assert_allclose(terms["delta_l"], [[2], [-4.5 * 0.41997434161402614]], rtol=1e-14)
    # δ3 = 0.5; δ2 = (1·0.5, 3·0.5) ⊙ (1, 0) = (0.5, 0): the second ReLU is off; δ1 = 2·0.5 − 1·0 = 1
    np.testing.assert_array_equal(terms["deltas"][3], [[0.5]])
    np.testing.assert_array_equal(terms["deltas"][2], [[0.5], [0]])
    np.testing.assert_array_equal(terms["deltas"][1], [[1]])


def test_points_are_as_planned():
    assert [(t.function, t.points) for t in E06.terms] == [("output_delta", 5), ("hidden_delta", 6), ("all_deltas", 4)]


def test_networks_have_one_to_five_layers_and_every_fixture_has_a_hidden_one_for_its_step():
    fixtures = {f.variation: f.values for f in E06.fixtures(np.random.default_rng(0))}
    assert {len(u.params["W"]) for u in fixtures.values()} == {1, 2, 3, 4, 5}
    widths = [len(a) for a in fixtures["five layers, palindromic"].cache["a"].values()]
    assert widths == widths[::-1]
    for u in fixtures.values():
        assert u.W_next.shape == (len(u.delta_next), len(u.z))


def in_helper(name, wrong):
    """One helper for all layers, wrong for one activation."""
    return lambda activation, z: wrong(z) if activation == name else slope(activation, z)


HELPERS = [
    ("H3", in_helper("tanh", lambda z: 1 - np.tanh(z))),
    ("H4", in_helper("tanh", lambda z: slope("sigmoid", z))),
    ("O4", in_helper("sigmoid", lambda z: 1 / (1 + np.exp(-z)))),
    ("O3", lambda name, z: {"sigmoid": z * (1 - z), "tanh": 1 - z**2}.get(name, slope(name, z))),
    ("S2", lambda name, z: slope("sigmoid", z)),
]


@pytest.mark.parametrize(("code", "wrong"), HELPERS)
def test_a_slip_in_one_helper_is_named_in_both_steps_and_not_charged_a_third_time(code, wrong):
    told = results(slope=wrong)
    assert code in told["delta_L"].codes
    assert code in told["delta_l"].codes
    assert (told["deltas"].points, told["deltas"].codes) == (4, ())


def test_a_slip_in_relu_s_slope_shows_in_hidden_layers_alone():
    told = results(slope=in_helper("relu", lambda z: np.ones(z.shape)))
    assert {name: r.points for name, r in told.items()} == {"delta_L": 5, "delta_l": 0, "deltas": 4}
    assert told["delta_l"].codes == ("H13",)


WRONG = [
    ("output_delta", "O1", lambda dL_da, zL, activation: dL_da.copy()),
    ("output_delta", "O7", lambda dL_da, zL, activation: -dL_da * slope(activation, zL)),
    ("output_delta", "P18", lambda dL_da, zL, activation: (dL_da * slope(activation, zL)).ravel()),
    ("hidden_delta", "H1", lambda W, delta, z, activation: W.T @ delta),
    ("hidden_delta", "H5", lambda W, delta, z, activation: W.T @ delta * slope(activation, z) ** 2),
    ("hidden_delta", "H6", lambda W, delta, z, activation: W @ delta * slope(activation, z)),
    ("hidden_delta", "H10", lambda W, delta, z, name: (W / abs(W).sum(1)[:, None]).T @ delta * slope(name, z)),
    ("hidden_delta", "H11", lambda W, delta, z, activation: np.abs(W).T @ delta * slope(activation, z)),
    ("hidden_delta", "U6", lambda W, delta, z, activation: delta.T @ W * slope(activation, z)),
    ("hidden_delta", "P18", lambda W, delta, z, activation: (W.T @ delta * slope(activation, z)).ravel()),
]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("function", "code", "wrong"), WRONG)
def test_a_step_as_students_write_it_costs_its_own_points_also_where_all_deltas_calls_it(function, code, wrong, seed):
    told = results(seed, **{function: wrong})
    for r in told.values():
        assert r.points == (0 if r.term.function == function else r.term.points), (r.term.name, r.codes)
        assert r.codes == ((code,) if r.term.function == function else ())


def walk(params, cache, dL_da, lowest=1, weights=1, z_of=0, sends_delta=True, key=lambda l, L: l):
    """A loop of the student's own, with a slip in it."""
    W, names, z, L = params["W"], params["activation"], cache["z"], len(params["W"])
    error, delta = {L: dL_da}, {}
    delta[L] = dL_da * slope(names[L], z[L])
    for l in range(L - 1, lowest - 1, -1):
        error[l] = W[l + weights].T @ (delta if sends_delta else error)[l + 1]
        delta[l] = error[l] * slope(names[l + z_of], z[l + z_of])
    return {key(l, L): d for l, d in delta.items()}


LOOPS = [
    ("H7", {"weights": 0}), ("H8", {"z_of": 1}), ("H9", {"sends_delta": False}), ("H12", {"lowest": 2}),
    ("P16", {"key": lambda l, L: L + 1 - l}),
]  # fmt: skip


@pytest.mark.parametrize(("code", "slip"), LOOPS)
def test_a_slip_in_the_loop_is_named_and_costs_the_loop_alone(code, slip):
    told = results(all_deltas=lambda params, cache, dL_da: walk(params, cache, dL_da, **slip))
    assert {name: r.points for name, r in told.items()} == {"delta_L": 5, "delta_l": 6, "deltas": 0}
    assert told["deltas"].codes == (code,)


def test_a_function_that_writes_into_its_argument_is_charged_once_also_where_another_calls_it():
    def output_delta(dL_da, zL, activation):
        dL_da *= slope(activation, zL)
        return dL_da

    told = results(output_delta=output_delta)
    assert {name: r.points for name, r in told.items()} == {"delta_L": 0, "delta_l": 6, "deltas": 4}
    assert set(told["delta_L"].codes) <= {"U2", "U5"}
    assert told["delta_L"].codes
