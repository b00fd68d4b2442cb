"""E7: backward through L layers, worked by hand, and what students write in its place."""

import numpy as np
import pytest

from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered
from tests.exercises.rewriting import rewritten
from tests.exercises.test_e06 import NET, slope
from tests.exercises.told import points

E07 = load("e07")
ALL = {"z": 2, "a": 2, "delta": 6, "dL_dW": 5, "dL_db": 3, "order": 2}


def activate(name, z):
    table = {"sigmoid": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "softplus": np.log1p(np.exp(z))}
    return table.get(name, np.maximum(z, 0) if name == "relu" else z.copy())


def forward(params, x):
    z, a = {}, {0: x}
    for l in params["W"]:
        z[l] = params["W"][l] @ a[l - 1] + params["b"][l]
        a[l] = activate(params["activation"][l], z[l])
    return {"z": z, "a": a}


def backward(params, cache, dL_da):
    W, z, a, names = params["W"], cache["z"], cache["a"], params["activation"]
    L = len(W)
    delta = {L: dL_da * slope(names[L], z[L])}
    for l in range(L - 1, 0, -1):
        delta[l] = W[l + 1].T @ delta[l + 1] * slope(names[l], z[l])
    dW, db = {}, {}
    for l in range(L, 0, -1):
        dW[l] = delta[l] @ a[l - 1].T
        db[l] = delta[l].copy()
    return {"delta": delta, "dL_dW": dW, "dL_db": db}


def results(seed=0, **wrong):
    fixtures = E07.fixtures(np.random.default_rng(seed))
    return {r.term.name: r for r in answered(E07, {"forward": forward, "backward": backward, **wrong}, fixtures)}


def test_each_term_is_what_is_worked_out_by_hand():
    terms = E07.right_terms(NET | {"x": NET["cache"]["a"][0], "dL_da": np.array([[0.5]])})
    for l in (1, 2, 3):
        np.testing.assert_array_equal(terms["z"][l], NET["cache"]["z"][l])
        np.testing.assert_array_equal(terms["a"][l], NET["cache"]["a"][l])
    # δ = 0.5, (0.5, 0), 1 as in E6; ∂L/∂W3 = 0.5·(2, 0), ∂L/∂W2 = (0.5, 0)ᵀ·1, ∂L/∂W1 = 1·2
    by_hand = {"delta": [[[1]], [[0.5], [0]], [[0.5]]], "dL_dW": [[[2]], [[0.5], [0]], [[1, 0]]]}
    by_hand["dL_db"] = by_hand["delta"]
    for name, layers in by_hand.items():
        for l, value in enumerate(layers, 1):
            np.testing.assert_array_equal(terms[name][l], value)


def test_points_are_as_planned_and_right_functions_earn_them():
    assert {t.name: t.points for t in E07.terms} == ALL == points(results())


def test_networks_have_one_to_four_layers_with_mixed_activations():
    fixtures = {f.variation: f.values for f in E07.fixtures(np.random.default_rng(0))}
    assert {len(u.params["W"]) for u in fixtures.values()} == {1, 2, 3, 4}
    mixed = [set(u.params["activation"].values()) for u in fixtures.values()]
    assert all(names != {"relu"} for names in mixed)
    assert set.union(*mixed) == {"identity", "sigmoid", "tanh", "softplus", "relu"}


WEIGHTS_IN = ("W[l + 1].T @", "W[l].T @")
WRONG = [
    # W[l] for W[l + 1] raises everywhere but on square layers: the gradients are judged on those.
    ("delta", "H7", [WEIGHTS_IN]),
    ("delta", "H6", [("W[l + 1].T @", "W[l + 1] @")]),
    ("delta", "H8", [("slope(names[l], z[l])", "slope(names[l + 1], z[l + 1])")]),
    ("delta", "H8", [("slope(names[l], z[l])", "slope(names[l], z[l + 1])")]),
    ("delta", "H1", [(" * slope(names[l], z[l])", "")]),
    ("delta", "H11", [("W[l + 1].T @", "abs(W[l + 1]).T @")]),
    ("delta", "O1", [("dL_da * slope(names[L], z[L])", "dL_da.copy()")]),
    ("delta", "O7", [("dL_da * slope", "-dL_da * slope")]),
    ("dL_dW", "P1", [("delta[l] @ a[l - 1].T", "a[l - 1] @ delta[l].T")]),
    ("dL_dW", "P2", [("a[l - 1].T", "a[l].T")]),
    ("dL_dW", "P3", [("a[l - 1].T", "(z[l - 1] if l > 1 else a[0]).T")]),
    ("dL_dW", "P16", [('"dL_dW": dW', '"dL_dW": {L + 1 - l: g for l, g in dW.items()}')]),
    ("dL_dW", "M1", [("delta[l] @ a[l - 1].T", "delta[l] * a[l - 1]")]),
    ("dL_dW", "T1", [('"dL_dW": dW', '"dL_dW": {l: g for l, g in dW.items() if l < L}')]),
    ("dL_db", "P8", [("delta[l].copy()", "np.zeros_like(delta[l])")]),
    ("dL_db", "P7", [("delta[l].copy()", "np.full(delta[l].shape, delta[l].sum())")]),
    ("dL_db", "P18", [("delta[l].copy()", "delta[l].sum(axis=1)")]),
    ("dL_db", "P16", [('"dL_db": db', '"dL_db": {L + 1 - l: g for l, g in db.items()}')]),
]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("term", "code", "changes"), WRONG)
def test_a_slip_in_backward_is_named_and_costs_its_own_term(term, code, changes, seed):
    told = results(seed, backward=rewritten(backward, *changes))
    assert code in told[term].codes
    assert points(told) == ALL | {term: 0}
    assert not any(r.codes for name, r in told.items() if name != term)


