"""Who is in the class: ``roster.csv``, made by hand or from what a learning platform exports.

``student`` is the name by which we know somebody, everywhere. The other columns are what the platforms know them by:
with these one student of several platforms is one, and grades find their way back.
"""

import csv
import io
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields
from functools import cached_property
from itertools import count
from pathlib import Path

from ..grading.results import plain_cell
from . import class_table, exports
from .class_table import NoRoster, Table, shown

__all__ = ["COLUMNS", "Enrolled", "NoRoster", "Roster", "imported"]


@dataclass(frozen=True)
class Enrolled:
    """Somebody in the class. All but ``student`` may be empty."""

    student: str
    name: str = ""
    email: str = ""
    id_number: str = ""
    username: str = ""
    canvas_id: str = ""
    sis_user_id: str = ""
    sis_login_id: str = ""
    section: str = ""


COLUMNS = tuple(field.name for field in fields(Enrolled))
# Of these nobody has another's. E-mail addresses are compared without their capitals.
UNIQUE = ("student", "email", "id_number", "username", "canvas_id", "sis_user_id", "sis_login_id")


@dataclass(frozen=True)
class Roster:
    """The class, in the order of the file."""

    enrolled: tuple[Enrolled, ...] = ()

    @classmethod
    def read(cls, path: Path) -> "Roster":
        """The roster in a file of our own form: these columns, in any order; only ``student`` is needed.

        Raises
        ------
        NoRoster
            If it is none; the message tells file and line, what stands there, and what to do.
        """
        return _ours(class_table.read(path, COLUMNS))

    def to_csv(self) -> str:
        """The roster in our own form; ``read`` gives the same one."""
        text = io.StringIO(newline="")
        rows = ([_defused(cell) for cell in astuple(one)] for one in self.enrolled)
        csv.writer(text, lineterminator="\n").writerows([COLUMNS, *rows])
        return text.getvalue()

    def student_of(self, key: str) -> str | None:
        """Whom a submission's name means: the ``student``, or None if it is nobody or could be two.

        ========== ================================== =======================================================
        platform   name of a submission (``lms``)     whom it means
        ========== ================================== =======================================================
        none       ``ada``                            ``student``, else the one with this full name
        Canvas     ``lovelaceada_12345``              who has this ``canvas_id``
        Gradescope ``Ada Lovelace_0012345``           who has this ``id_number``, SIS id or login, or ``email``
        Moodle     ``Ada Lovelace_123456``            the one with this full name: the number says nothing
        ========== ================================== =======================================================

        Moodle's numbers can be another's number elsewhere, so a number of digits alone means nobody whose name has no
        word of the key's in it, and nobody where the full name is somebody else's.
        """
        key = class_table.cleaned(key)
        if key in self._by["student"]:
            return key
        # Gradescope's and Moodle's names have no "_" in them (``lms``); their numbers, and Canvas's names, may have.
        name, _, number = key.partition("_")
        named = self._by["name"].get(_name(name), set()) | self._by["name"].get(_name(key), set())
        numbered = self._numbered(name, number) | self._of_canvas(key)
        if not numbered and (not number or number.isdecimal()):
            numbered = named
        # Of two with one number or one name, or where number and name are two people's, it is not known who.
        return next(iter(numbered)) if len(numbered) == 1 and (not named or numbered <= named) else None

    def _of_canvas(self, key: str) -> set[str]:
        found = re.fullmatch(r"(\w*)_([0-9]+)", key)
        return self._by["canvas_id"].get(found[2], set()) if found and found[1] == found[1].lower() else set()

    def _numbered(self, name: str, number: str) -> set[str]:
        columns = ("id_number", "sis_user_id", "sis_login_id")
        found = set().union(*(self._by[column].get(number, set()) for column in columns))
        if number.isdecimal():
            found = {student for student in found if _alike(name, self._names[student])}
        return found | self._by["email"].get(number.casefold(), set())

    @cached_property
    def _by(self) -> dict[str, dict[str, set[str]]]:
        """For each column, by what is in it, whose it is."""
        found: dict[str, dict[str, set[str]]] = {column: defaultdict(set) for column in COLUMNS}
        for one in self.enrolled:
            for column in COLUMNS:
                if value := getattr(one, column):
                    found[column][_compared(column, value)].add(one.student)
        return {column: dict(values) for column, values in found.items()}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {one.student: one.name for one in self.enrolled}


def imported(path: Path) -> Roster:
    """The roster in an export of Canvas, Moodle or Gradescope, or one of our own; students alone.

    ``student`` is made from the login, else the e-mail address, else the name.

    Raises
    ------
    NoRoster
        If it is none of these; the message tells file and line, what stands there, and what to do.
    """
    table = class_table.read(path, exports.KNOWN | set(COLUMNS))
    columns = set(table.columns())
    if "student" in columns and columns <= set(COLUMNS):
        return _ours(table)
    platform, people = exports.people(table)
    found = list(people)
    if not found:
        table.refuse(
            table.head_line, f"read as an export of {platform}, and no student is in it; export the class anew"
        )
    keys = _keys([person for _, person in found])
    return _checked(table, [(line, Enrolled(key, **person)) for key, (line, person) in zip(keys, found, strict=True)])


