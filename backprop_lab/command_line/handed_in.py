"""What commands on a class have in common: where it is, which exercises are meant, and a bar for as long as it takes."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Column

from .. import exercises
from .desk import Desk
from .refuse import refuse


def where(folder: Path | None, out: Path | None, course: Path | None) -> tuple[Desk | None, Path, Path]:
    """The course, where one is named, the submissions, and the folder for what is made of them."""
    desk = Desk.open(course, out) if course else None
    if desk:
        folder, out = folder or desk.course.submissions, desk.out
    if folder is None or out is None:
        refuse("give FOLDER and --out, or --course with a folder that backprop-lab course init made")
    if folder.is_dir() and (_inside(out, folder) or _inside(folder, out)):
        refuse(f"{out} and {folder} lie in one another; results would be taken for submissions: give another --out")
    return desk, folder, out


def exercise_ids(told: str) -> tuple[str, ...]:
    """The ids in ``e01,e05``; ``unknown`` is what could not be told to be an exercise."""
    asked = tuple(dict.fromkeys(part.strip() for part in told.split(",") if part.strip()))
    if told and not asked:
        refuse(f"--exercises {told!r} names none; expected ids with commas between them, such as e01,e05")
    try:
        for exercise_id in asked:
            if exercise_id != "unknown":
                exercises.load(exercise_id)
    except ValueError as error:
        refuse(f"--exercises {told}: {error}")
    return asked


def progress(console: Console) -> Progress:
    """A bar with counts and the time left, on a terminal; elsewhere nothing, since a log keeps every line of it."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left:"),
        TimeRemainingColumn(),
        TextColumn("{task.fields[last]}", table_column=Column(no_wrap=True, overflow="ellipsis")),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
