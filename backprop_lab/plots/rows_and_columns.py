"""The still figure of chapter "Two layers in matrices": a row of W is used forward, a column of W on the way back."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import ArrayLike

from .style import BACKWARD, FONT_SIZE, FORWARD, GREY, figure

MOST = 5


def rows_and_columns(W: ArrayLike, a: ArrayLike, delta: ArrayLike, *, i: int = 1, j: int = 1) -> Axes:
    """One table of weights, read twice: row i gives unit i its input, column j gives a_j its derivative.

    Derived in chapter "Two layers in matrices", eq-transpose-back: the sum over units runs down a column of W, and Wᵀ is the table
    in which that column lies as a row.

    Parameters
    ----------
    W : array, shape (n, k)
        The weights of a layer; at most 5 rows and 5 columns.
    a : array, shape (k, 1)
        What enters the layer.
    delta : array, shape (n, 1)
        ∂L/∂z of the layer.
    i, j : int
        The row above and the column below that are framed, from 1.

    Returns
    -------
    Axes
        Without scales. Its texts hold all numbers, and below them the two sums.

    Raises
    ------
    ValueError
        If the shapes do not fit, there are too many entries, or there is no such row or column.

    Examples
    --------
    >>> ax = rows_and_columns([[1.5, -0.8], [-0.4, 1.2]], [[1.0], [2.0]], [[0.5], [1.0]], i=1, j=2)
    >>> [text.get_text() for text in ax.texts if "=" in text.get_text()]
    ['row 1 with a:\\n1.5·1 + (−0.8)·2 = −0.1', 'column 2 with δ:\\n(−0.8)·0.5 + 1.2·1 = 0.8']
    """
    W, a, delta = (np.asarray(values, dtype=float) for values in (W, a, delta))
    if W.ndim != 2 or a.shape != (W.shape[1], 1) or delta.shape != (W.shape[0], 1):
        raise ValueError(
            f"W, a and delta must have the shapes (n, k), (k, 1) and (n, 1), got {W.shape}, {a.shape}, {delta.shape}"
        )
    if max(W.shape) > MOST:
        raise ValueError(f"W may have {MOST} rows and columns at the most, got {W.shape}")
    if not (1 <= i <= W.shape[0] and 1 <= j <= W.shape[1]):
        raise ValueError(f"there is no row {i} and column {j} in a W of shape {W.shape}")
    n, k = W.shape
    rows = max(n, k)
    _, ax = figure(height=1.9 + 0.62 * rows)
    gap = rows + 3.6
    ax.set(xlim=(-2.0, 2 * k + 5.6), ylim=(-gap - n - 1.9, 1.5))
    ax.set_axis_off()

    ax.text(-1.9, 0.9, "forward", color=FORWARD, va="center")
    _table(ax, W, 0.0, 0.0, 2.0, "W")
    _table(ax, a, 2 * k + 0.6, 0.0, 2.2, "a")
    for left, low, wide, high in ((0, -i, 2 * k, 1), (2 * k + 0.6, -k, 2.2, k)):
        ax.add_patch(Rectangle((left, low), wide, high, fill=False, edgecolor=FORWARD, linewidth=2.6, ls="-", zorder=4))
    ax.text(-1.9, -rows - 0.75, f"row {i} with a:\n{_sum(W[i - 1], a[:, 0])}", color=FORWARD, va="center")

    ax.text(-1.9, -gap + 0.9, "back", color=BACKWARD, va="center")
    _table(ax, W, 0.0, -gap, 2.0, "W")
    _table(ax, delta, 2 * k + 0.6, -gap, 2.2, "δ")
    for left, low, wide, high in ((2 * (j - 1), -gap - n, 2, n), (2 * k + 0.6, -gap - n, 2.2, n)):
        ax.add_patch(
            Rectangle((left, low), wide, high, fill=False, edgecolor=BACKWARD, linewidth=2.6, ls="--", zorder=4)
        )
    ax.text(-1.9, -gap - n - 0.95, f"column {j} with δ:\n{_sum(W[:, j - 1], delta[:, 0])}", color=BACKWARD, va="center")
    return ax


def _table(ax: Axes, values: np.ndarray, left: float, top: float, wide: float, name: str) -> None:
    """A table of numbers with its name above it."""
    ax.text(left + wide * values.shape[1] / 2, top + 0.45, name, ha="center", va="center", style="italic")
    for (row, column), value in np.ndenumerate(values):
        ax.add_patch(
            Rectangle(
                (left + wide * column, top - row - 1), wide, 1, facecolor="#f1f3f5", edgecolor=GREY, linewidth=0.8
            )
        )
        place = left + wide * (column + 0.5), top - row - 0.5
        ax.text(*place, _number(value), ha="center", va="center", fontsize=FONT_SIZE - 1, zorder=5)


def _sum(weights: np.ndarray, others: np.ndarray) -> str:
    """The sum of the products, written out."""
    terms = " + ".join(f"{_bracketed(w)}·{_bracketed(v)}" for w, v in zip(weights, others, strict=True))
    return f"{terms} = {_number(float(weights @ others))}"


def _bracketed(value: float) -> str:
    return f"({_number(value)})" if value < 0 else _number(value)


def _number(value: float) -> str:
    """Four digits after the point at most, with a real minus sign and no minus before a zero."""
    return f"{round(float(value), 4) + 0.0:g}".replace("-", "−")
