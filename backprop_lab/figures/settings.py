"""What a figure or a panel may be set to: the tests that a setting has to pass, in the same words everywhere."""

from collections.abc import Iterable
from numbers import Real

import numpy as np

RATES, SCALES = (1e-5, 100.0), (0.01, 10.0)


def number(figure: str, name: str, value: object, bounds: tuple[float, float]) -> float:
    """The value, if it is one number within the bounds.

    >>> number("train", "scale", 20, SCALES)
    Traceback (most recent call last):
        ...
    ValueError: train: scale must lie between 0.01 and 10, got 20
    """
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{figure}: {name} must be one number, got {value!r}")
    if not bounds[0] <= value <= bounds[1]:  # so written, NaN is refused too
        raise ValueError(f"{figure}: {name} must lie between {bounds[0]:g} and {bounds[1]:g}, got {value:g}")
    return float(value)


def whole(figure: str, name: str, value: object, bounds: tuple[int, int]) -> int:
    """The value, if it is a whole number within the bounds.

    >>> whole("train", "depth", 2.5, (1, 6))
    Traceback (most recent call last):
        ...
    TypeError: train: depth must be a whole number, got 2.5
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer):
        raise TypeError(f"{figure}: {name} must be a whole number, got {value!r}")
    if not bounds[0] <= value <= bounds[1]:
        raise ValueError(f"{figure}: {name} must be a whole number from {bounds[0]} to {bounds[1]}, got {value}")
    return int(value)


def one_of(figure: str, name: str, value: object, known: Iterable[str]) -> str:
    """The value, if it is one of the known names.

    >>> one_of("train", "data", "moon", ["moons", "xor"])
    Traceback (most recent call last):
        ...
    ValueError: train: data must be one of moons, xor, got 'moon'
    """
    known = tuple(known)
    if value not in known:
        raise ValueError(f"{figure}: {name} must be one of {', '.join(known)}, got {value!r}")
    return str(value)
