"""What a submission's results say: points and words of ``backprop-lab grade``, as Gradescope specifies them."""

import json
import re
import shutil

import jsonschema
import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.course import gradescope_run
from backprop_lab.exercises import load
from backprop_lab.grading import grade, sandbox, task
from tests.attacks.writing import honest, notebook_of
from tests.course.gradescope.running import (
    ADAS,
    CLASS,
    RIGHT,
    SECRET,
    STUB,
    WRONG,
    by_term,
    crashes,
    graded,
    hand_in,
    no_sandbox,
    run,
    score,
    valid,
)
from tests.course.gradescope.schema import RESULTS

pytestmark = pytest.mark.sandbox


def test_a_right_solution_has_all_points(home):
    hand_in(home, RIGHT)
    results = graded(home)
    assert score(results) == sum(test["max_score"] for test in results["tests"]) == load("e01").points
    assert {test["status"] for test in results["tests"]} == {"passed"}
    assert [test["name"] for test in results["tests"]] == [term.symbol for term in load("e01").terms]
    assert results["output"].startswith("E1 One neuron: 15 of 15 points\ne01_one_neuron.ipynb: graded.")
    assert results["visibility"] == "visible"


def test_a_mistake_is_named_at_its_term(home):
    hand_in(home, WRONG)
    terms = by_term(graded(home))
    wrong = terms.pop("dL_dx")
    assert (wrong["score"], wrong["status"], wrong["extra_data"]["mistakes"]) == (0, "failed", ["K4"])
    assert "∂L/∂x has the wrong last factor." in wrong["output"]
    assert re.search(r"^  on paper: .*\n  try: .*\n  book: .*chapter 2", wrong["output"], re.MULTILINE)
    assert {term["status"] for term in terms.values()} == {"passed"}


def test_what_is_flagged_is_told_to_the_instructor_alone(home):
    hand_in(home, notebook_of(["try:\n    import torch\nexcept ImportError:\n    pass", *honest("e01")]))
    done, results = run(home)
    assert score(valid(results)) == 15
    assert "backprop-lab: to look at: other-autodiff" in done.stdout
    assert "autodiff" not in json.dumps(results)


def test_a_stub_has_no_points_and_is_told_what_is_still_to_be_written(home):
    hand_in(home, STUB)
    results = graded(home)
    assert score(results) == 0
    assert "not attempted. No function is written yet." in results["output"]
    assert all("still to be written" in test["output"] for test in results["tests"])


@pytest.mark.parametrize(
    "name", ["right_branches", "mistake_O2_slope_at_a", "mistake_O4_and_H3_two_slopes", "crash_in_da_dz"]
)
def test_points_and_words_are_those_of_grade_with_the_same_secret_and_name(home, name, tmp_path):
    folder = tmp_path / "class" / ADAS
    folder.mkdir(parents=True)
    shutil.copy(CLASS / f"{name}.ipynb", folder)
    (tmp_path / "seed").write_bytes(SECRET)
    asked = ["grade", str(folder.parent), "--out", str(tmp_path / "out"), "--seed-file", str(tmp_path / "seed")]
    assert CliRunner().invoke(app, asked).exit_code == 0
    record = json.loads(next((tmp_path / "out" / "results").glob("*/e01.json")).read_text())
    hand_in(home, CLASS / f"{name}.ipynb", f"{name}.ipynb")
    results = graded(home)
    assert score(results) == record["points"]
    assert [test["output"] for test in results["tests"]] == [test["output"] for test in gradescope_run.per_term(record)]
    same = ("points", "status", "terms", "student", "seed", "sha256", "definition", "grader", "isolation")
    assert {key: results["extra_data"][key] for key in same} == {key: record[key] for key in same}


@pytest.mark.parametrize(
    ("where", "what", "said"),
    [
        ((sandbox, "fails"), no_sandbox, "bubblewrap does not work here: it does not work here, says this test; landlock"),
        ((task, "examine"), crashes, "the grader failed on e01_one_neuron.ipynb: ZeroDivisionError in "),
        ((grade, "class_of"), crashes, "ZeroDivisionError in running.py, line "),
    ],
    ids=["no sandbox", "a fault while judging", "a fault before"],
)  # fmt: skip
def test_where_the_grader_cannot_work_no_points_are_written(home, monkeypatch, capfd, where, what, said):
    hand_in(home, RIGHT)
    monkeypatch.setattr(*where, what)
    assert gradescope_run.main(home) == 1
    results = json.loads((home / "results" / "results.json").read_text())
    assert {"score", "tests"} & set(results) == set()
    # By its specification this is no result, which Gradescope shows as one that failed.
    with pytest.raises(jsonschema.ValidationError, match="is not valid under any of the given schemas"):
        jsonschema.validate(results, RESULTS)
    assert "no points are lost" in results["output"]
    printed = capfd.readouterr().out
    assert said in printed
    assert "grade them with `backprop-lab grade` on a Linux machine" in printed
    assert "--isolation none" not in printed
    assert "0.123456" not in printed + json.dumps(results)


@pytest.mark.parametrize(
    "change",
    [
        {"tests": [{"name": "a"}]}, {"tests": []}, {"visibility": "now"}, {"stdout_visibility": None},
        {"tests": [{"score": "3"}]}, {"tests": [{"score": 3, "status": "right"}]}, {"output_format": "markdown"},
        {"output": None}, {"tests": [{"score": 1, "out_of": 2}]},
    ],
)  # fmt: skip
def test_the_schema_refuses_what_the_specification_does_not_know(change):
    right = {"output": "said", "tests": [{"score": 1, "max_score": 2, "status": "failed", "output_format": "text"}]}
    jsonschema.validate(right, RESULTS)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(right | change, RESULTS)
