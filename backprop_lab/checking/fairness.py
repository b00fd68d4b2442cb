"""What one slip takes with it, and who pays for it: each is charged once, where it is made.

* A mistake that makes a function raise on some fixtures leaves the others to judge the function's other terms on.
* A slip that was named in a function which another one calls is not charged there again.
* Points for what a function does beside its answer are earned only where it also answers rightly, or, where it
  returns one thing alone, with a slip that has a name.
* Writing into an argument, or remembering, costs the points that are for it, or else the function's own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from ..exercises.definition import Exercise, Term
from ..exercises.values import Values
from . import state
from .answers import flat
from .compare import leaves
from .fit import RAISED, predicted
from .outcome import SILENT, Case, Diagnosis, TermResult
from .state_mistakes import state_mistake

Judge = Callable[[Term, Sequence[Case]], TermResult]


def what_a_mistake_leaves(
    results: Mapping[str, TermResult], cases: Mapping[str, Sequence[Case]], judge_term: Judge
) -> dict[str, TermResult]:
    """Judge again, on the fixtures that are left, what a named mistake in another term of the function took away."""
    again = {}
    told = {name for name, result in results.items() if _tells_why_it_raises(result, cases[name])}
    for name, result in results.items():
        explained = any(results[other].term.function == result.term.function for other in told)
        left = [case for case in cases[name] if case.kind != "raised"]
        if result.outcome == "raised" and name not in told and explained and left:
            again[name] = _judge_again(result, left, judge_term)
    return again


def what_writing_leaves(
    exercise: Exercise,
    results: Mapping[str, TermResult],
    cases: Mapping[str, Sequence[Case]],
    faults: Mapping[str, state.Fault],
    judge_term: Judge,
) -> dict[str, TermResult]:
    """Judge again, without the read-only arrays that made it raise, a function that pays for writing elsewhere."""
    paying = {t.function for t in exercise.terms if t.state and t.function in faults}
    writing = {name for name in paying if faults[name].code in ("U2", "U5")}
    again = {}
    for name, result in results.items():
        if result.outcome == "raised" and result.term.function in writing:
            left = [case for case in cases[name] if case.kind != "raised" or not _holds_read_only(case.u)]
            if left:
                again[name] = _judge_again(result, left, judge_term)
    return again


def _judge_again(result: TermResult, left: Sequence[Case], judge_term: Judge) -> TermResult:
    judged = judge_term(result.term, left)
    return replace(judged, fixtures=result.fixtures, left_out=result.fixtures - len(left))


def _holds_read_only(u: Values) -> bool:
    return any(isinstance(v, np.ndarray) and not v.flags.writeable for _, v in leaves(vars(u)))


def _tells_why_it_raises(result: TermResult, cases: Sequence[Case]) -> bool:
    """Is a mistake named that raises wherever the function did? One that was found in another branch does not."""
    named = [m for found in result.diagnoses for m in (*found.mistakes, *found.also)]
    made = [(mistake.part, formula) for mistake in named for formula in mistake.formulas]
    raised = [case for case in cases if case.kind == "raised"]
    return bool(raised) and all(any(predicted(result.term, [m], case.u) is RAISED for m in made) for case in raised)


def charged_elsewhere(results: Mapping[str, TermResult], cases: Mapping[str, Sequence[Case]]) -> dict[str, TermResult]:
    """Terms that are wrong by nothing but mistakes that were named in the functions which they call.

    Zeros are never one of them: whoever returns zeros has called nothing that works.
    """
    charged = {}
    for name, result in results.items():
        there = {code for other in result.term.called if other in results for code in results[other].codes}
        wrong = result.outcome in ("wrong", "raised", "unusable") and result.diagnoses
        zeros = all(case.kind == "value" and not np.any(flat(case.value)) for case in cases[name] if not case.right)
        if wrong and not zeros and all(found.mistakes and _named_in(found, there) for found in result.diagnoses):
            charged[name] = replace(result, outcome="right", followed=True, diagnoses=())
    return charged


def _named_in(found: Diagnosis, codes: set[str]) -> bool:
    return all(not named or codes & {m.code for m in named} for named in (found.mistakes, found.also))


def working_terms(cases: Mapping[str, Sequence[Case]]) -> set[str]:
    """Terms of which something was returned that is right, and not 0."""
    return {name for name, own in cases.items() if any(case.right and np.any(flat(case.value)) for case in own)}


def counted_for_nothing(results: Mapping[str, TermResult], right: set[str]) -> dict[str, TermResult]:
    """What a function did beside its answer counts only where it also returns something right."""
    beside = {name for name, r in results.items() if all(where.beside for where in r.term.answers)}
    working = {results[name].term.function for name in right - beside}
    return {
        name: replace(results[name], outcome="not run")
        for name in beside
        if results[name].outcome == "right" and results[name].term.function not in working
    }


def remembering(
    exercise: Exercise, chosen: Sequence[Term], results: Mapping[str, TermResult], faults: Mapping, working: set[str]
) -> dict[str, TermResult]:
    """What functions do beside their answers: it costs the points that are for it, or else the function's own."""
    changed = {}
    with_state_term = {term.function for term in exercise.terms if term.state}
    for term in chosen:
        fault = faults.get(term.function)
        found = () if fault is None else (Diagnosis((state_mistake(fault),)),)
        if term.state:
            others = [r for r in results.values() if r.term.function == term.function]
            doers = _who_does_it(term, fault, exercise, faults) if fault else set()
            told = _state_result(term, others, () if doers else found, working)
            # It is charged there.
            changed[term.name] = replace(told, right_on=0, followed=True) if doers and told.outcome == "right" else told
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
    # Where a function returns one thing alone, a slip in it that has a name is an answer too.
    slipped = len(others) == 1 and others[0].outcome == "wrong" and others[0].codes
    if not slipped and not any(r.term.name in working for r in others):
        return TermResult(**base, outcome="not run")
    return TermResult(**base, outcome="right", right_on=1)


def with_upstream(result: TermResult, results: Mapping[str, TermResult], exercise: Exercise) -> TermResult:
    """The result with the symbols of what it is made from, if that is all right."""
    made_from = [results[name] for name in result.term.own if name in results and name != result.term.name]
    if made_from and all(r.outcome == "right" for r in made_from):
        return replace(result, upstream=tuple(r.term.symbol for r in made_from))
    return result
