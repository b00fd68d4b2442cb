"""Functions that a submission is handed: computed outside of the room, counted, and refused where there is none."""

import pytest

from backprop_lab.exercises.steps import Call, Callback, Request
from backprop_lab.grading.collect import collect

pytestmark = pytest.mark.sandbox

CALLING = """
def twice(f): return f(1.0) + f(2.0)
def refused(f):
    try: f("text")
    except ValueError as error: return str(error)
def often(f):
    for _ in range(20_000): f(1.0)
def look(f): return [name for name in dir(f) if "x" in name], f.__closure__ is not None and len(f.__closure__)
def keep(f):
    global kept
    kept = f
def later(): return kept(1.0)
"""


def square(x):
    if not isinstance(x, float):
        raise ValueError("x is no number")
    return x * x


@pytest.mark.parametrize("tier", ["bubblewrap", "none"])
def test_a_callback_is_computed_outside_and_counted(tier):
    names = ("twice", "refused", "often")
    asked = [Request([Call(name, name, (Callback("f"),)) for name in names], {"f": square})]
    (answers,) = collect(tier, [(1, CALLING)], asked).answers
    assert answers["twice"]["value"] == 5.0
    assert answers["twice"]["calls"] == {"f": 2}
    assert answers["twice"]["log"] == {"f": [(1.0,), (2.0,)]}
    assert answers["refused"]["value"] == "f: x is no number"
    assert answers["often"]["error"] == "ValueError"
    assert answers["often"]["calls"] == {"f": 10_001}


def test_a_callback_that_was_kept_is_counted_where_it_is_called():
    asked = [Request([Call("keep", "keep", (Callback("f"),)), Call("later", "later")], {"f": square})]
    (answers,) = collect("bubblewrap", [(1, CALLING)], asked).answers
    assert answers["keep"] == {"kind": "value", "value": None, "calls": {}, "log": {}}
    assert (answers["later"]["value"], answers["later"]["calls"]) == (1.0, {"f": 1})


def test_a_callback_where_none_is_handed_over_is_refused():
    asked = [
        Request([Call("keep", "keep", (Callback("f"),))], {"f": square}),
        Request([Call("later", "later")]),
    ]
    _, answers = collect("bubblewrap", [(1, CALLING)], asked).answers
    assert answers["later"]["error"] == "ValueError"
