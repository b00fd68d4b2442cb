"""Read a table of the class as a platform or a spreadsheet writes it: a roster, or an export that becomes one.

Comma, semicolon or tab between the cells, with or without a byte order mark, in UTF-8. What is wrong is told with the
file, the line, what stands there and what to do.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from ..grading.files import SIZE_LIMIT

MOST_ROWS, LONGEST_CELL, SHOWN = 100_000, 500, 60
DELIMITERS = ",;\t"
# Cells that hold no number by which a platform tells people apart.
WORDS = ("student", "name", "first", "last", "section", "role")
# What a spreadsheet makes of a long number: the digits are lost.
ROUNDED = re.compile(r"[0-9][.,]?[0-9]*E\+[0-9]+", re.IGNORECASE)


class NoRoster(Exception):
    """The file is no roster; the message names file and line, says what is there, and what to do."""


@dataclass(frozen=True)
class Table:
    """The cells of a file: ``rows`` with the line on which each begins, and ``head`` as it is written."""

    path: Path
    head: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]
    head_line: int = 1

    def refuse(self, line: int, message: str) -> NoReturn:
        """Raise NoRoster for a line of this file."""
        raise NoRoster(f"{self.path}, line {line}: {message}")

    def columns(self) -> dict[str, int]:
        """Where each column stands, by its name as ``folded`` writes it; of two of the same name the first."""
        found: dict[str, int] = {}
        for place, name in enumerate(self.head):
            found.setdefault(folded(name), place)
        return found

    def people(self, places: dict[str, int]) -> Iterator[tuple[int, dict[str, str]]]:
        """The cells of each row that is not empty by the names of ``places``, with its line."""
        for line, cells in self.rows:
            if len(cells) > len(self.head):
                self.refuse(
                    line,
                    f"{len(cells)} cells, and the head line has {len(self.head)}; "
                    "put quotation marks around a cell that has the delimiter in it",
                )
            found = {name: self._cell(line, name, cells, place) for name, place in places.items()}
            if any(found.values()):
                yield line, found

    def _cell(self, line: int, name: str, cells: tuple[str, ...], place: int) -> str:
        text = cells[place] if place < len(cells) else ""
        if "\n" in text.strip() or "\r" in text.strip():
            self.refuse(line, f"the cell {name} goes over several lines; is a quotation mark missing?")
        if len(text) > LONGEST_CELL:
            self.refuse(line, f"the cell {name} has {len(text):,} characters, and {LONGEST_CELL} are allowed")
        text = cleaned(text)
        if name not in WORDS and ROUNDED.fullmatch(text):
            self.refuse(
                line,
                f"{name} is {text}: a spreadsheet has rounded the number; format the column as text, or export anew",
            )
        return text


def read(path: Path, known: Collection[str]) -> Table:
    """The table in a file; ``known`` are column names, by which its delimiter is told.

    Raises
    ------
    NoRoster
        If it is no such file, too long, not UTF-8, empty, or its quotation marks do not match.
    """
    text, first = _text(path), 1
    if told := re.match(r"sep=(.)\r?\n", text):
        # Excel's own line in front of the head.
        text, first = text[told.end() :], 2
    head = next(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, known)), [])
    if not any(cell.strip() for cell in head):
        raise NoRoster(f"{path}, line {first}: nothing is there; expected a head line with the names of the columns")
    rows = tuple(_rows(path, text, first, known))
    return Table(path, tuple(cleaned(cell) for cell in head), rows[1:], first)


def folded(name: str) -> str:
    """A column's name as it is compared.

    >>> folded("\N{ZERO WIDTH NO-BREAK SPACE} E-mail  Address ")
    'e-mail address'
    """
    return " ".join(cleaned(name).casefold().split())


def cleaned(text: str) -> str:
    """A cell as it is kept: in Unicode's form NFC, without control characters and blanks around it.

    >>> cleaned(" Zoe\N{COMBINING DIAERESIS} "), cleaned("a\\tb")
    ('Zoë', 'a b')
    """
    if text.isascii() and text.isprintable():
        return text.strip()
    text = unicodedata.normalize("NFC", text.replace("\N{ZERO WIDTH NO-BREAK SPACE}", ""))
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text).strip()


def shown(text: str) -> str:
    """A cell in a message: in quotation marks, and a long one cut short."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def _text(path: Path) -> str:
    try:
        if path.exists() and not path.is_file():
            raise NoRoster(f"{path} is no file; give a table, such as roster.csv")
        with path.open("rb") as file:
            content = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise NoRoster(f"{path} cannot be read: {(error.strerror or str(error)).lower()}") from error
    if len(content) > SIZE_LIMIT:
        raise NoRoster(f"{path} has more than the {SIZE_LIMIT >> 20} MiB that are allowed; is it a table of students?")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise NoRoster(f"{path}, line {line}: it is not UTF-8; save the table as “CSV UTF-8”") from error


def _delimiter(text: str, known: Collection[str]) -> str:
    """The one that gives the most known columns in the head line; of equals the one with the most cells."""

    def told(delimiter: str) -> tuple[int, int]:
        head = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        return sum(folded(cell) in known for cell in head), len(head)

    try:
        return max(DELIMITERS, key=told)
    except csv.Error:
        return DELIMITERS[0]


def _rows(path: Path, text: str, first: int, known: Collection[str]) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text, known), strict=True)
    line = first
    try:
        for number, cells in enumerate(reader):
            if number > MOST_ROWS:
                raise NoRoster(f"{path} has more than the {MOST_ROWS:,} rows that are allowed")
            yield line, tuple(cells)
            line = reader.line_num + first
    except csv.Error as error:
        raise NoRoster(
            f"{path}, line {line}: {error}; look for a quotation mark that is missing or too much"
        ) from error
