"""What grading leaves behind: one record a submission, and the tables and pages that are made from the records.

::

    OUT/backprop-lab.json          says that this folder is ours
    OUT/private/seed               the class's secret, unless it was given (mode 0600)
    OUT/results/STUDENT/e01.json   one record
    OUT/grades.csv                 student, exercise, points, out_of, status; of a course also how they came about
    OUT/totals.csv                 student, points of each exercise, total, out_of
    OUT/canvas.csv, moodle.csv     to import where the roster comes from
    OUT/class.html                 the class at a glance, for the instructor alone
    OUT/feedback/STUDENT.html      the only part that is for handing out

Records hold no times, hosts or digits of errors, and their keys are sorted: grading again gives the same bytes. A
record of an earlier run is kept where the submission, the definition, the secret and the grader are the same.
"""

import csv
import hashlib
import io
import json
import os
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

MARKER = "backprop-lab.json"
BESIDE = ".new-"
# The closed list of what can become of a submission, and what its page says of it.
STATUSES = {
    "graded": "Every function was called.",
    "not attempted": "No function is written yet.",
    "timed out": "Something did not come back in time and was stopped. What else is right keeps its points.",
    "crashed": "Something brought the Python process down. What else is right keeps its points.",
    "not judged": "The grader itself failed on this file; your instructor looks at it by hand.",
    "unreadable": "The file could not be read.",
    "not a notebook": "A file that is no notebook is not graded.",
    "unknown exercise": "This is none of the exercises.",
}


class NotOurs(Exception):
    """The output folder holds something that grading did not write; the message says what to do."""


class Store:
    """The output folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.set_aside: list[Path] = []
        self._lock: Any = None

    def open(self) -> None:
        """Make the folder, or take up one that grading made before.

        Raises
        ------
        NotOurs
            If it is not empty and not ours, is no folder, or another grading is at work in it.
        """
        marker = self.folder / MARKER
        if self.folder.exists() and not self.folder.is_dir():
            raise NotOurs(f"{self.folder} is a file; give a folder for the results")
        if self.folder.is_dir() and any(self.folder.iterdir()) and not marker.is_file():
            raise NotOurs(
                f"{self.folder} holds files that grading did not write, and nothing in it was touched; "
                "give a new or empty folder"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        if not marker.exists():
            write(marker, json.dumps({"written_by": "backprop-lab grade"}) + "\n")
        self._alone()
        for rest in self.folder.rglob(f"{BESIDE}*"):
            rest.unlink()  # of a write that was cut off

    def _alone(self) -> None:
        """Hold the folder for as long as this process lives: two gradings at once would overwrite each other."""
        import fcntl  # Linux and macOS alone; grading needs Linux

        (self.folder / "private").mkdir(mode=0o700, exist_ok=True)
        self._lock = (self.folder / "private" / "lock").open("w")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            self.close()
            raise NotOurs(f"another grading is at work in {self.folder}; wait for it, or give another --out") from error

    def close(self) -> None:
        """Let others use the folder."""
        if self._lock is not None:
            self._lock.close()

    def seed(self, file: Path | None) -> bytes:
        """The class's secret: the content of a file, or one that is made here once and used again.

        Raises
        ------
        NotOurs
            If the seed file does not exist or is empty.
        """
        if file is not None:
            try:
                content = file.read_bytes().strip()
            except OSError as error:
                raise NotOurs(f"the seed file {file} cannot be read: {(error.strerror or '').lower()}") from error
            if not content:
                raise NotOurs(f"the seed file {file} is empty; put a secret of your own into it")
            return content
        kept = self.folder / "private" / "seed"
        if not kept.exists():
            kept.parent.mkdir(mode=0o700, exist_ok=True)
            write(kept, secrets.token_hex(32) + "\n", mode=0o600)
        return kept.read_bytes().strip()

    def save(self, record: Mapping[str, Any]) -> None:
        """Write one record so that it is there whole or not at all."""
        folder = self.folder / "results" / safe(record["student"])
        folder.mkdir(parents=True, exist_ok=True)
        write(folder / f"{record['exercise']}.json", dumps(record))

    def record(self, student: str, exercise: str) -> dict[str, Any] | None:
        """The record of an earlier run, or None if there is none that can be read."""
        try:
            return json.loads((self.folder / "results" / safe(student) / f"{exercise}.json").read_text("utf-8"))
        except (OSError, ValueError):
            return None

    def records(self) -> list[dict[str, Any]]:
        """All records, by student and exercise. One that is damaged is set aside, and named in ``set_aside``."""
        found = []
        for path in sorted((self.folder / "results").glob("*/*.json")):
            try:
                record = json.loads(path.read_text("utf-8"))
                if not {"student", "exercise", "points", "out_of", "status", "terms", "lines"} <= set(record):
                    raise ValueError
            except (ValueError, TypeError):
                aside = path.with_name(f"{path.name}.damaged")
                path.rename(aside)
                self.set_aside.append(aside)
            else:
                found.append(record)
        return sorted(found, key=lambda r: (r["student"], r["exercise"]))

    def write_table(self, name: str, rows: Iterable[Iterable[Any]]) -> None:
        """A table beside the records; what is there and is not what was last written is another's: it is set aside."""
        text = io.StringIO(newline="")
        csv.writer(text, lineterminator="\n").writerows(rows)
        path, last = self.folder / f"{name}.csv", self.folder / "private" / f"{name}.csv"
        last.parent.mkdir(mode=0o700, exist_ok=True)
        if path.exists() and (not last.exists() or path.read_bytes() != last.read_bytes()):
            number = next(n for n in range(1, 10_000) if not (self.folder / f"{name}-edited-{n}.csv").exists())
            path.rename(self.folder / f"{name}-edited-{number}.csv")
        write(last, text.getvalue())
        write(path, text.getvalue())

    def remove_table(self, name: str) -> None:
        """Take a table away that is no longer so; one that was edited by hand stays."""
        path, last = self.folder / f"{name}.csv", self.folder / "private" / f"{name}.csv"
        if path.is_file() and last.is_file() and path.read_bytes() == last.read_bytes():
            path.unlink()
            last.unlink()

    def has_feedback(self, student: str) -> bool:
        """Was a page written for this student?"""
        return self._page(student).is_file()

    def _page(self, student: str) -> Path:
        return self.folder / "feedback" / f"{safe(student)}.html"

    def write_feedback(self, student: str, page: str) -> None:
        """A student's page. One that is there already, byte for byte, is not forced to the disk again."""
        (self.folder / "feedback").mkdir(exist_ok=True)
        path = self._page(student)
        if path.is_symlink() or not path.is_file() or path.read_bytes() != page.encode("utf-8", "replace"):
            write(path, page)

    def write_class_page(self, page: str) -> None:
        """The instructor's page."""
        write(self.folder / "class.html", page)


