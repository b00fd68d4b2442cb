"""The same network at the speed of the machine: one full step of training in buffers that are made once.

``network`` is the code to read. This is the code to train with when it matters: it gives the same numbers (a test
holds the two equal) and saves what the readable form spends on new arrays, checks and second passes over memory.

What it does otherwise:

* **One matrix a layer.** Θ[l] = [W[l] b[l]] multiplies A[l−1] with a row of ones below it, so that the bias needs no
  addition of its own, and Δ[l] Ã[l−1]ᵀ gives ∂L/∂W and ∂L/∂b in one product.
* **Slopes from activations.** σ'(z) is written in a (sigmoid a(1 − a), tanh 1 − a², …), so a may overwrite z.
* **The learning rate goes in at the top.** The backward pass is linear in Δ[L]: scaled by the learning rate η
  there, it gives η ∂L/∂Θ, and the update is one subtraction of one vector.
* **No ∂L/∂X.** Nothing in a step needs it.
* **Arrays against arrays.** NumPy takes the maximum of two arrays four times as fast as that of an array and a
  number: so there is an array of zeros. A product with ReLU's slope is one with the booleans z > 0.
* **One block of memory.** Every array begins at a cache line, in large pages where the system has them.
* **Views made beforehand.** What a step needs is looked up once, and the loops only call NumPy, in the form that
  asks least: ``A.dot(B, out=C)`` is ``C = A @ B`` for tables, and half a microsecond sooner there.

The update is gradient descent: all gradients first, then all updates, as everywhere in the book.

>>> from backprop_lab import network
>>> params = network.init((2, 8, 1), ("tanh", "sigmoid"), "binary_cross_entropy", seed=1)
>>> X, Y = [[0, 0, 1, 1], [0, 1, 0, 1]], [[0, 1, 1, 0]]
>>> work = Workspace(params, examples=4)
>>> losses = [work.step(X, Y, learning_rate=2.0) for _ in range(2000)]
>>> losses[0] > 0.5, losses[-1] < 0.01
(True, True)
>>> trained = work.parameters()
>>> network.forward(trained, X).a[2].round().tolist()
[[0.0, 1.0, 1.0, 0.0]]
"""

import math
from collections.abc import Hashable
from typing import NoReturn

import numpy as np
from numpy.typing import ArrayLike

from .arrays import columns_of, finite, finite_parameters
from .in_place import IN_PLACE, Array, Room, finish_of
from .layers import Parameters
from .losses import labels_for

CACHE_LINE, LARGE_PAGES = 64, 4 << 20  # bytes


