"""The still figure of chapter "Trust, but check": a curve, its tangent, and the two straight lines of a nudge."""

import numpy as np
from matplotlib.axes import Axes

from .. import neuron
from .style import BACKWARD, FORWARD, GREY, INK, figure


def secants(params: neuron.Parameters, x: float, y: float, *, epsilon: float = 0.4) -> Axes:
    """The loss over the weight with its tangent, and the lines whose slopes the two differences are.

    Derived in chapter "Trust, but check", eq-forward-difference and eq-central-difference: a difference is the slope
    of a straight line through two points of the curve.

    Parameters
    ----------
    params : neuron.Parameters
        The neuron; the tangent touches the curve at its w.
    x, y : float
        The one example.
    epsilon : float
        The nudge, positive, and large enough to be seen.

    Returns
    -------
    Axes
        With lines labelled "loss", "tangent", "forward" and "central".

    Raises
    ------
    ValueError
        If the nudge is not positive.

    Examples
    --------
    >>> ax = secants(neuron.Parameters(w=0.5, b=-0.25), x=2.0, y=1.0)
    >>> central = next(line for line in ax.lines if line.get_label() == "central")
    >>> (w0, w1), (L0, L1) = central.get_data()
    >>> print(f"{(L1 - L0) / (w1 - w0):.4f}")
    -0.1450
    """
    if not epsilon > 0 or not np.isfinite(epsilon):
        raise ValueError(f"epsilon must be a positive number, got {epsilon}: without a nudge there is no line to draw")

    def loss_at(w: float) -> float:
        moved = params.with_vector((w, params.b))
        return neuron.loss(moved, neuron.forward(moved, x), y)

    w, here = params.w, loss_at(params.w)
    ahead, behind = loss_at(w + epsilon), loss_at(w - epsilon)
    slopes = {
        "tangent": neuron.backward(params, neuron.forward(params, x), y).dL_dw,
        "forward": (ahead - here) / epsilon,
        "central": (ahead - behind) / (2 * epsilon),
    }
    # Each line, a little longer than the piece between its two points, and where and how it is drawn.
    drawn = {
        "tangent": (w, here, -0.9, 1.0, "--", BACKWARD),
        "forward": (w, here, -0.5, 1.6, "-.", "#a14e00"),
        "central": (w - epsilon, behind, -0.3, 2.5, ":", INK),
    }
    grid = np.linspace(w - 1.5 * epsilon, w + 1.9 * epsilon, 201)

    _, ax = figure(height=3.7)
    ax.plot(grid, [loss_at(v) for v in grid], color=FORWARD, lw=2.2, label="loss")
    for name, (across, up, start, end, style, colour) in drawn.items():
        ends = np.array([start, end]) * epsilon
        ax.plot(across + ends, up + slopes[name] * ends, color=colour, ls=style, lw=1.9, label=name)
    ax.plot([w - epsilon, w, w + epsilon], [behind, here, ahead], "o", color=INK, ms=6, zorder=5)
    written = {name: f"{name}, slope {slope:.4f}".replace("-", "−") for name, slope in slopes.items()}
    handles = [line for line in ax.lines if line.get_label() in ("loss", *drawn)]
    ax.legend(handles, ["loss L", *(written[name] for name in drawn)], loc="upper right", frameon=False, handlelength=3)
    for across, up, word, (right, rise), side in (
        (w - epsilon, behind, "w − ε", (-6, -15), "right"),
        (w, here, "w", (-6, -15), "right"),
        (w + epsilon, ahead, "w + ε", (4, 8), "left"),
    ):
        ax.annotate(word, (across, up), xytext=(right, rise), textcoords="offset points", ha=side, color=GREY)
    ax.set(xlabel="weight w", ylabel="loss L", xlim=(grid[0], grid[-1]))
    return ax
