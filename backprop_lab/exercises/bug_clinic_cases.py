"""Thirty broken backward passes over batches, each with the one mistake of its code in the catalogue.

The right pass stands first, in parts; a case replaces one part of it, so that nothing but its mistake is wrong. The
cases are handed to students as functions alone: their source is not in the room where submissions run.

>>> from .networks import forward
>>> params = {"W": {1: np.array([[2.0]])}, "b": {1: np.array([[1.0]])}, "activation": {1: "identity"},
...           "loss": "squared_error"}
>>> cache, Y = forward(params, np.array([[1.0, 3.0]])), np.zeros((1, 2))
>>> broken("O10")(params, cache, Y)["dL_dW"][1] / backward(params, cache, Y)["dL_dW"][1]
array([[2.]])
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from . import functions

Gradients = dict[str, dict[int, Any]]
Backward = Callable[[Mapping, Mapping, Any], Gradients]
# What a stranger may hand over: so many numbers, no layer wider. A pass that remembers does so for so many sizes.
NUMBERS, WIDTH, SIZES = 20_000, 200, 50
ACTIVATIONS, LOSSES = ("identity", "sigmoid", "tanh", "softplus", "relu"), ("squared_error", "binary_cross_entropy")


class Net:
    """What a backward pass is handed, under the letters of the page."""

    def __init__(self, params: Mapping, cache: Mapping, Y: Any) -> None:
        self.W, self.names, self.loss = params["W"], params["activation"], params["loss"]
        self.z, self.a, self.Y = cache["z"], cache["a"], Y
        self.L, self.m = len(self.W), Y.shape[1]

    @cached_property
    def dL_dA(self) -> Any:
        """The first factor, with the 1/m of the mean."""
        return functions.loss_slope(self.loss, self.a[self.L], self.Y) / self.m

    def slope(self, l: int, at: Any = None) -> Any:
        """σ' of layer l, at its z unless something else is named."""
        return functions.slope(self.names[l], self.z[l] if at is None else at)


# The right pass in parts.
def output(n: Net) -> Any:
    """Δ⁽ᴸ⁾."""
    return n.dL_dA * n.slope(n.L)


def hidden(n: Net, l: int) -> Any:
    """What a hidden layer multiplies by."""
    return n.slope(l)


def back(n: Net, l: int, delta: Mapping[int, Any]) -> Any:
    """What reaches a⁽ˡ⁾ from layer l + 1."""
    return n.W[l + 1].T @ delta[l + 1]


def weights(n: Net, l: int, delta: Mapping[int, Any]) -> Any:
    """∂L/∂W⁽ˡ⁾."""
    return delta[l] @ n.a[l - 1].T


def biases(n: Net, l: int, delta: Mapping[int, Any]) -> Any:
    """∂L/∂b⁽ˡ⁾."""
    return delta[l].sum(axis=1, keepdims=True)


RIGHT: dict[str, Callable] = {
    "output": output, "hidden": hidden, "back": back, "weights": weights, "biases": biases,
    "tables": lambda n, dW, db: (dW, db),
}  # fmt: skip


def backward(params: Mapping, cache: Mapping, Y: Any, **wrong: Callable) -> Gradients:
    """The gradients of every layer, right or with a part replaced: ``{"dL_dW": {1..L}, "dL_db": {1..L}}``."""
    n, part = Net(params, cache, Y), {**RIGHT, **wrong}
    delta = {n.L: part["output"](n)}
    for l in range(n.L - 1, 0, -1):
        delta[l] = part["back"](n, l, delta) * part["hidden"](n, l)
    dW, db = ({l: part[name](n, l, delta) for l in range(1, n.L + 1)} for name in ("weights", "biases"))
    dW, db = part["tables"](n, dW, db)
    return {"dL_dW": dW, "dL_db": db}


def _with_cross_entropy(n: Net) -> Any:
    if n.loss != "binary_cross_entropy":
        return output(n)
    return (-n.Y / n.a[n.L] - (1 - n.Y) / (1 - n.a[n.L])) / n.m * n.slope(n.L)


def _errors_sent_back(n: Net, l: int, delta: Mapping[int, Any]) -> Any:
    error = n.dL_dA
    for k in range(n.L, l, -1):
        error = n.W[k].T @ error
    return error


