"""Training: forward, loss, backward, step, over mini-batches, with a record of all of it. Chapter "Learning".

One step is four lines, in this order: the backward pass ends before the first parameter moves, so that every gradient
belongs to the same θ (**all gradients first, then all updates**).

Nothing that is handed in is changed. ``train`` works on a copy of the parameters and of the optimiser, and draws its
batches from its own seed: a cell that is run twice prints the same numbers, bit for bit.

>>> from backprop_lab import data, network
>>> from backprop_lab.optimisers import Adam
>>> X, Y = data.xor()
>>> params = network.init((2, 4, 1), ("tanh", "sigmoid"), "binary_cross_entropy", seed=1)
>>> trained, history = train(params, X, Y, optimiser=Adam(0.1), epochs=100)
>>> accuracy(params, X, Y), accuracy(trained, X, Y)
(0.5, 1.0)
>>> history.loss.shape, history.epoch_loss.shape, history.gradient_norms[1].shape
((100,), (101,), (100,))
"""

from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from math import inf, isfinite, nan, sqrt

import numpy as np

from . import network
from .arrays import columns_of
from .optimisers import GradientDescent
from .schedules import Schedule, schedule_named

Progress = Callable[[int, int, float], None]
ROWS_SHOWN = 11


@dataclass(frozen=True, eq=False, repr=False)
class History:
    """What happened in a run. Entry t of what is counted in steps belongs to θ as it was **before** update t.

    Attributes
    ----------
    loss : array, shape (steps,)
        L of each step's batch.
    learning_rate : array, shape (steps,)
        η of each step, after the schedule.
    gradient_norms : mapping of int to array, shape (steps,)
        ‖∂L/∂W[l]‖, the root of the sum of squares, for each layer l.
    epoch_loss, epoch_accuracy : arrays, shape (epochs + 1,)
        L of all examples and the share of them that is classified right, before the first update (entry 0) and after
        each epoch. The share is nan where the output is no probability. A run that stopped has fewer entries, and the
        last loss may be inf.
    val_loss, val_accuracy : arrays, shape (epochs + 1,)
        The same on the validation set; empty if there was none.
    stopped : str or None
        Why the run ended early, or None.
    optimiser : optimiser
        With its state at the end: hand it in again, with the trained parameters, to go on.
    """

    loss: np.ndarray
    learning_rate: np.ndarray
    gradient_norms: Mapping[int, np.ndarray]
    epoch_loss: np.ndarray
    epoch_accuracy: np.ndarray
    val_loss: np.ndarray
    val_accuracy: np.ndarray
    stopped: str | None
    optimiser: GradientDescent

    def __repr__(self) -> str:
        """A table of at most eleven epochs, the first and the last among them, and the reason of an early end."""
        columns = {"loss": self.epoch_loss, "accuracy": self.epoch_accuracy}
        if self.val_loss.size:
            columns |= {"val_loss": self.val_loss, "val_accuracy": self.val_accuracy}
        columns = {name: values for name, values in columns.items() if not np.isnan(values).all()}
        last = self.epoch_loss.size - 1
        shown = sorted({round(i * last / (ROWS_SHOWN - 1)) for i in range(ROWS_SHOWN)})
        lines = ["epoch" + "".join(f"{name:>14}" for name in columns)]
        for epoch in shown:
            lines.append(f"{epoch:>5}" + "".join(f"{values[epoch]:>14.4g}" for values in columns.values()))
        if self.loss.size:
            norms = ", ".join(f"layer {l}: {norms[-1]:.3g}" for l, norms in self.gradient_norms.items())
            lines.append(f"{self.loss.size} steps; ‖∂L/∂W‖ at the last: {norms}")
        return "\n".join([*lines, *([self.stopped] if self.stopped else [])])


