"""E1 is calibrated: right solutions earn all, each planted mistake costs its own points and is named."""

import re
from pathlib import Path

import numpy as np
import pytest

from backprop_lab.checking.judge import judge, requests
from backprop_lab.checking.steps import run_step
from backprop_lab.exercises import Kept, every, load
from backprop_lab.exercises.definition import Values
from backprop_lab.exercises.e01_one_neuron import slope, value

E01 = load("e01")
ROOT = Path(__file__).parents[2]


def solution(**wrong):
    """Right functions, of which one term can be replaced: ``solution(dL_da=lambda u: …)`` takes a Values."""

    def term(name, right):
        return wrong.get(name, right)

    def neuron_forward(x, w, b, activation):
        u = Values(x=x, w=w, b=b, activation=activation, loss="squared_error")
        u.z = w * x + b
        z = term("z", lambda u: u.z)(u)
        return z, term("a", value)(u.replace(z=z))

    def dL_da(a, y, loss):
        u = Values(a=a, y=y, loss=loss, activation="sigmoid")
        # Not the library's: a planted slip further up may hand over an a that is no probability.
        right = {"squared_error": lambda u: u.a - u.y}.get(loss, lambda u: -u.y / u.a + (1 - u.y) / (1 - u.a))
        return term("dL_da", right)(u)

    def da_dz(z, activation):
        return term("da_dz", slope)(Values(z=z, activation=activation, loss="squared_error"))

    def dz_dw(x):
        return term("dz_dw", lambda u: u.x)(Values(x=x))

    def dz_db():
        return term("dz_db", lambda u: 1.0)(Values())

    def neuron_grads(x, w, b, y, activation, loss):
        z, a = neuron_forward(x, w, b, activation)
        u = Values(x=x, w=w, b=b, y=y, activation=activation, loss=loss, z=z, a=a)
        u = u.replace(dL_da=dL_da(a, y, loss), da_dz=da_dz(z, activation), dz_dw=dz_dw(x), dz_db=dz_db())
        shared = u.dL_da * u.da_dz
        return {
            "dL_dw": term("dL_dw", lambda u: shared * u.dz_dw)(u),
            "dL_db": term("dL_db", lambda u: shared * u.dz_db)(u),
            "dL_dx": term("dL_dx", lambda u: shared * u.w)(u),
        }

    return {f.__name__: f for f in (neuron_forward, dL_da, da_dz, dz_dw, dz_db, neuron_grads)}


def results(functions, fixtures):
    answers = []
    for steps in requests(E01, fixtures):
        kept = {}
        answers.append({step.label: run_step(functions, step.plain(), kept) for step in steps})
    return {result.term.name: result for result in judge(E01, fixtures, answers, hidden=True)}


def hidden(seed):
    return E01.fixtures(np.random.default_rng(seed))


PLANTED = [
    pytest.param(term, mistake, formula, id=f"{term.name}-{mistake.code}-{k}")
    for term in E01.terms
    for mistake in term.mistakes
    for k, formula in enumerate(mistake.formulas)
]


@pytest.mark.parametrize(("term", "mistake", "formula"), PLANTED)
def test_each_planted_mistake_is_named_and_costs_its_own_points_alone(term, mistake, formula):
    for seed in range(3):
        with np.errstate(all="ignore"):
            found = results(solution(**{term.name: formula}), hidden(seed))
        assert mistake.code in found[term.name].codes, [d.codes for d in found[term.name].diagnoses]
        for name, result in found.items():
            # A zero or 1/0 upstream leaves nothing to follow; W2 is the one mistake that makes a factor zero.
            if name != term.name and not (mistake.code == "W2" and name == "dL_db"):
                assert result.outcome == "right", (name, result)
        assert found[term.name].points == 0


def test_ten_mistakes_and_more_can_be_named():
    assert len({(term.name, mistake.code) for term in E01.terms for mistake in term.mistakes}) >= 10


def test_right_solutions_are_never_given_a_mistake():
    """The library's formulas, and the short forms that a student writes, on 500 drawings of all variations."""

    def short_sigmoid(u):
        with np.errstate(over="ignore"):
            a = 1 / (1 + np.exp(-u.z))
        forms = {"sigmoid": a * (1 - a), "tanh": 1 - np.tanh(u.z) ** 2, "softplus": a, "relu": u.z > 0, "identity": 1}
        return forms[u.activation]

    for functions in (solution(), solution(da_dz=short_sigmoid)):
        for seed in range(500):
            wrong = [r for r in results(functions, hidden(seed)).values() if r.outcome != "right" or r.approximate]
            assert not wrong, (seed, wrong)


def test_two_slips_in_two_branches_are_both_named():
    def slips(u):
        return {"tanh": 1 - value(u), "softplus": value(u)}.get(u.activation, slope(u))

    found = results(solution(da_dz=slips), hidden(0))["da_dz"]
    assert {("H3",), ("D2",)} == {d.codes for d in found.diagnoses}
    assert {d.branch for d in found.diagnoses} == {("tanh",), ("softplus",)}


