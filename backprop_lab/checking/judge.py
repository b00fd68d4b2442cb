"""From answers to points: each term apart, an early slip costing its own points only.

A term is right on a fixture if it equals the reference, or the reference formula applied to the student's own
terms from upstream (**follow-through**), provided that those are usable and not zero where the reference is not:
whoever returns zeros has nothing to follow. Points are earned where a term is right on every fixture.

Where one function returns several terms and a known mistake in one of them makes it raise on some fixtures, the
others are judged on the fixtures that are left.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..exercises.definition import Exercise, Fixture, Term, Values
from ..exercises.steps import Request, Step, Where
from . import state
from .compare import leaves, unusable, verdict
from .diagnose import RAISED, Case, Diagnosis, diagnose, predicted, state_mistake

Answers = Mapping[str, Mapping[str, Any]]
MISSING = object()

# In the order in which they are told where fixtures differ: the first that occurs names the term's outcome.
OUTCOMES = (
    "missing", "not attempted", "timed out", "crashed", "not run", "raised", "unusable", "changes", "wrong", "right",
)  # fmt: skip
# Of these there is nothing to compare, and nothing to explain.
SILENT = OUTCOMES[: OUTCOMES.index("raised")]


@dataclass(frozen=True)
class TermResult:
    """The outcome for one term over all fixtures.

    ``outcome`` is one of ``OUTCOMES``; ``detail`` says more for a person (an exception, a shape); ``line`` is the
    number of the student's own line where one is known, ``source`` its text; ``right_on`` counts fixtures.
    ``sizes`` are the shapes of an array that came and of the one expected, where they differ. ``left_out`` counts
    the fixtures that another term's mistake took with it. ``upstream`` are the symbols of the terms that this one
    is made from, if those are all right. ``taken_over`` says that this term is wrong by what it is made from alone.
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
    taken_over: bool = False
    left_out: int = 0
    sizes: tuple[tuple[int, ...], tuple[int, ...]] | None = None
    upstream: tuple[str, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()

    @property
    def points(self) -> int:
        """All of the term's points, or none."""
        return self.term.points if self.outcome == "right" else 0

    @property
    def codes(self) -> tuple[str, ...]:
        """Short names of all mistakes found."""
        return tuple(dict.fromkeys(code for diagnosis in self.diagnoses for code in diagnosis.codes))


def requests(exercise: Exercise, fixtures: Sequence[Fixture], terms: Sequence[Term] | None = None) -> list[Request]:
    """What to carry out: the steps of every fixture, and the request that shows what a function remembers.

    Where only some terms are to be judged, steps that they do not need are left out.
    """
    chosen = exercise.terms if terms is None else terms
    wanted = {where.label for term in chosen for where in (*term.answers, *term.own.values())}
    asked, needed = [], set()
    for u in (fixture.values for fixture in fixtures):
        steps = exercise.steps(u)
        needed = _needed(steps, wanted)
        callbacks = exercise.callbacks(u) if exercise.callbacks else {}
        asked.append(Request([step for step in steps if step.label in needed], callbacks))
    return [*asked, state.request(exercise, fixtures[0].values, needed)]


def _needed(steps: Sequence[Step], wanted: set[str]) -> set[str]:
    needed = set(wanted)
    for step in reversed(steps):
        if step.label in needed:
            needed |= step.needs()
    return needed


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
    chosen = terms or exercise.terms
    references = [fixture.values for fixture in fixtures]
    first_run = answers[: len(fixtures)]
    faults = state.faults(exercise, references[0], answers[len(fixtures)], before=answers[0])
    cases = {t.name: _cases(t, references, first_run, hidden) for t in chosen if not t.state}
    results = {name: _judge_term(exercise.term(name), own, hidden) for name, own in cases.items()}
    results |= _what_a_mistake_leaves(results, cases, hidden)
    results |= _what_writing_leaves(exercise, results, cases, faults, hidden)
    charged = _charged_elsewhere(results, cases)
    results |= charged
    working = _working(cases) | charged.keys()
    results |= _counted_for_nothing(results, working)
    results |= _remembering(exercise, chosen, results, faults, working)
    return [_with_upstream(results[term.name], results, exercise) for term in chosen]


def _cases(term: Term, references: Sequence[Values], answers: Sequence[Answers], hidden: bool) -> list[Case]:
    """Each fixture as the diagnosis sees it."""
    cases = []
    owns = _own_values(term, references, answers)
    for answer, u, own in zip(answers, references, owns, strict=True):
        truth = getattr(u, term.name)
        kind, value, told = _given(term, answer, u, hidden)
        scale = term.scale(u) if term.scale else None
        found, followed = kind, False
        if kind == "value":
            found = term.accept(value, truth, u) if term.accept else verdict(value, truth, scale)
            if found == "wrong" and own is not None:
                followed_truth = _followed(term, own)
                if followed_truth is not MISSING and not unusable(followed_truth, truth):
                    found = verdict(value, followed_truth)
                    followed = found != "wrong"
        right = found in ("right", "approximate")
        taken_over = not right and kind in ("value", "unusable") and _takes_over(term, answer, u, value)
        cases.append(Case(kind, _plain(value), truth, u, own, right, found, followed, taken_over, scale, told))
    return cases


def _followed(term: Term, own: Values) -> Any:
    try:
        with np.errstate(all="ignore"):
            return term.follow(own) if term.follow else term.value(own)
    except Exception:
        # The student's own values may not fit one another; then there is nothing to follow.
        return MISSING


def _takes_over(term: Term, answer: Answers, u: Values, value: Any) -> bool:
    """Is this what the formula makes of the student's own values, zeros and wrong shapes among them?"""
    values = {name: _plain(extract(answer, where)) for name, where in term.own.items()}
    if not values or term.measure or any(own is None for own in values.values()):
        return False
    made = _followed(term, u.replace(**values))
    return made is not MISSING and not unusable(value, made) and verdict(value, made) != "wrong"


def _given(term: Term, answer: Answers, u: Values, hidden: bool) -> tuple[str, Any, dict[str, Any]]:
    """The kind of what came for a term on one fixture, the value to compare, and what to tell of it."""
    given = [answer.get(where.label, {"kind": "not run", "because": ""}) for where in term.answers]
    worst = min(given, key=lambda g: OUTCOMES.index(g["kind"]) if g["kind"] != "value" else len(OUTCOMES))
    kind, told = worst["kind"], {}
    if kind == "raised":
        told = {"detail": worst["error"], **{k: worst.get(k) or "" for k in ("message", "source")}}
        told["line"] = worst.get("line")
        return ("not attempted" if worst["error"] == "NotImplementedError" else kind), None, told
    if kind == "missing":
        return kind, None, {"detail": worst.get("found", "")}
    if kind != "value":
        return kind, None, told
    values = [extract(answer, where) for where in term.answers]
    if any(value is MISSING for value in values):
        nothing = all(g["value"] is None for g in given)
        told = f"{term.function} returned None: is a return missing?" if nothing else _not_there(term)
        return "unusable", None, {"detail": told}
    value = tuple(values) if isinstance(term.answer, tuple) else values[0]
    if term.measure:
        try:
            value = term.measure(u, value)
        except Exception:
            return "unusable", None, {"detail": f"{term.function} returned what cannot be read"}
    truth = getattr(u, term.name)
    detail = unusable(value, truth, hidden)
    if not detail:
        return "value", value, {}
    return "unusable", value, {"detail": detail, "sizes": _sizes(value, truth)}


def _sizes(value: Any, truth: Any) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The shapes of the first array that has another shape than it should, if all are where they should be."""
    there = dict(leaves(value))
    for path, expected in leaves(truth) if there.keys() == dict(leaves(truth)).keys() else ():
        got = there.get(path)
        if isinstance(got, np.ndarray) and isinstance(expected, np.ndarray) and got.shape != expected.shape:
            return got.shape, expected.shape
    return None


def _judge_term(term: Term, cases: Sequence[Case], hidden: bool) -> TermResult:
    right_on = sum(case.right for case in cases)
    base = {"term": term, "fixtures": len(cases), "right_on": right_on}
    silent = [case for case in cases if case.kind in SILENT]
    if silent:
        worst = min(silent, key=lambda case: OUTCOMES.index(case.kind))
        return TermResult(**base, outcome=worst.kind, **worst.told)
    if right_on == len(cases):
        approximate = any(case.verdict == "approximate" for case in cases)
        return TermResult(
            **base, outcome="right", approximate=approximate, followed=any(case.followed for case in cases)
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


def _what_a_mistake_leaves(
    results: Mapping[str, TermResult], cases: Mapping[str, Sequence[Case]], hidden: bool
) -> dict[str, TermResult]:
    """Judge again, on the fixtures that are left, what a named mistake in another term of the function took away."""
    again = {}
    told = {name for name, result in results.items() if _tells_why_it_raises(result, cases[name])}
    for name, result in results.items():
        explained = any(results[other].term.function == result.term.function for other in told)
        left = [case for case in cases[name] if case.kind != "raised"]
        if result.outcome == "raised" and name not in told and explained and left:
            again[name] = _judge_again(result, left, hidden)
    return again


def _what_writing_leaves(
    exercise: Exercise,
    results: Mapping[str, TermResult],
    cases: Mapping[str, Sequence[Case]],
    faults: Mapping[str, state.Fault],
    hidden: bool,
) -> dict[str, TermResult]:
    """Judge again, without the read-only arrays that made it raise, a function that pays for writing elsewhere."""
    paying = {t.function for t in exercise.terms if t.state and t.function in faults}
    writing = {name for name in paying if faults[name].code in ("U2", "U5")}
    again = {}
    for name, result in results.items():
        if result.outcome == "raised" and result.term.function in writing:
            left = [case for case in cases[name] if case.kind != "raised" or not _holds_read_only(case.u)]
            if left:
                again[name] = _judge_again(result, left, hidden)
    return again


def _judge_again(result: TermResult, left: Sequence[Case], hidden: bool) -> TermResult:
    judged = _judge_term(result.term, left, hidden)
    return replace(judged, fixtures=result.fixtures, left_out=result.fixtures - len(left))


def _holds_read_only(u: Values) -> bool:
    return any(isinstance(v, np.ndarray) and not v.flags.writeable for _, v in leaves(vars(u)))


def _tells_why_it_raises(result: TermResult, cases: Sequence[Case]) -> bool:
    """Is a mistake named that raises wherever the function did? One that was found in another branch does not."""
    named = [m for found in result.diagnoses for m in (*found.mistakes, *found.also)]
    made = [(mistake.part, formula) for mistake in named for formula in mistake.formulas]
    raised = [case for case in cases if case.kind == "raised"]
    return bool(raised) and all(any(predicted(result.term, [m], case.u) is RAISED for m in made) for case in raised)


def _charged_elsewhere(results: Mapping[str, TermResult], cases: Mapping[str, Sequence[Case]]) -> dict[str, TermResult]:
    """Terms that are wrong by nothing but mistakes that were named in the functions which they call.

    Zeros are never one of them: whoever returns zeros has called nothing that works.
    """
    charged = {}
    for name, result in results.items():
        there = {code for other in result.term.called if other in results for code in results[other].codes}
        wrong = result.outcome in ("wrong", "raised", "unusable") and result.diagnoses
        zeros = all(case.kind == "value" and not np.any(_flat(case.value)) for case in cases[name] if not case.right)
        if wrong and not zeros and all(found.mistakes and _named_in(found, there) for found in result.diagnoses):
            charged[name] = replace(result, outcome="right", followed=True, diagnoses=())
    return charged


def _named_in(found: Diagnosis, codes: set[str]) -> bool:
    return all(not named or codes & {m.code for m in named} for named in (found.mistakes, found.also))


def _working(cases: Mapping[str, Sequence[Case]]) -> set[str]:
    """Terms of which something was returned that is right, and not 0."""
    return {name for name, own in cases.items() if any(case.right and np.any(_flat(case.value)) for case in own)}


def _counted_for_nothing(results: Mapping[str, TermResult], right: set[str]) -> dict[str, TermResult]:
    """What a function did beside its answer counts only where it also returns something right."""
    beside = {name for name, r in results.items() if all(where.beside for where in r.term.answers)}
    working = {results[name].term.function for name in right - beside}
    return {
        name: replace(results[name], outcome="not run")
        for name in beside
        if results[name].outcome == "right" and results[name].term.function not in working
    }


def _remembering(
    exercise: Exercise, chosen: Sequence[Term], results: Mapping[str, TermResult], faults: Mapping, working: set[str]
) -> dict[str, TermResult]:
    """What functions do beside their answers: it costs the points that are for it, or else the function's own."""
    changed = {}
    with_state_term = {term.function for term in exercise.terms if term.state}
    for term in chosen:
        fault = faults.get(term.function)
        found = () if fault is None else (Diagnosis((state_mistake(fault.code, fault.parameter),)),)
        if term.state:
            others = [r for r in results.values() if r.term.function == term.function]
            changed[term.name] = _state_result(term, others, found, working)
        elif fault and term.function not in with_state_term:
            result = results[term.name]
            doers = _who_does_it(term, fault, exercise, faults)
            if doers:
                # It is charged there, also where it makes both of them raise.
                there = [r.right_on for r in results.values() if r.term.function in doers]
                if result.outcome == "raised" and there and result.right_on >= min(there):
                    changed[term.name] = replace(result, outcome="right", followed=True)
            elif result.outcome == "right":
                changed[term.name] = replace(result, outcome="changes", diagnoses=found)
            elif result.outcome in ("wrong", "raised") and not result.codes:
                changed[term.name] = replace(result, diagnoses=found)
    return changed


def _who_does_it(term: Term, fault: state.Fault, exercise: Exercise, faults: Mapping[str, state.Fault]) -> set[str]:
    """The functions which this one calls that write into their arguments, or remember, as it seems to do itself."""
    called = {exercise.term(name).function for name in term.called} - {term.function}
    return {name for name in called if name in faults and faults[name].code == fault.code}


def _state_result(
    term: Term, others: Sequence[TermResult], found: tuple[Diagnosis, ...], working: set[str]
) -> TermResult:
    base = {"term": term, "fixtures": 1}
    silent = [r for r in others if r.outcome in SILENT]
    if silent:
        return TermResult(**base, outcome=silent[0].outcome, detail=silent[0].detail)
    if found:
        return TermResult(**base, outcome="changes", diagnoses=found)
    if not any(r.term.name in working for r in others):
        return TermResult(**base, outcome="not run")
    return TermResult(**base, outcome="right", right_on=1)


def _with_upstream(result: TermResult, results: Mapping[str, TermResult], exercise: Exercise) -> TermResult:
    made_from = [results[name] for name in result.term.own if name in results and name != result.term.name]
    if made_from and all(r.outcome == "right" for r in made_from):
        return replace(result, upstream=tuple(r.term.symbol for r in made_from))
    return result


def _not_there(term: Term) -> str:
    described = " and ".join(_place(where) for where in term.answers if where.path)
    return f"{term.function} must return {term.symbol} as {described}"


def _place(where: Where) -> str:
    steps = []
    for alternatives in where.path:
        keys = [f"the key {key!r}" for key in alternatives if isinstance(key, str)]
        items = [f"item {key} of a tuple" for key in alternatives if isinstance(key, int)]
        steps.append(" or ".join(keys + items))
    return ", in it ".join(steps)


def _own_values(term: Term, references: Sequence[Values], answers: Sequence[Answers]) -> list[Values | None]:
    """The values of each fixture with the student's own terms put in place, or None where they cannot be used."""
    if not term.own:
        return [None] * len(references)
    own: list[dict[str, Any] | None] = []
    for answer, u in zip(answers, references, strict=True):
        values = {name: extract(answer, where) for name, where in term.own.items()}
        usable = all(_can_be_followed(value, getattr(u, name)) for name, value in values.items())
        own.append({name: _plain(value) for name, value in values.items()} if usable else None)
    for name in term.own:
        # One number may be 0 by chance, as the slope of a ReLU; a number that is always 0 leaves nothing to follow.
        there = [(values[name], getattr(u, name)) for values, u in zip(own, references, strict=True) if values]
        if any(np.any(_flat(truth)) for _, truth in there) and not any(np.any(_flat(value)) for value, _ in there):
            return [None] * len(references)
    return [None if values is None else u.replace(**values) for values, u in zip(own, references, strict=True)]


def _flat(value: Any) -> np.ndarray:
    return np.concatenate([np.ravel(np.asarray(v, dtype=float)) for _, v in leaves(value)])


def _can_be_followed(value: Any, reference: Any) -> bool:
    """Is an upstream value usable, no array of zeros where it must not be, and in a range that products stay in?"""
    if value is MISSING or unusable(value, reference):
        return False
    there = dict(leaves(value))
    for path, truth in leaves(reference):
        sizes = np.abs(np.asarray(there[path], dtype=float))
        if not ((sizes == 0) | ((sizes > 1e-100) & (sizes < 1e100))).all():
            return False
        if sizes.ndim and np.any(truth) and not sizes.any():
            return False
    return True


def extract(answers: Answers, where: Where) -> Any:
    """The value that stands at a place of the answers, or ``MISSING``."""
    given = answers.get(where.label)
    if given is None or given["kind"] != "value":
        return MISSING
    if where.calls is not None:
        return given.get("calls", {}).get(where.calls, 0)
    if where.log is not None:
        return given.get("log", {}).get(where.log, [])
    value = given["value"]
    for alternatives in where.path:
        value = _step_into(value, alternatives)
    return value


def _step_into(value: Any, alternatives: tuple[str | int, ...]) -> Any:
    if isinstance(value, Mapping):
        return next((value[key] for key in alternatives if key in value), MISSING)
    if isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim == 1):
        index = next((key for key in alternatives if isinstance(key, int)), None)
        return value[index] if index is not None and -len(value) <= index < len(value) else MISSING
    return MISSING


def _plain(value: Any) -> Any:
    """Float64 for the comparison with formulas, and None for what is no number."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return tuple(_plain(part) for part in value)
    if not isinstance(value, (bool, int, float, np.ndarray, np.generic)):
        return None
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        return None
    array = array.astype(float)
    return float(array) if array.shape == () else array
