"""What may be handed in on Gradescope, and by whom: which notebook counts, and what is said of the rest."""

import json
import os

import pytest

from backprop_lab.course import gradescope_run
from tests.course.gradescope.running import ADA, CLASS, RIGHT, STUB, graded, graded_here, hand_in, score

pytestmark = pytest.mark.sandbox


def test_a_notebook_that_was_cut_off(home):
    hand_in(home, RIGHT.read_text()[:2000])
    results = graded(home)
    assert [(test["score"], test["max_score"], test["status"]) for test in results["tests"]] == [(0, 15, "failed")]
    assert "it ends in the middle: was it cut off" in results["output"]


def test_no_file_at_all(home):
    results = graded(home)
    assert [(test["score"], test["max_score"]) for test in results["tests"]] == [(0, 15)]
    assert results["output"] == (
        "No file was handed in.\n"
        "This assignment is E1 One neuron: hand in your notebook e01_one_neuron.ipynb, and nothing else."
    )
    assert results["tests"][0]["output"] == results["output"]


def test_files_of_which_none_is_a_notebook_of_the_exercise(home):
    hand_in(home, CLASS / "e04_right_with_loops.ipynb", "mine.ipynb")
    hand_in(home, "no JSON", "e01.ipynb.txt")
    hand_in(home, "no JSON", "homework.ipynb")
    (home / "submission" / "link.ipynb").symlink_to("/etc/passwd")
    output = graded(home)["output"]
    assert "mine.ipynb is E4 " in output
    assert "e01.ipynb.txt is no notebook: its name does not end in .ipynb" in output
    assert "homework.ipynb cannot be read: it is no notebook" in output
    assert "link.ipynb cannot be read: it is a symbolic link, which is not followed" in output


def test_of_many_files_a_few_are_told(home):
    for number in range(12):
        hand_in(home, "-", f"{number:02}.txt")
    assert "  04.txt is no notebook: its name does not end in .ipynb\n  and 7 more\n" in graded(home)["output"]


def test_of_two_notebooks_the_newest_counts_and_the_student_is_told(home):
    hand_in(home, STUB, "b.ipynb")
    hand_in(home, RIGHT, "a.ipynb")
    hand_in(home, "a report", "e01.pdf")
    for age, name in enumerate(("e01.pdf", "a.ipynb", "b.ipynb")):
        os.utime(home / "submission" / name, (1e9 - age, 1e9 - age))
    results = graded(home)
    assert score(results) == 15
    assert "There is more than one file; this one is the newest and counts. Not graded: b.ipynb." in results["output"]


def test_a_notebook_in_a_folder_is_found(home):
    (home / "submission" / "my work" / "x").mkdir(parents=True)
    hand_in(home, RIGHT, "my work/x/mine.ipynb")
    results = graded(home)
    assert score(results) == 15
    assert "my work/x/mine.ipynb: graded" in results["output"]


@pytest.mark.parametrize(
    "name",
    ["Zoë 🎉", "עדה לאבלייס", "<script>alert(1)</script>", "../../etc", "a\u202eb\x1b[2J\x00", "\ud800", "_" * 9, ""],
)
def test_names_of_any_kind(home, name):
    hand_in(home, RIGHT, "<b>e01_\u202e🎉.ipynb")
    results = graded_here(home, json.dumps({"users": [{"name": name, "email": "", "id": 7}]}))
    assert score(results) == 15
    said = results["output"] + "".join(test["output"] for test in results["tests"]) + results["extra_data"]["student"]
    assert all(c.isprintable() or c == "\n" for c in said)
    assert {test["output_format"] for test in results["tests"]} | {results["output_format"]} == {"text"}
    assert results["extra_data"]["student"].endswith("_7")


def test_a_group_is_named_by_all_of_it_in_whatever_order(home):
    hand_in(home, RIGHT)
    bob = {"email": "bob@example.org", "id": 2, "name": "Bob_B"}
    one, other = (
        graded_here(home, json.dumps({"users": users}))["extra_data"] for users in ([ADA, bob], [bob, ADA, bob])
    )
    assert one == other
    assert one["student"] == "Ada Lovelace_ada@example.org + Bob B_bob@example.org"


@pytest.mark.parametrize("told", ["", "no JSON", "[]", '{"users": 7}', '{"users": [7]}', '{"users": []}', "[" * 9999])
def test_who_it_was_may_not_be_told(tmp_path, told):
    (tmp_path / "metadata.json").write_text(told)
    assert gradescope_run.student_of(tmp_path / "metadata.json") == "student"


def test_there_may_be_no_metadata_at_all(home):
    hand_in(home, RIGHT)
    assert gradescope_run.main(home) == 0
    results = json.loads((home / "results" / "results.json").read_text())
    assert (score(results), results["extra_data"]["student"]) == (15, "student")
