"""Is a value right? One rule for every term of every exercise.

The error is normwise, max|g − r| / max|r|: entry by entry a relative error says nothing where the true entry is 0.
A table of arrays, or any dict or tuple of values, is as wrong as the worst of them.

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
import sys
from collections.abc import Iterator, Mapping
from numbers import Number
from typing import Any

import numpy as np

EXACT = 1e-10
APPROXIMATE = {"float32": 1e-5, "other": 1e-6}
OF_SCALE = {"float32": 1e-6, "other": 1e-12}


def leaves(value: Any, path: tuple = ()) -> Iterator[tuple[tuple, Any]]:
    """The numbers and arrays of a value, each with its path of keys.

    >>> list(leaves({"z": {1: 0.5}, "a": (2.0, 3.0)}))
    [(('z', 1), 0.5), (('a', 0), 2.0), (('a', 1), 3.0)]
    """
    if isinstance(value, Mapping):
        for key, part in value.items():
            yield from leaves(part, (*path, key))
    elif isinstance(value, (tuple, list)):
        for key, part in enumerate(value):
            yield from leaves(part, (*path, key))
    else:
        yield path, value


def size(value: Any) -> int:
    """About how many bytes a value takes once its arrays are float64, keys and texts among them.

    >>> size(np.zeros(3, bool)), size({"a": [np.zeros(2)]}) > 16
    (24, True)
    """
    if isinstance(value, (np.ndarray, np.generic)):
        return 8 * value.size
    if isinstance(value, Mapping):
        return sum(size(key) + size(entry) for key, entry in value.items())
    if isinstance(value, (tuple, list)):
        return sum(map(size, value))
    return sys.getsizeof(value)


def as_array(value: Any) -> np.ndarray:
    """A number or an array as an array; a whole number that is too long for NumPy's integers as the nearest float.

    >>> as_array(2**63), as_array(10**400)
    (array(9.22337204e+18), array(inf))
    """
    if isinstance(value, int) and value.bit_length() > 63:
        # The largest float has 1024 bits.
        return np.array(float(value) if value.bit_length() < 1024 else math.inf if value > 0 else -math.inf)
    return np.asarray(value)


def part(value: Any, path: tuple) -> Any:
    """What stands at a path, which must be there."""
    for key in path:
        value = value[key]
    return value


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
    >>> unusable({0: 1.0, 1: 2.0}, {1: 2.0, 2: 3.0})
    'the keys 1, 2 are expected, got 0, 1'
    """
    if isinstance(reference, Mapping):
        return _unusable_dict(value, reference, hidden)
    if isinstance(reference, (tuple, list)):
        return _unusable_sequence(value, reference, hidden)
    shape = np.shape(reference)
    expected = "a single number is expected" if shape == () else f"an array of shape {shape} is expected"
    if value is None:
        return f"{expected}, got None: is a return missing?"
    if isinstance(value, str):
        return f"{expected}, got {'a text' if hidden else f'the text {value[:40]!r}'}"
    if not isinstance(value, (Number, np.ndarray, np.generic)):
        kind = next((k.__name__ for k in (tuple, list, dict) if isinstance(value, k)), "thing that is no number")
        return f"{expected}, got a {kind}"
    array = as_array(value)
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


def _unusable_dict(value: Any, reference: Mapping, hidden: bool) -> str | None:
    keys = ", ".join(map(repr, reference))
    if not isinstance(value, Mapping):
        got = "None: is a return missing?" if value is None else f"a {_kind(value)}"
        return f"a dict with the keys {keys} is expected, got {got}"
    if not set(reference) <= set(value):
        if hidden:
            return f"the keys {keys} are expected, and some are missing"
        return f"the keys {keys} are expected, got {', '.join(repr(key)[:20] for key in list(value)[:8]) or 'none'}"
    parts = ((f"layer {k}: " if isinstance(k, int) else f"{k!r}: ", value[k], r) for k, r in reference.items())
    return _first_of(parts, hidden)


