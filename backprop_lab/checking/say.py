"""Say what was found, kindly: the sentences of a report, made from the results."""

import builtins
from collections.abc import Iterator, Sequence
from dataclasses import replace

from .. import book
from ..exercises.definition import Exercise
from .outcome import Diagnosis, TermResult
from .report import Finding, Line, Report, of_points


def report(
    exercise: Exercise, name: str, results: Sequence[TermResult], closing: Sequence[str], hidden: bool
) -> Report:
    """The report on some terms of an exercise.

    Parameters
    ----------
    name : str
        What was checked, for the title.
    results : list of TermResult
    closing : list of str
        Sentences that end the report.
    hidden : bool
        Whether the fixtures are secret: then no text of an exception is quoted.
    """
    points, out_of = sum(r.points for r in results), sum(r.term.points for r in results)
    return Report(
        title=f"{exercise.label} · {name} · {of_points(points, out_of)}",
        lines=tuple(lines(exercise, results, hidden)),
        closing=tuple(closing),
    )


def lines(exercise: Exercise, results: Sequence[TermResult], hidden: bool) -> Iterator[Line]:
    """What is told of each term; where an exception took all terms of a function, its text is told with the first."""
    raised: set[tuple] = set()
    for result in results:
        exception = (result.term.function, result.detail, result.line, result.place)
        again = result.outcome == "raised" and exception in raised and not result.codes
        told = line(exercise, result, hidden)
        yield replace(told, findings=()) if again else told
        if result.outcome == "raised":
            raised.add(exception)


def line(exercise: Exercise, result: TermResult, hidden: bool) -> Line:
    """What is told of one term."""
    return Line(
        mark="✓" if result.outcome == "right" else "–" if result.outcome in ("missing", "not attempted") else "✗",
        symbol=result.term.symbol,
        verdict=_verdict(result, hidden),
        points=result.points,
        out_of=result.term.points,
        findings=tuple(_findings(exercise, result, hidden)),
    )


def _verdict(result: TermResult, hidden: bool) -> str:
    kind = "hidden" if hidden else "visible"
    counted = f"on {result.right_on} of {result.fixtures} {kind} examples"
    function = result.term.function
    if result.outcome == "right" and result.right_on < result.fixtures and not result.left_out:
        return "right but for a slip that is charged elsewhere"
    return {
        "right": "right: what goes in stays as it is, and nothing is remembered"
        if result.term.state
        else f"right {counted}",
        "wrong": f"wrong: right {counted} only"
        if result.right_on
        else f"wrong on all {result.fixtures} {kind} examples"
        if result.fixtures > 1
        else "wrong",
        "changes": f"wrong: {function} does something beside its answer",
        "missing": f"not attempted: {_missing(function, result.detail)}",
        "not attempted": f"not attempted: {function} is still to be written",
        "timed out": f"wrong: {function} did not come back in time and was stopped",
        "crashed": f"wrong: {function} brought the whole Python process down",
        "raised": f"wrong: {function} raised {error_name(result.detail)}",
        "not run": f"could not be judged: {function} calls {result.detail}, which is still to be written"
        if result.detail
        else f"could not be checked: {function} gives nothing else that is right",
        "unusable": f"wrong: {result.detail}",
    }[result.outcome]


def _missing(function: str, found: str) -> str:
    if not found:
        return f"there is no {_kind(function)} {function}"
    return f"{function} is no {_kind(function)} but a {error_name(found, 'thing of another kind')}: was the name used again?"


def _kind(name: str) -> str:
    """What a name is that a student writes, as Python's style tells them apart.

    >>> _kind("forward"), _kind("Value")
    ('function', 'class')
    """
    return "class" if name[0].isupper() else "function"


def error_name(name: str, otherwise: str = "an exception of its own") -> str:
    """The type's name if it is one of Python's own; a name that the student chose could say anything."""
    known = getattr(builtins, name, None) if name.isidentifier() else None
    return name if isinstance(known, type) else otherwise


