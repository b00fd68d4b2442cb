"""The still figure of chapter "Vanishing and exploding": how large signals are, layer by layer, forward and back."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes

from .style import BACKWARD, FONT_SIZE, FORWARD, INK, figure

# Line style, marker and colour: no two networks share a style or a marker.
LOOKS = (
    ("-", "o", BACKWARD), ("--", "s", FORWARD), ("-", "^", FORWARD), ("-.", "D", INK), (":", "v", "#a14e00"),
)  # fmt: skip


def sizes_by_layer(z_sizes: Mapping[str, Sequence[float]], delta_sizes: Mapping[str, Sequence[float]]) -> list[Axes]:
    """Sizes of z (above) and of δ (below) over the layers, a line for each network, both on logarithmic scales.

    Derived in chapter "Vanishing and exploding", eq-step-back: a step multiplies a size by a factor, so sizes lie on
    straight lines here, and the slope of a line is the logarithm of the factor.

    Parameters
    ----------
    z_sizes, delta_sizes : mapping of str to sequence of float
        For each network, by its name, one positive size for each of the layers 1, 2, …; at most five networks.

    Returns
    -------
    list of Axes
        Above and below, with a line for each network that has its name as label.

    Raises
    ------
    ValueError
        If the two have not the same names, there are none or more than five, or a size is not positive and finite.

    Examples
    --------
    >>> above, below = sizes_by_layer({"half": [1.0, 0.5, 0.25]}, {"half": [0.25, 0.5, 1.0]})
    >>> [float(size) for size in below.lines[0].get_ydata()]
    [0.25, 0.5, 1.0]
    """
    if list(z_sizes) != list(delta_sizes) or not 1 <= len(z_sizes) <= len(LOOKS):
        raise ValueError(
            f"z_sizes and delta_sizes must have the same one to {len(LOOKS)} names, got {list(z_sizes)} and "
            f"{list(delta_sizes)}"
        )
    for name in z_sizes:
        both = np.array([*z_sizes[name], *delta_sizes[name]], dtype=float)
        if not (np.isfinite(both).all() and (both > 0).all()):
            raise ValueError(f"the sizes of {name!r} must be positive and finite: a logarithmic scale has no 0")

    drawn, axes = figure(6.6, rows=2)
    for ax, sizes, words in (
        (axes[0], z_sizes, "forward: size of z, layer 1 = 1"),
        (axes[1], delta_sizes, "backward: size of δ, last hidden layer = 1"),
    ):
        for (name, values), (style, marker, colour) in zip(sizes.items(), LOOKS, strict=False):
            layers = np.arange(1, len(values) + 1)
            ax.semilogy(layers, values, style, marker=marker, color=colour, markersize=5, linewidth=1.6, label=name)
        ax.set_title(words, loc="left", fontsize=FONT_SIZE, color=INK)
        ax.set_xticks(np.arange(1, max(map(len, sizes.values())) + 1))
    axes[1].set_xlabel("layer", fontsize=FONT_SIZE)
    handles, names = axes[0].get_legend_handles_labels()
    drawn.legend(
        handles, names, loc="outside lower center", ncols=2, frameon=False, handlelength=3.5, fontsize=FONT_SIZE
    )
    return axes
