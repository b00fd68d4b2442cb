"""``backprop-lab grade`` on a folder: what counts, which exercise it is, the class's secret, the isolation."""

import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from backprop_lab.exercises import load, names, stored
from backprop_lab.grading import sandbox
from backprop_lab.grading.pool import Pools
from tests.calling import RIGHT, WRONG, grade, record, refused

pytestmark = pytest.mark.sandbox


def test_a_folder_that_does_not_exist(tmp_path):
    assert "does not exist" in refused(grade(tmp_path / "nowhere"))
    assert not (tmp_path / "out").exists()


def test_an_empty_folder(tmp_path):
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "empty student").mkdir()
    (tmp_path / "class" / ".DS_Store").touch()
    assert "holds no submissions; expected STUDENT.ipynb" in refused(grade(tmp_path / "class"))


def test_one_file_is_a_class_of_one(folder):
    assert grade(folder / "ada.ipynb", folder.parent / "out").exit_code == 0
    assert record(folder, "ada")["points"] == 15


def test_one_file_that_bears_the_exercise_s_name_is_its_folder_s_student(folder):
    shutil.copy(RIGHT, folder / "e01_one_neuron.ipynb")
    assert grade(folder / "e01_one_neuron.ipynb", folder.parent / "out").exit_code == 0
    assert record(folder, "class")["points"] == 15


def test_of_two_submissions_the_newest_counts_and_both_are_recorded(folder):
    (folder / "ada").mkdir()
    shutil.copy(WRONG, folder / "ada" / "e01_one_neuron.ipynb")
    os.utime(folder / "ada.ipynb", (1000, 1000))
    os.utime(folder / "ada" / "e01_one_neuron.ipynb", (2000, 2000))
    assert grade(folder).exit_code == 0
    first = record(folder, "ada")
    assert (first["points"], first["file"]) == (13, "ada/e01_one_neuron.ipynb")
    assert [old["file"] for old in first["superseded"]] == ["ada.ipynb"]
    assert len(first["superseded"][0]["sha256"]) == 64
    os.utime(folder / "ada.ipynb", (3000, 3000))
    assert grade(folder).exit_code == 0
    assert record(folder, "ada")["points"] == 15
    # Equal times: the last by name.
    os.utime(folder / "ada.ipynb", (2000, 2000))
    assert grade(folder).exit_code == 0
    assert record(folder, "ada")["file"] == "ada/e01_one_neuron.ipynb"


def test_a_notebook_without_metadata_or_name_is_told_by_what_it_defines(folder):
    notebook = json.loads(RIGHT.read_text())
    notebook["metadata"] = {}
    (folder / "bob").mkdir()
    (folder / "bob" / "homework.ipynb").write_text(json.dumps(notebook))
    assert grade(folder).exit_code == 0
    assert record(folder, "bob")["points"] == 15


def test_the_seed_is_made_once_kept_private_and_used_again(folder):
    grade(folder)
    kept = folder.parent / "out" / "private" / "seed"
    secret = kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    first = record(folder, "ada")
    grade(folder)
    assert kept.read_bytes() == secret
    assert record(folder, "ada") == first


@pytest.mark.parametrize(("content", "words"), [(None, "cannot be read"), ("", "is empty"), (" \n", "is empty")])
def test_a_seed_file_that_is_no_secret_is_refused(folder, content, words):
    file = folder.parent / "secret"
    if content is not None:
        file.write_text(content)
    assert words in refused(grade(folder, None, "--seed-file", str(file)))


def test_fixtures_differ_by_student_and_secret_and_by_nothing_else():
    e01 = load("e01")
    assert Pools(b"s").picked(e01, "ada") == Pools(b"s").picked(e01, "ada")
    assert Pools(b"s").picked(e01, "ada") != Pools(b"s").picked(e01, "bob")
    assert Pools(b"s").picked(e01, "ada") != Pools(b"t").picked(e01, "ada")
    assert [f.variation for f in Pools(b"s").picked(e01, "ada")] == list(e01.variations)


