"""Functions that are handed to a student: counted, logged within bounds, and told why where they refuse."""

import numpy as np
import pytest

from backprop_lab.checking.callbacks import CALLS, LOGGED_BYTES, LOGGED_CALLS, Callbacks


def square(x):
    if np.ndim(x):
        raise ValueError("x is no number")
    return x * x


def test_calls_are_counted_and_their_arguments_kept():
    callbacks = Callbacks({"f": square})
    f = callbacks.function("f")
    assert [f(2.0), f(3.0)] == [4.0, 9.0]
    assert callbacks.told() == {"calls": {"f": 2}, "log": {"f": [(2.0,), (3.0,)]}}
    assert f.__name__ == "f"


def test_what_was_passed_is_kept_as_it_was():
    callbacks = Callbacks({"f": lambda x: float(x.sum())})
    theta = np.ones(2)
    callbacks.function("f")(theta)
    theta[0] = 5
    assert callbacks.log["f"][0][0].tolist() == [1, 1]


def test_a_function_cannot_change_what_the_student_passed():
    def greedy(x):
        x[0] = 9
        return 0.0

    theta = np.ones(2)
    Callbacks({"f": greedy}).function("f")(theta)
    assert theta.tolist() == [1, 1]


def test_a_refusal_is_told_in_words():
    with pytest.raises(ValueError, match="f: x is no number"):
        Callbacks({"f": square}).function("f")(np.ones(3))
    with pytest.raises(ValueError, match="f cannot be called like this"):
        Callbacks({"f": square}).function("f")()
    assert Callbacks({"f": square}).answer("g", (1.0,)) == ("there is no such function", None)
    assert Callbacks({"f": square}).answer(["f"], (1.0,)) == ("there is no such function", None)


def test_calls_and_what_is_kept_of_them_are_bounded():
    callbacks = Callbacks({"f": square})
    f = callbacks.function("f")
    for _ in range(CALLS):
        f(1.0)
    with pytest.raises(ValueError, match="more than 10,000 times"):
        f(1.0)
    assert len(callbacks.log["f"]) == LOGGED_CALLS
    large = Callbacks({"f": lambda x: 0.0})
    for _ in range(5):
        large.answer("f", (np.zeros(LOGGED_BYTES // 16),))
    assert len(large.log["f"]) == 2