def safe(name: str) -> str:
    """A student's name as a file name: letters and digits of any script and ``. _ -`` stay, all else is encoded.

    >>> safe("ada"), safe("../ada"), safe("Ada Lovelace")
    ('ada', '%2E.%2Fada', 'Ada%20Lovelace')
    """
    kept = [c if c.isalnum() or c in "._-" else quote(c.encode("utf-8", "surrogateescape"), safe="") for c in name]
    encoded = "".join(kept).replace("~", "%7E")
    encoded = "%2E" + encoded[1:] if encoded.startswith(".") else encoded
    if len(encoded.encode()) > 180:
        # Longer than a file name may be; "~" stands in no other name.
        start = encoded.encode()[:120].decode(errors="ignore")
        return f"{start}~{hashlib.sha256(name.encode('utf-8', 'surrogateescape')).hexdigest()[:16]}"
    return encoded


def plain_cell(text: str) -> str:
    """A name as a cell of a table: what a spreadsheet would take for a formula gets an apostrophe in front.

    >>> plain_cell("=1+1"), plain_cell("ada")
    ("'=1+1", 'ada')
    """
    text = text.encode("utf-8", "replace").decode().replace("\r", " ").replace("\n", " ")
    return "'" + text if text.lstrip()[:1] in tuple("=+-@\t") else text


def dumps(record: Mapping[str, Any]) -> str:
    """JSON in the one form in which records are written."""
    return json.dumps(record, sort_keys=True, indent=1, ensure_ascii=True) + "\n"


def write(path: Path, text: str | bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all: beside it first, forced to the disk, then put in place."""
    beside = path.with_name(f"{BESIDE}{os.getpid()}-{secrets.token_hex(8)}")
    try:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
        with os.fdopen(descriptor, "wb") as file:
            file.write(text if isinstance(text, bytes) else text.encode("utf-8", "replace"))
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
