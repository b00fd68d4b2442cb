"""Plant what no single answer shows into a right function: for each code of the catalogue, what makes it so."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..checking.compare import leaves
from ..checking.state import same
from ..exercises.layouts import copied


def reuses(function: Callable) -> Callable:
    """Hands the same objects out again, with new numbers in them."""
    shelf: dict[tuple, Any] = {}

    def wrapped(*args: Any) -> Any:
        value = function(*args)
        form = tuple((path, np.shape(v)) for path, v in leaves(value))
        kept = shelf.setdefault(form, copied(value))
        for (_, old), (_, new) in zip(leaves(kept), leaves(value), strict=True):
            if isinstance(old, np.ndarray) and old.shape == np.shape(new):
                old.flags.writeable = True
                old[...] = new
            elif not np.array_equal(old, new):
                shelf[form] = copied(value)
                return shelf[form]
        return kept

    return wrapped


def adds_up(function: Callable) -> Callable:
    """Adds to what it returned before, of the same form."""
    totals: dict[tuple, Any] = {}

    def wrapped(*args: Any) -> Any:
        value = function(*args)
        form = tuple((path, np.shape(v)) for path, v in leaves(value))
        totals[form] = _sum(totals[form], value) if form in totals else value
        return copied(totals[form])

    return wrapped


def _sum(first: Any, second: Any) -> Any:
    if isinstance(second, Mapping):
        return {key: _sum(first[key], part) for key, part in second.items()}
    if isinstance(second, (list, tuple)):
        return type(second)(_sum(a, b) for a, b in zip(first, second, strict=True))
    return second if isinstance(second, str) else first + second


def is_stale(function: Callable) -> Callable:
    """Remembers the answer for some inputs after it was asked about others: it answers for the call before."""
    last: list[Any] = []
    seen: list[Any] = []

    def wrapped(*args: Any) -> Any:
        told = [arg for arg in args if not callable(arg)]
        known = any(same(told_before, told) for told_before in seen if len(told_before) == len(told))
        if known and last:
            return copied(last[-1])
        seen.append(copied(told))
        last.append(function(*args))
        return copied(last[-1])

    return wrapped


def writes(function: Callable) -> Callable:
    """Writes into the first array that it is handed, after it used it."""

    def wrapped(*args: Any) -> Any:
        value = copied(function(*args))
        for arg in args:
            for _, array in leaves(arg):
                if isinstance(array, np.ndarray) and array.dtype.kind == "f":
                    array += 1.5
                    return value
        return value

    return wrapped


PLANTED = {"U2": reuses, "U3": adds_up, "U4": is_stale, "U5": writes}
