"""What the panels learn from: four data sets of the library, or the reader's own, and networks that fit them."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .. import data, network
from ..figures import train_reading
from ..figures.networks import see_a_network
from ..layers import Parameters

SETS = ("moons", "spirals", "xor", "digits")
GIVEN = "given"
MOST_PARAMETERS = 20_000
LARGEST = 1e150  # beyond it, even a picture's scale overflows


@dataclass(frozen=True, eq=False)
class Examples:
    """A data set in columns, and what a network is judged on.

    Parameters
    ----------
    name : str
    X, Y : arrays, shapes (n_0, m) and (n_L, m)
        To learn from. Two classes are one row of 0 and 1; more are one-hot columns.
    X_judge, Y_judge : arrays
        Examples that no network learns from, where there are some; else X and Y again.
    """

    name: str
    X: np.ndarray
    Y: np.ndarray
    X_judge: np.ndarray
    Y_judge: np.ndarray

    @property
    def unseen(self) -> bool:
        """True if a network is judged on examples that it has not learned from."""
        return self.X_judge is not self.X

    @property
    def is_plane(self) -> bool:
        """True if the boundary between two classes can be drawn."""
        return self.X.shape[0] == 2 and self.Y.shape[0] == 1

    @property
    def said(self) -> str:
        """The data set in a line.

        >>> examples_named("digits").said
        'digits: 1438 examples of 64 numbers to learn from, 359 others to judge by, 10 classes'
        """
        judged = f" to learn from, {self.X_judge.shape[1]} others to judge by" if self.unseen else ""
        inputs, m = self.X.shape
        return f"{self.name}: {m} examples of {inputs} numbers{judged}, {max(2, len(self.Y))} classes"


def examples_named(name: str) -> Examples:
    """One of the four sets. The points in the plane are those of the live figure "train"."""
    if name == "digits":
        X, Y, X_test, Y_test = data.split(*data.digits())
        return Examples(name, X, Y, X_test, Y_test)
    X, Y = train_reading.sets()[name]
    return Examples(name, X, Y, X, Y)


def examples_given(panel: str, X: ArrayLike | None, Y: ArrayLike | None) -> Examples | None:
    """The reader's own examples, or None if there are none.

    Raises
    ------
    ValueError
        If X comes without Y, the shapes do not fit, or Y holds no classes; the message says what it should be.
    """
    if X is None and Y is None:
        return None
    if X is None or Y is None:
        raise ValueError(f"{panel}: X and Y belong together: pass both, or neither")
    X, Y = np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
    if X.ndim != 2 or Y.ndim != 2 or not X.size or not Y.size or X.shape[1] != Y.shape[1]:
        raise ValueError(
            f"{panel}: X has shape {X.shape} and Y {Y.shape}, expected (n_0, m) and (1, m) or (classes, m) with an "
            "example in each column of both: turn rows with data.columns(X_rows)"
        )
    if not (np.abs(X) <= LARGEST).all():  # so written, NaN is refused too
        raise ValueError(
            f"{panel}: X must hold numbers between {-LARGEST:g} and {LARGEST:g}, and it holds larger ones, NaN or "
            "infinity; scale it with data.standardise(X)"
        )
    if not np.isin(Y, (0, 1)).all() or (len(Y) > 1 and not (Y.sum(axis=0) == 1).all()):
        raise ValueError(
            f"{panel}: Y must hold classes: one row of 0 and 1, or one-hot columns, made by data.one_hot(labels, classes)"
        )
    return Examples(GIVEN, X, Y, X, Y)


def start(examples: Examples, depth: int, width: int, activation: str, scale: float, seed: int) -> Parameters:
    """A network for these examples: so many hidden layers of so many units, and an output of probabilities.

    >>> start(examples_named("moons"), 2, 6, "tanh", 1.0, 0)
    Network 2-6-6-1, loss binary_cross_entropy: 67 parameters, float64
      layer 1: W (6, 2), b (6, 1), tanh
      layer 2: W (6, 6), b (6, 1), tanh
      layer 3: W (1, 6), b (1, 1), sigmoid
    """
    outputs = len(examples.Y)
    end = ("sigmoid", "binary_cross_entropy") if outputs == 1 else ("softmax", "cross_entropy")
    sizes = (len(examples.X), *(width,) * depth, outputs)
    made = network.init(sizes, (*(activation,) * depth, end[0]), end[1], seed=seed)
    return train_reading.scaled(made, scale)


def fitting(panel: str, params: object, examples: Examples | None) -> Parameters:
    """The reader's own network in double precision, if it classifies the reader's own examples.

    Raises
    ------
    TypeError
        If it is no network, or comes without examples.
    ValueError
        If it is too large, or does not fit the examples.
    """
    see_a_network(panel, params)
    if examples is None:
        raise TypeError(f"{panel}: params need X and Y, their examples in columns, shapes (n_0, m) and (n_L, m)")
    if params.vector.size > MOST_PARAMETERS:
        raise ValueError(
            f"{panel}: the network has {params.vector.size} parameters, and there is room for {MOST_PARAMETERS}; "
            "training.train has no such limit"
        )
    got, expected = (params.sizes[0], params.sizes[-1]), (len(examples.X), len(examples.Y))
    if got != expected:
        raise ValueError(
            f"{panel}: the network has {got[0]} inputs and {got[1]} outputs, expected {expected[0]} and {expected[1]}, "
            "the rows of X and Y"
        )
    end = "sigmoid" if expected[1] == 1 else "softmax"
    if params.activations[params.depth] != end:
        raise ValueError(
            f"{panel}: the last activation is {params.activations[params.depth]!r}, expected {end!r}: "
            "its outputs must be probabilities, to be counted as right or wrong"
        )
    return params.with_vector(params.vector.astype(float))


def right_by_class(params: Parameters, X: np.ndarray, Y: np.ndarray) -> list[tuple[int, int]]:
    """For each class, how many of its examples are classified right, and how many there are.

    >>> chosen = examples_named("xor")
    >>> right_by_class(start(chosen, 1, 2, "tanh", 0.0, 0), chosen.X, chosen.Y)
    [(50, 50), (0, 50)]
    """
    with np.errstate(over="ignore", invalid="ignore"):
        A = network.forward(params, X).a[params.depth]
    single = len(Y) == 1
    predicted, true = (A[0] > 0.5, Y[0] > 0.5) if single else (A.argmax(axis=0), Y.argmax(axis=0))
    return [
        (int(np.sum((predicted == true) & (true == k))), int(np.sum(true == k))) for k in range(2 if single else len(Y))
    ]