def _findings(exercise: Exercise, result: TermResult, hidden: bool) -> Iterator[Finding]:
    if result.outcome == "right":
        if result.approximate:
            yield Finding("Right to the precision of float32, or nearly so: noted, and no points lost.")
        if result.note:
            yield Finding(result.note)
        if result.followed and result.right_on < result.fixtures and not result.left_out:
            yield Finding("The slip is told where it is made, and costs nothing here.")
        elif result.followed:
            yield Finding("Right for the values that your own functions give: the slip is further up.")
    if result.left_out:
        yield Finding("Judged where your function returned; the slip that makes it raise is told above or below.")
    if result.outcome == "right":
        return
    if result.outcome == "raised":
        yield _raised(exercise, result, hidden)
    if result.sizes and len(result.sizes[0]) == len(result.sizes[1]) == 2:
        yield _sizes(*result.sizes)
    if result.taken_over:
        yield Finding("It is made rightly from what is wrong further up: mend that first.")
    # Of a shape or an exception enough is said by itself: a diagnosis is told where it has a name.
    explained = result.outcome in ("wrong", "changes")
    for diagnosis in result.diagnoses:
        if diagnosis.mistakes or explained:
            yield _explained(result, diagnosis)


def _raised(exercise: Exercise, result: TermResult, hidden: bool) -> Finding:
    if result.line:
        where = f"In line {result.line} of your cell" + (f", asked for {result.place}" if result.place else "")
        return Finding(f"{where}." if hidden or not result.message else f"{where}: {result.message}")
    if result.place:
        where = f"It was asked for {result.place}"
        return Finding(f"{where}." if hidden or not result.message else f"{where}: {result.message}")
    if result.detail == "TypeError":
        return Finding(f"The call itself failed: it is called as {exercise.functions[result.term.function]}.")
    return Finding("The call itself failed." if hidden else f"The call itself failed: {result.message}")


def _sizes(got: tuple[int, ...], expected: tuple[int, ...]) -> Finding:
    said = "Rows and columns are exchanged." if got == expected[::-1] else "The shape tells where to look."
    return Finding(said, sizes=(("yours", *got), ("expected", *expected)))


def _explained(result: TermResult, diagnosis: Diagnosis) -> Finding:
    branch = list(dict.fromkeys(diagnosis.branch))
    where = f"With {_named(branch)}: " if branch else ""
    equation = next((result.term.equations[b] for b in branch if b in result.term.equations), result.term.equation)
    source = ("book", book.where(equation))
    link = book.link(equation)
    if not diagnosis.mistakes:
        unnamed = _unnamed(result, diagnosis)
        said = where + unnamed if where else unnamed[0].upper() + unnamed[1:]
        return Finding(said, (("try", _look(result, diagnosis)), source), link)
    first, *twins = diagnosis.mistakes
    rows = [("why", first.why), ("on paper", first.paper), ("try", first.advice), source]
    if twins:
        others = " ".join(f"{twin.what} ({twin.paper})" for twin in twins)
        rows.insert(2, ("or", f"The numbers cannot tell it from this: {others}"))
    for second in diagnosis.also[:1]:
        rows[-1:-1] = [("and also", second.what), ("on paper", second.paper), ("try", second.advice)]
    return Finding(where + first.what, tuple(rows), link)


def _named(branch: Sequence[str]) -> str:
    return " and ".join(part.replace("cross_entropy", "cross-entropy").replace("_", " ") for part in branch)


def _unnamed(result: TermResult, diagnosis: Diagnosis) -> str:
    """What is known of numbers that no known mistake gives: a ratio, or what is right."""
    symbol = result.term.symbol
    counted = _counted(result)
    if counted:
        return f"the number of calls of {counted} is not the one that is asked for."
    if diagnosis.ratio:
        return f"your {symbol} is exactly {diagnosis.ratio} times the right one, every time."
    said = "no known mistake gives these numbers."
    layers = [part for part in diagnosis.right if part == "output"]
    branches = [part for part in diagnosis.right if part != "output"]
    if layers:
        said += f" {symbol} of the output layer is right; walking backwards it first goes wrong behind it."
    if branches:
        said += f" It is right with {_named(branches)}."
    if result.upstream:
        said += f" What it is made from is right: {', '.join(result.upstream)}."
    return said


def _counted(result: TermResult) -> str:
    """The function handed over whose calls the term counts, or nothing."""
    return next((where.calls for where in result.term.answers if where.calls), "")


def _look(result: TermResult, diagnosis: Diagnosis) -> str:
    if _counted(result):
        return f"Print a line beside each call of {_counted(result)}, and count them for one example."
    if diagnosis.ratio:
        return "Look for a factor or a sign that is constant."
    if "output" in diagnosis.right:
        return "Look at the one step that goes from a layer to the layer before it."
    if result.upstream:
        return f"Look at the step from {', '.join(result.upstream)} to {result.term.symbol}."
    return f"Work {result.term.symbol} out by hand for one example and compare."
