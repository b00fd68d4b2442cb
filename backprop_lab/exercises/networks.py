"""Networks for fixtures: drawn, run forward for real, and run backward, in float64 or in fifty digits.

The tables are those of the exercises, keyed by the layer::

    params = {"W": {1: …, L: …}, "b": {1: …}, "activation": {1: …}, "loss": "squared_error"}
    cache  = {"z": {1: …, L: …}, "a": {0: …, L: …}}

>>> params, x, y = draw(np.random.default_rng(0), (2, 3, 1), ("tanh", "sigmoid"), "squared_error")
>>> cache = forward(params, x)
>>> {l: a.shape for l, a in cache["a"].items()}
{0: (2, 1), 1: (3, 1), 2: (1, 1)}
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from .functions import activate, loss_slope, loss_slope_scale, loss_value, slope, slope_scale

KINK = 0.05  # how far a pre-activation stays from the kink of a ReLU


def draw(
    rng: np.random.Generator, sizes: Sequence[int], activations: Sequence[str], loss: str, spread: float = 1.0
) -> tuple[dict, np.ndarray, np.ndarray]:
    """Parameters, one example x (n_0, 1) and its target y (n_L, 1), none of whose numbers is special.

    Parameters
    ----------
    spread : float
        How large the weights are: 1 keeps |z| near 1, 20 saturates every unit.
    """
    while True:
        W = {l: _weights(rng, (sizes[l], sizes[l - 1]), spread) for l in range(1, len(sizes))}
        b = {l: rng.choice([-1, 1], (sizes[l], 1)) * rng.uniform(0.1, 0.7, (sizes[l], 1)) for l in W}
        params = {"W": W, "b": b, "activation": dict(enumerate(activations, 1)), "loss": loss}
        x = rng.choice([-1, 1], (sizes[0], 1)) * rng.uniform(0.3, 1.6, (sizes[0], 1))
        y = (
            rng.uniform(0.15, 0.85, (sizes[-1], 1))
            if loss == "binary_cross_entropy"
            else rng.normal(size=(sizes[-1], 1))
        )
        if _fair(forward(params, x), params, y):
            return params, x, y


def _weights(rng: np.random.Generator, shape: tuple[int, int], spread: float) -> np.ndarray:
    signs = rng.choice([-1, 1], shape)
    return signs * rng.uniform(0.4, 1.6, shape) * spread / np.sqrt(shape[1])


def _fair(cache: Mapping, params: Mapping, y: np.ndarray) -> bool:
    """No kink near, no layer of ReLUs that lets nothing or everything through, cross-entropy away from its walls."""
    for l, name in params["activation"].items():
        z = cache["z"][l]
        if name == "relu" and (np.abs(z).min() < KINK or not (z > 0).any() or (z.size > 1 and (z > 0).all())):
            return False
    output = cache["a"][len(params["W"])]
    if params["loss"] == "binary_cross_entropy":
        return bool(((output > 0.1) & (output < 0.9) & (np.abs(output - y) > 0.1)).all())
    return bool((np.abs(output - y) > 0.05).all())


def forward(params: Mapping, x: Any, moved: Mapping | None = None) -> dict[str, dict[int, Any]]:
    """The cache of a forward pass. ``moved`` is added to z, layer by layer: what ∂L/∂z is the answer to."""
    z, a = {}, {0: x}
    for l in params["W"]:
        z[l] = params["W"][l] @ a[l - 1] + params["b"][l]
        if moved is not None:
            z[l] = z[l] + moved[l]
        a[l] = activate(params["activation"][l], z[l])
    return {"z": z, "a": a}


def loss_of(params: Mapping, x: Any, y: Any, moved: Mapping | None = None) -> Any:
    """L of one example: a forward pass and nothing else."""
    return loss_value(params["loss"], forward(params, x, moved)["a"][len(params["W"])], y)


def loss_above(params: Mapping, l: int, a: Any, y: Any) -> Any:
    """L of a forward pass that starts with a, what enters layer l."""
    for k in range(l, len(params["W"]) + 1):
        a = activate(params["activation"][k], params["W"][k] @ a + params["b"][k])
    return loss_value(params["loss"], a, y)


def numbered(tables: Mapping) -> dict[str, Any]:
    """Tables of layers as one dict, each entry under its letter and number: W1, W2, … for two layers written out.

    >>> numbered({"W": {1: 0.5, 2: 3.0}, "loss": "squared_error"})
    {'W1': 0.5, 'W2': 3.0, 'loss': 'squared_error'}
    """
    named: dict[str, Any] = {}
    for name, table in tables.items():
        named |= {f"{name}{l}": entry for l, entry in table.items()} if isinstance(table, Mapping) else {name: table}
    return named


def as_tables(numbered: Mapping[str, Any]) -> dict[str, Any]:
    """Back from ``numbered``.

    >>> as_tables({"W1": 0.5, "W2": 3.0, "loss": "squared_error"})
    {'W': {1: 0.5, 2: 3.0}, 'loss': 'squared_error'}
    """
    tables: dict[str, Any] = {}
    for name, entry in numbered.items():
        letter = name.rstrip("0123456789")
        if letter == name:
            tables[name] = entry
        else:
            tables.setdefault(letter, {})[int(name[len(letter) :])] = entry
    return tables


def first_factor(params: Mapping, cache: Mapping, y: Any) -> Any:
    """∂L/∂a of the output."""
    return loss_slope(params["loss"], cache["a"][len(params["W"])], y)


def slopes(params: Mapping, cache: Mapping) -> dict[int, Any]:
    """σ'(z) of every layer."""
    return {l: slope(name, cache["z"][l]) for l, name in params["activation"].items()}


