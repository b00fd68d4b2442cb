"""The released notebook: made from the master, holding nothing of the solution, and never stale."""

import copy
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.exercises import every, load
from backprop_lab.grading.notebook import ALSO_RIGHT, code_cells, is_check
from backprop_lab.grading.release import BEGIN, END, BrokenMaster, release

ROOT = Path(__file__).parents[2]


def master(exercise):
    return nbformat.read(ROOT / "solutions" / exercise.notebook, as_version=4)


def released(exercise):
    return nbformat.read(ROOT / "exercises" / exercise.notebook, as_version=4)


def answer_lines(exercise):
    """The lines between markers in the master, without those that a cell which is given to everyone holds as well."""
    found, given = set(), set()
    for _, source in code_cells(master(exercise)):
        if BEGIN not in source and not source.startswith(ALSO_RIGHT):
            given |= {line.strip() for line in source.splitlines()}
        for block in re.findall(rf"{BEGIN}\n(.*?){END}", source, re.DOTALL):
            found |= {line.strip() for line in block.splitlines() if line.strip()}
    return found - given


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_what_is_stored_is_what_the_master_gives(exercise):
    assert CliRunner().invoke(app, ["release", "--check", "--root", str(ROOT), exercise.id]).exit_code == 0


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_no_line_of_the_solution_is_released(exercise):
    lines = answer_lines(exercise)
    assert len(lines) >= len(exercise.functions)
    stubs = {line.strip() for _, source in code_cells(released(exercise)) for line in source.splitlines()}
    assert not lines & stubs


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_stored_outputs_are_the_checks_texts_alone(exercise):
    for cell in released(exercise).cells:
        if cell.cell_type == "code" and is_check(cell.source):
            assert [set(output.data) for output in cell.outputs] == [{"text/plain"}]
            assert "point" in cell.outputs[0].data["text/plain"]
            assert cell.execution_count
        elif cell.cell_type == "code":
            assert cell.outputs == []


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_a_difference_fails_the_check_and_is_shown(exercise, tmp_path):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    for folder in ("solutions", "exercises"):
        (tmp_path / folder).mkdir()
        text = (ROOT / folder / exercise.notebook).read_text()
        (tmp_path / folder / exercise.notebook).write_text(
            text.replace("Graded exercise", "Marked exercise", 1) if folder == "solutions" else text
        )
    done = CliRunner().invoke(app, ["release", "--check", "--root", str(tmp_path), exercise.id])
    assert done.exit_code == 1
    assert "differs from what it is made of" in done.output
    assert "Marked exercise" in done.output
    assert CliRunner().invoke(app, ["release", "--root", str(tmp_path), exercise.id]).exit_code == 0
    assert CliRunner().invoke(app, ["release", "--check", "--root", str(tmp_path), exercise.id]).exit_code == 0


def broken(change):
    exercise = load("e01")
    nb = copy.deepcopy(master(exercise))
    change({cell.id: cell for cell in nb.cells})
    with pytest.raises(BrokenMaster) as error:
        release(nb, exercise)
    return str(error.value)


def test_a_marker_without_its_partner_is_an_error():
    assert "without its partner" in broken(lambda c: c["dz-dw"].update(source=c["dz-dw"].source.replace(END, "")))


def test_a_check_without_output_is_an_error():
    assert "cell check-dl-da: a check cell without output" in broken(lambda c: c["check-dl-da"].update(outputs=[]))


def test_a_function_without_answer_or_check_is_an_error():
    assert "dz_db has no answer" in broken(lambda c: c["dz-db"].update(source="x = 1"))
    assert "dz_db has no check cell" in broken(lambda c: c["check-dz-db"].update(source="x = 1"))


def test_a_marker_in_a_text_cell_is_an_error():
    assert "in a text cell" in broken(lambda c: c["title"].update(source=BEGIN))


def test_without_masters_the_command_says_where_it_must_run(tmp_path):
    done = CliRunner().invoke(app, ["release", "--root", str(tmp_path)])
    assert done.exit_code == 2
    assert "run this in a checkout" in done.stderr
