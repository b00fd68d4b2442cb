"""nbval, as a student runs it: it fails on the stub and passes when the answers are there."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from backprop_lab.exercises import every
from backprop_lab.grading.release import extras

ROOT = Path(__file__).parents[1]


def nbval_lax(folder, notebook):
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", "-q", notebook]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
@pytest.mark.parametrize(("source", "passes"), [("exercises", False), ("solutions", True)])
def test_nbval_lax_fails_on_the_stub_and_passes_when_solved(tmp_path, exercise, source, passes):
    for name in (exercise.notebook, "conftest.py"):
        shutil.copy(ROOT / source / name, tmp_path / name)
    done = nbval_lax(tmp_path, exercise.notebook)
    assert (done.returncode == 0) is passes, done.stdout[-3000:]
    if not passes:
        # Each check, and cells that show what the functions do.
        assert int(re.search(r"(\d+) failed", done.stdout)[1]) >= len(exercise.functions)


@pytest.mark.parametrize("name", extras(ROOT / "solutions"))
@pytest.mark.parametrize(("source", "passes"), [("exercises", False), ("solutions", True)])
def test_nbval_lax_judges_an_extra_notebook_too(tmp_path, name, source, passes):
    for file in (f"{name}.ipynb", "conftest.py"):
        shutil.copy(ROOT / source / file, tmp_path / file)
    done = nbval_lax(tmp_path, f"{name}.ipynb")
    assert (done.returncode == 0) is passes, done.stdout[-3000:]
