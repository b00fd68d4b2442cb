"""What a graph with one number a node costs beside the same network in arrays: for chapter "Any graph: a tiny autodiff"."""

import functools
from pathlib import Path
from typing import Any

import numpy as np

from .. import network
from ..autodiff import Value
from .timing import interleaved

SIZES = ((2, 3, 2), (8, 16, 4), (32, 64, 10))


def one_number_nodes(root: Path) -> dict[str, Any]:
    """Loss and all gradients for one example, by ``autodiff`` and by ``network``; both give the same numbers."""
    rows = []
    for sizes in SIZES:
        rng = np.random.default_rng(sizes[1])
        params = network.init(sizes, "tanh", "squared_error", seed=1)
        x, y = rng.standard_normal((sizes[0], 1)), rng.random((sizes[-1], 1))
        ways = {
            "nodes": functools.partial(by_nodes, params, x, y),
            "arrays": functools.partial(by_arrays, params, x, y),
        }
        times = interleaved(ways, rounds=40, seconds=10.0)
        nodes, arrays = (1e3 * times[way].median for way in ways)
        rows.append({
            "sizes": "-".join(map(str, sizes)), "parameters": params.vector.size, "nodes": len(graph_of(params, x, y)[0].order()),
            "nodes_ms": float(f"{nodes:.3g}"), "arrays_ms": float(f"{arrays:.3g}"), "ratio": float(f"{nodes / arrays:.3g}"),
        })  # fmt: skip
    return {"rows": rows}


def graph_of(params: network.Parameters, x: np.ndarray, y: np.ndarray) -> tuple[Value, list[Value]]:
    """Half the squared error of a network of tanh, one Value for each number, and the Values of its parameters."""
    leaves, activations = [], [Value(entry) for entry in x[:, 0]]
    for l in params.W:
        W = [[Value(entry) for entry in row] for row in params.W[l]]
        b = [Value(entry) for entry in params.b[l][:, 0]]
        leaves += [*(entry for row in W for entry in row), *b]
        activations = [
            (sum((w * a for w, a in zip(row, activations, strict=True)), b_i)).tanh()
            for row, b_i in zip(W, b, strict=True)
        ]
    L = sum((0.5 * (a - target) ** 2 for a, target in zip(activations, y[:, 0], strict=True)), Value(0.0))
    return L, leaves


def by_nodes(params: network.Parameters, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The gradient as one vector, node by node.

    >>> params, x, y = network.init((2, 3, 2), "tanh", "squared_error", seed=1), np.ones((2, 1)), np.zeros((2, 1))
    >>> bool(np.abs(by_nodes(params, x, y) - by_arrays(params, x, y)).max() < 1e-15)
    True
    """
    L, leaves = graph_of(params, x, y)
    L.backward()
    return np.array([leaf.grad for leaf in leaves])


def by_arrays(params: network.Parameters, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The same, layer by layer."""
    return network.backward(params, network.forward(params, x), y).vector
