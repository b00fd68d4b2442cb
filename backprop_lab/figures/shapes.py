"""The "shapes" figure of chapter "Two layers in matrices": the tables of a layer as rectangles, and their products.

Forward, back, ∂L/∂W and ∂L/∂b are four products (eq-hidden-delta, eq-dW, eq-db). Other orders and transposes do not
fit; or they do, by accident, and are wrong.
"""

from numbers import Integral

import numpy as np
from numpy.typing import ArrayLike

from ..layers import Parameters
from .live import LiveFigure
from .networks import as_setting, checked
from .shapes_products import PRODUCTS, Reading
from .shapes_still import still
from .shapes_words import alt, trace

MOST_UNITS, MOST_EXAMPLES, MOST_LAYERS = 6, 5, 8
LARGEST = 100.0
# All four sizes differ, so that every edge tells what it counts; one digit, so that a sum can be followed by head.
EXAMPLE = Parameters.of(
    {
        1: [[0.5, -0.3, 0.2], [-0.6, 0.4, 0.1], [0.3, 0.7, -0.5], [0.8, -0.2, 0.6]],
        2: [[0.9, -0.4, 0.5, 0.3], [-0.7, 0.6, 0.2, 0.8]],
    },
    {1: [[0.1], [-0.2], [0.3], [0.0]], 2: [[0.2], [-0.1]]},
    ("tanh", "identity"),
    "squared_error",
)
EXAMPLE_X = ((1.0, -0.5, 0.8, 0.2, -1.2), (0.4, 1.5, -0.9, 0.6, 0.3), (-0.7, 0.1, 1.1, -1.4, 0.5))
EXAMPLE_Y = ((2.0, -1.5, 1.0, -2.0, 0.5), (-1.0, 2.5, -2.0, 1.5, 3.0))


def shapes(
    params: Parameters | None = None,
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    *,
    layer: int = 1,
    product: str = "WA",
    entry: tuple[int, int] = (1, 1),
) -> LiveFigure:
    """The tables of a layer as rectangles to scale: choose a product and see whether its edges meet, and what it sums.

    Parameters
    ----------
    params : network.Parameters, optional
        A network of 2 to 8 layers of at most 6 units. Without it one of 3-4-2 units, with 5 examples.
    X : array, shape (n_0, m)
        At most 5 examples, one in each column. Together with params, as Y is.
    Y : array, shape (n_L, m)
    layer : int
        The layer l that is looked at; another one comes after it, so that 1 ≤ l ≤ L − 1.
    product : str
        The product that is shown first: right are "WA", "VtE", "DAt" and "D1"; t is a transpose, V and E stand for
        W and Δ of layer l + 1, D for Δ of layer l.
    entry : (int, int)
        Row and column of the entry whose sum is shown first, from 1 on.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network or comes without X and Y (or they without it), or layer or entry are no whole numbers.
    ValueError
        If there are too many units, layers or examples, a number lies outside −100 … 100, or there is no such layer,
        product or entry.

    Examples
    --------
    >>> print(shapes(product="WtA").trace.splitlines()[17].split(":")[0])
    W⁽¹⁾ᵀ A⁽⁰⁾ cannot be formed
    """
    params, X, Y = _network(params, X, Y)
    if not isinstance(layer, Integral):
        raise TypeError(f"shapes: layer must be one whole number, got {layer!r}")
    if not 1 <= layer <= params.depth - 1:
        raise ValueError(
            f"shapes: layer must lie between 1 and {params.depth - 1}, got {layer}: "
            "the figure shows a layer together with the one after it"
        )
    if product not in PRODUCTS:
        raise ValueError(f"shapes: product must be one of {', '.join(PRODUCTS)}, got {product!r}")
    reading = Reading(params, X, Y, int(layer), product)
    i, j = _entry(entry, reading.shape)
    reading = Reading(params, X, Y, int(layer), product, i, j)
    sizes = reading.sizes
    setting = as_setting(params, X, Y) | {
        "layer": reading.layer, "product": product, "i": i, "j": j,
        "inputs": sizes["in"], "units": sizes["out"], "next": sizes["next"], "examples": sizes["m"],
    }  # fmt: skip
    scripts = ("nets.js", "shapes_products.js", "shapes_picture.js", "shapes.js")
    return LiveFigure("backprop-shapes", scripts, setting, still(reading), alt(reading), trace(reading))


def _network(params, X, Y) -> tuple[Parameters, np.ndarray, np.ndarray]:
    given = [name for name, value in (("params", params), ("X", X), ("Y", Y)) if value is not None]
    if not given:
        return EXAMPLE, np.array(EXAMPLE_X), np.array(EXAMPLE_Y)
    if len(given) < 3:
        raise TypeError(f"shapes: params, X and Y come together, got {' and '.join(given)} only")
    checked("shapes", params, X, Y, most_units=MOST_UNITS, most_layers=MOST_LAYERS)
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    if params.depth < 2:
        raise ValueError("shapes: the network must have at least 2 layers, got 1: back goes from one layer to another")
    if X.shape[1] > MOST_EXAMPLES:
        raise ValueError(
            f"shapes: X has {X.shape[1]} examples, and there is room for {MOST_EXAMPLES}; take X[:, :{MOST_EXAMPLES}] "
            f"and Y[:, :{MOST_EXAMPLES}]"
        )
    for name, values in (("the parameters", params.vector), ("X", X), ("Y", Y)):
        if np.max(np.abs(values)) > LARGEST:
            raise ValueError(f"shapes: {name} must lie between {-LARGEST:g} and {LARGEST:g}")
    # The browser computes in double precision.
    W, b = ({l: table[l].astype(float) for l in table} for table in (params.W, params.b))
    names = tuple(params.activations[l] for l in params.W)
    return Parameters.of(W, b, names, params.loss), X, Y


def _entry(entry: object, shape: tuple[int, int]) -> tuple[int, int]:
    try:
        i, j = entry
    except (TypeError, ValueError):
        raise TypeError(f"shapes: entry must be a row and a column, such as (1, 1), got {entry!r}") from None
    if not (isinstance(i, Integral) and isinstance(j, Integral)):
        raise TypeError(f"shapes: entry must be two whole numbers, got {entry!r}")
    if not (1 <= i <= shape[0] and 1 <= j <= shape[1]):
        raise ValueError(
            f"shapes: the result is {shape[0]} × {shape[1]}, entry must lie in it and count from 1, got {entry!r}"
        )
    return int(i), int(j)
