"""How the cost of a gradient grows: with parameters, depth and batch, in time and in memory.

All of it is the readable path, since it is what the chapters count: one forward pass with its loss, one backward
pass, and the gradient by central differences, two forward passes for each parameter. Where these would take longer
than ``PATIENCE``, a few entries are nudged and the time of all of them is worked out: those rows are marked.

Memory is the peak of what was allocated while the call ran, above what was there before, by ``tracemalloc``.
"""

import json
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from .. import network
from ..differences import slopes
from . import machine
from .timing import interleaved, readable

PATIENCE = 1.0  # seconds
NUDGED = 8  # entries, where all would take too long
WIDTHS = (2, 7, 22, 70, 223, 706)  # w-w-w has 2 w (w + 1) parameters: 12 … 998,284
DEPTHS = (1, 2, 4, 8, 16, 32, 64)
BATCHES = (1, 4, 16, 64, 256, 1024)
SERIES = {
    "parameters": [((w, w, w), 16) for w in WIDTHS],
    "depth": [((24,) * (depth + 1), 16) for depth in DEPTHS],
    "batch": [((24, 24, 24, 24), m) for m in BATCHES],
}


def measure(against: str, sizes: tuple[int, ...], examples: int, rounds: int = 60, patience: float = PATIENCE) -> dict:
    """One row: seconds and bytes of a forward pass, a backward pass and finite differences, and their ratios.

    Returns
    -------
    dict
        As the JSON list holds it. ``extrapolated`` tells whether the finite differences were measured whole.
    """
    rng = np.random.default_rng(0)
    params = network.init(sizes, "tanh", "squared_error", seed=1)
    X, Y = rng.standard_normal((sizes[0], examples)), rng.standard_normal((sizes[-1], examples))
    cache = network.forward(params, X)
    moved = params.copy()

    def forward() -> float:
        return network.loss(params, network.forward(params, X), Y)

    def backward() -> network.Gradients:
        return network.backward(params, cache, Y)

    def loss_at(vector: np.ndarray) -> float:
        moved.vector = vector
        return network.loss(moved, network.forward(moved, X), Y)

    def differences(entries: int) -> float:
        chosen = ((i,) for i in range(entries))
        return sum(slope for _, slope in slopes(loss_at, params.vector, entries=chosen))

    timings = interleaved({"forward": forward, "backward": backward}, rounds, seconds=3.0)
    P, once = params.vector.size, timings["forward"].median
    extrapolated = 2 * P * once > patience
    entries = min(P, NUDGED) if extrapolated else P
    taken = min(_seconds(lambda: differences(entries)) for _ in range(3)) * P / entries
    seconds = {"forward": once, "backward": timings["backward"].median, "finite differences": taken}
    memory = {
        "forward": peak(forward),
        "backward": peak(backward),
        "finite differences": peak(lambda: differences(min(P, 2))),
    }
    return {
        "against": against,
        "sizes": "-".join(map(str, sizes)),
        "depth": len(sizes) - 1,
        "batch": examples,
        "parameters": P,
        "seconds": seconds,
        "bytes": memory,
        "ratios": {
            "backward / forward": seconds["backward"] / seconds["forward"],
            "finite differences / backprop": taken / (seconds["forward"] + seconds["backward"]),
            "backward / forward, memory": memory["backward"] / memory["forward"],
        },
        "extrapolated": bool(extrapolated),
    }


def table(against: str, rows: list[dict]) -> Table:
    """One series as a table. An ≈ stands before what was extrapolated."""
    drawn = Table(title=f"Against {against}", title_justify="left")
    headings = (
        "forward",
        "backward",
        "bwd / fwd",
        "finite differences",
        "fd / backprop",
        "forward kB",
        "backward kB",
        "fd kB",
    )
    drawn.add_column(against, justify="right")
    for heading in headings:
        drawn.add_column(heading, justify="right")
    for row in rows:
        seconds, memory, ratios, about = row["seconds"], row["bytes"], row["ratios"], "≈ " * row["extrapolated"]
        drawn.add_row(
            f"{row[against]:,}", readable(seconds["forward"]), readable(seconds["backward"]),
            f"{ratios['backward / forward']:.2f}", about + readable(seconds["finite differences"]),
            f"{about}{ratios['finite differences / backprop']:,.0f}",
            *(f"{memory[kind] / 1000:,.1f}" for kind in ("forward", "backward", "finite differences")),
        )  # fmt: skip
    return drawn


def main(json_file: str | None = None, plot: str | None = None, rounds: int = 60, threads: int = 1) -> None:
    """Measure all series, print the tables, write what was asked for."""
    console = Console(width=None if Console().is_terminal else 130)
    console.print("The readable path: tanh, squared error, float64. Memory: peak of tracemalloc during the call.")
    console.print(machine.description(), highlight=False)
    console.print(f"{threads} thread{'s' * (threads > 1)}; medians of turns taken in random order.")
    rows = []
    for against, settings in SERIES.items():
        with console.status(against):
            series = [measure(against, sizes, examples, rounds) for sizes, examples in settings]
        rows += series
        console.print(table(against, series))
    console.print(
        f"≈ where central differences of all entries would take longer than {PATIENCE:g} s: {NUDGED} entries were "
        "nudged, and their time taken P / 8 times."
    )
    if json_file:
        Path(json_file).write_text(json.dumps(rows, indent=1) + "\n", "utf-8")
        console.print(f"{json_file} written.")
    if plot:
        from .drawing import draw_scaling

        draw_scaling(rows, plot)
        console.print(f"{plot} written.")


def _seconds(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def peak(call: Callable[[], object]) -> int:
    """Bytes allocated at the most while it ran, its result included."""
    call()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        result = call()
        peak = tracemalloc.get_traced_memory()[1]
        del result
    finally:
        tracemalloc.stop()
    return peak - before
