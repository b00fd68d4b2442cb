"""Data to learn from: seeded generators, the 8×8 digits, and the door where rows become columns.

Everything here has its **examples in columns**: X is (n_0, m), Y is (n_L, m). Two classes are one row of 0 and 1, for a
sigmoid; more classes are one-hot columns, for a softmax (chapters "Batches" and "Learning: gradients → updates").

>>> X, Y = xor()
>>> print(X, Y, sep="\\n")
[[0. 0. 1. 1.]
 [0. 1. 0. 1.]]
[[0. 1. 1. 0.]]

Files mostly come the other way round, an example in each row. They are turned once, by ``columns``, where everyone can
see it.
"""

from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike


def columns(X_rows: ArrayLike) -> np.ndarray:
    """Turn a table with an example in each row into one with an example in each column: the book's one conversion.

    Parameters
    ----------
    X_rows : array, shape (m, n)
        Whole numbers become float64; float32 stays.

    Returns
    -------
    array, shape (n, m)
        A copy, contiguous.

    Raises
    ------
    ValueError
        If it is not two-dimensional: whether (n,) is one example or n of them, only you know.

    >>> columns([[1, 2], [3, 4], [5, 6]]).tolist()
    [[1.0, 3.0, 5.0], [2.0, 4.0, 6.0]]
    >>> columns([1.0, 2.0])
    Traceback (most recent call last):
        ...
    ValueError: X_rows has shape (2,), expected (m, n), an example in each row: use X_rows.reshape(1, -1) if it is one example of 2 features, X_rows.reshape(-1, 1) if it is 2 examples of one
    """
    rows = np.asarray(X_rows)
    if rows.dtype.kind not in "biuf":
        raise TypeError(f"X_rows must hold numbers, got dtype {rows.dtype}")
    if rows.ndim != 2:
        fix = "an image is a row of pixels, use X_rows.reshape(len(X_rows), -1)"
        if rows.ndim == 1:
            fix = (
                f"use X_rows.reshape(1, -1) if it is one example of {rows.size} features, "
                f"X_rows.reshape(-1, 1) if it is {rows.size} examples of one"
            )
        raise ValueError(f"X_rows has shape {rows.shape}, expected (m, n), an example in each row: {fix}")
    return np.array(rows.T, dtype=rows.dtype if rows.dtype.kind == "f" else float, order="C")


def one_hot(labels: ArrayLike, classes: int) -> np.ndarray:
    """Y with a 1 in row ``labels[i]`` of column i, and 0 elsewhere: what cross-entropy after a softmax wants.

    Parameters
    ----------
    labels : array of whole numbers, shape (m,)
        Each in 0 … classes − 1.
    classes : int
        How many there are. It is asked for, since a batch may lack the last class.

    Returns
    -------
    array, shape (classes, m)

    Raises
    ------
    TypeError
        If the labels are no whole numbers.
    ValueError
        If they are not one-dimensional, or one lies outside the range; the message names it and its place.

    >>> one_hot([2, 0], classes=3).tolist()
    [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
    >>> one_hot([1, 3], classes=3)
    Traceback (most recent call last):
        ...
    ValueError: labels[1] is 3, expected 0 … 2 for 3 classes: labels count from 0
    """
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels must be whole numbers, got dtype {labels.dtype}; use labels.astype(int)")
    if labels.ndim != 1:
        raise ValueError(f"labels has shape {labels.shape}, expected (m,), one number an example: use labels.ravel()")
    if isinstance(classes, bool) or not isinstance(classes, int | np.integer) or classes < 1:
        raise ValueError(f"classes must be a whole number of at least 1, got {classes!r}")
    outside = np.flatnonzero((labels < 0) | (labels >= classes))
    if outside.size:
        where = int(outside[0])
        raise ValueError(
            f"labels[{where}] is {labels[where]}, expected 0 … {classes - 1} for {classes} classes: labels count from 0"
        )
    Y = np.zeros((classes, labels.size))
    Y[labels, np.arange(labels.size)] = 1.0
    return Y


