"""Two layers, written out: every array has a name of its own, and every line is a line of the chapter.

The chapter "Two layers in matrices" in code, for a batch of m examples in columns::

    Z1 = W1 X + b1      A1 = σ1(Z1)      Z2 = W2 A1 + b2      A2 = σ2(Z2)      L = loss(A2, Y)

    Δ2 = ∂L/∂A2 ⊙ σ2'(Z2)                        (eq-output-delta)
       = (A2 − Y)/m for the pairs in FUSED       (eq-softmax-ce)
    Δ1 = (W2ᵀ Δ2) ⊙ σ1'(Z1)                      (eq-hidden-delta)
    ∂L/∂W2 = Δ2 A1ᵀ    ∂L/∂b2 = Δ2 1             (eq-dW, eq-db)
    ∂L/∂W1 = Δ1 Xᵀ     ∂L/∂b1 = Δ1 1

``network`` says the same with a loop over layers. The two share no line of their passes, and a test holds them equal.

>>> params = init(2, 3, 1, activation1="tanh", activation2="sigmoid", loss="binary_cross_entropy", seed=0)
>>> X, Y = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 0.0]])
>>> grads = backward(params, forward(params, X), Y)
>>> grads.dW1.shape, grads.db1.shape, grads.dW2.shape, grads.db2.shape
((3, 2), (3, 1), (1, 3), (1, 1))
"""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from .activations import activation_named
from .arrays import columns_of, of_these_parameters, vector_of
from .losses import FUSED, fused_delta, labels_for, loss_named


