"""Wherever a class is graded, the records are the same bytes: threads, processes, resumed, a cluster that is shot at."""

import os
import random
import signal
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest

from backprop_lab.benchmark.looking_on import digest
from backprop_lab.grading import grade, running
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.results import dumps
from backprop_lab.grading.submissions import find
from tests.calling import STUDENTS, call, records, run, start
from tests.grading.clusters import local

pytestmark = [pytest.mark.sandbox, pytest.mark.timeout(240)]


def test_two_jobs(quick, undisturbed):
    assert run(*call(quick, quick / "two", "--jobs", "2")).exit_code == 0
    assert digest(quick / "two" / "results")[0] == undisturbed


def test_a_run_that_is_killed_in_between_and_resumed(quick, undisturbed):
    out = quick / "resumed"
    grading = start(quick, out, "--jobs", "2")
    while records(out) < 6 and grading.poll() is None:
        time.sleep(0.01)
    grading.send_signal(signal.SIGKILL)
    grading.communicate()
    assert 6 <= records(out) < len(STUDENTS)
    assert digest(out / "results")[0] != undisturbed
    assert run(*call(quick, out)).exit_code == 0
    assert digest(out / "results")[0] == undisturbed


def test_a_cluster_whose_workers_are_killed_while_it_grades(quick, undisturbed):
    out, rng, killed = quick / "shot at", random.Random(4), []
    with local(2) as workers:
        grading = start(quick, out, "--cluster", workers.scheduler_address)
        for least in (2, 6, 10, 14):
            while records(out) < least and grading.poll() is None:
                time.sleep(0.01)
            pid = rng.choice([nanny.pid for nanny in workers.workers.values() if nanny.pid])
            if grading.poll() is None:
                os.kill(pid, signal.SIGKILL)
                killed.append(pid)
        _, errors = grading.communicate()
    assert grading.returncode == 0, errors
    assert len(set(killed)) >= 2
    assert errors == ""
    assert digest(out / "results")[0] == undisturbed


def test_processes_by_the_same_line(quick, undisturbed, tmp_path):
    chosen = grade.class_of(find(quick / "class"))[:6]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        place = running.Place(executor, 8)
        there = list(grade.grade_class(chosen, Pools(b"a secret of the test"), "bubblewrap", place=place))
    for record in there:
        file = quick / "one" / "results" / record["student"] / f"{record['exercise']}.json"
        assert file.read_text() == dumps(record)
