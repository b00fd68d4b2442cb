"""E9: softmax and cross-entropy, worked by hand, and what students write in their place."""

import inspect

import numpy as np
import pytest

from backprop_lab.checking.say import report
from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered
from tests.exercises.rewriting import rewritten
from tests.exercises.told import points

E09 = load("e09")
ALL = {"A": 3, "J": 5, "L": 2, "dL_dA": 3, "delta": 5}


def softmax(Z):
    E = np.exp(Z - Z.max(axis=0, keepdims=True))
    return E / E.sum(axis=0, keepdims=True)


def softmax_jacobian(z):
    a = softmax(z)
    return np.diagflat(a) - a @ a.T


def ce(A, Y):
    return -np.sum(Y * np.log(np.where(Y > 0, A, 1))) / A.shape[1]


def ce_dA(A, Y):
    return -Y / np.where(Y > 0, A, 1) / A.shape[1]


def fused_delta(A, Y):
    return (A - Y) / A.shape[1]


RIGHT = {f.__name__: f for f in (softmax, softmax_jacobian, ce, ce_dA, fused_delta)}


@np.errstate(all="ignore")
def results(seed=0, **wrong):
    fixtures = E09.fixtures(np.random.default_rng(seed))
    return {r.term.name: r for r in answered(E09, RIGHT | wrong, fixtures)}


def fixtures(seed=0):
    return {f.variation: f.values for f in E09.fixtures(np.random.default_rng(seed))}


def test_each_term_is_what_is_worked_out_by_hand():
    Y = np.array([[0, 1], [0.2, 0], [0.8, 0]])
    Z = np.array([[0, 1000], [np.log(2), 1000], [np.log(5), -1000]])
    terms = E09.right_terms({"Z": Z, "Y": Y, "T": Y, "z": Z[:, :1]})
    # e^z = 1, 2, 5 with the sum 8
    np.testing.assert_allclose(terms["A"], [[0.125, 0.5], [0.25, 0.5], [0.625, 0]], rtol=1e-14)
    J = np.array([[7, -2, -5], [-2, 12, -10], [-5, -10, 15]]) / 64
    np.testing.assert_allclose(terms["J"], J, rtol=1e-13)
    assert terms["L"] == pytest.approx((0.2 * np.log(4) + 0.8 * np.log(1.6) + np.log(2)) / 2)
    np.testing.assert_allclose(terms["dL_dA"], [[0, -1], [-0.4, 0], [-0.64, 0]], rtol=1e-14)
    np.testing.assert_allclose(terms["delta"], [[0.0625, -0.25], [0.025, 0.25], [-0.0875, 0]], rtol=1e-13)


def test_points_are_as_planned_and_right_functions_earn_them():
    assert {t.name: t.points for t in E09.terms} == ALL == points(results())


def test_batches_have_two_to_seven_classes_and_targets_that_are_hard_and_soft():
    drawn = fixtures()
    assert {u.Z.shape[0] for u in drawn.values()} == {2, 3, 4, 5, 6, 7}
    assert {1, 7, 11} <= {u.Z.shape[1] for u in drawn.values()}
    hard = {name for name, u in drawn.items() if np.isin(u.Y, (0, 1)).all()}
    assert hard
    assert set(drawn) - hard
    for u in drawn.values():
        for targets in (u.Y, u.T):
            np.testing.assert_allclose(targets.sum(axis=0), 1)
            assert targets.min() >= 0
    # K and m are the same in one of them alone: a number read from the wrong axis, and a wrong shape, are seen.
    assert [name for name, u in drawn.items() if u.Z.shape[0] == u.Z.shape[1]] == ["as many classes as examples"]


