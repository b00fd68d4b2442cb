"""The "flow" figure of chapter "L layers": the seed's diagram, one step forward or back at a time.

Forward the values flow through z⁽ˡ⁾ and a⁽ˡ⁾ to L, and are kept; back flow the error signals (eq-output-delta,
eq-hidden-delta), which meet what was kept in the gradients of each layer (eq-dW, eq-db).
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from ..layers import Parameters
from .flow_steps import heading, steps, trace
from .flow_still import alt, still
from .live import LiveFigure
from .networks import as_setting, checked

MOST_LAYERS, MOST_UNITS, MOST_EXAMPLES = 4, 4, 3
LARGEST = 100.0
INPUTS = ((0.8, -1.0, 1.5), (-0.5, 0.5, 0.4), (1.2, 0.3, -0.7), (0.3, -0.2, 0.9))
EXAMPLES: dict[int, dict[str, Any]] = {
    1: {
        "W": {1: [[0.9, -0.6]]}, "b": {1: [[0.2]]},
        "names": ("sigmoid",), "loss": "squared_error", "Y": [[1.0, 0.0, 1.0]],
    },
    2: {
        "W": {1: [[0.5, -0.8], [-0.3, 0.7], [1.1, 0.4]], 2: [[0.9, -1.2, 0.6]]},
        "b": {1: [[0.1], [-0.2], [0.3]], 2: [[-0.4]]},
        "names": ("tanh", "sigmoid"), "loss": "squared_error", "Y": [[1.0, 0.0, 1.0]],
    },
    3: {
        "W": {1: [[0.7, -0.5], [-0.4, 0.9], [0.6, 0.3]], 2: [[0.8, -0.3, 0.5], [-0.6, 1.1, 0.2]], 3: [[1.2, -0.7]]},
        "b": {1: [[0.1], [0.4], [-0.2]], 2: [[0.3], [-0.1]], 3: [[0.2]]},
        "names": ("relu", "tanh", "identity"), "loss": "squared_error", "Y": [[0.5, -0.5, 1.0]],
    },
    4: {
        "W": {
            1: [[0.6, -0.9], [0.8, 0.5]], 2: [[1.0, -0.4], [-0.7, 0.9]],
            3: [[-0.5, 1.1], [0.9, 0.6]], 4: [[0.7, -1.0], [-0.8, 0.5], [0.3, 0.9]],
        },
        "b": {1: [[0.1], [-0.3]], 2: [[0.2], [0.4]], 3: [[-0.1], [0.2]], 4: [[0.3], [-0.2], [0.1]]},
        "names": ("tanh", "tanh", "tanh", "softmax"), "loss": "cross_entropy",
        "Y": [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]],
    },
}  # fmt: skip
SHOWN = 2


def flow(
    params: Parameters | None = None, x: ArrayLike | None = None, y: ArrayLike | None = None, *, step: int = 0
) -> LiveFigure:
    """The forward and the backward pass of a small network, a step at a time: what is computed, kept and reused.

    Parameters
    ----------
    params : network.Parameters, optional
        A network of 1 to 4 layers, at most 4 units in each. Without it the figure has one of each depth, and shows
        the one of two layers.
    x : array, shape (n_0, m), optional
        At most 3 examples, in columns.
    y : array, shape (n_L, m), optional
        Their targets.
    step : int
        How many steps the live figure has done at first: 0 for none.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network, x or y come without params, or step is no whole number.
    ValueError
        If the network or the batch is too large for the figure, x and y do not fit it, a number lies outside
        −100 … 100, or there is no such step.

    Examples
    --------
    >>> from backprop_lab import network
    >>> figure = flow(network.init((1, 2, 1), "tanh", seed=0), [[0.5]], [[1.0]])
    >>> print(figure.trace.splitlines()[0])
    Network 1-2-1: tanh, tanh; loss squared_error; 1 example
    >>> [line.strip() for line in figure.trace.splitlines() if "eq-hidden-delta" in line]
    ["11. δ⁽¹⁾ = (W⁽²⁾ᵀ δ⁽²⁾) ⊙ σ'(z⁽¹⁾) (eq-hidden-delta)  (2, 1)"]
    """
    if params is None:
        if x is not None or y is not None:
            raise TypeError("flow: x and y need the network that they are for: flow(params, x, y)")
        networks = {str(depth): _example(depth) for depth in EXAMPLES}
        layers, m = SHOWN, 1
        params, X, Y = networks[str(layers)]
        X, Y = X[:, :m], Y[:, :m]
    else:
        params, X, Y = _given(params, x, y)
        layers, m = params.depth, X.shape[1]
        networks = {str(layers): (params, X, Y)}
    last = len(steps(params, X, Y))
    if isinstance(step, bool) or not isinstance(step, int | np.integer):
        raise TypeError(f"flow: step must be a whole number, got {step!r}")
    if not 0 <= step <= last:
        raise ValueError(f"flow: step must lie between 0 and {last}, the steps of this network, got {step}")
    setting = {
        "networks": {depth: as_setting(*case) for depth, case in networks.items()},
        "layers": layers, "examples": m, "step": int(step),
    }  # fmt: skip
    return LiveFigure(
        "backprop-flow",
        ("nets.js", "flow_steps.js", "flow_picture.js", "flow.js"),
        setting,
        still(params, X, Y, heading(params, m)),
        alt(params, X, Y),
        trace(params, X, Y),
    )


def _example(depth: int) -> tuple[Parameters, np.ndarray, np.ndarray]:
    made = EXAMPLES[depth]
    params = Parameters.of(made["W"], made["b"], made["names"], made["loss"])
    return params, np.array(INPUTS[: params.sizes[0]]), np.array(made["Y"])


def _given(params: Parameters, x: ArrayLike | None, y: ArrayLike | None) -> tuple[Parameters, np.ndarray, np.ndarray]:
    """A network of the caller, with a batch that fits it, in double precision as the browser computes."""
    units = params.sizes if isinstance(params, Parameters) else (1, 1)
    if x is None:
        x = np.array(INPUTS)[np.arange(units[0]) % len(INPUTS), :1]
    if y is None:
        columns = np.shape(x)[1] if np.ndim(x) == 2 else 1
        y = np.tile(np.eye(units[-1], 1), (1, columns))
    checked("flow", params, x, y, most_units=MOST_UNITS, most_layers=MOST_LAYERS)
    X, Y = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if X.shape[1] > MOST_EXAMPLES:
        raise ValueError(
            f"flow: x has {X.shape[1]} examples, and there is room for {MOST_EXAMPLES}: give x[:, :3], y[:, :3]"
        )
    for name, values in (("x", X), ("y", Y), ("the parameters", params.vector)):
        if (far := np.abs(values) > LARGEST).any():
            raise ValueError(
                f"flow: {name} must lie between {-LARGEST:g} and {LARGEST:g}, got {values[far].flat[0]:g}; "
                "network.trace takes any number"
            )
    layers = range(1, params.depth + 1)
    W = {l: params.W[l].astype(float) for l in layers}
    b = {l: params.b[l].astype(float) for l in layers}
    names = [params.activations[l] for l in layers]
    return Parameters.of(W, b, names, params.loss), X, Y
