"""What a course adds to ``grade`` and ``explain``: who is meant, when it came, what it is worth, and who imports it."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ..course import adjustments, gradebooks
from ..course.adjustments import Adjustments, BadAdjustments
from ..course.roster import NoRoster, Roster
from ..course.settings import FILE, FILES, Course, NoCourse
from ..course.standing import Standings, standings
from ..grading.results import Store, safe
from ..grading.submissions import Submission, printable
from .refuse import nearest, refuse

NAMES = 10
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Platform:
    """By which columns of the roster it finds a student again, where it imports grades, and how the file is made."""

    name: str
    keys: tuple[str, ...]
    where: str
    rows: Callable[..., list[list[str]]]


PLATFORMS = {
    "canvas": Platform("Canvas", ("canvas_id", "sis_user_id", "sis_login_id"), "Grades, Import", gradebooks.canvas),
    "moodle": Platform("Moodle", ("email", "id_number", "username"), "Grades, Import, CSV file", gradebooks.moodle),
}


@dataclass
class Desk:
    """An opened course; ``said`` is what the instructor is told at the end."""

    course: Course
    roster: Roster
    out: Path
    said: list[str]
    adjustments: Adjustments
    renamed: Sequence[str] = ()

    @classmethod
    def open(cls, folder: Path, out: Path | None) -> "Desk":
        """The course in this folder, or one line that says why it cannot be used."""
        try:
            course = Course.read(folder)
            roster = Roster.read(course.roster) if course.roster.exists() else Roster()
        except (NoCourse, NoRoster) as error:
            refuse(str(error))
        return cls(course, roster, out or course.out, [], {})

    @property
    def secret(self) -> Path:
        """The file with the class's secret."""
        if not self.course.seed.is_file():
            refuse(
                f"{self.course.seed} is missing; put the class's secret back, or let "
                f"backprop-lab course init {self.course.folder} make a new one, which grades everything anew"
            )
        return self.course.seed

    @property
    def enrolled(self) -> list[str]:
        return [printable(one.student) for one in self.roster.enrolled]

    def named(self, found: Sequence[Submission]) -> list[Submission]:
        """The submissions under the names of the roster, and with the times that the course goes by."""
        if self.course.times == FILES:
            found = [replace(one, submitted=_file_time(one)) if _untold(one) else one for one in found]
        if not self.roster.enrolled:
            return list(found)
        whose = {name: self.roster.student_of(name) for name in {one.student for one in found}}
        strangers = sorted(printable(name) for name, student in whose.items() if student is None)
        if strangers:
            self.said.append(
                f"Not on the roster, and graded under the name that they came with: {len(strangers):,} of {len(whose):,}, {_some(strangers)}. "
                f"Write who is meant into {self.course.roster}."
            )
        return [replace(one, student=whose[one.student] or one.student) for one in found]

    def check(self, found: Iterable[Submission]) -> None:
        """Read the adjustments, and refuse what names nobody of the class: before anything is graded."""
        names = {printable(one.student) for one in found} | set(self.enrolled)

        def student(name: str) -> str | None:
            # Who handed in with an earlier download is of the class too.
            return name if name in names or (name and (self.out / "results" / safe(name)).is_dir()) else None

        for name in self.course.extensions:
            if student(name) is None:
                where = f"{self.course.folder / FILE}, extensions.{printable(name)}"
                refuse(f"{where}: nobody in the class is named so; {nearest(name, names)}")
        for exercise_id, column in self.course.canvas_columns.items():
            try:
                gradebooks.check_canvas(column)
            except gradebooks.NoColumn as error:
                refuse(f"{self.course.folder / FILE}, canvas.columns.{exercise_id}: {error}")
        self._adjust(student, lambda name: nearest(name, names))

    def believe(self) -> None:
        """Read the adjustments where it is not known who handed in: names are taken as they are written."""
        self._adjust(lambda name: None if name.startswith("'") else name, lambda name: "there are others")

    def _adjust(self, student: Callable[[str], str | None], hint: Callable[[str], str]) -> None:
        try:
            self.adjustments = adjustments.read(self.course.adjustments, student, hint)
        except BadAdjustments as error:
            refuse(str(error))

    def grades(self, records: Sequence[Mapping[str, Any]]) -> Standings:
        """What the records are worth."""
        return standings(records, self.course, self.adjustments, self.enrolled)

    def one_name(self, records: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The records less those of an earlier run whose student the roster now knows by another name."""
        if not self.roster.enrolled:
            return records
        there = {(r["student"], r["exercise"]) for r in records}
        left_out: list[dict[str, Any]] = []
        for record in records:
            student = self.roster.student_of(record["student"])
            if (
                student
                and printable(student) != record["student"]
                and (printable(student), record["exercise"]) in there
            ):
                left_out.append(record)
        if left_out:
            self.renamed = names = sorted({r["student"] for r in left_out})
            self.said.append(
                f"Left out of tables and pages, since the roster gives them another name now: {_some(names)}."
            )
        gone = {(r["student"], r["exercise"]) for r in left_out}
        return [record for record in records if (record["student"], record["exercise"]) not in gone]

    def write_gradebooks(self, store: Store, grades: Standings) -> None:
        """The files to import, for each platform that the roster has the columns of."""
        finals = {
            (s.student, s.exercise): (s.points, s.out_of) for s in grades.each.values() if s.exercise != "unknown"
        }
        for file, platform in PLATFORMS.items():
            if not any(getattr(one, key) for one in self.roster.enrolled for key in platform.keys):
                continue
            columns = getattr(self.course, f"{file}_columns")
            apart = gradebooks.apart(finals)
            try:
                tables = {file: platform.rows(self.roster, finals, columns)}
                if len(apart) > 1:
                    tables |= {f"{file}-{i}": platform.rows(self.roster, own, columns) for i, own in apart.items()}
            except gradebooks.NoColumn as error:
                self.said.append(
                    f"There is no new {file}.csv: {error}. Columns are named in {self.course.folder / FILE}."
                )
                continue
            tables = {name: rows for name, rows in tables.items() if rows}
            for old in sorted(store.folder.glob(f"{file}*.csv")):
                if re.fullmatch(rf"{file}(-e\d\d)?", old.stem) and old.stem not in tables:
                    store.remove_table(old.stem)
            if not tables:
                continue
            for name, rows in tables.items():
                store.write_table(name, rows)
            self.said.append(f"To import into {platform.name} ({platform.where}): {store.folder / f'{file}.csv'}")
            single = [f"{name}.csv" for name in tables if name != file]
            if len(single) > 1:
                self.said.append(
                    "  An empty cell takes away a grade that stands there. Where others enter grades too, import an "
                    f"exercise at a time: {', '.join(single[:3])}{', …' if len(single) > 3 else ''}"
                )
            if nobody := gradebooks.left_out(self.roster, finals, file):
                self.said.append(
                    f"  Not in it, since {platform.name} could not tell who they are by the roster: {_some(nobody)}."
                )

    def without_grades(self, store: Store, grades: Standings) -> list[str]:
        """Who has a page of an earlier run, and no grade any more: it must not say what is no longer so."""
        there = set(grades.students)
        return [name for name in (*grades.enrolled, *self.renamed) if name not in there and store.has_feedback(name)]

    def closing(self, grades: Standings) -> list[str]:
        """What is to be said at the end."""
        each = grades.each.values()
        changed = {
            "reduced for lateness": sum(bool(s.late_points) for s in each),
            "adjusted": sum(bool(s.adjustments) for s in each),
        }
        unknown = [s for s in each if s.lateness and s.lateness.by_hand]
        marked = sum(bool(s.lateness and s.lateness.marked) for s in unknown)
        told = []
        if any(changed.values()):
            parts = [f"{how}: {number:,}" for how, number in changed.items() if number]
            told.append(f"Grades {'; '.join(parts)} (see grades.csv).")
        if unknown:
            of = f"{len(unknown):,} submission{'' if len(unknown) == 1 else 's'} of unknown lateness"
            told.append(
                f"{of} ({marked:,} marked late by the platform): nothing was taken. "
                "See class.html, under what to look at by hand."
            )
        if grades.absent:
            told.append(
                f"{len(grades.absent):,} of {len(grades.enrolled):,} on the roster handed in nothing: see totals.csv."
            )
        return told + self.said


def _untold(one: Submission) -> bool:
    """Does the platform tell neither when, nor whether it was too late?"""
    return one.submitted is None and one.late is None


def _file_time(one: Submission) -> datetime | None:
    """When the file was last changed. A zip of the class has no time zone; the student's own zip is a file."""
    if one.class_zip is not None:
        return None
    outer = one.file[: -len(one.member) - 1] if one.member else one.file
    try:
        return EPOCH + timedelta(microseconds=os.lstat(one.folder / outer).st_mtime_ns // 1000)
    except (OSError, OverflowError):
        return None


def _some(names: Sequence[str]) -> str:
    more = len(names) - NAMES
    return ", ".join(names[:NAMES]) + (f" and {more:,} more" if more > 0 else "")
