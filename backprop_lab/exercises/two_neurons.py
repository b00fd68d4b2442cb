"""Two neurons in a row: the forward pass, and the five factors from the loss back to the first weight.

>>> identity = {"activation1": "identity", "activation2": "identity", "loss": "squared_error"}
>>> u = Values(params={"w1": 2.0, "b1": -2.0, "w2": 3.0, "b2": 1.0} | identity, x=0.5, y=0.0)
>>> [factor(u) for factor in FORMULAS]
[-2.0, 1.0, 3.0, 1.0, 0.5]
"""

from collections.abc import Callable
from typing import Any

from . import functions
from .functions import activate, loss_slope_scale, loss_value, slope_scale
from .values import Values


def run(u: Values) -> Values:
    """The values with a forward pass through both neurons."""
    p = u.params
    z1 = p["w1"] * u.x + p["b1"]
    a1 = activate(p["activation1"], z1)
    z2 = p["w2"] * a1 + p["b2"]
    return u.replace(z1=z1, a1=a1, z2=z2, a2=activate(p["activation2"], z2))


def after(formula: Callable) -> Callable:
    """A formula that needs the forward pass."""
    return lambda u: formula(run(u))


def slope1(u: Values, z: Any = None) -> Any:
    """σ'₁(z1)."""
    return functions.slope(u.params["activation1"], u.z1 if z is None else z)


def slope2(u: Values, z: Any = None) -> Any:
    """σ'₂(z2)."""
    return functions.slope(u.params["activation2"], u.z2 if z is None else z)


def loss_slope(u: Values) -> Any:
    """∂L/∂a2."""
    return functions.loss_slope(u.params["loss"], u.a2, u.y)


def loss_of(u: Values, **changed: Any) -> Any:
    """L of a whole forward pass, with parameters changed."""
    moved = run(u.replace(params={**u.params, **changed}))
    return loss_value(u.params["loss"], moved.a2, u.y)


NAMES = ("dL_da2", "da2_dz2", "dz2_da1", "da1_dz1", "dz1_dw1")
SYMBOLS = ("∂L/∂a2", "∂a2/∂z2", "∂z2/∂a1", "∂a1/∂z1", "∂z1/∂w1")
FORMULAS = (after(loss_slope), after(slope2), lambda u: u.params["w2"], after(slope1), lambda u: u.x)


def scale_of(*factors: str) -> Callable:
    """A product with every factor and subtraction taken in absolute value."""
    table = {
        "loss": lambda u: loss_slope_scale(u.params["loss"], u.a2, u.y),
        "slope2": lambda u: abs(slope_scale(u.params["activation2"], u.z2)),
        "weight": lambda u: abs(u.params["w2"]),
        "slope1": lambda u: abs(slope_scale(u.params["activation1"], u.z1)),
        "x": lambda u: abs(u.x),
        "a1": lambda u: abs(u.a1),
    }

    def scale(u: Values) -> Any:
        u, size = run(u), 1
        for factor in factors:
            size = size * table[factor](u)
        return size

    return scale
