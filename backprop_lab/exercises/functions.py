"""Activations and losses for the formulas of an exercise, in float64 or in fifty digits, whichever the input is in.

A formula that uses these and ``@ * + - / .T .sum`` alone can be run on either: that is how a reference in fifty
digits is made from the same definition.

>>> slope("sigmoid", 0.0), loss_slope("squared_error", 0.8, 1.0)
(0.25, -0.19999999999999996)
"""

from typing import Any

import numpy as np

from ..activations import ACTIVATIONS
from ..losses import LOSSES


def is_exact(value: Any) -> bool:
    """Is this a number, or an array of numbers, of fifty digits?"""
    return getattr(getattr(value, "dtype", None), "kind", "") == "O" or hasattr(value, "_mpf_")


def activate(name: str, z: Any) -> Any:
    """σ(z)."""
    if is_exact(z):
        return _fifty().activate(name, z)
    return _as_given(ACTIVATIONS[name](z), z)


def slope(name: str, z: Any) -> Any:
    """σ'(z), entry by entry; at the kink of the ReLU it is 0."""
    if is_exact(z):
        return _fifty().slope(name, z)
    return _as_given(ACTIVATIONS[name].derivative(z), z)


def loss_value(name: str, a: Any, y: Any) -> Any:
    """ℓ(a, y), summed over the outputs: the loss of one example."""
    if is_exact(a):
        return _fifty().loss_value(name, a, y)
    return float(np.sum(LOSSES[name](a, y)))


def loss_slope(name: str, a: Any, y: Any) -> Any:
    """∂ℓ/∂a, entry by entry. An a that is no probability is not refused: a slip further up may have made it."""
    return a - y if name == "squared_error" else -y / a + (1 - y) / (1 - a)


def slope_scale(name: str, z: Any) -> Any:
    """σ'(z) with its subtraction taken in absolute value: a (1 + a) for the sigmoid, 1 + a² for tanh."""
    a = activate(name, z)
    return {"sigmoid": a * (1 + a), "tanh": 1 + a * a}.get(name, np.ones_like(a) if np.ndim(a) else 1.0)


def loss_slope_scale(name: str, a: Any, y: Any) -> Any:
    """∂ℓ/∂a with its subtraction taken in absolute value."""
    both = np.abs(a) + np.abs(y)
    return both / (a * (1 - a)) if name == "binary_cross_entropy" else both


def _as_given(value: np.ndarray, given: Any) -> Any:
    return value if np.ndim(given) else float(value)


def _fifty():
    # mpmath is needed where references are made, and by no student.
    from . import fifty_digits

    return fifty_digits
