"""Work handed to several processes: it comes back, it can be stopped at once, and nothing of it is left."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from backprop_lab.grading import grade, running
from backprop_lab.grading import task as tasks
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.submissions import find
from tests.calling import CLASS

# Waits on a slow machine; nothing here takes this long where all is well.
PATIENCE = 30


def ended(pid):
    """Is this process gone, or waiting to be buried?"""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_several_processes_do_what_one_thread_does():
    tasks = [(k, -k) for k in range(20)]
    with running.here(1) as thread, running.here(3) as processes:
        assert sorted(running.run(thread, abs, tasks)) == sorted(running.run(processes, abs, tasks))


def test_an_error_of_a_task_is_raised_here():
    with running.here(2) as place, pytest.raises(ZeroDivisionError):
        list(running.run(place, divmod_of_one, [("a", 0)]))


divmod_of_one = (1).__floordiv__


def test_who_stops_does_not_wait_for_what_is_being_done():
    place = running.processes(2)
    futures = [place.executor.submit(time.sleep, 10 * PATIENCE) for _ in range(8)]
    while not any(future.running() for future in futures):
        time.sleep(0.01)
    began = time.monotonic()
    place.close()
    assert time.monotonic() - began < PATIENCE
    assert not multiprocessing.active_children()


def test_what_the_processes_put_into_temporary_folders_is_gone_afterwards():
    with running.here(2) as place:
        made = [Path(folder) for _, folder in running.run(place, tempfile.mkdtemp, [(k, f"-{k}") for k in range(6)])]
        assert all(folder.is_dir() for folder in made)
    assert not any(folder.parent.exists() for folder in made)
    assert made[0].parent != Path(tempfile.gettempdir())


def test_a_process_that_is_killed_stops_the_grading_with_a_reason():
    with running.here(2) as place, pytest.raises(running.Stopped, match="ended from outside, perhaps for want of mem"):
        list(running.run(place, signal.raise_signal, [("a", signal.SIGKILL), ("b", signal.SIGKILL)]))


def test_the_processes_end_with_the_grader_however_it_ends(tmp_path):
    program = (
        "import multiprocessing, time\nfrom backprop_lab.grading import running\n"
        "place = running.processes(2)\n[place.executor.submit(time.sleep, 600) for _ in range(2)]\n"
        "print(*[child.pid for child in multiprocessing.active_children()], flush=True)\ntime.sleep(600)\n"
    )
    grader = subprocess.Popen(
        [sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )  # fmt: skip
    workers = [int(pid) for pid in grader.stdout.readline().split()]
    assert [ended(worker) for worker in workers] == [False, False]
    grader.kill()
    grader.communicate()
    end = time.monotonic() + PATIENCE
    while not all(map(ended, workers)):
        assert time.monotonic() < end, "a process of a grader that was killed lives on"
        time.sleep(0.05)


@pytest.mark.parametrize("jobs", [1, 3])
def test_no_more_tasks_are_made_than_can_be_in_flight(jobs):
    made, done, most = [], [], 0
    tasks = ((k, made.append(k) or k) for k in range(200))
    with running.here(jobs) as place:
        for key, result in running.run(place, abs, tasks):
            assert key == result
            done.append(key)
            most = max(most, len(made) - len(done))
    assert sorted(done) == list(range(200))
    assert most <= running.AHEAD * jobs


class AtOnce(Executor):
    """Does everything when it is handed over: all is done when it is first looked at."""

    def submit(self, function, task):
        future = Future()
        try:
            future.set_result(function(task))
        except OSError as error:
            future.set_exception(error)
        return future


def test_what_is_done_is_there_before_what_went_wrong_is_told():
    def work(task):
        if task == 7:
            raise OSError("the disk is full")
        return task

    got = []
    with pytest.raises(OSError, match="the disk is full"):  # noqa: PT012
        for key, _ in running.run(running.Place(AtOnce(), 100), work, [(k, k) for k in range(50)]):
            got.append(key)
    assert sorted(got) == [k for k in range(50) if k != 7]


class Died(Exception):
    """A worker of the next test."""


def test_a_task_whose_process_died_is_given_again_and_told_when_it_never_comes_back():
    tries = {}

    def work(task):
        tries[task] = tries.get(task, 0) + 1
        if task == "always" or (task == "once" and tries[task] == 1):
            raise Died
        return task

    place = running.Place(ThreadPoolExecutor(1), 4, died=(Died,))
    got = []
    with pytest.raises(running.Lost) as lost:  # noqa: PT012
        for key, _ in running.run(place, work, [(name, name) for name in ("always", "once", "fine")]):
            got.append(key)
    assert lost.value.keys == ["always"]
    assert sorted(got) == ["fine", "once"]
    assert tries == {"always": 1 + running.AGAIN, "once": 2, "fine": 1}


def test_a_submission_that_is_lost_is_named(monkeypatch):
    def graded(task):
        raise Died

    monkeypatch.setattr(tasks, "graded", graded)
    chosen = grade.class_of(find(CLASS), ["right_float32"])
    place = running.Place(ThreadPoolExecutor(1), 4, died=(Died,))
    with pytest.raises(running.Lost, match=r"graded right_float32 \(e01\) died"):
        list(grade.grade_class(chosen, Pools(b"s"), "none", place=place))
