"""A course that is graded: its own secret and folders, adjustments, lateness, a roster."""

import csv
import json
import os
import shutil
import zipfile
from datetime import UTC, datetime

import pytest

from backprop_lab.grading.pool import fingerprint
from tests.calling import LOOPS, RIGHT, WRONG, files, refused, run, succeeded
from tests.command_line.courses import CANVAS, gradescope, rows, say, strict, zipped

pytestmark = pytest.mark.sandbox


def test_a_course_is_graded_with_its_own_secret_and_its_own_folders(course):
    done = succeeded(run("grade", "--course", course))
    assert [(r["student"], r["points"], r["late_days"]) for r in rows(course)] == [("ada", "15", ""), ("bob", "13", "")]
    record = json.loads((course / "graded" / "results" / "ada" / "e01.json").read_text())
    assert record["seed"] == fingerprint((course / "private" / "seed").read_bytes().strip())
    assert not (course / "graded" / "private" / "seed").exists()
    assert f"The class at a glance: {course / 'graded' / 'class.html'}" in done.stdout
    # A second run keeps all, and a part of it can be graded anew.
    assert "2 of them were graded before" in succeeded(run("grade", "--course", course)).stdout
    assert "1 submission of 2" in succeeded(run("grade", "--course", course, "--only", "bob", "--regrade")).stdout


def test_adjustments_count_in_tables_pages_and_the_explanation_and_their_file_is_left_as_it_is(course):
    (course / "roster.csv").write_text("student,name\nada,Ada Lovelace\nbob,Bob\ncyd,Cyd\ndan,Dan\n")
    table = "student;exercise;points;reason\r\nbob;e01;1,5;the board, twice\r\ncyd;e03;2;a talk\r\nada;e04;1;a talk\r\n".encode(
        "utf-8-sig"
    )
    (course / "adjustments.csv").write_bytes(table)
    done = succeeded(run("grade", "--course", course))
    assert (course / "adjustments.csv").read_bytes() == table
    assert "Grades adjusted: 3 (see grades.csv)." in done.stdout
    assert "2 of 4 on the roster handed in nothing" in done.stdout
    found = {(r["student"], r["exercise"]): (r["points"], r["earned"], r["status"]) for r in rows(course)}
    assert found == {
        ("ada", "e01"): ("15", "15", "graded"),
        ("ada", "e04"): ("1", "0", "nothing handed in"),
        ("bob", "e01"): ("14.5", "13", "graded"),
        ("cyd", "e03"): ("2", "0", "nothing handed in"),
    }
    totals = {r["student"]: (r["e01"], r["e03"], r["total"]) for r in rows(course, "totals")}
    assert totals == {"ada": ("15", "", "16"), "bob": ("14.5", "", "14.5"), "cyd": ("", "2", "2"), "dan": ("", "", "0")}
    pages = course / "graded" / "feedback"
    assert {p.stem for p in pages.iterdir()} == {"ada", "bob", "cyd"}
    assert "Adjustment: +1.5 points: the board, twice" in (pages / "bob.html").read_text()
    assert "a talk" in (pages / "cyd.html").read_text()
    assert "the board, twice" in (course / "graded" / "class.html").read_text()
    # What was earned alone is in the record.
    assert json.loads((course / "graded" / "results" / "bob" / "e01.json").read_text())["points"] == 13
    flat = " ".join(succeeded(run("explain", "bob", "e01", "--course", course)).stdout.split())
    for words in ("14.5 of 15 points, graded", "Adjustment: +1.5 points: the board, twice", "13 + 1.5 = 14.5 of 15", f"--course {course} --only=bob", "e01 --regrade", "same as now"):  # fmt: skip
        assert words in flat, words
    flat = " ".join(succeeded(run("explain", "cyd", "e03", "--course", course)).stdout.split())
    assert "2 of 12 points, nothing handed in" in flat
    assert "no record of a student zoë" in refused(run("explain", "zoë", "e03", "--course", course))
    # An adjustment that is taken back is gone everywhere.
    (course / "adjustments.csv").write_text("student,exercise,points,reason\n")
    succeeded(run("grade", "--course", course))
    assert {r["student"]: r["points"] for r in rows(course)} == {"ada": "15", "bob": "13"}
    assert "There is no grade under this name." in (pages / "cyd.html").read_text()
    assert "a talk" not in (pages / "ada.html").read_text() + (pages / "cyd.html").read_text()


