"""What Canvas and Moodle make of a file of grades: the steps of their importers, small, for tests of ours.

The formats are told by the importers alone. Canvas: ``lib/gradebook_importer.rb``, ``Assignment.title_and_id`` in
``app/models/assignment.rb`` (instructure/canvas-lms). Moodle: ``lib/csvlib.class.php`` and
``grade/import/csv/classes/load_data.php``, ``grade_item::update_final_grade`` in ``lib/grade/grade_item.php``
(moodle/moodle).

Three things are stricter here than there. Canvas takes a file without a row of points, and asks what to do with an
assignment or a student that it does not know. PHP's reader of tables takes a backslash in front of a quotation mark
for an escape. All of these are refused.
"""

import csv
import io
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

CALCULATED = re.compile("|".join(f"{a} {b}" for a, bs in {
    "Current": ("Score", "Points", "Grade"), "Final": ("Score", "Points", "Grade"),
    "Override": ("Score", "Grade", "Status")}.items() for b in bs))  # fmt: skip


class Refused(Exception):
    """The platform does not take the file; the message says at which of its steps."""


@dataclass(frozen=True)
class CanvasUser:
    id: int
    name: str
    sis_user_id: str = ""
    login: str = ""


@dataclass(frozen=True)
class MoodleUser:
    id: int
    email: str = ""
    idnumber: str = ""
    username: str = ""


def canvas_import(text, users, assignments):
    """The points possible by assignment, and by user's and assignment's id what their cell says, blank ones too.

    Parameters
    ----------
    users : list of CanvasUser
    assignments : dict
        Title by id.
    """
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}")
    delimiter = _canvas_delimiter(text.splitlines()[:3])
    try:
        lines = [line for line in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if line]
    except csv.Error as error:
        raise Refused(f"no clean CSV: {error}") from error
    rows = [[_point(cell) for cell in line] for line in lines if not re.fullmatch("[;, ]*", delimiter.join(line))]
    if not rows:
        raise Refused("invalid header row: nothing there")
    user_column, login_column, width = _canvas_head(rows[0])
    head = rows[0]
    places = {}
    for name in head[width:]:
        if not CALCULATED.search(name):
            # Of two of the same name it is the first that is read.
            places[_canvas_assignment(name, assignments)] = head.index(name)
    if len({*places}) != len([name for name in head[width:] if not CALCULATED.search(name)]):
        raise Refused("two columns are one assignment")
    possible, grades = None, {}
    for row in rows[1:]:
        if "Points Possible" in row[0]:
            possible = {assignment: Decimal(row[place]) for assignment, place in places.items()}
        elif not all(re.fullmatch(r"(?i)\s*(Muted|Manual Posting.*)?\s*", cell) for cell in row):
            user = _canvas_user(row, users, user_column, login_column)
            for assignment, place in places.items():
                grades[user, assignment] = row[place].strip()
    if possible is None:
        raise Refused("no row of points possible: a new assignment would have none")
    return possible, grades


def _canvas_delimiter(first):
    counts = {}
    for separator in ";,":
        try:
            sizes = {len(next(csv.reader([line], delimiter=separator, strict=True), [])) for line in first}
        except csv.Error:
            sizes = set()
        counts[separator] = sizes.pop() if len(sizes) == 1 else 0
    return ";" if counts[";"] > counts[","] else ","


def _point(cell):
    """What is all digits, points and commas becomes a number with one point."""
    if not re.fullmatch(r"-?[0-9.,]+%?", cell):
        return cell
    parts = re.split("[,.]", cell.rstrip(".,"))
    return ".".join(["".join(parts[:-1]), parts[-1]]) if len(parts) > 1 else parts[0]


def _canvas_head(head):
    if not (len(head) > 3 and "Student" in head[0] and "ID" in head[1]):
        raise Refused("invalid header row: no Student and ID in front")
    user_column = login_column = None
    width = 3
    if re.search(r"SIS\s+Login\s+ID", head[2]):
        login_column, width = 2, 4
    elif re.search(r"SIS\s+User\s+ID", head[2]) and re.search(r"SIS\s+Login\s+ID", head[3]):
        user_column, login_column, width = 2, 3, 5
        for more in (r"Integration\s+ID", r"Root\s+Account"):
            width += bool(len(head) >= width and re.search(more, head[width - 1]))
    if width > len(head) or "Section" not in head[width - 1]:
        raise Refused("invalid header row: no Section")
    return user_column, login_column, width


def _canvas_assignment(name, assignments):
    told = re.fullmatch(r"(.*)\s\((\d+)\)", name)
    if told and int(told[2]) in assignments:
        return int(told[2])
    found = [i for i, title in assignments.items() if title == name]
    if not found:
        raise Refused(f"asks: is {name!r} a new assignment?")
    return found[0]


def _canvas_user(row, users, user_column, login_column):
    number = re.match(r"\s*(\d+)", row[1])
    found = [user for user in users if number and user.id == int(number[1])]
    for column, known in ((user_column, "sis_user_id"), (login_column, "login")):
        if not found and column is not None and row[column]:
            found = [user for user in users if getattr(user, known) == row[column]]
    found = found or [user for user in users if user.name == row[0]]
    if not found:
        raise Refused(f"asks: is {row[0]!r} a new student?")
    return found[0].id


def moodle_import(text, users, told_by, items, separator=","):
    """By user's id and item the grade, or None where one that is there is taken away.

    Parameters
    ----------
    users : list of MoodleUser
    told_by : pair of str
        What is chosen in the form: the name of a column (map from), and the field of a user (map to).
    items : dict
        By the name of a column the item that is chosen for it; other columns are ignored.
    """
    head, *rows = _moodle_rows(text, separator)
    head = [name.strip() for name in head]
    for name in (told_by[0], *items):
        if name not in head:
            raise Refused(f"no column {name!r} to choose; there are {head}")
    grades, user = {}, None
    for row in rows:
        new = {}
        for name, value in zip(head, map(str.strip, row), strict=True):
            # PHP's empty() is true of "0". Who is looked for is not forgotten from one row to the next.
            if name == told_by[0] and value not in ("", "0"):
                found = [one for one in users if getattr(one, told_by[1]) == value]
                if len(found) != 1:
                    raise Refused(f"user mapping error: {len(found)} users whose {told_by[1]} is {value!r}")
                user = found[0].id
            elif name in items:
                new[items[name]] = _moodle_grade(value)
        if user is None:
            raise Refused("user mapping error: user not found")
        grades |= {(user, item): grade for item, grade in new.items()}
    return grades


def _moodle_rows(text, separator):
    text = text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\\" in text:
        raise Refused("a backslash, which PHP may read as an escape")
    rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator) if row]
    if not rows:
        raise Refused("the file is empty")
    if any(len(row) != len(rows[0]) for row in rows):
        raise Refused("a row has another number of columns than the head")
    return rows


def _moodle_grade(value):
    if value in ("", "-"):
        return None
    try:
        grade = Decimal(value.replace(" ", "").replace(",", "."))
    except InvalidOperation as error:
        raise Refused(f"bad grade: {value!r}") from error
    if grade > 100:
        raise Refused(f"{grade} is more than 100, the most that Moodle takes unless it is told otherwise")
    return grade
