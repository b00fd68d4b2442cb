"""The tables of a layer, the products that can be made of them, and which of these are right.

Every edge of a table counts something: units of a layer, or examples. A product is right if its inner edges count the
same and its outer edges are those of the table that is wanted. ``js/shapes_products.js`` knows the same products.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .. import network
from ..layers import Cache, Gradients, Parameters

# name -> what its rows and its columns count
EDGES = {
    "A": ("in", "m"), "W": ("out", "in"), "b": ("out", "one"), "Z": ("out", "m"), "H": ("out", "m"),
    "V": ("next", "out"), "E": ("next", "m"), "G": ("out", "m"), "D": ("out", "m"), "one": ("m", "one"),
    "dW": ("out", "in"), "db": ("out", "one"),
}  # fmt: skip
# key -> the table that is wanted, the left factor, whether it is transposed, the right factor, whether it is transposed
PRODUCTS = {
    "WA": ("Z", "W", False, "A", False),
    "WtA": ("Z", "W", True, "A", False),
    "AW": ("Z", "A", False, "W", False),
    "AWt": ("Z", "A", False, "W", True),
    "VtE": ("G", "V", True, "E", False),
    "VE": ("G", "V", False, "E", False),
    "EV": ("G", "E", False, "V", False),
    "DAt": ("dW", "D", False, "A", True),
    "ADt": ("dW", "A", False, "D", True),
    "AtD": ("dW", "A", True, "D", False),
    "DA": ("dW", "D", False, "A", False),
    "DtA": ("dW", "D", True, "A", False),
    "D1": ("db", "D", False, "one", False),
    "Dt1": ("db", "D", True, "one", False),
    "1tD": ("db", "one", True, "D", False),
}
RIGHT = ("WA", "VtE", "DAt", "D1")
SAME = 1e-12


@dataclass(frozen=True)
class Reading:
    """One layer of a network with its examples, one product, and one entry of the result (counted from 1)."""

    params: Parameters
    X: np.ndarray
    Y: np.ndarray
    layer: int
    product: str
    i: int = 1
    j: int = 1

    @cached_property
    def cache(self) -> Cache:
        return network.forward(self.params, self.X)

    @cached_property
    def gradients(self) -> Gradients:
        return network.backward(self.params, self.cache, self.Y)

    @cached_property
    def sizes(self) -> dict[str, int]:
        """How many there are of what an edge counts."""
        inputs, units, following = self.params.sizes[self.layer - 1 : self.layer + 2]
        return {"in": inputs, "out": units, "next": following, "m": self.cache.a[0].shape[1], "one": 1}

    @cached_property
    def tables(self) -> dict[str, np.ndarray]:
        l, p, c, g = self.layer, self.params, self.cache, self.gradients
        return {
            "A": c.a[l - 1], "W": p.W[l], "b": p.b[l], "Z": c.z[l], "H": c.a[l], "V": p.W[l + 1], "E": g.delta[l + 1],
            "G": p.W[l + 1].T @ g.delta[l + 1], "D": g.delta[l], "one": np.ones((self.sizes["m"], 1)),
            "dW": g.dW[l], "db": g.db[l],
        }  # fmt: skip

    @property
    def target(self) -> str:
        """The table that the product ought to be."""
        return PRODUCTS[self.product][0]

    @cached_property
    def factors(self) -> tuple[np.ndarray, np.ndarray]:
        _, left, turn, right, turned = PRODUCTS[self.product]
        return (
            self.tables[left].T if turn else self.tables[left],
            self.tables[right].T if turned else self.tables[right],
        )

    @property
    def edges(self) -> tuple[str, str, str, str]:
        """What rows and columns of the left factor count, then those of the right."""
        _, left, turn, right, turned = PRODUCTS[self.product]
        return (*EDGES[left][:: -1 if turn else 1], *EDGES[right][:: -1 if turned else 1])

    @property
    def kind(self) -> str:
        """``right``, ``misfit``, ``turned`` (the transpose of what is wanted) or ``accident``."""
        rows, inner, other, columns = self.edges
        if self.sizes[inner] != self.sizes[other]:
            return "misfit"
        if inner != other:
            return "accident"
        return "right" if (rows, columns) == EDGES[self.target] else "turned"

    @property
    def shape(self) -> tuple[int, int]:
        """Of the result, also where there is none."""
        return self.sizes[self.edges[0]], self.sizes[self.edges[3]]

    @property
    def wanted(self) -> np.ndarray:
        return self.tables[self.target]

    @property
    def with_bias(self) -> bool:
        """Is b added? Where Z is wanted, and the product has its shape."""
        return self.target == "Z" and self.shape == self.wanted.shape

    @cached_property
    def result(self) -> np.ndarray | None:
        if self.kind == "misfit":
            return None
        product = self.factors[0] @ self.factors[1]
        return product + self.tables["b"] if self.with_bias else product

    @cached_property
    def differing(self) -> tuple[int, int, int]:
        """How many entries are wrong where the shapes agree, and which one most (counted from 1)."""
        gap = np.abs(self.result - self.wanted)
        many = int(np.count_nonzero(gap > SAME * np.max(np.abs(self.wanted))))
        i, j = np.unravel_index(int(np.argmax(gap)), gap.shape)
        return many, int(i) + 1, int(j) + 1

    @property
    def stretches(self) -> bool:
        """Would NumPy combine the result with what the next step holds against it, though the shapes differ?"""
        partner = self.tables["b"].shape if self.target == "Z" else self.wanted.shape
        return all(size == other or 1 in (size, other) for size, other in zip(self.shape, partner, strict=True))
