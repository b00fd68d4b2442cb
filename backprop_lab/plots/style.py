"""The look that all still figures share: sizes that a phone can read, colours that keep their contrast on white."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FORWARD, BACKWARD = "#1864ab", "#c92a2a"
INK, GREY, FAINT = "#212529", "#495057", "#dee2e6"

# A phone shows a figure about 350 px wide: 10 pt on 5.2 inches is still 9 px there.
WIDTH, DPI, FONT_SIZE = 5.2, 150, 10


def figure(height: float, rows: int = 1) -> tuple[Figure, Axes | list[Axes]]:
    """A white figure of the book's width with its axes, one below the other.

    Parameters
    ----------
    height : float
        In inches.
    rows : int
        How many axes; they share the horizontal scale.

    Returns
    -------
    (Figure, Axes) for one row, (Figure, list of Axes) for several.
    """
    # Without rc_context: leaving it would switch off the display of figures in a notebook.
    drawn, axes = plt.subplots(
        rows, 1, figsize=(WIDTH, height), dpi=DPI, facecolor="white", layout="constrained", sharex=rows > 1
    )
    axes = [axes] if rows == 1 else list(axes)
    for ax in axes:
        ax.grid(color=FAINT, linewidth=0.7)
        ax.set_axisbelow(True)
        ax.tick_params(color=GREY, labelcolor=GREY, labelsize=FONT_SIZE)
        ax.spines[["top", "right"]].set_visible(False)
        ax.spines[["bottom", "left"]].set_color(GREY)
    return drawn, (axes[0] if rows == 1 else axes)
