"""The students' bundle: what is in it and what is not, and that a student who unpacks it can solve and check E1."""

import html
import io
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.course import bundle, packing
from backprop_lab.exercises import every, load
from backprop_lab.grading import release
from backprop_lab.grading.notebook import code_cells
from tests.paths import EXERCISES, ROOT, SOLUTIONS

WHEEL = "backprop-lab/library/backprop_lab-0.1.0-py3-none-any.whl"
HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"
# A student's own environment knows nothing of the checkout.
ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
# Half of the time that pip takes is compiling what is never imported here.
ENVIRONMENT["PIP_NO_COMPILE"] = "1"


def run(*call):
    return CliRunner().invoke(app, ["bundle", *map(str, call)])


@pytest.fixture(scope="module")
def made():
    return bundle.bundle()


def files_of(content):
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return {name: file.read(name) for name in file.namelist()}


def test_it_holds_the_exercises_the_library_and_where_to_start(made):
    names = set(files_of(made))
    released = {f"backprop-lab/exercises/{path.name}" for path in EXERCISES.iterdir() if path.is_file()}
    assert len(released) >= 18
    assert names == {"backprop-lab/START.html", WHEEL} | released


def test_it_holds_no_solution_and_no_hidden_test(made):
    files = files_of(made)
    for name, content in (files | files_of(files[WHEEL])).items():
        assert not re.search(r"solutions/|tests/|hidden|submission.*\.ipynb", name), name
        assert not name.endswith(".ipynb") or b"ALSO RIGHT: " not in content, name
    for exercise in every():
        stub = nbformat.reads(files[f"backprop-lab/exercises/{exercise.notebook}"].decode(), as_version=4)
        assert not [source for _, source in code_cells(stub) if release.BEGIN in source]


def test_with_solutions_it_holds_them_too(made):
    files = files_of(bundle.bundle(with_solutions=True))
    added = {name for name in files if name.startswith("backprop-lab/solutions/")}
    assert set(files) - added == set(files_of(made))
    assert {Path(name).name for name in added} == {path.name for path in SOLUTIONS.iterdir() if path.is_file()}
    assert "Look there last" in files["backprop-lab/START.html"].decode()
    assert "Look there last" not in files_of(made)["backprop-lab/START.html"].decode()


def test_the_same_exercises_give_the_same_bytes(made):
    assert bundle.bundle() == made


def test_the_wheel_is_the_one_that_is_published(made, tmp_path):
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    published, own = files_of(next(tmp_path.glob("*.whl")).read_bytes()), files_of(files_of(made)[WHEEL])
    assert set(own) == set(published)
    # What is installed may have been installed before the last change of what it requires.
    told = {name for name in own if ".dist-info/" in name and "licenses/" not in name}
    assert {name for name in own if own[name] != published[name]} <= told


def test_its_record_tells_each_file(made):
    files = files_of(files_of(made)[WHEEL])
    rows = files["backprop_lab-0.1.0.dist-info/RECORD"].decode().splitlines()
    assert {row.split(",")[0] for row in rows} == set(files)
    assert "backprop_lab-0.1.0.dist-info/RECORD,," in rows


def test_the_command_writes_it_and_never_over_anything(tmp_path, made):
    target = tmp_path / "exercises.zip"
    done = run(target)
    assert (done.exit_code, target.read_bytes()) == (0, made), done.stderr
    assert "open backprop-lab/START.html" in done.output
    target.write_text("somebody's own")
    done = run(target)
    assert (done.exit_code, target.read_text()) == (2, "somebody's own")
    assert "is there already and was not touched" in done.stderr


@pytest.mark.parametrize(("name", "said"), [("exercises.tar", "ends in .zip"), ("nowhere/b.zip", "there is no folder")])
def test_a_name_that_will_not_do_is_refused_in_one_line(tmp_path, name, said):
    done = run(tmp_path / name)
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_without_metadata_it_says_what_to_do(tmp_path, monkeypatch):
    def missing(name):
        raise packing.metadata.PackageNotFoundError(name)

    monkeypatch.setattr(packing.metadata, "distribution", missing)
    done = run(tmp_path / "b.zip")
    assert done.exit_code == 2
    assert "pip install -e ." in done.stderr


