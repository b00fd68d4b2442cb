"""Where a bug is looked at: the networks, what the controls make of them, and the numbers that compare two gradients.

``js/bugs_wrong.js`` has the same functions; a test holds the two together.
"""

import math
from dataclasses import dataclass, field

import numpy as np

from .. import network
from ..layers import Gradients, Parameters
from ..optimisers import optimiser_named
from .bugs_wrong import Wrong, misfit, wrong_gradients

SAME = 1e-12  # below this, two gradients differ by rounding alone
STEPS, OUT = 60, 1e6
BASE = {"net": "3-5-4-2", "hidden": "tanh", "end": "sigmoid, cross-entropy", "m": 6, "weights": "as drawn"}
ENDS = {
    "sigmoid, cross-entropy": ("sigmoid", "binary_cross_entropy"),
    "sigmoid, squared error": ("sigmoid", "squared_error"),
    "identity, squared error": ("identity", "squared_error"),
}
HIDDEN = ("tanh", "sigmoid", "relu", "identity")
WEIGHTS = ("as drawn", "non-negative", "symmetric")
GIVEN = "as given"

Triple = tuple[Parameters, np.ndarray, np.ndarray]


def examples() -> dict[str, Triple]:
    """The three networks of the figure, each with six examples: of every shape, square, and of one unit a layer.

    >>> list(examples())
    ['3-5-4-2', '4-4-4-4', '3-1-1-1']
    """
    made = {}
    for seed, sizes in ((3, (3, 5, 4, 2)), (5, (4, 4, 4, 4)), (8, (3, 1, 1, 1))):
        rng = np.random.default_rng(seed)
        params = network.init(sizes, ("tanh", "tanh", "sigmoid"), "binary_cross_entropy", seed=seed)
        params.vector[:] = np.round(1.2 * params.vector, 2)
        for l in params.b:
            params.b[l][...] = np.round(rng.uniform(-0.6, 0.6, params.b[l].shape), 2)
        X = np.round(rng.normal(size=(sizes[0], 6)), 2)
        # A rule that a network of this size can learn, so that the loss has somewhere to fall.
        Y = np.array(
            [[float(X[i % sizes[0], k] > 0.3 * X[(i + 1) % sizes[0], k]) for k in range(6)] for i in range(sizes[-1])]
        )
        made["-".join(map(str, sizes))] = (params, X, Y)
    return made


def at(given: Triple, place: dict[str, object]) -> Triple:
    """A network and its examples, as the controls ask for them."""
    params, X, Y = given
    L, m = params.depth, int(place["m"])
    last, loss = ENDS.get(str(place["end"]), (params.activations[L], params.loss))
    hidden = place["hidden"]
    names = {l: params.activations[l] if hidden == GIVEN else str(hidden) for l in range(1, L)} | {L: last}
    made = Parameters(params.sizes, names, loss, params.vector.astype(float))
    for l in made.W:
        if place["weights"] == "non-negative":
            made.W[l][...] = np.abs(params.W[l])
        if place["weights"] == "symmetric" and params.sizes[l] == params.sizes[l - 1]:
            made.W[l][...] = (params.W[l] + params.W[l].T) / 2
    return made, np.asarray(X, dtype=float)[:, :m], np.asarray(Y, dtype=float)[:, :m]


@dataclass(frozen=True)
class Comparison:
    """Of a gradient g with the right one g*: ‖g − g*‖/(‖g‖ + ‖g*‖), the cosine, and g/g* where it is one number."""

    error: float
    cosine: float
    ratio: float | None


def compare(g: np.ndarray, right: np.ndarray) -> Comparison:
    """The three numbers of the figure.

    >>> compare(np.array([2.0, -4.0]), np.array([1.0, -2.0]))
    Comparison(error=0.3333333333333333, cosine=0.9999999999999998, ratio=2.0)
    """
    g, right = np.ravel(g), np.ravel(right)
    n, r, gap = (float(np.sqrt(v @ v)) for v in (g, right, g - right))
    if gap <= SAME * (n + r):
        return Comparison(0.0, 1.0, 1.0)
    cosine = float(g @ right) / (n * r) if n and r else math.nan
    counts = np.abs(right) > SAME * np.max(np.abs(right), initial=0.0)
    ratios = g[counts] / right[counts]
    common = bool(np.all(np.abs(g[~counts]) <= SAME * (n + r))) and ratios.size > 0
    common = common and bool(np.all(np.abs(ratios - ratios[0]) <= 1e-9 * abs(ratios[0])))
    return Comparison(gap / (n + r), cosine, float(ratios[0]) if common and ratios[0] else None)


@dataclass(frozen=True)
class Layer:
    """The comparison of one layer: all of it, its weights alone, its biases alone."""

    l: int
    all: Comparison
    W: Comparison
    b: Comparison


@dataclass(frozen=True)
class Reading:
    """A bug in one place: both gradients, and what compares them. Layers run from the output back."""

    bug: str
    params: Parameters
    X: np.ndarray
    Y: np.ndarray
    right: Gradients
    wrong: Wrong | None
    problem: str
    layers: list[Layer] = field(default_factory=list)
    whole: Comparison | None = None


def measure(bug: str, net: Triple) -> Reading:
    """Both gradients, and the numbers by layer."""
    params, X, Y = net
    cache = network.forward(params, X)
    right = network.backward(params, cache, Y)
    if problem := misfit(bug, params.sizes):
        return Reading(bug, params, X, Y, right, None, problem)
    wrong = wrong_gradients(bug, params, cache, Y)
    order = range(params.depth, 0, -1)
    flat = {
        which: {l: [g.dW[l].ravel(), g.db[l].ravel()] for l in order} for which, g in (("g", wrong), ("right", right))
    }
    both = {l: [np.concatenate(flat[which][l]) for which in ("g", "right")] for l in order}
    layers = [
        Layer(l, compare(*both[l]), *(compare(flat["g"][l][k], flat["right"][l][k]) for k in (0, 1))) for l in order
    ]
    whole = compare(*(np.concatenate([both[l][k] for l in reversed(order)]) for k in (0, 1)))
    return Reading(bug, params, X, Y, right, wrong, "", layers, whole)


def stepped(net: Triple, bug: str | None, learning_rate: float) -> Triple | None:
    """One step of gradient descent with the gradients of a bug, or with the right ones; None where these overflow."""
    params, X, Y = net
    cache = network.forward(params, X)
    right = network.backward(params, cache, Y)
    if bug:
        with np.errstate(all="ignore"):
            wrong = wrong_gradients(bug, params, cache, Y)
        for l in params.W:
            right.dW[l], right.db[l] = wrong.dW[l], wrong.db[l]
    if not all(np.all(np.isfinite(table[l])) for table in (right.dW, right.db) for l in table):
        return None
    after = params.copy()
    optimiser_named("gradient_descent", learning_rate=learning_rate).step(after, right)
    return after, X, Y


def curve(net: Triple, bug: str | None, learning_rate: float) -> list[float]:
    """The loss before each of 60 steps and after the last; it ends early where it leaves every bound."""
    said: list[float] = []
    while net is not None:
        params, X, Y = net
        L = network.loss(params, network.forward(params, X), Y)
        if not L <= OUT:
            return said
        said.append(L)
        if len(said) > STEPS:
            return said
        net = stepped(net, bug, learning_rate)
    return said
