"""Two layers in which every array has a name of its own (W1, z1, a1, W2, …): the right formulas, by layer.

``networks`` holds the same for tables that are keyed by layer.

>>> u = Values(params={"activation1": "tanh"}, cache={"z1": np.array([[0.5]])})
>>> layer(1)(u)
('tanh', array([[0.5]]))
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import networks
from .functions import loss_slope, loss_slope_scale, slope, slope_scale
from .values import Values

UPPER = ("⁽⁰⁾", "⁽¹⁾", "⁽²⁾", "⁽³⁾")


def layer(l: int) -> Callable[[Values], tuple[str, Any]]:
    """The activation of layer l and its z."""
    return lambda u: (u.params[f"activation{l}"], u.cache[f"z{l}"])


def error(u: Values) -> Any:
    """∂L/∂a2, the first factor."""
    return loss_slope(u.params["loss"], u.cache["a2"], u.y)


def right_delta1(u: Values) -> Any:
    """δ1 from δ2: the terms of layer 2 come before it, and a slip there may use it all the same."""
    return (u.params["W2"].T @ u.delta2) * slope(*layer(1)(u))


def loss_with(name: str) -> Callable[[Values, Any], Any]:
    """L of a forward pass with one of the parameters replaced."""
    return lambda u, t: networks.loss_of(networks.as_tables({**u.params, name: t}), u.x, u.y)


def loss_moved(l: int) -> Callable[[Values, Any], Any]:
    """L of a forward pass with something added to z of layer l."""

    def of(u: Values, t: Any) -> Any:
        moved = {k: u.cache[f"z{k}"] * 0 for k in (1, 2)} | {l: t}
        return networks.loss_of(networks.as_tables(u.params), u.x, u.y, moved)

    return of


def scale1(u: Values) -> Any:
    """δ1 with every factor and subtraction in absolute value."""
    return (np.abs(u.params["W2"]).T @ scale2(u)) * np.abs(slope_scale(*layer(1)(u)))


def scale2(u: Values) -> Any:
    """δ2 in the same way."""
    return loss_slope_scale(u.params["loss"], u.cache["a2"], u.y) * np.abs(slope_scale(*layer(2)(u)))
