"""What an instructor types beside a plain ``grade``: a part of a class, a large class, and why a grade is what it is."""

import csv
import hashlib
import io
import json
import os
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner

from backprop_lab.checking.outcome import OUTCOMES
from backprop_lab.command_line import closing, handed_in
from backprop_lab.command_line import explain as explaining
from backprop_lab.command_line.main import app
from backprop_lab.exercises import load
from backprop_lab.grading import task
from backprop_lab.grading.results import STATUSES, Store
from tests.calling import refused

CLASS = Path(__file__).parents[1] / "class" / "submissions"
RIGHT, WRONG = CLASS / "right_branches.ipynb", CLASS / "mistake_K4_input_times_x.ipynb"
LOOPS = CLASS / "e04_right_with_loops.ipynb"


def run(*args):
    done = CliRunner().invoke(app, list(map(str, args)))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def grade(root, *more):
    # One job is done in this process, where ``examined`` sees it.
    done = run("grade", root / "class", "--out", root / "out", "--jobs", "1", *more)
    assert done.exit_code == 0, done.output
    return done


def explain(root, *args):
    return run("explain", *args, "--out", root / "out")


def files(out):
    """The bytes of every record, page and table."""
    kept = [p for p in sorted(out.rglob("*")) if p.is_file()]
    return {str(p.relative_to(out)): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}


