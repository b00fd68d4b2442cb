"""What an instructor types beside a plain ``grade``: a part of a class, and a class that is graded anew."""

import csv
import shutil
import zipfile

import pytest

from backprop_lab.exercises import load
from backprop_lab.grading import task
from tests.calling import RIGHT, WRONG, files, grade, refused, run, succeeded


def grade_in(root, *more):
    # One job is done in this process, where ``examined`` sees it.
    return succeeded(grade(root / "class", None, "--jobs", "1", *more))


def rows(out, name):
    with (out / f"{name}.csv").open(newline="") as file:
        return list(csv.reader(file))


@pytest.fixture
def examined(monkeypatch):
    """The exercises that were examined, in the order in which they were."""
    seen, examine = [], task.examine
    monkeypatch.setattr(task, "examine", lambda e, *rest: seen.append(e.id) or examine(e, *rest))
    return seen


@pytest.mark.sandbox
def test_one_student_alone_is_graded_and_the_tables_hold_all(desk, examined):
    shutil.copy(WRONG, desk / "class" / "ada.ipynb")
    shutil.copy(RIGHT, desk / "class" / "bob" / "e01_one_neuron.ipynb")
    before = files(desk / "out")
    done = grade_in(desk, "--only", "ada")
    after = files(desk / "out")
    changed = {name for name in before if before[name] != after[name] and not name.startswith("private/")}
    assert changed == {"results/ada/e01.json", "feedback/ada.html", "grades.csv", "totals.csv", "class.html"}
    assert [row[:3] for row in rows(desk / "out", "grades")[1:]] == [
        ["'=cyd", "unknown", "0"], ["ada", "e01", "13"], ["bob", "e01", "13"], ["bob", "e04", "12"],
    ]  # fmt: skip
    assert examined == ["e01"]
    assert "1 submission of 4" in done.output
    assert "bob" not in done.output


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("more", "expected"),
    [
        (["--only", "bob"], ["e01", "e04"]),
        (["--only", "bob", "--exercises", "e04"], ["e04"]),
        (["--exercises", "e04, e04"], ["e04"]),
        (["--exercises", "unknown"], []),
        (["--only", "bob", "--only", "ada", "--exercises", "e01"], ["e01", "e01"]),
        (["--exercises", "e01,e04"], ["e01", "e01", "e04"]),
    ],
)
def test_regrade_grades_what_was_asked_for_and_gives_the_same_bytes(desk, examined, more, expected):
    """Also where an older file is superseded: which file counts depends on all files of the student."""
    before = files(desk / "out")
    kept = grade_in(desk, *more)
    assert "graded before and have not changed; --regrade grades them anew" in kept.output
    assert examined == []
    grade_in(desk, *more, "--regrade")
    assert sorted(examined) == expected
    assert files(desk / "out") == before


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--only", "Adda"], "--only Adda: {folder} holds nothing of this student; did you mean ada?"),
        (["--only", "ada", "--only", "zoë"], "--only zoë: {folder} holds nothing of this student; there are: =cyd, ada, bob"),
        (["--exercises", "e99"], "--exercises e99: exercise 'e99' does not exist; did you mean e09?"),
        (["--exercises", "e01;e04"], "--exercises e01;e04: exercise 'e01;e04' does not exist"),
        (["--exercises", " ,"], "names none; expected ids with commas between them, such as e01,e05"),
        (["--exercises", "e07"], "{folder} holds no submission for e07; leave out --exercises"),
        (["--only", "ada", "--exercises", "e04"], "{folder} holds no submission of ada for e04"),
    ],
)  # fmt: skip
def test_a_part_of_a_class_that_is_not_there_is_refused(tmp_path, more, words):
    (tmp_path / "class").mkdir()
    for student in ("ada", "bob", "=cyd"):
        shutil.copy(RIGHT, tmp_path / "class" / f"{student}.ipynb")
    done = run("grade", tmp_path / "class", "--out", tmp_path / "out", *more)
    assert words.format(folder=tmp_path / "class") in refused(done)
    assert not (tmp_path / "out").exists()


@pytest.mark.sandbox
def test_a_page_is_written_where_it_is_missing_or_another_one_and_not_else(desk):
    pages = desk / "out" / "feedback"
    kept, edited = pages / "ada.html", pages / "bob.html"
    linked = next(path for path in pages.iterdir() if path not in (kept, edited))
    before, was = files(desk / "out"), kept.stat().st_ino
    edited.write_text("edited by hand")
    linked.rename(desk / "elsewhere.html")
    linked.symlink_to(desk / "elsewhere.html")
    grade_in(desk)
    assert files(desk / "out") == before
    assert kept.stat().st_ino == was
    assert not linked.is_symlink()


@pytest.mark.sandbox
def test_totals_have_a_column_an_exercise_and_everyone_s_out_of_is_the_same(graded):
    most = str(load("e01").points + load("e04").points)
    assert rows(graded / "out", "totals") == [
        ["student", "e01", "e04", "total", "out_of"],
        ["'=cyd", "", "", "0", most],
        ["ada", "15", "", "15", most],
        ["bob", "13", "12", "25", most],
    ]


@pytest.mark.sandbox
def test_totals_that_were_edited_by_hand_are_set_aside(desk):
    out = desk / "out"
    (out / "totals.csv").write_text("ada,15,bonus\n")
    grade_in(desk)
    assert (out / "totals-edited-1.csv").read_text() == "ada,15,bonus\n"
    assert not (out / "grades-edited-1.csv").exists()
    (out / "totals.csv").write_text("ada,16,bonus\n")
    grade_in(desk)
    assert (out / "totals-edited-1.csv").read_text() == "ada,15,bonus\n"
    assert (out / "totals-edited-2.csv").read_text() == "ada,16,bonus\n"
    assert rows(out, "totals")[0][0] == "student"


@pytest.mark.sandbox
def test_a_download_of_a_platform_says_what_it_was_read_as_and_one_of_it_can_be_graded(tmp_path):
    with zipfile.ZipFile(tmp_path / "class.zip", "w") as download:
        download.write(RIGHT, "lovelaceada_12345_67890_e01.ipynb")
        download.write(WRONG, "byronbob_12346_67891_e01-1.ipynb")
    done = run("grade", tmp_path / "class.zip", "--out", tmp_path / "out", "--only", "byronbob_12346")
    assert done.exit_code == 0, done.output
    assert done.stdout.startswith("Read as a Canvas download")
    assert [path.parent.name for path in (tmp_path / "out").glob("results/*/*.json")] == ["byronbob_12346"]
    assert "byronbob_12346" in (tmp_path / "out" / "class.html").read_text()
    assert f"The class at a glance: {tmp_path / 'out' / 'class.html'}" in done.stdout
