"""``calibrate``: is every exercise fair? The gate that an exercise goes through before a student sees it."""

import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from .. import exercises
from ..exercises.model import student
from ..grading import calibrate as calibrating
from ..grading import notebook, sandbox
from ..grading.pool import NoReferences, Pools
from ..grading.task import examine
from .refuse import refuse, writing


def calibrate(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[ID]...", help="Exercises; all where none is named.")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json-file", metavar="FILE", help="Write the counts there.")
    ] = None,
    doubles: Annotated[int, typer.Option(min=0, help="Double mistakes of an exercise to plant, at most.")] = 400,
    fast: Annotated[bool, typer.Option("--fast", help="Without the sandbox: right solutions are not graded.")] = False,
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path("."),
) -> None:
    """Plant every mistake and grade every right solution. Ends with status 1 if an exercise is not fair."""
    try:
        chosen = [exercises.load(name) for name in names] if names else exercises.every()
        tier = None if fast else sandbox.choose("auto")
    except (ValueError, sandbox.NoIsolation) as error:
        refuse(str(error))
    console = Console(highlight=False)
    rows = []
    for exercise in chosen:
        row, began = calibrating.Row(exercise.id), time.monotonic()
        with console.status(f"{exercise.label}: planting mistakes"):
            calibrating.inputs(exercise, row)
            calibrating.right(exercise, row, student(exercise), calibrating.seeds_for(exercise))
            # Where right functions lose points, what is planted into them says nothing.
            if not row.right_solutions_marked_down:
                calibrating.singles(exercise, row)
                calibrating.doubles(exercise, row, doubles)
                if tier:
                    _right_solutions(exercise, row, root, tier)
        rows.append(row)
        console.print(f"{exercise.label} {exercise.title}: {time.monotonic() - began:.0f} s", markup=False)
        for fault in row.faults:
            console.print(f"  {fault}", markup=False, soft_wrap=True)
    console.print(_table(rows))
    if json_file:
        with writing(json_file):
            json_file.write_text(json.dumps([row.counts() for row in rows], indent=1) + "\n")
    raise typer.Exit(0 if all(row.passed for row in rows) else 1)


def _table(rows: Sequence[calibrating.Row]) -> Table:
    headers = ("exercise", "mistakes named", "doubles named", "wrong names", "lost elsewhere", "solutions right")
    table = Table(*headers[:1], *(Column(header, justify="right") for header in headers[1:]))
    for r in rows:
        right = f"{r.right_solutions - r.right_solutions_marked_down} of {r.right_solutions}"
        named, both = f"{r.named} of {r.planted}", f"{r.doubles_named} of {r.doubles}"
        table.add_row(r.exercise, named, both, str(r.wrong_names), str(r.points_lost_elsewhere), right)
    return table


def _right_solutions(exercise, row: calibrating.Row, root: Path, tier: str) -> None:
    """Grade each right solution of the master as a submission, with three secrets."""
    file = root / "solutions" / exercise.notebook
    if not file.is_file():
        refuse(f"{file} does not exist: run this in a checkout that has the masters, or with --fast")
    solutions = notebook.right_solutions(notebook.read(file))
    try:
        pools = [Pools(f"calibration {seed}".encode()) for seed in range(calibrating.SEEDS)]
        for name, cells in solutions.items():
            row.right_solutions += 1
            for one in pools:
                results, _ = examine(exercise, cells, one.picked(exercise, name), tier)
                if any(r.outcome != "right" or r.codes for r in results):
                    row.right_solutions_marked_down += 1
                    row.faults.append(f"the right solution “{name}” is marked down: {calibrating.told(results)}")
                    break
    except NoReferences as error:
        refuse(str(error))
    if len(solutions) <= calibrating.OTHER_WAYS:
        row.faults.append(
            f"{file} holds {len(solutions) - 1} cells “{notebook.ALSO_RIGHT}…”; {calibrating.OTHER_WAYS} and more are expected"
        )
