"""What a check of an extra notebook prints: a line for each thing that is looked at, and no points.

A judge is a generator that is handed the reader's function and yields lines. An answer that is still to be written, or
that raises, ends the report with a line that says so.

>>> @check
... def check_double(answer):
...     yield right("2 · 3 is 6") if answer(3) == 6 else wrong("2 · 3 is not 6.", "add 3 to itself")
>>> check_double(lambda n: n + n)
✓ 2 · 3 is 6
>>> check_double(lambda n: n + 1)
✗ 2 · 3 is not 6.
  Try: add 3 to itself
"""

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import ArrayLike

Judge = Callable[[Callable], Iterator[str]]
# Right answers differ from ours by the order of their sums: a few units in the last of 16 digits.
LAST_DIGITS = 1e-12


def right(sentence: str) -> str:
    """A line that says what holds."""
    return f"✓ {sentence}"


def wrong(sentence: str, advice: str) -> str:
    """A line that says what is wrong, and below it one thing to try."""
    return f"✗ {sentence}\n  Try: {advice}"


class NothingReturned(Exception):
    """A function of the reader's ended without a value."""


def told(judge: Judge, answer: Callable) -> Iterator[str]:
    """The lines of a judge, whatever the answer does."""
    name = getattr(answer, "__name__", "the answer")

    def answered(*args: object) -> object:
        value = answer(*args)
        if value is None:
            raise NothingReturned
        return value

    try:
        # An overflow shows in the numbers that are looked at.
        with np.errstate(all="ignore"):
            yield from judge(answered)
    except NotImplementedError:
        yield f"– {name} is still to be written."
    except NothingReturned:
        yield wrong(f"{name} returns None.", "end it with a line that begins with return")
    except Exception as error:
        said = f"{type(error).__name__}: {error}".splitlines()[0].rstrip(". ")
        yield wrong(f"{name} stopped with {said}.", "call it yourself in a new cell, and print shapes before that line")


def check(judge: Judge) -> Callable[[Callable], None]:
    """A judge as a function that prints its lines."""

    @functools.wraps(judge)
    def run(answer: Callable) -> None:
        say(told(judge, answer))

    return run


def say(lines: Iterable[str]) -> None:
    """Print lines in one piece: a kernel stores pieces as it happens to receive them."""
    print("\n".join(lines))


def close(got: ArrayLike, expected: ArrayLike, within: float = LAST_DIGITS) -> bool:
    """Equal up to rounding, relative to the largest entry; a shape that differs or a nan is not."""
    got, expected = np.asarray(got), np.asarray(expected)
    if got.shape != expected.shape or got.dtype.kind not in "iuf":
        return False
    largest = float(np.abs(expected).max(initial=0.0))
    return bool((np.abs(got - expected) <= within * max(largest, 1e-300)).all())


def first_close(got: ArrayLike, mistakes: Mapping[tuple[str, str], ArrayLike]) -> tuple[str, str] | None:
    """What is wrong and what to try, of the first mistake whose value the answer equals."""
    return next((words for words, value in mistakes.items() if close(got, value)), None)