def test_what_came_late_by_gradescope_s_time_loses_what_the_rule_says(tmp_path, course):
    strict(course)
    export = gradescope(
        tmp_path / "export.zip",
        {"ada": "2026-12-01 22:59:00 Z", "bob": "2026-12-01 23:14:00.5 Z", "cyd": "2026-12-03 10:00:00 Z"},
    )
    done = succeeded(run("grade", export, "--course", course))
    found = {r["student"]: (r["points"], r["earned"], r["late_days"], r["late_points"]) for r in rows(course)}
    assert found == {
        "ada_ada1": ("15", "15", "0", "0"),
        "bob_bob1": ("13.5", "15", "1", "1.5"),
        "cyd_cyd1": ("12", "15", "2", "3"),
    }
    assert "Grades reduced for lateness: 2 (see grades.csv)." in done.stdout
    assert "13.5 of 15" in done.stdout
    flat = " ".join(succeeded(run("explain", "cyd_cyd1", "e01", "--course", course)).stdout.split())
    assert "12 of 15 points, graded" in flat
    assert (
        "Late by 2 days (deadline 2026-12-01 23:59 UTC+01:00, handed in 2026-12-03 11:00 UTC+01:00): −3 points." in flat
    )
    # The rule is changed: nothing is graded anew, and all is added up anew.
    say(course, "percent_a_day = 10\n", "percent_a_day = 20\n")
    assert "3 of them were graded before" in succeeded(run("grade", export, "--course", course)).stdout
    assert [r["points"] for r in rows(course)] == ["15", "12", "9"]
    record = json.loads((course / "graded" / "results" / "bob_bob1" / "e01.json").read_text())
    assert (record["points"], record["submitted"]) == (15, "2026-12-01T23:14:00.500000+00:00")
    # Unpacked it is the same, to the byte.
    before = {k: v for k, v in files(course / "graded").items() if not k.startswith("private")}
    with zipfile.ZipFile(export) as download:
        download.extractall(tmp_path / "unpacked")
    succeeded(run("grade", tmp_path / "unpacked" / "export", "--course", course, "--regrade"))
    assert {k: v for k, v in files(course / "graded").items() if not k.startswith("private")} == before


def test_late_by_canvas_s_mark_alone_takes_nothing_and_is_told(tmp_path, course):
    strict(course)
    download = zipped(
        tmp_path / "submissions.zip",
        {"lovelaceada_12345_1_e01.ipynb": RIGHT, "byronbob_LATE_12346_2_e01.ipynb": WRONG},
    )
    done = succeeded(run("grade", download, "--course", course))
    assert "1 submission of unknown lateness (1 marked late by the platform): nothing was taken." in done.stdout
    assert [(r["points"], r["late_days"]) for r in rows(course)] == [("13", ""), ("15", "0")]
    page = (course / "graded" / "feedback" / "byronbob_12346.html").read_text()
    assert "Marked late by your platform, without a time" in page
    assert "marked late by the platform, without a time" in (course / "graded" / "class.html").read_text()


def test_a_file_s_own_time_counts_where_the_course_says_so(tmp_path, course):
    strict(course)
    late = datetime(2026, 12, 3, 10, tzinfo=UTC).timestamp()
    early = datetime(2026, 11, 3, 10, tzinfo=UTC).timestamp()
    os.utime(course / "submissions" / "ada.ipynb", (late, late))
    os.utime(course / "submissions" / "bob.ipynb", (early, early))
    done = succeeded(run("grade", "--course", course))
    assert "2 submissions of unknown lateness (0 marked late by the platform)" in done.stdout
    assert [r["points"] for r in rows(course)] == ["15", "13"]
    say(course, 'times = "platform"\n', 'times = "files"\n')
    done = succeeded(run("grade", "--course", course))
    assert "2 of them were graded before" not in done.stdout, "their records have a time now"
    assert [(r["points"], r["late_days"]) for r in rows(course)] == [("12", "2"), ("13", "0")]
    # A zip has no time zone, and Canvas's marks are believed.
    plain = zipped(tmp_path / "plain.zip", {"plain/ada.ipynb": RIGHT})
    shutil.copy(RIGHT, tmp_path / "ada.ipynb")  # beside the zip, and of no meaning
    succeeded(run("grade", plain, "--course", course))
    assert rows(course)[0]["late_days"] == ""
    (tmp_path / "canvas").mkdir()
    shutil.copy(RIGHT, tmp_path / "canvas" / "lovelaceada_12345_1_e01.ipynb")
    os.utime(tmp_path / "canvas" / "lovelaceada_12345_1_e01.ipynb", (late, late))
    succeeded(run("grade", tmp_path / "canvas", "--course", course))
    assert {r["student"]: r["late_days"] for r in rows(course)}["lovelaceada_12345"] == "0"


