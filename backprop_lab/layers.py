"""Tables keyed by layer: the parameters of a network, what a forward pass stores, and the gradients.

Parameters and gradients are each one contiguous vector, of which ``W[l]`` and ``b[l]`` (``dW[l]`` and ``db[l]``) are
views: an optimiser and a gradient check use the vector, the formulas read the views.

>>> params = Parameters((2, 1), {1: "identity"}, "squared_error", np.array([1.0, 2.0, 0.5]))
>>> params.W[1].tolist(), params.b[1].tolist()
([[1.0, 2.0]], [[0.5]])
>>> params.vector[2] = 7.0
>>> params.b[1].item()
7.0
"""

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import numpy as np
from numpy.typing import ArrayLike

from .activations import activation_named
from .arrays import vector_of
from .losses import loss_named


class Table(Mapping[int, np.ndarray]):
    """Arrays keyed by layer. What is assigned is written into the array that is there, so views stay views.

    >>> W = Table("W", {1: np.zeros((1, 2))})
    >>> W[1] -= 1.0
    >>> W[1].tolist()
    [[-1.0, -1.0]]
    >>> W[0]
    Traceback (most recent call last):
        ...
    KeyError: 'there is no W[0]; the keys are 1'
    """

    def __init__(self, name: str, arrays: Mapping[int, np.ndarray]) -> None:
        self._name, self._arrays = name, dict(arrays)

    def __getitem__(self, l: int) -> np.ndarray:
        try:
            return self._arrays[l]
        except KeyError:
            known = ", ".join(map(str, self._arrays))
            raise KeyError(f"there is no {self._name}[{l}]; the keys are {known}") from None

    def __setitem__(self, l: int, value: ArrayLike) -> None:
        if np.shape(value) != self[l].shape:
            raise ValueError(f"{self._name}[{l}] has shape {self[l].shape}, got {np.shape(value)}")
        self[l][...] = value

    def __iter__(self) -> Iterator[int]:
        return iter(self._arrays)

    def __reversed__(self) -> Iterator[int]:
        return reversed(self._arrays)

    def __len__(self) -> int:
        return len(self._arrays)

    def __repr__(self) -> str:
        return "\n".join(f"{self._name}[{l}] = {np.array2string(array, prefix=' ' * 7)}" for l, array in self.items())


def _views(vector: np.ndarray, sizes: tuple[int, ...], W_name: str, b_name: str) -> tuple[Table, Table]:
    """The tables W and b (or dW and db) as views of one vector, in the order W1, b1, W2, b2, …"""
    W, b, start = {}, {}, 0
    for l in range(1, len(sizes)):
        rows, columns = sizes[l], sizes[l - 1]
        W[l] = vector[start : start + rows * columns].reshape(rows, columns)
        start += rows * columns
        b[l] = vector[start : start + rows].reshape(rows, 1)
        start += rows
    return Table(W_name, W), Table(b_name, b)


def _examples(m: int) -> str:
    return f"{m} example{'' if m == 1 else 's'}"


def count(sizes: Sequence[int]) -> int:
    """How many parameters a network of these sizes has: Σ_l n_l (n_{l−1} + 1).

    >>> count((2, 3, 1))
    13
    """
    return sum(n * (before + 1) for before, n in itertools.pairwise(sizes))


def sizes_of(sizes: Sequence[int]) -> tuple[int, ...]:
    """n_0 … n_L as whole numbers, or an error that says what was expected.

    >>> sizes_of(3)
    Traceback (most recent call last):
        ...
    TypeError: sizes must be a sequence, inputs first, such as (2, 3, 1); got 3
    """
    try:
        found = tuple(sizes)
    except TypeError:
        raise TypeError(f"sizes must be a sequence, inputs first, such as (2, 3, 1); got {sizes!r}") from None
    if len(found) < 2 or not all(isinstance(n, (int, np.integer)) and n > 0 for n in found):
        raise ValueError(f"sizes must be at least two positive whole numbers, inputs first, got {found}")
    return tuple(int(n) for n in found)


