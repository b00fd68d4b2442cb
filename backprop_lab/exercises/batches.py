"""Batches for fixtures: m examples as the columns of X and Y, run forward and backward, in float64 or in fifty digits.

The tables are those of ``networks``, with m columns in every z, a and δ. ``networks.forward`` runs a batch as it stands,
and so do ``networks.deltas`` and ``networks.parameter_gradients``: what is new is L, the mean over the examples, and the
1/m that comes with its first factor.

>>> params, X, Y = draw(np.random.default_rng(0), (2, 3, 1), 5, ("tanh", "sigmoid"), "squared_error")
>>> cache = networks.forward(params, X)
>>> {l: a.shape for l, a in cache["a"].items()}
{0: (2, 5), 1: (3, 5), 2: (1, 5)}
>>> every = [networks.loss_of(params, X[:, [k]], Y[:, [k]]) for k in range(5)]
>>> abs(loss_of(params, X, Y) - sum(every) / 5) < 1e-15
True
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from . import networks

TRIES = 200  # columns for one place in a batch, before other weights are drawn


def draw(
    rng: np.random.Generator, sizes: Sequence[int], m: int, activations: Sequence[str], loss: str, spread: float = 1.0
) -> tuple[dict, np.ndarray, np.ndarray]:
    """Parameters, X (n_0, m) and Y (n_L, m), none of whose numbers is special: each column is a fair example.

    As ``networks.draw`` for one example, whose parameters and first example these are.
    """
    while True:
        params, x, y = networks.draw(rng, sizes, activations, loss, spread)
        xs, ys = [x], [y]
        for _ in range(TRIES * (m - 1)):
            if len(xs) == m:
                break
            x, y = _example(rng, sizes, loss)
            if is_clear(networks.forward(params, x), params, y):
                xs.append(x)
                ys.append(y)
        if len(xs) == m:
            return params, np.hstack(xs), np.hstack(ys)


def _example(rng: np.random.Generator, sizes: Sequence[int], loss: str) -> tuple[np.ndarray, np.ndarray]:
    x = rng.choice([-1, 1], (sizes[0], 1)) * rng.uniform(0.3, 1.6, (sizes[0], 1))
    probable = loss == "binary_cross_entropy"
    return x, rng.uniform(0.15, 0.85, (sizes[-1], 1)) if probable else rng.normal(size=(sizes[-1], 1))


def is_clear(cache: Mapping, params: Mapping, Y: np.ndarray) -> bool:
    """No z near the kink of a ReLU, no output near its target, and none near the walls of cross-entropy."""
    kinks = [cache["z"][l] for l, name in params["activation"].items() if name == "relu"]
    if any(np.abs(z).min() < networks.KINK for z in kinks):
        return False
    A = cache["a"][len(params["W"])]
    if params["loss"] == "binary_cross_entropy":
        return bool(((A > 0.1) & (A < 0.9) & (np.abs(A - Y) > 0.1)).all())
    return bool((np.abs(A - Y) > 0.05).all())


def examples(table: Any) -> int:
    """m, the number of columns.

    >>> examples(np.zeros((3, 5)))
    5
    """
    return table.shape[1]


def loss_of(params: Mapping, X: Any, Y: Any, moved: Mapping | None = None) -> Any:
    """L, the mean over the examples: a forward pass and nothing else."""
    return networks.loss_of(params, X, Y, moved) / examples(Y)


def first_factor(params: Mapping, cache: Mapping, Y: Any) -> Any:
    """∂L/∂A of the output, which holds the 1/m of the mean."""
    return networks.first_factor(params, cache, Y) / examples(Y)


def deltas(params: Mapping, cache: Mapping, Y: Any) -> dict[int, Any]:
    """Δ = ∂L/∂Z of every layer."""
    return networks.deltas(params, cache, first_factor(params, cache, Y))


def sizes_of_terms(params: Mapping, cache: Mapping, Y: Any) -> dict[int, Any]:
    """Of every layer's Δ what it would be with each factor and subtraction in absolute value: its scale."""
    return {l: size / examples(Y) for l, size in networks.sizes_of_terms(params, cache, Y).items()}


def gradients(params: Mapping, X: Any, Y: Any) -> tuple[dict[int, Any], dict[int, Any]]:
    """∂L/∂W and ∂L/∂b of every layer, from a forward pass and a backward pass."""
    cache = networks.forward(params, X)
    return networks.parameter_gradients(deltas(params, cache, Y), cache)


def passed(params: Mapping, X: np.ndarray, Y: np.ndarray, arrange: Any = None) -> dict[str, Any]:
    """The inputs of a backward pass: params, cache and Y, each array as ``arrange`` lays it out."""
    inputs = {"params": params, "cache": networks.forward(params, X), "Y": Y}
    return networks.arranged(inputs, arrange) if arrange else inputs
