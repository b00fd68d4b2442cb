"""The two tables of a class, as rows: each grade, and each student's sum."""

from decimal import Decimal
from typing import Any

from ..grading.results import plain_cell
from .standing import Standings, shown


def grades(standings: Standings) -> list[tuple[Any, ...]]:
    """A row a grade; of a course, with how it came about."""
    rows: list[tuple[Any, ...]] = [("student", "exercise", "points", "out_of", "status")]
    rows += [(plain_cell(s.student), s.exercise, shown(s.points), s.out_of, s.status) for s in standings.each.values()]
    if not standings.course:
        return rows
    behind: list[tuple[Any, ...]] = [("earned", "late_days", "late_points", "adjustment")]
    for s in standings.each.values():
        # Where lateness cannot be told there is no number, not a 0.
        known = s.lateness is not None and s.lateness.days is not None
        late = (s.lateness.days, shown(s.late_points)) if known else ("", "")
        behind.append((shown(s.earned), *late, shown(s.adjustment)))
    return [front + back for front, back in zip(rows, behind, strict=True)]


def totals(standings: Standings) -> list[tuple[Any, ...]]:
    """A row a student; who is on the roster and handed in nothing has one too.

    ``out_of`` is that of all exercises in the table, for everyone: who handed in one of ten has not all points.
    An exercise that was not handed in is an empty cell.
    """
    points: dict[str, dict[str, Decimal]] = {student: {} for student in standings.enrolled}
    out_of: dict[str, int] = {}
    for s in standings.each.values():
        own = points.setdefault(s.student, {})
        if s.exercise != "unknown":
            own[s.exercise] = s.points
            out_of[s.exercise] = max(s.out_of, out_of.get(s.exercise, 0))
    columns, most = sorted(out_of), sum(out_of.values())
    rows = [
        (
            plain_cell(student),
            *(shown(own[c]) if c in own else "" for c in columns),
            shown(sum(own.values(), Decimal(0))),
            most,
        )
        for student, own in sorted(points.items())
    ]
    return [("student", *columns, "total", "out_of"), *rows]
