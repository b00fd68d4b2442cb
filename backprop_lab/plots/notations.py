"""The still figure of chapter "Reading other people's code": one layer in four notations, as rectangles."""

from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from .style import BACKWARD, FONT_SIZE, FORWARD, INK, WIDTH, figure

MOST = 5
_GAP = 1.5


def notations(n_in: int, n_out: int, m: int) -> Axes:
    """One layer in columns, in rows, as Keras keeps it and with the bias inside Θ: forward, and ∂L/∂(weights).

    Derived in chapter "Reading other people's code", eq-rows, eq-keras and eq-theta. A rectangle is as high as its
    array has rows and as wide as it has columns; what is computed forward has a solid edge, what is computed backward
    a dashed one.

    Parameters
    ----------
    n_in, n_out, m : int
        Units into the layer, out of it, and examples: 1 to 5.

    Returns
    -------
    Axes
        Without scales. Each rectangle has its name in it and its shape below.

    Raises
    ------
    ValueError
        If a number is not between 1 and 5.

    Examples
    --------
    >>> ax = notations(2, 3, 4)
    >>> [text.get_text() for text in ax.texts if text.get_text().startswith("Keras")]
    ['Keras: rows, K is (in, out)']
    """
    if not all(1 <= number <= MOST for number in (n_in, n_out, m)):
        raise ValueError(f"n_in, n_out and m must lie between 1 and {MOST}, got {n_in}, {n_out} and {m}")
    lines = (
        ("This book: columns", ("Z", n_out, m), [("W", n_out, n_in), ("A", n_in, m)], ("b", n_out, 1),
         ("∂W", n_out, n_in), [("Δ", n_out, m), ("Aᵀ", m, n_in)]),
        ("PyTorch: rows, W is (out, in)", ("Z", m, n_out), [("A", m, n_in), ("Wᵀ", n_in, n_out)], ("bᵀ", 1, n_out),
         ("∂W", n_out, n_in), [("Δᵀ", n_out, m), ("A", m, n_in)]),
        ("Keras: rows, K is (in, out)", ("Z", m, n_out), [("A", m, n_in), ("K", n_in, n_out)], ("bᵀ", 1, n_out),
         ("∂K", n_in, n_out), [("Aᵀ", n_in, m), ("Δ", m, n_out)]),
        ("Θ: columns, the bias inside", ("Z", n_out, m), [("Θ", n_out, 1 + n_in), ("1; A", 1 + n_in, m)], None,
         ("∂Θ", n_out, 1 + n_in), [("Δ", n_out, m), ("1, Aᵀ", m, 1 + n_in)]),
    )  # fmt: skip
    tall = max(n_in + 1, n_out, m) + 2.6
    drawn, ax = figure(height=4.0)
    widest = 0.0
    for k, (title, Z, factors, bias, gradient, pair) in enumerate(lines):
        middle = -k * tall
        ax.text(0, middle + tall / 2 - 0.5, title, color=INK, fontsize=FONT_SIZE, va="center")
        end = _line(ax, middle, 0.0, Z, factors, bias, FORWARD, "-")
        widest = max(widest, _line(ax, middle, end + 2.2, gradient, pair, None, BACKWARD, "--"))
    ax.set(xlim=(-0.4, widest + 0.6), ylim=(-3.5 * tall - 0.4, tall / 2))
    drawn.set_figheight((4 * tall + 0.4) * WIDTH / (widest + 1.0))
    ax.set_aspect("equal")
    ax.set_axis_off()
    return ax


def _line(
    ax: Axes, middle: float, left: float, result: tuple, factors: list, bias: tuple | None, colour: str, style: str
) -> float:
    """Result = factor factor + bias, from ``left`` on; where it ends."""
    signs = ["=", "", *(["+"] if bias else [])]
    parts = [result, *factors, *([bias] if bias else [])]
    at = left
    for i, (name, rows, columns) in enumerate(parts):
        look = {"facecolor": "#f8f9fa", "edgecolor": colour, "linestyle": style, "linewidth": 1.4}
        ax.add_patch(Rectangle((at, middle - 0.2 - rows / 2), columns, rows, **look))
        centre = at + columns / 2
        ax.text(centre, middle - 0.2, name, ha="center", va="center", color=INK, fontsize=FONT_SIZE)
        below = middle - 0.2 - rows / 2 - 0.5
        ax.text(centre, below, f"{rows}×{columns}", ha="center", va="center", color=colour, fontsize=FONT_SIZE - 2)
        at += columns
        if i < len(signs) and i + 1 < len(parts):
            space = _GAP if signs[i] else 0.9
            ax.text(at + space / 2, middle - 0.2, signs[i], ha="center", va="center", fontsize=FONT_SIZE)
            at += space
    return at
