"""``benchmark``: how fast a step is beside the peers, how the cost of a gradient grows, what an import costs."""

from pathlib import Path
from typing import Annotated

import typer

from ..benchmark import imports as importing
from ..benchmark import machine

app = typer.Typer(help="Measure: gradients, scaling, imports.", no_args_is_help=True, rich_markup_mode=None)

Json = Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the numbers there.")]
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


def _ask(question: str, json: Path | None, plot: Path | None, threads: int, **options: float) -> None:
    files = {"json_file": str(json) if json else None, "plot": str(plot) if plot else None}
    raise typer.Exit(machine.in_a_process_of_its_own(question, files | options, threads))
