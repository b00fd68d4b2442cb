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

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from .activations import LEAKY_SLOPE
from .arrays import columns_of
from .layers import Parameters

Array = np.ndarray


def _sigmoid(z: Array, spare: Array) -> None:
    # tanh does not overflow, and σ(z) = (1 + tanh(z/2)) / 2 is the same function.
    np.multiply(z, 0.5, out=z)
    np.tanh(z, out=z)
    np.multiply(z, 0.5, out=z)
    np.add(z, 0.5, out=z)


def _sigmoid_back(a: Array, delta: Array, spare: Array) -> None:
    np.subtract(1, a, out=spare)
    np.multiply(spare, a, out=spare)
    np.multiply(delta, spare, out=delta)


def _tanh(z: Array, spare: Array) -> None:
    np.tanh(z, out=z)


def _tanh_back(a: Array, delta: Array, spare: Array) -> None:
    np.multiply(a, a, out=spare)
    np.multiply(spare, delta, out=spare)
    np.subtract(delta, spare, out=delta)


def _relu(z: Array, spare: Array) -> None:
    np.maximum(z, 0, out=z)


def _relu_back(a: Array, delta: Array, spare: Array) -> None:
    np.sign(a, out=spare)
    np.multiply(delta, spare, out=delta)


def _leaky_relu(z: Array, spare: Array) -> None:
    np.multiply(z, LEAKY_SLOPE, out=spare)
    np.maximum(z, spare, out=z)


def _leaky_relu_back(a: Array, delta: Array, spare: Array) -> None:
    np.copyto(spare, LEAKY_SLOPE)
    np.copyto(spare, 1, where=a > 0)
    np.multiply(delta, spare, out=delta)


def _softplus(z: Array, spare: Array) -> None:
    np.logaddexp(0, z, out=z)


def _softplus_back(a: Array, delta: Array, spare: Array) -> None:
    # σ'(z) = 1 − e^−a, and expm1 keeps its digits where a is small.
    np.negative(a, out=spare)
    np.expm1(spare, out=spare)
    np.multiply(spare, delta, out=spare)
    np.negative(spare, out=delta)


def _identity(z: Array, spare: Array) -> None:
    pass


def _identity_back(a: Array, delta: Array, spare: Array) -> None:
    pass


