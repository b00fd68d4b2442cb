"""How long a check takes, printed and never asserted: ``python -m tests.checking.test_speed``.

The answers are right ones a little off, so that no mistake fits and the whole search is made.
"""

import statistics
import time

from backprop_lab import check
from backprop_lab.exercises import every, load
from backprop_lab.exercises.model import student


def off(value):
    """The value, every number of it a little wrong."""
    if isinstance(value, dict):
        return {key: off(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return type(value)(off(part) for part in value)
    return value * 1.01 + 0.003


def seconds(exercise, function, times=5):
    """Of one check with its HTML: the first, and the median of those after it."""
    functions = {name: lambda *args, f=f: off(f(*args)) for name, f in student(exercise).items()}
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        report = check(exercise.id, function, namespace=functions)
        report._repr_html_()
        taken.append(time.perf_counter() - began)
    return taken[0], statistics.median(taken[1:]), report


def test_the_answers_that_are_timed_fit_no_mistake():
    exercise = load("e07")
    report = seconds(exercise, list(exercise.functions)[-1], times=2)[2]
    assert "known mistake gives these numbers" in repr(report)


if __name__ == "__main__":
    for exercise in every():
        for function, right in student(exercise).items():
            if isinstance(right, type):
                continue  # a class whose every answer is a little off cannot be made in one line
            first, median, _ = seconds(exercise, function)
            print(f"{exercise.id} {function:20} first {1000 * first:4.0f} ms   then {1000 * median:4.0f} ms")
