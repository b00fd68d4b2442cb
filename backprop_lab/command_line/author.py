"""``release`` makes the students' notebooks from the masters; ``execute`` and ``measure`` bring the book up to date."""

import difflib
from pathlib import Path
from typing import Annotated

import typer

from .. import exercises
from ..exercises import stored
from ..grading import notebook, submissions
from ..grading import release as releasing
from ..grading.pool import NoReferences
from ..grading.results import write
from . import repository
from .refuse import refuse, writing

SECONDS = 300
VISIBLE = Path("backprop_lab", "exercises", "visible")


def release(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Exercises and extras; all where none is named.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Write nothing; fail on any difference.")] = False,
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path("."),
) -> None:
    """Make exercises/ from solutions/, and the visible fixtures with their references from the definitions.

    What says where the repository and the site are is brought up to what _config.yml says: the cell that installs the
    library, in chapters and masters too, and some files.
    """
    masters = root / "solutions"
    extras = releasing.extras(masters)
    try:
        chosen = [name if name in extras else exercises.load(name) for name in names or [*exercises.names(), *extras]]
    except ValueError as error:
        refuse(f"{error}{''.join(f', {extra}' for extra in extras)}")
    files = [f"{one}.ipynb" if isinstance(one, str) else one.notebook for one in chosen]
    stale = _from_here(root, [masters / file for file in files] if names else None, check)
    for one, file in zip(chosen, files, strict=True):
        if not (masters / file).is_file():
            refuse(f"{masters / file} does not exist: run this in a checkout that has the masters")
        master = notebook.read(masters / file)
        try:
            if isinstance(one, str):
                made = {root / "exercises" / file: releasing.as_text(releasing.release_extra(master, one))}
            else:
                made = {
                    root / "exercises" / file: releasing.as_text(releasing.release(master, one)),
                    root / VISIBLE / f"{one.id}.json": releasing.visible_fixtures(one),
                }
        except (releasing.BrokenMaster, NoReferences) as error:
            refuse(str(error))
        for target, text in made.items():
            stale += _bring_up_to_date(target, text, check)
    raise typer.Exit(1 if stale else 0)


def _from_here(root: Path, files: list[Path] | None, check: bool) -> int:
    """Write where the repository is into these notebooks, or into all that says it; how many are left that differ."""
    try:
        here = repository.of(root)
    except repository.NoAddress as error:
        refuse(str(error))
    stale = 0
    for file in files or repository.notebooks(root):
        if file.is_file():
            nb = notebook.read(file)
            before = releasing.as_text(nb)
            repository.place(nb, here.install_cell)
            after = releasing.as_text(nb)
            # What else an author has not yet brought into its one form is not this command's.
            if after != before:
                stale += _bring_up_to_date(file, after, check)
    for file, text in [] if files else repository.copies(root, here):
        stale += _bring_up_to_date(file, text, check)
    return stale


def _bring_up_to_date(target: Path, text: str, check: bool) -> bool:
    """Write a file that differs, or with ``check`` show how it does; True if it is left as it was, and differs."""
    current = target.read_text("utf-8") if target.is_file() else ""
    if text == current or (target.suffix == ".json" and stored.alike(current, text)):
        typer.echo(f"{target.name} is up to date.")
    elif check:
        changed = difflib.unified_diff(current.splitlines(), text.splitlines(), "stored", "made", lineterm="", n=1)
        typer.echo("\n".join(line[:200] for line in list(changed)[:40]))
        typer.echo(f"{target.name} differs from what it is made of; run backprop-lab release", err=True)
        return True
    else:
        with writing(target):
            target.parent.mkdir(parents=True, exist_ok=True)
            write(target, text)
        typer.echo(f"{target.name} written.")
    return False


def execute(
    files: Annotated[list[Path], typer.Argument(metavar="NOTEBOOK...", help="Chapters or masters, executed in place.")],
    check: Annotated[
        bool, typer.Option("--check", help="Execute and write nothing; fail where one is not in its stored form.")
    ] = False,
) -> None:
    """Execute notebooks of the book and store them in their one form."""
    if check:
        raise typer.Exit(1 if _out_of_form(files) else 0)
    # Only authors need a kernel: the other commands do without it.
    import nbclient

    from ..grading.kernel import client

    for file in files:
        if not file.is_file():
            refuse(f"{file} does not exist")
        nb = notebook.read(file)
        try:
            client(nb, file.parent, SECONDS).execute()
        except nbclient.exceptions.CellExecutionError as error:
            refuse(f"{file} was not stored, a cell failed:\n{error}")
        with writing(file):
            write(file, releasing.as_text(notebook.normalise(nb)))
        typer.echo(f"{file} executed.")


def _out_of_form(files: list[Path]) -> list[Path]:
    """Those that are not as ``execute`` stores them: ids, execution counts, metadata, outputs. Each is told."""
    wrong = []
    for file in files:
        try:
            text = file.read_text("utf-8")
            stored_as = releasing.as_text(notebook.normalise(notebook.parse(text.encode())))
        except (OSError, submissions.Unreadable) as error:
            refuse(f"{file} cannot be read: {error}")
        if text != stored_as:
            typer.echo(f"{file} is not in its stored form; run backprop-lab execute {file}", err=True)
            wrong.append(file)
    return wrong


def measure(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Measurements; all where none is named.")
    ] = None,
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path("."),
) -> None:
    """Measure what chapters quote, and write it to backprop_lab/measured/; then execute those chapters again."""
    # Here and not above: NumPy's benchmarks load what the other commands do without.
    from ..benchmark import book

    if unknown := set(names or ()) - set(book.MEASUREMENTS):
        refuse(f"no measurement is called {', '.join(sorted(unknown))}; there are {', '.join(book.MEASUREMENTS)}")
    for name in names or book.MEASUREMENTS:
        try:
            typer.echo(f"{book.record(name, root)} written.")
        except (book.NotHere, book.NoBrowser) as error:
            refuse(str(error))
