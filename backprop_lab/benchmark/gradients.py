"""One full step of training, ours beside the peers' and beside the matrix products alone."""

import importlib
import json
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from . import machine, ours, peers
from .problem import AGREEMENT, HIDDEN, PROBLEMS, Contender, Problem, disagreement
from .timing import Timing, interleaved, readable

# Key in the JSON: how to make its contenders, and what must be importable. The first of several fastest counts.
PEERS: dict[str, tuple[tuple[Callable[[Problem], Contender], ...], str]] = {
    "pytorch": ((peers.pytorch, peers.pytorch_compiled), "torch"),
    "jax": ((peers.jax,), "jax"),
    "scikit-learn": ((peers.scikit_learn,), "sklearn"),
    "autograd": ((peers.autograd,), "autograd"),
}
INSTALL = "pip install 'backprop-lab[benchmark]'"


class NotTheSame(Exception):
    """A contender does other work than ours."""


@dataclass(frozen=True)
class Result:
    """The timings of one problem, by contender.

    Parameters
    ----------
    problem : Problem
    timings : dict of str to Timing
        By the name that the table prints.
    peer : dict of str to str
        The key of each peer in the JSON: the name of its fastest contender.
    apart : dict of str to float
        How far each contender was from the readable path after two steps.
    """

    problem: Problem
    timings: dict[str, Timing]
    peer: dict[str, str]
    apart: dict[str, float]

    @property
    def fastest(self) -> str | None:
        """The name of the fastest peer, None where there is none."""
        return min(self.peer.values(), key=lambda name: self.timings[name].median, default=None)

    def times_as_fast(self) -> float | None:
        """The fastest peer's seconds over ours."""
        ours = self.timings["backprop_lab"].median
        return None if self.fastest is None else self.timings[self.fastest].median / ours

    def over_the_floor(self) -> float:
        """Our seconds over those of the matrix products alone."""
        return self.timings["backprop_lab"].median / self.timings["floor"].median

    def row(self, where: str) -> dict:
        """The row of the JSON list. Beside ``seconds`` stand the spread, the other contenders and the machine."""
        names = {"backprop_lab": "backprop_lab", "floor": "floor", **self.peer}
        return {
            "sizes": self.problem.name,
            "batch": self.problem.examples,
            "dtype": self.problem.dtype,
            "seconds": {key: self.timings[name].median for key, name in names.items()},
            "contenders": {
                name: {"median": t.median, "quartiles": [t.lower, t.upper], "least": t.least, "turns": t.kept}
                for name, t in self.timings.items()
            },
            "hidden": HIDDEN,
            "machine": where,
        }


def present() -> tuple[dict, list[str]]:
    """The peers that can be imported here, and the keys of those that cannot."""
    here, missing = {}, []
    for key, (makers, module) in PEERS.items():
        try:
            importlib.import_module(module)
        except ImportError:
            missing.append(key)
        else:
            here[key] = makers
    return here, missing


def compare(problem: Problem, chosen: dict, rounds: int, seconds: float) -> Result:
    """Hold every contender to the same computation, then time them in turns.

    Parameters
    ----------
    chosen : dict of str to functions
        As ``present`` gives it.
    rounds : int
    seconds : float
        For all contenders together; at least four rounds are made.

    Raises
    ------
    NotTheSame
        If a contender's losses or parameters are others than ours; the message says whose and by how much.
    """
    makers = [ours.fast, ours.readable, *(maker for several in chosen.values() for maker in several)]
    contenders, keys, apart = [], {}, {}
    for maker in makers:
        try:
            contender = maker(problem)
            gap = disagreement(contender, problem)
        except peers.DoesNotWorkHere as error:
            warnings.warn(str(error), stacklevel=2)
            continue
        if not gap <= AGREEMENT[problem.dtype]:
            raise NotTheSame(f"{contender.name}, {problem}: after two steps {gap:.1e} away from the readable path")
        contenders.append(contender)
        apart[contender.name] = gap
        for key, several in chosen.items():
            if maker in several:
                keys.setdefault(key, []).append(contender.name)
    contenders.append(ours.floor(problem))
    timings = interleaved({contender.name: contender.step for contender in contenders}, rounds, seconds)
    peer = {key: min(names, key=lambda name: timings[name].median) for key, names in keys.items()}
    return Result(problem, timings, peer, apart)


