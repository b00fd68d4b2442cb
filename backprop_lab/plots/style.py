"""The look that all still figures share: sizes that a phone can read, colours that keep their contrast on white."""

import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from matplotlib.figure import Figure

FORWARD, BACKWARD = "#1864ab", "#c92a2a"
INK, GREY, FAINT = "#212529", "#495057", "#dee2e6"

# A phone shows a figure about 350 px wide: 10 pt on 5.2 inches is still 9 px there.
WIDTH, DPI, FONT_SIZE = 5.2, 150, 10

_RC = {
    "font.size": FONT_SIZE,
    "axes.edgecolor": GREY,
    "axes.grid": True,
    "axes.labelcolor": INK,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.axisbelow": True,
    "grid.color": FAINT,
    "grid.linewidth": 0.7,
    "legend.frameon": False,
    "text.color": INK,
    "xtick.color": GREY,
    "ytick.color": GREY,
}


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
    with plt.rc_context(_RC):
        drawn, axes = plt.subplots(
            rows, 1, figsize=(WIDTH, height), dpi=DPI, facecolor="white", layout="constrained", sharex=rows > 1
        )
    return drawn, (axes if rows == 1 else list(axes))
