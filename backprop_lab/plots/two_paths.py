"""The still figures of chapter "Forks: when influence takes two paths": a number with two paths, two nudges at once."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Ellipse, FancyArrowPatch, Patch, Polygon, Rectangle
from numpy.typing import ArrayLike

from .. import network
from ..activations import activation_named
from .style import BACKWARD, FONT_SIZE, FORWARD, GREY, INK, figure

_SMALL = FONT_SIZE - 1


def fork(params: network.Parameters, x: ArrayLike, y: ArrayLike) -> Axes:
    """One input, two hidden neurons, one output: the two paths from x to the loss, and the rate of each step back.

    Derived in chapter "Forks: when influence takes two paths", eq-path-sum: rates multiply along a path, and the
    products of the two paths are added. Solid arrows carry values forward, dashed ones rates backward.

    Parameters
    ----------
    params : network.Parameters
        A 1-2-1 network.
    x, y : array, shape (1, 1)
        The one example.

    Returns
    -------
    Axes
        Without scales: its texts hold every value and every rate with four digits, and what each path gives.

    Raises
    ------
    ValueError
        If the network is no 1-2-1 network.

    Examples
    --------
    >>> params = network.Parameters.of({1: [[0.5], [-1.0]], 2: [[1.5, -0.8]]}, {1: [[-0.25], [0.5]], 2: [[-0.5]]},
    ...                                ["sigmoid", "sigmoid"], "squared_error")
    >>> ax = fork(params, [[2.0]], [[1.0]])
    >>> [text.get_text() for text in ax.texts if "path" in text.get_text()]
    ['path 1: −0.0161', 'path 2: −0.0118']
    """
    if params.sizes != (1, 2, 1):
        raise ValueError(f"fork draws a 1-2-1 network, got {'-'.join(map(str, params.sizes))}")
    cache = network.forward(params, x)
    grads = network.backward(params, cache, y)
    hidden = activation_named(params.activations[1]).backward(cache.z[1], np.ones((2, 1)))[:, 0]
    out = activation_named(params.activations[2]).backward(cache.z[2], np.ones((1, 1))).item()
    into, onwards = params.W[1][:, 0], params.W[2][0]
    at_output = grads.delta[2].item()

    _, ax = figure(height=4.3)
    ax.set(xlim=(0, 12.6), ylim=(-2.0, 8.6))
    ax.set_axis_off()
    places = {
        "x": (0.9, 3.6, "$x$", cache.a[0].item()),
        "z": (7.6, 3.6, "$z^{(2)}$", cache.z[2].item()), "a": (9.7, 3.6, "$a^{(2)}$", cache.a[2].item()),
        "L": (11.7, 3.6, "$L$", network.loss(params, cache, y)),
    }  # fmt: skip
    for i, up in ((0, 6.4), (1, 0.8)):
        places[f"z{i}"] = (3.2, up, f"$z_{i + 1}^{{(1)}}$", cache.z[1][i, 0])
        places[f"a{i}"] = (5.4, up, f"$a_{i + 1}^{{(1)}}$", cache.a[1][i, 0])
    shapes = {name: ax.add_patch(_shape(name, across, up)) for name, (across, up, _, _) in places.items()}
    for across, up, name, value in places.values():
        ax.text(across, up, f"{name}\n{_four(value)}", ha="center", va="center", fontsize=_SMALL, zorder=4)

    def step(start: str, end: str, rate: float, across: float, up: float) -> None:
        for tail, head, style, colour in ((start, end, "-", FORWARD), (end, start, "--", BACKWARD)):
            ax.add_patch(
                FancyArrowPatch(
                    places[tail][:2], places[head][:2], patchA=shapes[tail], patchB=shapes[head], shrinkA=1, shrinkB=1,
                    arrowstyle="-|>", mutation_scale=9, linestyle=style, color=colour, linewidth=1.4,
                    connectionstyle="arc3,rad=-0.16", zorder=2,
                )
            )  # fmt: skip
        ax.text(across, up, _four(rate), ha="center", va="center", color=BACKWARD, fontsize=_SMALL, zorder=5)

    step("x", "z0", into[0], 2.55, 4.45)
    step("z0", "a0", hidden[0], 4.3, 5.55)
    step("a0", "z", onwards[0], 5.95, 4.6)
    step("x", "z1", into[1], 1.35, 1.85)
    step("z1", "a1", hidden[1], 4.3, -0.05)
    step("a1", "z", onwards[1], 7.15, 1.75)
    step("z", "a", out, 8.65, 2.75)
    step("a", "L", at_output / out if out else 0.0, 10.7, 2.75)
    for i, up in ((0, 7.9), (1, -0.75)):
        product = at_output * onwards[i] * hidden[i] * into[i]
        ax.text(4.3, up, f"path {i + 1}: {_four(product)}", ha="center", va="center", color=INK)
    for up, style, colour, text in (
        (-1.3, "-", FORWARD, "solid: forward, carries values"),
        (-1.85, "--", BACKWARD, "dashed: backward, each number is its rate"),
    ):
        ax.plot([2.2, 3.0], [up, up], color=colour, ls=style, lw=1.6)
        ax.text(3.2, up, text, va="center", color=colour, fontsize=_SMALL)
    return ax


def two_nudges(u: float, v: float, du: float, dv: float) -> Axes:
    """The product u·v as the area of a rectangle, and what two nudges add: a strip for each, and a corner.

    Derived in chapter "Forks: when influence takes two paths", eq-two-paths: the strips are the two answers, the corner
    is a part of the remainder, since it shrinks faster than the nudges.

    Parameters
    ----------
    u, v : float
        The sides, positive.
    du, dv : float
        How far each is moved, positive.

    Returns
    -------
    Axes
        Its patches are the rectangle, the strip of u, the strip of v and the corner; each is named in a text.

    Raises
    ------
    ValueError
        If one of the four is not positive: an area cannot show it.

    Examples
    --------
    >>> ax = two_nudges(3.0, 2.0, 0.75, 0.25)
    >>> [f"{patch.get_width() * patch.get_height():.4f}" for patch in ax.patches]
    ['6.0000', '1.5000', '0.7500', '0.1875']
    """
    if not min(u, v, du, dv) > 0:
        raise ValueError(f"u, v, du and dv must be positive to be drawn as an area, got {u}, {v}, {du} and {dv}")
    _, ax = figure(height=3.6)
    ax.grid(visible=False)
    parts = (
        (0, 0, u, v, "#f1f3f5", "", "before: u · v"),
        (u, 0, du, v, "#d0ebff", "//", "u moved:\nΔu · v"),
        (0, v, u, dv, "#d8f5a2", "..", "v moved: u · Δv"),
        (u, v, du, dv, "#ffe3e3", "xx", "corner:\nΔu · Δv"),
    )
    for left, low, wide, high, colour, hatch, name in parts:
        ax.add_patch(Rectangle((left, low), wide, high, facecolor=colour, edgecolor=GREY, hatch=hatch, linewidth=1.2))
        said = f"{name} = {_four(wide * high)}"
        plate = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        if name.startswith("corner"):
            ax.annotate(said, (u + du / 2, v + dv / 2), xytext=(u + du + 0.25, v + dv / 2), va="center",
                        arrowprops={"arrowstyle": "->", "color": INK}, fontsize=_SMALL)  # fmt: skip
        elif name.startswith("u"):
            ax.annotate(said, (u + du / 2, v / 2), xytext=(u + du + 0.25, v / 2), va="center",
                        arrowprops={"arrowstyle": "->", "color": INK}, fontsize=_SMALL)  # fmt: skip
        else:
            ax.text(left + wide / 2, low + high / 2, said, ha="center", va="center", fontsize=_SMALL, bbox=plate)
    ax.set(xlim=(0, (u + du) * 1.5), ylim=(0, (v + dv) * 1.06), xlabel="u", ylabel="v")
    ax.set_xticks([0, u, u + du], ["0", _four(u), _four(u + du)])
    ax.set_yticks([0, v, v + dv], ["0", _four(v), _four(v + dv)])
    return ax


def _shape(name: str, across: float, up: float) -> Patch:
    """A diamond for the loss, a circle for what is given or computed."""
    look = {"facecolor": "#f1f3f5", "edgecolor": GREY, "linewidth": 1.2, "zorder": 3}
    if name == "L":
        return Polygon([(across - 0.9, up), (across, up + 1.15), (across + 0.9, up), (across, up - 1.15)], **look)
    return Ellipse((across, up), 1.5, 1.45, **look)


def _four(value: float) -> str:
    """Four digits after the point at most, with a real minus sign and no minus before a zero."""
    return f"{round(float(value), 4) + 0.0:g}".replace("-", "−")