# name: a = σ(z) in place, and delta ⊙ σ'(z) in place with σ' written in a.
IN_PLACE: dict[str, tuple[Callable[[Array, Array], None], Callable[[Array, Array, Array], None]]] = {
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
        sizes, L = params.sizes, params.depth
        self._theta, self._gradient = np.empty_like(params.vector), np.empty_like(params.vector)
        theta, gradient = _joined(self._theta, sizes), _joined(self._gradient, sizes)
        for l in range(1, L + 1):
            theta[l][:, :-1], theta[l][:, -1:] = params.W[l], params.b[l]
        # A row of ones below every activation that is multiplied further; the output's has none.
        padded = [np.ones((n + 1, examples), self.dtype) for n in sizes[:-1]]
        a = [p[:-1] for p in padded] + [np.empty((sizes[-1], examples), self.dtype)]
        delta = [np.empty_like(x) for x in a]
        spare = [np.empty_like(x) for x in a]
        self._input, self._output, self._output_delta, self._spare = a[0], a[L], delta[L], spare[L]
        self._finish = _OUTPUTS.get((params.activations[L], params.loss))
        self._last = IN_PLACE.get(params.activations[L])
        # What a pass needs of each layer, looked up once: the inner loops only call NumPy.
        self._forward = [
            (theta[l], padded[l - 1], a[l], spare[l], IN_PLACE[params.activations[l]][0]) for l in range(1, L)
        ]
        self._top = (theta[L], padded[L - 1], a[L])
        self._backward = [
            (delta[l + 1], padded[l].T, gradient[l + 1], theta[l + 1][:, :-1].T, a[l], delta[l], spare[l],
             IN_PLACE[params.activations[l]][1])
            for l in range(L - 1, 0, -1)
        ]  # fmt: skip
        self._bottom = (delta[1], padded[0].T, gradient[1])
        self._targets = np.empty((sizes[-1], examples), self.dtype)

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
        for name, values, buffer in (("X", X, self._input), ("Y", Y, self._targets)):
            if np.shape(values) != buffer.shape:
                columns_of(name, values, buffer.shape[0], "as this workspace was made", self.examples)
            buffer[...] = values
        return self.again(learning_rate)

    def again(self, learning_rate: float) -> float:
        """One more step on the batch that the last ``step`` brought."""
        for theta, below, a, spare, activate in self._forward:
            np.matmul(theta, below, out=a)
            activate(a, spare)
        theta, below, a = self._top
        np.matmul(theta, below, out=a)
        if self._finish is not None:
            loss = self._finish(a, self._targets, self._output_delta, self._spare)
        else:
            loss = self._squared_error_after_slope(a)
        self._output_delta *= learning_rate / self.examples
        for delta, below, gradient, weights, a, dL_da, spare, back in self._backward:
            np.matmul(delta, below, out=gradient)
            np.matmul(weights, delta, out=dL_da)
            back(a, dL_da, spare)
        delta, below, gradient = self._bottom
        np.matmul(delta, below, out=gradient)
        self._theta -= self._gradient
        return float(loss) / self.examples

    def _squared_error_after_slope(self, a: Array) -> float:
        """Squared error behind an activation whose slope stays in the product."""
        activate, back = self._last
        activate(a, self._spare)
        np.subtract(a, self._targets, out=self._output_delta)
        flat = self._output_delta.ravel()
        loss = 0.5 * flat.dot(flat)
        back(a, self._output_delta, self._spare)
        return loss

    def parameters(self) -> Parameters:
        """The network as it is now, as parameters of its own."""
        params = self._start.copy()
        for l, theta in _joined(self._theta, params.sizes).items():
            params.W[l][...], params.b[l][...] = theta[:, :-1], theta[:, -1:]
        return params


def _joined(vector: Array, sizes: tuple[int, ...]) -> dict[int, Array]:
    """Θ[l] = [W[l] b[l]] of every layer as views of one vector."""
    joined, start = {}, 0
    for l in range(1, len(sizes)):
        rows, columns = sizes[l], sizes[l - 1] + 1
        joined[l] = vector[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
    return joined


def _finish_softmax(z: Array, Y: Array, delta: Array, spare: Array) -> float:
    """Cross-entropy of the softmax: A − Y into delta, the sum of the examples' losses returned."""
    np.subtract(z, z.max(axis=0), out=z)
    inner = z.ravel().dot(Y.ravel())
    np.exp(z, out=delta)
    total = delta.sum(axis=0)
    np.divide(delta, total, out=delta)
    np.subtract(delta, Y, out=delta)
    return np.log(total).sum() - inner


def _finish_softmax_squared(z: Array, Y: Array, delta: Array, spare: Array) -> float:
    """Squared error of the softmax: Jᵀ (A − Y) into delta, the sum of the examples' losses returned."""
    np.subtract(z, z.max(axis=0), out=z)
    np.exp(z, out=z)
    np.divide(z, z.sum(axis=0), out=z)
    loss = _finish_identity(z, Y, delta, spare)
    np.multiply(z, delta, out=spare)
    np.subtract(delta, spare.sum(axis=0), out=delta)
    np.multiply(z, delta, out=delta)
    return loss


def _finish_sigmoid(z: Array, Y: Array, delta: Array, spare: Array) -> float:
    """Binary cross-entropy of the sigmoid: A − Y into delta, the sum of the examples' losses returned."""
    loss = np.logaddexp(0, z, out=spare).sum() - z.ravel().dot(Y.ravel())
    np.copyto(delta, z)
    _sigmoid(delta, spare)
    np.subtract(delta, Y, out=delta)
    return loss


def _finish_identity(z: Array, Y: Array, delta: Array, spare: Array) -> float:
    """Squared error of the identity: A − Y into delta, the sum of the examples' losses returned."""
    np.subtract(z, Y, out=delta)
    flat = delta.ravel()
    return 0.5 * flat.dot(flat)


_OUTPUTS = {
    ("softmax", "cross_entropy"): _finish_softmax,
    ("softmax", "squared_error"): _finish_softmax_squared,
    ("sigmoid", "binary_cross_entropy"): _finish_sigmoid,
    ("identity", "squared_error"): _finish_identity,
}