def _in_hidden_layers(n: Net, table: dict[int, Any]) -> dict[int, Any]:
    return {l: g / n.m if l < n.L else g for l, g in table.items()}


def _without_layer_1(n: Net, table: dict[int, Any]) -> dict[int, Any]:
    return {l: g * 0 if l == 1 < n.L else g for l, g in table.items()}


def _reversed(table: dict[int, Any]) -> dict[int, Any]:
    return dict(zip(table, reversed(table.values()), strict=True))


def _both(change: Callable[[Net, dict], dict]) -> Callable:
    return lambda n, dW, db: (change(n, dW), change(n, db))


# The part that is wrong, by the code of the mistake.
WRONG: dict[str, dict[str, Callable]] = {
    "O1": {"output": lambda n: n.dL_dA},
    "O2": {"output": lambda n: n.dL_dA * n.slope(n.L, n.a[n.L])},
    "O5": {"output": lambda n: n.dL_dA * n.slope(n.L) ** 2},
    "O6": {"output": lambda n: (n.a[n.L] - n.Y) / n.m},
    "O8": {"output": _with_cross_entropy},
    "H1": {"hidden": lambda n, l: 1.0},
    "H2": {"hidden": lambda n, l: n.slope(l, n.a[l])},
    "H3": {"hidden": lambda n, l: 1 - n.a[l] if n.names[l] == "tanh" else n.slope(l)},
    "H5": {"hidden": lambda n, l: n.slope(l) ** 2},
    "H13": {"hidden": lambda n, l: 1.0 if n.names[l] == "relu" else n.slope(l)},
    "H6": {"back": lambda n, l, delta: n.W[l + 1] @ delta[l + 1]},
    "H7": {"back": lambda n, l, delta: n.W[l].T @ delta[l + 1]},
    "H9": {"back": _errors_sent_back},
    "H11": {"back": lambda n, l, delta: np.abs(n.W[l + 1]).T @ delta[l + 1]},
    "P1": {"weights": lambda n, l, delta: n.a[l - 1] @ delta[l].T},
    "P2": {"weights": lambda n, l, delta: delta[l] @ n.a[l].T},
    "P3": {"weights": lambda n, l, delta: delta[l] @ (n.z[l - 1] if l > 1 else n.a[0]).T},
    "P4": {"weights": lambda n, l, delta: (n.a[l - 1] @ delta[l].T).reshape(n.W[l].shape)},
    "P5": {"biases": lambda n, l, delta: delta[l]},
    "P6": {"biases": lambda n, l, delta: delta[l].sum(axis=0, keepdims=True)},
    "P7": {"biases": lambda n, l, delta: np.full((len(delta[l]), 1), delta[l].sum())},
    "P8": {"biases": lambda n, l, delta: np.zeros((len(delta[l]), 1))},
    "O10": {"output": lambda n: 2 * output(n)},
    "P9": {"output": lambda n: n.m * output(n)},
    "P11": {"tables": _both(_in_hidden_layers)},
    "P14": {
        "weights": lambda n, l, delta: delta[l][:, -1:] @ n.a[l - 1][:, -1:].T,
        "biases": lambda n, l, delta: delta[l][:, -1:],
    },
    "H12": {"tables": _both(_without_layer_1)},
    "P16": {"tables": lambda n, dW, db: (_reversed(dW), _reversed(db))},
}  # fmt: skip


def _piling_up() -> Backward:
    """U3: to the gradients of a size those of its earlier calls are added."""
    totals: dict[tuple, Gradients] = {}

    def function(params: Mapping, cache: Mapping, Y: Any) -> Gradients:
        told = backward(params, cache, Y)
        before = _remembered(totals, cache)
        if before:
            told = {name: {l: before[name][l] + g for l, g in table.items()} for name, table in told.items()}
        totals[_sizes(cache)] = {name: {l: np.array(g) for l, g in table.items()} for name, table in told.items()}
        return told

    return function


def _with_the_first_cache() -> Backward:
    """U4: the first cache of a size is used for good."""
    caches: dict[tuple, Mapping] = {}

    def function(params: Mapping, cache: Mapping, Y: Any) -> Gradients:
        first = _remembered(caches, cache) or caches.setdefault(_sizes(cache), cache)
        return backward(params, first, Y)

    return function


def _sizes(cache: Mapping) -> tuple:
    return tuple(np.shape(a) for a in cache["a"].values())


