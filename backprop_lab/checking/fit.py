"""Is a wrong formula what a student computed? It has to give the answers on every fixture, and not merely the truth.

A wrong shape and an exception are answers too: the formula gives the same shape, or raises on the same fixtures.
Where the mistake is invisible, a right answer is no evidence against it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..exercises.definition import Term
from ..exercises.values import Formula, Values
from .compare import OF_SCALE, error, leaves, part
from .outcome import Case

RAISED = object()


def fits(term: Term, made: Sequence[tuple[str | None, Formula]], cases: Sequence[Case], source: str) -> bool:
    """Do these mistakes give the student's answers on all cases, and not merely the truth?"""
    # What is wrong tells the most, so a formula that does not fit is dropped soon.
    apart = raised_alike = False
    for case in sorted(cases, key=lambda case: case.right):
        # Where the function raised there is nothing of the student's own: whether a formula raises too is told by any.
        values = case.u if case.kind == "raised" else getattr(case, source)
        if values is None:
            return False
        if case.kind != "raised" and case.value is None:
            return False
        wrong = predicted(term, made, values)
        if wrong is RAISED or case.kind == "raised":
            if wrong is not RAISED or case.kind != "raised":
                return False
            raised_alike = True
            continue
        seen = _is_seen(term, wrong, case)
        # On a fixture where the mistake is invisible the answer is right, perhaps only within what rounding allows.
        if not (case.right and not seen) and not _agrees(term, case, wrong):
            return False
        apart = apart or seen
    # To raise where the formula does, and to be right where it is, is as good as its numbers; to raise always is not.
    return apart or (raised_alike and any(case.right for case in cases))


def _is_seen(term: Term, wrong: Any, case: Case) -> bool:
    """Does a wrong formula show on this fixture, or are its numbers right there?"""
    off = error(wrong, case.truth)
    if term.accept and np.isfinite(off):
        return term.accept(wrong, case.truth, case.u) == "wrong"
    return off > term.apart


def _agrees(term: Term, case: Case, wrong: Any) -> bool:
    """Is the answer what the wrong formula gives, to within what rounding can do to it where the term saturates?"""
    return error(case.value, wrong) <= term.same(case.u) or (
        case.scale is not None and _rounded(case.value, wrong, case.scale)
    )


def _rounded(value: Any, wrong: Any, scale: Any) -> bool:
    there = dict(leaves(value))
    for path, expected in leaves(wrong):
        if path not in there or np.shape(there[path]) != np.shape(expected):
            return False
        off = np.abs(np.asarray(there[path], dtype=float) - expected).max()
        if not off <= OF_SCALE["other"] * np.max(part(scale, path) if isinstance(scale, (Mapping, tuple)) else scale):
            return False
    return True


def predicted(term: Term, made: Sequence[tuple[str | None, Formula]], u: Values) -> Any:
    """The term with these mistakes in it, or ``RAISED``."""
    try:
        with np.errstate(all="ignore"):
            value = term.value(u, made)
            return term.measure(u, value) if term.measure else value
    except Exception:
        return RAISED
