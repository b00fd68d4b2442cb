"""A student's feedback page: every exercise that was handed in, term by term, from the records alone.

It holds nothing of a hidden fixture: no input, no reference, no text that the student's code could have filled.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ..checking.say import Finding, Line, template
from .results import STATUSES


def page(student: str, records: Sequence[Mapping[str, Any]]) -> str:
    """The page as HTML that needs no other file."""
    exercises = [
        {**record, "says": STATUSES[record["status"]], "lines": [line(told) for told in record["lines"]]}
        for record in records
    ]
    total = sum(r["points"] for r in records), sum(r["out_of"] for r in records)
    return template("feedback.html").render(student=student, exercises=exercises, points=total[0], out_of=total[1])


def line(told: Mapping[str, Any]) -> Line:
    """A line of the report as it was before it was written as JSON."""
    findings = tuple(
        Finding(f["headline"], tuple(map(tuple, f["rows"])), f["link"], tuple(map(tuple, f["sizes"])))
        for f in told["findings"]
    )
    return Line(**{**told, "findings": findings})