def test_the_second_tier_grades_as_the_first_one_does(folder):
    shutil.copy(WRONG, folder / "bob.ipynb")
    grade(folder, None, "--isolation", "bubblewrap")
    first = record(folder, "bob")
    done = grade(folder, None, "--isolation", "landlock")
    assert done.exit_code == 0
    assert "isolation: landlock" in done.output
    second = record(folder, "bob")
    assert second["isolation"] == "landlock"
    assert {k: v for k, v in first.items() if k != "isolation"} == {k: v for k, v in second.items() if k != "isolation"}


def test_no_isolation_only_when_asked_for_and_then_in_every_record(folder, monkeypatch):
    monkeypatch.setattr(sandbox, "fails", lambda tier: "it is not installed")
    assert "apt-get install bubblewrap" in refused(grade(folder))
    assert not (folder.parent / "out").exists()
    done = grade(folder, None, "--isolation", "none")
    assert done.exit_code == 0
    assert "without isolation" in done.output
    assert record(folder, "ada")["isolation"] == "none"
    assert "without isolation" in (folder.parent / "out" / "feedback" / "ada.html").read_text()


@pytest.mark.parametrize(
    "extra",
    [
        "from IPython.display import display, HTML, Math\nimport IPython",
        "from backprop_lab import check, plots, figures\nfrom backprop_lab.neuron import forward",
        "%precision 4",
        "np.log1p?\n?np.exp\n%who\n%ls -l\n!pip list",
        "from matplotlib.ticker import MaxNLocator\nimport mpl_toolkits.mplot3d",
        "import matplotlib.pyplot as plt\nline, = plt.plot([1, 2])",
        "from ipywidgets import interact",
        "import no_such_package",
        "print(figures)",
        "display(1)",
    ],
)
def test_a_harmless_line_costs_a_right_notebook_nothing(folder, extra):
    """Wherever it stands: before the imports, and in front of a definition in the same cell."""
    notebook = json.loads(RIGHT.read_text())
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    for cell in (code[0], code[1], code[5]):
        cell["source"] = extra + "\n" + "".join(cell["source"])
    (folder / "ada.ipynb").write_text(json.dumps(notebook))
    assert grade(folder).exit_code == 0
    assert record(folder, "ada")["points"] == 15, record(folder, "ada")["notes"]


def test_exercises_with_functions_of_the_same_names_are_told_apart_by_their_checks(folder):
    """E5 and E7 both ask for forward and backward."""

    def cells(*sources):
        made = [
            {"cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": 1} for s in sources
        ]
        return {"cells": made, "metadata": {}, "nbformat": 4, "nbformat_minor": 4}

    stubs = "def forward(params, x): pass\ndef backward(params, cache, y): pass"
    (folder / "bob.ipynb").write_text(json.dumps(cells(stubs, 'check("e07", "forward")', "check('e99')")))
    (folder / "cyd.ipynb").write_text(json.dumps(cells(stubs)))
    assert grade(folder).exit_code == 0
    assert record(folder, "bob", "e07")["exercise"] == "e07"
    assert record(folder, "cyd", "unknown")["status"] == "unknown exercise"


def test_one_thread_at_a_time_turns_source_into_a_tree(monkeypatch):
    """Two at once can end a class with a SystemError of Python 3.11's parser."""
    at_once, most = [], []

    def slowly(name):
        at_once.append(name)
        most.append(len(at_once))
        time.sleep(0.01)
        at_once.remove(name)
        return {name}

    monkeypatch.setattr(stored, "made_from", slowly)
    stored._fingerprint.cache_clear()
    try:
        with ThreadPoolExecutor(4) as workers:
            list(workers.map(stored.fingerprint, map(load, names())))
    finally:
        stored._fingerprint.cache_clear()
    assert max(most) == 1