def deltas(params: Mapping, cache: Mapping, dL_da: Any) -> dict[int, Any]:
    """δ of every layer, from the output to the input."""
    L, sigma = len(params["W"]), slopes(params, cache)
    delta = {L: dL_da * sigma[L]}
    for l in range(L - 1, 0, -1):
        delta[l] = (params["W"][l + 1].T @ delta[l + 1]) * sigma[l]
    return dict(sorted(delta.items()))


def sizes_of_terms(params: Mapping, cache: Mapping, y: Any) -> dict[int, Any]:
    """Of every layer's δ what it would be with each factor and subtraction in absolute value: its scale."""
    L = len(params["W"])
    bound = {l: slope_scale(name, cache["z"][l]) for l, name in params["activation"].items()}
    scale = {L: loss_slope_scale(params["loss"], cache["a"][L], y) * np.abs(bound[L])}
    for l in range(L - 1, 0, -1):
        scale[l] = (np.abs(params["W"][l + 1]).T @ scale[l + 1]) * np.abs(bound[l])
    return dict(sorted(scale.items()))


def parameter_gradients(delta: Mapping[int, Any], cache: Mapping) -> tuple[dict[int, Any], dict[int, Any]]:
    """∂L/∂W = δ aᵀ and ∂L/∂b = δ (summed over the columns) of every layer."""
    dL_dW = {l: delta[l] @ cache["a"][l - 1].T for l in delta}
    return dL_dW, {l: delta[l].sum(axis=1, keepdims=True) for l in delta}


def whole(
    rng: np.random.Generator, params: Mapping, x: np.ndarray, y: np.ndarray
) -> tuple[dict, np.ndarray, np.ndarray]:
    """A network of the same form in whole numbers, none of them 0; its activations must keep them whole."""

    def drawn(array: np.ndarray) -> np.ndarray:
        return rng.choice([-3, -2, -1, 1, 2, 3], array.shape)

    tables = {name: {l: drawn(array) for l, array in params[name].items()} for name in ("W", "b")}
    return {**params, **tables}, drawn(x), drawn(y) + 100  # far from the output, so that no error is 0


def passed(params: Mapping, x: np.ndarray, y: np.ndarray, arrange: Any = None) -> dict[str, Any]:
    """The inputs of a backward pass: params, cache, y and ∂L/∂a, each array as ``arrange`` lays it out."""
    cache = forward(params, x)
    inputs = {"params": params, "cache": cache, "y": y, "dL_da": first_factor(params, cache, y)}
    return arranged(inputs, arrange) if arrange else inputs


def arranged(value: Any, arrange: Any) -> Any:
    """Every array of a value laid out anew."""
    if isinstance(value, Mapping):
        return {key: arranged(part, arrange) for key, part in value.items()}
    return arrange(value) if isinstance(value, np.ndarray) else value
