"""Points that the instructor gives or takes by hand: read from a table, with a reason each, and never written to.

The table is ``student,exercise,points,reason``, as a spreadsheet saves it: with commas, semicolons or tabs, with or
without a byte order mark, and with a comma in the points where that is the custom. Several rows for one grade add up.
"""

import csv
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from .. import exercises

HEAD = ("student", "exercise", "points", "reason")
SIZE_LIMIT = 4 << 20
REASON_LIMIT = 500
# Spreadsheets write the true minus sign too.
POINTS = re.compile(r"[+\-\N{MINUS SIGN}]?[0-9]{1,4}(?:[.,][0-9]{1,2})?")


class BadAdjustments(Exception):
    """The table cannot be used; the message names the file and the line, and says what to do."""


@dataclass(frozen=True)
class Adjustment:
    """Points given (or, negative, taken), and why."""

    points: Decimal
    reason: str


Adjustments = Mapping[tuple[str, str], tuple[Adjustment, ...]]


def read(path: Path, students: Callable[[str], str | None], hint: Callable[[str], str]) -> Adjustments:
    """The adjustments of each student and exercise; none where there is no such file.

    Parameters
    ----------
    students
        The student of the class that a cell names, or None.
    hint
        What to say of a name that nobody in the class has.

    Raises
    ------
    BadAdjustments
        At the first row that cannot be used.
    """
    found: dict[tuple[str, str], tuple[Adjustment, ...]] = {}
    for line, row in _rows(path):

        def bad(what: str, line: int = line) -> BadAdjustments:
            return BadAdjustments(f"{path}, line {line}: {what}")

        if len(row) != len(HEAD):
            raise bad(
                f"got {len(row)} cells, expected 4: {', '.join(HEAD)} (put a reason with commas in it into quotes)"
            )
        student, exercise_id, points, reason = (cell.strip() for cell in row)
        whose = students(student)
        if whose is None and student.startswith("'"):
            # As our own tables write a name that a spreadsheet would take for a formula.
            whose = students(student[1:])
        if not student or whose is None:
            raise bad(f"nobody in the class is named {_shown(student)}; {hint(student)}")
        try:
            exercises.load(exercise_id)
        except ValueError as error:
            raise bad(_plain(str(error))) from error
        if not POINTS.fullmatch(points):
            raise bad(f"got {_shown(points)} as points, expected a number such as 2, -1.5 or +0.25")
        if not reason:
            raise bad(f"the reason is missing; say why {_plain(student)} gets {points} points, since they will read it")
        if len(reason) > REASON_LIMIT:
            raise bad(f"the reason has {len(reason)} characters, and {REASON_LIMIT} are allowed")
        number = Decimal(points.replace(",", ".").replace("\N{MINUS SIGN}", "-"))
        found[whose, exercise_id] = (*found.get((whose, exercise_id), ()), Adjustment(number, _plain(reason)))
    return found


def _rows(path: Path) -> list[tuple[int, list[str]]]:
    """The rows below the head, with their lines; empty ones are left out."""
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise BadAdjustments(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    if len(content) > SIZE_LIMIT:
        raise BadAdjustments(f"{path} has more than the {SIZE_LIMIT >> 20} MiB that are allowed")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadAdjustments(f"{path}, line {line}: not UTF-8; save it as “CSV UTF-8” in your spreadsheet") from error
    if not text.strip():
        return []
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows, before = [], 0
    try:
        for row in reader:
            # The line in which the row begins: a reason may go over several.
            line, before = before + 1, reader.line_num
            if any(cell.strip() for cell in row):
                rows.append((line, row))
    except csv.Error as error:
        raise BadAdjustments(
            f"{path}, line {reader.line_num}: {error}; expected a table of {','.join(HEAD)}"
        ) from error
    line, head = rows[0]
    if tuple(cell.strip().lower() for cell in head) != HEAD:
        raise BadAdjustments(
            f"{path}, line {line}: got the head line {_shown(delimiter.join(head))}, expected {','.join(HEAD)}"
        )
    return rows[1:]


def _shown(text: str) -> str:
    return f"“{_plain(text[:80])}{'…' if len(text) > 80 else ''}”"


def _plain(text: str) -> str:
    """Text in one line that steers no terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
