"""``start`` and ``check`` as a student types them."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.exercises import every
from tests.paths import EXERCISES, SOLUTIONS

CLASS = Path(__file__).parents[1] / "class" / "submissions"


def run(*call):
    return CliRunner().invoke(app, [str(part) for part in call])


def test_start_gives_the_notebook_out_and_overwrites_nothing(tmp_path):
    done = run("start", "e01", "--to", tmp_path / "course")
    assert done.exit_code == 0, done.output
    notebook = tmp_path / "course" / "e01_one_neuron.ipynb"
    assert json.loads(notebook.read_text())["metadata"]["backprop_lab"]["exercise"] == "e01"
    notebook.write_text("my work")
    again = run("start", "e01", "--to", tmp_path / "course")
    assert again.exit_code == 2
    assert "is there already and was not touched" in again.stderr
    assert notebook.read_text() == "my work"


def test_start_of_what_does_not_exist(tmp_path):
    done = run("start", "e1", "--to", tmp_path)
    assert done.exit_code == 2
    assert "did you mean e01?" in done.stderr
    assert not list(tmp_path.iterdir())


def test_start_into_what_cannot_be_written(tmp_path):
    (tmp_path / "file").touch()
    done = run("start", "e01", "--to", tmp_path / "file" / "below")
    assert done.exit_code == 2
    assert "cannot be written" in done.stderr


@pytest.mark.parametrize(
    ("submission", "status", "words"),
    [
        ("right_branches.ipynb", 0, "6 of 6 checks give all their points."),
        ("right_loop_and_tuple/e01_one_neuron.ipynb", 0, "6 of 6 checks"),
        ("mistake_K4_input_times_x.ipynb", 1, "∂L/∂x has the wrong last factor."),
        ("untouched.ipynb", 1, "0 of 6 checks"),
        ("endless_loop_in_dl_da.ipynb", 1, "dL_da did not come back in time"),
        ("crash_in_da_dz.ipynb", 1, "brought the kernel down"),
    ],
)
def test_check_judges_the_answers_on_a_pristine_copy(submission, status, words):
    done = run("check", CLASS / submission)
    assert words in done.output, done.output
    assert done.exit_code == status


def test_a_wrong_answer_that_was_run_and_saved_does_not_pass(tmp_path):
    """Its own stored outputs and its own check cells say that all is right: neither is looked at."""
    notebook = json.loads((CLASS / "mistake_K4_input_times_x.ipynb").read_text())
    for cell in notebook["cells"]:
        if "NBVAL_CHECK_OUTPUT" in "".join(cell["source"]):
            cell["source"] = "# NBVAL_CHECK_OUTPUT\nprint('right')"
    notebook["cells"].append(
        {
            "cell_type": "code",
            "id": "patch",
            "metadata": {},
            "outputs": [],
            "execution_count": 1,
            "source": "check = print",
        }
    )
    (tmp_path / "e01_one_neuron.ipynb").write_text(json.dumps(notebook))
    assert run("check", tmp_path / "e01_one_neuron.ipynb").exit_code == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("nowhere.ipynb", None, "does not exist"),
        ("e01.ipynb", "", "it is empty"),
        ("e01.ipynb", '{"cells": [', "it ends in the middle"),
        (
            "other.ipynb",
            '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
            "none of the exercises; there are: e01",
        ),
    ],
)
def test_check_of_what_is_no_exercise_is_one_clear_line(tmp_path, name, content, words):
    if content is not None:
        (tmp_path / name).write_text(content)
    done = run("check", tmp_path / name)
    assert done.exit_code == 2
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_check_without_a_notebook_tells_how_far_one_has_come(tmp_path, monkeypatch):
    shutil.copy(CLASS / "mistake_K4_input_times_x.ipynb", tmp_path / "e01_one_neuron.ipynb")
    shutil.copy(EXERCISES / "e02_numerical_gradient.ipynb", tmp_path)
    shutil.copy(SOLUTIONS / "e03_two_neurons.ipynb", tmp_path / "mine.ipynb")
    (tmp_path / "e05_two_layer_network.ipynb").write_text('{"cells": [')
    (tmp_path / "notes.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
    monkeypatch.chdir(tmp_path)
    done = run("check")
    assert done.exit_code == 0, done.output
    rows = {line.split()[1]: line for line in done.output.splitlines() if line.startswith("│ E")}
    assert set(rows) == {exercise.label for exercise in every()}
    told = (
        "13 of 15 │ 5 of 6 checks right",
        "0 of 12 │ 0 of 3 checks right",
        "12 of 12 │ done (mine.ipynb)",
        "– of 12 │ not begun",
    )
    for label, words in zip(("E1", "E2", "E3", "E4"), told, strict=True):
        assert words in rows[label]
    assert f"25 of {sum(exercise.points for exercise in every())}" in done.output
    assert "e05_two_layer_network.ipynb was left out: it ends in the middle" in done.output
    assert "notes.ipynb" not in done.output
    assert "Next: E1, with backprop-lab check e01_one_neuron.ipynb" in done.output


def test_of_two_notebooks_of_an_exercise_the_newer_one_is_shown(tmp_path):
    for name, age in (("e01_old.ipynb", 2), ("e01_new.ipynb", 1)):
        shutil.copy(EXERCISES / "e01_one_neuron.ipynb", tmp_path / name)
        os.utime(tmp_path / name, (1e9 - age, 1e9 - age))
    done = run("check", tmp_path)
    assert "(e01_new.ipynb)" in done.output
    assert "e01_old" not in done.output


def test_importing_the_package_loads_no_checker_and_no_notebook_machinery():
    program = (
        "import sys, numpy; before = set(sys.modules); import backprop_lab; "
        "print(sorted(m for m in set(sys.modules) - before if not m.startswith('backprop_lab')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_a_command_that_reads_no_notebook_loads_nothing_that_reads_one():
    # Beside JupyterLab, nbformat takes longer to load than everything else: --help and the tab key would wait for it.
    program = (
        "import sys; from backprop_lab.command_line import main; "
        "print(sorted({'nbformat', 'nbclient', 'jsonschema'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
