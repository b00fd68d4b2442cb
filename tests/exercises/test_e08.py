"""E8: batches, worked by hand, and what students write for the 1/m and the sums, wherever they put the 1/m."""

import numpy as np
import pytest

from backprop_lab.exercises import batches, load, networks
from backprop_lab.exercises.placement import start
from backprop_lab.exercises.values import Values
from backprop_lab.grading.calibrate import answered
from tests.exercises.rewriting import rewritten
from tests.exercises.test_e06 import slope

E08 = load("e08")
ALL = {"L": 2, "dL_dA": 3, "delta": 3, "dL_dW": 5, "dL_db": 5}


def loss(A, Y):
    m = Y.shape[1]
    return 0.5 * np.sum((A - Y) ** 2) / m


def dL_dA(A, Y):
    m = Y.shape[1]
    return (A - Y) / m


def at_the_start(params, cache, Y):
    W, z, a, names = params["W"], cache["z"], cache["a"], params["activation"]
    L, m = len(W), Y.shape[1]
    delta, dW, db = {L: (a[L] - Y) / m * slope(names[L], z[L])}, {}, {}
    for l in range(L - 1, 0, -1):
        delta[l] = W[l + 1].T @ delta[l + 1] * slope(names[l], z[l])
    for l in range(L, 0, -1):
        dW[l] = delta[l] @ a[l - 1].T
        db[l] = delta[l].sum(axis=1, keepdims=True)
    return {"delta": delta, "dL_dW": dW, "dL_db": db}


def at_the_end(params, cache, Y):
    W, z, a, names = params["W"], cache["z"], cache["a"], params["activation"]
    L, m = len(W), Y.shape[1]
    delta, dW, db = {L: (a[L] - Y) * slope(names[L], z[L])}, {}, {}
    for l in range(L - 1, 0, -1):
        delta[l] = W[l + 1].T @ delta[l + 1] * slope(names[l], z[l])
    for l in range(L, 0, -1):
        dW[l] = delta[l] @ a[l - 1].T / m
        db[l] = delta[l].sum(axis=1, keepdims=True) / m
    return {"delta": delta, "dL_dW": dW, "dL_db": db}


def calling(params, cache, Y):
    W, z, a, names = params["W"], cache["z"], cache["a"], params["activation"]
    L = len(W)
    delta, dW, db = {L: dL_dA(a[L], Y) * slope(names[L], z[L])}, {}, {}
    for l in range(L - 1, 0, -1):
        delta[l] = W[l + 1].T @ delta[l + 1] * slope(names[l], z[l])
    for l in range(L, 0, -1):
        dW[l] = delta[l] @ a[l - 1].T
        db[l] = delta[l].sum(axis=1, keepdims=True)
    return {"delta": delta, "dL_dW": dW, "dL_db": db}


def results(seed=0, **wrong):
    functions = {"loss": loss, "dL_dA": dL_dA, "batch_backward": at_the_start, **wrong}
    return {r.term.name: r for r in answered(E08, functions, E08.fixtures(np.random.default_rng(seed)))}


def points(told):
    return {name: r.points for name, r in told.items()}


def named(told):
    return {name: set(r.codes) for name, r in told.items() if r.codes}


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


START, END = at_the_start, at_the_end
LOSS = [
    ("P9", [(" / m", "")]),
    ("P10", [(" / m", " / m / m")]),
    ("P12", [("Y.shape[1]", "len(Y)")]),
    ("P13", [("0.5 * np.sum((A - Y) ** 2) / m", "np.mean(0.5 * (A - Y) ** 2)")]),
    ("P14", [("(A - Y)", "(A[:, -1] - Y[:, -1])"), (" / m", "")]),
    ("O10", [("0.5 * ", "")]),
    ("V4", [("np.sum((A - Y) ** 2) / m", "np.sum((A - Y) ** 2, axis=0)")]),
    ("U6", [("A - Y", "A - Y.T")]),
    ("U7", [("Y.shape[1]", "4")]),
]
FIRST = [
    ("P9", [(" / m", "")]),
    ("P10", [(" / m", " / m ** 2")]),
    ("P12", [("Y.shape[1]", "Y.shape[0]")]),
    ("P13", [("/ m", "/ A.size")]),
    ("O7", [("A - Y", "Y - A")]),
    ("O10", [("(A - Y)", "2 * (A - Y)")]),
    ("V3", [("(A - Y) / m", "np.mean(A - Y, axis=1, keepdims=True)")]),
    ("U6", [("A - Y", "A - Y.T")]),
    ("U7", [("Y.shape[1]", "5")]),
]


