"""Functions that are handed over without their formula, to be differentiated by their values alone.

Each is a cubic, a square of a sum and an activation of a sum, in coefficients that are drawn: every derivative up to
the third is there, between any two entries of θ, and the activation can put a kink where it is wanted.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import functions
from .values import Values


def signed(rng: np.random.Generator, low: float, high: float, shape: tuple[int, ...]) -> np.ndarray:
    """Numbers away from 0, of either sign."""
    return rng.choice([-1.0, 1.0], shape) * rng.uniform(low, high, shape)


def coefficients(
    rng: np.random.Generator, shape: tuple[int, ...], activation: str, precision: str, scale: float
) -> dict[str, Any]:
    """Those of ``value``. In single precision f is large, so that few digits are left, and bends gently."""
    gentle = 0.3 if precision == "float32" else 1.0
    spread = 1 / np.sqrt(np.prod(shape))
    return {
        "activation": activation, "scale": scale, "c": 10.0 if precision == "float32" else 0.5,
        "p": signed(rng, 0.5, 1.5, shape), "k": gentle * signed(rng, 0.3, 0.9, shape),
        "m": gentle * signed(rng, 0.5, 1.2, shape), "n": signed(rng, 0.8, 2.0, shape) * spread,
        "r": float(rng.uniform(0.8, 1.5)), "b": float(rng.uniform(-0.3, 0.3)),
    }  # fmt: skip


def value(u: Values, t: Any) -> Any:
    """f: a cubic, a square of a sum, and an activation of a sum, so that every second derivative is there."""
    z, s = (u.n * t).sum() + u.b, (u.m * t).sum()
    bent = (u.k * t * t * t).sum() + s * s / 2 + u.r * functions.activate(u.activation, z)
    return u.scale * (u.c + (u.p * t).sum() + bent)


def gradient(u: Values, t: Any) -> Any:
    """Its gradient."""
    slope = u.r * functions.slope(u.activation, (u.n * t).sum() + u.b)
    return u.scale * (u.p + 3 * u.k * t * t + u.m * (u.m * t).sum() + slope * u.n)


def computed(u: Values, precision: str) -> Callable[[np.ndarray], float]:
    """f as a function that works in one precision whatever it is handed, and refuses what it cannot take."""
    own = u.replace(**{name: getattr(u, name).astype(precision) for name in ("p", "k", "m", "n")})

    def f(theta: np.ndarray) -> float:
        t = np.asarray(theta)
        if t.dtype.kind not in "fiu":
            raise ValueError("theta must be an array of real numbers")
        if t.shape != u.theta.shape:
            raise ValueError(f"theta has shape {t.shape}, expected {u.theta.shape}")
        return float(value(own, t.astype(precision)))

    return f
