"""What every contender computes: one full step of training, on the same numbers.

Forward, loss, backward, update by gradient descent, on one batch: ReLU in the hidden layers, softmax and
cross-entropy at the output. Before anything is timed, every contender makes a few steps and must arrive at the same
parameters and losses; a contender that does other work has no time to be compared with.

>>> problem = Problem((2, 4, 2), 32, "float64")
>>> print(problem)
2-4-2, m = 32, float64
>>> problem.X.shape, problem.Y.sum(axis=0).tolist() == [1.0] * 32
((2, 32), True)
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from .. import network
from ..layers import Parameters, count

HIDDEN = "relu"
LEARNING_RATE = 0.05
SEED = 20
PROBLEMS = (
    ((2, 4, 2), 32),
    ((2, 16, 16, 3), 128),
    ((64, 128, 64, 10), 256),
    ((784, 256, 128, 10), 128),
    ((784, 512, 256, 128, 10), 512),
)
# How far two computations of one step may lie apart, relative to the largest parameter: what rounding explains.
AGREEMENT = {"float64": 1e-10, "float32": 1e-5}


@dataclass(frozen=True)
class Problem:
    """A network, a batch, and the precision to compute in.

    Parameters
    ----------
    sizes : tuple of int
        n_0 … n_L.
    examples : int
        m, the columns of the batch.
    dtype : "float64" or "float32"
    """

    sizes: tuple[int, ...]
    examples: int
    dtype: str

    @cached_property
    def start(self) -> Parameters:
        """The parameters that every contender begins with; each makes its own copy."""
        hidden = (HIDDEN,) * (len(self.sizes) - 2)
        return network.init(self.sizes, (*hidden, "softmax"), "cross_entropy", SEED, self.dtype)

    @cached_property
    def X(self) -> np.ndarray:
        """Inputs, shape (n_0, m): standard normal."""
        return np.random.default_rng(SEED + 1).standard_normal((self.sizes[0], self.examples)).astype(self.dtype)

    @cached_property
    def Y(self) -> np.ndarray:
        """Targets, shape (n_L, m): one class for each example, one-hot."""
        labels = np.random.default_rng(SEED + 2).integers(self.sizes[-1], size=self.examples)
        return np.eye(self.sizes[-1], dtype=self.dtype)[:, labels]

    @property
    def parameters(self) -> int:
        """P, how many parameters there are."""
        return count(self.sizes)

    @property
    def name(self) -> str:
        """The sizes as the tables print them."""
        return "-".join(map(str, self.sizes))

    def __str__(self) -> str:
        return f"{self.name}, m = {self.examples}, {self.dtype}"


@dataclass(frozen=True)
class Contender:
    """Somebody who makes steps.

    Parameters
    ----------
    name : str
        As the table prints it.
    step : callable
        ``step() -> loss`` makes one full step, all of it done when it returns; the loss in the library's own form.
    vector : callable or None
        ``vector() -> array`` (P,): its parameters now, in the order of ``Parameters.vector``. None for one who does
        only a part of the work and cannot be compared.
    """

    name: str
    step: Callable[[], object]
    vector: Callable[[], np.ndarray] | None


def disagreement(contender: Contender, problem: Problem, steps: int = 2) -> float:
    """How far the contender is from the readable path after a few steps; losses and parameters, the worst of both.

    Parameters
    ----------
    contender : Contender
        Fresh: it has made no step yet.
    steps : int
        Two show gradients, update and the use of what was updated. After a few more a unit whose z is 0 but for
        rounding falls on the other side of ReLU's kink in one of them, and honest work looks different.

    Returns
    -------
    float
        The largest difference relative to the largest parameter, or to the loss; NaN if a number is none.
    """
    params, worst = problem.start.copy(), 0.0
    for _ in range(steps):
        cache = network.forward(params, problem.X)
        expected = network.loss(params, cache, problem.Y)
        params.vector -= LEARNING_RATE * network.backward(params, cache, problem.Y).vector
        got = float(np.asarray(contender.step()))
        worst = np.fmax(worst, abs(got - expected) / expected) if np.isfinite(got) else np.nan
    gap = np.abs(contender.vector() - params.vector).max() / np.abs(params.vector).max()
    return float(np.maximum(worst, gap))
