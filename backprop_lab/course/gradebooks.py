"""The files that Canvas and Moodle import grades from: rows of cells, whose first is the head line.

A cell by which a platform tells people apart is written as the platform knows it, or its row is left out: with an
apostrophe in front of a formula, as in our own tables, Canvas would find nobody and Moodle would refuse the whole
file. So nobody is told apart by what a spreadsheet would take for a formula, or a platform's reader would change.
Names tell nobody apart in these files, as each row has a number or a login. Canvas's gets them, defused, for whoever
reads the file; Moodle's has none.

Nobody is in a file who has no grade in it. Of the others an empty cell is what they did not hand in. Neither platform
skips such a cell: a grade that stands there is taken away, and Canvas shows that before it is done. Where grades are
entered by hand too, import an exercise at a time: a file of one of ``apart`` has no empty cell.
"""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal

from .. import exercises
from ..grading.results import plain_cell
from .roster import Enrolled, Roster

Finals = Mapping[tuple[str, str], tuple[Decimal, int]]
Columns = Mapping[str, str]

# Of the columns of an import file these are Canvas's own; one whose name has one of these words is not read.
CANVAS_OWN = ("Student", "LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Section", "Integration ID",
              "Root Account")  # fmt: skip
CANVAS_UNREAD = tuple(
    f"{which} {what}"
    for which, whats in {
        "Current": ("Score", "Points", "Grade"),
        "Final": ("Score", "Points", "Grade"),
        "Override": ("Score", "Grade", "Status"),
    }.items()
    for what in whats
)
# The columns of Moodle's file by ours, the surest first; in its form “Map to” is the name in brackets.
MOODLE_IDENTITY = {"email": "Email address", "id_number": "ID number", "username": "Username"}


class NoColumn(ValueError):
    """A platform would not find its grades under this name; the message says why, and what to do."""


def canvas(roster: Roster, finals: Finals, columns: Columns) -> list[list[str]]:
    """Canvas's gradebook import: a row of points possible, then a row a student; nothing where nobody can be in it.

    Parameters
    ----------
    finals : dict
        By student and exercise the points, and those that the exercise has.
    columns : dict
        By exercise how the gradebook names it, such as "E1 One neuron (4711)"; the name of the exercise otherwise.

    Raises
    ------
    NoColumn
        If Canvas would not take a column for an assignment of its own.
    """
    listed = _listed(roster, finals, _on_canvas)
    if not listed:
        return []
    ids, names = _names(finals, columns)
    for name in names:
        check_canvas(name)
    most: dict[str, int] = {}
    for (_, exercise), (_, out_of) in finals.items():
        most[exercise] = max(out_of, most.get(exercise, 0))
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *names]
    # Canvas tells this row by its first words.
    possible = ["    Points Possible", "", "", "", "", *(str(most[i]) for i in ids)]
    return [head, possible, *([*_on_canvas(one), *_cells(one, finals, ids)] for one in listed)]


def moodle(roster: Roster, finals: Finals, columns: Columns) -> list[list[str]]:
    """Moodle's grade import: what it knows a student by, and a column for each exercise.

    Every column in front of the grades is full: to a row without one Moodle gives the student of the row before.

    Raises
    ------
    NoColumn
        If two exercises have the same column, or one has no name.
    """
    kind = _moodle_identity(roster, finals)
    listed = _listed(roster, finals, lambda one: _on_moodle(one, kind))
    if not listed:
        return []
    ids, names = _names(finals, columns)
    kinds = [k for k in MOODLE_IDENTITY if all(_on_moodle(one, k) for one in listed)]
    head = [MOODLE_IDENTITY[k] for k in kinds]
    return [[*head, *names], *([*(_on_moodle(one, k) for k in kinds), *_cells(one, finals, ids)] for one in listed)]


def apart(finals: Finals) -> dict[str, Finals]:
    """The grades an exercise at a time, in order: in a file that is made from one of these no cell is empty.

    >>> list(apart({("ada", "e02"): (Decimal(3), 8), ("bob", "e01"): (Decimal(9), 15)}))
    ['e01', 'e02']
    """
    ids = sorted({exercise for _, exercise in finals} - {"unknown"})
    return {i: {key: final for key, final in finals.items() if key[1] == i} for i in ids}


