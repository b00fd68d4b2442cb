"""What ``--json`` prints: one value and nothing else on standard output. docs/command-line.md says what each key is."""

import json
from typing import Any

import typer

from ..exercises import Exercise
from .pristine import Outcome


def say(value: dict[str, Any]) -> None:
    """Print a value as JSON. Every letter is one of ASCII, so that no terminal's encoding can refuse it."""
    typer.echo(json.dumps(value, indent=1))


def checked(exercise: Exercise, file: str, outcome: Outcome | None) -> dict[str, Any]:
    """One exercise as a student's notebook has it; ``outcome`` is None where there is no notebook."""
    checks = outcome.checks if outcome else ()
    return {
        "exercise": exercise.id,
        "title": exercise.title,
        "file": file or None,
        "points": sum(check.points for check in checks),
        "out_of": exercise.points,
        "done": bool(outcome) and outcome.done,
        "checks": [{"points": c.points, "out_of": c.out_of, "text": c.text} for c in checks],
        "troubles": list(outcome.troubles) if outcome else [],
    }
