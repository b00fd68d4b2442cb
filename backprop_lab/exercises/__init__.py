"""The graded exercises: each file ``eNN_name.py`` here is one, and needs no registration.

>>> load("e01").title
'One neuron'
>>> load("e1")  # doctest: +ELLIPSIS
Traceback (most recent call last):
    ...
ValueError: exercise 'e1' does not exist; did you mean e01? There are: e01, ...
"""

import difflib
import importlib
import pkgutil
import re

from .definition import Exercise, Slope, Term
from .mistake import Mistake, known
from .steps import Call, Callback, Kept, Where
from .values import Fixture, Values

__all__ = [
    "Call", "Callback", "Exercise", "Fixture", "Kept", "Mistake", "Slope", "Term", "Values", "Where", "every", "known",
    "load", "names",
]  # fmt: skip


def names() -> dict[str, str]:
    """Module name of every exercise by its id, in order: ``{"e01": "e01_one_neuron"}``."""
    found = (module.name for module in pkgutil.iter_modules(__path__))
    return {name.split("_")[0]: name for name in sorted(found) if re.fullmatch(r"e\d\d_\w+", name)}


def load(exercise_id: str) -> Exercise:
    """The exercise with this id.

    Raises
    ------
    ValueError
        If there is none; the message names the nearest id and lists them all.
    """
    known = names()
    if exercise_id not in known:
        number = re.fullmatch(r"e?0*(\d{1,2})", str(exercise_id).lower())
        meant = f"e{int(number[1]):02}" if number else str(exercise_id).lower()
        near = difflib.get_close_matches(meant, known, n=1, cutoff=0.5)
        hint = f"did you mean {near[0]}? " if near else ""
        raise ValueError(f"exercise {exercise_id!r} does not exist; {hint}There are: {', '.join(known)}")
    return importlib.import_module(f"{__name__}.{known[exercise_id]}").EXERCISE


def every() -> list[Exercise]:
    """All exercises, in order."""
    return [load(exercise_id) for exercise_id in names()]