def _unusable_sequence(value: Any, reference: tuple | list, hidden: bool) -> str | None:
    expected = f"{len(reference)} values in a tuple are expected"
    if not isinstance(value, (tuple, list)):
        return f"{expected}, got {'None: is a return missing?' if value is None else f'a {_kind(value)}'}"
    if len(value) != len(reference):
        return f"{expected}, got {'another number of them' if hidden else len(value)}"
    return _first_of(((f"item {k}: ", *pair) for k, pair in enumerate(zip(value, reference, strict=True))), hidden)


def _first_of(parts: Iterator[tuple[str, Any, Any]], hidden: bool) -> str | None:
    for name, value, reference in parts:
        problem = unusable(value, reference, hidden)
        if problem:
            return name + problem
    return None


def _kind(value: Any) -> str:
    names = ((tuple, "tuple"), (list, "list"), (dict, "dict"), (str, "text"), (np.ndarray, "array"), (Number, "number"))
    return next((name for kind, name in names if isinstance(value, kind)), "thing of another kind")


def error(value: Any, reference: Any) -> float:
    """max|g − r| / max|r| of the worst array; 0 where both are all zeros, infinite where the reference alone is.

    It is also infinite where the two are not of one form. What is not finite in both counts for nothing.

    >>> error(3.0, 2.0), error(0, 0.0), error(1e-30, 0.0)
    (0.5, 0.0, inf)
    >>> error({1: 1.0, 2: 3.0}, {1: 1.0, 2: 2.0})
    0.5
    >>> error(np.ones(2), np.ones(3)), error(np.array([np.inf, 3.0]), np.array([np.inf, 2.0]))
    (inf, 0.5)
    """
    values, references = dict(leaves(value)), dict(leaves(reference))
    if values.keys() != references.keys():
        return math.inf
    return max((_error_of_any(values[path], references[path]) for path in references), default=0.0)


def _error_of_any(value: Any, reference: Any) -> float:
    value, reference = as_array(value), as_array(reference)
    if value.shape != reference.shape or value.dtype.kind not in "biuf" or reference.dtype.kind not in "biuf":
        return math.inf
    finite = np.isfinite(value)
    if not np.array_equal(finite, np.isfinite(reference)):
        return math.inf
    return _error(value[finite], reference[finite])


def _error(value: Any, reference: Any) -> float:
    difference = float(np.max(np.abs(np.asarray(value, dtype=float) - np.asarray(reference, dtype=float)), initial=0.0))
    size = float(np.max(np.abs(np.asarray(reference, dtype=float)), initial=0.0))
    if difference == 0:
        return 0.0
    return difference / size if size > 0 else math.inf


def verdict(value: Any, reference: Any, scale: Any = None) -> str:
    """``"right"``, ``"approximate"`` (right, and noted) or ``"wrong"``, for a value that is usable.

    ``scale`` is one number for all of the value, or has the value's own form.

    >>> verdict(0.25, 0.25), verdict(np.float32(0.1), 0.1), verdict(0.26, 0.25)
    ('right', 'approximate', 'wrong')
    >>> a = 1.0  # sigmoid(40) rounds to 1
    >>> verdict(a * (1 - a), 4.248354255291589e-18, scale=a * (1 + a))
    'right'
    """
    found = set()
    for path, truth in leaves(reference):
        size = part(scale, path) if isinstance(scale, (Mapping, tuple)) else scale
        found.add(_verdict(part(value, path), truth, size))
    return next((worst for worst in ("wrong", "approximate") if worst in found), "right")


def _verdict(value: Any, reference: Any, scale: Any) -> str:
    kind = "float32" if getattr(value, "dtype", None) == np.float32 else "other"
    off = _error(value, reference)
    if off <= EXACT:
        return "right"
    if scale is not None:
        difference = float(np.max(np.abs(np.asarray(value, dtype=float) - np.asarray(reference, dtype=float))))
        if difference <= OF_SCALE[kind] * float(np.max(scale)):
            return "right" if kind == "other" else "approximate"
    return "approximate" if off <= APPROXIMATE[kind] else "wrong"
