"""The autograder's zip: it is of this version, it is enough, and it holds no test and no master."""

import io
import shutil
import stat
import subprocess
import zipfile

import pytest

from backprop_lab.course import gradescope, gradescope_run
from backprop_lab.exercises import load
from backprop_lab.grading import notebook
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.task import grader
from tests.course.gradescope.running import RIGHT, SECRET, crashes, hand_in
from tests.paths import ROOT, SOLUTIONS

pytestmark = pytest.mark.sandbox


def test_the_zip_is_of_this_version_and_holds_no_test_and_no_master(made, tmp_path):
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        names = file.namelist()
        content = {name: file.read(name) for name in names}
        modes = {info.filename: stat.S_IMODE(info.external_attr >> 16) for info in file.infolist()}
    assert {name for name in names if "/" not in name} == {
        "setup.sh", "run_autograder", "requirements.txt", "constraints.txt"
    }  # fmt: skip
    assert {name.split("/")[0] for name in names if "/" in name} == {"class", "package"}
    assert {modes["setup.sh"], modes["run_autograder"]} == {0o755}
    assert {mode for name, mode in modes.items() if name.startswith("class/")} == {0o600}
    assert content["class/seed"].strip() == SECRET
    packed = {name.removeprefix("package/"): held for name, held in content.items() if name.startswith("package/")}
    assert {name: (ROOT / name).read_bytes() for name in packed} == packed
    assert not [name for name in names if name.endswith((".ipynb", ".pyc")) or "test" in name]
    masters = [source for master in SOLUTIONS.glob("e*.ipynb")
               for cells in notebook.right_solutions(notebook.parse(master.read_bytes())).values()
               for _, source in cells if len(source) > 200]  # fmt: skip
    assert len(masters) > 20
    everything = b"\n".join(content.values()).decode("utf-8", "replace")
    assert not [source for source in masters if source in everything]
    assert gradescope.autograder(load("e01"), SECRET, "visible", tmp_path) == made


def test_what_is_installed_for_it_is_enough_and_no_more(built):
    """The other tests run on these packages alone: this says that the rest is really out of reach."""
    python = next(built.glob("venv/bin/python"))
    code = "import importlib.util as u; print([n for n in ('rich', 'typer', 'mpmath', 'jinja2', 'pytest') if u.find_spec(n)])"
    assert subprocess.run([python, "-s", "-P", "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_the_pool_that_is_packed_is_the_one_that_is_asked(home, monkeypatch):
    """Nothing is drawn on Gradescope: another NumPy there could draw other inputs, and references need mpmath."""
    monkeypatch.setattr(Pools, "_new", crashes)
    hand_in(home, RIGHT)
    assert gradescope_run.main(home) == 0


@pytest.mark.parametrize("changed", ["checking/judge.py", "checking/templates/report.html", "grading/wire.py"])
def test_another_file_that_judges_is_another_grader_wherever_it_lies(built, tmp_path, changed):
    shutil.copytree(built / "source" / "package", tmp_path / "package", ignore=shutil.ignore_patterns("__pycache__"))

    def told():
        code = "from backprop_lab.grading import task; print(task.grader())"
        command = [built / "venv" / "bin" / "python", "-B", "-s", "-P", "-c", code]
        env = {"PYTHONPATH": str(tmp_path / "package")}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip()

    assert told() == grader()
    with (tmp_path / "package" / "backprop_lab" / changed).open("a") as file:
        file.write("\n")
    assert told() != grader()