def test_with_a_roster_one_student_of_several_downloads_is_one_and_gradebooks_are_written(tmp_path):
    (tmp_path / "export.csv").write_text(CANVAS)
    course = tmp_path / "winter"
    succeeded(run("course", "init", course, "--roster", tmp_path / "export.csv"))
    say(course, '# e01 = "E1 One neuron (4711)"', 'e01 = "E1 One neuron (4711)"')
    first = zipped(
        tmp_path / "first.zip",
        {"lovelaceada_12345_1_e01.ipynb": RIGHT, "byronbob_12346_2_e01.ipynb": WRONG, "eve_99_3_e01.ipynb": WRONG},
    )
    done = succeeded(run("grade", first, "--course", course))
    assert (
        "Not on the roster, and graded under the name that they came with: 1 of 3, eve_99. "
        f"Write who is meant into {course / 'roster.csv'}." in done.stdout
    )
    assert [r["student"] for r in rows(course)] == ["ada", "bob", "eve_99"]
    (tmp_path / "second").mkdir()
    shutil.copy(LOOPS, tmp_path / "second" / "ada.ipynb")
    done = succeeded(run("grade", tmp_path / "second", "--course", course))
    totals = {r["student"]: (r["e01"], r["e04"], r["total"]) for r in rows(course, "totals")}
    assert totals == {
        "ada": ("15", "12", "27"),
        "bob": ("13", "", "13"),
        "cyd": ("", "", "0"),
        "eve_99": ("13", "", "13"),
    }
    with (course / "graded" / "canvas.csv").open(newline="", encoding="utf-8") as file:
        table = list(csv.reader(file))
    assert table[0][5:] == ["E1 One neuron (4711)", "E4 " + table[0][6].removeprefix("E4 ")]
    assert [(row[1], row[5], row[6]) for row in table[2:]] == [("12345", "15", "12"), ("12346", "13", "")]
    assert f"To import into Canvas (Grades, Import): {course / 'graded' / 'canvas.csv'}" in done.stdout
    assert "An empty cell takes away a grade" in done.stdout
    assert "import an exercise at a time: canvas-e01.csv, canvas-e04.csv\n" in done.stdout
    with (course / "graded" / "canvas-e01.csv").open(newline="", encoding="utf-8") as file:
        assert [row[5:] for row in csv.reader(file)][2:] == [["15"], ["13"]]
    assert "could not tell who they are by the roster: eve_99." in done.stdout
    # What is no longer so is not left lying about; what was edited by hand is.
    (course / "graded" / "canvas-e01.csv").write_text("mine")
    shutil.rmtree(course / "graded" / "results" / "ada")
    succeeded(run("grade", first, "--course", course, "--only", "bob"))
    assert sorted(p.name for p in (course / "graded").glob("canvas*")) == ["canvas-e01.csv", "canvas.csv"]
    assert (course / "graded" / "canvas-e01.csv").read_text() == "mine"
    succeeded(run("grade", first, "--course", course))
    assert not (course / "graded" / "moodle.csv").exists()
    # Students are named as the roster names them.
    assert "1 submission of 3" in succeeded(run("grade", first, "--course", course, "--only", "bob")).stdout
    said = refused(run("grade", first, "--course", course, "--only", "byronbob_12346"))
    assert "holds nothing of this student; did you mean" in said or "there are: ada, bob, eve_99" in said


def test_who_gets_another_name_by_a_roster_that_comes_later_is_not_counted_twice(tmp_path, course):
    download = zipped(
        tmp_path / "first.zip", {"lovelaceada_12345_1_e01.ipynb": RIGHT, "byronbob_12346_2_e01.ipynb": WRONG}
    )
    succeeded(run("grade", download, "--course", course))
    (course / "roster.csv").write_text("student,canvas_id\nada,12345\n")
    done = succeeded(run("grade", download, "--course", course))
    assert [r["student"] for r in rows(course)] == ["ada", "byronbob_12346"]
    assert "the roster gives them another name now: lovelaceada_12345." in done.stdout
    page = (course / "graded" / "feedback" / "lovelaceada_12345.html").read_text()
    assert "There is no grade under this name." in page
    # Nothing was thrown away.
    assert (course / "graded" / "results" / "lovelaceada_12345" / "e01.json").exists()
