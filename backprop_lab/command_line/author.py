"""``release`` makes the students' notebooks from the masters; ``execute`` brings our own notebooks up to date."""

import difflib
from pathlib import Path
from typing import Annotated

import nbformat
import typer

from .. import exercises
from ..grading import notebook
from ..grading import release as releasing
from ..grading.results import write
from .refuse import refuse

SECONDS = 300


def release(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Exercises; all where none is named.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail on any difference.")] = False,
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path("."),
) -> None:
    """Make exercises/ from solutions/."""
    try:
        chosen = [exercises.load(name) for name in names] if names else exercises.every()
    except ValueError as error:
        refuse(str(error))
    stale = 0
    for exercise in chosen:
        source, target = root / "solutions" / exercise.notebook, root / "exercises" / exercise.notebook
        if not source.is_file():
            refuse(f"{source} does not exist: run this in a checkout that has the masters")
        try:
            text = releasing.as_text(releasing.release(nbformat.read(source, as_version=4), exercise))
        except releasing.BrokenMaster as error:
            refuse(str(error))
        current = target.read_text("utf-8") if target.is_file() else ""
        if text == current:
            typer.echo(f"{target} is up to date.")
        elif check:
            stale += 1
            changed = list(
                difflib.unified_diff(current.splitlines(), text.splitlines(), "stored", "made", lineterm="", n=1)
            )
            typer.echo("\n".join(changed[:40]))
            typer.echo(f"{target} differs from what its master gives; run backprop-lab release", err=True)
        else:
            write(target, text)
            typer.echo(f"{target} written.")
    raise typer.Exit(1 if stale else 0)


def execute(
    files: Annotated[list[Path], typer.Argument(metavar="NOTEBOOK...", help="Chapters or masters, executed in place.")],
) -> None:
    """Execute notebooks of the book and store them in their one form."""
    # Only authors need a kernel: the other commands do without it.
    import nbclient

    from .kernel import client

    for file in files:
        if not file.is_file():
            refuse(f"{file} does not exist")
        nb = nbformat.read(file, as_version=4)
        try:
            client(nb, file.parent, SECONDS).execute()
        except nbclient.exceptions.CellExecutionError as error:
            refuse(f"{file} was not stored, a cell failed:\n{error}")
        write(file, releasing.as_text(notebook.normalise(nb)))
        typer.echo(f"{file} executed.")
