"""Name the mistake: which known wrong formula gives exactly these answers?

For a term that is wrong, in this order:

1. **one known mistake**: a wrong formula that agrees with the answers (to 1e-6, or what the term says) on every
   fixture, where the truth is farther than ``apart`` away, or not accepted, on at least one. A wrong shape and an exception
   are answers too: a formula that gives the same shape, or raises on the same fixtures, agrees. Formulas are tried on
   the reference values from upstream, then on the student's own. Mistakes with the same numbers on these fixtures are
   named together.
2. **one for each branch** of the formula (each activation, say), where no mistake explains them all.
3. **two mistakes** in two parts of the formula.
4. **a constant ratio**: the answer is r times the truth on every fixture; r itself is told.
5. nothing fits: what is known to be right is told, walking backwards, and nothing is guessed.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations, product
from typing import Any

import numpy as np

from ..exercises.definition import Term
from ..exercises.mistake import Mistake, known
from ..exercises.values import Formula, Values
from .compare import OF_SCALE, as_array, leaves, part, verdict

APART = 1e-4
KNOWN_RATIOS = {-1.0: "−1", 2.0: "2", 0.5: "½", -2.0: "−2", -0.5: "−½", 4.0: "4", 0.25: "¼"}
RAISED = object()


@dataclass(frozen=True)
class Case:
    """One fixture as the diagnosis sees it: what the student's function gave, and the values around it.

    ``kind`` is ``value`` (it can be compared), ``unusable`` (it has another shape, or is no number), ``raised``, or
    one of the kinds of which there is nothing to explain. ``told`` is what a report says of it. ``taken_over`` says
    that a wrong value is what the formula makes of the student's own values, of which nothing right could come.
    ``scale`` is that of the term, where it has one.
    """

    kind: str
    value: Any
    truth: Any
    u: Values
    own: Values | None
    right: bool
    verdict: str = ""
    followed: bool = False
    taken_over: bool = False
    scale: Any = None
    told: Mapping[str, Any] = field(default_factory=dict)

    def branch(self, inputs: Sequence[str]) -> tuple:
        """The branch of the formula that this fixture takes."""
        return tuple(getattr(self.u, name) for name in inputs)


@dataclass(frozen=True)
class Diagnosis:
    """What was found for a term, or for one branch of it.

    ``mistakes`` are those whose numbers fit, algebraic twins together; empty if only a ratio, or nothing, fits.
    ``also`` are those of a second mistake that was made together with the first. ``branch`` is empty where all
    fixtures are explained at once. ``right`` tells what is right where nothing fits: ``"output"`` or ``"hidden"``
    of a table of layers, or branches of the formula.
    """

    mistakes: tuple[Mistake, ...] = ()
    also: tuple[Mistake, ...] = ()
    ratio: str | None = None
    branch: tuple[str, ...] = ()
    right: tuple[str, ...] = ()

    @property
    def codes(self) -> tuple[str, ...]:
        """The short names of the mistakes."""
        return tuple(mistake.code for mistake in (*self.mistakes, *self.also))


USED_AGAIN = {
    "what": "What an earlier call returned is changed by a later one.",
    "why": "The function hands out an array or a list that it uses again: one thing under two names.",
    "paper": "the first answer holds other numbers after the second call, instead of its own",
    "advice": "Keep the answer of one call, call the function again with other inputs, and print the one that you kept.",
}
OF_ITSELF = {
    "what": "The same arguments do not always give the same answer.",
    "why": "Something else has a say: a variable of the notebook that changed between two calls, or chance.",
    "paper": "two answers to one question instead of one",
    "advice": "Call it twice with the same arguments and print which number differs first: where does it come from?",
}


def state_mistake(code: str, parameter: str) -> Mistake:
    """A mistake that no single answer shows, of the catalogue, with the parameter that it concerns."""
    words = {}
    if code == "U7":
        words = OF_ITSELF
    elif code == "U2" and not parameter:
        words = USED_AGAIN
    elif parameter:
        words["what"] = f"The function changes {parameter}, which it was handed."
        if code == "U4":
            words["what"] = (
                f"The function works with the {parameter} of another call, not with the one that it is handed."
            )
        if code == "U5":
            words["paper"] = f"other numbers in {parameter} after the call instead of the same"
    return known(code, lambda u: None, **words)


def diagnose(term: Term, cases: Sequence[Case]) -> tuple[Diagnosis, ...]:
    """Explain a term that is wrong on at least one of the cases."""
    branches = {case.branch(term.varies_with) for case in cases}
    wrong_branches = list(dict.fromkeys(case.branch(term.varies_with) for case in cases if not case.right))
    # A mistake that shows in one branch alone is told with that branch, also where it explains all the others.
    only = tuple(map(str, wrong_branches[0])) if len(wrong_branches) == 1 < len(branches) else ()
    whole = _one(term, cases, only)
    if whole:
        return (whole,)
    # Where all cases take one branch, it has been tried.
    by_branch = [
        ([c for c in cases if c.branch(term.varies_with) == branch], tuple(map(str, branch)))
        for branch in wrong_branches
        if len(branches) > 1
    ]
    parts = [_one(term, members, branch) for members, branch in by_branch]
    if parts and all(parts):
        return _merged(parts)
    two = _two(term, cases, only)
    if two:
        return (two,)
    parts = [
        found or _two(term, members, branch) or Diagnosis(ratio=_ratio(term, members), branch=branch)
        for found, (members, branch) in zip(parts, by_branch, strict=True)
    ]
    if any(found.mistakes for found in parts):
        return _merged(parts)
    ratio = _ratio(term, cases)
    if ratio:
        return (Diagnosis(ratio=ratio, branch=only),)
    if any(found.ratio for found in parts):
        return _merged(parts)
    return (Diagnosis(branch=only, right=_known_right(term, cases)),)


def _one(term: Term, cases: Sequence[Case], branch: tuple[str, ...]) -> Diagnosis | None:
    """The mistakes of which each alone explains all of these cases.

    A mistake on the student's own values may give the numbers of another on the right ones: both are named then.
    """
    found: list[Mistake] = []
    for source in _sources(cases):
        found += [
            mistake
            for mistake in term.mistakes
            if mistake not in found
            and any(_fits(term, [(mistake.part, formula)], cases, source) for formula in mistake.formulas)
        ]
    return Diagnosis(tuple(found), branch=branch) if found else None


def _sources(cases: Sequence[Case]) -> tuple[str, ...]:
    """The values to try formulas on: the reference ones, then the student's own, where there are any."""
    return ("u", "own") if any(case.own is not None for case in cases) else ("u",)