def xor(m: int = 4, *, noise: float = 0.0, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """The four corners of the unit square; the target is 1 where exactly one coordinate is 1.

    Parameters
    ----------
    m : int
        How many examples: the corners are taken in turn.
    noise : float
        Standard deviation of what is added to each coordinate.
    seed : int

    Returns
    -------
    X : array, shape (2, m)
    Y : array, shape (1, m), of 0 and 1
    """
    _checked(m, noise, 4)
    corner = np.arange(m) % 4
    corners = np.array([corner // 2, corner % 2], dtype=float)
    return _noisy(corners, noise, seed), (corners[:1] != corners[1:]).astype(float)


def moons(m: int = 200, *, noise: float = 0.1, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Two half circles of radius 1 that reach into each other. Parameters and returns as for ``xor``.

    >>> X, Y = moons(6, noise=0.0)
    >>> X.round(2).tolist()
    [[1.0, 0.0, 0.0, 1.0, -1.0, 2.0], [0.0, 0.5, 1.0, -0.5, 0.0, 0.5]]
    >>> Y.tolist()
    [[0.0, 1.0, 0.0, 1.0, 0.0, 1.0]]
    """
    _checked(m, noise, 2)
    label, along = _in_turn(m, 2)
    angle = np.pi * along
    upper, lower = (np.cos(angle), np.sin(angle)), (1 - np.cos(angle), 0.5 - np.sin(angle))
    return _noisy(np.where(label == 0, upper, lower), noise, seed), label[np.newaxis].astype(float)


def circles(m: int = 200, *, noise: float = 0.1, seed: int = 0, inner: float = 0.5) -> tuple[np.ndarray, np.ndarray]:
    """A circle of radius 1 (target 0) around one of radius ``inner`` (target 1). Otherwise as ``xor``."""
    _checked(m, noise, 2)
    if not 0 < inner < 1:
        raise ValueError(f"inner must lie between 0 and 1, the radius of the outer circle, got {inner}")
    label, along = _in_turn(m, 2, closed=True)
    angle, radius = 2 * np.pi * along, np.where(label == 0, 1.0, inner)
    return _noisy(radius * np.array([np.cos(angle), np.sin(angle)]), noise, seed), label[np.newaxis].astype(float)


def spirals(
    m: int = 300, *, noise: float = 0.02, seed: int = 0, classes: int = 2, turns: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """Arms that wind round each other from radius 0.1 to 1, one for each class. Otherwise as ``xor``.

    Returns
    -------
    X : array, shape (2, m)
    Y : array, shape (1, m), of 0 and 1 for two classes; one-hot, shape (classes, m), for more
    """
    if not isinstance(classes, int | np.integer) or classes < 2:
        raise ValueError(f"classes must be a whole number of at least 2, got {classes!r}")
    _checked(m, noise, classes)
    label, along = _in_turn(m, classes)
    angle, radius = 2 * np.pi * (turns * along + label / classes), 0.1 + 0.9 * along
    X = _noisy(radius * np.array([np.cos(angle), np.sin(angle)]), noise, seed)
    return X, label[np.newaxis].astype(float) if classes == 2 else one_hot(label, classes)


def digits() -> tuple[np.ndarray, np.ndarray]:
    """1,797 handwritten digits of 8×8 pixels, in the order of their file: read from the package, never downloaded.

    Returns
    -------
    X : array, shape (64, 1797)
        Ink between 0 and 1, in steps of 1/16. ``X[:, i].reshape(8, 8)`` is an image, its first row on top.
    Y : array, shape (10, 1797)
        One-hot; ``Y.argmax(axis=0)`` are the labels.

    Source: E. Alpaydin and C. Kaynak, Optical Recognition of Handwritten Digits (test set), UCI Machine Learning
    Repository, 1998, CC BY 4.0; ``datasets/LICENSE-digits.md`` has the details.

    >>> X, Y = digits()
    >>> print(X.shape, Y.shape, Y[:, 7].argmax())
    (64, 1797) (10, 1797) 7
    """
    with np.load(Path(__file__).parent / "datasets" / "digits.npz") as stored:
        return stored["pixels"] / 16.0, one_hot(stored["labels"], 10)


def split(X: np.ndarray, Y: np.ndarray, *, fraction: float = 0.8, seed: int = 0) -> tuple[np.ndarray, ...]:
    """Shuffle the examples, then part them: ``X_train, Y_train, X_test, Y_test``, all copies.

    Parameters
    ----------
    X, Y : arrays, shapes (n_0, m) and (n_L, m)
    fraction : float
        Of the examples that go to the first part, rounded; both parts get at least one.
    seed : int

    >>> [part.shape for part in split(*moons(10), fraction=0.7)]
    [(2, 7), (1, 7), (2, 3), (1, 3)]
    """
    X, Y = np.asarray(X), np.asarray(Y)
    if X.ndim != 2 or Y.ndim != 2 or X.shape[1] != Y.shape[1]:
        raise ValueError(
            f"X has shape {X.shape} and Y {Y.shape}, expected (n_0, m) and (n_L, m) with an example in each column of "
            "both: turn rows with data.columns(X_rows)"
        )
    m = X.shape[1]
    first = round(fraction * m)
    if not 0 < first < m:
        raise ValueError(f"fraction = {fraction} of {m} examples leaves a part empty; choose one between 0 and 1")
    order = np.random.default_rng(seed).permutation(m)
    return X[:, order[:first]], Y[:, order[:first]], X[:, order[first:]], Y[:, order[first:]]


def standardise(X: np.ndarray, like: np.ndarray | None = None) -> np.ndarray:
    """Shift and scale each row (feature) to mean 0 and standard deviation 1.

    Parameters
    ----------
    X : array, shape (n, m)
    like : array, shape (n, any), optional
        Where mean and deviation are taken from; X itself if it is not given. For a test set, hand in the training
        set: the test set's own mean is something that no model may know.

    Returns
    -------
    array, shape (n, m)
        A row that is constant in ``like`` is only shifted.

    >>> standardise(np.array([[1.0, 3.0], [5.0, 5.0]])).tolist()
    [[-1.0, 1.0], [0.0, 0.0]]
    """
    X = np.asarray(X)
    like = X if like is None else np.asarray(like)
    if X.ndim != 2 or like.ndim != 2 or X.shape[0] != like.shape[0]:
        raise ValueError(f"X has shape {X.shape} and like {like.shape}, expected (n, m) and the same n features")
    deviation = like.std(axis=1, keepdims=True)
    return (X - like.mean(axis=1, keepdims=True)) / np.where(deviation > 0, deviation, 1)


def _in_turn(m: int, classes: int, *, closed: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Class i mod ``classes`` for example i, and how far along its curve it lies: 0 … 1, or … just under 1 if closed."""
    label, place = np.arange(m) % classes, np.arange(m) // classes
    in_class = (m - label + classes - 1) // classes
    return label, place / np.maximum(in_class if closed else in_class - 1, 1)


def _noisy(X: np.ndarray, noise: float, seed: int) -> np.ndarray:
    return X + noise * np.random.default_rng(seed).standard_normal(X.shape)


def _checked(m: int, noise: float, at_least: int) -> None:
    if isinstance(m, bool) or not isinstance(m, int | np.integer) or m < at_least:
        raise ValueError(f"m must be a whole number of at least {at_least}, got {m!r}")
    if not (np.isfinite(noise) and noise >= 0):
        raise ValueError(f"noise must be a standard deviation of at least 0, got {noise}")
