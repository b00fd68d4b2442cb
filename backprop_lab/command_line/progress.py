"""``check`` without a notebook: how far a student has come, exercise by exercise."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from .. import exercises
from ..exercises import Exercise
from ..grading import notebook, submissions
from . import pristine

DONE = "done"


@dataclass(frozen=True)
class Row:
    """One exercise: the student's file, the points of its visible checks, and where it stands."""

    exercise: Exercise
    file: str = ""
    points: int = 0
    standing: str = ""


def show(folder: Path) -> None:
    """Check every exercise notebook of a folder and print the table."""
    console = Console(highlight=False)
    found, unreadable = in_folder(folder)
    columns = (TextColumn("Checking"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[now]}"))
    rows = []
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(found), now="")
        for exercise in exercises.every():
            if exercise.id not in found:
                rows.append(Row(exercise, standing="not begun"))
                continue
            file, parsed = found[exercise.id]
            bar.update(task, now=escape(file))
            rows.append(_checked(exercise, file, parsed))
            bar.update(task, advance=1)
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


def in_folder(folder: Path) -> tuple[dict[str, tuple[str, nbformat.NotebookNode]], dict[str, str]]:
    """The newest notebook of each exercise in a folder, and what cannot be read, with the reason.

    Other notebooks are none of our business: they are passed over.
    """
    found: dict[str, tuple[str, nbformat.NotebookNode]] = {}
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


def _checked(exercise: Exercise, file: str, parsed: nbformat.NotebookNode) -> Row:
    with tempfile.TemporaryDirectory(prefix="backprop-lab-") as folder:
        outcome = pristine.run(parsed, exercise, Path(folder))
    points, right, count = sum(check.points for check in outcome.checks), outcome.right, len(outcome.checks)
    # A cell that is still to be written raises too, and is no trouble.
    stopped = next((trouble for trouble in outcome.troubles if trouble.startswith("A cell")), "")
    return Row(exercise, file, points, stopped or (DONE if right == count else f"{right} of {count} checks right"))


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
