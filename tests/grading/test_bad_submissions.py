"""Submissions that are no notebooks, or have names of any kind: each gets a record, and every other one is graded."""

import json
import os
import shutil

import pytest

from tests.calling import RIGHT, WRONG, grade, record

pytestmark = pytest.mark.sandbox


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


def test_a_file_that_is_no_notebook_is_told_so(folder):
    (folder / "ada").mkdir()
    (folder / "ada" / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    assert grade(folder).exit_code == 0
    assert record(folder, "ada")["points"] == 15
    assert record(folder, "ada", "unknown")["status"] == "not a notebook"
