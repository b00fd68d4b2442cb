"""What the epsilon figure computes: functions of one variable, their differences at an ε, and the errors expected.

``js/epsilon_numbers.js`` computes the same; float32 there is ``Math.fround`` after every operation.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .. import neuron
from ..activations import relu, sigmoid
from ..differences import best_epsilon, rounding, slopes
from .reading import Difference

DTYPES = ("float64", "float32")
DIGITS = {"float64": 16, "float32": 7}
# Four to a decade, written out, so that Python and the browser read the very same numbers.
EPSILONS = (*(float(f"{m}e{p}") for p in range(-16, 0) for m in ("1", "1.78", "3.16", "5.62")), 1.0)


@dataclass(frozen=True)
class Function:
    """f, and f with its first three derivatives at x, and how large a number is met on the way to f."""

    formula: str
    start: float
    f: Callable[[np.ndarray], np.ndarray]
    known: Callable[[float], tuple[float, float, float, float]]
    met: Callable[[float], float]
    kink: float | None = None


def _of_neuron(params: neuron.Parameters, y: float = 1.0) -> dict[str, Callable]:
    """The loss of one neuron as a function of its input x."""
    act = {"sigmoid": sigmoid, "relu": relu}[params.activation]
    w, b = params.w, params.b

    def known(x: float) -> tuple[float, float, float, float]:
        cache = neuron.forward(params, x)
        g = neuron.backward(params, cache, y)
        off, s = g.dL_da, g.da_dz
        # The second and third derivative of σ; those of relu are 0 on either side of its kink.
        s2, s3 = (s * (1 - 2 * cache.a), s * (1 - 6 * s)) if params.activation == "sigmoid" else (0.0, 0.0)
        return (
            neuron.loss(params, cache, y),
            g.dL_dx,
            w**2 * (s * s + off * s2),
            w**3 * (3 * s * s2 + off * s3),
        )

    def met(x: float) -> float:
        cache = neuron.forward(params, x)
        g = neuron.backward(params, cache, y)
        return neuron.loss(params, cache, y) + abs(g.dL_da) * (cache.a + g.da_dz * (abs(w * x) + abs(b)))

    return {"f": lambda t: 0.5 * (act(w * t + b) - y) ** 2, "known": known, "met": met}


FUNCTIONS = {
    "neuron": Function("½ (σ(2x − 0.25) − 1)²", 0.7, **_of_neuron(neuron.Parameters(2.0, -0.25))),
    "exp": Function("eˣ", 1.1, np.exp, lambda x: (math.exp(x),) * 4, math.exp),
    "cube": Function("x³", 1.3, lambda t: t * t * t, lambda x: (x**3, 3 * x * x, 6 * x, 6.0), lambda x: abs(x**3)),
    "offset": Function(
        "x² + 1000", 1.3, lambda t: t * t + 1000.0, lambda x: (x * x + 1000, 2 * x, 2.0, 0.0), lambda x: x * x + 1000
    ),
    "relu": Function("½ (relu(2x − 1) − 1)²", 0.51, **_of_neuron(neuron.Parameters(2.0, -1.0, "relu")), kink=0.5),
}


@dataclass(frozen=True)
class Reading:
    """One function at one x in one precision."""

    name: str
    given: float
    dtype: str

    @property
    def function(self) -> Function:
        return FUNCTIONS[self.name]

    @property
    def u(self) -> float:
        """The machine epsilon: the gap between 1 and the next number."""
        return float(np.finfo(self.dtype).eps)

    @cached_property
    def x(self) -> float:
        """x as the precision has it."""
        return float(np.dtype(self.dtype).type(self.given))

    @cached_property
    def known(self) -> tuple[float, float, float, float]:
        """f, f′, f″ and f‴ at x, from their formulas in float64."""
        return tuple(float(v) for v in self.function.known(self.x))

    @property
    def exact(self) -> float:
        return self.known[1]

    def ends(self, scheme: str, epsilon: float) -> tuple[float, float]:
        """Where f is asked: ahead, and behind (or here)."""
        number = np.dtype(self.dtype).type
        x, step = number(self.x), number(epsilon)
        return float(x + step), float(x - step) if scheme == "central" else self.x

    def vanishes(self, scheme: str, epsilon: float) -> bool:
        """Whether the nudge is rounded away."""
        ahead, behind = self.ends(scheme, epsilon)
        return scheme != "complex" and ahead == behind

    def value(self, scheme: str, epsilon: float) -> float:
        """The difference as the library takes it; NaN where the nudge is rounded away."""
        if self.vanishes(scheme, epsilon):
            return math.nan
        theta = np.array([self.x], dtype=self.dtype)
        return next(slopes(self.function.f, theta, scheme=scheme, epsilon=epsilon))[1]

    def values(self, scheme: str, epsilon: float) -> tuple[float, float]:
        """f ahead and behind, in the precision."""
        return tuple(float(self.function.f(np.array([end], dtype=self.dtype))[0]) for end in self.ends(scheme, epsilon))

    def error(self, scheme: str, epsilon: float) -> float:
        return abs(self.value(scheme, epsilon) - self.exact)

    def difference(self, scheme: str, epsilon: float) -> Difference:
        """The difference with its doubt: how far rounding may have carried it."""
        met = max(self.function.met(end) for end in (self.x, *self.ends(scheme, epsilon)))
        doubt = rounding(scheme, self.dtype, epsilon, met)
        if scheme == "complex":
            # No difference is taken; every operation may still round.
            _, first, second, third = self.known
            doubt = 20 * self.u * (abs(first) + abs(second * self.x) + abs(third) * epsilon**2)
        return Difference(epsilon, 1.0, self.value(scheme, epsilon), 0.0, 0.0, 0.0, doubt)

    def truncation(self, scheme: str, epsilon: float) -> float:
        """The first term that the difference leaves out: |f″| ε / 2 for forward, |f‴| ε² / 6 for the other two."""
        _, _, second, third = self.known
        return abs(second) * epsilon / 2 if scheme == "forward" else abs(third) * epsilon**2 / 6

    def rounding(self, scheme: str, epsilon: float) -> float:
        """u |f| / ε: the size of it, a tenth of what the library allows for."""
        return rounding(scheme, self.dtype, epsilon, self.known[0]) / 10

    def crossing(self, scheme: str) -> float:
        """The ε at which truncation and rounding are alike; NaN where one of them is 0."""
        f, _, second, third = (abs(v) for v in self.known)
        if scheme == "forward":
            return math.sqrt(2 * self.u * f / second) if second and f else math.nan
        return (6 * self.u * f / third) ** (1 / 3) if third and f else math.nan

    def best(self, scheme: str) -> float:
        return best_epsilon(scheme, self.dtype)

    def shared(self, scheme: str, epsilon: float) -> int:
        """In about how many digits the two values agree, of the 16 or 7 that there are."""
        most = DIGITS[self.dtype]
        f, slope = abs(self.known[0]), abs(self.exact)
        moved = slope * epsilon * (2 if scheme == "central" else 1)
        if self.vanishes(scheme, epsilon) or moved == 0:
            return most
        return max(0, min(most, math.floor(math.log10(f / moved)))) if f else 0

    def crosses(self, scheme: str, epsilon: float) -> bool:
        """Whether the nudge reaches across the kink, or starts on it."""
        kink = self.function.kink
        if kink is None or scheme == "complex":
            return False
        ahead, behind = self.ends(scheme, epsilon)
        return behind <= kink <= ahead
