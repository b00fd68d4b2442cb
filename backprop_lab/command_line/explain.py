"""``explain``: one grade replayed from its record, for whoever is asked why it is what it is.

Nothing is graded, opened for writing or drawn: what is said stands in the record, or follows from files that have
not changed since. No hidden input is told; of them the record holds none.
"""

import json
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from .. import exercises
from ..checking.report import WIDTH, Report, of_points
from ..course import feedback
from ..course.standing import Standing, shown, standings
from ..exercises import stored
from ..grading import flags
from ..grading.pool import fingerprint
from ..grading.results import MARKER, STATUSES, NotOurs, Store, safe
from ..grading.task import grader
from . import as_json
from .desk import Desk
from .refuse import nearest, refuse

SUPERSEDED = 20
SAME = "the same as now"


def explain(
    student: Annotated[str, typer.Argument(help="As grades.csv names them.")],
    exercise: Annotated[str, typer.Argument(help="Its id, such as e01; unknown is what was none of the exercises.")],
    out: Annotated[
        Path | None, typer.Option(help="The folder that grade wrote; where not given, graded/ of --course.")
    ] = None,
    seed_file: Annotated[
        Path | None, typer.Option(help="The class's secret, where grade was given one: to tell whether it has changed.")
    ] = None,
    course: Annotated[
        Path | None,
        typer.Option(metavar="FOLDER", help="The course: then lateness and adjustments are told too."),
    ] = None,
    as_object: Annotated[
        bool, typer.Option("--json", help="Print JSON and nothing else: docs/command-line.md tells the keys.")
    ] = False,
) -> None:
    """Say how one grade came about, from its record: what was handed in, each term, and what has changed since."""
    desk = Desk.open(course, out) if course else None
    out = desk.out if desk else out
    if out is None:
        refuse("give --out, the folder that grade wrote, or --course with a folder that backprop-lab course init made")
    if desk and seed_file:
        refuse(f"--seed-file and --course: the course's secret is {desk.course.seed}; leave out one of the two")
    if desk and desk.course.seed.is_file():
        seed_file = desk.course.seed
    if not out.exists():
        refuse(f"{out} does not exist; give the folder that grade wrote as --out")
    if not (out / MARKER).is_file():
        refuse(f"{out} was not written by grade: there is no {MARKER} in it; give the folder that was grade's --out")
    # The id becomes a file's name below: anything else than an id must not get there.
    if not re.fullmatch(r"e\d\d|unknown", exercise):
        _no_such_exercise(exercise)
    store = Store(out)
    record = store.record(student, exercise)
    damaged = f"the record of {student} for {exercise} is damaged; grade anew: {_again(out, student, exercise, course)}"
    if record is None and (out / "results" / safe(student) / f"{exercise}.json").exists():
        refuse(_plain(damaged))
    if desk:
        desk.believe()
    if record is None and desk and (nothing := desk.grades([]).each.get((student, exercise))):
        if as_object:
            as_json.say(as_json.explained(nothing, None, {}))
        else:
            typer.echo("\n".join(_plain(line) for line in _never_handed_in(nothing)))
        return
    if record is None:
        _no_record(out, student, exercise)
    try:
        secret = store.seed(seed_file) if seed_file or (out / "private" / "seed").is_file() else None
    except NotOurs as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename}: {(error.strerror or str(error)).lower()}")
    try:
        if (record["student"], record["exercise"]) != (student, exercise):
            raise ValueError
        grades = desk.grades([record]) if desk else standings([record])
        told = [_plain(line) for line in _told(record, out, secret, grades.of(record), course)]
        if as_object:
            as_json.say(as_json.explained(grades.of(record), record, _same(record, secret)))
            return
    except (AttributeError, KeyError, TypeError, ValueError):
        refuse(_plain(damaged))
    typer.echo("\n".join(told))


def _told(
    record: Mapping[str, Any], out: Path, secret: bytes | None, grade: Standing, course: Path | None
) -> Iterator[str]:
    definition = _now(record["exercise"])
    points = of_points(shown(grade.points), record["out_of"])
    yield f"{record['student']}, {record['title']}: {points}, {record['status']}"
    yield from _wrapped(STATUSES[record["status"]] + (f" The reason: {record['reason']}." if record["reason"] else ""))
    yield from ("", "What was handed in")
    yield from _handed_in(record)
    if record["notes"]:
        yield from ("", "Notes")
        for note in record["notes"]:
            yield from _wrapped(note)
    if record["terms"]:
        yield from ("", "Terms")
        yield from _terms(record)
    yield from ("", "Points")
    yield from _wrapped(_arithmetic(record))
    for said in grade.said:
        yield from _wrapped(said)
    if words := flags.told(record):
        yield from ("", "Worth a look; this took no points, and the student is not told")
        for said in words:
            yield from _wrapped(said)
    yield from ("", "Hidden inputs")
    yield from _wrapped(_inputs(record, definition))
    yield from ("", "Graded with")
    now = fingerprint(secret) if secret is not None else None
    without = record["isolation"] == "none"
    yield f"  isolation:   {record['isolation']}{', so the submission ran with your rights' if without else ''}"
    yield f"  grader:      {record['grader']}: {_compared('grader', record['grader'], grader())}"
    if record["definition"] is not None:
        yield f"  definition:  {record['definition']}: {_compared('definition', record['definition'], definition)}"
    yield f"  secret:      fingerprint {record['seed']}: {_compared('secret', record['seed'], now)}"
    yield from ("", "To grade it anew, also where nothing has changed")
    yield f"  {_again(out, record['student'], record['exercise'], course)}"


