"""E11: paths, multiplications and passes, counted by hand, by the library and as students miscount them."""

import itertools
import math
import re

import numpy as np
import pytest

from backprop_lab import cost
from backprop_lab.checking.check import check
from backprop_lab.checking.compare import as_array
from backprop_lab.checking.state import same
from backprop_lab.exercises import counts, load
from backprop_lab.grading.calibrate import answered
from tests.exercises.rewriting import rewritten
from tests.exercises.told import points

E11 = load("e11")
ALL = {"paths": 3, "naive": 3, "backprop": 3, "passes": 3}
HAND = {"sizes": (3, 4, 2, 5), "P": 41, "scheme": "forward"}
SIZES = [(3, 4, 2, 5), (7, 2), (1, 1, 1, 1), (10, 10, 10, 10), (2, 64, 1, 64, 3), (100,) * 12]


def paths_through(sizes):
    return {l: math.prod(sizes[l + 1 :]) for l in range(1, len(sizes))}


def mults_naive(sizes):
    L, paths = len(sizes) - 1, paths_through(sizes)
    return sum(sizes[l] * sizes[l - 1] * paths[l] * (2 * (L - l) + 2) for l in range(1, L + 1))


def mults_backprop(sizes):
    total = 0
    for l in range(1, len(sizes)):
        total += sizes[l] * sizes[l - 1]
        total += sizes[l]
        if l > 1:
            total += sizes[l] * sizes[l - 1]
    return total


def fd_passes(P, scheme):
    if scheme == "central":
        return 2 * P
    return P + 1


RIGHT = {f.__name__: f for f in (paths_through, mults_naive, mults_backprop, fd_passes)}


@np.errstate(over="ignore")  # a notebook warns of an overflow, sometimes; here it would be an error
def results(seed=0, **wrong):
    fixtures = E11.fixtures(np.random.default_rng(seed))
    return {r.term.name: r for r in answered(E11, {**RIGHT, **wrong}, fixtures)}


def test_each_count_is_what_is_worked_out_by_hand():
    # Paths 2·5, 5, 1. Path by path 12·10·6 + 8·5·4 + 10·1·2. With reuse (12 + 4) + (8 + 8 + 2) + (10 + 10 + 5).
    assert E11.right_terms(HAND) == {"paths": {1: 10, 2: 5, 3: 1}, "naive": 900, "backprop": 59, "passes": 42}
    assert E11.right_terms({**HAND, "scheme": "central"})["passes"] == 82


@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_counts_are_those_of_the_library(sizes):
    told = E11.right_terms({"sizes": sizes, "P": 9, "scheme": "forward"})
    assert told["paths"] == cost.paths(sizes)
    assert told["naive"] == cost.path_sums(sizes, biases=False).multiplications
    assert told["backprop"] == cost.backward(sizes).multiplications
    for scheme in ("forward", "central"):
        done = cost.finite_differences(sizes, scheme=scheme)
        P = sum(n * (before + 1) for before, n in itertools.pairwise(sizes))
        assert E11.right_terms({"sizes": sizes, "P": P, "scheme": scheme})["passes"] == done.passes


def test_a_row_of_neurons_takes_what_chapter_4_counts():
    # With their biases, as there, 2n² + n from scratch and 3n − 1 with reuse: 4k + 3 for the neuron with k behind it.
    for n in range(1, 12):
        row = (1,) * (n + 1)
        biases = sum(counts.length(row)(l) - 1 for l in range(1, n + 1))
        assert counts.path_by_path(row) + biases == 2 * n * n + n
        assert counts.with_reuse(row) == 3 * n - 1


def test_paths_are_those_that_one_can_walk():
    sizes = (3, 4, 2, 5)
    for l, count in counts.paths(sizes).items():
        assert count == len(list(itertools.product(*(range(n) for n in sizes[l + 1 :]))))


