"""Small networks, and places in them, for the tests of the chain and the forks figure."""

import numpy as np

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.layers import Parameters

NAMES = tuple(ELEMENTWISE)


def random_chain(neurons: int, seed: int) -> Parameters:
    """One neuron after another; each activation comes to each place by turns."""
    names = [NAMES[(seed + l) % len(NAMES)] for l in range(neurons)]
    params = network.init((1,) * (neurons + 1), names)
    params.vector[:] = np.random.default_rng([neurons, seed]).uniform(-2, 2, params.vector.size).round(3)
    return params


def starts(sizes: tuple[int, ...]) -> list[str]:
    """Every unit below the output and every weight, as the forks figure names where a path starts."""
    found = [f"u{l}.{i}" for l in range(len(sizes) - 1) for i in range(1, sizes[l] + 1)]
    for l in range(1, len(sizes)):
        found += [f"w{l}.{i}.{j}" for i in range(1, sizes[l] + 1) for j in range(1, sizes[l - 1] + 1)]
    return found
