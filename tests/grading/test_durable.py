"""Nothing is lost: a run that is killed, stopped or doubled ends in the folder of an undisturbed one, byte for byte."""

import hashlib
import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.grading import task
from backprop_lab.grading.results import BESIDE, NotOurs, Store
from tests.calling import STUDENTS, call, records, start

pytestmark = pytest.mark.sandbox
CLASS = Path(__file__).parents[1] / "class" / "submissions"


def digest(out):
    """One digest of all that is for keeping: records, grades, pages."""
    files = [p for p in sorted(out.rglob("*")) if p.is_file() and "private" not in p.relative_to(out).parts]
    told = [f"{p.relative_to(out)} {hashlib.sha256(p.read_bytes()).hexdigest()}" for p in files]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


@pytest.fixture(scope="module")
def all_undisturbed(quick):
    """The digest of all that a run keeps that nobody disturbed."""
    out = quick / "undisturbed"
    assert CliRunner().invoke(app, call(quick, out, "--jobs", "1")).exit_code == 0
    return digest(out)


def test_a_run_that_is_killed_five_times_ends_as_an_undisturbed_one(quick, all_undisturbed):
    out, rng, seen = quick / "killed", random.Random(5), []
    for _ in range(5):
        run = start(quick, out, "--jobs", "2")
        # At a random moment, but not before this run has added a record: kills before the work began tell little.
        while run.poll() is None and records(out) <= max(seen, default=0):
            time.sleep(0.01)
        time.sleep(rng.uniform(0.0, 0.3))
        run.send_signal(signal.SIGKILL)
        run.communicate()
        seen.append(records(out))
    assert seen == sorted(seen), "a record was lost"
    assert 0 < seen[0] < records(quick / "undisturbed"), "no kill came in the middle of the work"
    assert CliRunner().invoke(app, call(quick, out)).exit_code == 0
    assert digest(out) == all_undisturbed
    assert not list(out.rglob(f"{BESIDE}*"))


def test_a_run_that_is_stopped_with_ctrl_c_says_so_and_ends_as_an_undisturbed_one(quick, all_undisturbed):
    out = quick / "stopped"
    run = start(quick, out)
    while len(list(out.glob("results/*/*.json"))) < 2 and run.poll() is None:
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, errors = run.communicate()
    assert run.returncode == 2
    assert "stopped; records written so far are kept" in errors
    assert 2 <= len(list(out.glob("results/*/*.json"))) < len(STUDENTS)
    assert CliRunner().invoke(app, call(quick, out)).exit_code == 0
    assert digest(out) == all_undisturbed


def test_what_has_not_changed_is_not_graded_again(quick, all_undisturbed, monkeypatch):
    out = quick / "again"
    shutil.copytree(quick / "undisturbed", out)
    examined = []
    examine = task.examine
    monkeypatch.setattr(task, "examine", lambda exercise, *rest: examined.append(1) or examine(exercise, *rest))
    # One job is done in this process, where it can be counted.
    done = CliRunner().invoke(app, call(quick, out, "--jobs", "1"))
    assert done.exit_code == 0
    assert examined == []
    assert f"{len(STUDENTS)} of them were graded before" in done.output
    assert digest(out) == all_undisturbed
    assert CliRunner().invoke(app, call(quick, out, "--regrade", "--jobs", "1")).exit_code == 0
    assert len(examined) > 10
    assert digest(out) == all_undisturbed


@pytest.mark.parametrize("changed", ["submission", "grader", "definition", "secret", "isolation"])
def test_what_has_changed_is_graded_again(tmp_path, monkeypatch, changed):
    (tmp_path / "class").mkdir()
    shutil.copy(CLASS / "right_branches.ipynb", tmp_path / "class" / "ada.ipynb")
    (tmp_path / "secret").write_text("one\n")
    assert CliRunner().invoke(app, call(tmp_path, tmp_path / "out")).exit_code == 0
    examined = []
    examine = task.examine
    monkeypatch.setattr(task, "examine", lambda exercise, *rest: examined.append(1) or examine(exercise, *rest))
    more = []
    if changed == "submission":
        shutil.copy(CLASS / "mistake_K4_input_times_x.ipynb", tmp_path / "class" / "ada.ipynb")
    elif changed == "grader":
        monkeypatch.setattr(task, "grader", lambda: "another")
    elif changed == "definition":
        monkeypatch.setattr(task.stored, "fingerprint", lambda exercise: "another")
    elif changed == "secret":
        (tmp_path / "secret").write_text("two\n")
    else:
        more = ["--isolation", "landlock"]
    assert CliRunner().invoke(app, call(tmp_path, tmp_path / "out", *more)).exit_code == 0
    assert examined == [1]


def test_a_second_grading_of_the_same_folder_is_refused_in_one_line(quick, tmp_path):
    first = Store(tmp_path / "out")
    first.open()
    second = Store(tmp_path / "out")
    with pytest.raises(NotOurs, match="another grading is at work"):
        second.open()
    done = CliRunner().invoke(app, call(quick, tmp_path / "out"))
    assert done.exit_code == 2
    assert done.stderr.startswith("backprop-lab: another grading is at work in")
    first.close()
    third = Store(tmp_path / "out")
    third.open()
    third.close()


def test_a_lock_of_a_grader_that_was_killed_holds_nobody_up(quick):
    out = quick / "lock"
    run = start(quick, out)
    while not (out / "private" / "lock").exists() and run.poll() is None:
        time.sleep(0.02)
    run.send_signal(signal.SIGKILL)
    run.communicate()
    store = Store(out)
    store.open()
    store.close()


def test_no_worker_outlives_a_killed_grader(quick, tmp_path):
    """A submission that loops for ever, and a grader that is killed meanwhile."""
    notebook = json.loads((CLASS / "endless_loop_in_dl_da.ipynb").read_text())
    (tmp_path / "class").mkdir()
    (tmp_path / "class" / "ada.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "secret").write_text("one\n")
    for tier in ("bubblewrap", "landlock"):
        run = start(tmp_path, tmp_path / tier, "--isolation", tier)
        workers = set()
        while not workers and run.poll() is None:
            workers = _workers_of(run.pid)
            time.sleep(0.05)
        time.sleep(1.0)
        workers |= _workers_of(run.pid)
        run.send_signal(signal.SIGKILL)
        run.communicate()
        deadline = time.monotonic() + 10
        while (left := {pid for pid in workers if _runs(pid)}) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not left, tier


def _workers_of(pid):
    found, todo = set(), [pid]
    while todo:
        parent = todo.pop()
        try:
            threads = os.listdir(f"/proc/{parent}/task")
        except OSError:
            continue  # it ended meanwhile
        for thread in threads:
            try:
                new = {int(child) for child in Path(f"/proc/{parent}/task/{thread}/children").read_text().split()}
            except OSError:
                continue
            found |= new
            todo += new
    return found


def _runs(pid):
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
