"""What the mathematics asks of arrays: floats, columns, finite, a cache of today. One place for the messages."""

import numpy as np
from numpy.typing import ArrayLike


def inexact(values: ArrayLike) -> np.ndarray:
    """The values as an array of floats or complex numbers: these keep their dtype, all else becomes float64.

    >>> inexact([1, 2]).dtype, inexact(np.float32(1)).dtype
    (dtype('float64'), dtype('float32'))
    """
    array = np.asarray(values)
    return array if array.dtype.kind in "fc" else array.astype(float)


def vector_of(vector: np.ndarray, size: int, network: str) -> np.ndarray:
    """The vector of a network's parameters itself, not a copy; or an error if it is not one of so many floats.

    Raises
    ------
    TypeError
        If it is no array of floats or complex numbers: whole numbers would cut every weight down to one.
    ValueError
        If it has another shape than (size,).

    >>> vector_of(np.array([1, 2, 3]), 3, "2-1")
    Traceback (most recent call last):
        ...
    TypeError: vector must be an array of floats, got int64: use np.asarray(vector, dtype=float)
    """
    if not isinstance(vector, np.ndarray) or vector.dtype.kind not in "fc":
        got = vector.dtype if isinstance(vector, np.ndarray) else type(vector).__name__
        raise TypeError(f"vector must be an array of floats, got {got}: use np.asarray(vector, dtype=float)")
    if vector.shape != (size,):
        raise ValueError(f"vector has shape {vector.shape}, expected ({size},) for a {network} network")
    return vector


def columns_of(name: str, values: ArrayLike, rows: int, meaning: str, examples: int | None = None) -> np.ndarray:
    """An array of shape (rows, m) with an example in each column, or an error that says how to make it one.

    Parameters
    ----------
    name : str
        The argument, as the caller knows it.
    values : array
        What was handed in. Whole numbers become float64.
    rows : int
        How many rows it must have.
    meaning : str
        Where that number comes from, such as ``"the inputs of layer 1"``.
    examples : int, optional
        How many columns it must have; any number, but at least one, where it is not given.

    Raises
    ------
    TypeError
        If it holds no numbers.
    ValueError
        If it is not two-dimensional, has the wrong shape, or holds NaN or infinity.

    >>> columns_of("X", [[1, 2]], 1, "the inputs of layer 1").shape
    (1, 2)
    >>> columns_of("X", [1.0, 2.0], 2, "the inputs of layer 1")
    Traceback (most recent call last):
        ...
    ValueError: X has shape (2,), expected (2, m), the inputs of layer 1: a single example is a column, use x.reshape(2, 1)
    """
    array = np.asarray(values)
    if array.dtype.kind not in "biufc":
        raise TypeError(f"{name} must hold numbers, got dtype {array.dtype}")
    expected = f"({rows}, {'m' if examples is None else examples}), {meaning}"
    if array.ndim == 1 and array.size == rows and examples in (None, 1):
        fix = f"a single example is a column, use {name.lower()}.reshape({rows}, 1)"
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}: {fix}")
    if array.ndim == 1 and rows == 1 and examples in (None, array.size):
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}: use {name.lower()}.reshape(1, -1)")
    if array.ndim != 2 or array.shape[0] != rows or array.shape[1] < 1 or examples not in (None, array.shape[1]):
        turned = array.ndim == 2 and array.shape[1] == rows and examples in (None, array.shape[0])
        fix = f"examples are columns here, use {name}.T" if turned else "an example is a column, a feature is a row"
        raise ValueError(f"{name} has shape {array.shape}, expected {expected}: {fix}")
    array = inexact(array)
    finite(name, array)
    return array


def finite(name: str, array: np.ndarray, fix: str = "") -> None:
    """Nothing, or an error that names the first entry of a table which is NaN or infinite.

    >>> finite("layer 1: W", np.array([[0.0, np.nan]]), "try a smaller learning rate")
    Traceback (most recent call last):
        ...
    ValueError: layer 1: W[0, 1] is nan, expected finite numbers: try a smaller learning rate
    """
    if not np.isfinite(array).all():
        row, column = (int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(
            f"{name}[{row}, {column}] is {array[row, column]}, expected finite numbers{fix and f': {fix}'}"
        )


def finite_parameters(l: int, W: np.ndarray, b: np.ndarray) -> None:
    """Nothing, or an error that names the first entry of layer l's weights and biases which is NaN or infinite."""
    for name, array in (("W", W), ("b", b)):
        finite(f"layer {l}: {name}", array, "a step that was too long leaves such numbers, try a smaller learning rate")


def of_these_parameters(l: int, W: np.ndarray, b: np.ndarray, a: np.ndarray, z: np.ndarray) -> None:
    """See that a cache was made with the parameters of layer l: that its z is W a + b, in every row of one example.

    It takes one product of a matrix and a vector. The example is the last one, because tables like to begin with
    zeros, and a weight that is multiplied by zero does not show.

    Parameters
    ----------
    l : int
        The layer, for the message.
    W, b : array, shapes (n_l, n_{l−1}) and (n_l, 1)
    a, z : array, shapes (n_{l−1}, m) and (n_l, m)
        A[l−1] and Z[l], as the cache has them.

    Raises
    ------
    ValueError
        If the shapes differ, if a row is not what these parameters give, or if W or b is not finite.

    >>> W, b = np.array([[2.0], [1.0]]), np.zeros((2, 1))
    >>> of_these_parameters(1, W, b, np.array([[3.0]]), np.array([[6.0], [3.5]]))
    Traceback (most recent call last):
        ...
    ValueError: layer 1: the cache was made by other parameters; run forward(params, X) again after every update
    """
    if (z.shape[0], a.shape[0]) != W.shape:
        raise ValueError(f"layer {l}: z has shape {z.shape}, expected ({W.shape[0]}, m): it is another network's cache")
    a, z, bias = a[:, -1], z[:, -1], b[:, 0]
    # A sum of n terms rounds by about n eps of their size at the most, in whatever order they are added.
    rounding = 4 * (a.size + 2) * np.finfo(z.dtype).eps
    with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is named, not warned of
        apart = np.abs(W.dot(a) + bias - z)
        if (apart < rounding * np.abs(z)).all():
            return
        # A z may be the small difference of large terms. NaN and infinity are not less than anything.
        size = np.abs(W).dot(np.abs(a)) + np.abs(bias) + np.finfo(z.dtype).tiny
        wrong = ~(apart < rounding * size)
    if wrong.any():
        finite_parameters(l, W, b)
        if (wrong & np.isfinite(size)).any():  # else finite parameters gave sums that overflow
            raise ValueError(
                f"layer {l}: the cache was made by other parameters; run forward(params, X) again after every update"
            )
