"""The still figure of chapter "Why it is fast": seconds of one gradient, by backpropagation and by nudges."""

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes

from .style import BACKWARD, FONT_SIZE, FORWARD, GREY, INK, figure

_SMALL = FONT_SIZE - 1
TICKS = {
    1e-5: "10 µs", 1e-3: "1 ms", 0.1: "0.1 s", 1: "1 s", 60: "1 min", 3600: "1 h", 86400: "1 day", 86400 * 30: "30 days",
}  # fmt: skip


def seconds_of_a_gradient(rows: Sequence[Mapping[str, Any]]) -> Axes:
    """Time against the number of parameters, both scales in powers of ten.

    Derived in chapter "Why it is fast", eq-count-passes: nudges take a forward pass or two for each parameter, so their
    line is twice as steep.

    Parameters
    ----------
    rows : sequence of mappings
        Each with ``parameters``, ``forward``, ``backward``, ``finite_differences`` in seconds, and ``extrapolated``:
        whether the last was worked out from a few entries.

    Returns
    -------
    Axes
        Its lines are "forward pass", "forward and backward", "central differences", and below the last the points that
        were measured and those that were worked out.

    Raises
    ------
    ValueError
        If there are fewer than two rows: a line needs two points.

    Examples
    --------
    >>> row = {"parameters": 12, "forward": 1e-5, "backward": 2e-5, "finite_differences": 3e-4, "extrapolated": False}
    >>> more = row | {"parameters": 112, "finite_differences": 3e-3, "extrapolated": True}
    >>> ax = seconds_of_a_gradient([row, more])
    >>> [line.get_label() for line in ax.lines if not line.get_label().startswith("_")]
    ['forward pass', 'forward and backward', 'central differences', 'measured', 'extrapolated']
    """
    if len(rows) < 2:
        raise ValueError(f"rows must be at least two, got {len(rows)}")
    P = [row["parameters"] for row in rows]
    both = [row["forward"] + row["backward"] for row in rows]
    differences = [row["finite_differences"] for row in rows]

    _, ax = figure(height=4.6)
    ax.plot(P, [row["forward"] for row in rows], "o-", color=FORWARD, ms=5, lw=1.8, label="forward pass")
    ax.plot(P, both, "s--", color=BACKWARD, ms=5, lw=1.8, label="forward and backward")
    ax.plot(P, differences, "-.", color=GREY, lw=1.8, label="central differences", zorder=2)
    for extrapolated, filled, label in ((False, INK, "measured"), (True, "white", "extrapolated")):
        chosen = [k for k, row in enumerate(rows) if bool(row["extrapolated"]) == extrapolated]
        if chosen:
            ax.plot([P[k] for k in chosen], [differences[k] for k in chosen], "D", color=INK, mfc=filled, ms=6,
                    label=label, zorder=3)  # fmt: skip
    ax.set(xscale="log", yscale="log", xlabel="parameters", ylabel="time of one gradient")
    low, high = min(row["forward"] for row in rows), max(*differences, *both)
    shown = [tick for tick in TICKS if low / 20 <= tick <= high * 20]
    ax.set_yticks(shown, [TICKS[tick] for tick in shown])
    ax.minorticks_off()
    ax.set(xlim=(P[0] / 2, P[-1] * 2), ylim=(low / 4, high * 4))
    _, names = ax.get_legend_handles_labels()
    ax.figure.legend(loc="outside upper left", ncols=2, fontsize=_SMALL, frameon=False, labels=names,
                     handles=[line for line in ax.lines if line.get_label() in names])  # fmt: skip
    return ax
