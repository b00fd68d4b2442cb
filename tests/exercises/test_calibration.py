"""The gate that every exercise goes through: what ``backprop-lab calibrate`` finds, held to what is promised."""

import dataclasses

import nbformat
import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.exercises import every, load
from backprop_lab.exercises.mistake import Mistake
from backprop_lab.exercises.model import student
from backprop_lab.grading import calibrate, notebook, sandbox, task
from backprop_lab.grading.pool import Pools
from tests.paths import SOLUTIONS

EXERCISES = pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
DOUBLES = 400


@EXERCISES
def test_there_are_enough_hidden_inputs(exercise):
    row = calibrate.Row(exercise.id)
    calibrate.inputs(exercise, row)
    assert row.faults == []


@EXERCISES
def test_each_planted_mistake_costs_its_own_points_alone_and_is_named(exercise):
    row = calibrate.Row(exercise.id)
    calibrate.singles(exercise, row)
    assert row.faults == []
    assert row.named == row.planted
    assert row.planted >= sum(len(m.formulas) for term in exercise.terms for m in term.mistakes) > 0
    assert (row.wrong_names, row.points_lost_elsewhere) == (0, 0)


@EXERCISES
def test_of_two_mistakes_both_are_named_and_never_a_third(exercise):
    row = calibrate.Row(exercise.id)
    calibrate.doubles(exercise, row, DOUBLES)
    assert row.wrong_names == 0, row.faults
    assert row.enough_doubles
    assert row.doubles > 0


@EXERCISES
def test_right_functions_are_never_given_a_mistake_on_500_fixtures(exercise):
    seeds = calibrate.seeds_for(exercise)
    assert len(seeds) * len(exercise.variations) >= 500
    row = calibrate.Row(exercise.id)
    calibrate.right(exercise, row, student(exercise), seeds)
    assert row.faults == []


@pytest.mark.sandbox
@EXERCISES
def test_every_right_solution_earns_every_point_through_the_sandbox_with_three_secrets(exercise):
    solutions = notebook.right_solutions(nbformat.read(SOLUTIONS / exercise.notebook, as_version=4))
    assert len(solutions) > calibrate.OTHER_WAYS
    tier = sandbox.choose("auto")
    for pools in [Pools(f"calibration {seed}".encode()) for seed in range(3)]:
        for name, cells in solutions.items():
            results, collected = task.examine(exercise, cells, pools.picked(exercise, name), tier)
            assert collected.cells == {}, (name, collected.cells)
            assert sum(r.points for r in results) == exercise.points, (name, calibrate.told(results))
            assert not any(r.codes for r in results), name


@pytest.mark.sandbox
@EXERCISES
def test_the_released_stub_earns_nothing_and_is_told_as_not_attempted(exercise):
    released = nbformat.read(SOLUTIONS.parent / "exercises" / exercise.notebook, as_version=4)
    fixtures = Pools(b"a secret").picked(exercise, "stub")
    results, _ = task.examine(exercise, notebook.code_cells(released), fixtures, sandbox.choose("auto"))
    assert {r.outcome for r in results} == {"not attempted"}
    assert sum(r.points for r in results) == 0


def with_mistake(exercise, term_name, mistake):
    """The exercise with one more mistake in a term."""
    terms = [
        dataclasses.replace(t, mistakes=(*t.mistakes, mistake)) if t.name == term_name else t for t in exercise.terms
    ]
    return dataclasses.replace(exercise, terms=tuple(terms))


def test_the_gate_sees_a_mistake_that_cannot_be_named():
    """One whose formula is the truth; one that takes another term with it is seen by the points elsewhere."""
    e01 = load("e01")
    truth = Mistake("X1", e01.term("dz_dw").formula, "It is right.", "No.", "none", "None.")
    row = calibrate.Row("e01")
    calibrate.singles(with_mistake(e01, "dz_dw", truth), row)
    assert any("X1 is not named" in fault for fault in row.faults)
    assert any("X1 costs nothing" in fault for fault in row.faults)
    assert not row.passed


def test_the_gate_sees_right_functions_marked_down():
    e01 = load("e01")
    functions = student(e01)
    right = functions["dz_dw"]
    functions["dz_dw"] = lambda x: right(x) * (1 + 1e-4 * (x > 1.5))
    row = calibrate.Row("e01")
    calibrate.right(e01, row, functions, calibrate.seeds_for(e01))
    assert row.right_solutions_marked_down == 1


def test_the_gate_sees_a_wrong_name(monkeypatch):
    """A mistake with another one's formula, listed before it, is named in its place."""
    e01 = load("e01")
    false = Mistake("X2", lambda u: 2.0, "Two.", "Two.", "2", "Two.")
    exercise = with_mistake(e01, "dz_db", false)
    real = exercise.term("dz_db").mistakes[0]
    monkeypatch.setattr(calibrate, "_found", lambda results: {("dz_db", "X2")})
    row = calibrate.Row("e01")
    calibrate._single(exercise, row, "dz_db", {"dz_db": [(None, lambda u: 2.0)]}, {("dz_db", real.code)})
    assert row.wrong_names == 1


def test_counts_as_json(tmp_path):
    file = tmp_path / "counts.json"
    done = CliRunner().invoke(app, ["calibrate", "e01", "--fast", "--doubles", "20", "--json-file", str(file)])
    assert done.exit_code == 0, done.output
    import json

    (row,) = json.loads(file.read_text())
    assert row["exercise"] == "e01"
    assert row["planted"] == row["named"]
    assert set(row) == {
        "exercise", "planted", "named", "doubles", "doubles_named", "wrong_names", "points_lost_elsewhere",
        "right_solutions", "right_solutions_marked_down",
    }  # fmt: skip