def tables(results: Sequence[Result]) -> list[Table]:
    """A table for each size, and one that sums up."""
    drawn = []
    for at in range(0, len(results), 2):
        pair = results[at : at + 2]
        table = Table(title=f"{pair[0].problem.name}, m = {pair[0].problem.examples}", title_justify="left")
        table.add_column("one step")
        for result in pair:
            table.add_column(result.problem.dtype, justify="right")
            table.add_column("quartiles", justify="right")
            table.add_column("× ours", justify="right")
        for name in pair[0].timings:
            cells = []
            for result in pair:
                timing = result.timings.get(name)
                if timing is None:
                    cells += ["", "", ""]
                    continue
                relative = timing.median / result.timings["backprop_lab"].median
                spread = f"{readable(timing.lower)} – {readable(timing.upper)}"
                cells += [readable(timing.median), spread, f"{relative:.2f}"]
            table.add_row(name, *cells)
        drawn.append(table)
    summary = Table(title="In short", title_justify="left")
    for heading in ("sizes", "m", "dtype", "ours", "fastest peer", "its time", "times as fast", "ours / floor"):
        summary.add_column(heading, justify="left" if heading in ("sizes", "fastest peer") else "right")
    for result in results:
        mine, fastest, faster = result.timings["backprop_lab"], result.fastest, result.times_as_fast()
        theirs = readable(result.timings[fastest].median) if fastest else "–"
        summary.add_row(
            result.problem.name, str(result.problem.examples), result.problem.dtype, readable(mine.median),
            fastest or "none here", theirs, f"{faster:.2f}" if faster else "–", f"{result.over_the_floor():.2f}",
        )  # fmt: skip
    return [*drawn, summary]


def main(
    json_file: str | None = None,
    plot: str | None = None,
    rounds: int = 400,
    threads: int = 1,
    seconds: float = 12.0,
) -> None:
    """Measure all problems in both precisions, print the tables, write what was asked for."""
    console = Console(soft_wrap=False, width=None if Console().is_terminal else 110)
    where = machine.description()
    console.print(f"One full step: forward, loss, backward, update. Hidden layers {HIDDEN}, softmax, cross-entropy.")
    console.print(where, highlight=False)
    console.print(f"{threads} thread{'s' * (threads > 1)} for everyone, on as many cores; turns taken in random order.")
    chosen, missing = present()
    results = []
    for sizes, examples in PROBLEMS:
        for dtype in ("float64", "float32"):
            with console.status(f"{'-'.join(map(str, sizes))}, {dtype}"):
                results.append(compare(Problem(sizes, examples, dtype), chosen, rounds, seconds))
    worst = {dtype: max(max(r.apart.values()) for r in results if r.problem.dtype == dtype) for dtype in AGREEMENT}
    console.print(
        "Every contender first made two steps and arrived where the readable path does; at most apart, relative "
        f"to the largest parameter: {worst['float64']:.1e} in float64, {worst['float32']:.1e} in float32."
    )
    for table in tables(results):
        console.print(table)
    for key in missing:
        console.print(f"{key} is not installed and was left out: {INSTALL}", markup=False)
    if json_file:
        Path(json_file).write_text(json.dumps([r.row(where) for r in results], indent=1) + "\n", "utf-8")
        console.print(f"{json_file} written.")
    if plot:
        from .drawing import draw_gradients

        draw_gradients(results, plot)
        console.print(f"{plot} written.")