def _remembered(memory: dict[tuple, Any], cache: Mapping) -> Any:
    """What is kept for networks of this size, the oldest forgotten first."""
    while len(memory) >= SIZES:
        memory.pop(next(iter(memory)))
    return memory.get(_sizes(cache))


REMEMBERING: dict[str, Callable[[], Backward]] = {"U3": _piling_up, "U4": _with_the_first_cache}

# The codes by what is wrong: one bug of each family is drawn for a student.
FAMILIES: dict[str, tuple[str, ...]] = {
    "output error": ("O1", "O2", "O5", "O6", "O8"),
    "hidden slopes": ("H1", "H2", "H3", "H5", "H13"),
    "way back": ("H6", "H7", "H9", "H11"),
    "weight gradients": ("P1", "P2", "P3", "P4"),
    "bias gradients": ("P5", "P6", "P7", "P8"),
    "factors and batch": ("O10", "P9", "P11", "P14"),
    "layers and memory": ("H12", "P16", "U3", "U4"),
}
CODES = tuple(code for codes in FAMILIES.values() for code in codes)
FAMILY = {code: family for family, codes in FAMILIES.items() for code in codes}


def broken(code: str) -> Backward:
    """The broken pass of a code, new each time: one that remembers begins without memories.

    Raises
    ------
    ValueError
        By the pass itself, where what it is handed does not fit together or is too large, in the words of ``_refuse``;
        and by NumPy, where the mistake makes a product of shapes that do not fit.
    """
    function = REMEMBERING[code]() if code in REMEMBERING else lambda *given: backward(*given, **WRONG[code])

    def broken_backward(params: Mapping, cache: Mapping, Y: Any) -> Gradients:
        _refuse(params, cache, Y)
        try:
            return function(params, cache, Y)
        except ValueError as error:
            raise ValueError(f"the patient makes a product that NumPy refuses: {error}") from error

    return broken_backward


def _refuse(params: Mapping, cache: Mapping, Y: Any) -> None:
    for name, table, keys in (("params", params, ("W", "b", "activation", "loss")), ("cache", cache, ("z", "a"))):
        if not isinstance(table, Mapping) or not set(keys) <= set(table):
            raise ValueError(f"{name} must be a dict with the keys {', '.join(keys)}")
    W, b, z, a, names = params["W"], params["b"], cache["z"], cache["a"], params["activation"]
    if not all(isinstance(table, Mapping) for table in (W, b, z, a, names)):
        raise ValueError("W, b, activation, z and a must be dicts keyed by the layer")
    if np.ndim(Y) != 2 or not np.size(Y) or np.asarray(Y).dtype.kind not in "biuf":
        raise ValueError("Y must be an array of numbers of shape (n_L, m)")
    L, m = len(W), np.shape(Y)[-1]
    if set(W) != set(range(1, L + 1)) or any(set(W) - set(table) for table in (a, z, b, names)) or 0 not in a or not L:
        raise ValueError("W, b, activation, z and a must have the keys 1 … L, and a the key 0 too")
    if params["loss"] not in LOSSES:
        raise ValueError(f"the loss must be one of {', '.join(LOSSES)}, got {params['loss']!r}")
    if unknown := [names[l] for l in W if names[l] not in ACTIVATIONS]:
        raise ValueError(f"an activation must be one of {', '.join(ACTIVATIONS)}, got {unknown[0]!r}")
    for name, array, shape in (
        ("Y", Y, (len(a[L]), m)),
        *((f"a[{l}]", a[l], (len(a[l]), m)) for l in range(L + 1)),
        *((f"z[{l}]", z[l], (len(a[l]), m)) for l in W),
        *((f"W[{l}]", W[l], (len(a[l]), len(a[l - 1]))) for l in W),
        *((f"b[{l}]", b[l], (len(a[l]), 1)) for l in W),
    ):
        if np.shape(array) != shape:
            raise ValueError(f"{name} has shape {np.shape(array)}, expected {shape} beside the other arrays")
    if max(len(a[l]) for l in range(L + 1)) > WIDTH:
        raise ValueError(f"a layer is wider than {WIDTH} units; a few are enough for any bug")
    count = np.size(Y) + sum(np.size(array) for table in (W, b, z, a) for array in table.values())
    if count > NUMBERS:
        raise ValueError(f"this network and its cache hold {count:,} numbers; {NUMBERS:,} are enough for any bug")
