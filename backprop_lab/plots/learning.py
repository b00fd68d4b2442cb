"""The still figures of chapter "Learning": losses over the updates, and pictures with a word above each."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes

from .style import BACKWARD, DPI, FONT_SIZE, FORWARD, GREY, INK, WIDTH, figure

# A colour and a kind of line, so that neither is needed to tell the curves apart.
STYLES = (
    (GREY, ":"),
    (FORWARD, "--"),
    (INK, "-"),
    ("#a14e00", "-."),
    (BACKWARD, (0, (6, 1, 1, 1, 1, 1))),
    (FORWARD, (0, (8, 2))),
)
IN_A_ROW = 5


def loss_curves(curves: Mapping[str, Sequence[float]]) -> Axes:
    """The loss over the updates, a curve for each name; a curve that climbs leaves the picture at the top.

    Parameters
    ----------
    curves : mapping of str to sequence of float
        Up to six names, each with positive losses, the first before any update. What is not finite is not drawn.

    Returns
    -------
    Axes
        Logarithmic upwards, up to ten times the largest first loss; each line has its name as label.

    Raises
    ------
    ValueError
        If there is no curve, there are too many, or one has no loss.

    Examples
    --------
    >>> ax = loss_curves({"slow": [1.0, 0.9, 0.8], "fast": [1.0, 0.1, 0.01]})
    >>> [line.get_label() for line in ax.lines]
    ['slow', 'fast']
    """
    if not 1 <= len(curves) <= len(STYLES):
        raise ValueError(f"curves must be 1 to {len(STYLES)}, got {len(curves)}")
    for name, losses in curves.items():
        if len(losses) == 0:
            raise ValueError(f"curves[{name!r}] must have at least one loss, got none")
    _, ax = figure(height=3.8)
    top = 10 * max(float(losses[0]) for losses in curves.values())
    for (name, losses), (colour, style) in zip(curves.items(), STYLES, strict=False):
        shown = np.where(np.isfinite(losses), np.minimum(losses, 1e3 * top), np.nan)
        ax.plot(range(len(shown)), shown, color=colour, linestyle=style, linewidth=1.8, label=name)
    ax.set_yscale("log")
    inside = [float(loss) for line in ax.lines for loss in line.get_ydata() if 0 < loss <= top]
    ax.set_ylim(0.6 * min(inside), top)
    ax.set_xlabel("updates", fontsize=FONT_SIZE)
    ax.set_ylabel("loss L", fontsize=FONT_SIZE)
    ax.legend(
        loc="lower left", frameon=True, framealpha=0.9, edgecolor="none", fontsize=FONT_SIZE - 0.5, handlelength=3.2
    )
    return ax


def pictures(X: np.ndarray, words: Sequence[str]) -> list[Axes]:
    """Square pictures, five in a row, dark where there is ink, each with its words above it.

    Parameters
    ----------
    X : array, shape (n, m)
        A picture in each column, n a square number: row by row, ink between 0 and 1.
    words : sequence of str
        One for each picture.

    Returns
    -------
    list of Axes
        One for each picture, with its words as title.

    Raises
    ------
    ValueError
        If there is no picture, a column is not a square, or words and pictures differ in number.

    Examples
    --------
    >>> axes = pictures(np.eye(4), ["a", "b", "c", "d"])
    >>> [ax.get_title() for ax in axes]
    ['a', 'b', 'c', 'd']
    >>> axes[3].images[0].get_array().tolist()
    [[0.0, 0.0], [0.0, 1.0]]
    """
    X = np.asarray(X)
    side = round(X.shape[0] ** 0.5) if X.ndim == 2 else 0
    if X.ndim != 2 or not X.size or side**2 != X.shape[0]:
        raise ValueError(f"X has shape {X.shape}, expected (n, m), n a square number and m at least 1")
    if len(words) != X.shape[1]:
        raise ValueError(f"words must be {X.shape[1]}, one for each picture, got {len(words)}")
    rows = -(-X.shape[1] // IN_A_ROW)
    _, grid = plt.subplots(
        rows, IN_A_ROW, figsize=(WIDTH, 1.4 * rows), dpi=DPI, facecolor="white", layout="constrained", squeeze=False
    )
    axes = list(grid.flat)
    for ax in axes:
        ax.axis("off")
    for ax, picture, word in zip(axes, X.T, words, strict=False):
        ax.imshow(picture.reshape(side, side), cmap="Greys", vmin=0, vmax=1)
        ax.set_title(word, fontsize=FONT_SIZE - 0.5, color=INK, pad=3)
    return axes[: X.shape[1]]