class Workspace:
    """Buffers for full steps of gradient descent on batches of one size.

    Parameters
    ----------
    params : network.Parameters
        Where to start; it is copied and never changed.
    examples : int
        m, the columns of every batch.

    Attributes
    ----------
    X, Y : array, shapes (n_0, m) and (n_L, m)
        The batch. Who writes it there, as ``np.take(data, chosen, axis=1, out=work.X)`` does, and hands these very
        arrays to ``step``, saves a copy and the checks of it.

    Raises
    ------
    ValueError
        If a hidden layer has an activation that mixes units, m is no positive whole number, or a parameter is not
        finite.
    """

    def __init__(self, params: Parameters, examples: int) -> None:
        if not isinstance(examples, (int, np.integer)) or examples < 1:
            raise ValueError(f"examples must be a positive whole number, got {examples!r}")
        mixing = [l for l, name in params.activations.items() if l < params.depth and name not in IN_PLACE]
        if mixing:
            l = mixing[0]
            raise ValueError(f"layer {l}: {params.activations[l]} is for the output alone; train with network.backward")
        for l in params.W:
            finite_parameters(l, params.W[l], params.b[l])
        self._start, self.examples, self.dtype = params, int(examples), params.vector.dtype
        sizes, L, m = params.sizes, params.depth, self.examples
        shapes = {"theta": params.vector.shape, "gradient": params.vector.shape, "zeros": (max(sizes[1:]), m)}
        shapes |= {("a", l): (n + 1 if l < L else n, m) for l, n in enumerate(sizes)} | {"Y": (sizes[L], m)}
        shapes |= {(kind, l): (sizes[l], m) for l in range(1, L + 1) for kind in ("delta", "spare")}
        buffers = _side_by_side(shapes, self.dtype)
        self._theta, self._gradient, self.Y = buffers["theta"], buffers["gradient"], buffers["Y"]
        theta, gradient = _joined(self._theta, sizes), _joined(self._gradient, sizes)
        for l in range(1, L + 1):
            theta[l][:, :-1], theta[l][:, -1:] = params.W[l], params.b[l]
        # A row of ones below every activation that is multiplied further; the output's has none.
        padded = [buffers["a", l] for l in range(L)]
        for below in padded:
            below[-1] = 1
        a = [below[:-1] for below in padded] + [buffers["a", L]]
        delta = {l: buffers["delta", l] for l in range(1, L + 1)}
        buffers["zeros"][...] = 0
        room = {
            l: Room(buffers["spare", l], np.empty(delta[l].shape, bool), buffers["zeros"][: sizes[l]]) for l in delta
        }
        self.X, self._output_delta = a[0], delta[L]
        # What a pass needs of each layer, looked up once.
        self._forward = [
            (theta[l], padded[l - 1], a[l], room[l], IN_PLACE[params.activations[l]][0]) for l in range(1, L)
        ]
        self._top = (theta[L], padded[L - 1], a[L])
        self._backward = [
            (delta[l + 1], padded[l].T, gradient[l + 1], theta[l + 1][:, :-1].T, a[l], delta[l], room[l],
             IN_PLACE[params.activations[l]][1])
            for l in range(L - 1, 0, -1)
        ]  # fmt: skip
        self._bottom = (delta[1], padded[0].T, gradient[1])
        self._finish = finish_of(params.activations[L], params.loss)(a[L], self.Y, delta[L], room[L])

    def step(self, X: ArrayLike, Y: ArrayLike, learning_rate: float) -> float:
        """One step: forward, loss, backward, update. Returns the loss before the update, mean over the batch.

        Parameters
        ----------
        X, Y : array, shapes (n_0, m) and (n_L, m)
            What is copied into the buffers is checked first: shapes, numbers, and the labels of a cross-entropy. What
            is in them already, ``work.X`` and ``work.Y``, is looked at only where the loss is not finite: one more
            check of the labels would take a small step half as long again.
        learning_rate : float

        Raises
        ------
        TypeError, ValueError
            If X or Y does not fit, or the loss is not finite; the message names the argument or the layer. The
            parameters are then as they were.
        """
        if X is not self.X or Y is not self.Y:
            self._take(X, Y)
        return self.again(learning_rate)

    def again(self, learning_rate: float) -> float:
        """One more step on the batch that the last ``step`` brought."""
        for theta, below, a, room, activate in self._forward:
            theta.dot(below, out=a)
            activate(a, room)
        theta, below, a = self._top
        theta.dot(below, out=a)
        loss = float(self._finish())
        if not math.isfinite(loss):
            self._refuse(loss)
        np.multiply(self._output_delta, learning_rate / self.examples, out=self._output_delta)
        for delta, below, gradient, weights, a, dL_da, room, back in self._backward:
            delta.dot(below, out=gradient)
            weights.dot(delta, out=dL_da)
            back(a, dL_da, room)
        delta, below, gradient = self._bottom
        delta.dot(below, out=gradient)
        np.subtract(self._theta, self._gradient, out=self._theta)
        return loss / self.examples

    def parameters(self) -> Parameters:
        """The network as it is now, as parameters of its own."""
        params = self._start.copy()
        for l, theta in _joined(self._theta, params.sizes).items():
            params.W[l][...], params.b[l][...] = theta[:, :-1], theta[:, -1:]
        return params

    def _take(self, X: ArrayLike, Y: ArrayLike) -> None:
        """Write a batch into the buffers, if both parts of it fit."""
        meaning = "as this workspace was made"
        if X is not self.X:
            X = columns_of("X", X, len(self.X), meaning, self.examples)
        if Y is not self.Y:
            Y = labels_for(self._start.loss, columns_of("Y", Y, len(self.Y), meaning, self.examples))
        self.X[...], self.Y[...] = X, Y

    def _refuse(self, loss: float) -> NoReturn:
        """The error of a loss that is not finite: it names where the first such number stands."""
        finite("X", self.X)
        finite("Y", self.Y)
        params = self.parameters()
        for l in params.W:
            finite_parameters(l, params.W[l], params.b[l])
        raise ValueError(
            f"the loss is {loss}, though X, Y and the parameters are finite: the numbers between them overflow, "
            "scale X and Y or try a smaller learning rate"
        )


def _side_by_side(shapes: dict[Hashable, tuple[int, ...]], dtype: np.dtype) -> dict[Hashable, Array]:
    """Arrays of these shapes in one block of memory, their contents undefined, each from the start of a cache line.

    NumPy asks the system for large pages for blocks of 4 MB and more, so that the processor has fewer addresses to
    look up; a block that is not much smaller is made that large. Pages that nobody writes to cost nothing.
    """
    line = CACHE_LINE // dtype.itemsize
    lengths = [-(-math.prod(shape) // line) * line for shape in shapes.values()]
    numbers = sum(lengths) + line
    if numbers * dtype.itemsize > LARGE_PAGES // 4:
        numbers = max(numbers, LARGE_PAGES // dtype.itemsize + 1)
    memory = np.empty(numbers, dtype)
    start = -memory.ctypes.data % CACHE_LINE // dtype.itemsize
    arrays = {}
    for (name, shape), length in zip(shapes.items(), lengths, strict=True):
        arrays[name] = memory[start : start + math.prod(shape)].reshape(shape)
        start += length
    return arrays


def _joined(vector: Array, sizes: tuple[int, ...]) -> dict[int, Array]:
    """Θ[l] = [W[l] b[l]] of every layer as views of one vector."""
    joined, start = {}, 0
    for l in range(1, len(sizes)):
        rows, columns = sizes[l], sizes[l - 1] + 1
        joined[l] = vector[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    return joined
