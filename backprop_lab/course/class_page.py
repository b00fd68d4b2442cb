"""The instructor's page: what the class can do, and what to talk about, from the records alone.

It names students, so it is not for handing out. Like a student's page it holds nothing of a hidden fixture, and
everything in it that a student chose, names above all, is escaped.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from decimal import Decimal
from statistics import median
from typing import Any
from urllib.parse import quote

from ..checking.report import of_points, template
from ..grading import flags
from ..grading.results import STATUSES, safe
from .histogram import by_points, by_tenths, drawn
from .mistakes_made import made, unnamed
from .standing import Standings, shown, standings

TALK_ABOUT = 5
# A path of a thousand folders says no more than its beginning.
LONGEST_FILE = 120
# Of more students than these the first are named, so that the page of a course of thousands still opens.
NAMES = 200
# All others of the closed list are looked at by hand.
AS_IT_SHOULD = ("graded", "not attempted")
LEFT_OUT = ("missing", "not attempted")

Records = Sequence[Mapping[str, Any]]


def page(records: Records, grades: Standings | None = None) -> str:
    """The page as HTML that needs no other file; the same records give the same bytes, in whatever order they come.

    ``grades`` are those of the class where there is a course.
    """
    grades = grades or standings(records)
    records = sorted(records, key=lambda r: (r["student"], r["exercise"]))
    ids = sorted({r["exercise"] for r in records} - {"unknown"})
    exercises = [_exercise([r for r in records if r["exercise"] == i], grades) for i in ids]
    mistakes = made(records)
    shown = mistakes[:TALK_ABOUT]
    as_many = [m for m in mistakes[TALK_ABOUT:] if len(m.students) == len(shown[-1].students)]
    by_hand = [{**r, "file": _short(r["file"])} for r in records if r["status"] not in AS_IT_SHOULD]
    return template("class.html").render(
        students=len({r["student"] for r in records}),
        submissions=len(records),
        talk_about=shown,
        as_many=len(as_many),
        by_hand=by_hand,
        flagged=[{**r, "file": _short(r["file"]), "told": told} for r in records if (told := flags.told(r))],
        statuses=_statuses(records),
        more_than_one=dict.fromkeys(r["student"] for r in records if r.get("superseded")),
        without_isolation=any(r.get("isolation") == "none" for r in records),
        exercises=exercises,
        overall=_overall(records, grades),
        course=_course(grades) if grades.course else None,
        most_names=NAMES,
        feedback=_feedback,
        share=_share,
    )


def _course(grades: Standings) -> dict[str, Any]:
    """What only a course knows: who was late, was adjusted, or handed in nothing."""
    each = grades.each.values()
    return {
        "name": grades.name,
        "changed": [s for s in each if s.late_points or s.adjustments or (s.lateness and s.lateness.days)],
        "undecided": [s for s in each if s.lateness and s.lateness.by_hand],
        "enrolled": len(grades.enrolled),
        "absent": grades.absent,
        "shown": shown,
    }


def _exercise(records: Records, grades: Standings) -> dict[str, Any]:
    """What is said of one exercise."""
    out_of = max(r["out_of"] for r in records)
    points = [grades.of(r).points for r in records]
    ran = [r for r in records if r["terms"]]
    middle, lowest, highest = map(shown, (median(points), min(points), max(points)))
    return {
        "id": records[0]["exercise"],
        "title": records[0]["title"],
        "submissions": len(records),
        "middle": middle,
        "lowest": lowest,
        "highest": highest,
        "out_of": out_of,
        "full": sum(own >= r["out_of"] for own, r in zip(points, records, strict=True)),
        "distribution": _distribution(
            by_points(points, out_of),
            f"How many submissions have how many points: from {lowest} to {of_points(highest, out_of)}, "
            f"the middle one {middle}. The numbers are in the table.",
        ),
        "statuses": _statuses(records),
        "ran": len(ran),
        "terms": _terms(ran),
        "mistakes": made(records),
        "unnamed": unnamed(records),
    }


def _overall(records: Records, grades: Standings) -> dict[str, Any]:
    """The distribution of the students' shares of the points of what they handed in."""
    points: dict[str, Decimal] = {}
    out_of: Counter[str] = Counter()
    for r in records:
        points[r["student"]] = points.get(r["student"], Decimal(0)) + grades.of(r).points
        out_of[r["student"]] += r["out_of"]
    shares = [(points[student], out_of[student]) for student in sorted(out_of) if out_of[student]]
    said = f"How many of {len(shares)} students have which share of their points. The numbers are in the table."
    return {
        "students": len(shares),
        "without": len(out_of) - len(shares),
        "distribution": _distribution(by_tenths(shares), said),
    }


def _distribution(rows: list[tuple[str, int]], said: str) -> dict[str, Any]:
    return {"rows": rows, "total": sum(number for _, number in rows), "picture": drawn(rows, said)}


def _statuses(records: Records) -> list[dict[str, Any]]:
    """The statuses that occur, in the order of the closed list, with the students of each but the usual one."""
    order = [*STATUSES, *sorted({r["status"] for r in records} - set(STATUSES))]
    who = {status: [r["student"] for r in records if r["status"] == status] for status in order}
    return [
        {
            "status": status,
            "says": STATUSES.get(status, "This version of the grader does not know this status."),
            "submissions": len(students),
            "students": dict.fromkeys(students) if status != "graded" else {},
        }
        for status, students in who.items()
        if students
    ]


def _terms(records: Records) -> list[dict[str, Any]]:
    """For each term, in the order of the computation, how many have all, some and none of its points."""
    found: dict[str, dict[str, Any]] = {}
    for record in records:
        for term, line in zip(record["terms"], record["lines"], strict=True):
            empty = {"points": term["out_of"], "all": 0, "some": 0, "none": 0, "left_out": 0, "total": 0}
            counted = found.setdefault(line["symbol"], {"symbol": line["symbol"], **empty})
            have = "all" if term["points"] >= term["out_of"] else "some" if term["points"] > 0 else "none"
            counted[have] += 1
            counted["left_out"] += term["outcome"] in LEFT_OUT
            counted["total"] += 1
    return list(found.values())


def _feedback(student: str) -> str:
    """The address of a student's page, seen from the folder in which this one lies."""
    return f"feedback/{quote(safe(student))}.html"


def _share(number: int, total: int) -> str:
    """A number with its share.

    >>> _share(3, 4).replace("\N{NO-BREAK SPACE}", " "), _share(0, 4)
    ('3 (75 %)', '0')
    """
    return f"{number} ({100 * number / total:.0f}\N{NO-BREAK SPACE}%)" if number else "0"


def _short(file: str) -> str:
    return file if len(file) <= LONGEST_FILE else file[: LONGEST_FILE - 1] + "…"
