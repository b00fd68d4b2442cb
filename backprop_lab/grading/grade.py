"""Grade a class: each submission in a room of its own, with inputs that it has not seen, compared outside.

Hidden fixtures come from the class's secret (``pool``). Nothing else is secret; the definitions and the formulas may
be read by anyone.
"""

import contextlib
import functools
import hashlib
import platform
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC
from pathlib import Path
from typing import Any

from .. import __version__
from ..checking.judge import judge, requests
from ..checking.outcome import TermResult
from ..checking.say import error_name, lines
from ..exercises import Exercise, Fixture, load, stored
from . import flags, notebook, running, sandbox, submissions
from .collect import Collected, Limits, collect
from .pool import Pools, fingerprint
from .submissions import Submission, Unreadable

# More cells that failed are counted, not told one by one.
NOTES = 20
# What the record says of when it was handed in.
TIMES = {"submitted", "late"}


class NoSuchStudent(Exception):
    """Nobody of that name handed in; ``there`` are the names of those who did."""

    def __init__(self, name: str, there: Collection[str]) -> None:
        super().__init__(name)
        self.name, self.there = name, there


def class_of(
    found: Sequence[Submission], students: Collection[str] = (), exercise_ids: Collection[str] = ()
) -> list[tuple[Submission, list[Submission]]]:
    """What is to be graded of what was found: for each student and exercise the newest file, and those it supersedes.

    Newest by modification time; of equal ones the last by name. Where students are named, as their records name
    them, or exercises (``unknown`` is one), it is theirs alone; which file counts does not change by that.

    Raises
    ------
    NoSuchStudent
        If one who is named handed in nothing here.
    """
    if students:
        there = {_printable(submission.student) for submission in found}
        for student in students:
            if student not in there:
                raise NoSuchStudent(student, there)
        found = [submission for submission in found if _printable(submission.student) in students]
    groups: dict[tuple[str, str], list[Submission]] = {}
    for submission in found:
        exercise_id = _exercise_id(submission)
        if not exercise_ids or exercise_id in exercise_ids:
            groups.setdefault((submission.student, exercise_id), []).append(submission)
    counted = []
    for _, files in sorted(groups.items()):
        *older, newest = sorted(files, key=lambda s: (s.modified, s.file))
        counted.append((newest, older))
    return counted


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


def grade_class(
    chosen: Sequence[tuple[Submission, list[Submission]]],
    pools: Pools,
    tier: str,
    jobs: int = 1,
    limits: Limits | None = None,
    before: Callable[[str, str], dict[str, Any] | None] = lambda student, exercise_id: None,
    place: running.Place | None = None,
) -> Iterator[dict[str, Any]]:
    """Grade what ``class_of`` chose, yielding each record as it is done.

    The order of the records is that in which they are done; their content depends on nothing but the submission,
    the definition, the secret and the grader. ``before(student, exercise_id)`` is a record of an earlier run: where
    all of these are the same, it is taken. ``place`` is where it is done; if none is given, ``jobs`` threads.

    Raises
    ------
    running.Lost
        At the end, if some submissions brought down whatever graded them; the message names them.
    """
    begun = (_begun(newest, older, pools, tier, limits, before) for newest, older in chosen)
    with contextlib.nullcontext(place) if place else running.here(jobs) as where:
        try:
            for record, found in running.run(where, graded, begun):
                yield record if found is None else _ended(record, found)
        except running.Lost as lost:
            names = ", ".join(f"{record['student']} ({record['exercise']})" for record in lost.keys[:NOTES])
            raise running.Lost(
                lost.keys,
                f"each process that graded {names} died; all others are graded. Grade these on one machine, "
                "without --cluster, and see there what they do",
            ) from lost


@functools.cache
def grader() -> str:
    """The version of the grader: that of the package, and a fingerprint of the files that judge and explain."""
    rooms = (Path(__file__).parent, Path(__file__).parents[1] / "checking")
    files = sorted(path for room in rooms for path in room.rglob("*") if path.suffix in (".py", ".html"))
    parts = [path.name.encode() + b"\0" + path.read_bytes() for path in files]
    return f"{__version__}+{hashlib.sha256(b''.join(parts)).hexdigest()[:12]}"


def grade(
    submission: Submission,
    older: Sequence[Submission],
    pools: Pools,
    tier: str,
    limits: Limits | None = None,
    before: Callable[[str, str], dict[str, Any] | None] = lambda student, exercise_id: None,
) -> dict[str, Any]:
    """The record of one submission; that of an earlier run where nothing that it depends on has changed."""
    record, task = _begun(submission, older, pools, tier, limits, before)
    return record if task is None else _ended(record, graded(task))


