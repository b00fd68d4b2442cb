"""The extra notebooks: released like the others, and graded never."""

import json
import re
import shutil

import nbformat
import pytest
from typer.testing import CliRunner

from backprop_lab import exercises
from backprop_lab.command_line import progress
from backprop_lab.command_line.main import app
from backprop_lab.grading import notebook
from backprop_lab.grading.kernel import client
from backprop_lab.grading.release import BEGIN, END, BrokenMaster, extras, release_extra
from tests.paths import EXERCISES, ROOT, SOLUTIONS

NAMES = extras(SOLUTIONS)
EXTRAS = pytest.mark.parametrize("name", NAMES)


def run(*call):
    return CliRunner().invoke(app, [str(part) for part in call])


def read(folder, name):
    return nbformat.read(folder / f"{name}.ipynb", as_version=4)


def outputs(nb):
    """The text of each check cell, by the cell's id."""
    return {
        cell.id: "".join(output.text for output in cell.outputs)
        for cell in nb.cells
        if cell.cell_type == "code" and notebook.is_check(cell.source)
    }


def test_there_are_three_and_each_is_released():
    assert NAMES == ["extra_l2", "extra_row_convention", "extra_vanishing_gradients"] == extras(EXERCISES)


@EXTRAS
def test_the_head_says_that_it_is_ungraded_how_long_it_takes_and_what_it_builds_on(name):
    head = read(EXERCISES, name).cells[0].source
    assert re.search(r"\*Ungraded, without points, about \d\d minutes\. It builds on ", head)
    links = re.findall(r"\]\(([^)]+\.ipynb)\)", head)
    assert len(links) >= 2
    assert all((EXERCISES / link).is_file() for link in links)


@EXTRAS
def test_what_is_stored_is_what_the_master_gives(name):
    assert run("release", "--check", "--root", ROOT, name).exit_code == 0


@EXTRAS
def test_a_difference_fails_the_check_of_all_and_is_shown(name, tmp_path):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    for folder in (SOLUTIONS, EXERCISES):
        (tmp_path / folder.name).mkdir()
        shutil.copy(folder / f"{name}.ipynb", tmp_path / folder.name)
    master = tmp_path / "solutions" / f"{name}.ipynb"
    master.write_text(master.read_text("utf-8").replace("Worked instance", "Worked out", 1), "utf-8")
    done = run("release", "--check", "--root", tmp_path, name)
    assert done.exit_code == 1
    assert "Worked out" in done.output
    assert "differs from what it is made of" in done.output
    assert run("release", "--root", tmp_path, name).exit_code == 0
    assert run("release", "--check", "--root", tmp_path, name).exit_code == 0


def test_without_a_name_the_extras_are_released_too(monkeypatch, tmp_path):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    shutil.copytree(SOLUTIONS, tmp_path / "solutions")
    monkeypatch.setattr("backprop_lab.exercises.names", dict)
    assert run("release", "--root", tmp_path).exit_code == 0
    assert extras(tmp_path / "exercises") == NAMES


@EXTRAS
def test_no_line_of_an_answer_is_released(name):
    master = "\n".join(source for _, source in notebook.code_cells(read(SOLUTIONS, name)))
    blocks = re.findall(rf"{BEGIN}\n(.*?){END}", master, re.DOTALL)
    assert len(blocks) >= 3
    # A bracket that closes and a line of the book's own column form tell nothing.
    given = next((c.source for c in read(SOLUTIONS, name).cells if c.id == "columns"), "")
    answers = {line.strip() for block in blocks for line in block.splitlines()} - {"", "}", ")"}
    released = {line.strip() for cell in read(EXERCISES, name).cells for line in cell.source.splitlines()}
    assert not (answers & released) - {line.strip() for line in given.splitlines()}
    assert sum("raise NotImplementedError" in line for line in released) == len(blocks)


@EXTRAS
def test_the_released_form_runs_to_its_end_and_each_check_says_what_is_still_to_be_written(name):
    released = read(EXERCISES, name)
    functions = [
        re.search(r"^def (\w+)", cell.source, re.MULTILINE)[1]
        for cell in released.cells
        if "raise NotImplementedError" in cell.source
    ]
    client(released, EXERCISES, 60).execute()
    assert list(outputs(released).values()) == [f"– {function} is still to be written.\n" for function in functions]


@EXTRAS
def test_in_the_master_every_check_holds_and_what_is_released_shows_it(name):
    shown = outputs(read(SOLUTIONS, name))
    assert shown == outputs(read(EXERCISES, name))
    for text in shown.values():
        assert "✓" in text
        assert not {"✗", "–"} & set(text)
        assert "point" not in text
    quiet = [cell for cell in read(EXERCISES, name).cells if cell.cell_type == "code" and cell.id not in shown]
    assert all(cell.outputs == [] for cell in quiet)


@EXTRAS
def test_it_is_taken_for_no_graded_exercise(name, tmp_path):
    assert name not in exercises.names()
    for folder in (SOLUTIONS, EXERCISES):
        nb = read(folder, name)
        assert notebook.which_exercise(nb, f"{name}.ipynb") is None
        nb.metadata = nbformat.from_dict({})
        assert notebook.which_exercise(nb, "mine.ipynb") is None
        shutil.copy(folder / f"{name}.ipynb", tmp_path / f"{folder.name}_{name}.ipynb")
    assert progress.in_folder(tmp_path) == ({}, {})


@EXTRAS
def test_start_puts_it_into_a_folder_and_overwrites_nothing(name, tmp_path):
    done = run("start", name, "--to", tmp_path)
    assert done.exit_code == 0, done.output
    assert "an extra notebook, without points" in done.output
    file = tmp_path / f"{name}.ipynb"
    assert json.loads(file.read_text("utf-8"))["metadata"]["backprop_lab"] == {"extra": name}
    assert (tmp_path / "conftest.py").is_file()
    told = run("check", file)
    assert told.exit_code == 2
    assert "its checks are cells of the notebook" in told.stderr
    file.write_text("my work")
    assert run("start", name, "--to", tmp_path).exit_code == 2
    assert file.read_text() == "my work"


@pytest.mark.parametrize("command", ["start", "release"])
def test_a_name_that_does_not_exist_is_told_with_those_that_do(command):
    done = run(command, "extra_l3", *([] if command == "start" else ["--root", ROOT]))
    assert done.exit_code == 2
    assert "extra_l2, extra_row_convention" in done.stderr


def broken(change):
    nb = read(SOLUTIONS, "extra_l2")
    change({cell.id: cell for cell in nb.cells})
    with pytest.raises(BrokenMaster) as error:
        release_extra(nb, "extra_l2")
    return str(error.value)


def test_a_master_that_cannot_be_released_is_told():
    assert "without its partner" in broken(lambda c: c["step"].update(source=c["step"].source.replace(END, "")))
    assert "check cell without output" in broken(lambda c: c["step-check"].update(outputs=[]))
    assert "decayed_step has no check cell" in broken(lambda c: c["step-check"].update(source="x = 1"))
    answers = ("loss", "gradients", "step")
    assert "no answer between markers" in broken(lambda c: [c[id].update(source="x = 1") for id in answers])
