"""How an array lies in memory: inputs come contiguous, in columns, with gaps, and read-only, and stay so in a copy."""

from collections.abc import Mapping
from typing import Any

import numpy as np


def spaced(array: np.ndarray) -> np.ndarray:
    """The same numbers with gaps between them: a view of every second column of a wider array.

    >>> spaced(np.eye(2)).flags.contiguous
    False
    """
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def read_only(array: np.ndarray) -> np.ndarray:
    """A copy that refuses to be written."""
    array = array.copy()
    array.flags.writeable = False
    return array


def layout(array: np.ndarray) -> str:
    """``"C"`` (row by row), ``"F"`` (column by column) or ``"strided"`` (with gaps)."""
    return "C" if array.flags.c_contiguous else "F" if array.flags.f_contiguous else "strided"


def laid_out(array: np.ndarray, wanted: str, writeable: bool) -> np.ndarray:
    """A copy in a layout, writeable or not."""
    made = spaced(array) if wanted == "strided" else np.array(array, order=wanted, copy=True)
    made.flags.writeable = writeable
    return made


def copied(value: Any) -> Any:
    """A copy down to the last number, every array in its own layout; whoever writes into it writes there alone."""
    if isinstance(value, Mapping):
        return {key: copied(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)) and type(value) in (list, tuple):
        return type(value)(copied(part) for part in value)
    if isinstance(value, np.ndarray) and value.dtype.kind in "biufc":
        array = np.asarray(value)
        return laid_out(array, layout(array), bool(array.flags.writeable)) if array.ndim else array.copy()
    return value
