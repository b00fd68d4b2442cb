"""E13: thirty broken passes, told apart by their gradients alone; what is said of a wrong name; seven repairs."""

import contextlib
import io
import itertools
import re

import nbformat
import numpy as np
import pytest

from backprop_lab.checking.callbacks import Callbacks
from backprop_lab.checking.judge import judge, requests
from backprop_lab.exercises import bug_clinic_cases as cases
from backprop_lab.exercises import load, networks
from backprop_lab.exercises.bug_clinic_cases import CODES, FAMILIES, FAMILY, broken
from backprop_lab.exercises.bug_clinic_hints import NEAR, NO_ID, RIGHT, far, said
from backprop_lab.exercises.catalogue import CATALOGUE
from backprop_lab.exercises.e13_bug_clinic import PRINTED, batch
from backprop_lab.exercises.model import student
from backprop_lab.grading import notebook
from backprop_lab.grading.calibrate import answered
from backprop_lab.grading.pool import Pools
from tests.paths import SOLUTIONS

E13 = load("e13")
MASTER = nbformat.read(SOLUTIONS / E13.notebook, as_version=4)
IDS = [family.replace(" ", "_") for family in FAMILIES]
ALL = dict.fromkeys((*IDS, *(f"repair_{k}" for k in range(1, 8))), 1)


def results(seed=0, **wrong):
    return {
        r.term.name: r
        for r in answered(E13, student(E13) | wrong, E13.fixtures(np.random.default_rng(seed)))
    }  # fmt: skip


def points(told):
    return {name: r.points for name, r in told.items()}


def net(sizes, activations, loss="squared_error", m=5, seed=0, change=None):
    """What a backward pass is handed, of any network that one asks for."""
    params, X, Y = batch(np.random.default_rng(seed), sizes, activations, loss, m)
    if change:
        change(params, X, Y)
    return params, networks.forward(params, X), Y


def alike(first, second):
    """Are two answers (gradients, or the text of a refusal) the same, in every shape and number?"""
    if isinstance(first, str) or isinstance(second, str):
        return first == second
    return all(
        first[name][l].shape == second[name][l].shape and np.allclose(first[name][l], second[name][l], rtol=1e-9)
        for name in first for l in first[name]
    )  # fmt: skip


def reply(function, *call):
    try:
        return function(*call)
    except ValueError:
        return "refused"


def is_right(code, *calls, names=("dL_dW", "dL_db"), layers=None):
    """Are these parts of the last answer those of the right pass?"""
    function = broken(code)
    answers = [reply(function, *call) for call in calls]
    if answers[-1] == "refused":
        return False
    right = cases.backward(*calls[-1])
    parts = [({n: {l: g[n][l] for l in layers or g[n]} for n in names}) for g in (answers[-1], right)]
    return alike(*parts)


WIDE = net((3, 7, 5, 2), ("softplus", "softplus", "sigmoid"), m=4)
SQUARE = net((4, 4, 4, 4), ("tanh", "relu", "sigmoid"), "binary_cross_entropy")
TANH = net((3, 7, 5, 2), ("tanh", "relu", "identity"))
ONE_LAYER = net((3, 2), ("identity",))


# The thirty.


def test_there_are_thirty_in_seven_families_under_the_codes_of_the_catalogue():
    assert len(set(CODES)) == 30
    assert len(FAMILIES) == len(IDS) == 7
    assert set(CODES) <= set(CATALOGUE)
    assert set(CODES) == set(cases.WRONG) | set(cases.REMEMBERING)


def test_the_right_pass_and_some_broken_ones_worked_by_hand():
    # One layer, W = (2, -1), b = 0.5, identity: A = (-0.5, 4.5), so Δ = ½ (A - Y) = (-0.5, 2).
    params = {"W": {1: np.array([[2.0, -1.0]])}, "b": {1: np.array([[0.5]])}, "activation": {1: "identity"}}
    params["loss"] = "squared_error"
    X, Y = np.array([[1.0, 2.0], [3.0, 0.0]]), np.array([[0.0, 0.5]]) + np.array([[0.5, 0.0]])
    cache = networks.forward(params, X)
    by_hand = {
        None: ([[3.5, -1.5]], [[1.5]]), "P9": ([[7, -3]], [[3]]), "P5": ([[3.5, -1.5]], [[-0.5, 2]]),
        "P8": ([[3.5, -1.5]], [[0]]), "P14": ([[4, 0]], [[2]]), "P1": ([[3.5], [-1.5]], [[1.5]]),
        "P2": ([[0.25 + 9]], [[1.5]]), "H12": ([[3.5, -1.5]], [[1.5]]), "O6": ([[3.5, -1.5]], [[1.5]]),
    }  # fmt: skip
    for code, (dW, db) in by_hand.items():
        grads = (broken(code) if code else cases.backward)(params, cache, Y)
        np.testing.assert_allclose(grads["dL_dW"][1], dW, err_msg=code)
        np.testing.assert_allclose(grads["dL_db"][1], db, err_msg=code)


