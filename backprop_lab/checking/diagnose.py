"""Name the mistake: which known wrong formula gives exactly these numbers?

For a term that is wrong, in this order:

1. **nearest known mistake**: a wrong formula that agrees with the answer (to 1e-6) on every fixture of a branch,
   where the truth is more than 1e-4 away. Formulas are tried on the reference values from upstream, then on the
   student's own. Mistakes with the same numbers on these fixtures are named together.
2. **constant ratio**: the answer is r times the truth on every fixture; r itself is told.
3. nothing fits: what is right is told, and nothing is guessed.

One mistake that explains all fixtures is preferred. Otherwise each branch of the formula (each activation, say) is
explained apart, which finds two slips in two branches.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exercises.definition import Mistake, Term, Values
from .compare import error

SAME = 1e-6
APART = 1e-4
KNOWN_RATIOS = {-1.0: "−1", 2.0: "2", 0.5: "½", -2.0: "−2", -0.5: "−½", 4.0: "4", 0.25: "¼"}


@dataclass(frozen=True)
class Case:
    """One fixture as the diagnosis sees it: the student's value, and the values around it."""

    value: Any
    truth: Any
    u: Values
    own: Values | None
    right: bool

    def branch(self, inputs: Sequence[str]) -> tuple:
        """The branch of the formula that this fixture takes."""
        return tuple(getattr(self.u, name) for name in inputs)


@dataclass(frozen=True)
class Diagnosis:
    """What was found for a term, or for one branch of it.

    ``mistakes`` are those whose numbers fit, algebraic twins together; empty if only a ratio, or nothing, fits.
    ``branch`` is empty where all fixtures are explained at once.
    """

    mistakes: tuple[Mistake, ...] = ()
    ratio: str | None = None
    branch: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The short names of the mistakes."""
        return tuple(mistake.code for mistake in self.mistakes)


def diagnose(term: Term, cases: Sequence[Case]) -> tuple[Diagnosis, ...]:
    """Explain a term that is wrong on at least one of the cases; all values are usable numbers or arrays."""
    branches = {case.branch(term.varies_with) for case in cases}
    wrong_branches = list(dict.fromkeys(case.branch(term.varies_with) for case in cases if not case.right))
    # A mistake that shows in one branch alone is told with that branch, also where it explains all the others.
    only = tuple(map(str, wrong_branches[0])) if len(wrong_branches) == 1 < len(branches) else ()
    whole = _explain(term, cases, only)
    if whole.mistakes:
        return (whole,)
    parts = []
    for branch in wrong_branches:
        members = [case for case in cases if case.branch(term.varies_with) == branch]
        parts.append(_explain(term, members, tuple(map(str, branch))))
    if any(part.mistakes for part in parts):
        return _merged(parts)
    if whole.ratio:
        return (whole,)
    return _merged(parts) if any(part.ratio for part in parts) else (whole,)


def _explain(term: Term, cases: Sequence[Case], branch: tuple[str, ...]) -> Diagnosis:
    """The mistakes, or else the ratio, that explain all of these cases."""
    for source in ("u", "own"):
        found = tuple(mistake for mistake in term.mistakes if _fits(mistake, cases, source))
        if found:
            return Diagnosis(found, branch=branch)
    return Diagnosis(ratio=_ratio(cases), branch=branch)


def _fits(mistake: Mistake, cases: Sequence[Case], source: str) -> bool:
    """Does one of the mistake's formulas give the student's numbers on all cases, and not merely the truth?"""
    for formula in mistake.formulas:
        predicted = []
        for case in cases:
            values = getattr(case, source)
            if values is None:
                break
            with np.errstate(all="ignore"):
                predicted.append(formula(values))
        if len(predicted) == len(cases) and _agrees(predicted, cases):
            return True
    return False


def _agrees(predicted: Sequence[Any], cases: Sequence[Case]) -> bool:
    apart = False
    for wrong, case in zip(predicted, cases, strict=True):
        if np.shape(wrong) != np.shape(case.value) or not np.isfinite(wrong).all():
            return False
        apart = apart or error(wrong, case.truth) > APART
        # On a fixture where the mistake is invisible the answer is right, perhaps only within what rounding allows.
        invisible = case.right and error(wrong, case.truth) <= APART
        if not invisible and error(case.value, wrong) > SAME:
            return False
    return apart


def _ratio(cases: Sequence[Case]) -> str | None:
    """The one factor between answers and truth on all cases where the truth is not 0, if there is one, as text."""
    ratios = []
    for case in cases:
        truth, value = np.asarray(case.truth, dtype=float), np.asarray(case.value, dtype=float)
        if not truth.any():
            if value.any():
                return None
            continue
        r = float(np.vdot(truth, value) / np.vdot(truth, truth))
        if error(value, r * truth) > SAME:
            return None
        ratios.append(r)
    if len(ratios) < 2 or max(ratios) - min(ratios) > SAME * abs(ratios[0]) or abs(ratios[0]) < APART:
        return None
    near = min(KNOWN_RATIOS, key=lambda known: abs(known - ratios[0]))
    return KNOWN_RATIOS[near] if abs(near - ratios[0]) <= SAME * abs(near) else f"{ratios[0]:.4g}"


def _merged(parts: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Parts with the same finding told once, with all their branches."""
    merged: list[Diagnosis] = []
    for part in parts:
        for k, other in enumerate(merged):
            shared = tuple(mistake for mistake in other.mistakes if mistake in part.mistakes)
            if shared or (not other.mistakes and not part.mistakes and other.ratio == part.ratio):
                merged[k] = Diagnosis(shared, other.ratio, (*other.branch, *part.branch))
                break
        else:
            merged.append(part)
    return tuple(merged)
