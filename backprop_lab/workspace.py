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
from collections.abc import Callable, Hashable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .activations import LEAKY_SLOPE
from .arrays import columns_of
from .layers import Parameters

Array = np.ndarray
CACHE_LINE, LARGE_PAGES = 64, 4 << 20  # bytes


class Room(NamedTuple):
    """What a layer's activation may write in and compare with, each of the shape of a.

    ``spare`` is anybody's. ``positive`` is where z > 0: noted by an activation that has a kink there, for the way back.
    """

    spare: Array
    positive: Array
    zero: Array


def _sigmoid(z: Array, room: Room) -> None:
    # tanh does not overflow, and σ(z) = (1 + tanh(z/2)) / 2 is the same function.
    np.multiply(z, 0.5, out=z)
    np.tanh(z, out=z)
    np.multiply(z, 0.5, out=z)
    np.add(z, 0.5, out=z)


def _sigmoid_back(a: Array, delta: Array, room: Room) -> None:
    np.subtract(1, a, out=room.spare)
    np.multiply(room.spare, a, out=room.spare)
    np.multiply(delta, room.spare, out=delta)


def _tanh(z: Array, room: Room) -> None:
    np.tanh(z, out=z)


def _tanh_back(a: Array, delta: Array, room: Room) -> None:
    np.multiply(a, a, out=room.spare)
    np.multiply(room.spare, delta, out=room.spare)
    np.subtract(delta, room.spare, out=delta)


def _relu(z: Array, room: Room) -> None:
    np.greater(z, room.zero, out=room.positive)
    np.maximum(z, room.zero, out=z)


def _relu_back(a: Array, delta: Array, room: Room) -> None:
    np.multiply(delta, room.positive, out=delta)


def _leaky_relu(z: Array, room: Room) -> None:
    np.greater(z, room.zero, out=room.positive)
    np.multiply(z, LEAKY_SLOPE, out=room.spare)
    np.maximum(z, room.spare, out=z)


def _leaky_relu_back(a: Array, delta: Array, room: Room) -> None:
    np.maximum(room.positive, LEAKY_SLOPE, out=room.spare)  # 1 or 0.01
    np.multiply(delta, room.spare, out=delta)


def _softplus(z: Array, room: Room) -> None:
    np.logaddexp(0, z, out=z)


def _softplus_back(a: Array, delta: Array, room: Room) -> None:
    # σ'(z) = 1 − e^−a, and expm1 keeps its digits where a is small.
    np.negative(a, out=room.spare)
    np.expm1(room.spare, out=room.spare)
    np.multiply(room.spare, delta, out=room.spare)
    np.negative(room.spare, out=delta)


def _identity(z: Array, room: Room) -> None:
    pass


def _identity_back(a: Array, delta: Array, room: Room) -> None:
    pass