def test_two_layers_of_one_unit_worked_by_hand():
    # x = 1, y = 0. z1 = 2, a1 = 2; z2 = -6, a2 = -6: δ2 = -6, δ1 = 18 with w2 = -3, in every way but these.
    params = {"W": {1: np.array([[2.0]]), 2: np.array([[-3.0]])}, "b": {l: np.zeros((1, 1)) for l in (1, 2)}}
    params |= {"activation": {1: "identity", 2: "identity"}, "loss": "squared_error"}
    cache, Y = networks.forward(params, np.ones((1, 1))), np.zeros((1, 1))
    by_hand = {"H11": -18, "H7": -12, "H12": 0, "O10": 36, "P16": -6, "H6": 18, "H9": 18, "P11": 18}
    for code, db1 in by_hand.items():
        assert broken(code)(params, cache, Y)["dL_db"][1].item() == db1, code


def test_every_pair_of_the_thirty_and_the_truth_can_be_told_apart_by_gradients_alone():
    other = net((4, 4, 4, 4), ("tanh", "relu", "sigmoid"), "binary_cross_entropy", seed=1)
    calls = (net((3, 7, 5, 2), ("tanh", "softplus", "sigmoid"), m=11), SQUARE, SQUARE, other)
    told = {code: [reply(function, *call) for call in calls] for code in CODES for function in [broken(code)]}
    told["none"] = [cases.backward(*call) for call in calls]
    for first, second in itertools.combinations(told, 2):
        assert not all(map(alike, told[first], told[second])), (first, second)


def relu_only(m=5):
    return net((3, 4, 4), ("relu", "relu"), m=m)


@pytest.mark.parametrize(
    ("first", "second", "where"),
    [
        # What the notebook warns of: networks in which two ids are the same. None is the right pass.
        ("O10", "P9", net((3, 5, 2), ("tanh", "tanh"), m=2)),
        ("O1", "O6", net((3, 5, 2), ("tanh", "tanh"))),
        ("H1", "H13", relu_only()),
        ("H2", None, relu_only()),
        ("H5", None, relu_only()),
        *((code, None, net((3, 5, 2), ("tanh", "tanh"), m=1)) for code in ("P5", "P9", "P11", "P14")),
        ("O8", None, TANH),
        ("O6", None, SQUARE),
        ("H3", None, WIDE),
        ("H13", None, WIDE),
    ],
)
def test_where_two_of_them_are_the_same(first, second, where):
    right = broken(second)(*where) if second else cases.backward(*where)
    assert alike(broken(first)(*where), right)


# What is said of each family is true of all its members, and false of a bug of every other family.
def has_one_factor(code):
    def same_examples(params, X, Y):
        X[:], Y[:] = X[:, :1], Y[:, :1]

    call = net((3, 7, 5, 2), ("softplus", "softplus", "sigmoid"), m=5, change=same_examples)
    got, right = reply(broken(code), *call), cases.backward(*call)
    if got == "refused" or any(got[n][l].shape != right[n][l].shape for n in right for l in right[n]):
        return False
    quotients = {l: np.concatenate([(got[n][l] / right[n][l]).ravel() for n in right]) for l in right["dL_dW"]}
    return all(np.allclose(q, q[0]) for q in quotients.values()) and not is_right(code, call)


def identity_hidden(code):
    call = net((4, 4, 4, 4), ("identity", "identity", "sigmoid"))
    return call, is_right(code, call, layers=[3])