def test_points_are_as_planned_and_right_functions_earn_them():
    assert {t.name: t.points for t in E11.terms} == ALL == points(results())
    assert set(E11.functions) == set(RIGHT)


@pytest.mark.parametrize("seed", range(5))
def test_fixtures_hold_counts_that_overflow_and_counts_that_floats_round(seed):
    found = {f.variation: f.terms for f in E11.fixtures(np.random.default_rng(seed))}
    long = found.pop("beyond 64 bits")
    assert min(long["paths"][1], long["naive"]) > 2**63
    rounded = found["beyond floats"]["naive"]
    assert int(float(rounded)) != rounded < 2**63
    assert "beyond 64 bits" in E11.visible, "whoever overflows sees it before grading"
    assert {len(f.inputs["sizes"]) - 1 for f in E11.fixtures(np.random.default_rng(seed))} >= {1, 2, 3, 4, 8, 13}


WRONG = [
    ("paths", "Q3", "paths_through", [("math.prod", "sum")]),
    ("paths", "Q4", "paths_through", [("sizes[l + 1 :]", "sizes[l:]")]),
    ("paths", "Q5", "paths_through", [("sizes[l + 1 :]", "sizes[l + 2 :]")]),
    ("paths", "Q6", "paths_through", [("sizes[l + 1 :]", "sizes[l + 1 : -1]")]),
    ("paths", "Q7", "paths_through", [("sizes[l + 1 :]", "sizes[l - 1 :]")]),
    ("paths", "Q8", "paths_through", [("sizes[l + 1 :]", "sizes[:l]")]),
    ("paths", "Q1", "paths_through", [("math.prod(", "np.prod(")]),
    ("paths", "Q2", "paths_through", [("math.prod(sizes[l + 1 :])", "math.prod(map(float, sizes[l + 1 :]))")]),
    ("naive", "Q13", "mults_naive", [("(L - l) + 2", "(L - l) + 3")]),
    ("naive", "Q14", "mults_naive", [("(L - l) + 2", "(L - l) + 1")]),
    ("naive", "Q15", "mults_naive", [(" * (2 * (L - l) + 2)", "")]),
    ("naive", "Q16", "mults_naive", [("(2 * (L - l) + 2)", "4")]),
    ("naive", "Q12", "mults_naive", [(" * paths[l]", "")]),
    ("naive", "Q19", "mults_naive", [("range(1, L + 1)", "range(2, L + 1)")]),
    ("naive", "Q20", "mults_naive", [("range(1, L + 1)", "range(1, L)")]),
    ("naive", "Q22", "mults_naive", [(" * sizes[l - 1]", "")]),
    ("naive", "Q4", "mults_naive", [("paths[l]", "math.prod(sizes[l:])")]),
    ("naive", "Q2", "mults_naive", [("return sum(", "return 2.0 * sum("), ("2 * (L - l) + 2", "L - l + 1")]),
    ("backprop", "Q31", "mults_backprop", [("if l > 1", "if l > 0")]),
    ("backprop", "Q32", "mults_backprop", [("if l > 1", "if l < len(sizes) - 1")]),
    ("backprop", "Q34", "mults_backprop", [("        total += sizes[l]\n", "")]),
    ("backprop", "Q36", "mults_backprop", [("total += sizes[l]\n", "total += sizes[l] ** 2\n")]),
    ("backprop", "Q42", "mults_backprop", [("total += sizes[l]\n", "total += 2 * sizes[l]\n")]),
    ("backprop", "Q38", "mults_backprop", [("if l > 1", "if l < 0")]),
    ("backprop", "Q39", "mults_backprop", [("total = 0", "total = -sizes[1] * sizes[0]")]),
    ("backprop", "Q40", "mults_backprop", [("if l > 1:", "total += sizes[l] * sizes[l - 1]\n        if l > 1:")]),
    ("passes", "Q51", "fd_passes", [("P + 1", "P")]),
    ("passes", "Q52", "fd_passes", [("P + 1", "2 * P")]),
    ("passes", "Q53", "fd_passes", [("2 * P", "P")]),
    ("passes", "Q54", "fd_passes", [("2 * P", "2 * P + 1")]),
    ("passes", "Q55", "fd_passes", [("2 * P", "P + 1")]),
    ("passes", "Q56", "fd_passes", [('"central"', '"forward"')]),
]


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize(("term", "code", "name", "changes"), WRONG)
def test_a_miscount_is_named_and_costs_its_own_points(term, code, name, changes, seed):
    told = results(seed, **{name: rewritten(RIGHT[name], *changes)})
    assert code in told[term].codes
    assert points(told) == ALL | {term: 0}
    assert not any(r.codes for other, r in told.items() if other != term)


