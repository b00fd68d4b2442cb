"""Wrong backward passes, each with the one mistake of its code in the catalogue, over the cache of ``network.forward``.

The right line stands first and the mistake beside it, so that this file reads as the backward pass and what can be
done to it. ``js/bugs_wrong.js`` does the same in the browser; a test holds the two together. Change both or neither.

>>> params = network.init((2, 3, 1), seed=1)
>>> cache = network.forward(params, np.ones((2, 4)))
>>> right, wrong = network.backward(params, cache, np.zeros((1, 4))), wrong_gradients("P9", params, cache, np.zeros((1, 4)))
>>> bool(np.allclose(wrong.dW[1], 4 * right.dW[1]))
True
"""

from dataclasses import dataclass

import numpy as np

from .. import network
from ..activations import ELEMENTWISE
from ..layers import Cache, Parameters
from ..losses import loss_named
from .wording import of_layer

BUGS = (
    "O1", "O2", "O4", "O7", "O10",
    "H1", "H2", "H3", "H4", "H6", "H9", "H11", "H13", "H14",
    "P1", "P2", "P3", "P7", "P8", "P9", "P10", "P11", "P14",
)  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """Tables by layer, in the shapes of ``network.Gradients``."""

    delta: dict[int, np.ndarray]
    dW: dict[int, np.ndarray]
    db: dict[int, np.ndarray]


def misfit(bug: str, sizes: tuple[int, ...]) -> str:
    """What NumPy would refuse: the shapes that this mistake does not get past; empty where they fit.

    >>> misfit("H6", (3, 5, 4, 2))
    'W⁽³⁾ is 2 by 4 and δ⁽³⁾ has 2 rows: W⁽³⁾δ⁽³⁾ does not exist'
    >>> misfit("H6", (4, 4, 4, 4)), misfit("O1", (3, 5, 4, 2))
    ('', '')
    """
    L = len(sizes) - 1
    if bug == "H6":
        for l in range(L, 1, -1):
            if sizes[l] != sizes[l - 1]:
                n, u = of_layer(l), sizes[l]
                rows = f"{u} row{'' if u == 1 else 's'}"
                return f"W{n} is {u} by {sizes[l - 1]} and δ{n} has {rows}: W{n}δ{n} does not exist"
    if bug in ("P1", "P2"):
        for l in range(1, L + 1):
            rows, columns = sizes[l], sizes[l - 1]
            if rows != columns:
                got = (columns, rows) if bug == "P1" else (rows, rows)
                return f"∂L/∂W{of_layer(l)} comes out {got[0]} by {got[1]}, and W{of_layer(l)} is {rows} by {columns}"
    return ""


def wrong_gradients(bug: str, params: Parameters, cache: Cache, Y: np.ndarray) -> Wrong:
    """The gradients that a backward pass with this one mistake computes.

    Raises
    ------
    ValueError
        If the bug is none of ``BUGS``, or its shapes do not fit this network; NumPy would refuse it too.
    """
    if bug not in BUGS:
        raise ValueError(f"bug must be one of {', '.join(BUGS)}, got {bug!r}")
    if problem := misfit(bug, params.sizes):
        raise ValueError(f"bug {bug} has no gradient on {'-'.join(map(str, params.sizes))}: {problem}")
    W, z, a, L = params.W, cache.z, cache.a, params.depth
    Y = np.asarray(Y, dtype=float)
    m = Y.shape[1]
    dL_dA = loss_named(params.loss).backward(a[L], Y)
    delta = {L: _output(bug, params, cache, Y, dL_dA, m)}
    error = dL_dA
    for l in range(L - 1, 0, -1):
        back = W[l + 1].T @ delta[l + 1]
        if bug == "H6":
            back = W[l + 1] @ delta[l + 1]
        if bug == "H9":
            back = error = W[l + 1].T @ error
        if bug == "H11":
            back = np.abs(W[l + 1]).T @ delta[l + 1]
        delta[l] = back * _slope(bug, params.activations[l], z[l], a[l])
    dW, db = {}, {}
    for l in range(1, L + 1):
        dW[l] = delta[l] @ a[l - 1].T
        db[l] = delta[l].sum(axis=1, keepdims=True)
        if bug == "P1":
            dW[l] = a[l - 1] @ delta[l].T
        if bug == "P2":
            dW[l] = delta[l] @ a[l].T
        if bug == "P3" and l > 1:
            dW[l] = delta[l] @ z[l - 1].T
        if bug == "P7":
            db[l] = np.full_like(db[l], delta[l].sum())
        if bug == "P8":
            db[l] = np.zeros_like(db[l])
        if bug == "P11" and l < L:
            dW[l], db[l] = dW[l] / m, db[l] / m
        if bug == "P14":
            dW[l], db[l] = delta[l][:, -1:] @ a[l - 1][:, -1:].T, delta[l][:, -1:]
    return Wrong(delta, dW, db)


def _output(bug: str, params: Parameters, cache: Cache, Y: np.ndarray, dL_dA: np.ndarray, m: int) -> np.ndarray:
    """Δ⁽ᴸ⁾, right but for the mistakes that are made here."""
    L = params.depth
    kind, a = params.activations[L], cache.a[L]
    if bug == "O1":
        return dL_dA
    if bug == "O2":
        return dL_dA * ELEMENTWISE[kind].derivative(a)
    if bug == "O4" and kind == "sigmoid":
        return dL_dA * a
    factor = {"O7": -1.0, "O10": 2.0, "P9": float(m), "P10": 1.0 / m}.get(bug, 1.0)
    return factor * network.backward(params, cache, Y).delta[L]


def _slope(bug: str, kind: str, z: np.ndarray, a: np.ndarray) -> np.ndarray:
    """σ'(Z⁽ˡ⁾) of a hidden layer, right but for the mistakes that are made here."""
    if bug == "H1":
        return np.ones_like(z)
    if bug == "H2":
        return ELEMENTWISE[kind].derivative(a)
    if bug == "H3" and kind == "tanh":
        return 1 - a
    if bug == "H4" and kind == "tanh":
        return a * (1 - a)
    if bug == "H13" and kind == "relu":
        return (a >= 0).astype(float)
    if bug == "H14" and kind == "relu":
        return a
    return ELEMENTWISE[kind].derivative(z)
