"""Gradescope's /autograder: the zip, the image that is built of it, and a container of that image."""

import importlib.metadata
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from backprop_lab.course import gradescope
from backprop_lab.exercises import load
from tests.course.gradescope.running import SECRET


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """The zip of E1."""
    return gradescope.autograder(load("e01"), SECRET, "visible", tmp_path_factory.mktemp("pool"))


@pytest.fixture(scope="session")
def built(made, tmp_path_factory):
    """/autograder as Gradescope has it when the image is built, with what is required and nothing else installed."""
    home = tmp_path_factory.mktemp("image") / "autograder"
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        file.extractall(home / "source")
    shutil.copy(home / "source" / "run_autograder", home / "run_autograder")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    packages = next(home.glob("venv/lib/python3*/site-packages"))
    for path in required((home / "source" / "requirements.txt").read_text().split("\n")):
        # NumPy's own place is open to the room, so that it must stand below /autograder, as it will.
        shutil.copytree(path, packages / path.name) if "numpy" in path.name else (packages / path.name).symlink_to(path)
    return home


def required(lines):
    """Folders and files of these packages, and of those that they require in turn, where they are installed here."""
    todo, seen, found = [Requirement(line) for line in lines if line], set(), set()
    while todo:
        one = todo.pop()
        if one.name.lower() in seen or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        seen.add(one.name.lower())
        installed = importlib.metadata.distribution(one.name)
        tops = {file.parts[0] for file in installed.files if file.parts[0] not in ("..", "__pycache__")}
        found |= {Path(installed.locate_file(top)) for top in tops}
        todo += [Requirement(line) for line in installed.requires or []]
    return sorted(found)


@pytest.fixture
def home(built, tmp_path):
    """A container of that image: a fresh /autograder, in which nothing was handed in yet."""
    home = tmp_path / "autograder"
    home.mkdir()
    for shared in ("venv", "source", "run_autograder"):
        (home / shared).symlink_to(built / shared)
    (home / "submission").mkdir()
    (home / "results").mkdir()
    return home
