"""A loop, a crash or a forged reply costs its own function alone, and the time of a submission is bounded."""

import time

import pytest

from backprop_lab.exercises.steps import Call, Request
from backprop_lab.grading.collect import Limits, collect
from tests.grading.probing import inside

pytestmark = pytest.mark.sandbox


def test_a_function_that_loops_costs_itself_alone():
    source = "def loops():\n    while True: pass\ndef fine(): return 1"
    answers, collected = inside(source, ("loops",), ("fine",), limits=Limits(call=0.5))
    assert [a["kind"] for a in answers] == ["timed out", "value"]
    assert collected.accidents == {"timed out"}


def test_a_function_that_kills_the_process_costs_itself_alone():
    source = "import os, ctypes\ndef dies(): os._exit(0)\ndef segfaults(): ctypes.string_at(0)\ndef fine(): return 1"
    answers, collected = inside(source, ("fine",), ("dies",), ("segfaults",), ("fine",))
    assert [a["kind"] for a in answers] == ["value", "crashed", "crashed", "value"]
    assert collected.accidents == {"crashed"}


def test_a_cell_that_loops_is_left_out_and_the_others_count():
    asked = [Request([Call("f", "f")])]
    cells = [(1, "while True: pass"), (2, "def f(): return 2"), (3, "import os; os._exit(3)"), (4, "1 / 0")]
    collected = collect("bubblewrap", cells, asked, Limits(cell=0.5))
    assert collected.answers == [{"f": {"kind": "value", "value": 2}}]
    assert {n: told["kind"] for n, told in collected.cells.items()} == {1: "timed out", 3: "crashed", 4: "raised"}
    assert collected.cells[4]["error"] == "ZeroDivisionError"


def test_the_time_for_a_submission_is_bounded_whatever_it_does():
    cells = [(k, "import time; time.sleep(60)") for k in range(50)]
    before = time.monotonic()
    collected = collect("bubblewrap", cells, [Request([Call("f", "f")])] * 3, Limits(cell=0.3, submission=2.0))
    assert time.monotonic() - before < 8
    assert collected.answers == [{"f": {"kind": "timed out"}}] * 3


def test_forged_frames_earn_a_crash_and_no_value():
    """The submission writes to the reply pipe itself: frames for other questions end the worker."""
    source = (
        "import sys, wire\n"
        "def f():\n"
        "    wire.send(int(sys.argv[3]), {'id': 99, 'step': 0, 'told': {'kind': 'value'}}, 'points')\n"
        "    return 1\n"
        "def fine(): return 2"
    )
    answers, _ = inside(source, ("f",), ("fine",))
    assert [a["kind"] for a in answers] == ["crashed", "value"]
