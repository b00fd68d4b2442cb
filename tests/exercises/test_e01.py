"""What is special to E1: two branches, the kink, saturation, and an ε inside the cross-entropy."""

import numpy as np
import pytest

from backprop_lab.exercises import load
from backprop_lab.exercises.e01_one_neuron import slope, value
from backprop_lab.exercises.model import student
from backprop_lab.grading.calibrate import answered, fixtures_for

E01 = load("e01")


def results(functions, seed=0):
    return {r.term.name: r for r in answered(E01, functions, fixtures_for(E01, seed))}


def solution(**wrong):
    """Right functions, of which one term can be replaced: ``solution(dL_da=lambda u: …)``."""
    return student(E01, {name: [(None, formula)] for name, formula in wrong.items()})


def test_ten_mistakes_and_more_can_be_named():
    assert len({(term.name, mistake.code) for term in E01.terms for mistake in term.mistakes}) >= 10


def test_the_short_forms_that_students_write_are_right_to_the_last_digit():
    def short(u):
        with np.errstate(over="ignore"):
            a = 1 / (1 + np.exp(-u.z))
        forms = {"sigmoid": a * (1 - a), "tanh": 1 - np.tanh(u.z) ** 2, "softplus": a, "relu": u.z > 0, "identity": 1}
        return forms[u.activation]

    for seed in range(100):
        wrong = [r for r in results(solution(da_dz=short), seed).values() if r.outcome != "right" or r.approximate]
        assert not wrong, (seed, wrong)


def test_two_slips_in_two_branches_are_both_named():
    def slips(u):
        return {"tanh": 1 - value(u), "softplus": value(u)}.get(u.activation, slope(u))

    found = results(solution(da_dz=slips))["da_dz"]
    assert {("H3",), ("D2",)} == {d.codes for d in found.diagnoses}
    assert {d.branch for d in found.diagnoses} == {("tanh",), ("softplus",)}


def test_an_unknown_mistake_is_not_guessed_at():
    found = results(solution(da_dz=lambda u: slope(u) + 0.123))["da_dz"]
    assert found.outcome == "wrong"
    assert found.codes == ()


def test_a_constant_factor_is_told_as_a_ratio():
    found = results(solution(dL_dw=lambda u: 3 * u.dL_da * u.da_dz * u.dz_dw))["dL_dw"]
    assert [d.ratio for d in found.diagnoses] == ["3"]


def test_zeros_earn_no_products():
    """Whoever returns zeros has nothing to follow: 0 = 0 · 0 · 0 would otherwise be a right product."""
    zero = {name: (lambda u: 0.0) for name in ("dL_da", "da_dz", "dz_dw", "dL_dw", "dL_db", "dL_dx")}
    found = results(solution(**zero))
    assert sum(found[name].points for name in zero) == 0


def test_factors_too_small_to_multiply_are_not_followed():
    """1e-200 · 1e-200 is 0 in float64, and zeros must earn nothing."""
    tiny = {name: (lambda u: 1e-200) for name in ("dL_da", "da_dz")}
    zero = {name: (lambda u: 0.0) for name in ("dL_dw", "dL_db", "dL_dx")}
    found = results(solution(**tiny, **zero))
    assert sum(found[name].points for name in (*tiny, *zero)) == 0


@pytest.mark.parametrize("epsilon", [1e-12, 1e-8, 1e-7])
def test_an_epsilon_inside_the_cross_entropy_is_right_and_noted(epsilon):
    def careful(u):
        return u.a - u.y if u.loss == "squared_error" else -u.y / (u.a + epsilon) + (1 - u.y) / (1 - u.a + epsilon)

    for seed in range(200):
        found = results(solution(dL_da=careful), seed)["dL_da"]
        assert found.outcome == "right", seed
    assert found.approximate == (epsilon > 1e-10)


def test_the_other_convention_at_the_kink_is_named():
    found = results(solution(da_dz=lambda u: float(u.z >= 0) if u.activation == "relu" else slope(u)))["da_dz"]
    assert found.codes == ("H13-kink",)


def test_an_array_of_two_serves_as_a_pair():
    functions = solution()
    pair = functions["neuron_forward"]
    functions["neuron_forward"] = lambda *args: np.array(pair(*args))
    found = results(functions)
    assert (found["z"].outcome, found["a"].outcome) == ("right", "right")


def test_a_second_call_that_answers_otherwise_is_wrong():
    calls = []
    in_first_round = len(E01.variations)
    functions = solution()
    right = functions["dz_dw"]

    def dz_dw(x):
        calls.append(x)
        return right(x) if len(calls) <= in_first_round else right(x) + 1

    functions["dz_dw"] = dz_dw
    assert results(functions)["dz_dw"].outcome == "changes"


def test_fixtures_keep_away_from_the_kink_and_cross_entropy_from_saturation():
    for seed in range(300):
        for fixture in fixtures_for(E01, seed):
            u = fixture.values
            assert abs(u.z) >= 1e-3 or (u.z == 0) == fixture.variation.startswith("relu at 0")
            assert u.loss == "squared_error" or 0.2 < u.a < 0.8
            assert all(np.isfinite(getattr(u, term.name)) for term in E01.terms)


def test_points_are_those_of_the_plan():
    assert E01.points == 15
    by_function = {f: sum(t.points for t in E01.terms_of(f)) for f in E01.functions}
    assert by_function == {"neuron_forward": 2, "dL_da": 3, "da_dz": 3, "dz_dw": 1, "dz_db": 1, "neuron_grads": 5}