def _two(term: Term, cases: Sequence[Case], branch: tuple[str, ...]) -> Diagnosis | None:
    """Two mistakes in two parts of the formula that together explain all of these cases."""
    for source in _sources(cases):
        fitting = [pair for pair in pairs(term) if _pair_fits(term, pair, cases, source)]
        if fitting:
            first, second = fitting[0]
            return Diagnosis(
                tuple(one for one, other in fitting if other is second),
                tuple(other for one, other in fitting if one is first),
                branch=branch,
            )
    return None


def _pair_fits(term: Term, pair: tuple[Mistake, Mistake], cases: Sequence[Case], source: str) -> bool:
    first, second = pair
    made = product(((first.part, f) for f in first.formulas), ((second.part, f) for f in second.formulas))
    return any(_fits(term, two, cases, source) for two in made)


def pairs(term: Term) -> Iterator[tuple[Mistake, Mistake]]:
    """Mistakes that can be made together: in two different parts of the formula."""
    for first, second in combinations(term.mistakes, 2):
        if first.part and second.part and first.part != second.part:
            yield first, second


def _fits(term: Term, made: Sequence[tuple[str | None, Formula]], cases: Sequence[Case], source: str) -> bool:
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
    away = _away(wrong, case.truth)
    if term.accept and np.isfinite(away):
        return term.accept(wrong, case.truth, case.u) == "wrong"
    return away > term.apart


