"""The one place that adds a grade up: what was earned, less what lateness takes, plus what was adjusted by hand.

Records hold only what was earned. Without a course a standing is the record's points, and nothing more.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from .. import exercises
from .adjustments import Adjustment, Adjustments
from .late import Lateness, lateness
from .settings import Course

NOTHING = "nothing handed in"


@dataclass(frozen=True)
class Standing:
    """One student's grade for one exercise. ``lateness`` is None where no day was set, or nothing was handed in."""

    student: str
    exercise: str
    title: str
    status: str
    out_of: int
    earned: Decimal
    lateness: Lateness | None = None
    adjustments: tuple[Adjustment, ...] = ()

    @property
    def late_points(self) -> Decimal:
        return self.lateness.points if self.lateness else Decimal(0)

    @property
    def adjustment(self) -> Decimal:
        return sum((one.points for one in self.adjustments), Decimal(0))

    @property
    def points(self) -> Decimal:
        """What counts. It may be more than there was to earn, and is not less than nothing."""
        return max(Decimal(0), self.earned - self.late_points + self.adjustment)

    @property
    def differs(self) -> bool:
        """Is there more to tell than what was earned?"""
        return bool(self.adjustments or (self.lateness and (self.lateness.days or self.lateness.by_hand)))

    @property
    def said(self) -> list[str]:
        """What the student is told of it: lateness, each adjustment, and the sum."""
        late = self.lateness
        told = []
        if late and late.submitted and late.days:
            days = f"{late.days} day{'' if late.days == 1 else 's'}"
            when = f"deadline {_when(late.deadline)}, handed in {_when(late.submitted, late.deadline)}"
            took = f"{signed(-late.points)} {_points(late.points)}" if late.points else "nothing is taken for it"
            told.append(f"Late by {days} ({when}): {took}.")
        elif late and late.by_hand:
            why = "Marked late by your platform, without a time" if late.marked else "No time is known for this file"
            told.append(
                f"{why} (deadline {_when(late.deadline)}): nothing is taken for it here; your instructor looks at it by hand."
            )
        told += [f"Adjustment: {signed(a.points)} {_points(a.points)}: {a.reason}" for a in self.adjustments]
        if self.late_points or self.adjustments:
            told.append(f"Together: {self.arithmetic}.")
        return told

    @property
    def brief(self) -> list[str]:
        """The same for a table that is read down."""
        late = self.lateness
        told = []
        if late and late.days:
            told.append(f"{late.days} day{'' if late.days == 1 else 's'} late: {signed(-late.points)}")
        return told + [f"{signed(a.points)}: {a.reason}" for a in self.adjustments]

    @property
    def arithmetic(self) -> str:
        """The sum in figures."""
        parts = [shown(self.earned)]
        changes = [-self.late_points] if self.late_points else []
        for change in (*changes, *(a.points for a in self.adjustments)):
            parts.append(f"{'−' if change < 0 else '+'} {shown(abs(change))}")
        exact = self.earned - self.late_points + self.adjustment
        least = ", and never less than 0: 0" if exact < 0 else ""
        return f"{' '.join(parts)} = {signed(exact) if exact < 0 else shown(exact)}{least} of {self.out_of}"


@dataclass(frozen=True)
class Standings:
    """The grades of a class, by student and exercise, and who on its roster has none."""

    each: Mapping[tuple[str, str], Standing]
    enrolled: tuple[str, ...] = ()
    name: str = ""
    course: bool = False
    handed_in: frozenset[str] = field(default=frozenset(), repr=False)

    def of(self, record: Mapping[str, Any]) -> Standing:
        """That of a record."""
        return self.each.get((record["student"], record["exercise"])) or _plain(record)

    def without(self, student: str) -> list[Standing]:
        """Those of a student that came of an adjustment alone: nothing was handed in."""
        return [one for (who, _), one in self.each.items() if who == student and one.status == NOTHING]

    @property
    def absent(self) -> list[str]:
        """Who is on the roster and handed in nothing at all."""
        return [student for student in self.enrolled if student not in self.handed_in]

    @property
    def students(self) -> list[str]:
        """Everyone whose page there is."""
        return sorted({student for student, _ in self.each})


def standings(
    records: Iterable[Mapping[str, Any]],
    course: Course | None = None,
    adjustments: Adjustments | None = None,
    enrolled: Sequence[str] = (),
) -> Standings:
    """The grades that records, a course's rule and adjustments make, sorted by student and exercise."""
    given, handed_in = dict(adjustments or {}), set()
    each: dict[tuple[str, str], Standing] = {}
    for record in records:
        key = record["student"], record["exercise"]
        handed_in.add(record["student"])
        each[key] = _plain(record, course, given.pop(key, ()))
    for (student, exercise_id), own in given.items():
        exercise = exercises.load(exercise_id)
        title = f"{exercise.label} {exercise.title}"
        each[student, exercise_id] = Standing(
            student, exercise_id, title, NOTHING, exercise.points, Decimal(0), None, own
        )
    return Standings(
        dict(sorted(each.items())), tuple(sorted(enrolled)), course.name if course else "", course is not None,
        frozenset(handed_in),
    )  # fmt: skip


def _plain(
    record: Mapping[str, Any], course: Course | None = None, adjustments: tuple[Adjustment, ...] = ()
) -> Standing:
    student, exercise_id = record["student"], record["exercise"]
    # Through its text: a half point that was written into a record by hand stays a half.
    earned = Decimal(str(record["points"]))
    deadline = course.deadline(student, exercise_id) if course else None
    late = None
    if course and deadline:
        submitted = _time(record.get("submitted"))
        late = lateness(deadline, course.rule, submitted, record.get("late"), Decimal(record["out_of"]), earned)
    return Standing(
        student,
        exercise_id,
        record.get("title", exercise_id),
        record["status"],
        record["out_of"],
        earned,
        late,
        adjustments,
    )


def shown(points: Decimal) -> str:
    """Points as they are written: a whole number without decimals.

    >>> shown(Decimal("12.00")), shown(Decimal("10.50")), shown(Decimal("0.00"))
    ('12', '10.5', '0')
    """
    return f"{points.normalize():f}" if points else "0"


def signed(points: Decimal) -> str:
    """Points with their sign, for a page.

    >>> signed(Decimal("-3.0")), signed(Decimal(2))
    ('−3', '+2')
    """
    return f"{'−' if points < 0 else '+' if points else ''}{shown(abs(points))}"


def _points(points: Decimal) -> str:
    return "point" if abs(points) == 1 else "points"


def _when(time: datetime, like: datetime | None = None) -> str:
    """An instant as the clock of the deadline shows it."""
    local = time.astimezone(like.tzinfo) if like else time
    return f"{local:%Y-%m-%d %H:%M} {local:%Z}".strip()


def _time(text: Any) -> datetime | None:
    """The time of a record; one that was changed by hand into what is none is no time."""
    try:
        time = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return time if time.tzinfo else None