@pytest.mark.parametrize("seed", range(4))
def test_no_right_answer_is_infinite_and_there_are_zeros_to_be_met(seed):
    drawn = fixtures(seed)
    for u in drawn.values():
        assert u.A[u.Y > 0].min() > 0.03
        for name in ALL:
            assert np.isfinite(getattr(u, name)).all()
    with_zeros = [u for u in drawn.values() if (u.A == 0).any()]
    assert len(with_zeros) == 2
    assert all(((u.A == 0) & (u.T > 0)).any() for u in with_zeros), "certain and wrong"
    assert max(u.Z.max() for u in drawn.values()) == pytest.approx(1000, abs=2)
    assert min(u.Z.min() for u in drawn.values()) == pytest.approx(-1000, abs=2)
    assert sum(not u.J.any() for u in drawn.values()) == 1
    apart = drawn["logits near 1000 and −1000"].Z
    assert apart.min(axis=0).max() > 900, "a column near 1000"
    assert apart.max(axis=0).min() < -900, "and one near −1000 beside it"


SHIFT, TOTAL = "Z - Z.max(axis=0, keepdims=True)", "E.sum(axis=0, keepdims=True)"
TABLE, LOSS, SLOPE = (
    "np.diagflat(a) - a @ a.T",
    "np.sum(Y * np.log(np.where(Y > 0, A, 1)))",
    "-Y / np.where(Y > 0, A, 1)",
)
HARD = "(np.arange(len(Y))[:, None] == Y.argmax(axis=0))"
BACK = "A * (U - (A * U).sum(axis=0))"
WRONG = [
    ("A", "softmax", "O14", [(SHIFT, "Z - Z.max(axis=1, keepdims=True)"), (TOTAL, "E.sum(axis=1, keepdims=True)")]),
    ("A", "softmax", "O14", [(SHIFT, "Z"), (TOTAL, "E.sum(axis=1, keepdims=True)")]),
    ("A", "softmax", "O15", [(SHIFT, "Z")]),
    ("A", "softmax", "O15", [(SHIFT, "Z - Z.mean(axis=0)")]),
    ("A", "softmax", "O16", [(SHIFT, "Z - np.max(Z)")]),
    ("A", "softmax", "R1", [(SHIFT, "Z - np.max(Z)"), (TOTAL, "E.sum()")]),
    ("A", "softmax", "R2", [(f"E / {TOTAL}", "E")]),
    ("A", "softmax", "R3", [(SHIFT, "Z - Z.max(axis=1, keepdims=True)")]),
    ("A", "softmax", "R4", [(f"np.exp({SHIFT})", "1.0 * Z")]),
    ("A", "softmax", "R6", [(f"E / {TOTAL}", f"np.log(E / {TOTAL})")]),
    ("A", "softmax", "R7", [(SHIFT, "Z.min(axis=0, keepdims=True) - Z")]),
    ("A", "softmax", "R8", [(SHIFT, "np.clip(Z, -500, 500)")]),
    ("A", "softmax", "P17", [(f"return E / {TOTAL}", f"A = np.zeros_like(Z)\n    A[...] = E / {TOTAL}\n    return A")]),
    ("J", "softmax_jacobian", "O11", [(TABLE, "np.diagflat(a * (1 - a))")]),
    ("J", "softmax_jacobian", "O11", [(TABLE, "a * (1 - a)")]),
    ("J", "softmax_jacobian", "O7", [(TABLE, "a @ a.T - np.diagflat(a)")]),
    ("J", "softmax_jacobian", "J1", [(TABLE, "-a @ a.T")]),
    ("J", "softmax_jacobian", "J2", [(TABLE, "np.diagflat(a) + a @ a.T")]),
    ("J", "softmax_jacobian", "J3", [(TABLE, "np.diagflat(a)")]),
    ("J", "softmax_jacobian", "J4", [(TABLE, "np.diagflat(a) - a.T @ a")]),
    ("J", "softmax_jacobian", "J5", [(TABLE, "np.diag(a) - a @ a.T")]),
    ("J", "softmax_jacobian", "J6", [(TABLE, "a * (np.eye(len(a)) - a)")]),
    ("J", "softmax_jacobian", "J7", [(TABLE, "np.eye(len(a)) - a.T")]),
    ("J", "softmax_jacobian", "O15", [("softmax(z)", "np.exp(z) / np.exp(z).sum()")]),
    ("L", "ce", "O17", [(LOSS, "np.sum(Y * np.log(A))")]),
    ("L", "ce", "O7", [(f"-{LOSS}", LOSS)]),
    ("L", "ce", "P9", [(" / A.shape[1]", "")]),
    ("L", "ce", "P12", [("A.shape[1]", "len(A)")]),
    ("L", "ce", "P13", [(LOSS, "np.sum(Y * np.log(np.where(Y > 0, A, 1))) / len(A)")]),
    ("L", "ce", "N1", [(LOSS, "np.nansum(Y * np.log(np.where(Y > 0, A, 1)) + (1 - Y) * np.log(np.where(Y < 1, 1 - A, 1)))")]),
    ("L", "ce", "N3", [("np.log(np.where(Y > 0, A, 1))", "np.log(A + 1e-5)")]),
    ("L", "ce", "N4", [(LOSS, f"np.log(A[{HARD}]).sum()")]),
    ("L", "ce", "N8", [("np.log(np.where(Y > 0, A, 1))", "np.log2(np.where(Y > 0, A, 1))")]),
    ("L", "ce", "N7", [("np.log(np.where(Y > 0, A, 1))", "A")]),
    ("L", "ce", "N11", [(LOSS, "(Y * np.log(np.where(Y > 0, A, 1))).sum(axis=0)"), (" / A.shape[1]", "")]),
    ("dL_dA", "ce_dA", "O17", [(SLOPE, "-Y / A")]),
    ("dL_dA", "ce_dA", "O7", [(SLOPE, SLOPE[1:])]),
    ("dL_dA", "ce_dA", "P9", [(" / A.shape[1]", "")]),
    ("dL_dA", "ce_dA", "P13", [("A.shape[1]", "A.size")]),
    ("dL_dA", "ce_dA", "N2", [(SLOPE, "-1 / A")]),
    ("dL_dA", "ce_dA", "N5", [(SLOPE, "(A - Y)")]),
    ("dL_dA", "ce_dA", "N7", [(SLOPE, "-Y")]),
    ("delta", "fused_delta", "P9", [(" / A.shape[1]", "")]),
    ("delta", "fused_delta", "P12", [("A.shape[1]", "A.shape[0]")]),
    ("delta", "fused_delta", "O7", [("(A - Y)", "(Y - A)")]),
    ("delta", "fused_delta", "O5", [("(A - Y)", "(A - Y) * A * (1 - A)")]),
    ("delta", "fused_delta", "O11", [("(A - Y)", "Y * (A - 1)")]),
    ("delta", "fused_delta", "O12", [("return (A - Y)", f"U = A - Y\n    return {BACK}")]),
    ("delta", "fused_delta", "O13", [("(A - Y)", "-Y / A")]),
    ("delta", "fused_delta", "O17", [("return (A - Y)", f"U = -Y / A\n    return {BACK}")]),
    ("delta", "fused_delta", "O17", [("return (A - Y)", f"U = -Y / np.where(Y > 0, A, 1)\n    return {BACK}")]),
    ("delta", "fused_delta", "N3", [("return (A - Y)", f"U = -Y / (A + 1e-8)\n    return {BACK}")]),
    ("delta", "fused_delta", "N4", [("(A - Y)", f"(A - {HARD})")]),
    ("delta", "fused_delta", "N12", [("(A - Y)", "(A - Y) * (Y > 0)")]),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("term", "function", "code", "changes"), WRONG)
