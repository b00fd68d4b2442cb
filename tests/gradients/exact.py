"""Backpropagation in 50 digits, and what confirms it: central differences of the forward pass alone.

Nothing here comes from the library. The softmax goes through its whole Jacobian and each loss through its own
derivative, so that the deltas which collapse to (A − Y)/m are judged too.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import mpmath
import numpy as np

DIGITS = 50
SLOPE = 0.01  # of the leaky ReLU
Exact = np.ndarray  # of mpf

number = np.frompyfunc(lambda x: mpmath.mpf(float(x)), 1, 1)
exp, log, tanh = (np.frompyfunc(f, 1, 1) for f in (mpmath.exp, mpmath.log, mpmath.tanh))


def _where(positive: Callable, otherwise: Callable) -> Callable[[Exact], Exact]:
    return np.frompyfunc(lambda z: positive(z) if z > 0 else otherwise(z), 1, 1)


def _softmax(z: Exact) -> Exact:
    e = exp(z)
    return e / e.sum(axis=0)


VALUES: dict[str, Callable[[Exact], Exact]] = {
    "identity": lambda z: z,
    "sigmoid": lambda z: 1 / (1 + exp(-z)),
    "tanh": tanh,
    "relu": _where(lambda z: z, lambda z: mpmath.mpf(0)),
    "leaky_relu": _where(lambda z: z, lambda z: SLOPE * z),
    "softplus": lambda z: log(1 + exp(z)),
    "softmax": _softmax,
}

SLOPES: dict[str, Callable[[Exact], Exact]] = {
    "identity": lambda z: z * 0 + 1,
    "sigmoid": lambda z: exp(-z) / (1 + exp(-z)) ** 2,
    "tanh": lambda z: 1 - tanh(z) ** 2,
    "relu": _where(lambda z: mpmath.mpf(1), lambda z: mpmath.mpf(0)),
    "leaky_relu": _where(lambda z: mpmath.mpf(1), lambda z: mpmath.mpf(SLOPE)),
    "softplus": lambda z: 1 / (1 + exp(-z)),
}


def _through(name: str, z: Exact, dL_da: Exact) -> Exact:
    if name != "softmax":
        return dL_da * SLOPES[name](z)
    a = _softmax(z)
    columns = []
    for i in range(z.shape[1]):
        jacobian = np.diag(a[:, i]) - np.outer(a[:, i], a[:, i])
        columns.append(jacobian.T @ dL_da[:, i])
    return np.array(columns, dtype=object).T


LOSS: dict[str, Callable[[Exact, Exact], Exact]] = {
    "squared_error": lambda a, y: (a - y) ** 2 / 2,
    "binary_cross_entropy": lambda a, y: -y * log(a) - (1 - y) * log(1 - a),
    "cross_entropy": lambda a, y: -y * log(a),
}

LOSS_SLOPES: dict[str, Callable[[Exact, Exact], Exact]] = {
    "squared_error": lambda a, y: a - y,
    "binary_cross_entropy": lambda a, y: (a - y) / (a * (1 - a)),
    "cross_entropy": lambda a, y: -y / a,
}


@dataclass(frozen=True)
class Net:
    """A network as plain lists: layer l stands at place l − 1."""

    W: Sequence[Exact]
    b: Sequence[Exact]
    X: Exact
    Y: Exact
    activations: Sequence[str]
    loss: str

    def moved(self, h: mpmath.mpf, along: "Sequence[Exact]") -> "Net":
        """Every weight, bias and input moved by h along a direction: W…, b…, X."""
        depth = len(self.W)
        W = [w + h * v for w, v in zip(self.W, along[:depth], strict=True)]
        b = [c + h * v for c, v in zip(self.b, along[depth:-1], strict=True)]
        return Net(W, b, self.X + h * along[-1], self.Y, self.activations, self.loss)


def forward(net: Net) -> tuple[list[Exact], list[Exact]]:
    z, a = [], [net.X]
    for W, b, name in zip(net.W, net.b, net.activations, strict=True):
        z.append(W @ a[-1] + b)
        a.append(VALUES[name](z[-1]))
    return z, a


def loss(net: Net) -> mpmath.mpf:
    return LOSS[net.loss](forward(net)[1][-1], net.Y).sum() / net.X.shape[1]


def backward(net: Net) -> tuple[list[Exact], list[Exact], list[Exact], Exact]:
    """Deltas, dW and db of every layer, and dL_dx."""
    z, a = forward(net)
    upstream = LOSS_SLOPES[net.loss](a[-1], net.Y) / net.X.shape[1]
    deltas = []
    for W, name, here in reversed(list(zip(net.W, net.activations, z, strict=True))):
        deltas.insert(0, _through(name, here, upstream))
        upstream = W.T @ deltas[0]
    dW = [delta @ below.T for delta, below in zip(deltas, a[:-1], strict=True)]
    db = [delta.sum(axis=1, keepdims=True) for delta in deltas]
    return deltas, dW, db, upstream


def disagreement(net: Net, directions: int = 3, seed: int = 0) -> float:
    """How far the gradient is from central differences along random directions, as a part of its largest entry."""
    _, dW, db, dX = backward(net)
    gradient, h, rng = [*dW, *db, dX], mpmath.mpf(10) ** -20, np.random.default_rng(seed)
    largest, worst = max(max(map(abs, g.flat)) for g in gradient), mpmath.mpf(0)
    for _ in range(directions):
        along = [number(rng.normal(size=g.shape)) for g in gradient]
        slope = sum((g * v).sum() for g, v in zip(gradient, along, strict=True))
        difference = (loss(net.moved(h, along)) - loss(net.moved(-h, along))) / (2 * h)
        worst = max(worst, abs(slope - difference) / largest)
    return float(worst)
