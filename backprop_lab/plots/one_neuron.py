"""The still figures of chapter "One neuron, three factors": the chain, a nudge of the weight, the activations."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyArrowPatch, FancyBboxPatch, Patch, Polygon

from .. import neuron
from .style import BACKWARD, FONT_SIZE, FORWARD, GREY, INK, figure

_STYLES = ("-", "--", "-.", ":")
_COLOURS = ("#0b7285", "#862e9c", "#a14e00", "#2b8a3e")


def loss_tangent(
    params: neuron.Parameters, x: float, y: float, *, nudge: float = 0.3, before: float = 0.5, after: float = 0.6
) -> Axes:
    """The loss over the weight, its tangent at w, and a nudge: what the slope foretells and what the loss does.

    Derived in chapter "One neuron, three factors", eq-three-factors: the slope of the tangent is ∂L/∂w.

    Parameters
    ----------
    params : neuron.Parameters
        The neuron; the tangent touches the curve at its w.
    x, y : float
        The one example.
    nudge : float
        How far w is moved, either way; not 0.
    before, after : float
        How much of the curve to show to either side of the nudge, in units of w; positive.

    Returns
    -------
    Axes
        With lines labelled "loss" and "tangent". The ends of the vertical line "remainder" are the loss that the
        tangent foretells after the nudge and the loss that is there.

    Raises
    ------
    ValueError
        If the nudge is 0, or nothing is shown beside it.

    Examples
    --------
    >>> ax = loss_tangent(neuron.Parameters(w=0.5, b=-0.25), x=2.0, y=1.0)
    >>> tangent = next(line for line in ax.lines if line.get_label() == "tangent")
    >>> (w0, w1), (L0, L1) = tangent.get_data()
    >>> print(f"{(L1 - L0) / (w1 - w0):.6f}")
    -0.139811
    """
    if nudge == 0 or not np.isfinite(nudge):
        raise ValueError(f"nudge must be a number other than 0, got {nudge}: without a nudge there is no slope to see")
    if not (before > 0 and after > 0):
        raise ValueError(f"before and after must be positive, got {before} and {after}")

    def loss_at(w: float) -> float:
        moved = params.with_vector((w, params.b))
        return neuron.loss(moved, neuron.forward(moved, x), y)

    w, ends = params.w, sorted((params.w, params.w + nudge))
    here, there, slope = loss_at(w), loss_at(w + nudge), neuron.backward(params, neuron.forward(params, x), y).dL_dw
    foretold = here + slope * nudge
    grid = np.linspace(ends[0] - before, ends[1] + after, 241)
    straight = np.array([ends[0] - 0.6 * before, ends[1] + 0.6 * after])

    _, ax = figure(height=3.5)
    ax.plot(grid, [loss_at(v) for v in grid], color=FORWARD, lw=2, label="loss")
    ax.plot(straight, here + slope * (straight - w), color=BACKWARD, lw=1.8, ls="--", label="tangent")
    ax.plot([w, w + nudge], [here, here], color=GREY, lw=1.2, ls=":", label="nudge")
    ax.plot([w + nudge] * 2, [here, foretold], color=BACKWARD, lw=1.2, ls=":", label="foretold")
    ax.plot([w + nudge] * 2, [foretold, there], color=INK, lw=3, solid_capstyle="butt", label="remainder")
    ax.plot([w], [here], "o", color=INK, ms=7)
    ax.plot([w + nudge], [there], "s", color=INK, ms=5)

    outwards, away = np.sign(nudge), -1 if slope * nudge > 0 else 1
    side = {"ha": "left" if outwards > 0 else "right", "textcoords": "offset points"}
    ax.annotate(f"nudge {_four(nudge)}", (w + nudge / 2, here), xytext=(4 * outwards, 8 * away), color=GREY,
                ha="center", va="center", textcoords="offset points")  # fmt: skip
    ax.annotate(f"∂L/∂w · nudge = {_four(slope * nudge)}", (w + nudge, here), xytext=(7 * outwards, 2 * away),
                color=BACKWARD, va="center", **side)  # fmt: skip
    ax.annotate(f"remainder {_four(there - foretold)}", (w + nudge, (there + foretold) / 2),
                xytext=(40 * outwards, 22 * away), va="center", arrowprops={"arrowstyle": "->", "color": INK}, **side)  # fmt: skip
    ax.annotate(f"w = {_four(w)}", (w, here), xytext=(-2, -16), textcoords="offset points", ha="right")
    _name(ax, "loss L", grid[24], loss_at(grid[24]), FORWARD)
    _name(ax, f"tangent, slope ∂L/∂w = {_four(slope)}", straight[0], here + slope * (straight[0] - w), BACKWARD)
    ax.set(xlabel="weight w", ylabel="loss L", xlim=(grid[0], grid[-1]))
    return ax


def chain(params: neuron.Parameters, x: float, y: float) -> Axes:
    """The chain x, w, b → z → a → L with its values, and the rates that lead back along it.

    Derived in chapter "One neuron, three factors", eq-three-factors. Solid arrows carry values forward, dashed ones
    rates backward. Parameters are boxes, the loss is a diamond.

    Parameters
    ----------
    params : neuron.Parameters
        The neuron.
    x, y : float
        The one example.

    Returns
    -------
    Axes
        Without scales: its texts hold every value and every rate, with four digits.

    Examples
    --------
    >>> ax = chain(neuron.Parameters(w=0.5, b=-0.25), x=2.0, y=1.0)
    >>> [text.get_text() for text in ax.texts if "∂L/∂a" in text.get_text()]
    ['∂L/∂a\\n−0.3208']
    """
    cache = neuron.forward(params, x)
    L, rates = neuron.loss(params, cache, y), neuron.backward(params, cache, y)
    places = {
        "w": (0.9, 6.0, params.w), "x": (0.9, 3.0, cache.x), "b": (0.9, 0.0, params.b), "y": (9.4, 6.0, y),
        "z": (4.2, 3.0, cache.z), "a": (6.8, 3.0, cache.a), "L": (9.4, 3.0, L),
    }  # fmt: skip

    _, ax = figure(height=3.9)
    ax.set(xlim=(0, 10.6), ylim=(-1.9, 6.7))
    ax.set_axis_off()
    shapes = {name: ax.add_patch(_shape(name, across, up)) for name, (across, up, _) in places.items()}
    for name, (across, up, value) in places.items():
        ax.text(across, up, f"{name}\n{_four(value)}", ha="center", va="center", zorder=4)
    for start, end in (("w", "z"), ("x", "z"), ("b", "z"), ("z", "a"), ("a", "L"), ("y", "L")):
        _arrow(ax, places[start], places[end], shapes[start], shapes[end], "-", FORWARD, bend=-0.14 * (start != "y"))
    for start, end, rate, value, (across, up) in (
        ("L", "a", "∂L/∂a", rates.dL_da, (7.9, 1.75)),
        ("a", "z", "∂a/∂z", rates.da_dz, (5.5, 1.75)),
        ("z", "w", "∂z/∂w", rates.dz_dw, (1.25, 4.5)),
        ("z", "x", "∂z/∂x", rates.dz_dx, (2.2, 2.3)),
        ("z", "b", "∂z/∂b", rates.dz_db, (3.4, 0.6)),
    ):
        _arrow(ax, places[start], places[end], shapes[start], shapes[end], "--", BACKWARD, bend=-0.14)
        ax.text(across, up, f"{rate}\n{_four(value)}", ha="center", va="center", color=BACKWARD, fontsize=FONT_SIZE - 1)
    for across, up, formula in ((3.9, 5.0, "z = w x + b"), (5.5, 3.85, "a = σ(z)"), (7.9, 3.85, "L = ℓ(a, y)")):
        ax.text(across, up, formula, ha="center", va="center", color=FORWARD, fontsize=FONT_SIZE - 1)
    for up, style, colour, text in (
        (-1.0, "-", FORWARD, "solid: forward pass, carries values"),
        (-1.6, "--", BACKWARD, "dashed: backward pass, carries rates"),
    ):
        ax.plot([3.0, 3.7], [up, up], color=colour, ls=style, lw=1.6)
        ax.text(3.9, up, text, va="center", color=colour, fontsize=FONT_SIZE - 1)
    return ax


def activation_curves(names: Sequence[str] = ("sigmoid", "tanh", "relu"), reach: float = 4.0) -> list[Axes]:
    """Activations above, their derivatives below, over the same z.

    Parameters
    ----------
    names : sequence of str
        One to four names of ``activations.ELEMENTWISE``, each with a line style of its own.
    reach : float
        z runs from −reach to reach; positive.

    Returns
    -------
    list of two Axes
        a = σ(z), and ∂a/∂z = σ'(z).

    Raises
    ------
    ValueError
        If a name is unknown, if there are none or more than four, or if reach is not positive.

    Examples
    --------
    >>> value, slope = activation_curves(["sigmoid"])
    >>> print(f"{np.nanmax(slope.lines[0].get_ydata()):.2f}")
    0.25
    """
    if not 1 <= len(names) <= len(_STYLES):
        raise ValueError(f"names must hold 1 to {len(_STYLES)} activations, one for each line style, got {len(names)}")
    if not reach > 0:
        raise ValueError(f"reach must be positive, got {reach}")
    rows = [neuron.elementwise_named(name) for name in names]

    # In two halves with a gap between them: a jump at 0 stays a jump.
    halves = np.linspace(-reach, 0, 201), np.linspace(np.nextafter(0, 1), reach, 201)
    z = np.concatenate((halves[0], [np.nan], halves[1]))
    _, axes = figure(height=4.6, rows=2)
    for row, style, colour in zip(rows, _STYLES, _COLOURS, strict=False):
        for ax, function in zip(axes, (row.value, row.derivative), strict=True):
            drawn = np.concatenate((function(halves[0]), [np.nan], function(halves[1])))
            ax.plot(z, drawn, ls=style, color=colour, lw=2, label=row.name)
    axes[0].set(ylabel="a = σ(z)", ylim=(-1.3, 2.2))
    axes[1].set(ylabel="∂a/∂z = σ′(z)", xlabel="z", ylim=(-0.1, 1.2))
    axes[0].legend(loc="upper left", frameon=False)
    return axes


def _name(ax: Axes, text: str, across: float, up: float, colour: str) -> None:
    """Write a curve's name beside the curve, so that no legend has to be matched by colour."""
    ax.annotate(text, (across, up), xytext=(9, 3), textcoords="offset points", color=colour, va="bottom")


