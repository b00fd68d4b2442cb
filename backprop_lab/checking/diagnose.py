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
from itertools import combinations, product

import numpy as np

from ..exercises.definition import Term
from ..exercises.mistake import Mistake
from .compare import error, leaves, part, verdict
from .fit import fits
from .outcome import Case, Diagnosis

APART = 1e-4
KNOWN_RATIOS = {-1.0: "−1", 2.0: "2", 0.5: "½", -2.0: "−2", -0.5: "−½", 4.0: "4", 0.25: "¼"}


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
            and any(fits(term, [(mistake.part, formula)], cases, source) for formula in mistake.formulas)
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
    return any(fits(term, two, cases, source) for two in made)


def pairs(term: Term) -> Iterator[tuple[Mistake, Mistake]]:
    """Mistakes that can be made together: in two different parts of the formula."""
    for first, second in combinations(term.mistakes, 2):
        if first.part and second.part and first.part != second.part:
            yield first, second


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
            if error(value, r * truth) > same:
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


def _is_table(value: object) -> bool:
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