def _begun(
    submission: Submission,
    older: Sequence[Submission],
    pools: Pools,
    tier: str,
    limits: Limits | None,
    before: Callable,
) -> tuple[dict[str, Any], Task | None]:
    """What can be told of a submission without running it, and what is to be done; None where that is all."""
    content, book_of_cells, reason = _open(submission)
    exercise_id = notebook.which_exercise(book_of_cells, submission.file)
    header: dict[str, Any] = {
        "student": _printable(submission.student),
        "exercise": exercise_id or "unknown",
        "file": _printable(submission.file),
        "sha256": submissions.sha256(content) if content is not None else None,
        "superseded": [_superseded(old) for old in older],
        "submitted": submission.submitted.astimezone(UTC).isoformat() if submission.submitted else None,
        "late": submission.late,
        "isolation": tier,
        "grader": grader(),
        "seed": fingerprint(pools.secret),
        "definition": stored.fingerprint(load(exercise_id)) if exercise_id else None,
        "reason": reason,
    }
    earlier = before(header["student"], header["exercise"])
    if earlier is not None and all(earlier.get(key, ...) == header[key] for key in set(header) - TIMES):
        # Only when it was handed in may be told otherwise now: that changes no point of the record.
        return earlier if all(earlier.get(key, ...) == header[key] for key in TIMES) else {**earlier, **header}, None
    record = {**header, "title": "No exercise", "points": 0, "out_of": 0, "notes": [], "terms": [], "lines": []}
    record["flags"] = []
    if older:
        names = ", ".join(old["file"] for old in record["superseded"])
        counts = "this one is the newest and counts. Not graded" if exercise_id else "none is an exercise. The others"
        record["notes"].append(f"There is more than one file; {counts}: {names}.")
    if tier == "none":
        record["notes"].append("Graded without isolation.")
    if exercise_id is None:
        if content is not None and not submission.file.endswith(".ipynb"):
            return {**record, "status": "not a notebook"}, None
        return {**record, "status": "unreadable" if reason else "unknown exercise"}, None
    exercise = load(exercise_id)
    record |= {"title": f"{exercise.label} {exercise.title}", "out_of": exercise.points}
    if book_of_cells is None:
        return {**record, "status": "unreadable"}, None
    cells, fixtures = notebook.code_cells(book_of_cells), pools.picked(exercise, submission.student)
    return record, Task(exercise.id, cells, fixtures, tier, limits, header["grader"], header["definition"])


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


def _ended(record: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return {**record, **found, "notes": record["notes"] + found.get("notes", [])}


def examine(
    exercise: Exercise, cells: Sequence[tuple[int, str]], fixtures: Sequence[Fixture], tier: str,
    limits: Limits | None = None,
) -> tuple[list[TermResult], Collected]:  # fmt: skip
    """The results of a submission's cells on these fixtures, and what happened in its room."""
    collected = collect(tier, cells, requests(exercise, fixtures), limits)
    return judge(exercise, fixtures, collected.answers, hidden=True), collected


def _open(submission: Submission) -> tuple[bytes | None, Any, str]:
    """The content, the notebook, and why one of them is not there."""
    try:
        content = submission.read()
    except Unreadable as error:
        return None, None, str(error)
    try:
        return content, notebook.parse(content), ""
    except Unreadable as error:
        return content, None, str(error)


def _exercise_id(submission: Submission) -> str:
    return notebook.which_exercise(_open(submission)[1], submission.file) or "unknown"


def _superseded(submission: Submission) -> dict[str, Any]:
    content = _open(submission)[0]
    return {
        "file": _printable(submission.file),
        "sha256": submissions.sha256(content) if content is not None else None,
    }


def _place(error: Exception) -> str:
    """Which exception, and where in the grader. Its text could hold a hidden input."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} in {Path(last.filename).name}, line {last.lineno}"


def _printable(name: str) -> str:
    r"""A name without what is no character or steers a terminal; two names never become one.

    >>> _printable("Ada Lovelace"), _printable("\x1b[2J"), _printable("\udcff"), _printable("\\xff")
    ('Ada Lovelace', '\\u001b[2J', '\\xff', '\\\\xff')
    """
    text = name.replace("\\", "\\\\").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 1 << 16 else f"\\U{ord(c):08x}" for c in text
    )


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