@pytest.mark.parametrize(("code", "changes"), LOSS)
def test_a_slip_in_the_loss_is_named_and_costs_its_two_points(code, changes):
    told = results(loss=rewritten(loss, *changes))
    assert code in told["L"].codes
    assert points(told) == ALL | {"L": 0}


@pytest.mark.parametrize(("code", "changes"), FIRST)
def test_a_slip_in_the_first_factor_costs_its_three_points_also_where_it_is_called(code, changes):
    wrong = rewritten(dL_dA, *changes)
    told = results(dL_dA=wrong)
    assert code in told["dL_dA"].codes
    assert points(told) == ALL | {"dL_dA": 0}
    told = results(dL_dA=wrong, batch_backward=rewritten(calling, dL_dA=wrong))
    assert code in told["dL_dA"].codes
    # Where A − Y has another shape, what is made from it cannot be judged.
    assert points(told) == ALL | {"dL_dA": 0} or code == "U6"


PRODUCT, SUM = "delta[l] @ a[l - 1].T", "delta[l].sum(axis=1, keepdims=True)"
DELTA = [
    ("P11", START, [("slope(names[l], z[l])", "slope(names[l], z[l]) / m")]),
    ("P11", END, [("slope(names[l], z[l])", "slope(names[l], z[l]) / m")]),
    ("P10", START, [("- Y) / m", "- Y) / m / m")]),
    ("P12", START, [("- Y) / m", "- Y) / len(a[0])")]),
    ("P12", START, [("- Y) / m", "- Y) / len(Y)")]),
    ("P13", START, [("- Y) / m", "- Y) / Y.size")]),
    ("P13", END, [("- Y)", "- Y) / len(Y)")]),
    ("U7", START, [("- Y) / m", "- Y) / 4")]),
    ("O7", START, [("(a[L] - Y)", "(Y - a[L])")]),
    ("O7", END, [("(a[L] - Y)", "(Y - a[L])")]),
    ("O10", END, [("(a[L] - Y)", "0.5 * (a[L] - Y)")]),
    ("O10", END, [("(a[L] - Y)", "2 * (a[L] - Y)")]),
    *((code, way, [(f" * slope(names[{l}], z[{l}])", put)]) for way in (START, END) for code, l, put in [
        ("O1", "L", ""), ("O5", "L", " * slope(names[L], z[L]) ** 2"), ("O2", "L", " * slope(names[L], a[L])"),
        ("H1", "l", ""), ("H5", "l", " * slope(names[l], z[l]) ** 2"),
    ]),
    ("H11", END, [("W[l + 1].T", "abs(W[l + 1]).T")]),
    ("H6", START, [("W[l + 1].T @", "W[l + 1] @")]),
    ("H6", END, [("W[l + 1].T @", "W[l + 1] @")]),
    ("H12", END, [("range(L - 1, 0, -1)", "range(L - 1, 1, -1)"), ("for l in range(L, 0, -1)", "delta[1] = delta.get(1, 0 * z[1])\n    for l in range(L, 0, -1)")]),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("code", "way", "changes"), DELTA)
def test_a_slip_in_delta_is_named_whichever_placement_it_is_made_in(code, way, changes, seed):
    told = results(seed, batch_backward=rewritten(way, *changes))
    assert code in told["delta"].codes
    assert points(told) == ALL | {"delta": 0} or code == "H12"  # of zeros nothing right can be made


