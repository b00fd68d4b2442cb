"""A course as an instructor uses it: made, graded, asked about, and as the page for instructors says it."""

import csv
import hashlib
import json
import os
import re
import shlex
import shutil
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.course.settings import Course
from backprop_lab.grading.pool import fingerprint
from tests.calling import refused

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "tests" / "class" / "submissions"
RIGHT, WRONG = CLASS / "right_branches.ipynb", CLASS / "mistake_K4_input_times_x.ipynb"
LOOPS = CLASS / "e04_right_with_loops.ipynb"
CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,E1 One neuron (4711)
    Points Possible,,,,,15
"Lovelace, Ada",12345,u1,ada,Group 1,
"Byron, Bob",12346,u2,bob,Group 1,
"Curie, Cyd",12347,u3,cyd,Group 2,
"""


def run(*args):
    done = CliRunner().invoke(app, list(map(str, args)))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def succeeded(done):
    assert done.exit_code == 0, done.output
    return done


def files(folder):
    kept = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}


def rows(course, name="grades"):
    with (course / "graded" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def zipped(path, members, modified=(2026, 12, 3, 11, 0, 0)):
    with zipfile.ZipFile(path, "w") as made:
        for name, source in members.items():
            content = source if isinstance(source, str) else source.read_bytes()
            made.writestr(zipfile.ZipInfo(name, modified), content)
    return path


def gradescope(path, times):
    """An export of Gradescope, of students who handed in the right answer at these times."""
    said = "".join(
        f"submission_{n}:\n  :submitters:\n  - :name: {who}\n    :sid: {who}1\n    :email: {who}@x.edu\n  :created_at: {time}\n"
        for n, (who, time) in enumerate(times.items())
    )
    notebooks = {f"export/submission_{n}/e01.ipynb": RIGHT for n in range(len(times))}
    return zipped(path, {"export/submission_metadata.yml": said, **notebooks})


@pytest.fixture
def course(tmp_path):
    """A course that was just made, with a class of two in it."""
    succeeded(run("course", "init", tmp_path / "winter"))
    hand_in(tmp_path / "winter" / "submissions")
    return tmp_path / "winter"


def hand_in(folder):
    shutil.copy(RIGHT, folder / "ada.ipynb")
    shutil.copy(WRONG, folder / "bob.ipynb")


def say(course, old, new):
    text = (course / "course.toml").read_text()
    assert text.count(old) == 1, old
    (course / "course.toml").write_text(text.replace(old, new))


def strict(course, percent="10"):
    """A deadline, and what is taken after it."""
    say(course, "# e01 = 2026-12-01T23:59:00+01:00\n", "e01 = 2026-12-01T23:59:00+01:00\n")
    say(course, "percent_a_day = 0\n", f"percent_a_day = {percent}\n")


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


@pytest.mark.sandbox
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


@pytest.mark.sandbox
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


@pytest.mark.sandbox
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


@pytest.mark.sandbox
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


@pytest.mark.sandbox
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


@pytest.mark.sandbox
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


@pytest.mark.sandbox
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


def commands(page):
    """The commands of a page's blocks of bash, each in one line; comments and installing are left out."""
    for block in re.findall(r"^```bash\n(.*?)^```", page, re.MULTILINE | re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            call = shlex.split(line, comments=True)
            if call and call[:2] != ["pip", "install"] and call[:2] != ["sudo", "apt-get"]:
                assert call[0] == "backprop-lab", f"no command that an instructor can type here: {line}"
                yield call[1:]


def carried_out(call):
    """Run a command of the page in a folder where there is what it speaks of."""
    if "--cluster" in call:  # there is none here; the command and its options are
        told = succeeded(run(call[0], "--help")).output
        assert all(option in told for option in call if option.startswith("--"))
        return
    for given in call[1:]:
        if given.endswith(".csv") and not Path(given).exists():
            Path(given).write_text(CANVAS)
        if given.endswith(".zip") and call[0] in ("grade", "similar") and not Path(given).exists():
            zipped(given, {"lovelaceada_12345_1_e01.ipynb": RIGHT, "byronbob_12346_2_e04.ipynb": LOOPS})
    succeeded(run(*call))
    if call[:2] == ["course", "init"]:
        hand_in(Path(call[2]) / "submissions")


@pytest.mark.sandbox
def test_every_command_of_the_page_for_instructors_does_what_it_should(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "submissions").mkdir()
    hand_in(tmp_path / "submissions")
    called = list(commands((ROOT / "book" / "instructors.md").read_text("utf-8")))
    assert any(call[0] == "grade" for call in called)
    for call in called:
        carried_out(call)


def test_a_page_with_another_command_or_one_that_fails_is_noticed(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(AssertionError, match="rm -r"):
        list(commands("```bash\npip install x\nrm -r graded\n```\n"))
    (call,) = commands(
        '```bash\n# first\nsudo apt-get install x\nbackprop-lab grade nowhere \\\n  --out "a b"  # now\n```\n'
    )
    assert call == ["grade", "nowhere", "--out", "a b"]
    with pytest.raises(AssertionError):
        carried_out(call)
