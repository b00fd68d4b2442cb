"""Numerical differentiation: the slope of a function from its values alone (chapter "Trust, but check").

A derivative is what a nudge does: move one entry of θ by ε, see how much f moves, divide. Three forms are here::

    forward   (f(θ + ε e) − f(θ)) / ε               P + 1 evaluations, error ∝ ε  + rounding/ε
    central   (f(θ + ε e) − f(θ − ε e)) / (2 ε)     2 P evaluations,   error ∝ ε² + rounding/ε   (eq-central-difference)
    complex   Im f(θ + i ε e) / ε                   P evaluations,     error ∝ ε², and nothing to round off

A smaller ε is not always better: the two values of f agree in more and more digits, and what is left of their
difference is rounding. The best ε balances the two errors and depends on the precision of f. The complex step has no
difference to lose digits in, so its ε can be as small as one likes; in return f must be able to carry complex numbers.

Source: J. N. Lyness and C. B. Moler, SIAM J. Numer. Anal. 4 (1967), 202–210, for the complex step.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator

import numpy as np

SCHEMES = ("central", "forward", "complex")
KEEPING_IT = "look for float(), abs(), .real, dtype=float on the way to the loss, or take scheme='central'"


def best_epsilon(scheme: str = "central", dtype: np.dtype | str = "float64") -> float:
    """The ε that balances truncation against rounding for a function of moderate size.

    Truncation falls with ε (forward) or ε² (central), rounding grows with u/ε, where u is the machine epsilon: so √u
    and ∛u. The complex step has no rounding to balance: u² is so small that its own square is nothing beside 1.

    Parameters
    ----------
    scheme : "central", "forward" or "complex"
    dtype : float64, float32, or the complex dtype of that precision
        The precision that f is computed in.

    >>> print(f"{best_epsilon('central', 'float64'):.1e} {best_epsilon('forward', 'float64'):.1e}")
    6.1e-06 1.5e-08
    >>> print(f"{best_epsilon('central', 'float32'):.1e} {best_epsilon('complex', 'float32'):.1e}")
    4.9e-03 1.4e-14
    """
    unit = float(np.finfo(np.dtype(dtype)).eps)
    return unit ** {"central": 1 / 3, "forward": 1 / 2, "complex": 2}[_scheme(scheme)]


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
        Takes an array of the shape of θ, returns one number. It must not change its argument. For the complex step
        it must take complex numbers and return one.
    theta : array, any shape, float32 or float64
        It is copied, never changed.
    scheme : "central", "forward" or "complex"
        Central costs 2 P evaluations for P entries, forward P + 1, complex P, and four more to see that f keeps
        the imaginary part.
    epsilon : float, optional
        The nudge; ``best_epsilon`` of the scheme and of θ's dtype where it is not given.

    Returns
    -------
    array, shape of θ
        In float64.

    Raises
    ------
    TypeError
        If θ is not of floats (an integer array cannot be nudged), or f returns anything but one number, or in the
        complex scheme a real one: the imaginary part, which is the derivative, was lost on the way.
    ValueError
        If the scheme is unknown, or ε is not positive or so small that θ + ε rounds to θ; or, in the complex scheme,
        if a real nudge moves f otherwise than the complex one: some term drops the imaginary part.

    Examples
    --------
    >>> numerical_gradient(lambda t: t[0] ** 2 + 3 * t[1], np.array([2.0, 5.0])).round(6).tolist()
    [4.0, 3.0]
    >>> numerical_gradient(lambda t: np.exp(t[0]) * t[1], np.array([0.0, 5.0]), scheme="complex").tolist()
    [5.0, 1.0]
    >>> numerical_gradient(lambda t: abs(t[0]), np.array([2.0]), scheme="complex")
    Traceback (most recent call last):
        ...
    TypeError: f returned a real number for a complex argument, so the imaginary part, which carries the derivative, was dropped: look for float(), abs(), .real, dtype=float on the way to the loss, or take scheme='central'
    """
    theta = np.asarray(theta)
    gradient = np.empty(theta.shape)
    for index, slope in slopes(f, theta, scheme=scheme, epsilon=epsilon):
        gradient[index] = slope
    if scheme == "complex" and theta.size:
        _see_that_nothing_was_dropped(f, theta, gradient)
    return gradient


def slopes(
    f: Callable[[np.ndarray], float],
    theta: np.ndarray,
    *,
    scheme: str = "central",
    epsilon: float | None = None,
    entries: Iterable[tuple[int, ...]] | None = None,
) -> Iterator[tuple[tuple[int, ...], float]]:
    """One entry after the other: its index, and the slope of f in it. ``numerical_gradient`` collects them.

    Parameters
    ----------
    entries : iterable of indices, optional
        Which entries to nudge; all of them, in C order, where it is not given.

    >>> list(slopes(lambda t: 3 * t[0] + t[1], np.zeros(2), scheme="complex", entries=[(0,)]))
    [((0,), 3.0)]
    """
    theta, epsilon = _floats(theta), _positive(epsilon, scheme, np.asarray(theta).dtype)
    entries = np.ndindex(theta.shape) if entries is None else entries
    if scheme == "complex":
        nudged = theta.astype(np.result_type(theta, np.complex64))
        for index in entries:
            nudged[index] += 1j * epsilon
            yield index, _imaginary_part(f, nudged) / float(nudged[index].imag)
            nudged[index] = theta[index]
        return
    nudged = theta.copy()
    here = None if scheme == "central" else _one_number(f(nudged))
    for index in entries:
        nudged[index] = theta[index] + epsilon
        ahead = nudged[index]
        up = _one_number(f(nudged))
        nudged[index] = theta[index] - epsilon if scheme == "central" else theta[index]
        behind = nudged[index]
        # The step that was really taken: θ + ε is rounded to the nearest number of its dtype.
        step = float(ahead) - float(behind)
        if step == 0:
            raise ValueError(
                f"epsilon = {epsilon:g} vanishes beside theta{list(index)} = {theta[index]:g} in {theta.dtype}; "
                f"take a larger one, such as {best_epsilon(scheme, theta.dtype):.0e}"
            )
        slope = (up - (_one_number(f(nudged)) if scheme == "central" else here)) / step
        nudged[index] = theta[index]
        yield index, slope


