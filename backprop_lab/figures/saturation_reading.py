"""One sigmoid output under two losses: the factors of δ, the curves over z, and the first steps of learning.

Everything is computed from z, so that it keeps its digits however sure the neuron is: near z = 37 a rounds to 1, and
a formula in a would divide by 1 − a = 0. ``js/saturation_numbers.js`` computes the same.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..activations import ACTIVATIONS
from ..losses import LOSSES

LARGEST = 40.0
RATES = (0.01, 4.0)
MOST_STEPS = 200
SHOWN = 8  # how far the curves go to either side, where z does not lie farther out
POINTS = 97

SQUARED, ENTROPY = KINDS = ("squared_error", "binary_cross_entropy")
SIGMOID = ACTIVATIONS["sigmoid"]


def error(z: ArrayLike, y: float) -> np.ndarray:
    """a − y. At y = 1 it is −σ(−z): the difference would be 0 as soon as a rounds to 1.

    >>> float(error(0.0, 1.0)), float(error(40.0, 1.0)) < -4e-18
    (-0.5, True)
    """
    return -SIGMOID(-np.asarray(z, dtype=float)) if y == 1 else SIGMOID(z) - y


def loss(kind: str, z: ArrayLike, y: float) -> np.ndarray:
    """L at z: ½ (a − y)², or the cross-entropy from its logit (eq-bce-logits)."""
    return 0.5 * error(z, y) ** 2 if kind == SQUARED else LOSSES[kind].from_logits(z, y)


def dL_da(kind: str, z: ArrayLike, y: float) -> np.ndarray:
    """The first factor. Cross-entropy's is (a − y) / (a (1 − a)), so σ'(z) stands in its denominator."""
    return error(z, y) if kind == SQUARED else error(z, y) / SIGMOID.derivative(z)


def delta(kind: str, z: ArrayLike, y: float) -> np.ndarray:
    """δ = ∂L/∂z: the product of the two factors, which is a − y for cross-entropy (eq-bce-logits-delta)."""
    return error(z, y) * SIGMOID.derivative(z) if kind == SQUARED else error(z, y)


@dataclass(frozen=True)
class Path:
    """Gradient descent under one loss: z and a at the start and after each step."""

    kind: str
    z: tuple[float, ...]
    a: tuple[float, ...]

    def halfway(self, y: float) -> int | None:
        """The first step after which a is only half as far from y as at the start; None if it has not come so far."""
        half = abs(self.a[0] - y) / 2
        return next((step for step, a in enumerate(self.a) if abs(a - y) <= half), None)


@dataclass(frozen=True)
class Reading:
    """A setting of the figure, and what there is to read at it.

    >>> reading = Reading(-4.0, 1.0, 0.5, 40)
    >>> round(reading.delta(SQUARED), 4), round(reading.delta(ENTROPY), 4), round(reading.ratio, 1)
    (-0.0173, -0.982, 56.6)
    """

    z: float
    y: float
    learning_rate: float
    steps: int

    @property
    def a(self) -> float:
        return float(SIGMOID(self.z))

    @property
    def slope(self) -> float:
        """σ'(z), the factor that both losses share."""
        return float(SIGMOID.derivative(self.z))

    @property
    def error(self) -> float:
        return float(error(self.z, self.y))

    @property
    def ratio(self) -> float:
        """δ of cross-entropy over δ of the squared error: 1/σ'(z), at least 4."""
        return 1 / self.slope

    def loss(self, kind: str) -> float:
        return float(loss(kind, self.z, self.y))

    def dL_da(self, kind: str) -> float:
        return float(dL_da(kind, self.z, self.y))

    def delta(self, kind: str) -> float:
        return float(delta(kind, self.z, self.y))

    @property
    def far(self) -> int:
        """The curves are drawn from −far to far."""
        return max(SHOWN, int(np.ceil(abs(self.z))))

    @cached_property
    def curves(self) -> dict[str, np.ndarray]:
        """a, σ'(z), both losses and both δ at ``POINTS`` places from −far to far, and those places as "z"."""
        z = np.array([self.far * (2 * i / (POINTS - 1) - 1) for i in range(POINTS)])
        made = {"z": z, "a": SIGMOID(z), "slope": SIGMOID.derivative(z)}
        for kind in KINDS:
            made[f"loss {kind}"], made[f"delta {kind}"] = loss(kind, z, self.y), delta(kind, z, self.y)
        return made

    @cached_property
    def paths(self) -> dict[str, Path]:
        """The steps under each loss, from the same start."""
        return {kind: self._descend(kind) for kind in KINDS}

    def _descend(self, kind: str) -> Path:
        w, b, x = self.z, 0.0, 1.0
        zs = [self.z]
        for _ in range(self.steps):
            w, b = step(kind, w, b, x, self.y, self.learning_rate)
            zs.append(w * x + b)
        return Path(kind, tuple(zs), tuple(SIGMOID(zs).tolist()))


def step(kind: str, w: float, b: float, x: float, y: float, learning_rate: float) -> tuple[float, float]:
    """One step of gradient descent on w and b: both gradients first, then both updates (eq-gradient-descent)."""
    d = float(delta(kind, w * x + b, y))
    dL_dw, dL_db = d * x, d
    return w - learning_rate * dL_dw, b - learning_rate * dL_db
