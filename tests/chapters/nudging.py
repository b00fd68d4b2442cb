"""Numerical differentiation for the checks of chapters: written here once more, so that the book's own can be wrong."""

from collections.abc import Callable, Sequence

import numpy as np


def slope(f: Callable[[float], float], at: float, step: float = 1e-5) -> float:
    """df/dt by a central difference."""
    return (f(at + step) - f(at - step)) / (2 * step)


def gradient(f: Callable[[np.ndarray], float], at: np.ndarray, step: float = 1e-5) -> np.ndarray:
    """∂f/∂(each entry), in the shape of ``at``; f gets a copy each time."""
    at = np.asarray(at, dtype=float)
    found = np.empty_like(at)
    for place in np.ndindex(at.shape):
        moved = []
        for side in (1, -1):
            nudged = at.copy()
            nudged[place] += side * step
            moved.append(float(f(nudged)))
        found[place] = (moved[0] - moved[1]) / (2 * step)
    return found


def agree(got: object, expected: object, tolerance: float = 1e-7) -> None:
    """Equal in shape, and up to the tolerance relative to the largest entry."""
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    assert got.shape == expected.shape, f"shape {got.shape}, expected {expected.shape}"
    size = max(float(np.abs(expected).max()), 1e-3)
    worst = float(np.abs(got - expected).max())
    assert worst <= tolerance * size, f"differs by {worst:.2e} where the largest entry is {size:.2e}"


def differ(got: object, expected: Sequence | np.ndarray | float, least: float = 1e-3) -> None:
    """Of another shape, or off by at least so much of the largest entry."""
    got, expected = np.asarray(got, dtype=float), np.asarray(expected, dtype=float)
    if got.shape == expected.shape:
        size = max(float(np.abs(expected).max()), 1e-3)
        assert float(np.abs(got - expected).max()) >= least * size, "is right, though the chapter calls it wrong"
