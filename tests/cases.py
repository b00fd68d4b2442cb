"""The one list of models that the mathematics is tested on: neurons, and networks of one to five layers."""

import itertools
import zlib
from dataclasses import dataclass

import numpy as np

from backprop_lab import network
from backprop_lab.activations import ACTIVATIONS, ELEMENTWISE
from backprop_lab.layers import Parameters, count
from backprop_lab.losses import LOSSES

LEGAL_PAIRS = [
    (activation, loss)
    for activation, loss in itertools.product(ELEMENTWISE, LOSSES)
    if LOSSES[loss].needs in (None, activation)
]
# Away from z = 0, where ReLU has its kink; both signs of every input, and |z| up to 5.
SETTINGS = [
    {"x": x, "w": w, "b": b, "y": y}
    for x, w, b, y in itertools.product((-1.9, 0.7, 2.3), (-1.1, 0.6, 1.7), (-0.45, 0.8), (0.2, 0.9))
]

# What a network may end in: the pairs of a neuron, and the softmax.
OUTPUT_PAIRS = [
    (activation, loss)
    for activation, loss in itertools.product(ACTIVATIONS, LOSSES)
    if LOSSES[loss].needs in (None, activation)
]
DEPTHS = (1, 2, 3, 4, 5)
BATCHES = (1, 7, 11)
DTYPES = ("float64", "float32")
# Neighbours are different primes, none is a batch size, and no list reads the same backwards: what is transposed or
# in the wrong order has the wrong shape. In the square ones it has the right shape and the wrong value.
PRIMES = (2, 5, 3, 5, 2, 3)
SQUARE = 4
# Every layer another activation, so that one taken from the neighbour shows.
MIXED = ("tanh", "leaky_relu", "sigmoid", "softplus")
KINKED = ("relu", "leaky_relu")


@dataclass(frozen=True)
class NetworkCase:
    """One network with examples and targets, drawn from a seed that its name gives."""

    sizes: tuple[int, ...]
    activations: tuple[str, ...]
    loss: str
    examples: int
    dtype: str

    def __str__(self) -> str:
        sizes, activations = "-".join(map(str, self.sizes)), ", ".join(self.activations)
        return f"{sizes}, {activations} with {self.loss}, m = {self.examples}, {self.dtype}"

    def draw(self) -> tuple[Parameters, np.ndarray, np.ndarray]:
        """Parameters, X and Y; drawn again as long as a kink is near or a layer of ReLUs lets nothing through."""
        rng = np.random.default_rng(zlib.crc32(str(self).encode()))
        for _ in range(10_000):
            params = self._parameters(rng)
            X = rng.normal(size=(self.sizes[0], self.examples)).astype(self.dtype)
            if self._fair(network.forward(params, X)):
                return params, X, self._targets(rng).astype(self.dtype)
        raise AssertionError(f"no fair draw for {self}")

    def _parameters(self, rng: np.random.Generator) -> Parameters:
        names = dict(enumerate(self.activations, 1))
        params = Parameters(self.sizes, names, self.loss, np.zeros(count(self.sizes), self.dtype))
        for l, W in params.W.items():
            W[...] = rng.normal(size=W.shape) * 1.2 / np.sqrt(W.shape[1])
            params.b[l][...] = 0.4 * rng.normal(size=params.b[l].shape)
        return params

    def _targets(self, rng: np.random.Generator) -> np.ndarray:
        outputs, m = self.sizes[-1], self.examples
        if self.loss == "squared_error":
            return rng.normal(size=(outputs, m))
        soft = rng.uniform(size=(outputs, m))
        if self.loss == "cross_entropy":  # in 1024ths, so that a column sums to 1 in float32 too, to the last bit
            soft = rng.multinomial(1024, rng.dirichlet(np.ones(outputs), m)).T / 1024
        hard = np.eye(outputs)[:, rng.integers(outputs, size=m)]  # one column in three holds a class, not a guess
        return np.where(np.arange(m) % 3 == 1, hard, soft)

    def _fair(self, cache: network.Cache) -> bool:
        z = {l: cache.z[l] for l, name in enumerate(self.activations, 1) if name in KINKED}
        passed = [(z[l] > 0).any(axis=0) for l in z if self.activations[l - 1] == "relu"]
        return all(np.abs(v).min() >= 1e-3 for v in z.values()) and (not passed or bool(np.all(passed, axis=0).any()))


@dataclass(frozen=True)
class Family:
    """The networks of one depth, one activation in the hidden layers, and one output: every size, batch and dtype."""

    depth: int
    hidden: str
    output: str
    loss: str

    def __str__(self) -> str:
        layers = "1-layer" if self.depth == 1 else f"{self.depth}-layers-{self.hidden}"
        return f"{layers}-{self.output}-{self.loss}"

    @property
    def activations(self) -> tuple[str, ...]:
        hidden = MIXED if self.hidden == "mixed" else (self.hidden,) * 4
        return (*hidden[: self.depth - 1], self.output)

    def cases(self) -> list[NetworkCase]:
        prime, square = PRIMES[-self.depth - 1 :], (SQUARE,) * (self.depth + 1)
        return [
            NetworkCase(sizes, self.activations, self.loss, m, dtype)
            for sizes, m, dtype in itertools.product((prime, square), BATCHES, DTYPES)
        ]


def _hidden(depth: int) -> list[str]:
    return ["none"] if depth == 1 else [*ACTIVATIONS, "mixed"] if depth > 2 else list(ACTIVATIONS)


FAMILIES = [
    Family(depth, hidden, *pair) for depth in DEPTHS for hidden in _hidden(depth) for pair in OUTPUT_PAIRS
]  # fmt: skip