GRADIENTS = [
    ("dL_dW", "P9", END, [(PRODUCT + " / m", PRODUCT)]),
    ("dL_db", "P9", END, [(SUM + " / m", SUM)]),
    ("dL_dW", "P10", START, [(PRODUCT, PRODUCT + " / m")]),
    ("dL_db", "P10", START, [(SUM, "delta[l].mean(axis=1, keepdims=True)")]),
    ("dL_dW", "P11", START, [(PRODUCT, PRODUCT + " / (m if l < L else 1)")]),
    ("dL_db", "P11", END, [(SUM, SUM + " / (m if l < L else 1)")]),
    ("dL_dW", "P12", END, [(PRODUCT + " / m", PRODUCT + " / a[0].shape[0]")]),
    ("dL_dW", "P12", END, [(PRODUCT + " / m", PRODUCT + " / a[l - 1].shape[0]")]),
    ("dL_db", "P12", END, [(SUM + " / m", SUM + " / len(delta[l])")]),
    ("dL_dW", "P13", END, [(PRODUCT + " / m", PRODUCT + " / Y.size")]),
    ("dL_db", "P13", END, [(SUM + " / m", SUM + " / Y.size")]),
    ("dL_dW", "U7", END, [(PRODUCT + " / m", PRODUCT + " / 8")]),
    ("dL_dW", "P1", START, [(PRODUCT, "a[l - 1] @ delta[l].T")]),
    ("dL_dW", "P2", START, [(PRODUCT, "delta[l] @ a[l].T")]),
    ("dL_dW", "P3", END, [("a[l - 1].T", "(z[l - 1] if l > 1 else a[0]).T")]),
    ("dL_dW", "P14", START, [(PRODUCT, "delta[l][:, -1:] @ a[l - 1][:, -1:].T")]),
    ("dL_dW", "P14", END, [(PRODUCT + " / m", "delta[l][:, -1:] @ a[l - 1][:, -1:].T")]),
    ("dL_dW", "V2", START, [(PRODUCT, SUM + " @ a[l - 1].mean(axis=1, keepdims=True).T")]),
    ("dL_dW", "P16", END, [('"dL_dW": dW', '"dL_dW": {L + 1 - l: g for l, g in dW.items()}')]),
    ("dL_db", "P5", START, [(SUM, "delta[l].copy()")]),
    ("dL_db", "P5", END, [(SUM, "delta[l]")]),
    ("dL_db", "P6", START, [(SUM, "delta[l].sum(axis=0, keepdims=True)")]),
    ("dL_db", "P6", END, [(SUM, "delta[l].sum(axis=0)")]),
    ("dL_db", "P7", START, [(SUM, "np.full((len(delta[l]), 1), delta[l].sum())")]),
    ("dL_db", "M2", END, [(SUM, "delta[l].sum()")]),
    ("dL_db", "P8", START, [(SUM, "np.zeros((len(delta[l]), 1))")]),
    ("dL_db", "P14", START, [(SUM, "delta[l][:, [-1]]")]),
    ("dL_db", "P18", START, [(SUM, "delta[l].sum(axis=1)")]),
    ("dL_db", "P18", END, [(SUM, "delta[l].sum(axis=1)")]),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("term", "code", "way", "changes"), GRADIENTS)
def test_a_slip_in_a_gradient_is_named_and_costs_its_own_term(term, code, way, changes, seed):
    told = results(seed, batch_backward=rewritten(way, *changes))
    assert code in told[term].codes
    assert points(told) == ALL | {term: 0}
    assert set(named(told)) == {term}


@pytest.mark.parametrize("code", ["P9", "P10", "P11", "P12", "U7"])
def test_one_slip_with_the_1_over_m_in_both_gradients_is_charged_once(code):
    changes = {
        "P9": ((PRODUCT + " / m", PRODUCT), (SUM + " / m", SUM)),
        "P10": ((PRODUCT + " / m", PRODUCT + " / m**2"), (SUM + " / m", SUM + " / m**2")),
        "P11": ((PRODUCT, PRODUCT + " / (m if l < L else 1)"), (SUM, SUM + " / (m if l < L else 1)")),
        "P12": (("Y.shape[1]", "a[0].shape[0]"),),
        "U7": (("Y.shape[1]", "6"),),
    }[code]
    told = results(batch_backward=rewritten(END, *changes))
    assert points(told) == ALL | {"dL_dW": 0}
    assert named(told) == {"dL_dW": {code}}


def test_the_1_over_m_forgotten_at_the_start_is_the_same():
    told = results(batch_backward=rewritten(START, ("- Y) / m", "- Y)")))
    assert points(told) == ALL | {"dL_dW": 0}
    assert named(told) == {"dL_dW": {"P9"}}


def test_dividing_delta_and_the_gradients_of_the_hidden_layers_is_named_in_delta():
    """1/m in dZ1 and in dW1, with a last layer that is right: what could not be found from wrong numbers of dW1."""
    told = results(batch_backward=rewritten(END, ("slope(names[l], z[l])", "slope(names[l], z[l]) / m")))
    assert named(told) == {"delta": {"P11"}}
    assert points(told) == ALL | {"delta": 0}


@pytest.mark.parametrize("way", [START, END])
def test_no_1_over_m_and_no_sum_in_the_bias_are_both_told(way):
    end = " / m" if way is END else ""
    changes = [(PRODUCT + end, PRODUCT), (SUM + end, "delta[l].copy()")]
    told = results(batch_backward=rewritten(way, *([("- Y) / m", "- Y)")] if way is START else []), *changes))
    assert named(told) == {"dL_dW": {"P9"}, "dL_db": {"P9", "P5"}}
    assert points(told) == ALL | {"dL_dW": 0, "dL_db": 0}


def test_integer_buffers_cut_the_gradient():
    filled = ("dW[l] = delta[l] @ a[l - 1].T", "dW[l] = np.zeros_like(W[l]); dW[l][...] = delta[l] @ a[l - 1].T")
    told = results(batch_backward=rewritten(START, filled))
    assert named(told) == {"dL_dW": {"P17"}}


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
