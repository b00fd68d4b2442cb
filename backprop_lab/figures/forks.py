"""The "forks" figure: when influence takes two paths, what they carry is added (eq-hidden-delta).

A weight reaches the loss by every path through the units behind it. The figure lists the paths with their factors and
products, and lays the sum beside the row of W⁽ˡ⁺¹⁾ᵀ δ⁽ˡ⁺¹⁾, which adds the same without walking any path to its end.
"""

import numpy as np
from numpy.typing import ArrayLike

from ..layers import Parameters
from .forks_paths import Forks, Start
from .forks_still import still
from .forks_words import alt, trace
from .live import LiveFigure
from .networks import as_setting, checked

MOST_UNITS, MOST_LAYERS, LARGEST = 4, 3, 100.0


def forks(
    params: Parameters | None = None,
    x: ArrayLike | None = None,
    y: ArrayLike | None = None,
    *,
    wrt: str | None = None,
    path: int = 1,
) -> LiveFigure:
    """All paths from a weight or a unit to the loss, each with its product; their sum beside the recursion.

    Parameters
    ----------
    params : Parameters, optional
        A network of 2 or 3 layers of at most 4 units. Without it a 2-3-2 network, its input and its target.
    x : array, shape (n_0, 1)
        One example, a column.
    y : array, shape (n_L, 1)
        Its target.
    wrt : str, optional
        Where the paths begin: ``"w1.2.1"`` is the weight of layer 1 into unit 2 from unit 1; ``"u1.3"`` is unit 3 of
        layer 1, ``"u0.1"`` the first input. Without it a weight of layer 1.
    path : int
        The path that is drawn first, from 1; 0 draws all.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network, comes without x and y (or they without it), wrt is no text or path no whole number.
    ValueError
        If the network does not fit the figure, x and y are no single example, a hidden layer is a softmax, a number
        lies outside −100 … 100, or there is no such weight, unit or path.

    Examples
    --------
    >>> figure = forks()
    >>> print(figure.trace.splitlines()[-1])
    The 2 paths do not all pull one way: 1 adds 0.1855, 1 takes away 0.06145. Together: 0.124.
    >>> [line for line in forks(wrt="u0.1").trace.splitlines() if line.startswith("Paths")]
    ['Paths from L back to x₁: 6']
    """
    params, X, Y = _given(params, x, y)
    if wrt is None:
        wrt = f"w1.{min(2, params.sizes[1])}.1"
    if not isinstance(wrt, str):
        raise TypeError(f"forks: wrt must be a text such as 'w1.2.1' or 'u0.1', got {wrt!r}")
    start = Start.of(wrt, params.sizes)
    if start is None:
        shape = "-".join(map(str, params.sizes))
        raise ValueError(
            f"forks: wrt {wrt!r} is no weight, input or hidden unit of this {shape} network; "
            "'w1.2.1' is the weight of layer 1 into unit 2 from unit 1, 'u1.3' is unit 3 of layer 1, 'u0.1' is input 1"
        )
    reading = Forks(params, X, Y, start)
    if isinstance(path, bool) or not isinstance(path, int | np.integer):
        raise TypeError(f"forks: path must be a whole number, got {path!r}")
    if not 0 <= path <= len(reading.paths):
        raise ValueError(f"forks: path must lie between 0 (all) and {len(reading.paths)}, got {path}")
    path = int(path) if len(reading.paths) > 1 else 1
    setting = as_setting(params, X, Y) | {"wrt": wrt, "path": path}
    return LiveFigure(
        "backprop-forks",
        ("nets.js", "forks_paths.js", "forks_picture.js", "forks.js"),
        setting,
        still(reading, path),
        alt(reading, path),
        trace(reading),
    )


def _example() -> tuple[Parameters, np.ndarray, np.ndarray]:
    W = {1: [[0.5, -0.4], [0.8, 0.3], [-0.6, 0.9]], 2: [[0.7, 0.5, 0.4], [-0.3, 0.9, 0.6]]}
    b = {1: [[0.1], [-0.2], [0.0]], 2: [[0.1], [-0.1]]}
    params = Parameters.of(W, b, ["tanh", "identity"], "squared_error")
    return params, np.array([[1.5], [-0.5]]), np.array([[0.8], [-0.5]])


def _given(params: object, x: ArrayLike | None, y: ArrayLike | None) -> tuple[Parameters, np.ndarray, np.ndarray]:
    """A network with one example that fits it, in double precision as the browser computes."""
    if params is None:
        if x is not None or y is not None:
            raise TypeError("forks: x and y need the network that they are for: forks(params, x, y)")
        return _example()
    if isinstance(params, Parameters) and (x is None or y is None):
        n, k = params.sizes[0], params.sizes[-1]
        raise TypeError(f"forks: a network needs an example: x of shape ({n}, 1) and y of shape ({k}, 1)")
    checked("forks", params, x, y, most_units=MOST_UNITS, most_layers=MOST_LAYERS)
    if params.depth < 2:
        raise ValueError("forks: the network has 1 layer, and no path forks in it; give one of 2 or 3 layers")
    X, Y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if X.shape[1] != 1:
        raise ValueError(f"forks: x has {X.shape[1]} examples, and the figure shows one: give x[:, :1], y[:, :1]")
    for l in range(1, params.depth):
        if params.activations[l] == "softmax":
            raise ValueError(
                f"forks: layer {l} is a hidden softmax, whose units are not apart; use an elementwise one there"
            )
    for name, values in (("x", X), ("y", Y), ("the parameters", params.vector)):
        if (far := np.abs(values) > LARGEST).any():
            raise ValueError(
                f"forks: {name} must lie between {-LARGEST:g} and {LARGEST:g}, got {values[far].flat[0]:g}; "
                "network.trace takes any number"
            )
    return Parameters(params.sizes, params.activations, params.loss, params.vector.astype(float)), X, Y
