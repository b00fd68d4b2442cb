"""Work handed to several processes: it comes back, it can be stopped at once, and nothing of it is left."""

import multiprocessing
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from backprop_lab.grading import running

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
