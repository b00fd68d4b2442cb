"""Gradient checks of a network: every entry by name, or a few random directions where there are too many.

Both need nothing but the forward pass, which is why they can catch a mistake in the backward pass. They cannot catch
a mistake that both passes share, and they check the point where they stand: at zero weights, where most gradients are
0 whatever the code does, a check says nothing. Check where a network starts or, better, after some steps of training.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from . import network
from .activations import ACTIVATIONS
from .differences import best_epsilon, rounding, slope_along, slopes
from .gradient_report import TOLERANCE, Kink, Report, Row, entry_name
from .layers import Cache, Gradients, Parameters


def has_kink(activation: str) -> bool:
    """True if the slope of the activation jumps at z = 0, as the ReLU's does.

    >>> has_kink("relu"), has_kink("tanh")
    (True, False)
    """
    derivative = ACTIVATIONS[activation].derivative
    return derivative is not None and bool(np.diff(derivative(np.array([-1e-300, 1e-300]))).item())


def check_network(
    params: Parameters,
    X: ArrayLike,
    Y: ArrayLike,
    grads: Gradients | ArrayLike | None = None,
    *,
    scheme: str = "central",
    epsilon: float | None = None,
    tolerance: float | None = None,
    inputs: bool = False,
) -> Report:
    """Nudge every parameter of a network in turn and hold the gradient against it (eq-central-difference).

    Where a nudge carries a pre-activation over the kink of a ReLU, the difference averages two slopes and rejects a
    right gradient. Such an entry is judged by the complex step instead, which stays on its side: a mistake there is
    still a mistake, and what was only a kink is reported as one. A parameter whose gap is no larger than the rounding of
    the differences goes to the complex step too, and its line says so.

    Parameters
    ----------
    params : Parameters
        P parameters; float32 or float64.
    X : array, shape (n_0, m)
    Y : array, shape (n_L, m)
    grads : Gradients, or array of shape (P,), optional
        The gradient on trial, mean over the batch, in the layout of ``params.vector``; that of ``network.backward``
        where it is not given.
    scheme : "central", "forward" or "complex"
        2 P, P + 1 or P forward passes.
    epsilon, tolerance : float, optional
        By scheme and dtype where they are not given.
    inputs : bool
        Nudge X too, and hold ``grads.dL_dx`` against it.

    Raises
    ------
    TypeError
        With ``inputs``, if ``grads`` has no ``dL_dx``.
    ValueError
        If the gradient has another number of entries than the network has parameters.

    Examples
    --------
    >>> params = network.init((2, 3, 1), ("tanh", "sigmoid"), "binary_cross_entropy", seed=0)
    >>> X, Y = np.array([[0.0, 1.0, -2.0], [1.0, 1.0, 0.5]]), np.array([[1.0, 0.0, 1.0]])
    >>> print(check_network(params, X, Y))
    central differences, ε = 6e-06, tolerance 1e-07
    ✓ W[1]: agrees
    ✓ b[1]: agrees
    ✓ W[2]: agrees
    ✓ b[2]: agrees
    >>> grads = network.backward(params, network.forward(params, X), Y)
    >>> grads.dW[2][0, 1] = 0.5
    >>> print(check_network(params, X, Y, grads).wrong)
    ('W[2][0, 1]',)
    """
    X, theta = np.asarray(X), params.vector
    X = X.astype(theta.dtype, copy=False)
    cache = network.forward(params, X)
    grads = network.backward(params, cache, Y) if grads is None else grads
    got = _vector(grads, theta.size)
    if inputs:
        if not hasattr(grads, "dL_dx"):
            raise TypeError("inputs=True needs dL_dx: hand over the Gradients of network.backward, not a vector")
        theta, got = np.append(theta, X), np.append(got, grads.dL_dx)
    epsilon = best_epsilon(scheme, theta.dtype) if epsilon is None else epsilon
    tolerance = TOLERANCE.get((scheme, theta.dtype.name), 1e-2) if tolerance is None else tolerance

    loss = _Loss(params, X, Y)
    numerical = np.empty(theta.size)
    crossed = {}
    for (k,), slope in slopes(loss, theta, scheme=scheme, epsilon=epsilon):
        numerical[k] = slope
        if changed := loss.kinks_crossed():
            crossed[k] = changed
    across = {k: numerical[k] for k in crossed}
    for (k,), slope in slopes(loss, theta, scheme="complex", entries=[(k,) for k in crossed]):
        numerical[k] = slope

    noise = rounding(scheme, theta.dtype, epsilon, network.loss(params, cache, Y))
    rows = []
    for name, start, shape in _parameters(params, X if inputs else None):
        block = slice(start, start + int(np.prod(shape)))
        allowed = max(tolerance * np.abs(numerical[block]).max(), noise)
        kinks = tuple(
            Kink(_entry(name, k - start, shape), crossed[k], float(across[k]), float(numerical[k]))
            for k in crossed
            if block.start <= k < block.stop and abs(across[k] - numerical[k]) > allowed
        )
        mine = got[block].reshape(shape)
        row = Row.of(name, mine, numerical[block].reshape(shape), tolerance, noise, kinks)
        if not row.error <= tolerance and row.lost_in_rounding:
            entries = [(k,) for k in range(block.start, block.stop)]
            exact = np.array([slope for _, slope in slopes(loss, theta, scheme="complex", entries=entries)])
            row = replace(Row.of(name, mine, exact.reshape(shape), tolerance, 0.0, kinks), settled=True)
        rows.append(row)
    return Report(tuple(rows), tolerance, epsilon, scheme)


def check_directions(
    params: Parameters,
    X: ArrayLike,
    Y: ArrayLike,
    grads: Gradients | ArrayLike | None = None,
    *,
    directions: int = 4,
    seed: int = 0,
    each: bool = False,
    scheme: str = "central",
    tolerance: float | None = None,
) -> Report:
    """Move all parameters at once along random v and compare Σ g ⊙ v with (L(θ + εv) − L(θ − εv)) / 2ε.

    It takes two forward passes a direction, however many parameters there are, and is honest work all the same: if g
    differs from the true gradient by d, the gap is Σ d ⊙ v. What it cannot do:

    - name the entry. ``each=True`` moves one ``W[l]`` or ``b[l]`` at a time and names that; ``check_network`` names
      the entry.
    - see a difference that is small beside the whole. One wrong entry shows if it is off by about the tolerance times
      the norm of the gradient of what moved; the report prints how much that is.
    - see a difference at right angles to v. That is improbable for one random v, and more so for four. Every entry
      moves by at least a third of the farthest, so that none is out of sight, and no two by the same, so that two
      faults do not cancel.

    Parameters
    ----------
    params, X, Y, grads
        As for ``check_network``. The forward passes run in float64 whatever the dtype of ``params``: the gradient is
        on trial, not the loss.
    directions : int
        How many, each from its own seed: ``seed``, ``seed + 1``, …
    each : bool
        One parameter at a time: 2 L as many passes.
    scheme : "central" or "complex"
        The complex step takes one pass a direction and meets no kinks. Where a central difference crosses kinks, the
        complex step judges instead, and the report says so.
    tolerance : float, optional
        In units of √Σ(g ⊙ v)², the size that Σ g ⊙ v has for random signs; where it is not given, 1e-6 for central
        differences, 1e-10 for the complex step, and 1e-4 for a float32 gradient.

    Examples
    --------
    >>> params = network.init((20, 50, 30, 5), ("tanh", "tanh", "softmax"), "cross_entropy", seed=0)
    >>> X, Y = np.random.default_rng(0).normal(size=(20, 8)), np.eye(5)[:, [0, 1, 2, 3, 4, 0, 1, 2]]
    >>> check_directions(params, X, Y).passed
    True
    >>> grads = network.backward(params, network.forward(params, X), Y)
    >>> grads.dW[2][...] *= 1.01
    >>> print(*check_directions(params, X, Y, grads, directions=1, each=True).wrong)
    W[2] along direction 1
    """
    if directions < 1:
        raise ValueError(f"directions must be at least 1, got {directions}; nothing would be checked")
    X, theta = np.asarray(X, dtype=float), params.vector.astype(float)
    grads = network.backward(params, network.forward(params, X), Y) if grads is None else grads
    got = _vector(grads, theta.size)
    if tolerance is None:
        single = params.vector.dtype == np.float32 or getattr(got, "dtype", None) == np.float32
        tolerance = 1e-4 if single else {"central": 1e-6}.get(scheme, 1e-10)
    parts = {"": slice(None)}
    if each:
        parts = {f"{name} along ": slice(i, i + int(np.prod(shape))) for name, i, shape in _parameters(params)}

    epsilon, loss = best_epsilon(scheme), _Loss(params, X, Y)
    noise = rounding(scheme, theta.dtype, epsilon, loss(theta))
    rows, needed, taken_from_complex = [], 0.0, 0
    for name, part in parts.items():
        for k in range(directions):
            v = np.zeros(theta.size)
            v[part] = _direction(theta[part].size, seed + k)
            slope, taken = slope_along(loss, theta, v, scheme=scheme)
            if loss.kinks_crossed():
                slope, taken = slope_along(loss, theta, v, scheme="complex")
                taken_from_complex += 1
            terms = got[part] * taken[part]
            expected = float(terms.sum())
            scale = max(float(np.linalg.norm(terms)), abs(slope))
            error = abs(expected - slope) / scale if expected != slope else 0.0
            needed = max(needed, max(tolerance * scale, noise) / np.abs(v[part]).min())
            rows.append(Row(f"{name}direction {k + 1}", error, (), expected, slope, rounding=noise))
    note = f"A single entry that is off shows from {needed:.0e} up. Which one it is, check_network says."
    if taken_from_complex:
        note = f"≈ {taken_from_complex} of {len(rows)} nudges cross a kink: there the complex step judged.\n{note}"
    return Report(tuple(rows), tolerance, epsilon, scheme, note)


class _Loss:
    """L as a function of θ (and of X behind it), which remembers on which side of its kink every unit was."""

    def __init__(self, params: Parameters, X: np.ndarray, Y: ArrayLike) -> None:
        self.params, self.X, self.Y = params, X, Y
        self.kinked = [l for l, name in params.activations.items() if has_kink(name)]
        cache = network.forward(params, X)
        self.z, self.home, self.seen = cache.z, self._sides(cache), []

    def __call__(self, vector: np.ndarray) -> float | complex:
        theta, X = vector[: self.params.vector.size], vector[self.params.vector.size :]
        params = self.params.with_vector(theta)
        cache = network.forward(params, X.reshape(self.X.shape) if X.size else self.X)
        self.seen.append(self._sides(cache))
        return network.loss(params, cache, self.Y)

    def kinks_crossed(self) -> str:
        """The unit that changed sides since the last call, by name, and how many more did; '' if none."""
        seen, self.seen = self.seen, []
        units = []
        for l in self.kinked:
            away = np.any([sides[l] != self.home[l] for sides in seen], axis=0)
            units += [f"z[{l}][{i}, {j}] = {self.z[l][i, j]:.1g}" for i, j in np.argwhere(away)]
        return units[0] + (f" (and {len(units) - 1} more)" if len(units) > 1 else "") if units else ""

    def _sides(self, cache: Cache) -> Mapping[int, np.ndarray]:
        return {l: cache.z[l].real > 0 for l in self.kinked}


def _parameters(params: Parameters, X: np.ndarray | None = None) -> Iterator[tuple[str, int, tuple[int, ...]]]:
    """Name, start in the vector and shape of every parameter; of X behind them, if it is given."""
    start = 0
    for l in params.W:
        for letter, table in (("W", params.W), ("b", params.b)):
            yield f"{letter}[{l}]", start, table[l].shape
            start += table[l].size
    if X is not None:
        yield "X", start, X.shape


def _entry(name: str, k: int, shape: tuple[int, ...]) -> str:
    return entry_name(name, tuple(int(i) for i in np.unravel_index(k, shape)))


def _direction(size: int, seed: int) -> np.ndarray:
    """A random vector of length 1 whose entries are of either sign and of like, but not the same, size."""
    rng = np.random.default_rng(seed)
    v = rng.choice([-1.0, 1.0], size) * rng.uniform(0.5, 1.5, size)
    return v / np.linalg.norm(v)


def _vector(grads: Gradients | ArrayLike, size: int) -> np.ndarray:
    vector = np.asarray(getattr(grads, "vector", grads))
    if vector.shape != (size,):
        raise ValueError(
            f"grads has shape {vector.shape}, expected ({size},), one entry for each parameter in the order "
            "W1, b1, W2, b2, …"
        )
    return vector