def test_a_list_that_grows_backwards_puts_all_three_tables_upside_down():
    turned = "{name: {L + 1 - l: v for l, v in t.items()} for name, t in "
    told = results(
        backward=rewritten(backward, ('return {"delta"', f'return {turned}{{"delta"'), ("db}", "db}.items()}"))
    )
    assert points(told) == ALL | {"delta": 0, "dL_dW": 0, "dL_db": 0}
    assert (told["delta"].codes, told["dL_dW"].codes) == (("P16",), ("P16",))
    assert told["dL_db"].taken_over


def test_a_walk_back_that_stops_before_layer_1_is_named_where_it_stops():
    told = results(
        backward=rewritten(backward, ("range(L - 1, 0, -1)", "range(L - 1, 1, -1)"), ("range(L, 0, -1)", "delta"))
    )
    assert told["delta"].codes == ("H12",)
    assert told["dL_dW"].taken_over
    assert told["dL_db"].taken_over
    told = results(backward=rewritten(backward, ("range(L, 0, -1)", "range(L, 1, -1)")))
    assert points(told) == ALL | {"dL_dW": 0, "dL_db": 0}
    assert (told["dL_dW"].codes, told["dL_db"].codes) == (("H12",), ("H12",))


@pytest.mark.parametrize(
    ("term", "code", "changes"),
    [
        ("z", "F1", [(' + params["b"][l]', "")]),
        ("z", "F7", [("@ a[l - 1]", "@ x if params['W'][l].shape[1] == len(x) else params['W'][l] @ a[l - 1]")]),
        ("a", "F8", [('params["activation"][l]', 'params["activation"][1]')]),
        ("a", "F9", [('params["activation"][l]', '"sigmoid"')]),
    ],
)
def test_a_slip_in_forward_costs_nothing_of_backward(term, code, changes):
    told = results(forward=rewritten(forward, *changes))
    assert points(told) == ALL | {term: 0}
    assert code in told[term].codes or code == "F7"


def test_a_cache_in_a_global_costs_the_points_for_depending_on_arguments_alone():
    shelf = {}
    told = results(
        forward=rewritten(forward, ("return {", "shelf.update({"), ('"a": a}', '"a": a}); return dict(shelf)'), shelf=shelf),
        backward=rewritten(backward, ("    W, z,", "    cache = shelf; W, z,"), shelf=shelf),
    )  # fmt: skip
    assert points(told) == ALL | {"order": 0}
    assert told["order"].codes == ("U4",)


def test_a_cache_that_is_kept_from_the_first_call_is_named_although_the_function_raises():
    kept = ("    W, z,", "    cache = shelf.setdefault('cache', cache); W, z,")
    told = results(backward=rewritten(backward, kept, shelf={}))
    assert told["order"].codes == ("U4",)
    assert "the cache of another call" in told["order"].diagnoses[0].mistakes[0].what
    assert points(told) == {"z": 2, "a": 2, "delta": 0, "dL_dW": 0, "dL_db": 0, "order": 0}


def test_gradients_that_pile_up_cost_the_same_two_points():
    piled = [
        ("dW, db = {}, {}", "dW, db = {}, {}; total = shelf.setdefault(tuple(w.shape for w in W.values()), {})"),
        ("dW[l] = delta[l] @ a[l - 1].T", "dW[l] = total[l] = total.get(l, 0) + delta[l] @ a[l - 1].T"),
    ]
    told = results(backward=rewritten(backward, *piled, shelf={}))
    assert told["order"].codes == ("U3",)
    assert told["order"].points == 0


def test_an_argument_that_is_written_into_costs_the_same_two_points_although_a_read_only_one_refuses():
    in_place = ("delta = {L: dL_da * slope(names[L], z[L])}", "dL_da *= slope(names[L], z[L]); delta = {L: dL_da}")
    told = results(backward=rewritten(backward, in_place))
    assert points(told) == ALL | {"order": 0}
    assert told["order"].codes == ("U5",)
    assert told["delta"].left_out == 1
