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
from ..checking.diagnose import pairs
from ..checking.judge import judge, requests
from ..checking.outcome import TermResult
from ..checking.steps import run_step
from ..exercises import Exercise, Fixture, Mistake, Term
from ..exercises.layouts import copied
from ..exercises.model import student
from .consequences import expressible, raises, taken_with
from .side_effects import PLANTED

# What an exercise has at least: hidden inputs, so that luck earns nothing; and ways to write it besides the master's.
VARIATIONS = 6
OTHER_WAYS = 4
SEEDS = 3
RIGHT_FIXTURES = 500
ENOUGH = 0.8
UNSEEN = "; its formula raises on all inputs: add a variation on which it gives a number, such as a square W"


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
        return not self.faults and self.named == self.planted and self.enough_doubles

    @property
    def enough_doubles(self) -> bool:
        """Are two mistakes at a time named as often as is promised?"""
        return self.doubles_named >= ENOUGH * self.doubles

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


def inputs(exercise: Exercise, row: Row) -> None:
    """Enough hidden inputs, of which the visible ones are some."""
    if len(exercise.variations) < VARIATIONS:
        row.faults.append(
            f"{len(exercise.variations)} variations; {VARIATIONS} and more are expected: each is one hidden input"
        )
    if len(exercise.visible) < 2 or not set(exercise.visible) <= set(exercise.variations):
        row.faults.append("visible names at least two of the variations")


def singles(exercise: Exercise, row: Row) -> None:
    """Plant every listed mistake in each of its forms."""
    for term in exercise.terms:
        for mistake in term.mistakes:
            for k, formula in enumerate(mistake.formulas):
                made = {term.name: [(mistake.part, formula)]}
                label = f"{term.name}: {mistake.code}" + (f" ({k + 1})" if k else "")
                _single(exercise, row, label, made, {(term.name, mistake.code)})
    for function in _with_arrays(exercise):
        for code in PLANTED:
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
            always = any(raises(exercise, name, made, fixtures) for name, _ in planted)
            row.faults.append(f"{label} is not named (seed {seed}): {told(results)}{UNSEEN if always else ''}")
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
    functions[function] = PLANTED[code](functions[function])
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
        if not expressible(exercise, made, fixtures):
            continue
        row.doubles += 1
        planted = {(term.name, mistake.code) for term, mistake in (first, second)}
        results = answered(exercise, student(exercise, made), fixtures)
        row.doubles_named += planted <= _found(results)
        wrong = _wrong(exercise, results, planted, made, fixtures)
        if wrong:
            row.wrong_names += 1
            row.faults.append(f"{sorted(planted)} is given a wrong name: {wrong}")
    if not row.enough_doubles:
        row.faults.append(
            f"of two mistakes at a time {row.doubles_named} of {row.doubles} are named; {ENOUGH:.0%} should"
        )


def _double_mistakes(exercise: Exercise) -> Iterator[tuple[tuple[Term, Mistake], tuple[Term, Mistake]]]:
    for one, other in combinations(exercise.terms, 2):
        for first in one.mistakes:
            for second in other.mistakes:
                yield (one, first), (other, second)
    for term in exercise.terms:
        for first, second in pairs(term):
            yield (term, first), (term, second)


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
    taken = taken_with(exercise, own, made, fixtures)
    return [
        r for r in results if not r.points and r.term.name not in own and r.term.name not in taken and r.term.points
    ]


def told(results: Sequence[TermResult]) -> str:
    """What is not right, in a line."""
    return "; ".join(
        " ".join(filter(None, (r.term.name, r.outcome, "/".join(r.codes), r.message)))
        for r in results
        if r.outcome != "right"
    )


def right(exercise: Exercise, row: Row, functions: Mapping[str, Callable], seeds: Sequence[int]) -> None:
    """Right functions on many random fixtures: every term right, and no mistake named."""
    for seed in seeds:
        wrong = [
            r for r in answered(exercise, functions, fixtures_for(exercise, seed)) if r.outcome != "right" or r.codes
        ]
        if wrong:
            row.right_solutions += 1
            row.right_solutions_marked_down += 1
            row.faults.append(f"a right solution is marked down (seed {seed}): {told(wrong)}")
            return


def seeds_for(exercise: Exercise) -> range:
    """As many as it takes for 500 fixtures."""
    return range(-(-RIGHT_FIXTURES // len(exercise.variations)))
