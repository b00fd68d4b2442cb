"""``backprop-lab course init``, and what of a course is refused before anything is graded."""

import csv
import re
import shlex
import shutil

import pytest

from backprop_lab.course.settings import Course
from tests.calling import RIGHT, files, refused, run, succeeded
from tests.command_line.courses import CANVAS


def test_init_makes_a_folder_that_explains_itself_and_says_what_to_do_next(tmp_path):
    done = succeeded(run("course", "init", tmp_path / "winter 26"))
    made = tmp_path / "winter 26"
    assert sorted(p.name for p in made.iterdir()) == [
        ".gitignore", "adjustments.csv", "course.toml", "private", "roster.csv", "submissions",
    ]  # fmt: skip
    assert (made / "private").stat().st_mode & 0o777 == 0o700
    assert (made / "private" / "seed").stat().st_mode & 0o777 == 0o600
    assert len((made / "private" / "seed").read_text().strip()) == 64
    assert (made / "adjustments.csv").read_text() == "student,exercise,points,reason\n"
    assert (made / "roster.csv").read_text().startswith("student,")
    assert (made / ".gitignore").read_text().split() == [
        "private/", "submissions/", "graded/", "roster.csv", "adjustments.csv",
    ]  # fmt: skip
    assert Course.read(made).name == "winter 26"
    assert f"backprop-lab grade --course {shlex.quote(str(made))}" in done.stdout
    assert "holds no submissions" in refused(run("grade", "--course", made))


def test_every_line_that_the_file_offers_can_be_used(tmp_path):
    succeeded(run("course", "init", tmp_path / "winter"))
    text = (tmp_path / "winter" / "course.toml").read_text()
    offered = re.sub(r"^# (?=\[|e\d\d = )", "", text, flags=re.MULTILINE).replace('[extensions."Ada Lovelace"]\n', "")
    assert offered.count("\n# ") < text.count("\n# ") - 4
    (tmp_path / "winter" / "course.toml").write_text(offered)
    made = Course.read(tmp_path / "winter")
    assert set(made.deadlines) == {"e01", "e02"}
    assert made.extensions["ada"]["e01"] > made.deadlines["e01"]
    assert made.canvas_columns["e01"] == "E1 One neuron (4711)"


def test_init_again_adds_what_is_missing_and_changes_nothing_else(course):
    (course / "course.toml").write_text('name = "mine"\n')
    (course / "adjustments.csv").unlink()
    before = files(course)
    done = succeeded(run("course", "init", course))
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith("made ")] == [
        str(course / "adjustments.csv")
    ]
    after = files(course)
    assert {k: after[k] for k in before} == before
    assert "Everything is there already" in succeeded(run("course", "init", course)).stdout
    assert files(course) == after


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("thesis.docx", "mine", "is not empty and no course, and nothing in it was touched"),
        (".hidden", "mine", "is not empty and no course"),
        ("course.toml", "[tool]\n", "course.toml, tool: got a key that means nothing here"),
        ("course.toml", "mine =", "is no TOML"),
    ],
)
def test_a_folder_that_is_not_ours_is_refused_and_untouched(tmp_path, file, content, words):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / file).write_text(content)
    assert words in refused(run("course", "init", tmp_path / "folder"))
    assert [(p.name, p.read_text()) for p in (tmp_path / "folder").iterdir()] == [(file, content)]
    assert "is a file" in refused(run("course", "init", tmp_path / "folder" / file))


def test_a_roster_is_made_of_what_a_platform_exports_and_never_overwritten(tmp_path):
    (tmp_path / "export.csv").write_text(CANVAS)
    done = succeeded(run("course", "init", tmp_path / "winter", "--roster", tmp_path / "export.csv"))
    assert "3 students on the roster." in done.stdout
    with (tmp_path / "winter" / "roster.csv").open(newline="") as file:
        assert [row["canvas_id"] for row in csv.DictReader(file)] == ["12345", "12346", "12347"]
    before = files(tmp_path / "winter")
    said = refused(run("course", "init", tmp_path / "winter", "--roster", tmp_path / "export.csv"))
    assert "roster.csv is there already; move it away" in said
    assert files(tmp_path / "winter") == before


@pytest.mark.parametrize("content", [None, "", "a,b\n1,2\n"])
def test_a_roster_that_is_none_makes_no_folder(tmp_path, content):
    if content is not None:
        (tmp_path / "export.csv").write_text(content)
    assert "export.csv" in refused(run("course", "init", tmp_path / "winter", "--roster", tmp_path / "export.csv"))
    assert not (tmp_path / "winter").exists()


def test_what_grade_needs_to_be_told_is_told(tmp_path, course):
    assert "give FOLDER and --out, or --course" in refused(run("grade"))
    assert "give FOLDER and --out, or --course" in refused(run("grade", course / "submissions"))
    # A file of this name among what was handed in is no course.
    shutil.copy(course / "course.toml", course / "submissions")
    assert "give FOLDER and --out" in refused(run("grade", course / "submissions"))
    assert "give --out, the folder that grade wrote, or --course" in refused(run("explain", "ada", "e01"))
    assert "is no folder; backprop-lab course init" in refused(run("grade", "--course", tmp_path / "nowhere"))
    assert "leave out one of the two" in refused(run("grade", "--course", course, "--seed-file", RIGHT))
    assert "leave out one of the two" in refused(run("explain", "ada", "e01", "--course", course, "--seed-file", RIGHT))
    (course / "private" / "seed").unlink()
    assert "private/seed is missing; put the class's secret back" in refused(run("grade", "--course", course))
    assert not (course / "graded").exists()


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("adjustments.csv", "student,exercise,points,reason\nadda,e01,1,x\n", "adjustments.csv, line 2: nobody in the class is named “adda”; did you mean ada?"),
        ("adjustments.csv", "student,exercise,points,reason\nada,e01,1,\n", "line 2: the reason is missing"),
        ("roster.csv", "name\nAda\n", "roster.csv"),
        ("course.toml", "[late]\npercent_a_day = 200\n", "course.toml, late.percent_a_day: got 200, expected"),
        ("course.toml", "[extensions.adda]\ne01 = 2026-12-01T23:59:00Z\n", "extensions.adda: nobody in the class is named so; did you mean ada?"),
        ("course.toml", '[canvas.columns]\ne01 = "Final Score"\n', "canvas.columns.e01: the column 'Final Score' would not be read"),
    ],
)  # fmt: skip
def test_what_the_course_says_wrongly_is_refused_before_anything_is_graded(course, file, content, words):
    (course / file).write_text(content)
    assert words in refused(run("grade", "--course", course))
    assert not (course / "graded").exists()
    assert (course / file).read_text() == content
