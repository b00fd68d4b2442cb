"""E10: the binary cross-entropy of logits and its slope, worked by hand, and what students write in their place."""

import numpy as np
import pytest

from backprop_lab.checking.say import report
from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered
from tests.exercises.rewriting import rewritten
from tests.exercises.told import points

E10 = load("e10")
ALL = {"loss": 4, "delta": 4}


def bce_with_logits(z, y):
    a = 1 / (1 + np.exp(-z))  # noqa: F841 - what the slips below begin with
    each = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))
    return np.sum(each)


def delta(z, y):
    a = 1 / (1 + np.exp(-z))
    return a - y


RIGHT = {"bce_with_logits": bce_with_logits, "delta": delta}


@np.errstate(all="ignore")
def results(seed=0, **wrong):
    fixtures = E10.fixtures(np.random.default_rng(seed))
    return {r.term.name: r for r in answered(E10, RIGHT | wrong, fixtures)}


def fixtures(seed=0):
    return {f.variation: f.values for f in E10.fixtures(np.random.default_rng(seed))}


def test_both_terms_are_what_is_worked_out_by_hand():
    z, y = np.array([[0], [np.log(3)], [800]]), np.array([[1], [0.5], [0.25]])
    terms = E10.right_terms({"z": z, "y": y})
    # σ = 0.5, 0.75, 1; the losses are ln 2, ln 4 − 0.5 ln 3 and 800 − 200
    assert terms["loss"] == pytest.approx(np.log(2) + np.log(4) - 0.5 * np.log(3) + 600, rel=1e-14)
    np.testing.assert_allclose(terms["delta"], [[-0.5], [0.25], [0.75]], rtol=1e-14)


def test_points_are_as_planned_and_right_functions_earn_them():
    assert {t.name: t.points for t in E10.terms} == ALL == points(results())


@pytest.mark.parametrize("seed", range(4))
def test_every_right_answer_is_finite_and_logits_reach_800_on_both_sides(seed):
    drawn = fixtures(seed)
    for u in drawn.values():
        assert u.z.shape == u.y.shape == u.delta.shape
        assert np.isfinite(u.loss)
        assert np.isfinite(u.delta).all()
        assert ((u.y >= 0) & (u.y <= 1)).all()
    assert max(u.z.max() for u in drawn.values()) == pytest.approx(800, abs=2)
    assert min(u.z.min() for u in drawn.values()) == pytest.approx(-800, abs=2)
    assert any((u.z > 700).all() for u in drawn.values()), "800 alone"
    assert any((u.z < -700).all() for u in drawn.values()), "−800 alone"
    assert {len(u.z) for u in drawn.values()} >= {1, 2, 3, 4, 5, 7}


def test_targets_of_ordinary_logits_are_0_and_1_in_one_example_and_between_in_another():
    drawn = fixtures()
    assert set(drawn["hard targets"].y.ravel()) == {0, 1}
    assert ((drawn["soft targets"].y > 0.05) & (drawn["soft targets"].y < 0.95)).all()


