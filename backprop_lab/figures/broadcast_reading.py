"""What NumPy does with W A + b for each shape of b, and what a gradient of b has to undo.

``js/broadcast_reading.js`` knows the same rules; NumPy itself is the judge of both in the tests.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

MOST = 5
# how the page writes the shape of b -> its sides
SHAPES = {
    "(n, 1)": ("n", "one"), "(n,)": ("n",), "(1, m)": ("one", "m"), "(1, 1)": ("one", "one"), "(n, m)": ("n", "m"),
    "(m,)": ("m",),
}  # fmt: skip
MEANT = "(n, 1)"
Tables = Mapping[str, np.ndarray]


def _counted(salt: int) -> np.ndarray:
    """Whole numbers from −8 to 9, always alike, none of them 0."""
    k = (np.add.outer(7 * np.arange(MOST), 11 * np.arange(MOST)) + salt) % 17 - 8
    return np.where(k == 0, 9, k)


# The largest tables; smaller ones are their upper left corners. Tens for b, so that the eye can take Z apart again;
# halves for Δ, which add up without rounding, or a sum of 0 would read 5.6e-17.
BASE = {
    "WA": _counted(6).astype(float),
    "b": 10.0 * (np.add.outer(np.arange(MOST), np.arange(MOST)) % MOST + 1),
    "D": _counted(12) / 2,
}


@dataclass(frozen=True)
class Axis:
    """One axis of the two shapes, aligned from the right. ``b`` is None where b has no such axis.

    ``kind`` is same, stretched (b is), added (b gets the axis, and is stretched along it), grown (W A is stretched) or
    refused.
    """

    number: int
    WA: int
    b: int | None

    @property
    def kind(self) -> str:
        if self.b is None:
            return "added"
        if self.b == self.WA:
            return "same"
        return "stretched" if self.b == 1 else "grown" if self.WA == 1 else "refused"

    @property
    def copied(self) -> bool:
        """Do copies of b stand along this axis?"""
        return self.kind in ("stretched", "added") and self.WA > 1


# key -> the line of NumPy, and the axes that it sums over
SUMS = {
    "rows": ("delta.sum(axis=1, keepdims=True)", (1,)),
    "columns": ("delta.sum(axis=0, keepdims=True)", (0,)),
    "none": ("delta", ()),
    "total": ("delta.sum()", (0, 1)),
    "mean": ("delta.mean(axis=1, keepdims=True)", (1,)),
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """Sizes n and m, and how b is shaped."""

    n: int
    m: int
    b: str
    base: Tables | None = None

    @cached_property
    def sizes(self) -> dict[str, int]:
        return {"n": self.n, "m": self.m, "one": 1}

    @cached_property
    def tables(self) -> dict[str, np.ndarray]:
        t = BASE if self.base is None else self.base
        return {"WA": t["WA"][: self.n, : self.m], "D": t["D"][: self.n, : self.m], "b": self.vector(self.b)}

    def vector(self, shape: str) -> np.ndarray:
        """b in one of the shapes: the upper left corner of a table, or the beginning of its first row or column."""
        t = BASE["b"] if self.base is None else self.base["b"]
        sizes = [self.sizes[side] for side in SHAPES[shape]]
        if len(sizes) == 1:
            return t[0, : sizes[0]]
        return t[: sizes[0], : sizes[1]]

    @property
    def shape(self) -> tuple[int, ...]:
        """Of b."""
        return tuple(self.sizes[side] for side in SHAPES[self.b])

    @cached_property
    def axes(self) -> tuple[Axis, Axis]:
        padded = (None,) * (2 - len(self.shape)) + self.shape
        return tuple(Axis(k, size, padded[k]) for k, size in enumerate((self.n, self.m)))

    @property
    def fits(self) -> bool:
        return all(axis.kind != "refused" for axis in self.axes)

    @cached_property
    def result(self) -> np.ndarray | None:
        """Z, or None where NumPy refuses."""
        return self.tables["WA"] + self.tables["b"] if self.fits else None

    @cached_property
    def stretched(self) -> np.ndarray | None:
        """b as it is added: with its copies."""
        return None if self.result is None else np.broadcast_to(self.tables["b"], self.result.shape)

    @property
    def kind(self) -> str:
        """``meant`` (a number for each unit), ``grown`` (Z is not (n, m)), or for whom else a number of b is."""
        if not self.fits:
            return "refused"
        if any(axis.kind == "grown" for axis in self.axes):
            return "grown"
        units, examples = (not axis.copied for axis in self.axes)
        if (units or self.n == 1) and (not examples or self.m == 1):
            return "meant"
        if examples and self.m > 1:
            return "entry" if units and self.n > 1 else "example"
        return "one"

    def original(self, i: int, j: int) -> bool:
        """Is this entry (from 0) of the stretched b one of b itself, and no copy?"""
        return not (i and self.axes[0].copied) and not (j and self.axes[1].copied)

    # The way back. Where b is refused or Z has grown, nothing comes back to it: then the b that is meant is looked at.
    @cached_property
    def back(self) -> "Reading":
        return self if self.kind not in ("refused", "grown") else Reading(self.n, self.m, MEANT, self.base)

    @property
    def summed(self) -> tuple[int, ...]:
        """The axes along which b is stretched, lacks an axis, or has one of length 1 by its shape."""
        sides = (None,) * (2 - len(SHAPES[self.back.b])) + SHAPES[self.back.b]
        axes = zip(self.back.axes, sides, strict=True)
        return tuple(axis.number for axis, side in axes if side in (None, "one") or axis.copied)

    @cached_property
    def gradient(self) -> np.ndarray:
        """∂L/∂b, in the shape of b."""
        return self.tables["D"].sum(axis=self.summed, keepdims=True).reshape(self.back.shape)

    def sum(self, key: str) -> np.ndarray:
        """One of the sums of Δ that may be taken for the gradient."""
        D = self.tables["D"]
        return {
            "rows": lambda: D.sum(axis=1, keepdims=True),
            "columns": lambda: D.sum(axis=0, keepdims=True),
            "none": lambda: D,
            "total": lambda: D.sum(),
            "mean": lambda: D.mean(axis=1, keepdims=True),
        }[key]()

    def after(self, key: str) -> tuple[int, ...]:
        """The shape of b − η · sum: every one of the sums can be subtracted."""
        return np.broadcast_shapes(self.back.shape, self.sum(key).shape)

    def judged(self, key: str) -> str:
        """``right``, ``same`` (here, because a size is 1), ``axis`` (the numbers, and one axis too many) or ``wrong``."""
        sizes = (self.n, self.m)
        axes = SUMS[key][1]
        if {k for k in axes if sizes[k] > 1} != {k for k in self.summed if sizes[k] > 1} or (
            key == "mean" and self.m > 1
        ):
            return "wrong"
        if self.after(key) != self.back.shape:
            return "axis"
        return "right" if axes == self.summed and key != "mean" else "same"
