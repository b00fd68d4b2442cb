"""``check`` without a notebook: how far a student has come, exercise by exercise."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from .. import exercises
from ..exercises import Exercise
from ..grading import notebook, submissions
from . import as_json, pristine

DONE = "done"


@dataclass(frozen=True)
class Row:
    """One exercise: the student's file, and what its visible checks said."""

    exercise: Exercise
    file: str = ""
    outcome: pristine.Outcome | None = None

    @property
    def points(self) -> int:
        """Those of the checks."""
        return sum(check.points for check in self.outcome.checks) if self.outcome else 0

    @property
    def standing(self) -> str:
        """In a few words."""
        if self.outcome is None:
            return "not begun"
        # A cell that is still to be written raises too, and is no trouble.
        stopped = next((trouble for trouble in self.outcome.troubles if trouble.startswith("A cell")), "")
        right = f"{self.outcome.right} of {len(self.outcome.checks)} checks right"
        return stopped or (DONE if self.outcome.done else right)


def show(folder: Path, json: bool = False) -> None:
    """Check every exercise notebook of a folder and print the table."""
    console = Console(highlight=False)
    found, unreadable = in_folder(folder)
    columns = (TextColumn("Checking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[now]}"))
    rows = []
    with Progress(*columns, console=console, transient=True, disable=json) as bar:
        task = bar.add_task("", total=len(found), now="")
        for exercise in exercises.every():
            if exercise.id not in found:
                rows.append(Row(exercise))
                continue
            file, parsed = found[exercise.id]
            bar.update(task, now=escape(file))
            with tempfile.TemporaryDirectory(prefix="backprop-lab-") as scratch:
                rows.append(Row(exercise, file, pristine.run(parsed, exercise, Path(scratch))))
            bar.update(task, advance=1)
    if json:
        told = [pristine.told(row.exercise, row.file, row.outcome) for row in rows]
        points, out_of = sum(row.points for row in rows), sum(row.exercise.points for row in rows)
        as_json.say({"points": points, "out_of": out_of, "exercises": told, "left_out": unreadable})
        return
    console.print(_table(rows))
    for file, why in unreadable.items():
        console.print(f"{file} was left out: {why}", markup=False, soft_wrap=True)
    console.print(
        "Points are those of the checks in the notebooks; grading asks the same of fresh examples.", soft_wrap=True
    )
    following = next((row for row in rows if row.standing != DONE), None)
    if following:
        how = f"check {folder / following.file}" if following.file else f"start {following.exercise.id}"
        console.print(f"Next: {following.exercise.label}, with backprop-lab {how}", markup=False, soft_wrap=True)


def in_folder(folder: Path) -> tuple[dict[str, tuple[str, notebook.Notebook]], dict[str, str]]:
    """The newest notebook of each exercise in a folder, and what cannot be read, with the reason.

    Other notebooks are none of our business: they are passed over.
    """
    found: dict[str, tuple[str, notebook.Notebook]] = {}
    unreadable: dict[str, str] = {}
    files = [path for path in folder.glob("*.ipynb") if not path.name.startswith(".")]
    for path in sorted(files, key=lambda path: path.lstat().st_mtime_ns):
        try:
            parsed = notebook.parse(submissions.only(path).read())
        except submissions.Unreadable as error:
            unreadable[path.name] = str(error)
            continue
        exercise_id = notebook.which_exercise(parsed, path.name)
        if exercise_id:
            found[exercise_id] = (path.name, parsed)
    return found, unreadable


def _table(rows: list[Row]) -> Table:
    table = Table(title="Your progress", title_justify="left", show_footer=True)
    points, out_of = sum(row.points for row in rows), sum(row.exercise.points for row in rows)
    table.add_column("exercise", footer="together", overflow="fold")
    table.add_column("points", justify="right", footer=f"{points} of {out_of}", no_wrap=True)
    table.add_column("where it stands", overflow="fold")
    for row in rows:
        earned = f"{row.points} of {row.exercise.points}" if row.file else f"– of {row.exercise.points}"
        other = f" ({row.file})" if row.file not in ("", row.exercise.notebook) else ""
        table.add_row(*map(escape, (f"{row.exercise.label} {row.exercise.title}", earned, row.standing + other)))
    return table
