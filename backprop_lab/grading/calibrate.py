"""Is an exercise fair? Right solutions earn all, and each known mistake costs its own points and is named.

For one exercise:

* its **right solutions**, those of the master, earn every point through the sandbox, with several seeds;
* each **mistake** that it lists, planted into right functions, loses the points of its own term and no other, and
  is named; those that no answer shows (inputs changed, results added up) are planted in every function;
* two mistakes at a time, in two terms or in two parts of one: both named, or else nothing said that is not true;
* right functions are never given a mistake, on hundreds of random fixtures.

A wrong shape, a number that is not finite, and zeros take with them what is made from them; that is no fault of the
grader's, and is left out of the points lost elsewhere.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from ..checking.callbacks import Callbacks
from ..checking.compare import leaves
from ..checking.diagnose import RAISED, pairs, predicted
from ..checking.judge import judge, requests
from ..checking.outcome import TermResult
from ..checking.steps import run_step
from ..exercises import Exercise, Fixture, Mistake, Term
from ..exercises.layouts import copied
from ..exercises.model import student

SEEDS = 3
RIGHT_FIXTURES = 500
STATE = ("U2", "U3", "U4", "U5")


@dataclass
class Row:
    """What calibration found for one exercise; the counts that ``backprop-lab calibrate`` prints."""

    exercise: str
    planted: int = 0
    named: int = 0
    doubles: int = 0
    doubles_named: int = 0
    wrong_names: int = 0
    points_lost_elsewhere: int = 0
    right_solutions: int = 0
    right_solutions_marked_down: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def passed(self) -> bool:
        """Does the exercise go through the gate?"""
        return not self.faults and self.named == self.planted and self.doubles_named >= 0.8 * self.doubles

    def counts(self) -> dict[str, Any]:
        """The counts alone."""
        return {key: value for key, value in asdict(self).items() if key != "faults"}


def answered(exercise: Exercise, functions: Mapping[str, Callable], fixtures: Sequence[Fixture]) -> list[TermResult]:
    """The results of functions in this process, judged as in grading."""
    answers = []
    for request in requests(exercise, fixtures):
        kept: dict[str, Any] = {}
        given = {}
        for step in request.steps:
            callbacks = Callbacks(request.callbacks)
            words, values = step.plain()
            answer = run_step(functions, words, copied(values), kept, callbacks.function)
            if answer["kind"] == "value":
                answer["value"] = copied(answer["value"])
            given[step.label] = {**answer, **callbacks.told()}
        answers.append(given)
    return judge(exercise, fixtures, answers, hidden=True)


def fixtures_for(exercise: Exercise, seed: int) -> list[Fixture]:
    """Hidden fixtures, with references in float64: what is calibrated is the judgement."""
    return exercise.fixtures(np.random.default_rng(seed))


def singles(exercise: Exercise, row: Row) -> None:
    """Plant every listed mistake in each of its forms."""
    for term in exercise.terms:
        for mistake in term.mistakes:
            for k, formula in enumerate(mistake.formulas):
                made = {term.name: [(mistake.part, formula)]}
                label = f"{term.name}: {mistake.code}" + (f" ({k + 1})" if k else "")
                _single(exercise, row, label, made, {(term.name, mistake.code)})
    for function in _with_arrays(exercise):
        for code in STATE:
            # A number is handed out, and gone: only an array can be used again.
            if code != "U2" or _returns_arrays(exercise, function):
                _state(exercise, row, function, code)


def _single(exercise: Exercise, row: Row, label: str, made, planted: set[tuple[str, str]]) -> None:
    row.planted += 1
    named = True
    for seed in range(SEEDS):
        fixtures = fixtures_for(exercise, seed)
        results = answered(exercise, student(exercise, made), fixtures)
        found = _found(results)
        wrong = _wrong(exercise, results, planted, made, fixtures)
        if not planted <= found:
            named = False
            row.faults.append(f"{label} is not named (seed {seed}): {told(results)}")
        if wrong:
            row.wrong_names += 1
            row.faults.append(f"{label} is given a wrong name (seed {seed}): {wrong}")
        own = {name for name, _ in planted}
        if any(r.points for r in results if r.term.name in own):
            row.faults.append(f"{label} costs nothing (seed {seed})")
        lost = _lost_elsewhere(exercise, results, own, made, fixtures)
        if lost:
            row.points_lost_elsewhere += sum(r.term.points for r in lost)
            row.faults.append(f"{label} takes points of {[r.term.name for r in lost]} with it (seed {seed})")
        if not named or wrong or lost:
            break
    row.named += named


def _state(exercise: Exercise, row: Row, function: str, code: str) -> None:
    """Plant into one function what no single answer shows."""
    fixtures = fixtures_for(exercise, 0)
    functions = student(exercise)
    functions[function] = {"U2": _reuses, "U3": _adds_up, "U4": _is_stale, "U5": _writes}[code](functions[function])
    results = answered(exercise, functions, fixtures)
    row.planted += 1
    with_state_term = any(term.state and term.function == function for term in exercise.terms)
    own = [r for r in results if r.term.function == function and (r.term.state or not with_state_term)]
    named = any(code in r.codes for r in own) and not any(r.points for r in own)
    row.named += named
    if not named:
        row.faults.append(f"{function}: {code} is not named: {told(results)}")
    others = [r for r in results if r.term.function != function and r.outcome != "right"]
    # Functions that call this one, or are handed its answers, are wrong because of it.
    others = [r for r in others if not r.term.own and r.term.function not in exercise.chain]
    if others:
        row.points_lost_elsewhere += sum(r.term.points for r in others)
        row.faults.append(f"{function}: {code} takes points of {[r.term.name for r in others]} with it")


def _with_arrays(exercise: Exercise) -> list[str]:
    """Functions that are handed arrays: the others have nothing to write into."""
    fixture = fixtures_for(exercise, 0)[0]
    handed = {
        step.name
        for step in exercise.steps(fixture.values)
        if any(isinstance(v, np.ndarray) for arg in step.args for _, v in leaves(arg))
    }
    return [name for name in exercise.functions if name in handed]


def _returns_arrays(exercise: Exercise, function: str) -> bool:
    terms = fixtures_for(exercise, 0)[0].terms
    answers = [terms[term.name] for term in exercise.terms_of(function) if not term.state]
    return any(isinstance(v, np.ndarray) for answer in answers for _, v in leaves(answer))


def _reuses(function: Callable) -> Callable:
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


def _adds_up(function: Callable) -> Callable:
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


def _is_stale(function: Callable) -> Callable:
    """Remembers the answer for some inputs after it was asked about others: it answers for the call before."""
    last: list[Any] = []
    seen: list[Any] = []

    def wrapped(*args: Any) -> Any:
        from ..checking.state import same

        told = [arg for arg in args if not callable(arg)]
        known = any(same(told_before, told) for told_before in seen if len(told_before) == len(told))
        if known and last:
            return copied(last[-1])
        seen.append(copied(told))
        last.append(function(*args))
        return copied(last[-1])

    return wrapped


def _writes(function: Callable) -> Callable:
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


def doubles(exercise: Exercise, row: Row, limit: int) -> None:
    """Plant two mistakes at a time: in two terms, and in two parts of one."""
    chosen = list(_double_mistakes(exercise))
    if len(chosen) > limit:
        order = np.random.default_rng(7).permutation(len(chosen))[:limit]
        chosen = [chosen[k] for k in sorted(order)]
    fixtures = fixtures_for(exercise, 0)
    for first, second in chosen:
        made: dict[str, list] = {}
        for term, mistake in (first, second):
            made.setdefault(term.name, []).append((mistake.part, mistake.formulas[0]))
        if not _expressible(exercise, made, fixtures):
            continue
        row.doubles += 1
        planted = {(term.name, mistake.code) for term, mistake in (first, second)}
        results = answered(exercise, student(exercise, made), fixtures)
        row.doubles_named += planted <= _found(results)
        wrong = _wrong(exercise, results, planted, made, fixtures)
        if wrong:
            row.wrong_names += 1
            row.faults.append(f"{sorted(planted)} is given a wrong name: {wrong}")


def _double_mistakes(exercise: Exercise) -> Iterator[tuple[tuple[Term, Mistake], tuple[Term, Mistake]]]:
    for one, other in combinations(exercise.terms, 2):
        for first in one.mistakes:
            for second in other.mistakes:
                yield (one, first), (other, second)
    for term in exercise.terms:
        for first, second in pairs(term):
            yield (term, first), (term, second)


def _expressible(exercise: Exercise, made, fixtures: Sequence[Fixture]) -> bool:
    """Does every term with mistakes come out wrong? Two that cancel are no mistake."""
    for name, parts in made.items():
        term = exercise.term(name)
        asking = _asking(term, fixtures)
        wrong = [predicted(term, parts, fixture.values) for fixture in asking]
        if all(_is_truth(value, fixture.terms[name]) for value, fixture in zip(wrong, asking, strict=True)):
            return False
    return True


def _asking(term: Term, fixtures: Sequence[Fixture]) -> list[Fixture]:
    return [fixture for fixture in fixtures if term.asked_on(fixture.variation)]


def _is_truth(value: Any, truth: Any) -> bool:
    from ..checking.diagnose import _away

    return value is not RAISED and _away(value, truth) < 1e-6


def _found(results: Sequence[TermResult]) -> set[tuple[str, str]]:
    return {(r.term.name, code) for r in results for code in r.codes}


def _wrong(exercise: Exercise, results: Sequence[TermResult], planted, made, fixtures) -> str:
    """Names that none of the planted mistakes of the term bears."""
    wrong = []
    for r in results:
        codes = {code for name, code in planted if name == r.term.name}
        for diagnosis in r.diagnoses:
            for named in (diagnosis.mistakes, diagnosis.also):
                if named and not codes & {m.code for m in named}:
                    wrong.append(f"{r.term.name}: {'/'.join(m.code for m in named)}")
    return ", ".join(wrong)


def _lost_elsewhere(
    exercise: Exercise, results: Sequence[TermResult], own: set[str], made, fixtures
) -> list[TermResult]:
    taken = _takes_with_it(exercise, own, made, fixtures)
    return [
        r for r in results if not r.points and r.term.name not in own and r.term.name not in taken and r.term.points
    ]


def _takes_with_it(exercise: Exercise, own: set[str], made, fixtures: Sequence[Fixture]) -> set[str]:
    """Terms made from one whose mistake gives a wrong shape, a number that is not finite, zeros, or an exception."""
    taken: set[str] = set()
    for term in exercise.terms:
        if term.name in own:
            for fixture in _asking(term, fixtures):
                value = predicted(term, made[term.name], fixture.values)
                if value is RAISED or not _usable(value, fixture.terms[term.name]):
                    taken.add(term.name)
    for term in exercise.terms:
        if set(term.own) & taken:
            taken.add(term.name)
    # A function that raises returns nothing at all.
    raising = {
        exercise.term(name).function for name in own if name in taken and _raises(exercise, name, made, fixtures)
    }
    return taken | {term.name for term in exercise.terms if term.function in raising}


def _raises(exercise: Exercise, name: str, made, fixtures: Sequence[Fixture]) -> bool:
    term = exercise.term(name)
    values = [predicted(term, made[name], fixture.values) for fixture in _asking(term, fixtures)]
    return all(value is RAISED for value in values)


def _usable(value: Any, truth: Any) -> bool:
    values, truths = dict(leaves(value)), dict(leaves(truth))
    if values.keys() != truths.keys():
        return False
    for path, right in truths.items():
        array = np.asarray(values[path], dtype=float)
        if array.shape != np.shape(right) or not np.isfinite(array).all() or (np.any(right) and not array.any()):
            return False
    return True


def told(results: Sequence[TermResult]) -> str:
    """What is not right, in a line."""
    return "; ".join(f"{r.term.name} {r.outcome} {'/'.join(r.codes)}" for r in results if r.outcome != "right")


def right(exercise: Exercise, row: Row, functions: Mapping[str, Callable], seeds: Sequence[int]) -> None:
    """Right functions on many random fixtures: every term right, and no mistake named."""
    for seed in seeds:
        wrong = [
            r for r in answered(exercise, functions, fixtures_for(exercise, seed)) if r.outcome != "right" or r.codes
        ]
        if wrong:
            row.right_solutions_marked_down += 1
            row.faults.append(f"a right solution is marked down (seed {seed}): {told(wrong)}")
            return


def seeds_for(exercise: Exercise) -> range:
    """As many as it takes for 500 fixtures."""
    return range(-(-RIGHT_FIXTURES // len(exercise.variations)))
