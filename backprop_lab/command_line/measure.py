"""``benchmark``: how fast a step is beside the peers, how gradients scale, what an import, a class, a live figure costs."""

import json as as_json
from pathlib import Path
from typing import Annotated

import typer

from ..benchmark import imports as importing
from ..benchmark import machine
from ..grading import sandbox
from .grouped import Grouped
from .refuse import refuse, writing

app = typer.Typer(
    cls=Grouped,
    help="Measure: gradients, scaling, imports, grading, a class, figures.",
    no_args_is_help=True,
    rich_markup_mode=None,
)

Json = Annotated[Path | None, typer.Option("--json-file", metavar="FILE", help="Write the numbers there.")]
Plot = Annotated[Path | None, typer.Option("--plot", metavar="FILE", help="Draw the figure there (.svg, .png).")]
Threads = Annotated[
    int, typer.Option(min=1, help="Threads for everyone. More than one only pays on a machine with nothing else to do.")
]


@app.command("gradients")
def gradients(
    json: Json = None,
    plot: Plot = None,
    rounds: Annotated[int, typer.Option(min=4, help="Turns of every contender, at most.")] = 400,
    seconds: Annotated[float, typer.Option(min=0.0, help="For each of the ten problems, at most.")] = 12.0,
    threads: Threads = 1,
) -> None:
    """One full step of training beside PyTorch, JAX, scikit-learn and autograd, and the matrix products alone."""
    _ask("gradients", json, plot, threads, rounds=rounds, seconds=seconds)


@app.command("scaling")
def scaling(
    json: Json = None,
    plot: Plot = None,
    rounds: Annotated[int, typer.Option(min=4, help="Turns of every contender, at most.")] = 60,
    threads: Threads = 1,
) -> None:
    """Backward and forward passes and finite differences against parameters, depth and batch: time and memory."""
    _ask("scaling", json, plot, threads, rounds=rounds)


@app.command("imports")
def imports(
    processes: Annotated[int, typer.Option(min=1, help="Fresh processes for each number.")] = 15,
) -> None:
    """What importing the package costs over NumPy; status 1 if it is more than 30 ms."""
    text, within = importing.report(processes)
    typer.echo(text)
    raise typer.Exit(0 if within else 1)


@app.command("grading")
def grading(
    json: Json = None,
    submissions: Annotated[int, typer.Option(min=2, help="In the class.")] = 60,
    rounds: Annotated[int, typer.Option(min=1, help="Parts in which the class is graded, in turns.")] = 6,
    isolation: Annotated[str, typer.Option(help="auto, bubblewrap, landlock or none.")] = "auto",
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path("."),
) -> None:
    """A class graded by a fresh process each, beside a fresh kernel each, beside an empty process that imports NumPy."""
    # Here and not above: it needs nbclient, which the other measurements do without.
    from ..benchmark import grading as measured

    try:
        found = measured.measure(root, submissions, min(rounds, submissions), sandbox.choose(isolation))
    except (measured.NoClass, sandbox.NoIsolation) as error:
        refuse(str(error))
    typer.echo(machine.description())
    typer.echo(measured.report(found))
    if json:
        with writing(json):
            json.write_text(as_json.dumps(found, indent=1) + "\n")


@app.command("class")
def whole_class(
    submissions: Annotated[int, typer.Option(min=1, help="In the class; all fourteen exercises are among them.")] = 300,
    jobs: Annotated[int, typer.Option(min=1, help="Submissions at a time.")] = 2,
    cluster: Annotated[str | None, typer.Option(metavar="ADDRESS", help="Grade on this Dask cluster instead.")] = None,
    seed: Annotated[int, typer.Option(help="Another number makes another class.")] = 0,
    four_ways: Annotated[
        bool,
        typer.Option("--four-ways", help="One job, two jobs, killed and resumed, a cluster with killed workers."),
    ] = False,
    out: Annotated[
        Path | None, typer.Option(help="A new folder for the class, its results and class.json; else nothing is kept.")
    ] = None,
    table: Annotated[Path | None, typer.Option(help="Write the table there too.")] = None,
    root: Annotated[Path, typer.Option(help="The checkout.")] = Path("."),
) -> None:
    """A class as it really is, graded by the command itself: rate, where the time goes, memory, digests.

    Ends with status 1 where the four ways do not give the same records.
    """
    from ..benchmark import a_class, looking_on
    from ..benchmark import whole_class as measured

    if out is not None and out.exists() and (not out.is_dir() or any(out.iterdir())):
        refuse(f"{out} is not empty, and nothing in it was touched; give a new folder")
    if cluster and four_ways:
        refuse("--four-ways starts a cluster of its own, to kill its workers; leave out --cluster")
    options = ("--cluster", cluster) if cluster else ()
    try:
        with measured.kept(out) as place:
            found = measured.measure(root, place, submissions, jobs, seed, options, four_ways, typer.echo)
    except (a_class.NoClass, looking_on.Failed, sandbox.NoIsolation) as error:
        refuse(str(error))
    text = f"{machine.description()}\n{measured.report(found)}"
    typer.echo(f"\n{text}")
    if table:
        table.write_text(text + "\n", "utf-8")
    if out:
        (out / "class.json").write_text(as_json.dumps(found, indent=1) + "\n", "utf-8")
    raise typer.Exit(0 if found.get("same", True) else 1)


@app.command("figures")
def figures(
    names: Annotated[list[str] | None, typer.Argument(metavar="[FIGURE]...", help="All where none is named.")] = None,
    json: Json = None,
    width: Annotated[int, typer.Option(min=320, help="Of the window, in pixels.")] = 1280,
) -> None:
    """What the live figures cost a browser whose processor is slowed down four times, by its own trace."""
    from ..benchmark import figures as measured

    if unknown := set(names or ()) - set(measured.NAMES):
        refuse(f"no figure is called {', '.join(sorted(unknown))}; there are {', '.join(measured.NAMES)}")
    try:
        found = measured.measure(tuple(names or measured.NAMES), width)
    except measured.NoBrowser as error:
        refuse(str(error))
    typer.echo(machine.description())
    typer.echo(measured.report(found))
    if json:
        with writing(json):
            json.write_text(as_json.dumps(found, indent=1) + "\n")


def _ask(question: str, json: Path | None, plot: Path | None, threads: int, **options: float) -> None:
    files = {"json_file": str(json) if json else None, "plot": str(plot) if plot else None}
    raise typer.Exit(machine.in_a_process_of_its_own(question, files | options, threads))
