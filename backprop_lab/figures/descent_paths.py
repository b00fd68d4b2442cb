"""Four losses of two parameters, and the ways down them that the descent figure draws.

Each loss has its gradient beside it; the neuron's are the library's own (``network.loss``, ``network.backward``), and
each step is one step of ``backprop_lab.optimisers``. ``js/descent.js`` computes the same.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .. import network
from ..layers import Gradients, Parameters
from ..optimisers import OPTIMISERS, optimiser_named

CELLS = 40  # of the map, to each side: where its highest and lowest loss are looked for
STOP = 1e9  # a loss above this has been lost, and is followed no further
TILT = 0.1


@dataclass(frozen=True)
class Surface:
    """A loss of w and b: how far its map goes, its formula, a good start, and its minima (None: looked for)."""

    title: str
    far: float
    formula: str
    start: tuple[float, float]
    learning_rate: float
    minima: tuple[tuple[float, float], ...] | None


SURFACES = {
    "bowl": Surface("bowl", 3.0, "½ (w² + κ b²)", (-2.5, 1.5), 0.15, ((0.0, 0.0),)),
    "neuron": Surface("one neuron", 6.0, "mean of the loss over the examples", (-2.0, 2.0), 0.5, None),
    "saddle": Surface("saddle", 2.0, "½ w² + ¼ (b² − 1)²", (-1.6, 0.02), 0.1, ((0.0, -1.0), (0.0, 1.0))),
    "two_minima": Surface(
        "two minima", 2.0, "¼ (w² − 1)² + 0.1 w + ½ (b − ½ w)² + ⅛", (1.7, -1.6), 0.1,
        ((-1.046680532, -0.523340266), (0.945649275, 0.472824637)),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """Everything that the figure starts from. The network, X and Y matter for the surface "neuron" alone."""

    surface: str
    learning_rate: float
    beta: float
    w: float
    b: float
    optimiser: str
    steps: int
    elongation: float
    params: Parameters
    X: np.ndarray
    Y: np.ndarray

    @property
    def shown(self) -> tuple[str, ...]:
        """The names of the optimisers whose paths are drawn."""
        return tuple(OPTIMISERS) if self.optimiser == "all" else (self.optimiser,)

    @property
    def far(self) -> float:
        """The map shows w and b from −far to far; a neuron that was given is always on it."""
        most = math.ceil(np.max(np.abs(self.params.vector))) if self.surface == "neuron" else 0
        return float(max(SURFACES[self.surface].far, most))

    def loss(self, w: float, b: float) -> float:
        """L at one point of the map."""
        if self.surface == "neuron":
            params = self.params.with_vector(np.array([w, b]))
            return network.loss(params, network.forward(params, self.X), self.Y)
        if self.surface == "bowl":
            return 0.5 * (w * w + self.elongation * b * b)
        if self.surface == "saddle":
            return 0.5 * w * w + 0.25 * (b * b - 1) * (b * b - 1)
        across = b - 0.5 * w
        return 0.25 * (w * w - 1) * (w * w - 1) + TILT * w + 0.5 * across * across + 0.125

    def gradient(self, w: float, b: float) -> tuple[float, float]:
        """∂L/∂w and ∂L/∂b at one point of the map."""
        if self.surface == "neuron":
            params = self.params.with_vector(np.array([w, b]))
            grads = network.backward(params, network.forward(params, self.X), self.Y)
            return float(grads.vector[0]), float(grads.vector[1])
        if self.surface == "bowl":
            return w, self.elongation * b
        if self.surface == "saddle":
            return w, b * (b * b - 1)
        across = b - 0.5 * w
        return w * (w * w - 1) + TILT - 0.5 * across, across

    @cached_property
    def grid(self) -> np.ndarray:
        """L on the map, shape (CELLS + 1, CELLS + 1): a row for each b, a column for each w, both from −far on."""
        ticks = [self.far * (2 * i / CELLS - 1) for i in range(CELLS + 1)]
        return np.array([[self.loss(w, b) for w in ticks] for b in ticks])

    @property
    def top(self) -> float:
        """The largest loss on the map: what is above it has left the picture."""
        return float(self.grid.max())

    @property
    def minima(self) -> tuple[tuple[float, float], ...]:
        """Where the map marks a minimum: known, or the lowest point of the grid."""
        known = SURFACES[self.surface].minima
        if known is not None:
            return known
        row, column = np.unravel_index(int(np.argmin(self.grid)), self.grid.shape)
        return ((self.far * (2 * column / CELLS - 1), self.far * (2 * row / CELLS - 1)),)


@dataclass(frozen=True)
class Path:
    """Where one optimiser went: the start and the point after each step, and L at each."""

    name: str
    points: tuple[tuple[float, float], ...]
    losses: tuple[float, ...]

    def first(self, holds: Callable[[tuple[float, float], float], bool]) -> int | None:
        """The first step after which this holds of the point and its loss."""
        pairs = zip(self.points, self.losses, strict=True)
        return next((k for k, (point, loss) in enumerate(pairs) if holds(point, loss)), None)

    def left_picture(self, setting: Setting) -> int | None:
        """The step at which the loss rose above everything on the map."""
        return self.first(lambda _, loss: not loss <= setting.top * (1 + 1e-9))

    def drawn(self, setting: Setting) -> int:
        """How many points the map shows: a path that is lost is not followed to and fro."""
        left = self.left_picture(setting)
        lost = left is not None and not self.losses[-1] <= setting.top * (1 + 1e-9)
        return left + 2 if lost else len(self.points)

    def left_map(self, setting: Setting) -> int | None:
        """The step at which w or b went beyond the map's edge."""
        return self.first(lambda point, _: max(map(abs, point)) > setting.far)


def descend(setting: Setting, name: str) -> Path:
    """The path of one optimiser, by the library's own steps; it ends early where the loss passes ``STOP``."""
    optimiser = _optimiser(setting, name)
    here = setting.params.with_vector(np.array([setting.w, setting.b]))
    points, losses = [(setting.w, setting.b)], [setting.loss(setting.w, setting.b)]
    for _ in range(setting.steps):
        if not losses[-1] <= STOP:
            break
        optimiser.step(here, as_gradients(here, setting.gradient(*points[-1])))
        points.append((float(here.vector[0]), float(here.vector[1])))
        losses.append(setting.loss(*points[-1]))
    return Path(name, tuple(points), tuple(losses))


def _optimiser(setting: Setting, name: str) -> object:
    extra = {"beta": setting.beta} if name == "momentum" else {}
    return optimiser_named(name, learning_rate=setting.learning_rate, **extra)


def as_gradients(params: Parameters, pair: tuple[float, float]) -> Gradients:
    """∂L/∂w and ∂L/∂b in the form that an optimiser of the library takes."""
    return Gradients(params.sizes, np.array(pair), params.W, np.zeros((1, 1)))


def limit(setting: Setting, name: str) -> float | None:
    """The learning rate above which this optimiser leaves a quadratic bowl; None where no such number is known.

    Along the direction of curvature λ, gradient descent multiplies the distance to the minimum by 1 − η λ, which must
    lie between −1 and 1: η < 2/λ. Momentum allows η < 2 (1 + β)/λ (Polyak 1964).
    """
    if setting.surface != "bowl" or name == "adam":
        return None
    return (2 if name == "gradient_descent" else 2 * (1 + setting.beta)) / setting.elongation
