"""One neuron at one example, read in every way that the nudge figure shows: factors, products, differences."""

import math
from dataclasses import dataclass

from .. import neuron

EPSILONS = (0.5, 0.1, 0.01, 1e-3, 1e-5, 1e-10)
MOST_DIGITS = 12


@dataclass(frozen=True)
class Difference:
    """A nudge by ε to either side: where z and L went, and the slope in between (eq-central-difference).

    ``doubt`` is what rounding may have done to the slope: some four units in the last place of L, and of a on its way
    to L. What is printed stops short of it, so that no machine's last bit shows.
    """

    epsilon: float
    step: float
    up: float
    down: float
    z_up: float
    z_down: float
    doubt: float

    @property
    def value(self) -> float:
        """How far L moved for each unit of the nudge."""
        return (self.up - self.down) / self.step

    @property
    def digits_left(self) -> int:
        """How many of its significant digits rounding leaves."""
        if not math.isfinite(self.value):
            return 0
        if self.value == 0:
            return MOST_DIGITS if self.doubt == 0 else 0
        return max(0, min(MOST_DIGITS, math.floor(math.log10(abs(self.value) / self.doubt))))

    def digits_agreeing(self, exact: float) -> int:
        """In how many digits it agrees with the exact derivative (to half a unit in the last), as far as rounding lets."""
        if not (math.isfinite(exact) and math.isfinite(self.value)):
            return 0
        gap = abs(exact - self.value)
        if gap == 0:
            return self.digits_left
        return max(0, min(self.digits_left, math.floor(-math.log10(2 * gap / max(abs(exact), abs(self.value))))))


@dataclass(frozen=True)
class Reading:
    """A neuron, an example, and the variable ``wrt`` ("w", "b" or "x") in which the derivative is taken.

    >>> reading = Reading(neuron.Parameters(0.5, -0.25), x=2.0, y=1.0, wrt="w")
    >>> round(reading.product, 6), round(reading.difference(0.01).value, 6)
    (-0.139811, -0.139815)
    """

    params: neuron.Parameters
    x: float
    y: float
    wrt: str

    @property
    def cache(self) -> neuron.Cache:
        return neuron.forward(self.params, self.x)

    @property
    def L(self) -> float:
        return neuron.loss(self.params, self.cache, self.y)

    @property
    def gradients(self) -> neuron.Gradients:
        return neuron.backward(self.params, self.cache, self.y)

    @property
    def third(self) -> float:
        """The last factor, ∂z/∂wrt."""
        return getattr(self.gradients, f"dz_d{self.wrt}")

    @property
    def product(self) -> float:
        """∂L/∂wrt."""
        return getattr(self.gradients, f"dL_d{self.wrt}")

    def difference(self, epsilon: float) -> Difference:
        """Move ``wrt`` by ε to either side and run forward. The step is the one really taken: v + ε is rounded."""
        here = {"w": self.params.w, "b": self.params.b, "x": self.x}
        ahead, behind = here[self.wrt] + epsilon, here[self.wrt] - epsilon
        up, down = (self._moved({**here, self.wrt: value}) for value in (ahead, behind))
        step = ahead - behind
        doubt = 2**-50 * max(abs(end.L) + abs(end.gradients.dL_da * end.cache.a) for end in (up, down)) / step
        return Difference(epsilon, step, up.L, down.L, up.cache.z, down.cache.z, doubt)

    def _moved(self, there: dict[str, float]) -> "Reading":
        params = neuron.Parameters(there["w"], there["b"], self.params.activation, self.params.loss)
        return Reading(params, there["x"], self.y, self.wrt)
