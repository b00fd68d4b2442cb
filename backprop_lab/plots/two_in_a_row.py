"""The still figure of chapter "Two neurons in a row": the chain with its values, and the rate of each step back."""

import itertools

from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyBboxPatch, Patch, Polygon

from .. import network
from ..activations import activation_named
from ..losses import loss_named
from .one_neuron import _arrow, _four
from .style import BACKWARD, FONT_SIZE, FORWARD, GREY, figure

_SMALL = FONT_SIZE - 1


def two_in_a_row(params: network.Parameters, x: float, y: float) -> Axes:
    """The chain x → z⁽¹⁾ → a⁽¹⁾ → z⁽²⁾ → a⁽²⁾ → L with its values, and the rates that lead back to every parameter.

    Derived in chapter "Two neurons in a row", eq-five-factors. Solid arrows carry values forward, dashed ones rates
    backward. Parameters are boxes, the loss is a diamond.

    Parameters
    ----------
    params : network.Parameters
        A 1-1-1 network.
    x, y : float
        The one example.

    Returns
    -------
    Axes
        Without scales: its texts hold every value and every rate, with four digits.

    Raises
    ------
    ValueError
        If the network is not two neurons in a row.

    Examples
    --------
    >>> params = network.Parameters.of(
    ...     {1: [[0.5]], 2: [[1.5]]}, {1: [[-0.25]], 2: [[-0.5]]}, ("sigmoid", "sigmoid"), "squared_error"
    ... )
    >>> ax = two_in_a_row(params, x=2.0, y=1.0)
    >>> [text.get_text() for text in ax.texts if "∂L/∂a" in text.get_text()]
    ['∂L/∂a⁽²⁾\\n−0.3731']
    """
    if params.sizes != (1, 1, 1):
        raise ValueError(f"the network must be two neurons in a row, sizes (1, 1, 1); got {params.sizes}")
    cache = network.forward(params, [[x]])
    L = network.loss(params, cache, [[y]])
    w1, w2, b1, b2 = (float(table[l].item()) for table in (params.W, params.b) for l in (1, 2))
    z1, z2, a1, a2 = (float(table[l].item()) for table in (cache.z, cache.a) for l in (1, 2))
    slope1, slope2 = (float(activation_named(params.activations[l]).derivative(z)) for l, z in ((1, z1), (2, z2)))
    dL_da2 = float(loss_named(params.loss).derivative(a2, y))
    places = {
        "x": (0.75, 3.0, x), "z⁽¹⁾": (2.75, 3.0, z1), "a⁽¹⁾": (4.75, 3.0, a1), "z⁽²⁾": (6.75, 3.0, z2),
        "a⁽²⁾": (8.75, 3.0, a2), "L": (10.9, 3.0, L), "w⁽¹⁾": (2.75, 6.6, w1), "w⁽²⁾": (6.75, 6.6, w2),
        "b⁽¹⁾": (2.75, -0.9, b1), "b⁽²⁾": (6.75, -0.9, b2), "y": (10.9, 6.6, y),
    }  # fmt: skip

    _, ax = figure(height=4.1)
    ax.set(xlim=(0, 12), ylim=(-3.0, 7.5))
    ax.set_axis_off()
    shapes = {name: ax.add_patch(_shape(name, across, up)) for name, (across, up, _) in places.items()}
    for name, (across, up, value) in places.items():
        ax.text(across, up, f"{name}\n{_four(value)}", ha="center", va="center", zorder=4, fontsize=_SMALL)
    chain = ("x", "z⁽¹⁾", "a⁽¹⁾", "z⁽²⁾", "a⁽²⁾", "L")
    ends = (("w⁽¹⁾", "z⁽¹⁾"), ("b⁽¹⁾", "z⁽¹⁾"), ("w⁽²⁾", "z⁽²⁾"), ("b⁽²⁾", "z⁽²⁾"), ("y", "L"))
    for start, end in (*itertools.pairwise(chain), *ends):
        _arrow(ax, places[start], places[end], shapes[start], shapes[end], "-", FORWARD, bend=-0.16 * (start != "y"))
    for start, end, rate, value, (across, up) in (
        ("L", "a⁽²⁾", "∂L/∂a⁽²⁾", dL_da2, (9.95, 1.2)),
        ("a⁽²⁾", "z⁽²⁾", "∂a⁽²⁾/∂z⁽²⁾", slope2, (7.95, 1.2)),
        ("z⁽²⁾", "a⁽¹⁾", "∂z⁽²⁾/∂a⁽¹⁾", w2, (5.65, 1.2)),
        ("a⁽¹⁾", "z⁽¹⁾", "∂a⁽¹⁾/∂z⁽¹⁾", slope1, (3.95, 1.2)),
        ("z⁽¹⁾", "w⁽¹⁾", "∂z⁽¹⁾/∂w⁽¹⁾", x, (1.45, 5.0)),
        ("z⁽¹⁾", "b⁽¹⁾", "∂z⁽¹⁾/∂b⁽¹⁾", 1.0, (4.4, -0.9)),
        ("z⁽²⁾", "w⁽²⁾", "∂z⁽²⁾/∂w⁽²⁾", a1, (5.45, 5.0)),
        ("z⁽²⁾", "b⁽²⁾", "∂z⁽²⁾/∂b⁽²⁾", 1.0, (8.4, -0.9)),
    ):
        _arrow(ax, places[start], places[end], shapes[start], shapes[end], "--", BACKWARD, bend=-0.16)
        ax.text(across, up, f"{rate}\n{_four(value)}", ha="center", va="center", color=BACKWARD, fontsize=_SMALL)
    for up, style, colour, text in (
        (-2.1, "-", FORWARD, "solid: forward pass, carries values"),
        (-2.75, "--", BACKWARD, "dashed: backward pass, carries rates"),
    ):
        ax.plot([2.2, 3.0], [up, up], color=colour, ls=style, lw=1.6)
        ax.text(3.3, up, text, va="center", color=colour, fontsize=_SMALL)
    return ax


def _shape(name: str, across: float, up: float) -> Patch:
    """A box for what is learned, a diamond for the loss, a circle for what is computed or given."""
    look = {"facecolor": "#f1f3f5", "edgecolor": GREY, "linewidth": 1.2, "zorder": 3}
    if name == "L":
        return Polygon([(across - 1.0, up), (across, up + 1.15), (across + 1.0, up), (across, up - 1.15)], **look)
    if name[0] in "wb":
        return FancyBboxPatch((across - 0.65, up - 0.6), 1.3, 1.2, boxstyle="round,pad=0,rounding_size=0.12", **look)
    return Ellipse((across, up), 1.4, 1.5, **look)
