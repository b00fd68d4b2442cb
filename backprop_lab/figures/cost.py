"""The "cost" figure of chapter "Why it is fast": multiplications of four ways to a gradient, against depth or width.

The counts are those of ``backprop_lab.cost``; the path sum (eq-path-sum) grows exponentially with depth, the δ
recursion (eq-hidden-delta) by the cost of a layer.
"""

from collections.abc import Sequence

from .. import cost as counts
from .cost_reading import AGAINST, LARGEST, SCHEMES, Reading
from .cost_still import still
from .cost_words import alt, trace
from .live import LiveFigure


def cost(
    sizes: Sequence[int] = (10, 10, 10, 10),
    batch: int = 1,
    scheme: str = "central",
    *,
    against: str = "depth",
    biases: bool = False,
) -> LiveFigure:
    """Forward pass, backward pass, path sum and finite differences side by side, in exact multiplications.

    Parameters
    ----------
    sizes : sequence of int
        n_0 … n_L: inputs and outputs up to 1000, up to 20 layers, hidden layers all of one width up to 64.
    batch : int
        m, the number of examples, up to 10,000.
    scheme : "central" or "forward"
        Of the finite differences: 2 P forward passes, or P + 1.
    against : "depth" or "width"
        What the curves are drawn against.
    biases : bool
        Let the path sum count the biases too; without them it is the count that the book quotes.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    ValueError
        If a size or the batch is no positive whole number, larger than the figure has room for, the hidden layers
        differ, or a name is unknown.

    Examples
    --------
    >>> print(cost((10, 10, 10, 10)).trace.splitlines()[5])
      path sum: 64,200 (121 × backward), 11,100 paths, weights only
    """
    for name, value, known in (("scheme", scheme, SCHEMES), ("against", against, AGAINST)):
        if value not in known:
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
    counts.forward(sizes, batch)  # refuses what is no positive whole number
    first, *hidden, last = (int(n) for n in sizes)
    if len(set(hidden)) > 1:
        raise ValueError(
            f"sizes must have hidden layers of one width, got {tuple(sizes)}: the figure has one slider for them; "
            "cost.table takes any"
        )
    # With one layer there is no hidden one; the slider still stands somewhere.
    width = hidden[0] if hidden else 10
    setting = {"depth": len(hidden) + 1, "width": width, "inputs": first, "outputs": last, "batch": int(batch)}
    for name, value in setting.items():
        if value > LARGEST[name]:
            raise ValueError(
                f"{name} must be at most {LARGEST[name]:,}, got {value:,}; the figure has no room for more, "
                "cost.table takes any"
            )
    reading = Reading(**setting, scheme=scheme, biases=bool(biases))
    return LiveFigure(
        "backprop-cost",
        ("cost_numbers.js", "cost.js"),
        setting | {"scheme": scheme, "against": against, "biases": int(bool(biases))},
        still(reading, against),
        alt(reading),
        trace(reading),
    )
