"""What chapter "Why it is fast" prints: seconds of a gradient by backpropagation and by nudges, bytes of the cache.

The seconds are a series of ``scaling``, so that the chapter and ``backprop-lab benchmark scaling`` tell the same story.
As there, the process that measures has one thread: on a machine that does other things too, threads that wait for each
other would measure the others.
"""

import functools
import json
import math
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from .. import network
from ..activations import activation_named
from ..losses import loss_named
from . import machine, scaling

WIDTH = 64
DEPTHS = (4, 16, 64)
BATCHES = (1, 100, 1000)
MORE_EXAMPLES = 256


def passes(root: Path) -> dict[str, Any]:
    """A forward pass, a backward pass and central differences, from 12 parameters to a million."""
    return {"rows": _in_one_thread("seconds")}


def memory(root: Path) -> dict[str, Any]:
    """Peak bytes of a prediction, of a gradient with everything kept, and of one that computes layers anew."""
    return {"rows": _in_one_thread("peaks")}


def seconds() -> list[dict[str, Any]]:
    """A row for each network and batch."""
    rows, series = [], scaling.SERIES["parameters"]
    for sizes, m in [*series, *((sizes, MORE_EXAMPLES) for sizes, _ in series)]:
        row = scaling.measure("parameters", sizes, m)
        taken = {way.replace(" ", "_"): float(f"{seconds:.4g}") for way, seconds in row["seconds"].items()}
        rows.append({"sizes": list(sizes), "m": m, "parameters": row["parameters"], **taken,
                     "extrapolated": row["extrapolated"]})  # fmt: skip
    return rows


def peaks() -> list[dict[str, Any]]:
    """A row for each depth and batch."""
    rows = []
    for depth in DEPTHS:
        for m in BATCHES:
            params, X, Y = drawn(depth, m)
            every = math.isqrt(depth)
            ways: dict[str, Callable[[], object]] = {
                "predict": functools.partial(prediction, params, X),
                "keep": functools.partial(keeping, params, X, Y),
                "recompute": functools.partial(recomputing, params, X, Y, every),
            }
            rows.append({"depth": depth, "m": m, "width": WIDTH, "every": every, **_peaks_of(ways)})
    return rows


def _peaks_of(ways: dict[str, Callable[[], object]]) -> dict[str, int]:
    return {way: scaling.peak(call) for way, call in ways.items()}


def drawn(depth: int, m: int) -> tuple[network.Parameters, np.ndarray, np.ndarray]:
    """A network of layers of one width, and a batch."""
    rng = np.random.default_rng(m)
    params = network.init((WIDTH,) * (depth + 1), "tanh", "squared_error", seed=1)
    return params, rng.standard_normal((WIDTH, m)), rng.standard_normal((WIDTH, m))


def prediction(params: network.Parameters, X: np.ndarray) -> np.ndarray:
    """The last activations; each layer is forgotten as soon as the next one is there."""
    a = X
    for l in params.W:
        a = activation_named(params.activations[l])(params.W[l] @ a + params.b[l])
    return a


def keeping(params: network.Parameters, X: np.ndarray, Y: np.ndarray) -> np.ndarray:
    """The gradient as the library computes it, as one vector."""
    return network.backward(params, network.forward(params, X), Y).vector


def recomputing(params: network.Parameters, X: np.ndarray, Y: np.ndarray, every: int) -> np.ndarray:
    """The same, with the activations of every so many layers kept, and those between them computed a second time."""
    at, a = {0: X}, X
    for l in params.W:
        a = activation_named(params.activations[l])(params.W[l] @ a + params.b[l])
        if l % every == 0 or l == params.depth:
            at[l] = a
    dL_da = loss_named(params.loss).backward(at.pop(params.depth), Y)
    grads = params.copy()  # a vector of the same form, to be filled
    last = params.depth
    for first in sorted(at, reverse=True):
        z, inside = {}, {first: at.pop(first)}
        for l in range(first + 1, last + 1):
            z[l] = params.W[l] @ inside[l - 1] + params.b[l]
            inside[l] = activation_named(params.activations[l])(z[l])
        for l in range(last, first, -1):
            delta = activation_named(params.activations[l]).backward(z.pop(l), dL_da)
            grads.W[l] = delta @ inside[l - 1].T
            grads.b[l] = delta.sum(axis=1, keepdims=True)
            dL_da = params.W[l].T @ delta
        last = first
    return grads.vector


def _in_one_thread(question: str) -> list[dict[str, Any]]:
    """BLAS reads its number of threads when it is loaded, so another process is asked."""
    call = [sys.executable, "-m", "backprop_lab.benchmark.passes", question]
    done = subprocess.run(call, env=machine.environment(1), check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(done.stdout)


if __name__ == "__main__":
    print(json.dumps({"seconds": seconds, "peaks": peaks}[sys.argv[1]]()))
