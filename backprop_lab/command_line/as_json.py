"""What ``--json`` prints: one value and nothing else on standard output. docs/command-line.md says what each key is."""

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import typer

from ..course.standing import Standing
from ..grading import flags


def say(value: Mapping[str, Any]) -> None:
    """Print a value as JSON. Every letter is one of ASCII, so that no terminal's encoding can refuse it."""
    typer.echo(json.dumps(value, indent=1, default=_number))


def explained(grade: Standing, record: Mapping[str, Any] | None, same: Mapping[str, bool | None]) -> dict[str, Any]:
    """One grade; of one that came of an adjustment alone there is no record."""
    told = {
        "student": grade.student,
        "exercise": grade.exercise,
        "title": grade.title,
        "points": grade.points,
        "out_of": grade.out_of,
        "earned": grade.earned,
        "status": grade.status,
        "said": grade.said,
    }
    if record is None:
        return told
    kept = ("reason", "file", "sha256", "superseded", "notes", "isolation", "grader", "definition", "seed")
    terms = ("term", "points", "out_of", "outcome", "approximate", "followed", "mistakes")
    return told | {key: record[key] for key in kept} | {
        "submitted": record.get("submitted"),
        "terms": [{key: term[key] for key in terms} for term in record["terms"]],
        "worth_a_look": list(flags.told(record)),
        "same": dict(same),
    }  # fmt: skip


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)
