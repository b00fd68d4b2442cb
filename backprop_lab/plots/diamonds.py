"""The still figure of chapter "Any graph: a tiny autodiff": one graph, walked back in two orders."""

from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyArrowPatch, Patch, Polygon

from ..autodiff import Value
from .style import BACKWARD, FONT_SIZE, FORWARD, GREY, INK, figure

_PLACES = {"x": (1.0, 1.1), "u": (4.0, 1.1), "v": (6.6, 3.3), "L": (9.4, 1.1)}
_NUMBERS_AT = {("L", "u"): (6.5, 0.3), ("L", "v"): (8.85, 2.75), ("v", "u"): (4.55, 2.75), ("u", "x"): (2.5, 0.3)}


def diamond(x: float) -> list[Axes]:
    """The diamond u = 2x, v = u + 1, L = u · v, walked back twice: u too early, then v first.

    Derived in chapter "Any graph: a tiny autodiff", eq-graph-order: a step may pass on only after all that it goes into
    have passed on. Solid arrows carry numbers forward. Dashed ones carry shares backward; before each share stands its
    turn.

    Parameters
    ----------
    x : float
        The leaf.

    Returns
    -------
    list of Axes
        Two, without scales: the wrong walk above the right one. Each node shows its number and its gradient after the
        walk, with four digits.

    Examples
    --------
    >>> above, below = diamond(3.0)
    >>> [text.get_text().splitlines() for ax in (above, below) for text in ax.texts if text.get_text()[0] == "x"]
    [['x = 3', '∂L/∂x = 14 ✗'], ['x = 3', '∂L/∂x = 26']]
    """
    nodes = {"x": Value(x)}
    nodes["u"] = 2 * nodes["x"]
    nodes["v"] = nodes["u"] + 1
    nodes["L"] = nodes["u"] * nodes["v"]
    _, (above, below) = figure(height=6.4, rows=2)
    _walk(above, nodes, "Luv", "✗ u before v: x gets too little", wrong=("x",))
    _walk(below, nodes, "Lvu", "✓ v before u: each waits for all its shares")
    for ax, style, colour, text in (
        (above, "-", FORWARD, "solid: forward, carries numbers"),
        (below, "--", BACKWARD, "dashed: backward, “turn: share”"),
    ):
        ax.plot([1.6, 2.4], [-1.0, -1.0], color=colour, ls=style, lw=1.6)
        ax.text(2.6, -1.0, text, va="center", color=colour, fontsize=FONT_SIZE)
    return [above, below]


def _walk(ax: Axes, nodes: dict[str, Value], order: str, title: str, wrong: tuple[str, ...] = ()) -> None:
    """One walk: each node of the order passes its gradient on, once, with what it has at its turn."""
    names = {id(node): name for name, node in nodes.items()}
    grad, shares = {**dict.fromkeys(nodes, 0.0), "L": 1.0}, {}
    for turn, v in enumerate(order, 1):
        for u, slope in nodes[v].inputs:
            if (name := names.get(id(u))) is not None:
                shares[v, name] = turn, grad[v] * slope
                grad[name] += grad[v] * slope
    ax.set(xlim=(-0.2, 10.8), ylim=(-1.3, 4.6))
    ax.set_axis_off()
    ax.text(0, 4.3, title, color=INK, fontsize=FONT_SIZE)
    shapes = {name: ax.add_patch(_shape(name)) for name in nodes}
    for name, (across, up) in _PLACES.items():
        mark = " ✗" if name in wrong else ""
        said = f"{name} = {_four(nodes[name].data)}\n∂L/∂{name} = {_four(grad[name])}{mark}"
        ax.text(across, up, said, ha="center", va="center", fontsize=FONT_SIZE, zorder=4)
    for (v, u), (turn, share) in shares.items():
        for tail, head, style, colour in ((u, v, "-", FORWARD), (v, u, "--", BACKWARD)):
            ax.add_patch(
                FancyArrowPatch(
                    _PLACES[tail], _PLACES[head], patchA=shapes[tail], patchB=shapes[head], shrinkA=1, shrinkB=1,
                    arrowstyle="-|>", mutation_scale=9, linestyle=style, color=colour, linewidth=1.4,
                    connectionstyle="arc3,rad=-0.12", zorder=2,
                )
            )  # fmt: skip
        across, up = _NUMBERS_AT[v, u]
        ax.text(across, up, f"{turn}: {_four(share)}", ha="center", va="center", color=BACKWARD, fontsize=FONT_SIZE)


def _shape(name: str) -> Patch:
    """A diamond for the loss, a circle for what is given or computed."""
    across, up = _PLACES[name]
    look = {"facecolor": "#f1f3f5", "edgecolor": GREY, "linewidth": 1.2, "zorder": 3}
    if name == "L":
        return Polygon([(across - 1.3, up), (across, up + 1.3), (across + 1.3, up), (across, up - 1.3)], **look)
    return Ellipse((across, up), 2.3, 1.5, **look)


def _four(value: float) -> str:
    """Four digits after the point at most, with a real minus sign and no minus before a zero."""
    return f"{round(float(value), 4) + 0.0:g}".replace("-", "−")
