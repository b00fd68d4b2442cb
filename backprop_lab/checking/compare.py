"""Is a value right? One rule for every term of every exercise.

The error is normwise, max|g − r| / max|r|: entry by entry a relative error says nothing where the true entry is 0.

=====================  =============================  ==========================================================
error                  verdict                        why there
=====================  =============================  ==========================================================
≤ 1e-10                right                          honest float64 formulas stay below 2e-15
≤ 1e-6 (float32 1e-5)  right, noted as approximate    float32, or an ε inside a logarithm
more                   wrong                          the smallest real mistake known shows 2e-4
=====================  =============================  ==========================================================

Where a term saturates, rounding alone can lose every digit: a (1 − a) is 0 at z = 40 and the truth is 4e-18. There
the error is also measured against ``scale``, the term with every factor and subtraction taken in absolute value,
and 1e-12 of it is right (1e-6 for float32 answers).
"""

import math
from numbers import Number
from typing import Any

import numpy as np

EXACT = 1e-10
APPROXIMATE = {"float32": 1e-5, "other": 1e-6}
OF_SCALE = {"float32": 1e-6, "other": 1e-12}


def unusable(value: Any, reference: Any, hidden: bool = False) -> str | None:
    """Why a value cannot be compared with the reference at all, or None if it can.

    With ``hidden`` the answer is drawn from a closed list and quotes nothing that a student could fill with the
    inputs of a hidden fixture: no text, no class name, no size that the reference does not have.

    >>> unusable("three", 3.0)
    "a single number is expected, got the text 'three'"
    >>> unusable("x was 0.7312", 3.0, hidden=True)
    'a single number is expected, got a text'
    >>> unusable(np.ones((1, 1)), 3.0)
    'a single number is expected, got an array of shape (1, 1)'
    >>> unusable(float("nan"), 3.0)
    'the value is nan'
    >>> unusable(3, 3.0) is None
    True
    """
    shape = np.shape(reference)
    expected = "a single number is expected" if shape == () else f"an array of shape {shape} is expected"
    if value is None:
        return f"{expected}, got None: is a return missing?"
    if isinstance(value, str):
        return f"{expected}, got {'a text' if hidden else f'the text {value[:40]!r}'}"
    if not isinstance(value, (Number, np.ndarray, np.generic)):
        kind = next((k.__name__ for k in (tuple, list, dict) if isinstance(value, k)), "thing that is no number")
        return f"{expected}, got a {kind}"
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        return f"{expected}, got {'complex numbers' if array.dtype.kind == 'c' else 'something that is no number'}"
    if array.shape != shape:
        nameable = not hidden or (array.ndim <= 3 and set(array.shape) <= {1, *shape})
        got = f"an array of shape {array.shape}" if nameable else "an array of another shape"
        return f"{expected}, got {'a single number' if array.shape == () else got}"
    with np.errstate(all="ignore"):
        array = array.astype(float)
    if not np.isfinite(array).all():
        worst = array[~np.isfinite(array)].flat[0]
        return f"the value is {worst:g}" if shape == () else f"the array holds {worst:g}"
    return None


def error(value: Any, reference: Any) -> float:
    """max|g − r| / max|r|; 0 where both are all zeros, infinite where the reference alone is.

    >>> error(3.0, 2.0), error(0, 0.0), error(1e-30, 0.0)
    (0.5, 0.0, inf)
    """
    difference = float(np.max(np.abs(np.asarray(value, dtype=float) - np.asarray(reference, dtype=float)), initial=0.0))
    size = float(np.max(np.abs(np.asarray(reference, dtype=float)), initial=0.0))
    if difference == 0:
        return 0.0
    return difference / size if size > 0 else math.inf


def verdict(value: Any, reference: Any, scale: float | None = None) -> str:
    """``"right"``, ``"approximate"`` (right, and noted) or ``"wrong"``, for a value that is usable.

    >>> verdict(0.25, 0.25), verdict(np.float32(0.1), 0.1), verdict(0.26, 0.25)
    ('right', 'approximate', 'wrong')
    >>> a = 1.0  # sigmoid(40) rounds to 1
    >>> verdict(a * (1 - a), 4.248354255291589e-18, scale=a * (1 + a))
    'right'
    """
    kind = "float32" if getattr(value, "dtype", None) == np.float32 else "other"
    off = error(value, reference)
    if off <= EXACT:
        return "right"
    if scale:
        difference = float(np.max(np.abs(np.asarray(value, dtype=float) - np.asarray(reference, dtype=float))))
        if difference <= OF_SCALE[kind] * scale:
            return "right" if kind == "other" else "approximate"
    return "approximate" if off <= APPROXIMATE[kind] else "wrong"