EACH = "np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))"
TWO_STEPS = "-y * np.log(a) - (1 - y) * np.log(1 - a)"
FACTORS = "(-y / a + (1 - y) / (1 - a)) * a * (1 - a)"
CLIPPED = "np.clip(1 / (1 + np.exp(-z)), 1e-7, 1 - 1e-7)"
SIGMOID = "1 / (1 + np.exp(-z))"
WRONG = [
    ("loss", "O16", [(EACH, TWO_STEPS)]),
    ("loss", "O16", [(EACH, "np.where(y > 0, -y * np.log(a), 0) + np.where(y < 1, -(1 - y) * np.log(1 - a), 0)")]),
    ("loss", "O15", [(EACH, "np.log(1 + np.exp(z)) - z * y")]),
    ("loss", "O15", [(EACH, "np.log1p(np.exp(z)) - z * y")]),
    ("loss", "O15", [(EACH, "np.log(1 + np.exp(-z)) + (1 - y) * z")]),
    ("loss", "O8", [(EACH, "y * np.logaddexp(0, -z) - (1 - y) * np.logaddexp(0, z)")]),
    ("loss", "O9", [(EACH, "y * np.logaddexp(0, -z)")]),
    ("loss", "O9", [(EACH, "-y * np.log(a)")]),
    ("loss", "O7", [("np.sum(each)", "-np.sum(each)")]),
    ("loss", "P13", [("np.sum(each)", "np.mean(each)")]),
    ("loss", "N11", [("np.sum(each)", "each")]),
    ("loss", "N11", [("np.sum(each)", "each.sum(axis=0)")]),
    ("loss", "B3", [(EACH, "np.logaddexp(0, z) + z * y")]),
    ("loss", "B4", [(EACH, "np.logaddexp(0, z) - z * (1 - y)")]),
    ("loss", "B5", [(EACH, "np.log1p(np.exp(-np.abs(z))) - z * y")]),
    ("loss", "B6", [("np.exp(-np.abs(z))", "np.exp(-z)")]),
    ("loss", "B7", [("np.maximum(z, 0)", "np.abs(z)")]),
    ("loss", "B8", [(EACH, TWO_STEPS.replace("(a)", "(z)").replace("- a)", "- z)"))]),
    ("loss", "B9", [(EACH, "-y * np.log(a + 1e-8) - (1 - y) * np.log(1 - a + 1e-8)")]),
    ("loss", "B9", [(SIGMOID, CLIPPED), (EACH, TWO_STEPS)]),
    ("loss", "B10", [(EACH, "np.logaddexp(0, np.clip(z, -500, 500)) - np.clip(z, -500, 500) * y")]),
    ("delta", "O17", [("a - y", FACTORS)]),
    ("delta", "O17", [("a - y", "(a - y) / (a * (1 - a)) * (a * (1 - a))")]),
    ("delta", "O15", [(SIGMOID, "np.exp(z) / (1 + np.exp(z))")]),
    ("delta", "O1", [("a - y", "-y / a + (1 - y) / (1 - a)")]),
    ("delta", "O5", [("a - y", "(a - y) * a * (1 - a)")]),
    ("delta", "O8", [("a - y", "-y * (1 - a) - (1 - y) * a")]),
    ("delta", "O9", [("a - y", "-y * (1 - a)")]),
    ("delta", "O7", [("a - y", "y - a")]),
    ("delta", "P13", [("a - y", "(a - y) / len(z)")]),
    ("delta", "P18", [("a - y", "(a - y)[:, 0]")]),
    ("delta", "P17", [("return a - y", "out = np.zeros_like(z)\n    out[...] = a - y\n    return out")]),
    ("delta", "B4", [("np.exp(-z)", "np.exp(z)")]),
    ("delta", "B8", [("a - y", "z - y")]),
    ("delta", "B9", [("a - y", "(-y / (a + 1e-8) + (1 - y) / (1 - a + 1e-8)) * a * (1 - a)")]),
]  # fmt: skip


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("term", "code", "changes"), WRONG)
def test_a_slip_is_named_and_costs_its_own_term(term, code, changes, seed):
    function = E10.term(term).function
    told = results(seed, **{function: rewritten(RIGHT[function], *changes)})
    assert told[term].codes == (code,)
    assert points(told) == ALL | {term: 0}


def test_everything_that_the_plan_lists_is_among_them():
    assert {"O5", "O8", "O9"} <= {code for _, code, _ in WRONG}


def test_overflow_underflow_and_a_silent_nan_are_three_things_in_three_words():
    said = {}
    for term, code, changes in WRONG:
        if code in ("O15", "O16", "O17"):
            function = E10.term(term).function
            told = results(**{function: rewritten(RIGHT[function], *changes)})
            said.setdefault(code, repr(report(E10, function, list(told.values()), [], hidden=True)))
    assert "rounded to 0 before its logarithm is taken" in said["O16"]
    assert "e^z overflows to inf" in said["O15"]
    assert "∞ · 0 = NaN" in said["O17"]


def test_what_numbers_cannot_tell_apart_is_named_together():
    """ln σ(−z) of a σ that is stable, and ln(1 + e^z): both are infinite from 745 and 710 on, and right below."""
    both = "y * np.log(1 + np.exp(-z)) + (1 - y) * np.log(1 + np.exp(z))"
    told = results(bce_with_logits=rewritten(RIGHT["bce_with_logits"], (EACH, both)))
    assert set(told["loss"].codes) == {"O15", "O16"}


def test_overflow_is_invisible_on_ordinary_logits_and_at_40():
    naive = rewritten(RIGHT["bce_with_logits"], (EACH, "np.log(1 + np.exp(z)) - z * y"))
    for variation, u in fixtures().items():
        with np.errstate(all="ignore"):
            assert np.isfinite(naive(u.z, u.y)) == (u.z.max() < 700), variation


def test_a_missing_second_term_is_invisible_where_every_answer_is_yes():
    z, yes = np.array([[0.5], [-1.0]]), np.ones((2, 1))
    one_sided = rewritten(RIGHT["bce_with_logits"], (EACH, "y * np.logaddexp(0, -z)"))
    assert one_sided(z, yes) == pytest.approx(bce_with_logits(z, yes))
    assert all((u.y < 1).any() for u in fixtures().values())


@pytest.mark.parametrize(
    "each", ["np.logaddexp(0, z) - z * y", "y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z)"]
)
def test_equal_ways_are_right_also_where_little_is_left_of_a_difference(each):
    for seed in range(3):
        assert points(results(seed, bce_with_logits=rewritten(RIGHT["bce_with_logits"], (EACH, each)))) == ALL


def test_a_sigmoid_as_a_tanh_is_right():
    told = results(delta=rewritten(RIGHT["delta"], (SIGMOID, "0.5 * (1 + np.tanh(z / 2))")))
    assert points(told) == ALL


def test_an_error_made_in_place_is_told_as_what_it_does():
    told = results(delta=rewritten(RIGHT["delta"], ("return a - y", "y -= a\n    return -y")))
    assert told["delta"].codes[0] in ("U2", "U5")
    assert points(told) == ALL | {"delta": 0}