def _views(vector: np.ndarray, n0: int, n1: int, n2: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """W1, b1, W2, b2 as views of one vector."""
    W1, b1, W2, b2 = np.split(vector, np.cumsum([n1 * n0, n1, n2 * n1]))
    return W1.reshape(n1, n0), b1.reshape(n1, 1), W2.reshape(n2, n1), b2.reshape(n2, 1)


@dataclass(frozen=True, eq=False, repr=False)
class Parameters:
    """The four arrays that the network can learn, as views of one vector, and the functions that shape it.

    Parameters
    ----------
    n0, n1, n2 : int
        Inputs, hidden units, outputs.
    activation1, activation2, loss : str
    vector : array, shape (n1 n0 + n1 + n2 n1 + n2,)
        W1, b1, W2, b2 one after another.

    Raises
    ------
    TypeError
        If the vector is not of floats.
    ValueError
        If a name is unknown, the loss does not fit, or the vector's length does not.
    """

    n0: int
    n1: int
    n2: int
    activation1: str
    activation2: str
    loss: str
    vector: np.ndarray
    W1: np.ndarray = field(init=False)
    b1: np.ndarray = field(init=False)
    W2: np.ndarray = field(init=False)
    b2: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        for l, name in ((1, self.activation1), (2, self.activation2)):
            try:
                activation_named(name)
            except ValueError as error:
                raise ValueError(f"layer {l}: {error}") from None
        loss_named(self.loss, self.activation2, layer=2)
        count = self.n1 * (self.n0 + 1) + self.n2 * (self.n1 + 1)
        vector_of(self.vector, count, f"{self.n0}-{self.n1}-{self.n2}")
        for name, view in zip(("W1", "b1", "W2", "b2"), _views(self.vector, self.n0, self.n1, self.n2), strict=True):
            object.__setattr__(self, name, view)

    def __repr__(self) -> str:
        return (
            f"Two layers {self.n0}-{self.n1}-{self.n2}, loss {self.loss}\n"
            f"  layer 1: W1 {self.W1.shape}, b1 {self.b1.shape}, {self.activation1}\n"
            f"  layer 2: W2 {self.W2.shape}, b2 {self.b2.shape}, {self.activation2}"
        )


@dataclass(frozen=True, eq=False)
class Cache:
    """What the forward pass stores: a0 = X (n0, m), z1 and a1 (n1, m), z2 and a2 (n2, m)."""

    a0: np.ndarray
    z1: np.ndarray
    a1: np.ndarray
    z2: np.ndarray
    a2: np.ndarray


@dataclass(frozen=True, eq=False, repr=False)
class Gradients:
    """Δ1 and Δ2 (they include the 1/m of the mean), and the four gradients, each of its parameter's shape.

    ``vector`` holds the four one after another, in the layout of ``Parameters.vector``; dW1, db1, dW2 and db2 are
    views of it.
    """

    delta1: np.ndarray
    delta2: np.ndarray
    vector: np.ndarray
    dW1: np.ndarray
    db1: np.ndarray
    dW2: np.ndarray
    db2: np.ndarray

    def __repr__(self) -> str:
        names = ("delta2", "dW2", "db2", "delta1", "dW1", "db1")
        return "Gradients: " + ", ".join(f"{name} {getattr(self, name).shape}" for name in names)


def init(
    n0: int, n1: int, n2: int, *, activation1: str = "tanh", activation2: str = "sigmoid",
    loss: str = "squared_error", seed: int = 0,
) -> Parameters:  # fmt: skip
    """A network to start from: normal weights of standard deviation 1/√(inputs of the layer), biases 0.

    Raises
    ------
    ValueError
        If a size is no positive whole number, a name is unknown, or the loss does not fit.
    """
    for name, n in (("n0", n0), ("n1", n1), ("n2", n2)):
        if not isinstance(n, (int, np.integer)) or n < 1:
            raise ValueError(f"{name} must be a positive whole number, got {n!r}")
    vector = np.zeros(n1 * (n0 + 1) + n2 * (n1 + 1))
    params = Parameters(n0, n1, n2, activation1, activation2, loss, vector)
    rng = np.random.default_rng(seed)
    params.W1[...] = rng.standard_normal((n1, n0)) / np.sqrt(n0)
    params.W2[...] = rng.standard_normal((n2, n1)) / np.sqrt(n1)
    return params


def forward(params: Parameters, X: ArrayLike) -> Cache:
    """From the input to the prediction; every intermediate value is stored.

    Parameters
    ----------
    X : array, shape (n0, m)
        An example in each column.

    Raises
    ------
    TypeError, ValueError
        If X is no table of finite numbers with n0 rows.
    """
    a0 = columns_of("X", X, params.n0, "the inputs of layer 1")
    z1 = params.W1 @ a0 + params.b1
    a1 = activation_named(params.activation1)(z1)
    z2 = params.W2 @ a1 + params.b2
    a2 = activation_named(params.activation2)(z2)
    return Cache(a0, z1, a1, z2, a2)


def loss(params: Parameters, cache: Cache, Y: ArrayLike) -> float:
    """L, the mean over the batch; a cross-entropy is computed from z2, and finite however sure the network is."""
    return loss_named(params.loss).mean(cache.a2, _targets(params, cache, Y), cache.z2)


def backward(params: Parameters, cache: Cache, Y: ArrayLike) -> Gradients:
    """All gradients, layer 2 first, since layer 1 needs its Δ. Nothing is updated.

    Raises
    ------
    ValueError
        If Y does not fit, the cache was made by other parameters, or these are not finite.
    """
    Y = _targets(params, cache, Y)
    of_these_parameters(1, params.W1, params.b1, cache.a0, cache.z1)
    of_these_parameters(2, params.W2, params.b2, cache.a1, cache.z2)
    vector = np.empty_like(params.vector)
    dW1, db1, dW2, db2 = _views(vector, params.n0, params.n1, params.n2)

    if (params.activation2, params.loss) in FUSED:
        delta2 = fused_delta(params.activation2, params.loss, cache.a2, Y)
    else:
        dL_da2 = loss_named(params.loss).backward(cache.a2, Y)
        delta2 = activation_named(params.activation2).backward(cache.z2, dL_da2)
    dW2[...] = delta2 @ cache.a1.T
    db2[...] = delta2.sum(axis=1, keepdims=True)

    dL_da1 = params.W2.T @ delta2
    delta1 = activation_named(params.activation1).backward(cache.z1, dL_da1)
    dW1[...] = delta1 @ cache.a0.T
    db1[...] = delta1.sum(axis=1, keepdims=True)
    return Gradients(delta1, delta2, vector, dW1, db1, dW2, db2)


def _targets(params: Parameters, cache: Cache, Y: ArrayLike) -> np.ndarray:
    """Y as columns that fit the output and the loss."""
    Y = columns_of("Y", Y, params.n2, "the outputs of layer 2 for each example", cache.a0.shape[1])
    return labels_for(params.loss, Y)
