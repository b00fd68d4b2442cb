"""A class that is graded, and a course that is not yet: what several files of this folder begin with."""

import os
import shutil

import pytest

from tests.calling import LOOPS, RIGHT, WRONG, grade, run, succeeded
from tests.command_line.courses import hand_in


@pytest.fixture(scope="session")
def graded(tmp_path_factory):
    """A class of three, two of whom handed in two exercises, graded once; nothing may change it."""
    root = tmp_path_factory.mktemp("desk")
    (root / "class" / "bob").mkdir(parents=True)
    shutil.copy(RIGHT, root / "class" / "ada.ipynb")
    shutil.copy(WRONG, root / "class" / "bob" / "e01_one_neuron.ipynb")
    shutil.copy(RIGHT, root / "class" / "bob" / "e01_old.ipynb")
    os.utime(root / "class" / "bob" / "e01_old.ipynb", (1000, 1000))
    shutil.copy(LOOPS, root / "class" / "bob" / "e04.ipynb")
    (root / "class" / "=cyd.ipynb").write_text("no notebook")
    succeeded(grade(root / "class", None, "--jobs", "1"))
    return root


@pytest.fixture
def desk(graded, tmp_path):
    """The same class and its grades, in a folder that a test may change."""
    for name in ("class", "out"):
        shutil.copytree(graded / name, tmp_path / name)
    return tmp_path


@pytest.fixture
def course(tmp_path):
    """A course that was just made, with a class of two in it."""
    succeeded(run("course", "init", tmp_path / "winter"))
    hand_in(tmp_path / "winter" / "submissions")
    return tmp_path / "winter"
