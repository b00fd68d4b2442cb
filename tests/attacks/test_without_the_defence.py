"""Tests of the tests: where a defence is taken away, the attack on it succeeds, and the suite says so."""

import os

import numpy as np
import pytest

from backprop_lab.checking import compare
from backprop_lab.grading import grade, sandbox, seccomp, task
from tests.attacks.attack import attacks
from tests.attacks.running import run, without_attack

pytestmark = pytest.mark.sandbox


@pytest.fixture(autouse=True, scope="module")
def _graded_before_anything_is_taken_away():
    without_attack(sandbox.choose("auto"))


def attack(start):
    return next(found for found in attacks() if found.name.startswith(start))


def succeeds(start, tier, folder):
    """What the suite says against one attack, and of the class."""
    one = attack(start)
    outcome = run([one], tier, folder)
    return outcome.against(one), outcome.problems


@pytest.mark.parametrize(
    "start",
    [
        "looking/03",
        "looking/04",
        "looking/06",
        "looking/07",
        "looking/08",
        "looking/12",
        "processes/01",
        "processes/05",
        "processes/09",
    ],
)
def test_without_a_wall_files_are_read_and_processes_made(start, tmp_path):
    here = os.sched_getaffinity(0)
    try:
        said, _ = succeeds(start, "none", tmp_path)
    finally:
        os.sched_setaffinity(0, here)
    assert any("earned" in sentence for sentence in said), said


def test_without_a_wall_the_instructor_s_files_are_changed_and_it_shows(tmp_path):
    said, problems = succeeds("files/02", "none", tmp_path)
    assert any("earned 1 points" in sentence for sentence in said)
    assert any("changed outside" in problem and "mine" in problem for problem in problems)


def test_without_the_filter_of_system_calls_landlock_leaves_modes_and_threads(tmp_path, monkeypatch):
    import pyseccomp

    # Made once: rooms are started by several threads, and one would read what another is still writing.
    with (tmp_path / "filter").open("w+b") as file:
        pyseccomp.SyscallFilter(pyseccomp.ALLOW).export_bpf(file)
    lets_all_through = (tmp_path / "filter").read_bytes()
    monkeypatch.setattr(seccomp, "program", lambda: lets_all_through)
    for k, start in enumerate(("files/02", "processes/05", "resources/03")):
        one = attack(start)
        outcome = run([one], "landlock", tmp_path / str(k))
        assert any("earned 1 points" in sentence for sentence in outcome.against(one)), (
            start, outcome.of(one), outcome.problems,
        )  # fmt: skip


def test_compared_by_equality_an_object_that_lies_would_be_right():
    names = {}
    exec(attack("objects/01").module.CELLS[0], names)
    answer = names["dL_da"](1.0, 2.0, "squared_error")
    assert answer == 0.123
    assert compare.unusable(answer, 0.123)
    exec(attack("objects/02").module.CELLS[0], names)
    assert np.all(names["dz_db"]() == 1.0)
    assert compare.verdict(np.asarray(names["dz_db"]()).view(np.ndarray), 1.0) == "wrong"


def test_told_as_a_visible_check_tells_hidden_inputs_show(tmp_path, monkeypatch):
    judge, lines = task.judge, task.lines
    monkeypatch.setattr(task, "judge", lambda *args, hidden: judge(*args, hidden=False))
    monkeypatch.setattr(task, "lines", lambda exercise, results, hidden: lines(exercise, results, hidden=False))
    _, problems = succeeds("looking/14", sandbox.choose("auto"), tmp_path)
    assert any(" tells '" in problem for problem in problems), problems


def test_names_written_as_they_are_steer_the_terminal(tmp_path, monkeypatch):
    monkeypatch.setattr(grade, "printable", lambda name: name)
    _, problems = succeeds("names_and_pages/03", sandbox.choose("auto"), tmp_path)
    assert "the terminal steers the terminal" in problems


def test_a_fault_of_the_grader_itself_ends_one_submission_and_is_told(tmp_path, monkeypatch):
    """What is judged was chosen by a stranger; whatever it brings out, the class goes on."""
    examine = task.examine

    def fails_on_one(exercise, cells, *more):
        if any("1234567" in source for _, source in cells):
            raise RecursionError("0.1234567 is a hidden input")
        return examine(exercise, cells, *more)

    monkeypatch.setattr(task, "examine", fails_on_one)
    one = attack("looking/16")
    outcome = run([one], sandbox.choose("auto"), tmp_path)
    (record,) = outcome.of(one)
    assert (record["status"], record["points"]) == ("not judged", 0)
    assert record["reason"].startswith("RecursionError in test_without_the_defence.py, line ")
    assert outcome.problems == []
