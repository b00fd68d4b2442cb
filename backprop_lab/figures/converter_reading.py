"""One layer computed in two conventions, each by its own formulas from its own arrays.

``js/converter_reading.js`` has the same four passes; a browser test holds both together.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..activations import tanh, tanh_derivative
from .converter_conventions import AFTER_FIRST, CONVENTIONS, Convention

MOST = 5
Tables = Mapping[str, np.ndarray]


def _made(rows: int, columns: int, salt: int, scale: int = 1) -> np.ndarray:
    """Numbers with one decimal, always alike, none of them 0."""
    counted = np.add.outer(7 * np.arange(rows), 11 * np.arange(columns)) + 3 * salt
    tenths = counted % 17 - 8
    return np.where(tenths == 0, 9, tenths) * scale / 10


# The largest network; a smaller one is its upper left corner. Layer 1 has tanh, layer 2 is the output and linear.
BASE = {
    "X": _made(MOST, MOST, 2, 2), "W": _made(MOST, MOST, 1), "b": _made(MOST, 1, 6), "W2": _made(MOST, MOST, 3),
    "b2": _made(MOST, 1, 7), "Y": _made(MOST, MOST, 4, 3),
}  # fmt: skip


def _columns(t: Tables) -> dict[str, np.ndarray]:
    X, W, b, W2 = t["X"], t["W"], t["b"], t["W2"]
    Z = W @ X + b
    A = tanh(Z)
    D2 = (W2 @ A + t["b2"] - t["Y"]) / X.shape[1]
    D = (W2.T @ D2) * tanh_derivative(Z)
    return {"X": X, "W": W, "b": b, "Z": Z, "A": A, "W2": W2, "D2": D2, "D": D, "dW": D @ X.T,
            "db": D.sum(axis=1, keepdims=True)}  # fmt: skip


def _rows(t: Tables) -> dict[str, np.ndarray]:
    X, W, b, W2 = t["X"].T, t["W"], t["b"].ravel(), t["W2"]
    Z = X @ W.T + b
    A = tanh(Z)
    D2 = (A @ W2.T + t["b2"].ravel() - t["Y"].T) / X.shape[0]
    D = (D2 @ W2) * tanh_derivative(Z)
    return {"X": X, "W": W, "b": b, "Z": Z, "A": A, "W2": W2, "D2": D2, "D": D, "dW": D.T @ X, "db": D.sum(axis=0)}


def _keras(t: Tables) -> dict[str, np.ndarray]:
    X, K, b, K2 = t["X"].T, t["W"].T, t["b"].ravel(), t["W2"].T
    Z = X @ K + b
    A = tanh(Z)
    D2 = (A @ K2 + t["b2"].ravel() - t["Y"].T) / X.shape[0]
    D = (D2 @ K2.T) * tanh_derivative(Z)
    return {"X": X, "W": K, "b": b, "Z": Z, "A": A, "W2": K2, "D2": D2, "D": D, "dW": X.T @ D, "db": D.sum(axis=0)}


def _theta(t: Tables) -> dict[str, np.ndarray]:
    m = t["X"].shape[1]
    X = np.vstack([np.ones(m), t["X"]])
    Theta, Theta2 = np.hstack([t["b"], t["W"]]), np.hstack([t["b2"], t["W2"]])
    Z = Theta @ X
    A = tanh(Z)
    D2 = (Theta2 @ np.vstack([np.ones(m), A]) - t["Y"]) / m
    D = (Theta2[:, 1:].T @ D2) * tanh_derivative(Z)
    dTheta = D @ X.T
    return {"X": X, "W": Theta, "b": Theta, "Z": Z, "A": A, "W2": Theta2, "D2": D2, "D": D, "dW": dTheta, "db": dTheta}


PASSES = {"columns": _columns, "rows": _rows, "keras": _keras, "theta": _theta}


@dataclass(frozen=True)
class Reading:
    """A convention, the sizes n_0, n_1, n_2 and m of a network of two layers, and the array that is followed."""

    convention: str
    n_in: int
    n_out: int
    n_next: int
    m: int
    array: str = "X"
    base: Tables | None = None

    @property
    def words(self) -> Convention:
        return CONVENTIONS[self.convention]

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many there are of what a side counts."""
        return {
            "in": self.n_in, "out": self.n_out, "next": self.n_next, "m": self.m, "one": 1,
            "1+in": 1 + self.n_in, "1+out": 1 + self.n_out,
        }  # fmt: skip

    @cached_property
    def tables(self) -> dict[str, np.ndarray]:
        """The network in these sizes, in columns."""
        t = BASE if self.base is None else self.base
        i, o, n, m = self.n_in, self.n_out, self.n_next, self.m
        corners = {"X": (i, m), "W": (o, i), "b": (o, 1), "W2": (n, o), "b2": (n, 1), "Y": (n, m)}
        return {name: t[name][:rows, :columns] for name, (rows, columns) in corners.items()}

    @cached_property
    def book(self) -> dict[str, np.ndarray]:
        """Every array of the layer as this book keeps it."""
        return _columns(self.tables)

    @cached_property
    def theirs(self) -> dict[str, np.ndarray]:
        """Every array as the convention keeps it; where that is inside a larger one, the larger one."""
        return PASSES[self.convention](self.tables)

    def shape(self, name: str, ours: bool = False) -> tuple[int, ...]:
        words = CONVENTIONS["columns"] if ours else self.words
        return tuple(self.sizes[side] for side in words.sides[name])

    def taken_back(self, name: str) -> np.ndarray:
        """The convention's array turned or cut into this book's."""
        array = self.theirs[name]
        if first := AFTER_FIRST.get(self.convention, {}).get(name):
            if name in ("b", "db"):
                return array[:, :1]
            return array[1:] if first == "row" else array[:, 1:]
        if array.ndim == 1:
            return array.reshape(-1, 1)
        ours, sides = CONVENTIONS["columns"].sides[name], self.words.sides[name]
        return array if ours == sides else array.T