# --- as a student has it: unpacked somewhere, in an environment of its own ------------------------------------------


def python(version):
    """A Python of this version that runs: on the path, or among those of pyenv."""
    own = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")).glob(f"versions/{version}.*/bin/python")
    for found in (sys.executable if version == HERE else None, shutil.which(f"python{version}"), *sorted(own)):
        if found and subprocess.run([found, "-c", "import ensurepip"], capture_output=True).returncode == 0:
            return str(found)
    return None


class Student:
    """A folder with the unpacked bundle, and the commands of its start page typed there."""

    def __init__(self, content, folder, version):
        with zipfile.ZipFile(io.BytesIO(content)) as file:
            file.extractall(folder)
        self.folder, self.version = folder / bundle.FOLDER, version
        block = re.search(r"<pre><code>(.*?)</code></pre>", (self.folder / bundle.START).read_text("utf-8"), re.DOTALL)
        environment, install, _ = html.unescape(block[1]).splitlines()
        # JupyterLab has no part in checking, and takes a minute.
        install = install.removesuffix(" jupyterlab")
        if version == HERE:  # without the network: the packages that this environment has
            install = install.replace("pip install", "pip install --no-index --no-deps")
        environment = environment.replace("python3", python(version))
        command = f"{environment} && {install} --quiet --disable-pip-version-check"
        self.log = folder / "log"
        with self.log.open("w") as log:
            self.installing = subprocess.Popen(
                command, shell=True, cwd=self.folder, env=ENVIRONMENT, stdout=log, stderr=log
            )

    def installed(self):
        """Wait until it is; the error of pip, or nothing."""
        if self.installing.wait(timeout=240):
            return self.log.read_text("utf-8", "replace")
        if self.version == HERE:
            packages = next(self.folder.glob(".venv/lib/python*/site-packages"))
            (packages / "shared.pth").write_text(sysconfig.get_path("purelib") + "\n")
        return ""

    def lab(self, *call):
        command = [self.folder / ".venv" / "bin" / "backprop-lab", *call]
        return subprocess.run(
            command, cwd=self.folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=120, check=False
        )


@pytest.fixture(scope="module")
def students(made, tmp_path_factory):
    """Students with these versions of Python; all install at the same time."""
    found = {
        version: Student(made, tmp_path_factory.mktemp("student"), version)
        for version in {HERE, "3.11", "3.12", "3.13"}
        if python(version)
    }
    yield found
    for student in found.values():
        student.installing.wait()


@pytest.mark.parametrize("version", sorted({HERE, "3.11", "3.12", "3.13"}))
def test_a_student_installs_it_solves_e1_and_checks_it(students, version, made, cannot_run):
    if version not in students:
        cannot_run(f"no Python {version}; install it, or see what CI says of it")
    student = students[version]
    if trouble := student.installed():
        if re.search("connect|resolve|timed out|No matching distribution", trouble):
            cannot_run(f"pip reaches no index: {trouble.strip().splitlines()[-1]}")
        pytest.fail(trouble)
    notebook = student.folder / "exercises" / load("e01").notebook
    done = student.lab("check", notebook)
    assert (done.returncode, done.stderr) == (1, "")
    assert "0 of 6 checks" in done.stdout
    solve(notebook)
    done = student.lab("check", notebook)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 of 6 checks give all their points" in done.stdout
    # What is installed can be handed on: no checkout is needed, but for the solutions.
    assert student.lab("bundle", "again.zip").returncode == 0
    assert (student.folder / "again.zip").read_bytes() == made
    done = student.lab("bundle", "more.zip", "--with-solutions")
    assert done.returncode == 2
    assert "the solutions are in a checkout alone" in done.stderr


def solve(path):
    """Write the master's answers into the cells of a released notebook."""
    answers = {cell.id: cell.source for cell in nbformat.read(SOLUTIONS / path.name, as_version=4).cells}
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.source = answers[cell.id]
    nbformat.write(notebook, path)
