"""The class of the benchmark is one that a class could be, and what is said of its grading is true of it."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from backprop_lab.benchmark import a_class, looking_on, whole_class
from backprop_lab.command_line.main import app
from backprop_lab.exercises import every
from backprop_lab.grading import grade, notebook, sandbox, task
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.submissions import find

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A class, and what it is said to hold."""
    folder = tmp_path_factory.mktemp("a class")
    return folder, a_class.made(ROOT, folder, 400, 1)


def test_one_seed_makes_one_class(made, tmp_path):
    folder, handed_in = made
    assert a_class.made(ROOT, tmp_path / "again", 400, 1) == handed_in
    for one in handed_in:
        assert (tmp_path / "again" / one.file).read_bytes() == (folder / one.file).read_bytes()
    assert a_class.made(ROOT, tmp_path / "other", 400, 2) != handed_in


def test_every_exercise_and_kind_is_in_it_once_for_each_student(made):
    folder, handed_in = made
    assert {one.exercise for one in handed_in} == {exercise.id for exercise in every()}
    assert len(handed_in) == len({(one.student, one.exercise) for one in handed_in}) == 400
    counted = Counter(one.kind for one in handed_in)
    assert set(counted) >= set(a_class.KINDS) - {"never ends", "cut off"}
    assert abs(counted["right"] - 160) < 50
    found = grade.class_of(find(folder))
    assert [(s.student, s.file) for s, _ in found] == [(one.student, one.file) for one in handed_in]


def test_no_two_of_an_exercise_are_the_same_file(made):
    folder, handed_in = made
    read = [(folder / one.file).read_bytes() for one in handed_in if one.kind != "stub"]
    assert len(set(read)) > 0.9 * len(read)


@pytest.mark.parametrize("exercise", every(), ids=lambda exercise: exercise.id)
def test_something_can_slip_in_every_exercise_and_changes_what_is_graded(exercise):
    maker = a_class._Maker(ROOT, exercise)
    assert len(a_class.slips(maker.answers)) >= 2
    rng = np.random.default_rng(0)
    right, slipped = (
        notebook.code_cells(notebook.parse(maker.notebook(kind, "ada", rng).encode())) for kind in ("right", "mistake")
    )
    assert right != slipped


@pytest.mark.sandbox
@pytest.mark.parametrize("kind", ["right", "stub", "half written", "raises", "never ends"])
def test_each_kind_is_graded_as_what_it_is(kind):
    exercise = next(one for one in every() if one.id == "e04")
    text = a_class._Maker(ROOT, exercise).notebook(kind, "ada", np.random.default_rng(3))
    cells = notebook.code_cells(notebook.parse(text.encode()))
    results, collected = task.examine(exercise, cells, Pools(b"s").picked(exercise, "ada"), sandbox.choose("auto"))
    points = sum(result.points for result in results)
    assert (points == exercise.points) == (kind == "right")
    assert (points == 0 and {r.outcome for r in results} == {"not attempted"}) == (kind == "stub")
    assert ("timed out" in collected.accidents) == (kind == "never ends")
    assert any(r.outcome == "raised" for r in results) == (kind == "raises")


def test_the_digest_is_of_names_and_bytes(tmp_path):
    (tmp_path / "ada").mkdir()
    (tmp_path / "ada" / "e01.json").write_text("1")
    (tmp_path / "ada" / "e02.json").write_text("2")
    first, count = looking_on.digest(tmp_path)
    assert count == 2
    (tmp_path / "ada" / "e02.json").write_text("3")
    assert looking_on.digest(tmp_path)[0] != first
    (tmp_path / "ada" / "e02.json").write_text("2")
    assert looking_on.digest(tmp_path)[0] == first
    (tmp_path / "ada" / "e02.json").rename(tmp_path / "ada" / "e03.json")
    assert looking_on.digest(tmp_path)[0] != first


def test_memory_is_that_of_a_process_and_of_what_it_started():
    holding = "import sys, time; held = bytearray(60 << 20); print(flush=True); time.sleep(60)"
    program = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {holding!r}])"
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, start_new_session=True) as process:
        process.stdout.readline()
        own, below = looking_on.memory(process.pid)
        assert below > own + 60
        assert 1 < own < 60
        os.killpg(process.pid, signal.SIGKILL)


def test_a_command_that_fails_is_told_with_what_it_said(tmp_path):
    (tmp_path / "secret").write_text("s")
    with pytest.raises(looking_on.Failed, match=r"status 2: backprop-lab: .*class does not exist"):
        looking_on.grade(tmp_path, 1, "one job")


@pytest.mark.sandbox
def test_the_command_grades_a_class_and_keeps_it_where_asked(tmp_path):
    out, table, began = tmp_path / "kept", tmp_path / "table.txt", time.monotonic()
    call = ["benchmark", "class", "--submissions", "6", "--jobs", "2", "--root", str(ROOT)]
    done = CliRunner().invoke(app, [*call, "--out", str(out), "--table", str(table)])
    assert done.exit_code == 0, done.output
    found = json.loads((out / "class.json").read_text())
    (run,) = found["runs"]
    assert run["records"] == 6 == len(list((out / "2 at a time" / "results").rglob("*.json")))
    assert run["digest"] == looking_on.digest(out / "2 at a time" / "results")[0]
    assert 0 < run["grading_seconds"] <= run["seconds"] <= time.monotonic() - began
    assert [row[0] for row in run["curve"]] == list(range(0, 101, 10))
    assert run["curve"][-1][1] > 20
    assert table.read_text() in done.output
    assert max(map(len, table.read_text().splitlines()[3:])) <= 100
    again = CliRunner().invoke(app, [*call, "--out", str(out)])
    assert again.exit_code == 2
    assert "is not empty, and nothing in it was touched" in again.stderr


def test_what_the_report_says_of_ways_that_differ():
    run = {
        "seconds": 2.0,
        "grading_seconds": 1.0,
        "records": 4,
        "killed": 0,
        "curve": [(50, 90.0, 150.0)],
        "per_second": 4.0,
    }
    found = {
        "submissions": 4, "students": 2, "seed": 0, "isolation": "bubblewrap", "kinds": {"right": 4}, "exercises": [],
        "runs": [run | {"way": "one job", "digest": "a"}, run | {"way": "two jobs", "digest": "b"}],
        "start_seconds": 0.1, "references_seconds": 9.6, "two_over_one": 1.5, "same": False,
    }  # fmt: skip
    text = whole_class.report(found)
    assert "references of fifty digits, once a class and before what is timed: 9.6 s" in text
    assert "two jobs / one: 1.50; the digests are DIFFERENT" in text
    assert text.count("–") >= 20
