"""Other people's conventions: rows, Keras, one matrix Θ with the bias inside, PyTorch. Chapter "Reading other people's code".

The numbers of a network are the same everywhere; what differs is where they stand.

===============  =====================  ====================  ===============================================
convention       examples, weights      forward               gradients
===============  =====================  ====================  ===============================================
this book        columns, (out, in)     Z = W A + b           ∂L/∂W = Δ Aᵀ, ∂L/∂b = Δ 1
PyTorch          rows, (out, in)        Z = A Wᵀ + b          ∂L/∂W = Δᵀ A, ∂L/∂b = 1ᵀ Δ
Keras            rows, (in, out)        Z = A K + b           ∂L/∂K = Aᵀ Δ, ∂L/∂b = 1ᵀ Δ
bias in Θ        columns, (out, 1+in)   Z = Θ [1; A]          ∂L/∂Θ = Δ [1; A]ᵀ
===============  =====================  ====================  ===============================================

What converts parameters converts gradients too (``to_keras(grads)``): each gradient has the shape of its parameter, so
it stands in the same place. Every function copies. Neither Keras nor PyTorch is imported; their arrays and tensors are
taken as they are. Only places are changed, no factors: PyTorch's ``MSELoss`` has no ½ and also divides by n_L, and so
it is 2/n_L times our squared error.

>>> from backprop_lab import network
>>> params = network.init((3, 4, 2), "tanh")
>>> [array.shape for array in to_keras(params)]
[(3, 4), (4,), (4, 2), (2,)]
>>> {name: array.shape for name, array in to_state_dict(params).items()}
{'0.weight': (4, 3), '0.bias': (4,), '2.weight': (2, 4), '2.bias': (2,)}
>>> {l: Theta.shape for l, Theta in to_theta(params).items()}
{1: (4, 4), 2: (2, 5)}
"""

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from .data import columns
from .network import Gradients, Parameters

__all__ = [
    "columns", "from_keras", "from_state_dict", "from_theta", "rows", "to_keras", "to_state_dict", "to_theta",
]  # fmt: skip


def rows(X: ArrayLike) -> np.ndarray:
    """Turn columns into rows: what ``columns`` undoes.

    Parameters
    ----------
    X : array, shape (n, m)
        An example in each column: data, activations, deltas.

    Returns
    -------
    array, shape (m, n)
        A copy, contiguous.

    >>> rows([[1.0, 2.0], [3.0, 4.0]]).tolist()
    [[1.0, 3.0], [2.0, 4.0]]
    """
    X = np.asarray(X)
    if X.ndim != 2:
        raise ValueError(f"X has shape {X.shape}, expected (n, m), an example in each column: use X.reshape(-1, 1)")
    return np.array(X.T, order="C")


def to_keras(params: Parameters | Gradients) -> list[np.ndarray]:
    """Kernels of shape (n_{l−1}, n_l) and biases of shape (n_l,), in turn: the list that Keras' set_weights takes."""
    return [array for W, b in _layers(params) for array in (W.T.copy(), b.ravel().copy())]


def from_keras(weights: Sequence[ArrayLike], activations: Sequence[str], loss: str) -> Parameters:
    """A network from what the ``get_weights`` of a stack of Dense layers returns.

    Parameters
    ----------
    weights : sequence of arrays
        Kernel (n_{l−1}, n_l) and bias (n_l,) for each layer, in turn.
    activations : sequence of str
        One of ours for each layer: Keras keeps them elsewhere.
    loss : str

    Raises
    ------
    ValueError
        If kernels and biases do not alternate, or two layers do not fit; the message names the layer.
    """
    if len(weights) != 2 * len(activations):
        raise ValueError(
            f"weights holds {len(weights)} arrays, expected {2 * len(activations)}, a kernel and a bias for each of "
            f"the {len(activations)} activations; a layer with use_bias=False needs zeros"
        )
    pairs = [(np.asarray(kernel).T, bias) for kernel, bias in zip(weights[::2], weights[1::2], strict=True)]
    return _network(pairs, activations, loss, [f"kernel {l}" for l in range(1, len(pairs) + 1)], "(in, out)", True)


def to_theta(params: Parameters | Gradients) -> dict[int, np.ndarray]:
    """Θ[l] = [b[l] W[l]] of shape (n_l, 1 + n_{l−1}): the bias is the weight of an input that is always 1."""
    return {l: np.hstack([b, W]) for l, (W, b) in enumerate(_layers(params), 1)}


def from_theta(theta: Mapping[int, ArrayLike], activations: Sequence[str], loss: str) -> Parameters:
    """A network from matrices whose **first** column is the bias.

    Parameters
    ----------
    theta : mapping of int to array
        Θ[l] of shape (n_l, 1 + n_{l−1}), keyed 1 … L. Where the 1 comes last, use ``np.roll(Theta, 1, axis=1)`` first.
    activations : sequence of str
    loss : str

    Raises
    ------
    ValueError
        If a key is missing, or two layers do not fit; the message names the layer.
    """
    depth = len(activations)
    if set(theta) != set(range(1, depth + 1)):
        raise ValueError(f"theta must have the keys 1 … {depth}, one for each activation; got {sorted(theta)}")
    matrices = [np.asarray(theta[l]) for l in range(1, depth + 1)]
    for l, matrix in enumerate(matrices, 1):
        if matrix.ndim != 2 or matrix.shape[1] < 2:
            raise ValueError(f"theta[{l}] has shape {matrix.shape}, expected (n_{l}, 1 + n_{l - 1}), the bias first")
    pairs = [(matrix[:, 1:], matrix[:, 0]) for matrix in matrices]
    return _network(pairs, activations, loss, [f"theta[{l}]" for l in range(1, depth + 1)], "(out, 1 + in)", False)