def left_out(roster: Roster, finals: Finals, platform: str) -> list[str]:
    """Who has a grade that is not in the file for ``"canvas"`` or ``"moodle"``: the platform could not tell them."""
    kind = _moodle_identity(roster, finals)
    told = _on_canvas if platform == "canvas" else lambda one: _on_moodle(one, kind)
    listed = {one.student for one in _listed(roster, finals, told)}
    return sorted({student for student, exercise in finals if exercise != "unknown"} - listed)


def check_canvas(name: str) -> None:
    """Refuse a name of a column that Canvas does not read as an assignment's.

    Raises
    ------
    NoColumn
        The message says why, and what to do.
    """
    unread = next((words for words in CANVAS_UNREAD if words in name), "")
    if name in CANVAS_OWN or unread:
        why = f"Canvas computes columns with {unread!r} in their name itself" if unread else "Canvas has a column of it"
        raise NoColumn(f"the column {name!r} would not be read: {why}; give the assignment another name")
    if _changed_by_canvas(name):
        raise NoColumn(f"the column {name!r} would be read as a number; give the assignment a name with a word in it")


def _listed(roster: Roster, finals: Finals, told: Callable[[Enrolled], object]) -> list[Enrolled]:
    """Who has a grade and can be told by the platform."""
    graded = {student for student, exercise in finals if exercise != "unknown"}
    return [one for one in roster.enrolled if one.student in graded and told(one)]


def _names(finals: Finals, columns: Columns) -> tuple[list[str], list[str]]:
    """The exercises that somebody has a grade in, and the names of their columns."""
    ids = sorted({exercise for _, exercise in finals} - {"unknown"})
    names = [columns[i] if i in columns else _title(i) for i in ids]
    for place, (i, name) in enumerate(zip(ids, names, strict=True)):
        if not name.strip() or name != name.strip() or not name.isprintable():
            raise NoColumn(f"the column of {i} is {name!r}; expected one line of text with no blank at its ends")
        if name in names[:place]:
            other = ids[names.index(name)]
            raise NoColumn(f"{other} and {i} have the same column {name!r}; give each one of its own")
    return ids, names


def _title(exercise_id: str) -> str:
    exercise = exercises.load(exercise_id)
    return f"{exercise.label} {exercise.title}"


def _cells(one: Enrolled, finals: Finals, ids: list[str]) -> list[str]:
    return [_number(finals[one.student, i][0]) if (one.student, i) in finals else "" for i in ids]


def _number(points: Decimal) -> str:
    """Points with a point, as both platforms read them in any language.

    >>> _number(Decimal("7.50")), _number(Decimal(10)), _number(Decimal("1E+1"))
    ('7.5', '10', '10')
    """
    text = f"{points:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _on_canvas(one: Enrolled) -> list[str]:
    """What Canvas knows somebody by, after the name; nothing where it could not tell them."""
    login, user = (_exact(cell) if not _changed_by_canvas(cell) else "" for cell in (one.sis_login_id, one.sis_user_id))
    if not (one.canvas_id or user or login):
        return []
    # A name with these words would be taken for the row of points.
    name = plain_cell(one.name or one.student).replace("Points Possible", "Points\N{NO-BREAK SPACE}Possible")
    return [name, one.canvas_id, user, login, plain_cell(one.section)]


def _changed_by_canvas(cell: str) -> bool:
    """Canvas takes what is all digits, points and commas for a number, and leaves one point in it.

    >>> _changed_by_canvas("1.234.567"), _changed_by_canvas("0012345")
    (True, False)
    """
    return bool(re.fullmatch(r"-?[0-9.,]+%?", cell)) and not cell.strip("-%").isdecimal()


def _moodle_identity(roster: Roster, finals: Finals) -> str:
    """Of the columns that Moodle can be told to look in, the one by which most can be told."""
    graded = _listed(roster, finals, lambda _: True)
    return max(MOODLE_IDENTITY, key=lambda kind: sum(bool(_on_moodle(one, kind)) for one in graded))


def _on_moodle(one: Enrolled, kind: str) -> str:
    """What Moodle knows somebody by, or nothing: PHP takes "0" for empty, and reads a quotation mark in its own way."""
    cell = _exact(getattr(one, kind))
    return "" if cell == "0" or '"' in cell or "\\" in cell else cell


def _exact(cell: str) -> str:
    return cell if plain_cell(cell) == cell else ""