def test_a_slip_is_named_and_costs_its_own_term(term, function, code, changes, seed):
    told = results(seed, **{function: rewritten(RIGHT[function], *changes)})
    assert told[term].codes == (code,)
    assert points(told) == ALL | {term: 0}
    assert not any(r.codes for name, r in told.items() if name != term)


def test_everything_that_the_plan_lists_is_among_them():
    assert {"O11", "O12", "O13", "O14", "O15"} <= {code for _, _, code, _ in WRONG}


def test_overflow_underflow_and_a_silent_nan_are_three_things_in_three_words():
    said = {}
    for _, function, code, changes in WRONG:
        if code in ("O15", "O16", "O17"):
            told = results(**{function: rewritten(RIGHT[function], *changes)})
            said[code] = repr(report(E09, function, list(told.values()), [], hidden=True))
    assert "overflows to inf" in said["O15"]
    assert "every e^z is 0, and 0/0 is NaN" in " ".join(said["O16"].split())
    assert "0 · ∞ = NaN" in said["O17"]


def test_overflow_is_seen_on_large_logits_alone():
    naive = rewritten(RIGHT["softmax"], (SHIFT, "Z"))
    for variation, u in fixtures().items():
        with np.errstate(all="ignore"):
            seen = not np.isfinite(naive(u.Z)).all()
        assert seen == (np.abs(u.Z).max() > 900), variation


