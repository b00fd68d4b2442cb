"""A submission's task on its way to a worker: what is sent, and who refuses it."""

import pickle

import numpy as np
import pytest

from backprop_lab.exercises import load
from backprop_lab.exercises.layouts import layout
from backprop_lab.grading import grade, sandbox
from backprop_lab.grading import task as tasks
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.submissions import find
from tests.calling import CLASS


def test_a_task_that_travels_keeps_every_bit_and_layout():
    exercise = load("e05")
    fixtures = Pools(b"s").picked(exercise, "ada")
    task = tasks.Task("e05", [(1, "x = '\udcff'")], fixtures, "none", None, "g", "d")
    again = pickle.loads(pickle.dumps(task))
    assert again.cells == task.cells
    seen = set()
    for one, other in zip(fixtures, again.fixtures, strict=True):
        for mine, theirs in ((one.inputs, other.inputs), (one.terms, other.terms)):
            for name, value in mine.items():
                if isinstance(value, np.ndarray):
                    assert value.tobytes() == theirs[name].tobytes()
                    assert layout(value) == layout(theirs[name])
                    assert value.flags.writeable == theirs[name].flags.writeable
                    seen.add((layout(value), value.flags.writeable))
    # Bare pickle would make all of these one.
    assert len(seen) > 1


def test_neither_a_name_nor_the_secret_is_in_what_is_sent():
    chosen = [(s, older) for s, older in grade.class_of(find(CLASS)) if s.student == "right_branches"]
    _, task = grade._begun(*chosen[0], Pools(b"the class's very secret"), "none", None, lambda *_: None)
    sent = pickle.dumps(task)
    assert b"neuron_forward" in sent
    assert b"right_branches" not in sent
    assert b"very secret" not in sent


def test_a_worker_without_the_isolation_that_comes_later_grades_nothing(monkeypatch):
    monkeypatch.setattr(sandbox, "fails", lambda tier: "it is not installed")
    fixtures = Pools(b"s").picked(load("e01"), "ada")
    task = tasks.Task("e01", [], fixtures, "bubblewrap", None, tasks.grader(), tasks.stored.fingerprint(load("e01")))
    with pytest.raises(sandbox.NoIsolation, match=r"bubblewrap does not work on .*: it is not installed"):
        tasks.graded(task)
