"""E13: who is asked what, what is said of a wrong name, and seven repairs."""

import itertools
import re

import numpy as np
import pytest

from backprop_lab.checking.judge import judge, requests
from backprop_lab.exercises import bug_clinic_cases as cases
from backprop_lab.exercises.bug_clinic_cases import CODES, FAMILIES, FAMILY, broken
from backprop_lab.exercises.bug_clinic_hints import NEAR, NO_ID, RIGHT, far, said
from backprop_lab.exercises.model import student
from backprop_lab.grading.pool import Pools
from tests.exercises.answers_e13 import ALL, E13, IDS, results
from tests.exercises.told import points


def test_points_are_as_planned_and_right_functions_earn_them():
    assert {t.name: t.points for t in E13.terms} == ALL == points(results())


def test_each_id_is_asked_on_its_family_alone_and_each_repair_everywhere():
    told = results()
    assert {told[name].fixtures for name in IDS} == {1}
    assert {told[f"repair_{k}"].fixtures for k in range(1, 8)} == {8}
    fixtures = E13.fixtures(np.random.default_rng(0))
    asked = [[step.label for step in request.steps] for request in requests(E13, fixtures)]
    assert [("diagnosis" in labels) for labels in asked] == [f.variation in FAMILIES for f in fixtures] + [True]
    only = requests(E13, fixtures, E13.terms_of("repair"))
    assert not any(step.name == "diagnose" for request in only for step in request.steps)


def test_a_term_that_no_fixture_asks_for_is_left_out():
    fixtures = E13.fixtures(np.random.default_rng(0), ("way back", "whole numbers"))
    silent = [{} for _ in range(3)]
    assert [r.term.name for r in judge(E13, fixtures, silent)] == ["way_back", *(f"repair_{k}" for k in range(1, 8))]


def test_a_student_meets_one_bug_of_each_family_in_an_order_of_their_own():
    pools = Pools(b"e13")
    met = [pools.picked(E13, name) for name in ("ada", "bob", "cyd")]
    for fixtures in met:
        assert {FAMILY[f.values.bug] for f in fixtures if f.values.bug} == set(FAMILIES)
        assert fixtures[0].variation == E13.variations[0], "the one whose arrays may be written"
        assert sorted(f.variation for f in fixtures) == sorted(E13.variations)
    assert len({tuple(f.variation for f in fixtures) for fixtures in met}) == 3
    assert len({tuple(sorted(f.values.bug for f in fixtures)) for fixtures in met}) == 3
    assert [f.variation for f in pools.picked(E13, "ada")] == [f.variation for f in met[0]]


def test_networks_of_the_repairs_cover_what_is_said():
    fixtures = {f.variation: f.values for f in E13.fixtures(np.random.default_rng(0))}
    nets = list(fixtures.values())
    assert {len(u.params["W"]) for u in nets} == {1, 2, 3, 4}
    assert {u.Y.shape[1] for u in nets} >= {1, 7, 11}
    assert {u.params["loss"] for u in nets} == {"squared_error", "binary_cross_entropy"}
    kinds = [set(u.params["activation"].values()) for u in nets]
    assert set.union(*kinds) == {"identity", "sigmoid", "tanh", "softplus", "relu"}
    assert all(names != {"relu"} for names in kinds)
    assert not fixtures["layers and memory"].params["W"][1].flags.writeable
    assert not fixtures["factors and batch"].params["W"][1].flags.contiguous
    assert fixtures["whole numbers"].params["W"][1].dtype.kind == "i"


@pytest.mark.parametrize("answer", [*CODES[::6], "none", None, 3, 1.0, ["H6"]])
def test_constant_answers_earn_what_chance_gives(answer):
    for seed in range(3):
        told = results(seed, diagnose=lambda broken_backward: answer)
        assert sum(told[name].points for name in IDS) <= 1
        assert all(told[f"repair_{k}"].points for k in range(1, 8))


def test_a_constant_answer_is_right_for_one_bug_in_thirty():
    right = {code: sum(said(bug, code) == RIGHT for bug in CODES) for code in CODES}
    assert set(right.values()) == {1}


@pytest.mark.parametrize("bug", CODES)
def test_to_each_wrong_id_the_family_is_told_and_never_the_bug(bug):
    for answer in CODES:
        how = said(bug, answer)
        if answer == bug:
            assert how == RIGHT
        elif FAMILY[answer] == FAMILY[bug]:
            assert how == NEAR
        else:
            assert how == far(FAMILY[answer])
    assert said(bug, "W not transposed") == said(bug, None) == said(bug, 1.0) == NO_ID
    for mistake in E13.term(FAMILY[bug].replace(" ", "_")).mistakes:
        words = " ".join((mistake.what, mistake.why, mistake.paper, mistake.advice))
        named = set(re.findall(r"\b[OHPU]\d+\b", words))
        assert named in (set(), {"H6"}, set(FAMILIES[FAMILY[bug]])), "either no id, or all of the family"


def fixed(functions, **bugs):
    """``diagnose`` that is right but for the families named."""

    def diagnose(broken_backward):
        bug = functions["diagnose"](broken_backward)
        return bugs.get(FAMILY[bug].replace(" ", "_"), lambda: bug)()

    return diagnose


def raises():
    raise ZeroDivisionError


@pytest.mark.parametrize("name", IDS)
def test_one_wrong_diagnosis_costs_its_own_point_and_is_told(name):
    right = student(E13)
    other = FAMILIES["weight gradients" if name != "weight_gradients" else "way back"][0]
    told = results(diagnose=fixed(right, **{name: lambda: other}))
    assert points(told) == ALL | {name: 0}
    assert told[name].codes == (f"B{1 + list(FAMILIES).index(FAMILY[other])}",)
    told = results(diagnose=fixed(right, **{name: lambda: None}))
    assert points(told) == ALL | {name: 0}
    assert told[name].codes == ("B0",)
    told = results(diagnose=fixed(right, **{name: raises}))
    assert points(told) == ALL | {name: 0}
    assert told[name].outcome == "raised"


def test_a_diagnosis_by_the_number_of_the_call_earns_nothing():
    calls = itertools.count()
    fixtures = E13.fixtures(np.random.default_rng(0))
    told = results(diagnose=lambda broken_backward: fixtures[min(next(calls), 7)].values.bug)
    assert not any(told[name].points for name in IDS)


# Each of the seven with four of the codes: calibration plants all of them in all seven.
@pytest.mark.parametrize(("k", "code"), [(1 + n % 7, code) for n, code in enumerate(cases.WRONG)])
def test_a_wrong_repair_is_named_and_costs_its_own_point(k, code):
    right = cases.backward
    told = results(repair=lambda number, *given: broken(code)(*given) if number == k else right(*given))
    assert points(told) == ALL | {f"repair_{k}": 0}
    assert told[f"repair_{k}"].codes == (code,)


def test_a_repair_that_writes_into_what_it_is_handed_costs_all_seven():
    def repair(k, params, cache, Y):
        grads = cases.backward(params, cache, Y)
        if Y.flags.writeable:
            Y -= 1
        return grads

    told = results(repair=repair)
    assert points(told) == ALL | dict.fromkeys((f"repair_{k}" for k in range(1, 8)), 0)
    assert set(told["repair_1"].codes) == {"U5"}