def _never_handed_in(grade: Standing) -> Iterator[str]:
    """A grade that came of an adjustment alone."""
    yield f"{grade.student}, {grade.title}: {of_points(shown(grade.points), grade.out_of)}, {grade.status}"
    yield from ("", "Points")
    for said in grade.said:
        yield from _wrapped(said)


def _handed_in(record: Mapping[str, Any]) -> Iterator[str]:
    yield f"  file:        {record['file']}"
    yield f"  sha256:      {record['sha256'] or 'none: it could not be read'}"
    if record.get("submitted"):
        yield f"  handed in:   {record['submitted']}"
    if record.get("late"):
        yield "  late:        so marked by the platform"
    for old in record["superseded"][:SUPERSEDED]:
        yield f"  superseded:  {old['file']}, sha256 {old['sha256'] or 'none: it could not be read'}"
    more = len(record["superseded"]) - SUPERSEDED
    if more > 0:
        yield f"  superseded:  {more} more"


def _terms(record: Mapping[str, Any]) -> Iterator[str]:
    """Each term as the grader counted it, then in the words of the student's page."""
    for term, told in zip(record["terms"], record["lines"], strict=True):
        said = [f"{of_points(term['points'], term['out_of'])}, {term['outcome']}"]
        if term["approximate"]:
            said.append("to the precision of float32")
        if term["followed"]:
            said.append("judged with the values that the student's own functions gave")
        if term["mistakes"]:
            said.append(f"mistakes named: {' '.join(term['mistakes'])}")
        yield from _wrapped(f"{term['term']}: {'; '.join(said)}")
        # The title of a report of one line is left out.
        yield from (f"  {line}" for line in repr(Report("", (feedback.line(told),))).split("\n")[1:])


def _arithmetic(record: Mapping[str, Any]) -> str:
    if not record["terms"]:
        return f"No term was judged, so none of {of_points(record['out_of'], record['out_of'])}."
    total = sum(term["points"] for term in record["terms"])
    most = sum(term["out_of"] for term in record["terms"])
    parts = " + ".join(f"{term['points']} ({term['term']})" for term in record["terms"])
    said = f"{parts} = {total} of {most}. A term gives all of its points or none."
    if (total, most) != (record["points"], record["out_of"]):
        said += f" The record says {record['points']} of {record['out_of']}: it was changed by hand, or is damaged."
    return said


def _inputs(record: Mapping[str, Any], definition: str | None) -> str:
    """Which kinds of inputs were asked. Every submission is asked each variation once (``Pools.picked``)."""
    if not record["terms"]:
        return "None were asked."
    if definition is None or record["definition"] != definition:
        return "The definition has changed since, and the record holds no list of them; grade anew to be told."
    variations = exercises.load(record["exercise"]).variations
    return f"One of each kind, {len(variations)} in all: {'; '.join(variations)}."


def _now(exercise_id: str) -> str | None:
    """The fingerprint of the definition as it is today, or None where there is none."""
    return stored.fingerprint(exercises.load(exercise_id)) if exercise_id in exercises.names() else None


def _same(record: Mapping[str, Any], secret: bytes | None) -> dict[str, bool | None]:
    """What a grade depends on: is it as it was? None where that cannot be told."""
    return {
        "grader": record["grader"] == grader(),
        "definition": None if record["definition"] is None else record["definition"] == _now(record["exercise"]),
        "secret": None if secret is None else record["seed"] == fingerprint(secret),
    }


def _compared(what: str, then: str, now: str | None) -> str:
    if now is None and what == "secret":
        return "not compared, since it is not in OUT/private; give it with --seed-file"
    if now is None:
        return "there is no such exercise any more"
    return SAME if then == now else f"the {what} has changed since (now {now}): grading would grade anew"


def _again(out: Path, student: str, exercise_id: str, course: Path | None = None) -> str:
    where = ["--course", str(course)] if course else ["--out", str(out)]
    if course and out != course / "graded":
        where += ["--out", str(out)]
    told = [*where, f"--only={student}", "--exercises", exercise_id, "--regrade"]
    # Without the file that was given, grade would make a secret of its own and ask other inputs.
    given = "" if course or (out / "private" / "seed").is_file() else " --seed-file SECRET"
    return f"backprop-lab grade FOLDER {shlex.join(told)}{given}"


def _no_such_exercise(exercise_id: str) -> None:
    try:
        exercises.load(exercise_id)
    except ValueError as error:
        refuse(str(error))


def _no_record(out: Path, student: str, exercise_id: str) -> NoReturn:
    """Refuse, with what there is instead."""
    there: dict[str, list[str]] = {}
    for path in sorted((out / "results").glob("*/*.json")):
        try:
            there.setdefault(json.loads(path.read_text("utf-8"))["student"], []).append(path.stem)
        except (OSError, ValueError, TypeError, KeyError):
            continue
    if student not in there:
        refuse(_plain(f"{out} holds no record of a student {student}; {nearest(student, there)}"))
    if exercise_id != "unknown":
        _no_such_exercise(exercise_id)
    refuse(_plain(f"{student} has no record for {exercise_id}; there are: {', '.join(there[student])}"))


def _wrapped(text: str) -> list[str]:
    return textwrap.wrap(
        text, WIDTH, initial_indent="  ", subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def _plain(text: str) -> str:
    """Text that steers no terminal, also where a record was changed by hand."""
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)
