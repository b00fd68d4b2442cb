"""The still figure of chapter "Losses and outputs": one sigmoid neuron, the squared error and the cross-entropy."""

import numpy as np
from matplotlib.axes import Axes

from ..activations import ELEMENTWISE
from ..losses import LOSSES
from .style import BACKWARD, FORWARD, figure


def confident_and_wrong(y: float = 1.0, reach: float = 6.0) -> list[Axes]:
    """The loss over the logit z of a sigmoid above, and its slope δ = ∂ℓ/∂z below, for two losses.

    Derived in chapter "Losses and outputs", eq-bce-logits and eq-bce-logits-delta. The two δ differ by the factor σ'(z).

    Parameters
    ----------
    y : float
        The target, 0 or 1.
    reach : float
        z runs from −reach to reach; positive.

    Returns
    -------
    list of two Axes
        Each with the lines "squared error", dashed, and "cross-entropy", solid; the losses in their own units, half
        squares and nats.

    Raises
    ------
    ValueError
        If y is neither 0 nor 1, or reach is not positive.

    Examples
    --------
    >>> _, signals = confident_and_wrong(y=1.0)
    >>> for line in signals.lines:
    ...     print(f"{line.get_label()}: {line.get_ydata()[0]:.4f} at z = {line.get_xdata()[0]:g}")
    squared error: -0.0025 at z = -6
    cross-entropy: -0.9975 at z = -6
    """
    if y not in (0, 1):
        raise ValueError(f"y must be 0 or 1, got {y}: between them no answer is wrong for certain")
    if not reach > 0 or not np.isfinite(reach):
        raise ValueError(f"reach must be a positive number, got {reach}")
    sigmoid, squared, cross = (ELEMENTWISE["sigmoid"], LOSSES["squared_error"], LOSSES["binary_cross_entropy"])
    z = np.linspace(-reach, reach, 241)
    a = sigmoid(z)
    lines = {
        "squared error": (squared(a, y), (a - y) * sigmoid.derivative(z), "--", BACKWARD),
        "cross-entropy": (cross.from_logits(z, np.full_like(z, y)), a - y, "-", FORWARD),
    }
    _, axes = figure(height=4.8, rows=2)
    for name, (loss, delta, style, colour) in lines.items():
        for ax, drawn in zip(axes, (loss, delta), strict=True):
            ax.plot(z, drawn, ls=style, color=colour, lw=2, label=name)
    axes[0].set(ylabel="loss ℓ")
    axes[1].set(ylabel="error signal δ", xlabel=f"logit z (the target is {y:g})", xlim=(-reach, reach))
    # The wrong side is left for y = 1 and right for y = 0; there the two curves lie farthest apart.
    axes[0].legend(loc="upper right" if y else "upper left", frameon=False)
    axes[1].legend(loc="lower right" if y else "upper left", frameon=False)
    return axes