class Parameters:
    """All weights and biases, in one vector, and the functions that shape the network.

    ``W[l]`` and ``b[l]`` are views of ``vector``: whatever changes one changes the other, and assigning to any of
    them writes the numbers into the same memory.

    Parameters
    ----------
    sizes : tuple of int
        n_0 … n_L.
    activations : mapping of int to str
        The name of each layer's activation, keyed 1 … L.
    loss : str
        A name of ``losses.LOSSES`` that fits the last activation.
    vector : array, shape (P,)
        The numbers, in the order W1, b1, W2, b2, … It is not copied.

    Raises
    ------
    TypeError
        If the vector is not of floats, sizes are no sequence, or activations no mapping.
    ValueError
        If sizes, names or the vector's length do not fit; the message names the layer.
    """

    def __init__(self, sizes: Sequence[int], activations: Mapping[int, str], loss: str, vector: np.ndarray) -> None:
        sizes = sizes_of(sizes)
        if not isinstance(activations, Mapping):
            raise TypeError(f"activations must be a mapping such as {{1: 'tanh', 2: 'sigmoid'}}; got {activations!r}")
        names, depth = dict(activations), len(sizes) - 1
        if set(names) != set(range(1, depth + 1)):
            raise ValueError(f"activations must name one for each of the {depth} layers, got {len(names)}: {names}")
        for l, name in names.items():
            try:
                activation_named(name)
            except ValueError as error:
                raise ValueError(f"layer {l}: {error}") from None
        loss_named(loss, names[depth], layer=depth)
        self.sizes, self.activations, self.loss = sizes, MappingProxyType(names), loss
        self._vector = vector_of(vector, count(sizes), "-".join(map(str, sizes)))
        self.W, self.b = _views(vector, sizes, "W", "b")

    @property
    def vector(self) -> np.ndarray:
        """All parameters, shape (P,)."""
        return self._vector

    @vector.setter
    def vector(self, numbers: ArrayLike) -> None:
        if np.shape(numbers) != self._vector.shape:
            raise ValueError(f"vector has shape {self._vector.shape}, got {np.shape(numbers)}")
        self._vector[...] = numbers

    @classmethod
    def of(
        cls, W: Mapping[int, ArrayLike], b: Mapping[int, ArrayLike], activations: Sequence[str], loss: str
    ) -> "Parameters":
        """A network from its own arrays, which are copied.

        Parameters
        ----------
        W, b : mapping of int to array
            Keyed 1 … L, of shapes (n_l, n_{l−1}) and (n_l, 1).
        activations : sequence of str
            One for each layer.
        loss : str

        Raises
        ------
        ValueError
            If a key is missing or a shape does not fit its neighbour; the message names the layer.

        >>> Parameters.of({1: [[1.0, 2.0]]}, {1: [[0.5]]}, ["identity"], "squared_error").vector.tolist()
        [1.0, 2.0, 0.5]
        """
        depth = len(activations)
        if set(W) != set(range(1, depth + 1)) or set(b) != set(W):
            raise ValueError(
                f"W and b must have the keys 1 … {depth}, one for each activation; got {sorted(W)}, {sorted(b)}"
            )
        weights = {l: np.asarray(W[l]) for l in range(1, depth + 1)}
        for l, weight in weights.items():
            if weight.ndim != 2 or (l > 1 and weight.shape[1] != weights[l - 1].shape[0]):
                before = weights[l - 1].shape[0] if l > 1 else "n_0"
                raise ValueError(
                    f"W[{l}] has shape {weight.shape}, expected (n_{l}, {before}): a row for each unit of layer {l}"
                )
        sizes = (weights[1].shape[1], *(weight.shape[0] for weight in weights.values()))
        numbers = np.zeros(count(sizes), np.result_type(*weights.values(), np.float32))
        params = cls(sizes, dict(enumerate(activations, 1)), loss, numbers)
        for l in range(1, depth + 1):
            bias = np.asarray(b[l])
            if bias.shape != (sizes[l], 1):
                raise ValueError(
                    f"b[{l}] has shape {bias.shape}, expected ({sizes[l]}, 1): a column, use b.reshape(-1, 1)"
                )
            params.W[l][...], params.b[l][...] = weights[l], bias
        return params

    @property
    def depth(self) -> int:
        """L, the number of layers that have parameters."""
        return len(self.sizes) - 1

    def with_vector(self, vector: ArrayLike) -> "Parameters":
        """The same network with other numbers, which are copied; any float or complex dtype."""
        return Parameters(self.sizes, self.activations, self.loss, np.array(vector))

    def copy(self) -> "Parameters":
        """A network of its own with the same numbers."""
        return self.with_vector(self.vector)

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self.sizes))
        lines = [f"Network {sizes}, loss {self.loss}: {self.vector.size} parameters, {self.vector.dtype}"]
        for l in self.W:
            lines.append(f"  layer {l}: W {self.W[l].shape}, b {self.b[l].shape}, {self.activations[l]}")
        return "\n".join(lines)


@dataclass(frozen=True, eq=False, repr=False)
class Cache:
    """What the forward pass stores for the backward pass: ``z[1] … z[L]`` and ``a[0] … a[L]``."""

    z: Table
    a: Table

    def __repr__(self) -> str:
        stored = ", ".join(f"z[{l}] {z.shape}, a[{l}] {self.a[l].shape}" for l, z in self.z.items())
        return f"Cache of {_examples(self.a[0].shape[1])}: a[0] {self.a[0].shape}, {stored}"


@dataclass(frozen=True, eq=False, repr=False)
class Gradients:
    """∂L/∂(every parameter) as views of one vector, in the layout of ``Parameters.vector``; and ∂L/∂Z, ∂L/∂X.

    ``dL_dx`` is of the shape of X: what a layer in front would be handed, or how each input matters.
    """

    sizes: tuple[int, ...]
    vector: np.ndarray
    delta: Table
    dL_dx: np.ndarray
    dW: Table = field(init=False)
    db: Table = field(init=False)

    def __post_init__(self) -> None:
        dW, db = _views(self.vector, self.sizes, "dW", "db")
        object.__setattr__(self, "dW", dW)
        object.__setattr__(self, "db", db)

    def __repr__(self) -> str:
        examples = _examples(self.dL_dx.shape[1])
        head = f"Gradients of {self.vector.size} parameters, {'-'.join(map(str, self.sizes))}, from {examples}"
        lines = [
            f"  layer {l}: delta {self.delta[l].shape}, dW {self.dW[l].shape}, db {self.db[l].shape}"
            for l in reversed(self.dW)
        ]
        return "\n".join([head, *lines])
