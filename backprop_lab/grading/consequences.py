"""What planted mistakes do, worked out from their formulas alone: is the term wrong, and what goes down with it?

A wrong shape, a number that is not finite, zeros and an exception take with them what is made from them.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..checking.compare import error, leaves, unusable
from ..checking.fit import RAISED, predicted
from ..exercises import Exercise, Fixture
from ..exercises.model import Made


def expressible(exercise: Exercise, made: Made, fixtures: Sequence[Fixture]) -> bool:
    """Does every term with mistakes come out wrong? Two that cancel are no mistake."""
    return all(
        any(error(value, truth) >= 1e-6 for value, truth in _given(exercise, name, made, fixtures)) for name in made
    )


def taken_with(exercise: Exercise, own: set[str], made: Made, fixtures: Sequence[Fixture]) -> set[str]:
    """Terms of which nothing usable comes where the mistakes of those in ``own`` are made."""
    taken: set[str] = set()
    raising: set[str] = set()
    for name in own:
        given = _given(exercise, name, made, fixtures)
        if not all(_leaves_something(value, truth) for value, truth in given):
            taken.add(name)
        # A function that raises returns nothing at all.
        if raises(exercise, name, made, fixtures):
            raising.add(exercise.term(name).function)
    for term in exercise.terms:
        if set(term.own) & taken:
            taken.add(term.name)
    return taken | {term.name for term in exercise.terms if term.function in raising}


def raises(exercise: Exercise, name: str, made: Made, fixtures: Sequence[Fixture]) -> bool:
    """Does a term with these mistakes raise on all inputs? Then no number tells them from others."""
    return all(value is RAISED for value, _ in _given(exercise, name, made, fixtures))


def _given(exercise: Exercise, name: str, made: Made, fixtures: Sequence[Fixture]) -> list[tuple[Any, Any]]:
    """What a term with its mistakes gives on each fixture that asks for it, and the truth."""
    term = exercise.term(name)
    asking = [fixture for fixture in fixtures if term.asked_on(fixture.variation)]
    return [(predicted(term, made[name], fixture.values), fixture.terms[name]) for fixture in asking]


def _leaves_something(value: Any, truth: Any) -> bool:
    if value is RAISED or unusable(value, truth):
        return False
    values = dict(leaves(value))
    return all(np.any(values[path]) for path, right in leaves(truth) if np.any(right))
