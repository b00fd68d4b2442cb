"""The measurement of grading: what it hands each way, and what it prints. The figures themselves are asserted nowhere."""

import json

import nbformat
import pytest
from typer.testing import CliRunner

from backprop_lab.benchmark import grading
from backprop_lab.command_line.main import app
from backprop_lab.exercises import load
from backprop_lab.grading import notebook
from backprop_lab.grading.pool import Pools
from tests.paths import ROOT, SOLUTIONS

FOUND = {
    "submissions": 60,
    "isolation": "bubblewrap",
    "nbclient": {"per_second": 1.5, "per_second_jobs_2": 2.5},
    "fresh": {"per_second": 12.0, "per_second_jobs_2": 22.5},
    "floor": {"per_second": 15.0, "per_second_jobs_2": 27.0},
    "start": {"python_seconds": 0.008, "numpy_seconds": 0.05, "largest_process_mib": 100.4},
}


def test_the_report_says_ratios_and_shares():
    text = grading.report(FOUND)
    assert "ours / kernel: 8.0, two at a time 9.0" in text
    assert "ours takes 1.25 of the floor's time, two at a time 1.20" in text
    assert "of 83 ms: interpreter 10%, NumPy's import 60%" in text
    assert "largest process 100 MiB" in text


def test_the_kernel_is_asked_what_ours_is_asked_and_its_tests_can_fail():
    e01 = load("e01")
    tests = grading._hidden_tests(Pools(b"a benchmark"), e01, "ada")
    cells = notebook.right_solutions(nbformat.read(SOLUTIONS / e01.notebook, as_version=4))["the master"]
    for slip, right in (({}, True), ({"dz_dw": lambda x: x + 1}, False)):
        namespace = {}
        for _, source in cells:
            if "%pip" not in source:
                exec(source, namespace)
        exec(tests, namespace | slip, told := {})
        assert all(told["verdict"]) is right
    assert tests.count("verdict = ") == len(e01.variations)


@pytest.mark.sandbox
def test_it_writes_the_figures_as_json(tmp_path):
    call = ["benchmark", "grading", "--submissions", "2", "--rounds", "1", "--root", str(ROOT)]
    done = CliRunner().invoke(app, [*call, "--json-file", str(tmp_path / "figures.json")])
    assert done.exit_code == 0, done.output
    found = json.loads((tmp_path / "figures.json").read_text())
    for way in ("nbclient", "fresh", "floor"):
        assert set(found[way]) == {"per_second", "per_second_jobs_2"}


def test_without_masters_it_says_what_is_missing(tmp_path):
    done = CliRunner().invoke(app, ["benchmark", "grading", "--root", str(tmp_path), "--isolation", "none"])
    assert done.exit_code == 2
    assert "run this in a checkout" in done.stderr
