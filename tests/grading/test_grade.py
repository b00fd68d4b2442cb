"""Bad input to ``backprop-lab grade``: a clear line, every other submission graded, nothing foreign touched."""

import json
import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.exercises import load, names, stored
from backprop_lab.grading import sandbox
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.results import Store, plain_cell, safe, write
from tests.calling import refused

pytestmark = pytest.mark.sandbox
CLASS = Path(__file__).parents[1] / "class" / "submissions"
RIGHT, WRONG = CLASS / "right_branches.ipynb", CLASS / "mistake_K4_input_times_x.ipynb"


@pytest.fixture
def folder(tmp_path):
    """A class folder with one right submission in it."""
    (tmp_path / "class").mkdir()
    shutil.copy(RIGHT, tmp_path / "class" / "ada.ipynb")
    return tmp_path / "class"


def grade(folder, out=None, *more):
    out = out or folder.parent / "out"
    done = CliRunner().invoke(app, ["grade", str(folder), "--out", str(out), *more])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def record(folder, student, exercise="e01"):
    return json.loads((folder.parent / "out" / "results" / student / f"{exercise}.json").read_text())


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


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "it is empty"),
        (b"\xff\xfe\x00n\x00o", "not UTF-8"),
        (b"not json", "it is no notebook"),
        (b"[1, 2]", "it is no notebook"),
        (b"{}", "it is no notebook"),
        (b'{"cells": 3, "nbformat": 4, "nbformat_minor": 5, "metadata": {}}', "it is no notebook"),
        (RIGHT.read_bytes()[:2000], "it ends in the middle"),
        (b"[" * 100_000, "it is no notebook"),
    ],
)
def test_an_unreadable_notebook_is_recorded_and_the_others_graded(folder, content, reason):
    (folder / "bob").mkdir()
    (folder / "bob" / "e01_one_neuron.ipynb").write_bytes(content)
    assert grade(folder).exit_code == 0
    assert record(folder, "bob")["status"] == "unreadable"
    assert reason in record(folder, "bob")["reason"]
    assert record(folder, "ada")["points"] == 15
    assert reason in (folder.parent / "out" / "feedback" / "bob.html").read_text()


@pytest.mark.parametrize(
    "cells",
    [
        [None, 3, "text", []],
        [{"cell_type": "code"}],
        [{"cell_type": "code", "source": None}, {"cell_type": "code", "source": [1, None, "x = 1"]}],
        [{"cell_type": "code", "source": {"a": 1}}],
        [{"cell_type": "what", "source": "x"}],
    ],
)
def test_cells_of_any_form_never_stop_the_class(folder, cells):
    notebook = {"cells": cells, "metadata": {"backprop_lab": {"exercise": "e01"}}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "bob.ipynb").write_text(json.dumps(notebook))
    assert grade(folder).exit_code == 0
    assert record(folder, "ada")["points"] == 15
    found = list((folder.parent / "out" / "results" / "bob").iterdir())
    assert json.loads(found[0].read_text())["points"] == 0


def test_metadata_of_any_form_never_stops_the_class(folder):
    for name, metadata in (
        ("bob", {"backprop_lab": [1]}),
        ("cyd", {"backprop_lab": {"exercise": ["e01"]}}),
        ("dan", []),
    ):
        notebook = json.loads(RIGHT.read_text()) | {"metadata": metadata}
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook))
    assert grade(folder).exit_code == 0
    for name in ("bob", "cyd", "dan"):
        found = list((folder.parent / "out" / "results" / name).iterdir())
        assert len(found) == 1, name


def test_links_fifos_and_huge_files_are_not_opened(folder):
    os.symlink(RIGHT, folder / "link.ipynb")
    os.symlink(RIGHT.parent, folder / "linked_folder")
    os.symlink("/nowhere", folder / "dangling.ipynb")
    os.mkfifo(folder / "fifo.ipynb")
    with (folder / "sparse.ipynb").open("wb") as file:
        file.truncate(8 << 30)
    assert grade(folder).exit_code == 0
    reasons = {
        "link": "a symbolic link",
        "linked_folder": "a symbolic link",
        "dangling": "a symbolic link",
        "fifo": "not a regular file",
        "sparse": "8192 MiB",
    }
    for student, reason in reasons.items():
        assert record(folder, student, "unknown")["status"] == "unreadable"
        assert reason in record(folder, student, "unknown")["reason"]
    assert record(folder, "ada")["points"] == 15


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


@pytest.mark.parametrize("content", ["thesis.docx", "grades.csv"])
def test_an_output_folder_that_is_not_ours_is_refused_and_untouched(folder, content):
    out = folder.parent / "out"
    out.mkdir()
    (out / content).write_text("mine")
    assert "was touched" in refused(grade(folder))
    assert [p.name for p in out.iterdir()] == [content]
    assert (out / content).read_text() == "mine"


