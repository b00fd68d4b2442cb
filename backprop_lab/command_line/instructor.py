"""``grade``: a folder of submissions becomes grades, records and feedback pages."""

from enum import StrEnum
from itertools import groupby
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import Progress, TaskID

from ..course import class_page, feedback, tables
from ..course.standing import Standings, standings
from ..grading import grade as grading
from ..grading import running, sandbox, submissions
from ..grading.pool import NoReferences, Pools
from ..grading.results import NotOurs, Store
from ..grading.task import Differs
from . import closing, handed_in
from . import place as places
from .refuse import nearest, refuse


class Isolation(StrEnum):
    """What keeps submissions from this machine."""

    auto = "auto"
    bubblewrap = "bubblewrap"
    landlock = "landlock"
    none = "none"


def grade(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="STUDENT.ipynb and STUDENT/e01_one_neuron.ipynb in a folder or a zip, what Canvas, Moodle or Gradescope "
            "gave to download, or one notebook; where not given, submissions/ of --course.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Where grades, records and feedback go: a new folder, or one made before; where not given, graded/ of "
            "--course."
        ),
    ] = None,
    course: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="A folder that course init made: its deadlines, roster, adjustments and secret count.",
        ),
    ] = None,
    seed_file: Annotated[
        Path | None, typer.Option(help="A file with the class's secret; made and kept in OUT/private where not given.")
    ] = None,
    isolation: Annotated[Isolation, typer.Option(help="auto takes the best that works here.")] = Isolation.auto,
    jobs: Annotated[
        int | None,
        typer.Option(min=1, help="Submissions at a time on this machine; as many as it has cores if not given."),
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Grade on a Dask cluster: its scheduler's address, tls://HOST:8786."),
    ] = None,
    tls_ca_file: Annotated[
        Path | None, typer.Option(help="The authority that signed the cluster's certificates.")
    ] = None,
    tls_cert: Annotated[Path | None, typer.Option(help="The certificate that this machine shows the cluster.")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="The key of that certificate.")] = None,
    only: Annotated[
        list[str] | None, typer.Option(metavar="STUDENT", help="Grade this student alone; may be given several times.")
    ] = None,
    only_exercises: Annotated[
        str, typer.Option("--exercises", metavar="e01,e05", help="Grade these exercises alone.")
    ] = "",
    regrade: Annotated[bool, typer.Option("--regrade", help="Grade also what an earlier run has graded.")] = False,
) -> None:
    """Grade a class. Ends with status 0 when every submission has a record, whatever the marks.

    The tables and pages are made from all records of OUT, also with --only or --exercises.
    """
    console = Console(stderr=False, highlight=False)
    desk, folder, out = handed_in.where(folder, out, course)
    if desk and seed_file:
        refuse(f"--seed-file and --course: the course's secret is {desk.course.seed}; leave out one of the two")
    asked = handed_in.exercise_ids(only_exercises)
    try:
        with console.status("Reading what was handed in"):
            found, read_as = submissions.find_told(folder)
            found = desk.named(found) if desk else found
            chosen = grading.class_of(found, only or (), asked)
    except grading.NoSuchStudent as error:
        refuse(f"--only {error.name}: {folder} holds nothing of this student; {nearest(error.name, error.there)}")
    except OSError as error:
        refuse(str(error))
    if not chosen and (only or asked):
        whose = f" of {' or '.join(only)}" if only else ""
        refuse(f"{folder} holds no submission{whose} for {', '.join(asked)}; leave out --exercises to grade the others")
    if not chosen:
        refuse(f"{folder} holds no submissions; expected STUDENT.ipynb or STUDENT/e01_one_neuron.ipynb in it")
    if desk:
        desk.check(found)
        seed_file = desk.secret
    files = {"--tls-ca-file": tls_ca_file, "--tls-cert": tls_cert, "--tls-key": tls_key}
    place, tier = places.of(cluster, files, jobs, isolation.value, len(chosen))
    if read_as:
        console.print(read_as, soft_wrap=True, markup=False)
    store = Store(out)
    kept = "records written so far are kept"
    try:
        store.open()
        pools = Pools(store.seed(seed_file), out / "private" / "pool")
        with handed_in.progress(console) as bar:
            graded, kept_records = _run(bar, store, chosen, pools, tier, place, regrade)
            records = desk.one_name(store.records()) if desk else store.records()
            grades = desk.grades(records) if desk else standings(records)
            store.write_table("grades", tables.grades(grades))
            store.write_table("totals", tables.totals(grades))
            if desk:
                desk.write_gradebooks(store, grades)
            _write_pages(bar, store, records, grades, desk.without_grades(store, grades) if desk else [])
    except NotOurs as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or out}: {(error.strerror or str(error)).lower()}; {kept}")
    except (sandbox.NoIsolation, NoReferences, Differs, running.Stopped, running.Lost) as error:
        refuse(f"{error}. {kept.capitalize()}.")
    except KeyboardInterrupt:
        refuse(f"stopped; {kept}, and grading again does the rest")
    finally:
        place.close()
        store.close()
    for path in store.set_aside:
        console.print(f"A damaged record was set aside: {path}", soft_wrap=True, markup=False)
    if kept_records:
        console.print(f"{kept_records:,} of them were graded before and have not changed; --regrade grades them anew.")
    shown = [r for r in records if (r["student"], r["exercise"]) in graded] if only or asked else records
    closing.show(console, shown, len(records), out, tier, grades, desk.closing(grades) if desk else ())


def _run(
    bar: Progress, store: Store, chosen, pools: Pools, tier: str, place: running.Place, regrade: bool
) -> tuple[set[tuple[str, str]], int]:
    """Grade, saving each record as it comes: whose they are, and how many were kept from an earlier run."""
    earlier: dict[tuple[str, str], dict] = {}

    def before(student: str, exercise_id: str) -> dict | None:
        found = None if regrade else store.record(student, exercise_id)
        if found is not None:
            earlier[student, exercise_id] = found
        return found

    graded, kept = set(), 0
    task: TaskID = bar.add_task("Grading", total=len(chosen), last="")
    for record in grading.grade_class(chosen, pools, tier, before=before, place=place):
        key = record["student"], record["exercise"]
        graded.add(key)
        # Not held any longer than it is looked at: of a large class the records are many.
        if earlier.pop(key, None) is record:
            kept += 1
        else:
            store.save(record)
        bar.update(task, advance=1, last=escape(record["student"]))
    return graded, kept


def _write_pages(bar: Progress, store: Store, records, grades: Standings, emptied: list[str]) -> None:
    own = {student: list(theirs) for student, theirs in groupby(records, key=lambda record: record["student"])}
    students = [*grades.students, *emptied]
    task = bar.add_task("Writing pages", total=len(students) + 1, last="")
    for student in students:
        store.write_feedback(student, feedback.page(student, own.get(student, []), grades))
        bar.update(task, advance=1, last=escape(student))
    store.write_class_page(class_page.page(records, grades))
    bar.update(task, advance=1, last="")
