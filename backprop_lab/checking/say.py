"""Say what was found: as plain text, and as HTML for a notebook or a feedback page.

Both are made from the same sentences. No mark stands by its colour or its shape alone: a tick is followed by
"right", a cross by "wrong".
"""

import builtins
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from .. import book
from ..exercises.definition import Exercise
from .diagnose import Diagnosis
from .judge import TermResult

WIDTH = 96


@dataclass(frozen=True)
class Finding:
    """One thing to tell of a term: a sentence, rows of a label with a text, and the address of the book's row."""

    headline: str
    rows: tuple[tuple[str, str], ...] = ()
    link: str = ""


@dataclass(frozen=True)
class Line:
    """What is told of one term."""

    mark: str
    symbol: str
    verdict: str
    points: int
    out_of: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Report:
    """The results of a check, as an object that a notebook shows as HTML and a terminal as text."""

    title: str
    lines: tuple[Line, ...] = ()
    closing: tuple[str, ...] = ()

    def __repr__(self) -> str:
        out = [self.title]
        for line in self.lines:
            out.append(f"  {line.mark} {line.symbol}  {line.verdict}")
            for finding in line.findings:
                out += _wrapped(finding.headline, "      ")
                for label, text in finding.rows:
                    out += _wrapped(text, "        " + f"{label}: ".ljust(10), 18)
        for text in self.closing:
            out += _wrapped(text, "")
        return "\n".join(out)

    def _repr_html_(self) -> str:
        return template("report.html").render(report=self)


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
        lines=tuple(line(exercise, result, hidden) for result in results),
        closing=tuple(closing),
    )


def of_points(points: int, out_of: int) -> str:
    """Points in words.

    >>> of_points(0, 1), of_points(2, 3)
    ('0 of 1 point', '2 of 3 points')
    """
    return f"{points} of {out_of} point{'' if out_of == 1 else 's'}"


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
    return {
        "right": f"right {counted}",
        "wrong": f"wrong: right {counted} only",
        "changes": "wrong: a second call with the same inputs gives another answer",
        "missing": f"not attempted: there is no function {result.term.function}",
        "not attempted": f"not attempted: {result.term.function} is still to be written",
        "timed out": f"wrong: {result.term.function} did not come back in time and was stopped",
        "crashed": f"wrong: {result.term.function} brought the whole Python process down",
        "raised": f"wrong: {result.term.function} raised {error_name(result.detail)}",
        "not run": f"could not be checked: {result.term.function} was not called",
        "unusable": f"wrong: {result.detail}",
    }[result.outcome]


def error_name(name: str) -> str:
    """The exception's name if it is one of Python's own; a name that the student chose could say anything."""
    known = getattr(builtins, name, None) if name.isidentifier() else None
    return name if isinstance(known, type) and issubclass(known, BaseException) else "an exception of its own"


def _findings(exercise: Exercise, result: TermResult, hidden: bool):
    if result.outcome == "right":
        if result.approximate:
            yield Finding("Right to the precision of float32, or nearly so: noted, and no points lost.")
        if result.followed:
            yield Finding("Right for the factors that your own functions give: the slip is further up.")
    elif result.outcome == "raised":
        where = f"line {result.line} of your cell" if result.line else "the call itself"
        yield Finding(f"In {where}." if hidden or not result.message else f"In {where}: {result.message}")
    elif result.outcome == "changes":
        yield Finding("Something outside of the function is changed and used again. Use its arguments alone.")
    elif result.outcome == "wrong":
        for diagnosis in result.diagnoses:
            yield _explained(exercise, result, diagnosis)


def _explained(exercise: Exercise, result: TermResult, diagnosis: Diagnosis) -> Finding:
    branch = list(dict.fromkeys(diagnosis.branch))
    names = [part.replace("cross_entropy", "cross-entropy").replace("_", " ") for part in branch]
    where = f"With {' and '.join(names)}: " if names else ""
    equation = next((result.term.equations[b] for b in branch if b in result.term.equations), result.term.equation)
    source = f"chapter “{exercise.chapter_title}”, section “{exercise.sections[equation]}” ({equation})"
    link = book.link(exercise.chapter, equation)
    if not diagnosis.mistakes:
        if diagnosis.ratio:
            said = f"{where}your {result.term.symbol} is exactly {diagnosis.ratio} times the right one, every time."
            advice = "Look for a factor or a sign that is constant."
        else:
            said = f"{where}no known mistake gives these numbers."
            advice = f"Work {result.term.symbol} out by hand for one example and compare."
        return Finding(said, (("try", advice), ("book", source)), link)
    first, *twins = diagnosis.mistakes
    rows = [("why", first.why), ("on paper", first.paper), ("try", first.advice), ("book", source)]
    if twins:
        others = " ".join(f"{twin.what} ({twin.paper})" for twin in twins)
        rows.insert(2, ("or", f"The numbers cannot tell it from this: {others}"))
    return Finding(where + first.what, tuple(rows), link)


def _wrapped(text: str, first: str, indent: int | None = None) -> list[str]:
    later = " " * (len(first) if indent is None else indent)
    return textwrap.wrap(text, WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False)


@cache
def template(name: str):
    """A template of this folder, with everything that is put into it escaped."""
    # Imported here: a check cell that is all text never needs it, and importing the package stays quick.
    import jinja2

    loader = jinja2.PackageLoader("backprop_lab.checking", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals["of_points"] = of_points
    return environment.get_template(name)