SHOWS = {
    "output error": lambda code: not all(
        is_right(code, net((3, 2), (name,), loss, m=1), names=["dL_db"])
        for name, loss in (("sigmoid", "squared_error"), ("sigmoid", "binary_cross_entropy"), ("tanh", "squared_error"))
    ),
    "hidden slopes": lambda code: is_right(code, identity_hidden(code)[0]) and not (
        is_right(code, net((4, 4, 4, 4), ("softplus", "softplus", "sigmoid"))) and is_right(code, TANH)
    ),
    "way back": lambda code: identity_hidden(code)[1] and not is_right(code, identity_hidden(code)[0], layers=[2]),
    "weight gradients": lambda code: all(is_right(code, c, names=["dL_db"]) for c in (WIDE, SQUARE, SQUARE, TANH)),
    "bias gradients": lambda code: all(is_right(code, c, names=["dL_dW"]) for c in (WIDE, SQUARE, SQUARE, TANH)),
    "factors and batch": has_one_factor,
    "layers and memory": lambda code: is_right(code, ONE_LAYER) and not all(
        is_right(code, *calls)
        for calls in ((net((3, 7, 2), ("identity",) * 2, m=1),), (ONE_LAYER, net((3, 2), ("identity",), seed=1)),
                      (ONE_LAYER, ONE_LAYER))
    ),
}  # fmt: skip


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_said_of_a_family_is_true_of_all_its_bugs(family):
    assert all(SHOWS[family](code) for code in FAMILIES[family])


@pytest.mark.parametrize("family", FAMILIES)
def test_what_is_said_of_a_family_is_false_of_most_others(family):
    # A factor shows at the output too, and what remembers is right in a first call: such things are left.
    others = [code for code in CODES if FAMILY[code] != family]
    assert sum(SHOWS[family](code) for code in others) <= len(others) / 3


def test_memory_is_by_sizes_and_right_in_the_first_call():
    for code in ("U3", "U4"):
        function = broken(code)
        assert alike(function(*WIDE), cases.backward(*WIDE))
        assert alike(function(*SQUARE), cases.backward(*SQUARE))
    piled, stale = broken("U3"), broken("U4")
    other = net((3, 7, 5, 2), ("softplus", "softplus", "sigmoid"), m=4, seed=1)
    for _ in range(2):
        third = piled(*WIDE)
    one_more = piled(*WIDE)
    np.testing.assert_allclose(one_more["dL_dW"][1], 3 * cases.backward(*WIDE)["dL_dW"][1])
    np.testing.assert_allclose(third["dL_dW"][1], 2 * cases.backward(*WIDE)["dL_dW"][1])
    stale(*WIDE)
    assert alike(stale(*other), cases.backward(other[0], WIDE[1], other[2]))


def test_a_patient_takes_no_more_than_20_000_numbers_and_remembers_50_sizes():
    function = broken("U4")
    with pytest.raises(ValueError, match=r"hold 2\d,\d\d\d numbers; 20,000 are enough"):
        function(*net((3, 2), ("identity",), m=3000))
    with pytest.raises(ValueError, match="wider than 200 units"):
        function(*net((201, 2), ("identity",)))
    calls = [net((3, 2), ("identity",), m=m) for m in range(1, 60)]
    for call in calls:
        function(*call)
    again = net((3, 2), ("identity",), m=1, seed=5)
    assert alike(function(*again), cases.backward(*again)), "the oldest is forgotten"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda params, cache, Y: (params, cache, Y[:, :2]), r"a\[0\] has shape \(3, 4\), expected \(3, 2\)"),
        (lambda params, cache, Y: (params, cache, Y[:1]), r"Y has shape \(1, 4\), expected \(2, 4\)"),
        (lambda params, cache, Y: (params | {"W": {l: w.T for l, w in params["W"].items()}}, cache, Y), r"W\[1\] has"),
        (lambda params, cache, Y: (params, cache, Y[:, 0]), "Y must be an array of numbers"),
        (lambda params, cache, Y: (params, cache | {"a": cache["z"]}, Y), "the key 0 too"),
    ],
)
def test_arrays_that_do_not_fit_together_are_refused_and_named(change, said):
    """Whatever the shapes are: an outer product of two long ones would fill the memory of the grader."""
    for code in CODES:
        with pytest.raises(ValueError, match=said):
            broken(code)(*change(*WIDE))