def rows(out, name):
    with (out / f"{name}.csv").open(newline="") as file:
        return list(csv.reader(file))


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class of three, two of whom handed in two exercises, graded once; nothing may change it."""
    root = tmp_path_factory.mktemp("desk")
    (root / "class" / "bob").mkdir(parents=True)
    shutil.copy(RIGHT, root / "class" / "ada.ipynb")
    shutil.copy(WRONG, root / "class" / "bob" / "e01_one_neuron.ipynb")
    shutil.copy(RIGHT, root / "class" / "bob" / "e01_old.ipynb")
    os.utime(root / "class" / "bob" / "e01_old.ipynb", (1000, 1000))
    shutil.copy(LOOPS, root / "class" / "bob" / "e04.ipynb")
    (root / "class" / "=cyd.ipynb").write_text("no notebook")
    grade(root)
    return root


@pytest.fixture
def desk(graded, tmp_path):
    """The same class and its grades, in a folder that a test may change."""
    for name in ("class", "out"):
        shutil.copytree(graded / name, tmp_path / name)
    return tmp_path


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
    done = grade(desk, "--only", "ada")
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
    kept = grade(desk, *more)
    assert "graded before and have not changed; --regrade grades them anew" in kept.output
    assert examined == []
    grade(desk, *more, "--regrade")
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
    grade(desk)
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
    grade(desk)
    assert (out / "totals-edited-1.csv").read_text() == "ada,15,bonus\n"
    assert not (out / "grades-edited-1.csv").exists()
    (out / "totals.csv").write_text("ada,16,bonus\n")
    grade(desk)
    assert (out / "totals-edited-1.csv").read_text() == "ada,15,bonus\n"
    assert (out / "totals-edited-2.csv").read_text() == "ada,16,bonus\n"
    assert rows(out, "totals")[0][0] == "student"


def told(terminal):
    """What the bar of a run of 10,000 prints, to a terminal or not."""
    text = io.StringIO()
    with handed_in.progress(Console(file=text, force_terminal=terminal, width=120)) as bar:
        task = bar.add_task("Grading", total=10_000, last="")
        for _ in range(3):
            bar.update(task, advance=1000, last="ada")
            bar.refresh()
    return text.getvalue()


def test_a_long_run_tells_counts_and_the_time_left_to_a_terminal_and_nothing_to_a_log():
    printed = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told(True))
    assert "Grading" in printed
    assert re.search(r"3000/10000 \d:\d\d:\d\d left: (\d|-):(\d\d|-+):?(\d\d|--)? ada", printed), printed
    assert told(False) == ""


def record(student, exercise="e01", status="graded", points=10):
    term = {"term": "z", "mistakes": ["O2"]}
    return {
        "student": student, "exercise": exercise, "status": status, "points": points, "out_of": 15, "terms": [term],
    }  # fmt: skip


def shown(records, total=None):
    text = io.StringIO()
    closing.show(Console(file=text, width=100), records, len(records) if total is None else total, Path("out"), "none")
    return text.getvalue()


def test_a_class_that_fits_a_screen_is_listed_and_a_larger_one_summed_up():
    few = shown([record(f"s{k:02}") for k in range(closing.ROWS)])
    assert "s39" in few
    assert "z: O2" in few
    many = [record(f"s{k:05}", points=k % 2 * 10) for k in range(9_000)]
    many += [record(f"t{k:04}", "e02", "timed out", 3) for k in range(1_000)]
    printed = shown(many)
    assert len(printed.splitlines()) < 15
    assert re.search(r"e01 +│ graded +│ +9,000 │ +5\.0 of 15", printed), printed
    assert re.search(r"e02 +│ timed out +│ +1,000 │ +3\.0 of 15", printed), printed
    assert "10,000 submissions" in printed
    assert "Each of them is in grades.csv." in printed
    assert "s00000" not in printed


def test_of_many_that_the_grader_failed_on_some_are_named_and_the_rest_counted():
    printed = " ".join(shown([record(f"s{k:02}", status="not judged") for k in range(60)]).split())
    assert "s00 (e01)" in printed
    assert "s09 (e01) and 50 more" in printed
    assert "s10" not in printed


@pytest.mark.sandbox
def test_an_explanation_holds_all_that_the_record_knows(graded):
    out = graded / "out"
    done = explain(graded, "bob", "e01")
    assert done.exit_code == 0, done.output
    kept = Store(out).record("bob", "e01")
    flat = " ".join(done.stdout.split())
    assert flat.startswith(f"bob, {kept['title']}: 13 of 15 points, graded {STATUSES['graded']}")
    for line in (
        f"file: bob/e01_one_neuron.ipynb sha256: {kept['sha256']}",
        f"superseded: bob/e01_old.ipynb, sha256 {kept['superseded'][0]['sha256']}",
        "There is more than one file; this one is the newest and counts.",
        "dL_dx: 0 of 2 points, wrong; mistakes named: K4",
        "= 13 of 15. A term gives all of its points or none.",
        f"One of each kind, {len(load('e01').variations)} in all: identity and squared error;",
        "isolation: bubblewrap",
        f"grader: {kept['grader']}: the same as now",
        f"definition: {kept['definition']}: the same as now",
        f"secret: fingerprint {kept['seed']}: the same as now",
        f"grade FOLDER --out {out} --only=bob --exercises e01 --regrade",
    ):
        assert line in flat, line
    for line in kept["lines"]:
        for said in (line["verdict"], *(f["headline"] for f in line["findings"])):
            assert said in flat
        for text in (text for finding in line["findings"] for _, text in finding["rows"]):
            assert text in flat
    parts = " + ".join(f"{term['points']} ({term['term']})" for term in kept["terms"])
    assert f"{parts} = 13" in flat


@pytest.mark.sandbox
def test_an_explanation_tells_no_hidden_number_and_no_secret(graded):
    printed = "".join(explain(graded, s, e).stdout for s, e in (("ada", "e01"), ("bob", "e01"), ("bob", "e04")))
    assert (graded / "out" / "private" / "seed").read_text().strip() not in printed
    pools = [path.read_text() for path in (graded / "out" / "private" / "pool").glob("*.json")]
    numbers = {found for text in pools for found in re.findall(r"-?\d+\.\d{6,}|0x1\.[0-9a-f]{6,}p[+-]\d+", text)}
    assert len(numbers) > 100, "the pool holds no numbers to look for"
    assert not [number for number in numbers if number in printed or number[:9] in printed]


@pytest.mark.sandbox
def test_an_explanation_writes_nothing_and_waits_for_nobody(graded):
    store = Store(graded / "out")
    store.open()  # as a grading that is at work
    before = files(graded / "out")
    try:
        assert explain(graded, "ada", "e01").exit_code == 0
    finally:
        store.close()
    assert files(graded / "out") == before


@pytest.mark.sandbox
def test_what_could_not_be_graded_is_explained_too(graded):
    flat = " ".join(explain(graded, "=cyd", "unknown").stdout.split())
    assert "=cyd, No exercise: 0 of 0 points, unreadable" in flat
    assert "The reason: it is no notebook." in flat
    assert "No term was judged" in flat
    assert "None were asked." in flat
    assert "definition" not in flat


@pytest.mark.sandbox
@pytest.mark.parametrize("what", ["grader", "definition", "secret"])
def test_an_explanation_says_what_has_changed_since(desk, monkeypatch, what):
    if what == "grader":
        monkeypatch.setattr(explaining, "grader", lambda: "another one")
    if what == "definition":
        monkeypatch.setattr(explaining.stored, "fingerprint", lambda exercise: "another one")
    if what == "secret":
        (desk / "out" / "private" / "seed").write_text("another one")
    flat = " ".join(explain(desk, "ada", "e01").stdout.split())
    assert f"the {what} has changed since (now " in flat
    assert flat.count("has changed since (now ") == 1
    assert flat.count(": the same as now") == 2
    told = "The definition has changed since, and the record holds no list of them; grade anew to be told."
    assert (told in flat) == (what == "definition")
    assert ("identity and squared error" in flat) == (what != "definition")


@pytest.mark.sandbox
def test_a_secret_that_is_kept_elsewhere_is_compared_where_it_is_given(desk):
    seed = desk / "out" / "private" / "seed"
    seed.rename(desk / "secret")
    flat = " ".join(explain(desk, "ada", "e01").stdout.split())
    assert "not compared, since it is not in OUT/private; give it with --seed-file" in flat
    assert "--regrade --seed-file SECRET" in flat
    assert not seed.exists()
    flat = " ".join(explain(desk, "ada", "e01", "--seed-file", desk / "secret").stdout.split())
    assert flat.count(": the same as now") == 3
    assert "cannot be read" in refused(explain(desk, "ada", "e01", "--seed-file", desk / "nowhere"))


def change(desk, whose, /, **changes):
    path = desk / "out" / "results" / whose / "e01.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


@pytest.mark.sandbox
def test_points_that_do_not_add_up_are_told(desk):
    change(desk, "ada", points=14)
    flat = " ".join(explain(desk, "ada", "e01").stdout.split())
    assert (
        "= 15 of 15. A term gives all of its points or none. The record says 14 of 15: it was changed by hand" in flat
    )


@pytest.mark.sandbox
def test_a_record_that_was_changed_by_hand_steers_no_terminal(desk):
    change(desk, "ada", notes=["\x1b[2J"], file="\x1b]0;x\x07\n", title="\x9b2J")
    printed = explain(desk, "ada", "e01").stdout
    assert all(c.isprintable() or c == "\n" for c in printed)
    assert "\\u001b[2J" in printed


@pytest.mark.sandbox
@pytest.mark.parametrize(
    "damage", ["", "{", "[]", "null", '{"student": "ada"}', "student", "status", "lines", "terms", "superseded"]
)
def test_a_damaged_record_is_told_and_how_to_mend_it(desk, damage):
    if damage.isalpha() and damage != "null":
        change(desk, "ada", **{damage: "x"})
    else:
        (desk / "out" / "results" / "ada" / "e01.json").write_text(damage)
    said = refused(explain(desk, "ada", "e01"))
    assert "the record of ada for e01 is damaged; grade anew: backprop-lab grade FOLDER" in said
    grade(desk, "--only=ada", "--exercises", "e01", "--regrade")
    assert explain(desk, "ada", "e01").exit_code == 0


@pytest.mark.sandbox
@pytest.mark.parametrize(
    ("student", "exercise", "words"),
    [
        ("Adda", "e01", "holds no record of a student Adda; did you mean ada?"),
        ("cyd", "e01", "did you mean =cyd?"),
        ("someone else", "e01", "there are: =cyd, ada, bob"),
        ("../bob", "e01", "did you mean bob?"),
        ("bob", "e05", "bob has no record for e05; there are: e01, e04"),
        ("bob", "e55", "exercise 'e55' does not exist; did you mean e05?"),
        ("bob", "E1", "exercise 'E1' does not exist; did you mean e01?"),
        ("ada", "../bob/e01", "exercise '../bob/e01' does not exist"),
    ],
)
def test_who_or_what_is_not_there_is_told_with_what_is(graded, student, exercise, words):
    assert words in refused(explain(graded, student, exercise))


def test_a_folder_that_is_not_there_or_not_ours_is_refused_and_untouched(tmp_path):
    assert "does not exist; give the folder that grade wrote" in refused(
        run("explain", "ada", "e01", "--out", tmp_path / "x")
    )
    (tmp_path / "thesis.docx").write_text("mine")
    assert "was not written by grade" in refused(run("explain", "ada", "e01", "--out", tmp_path))
    assert "was not written by grade" in refused(run("explain", "ada", "e01", "--out", tmp_path / "thesis.docx"))
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.docx"]
    assert "--out" in run("explain", "ada", "e01").stderr


def test_every_outcome_and_status_can_be_explained(tmp_path):
    """From records as they are written, of each outcome that a term can have and each status."""
    store = Store(tmp_path / "out")
    store.open()
    header = {
        "file": "ada.ipynb", "sha256": None, "superseded": [{"file": f"{k}.ipynb", "sha256": None} for k in range(30)],
        "isolation": "none", "grader": "x", "seed": "y", "definition": "z", "reason": "it is so", "title": "E1", "notes": [],
    }  # fmt: skip
    line = {"mark": "✗", "symbol": "z", "verdict": "wrong", "points": 0, "out_of": 1, "findings": []}
    term = {"term": "z", "points": 0, "out_of": 1, "approximate": True, "followed": True, "mistakes": []}
    for status in STATUSES:
        terms = [{**term, "outcome": outcome} for outcome in OUTCOMES]
        made = {"student": status, "exercise": "e01", "status": status, "points": 0, "out_of": len(OUTCOMES)}
        store.save({**header, **made, "terms": terms, "lines": [line] * len(terms)})
    store.close()
    for status, says in STATUSES.items():
        flat = " ".join(explain(tmp_path, status, "e01").stdout.split())
        assert f"points, {status} {says} The reason: it is so." in flat
        assert all(
            f"z: 0 of 1 point, {outcome}; to the precision of float32; judged with" in flat for outcome in OUTCOMES
        )
        assert "superseded: 19.ipynb" in flat
        assert "superseded: 10 more" in flat
        assert "none, so the submission ran with your rights" in flat


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
