"""``gradescope``: one exercise becomes the autograder of a Gradescope assignment."""

import secrets
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from .. import exercises
from ..course import gradescope as packing
from ..course.settings import Course, NoCourse
from ..grading.pool import NoReferences
from ..grading.results import write
from .refuse import refuse

Visibility = StrEnum("Visibility", {name: name for name in packing.VISIBILITIES})


def gradescope(
    exercise: Annotated[str, typer.Argument(metavar="EXERCISE", help="The exercise's id, such as e01.")],
    out: Annotated[Path, typer.Option(metavar="FILE.zip", help="The zip to write; it holds the class's secret.")],
    seed_file: Annotated[
        Path | None, typer.Option(help="A file with the class's secret, as of grade; made anew where none is given.")
    ] = None,
    course: Annotated[Path | None, typer.Option(help="A course folder, whose private/seed is the secret.")] = None,
    visibility: Annotated[
        Visibility, typer.Option(help="When students see what was found, in Gradescope's words.")
    ] = Visibility.visible,
) -> None:
    """Write the zip of an autograder for one exercise, to upload to Gradescope.

    A Gradescope assignment gives the same points to whatever is handed in, so that each exercise has a zip of its own.
    """
    try:
        found = exercises.load(exercise)
    except ValueError as error:
        refuse(str(error))
    if out.suffix.lower() != ".zip":
        refuse(f"--out {out}: Gradescope takes a zip; give a name that ends in .zip, such as {exercise}.zip")
    if out.exists() or out.is_symlink():
        refuse(f"--out {out} is there already, perhaps with a secret of its own; give another name or take it away")
    if not out.parent.is_dir():
        refuse(f"--out {out}: there is no folder {out.parent}; make it, or give another name")
    secret = _secret(seed_file, course)
    try:
        with tempfile.TemporaryDirectory(prefix="backprop-lab-") as folder:
            made = packing.autograder(found, secret or secrets.token_hex(32).encode(), visibility.value, Path(folder))
        write(out, made, mode=0o600)
    except NoReferences as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or out}: {(error.strerror or str(error)).lower()}; nothing was written")
    points = f"{found.points} points"
    said = [
        f"Wrote {out} ({len(made) / 1e6:.1f} MB): {found.label} {found.title}, {points}.",
        "It holds the class's secret, from which the hidden inputs follow: it is for instructors alone.",
    ]
    if secret is None:
        said.append(f"The secret was made for it; `unzip -p {out} class/seed > seed` gives it for --seed-file.")
    said += [
        "",
        "On Gradescope:",
        f"  1. Create a Programming Assignment with {points} from the autograder.",
        f"  2. Configure Autograder: choose the newest Ubuntu, upload {out.name}, wait until it is built.",
        "  3. In the autograder's settings: 1 CPU, 1.5 GB of memory, 10 minutes.",
        "  4. Test it with notebooks of your own, right and half right, before students hand in.",
        "Deadlines, lateness and how often one may hand in are Gradescope's: set them there.",
    ]
    typer.echo("\n".join(said))


def _secret(seed_file: Path | None, course: Path | None) -> bytes | None:
    """The secret that was given, or None."""
    if seed_file is not None and course is not None:
        refuse("--seed-file and --course both give a secret; give one of them")
    try:
        file = seed_file if course is None else Course.read(course).seed
    except NoCourse as error:
        refuse(f"--course: {error}")
    if file is None:
        return None
    what = f"--seed-file {file}" if course is None else f"--course {course}: {file}"
    try:
        content = file.read_bytes().strip()
    except OSError as error:
        hint = "" if course is None else f"; backprop-lab course init {course} makes what is missing"
        refuse(f"{what} cannot be read: {(error.strerror or str(error)).lower()}{hint}")
    if not content:
        refuse(f"{what} is empty; put a secret of your own into it")
    return content