def slope_along(
    f: Callable[[np.ndarray], float],
    theta: np.ndarray,
    direction: np.ndarray,
    *,
    scheme: str = "central",
    epsilon: float | None = None,
) -> tuple[float, np.ndarray]:
    """How fast f grows when all entries of θ move together: (f(θ + ε v) − f(θ − ε v)) / (2 ε), two evaluations.

    The gradient has to satisfy ``slope = Σ g ⊙ v``, whatever v is.

    Parameters
    ----------
    direction : array, shape of θ
        v, and how long it is counts.
    scheme : "central" or "complex"
        The complex step takes one evaluation.

    Returns
    -------
    slope : float
    taken : array, shape of θ
        v as it was really taken: θ + ε v is rounded, and by the last digits of v it does not go where it was sent.

    >>> slope, v = slope_along(lambda t: 3 * t[0] + t[1], np.zeros(2), np.array([1.0, 2.0]), scheme="complex")
    >>> slope, v.tolist()
    (5.0, [1.0, 2.0])
    """
    theta, direction = _floats(theta), np.asarray(direction)
    if scheme == "forward":
        raise ValueError("slope_along takes scheme central or complex, got 'forward'")
    epsilon = _positive(epsilon, scheme, theta.dtype)
    if scheme == "complex":
        nudged = theta.astype(np.result_type(theta, np.complex64))
        nudged += 1j * epsilon * direction
        return _imaginary_part(f, nudged) / epsilon, direction
    ahead, behind = (theta + sign * (epsilon * direction).astype(theta.dtype) for sign in (1, -1))
    taken = (ahead.astype(float) - behind.astype(float)) / (2 * epsilon)
    return (_one_number(f(ahead)) - _one_number(f(behind))) / (2 * epsilon), taken


def rounding(scheme: str, dtype: np.dtype | str, epsilon: float, value: float) -> float:
    """How far rounding alone may carry a difference of two values of that size: some 10 u |f| / ε, and 0 for complex.

    >>> print(f"{rounding('central', 'float64', 6e-6, 1.0):.1e}")
    3.7e-10
    """
    return 0.0 if _scheme(scheme) == "complex" else 10 * float(np.finfo(np.dtype(dtype)).eps) * abs(value) / epsilon


def _see_that_nothing_was_dropped(f: Callable[[np.ndarray], float], theta: np.ndarray, gradient: np.ndarray) -> None:
    """One real difference, along a random direction: a term that loses its imaginary part still answers to it.

    It is coarse on purpose. A dropped term is a matter of percents; a difference has few digits.
    """
    v = np.random.default_rng(0).choice([-1.0, 1.0], theta.shape) / np.sqrt(theta.size)
    real, taken = slope_along(f, theta, v)
    by_step, _ = slope_along(f, theta, taken, scheme="complex")
    noise = 10 * rounding("central", theta.dtype, best_epsilon("central", theta.dtype), _one_number(f(theta.copy())))
    coarse = 1e-3 if theta.dtype.itemsize >= 8 else 5e-2
    if abs(real - by_step) > coarse * max(abs(real), float(np.linalg.norm(gradient * taken))) + noise:
        raise ValueError(
            f"along a random direction f has slope {real:.4g}, but the complex step gives {by_step:.4g}: "
            f"a term of f drops the imaginary part ({KEEPING_IT}), or f has a kink just here"
        )


def _imaginary_part(f: Callable[[np.ndarray], complex], theta: np.ndarray) -> float:
    lost = (
        "f returned a real number for a complex argument, so the imaginary part, which carries the derivative, "
        f"was dropped: {KEEPING_IT}"
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error", np.exceptions.ComplexWarning)
        try:
            value = np.asarray(f(theta))
        except (TypeError, np.exceptions.ComplexWarning) as error:
            raise TypeError(f"f cannot carry complex numbers ({error}): {KEEPING_IT}") from error
    if value.size == 1 and value.dtype.kind in "fiub":
        raise TypeError(lost)
    return float(_one_number(value, "c").imag)


def _one_number(value: object, kinds: str = "fiub") -> float | complex:
    array = np.asarray(value)
    if array.size != 1 or array.dtype.kind not in kinds:
        raise TypeError(f"f must return one number, got {type(value).__name__} of shape {array.shape}; return the loss")
    return array.reshape(()).item()


def _floats(theta: np.ndarray) -> np.ndarray:
    theta = np.asarray(theta)
    if theta.dtype.kind != "f":
        raise TypeError(
            f"theta has dtype {theta.dtype}, which a nudge would be rounded away in; use theta.astype(float)"
        )
    return theta


def _positive(epsilon: float | None, scheme: str, dtype: np.dtype) -> float:
    if epsilon is None:
        return best_epsilon(scheme, dtype)
    if not epsilon > 0:
        raise ValueError(f"epsilon must be positive, got {epsilon}")
    _scheme(scheme)
    return float(epsilon)


def _scheme(name: str) -> str:
    if name not in SCHEMES:
        raise ValueError(f"scheme {name!r} is not known; choose central, forward or complex")
    return name
