"""A student's feedback page: every exercise that was handed in, term by term, from the records alone.

It holds nothing of a hidden fixture: no input, no reference, no text that the student's code could have filled.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from ..checking.report import Finding, Line, template
from ..grading.results import STATUSES
from .standing import Standing, Standings, shown, standings


def page(student: str, records: Sequence[Mapping[str, Any]], grades: Standings | None = None) -> str:
    """The page as HTML that needs no other file.

    ``grades`` are those of the class where there is a course: what was handed in late or adjusted is told with its
    reason, and what was adjusted without being handed in is told too.
    """
    grades = grades or standings(records)
    own = [
        (
            grades.of(record),
            {**record, "says": STATUSES[record["status"]], "lines": [line(told) for told in record["lines"]]},
        )
        for record in records
    ]
    own += [(one, _nothing(one)) for one in grades.without(student)]
    exercises = [
        {**record, "points": shown(one.points), "changes": one.said}
        for one, record in sorted(own, key=lambda pair: pair[0].exercise)
    ]
    points = shown(sum((one.points for one, _ in own), Decimal(0)))
    out_of = sum(one.out_of for one, _ in own)
    return template("feedback.html").render(student=student, exercises=exercises, points=points, out_of=out_of)


def _nothing(one: Standing) -> dict[str, Any]:
    """What the page shows where nothing was handed in."""
    texts = {"title": one.title, "exercise": one.exercise, "status": one.status, "file": "", "says": "", "reason": ""}
    return {**texts, "out_of": one.out_of, "notes": [], "lines": []}


def line(told: Mapping[str, Any]) -> Line:
    """A line of the report as it was before it was written as JSON."""
    findings = tuple(
        Finding(f["headline"], tuple(map(tuple, f["rows"])), f["link"], tuple(map(tuple, f["sizes"])))
        for f in told["findings"]
    )
    return Line(**{**told, "findings": findings})
