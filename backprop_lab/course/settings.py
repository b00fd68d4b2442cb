"""A course's folder: what an instructor has said once, so that no command has to be told it again.

::

    FOLDER/course.toml        name, deadlines, late rule
    FOLDER/roster.csv         who is enrolled
    FOLDER/adjustments.csv    points that were given or taken by hand
    FOLDER/submissions/       what was handed in
    FOLDER/private/seed       the class's secret (mode 0600)
    FOLDER/graded/            what grading writes

It is read from where the instructor says that it is, and never looked for among what students handed in.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from .. import exercises
from .late import LateRule

FILE = "course.toml"
SIZE_LIMIT = 1 << 20
PLATFORM, FILES = "platform", "files"
# A deadline elsewhere is a slip of the keyboard, and no time can be reckoned at the ends of the calendar.
YEARS = range(2000, 2200)
MOST_GRACE = 366 * 24 * 60


class NoCourse(Exception):
    """The folder is no course, or its file says something that cannot be meant; the message says what to do."""


@dataclass(frozen=True)
class Course:
    """What ``course.toml`` says, and where everything else is."""

    folder: Path
    name: str
    rule: LateRule
    times: str
    deadlines: Mapping[str, datetime]
    extensions: Mapping[str, Mapping[str, datetime]]
    canvas_columns: Mapping[str, str]
    moodle_columns: Mapping[str, str]

    @classmethod
    def read(cls, folder: Path) -> "Course":
        """The course in this folder.

        Raises
        ------
        NoCourse
            If there is none; or the file, the key, what it got and what it expected.
        """
        path = folder / FILE
        told = _Table(path, "", _parsed(path), ("name", "late", "deadlines", "extensions", "canvas", "moodle"))
        late = told.table("late", ("grace_minutes", "percent_a_day", "most_percent", "times"))
        times = late.text("times", PLATFORM)
        if times not in (PLATFORM, FILES):
            raise late.bad("times", times, f'"{PLATFORM}" or "{FILES}"')
        deadlines = told.table("deadlines").deadlines()
        extensions = told.table("extensions")
        longer = {student: extensions.table(student).deadlines(deadlines) for student in extensions.content}
        return cls(
            folder,
            told.text("name", folder.absolute().name),
            LateRule(
                timedelta(minutes=float(late.number("grace_minutes", 0, MOST_GRACE))),
                late.number("percent_a_day", 0, 100),
                late.number("most_percent", 100, 100),
            ),
            times,
            deadlines,
            longer,
            told.table("canvas", ("columns",)).table("columns").columns(),
            told.table("moodle", ("columns",)).table("columns").columns(),
        )

    def deadline(self, student: str, exercise: str) -> datetime | None:
        """When this student must have handed in, or None where no day was set."""
        return self.extensions.get(student, {}).get(exercise) or self.deadlines.get(exercise)

    @property
    def submissions(self) -> Path:
        return self.folder / "submissions"

    @property
    def out(self) -> Path:
        return self.folder / "graded"

    @property
    def seed(self) -> Path:
        return self.folder / "private" / "seed"

    @property
    def roster(self) -> Path:
        return self.folder / "roster.csv"

    @property
    def adjustments(self) -> Path:
        return self.folder / "adjustments.csv"


def _parsed(path: Path) -> dict[str, Any]:
    if not path.parent.is_dir():
        raise NoCourse(f"{path.parent} is no folder; backprop-lab course init {path.parent} makes a course there")
    try:
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except FileNotFoundError as error:
        raise NoCourse(
            f"{path.parent} is no course: there is no {FILE} in it; backprop-lab course init makes one"
        ) from error
    except OSError as error:
        raise NoCourse(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    if len(content) > SIZE_LIMIT:
        raise NoCourse(f"{path} has more than the {SIZE_LIMIT >> 20} MiB that are allowed")
    try:
        # Written by an editor that puts a byte order mark in front, too.
        return tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
    except UnicodeDecodeError as error:
        raise NoCourse(f"{path} is not UTF-8; save it as UTF-8") from error
    except (ValueError, RecursionError, ArithmeticError) as error:
        raise NoCourse(f"{path} is no TOML: {_plain(str(error))}") from error


@dataclass(frozen=True)
class _Table:
    """A table of the file, which refuses what it does not know; ``keys`` empty lets any key pass."""

    path: Path
    where: str
    content: Any
    keys: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.content, dict):
            raise NoCourse(f"{self.path}, {self.where}: got {_shown(self.content)}, expected a table [{self.where}]")
        for key in self.content:
            if self.keys and key not in self.keys:
                raise NoCourse(
                    f"{self.path}, {self._key(key)}: got a key that means nothing here, expected {', '.join(self.keys)}"
                )

    def table(self, key: str, keys: tuple[str, ...] = ()) -> "_Table":
        return _Table(self.path, self._key(key), self.content.get(key, {}), keys)

    def text(self, key: str, default: str) -> str:
        value = self.content.get(key, default)
        if not isinstance(value, str) or not value.strip() or len(value) > 200:
            raise self.bad(key, value, "some text in quotes, of 200 characters at most")
        return _plain(value.strip())

    def number(self, key: str, default: int, most: int) -> Decimal:
        value = self.content.get(key, default)
        # True is a number to Python.
        number = isinstance(value, int | Decimal) and not isinstance(value, bool) and Decimal(value).is_finite()
        if not number or not 0 <= value <= most:
            raise self.bad(key, value, f"a number from 0 to {most}")
        return Decimal(value)

    def deadlines(self, before: Mapping[str, datetime] | None = None) -> dict[str, datetime]:
        """Instants by exercise; ``before`` are those that these extend."""
        for exercise_id, when in self.content.items():
            self._exercise(exercise_id)
            if not isinstance(when, datetime) or when.tzinfo is None:
                without = isinstance(when, datetime | date | time)
                expected = f"{'the offset from UTC too, ' if without else 'a time '}such as 2026-12-01T23:59:00+01:00"
                raise self.bad(exercise_id, when, expected)
            if when.year not in YEARS:
                raise self.bad(exercise_id, when, f"a year from {YEARS[0]} to {YEARS[-1]}")
            if before and exercise_id in before and when < before[exercise_id]:
                raise self.bad(exercise_id, when, f"a time after the class's own deadline, {before[exercise_id]}")
        return dict(self.content)

    def columns(self) -> dict[str, str]:
        for exercise_id in self.content:
            self._exercise(exercise_id)
        found: dict[str, str] = {}
        for exercise_id in self.content:
            name = self.text(exercise_id, "")
            if name in found.values():
                raise self.bad(exercise_id, name, "a column of its own, since another exercise has this one")
            found[exercise_id] = name
        return found

    def bad(self, key: str, value: Any, expected: str) -> NoCourse:
        return NoCourse(f"{self.path}, {self._key(key)}: got {_shown(value)}, expected {expected}")

    def _exercise(self, exercise_id: str) -> None:
        try:
            exercises.load(exercise_id)
        except ValueError as error:
            raise NoCourse(f"{self.path}, {self._key(exercise_id)}: {_plain(str(error))}") from error

    def _key(self, key: str) -> str:
        return _plain(f"{self.where}.{key}" if self.where else key)


def _shown(value: Any) -> str:
    """A value as it stands in the file, or nearly."""
    if isinstance(value, bool):
        return str(value).lower()
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return _plain(text if len(text) <= 80 else text[:79] + "…")


def _plain(text: str) -> str:
    """Text in one line that steers no terminal."""
    return "".join(c if c.isprintable() else " " for c in text)
