"""A network of the library as a live figure takes it: plain lists for its setting, in the form of ``js/nets.js``."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import network
from ..layers import Parameters


def as_setting(params: Parameters, X: ArrayLike | None = None, Y: ArrayLike | None = None) -> dict[str, Any]:
    """What the element starts from: sizes, activations, loss, W and b by layer, and X and Y where there are some.

    >>> params = network.init((1, 1), "identity")
    >>> sorted(as_setting(params))
    ['W', 'activations', 'b', 'loss', 'sizes']
    """
    layers = range(1, params.depth + 1)
    setting: dict[str, Any] = {
        "sizes": list(params.sizes),
        "activations": {str(l): params.activations[l] for l in layers},
        "loss": params.loss,
        "W": {str(l): params.W[l].tolist() for l in layers},
        "b": {str(l): params.b[l].tolist() for l in layers},
    }
    for name, table in (("X", X), ("Y", Y)):
        if table is not None:
            setting[name] = np.asarray(table, dtype=float).tolist()
    return setting


def see_a_network(figure: str, params: object) -> None:
    """Refuse, with a TypeError, what is no ``network.Parameters``."""
    if not isinstance(params, Parameters):
        raise TypeError(
            f"{figure}: params must be a network.Parameters, got {type(params).__name__}; "
            "make one with network.init(sizes) or Parameters.of(W, b, activations, loss)"
        )


def checked(figure: str, params: object, X: ArrayLike, Y: ArrayLike, *, most_units: int, most_layers: int) -> None:
    """Refuse what a figure cannot draw; the network's own checks are made by a forward pass and a loss.

    Raises
    ------
    TypeError
        If params is no ``network.Parameters``.
    ValueError
        If it is larger than the figure has room for, or X and Y do not fit it.
    """
    see_a_network(figure, params)
    if params.depth > most_layers or max(params.sizes) > most_units:
        shape = "-".join(map(str, params.sizes))
        raise ValueError(
            f"{figure}: the network is {shape}, and there is room for {most_layers} layers of {most_units} units; "
            "network.trace has no such limit"
        )
    network.loss(params, network.forward(params, X), Y)
