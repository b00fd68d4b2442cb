"""From answers to points: each term apart, an early slip costing its own points only.

A term is right on a fixture if it equals the reference, or the reference formula applied to the student's own
terms from upstream (**follow-through**), provided that those are usable and not zero where the reference is not:
whoever returns zeros has nothing to follow. Points are earned where a term is right on every fixture.

Where one function returns several terms and a known mistake in one of them makes it raise on some fixtures, the
others are judged on the fixtures that are left.
"""

import contextlib
from collections.abc import Collection, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

from ..exercises.definition import Exercise, Term
from ..exercises.steps import Request, Step
from ..exercises.values import Fixture, Values
from . import fairness, state
from .answers import Answers, extract, fitted, given_for, own_values, plain
from .compare import unusable, verdict
from .diagnose import diagnose
from .outcome import OUTCOMES, SILENT, Case, TermResult


def requests(exercise: Exercise, fixtures: Sequence[Fixture], terms: Sequence[Term] | None = None) -> list[Request]:
    """What to carry out: the steps of every fixture, and the request that shows what a function remembers.

    Where only some terms are to be judged, or are asked for on this variation, steps that they do not need are left
    out.
    """
    chosen = exercise.terms if terms is None else terms
    asked, labels = [], []
    for fixture in fixtures:
        u, here = fixture.values, [term for term in chosen if term.asked_on(fixture.variation)]
        steps = exercise.steps(u)
        labels.append(_needed(steps, {w.label for term in here for w in (*term.answers, *term.own.values())}))
        callbacks = exercise.callbacks(u) if exercise.callbacks else {}
        asked.append(Request([step for step in steps if step.label in labels[-1]], callbacks))
    return [*asked, state.request(exercise, fixtures[0].values, labels[0])]


def _needed(steps: Sequence[Step], wanted: set[str]) -> set[str]:
    needed = set(wanted)
    for step in reversed(steps):
        if step.label in needed:
            needed |= step.needs()
    return needed


# A stranger's numbers overflow; that is seen in what comes out, and no warning of the grader's.
@np.errstate(all="ignore")
def judge(
    exercise: Exercise,
    fixtures: Sequence[Fixture],
    answers: Sequence[Answers],
    terms: Sequence[Term] | None = None,
    hidden: bool = False,
) -> list[TermResult]:
    """One result for each term that is asked for on these fixtures.

    Parameters
    ----------
    exercise : Exercise
    fixtures : list of Fixture
        Those that ``requests`` was called with.
    answers : list of mapping
        By label, one mapping for each entry of ``requests``: one more than there are fixtures.
    terms : list of Term, optional
        Judge only these.
    hidden : bool
        Whether what is told must keep the fixtures' numbers secret.
    """
    chosen = [t for t in terms or exercise.terms if any(t.asked_on(fixture.variation) for fixture in fixtures)]
    first_run = list(zip(fixtures, answers[: len(fixtures)], strict=True))
    faults = state.faults(exercise, fixtures[0].values, answers[len(fixtures)], before=answers[0])
    cases = {t.name: _cases(t, first_run, hidden, exercise.functions) for t in chosen if not t.state}
    results = {name: judge_term(exercise.term(name), own, hidden) for name, own in cases.items()}
    again = partial(judge_term, hidden=hidden)
    results |= fairness.what_a_mistake_leaves(results, cases, again)
    results |= fairness.what_writing_leaves(exercise, results, cases, faults, again)
    charged = fairness.charged_elsewhere(results, cases)
    results |= charged
    working = fairness.working_terms(cases) | charged.keys()
    results |= fairness.counted_for_nothing(results, working)
    results |= fairness.remembering(exercise, chosen, results, faults, working)
    return [fairness.with_upstream(results[term.name], results, exercise) for term in chosen]


def _cases(
    term: Term, answered: Sequence[tuple[Fixture, Answers]], hidden: bool, functions: Collection[str]
) -> list[Case]:
    """Each fixture that asks for the term, as the diagnosis sees it."""
    cases, asking = [], [(fixture.values, answer) for fixture, answer in answered if term.asked_on(fixture.variation)]
    references, answers = [u for u, _ in asking], [answer for _, answer in asking]
    owns = own_values(term, references, answers)
    for answer, u, own in zip(answers, references, owns, strict=True):
        truth = getattr(u, term.name)
        kind, value, told = given_for(term, answer, u, hidden, functions)
        scale = term.scale(u) if term.scale else None
        found, followed = kind, False
        if kind == "value":
            value = fitted(value, truth)
            found = term.accept(value, truth, u) if term.accept else verdict(value, truth, scale)
            if found == "wrong" and own is not None:
                verdicts = [verdict(value, made) for made in _followed(term, own) if not unusable(made, truth)]
                found = next((one for one in verdicts if one != "wrong"), "wrong")
                followed = found != "wrong"
        right = found in ("right", "approximate")
        if right and term.note:
            told = {"note": term.note(u, extract(answer, term.answers[0]))}
        taken_over = not right and kind in ("value", "unusable") and _takes_over(term, answer, u, value)
        cases.append(Case(kind, plain(value), truth, u, own, right, found, followed, taken_over, scale, told))
    return cases


def _followed(term: Term, own: Values) -> Iterator[Any]:
    """What the student's own values make of the term, in each way that there is."""
    for way in term.ways_on:
        # The student's own values may not fit one another; then there is nothing to follow.
        with np.errstate(all="ignore"), contextlib.suppress(Exception):
            yield way(own)


def _takes_over(term: Term, answer: Answers, u: Values, value: Any) -> bool:
    """Is this what the formula makes of the student's own values, zeros and wrong shapes among them?"""
    values = {name: plain(extract(answer, where)) for name, where in term.own.items()}
    if not values or term.measure or any(own is None for own in values.values()):
        return False
    made = _followed(term, u.replace(**values))
    return any(not unusable(value, one) and verdict(value, one) != "wrong" for one in made)


def judge_term(term: Term, cases: Sequence[Case], hidden: bool) -> TermResult:
    """The outcome for one term over these cases, explained where it is wrong."""
    right_on = sum(case.right for case in cases)
    base = {"term": term, "fixtures": len(cases), "right_on": right_on}
    silent = [case for case in cases if case.kind in SILENT]
    if silent:
        worst = min(silent, key=lambda case: OUTCOMES.index(case.kind))
        return TermResult(**base, outcome=worst.kind, **worst.told)
    if right_on == len(cases):
        approximate = any(case.verdict == "approximate" for case in cases)
        return TermResult(
            **base,
            outcome="right",
            approximate=approximate,
            followed=any(case.followed for case in cases),
            note=next((case.told["note"] for case in cases if case.told.get("note")), ""),
        )
    worst = min(
        (c for c in cases if not c.right), key=lambda c: OUTCOMES.index("wrong" if c.kind == "value" else c.kind)
    )
    outcome = "wrong" if worst.kind == "value" else worst.kind
    told = dict(worst.told)
    if hidden and told.get("sizes") and not _sizes_can_be_told(*told["sizes"]):
        told["sizes"] = None
    if all(case.taken_over for case in cases if not case.right):
        return TermResult(**base, outcome=outcome, **told, taken_over=True)
    return TermResult(**base, outcome=outcome, **told, diagnoses=diagnose(term, cases))


def _sizes_can_be_told(got: tuple[int, ...], expected: tuple[int, ...]) -> bool:
    return len(got) <= 3 and set(got) <= {1, *expected}