def test_an_output_folder_that_is_a_file_or_lies_among_the_submissions_is_refused(folder):
    (folder.parent / "file").write_text("mine")
    assert "is a file" in refused(grade(folder, folder.parent / "file"))
    assert "lie in one another" in refused(grade(folder, folder / "out"))
    assert "lie in one another" in refused(grade(folder, folder.parent))


def test_grades_that_were_edited_by_hand_are_set_aside(folder):
    grade(folder)
    out = folder.parent / "out"
    (out / "grades.csv").write_text("ada,15,bonus\n")
    (out / "results" / "notes.txt").write_text("mine")
    assert grade(folder).exit_code == 0
    assert (out / "grades-edited-1.csv").read_text() == "ada,15,bonus\n"
    assert "ada,e01,15,15,graded" in (out / "grades.csv").read_text()
    assert (out / "results" / "notes.txt").read_text() == "mine"


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


def test_names_that_would_escape_break_tables_or_be_code(folder):
    names = ["=HYPERLINK(1)", "<script>alert(1)<", "ädä 学生", "a,b\nc", "~x", "%41"]
    for name in names:
        shutil.copy(WRONG, folder / f"{name}.ipynb")
    os.rename(os.fsencode(folder / "%41.ipynb"), os.fsencode(folder) + b"/\xff.ipynb")
    assert grade(folder).exit_code == 0
    out = folder.parent / "out"
    assert len(list((out / "feedback").iterdir())) == 7
    text = (out / "grades.csv").read_text()
    assert "\n'=HYPERLINK" in text
    for page in (out / "class.html", *(out / "feedback").iterdir()):
        assert "<script>alert" not in page.read_text()
    assert [p for p in out.rglob("*.html") if p.parent != out / "feedback"] == [out / "class.html"]


def test_file_names_are_one_to_one():
    names = ["ada", "Ada", "a/b", "a%2Fb", "..", ".", "a b", "=x", "ä", "\udcff", "~"]
    assert len({safe(name) for name in names}) == len(names)
    assert all("/" not in safe(name) and not safe(name).startswith(".") for name in names)
    assert plain_cell("@x") == "'@x"


def test_a_write_that_fails_leaves_the_old_file_and_no_rest(tmp_path, monkeypatch):
    write(tmp_path / "record.json", "old")

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write(tmp_path / "record.json", "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("record.json", "old")]


def test_a_full_disk_is_told_and_what_was_written_is_kept(folder, monkeypatch):
    shutil.copy(RIGHT, folder / "bob.ipynb")
    saved = Store.save

    def second_fails(self, record):
        if list((self.folder / "results").glob("*/*.json")):
            raise OSError(28, "No space left on device", "results")
        saved(self, record)

    monkeypatch.setattr(Store, "save", second_fails)
    assert "no space left on device; records written so far are kept" in refused(grade(folder))
    assert len(list((folder.parent / "out" / "results").glob("*/*.json"))) == 1


def test_ctrl_c_keeps_what_was_written(folder, monkeypatch):
    def interrupted(self, record):
        raise KeyboardInterrupt

    monkeypatch.setattr(Store, "save", interrupted)
    assert "stopped; records written so far are kept" in refused(grade(folder))


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


def test_very_long_names_stop_nobody(folder):
    for name in ("😀" * 50, "Nguyễn" * 30, "x" * 240):
        shutil.copy(WRONG, folder / f"{name}.ipynb")
    assert grade(folder).exit_code == 0
    assert record(folder, "ada")["points"] == 15
    assert len(list((folder.parent / "out" / "feedback").iterdir())) == 4


def test_a_folder_that_cannot_be_opened_stops_nobody(folder, monkeypatch):
    (folder / "locked").mkdir()
    scandir = os.scandir

    def guarded(path):
        if str(path).endswith("locked"):
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert grade(folder).exit_code == 0
    assert record(folder, "ada")["points"] == 15
    assert record(folder, "locked", "unknown")["points"] == 0


@pytest.mark.parametrize("damage", ["", "{", "[]", '{"student": "x"}'])
def test_a_damaged_record_is_set_aside_and_named(folder, damage):
    grade(folder)
    broken = folder.parent / "out" / "results" / "old"
    broken.mkdir()
    (broken / "e01.json").write_text(damage)
    done = grade(folder)
    assert done.exit_code == 0
    assert "A damaged record was set aside" in done.output
    assert (broken / "e01.json.damaged").read_text() == damage
    assert grade(folder).exit_code == 0


def test_an_output_that_cannot_be_written_is_one_line(folder):
    grade(folder)
    (folder.parent / "out" / "grades.csv").unlink()
    (folder.parent / "out" / "grades.csv").mkdir()
    refused(grade(folder))


def test_a_file_that_is_no_notebook_is_told_so(folder):
    (folder / "ada").mkdir()
    (folder / "ada" / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert grade(folder).exit_code == 0
    assert record(folder, "ada")["points"] == 15
    assert record(folder, "ada", "unknown")["status"] == "not a notebook"


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