def _shape(name: str, across: float, up: float) -> Patch:
    """A box for what is learned, a diamond for the loss, a circle for what is computed or given."""
    look = {"facecolor": "#f1f3f5", "edgecolor": GREY, "linewidth": 1.2, "zorder": 3}
    if name == "L":
        return Polygon([(across - 1.0, up), (across, up + 1.0), (across + 1.0, up), (across, up - 1.0)], **look)
    if name in ("w", "b"):
        return FancyBboxPatch((across - 0.65, up - 0.5), 1.3, 1.0, boxstyle="round,pad=0,rounding_size=0.12", **look)
    return Ellipse((across, up), 1.5, 1.25, **look)


def _arrow(ax: Axes, start: tuple, end: tuple, tail: Patch, head: Patch, style: str, colour: str, bend: float) -> None:
    """An arrow between two centres that begins and ends at the rims of the two shapes."""
    ax.add_patch(
        FancyArrowPatch(
            start[:2], end[:2], patchA=tail, patchB=head, shrinkA=2, shrinkB=2, arrowstyle="-|>", mutation_scale=10,
            linestyle=style, color=colour, linewidth=1.5, connectionstyle=f"arc3,rad={bend}", zorder=2,
        )
    )  # fmt: skip


def _four(value: float) -> str:
    """Four digits after the point at most, with a real minus sign and no minus before a zero."""
    return f"{round(value, 4) + 0.0:g}".replace("-", "−")