def _ours(table: Table) -> Roster:
    columns = table.columns()
    expected = f"expected {', '.join(COLUMNS)}, in any order, of which only student is needed"
    if "student" not in columns:
        head = ", ".join(shown(name) for name in table.head[:9])
        table.refuse(
            table.head_line,
            f"got the columns {head}; {expected}; what a platform exports becomes a roster by "
            "backprop-lab course init FOLDER --roster FILE",
        )
    for place, name in enumerate(map(class_table.folded, table.head)):
        if name not in COLUMNS:
            table.refuse(table.head_line, f"got a column {shown(table.head[place])}; {expected}")
        if columns[name] != place:
            table.refuse(table.head_line, f"the column {name} is there twice; leave one")
    rows = table.people({name: columns[name] for name in COLUMNS if name in columns})
    return _checked(table, [(line, Enrolled(**{n: _undone(c) for n, c in row.items()})) for line, row in rows])


def _checked(table: Table, found: Iterable[tuple[int, Enrolled]]) -> Roster:
    """The roster, if nobody is in it twice and everybody has a name."""
    found, seen = list(found), dict[tuple[str, str], int]()
    for line, one in found:
        if not one.student:
            table.refuse(line, "the cell student is empty; write the name by which you know this student")
        if one.canvas_id and not (one.canvas_id.isascii() and one.canvas_id.isdecimal()):
            table.refuse(line, f"canvas_id is {shown(one.canvas_id)}; expected the number in the column ID of Canvas")
        for column in UNIQUE:
            value = getattr(one, column)
            before = seen.setdefault((column, _compared(column, value)), line) if value else line
            if before != line:
                table.refuse(line, f"{column} is {shown(value)}, as in line {before}; two students need two")
    return Roster(tuple(one for _, one in found))


def _keys(people: list[exports.Person]) -> list[str]:
    """A ``student`` for each: the shortest of several ways to write it that nobody else has.

    Who shares theirs with somebody gets a longer one, and so does the other: then a newcomer takes nobody's key.
    """
    ways = [_ways(person) for person in people]
    keys = [own[0] for own in ways]
    for length in range(1, max(map(len, ways), default=0)):
        times = Counter(key.casefold() for key in keys)
        keys = [
            own[min(length, len(own) - 1)] if times[key.casefold()] > 1 else key
            for own, key in zip(ways, keys, strict=True)
        ]
    times = Counter(key.casefold() for key in keys)
    taken, numbers = set(times), defaultdict[str, count](lambda: count(1))
    for place, key in enumerate(keys):
        if times[key.casefold()] > 1:
            numbered = (f"{key}_{n}" for n in numbers[key.casefold()])
            keys[place] = next(one for one in numbered if one.casefold() not in taken)
            taken.add(keys[place].casefold())
    return keys


def _ways(person: exports.Person) -> list[str]:
    email = person.get("email", "") or (person.get("sis_login_id", "") if "@" in person.get("sis_login_id", "") else "")
    login = person.get("username") or person.get("sis_login_id") or email
    short = _readable(login.partition("@")[0]) or _readable(person.get("name", "")).lower() or "student"
    number = next(filter(None, map(person.get, ("canvas_id", "id_number", "sis_user_id"))), "")
    ways = [short, _readable(email), _readable(f"{short}_{number}") if number else ""]
    return [way for way in ways if way]


def _readable(text: str) -> str:
    """A key that no table and no shell takes for something else.

    >>> _readable("=Ada  Lovelace"), _readable("ada@example.org")
    ('Ada_Lovelace', 'ada@example.org')
    """
    kept = (c if unicodedata.category(c)[0] in "LMN" or c in ".@+-" else " " for c in text)
    return "_".join("".join(kept).split()).strip("._-+@")


def _compared(column: str, value: str) -> str:
    return {"email": str.casefold, "name": _name}.get(column, str)(value)


def _name(text: str) -> str:
    return " ".join(text.split())


def _alike(name: str, roster_name: str) -> bool:
    """Have two names a word in common, or is one of them unknown?"""
    words, others = (
        {w for w in re.split(r"\W+", unicodedata.normalize("NFKC", n).casefold()) if w} for n in (name, roster_name)
    )
    return not words or not others or bool(words & others)


def _defused(text: str) -> str:
    """A cell with an apostrophe in front of what a spreadsheet would take for a formula, and of what looks like that.

    >>> _defused("=1+1"), _defused("'=1+1"), _defused("O'Neil"), _undone(_defused("'=1+1"))
    ("'=1+1", "''=1+1", "O'Neil", "'=1+1")
    """
    bare = text.lstrip("'")
    return "'" + text if plain_cell(bare) != bare else text


def _undone(text: str) -> str:
    return class_table.cleaned(text[1:]) if text.startswith("'") and _defused(text) != text else text
