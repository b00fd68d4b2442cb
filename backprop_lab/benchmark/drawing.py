"""The two figures for the book, drawn light and told apart by marker, line and word."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib
import matplotlib.pyplot as plt

from ..plots.style import FORWARD, GREY, INK, figure

if TYPE_CHECKING:
    from .gradients import Result

LOOKS = {
    "backprop_lab": {"marker": "o", "ls": "-", "color": FORWARD, "lw": 2.4, "zorder": 4},
    "readable path": {"marker": "s", "ls": "--", "color": FORWARD},
    "PyTorch, eager": {"marker": "^", "ls": "-", "color": "#a14e00"},
    "PyTorch, compiled": {"marker": "v", "ls": "--", "color": "#a14e00"},
    "JAX": {"marker": "D", "ls": "-.", "color": "#862e9c"},
    "scikit-learn": {"marker": "P", "ls": ":", "color": "#2b8a3e"},
    "autograd": {"marker": "X", "ls": ":", "color": GREY},
}


def draw_gradients(results: Sequence["Result"], file: str) -> None:
    """One step of each contender in multiples of the floor, for every size; a row for each precision.

    The bars are quartiles. The form of the file is that of its name: .svg, .png, …
    """
    dtypes = list(dict.fromkeys(result.problem.dtype for result in results))
    drawn, axes = figure(height=3.1 * len(dtypes) + 0.6, rows=len(dtypes))
    for ax, dtype in zip(axes if len(dtypes) > 1 else [axes], dtypes, strict=True):
        rows = [result for result in results if result.problem.dtype == dtype]
        for name, look in LOOKS.items():
            at = [x for x, result in enumerate(rows) if name in result.timings]
            if not at:
                continue
            floors = [rows[x].timings["floor"].median for x in at]
            timings = [rows[x].timings[name] for x in at]
            middle = [t.median / f for t, f in zip(timings, floors, strict=True)]
            below = [(t.median - t.lower) / f for t, f in zip(timings, floors, strict=True)]
            above = [(t.upper - t.median) / f for t, f in zip(timings, floors, strict=True)]
            ax.errorbar(at, middle, yerr=[below, above], label=name, ms=5, capsize=2, elinewidth=1, **look)
        ax.axhline(1, color=INK, lw=1.2)
        ax.annotate("floor: the matrix products alone", (len(rows) - 1, 1), xytext=(0, -11), ha="right",
                    textcoords="offset points", color=INK, fontsize=8)  # fmt: skip
        ax.set(yscale="log", ylabel=f"{dtype}: time / floor")
        ax.set_xticks(range(len(rows)), [_in_lines(r.problem.name, r.problem.examples) for r in rows], fontsize=8)
        ax.set_ylim(bottom=0.7)
    drawn.legend(*(axes[0] if len(dtypes) > 1 else axes).get_legend_handles_labels(), loc="outside upper center", ncols=3,
                 fontsize=8, frameon=False)  # fmt: skip
    _write(drawn, file)


def draw_scaling(rows: Sequence[dict], file: str) -> None:
    """Time ratios against the number of parameters: backward over forward, finite differences over backprop."""
    drawn, (above, below) = figure(height=5.0, rows=2)
    grown = [row for row in rows if row["against"] == "parameters"]
    P = [row["parameters"] for row in grown]
    above.plot(P, [row["ratios"]["backward / forward"] for row in grown], "o-", color=FORWARD)
    above.set(xscale="log", ylabel="backward / forward, time", ylim=(0, None))
    ratios = [row["ratios"]["finite differences / backprop"] for row in grown]
    below.plot(P, ratios, "-", color=GREY, lw=1)
    for extrapolated, look, label in ((False, "s", "measured"), (True, "D", "extrapolated")):
        points = [(p, r) for p, r, row in zip(P, ratios, grown, strict=True) if row["extrapolated"] == extrapolated]
        if points:
            below.plot(*zip(*points, strict=True), look, color=INK, label=label,
                       mfc="white" if extrapolated else INK)  # fmt: skip
    below.set(xscale="log", yscale="log", xlabel="parameters", ylabel="finite differences / backprop, time")
    below.legend(frameon=False, fontsize=9)
    _write(drawn, file)


def _in_lines(sizes: str, examples: int) -> str:
    """Sizes in lines short enough to stand side by side.

    >>> _in_lines("784-256-128-10", 128)
    '784-256\\n-128-10\\nm = 128'
    """
    numbers = sizes.split("-")
    half = (len(numbers) + 1) // 2 if len(sizes) > 9 else len(numbers)
    lines = ["-".join(numbers[:half]), "-" + "-".join(numbers[half:])] if numbers[half:] else [sizes]
    return "\n".join([*lines, f"m = {examples}"])


def _write(drawn: plt.Figure, file: str) -> None:
    # No date and no random names inside, so that the same numbers give the same file.
    with matplotlib.rc_context({"svg.hashsalt": "backprop_lab"}):
        drawn.savefig(file, metadata={"Date": None} if Path(file).suffix == ".svg" else None)
    plt.close(drawn)
