"""A submission on Gradescope: what is handed in, how its scripts are run, and what the results say."""

import json
import os
import subprocess
from pathlib import Path

import jsonschema

from backprop_lab.course import gradescope_run
from tests.course.gradescope.schema import RESULTS
from tests.paths import ROOT

CLASS = ROOT / "tests" / "class" / "submissions"
RIGHT, WRONG, STUB = (CLASS / f"{name}.ipynb" for name in ("right_branches", "mistake_K4_input_times_x", "untouched"))
SECRET = b"the secret of a class on Gradescope"
ADA = {"email": "ada@example.org", "id": 1815, "name": "Ada Lovelace"}
ADAS = "Ada Lovelace_ada@example.org"


def run(home, path=None):
    """Run the autograder as Gradescope does: the process, and what it wrote."""
    (home / "submission_metadata.json").write_text(json.dumps({"id": 1, "users": [ADA]}))
    done = subprocess.run(
        ["bash", str(home / "run_autograder")], cwd=home, capture_output=True, text=True, timeout=120, check=False,
        env={"PATH": path or os.environ["PATH"], "BACKPROP_LAB_AUTOGRADER": str(home)},
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return done, json.loads((home / "results" / "results.json").read_text())


def hand_in(home, what, name="e01_one_neuron.ipynb"):
    """Put a notebook into the submission, from a path or as text."""
    content = what.read_text() if isinstance(what, Path) else what
    (home / "submission" / name).write_text(content)


def graded(home, path=None):
    """The results of a submission that can be graded."""
    done, results = run(home, path)
    assert done.returncode == 0, done.stdout
    return valid(results)


def graded_here(home, metadata):
    """The same in this process, which is quicker, whoever is said to have handed in."""
    (home / "submission_metadata.json").write_text(metadata)
    assert gradescope_run.main(home) == 0
    return valid(json.loads((home / "results" / "results.json").read_text()))


def valid(results):
    jsonschema.validate(results, RESULTS)
    assert results["stdout_visibility"] == "hidden"
    return results


def score(results):
    return sum(test["score"] for test in results["tests"])


def by_term(results):
    return {test["extra_data"]["term"]: test for test in results["tests"]}


def no_sandbox(tier):
    return "it does not work here, says this test"


def crashes(*_, **__):
    raise ZeroDivisionError("0.123456 is a hidden input")