def _agrees(term: Term, case: Case, wrong: Any) -> bool:
    """Is the answer what the wrong formula gives, to within what rounding can do to it where the term saturates?"""
    return _away(case.value, wrong) <= term.same(case.u) or (
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


def _away(value: Any, reference: Any) -> float:
    """max|v − r| / max|r| of the worst array, infinite where they are not of one form."""
    values, references = dict(leaves(value)), dict(leaves(reference))
    if values.keys() != references.keys():
        return np.inf
    return max((_array_away(values[path], references[path]) for path in values), default=0.0)


def _array_away(value: Any, reference: Any) -> float:
    value, reference = as_array(value), as_array(reference)
    if value.shape != reference.shape or value.dtype.kind not in "biuf" or reference.dtype.kind not in "biuf":
        return np.inf
    value, reference = value.astype(float), reference.astype(float)
    with np.errstate(invalid="ignore"):
        off = np.abs(value - reference)
    finite = np.isfinite(off)
    if not finite.all():
        if not np.array_equal(np.isfinite(value), np.isfinite(reference)):
            return np.inf
        off, reference = off[finite], reference[finite]
    largest, size = off.max(initial=0.0), np.abs(reference).max(initial=0.0)
    return 0.0 if largest == 0 else largest / size if size > 0 else np.inf


def _ratio(term: Term, cases: Sequence[Case]) -> str | None:
    """The one factor between answers and truth on all cases where the truth is not 0, if there is one, as text."""
    if term.accept and not term.slope:
        return None  # where several answers are right, a factor to one of them says nothing
    ratios, same = [], max(term.same(case.u) for case in cases)
    for case in cases:
        if case.kind != "value":
            return None
        for path, truth in leaves(case.truth):
            truth, value = np.asarray(truth, dtype=float), np.asarray(part(case.value, path), dtype=float)
            if not truth.any():
                if value.any():
                    return None
                continue
            r = float(np.vdot(truth, value) / np.vdot(truth, truth))
            if _array_away(value, r * truth) > same:
                return None
            ratios.append(r)
    if len(ratios) < 2 or max(ratios) - min(ratios) > same * abs(ratios[0]) or abs(ratios[0]) < APART:
        return None
    near = min(KNOWN_RATIOS, key=lambda known: abs(known - ratios[0]))
    return KNOWN_RATIOS[near] if abs(near - ratios[0]) <= same * abs(near) else f"{ratios[0]:.4g}"


def _known_right(term: Term, cases: Sequence[Case]) -> tuple[str, ...]:
    """What of the term is right on every case, walking backwards: the output's layer, or branches of the formula."""
    branches = list(dict.fromkeys(case.branch(term.varies_with) for case in cases))
    right = [b for b in branches if all(case.right for case in cases if case.branch(term.varies_with) == b)]
    named = tuple(" and ".join(map(str, branch)) for branch in right if branch)
    tables = [case for case in cases if case.kind == "value" and _is_table(case.truth)]
    if len(tables) == len(cases) and any(len(case.truth) > 1 for case in tables):
        top = all(verdict(c.value[max(c.truth)], c.truth[max(c.truth)]) != "wrong" for c in tables)
        return (*named, "output") if top else named
    return named


def _is_table(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(key, int) for key in value)


def _merged(parts: Sequence[Diagnosis]) -> tuple[Diagnosis, ...]:
    """Parts with the same finding told once, with all their branches."""
    merged: list[Diagnosis] = []
    for found in parts:
        for k, other in enumerate(merged):
            shared = tuple(mistake for mistake in other.mistakes if mistake in found.mistakes)
            same = shared and other.also == found.also
            if same or (not other.mistakes and not found.mistakes and other.ratio == found.ratio):
                merged[k] = Diagnosis(shared, other.also, other.ratio, (*other.branch, *found.branch))
                break
        else:
            merged.append(found)
    return tuple(merged)
