"""What an author types, on a checkout of their own."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backprop_lab.command_line import author
from backprop_lab.command_line.main import app

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The parts of the repository that an author works in, in a folder of their own."""
    folder = tmp_path_factory.mktemp("checkout")
    skip = shutil.ignore_patterns("__pycache__")
    for name in ("backprop_lab", "solutions", "exercises"):
        shutil.copytree(ROOT / name, folder / name, ignore=skip)
    shutil.copy(ROOT / "_config.yml", folder)
    return folder


@pytest.fixture(scope="module")
def definition(checkout):
    """A new exercise's definition as it was written, to be spoiled."""
    folder, name = checkout / "backprop_lab" / "exercises", "first_factor_again"
    if not list(folder.glob(f"e*_{name}.py")):
        assert run(checkout, "new-exercise", name).returncode == 0
    return next(folder.glob(f"e*_{name}.py"))


def run(checkout, *args):
    code = "from backprop_lab.command_line.main import app; app()"
    # A definition that is changed twice in a second, at the same length, would be taken for what was compiled of it first.
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, "-c", code, *args], cwd=checkout, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.sandbox
def test_a_new_exercise_is_two_files_that_work_as_they_stand(checkout):
    before = {path.relative_to(checkout) for path in checkout.rglob("*.*")}
    done = run(checkout, "new-exercise", "first_factor_again")
    assert done.returncode == 0, done.stderr
    written = {p.relative_to(checkout) for p in checkout.rglob("*.*") if "__pycache__" not in str(p)} - before
    definition, master = sorted(map(str, written))
    exercise = Path(definition).name[:3]
    assert definition == f"backprop_lab/exercises/{exercise}_first_factor_again.py"
    assert master == f"solutions/{exercise}_first_factor_again.ipynb"
    for command in (["execute", master], ["release", exercise], ["calibrate", exercise, "--json-file", "counts.json"]):
        done = run(checkout, *command)
        assert done.returncode == 0, done.stdout + done.stderr
    (row,) = json.loads((checkout / "counts.json").read_text())
    assert (row["named"], row["right_solutions"], row["wrong_names"]) == (row["planted"], 5, 0)
    assert row["planted"] == 6
    assert (
        "there is an exercise first_factor_again already" in run(checkout, "new-exercise", "first_factor_again").stderr
    )


@pytest.mark.parametrize("name", ["First factor", "e99", "9_lives", "two__words", ""])
def test_a_name_that_is_none_is_refused(name, tmp_path):
    done = CliRunner().invoke(app, ["new-exercise", name, "--root", str(tmp_path)])
    assert done.exit_code == 2
    assert "is no name" in done.stderr or "is no checkout" in done.stderr


def test_an_exercise_that_names_nothing_fails_calibration(checkout, definition):
    """A mistake whose formula is the truth cannot be named, and calibration says so."""
    right = definition.read_text()
    definition.write_text(right.replace("lambda u: 2,", "lambda u: 1,"))
    try:
        done = run(checkout, "calibrate", definition.name[:3], "--fast")
    finally:
        definition.write_text(right)
    assert done.returncode == 1
    assert "dL_da: O10 is not named" in done.stdout
    assert "dL_da: O10 costs nothing" in done.stdout


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('"ten units": 10', "", "5 variations; 6 and more are expected"),
        ('visible=("two units", "five units")', 'visible=("two",)', "visible names at least two of the variations"),
        ("lambda u: 2,", "lambda u: u.x,", "O10 is not named (seed 0): dL_da raised a formula reads u.x, and has only a, y"),
        ("lambda u: 2,", "lambda u: u.a @ np.ones((2, 2)),", "; its formula raises on all inputs: add a variation on"),
        ('"dL_da(a, y)"', '"dL_da(p, y)"', "marked down (seed 0): dL_da raised a formula reads u.a, and has only p, y, sign"),
        ("lambda u: 2,", "lambda u: 1,", "of two mistakes at a time 0 of 1 are named; 80% should"),
    ],
)  # fmt: skip
def test_calibration_says_what_is_missing(old, new, told, checkout, definition):
    right = definition.read_text()
    assert old in right
    definition.write_text(right.replace(old, new))
    try:
        done = run(checkout, "calibrate", definition.name[:3], "--fast")
    finally:
        definition.write_text(right)
    assert done.returncode == 1
    assert told in done.stdout


@pytest.mark.parametrize("call", [["release", "e01"], ["execute", "solutions/e01_one_neuron.ipynb"]])
def test_where_nothing_can_be_written_a_command_says_so_in_one_line(call, tmp_path, monkeypatch):
    shutil.copy(ROOT / "_config.yml", tmp_path)
    (tmp_path / "solutions").mkdir()
    shutil.copy(ROOT / "solutions" / "e01_one_neuron.ipynb", tmp_path / "solutions")
    monkeypatch.chdir(tmp_path)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(author, "write", full)
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 2
    assert re.fullmatch(
        r"backprop-lab: \S+/e01_one_neuron.ipynb cannot be written: no space left on device\n", done.stderr
    )


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"execution_count": 1,', '"execution_count": null,'),
        ('   "id": "title",\n', ""),
        ('"metadata": {}', '"metadata": {"scrolled": true}'),
    ],
    ids=["a count is gone", "an id is gone", "an editor's metadata"],
)
def test_execute_check_tells_a_notebook_that_is_not_in_its_stored_form(old, new, tmp_path):
    stored = (ROOT / "solutions" / "e01_one_neuron.ipynb").read_text("utf-8")
    assert old in stored
    file = tmp_path / "e01.ipynb"
    file.write_text(stored.replace(old, new, 1), "utf-8")
    done = CliRunner().invoke(app, ["execute", "--check", str(file)])
    assert done.exit_code == 1
    assert "is not in its stored form" in done.stderr
    assert file.read_text("utf-8") == stored.replace(old, new, 1)
