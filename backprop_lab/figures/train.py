"""The "train" figure of chapter "Learning: gradients → updates": a decision boundary that learns before one's eyes.

Each layer's gradient is a bar, so that vanishing and exploding gradients can be made, seen and mended: by depth,
activation and the size of the first weights.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .. import network
from ..layers import Parameters
from ..optimisers import OPTIMISERS
from .live import LiveFigure
from .networks import checked
from .settings import RATES, SCALES, number, one_of, whole
from .train_reading import (
    ACTIVATIONS,
    FEWEST_UNITS,
    MOST_HIDDEN,
    MOST_UNITS,
    NORMALS,
    Reading,
    alt,
    scaled,
    sets,
    trace,
)
from .train_still import still

MOST_POINTS, MOST_STEPS = 120, 20_000


def train(
    params: Parameters | None = None,
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    *,
    data: str | None = None,
    sizes: Sequence[int] | None = None,
    activation: str | None = None,
    scale: float = 1.0,
    optimiser: str = "adam",
    learning_rate: float = 0.03,
    steps: int = 60,
    seed: int | None = None,
) -> LiveFigure:
    """A network learns to part two classes of points: its boundary, its loss, and the gradient of each layer.

    Parameters
    ----------
    params : network.Parameters, optional
        Where to start: 2-n-…-1 with 1 to 6 hidden layers of 2 to 8 units each, all with one of the activations below,
        then a sigmoid; loss binary_cross_entropy. Without it ``network.init(sizes, …, seed)`` makes it.
    X, Y : arrays, shapes (2, m) and (1, m), optional
        Points of your own in columns, 1 ≤ m ≤ 120, and their classes, 0 or 1.
    data : "moons", "spirals" or "xor"
        Points of the library, where X and Y are not given; moons if nothing is said.
    sizes : sequence of int
        (2, 6, 6, 1) if nothing is said.
    activation : "sigmoid", "tanh" or "relu"
        Of every hidden layer; tanh if nothing is said.
    scale : float
        Every first weight is multiplied by it; 0.01 … 10.
    optimiser : str
        A name of ``optimisers.OPTIMISERS``.
    learning_rate : float
        η, 0.00001 … 100.
    steps : int
        How far the still and the trace go, at most 20,000; the live figure begins at step 0.
    seed : int
        Of the first weights; 0 if nothing is said.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network, comes together with sizes, activation or seed, or a number is none.
    ValueError
        If network, points, a name or a number is not one that the figure has room for; the message says which.

    Examples
    --------
    >>> print(train(steps=0).trace.splitlines()[0])
    A network 2-6-6-1: tanh, then sigmoid; loss binary_cross_entropy
    """
    said = {"sizes": sizes, "activation": activation, "seed": seed}
    if params is not None and (given := [name for name, value in said.items() if value is not None]):
        raise TypeError(f"train: params already holds {', '.join(given)}; give either params or {', '.join(given)}")
    number("train", "scale", scale, SCALES)
    number("train", "learning_rate", learning_rate, RATES)
    whole("train", "steps", steps, (0, MOST_STEPS))
    whole("train", "seed", seed if seed is not None else 0, (0, 2**32 - 1))
    one_of("train", "optimiser", optimiser, sorted(OPTIMISERS))
    chosen, points = _points(data, X, Y)
    own = params is not None
    if params is None:
        params = _made(sizes or (2, 6, 6, 1), activation or "tanh", seed or 0)
    params = _fitting(params, *points[chosen])
    reading = Reading(
        scaled(params, scale), *points[chosen], chosen, float(scale), optimiser, float(learning_rate), int(steps)
    )
    setting = {
        "data": chosen, "depth": params.depth - 1, "units": params.sizes[1], "activation": params.activations[1],
        "scale": float(scale), "rate": float(learning_rate), "optimiser": optimiser, "roll": 0,
        "normals": np.random.default_rng(seed or 0).standard_normal(NORMALS).tolist(),
        "theta": params.vector.tolist() if own else None,
        "sets": {name: [*x.tolist(), y[0].astype(int).tolist()] for name, (x, y) in points.items()},
    }  # fmt: skip
    return LiveFigure(
        "backprop-train", ("nets.js", "train_net.js", "train.js"), setting, still(reading), alt(reading), trace(reading)
    )


def _points(data: str | None, X: ArrayLike | None, Y: ArrayLike | None) -> tuple[str, dict]:
    known = sets()
    if (X is None) != (Y is None):
        raise ValueError("train: X and Y belong together: pass both, or neither")
    if X is None:
        name = "moons" if data is None else data
        if name not in known:
            raise ValueError(
                f"train: data must be one of {', '.join(known)}, got {data!r}; or pass X and Y of your own"
            )
        return name, known
    if data is not None:
        raise TypeError(f"train: got X and Y and data={data!r}; give either points of your own or a name")
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    if X.ndim != 2 or X.shape[0] != 2 or Y.shape != (1, X.shape[-1]) or not 1 <= X.shape[1] <= MOST_POINTS:
        raise ValueError(
            f"train: X has shape {X.shape} and Y {Y.shape}, expected (2, m) and (1, m) with 1 ≤ m ≤ {MOST_POINTS}, "
            "a point in each column: turn rows with data.columns(X_rows)"
        )
    if not np.isfinite(X).all() or np.abs(X).max() > 100:
        raise ValueError("train: X must hold finite numbers between -100 and 100; scale the points first")
    if not np.isin(Y, (0, 1)).all():
        raise ValueError("train: Y must hold the classes 0 and 1 and nothing else")
    return "given", {"given": (X, Y), **known}


def _made(sizes: Sequence[int], activation: str, seed: int) -> Parameters:
    one_of("train", "activation", activation, ACTIVATIONS)
    hidden = (activation,) * (len(tuple(sizes)) - 2)
    return network.init(sizes, (*hidden, "sigmoid"), "binary_cross_entropy", seed=seed)


def _fitting(params: Parameters, X: np.ndarray, Y: np.ndarray) -> Parameters:
    """The network in double precision, as the browser computes, if it is one that the controls can make."""
    if isinstance(params, Parameters):
        hidden = set(params.sizes[1:-1])
        first, last = params.sizes[0], params.sizes[-1]
        fits = 1 <= params.depth - 1 <= MOST_HIDDEN and len(hidden) == 1
        if not (fits and (first, last) == (2, 1) and min(hidden) >= FEWEST_UNITS and max(hidden) <= MOST_UNITS):
            raise ValueError(
                f"train: the network is {'-'.join(map(str, params.sizes))}, expected 2-n-…-1: two inputs, 1 to "
                f"{MOST_HIDDEN} hidden layers of equally many units ({FEWEST_UNITS} to {MOST_UNITS}), one output"
            )
        names = [params.activations[l] for l in range(1, params.depth + 1)]
        if len(set(names[:-1])) != 1 or names[0] not in ACTIVATIONS or names[-1] != "sigmoid":
            raise ValueError(
                f"train: the activations are {', '.join(names)}, expected one of {', '.join(ACTIVATIONS)} for all "
                "hidden layers, then sigmoid"
            )
        if params.loss != "binary_cross_entropy":
            raise ValueError(f"train: the loss must be 'binary_cross_entropy', got {params.loss!r}")
    checked("train", params, X, Y, most_units=MOST_UNITS, most_layers=MOST_HIDDEN + 1)
    return Parameters(params.sizes, params.activations, params.loss, params.vector.astype(float))