def train(
    params: network.Parameters,
    X: np.ndarray,
    Y: np.ndarray,
    *,
    optimiser: GradientDescent,
    epochs: int,
    batch_size: int | None = None,
    schedule: Schedule | str | None = None,
    seed: int = 0,
    progress: Progress | None = None,
    X_val: np.ndarray | None = None,
    Y_val: np.ndarray | None = None,
) -> tuple[network.Parameters, History]:
    """Train a copy of the network, and hand it back with the history of the run.

    Parameters
    ----------
    params : network.Parameters
        Where to start; unchanged.
    X, Y : arrays, shapes (n_0, m) and (n_L, m)
        Examples in columns. They are brought to the dtype of the parameters.
    optimiser : one of ``optimisers.OPTIMISERS``
        Unchanged too: the copy that was used is ``history.optimiser``.
    epochs : int
        How often every example is seen.
    batch_size : int, optional
        Examples a step, 1 … m; all m if it is not given. The examples are shuffled anew for each epoch, and what is
        left over is a last, smaller batch.
    schedule : str or callable, optional
        A name of ``schedules.SCHEDULES``, or a function (step, steps) -> factor of the learning rate.
    seed : int
        Of the shuffling. It has no effect where a batch holds all examples.
    progress : callable, optional
        Called after each step as ``progress(done, total, loss)``: a place for a bar.
    X_val, Y_val : arrays, optional
        A validation set, looked at after each epoch and never learned from.

    Returns
    -------
    trained : network.Parameters
    history : History

    Raises
    ------
    TypeError, ValueError
        Before the first step, if an argument does not fit; the message names it. A run that diverges is no error: it
        stops as soon as a loss or a gradient is not finite, hands back the last parameters from which both were
        finite, and says so in ``history.stopped``.
    """
    _checked(optimiser, epochs, batch_size, X_val, Y_val)
    X, Y = _columns(params, X, Y, "")
    validation = None if X_val is None else _columns(params, X_val, Y_val, "_val")
    m = X.shape[1]
    batch_size = m if batch_size is None else batch_size
    if batch_size > m:
        raise ValueError(f"batch_size is {batch_size}, expected 1 … {m}, the number of examples; None takes all")
    factor_at = schedule if callable(schedule) else schedule_named(schedule or "constant")
    trained, optimiser, record = params.copy(), deepcopy(optimiser), _Record(params.depth)
    before_update = trained.vector.copy()
    a_epoch = -(-m // batch_size)
    steps = epochs * a_epoch

    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # what is not finite is looked for here
        finite = record.epoch(trained, (X, Y), validation)
        for step, (X_batch, Y_batch) in enumerate(_batches(X, Y, batch_size, epochs, seed) if finite else ()):
            cache = network.forward(trained, X_batch)
            loss = _loss(trained, cache, Y_batch)
            grads = network.backward(trained, cache, Y_batch) if isfinite(loss) else None
            finite = grads is not None and bool(np.isfinite(grads.vector).all())
            if not finite:
                break
            factor = float(factor_at(step, steps))
            before_update[:] = trained.vector
            optimiser.step(trained, grads, factor)
            record.step(loss, optimiser.learning_rate * factor, grads)
            if progress is not None:
                progress(step + 1, steps, loss)
            if (step + 1) % a_epoch == 0:
                finite = record.epoch(trained, (X, Y), validation)
                if not finite:
                    break
    stopped = None
    if not finite:
        trained.vector[:] = before_update
        stopped = _why(record, steps, optimiser)
    return trained, record.history(stopped, optimiser)


def accuracy(params: network.Parameters, X: np.ndarray, Y: np.ndarray) -> float:
    """The share of the examples that are classified right, from 0 to 1; nan if the output is no probability.

    One sigmoid says class 1 above ½; of several outputs the largest is the class.
    """
    X, Y = _columns(params, X, Y, "")
    return _share_right(params, network.forward(params, X).a[params.depth], Y)


@dataclass
class _Record:
    """The lists that become a History."""

    depth: int
    steps: list[tuple[float, ...]] = field(default_factory=list)
    epochs: list[tuple[float, ...]] = field(default_factory=list)

    def step(self, loss: float, learning_rate: float, grads: network.Gradients) -> None:
        norms = (sqrt(float(np.vdot(dW, dW))) for dW in grads.dW.values())
        self.steps.append((loss, learning_rate, *norms))

    def epoch(self, params: network.Parameters, *sets: tuple[np.ndarray, np.ndarray] | None) -> bool:
        """Evaluate on each set; False if the loss on the first is not finite."""
        row: list[float] = []
        for X, Y in filter(None, sets):
            cache = network.forward(params, X)
            row += [_loss(params, cache, Y), _share_right(params, cache.a[params.depth], Y)]
        self.epochs.append(tuple(row))
        return isfinite(row[0])

    def history(self, stopped: str | None, optimiser: GradientDescent) -> History:
        steps = np.array(self.steps, dtype=float).reshape(len(self.steps), 2 + self.depth)
        epochs = np.array(self.epochs, dtype=float)
        val_loss, val_accuracy = epochs.T[2:] if epochs.shape[1] > 2 else (np.empty(0), np.empty(0))
        norms = {l: steps[:, 1 + l].copy() for l in range(1, self.depth + 1)}
        return History(
            *(steps[:, i].copy() for i in (0, 1)), norms, *(epochs[:, i].copy() for i in (0, 1)),
            val_loss.copy(), val_accuracy.copy(), stopped, optimiser,
        )  # fmt: skip


def _batches(
    X: np.ndarray, Y: np.ndarray, batch_size: int, epochs: int, seed: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """The batches of all epochs, one after the other. A batch of all examples keeps their order."""
    rng, m = np.random.default_rng(seed), X.shape[1]
    for _ in range(epochs):
        if batch_size == m:
            yield X, Y
            continue
        order = rng.permutation(m)
        for start in range(0, m, batch_size):
            chosen = order[start : start + batch_size]
            yield X[:, chosen], Y[:, chosen]


def _loss(params: network.Parameters, cache: network.Cache, Y: np.ndarray) -> float:
    """L, or inf where a pre-activation is not finite: a unit that saturates hides it from the loss."""
    return network.loss(params, cache, Y) if all(np.isfinite(z).all() for z in cache.z.values()) else inf


def _share_right(params: network.Parameters, A: np.ndarray, Y: np.ndarray) -> float:
    if params.activations[params.depth] not in ("sigmoid", "softmax"):
        return nan
    right = (A > 0.5) == (Y > 0.5) if len(A) == 1 else A.argmax(axis=0) == Y.argmax(axis=0)
    return float(right.mean())


def _columns(params: network.Parameters, X: np.ndarray, Y: np.ndarray, which: str) -> tuple[np.ndarray, np.ndarray]:
    X = columns_of(f"X{which}", X, params.sizes[0], "the inputs of layer 1")
    Y = columns_of(f"Y{which}", Y, params.sizes[-1], f"the outputs of layer {params.depth}", X.shape[1])
    return tuple(np.array(values, dtype=params.vector.dtype) for values in (X, Y))


def _checked(optimiser: object, epochs: object, batch_size: object, X_val: object, Y_val: object) -> None:
    if not isinstance(optimiser, GradientDescent):
        raise TypeError(
            f"optimiser must be an object with a state, got {optimiser!r}; "
            "use optimisers.GradientDescent(learning_rate), Momentum(…) or Adam(…)"
        )
    for name, value in (("epochs", epochs), ("batch_size", 1 if batch_size is None else batch_size)):
        if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
            raise ValueError(f"{name} must be a whole number of at least 1, got {value!r}")
    if (X_val is None) != (Y_val is None):
        raise ValueError("X_val and Y_val belong together: pass both, or neither")


def _why(record: _Record, steps: int, optimiser: GradientDescent) -> str:
    done = len(record.steps)
    if not done:
        return "Stopped before the first update: the loss or its gradient is not finite. Look at the data and at init."
    return (
        f"Stopped after update {done} of {steps}: the loss or its gradient is not finite. The parameters are those "
        f"from before that update, when the loss was {record.steps[-1][0]:.4g}. "
        f"The learning rate, {optimiser.learning_rate:g}, is probably too large: try {optimiser.learning_rate / 10:g}."
    )
