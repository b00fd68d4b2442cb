"""Ten layers and one task for them, and what is measured: sizes on the way forwards and backwards, the loss after training.

The task is to give back the input, in the mean of ½‖a − x‖² over 40 examples. All is drawn from seeds, so that a
notebook prints the same numbers everywhere.
"""

import numpy as np

from .. import network
from ..layers import Gradients, Parameters

WIDTH, LAYERS, EXAMPLES = 30, 10, 40
STEPS, LEARNING_RATE = 300, 0.02


def data() -> np.ndarray:
    """The inputs, which are the targets too, shape (30, 40): normal, of variance 1."""
    return np.random.default_rng(1).standard_normal((WIDTH, EXAMPLES))


def deep_net(activation: str, std: float, seed: int = 0) -> Parameters:
    """Ten layers of 30 units; normal weights of this standard deviation, biases 0, the last layer an identity.

    >>> deep_net("tanh", 0.2).depth
    10
    """
    names = (activation,) * (LAYERS - 1) + ("identity",)
    params = network.init((WIDTH,) * (LAYERS + 1), names, seed=seed)
    rng = np.random.default_rng(seed)
    for W in params.W.values():
        W[...] = std * rng.standard_normal(W.shape)
    return params


def gradients(params: Parameters) -> Gradients:
    """One backward pass over all examples."""
    X = data()
    return network.backward(params, network.forward(params, X), X)


def best_constant() -> float:
    """The loss of a net that gives the mean of the targets as its answer to every input."""
    X = data()
    return _half_squares(X - X.mean(axis=1, keepdims=True))


def _half_squares(errors: np.ndarray) -> float:
    return float((errors**2).sum(axis=0).mean() / 2)


def trained(activation: str, std: float, seed: int = 0) -> tuple[float, float]:
    """The loss before and after 300 steps of gradient descent; the second is nan if the steps run away."""
    params, X = deep_net(activation, std, seed), data()
    before = network.loss(params, network.forward(params, X), X)
    try:
        with np.errstate(all="ignore"):
            for _ in range(STEPS):
                params.vector -= LEARNING_RATE * gradients(params).vector
            return before, network.loss(params, network.forward(params, X), X)
    except ValueError:  # the library takes no numbers that are not finite
        return before, float("nan")


def _size(array: np.ndarray) -> float:
    return float(np.sqrt((array**2).mean()))


def measured(activation: str, std: float, seed: int = 0) -> dict[str, float]:
    """How sizes change through a net: z forwards and δ backwards over its hidden layers, and ∂L/∂W first to last.

    >>> sorted(measured("tanh", 0.2))
    ['backward', 'forward', 'gradient']
    """
    params = deep_net(activation, std, seed)
    cache, X = network.forward(params, data()), data()
    grads = network.backward(params, cache, X)
    return {
        "forward": _size(cache.z[LAYERS - 1]) / _size(cache.z[1]),
        "backward": _size(grads.delta[1]) / _size(grads.delta[LAYERS - 1]),
        "gradient": float(np.linalg.norm(grads.dW[1]) / np.linalg.norm(grads.dW[LAYERS])),
    }