# name: a = σ(z) in place, and delta ⊙ σ'(z) in place with σ' from a or from what the first left in the room.
IN_PLACE: dict[str, tuple[Callable[[Array, Room], None], Callable[[Array, Array, Room], None]]] = {
    "identity": (_identity, _identity_back),
    "sigmoid": (_sigmoid, _sigmoid_back),
    "tanh": (_tanh, _tanh_back),
    "relu": (_relu, _relu_back),
    "leaky_relu": (_leaky_relu, _leaky_relu_back),
    "softplus": (_softplus, _softplus_back),
}


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
        arrays to ``step``, saves a copy.

    Raises
    ------
    ValueError
        If a hidden layer has an activation that mixes units, or m is no positive whole number.
    """

    def __init__(self, params: Parameters, examples: int) -> None:
        if not isinstance(examples, (int, np.integer)) or examples < 1:
            raise ValueError(f"examples must be a positive whole number, got {examples!r}")
        mixing = [l for l, name in params.activations.items() if l < params.depth and name not in IN_PLACE]
        if mixing:
            l = mixing[0]
            raise ValueError(f"layer {l}: {params.activations[l]} is for the output alone; train with network.backward")
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
        finish = _OUTPUTS.get((params.activations[L], params.loss)) or _squared_error_after(params.activations[L])
        self._finish = finish(a[L], self.Y, delta[L], room[L])

    def step(self, X: ArrayLike, Y: ArrayLike, learning_rate: float) -> float:
        """One step: forward, loss, backward, update. Returns the loss before the update, mean over the batch.

        Parameters
        ----------
        X, Y : array, shapes (n_0, m) and (n_L, m)
            Their shapes are checked and their numbers are not: a NaN shows in the loss.
        learning_rate : float

        Raises
        ------
        ValueError
            If a shape does not fit the buffers.
        """
        if X is not self.X:
            self._take("X", X, self.X)
        if Y is not self.Y:
            self._take("Y", Y, self.Y)
        return self.again(learning_rate)

    def again(self, learning_rate: float) -> float:
        """One more step on the batch that the last ``step`` brought."""
        for theta, below, a, room, activate in self._forward:
            theta.dot(below, out=a)
            activate(a, room)
        theta, below, a = self._top
        theta.dot(below, out=a)
        loss = float(self._finish())
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

    def _take(self, name: str, values: ArrayLike, buffer: Array) -> None:
        """Write a part of a batch into its buffer, if its shape is right."""
        if np.shape(values) != buffer.shape:
            columns_of(name, values, buffer.shape[0], "as this workspace was made", self.examples)
        buffer[...] = values


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


# Ends of a forward pass. Each takes the output's buffers and gives a function that, when Z is in ``z``, leaves the
# delta of the batch's *summed* loss in ``delta`` and returns that sum.
Finish = Callable[[], float]


def _finish_softmax(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
    """Cross-entropy of the softmax: A − Y. Sums are products with ones, which for a small array take a third."""
    flat_z, flat_Y, per_example = z.reshape(-1), Y.reshape(-1), np.empty(z.shape[1], z.dtype)
    ones, example_ones = np.ones(z.shape[0], z.dtype), np.ones(z.shape[1], z.dtype)

    def finish() -> float:
        np.maximum.reduce(z, 0, None, per_example)
        np.subtract(z, per_example, out=z)
        inner = flat_z.dot(flat_Y)
        np.exp(z, out=delta)
        ones.dot(delta, out=per_example)
        np.divide(delta, per_example, out=delta)
        np.subtract(delta, Y, out=delta)
        np.log(per_example, out=per_example)
        return example_ones.dot(per_example) - inner

    return finish


def _finish_softmax_squared(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
    """Squared error of the softmax: Jᵀ (A − Y)."""
    difference = _finish_identity(z, Y, delta, room)

    def finish() -> float:
        np.subtract(z, z.max(axis=0), out=z)
        np.exp(z, out=z)
        np.divide(z, z.sum(axis=0), out=z)
        loss = difference()
        np.multiply(z, delta, out=room.spare)
        np.subtract(delta, room.spare.sum(axis=0), out=delta)
        np.multiply(z, delta, out=delta)
        return loss

    return finish


def _finish_sigmoid(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
    """Binary cross-entropy of the sigmoid: A − Y."""
    flat_z, flat_Y = z.reshape(-1), Y.reshape(-1)

    def finish() -> float:
        loss = np.logaddexp(0, z, out=room.spare).sum() - flat_z.dot(flat_Y)
        np.copyto(delta, z)
        _sigmoid(delta, room)
        np.subtract(delta, Y, out=delta)
        return loss

    return finish


def _finish_identity(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
    """Squared error of the identity: A − Y."""
    flat = delta.reshape(-1)

    def finish() -> float:
        np.subtract(z, Y, out=delta)
        return 0.5 * flat.dot(flat)

    return finish


def _squared_error_after(activation: str) -> Callable[[Array, Array, Array, Room], Finish]:
    """Squared error behind an activation whose slope stays in the product: (A − Y) ⊙ σ'(Z)."""
    activate, back = IN_PLACE[activation]

    def made(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
        difference = _finish_identity(z, Y, delta, room)

        def finish() -> float:
            activate(z, room)
            loss = difference()
            back(z, delta, room)
            return loss

        return finish

    return made


_OUTPUTS = {
    ("softmax", "cross_entropy"): _finish_softmax,
    ("softmax", "squared_error"): _finish_softmax_squared,
    ("sigmoid", "binary_cross_entropy"): _finish_sigmoid,
    ("identity", "squared_error"): _finish_identity,
}
