"""``backprop-lab explain``: why a grade is what it is, without a hidden number and without a change."""

import json
import re

import pytest

from backprop_lab.checking.outcome import OUTCOMES
from backprop_lab.command_line import explain as explaining
from backprop_lab.exercises import load
from backprop_lab.grading.results import STATUSES, Store
from tests.calling import files, grade, refused, run, succeeded


def explain(root, *args):
    return run("explain", *args, "--out", root / "out")


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
    succeeded(grade(desk / "class", None, "--jobs", "1", "--only=ada", "--exercises", "e01", "--regrade"))
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
