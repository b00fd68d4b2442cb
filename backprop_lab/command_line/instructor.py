"""``grade``: a folder of submissions becomes grades, records and feedback pages."""

import os
from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from ..grading import feedback, sandbox
from ..grading import grade as grading
from ..grading.pool import NoReferences, Pools
from ..grading.results import NotOurs, Store
from .refuse import refuse


class Isolation(StrEnum):
    """What keeps submissions from this machine."""

    auto = "auto"
    bubblewrap = "bubblewrap"
    landlock = "landlock"
    none = "none"


def grade(
    folder: Annotated[Path, typer.Argument(help="STUDENT.ipynb and STUDENT/e01_one_neuron.ipynb, or one such file.")],
    out: Annotated[Path, typer.Option(help="Where grades, records and feedback go: a new folder, or one made before.")],
    seed_file: Annotated[
        Path | None, typer.Option(help="A file with the class's secret; made and kept in OUT/private where not given.")
    ] = None,
    isolation: Annotated[Isolation, typer.Option(help="auto takes the best that works here.")] = Isolation.auto,
    jobs: Annotated[int, typer.Option(min=1, help="Submissions at a time.")] = os.cpu_count() or 1,
    again: Annotated[bool, typer.Option("--again", help="Grade also what an earlier run has graded.")] = False,
) -> None:
    """Grade a class. Ends with status 0 when every submission has a record, whatever the marks."""
    console = Console(stderr=False, highlight=False)
    if folder.is_dir() and (_inside(out, folder) or _inside(folder, out)):
        refuse(f"{out} and {folder} lie in one another; results would be taken for submissions: give another --out")
    try:
        chosen = grading.class_of(folder)
    except OSError as error:
        refuse(str(error))
    if not chosen:
        refuse(f"{folder} holds no submissions; expected STUDENT.ipynb or STUDENT/e01_one_neuron.ipynb in it")
    try:
        tier = sandbox.choose(isolation.value)
    except sandbox.NoIsolation as error:
        refuse(str(error))
    store = Store(out)
    kept = "records written so far are kept"
    try:
        store.open()
        pools = Pools(store.seed(seed_file), out / "private" / "pool")
        kept_records = _run(console, store, chosen, pools, tier, jobs, again)
        records = store.records()
        store.write_grades(records)
        for student, own in groupby(records, key=lambda record: record["student"]):
            store.write_feedback(student, feedback.page(student, list(own)))
    except NotOurs as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or out}: {(error.strerror or str(error)).lower()}; {kept}")
    except (sandbox.NoIsolation, NoReferences) as error:
        refuse(f"{error}. {kept.capitalize()}.")
    except KeyboardInterrupt:
        refuse(f"stopped; {kept}, and grading again does the rest")
    finally:
        store.close()
    for path in store.set_aside:
        console.print(f"A damaged record was set aside: {path}", soft_wrap=True, markup=False)
    if kept_records:
        console.print(f"{kept_records} of them were graded before and have not changed; --again grades them anew.")
    _finish(console, records, out, tier)


def _run(console: Console, store: Store, chosen, pools: Pools, tier: str, jobs: int, again: bool) -> int:
    """Grade with a bar, saving each record as it comes; how many were kept from an earlier run."""
    columns = (
        TextColumn("Grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[last]}"),
    )
    earlier: dict[tuple[str, str], dict] = {}

    def before(student: str, exercise_id: str) -> dict | None:
        found = None if again else store.record(student, exercise_id)
        if found is not None:
            earlier[student, exercise_id] = found
        return found

    kept = 0
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=len(chosen), last="")
        for record in grading.grade_class(chosen, pools, tier, jobs, before=before):
            if earlier.get((record["student"], record["exercise"])) is record:
                kept += 1
            else:
                store.save(record)
            bar.update(task, advance=1, last=escape(record["student"]))
    return kept


def _finish(console: Console, records, out: Path, tier: str) -> None:
    count = f"{len(records)} submission{'' if len(records) == 1 else 's'}"
    table = Table(title=f"{count}, isolation: {tier}", title_justify="left")
    table.add_column("student", overflow="fold")
    table.add_column("exercise")
    table.add_column("points", justify="right")
    table.add_column("status")
    table.add_column("mistakes", overflow="fold")
    for r in records:
        mistakes = [f"{term['term']}: {' '.join(term['mistakes'])}" for term in r["terms"] if term["mistakes"]]
        points = f"{r['points']} of {r['out_of']}"
        table.add_row(*map(escape, (r["student"], r["exercise"], points, r["status"], ", ".join(mistakes))))
    console.print(table)
    failed = ", ".join(f"{r['student']} ({r['exercise']})" for r in records if r["status"] == "not judged")
    if failed:
        console.print(f"The grader itself failed on these; look at them by hand: {failed}", markup=False)
    if tier == "none":
        console.print("Graded without isolation: the submissions ran with your rights.")
    console.print(f"Grades: {out / 'grades.csv'}   Records: {out / 'results'}", soft_wrap=True, markup=False)
    console.print(f"Hand out {out / 'feedback'} alone; all else in {out} is yours.", soft_wrap=True, markup=False)


def _inside(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())
