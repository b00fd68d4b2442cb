"""From answers to points: each term apart, an early slip costing its own points only.

A term is right on a fixture if it equals the reference, or the reference formula applied to the student's own
terms from upstream (**follow-through**), provided that those are usable and not zero on every fixture: whoever
returns zeros has nothing to follow. Points are earned where a term is right on every fixture.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exercises.definition import Call, Exercise, Fixture, Kept, Term, Values, Where
from .compare import unusable, verdict
from .diagnose import Case, Diagnosis, diagnose

Answers = Mapping[str, Mapping[str, Any]]
MISSING = object()

# In the order in which they are told where fixtures differ: the first that occurs names the term's outcome.
OUTCOMES = (
    "missing", "not attempted", "timed out", "crashed", "raised", "not run", "unusable", "changes", "wrong", "right",
)  # fmt: skip


@dataclass(frozen=True)
class TermResult:
    """The outcome for one term over all fixtures.

    ``outcome`` is one of ``OUTCOMES``; ``detail`` says more for a person (an exception, a shape); ``line`` is the
    number of the student's own line where one is known, ``source`` its text; ``right_on`` counts fixtures.
    """

    term: Term
    outcome: str
    fixtures: int
    right_on: int = 0
    detail: str = ""
    message: str = ""
    line: int | None = None
    source: str = ""
    approximate: bool = False
    followed: bool = False
    diagnoses: tuple[Diagnosis, ...] = ()

    @property
    def points(self) -> int:
        """All of the term's points, or none."""
        return self.term.points if self.outcome == "right" else 0

    @property
    def codes(self) -> tuple[str, ...]:
        """Short names of all mistakes found."""
        return tuple(dict.fromkeys(code for diagnosis in self.diagnoses for code in diagnosis.codes))


def requests(exercise: Exercise, fixtures: Sequence[Fixture], terms: Sequence[Term] | None = None) -> list[list[Call]]:
    """What to carry out: the steps of every fixture, and those of the first once more.

    The repetition shows a function whose answer depends on what was called before it. Where only some terms are to
    be judged, steps that they do not need are left out.
    """
    chosen = exercise.terms if terms is None else terms
    wanted = {where.label for term in chosen for where in (term.answer, *term.own.values())}
    asked = []
    for fixture in (*fixtures, fixtures[0]):
        steps = exercise.steps(exercise.reference(fixture))
        needed = set(wanted)
        for step in reversed(steps):
            if step.label in needed:
                needed |= {arg.label for arg in step.args if isinstance(arg, Kept)}
        asked.append([step for step in steps if step.label in needed])
    return asked


def judge(
    exercise: Exercise,
    fixtures: Sequence[Fixture],
    answers: Sequence[Answers],
    terms: Sequence[Term] | None = None,
    hidden: bool = False,
) -> list[TermResult]:
    """One result for each term.

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
    return [_judge_term(exercise, term, fixtures, answers, hidden) for term in terms or exercise.terms]


def _judge_term(
    exercise: Exercise, term: Term, fixtures: Sequence[Fixture], answers: Sequence[Answers], hidden: bool
) -> TermResult:
    references = [exercise.reference(fixture) for fixture in fixtures]
    first_run, repeated = answers[: len(fixtures)], answers[len(fixtures)]
    problem = _first_problem(term, references, first_run, hidden)
    if problem:
        return problem
    owns = _own_values(term, references, first_run)
    cases, approximate, followed = [], False, False
    for answer, u, own in zip(first_run, references, owns, strict=True):
        value, truth = extract(answer, term.answer), getattr(u, term.name)
        found = verdict(value, truth, term.scale(u) if term.scale else None)
        if found == "wrong" and own is not None and not unusable(term.formula(own), truth):
            found = verdict(value, term.formula(own))
            followed = followed or found != "wrong"
        approximate = approximate or found == "approximate"
        cases.append(Case(_plain(value), truth, u, own, found != "wrong"))
    right_on = sum(case.right for case in cases)
    base = {"term": term, "fixtures": len(fixtures), "right_on": right_on}
    if right_on < len(cases):
        return TermResult(**base, outcome="wrong", diagnoses=diagnose(term, cases))
    if not _same(extract(first_run[0], term.answer), extract(repeated, term.answer)):
        return TermResult(**base, outcome="changes")
    return TermResult(**base, outcome="right", approximate=approximate, followed=followed)


def _first_problem(term: Term, references: Sequence[Values], answers: Sequence[Answers], hidden: bool):
    """The gravest reason why a term cannot be compared on some fixture, or None."""
    problems = []
    for answer, u in zip(answers, references, strict=True):
        given = answer.get(term.answer.label, {"kind": "not run", "because": ""})
        kind, told = given["kind"], {}
        if kind == "raised":
            told = {"detail": given["error"], **{k: given.get(k) or "" for k in ("message", "source")}}
            told["line"] = given.get("line")
            kind = "not attempted" if given["error"] == "NotImplementedError" else kind
        elif kind == "value":
            kind, value = "unusable", extract(answer, term.answer)
            detail = _not_there(term) if value is MISSING else unusable(value, getattr(u, term.name), hidden)
            if not detail:
                continue
            told = {"detail": detail}
        problems.append((OUTCOMES.index(kind), told))
    if not problems:
        return None
    outcome, told = min(problems, key=lambda problem: problem[0])
    return TermResult(term, OUTCOMES[outcome], len(references), len(references) - len(problems), **told)


def _not_there(term: Term) -> str:
    where = term.answer
    parts = [f"the key {where.key!r}"] if where.key is not None else []
    parts += [f"item {where.index} of a tuple"] if where.index is not None else []
    return f"{term.function} must return {term.symbol} as {' or '.join(parts)}"


def _own_values(term: Term, references: Sequence[Values], answers: Sequence[Answers]) -> list[Values | None]:
    """For each fixture the values with the student's own terms put in place, or None where they cannot be used."""
    if not term.own:
        return [None] * len(references)
    own: list[dict[str, Any] | None] = []
    for answer, u in zip(answers, references, strict=True):
        values = {name: extract(answer, where) for name, where in term.own.items()}
        usable = all(_can_be_followed(v, getattr(u, name)) for name, v in values.items())
        own.append({name: _plain(v) for name, v in values.items()} if usable else None)
    for name in term.own:
        if not any(np.any(values[name]) for values in own if values is not None):
            return [None] * len(references)
    return [None if v is None else u.replace(**v) for v, u in zip(own, references, strict=True)]


def _can_be_followed(value: Any, reference: Any) -> bool:
    """Is an upstream value of the right shape, finite, and of a size whose products neither vanish nor overflow?"""
    if value is MISSING or unusable(value, reference):
        return False
    sizes = np.abs(np.asarray(value, dtype=float))
    return bool(((sizes == 0) | ((sizes > 1e-100) & (sizes < 1e100))).all())


def extract(answers: Answers, where: Where) -> Any:
    """The value that stands at a place of the answers, or ``MISSING``."""
    given = answers.get(where.label)
    if given is None or given["kind"] != "value":
        return MISSING
    value = given["value"]
    if where.key is None and where.index is None:
        return value
    if isinstance(value, dict):
        return value.get(where.key, MISSING)
    sequence = isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim == 1)
    if sequence and where.index is not None and where.index < len(value):
        return value[where.index]
    return MISSING


def _plain(value: Any) -> Any:
    """Float64 for the comparison with formulas."""
    array = np.asarray(value, dtype=float)
    return float(array) if array.shape == () else array


def _same(first: Any, second: Any) -> bool:
    return second is not MISSING and np.array_equal(np.asarray(first), np.asarray(second))