@pytest.mark.parametrize(
    ("term", "name", "other"),
    [("naive", "mults_naive", mults_backprop), ("backprop", "mults_backprop", mults_naive)],
)
def test_naive_and_reuse_are_told_apart(term, name, other):
    told = results(**{name: other})
    assert told[term].codes == ({"naive": "Q25", "backprop": "Q43"}[term],)


@pytest.mark.parametrize("change", [("math.prod", "sum"), ("sizes[l + 1 :]", "sizes[l:]"), ("math.prod(", "np.prod(")])
def test_a_wrong_number_of_paths_costs_nothing_where_the_second_function_calls_the_first(change):
    wrong = rewritten(RIGHT["paths_through"], change)
    told = results(paths_through=wrong, mults_naive=rewritten(RIGHT["mults_naive"], paths_through=wrong))
    assert points(told) == ALL | {"paths": 0}
    assert told["naive"].followed


def test_a_number_that_overflowed_on_the_way_is_named_too():
    wrong = rewritten(RIGHT["mults_naive"], ("= len(sizes) - 1, paths_through(sizes)", "= len(sizes) - 1, as_numpy(sizes)"),
                      as_numpy=lambda sizes: {l: int(np.prod(sizes[l + 1 :])) for l in range(1, len(sizes))})  # fmt: skip
    assert results(mults_naive=wrong)["naive"].codes == ("Q11",)


def test_one_path_too_many_among_more_than_floats_can_tell_is_wrong_and_given_no_false_name():
    def nearly(sizes):
        n = counts.path_by_path(sizes)
        return n + (n > 2**53)

    told = results(mults_naive=nearly)
    assert points(told) == ALL | {"naive": 0}
    assert told["naive"].right_on == len(E11.variations) - 2


@pytest.mark.parametrize("kind", [float, np.float64, np.int64, np.uint64, np.array], ids=lambda k: k.__name__)
def test_any_number_that_equals_the_count_is_right(kind):
    told = results(
        mults_backprop=lambda sizes: kind(mults_backprop(sizes)), fd_passes=lambda P, s: kind(fd_passes(P, s))
    )
    assert points(told) == ALL


@pytest.mark.parametrize("value", [10**400, -(10**400), "900", None, [900], float("nan"), 1j, 2**64, True])
def test_an_answer_of_any_kind_is_judged_and_is_wrong(value):
    told = results(mults_naive=lambda sizes: value)
    assert points(told) == ALL | {"naive": 0}


def test_whole_numbers_of_any_length_are_compared_as_such():
    assert as_array(2**63 - 1).dtype.kind == "i"
    assert as_array(-(10**400)) == -np.inf
    assert same({"n": 10**30}, {"n": 10**30})
    assert not same({"n": 10**30}, {"n": 10**30 + 1})


def test_what_a_student_reads():
    told = str(
        check(
            "e11",
            "paths_through",
            namespace={"paths_through": rewritten(RIGHT["paths_through"], ("math.prod(", "np.prod("))},
        )
    )
    words = re.sub(r"\s+", " ", told)
    assert "right on 4 of 5 visible examples only" in words
    assert "too long for NumPy's integers and has overflowed" in words
    assert "chapter 10" in words