def test_one_maximum_for_the_batch_is_seen_where_columns_lie_far_apart():
    one = rewritten(RIGHT["softmax"], (SHIFT, "Z - np.max(Z)"))
    seen = set()
    for variation, u in fixtures().items():
        with np.errstate(all="ignore"):
            if not np.isfinite(one(u.Z)).all():
                seen.add(variation)
    assert seen == {"logits near 1000 and −1000", "sure of its classes"}


def test_a_jacobian_that_calls_an_overflowing_softmax_pays_nothing_for_it():
    module = {"np": np}
    exec(inspect.getsource(softmax).replace(SHIFT, "Z") + "\n" + inspect.getsource(softmax_jacobian), module)
    told = results(softmax=module["softmax"], softmax_jacobian=module["softmax_jacobian"])
    assert points(told) == ALL | {"A": 0}
    assert told["A"].codes == ("O15",)


def test_a_softmax_of_rows_is_charged_once_where_the_jacobian_calls_it():
    module = {"np": np}
    exec(inspect.getsource(softmax).replace("axis=0", "axis=1") + "\n" + inspect.getsource(softmax_jacobian), module)
    told = results(softmax=module["softmax"], softmax_jacobian=module["softmax_jacobian"])
    assert points(told) == ALL | {"A": 0}
    assert told["A"].codes == ("O14",)


def test_the_product_of_the_two_factors_is_no_way_round_the_fused_form():
    """Neither with a slope that is right nor with one that is NaN itself, which is charged apart."""
    composed = ("return (A - Y)", f"U = ce_dA(A, Y) * A.shape[1]\n    return {BACK}")
    told = results(fused_delta=rewritten(RIGHT["fused_delta"], composed))
    assert points(told) == ALL | {"delta": 0}
    assert told["delta"].codes == ("O17",)


@pytest.mark.parametrize("epsilon", [1e-8, 1e-10, 1e-12, 1e-15])
def test_a_small_number_in_the_logarithm_is_right_and_noted(epsilon):
    for seed in range(5):
        told = results(
            seed,
            ce=rewritten(RIGHT["ce"], ("np.log(np.where(Y > 0, A, 1))", f"np.log(A + {epsilon})")),
            ce_dA=rewritten(RIGHT["ce_dA"], (SLOPE, f"-Y / (A + {epsilon})")),
        )
        assert points(told) == ALL
        if epsilon == 1e-8:
            assert told["L"].approximate
            assert told["dL_dA"].approximate


def test_a_y_subtracted_in_place_is_told_as_what_it_does():
    told = results(fused_delta=rewritten(RIGHT["fused_delta"], ("return (A - Y)", "A -= Y\n    return A")))
    assert told["delta"].outcome == "raised", "a read-only array refuses"
    assert told["delta"].codes[0] in ("U2", "U5")
    assert points(told) == ALL | {"delta": 0}
