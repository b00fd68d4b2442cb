"""A network of L layers, any sizes, an activation for each: ``init`` · ``forward`` · ``loss`` · ``backward``.

The whole of backpropagation, for a batch of m examples in columns::

    Z[l] = W[l] A[l−1] + b[l]                     A[l] = σ_l(Z[l])            l = 1 … L, A[0] = X
    Δ[L] = ∂L/∂A[L] ⊙ σ'_L(Z[L])                                              (eq-output-delta)
    Δ[l] = (W[l+1]ᵀ Δ[l+1]) ⊙ σ'_l(Z[l])          l = L−1 … 1                 (eq-hidden-delta)
    ∂L/∂W[l] = Δ[l] A[l−1]ᵀ                       ∂L/∂b[l] = Δ[l] 1           (eq-dW, eq-db)

==============  ==================  ================  ====================================================
name            on the page         shape             meaning
==============  ==================  ================  ====================================================
``sizes``       n_0 … n_L           L + 1 numbers     units of each layer, the inputs first
``W[l]``        W^(l)               (n_l, n_{l−1})    weights into layer l; there is no ``W[0]``
``b[l]``        b^(l)               (n_l, 1)          biases of layer l
``z[l]``        Z^(l)               (n_l, m)          pre-activations
``a[l]``        A^(l)               (n_l, m)          activations; ``a[0]`` is X
``delta[l]``    Δ^(l) = ∂L/∂Z^(l)   (n_l, m)          error signal; it includes the 1/m of the mean
``dW[l]``       ∂L/∂W^(l)           (n_l, n_{l−1})    mean over the batch
``db[l]``       ∂L/∂b^(l)           (n_l, 1)          mean over the batch
==============  ==================  ================  ====================================================

>>> params = init((2, 3, 1), activations=("tanh", "sigmoid"), loss="binary_cross_entropy", seed=0)
>>> X, Y = np.array([[0.0, 1.0], [1.0, 1.0]]), np.array([[1.0, 0.0]])
>>> cache = forward(params, X)
>>> grads = backward(params, cache, Y)
>>> grads
Gradients of 13 parameters, 2-3-1, from 2 examples
  layer 2: delta (1, 2), dW (1, 3), db (1, 1)
  layer 1: delta (3, 2), dW (3, 2), db (3, 1)
>>> grads.dW[2].shape == params.W[2].shape
True
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .activations import activation_named
from .arrays import columns_of, of_these_parameters
from .layers import Cache, Gradients, Parameters, Table, count, sizes_of
from .losses import FUSED, fused_delta, labels_for, loss_named
from .trace import Trace, build

# The variance that keeps the size of signals from layer to layer: He et al. (2015) for the ReLU's family, which
# halves it, Glorot and Bengio (2010) for the others.
RECTIFIED = ("relu", "leaky_relu", "softplus")


def init(
    sizes: Sequence[int],
    activations: Sequence[str] | str = "tanh",
    loss: str = "squared_error",
    seed: int = 0,
    dtype: np.dtype | str = "float64",
) -> Parameters:
    """A network to start from: normal weights of a variance that suits the activation, biases 0.

    Parameters
    ----------
    sizes : sequence of int
        n_0 … n_L, at least two.
    activations : sequence of str, or str
        One name for each layer, or one for all.
    loss : str
    seed : int
    dtype : "float64" or "float32"

    Raises
    ------
    TypeError
        If sizes or activations are no sequence.
    ValueError
        If sizes are no positive whole numbers, names are unknown, or the loss does not fit the last activation.

    >>> init((2, 3, 1), "tanh")
    Network 2-3-1, loss squared_error: 13 parameters, float64
      layer 1: W (3, 2), b (3, 1), tanh
      layer 2: W (1, 3), b (1, 1), tanh
    """
    sizes = sizes_of(sizes)
    try:
        names = (activations,) * (len(sizes) - 1) if isinstance(activations, str) else tuple(activations)
    except TypeError:
        expected = "one name for all layers, or a sequence of one for each"
        raise TypeError(f"activations must be {expected}, got {activations!r}") from None
    params = Parameters(sizes, dict(enumerate(names, 1)), loss, np.zeros(count(sizes), dtype))
    rng = np.random.default_rng(seed)
    for l, name in enumerate(names, 1):
        inputs, units = sizes[l - 1], sizes[l]
        variance = 2 / inputs if name in RECTIFIED else 2 / (inputs + units)
        params.W[l][...] = rng.standard_normal((units, inputs)) * np.sqrt(variance)
    return params


def forward(params: Parameters, X: ArrayLike) -> Cache:
    """All pre-activations and activations, from the input to the output; all of them are kept.

    Parameters
    ----------
    params : Parameters
    X : array, shape (n_0, m)
        An example in each column. Whole numbers become floats.

    Raises
    ------
    TypeError, ValueError
        If X is no table of finite numbers with n_0 rows; the message says how to make it one.
    """
    X = columns_of("X", X, params.sizes[0], "the inputs of layer 1")
    z, a = {}, {0: X.astype(params.vector.dtype, copy=False)}
    for l in params.W:
        z[l] = params.W[l] @ a[l - 1] + params.b[l]
        a[l] = activation_named(params.activations[l])(z[l])
    return Cache(Table("z", z), Table("a", a))


def loss(params: Parameters, cache: Cache, Y: ArrayLike) -> float:
    """L, the mean over the batch of the loss of each example.

    For the pairs sigmoid and binary cross-entropy, softmax and cross-entropy it is computed from Z, where it stays
    finite and exact however sure the network is.

    Parameters
    ----------
    Y : array, shape (n_L, m)
        Targets; for the cross-entropies between 0 and 1, for the softmax with columns that sum to 1.
    """
    Y, L = _targets(params, cache, Y), params.depth
    return loss_named(params.loss).mean(cache.a[L], Y, cache.z[L])


def backward(params: Parameters, cache: Cache, Y: ArrayLike) -> Gradients:
    """All gradients, from the output to the input. Nothing is updated: that is the optimiser's work.

    Parameters
    ----------
    params : Parameters
        The network that the cache was made with, unchanged since.
    cache : Cache
        Of ``forward(params, X)``.
    Y : array, shape (n_L, m)

    Raises
    ------
    ValueError
        If Y does not fit, the cache was made by other parameters, or these are not finite; the message names the
        layer. One example is looked at (see ``arrays.of_these_parameters``).

    Source: D. E. Rumelhart, G. E. Hinton and R. J. Williams, Nature 323 (1986), 533–536.
    """
    Y = _targets(params, cache, Y)
    W, z, a, L = params.W, cache.z, cache.a, params.depth
    if set(z) != set(W):
        raise ValueError(f"the cache has {len(z)} layers, expected {L}: run forward(params, X) first")
    for l in W:
        of_these_parameters(l, W[l], params.b[l], a[l - 1], z[l])
    delta = {L: _output_delta(params, cache, Y)}
    for l in range(L - 1, 0, -1):
        dL_da = W[l + 1].T @ delta[l + 1]
        delta[l] = activation_named(params.activations[l]).backward(z[l], dL_da)
    grads = Gradients(params.sizes, np.empty_like(params.vector), Table("delta", delta), W[1].T @ delta[1])
    for l in range(1, L + 1):
        grads.dW[l] = delta[l] @ a[l - 1].T
        grads.db[l] = delta[l].sum(axis=1, keepdims=True)
    return grads


def _output_delta(params: Parameters, cache: Cache, Y: np.ndarray) -> np.ndarray:
    """Δ[L]: by the two factors, or as (A − Y)/m where the pair is one of those that collapse."""
    activation, A = params.activations[params.depth], cache.a[params.depth]
    if (activation, params.loss) in FUSED:
        return fused_delta(activation, params.loss, A, Y)
    return activation_named(activation).backward(cache.z[params.depth], loss_named(params.loss).backward(A, Y))


def _targets(params: Parameters, cache: Cache, Y: ArrayLike) -> np.ndarray:
    """Y as columns that fit the output and the loss."""
    examples = cache.a[0].shape[1]
    Y = columns_of("Y", Y, params.sizes[-1], f"the outputs of layer {params.depth} for each example", examples)
    return labels_for(params.loss, Y).astype(params.vector.dtype, copy=False)


def trace(params: Parameters, cache: Cache, Y: ArrayLike) -> Trace:
    """The backward pass told term by term: each with its symbol, shape, value and equation, as text and as LaTeX.

    It prints as text, and shows as equations in a notebook.
    """
    Y = _targets(params, cache, Y)
    return build(params, cache, backward(params, cache, Y), Y)
