"""``similar``: which answers of a class look alike, for a person to look at."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from ..course import similar as compare
from ..course import similar_page
from ..course.alike import LEAST_SHARE, LEAST_TOKENS
from ..grading import grade as grading
from ..grading import submissions
from ..grading.results import NotOurs, Store, write
from . import handed_in
from .refuse import refuse


def similar(
    folder: Annotated[
        Path | None,
        typer.Argument(
            help="The submissions, as for grade; where not given, submissions/ of --course.", show_default=False
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="The folder that grade wrote, or a new one; where not given, graded/ of --course."),
    ] = None,
    course: Annotated[
        Path | None, typer.Option(metavar="FOLDER", help="A folder that course init made: its roster names students.")
    ] = None,
    only_exercises: Annotated[
        str, typer.Option("--exercises", metavar="e01,e05", help="Compare these exercises alone.")
    ] = "",
    least: Annotated[
        float,
        typer.Option(
            metavar="PERCENT", min=1, max=100, help="List two answers from this share of one's own code in common on."
        ),
    ] = LEAST_SHARE,
) -> None:
    """Compare all answers to each exercise with each other, and list those that look alike.

    It runs nothing, takes no points and gives no verdict. OUT/similar.html shows the nearest ones side by side;
    OUT/similar.csv lists all.
    """
    console = Console(stderr=False, highlight=False)
    desk, folder, out = handed_in.where(folder, out, course)
    try:
        import copydetect  # noqa: F401
    except ModuleNotFoundError as error:
        refuse(f"{error.name} is missing; install what comparing needs: pip install 'backprop-lab[grading]'")
    asked = handed_in.exercise_ids(only_exercises)
    try:
        with console.status("Reading what was handed in"):
            found, read_as = submissions.find_told(folder)
            found = desk.named(found) if desk else found
            by_exercise = compare.by_exercise(grading.class_of(found, (), asked))
    except OSError as error:
        refuse(str(error))
    unknown = by_exercise.pop("unknown", [])
    if not by_exercise:
        refuse(f"{folder} holds no submission for {', '.join(asked) or 'any exercise'}; there is nothing to compare")
    if read_as:
        console.print(read_as, soft_wrap=True, markup=False)
    store = Store(out)
    try:
        store.open()
        with handed_in.progress(console) as bar:
            task = bar.add_task("Comparing", total=sum(map(len, by_exercise.values())), last="")
            done = []
            for exercise_id, own in by_exercise.items():
                bar.update(task, last=exercise_id)
                done.append(compare.compared(exercise_id, own, least, lambda: bar.update(task, advance=1)))
        table = compare.rows(done)
        store.write_table("similar", table)
        write(out / "similar.html", similar_page.page(done, least))
    except NotOurs as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename or out}: {(error.strerror or str(error)).lower()}; nothing else was changed")
    except KeyboardInterrupt:
        refuse("stopped; nothing was written")
    finally:
        store.close()
    _told(console, done, len(unknown), len(table) - 1, out, least)


def _told(console: Console, done, unknown: int, pairs: int, out: Path, least: float) -> None:
    for one in done:
        said = f"{one.title}: {one.compared:,} of {one.handed_in:,} compared, {len(one.matches):,} to look at"
        rest = [f"{len(one.short):,} with less than {LEAST_TOKENS} tokens of own code"] if one.short else []
        rest += [f"{len(one.left_out):,} that could not be compared"] if one.left_out else []
        console.print(said + (f" ({', '.join(rest)})" if rest else ""), soft_wrap=True, markup=False)
    if unknown:
        console.print(f"{unknown:,} submission{'' if unknown == 1 else 's'} of no exercise: not compared.")
    if pairs == compare.ROWS:
        console.print(f"Of more pairs than that the first {pairs:,} are in the table; a larger --least lists fewer.")
    console.print(
        f"Listed are answers with {least:g} % or more of one's own code in common. It is no verdict: look at them "
        "yourself, and talk to their authors.",
        soft_wrap=True,
        markup=False,
    )
    console.print(f"Side by side: {out / 'similar.html'}   Table: {out / 'similar.csv'}", soft_wrap=True, markup=False)
    console.print("Both name students and are yours alone.")
