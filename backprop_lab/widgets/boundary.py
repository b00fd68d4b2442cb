"""The boundary between two classes of points in the plane, drawn as the still of the live figure "train" draws it."""

from dataclasses import dataclass

import numpy as np

from .. import network
from ..figures.train_reading import view
from ..figures.train_still import SIDE, TOP, cells, points
from ..layers import Parameters

BOUNDARY_ENDS = TOP + SIDE + 52.0
MOST_POINTS = 400  # more would hide the boundary, and make the image large


@dataclass(frozen=True)
class Plane:
    """A network of two inputs and one output, and points, as that still asks for them."""

    params: Parameters
    X: np.ndarray
    Y: np.ndarray

    def view(self) -> tuple[float, float, float]:
        """The square that is drawn: its left, its bottom, its side."""
        return view(self.X)

    def probability(self, at: np.ndarray) -> np.ndarray:
        """The network's output at the columns of ``at``."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.nan_to_num(network.forward(self.params, at).a[self.params.depth][0], nan=0.5)


def boundary(params: Parameters, X: np.ndarray, Y: np.ndarray) -> str:
    """Bands of the output, the line where it is ½, and at most 400 of the points: a circle or a triangle by class.

    Parameters
    ----------
    params : Parameters
    X, Y : arrays, shapes (2, m) and (1, m)

    Returns
    -------
    str
        SVG between the heights ``train_still.TOP`` and ``BOUNDARY_ENDS``.

    >>> params = network.init((2, 1), "sigmoid", "binary_cross_entropy")
    >>> boundary(params, np.array([[0.0, 1.0], [0.0, 1.0]]), np.array([[0.0, 1.0]])).count("<circle")
    2
    """
    shown = Plane(params, X[:, :MOST_POINTS], Y[:, :MOST_POINTS])
    return cells(shown) + points(shown)
