"""One submission, graded: plain data goes in and comes out, so that it may run here or on another machine.

The entries of a record that this makes depend on the cells, the fixtures, the tier and the grader, and on nothing else.
"""

import functools
import hashlib
import platform
import traceback
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .. import __version__
from ..checking.judge import judge, requests
from ..checking.outcome import TermResult
from ..checking.say import error_name, lines
from ..exercises import Exercise, Fixture, load, stored
from . import flags, sandbox
from .collect import Collected, Limits, collect

# More cells that failed are counted, not told one by one.
NOTES = 20


class Differs(Exception):
    """What grades is of another version than what asks it to; the message says which."""


@dataclass(frozen=True)
class Task:
    """What is to be done for one submission, as plain data; name, folder and secret stay where the class is read.

    Pickled, the fixtures are JSON text: pickle would lose how an array is laid out, and that it is not to be written.
    """

    exercise: str
    cells: Sequence[tuple[int, str]]
    fixtures: Sequence[Fixture]
    tier: str
    limits: Limits | None
    grader: str
    definition: str

    def __reduce__(self) -> tuple[Callable, tuple]:
        text = stored.to_json(self.fixtures, self.definition)
        return _unpacked, (self.exercise, self.cells, text, self.tier, self.limits, self.grader, self.definition)


def _unpacked(exercise: str, cells: Sequence[tuple[int, str]], text: str, *rest: Any) -> Task:
    return Task(exercise, cells, stored.from_json(text, rest[-1]) or (), *rest)


@functools.cache
def grader() -> str:
    """The version of the grader: that of the package, and a fingerprint of the files that judge and explain."""
    rooms = (Path(__file__).parent, Path(__file__).parents[1] / "checking")
    files = sorted(path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".html"))
    parts = [path.name.encode() + b"\0" + path.read_bytes() for path in files]
    return f"{__version__}+{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"


def graded(task: Task) -> dict[str, Any]:
    """What becomes of a submission, wherever this runs: the entries of its record that are not known before.

    Raises
    ------
    Differs
        If the grader or the definition here is not that of who asks.
    sandbox.NoIsolation
        If the tier does not work here.
    """
    exercise = load(task.exercise)
    if (task.grader, task.definition) != (grader(), stored.fingerprint(exercise)):
        raise Differs(f"{platform.node()} grades by {grader()}, and {task.grader} was asked for")
    reason = None if task.tier == "none" else sandbox.fails(task.tier)
    if reason is not None:
        raise sandbox.NoIsolation(f"{task.tier} does not work on {platform.node()}: {reason}. {sandbox.REMEDY}")
    try:
        results, collected = examine(exercise, task.cells, task.fixtures, task.tier, task.limits)
        return {
            "status": _status(results, collected),
            "points": sum(result.points for result in results),
            "notes": _cell_notes(collected),
            "terms": [_term(result) for result in results],
            "lines": [asdict(told) for told in lines(exercise, results, hidden=True)],
            "flags": flags.found(exercise, task.cells, task.fixtures, results, collected.answers),
        }
    except (sandbox.NoIsolation, OSError):
        raise  # that is the machine's, and the next submission would fare no better
    except Exception as error:
        # A fault of the grader, brought out by a value that nobody thought of: it must not end the class.
        return {"status": "not judged", "reason": _place(error)}


def examine(
    exercise: Exercise, cells: Sequence[tuple[int, str]], fixtures: Sequence[Fixture], tier: str,
    limits: Limits | None = None,
) -> tuple[list[TermResult], Collected]:  # fmt: skip
    """The results of a submission's cells on these fixtures, and what happened in its room."""
    collected = collect(tier, cells, requests(exercise, fixtures), limits)
    return judge(exercise, fixtures, collected.answers, hidden=True), collected


def _place(error: Exception) -> str:
    """Which exception, and where in the grader. Its text could hold a hidden input."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


def _status(results: Sequence[TermResult], collected: Collected) -> str:
    for accident in ("crashed", "timed out"):
        if accident in collected.accidents:
            return accident
    untouched = all(result.outcome in ("missing", "not attempted") for result in results)
    return "not attempted" if untouched else "graded"


def _cell_notes(collected: Collected) -> list[str]:
    """What is told of cells that failed: the type of the error and the student's own line, never its text."""
    notes = []
    for number, told in sorted(collected.cells.items()):
        how = {"timed out": "did not come back in time", "crashed": "brought the process down"}.get(told["kind"])
        if how is None:
            place = f" in line {told['line']}" if told["line"] else ""
            how = f"raised {error_name(told['error'])}{place}"
        notes.append(f"Code cell {number} {how}; the cells after it were run all the same.")
    more = len(notes) - NOTES
    return notes if more <= 0 else [*notes[:NOTES], f"{more} more code cells failed."]


def _term(result: TermResult) -> dict[str, Any]:
    return {
        "term": result.term.name,
        "points": result.points,
        "out_of": result.term.points,
        "outcome": result.outcome,
        "approximate": result.approximate,
        "followed": result.followed,
        "mistakes": list(result.codes),
    }
