"""Numerical differentiation: a second opinion on every gradient, from the forward pass alone.

A derivative is what a nudge does: move one entry of θ by ε, see how much f moves, divide. Two forms are here::

    forward   (f(θ + ε e) − f(θ)) / ε            error ∝ ε
    central   (f(θ + ε e) − f(θ − ε e)) / (2 ε)  error ∝ ε²   (eq-central-difference)

A smaller ε is not always better: the two values of f agree in more and more digits, and what is left of their
difference is rounding. The best ε balances the two errors and depends on the precision of f.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

TOLERANCE = {"float64": 1e-7, "float32": 1e-2}


def best_epsilon(scheme: str = "central", dtype: np.dtype | str = "float64") -> float:
    """The ε that balances truncation against rounding for a function of moderate size.

    Truncation falls with ε (forward) or ε² (central), rounding grows with u/ε, where u is the machine epsilon: so
    √u and ∛u.

    >>> print(f"{best_epsilon('central', 'float64'):.1e} {best_epsilon('forward', 'float64'):.1e}")
    6.1e-06 1.5e-08
    """
    unit = float(np.finfo(np.dtype(dtype)).eps)
    return unit ** (1 / 3) if _scheme(scheme) == "central" else unit**0.5


def numerical_gradient(
    f: Callable[[np.ndarray], float],
    theta: np.ndarray,
    *,
    scheme: str = "central",
    epsilon: float | None = None,
) -> np.ndarray:
    """The gradient of f at θ by nudging each entry in turn.

    Parameters
    ----------
    f : callable
        Takes an array of the shape of θ, returns one number. It must not change its argument.
    theta : array, any shape, float32 or float64
        It is copied, never changed.
    scheme : "central" or "forward"
        Central costs 2 P evaluations for P entries, forward P + 1.
    epsilon : float, optional
        The nudge; ``best_epsilon`` of the scheme and of θ's dtype where it is not given.

    Returns
    -------
    array, shape of θ
        In float64.

    Raises
    ------
    TypeError
        If θ is not of floats (an integer array cannot be nudged), or f returns anything but one number.
    ValueError
        If the scheme is unknown, or ε is not positive or so small that θ + ε rounds to θ.

    Examples
    --------
    >>> numerical_gradient(lambda t: t[0] ** 2 + 3 * t[1], np.array([2.0, 5.0])).round(6).tolist()
    [4.0, 3.0]
    """
    theta = np.asarray(theta)
    if theta.dtype.kind != "f":
        raise TypeError(
            f"theta has dtype {theta.dtype}, which a nudge would be rounded away in; use theta.astype(float)"
        )
    if epsilon is None:
        epsilon = best_epsilon(scheme, theta.dtype)
    if not epsilon > 0:
        raise ValueError(f"epsilon must be positive, got {epsilon}")
    central = _scheme(scheme) == "central"
    nudged = theta.copy()
    here = None if central else _one_number(f(nudged))
    gradient = np.empty(theta.shape)
    for index in np.ndindex(theta.shape):
        nudged[index] = theta[index] + epsilon
        ahead = nudged[index]
        up = _one_number(f(nudged))
        nudged[index] = theta[index] - epsilon if central else theta[index]
        behind = nudged[index]
        # The step that was really taken: θ + ε is rounded to the nearest number of its dtype.
        step = float(ahead) - float(behind)
        if step == 0:
            raise ValueError(
                f"epsilon = {epsilon:g} vanishes beside theta{list(index)} = {theta[index]:g} in {theta.dtype}; "
                f"take a larger one, such as {best_epsilon(scheme, theta.dtype):.0e}"
            )
        gradient[index] = (up - (_one_number(f(nudged)) if central else here)) / step
        nudged[index] = theta[index]
    return gradient


def relative_error(g: np.ndarray, reference: np.ndarray) -> float:
    """max|g − r| / max|r|: how far the worst entry is off, in units of the largest entry of the reference.

    Entry by entry a relative error means little: where the true entry is 0 any error is infinite. Two arrays of
    zeros agree: their error is 0.

    Raises
    ------
    ValueError
        If the shapes differ.

    >>> relative_error(np.array([1.0, 0.0]), np.array([1.0, 1e-9])) < 1e-8
    True
    >>> relative_error(np.zeros(3), np.zeros(3))
    0.0
    """
    g, reference = np.asarray(g, dtype=float), np.asarray(reference, dtype=float)
    if g.shape != reference.shape:
        raise ValueError(f"g has shape {g.shape}, expected {reference.shape}, the shape of the reference")
    difference, scale = np.max(np.abs(g - reference), initial=0.0), np.max(np.abs(reference), initial=0.0)
    if difference == 0:
        return 0.0
    return float(difference / scale) if scale > 0 else float("inf")


@dataclass(frozen=True)
class Report:
    """What a gradient check found: one line for each parameter, and the worst entry of each."""

    rows: tuple[tuple[str, float, tuple[int, ...], float, float], ...]
    tolerance: float
    epsilon: float
    scheme: str

    @property
    def passed(self) -> bool:
        """True if every error is a number within the tolerance."""
        return all(error <= self.tolerance for _, error, *_ in self.rows)

    def __str__(self) -> str:
        lines = [f"{self.scheme} differences, ε = {self.epsilon:.0e}, tolerance {self.tolerance:.0e}"]
        for name, error, index, got, numerical in self.rows:
            where = f"{name}[{', '.join(map(str, index))}]" if index else name
            if error <= self.tolerance:
                lines.append(f"✓ {name}: agrees")
            else:
                lines.append(
                    f"✗ {name}: relative error {error:.1e}; worst at {where}: got {got:.6g}, numerically {numerical:.6g}"
                )
        return "\n".join(lines)


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
        Takes a table of parameters like ``theta``, returns the loss.
    theta : mapping of name to array or float
        Where the gradient was taken.
    gradient : mapping of name to array or float
        ∂L/∂(name), of the shape of the parameter. Every parameter must be there: one that is not checked is the
        one that is wrong.
    scheme, epsilon
        As for ``numerical_gradient``.
    tolerance : float, optional
        The largest relative error to accept, by dtype where it is not given: 1e-7 in float64, 1e-2 in float32.

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
    ✗ b: relative error 5.0e-01; worst at b: got 7, numerically 14
    """
    if set(theta) != set(gradient):
        odd = ", ".join(sorted(set(theta) ^ set(gradient)))
        raise ValueError(f"theta and gradient must have the same names; only one of them has {odd}")
    arrays = {name: np.asarray(value) for name, value in theta.items()}
    arrays = {name: a if a.dtype.kind == "f" else a.astype(float) for name, a in arrays.items()}
    dtype = min((a.dtype for a in arrays.values()), key=lambda d: d.itemsize)
    epsilon = best_epsilon(scheme, dtype) if epsilon is None else epsilon
    tolerance = TOLERANCE.get(dtype.name, TOLERANCE["float32"]) if tolerance is None else tolerance
    rows = []
    for name, value in arrays.items():
        got = np.asarray(gradient[name], dtype=float)
        if got.shape != value.shape:
            raise ValueError(f"the gradient of {name} has shape {got.shape}, expected {value.shape}, that of {name}")
        numerical = numerical_gradient(
            lambda t, name=name: f({**arrays, name: t}), value, scheme=scheme, epsilon=epsilon
        )
        gap = np.abs(got - numerical)
        worst = np.unravel_index(int(np.argmax(np.where(np.isnan(gap), np.inf, gap))), gap.shape)
        worst = tuple(int(i) for i in worst)
        rows.append((name, relative_error(got, numerical), worst, float(got[worst]), float(numerical[worst])))
    return Report(tuple(rows), tolerance, epsilon, scheme)


def _scheme(name: str) -> str:
    if name not in ("central", "forward"):
        raise ValueError(f"scheme {name!r} is not known; choose central or forward")
    return name


def _one_number(value: object) -> float:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in "fiub":
        raise TypeError(f"f must return one number, got {type(value).__name__} of shape {array.shape}; return the loss")
    return float(array.reshape(()))
