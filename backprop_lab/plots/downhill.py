"""The still figures of chapter "Downhill": a loss as a map with a way down it, and two places where a way down ends."""

from collections.abc import Callable, Sequence

import numpy as np
from matplotlib.axes import Axes

from .style import BACKWARD, FONT_SIZE, FORWARD, GREY, INK, figure

CELLS = 60


def loss_map(
    loss: Callable[[float, float], float],
    way: Sequence[tuple[float, float]],
    *,
    middle: tuple[float, float],
    far: float,
) -> Axes:
    """A loss of w and b seen from above: lines of equal loss, each with its loss, and a way from step to step.

    Both axes have one scale, so that a step of steepest descent crosses the lines at a right angle.

    Parameters
    ----------
    loss : callable
        Takes w and b, returns the loss. It is called (CELLS + 1)² times.
    way : sequence of (w, b)
        The start, and where each step led; at least one point.
    middle : (w, b)
        The middle of the map.
    far : float
        How far the map reaches from there, to each side; positive.

    Returns
    -------
    Axes
        With a line labelled "way".

    Raises
    ------
    ValueError
        If there is no point to draw, or the map has no size.

    Examples
    --------
    >>> ax = loss_map(lambda w, b: w * w + b * b, [(1.0, 0.0), (0.5, 0.0)], middle=(0.0, 0.0), far=1.5)
    >>> [line.get_xdata().tolist() for line in ax.lines if line.get_label() == "way"]
    [[1.0, 0.5]]
    """
    if not way:
        raise ValueError("way must have at least one point (w, b), got none")
    if not 0 < far < np.inf:
        raise ValueError(f"far must be a positive number, got {far}")
    across = middle[0] + far * np.linspace(-1, 1, CELLS + 1)
    up = middle[1] + far * np.linspace(-1, 1, CELLS + 1)
    heights = np.array([[loss(float(w), float(b)) for w in across] for b in up])

    _, ax = figure(4.6)
    ax.grid(visible=False)
    # Closer where the loss is low, so that a bowl's lines are equally far apart.
    low, high = heights.min(), heights.max()
    lines = ax.contour(
        across, up, heights, levels=low + (high - low) * (np.arange(1, 10) / 10) ** 2, colors=FORWARD, linewidths=1
    )
    ax.clabel(lines, fmt="%.3g", fontsize=FONT_SIZE - 1, inline_spacing=2)
    w, b = np.transpose(way)
    ax.plot(w, b, "o-", color=BACKWARD, linewidth=1.6, markersize=5, markerfacecolor="white", label="way", zorder=4)
    ax.plot(w[:1], b[:1], "o", color=INK, markersize=9, zorder=5)
    ends = [("start", (w[0], b[0]), (-19, -17))] + [(f"step {len(way) - 1}", (w[-1], b[-1]), (0, 9))] * (len(way) > 1)
    for words, end, away in ends:
        ax.annotate(
            words, end, xytext=away, textcoords="offset points", color=INK, ha="center", fontsize=FONT_SIZE,
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 1, "alpha": 0.8}, zorder=6,
        )  # fmt: skip
    ax.set_aspect("equal")
    ax.set_xlabel("w", fontsize=FONT_SIZE)
    ax.set_ylabel("b", fontsize=FONT_SIZE, rotation=0)
    return ax


def dead_ends(
    valley: Callable[[np.ndarray], np.ndarray],
    ways: Sequence[Sequence[float]],
    saddle: Callable[[np.ndarray, np.ndarray], np.ndarray],
) -> list[Axes]:
    """Where descent can end short of the lowest point: a higher valley (above), a saddle (below).

    Parameters
    ----------
    valley : callable
        A loss of one parameter u, from −1.6 to 1.6; takes an array.
    ways : two sequences of float
        The values of u on two ways down it.
    saddle : callable
        A loss of w and b with its saddle at 0, 0; takes two arrays. It is cut along w, with b = 0, and along b, with
        w = 0.

    Returns
    -------
    list of Axes
        Above, lines labelled "loss", "first way" and "second way"; below, lines labelled "along w" and "along b".

    Raises
    ------
    ValueError
        If there are not two ways.
    """
    if len(ways) != 2:
        raise ValueError(f"ways must be two, got {len(ways)}")
    u = np.linspace(-1.6, 1.6, 321)
    drawn, (above, below) = figure(6.0, rows=2)
    above.plot(u, valley(u), color=GREY, linewidth=1.6, label="loss")
    for name, way, marker, colour in zip(("first", "second"), ways, "os", (BACKWARD, FORWARD), strict=True):
        at = np.asarray(way)
        above.plot(at, valley(at), marker, color=colour, markerfacecolor="white", label=f"{name} way", zorder=4)
        above.plot(at[-1:], valley(at[-1:]), marker, color=colour, markersize=9, zorder=5)
        above.annotate(
            f"{name} start", (at[0], valley(at[0])), xytext=(-9 if at[0] > 0 else 9, 0), textcoords="offset points",
            color=INK, ha="right" if at[0] > 0 else "left", va="center", fontsize=FONT_SIZE,
        )  # fmt: skip
        above.annotate(
            f"L = {valley(at[-1]):.3f}", (at[-1], valley(at[-1])), xytext=(0, -17), textcoords="offset points",
            color=INK, ha="center", fontsize=FONT_SIZE,
        )  # fmt: skip
    low, high = above.get_ylim()
    above.set_ylim(low - 0.14 * (high - low), high + 0.1 * (high - low))
    above.set_xlabel("u", fontsize=FONT_SIZE)
    above.set_ylabel("L", fontsize=FONT_SIZE, rotation=0)
    above.tick_params(labelbottom=True)

    zero = np.zeros_like(u)
    below.plot(u, saddle(u, zero), "-", color=BACKWARD, linewidth=1.6, label="along w")
    below.plot(u, saddle(zero, u), "--", color=FORWARD, linewidth=1.6, label="along b")
    height = float(saddle(np.zeros(1), np.zeros(1))[0])
    below.plot([0], [height], "D", color=INK, markersize=8, zorder=5)
    for words, away in (("along w (b = 0)", 44), ("saddle", 11), ("along b (w = 0)", -32)):
        below.annotate(
            words, (0, height), xytext=(0, away), textcoords="offset points", color=INK, ha="center", fontsize=FONT_SIZE
        )
    below.set_xlabel("w or b", fontsize=FONT_SIZE)
    below.set_ylabel("L", fontsize=FONT_SIZE, rotation=0)
    drawn.align_ylabels()
    return [above, below]