def to_state_dict(params: Parameters | Gradients, names: Sequence[str] | None = None) -> dict[str, np.ndarray]:
    """Arrays under PyTorch's keys, ``"0.weight"`` (n_l, n_{l−1}) and ``"0.bias"`` (n_l,).

    Parameters
    ----------
    params : Parameters or Gradients
    names : sequence of str, optional
        One for each layer. If not given, ``"0"``, ``"2"``, ``"4"`` …, the places of the ``Linear`` modules in a
        ``Sequential`` that puts an activation after each.

    To load it: ``model.load_state_dict({name: torch.from_numpy(a) for name, a in to_state_dict(params).items()})``.
    """
    layers = _layers(params)
    names = [str(2 * i) for i in range(len(layers))] if names is None else list(names)
    if len(set(names)) != len(layers):
        raise ValueError(f"names must be {len(layers)} different names, one for each layer, got {names}")
    return {
        key: array
        for name, (W, b) in zip(names, layers, strict=True)
        for key, array in ((f"{name}.weight", W.copy()), (f"{name}.bias", b.ravel().copy()))
    }


def from_state_dict(state: Mapping[str, ArrayLike], activations: Sequence[str], loss: str) -> Parameters:
    """A network from the state dict of a stack of ``Linear`` modules.

    Parameters
    ----------
    state : mapping of str to array or tensor
        ``"NAME.weight"`` and ``"NAME.bias"`` for each layer. Names that are numbers are taken in their order ("2"
        before "10"), others in the order in which they come.
    activations : sequence of str
        One for each layer: a state dict does not hold them.
    loss : str

    Raises
    ------
    ValueError
        If a key is of another kind, a weight or bias is missing, or two layers do not fit; the message names it.
    """
    names: list[str] = []
    for key in state:
        name, _, kind = key.rpartition(".")
        if kind not in ("weight", "bias"):
            raise ValueError(f"state holds {key!r}, expected keys that end in .weight or .bias: Linear layers only")
        if name not in names:
            names.append(name)
    if all(name.isdigit() for name in names):
        names.sort(key=int)
    keys = [tuple(f"{name}.{kind}" if name else kind for kind in ("weight", "bias")) for name in names]
    for missing in (key for pair in keys for key in pair if key not in state):
        raise ValueError(f"state lacks {missing!r}; for a Linear with bias=False, or without a weight, add zeros")
    if len(names) != len(activations):
        raise ValueError(f"state holds {len(names)} layers ({', '.join(names)}), but {len(activations)} activations")
    pairs = [(np.asarray(state[weight]), np.asarray(state[bias])) for weight, bias in keys]
    return _network(pairs, activations, loss, [weight for weight, _ in keys], "(out, in)", False)


def _layers(params: Parameters | Gradients) -> list[tuple[np.ndarray, np.ndarray]]:
    """W and b of each layer, or dW and db."""
    for W, b in (("W", "b"), ("dW", "db")):
        if isinstance(getattr(params, W, None), Mapping):
            return [(getattr(params, W)[l], getattr(params, b)[l]) for l in sorted(getattr(params, W))]
    raise TypeError(f"params is of type {type(params).__name__}, expected network.Parameters or network.Gradients")


def _network(
    pairs: Sequence[tuple[np.ndarray, ArrayLike]],
    activations: Sequence[str],
    loss: str,
    names: Sequence[str],
    layout: str,
    turned: bool,
) -> Parameters:
    """A network from (out, in) weights and flat biases, with errors in the words of the convention they come from."""
    W, b = {}, {}
    for l, ((weight, bias), name) in enumerate(zip(pairs, names, strict=True), 1):
        shape = weight.shape[::-1] if turned else weight.shape
        if weight.ndim != 2:
            raise ValueError(f"{name} (layer {l}) has shape {shape}, expected {layout}")
        if l > 1 and weight.shape[1] != W[l - 1].shape[0]:
            raise ValueError(
                f"{name} (layer {l}) has shape {shape}, which is {layout} with {weight.shape[1]} inputs, expected "
                f"{W[l - 1].shape[0]}, the units of layer {l - 1}: is it transposed, or are the layers out of order?"
            )
        bias = np.asarray(bias)
        if bias.shape != (weight.shape[0],):
            raise ValueError(
                f"the bias of {name} (layer {l}) has shape {bias.shape}, expected ({weight.shape[0]},), "
                f"one number for each unit of a weight of shape {shape}, {layout}"
            )
        W[l], b[l] = weight, bias.reshape(-1, 1)
    for l in W:
        for what, array in (("weight", W[l]), ("bias", b[l])):
            if array.dtype.kind not in "biuf" or not np.isfinite(array).all():
                raise ValueError(f"the {what} of layer {l} ({names[l - 1]}) must hold finite numbers")
    return Parameters.of(W, b, activations, loss)
