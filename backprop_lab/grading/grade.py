"""Grade a class: each submission in a room of its own, with inputs that it has not seen, compared outside.

Hidden fixtures come from the class's secret (``pool``). Nothing else is secret; the definitions and the formulas may
be read by anyone.
"""

import functools
import hashlib
import traceback
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .. import __version__
from ..checking.judge import judge, requests
from ..checking.outcome import TermResult
from ..checking.say import error_name, lines
from ..exercises import Exercise, Fixture, load, stored
from . import notebook, sandbox, submissions
from .collect import Collected, Limits, collect
from .pool import Pools, fingerprint
from .submissions import Submission, Unreadable

# More cells that failed are counted, not told one by one.
NOTES = 20


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


def grade_class(
    chosen: Sequence[tuple[Submission, list[Submission]]],
    pools: Pools,
    tier: str,
    jobs: int = 1,
    limits: Limits | None = None,
    before: Callable[[str, str], dict[str, Any] | None] = lambda student, exercise_id: None,
) -> Iterator[dict[str, Any]]:
    """Grade what ``class_of`` chose, yielding each record as it is done.

    The order of the records is that in which they are done; their content depends on nothing but the submission,
    the definition, the secret and the grader. ``before(student, exercise_id)`` is a record of an earlier run: where
    all of these are the same, it is taken.
    """

    def one(submission: Submission, older: Sequence[Submission]) -> dict[str, Any]:
        return grade(submission, older, pools, tier, limits, before)

    workers = ThreadPoolExecutor(jobs)
    try:
        futures = [workers.submit(one, newest, older) for newest, older in chosen]
        for future in as_completed(futures):
            yield future.result()
    finally:
        workers.shutdown(cancel_futures=True)


@functools.cache
def grader() -> str:
    """The version of the grader: that of the package, and a fingerprint of the files that judge and explain."""
    rooms = (Path(__file__).parent, Path(judge.__code__.co_filename).parent)
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
    content, book_of_cells, reason = _open(submission)
    exercise_id = notebook.which_exercise(book_of_cells, submission.file)
    header: dict[str, Any] = {
        "student": _printable(submission.student),
        "exercise": exercise_id or "unknown",
        "file": _printable(submission.file),
        "sha256": submissions.sha256(content) if content is not None else None,
        "superseded": [_superseded(old) for old in older],
        "isolation": tier,
        "grader": grader(),
        "seed": fingerprint(pools.secret),
        "definition": stored.fingerprint(load(exercise_id)) if exercise_id else None,
        "reason": reason,
    }
    earlier = before(header["student"], header["exercise"])
    if earlier is not None and all(earlier.get(key, ...) == value for key, value in header.items()):
        return earlier
    record = {**header, "title": "No exercise", "points": 0, "out_of": 0, "notes": [], "terms": [], "lines": []}
    if older:
        names = ", ".join(old["file"] for old in record["superseded"])
        counts = "this one is the newest and counts. Not graded" if exercise_id else "none is an exercise. The others"
        record["notes"].append(f"There is more than one file; {counts}: {names}.")
    if tier == "none":
        record["notes"].append("Graded without isolation.")
    if exercise_id is None:
        if content is not None and not submission.file.endswith(".ipynb"):
            return {**record, "status": "not a notebook"}
        return {**record, "status": "unreadable" if reason else "unknown exercise"}
    exercise = load(exercise_id)
    record |= {"title": f"{exercise.label} {exercise.title}", "out_of": exercise.points}
    if book_of_cells is None:
        return {**record, "status": "unreadable"}
    fixtures = pools.picked(exercise, submission.student)
    try:
        results, collected = examine(exercise, notebook.code_cells(book_of_cells), fixtures, tier, limits)
        return {
            **record,
            "status": _status(results, collected),
            "points": sum(result.points for result in results),
            "notes": record["notes"] + _cell_notes(collected),
            "terms": [_term(result) for result in results],
            "lines": [asdict(told) for told in lines(exercise, results, hidden=True)],
        }
    except (sandbox.NoIsolation, OSError):
        raise  # that is the machine's, and the next submission would fare no better
    except Exception as error:
        # A fault of the grader, brought out by a value that nobody thought of: it must not end the class.
        return {**record, "status": "not judged", "reason": _place(error)}


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
