"""One network of any sizes, with a batch for it, and its gradients."""

import numpy as np

from backprop_lab import network


def a_network(sizes=(3, 5, 2), hidden="tanh", output=("softmax", "cross_entropy"), batch=7, dtype="float64", seed=2):
    """Parameters with biases that are not 0, inputs of either sign, and targets that fit every loss."""
    rng = np.random.default_rng(seed)
    params = network.init(sizes, (hidden,) * (len(sizes) - 2) + output[:1], output[1], seed, dtype)
    params.vector[...] += 0.1 * rng.normal(size=params.vector.size)
    X, Y = rng.normal(size=(sizes[0], batch)), rng.dirichlet(np.ones(sizes[-1]), batch).T
    return params, X.astype(dtype), Y.astype(dtype)


def gradients(params, X, Y):
    return network.backward(params, network.forward(params, X), Y)
