"""Grade a class: each submission in a room of its own, with inputs that it has not seen, compared outside.

Hidden fixtures come from the class's secret (``pool``). Nothing else is secret; the definitions and the formulas may
be read by anyone.
"""

import contextlib
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import UTC
from typing import Any

from ..exercises import load, stored
from . import notebook, running, submissions, task
from .collect import Limits
from .pool import Pools, fingerprint
from .submissions import Submission, Unreadable, printable

# More submissions that could not be graded are not named.
NAMES = 20
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
        there = {printable(submission.student) for submission in found}
        for student in students:
            if student not in there:
                raise NoSuchStudent(student, there)
        found = [submission for submission in found if printable(submission.student) in students]
    groups: dict[tuple[str, str], list[Submission]] = {}
    for submission in found:
        exercise_id = exercise_of(submission)
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
    place: running.Place | None = None,
) -> Iterator[dict[str, Any]]:
    """Grade what ``class_of`` chose, yielding each record as it is done.

    The order of the records is that in which they are done; their content depends on nothing but the submission,
    the definition, the secret and the grader. ``before(student, exercise_id)`` is a record of an earlier run: where
    all of these are the same, it is taken. ``place`` is where it is done; if none is given, this machine with ``jobs`` at a time.

    Raises
    ------
    running.Lost
        At the end, if some submissions brought down whatever graded them; the message names them.
    """
    begun = (_begun(newest, older, pools, tier, limits, before) for newest, older in chosen)
    with contextlib.nullcontext(place) if place else running.here(jobs) as where:
        try:
            for record, found in running.run(where, task.graded, begun):
                yield record if found is None else _ended(record, found)
        except running.Lost as lost:
            names = ", ".join(f"{record['student']} ({record['exercise']})" for record in lost.keys[:NAMES])
            raise running.Lost(
                lost.keys,
                f"each process that graded {names} died; all others are graded. Grade these on one machine, "
                "without --cluster, and see there what they do",
            ) from lost


def grade(
    submission: Submission,
    older: Sequence[Submission],
    pools: Pools,
    tier: str,
    limits: Limits | None = None,
    before: Callable[[str, str], dict[str, Any] | None] = lambda student, exercise_id: None,
) -> dict[str, Any]:
    """The record of one submission; that of an earlier run where nothing that it depends on has changed."""
    record, todo = _begun(submission, older, pools, tier, limits, before)
    return record if todo is None else _ended(record, task.graded(todo))


def _begun(
    submission: Submission,
    older: Sequence[Submission],
    pools: Pools,
    tier: str,
    limits: Limits | None,
    before: Callable,
) -> tuple[dict[str, Any], task.Task | None]:
    """What can be told of a submission without running it, and what is to be done; None where that is all."""
    content, book_of_cells, reason = _open(submission)
    exercise_id = notebook.which_exercise(book_of_cells, submission.file)
    header: dict[str, Any] = {
        "student": printable(submission.student),
        "exercise": exercise_id or "unknown",
        "file": printable(submission.file),
        "sha256": submissions.sha256(content) if content is not None else None,
        "superseded": [_superseded(old) for old in older],
        "submitted": submission.submitted.astimezone(UTC).isoformat() if submission.submitted else None,
        "late": submission.late,
        "isolation": tier,
        "grader": task.grader(),
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
    return record, task.Task(exercise.id, cells, fixtures, tier, limits, header["grader"], header["definition"])


def _ended(record: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
    return {**record, **found, "notes": record["notes"] + found.get("notes", [])}


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


def exercise_of(submission: Submission) -> str:
    """The id of the exercise that a submission is, or ``unknown``."""
    return notebook.which_exercise(_open(submission)[1], submission.file) or "unknown"


def _superseded(submission: Submission) -> dict[str, Any]:
    content = _open(submission)[0]
    return {
        "file": printable(submission.file),
        "sha256": submissions.sha256(content) if content is not None else None,
    }