# Points.


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


# The notebook.


def defined(cells):
    """The names that these cells define, and what they print by the number of the cell."""
    names, printed = {}, {}
    for number, source in cells:
        if "%pip" in source or source.startswith("from IPython"):
            names["np"] = np
            continue
        out = io.StringIO()
        with contextlib.redirect_stdout(out):
            exec(source, names)
        printed[number] = out.getvalue()
    return names, printed


WAYS = notebook.right_solutions(MASTER)


@pytest.mark.parametrize("name", WAYS)
def test_every_right_way_names_all_thirty(name):
    names, _ = defined(WAYS[name])
    for code in CODES:
        patient = Callbacks({"broken_backward": broken(code)})
        assert names["diagnose"](patient.function("broken_backward")) == code
        assert patient.calls["broken_backward"] <= 12


NAMES, SAID = defined(next(iter(WAYS.values())))


def test_the_printed_passes_are_those_of_their_codes_and_one_of_each_family():
    assert [FAMILY[code] for code in PRINTED] == list(FAMILIES)
    for fixture in E13.fixtures(np.random.default_rng(0)):
        u = fixture.values
        given = u.params, u.cache, u.Y
        for k, code in enumerate(PRINTED, 1):
            assert alike(NAMES[f"bug_{k}"](*given), broken(code)(*given)), k
        assert alike(NAMES["bug_0"](*given), broken("H5")(*given))
    told = results(repair=lambda k, *given: NAMES[f"bug_{k}"](*given))
    assert [told[f"repair_{k}"].codes for k in range(1, 8)] == [(code,) for code in PRINTED]
    assert all(told[name].points for name in IDS)


def test_the_table_of_the_notebook_is_that_of_the_catalogue_and_of_the_families():
    text = next(cell.source for cell in MASTER.cells if cell.id == "thirty")
    rows = re.findall(r"^\| (.*?) \| `(\w+)` \| (.*?) \|", text, re.MULTILINE)
    assert [code for _, code, _ in rows] == list(CODES)
    # A bar ends a column of the table, and here the factor is 2 alone.
    names = {code: CATALOGUE[code].name for code in CODES} | {
        "H11": r"$\lvert W\rvert$ instead of $W$",
        "O10": "factor 2",
    }
    assert [name for _, _, name in rows] == list(names.values())
    families = {title: tuple(code for own, code, _ in rows if own == title) for title, _, _ in rows}
    assert list(families.values()) == list(FAMILIES.values())


def test_the_numbers_of_the_example_are_what_its_cells_print():
    cells = {cell.id: cell.source for cell in MASTER.cells}
    printed = {source: SAID[number] for number, source in next(iter(WAYS.values())) if number in SAID}
    shown = re.search(r"```text\n(.*?)```", cells["example-compare-read"], re.DOTALL)[1].splitlines()
    for line, own in zip(shown, printed[cells["example-compare"]].splitlines(), strict=True):
        # Errors that are rounding differ from machine to machine.
        rounding = r"error \d\.\de-1\d"
        assert re.sub(rounding, "", line) == re.sub(rounding, "", own)
    assert set(re.findall(r"error (\S+)", printed[cells["example-epsilon"]])) == {"4.4e-01"}
    assert re.findall(r"(?:ratio|slope) (0\.4945)", printed[cells["example-one-unit"]]) == ["0.4945"] * 3


def test_the_epsilon_curve_of_a_right_gradient_falls_and_rises():
    params, X, Y = NAMES["network"]((3, 7, 5, 2), ("tanh", "softplus", "sigmoid"), "squared_error", m=4)
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        NAMES["epsilon_curve"](cases.backward(params, NAMES["forward"](params, X), Y), params, X, Y)
    errors = [float(e) for e in re.findall(r"error (\S+)", out.getvalue())]
    assert errors[:4] == pytest.approx([5.2e-3, 5.2e-5, 5.2e-7, 5.2e-9], rel=0.1)
    assert min(errors) == errors[4] < 1e-9 < errors[-1]


def test_the_numerical_gradient_of_the_notebook_serves_as_a_repair_too():
    def repair(k, params, cache, Y):
        return NAMES["numerical"](params, cache["a"][0], Y)

    told = results(repair=repair)
    assert points(told) == ALL
    assert told["repair_1"].approximate
