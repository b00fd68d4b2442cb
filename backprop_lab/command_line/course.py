"""``course init``: a folder that holds what an instructor says once for a whole course."""

import json
import secrets
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from ..course import adjustments
from ..course.roster import COLUMNS, NoRoster, imported
from ..course.settings import FILE, Course, NoCourse
from ..grading.results import write
from .refuse import refuse

app = typer.Typer(help="A folder for a course: deadlines, roster, adjustments, the class's secret.")
# Whose names and grades are in there does not belong into a repository.
IGNORED = "private/\nsubmissions/\ngraded/\nroster.csv\nadjustments.csv\n"
TOML = """\
# What this course says to `backprop-lab grade --course`. A line that begins with # says nothing; take the # away to use
# it. Nothing here is ever written by a command again.
name = {name}

[late]
# Nothing is taken from who hands in within this time after the deadline.
grace_minutes = 15
# Of the points that the exercise has, for each day of 24 hours begun after that; 0 takes nothing.
percent_a_day = 0
# Not more than this is taken.
most_percent = 100
# "platform": only a time that the platform tells counts (Gradescope does; Canvas marks what is late, without a time).
# "files": where it tells nothing, a file's own time of modification counts. It changes when a file is copied, and is not
# taken from a zip, which has no time zone: unpack it first.
times = "platform"

# Deadlines have an offset from UTC: +01:00 is winter in Berlin, +02:00 summer; -05:00 winter in New York; Z is UTC itself.
[deadlines]
# e01 = 2026-12-01T23:59:00+01:00
# e02 = 2026-12-08T23:59:00+01:00

# Who has more time, by the name in roster.csv and grades.csv. A name with a space in it goes into quotes:
# [extensions."Ada Lovelace"]
# [extensions.ada]
# e01 = 2026-12-08T23:59:00+01:00

# How your platform's gradebook names the column of an exercise, where that is not "E1 One neuron".
[canvas.columns]
# e01 = "E1 One neuron (4711)"

[moodle.columns]
# e01 = "Exercise 1"
"""


@app.callback()
def _course() -> None:
    """A folder for a course: deadlines, roster, adjustments, the class's secret."""


@app.command("init")
def init(
    folder: Annotated[Path, typer.Argument(help="A new or empty folder, or one that this command made before.")],
    roster: Annotated[
        Path | None,
        typer.Option(
            help="The list of students that Canvas, Moodle or Gradescope gave to download, to make roster.csv of."
        ),
    ] = None,
) -> None:
    """Make a course's folder. What is there already is left as it is."""
    try:
        enrolled = imported(roster) if roster else None
        if folder.exists() and not folder.is_dir():
            refuse(f"{folder} is a file; give a new or empty folder")
        if folder.is_dir() and any(folder.iterdir()):
            if not (folder / FILE).exists():
                refuse(
                    f"{folder} is not empty and no course, and nothing in it was touched; give a new or empty folder"
                )
            Course.read(folder)
        if enrolled is not None and (folder / "roster.csv").exists():
            refuse(f"{folder / 'roster.csv'} is there already; move it away to have one made of {roster}")
        table = ",".join(COLUMNS) + "\n" if enrolled is None else enrolled.to_csv()
        made = list(_made(folder, table))
    except (NoCourse, NoRoster) as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or folder}: {(error.strerror or str(error)).lower()}")
    for path in made:
        typer.echo(f"made  {path}")
    if not made:
        typer.echo(f"Everything is there already in {folder}; nothing was changed.")
    if enrolled is not None:
        typer.echo(f"{len(enrolled.enrolled):,} student{'' if len(enrolled.enrolled) == 1 else 's'} on the roster.")
    typer.echo("\n".join(_next(folder)))


def _made(folder: Path, roster: str) -> Iterator[Path]:
    """Make what is missing, the file that says whose folder it is first, and tell each."""
    folder.mkdir(parents=True, exist_ok=True)
    # A name of a folder may hold what no text in TOML may.
    name = "".join(c for c in folder.absolute().name if c.isprintable())[:200].strip() or "My course"
    texts = {
        FILE: TOML.format(name=json.dumps(name, ensure_ascii=False)),
        ".gitignore": IGNORED,
        "roster.csv": roster,
        "adjustments.csv": ",".join(adjustments.HEAD) + "\n",
    }
    for file, text in texts.items():
        if not (folder / file).exists():
            write(folder / file, text)
            yield folder / file
    for name, mode in (("submissions", 0o777), ("private", 0o700)):
        if not (folder / name).exists():
            (folder / name).mkdir(mode=mode)
            yield folder / name
    if not (folder / "private" / "seed").exists():
        write(folder / "private" / "seed", secrets.token_hex(32) + "\n", mode=0o600)
        yield folder / "private" / "seed"


def _next(folder: Path) -> Iterator[str]:
    given = shlex.quote(str(folder))
    yield ""
    yield f"Next: write your deadlines into {folder / FILE}, put what was handed in into {folder / 'submissions'}, and"
    yield f"  backprop-lab grade --course {given}"
    yield "or give what Canvas, Moodle or Gradescope gave to download, zipped as it is:"
    yield f"  backprop-lab grade DOWNLOADED.zip --course {given}"
    yield "Why a grade is what it is:"
    yield f"  backprop-lab explain STUDENT e01 --course {given}"
    yield f"Keep {folder / 'private'} to yourself: who has the seed can work out the hidden inputs. Keep a copy of it, too."
