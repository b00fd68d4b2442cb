"""What ``grade`` ends with: a row a submission while they fit a screen, a row an exercise and status beyond that."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..course.standing import Standings, standings
from ..course.standing import shown as points_of

# More submissions than these are summed up; each of them is in grades.csv.
ROWS = 40
NAMES = 10
Records = Sequence[Mapping[str, Any]]


def show(
    console: Console,
    shown: Records,
    total: int,
    out: Path,
    tier: str,
    grades: Standings | None = None,
    said: Sequence[str] = (),
) -> None:
    """The closing table of these records, of ``total`` that OUT holds, what a course has to say, and where all is."""
    grades = grades or standings(shown)
    count = _submissions(len(shown)) + (f" of {total:,} in {out}" if len(shown) < total else "")
    title = escape(f"{count}, isolation: {tier}")
    console.print(_each(shown, title, grades) if len(shown) <= ROWS else _summed_up(shown, title, grades))
    failed = [f"{r['student']} ({r['exercise']})" for r in shown if r["status"] == "not judged"]
    if failed:
        more = f" and {len(failed) - NAMES:,} more" if len(failed) > NAMES else ""
        words = f"The grader itself failed on these; look at them by hand: {', '.join(failed[:NAMES])}{more}"
        console.print(words, markup=False)
    flagged = [f"{r['student']} ({r['exercise']})" for r in shown if r.get("flags")]
    if flagged:
        more = f" and {len(flagged) - NAMES:,} more" if len(flagged) > NAMES else ""
        words = (
            f"Worth a look, without effect on points: {', '.join(flagged[:NAMES])}{more}; {out / 'class.html'} says why"
        )
        console.print(words, soft_wrap=True, markup=False)
    for line in said:
        console.print(line, soft_wrap=True, markup=False)
    if tier == "none":
        console.print("Graded without isolation: the submissions ran with your rights.")
    tables = f"{out / 'grades.csv'}, {out / 'totals.csv'}"
    console.print(f"Grades: {tables}   Records: {out / 'results'}", soft_wrap=True, markup=False)
    console.print(f"The class at a glance: {out / 'class.html'}", soft_wrap=True, markup=False)
    console.print(f"Hand out {out / 'feedback'} alone; all else in {out} is yours.", soft_wrap=True, markup=False)


def _each(records: Records, title: str, grades: Standings) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column("student", overflow="fold")
    table.add_column("exercise")
    table.add_column("points", justify="right")
    table.add_column("status")
    table.add_column("mistakes", overflow="fold")
    for r in records:
        mistakes = [f"{term['term']}: {' '.join(term['mistakes'])}" for term in r["terms"] if term["mistakes"]]
        points = f"{points_of(grades.of(r).points)} of {r['out_of']}"
        table.add_row(*map(escape, (r["student"], r["exercise"], points, r["status"], ", ".join(mistakes))))
    return table


def _summed_up(records: Records, title: str, grades: Standings) -> Table:
    table = Table(title=title, title_justify="left", caption="Each of them is in grades.csv.", caption_justify="left")
    table.add_column("exercise")
    table.add_column("status")
    table.add_column("submissions", justify="right")
    table.add_column("points, mean", justify="right")

    def kind(record: Mapping[str, Any]) -> tuple[str, str]:
        return record["exercise"], record["status"]

    for (exercise_id, status), group in groupby(sorted(records, key=kind), key=kind):
        own = list(group)
        mean = sum(grades.of(r).points for r in own) / len(own)
        points = f"{mean:.1f} of {max(r['out_of'] for r in own)}"
        table.add_row(*map(escape, (exercise_id, status, f"{len(own):,}", points)))
    return table


def _submissions(count: int) -> str:
    return f"{count:,} submission{'' if count == 1 else 's'}"
