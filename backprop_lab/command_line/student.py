"""``start`` gives an exercise out, ``check`` checks it from a terminal."""

import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from .. import exercises
from ..grading import notebook, release, submissions
from . import as_json
from .refuse import refuse, writing


def start(
    exercise: Annotated[
        str,
        typer.Argument(
            help="Its id, such as e01, or the name of an extra notebook, such as extra_l2.",
            autocompletion=lambda: [*exercises.names(), *release.extras(release.released_folder())],
        ),
    ],
    to: Annotated[Path, typer.Option(help="The folder to put it into.")] = Path("."),
) -> None:
    """Put an exercise notebook into a folder, without overwriting anything."""
    extras = release.extras(release.released_folder())
    try:
        definition = None if exercise in extras else exercises.load(exercise)
    except ValueError as error:
        refuse(f"{error}{''.join(f', {extra}' for extra in extras)}")
    name = definition.notebook if definition else f"{exercise}.ipynb"
    target = to / name
    if target.exists() or target.is_symlink():
        refuse(f"{target} is there already and was not touched; move it away, or give another folder with --to")
    with writing(to):
        to.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(release.released_folder() / name, target)
        if not (to / release.CONFTEST).exists():
            shutil.copyfile(release.released_folder() / release.CONFTEST, to / release.CONFTEST)
    what = f"{definition.title}, {definition.points} points" if definition else "an extra notebook, without points"
    typer.echo(f"{target}: {what}.")
    typer.echo(f"Open it with jupyter lab {target}, or any editor of notebooks.")
    typer.echo(f"Check it with backprop-lab check {target}" if definition else "Its checks are cells of the notebook.")


def check(
    file: Annotated[
        Path, typer.Argument(metavar="[NOTEBOOK]", help="Your exercise notebook, or a folder of them.")
    ] = Path("."),
    json: Annotated[
        bool, typer.Option("--json", help="Print JSON and nothing else: docs/command-line.md tells the keys.")
    ] = False,
) -> None:
    """Check an exercise notebook: your code cells, and the check cells of a pristine copy.

    Ends with status 0 if every check gives all its points, with 1 if not. Without a notebook it shows a
    table of your progress: every exercise, and how far you have come with it in this folder.
    """
    try:
        from . import pristine, progress
    except ModuleNotFoundError as error:
        refuse(f"{error.name} is missing; install what notebooks need: pip install 'backprop-lab[notebooks]'")
    if file.is_dir():
        progress.show(file, json)
        return
    try:
        parsed = notebook.parse(submissions.only(file).read())
    except FileNotFoundError:
        refuse(f"{file} does not exist; backprop-lab start puts an exercise's notebook here")
    except submissions.Unreadable as error:
        refuse(f"{file} cannot be checked: {error}")
    exercise_id = notebook.which_exercise(parsed, file.name)
    if exercise_id is None:
        if file.stem in release.extras(release.released_folder()):
            refuse(f"{file} is an extra notebook, which has no points: its checks are cells of the notebook, run those")
        refuse(f"{file} is none of the exercises; there are: {', '.join(exercises.names())}")
    exercise = exercises.load(exercise_id)
    with tempfile.TemporaryDirectory(prefix="backprop-lab-") as folder:
        outcome = pristine.run(parsed, exercise, Path(folder))
    if json:
        as_json.say(pristine.told(exercise, file.name, outcome))
        raise typer.Exit(0 if outcome.done else 1)
    for one in outcome.checks:
        typer.echo(f"{one.text or 'This check printed nothing.'}\n")
    for trouble in outcome.troubles:
        typer.echo(f"{trouble}\n")
    typer.echo(f"{outcome.right} of {len(outcome.checks)} checks give all their points.")
    raise typer.Exit(0 if outcome.done else 1)