def test_an_unknown_mistake_is_not_guessed_at():
    found = results(solution(da_dz=lambda u: slope(u) + 0.123), hidden(0))["da_dz"]
    assert found.outcome == "wrong"
    assert found.codes == ()


def test_a_constant_factor_is_told_as_a_ratio():
    found = results(solution(dL_dw=lambda u: 3 * u.dL_da * u.da_dz * u.dz_dw), hidden(0))["dL_dw"]
    assert [d.ratio for d in found.diagnoses] == ["3"]


def test_zeros_earn_no_products():
    """Whoever returns zeros has nothing to follow: 0 = 0 · 0 · 0 would otherwise be a right product."""
    zero = {name: (lambda u: 0.0) for name in ("dL_da", "da_dz", "dz_dw", "dL_dw", "dL_db", "dL_dx")}
    found = results(solution(**zero), hidden(0))
    assert sum(found[name].points for name in zero) == 0


def test_factors_too_small_to_multiply_are_not_followed():
    """1e-200 · 1e-200 is 0 in float64, and zeros must earn nothing."""
    tiny = {name: (lambda u: 1e-200) for name in ("dL_da", "da_dz")}
    zero = {name: (lambda u: 0.0) for name in ("dL_dw", "dL_db", "dL_dx")}
    found = results(solution(**tiny, **zero), hidden(0))
    assert sum(found[name].points for name in (*tiny, *zero)) == 0


@pytest.mark.parametrize("epsilon", [1e-12, 1e-8, 1e-7])
def test_an_epsilon_inside_the_cross_entropy_is_right_and_noted(epsilon):
    def careful(u):
        return u.a - u.y if u.loss == "squared_error" else -u.y / (u.a + epsilon) + (1 - u.y) / (1 - u.a + epsilon)

    for seed in range(200):
        found = results(solution(dL_da=careful), hidden(seed))["dL_da"]
        assert found.outcome == "right", seed
    assert found.approximate == (epsilon > 1e-10)


def test_the_other_convention_at_the_kink_is_named():
    found = results(solution(da_dz=lambda u: float(u.z >= 0) if u.activation == "relu" else slope(u)), hidden(0))[
        "da_dz"
    ]
    assert found.codes == ("H13-kink",)


def test_an_array_of_two_serves_as_a_pair():
    functions = solution()
    pair = functions["neuron_forward"]
    functions["neuron_forward"] = lambda *args: np.array(pair(*args))
    found = results(functions, hidden(0))
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
    assert results(functions, hidden(0))["dz_dw"].outcome == "changes"


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_fixtures_are_drawn_from_the_seed_alone_and_cover_every_variation(exercise):
    first, again, other = (exercise.fixtures(np.random.default_rng(seed)) for seed in (1, 1, 2))
    assert first == again
    assert first != other
    assert [fixture.variation for fixture in first] == list(exercise.variations)


def test_fixtures_keep_away_from_the_kink_and_cross_entropy_from_saturation():
    for seed in range(300):
        for fixture in hidden(seed):
            u = E01.reference(fixture)
            assert abs(u.z) >= 1e-3 or (u.z == 0) == fixture.variation.startswith("relu at 0")
            assert u.loss == "squared_error" or 0.2 < u.a < 0.8
            assert all(np.isfinite(getattr(u, term.name)) for term in E01.terms)


def test_points_are_those_of_the_plan():
    assert E01.points == 15
    by_function = {f: sum(t.points for t in E01.terms_of(f)) for f in E01.functions}
    assert by_function == {"neuron_forward": 2, "dL_da": 3, "da_dz": 3, "dz_dw": 1, "dz_db": 1, "neuron_grads": 5}


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_every_equation_that_a_term_points_to_is_in_its_chapter(exercise):
    chapter = (ROOT / "chapters" / f"{exercise.chapter}.ipynb").read_text("utf-8")
    assert f"# {exercise.chapter_title}" in chapter
    labels = {label for term in exercise.terms for label in (term.equation, *term.equations.values())}
    assert labels <= set(exercise.sections)
    for label, section in exercise.sections.items():
        assert f"$$ ({label})" in chapter, label
        heading = chapter.index(f"# {section}")
        assert heading < chapter.index(f"$$ ({label})"), (label, section)


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_no_step_brings_the_answer_to_a_step_that_comes_later(exercise):
    """Inputs reach the student's process: what an input tells must have been asked for before it is sent."""
    for fixture in exercise.fixtures(np.random.default_rng(3), exercise.variations):
        u = exercise.reference(fixture)
        asked = set()
        for step in exercise.steps(u):
            for arg in step.args:
                if any(arg is value for value in fixture.inputs.values()):
                    continue
                told = {t.name for t in exercise.terms if not isinstance(arg, Kept) and arg is getattr(u, t.name)}
                assert all(t.answer.label in asked for t in exercise.terms if t.name in told), step
            asked.add(step.label)


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_every_sentence_of_a_mistake_is_there_and_ends(exercise):
    for term in exercise.terms:
        for mistake in term.mistakes:
            for sentence in (mistake.what, mistake.why, mistake.advice):
                assert re.search(r"[.?]$", sentence), (mistake.code, sentence)
            assert mistake.paper
