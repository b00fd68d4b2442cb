"""Gradient checking: hold every gradient against a second opinion from the forward pass alone.

Three checks, from the small to the large (chapter "Trust, but check", eq-central-difference):

- ``gradient_check``: any function of named parameters, every entry nudged.
- ``check_network``: a network, every entry of every ``W[l]`` and ``b[l]``, with kinks told from mistakes.
- ``check_directions``: a network of any size, in a handful of forward passes. It sees *that* something is wrong.

The differences themselves are in ``differences``, the comparison and its words in ``gradient_report``.
"""

from collections.abc import Callable, Mapping

import numpy as np

from .differences import best_epsilon, numerical_gradient, rounding, slope_along
from .gradient_report import TOLERANCE, Kink, Report, Row, relative_error
from .network_check import check_directions, check_network

__all__ = [
    "TOLERANCE", "Kink", "Report", "Row", "best_epsilon", "check_directions", "check_network", "gradient_check",
    "numerical_gradient", "relative_error", "slope_along",
]  # fmt: skip


def gradient_check(
    f: Callable[[Mapping[str, np.ndarray]], float],
    theta: Mapping[str, np.ndarray],
    gradient: Mapping[str, np.ndarray],
    *,
    scheme: str = "central",
    epsilon: float | None = None,
    tolerance: float | None = None,
) -> Report:
    """Hold a gradient against numerical differentiation, parameter by parameter.

    Parameters
    ----------
    f : callable
        Takes a table of parameters like ``theta``, returns the loss. For the complex step it must take complex
        numbers and return one.
    theta : mapping of name to array or float
        Where the gradient was taken.
    gradient : mapping of name to array or float
        ∂L/∂(name), of the shape of the parameter. Every parameter must be there: one that is not checked is the
        one that is wrong.
    scheme, epsilon
        As for ``numerical_gradient``; where ε is not given it suits the scheme and the coarsest dtype of θ.
    tolerance : float, optional
        The largest relative error to accept, by scheme and dtype where it is not given (``TOLERANCE``): for central
        differences 1e-7 in float64, 1e-2 in float32.

    Raises
    ------
    ValueError
        If a parameter has no gradient or the other way round, or if their shapes differ.

    Examples
    --------
    >>> loss = lambda p: (p["w"] * 3.0 + p["b"]) ** 2
    >>> print(gradient_check(loss, {"w": 2.0, "b": 1.0}, {"w": 42.0, "b": 14.0}))
    central differences, ε = 6e-06, tolerance 1e-07
    ✓ w: agrees
    ✓ b: agrees
    >>> print(gradient_check(loss, {"w": 2.0, "b": 1.0}, {"w": 42.0, "b": 7.0}))
    central differences, ε = 6e-06, tolerance 1e-07
    ✓ w: agrees
    ✗ b: relative error 5.0e-01
        at b: got 7, numerically 14
    """
    if set(theta) != set(gradient):
        odd = ", ".join(sorted(set(theta) ^ set(gradient)))
        raise ValueError(f"theta and gradient must have the same names; only one of them has {odd}")
    arrays = {name: np.asarray(value) for name, value in theta.items()}
    arrays = {name: a if a.dtype.kind == "f" else a.astype(float) for name, a in arrays.items()}
    dtype = min((a.dtype for a in arrays.values()), key=lambda d: d.itemsize)
    epsilon = best_epsilon(scheme, dtype) if epsilon is None else epsilon
    tolerance = TOLERANCE.get((scheme, dtype.name), 1e-2) if tolerance is None else tolerance
    noise = rounding(scheme, dtype, epsilon, float(np.asarray(f(arrays)).reshape(-1)[0].real))
    rows = []
    for name, value in arrays.items():
        got = np.asarray(gradient[name], dtype=float)
        if got.shape != value.shape:
            raise ValueError(f"the gradient of {name} has shape {got.shape}, expected {value.shape}, that of {name}")
        numerical = numerical_gradient(
            lambda t, name=name: f({**arrays, name: t}), value, scheme=scheme, epsilon=epsilon
        )
        rows.append(Row.of(name, got, numerical, tolerance, noise))
    return Report(tuple(rows), tolerance, epsilon, scheme)
