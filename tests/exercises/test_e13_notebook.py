"""E13's notebook: its right ways, its printed passes and its table are those of the cases."""

import contextlib
import io
import re

import nbformat
import numpy as np
import pytest

from backprop_lab.checking.callbacks import Callbacks
from backprop_lab.exercises import bug_clinic_cases as cases
from backprop_lab.exercises.bug_clinic_cases import CODES, FAMILIES, FAMILY, broken
from backprop_lab.exercises.catalogue import CATALOGUE
from backprop_lab.exercises.e13_bug_clinic import PRINTED
from backprop_lab.grading import notebook
from tests.exercises.answers_e13 import ALL, E13, IDS, alike, results
from tests.exercises.told import points
from tests.paths import SOLUTIONS

MASTER = nbformat.read(SOLUTIONS / E13.notebook, as_version=4)


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
