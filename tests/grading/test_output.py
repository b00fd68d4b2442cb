"""The folder that grades are written to: nothing foreign is touched, nothing that was written is lost."""

import os
import shutil

import pytest

from backprop_lab.grading.results import Store, plain_cell, safe, write
from tests.calling import RIGHT, grade, refused

pytestmark = pytest.mark.sandbox


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
