"""What a fast step does in place: activations and slopes in the buffer of a, ends of a forward pass in that of Δ.

Each is a row of a table, as in ``activations`` and ``losses``, of which these are the same functions; tests hold them
equal. ``workspace`` puts them together.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .activations import LEAKY_SLOPE

Array = np.ndarray


class Room(NamedTuple):
    """What a layer's activation may write in and compare with, each of the shape of a.

    ``spare`` is anybody's. ``positive`` is where z > 0: noted by an activation that has a kink there, for the way back.
    """

    spare: Array
    positive: Array
    zero: Array


def _sigmoid(z: Array, room: Room) -> None:
    # tanh does not overflow, and σ(z) = (1 + tanh(z/2)) / 2 is the same function.
    np.multiply(z, 0.5, out=z)
    np.tanh(z, out=z)
    np.multiply(z, 0.5, out=z)
    np.add(z, 0.5, out=z)


def _sigmoid_back(a: Array, delta: Array, room: Room) -> None:
    np.subtract(1, a, out=room.spare)
    np.multiply(room.spare, a, out=room.spare)
    np.multiply(delta, room.spare, out=delta)


def _tanh(z: Array, room: Room) -> None:
    np.tanh(z, out=z)


def _tanh_back(a: Array, delta: Array, room: Room) -> None:
    np.multiply(a, a, out=room.spare)
    np.multiply(room.spare, delta, out=room.spare)
    np.subtract(delta, room.spare, out=delta)


def _relu(z: Array, room: Room) -> None:
    np.greater(z, room.zero, out=room.positive)
    np.maximum(z, room.zero, out=z)


def _relu_back(a: Array, delta: Array, room: Room) -> None:
    np.multiply(delta, room.positive, out=delta)


def _leaky_relu(z: Array, room: Room) -> None:
    np.greater(z, room.zero, out=room.positive)
    np.multiply(z, LEAKY_SLOPE, out=room.spare)
    np.maximum(z, room.spare, out=z)


def _leaky_relu_back(a: Array, delta: Array, room: Room) -> None:
    np.maximum(room.positive, LEAKY_SLOPE, out=room.spare)  # 1 or 0.01
    np.multiply(delta, room.spare, out=delta)


def _softplus(z: Array, room: Room) -> None:
    np.logaddexp(0, z, out=z)


def _softplus_back(a: Array, delta: Array, room: Room) -> None:
    # σ'(z) = 1 − e^−a, and expm1 keeps its digits where a is small.
    np.negative(a, out=room.spare)
    np.expm1(room.spare, out=room.spare)
    np.multiply(room.spare, delta, out=room.spare)
    np.negative(room.spare, out=delta)


def _identity(z: Array, room: Room) -> None:
    pass


def _identity_back(a: Array, delta: Array, room: Room) -> None:
    pass


# name: a = σ(z) in place, and delta ⊙ σ'(z) in place with σ' from a or from what the first left in the room.
IN_PLACE: dict[str, tuple[Callable[[Array, Room], None], Callable[[Array, Array, Room], None]]] = {
    "identity": (_identity, _identity_back),
    "sigmoid": (_sigmoid, _sigmoid_back),
    "tanh": (_tanh, _tanh_back),
    "relu": (_relu, _relu_back),
    "leaky_relu": (_leaky_relu, _leaky_relu_back),
    "softplus": (_softplus, _softplus_back),
}


# Ends of a forward pass. Each takes the output's buffers and gives a function that, when Z is in ``z``, leaves the
# delta of the batch's *summed* loss in ``delta`` and returns that sum.
Finish = Callable[[], float]


def _finish_softmax(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
    """Cross-entropy of the softmax: A − Y. Sums are products with ones, which for a small array take a third."""
    flat_z, flat_Y, per_example = z.reshape(-1), Y.reshape(-1), np.empty(z.shape[1], z.dtype)
    ones, example_ones = np.ones(z.shape[0], z.dtype), np.ones(z.shape[1], z.dtype)

    def finish() -> float:
        np.maximum.reduce(z, 0, None, per_example)
        np.subtract(z, per_example, out=z)
        inner = flat_z.dot(flat_Y)
        np.exp(z, out=delta)
        ones.dot(delta, out=per_example)
        np.divide(delta, per_example, out=delta)
        np.subtract(delta, Y, out=delta)
        np.log(per_example, out=per_example)
        return example_ones.dot(per_example) - inner

    return finish


def _finish_softmax_squared(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
    """Squared error of the softmax: Jᵀ (A − Y)."""
    difference = _finish_identity(z, Y, delta, room)

    def finish() -> float:
        np.subtract(z, z.max(axis=0), out=z)
        np.exp(z, out=z)
        np.divide(z, z.sum(axis=0), out=z)
        loss = difference()
        np.multiply(z, delta, out=room.spare)
        np.subtract(delta, room.spare.sum(axis=0), out=delta)
        np.multiply(z, delta, out=delta)
        return loss

    return finish


def _finish_sigmoid(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
    """Binary cross-entropy of the sigmoid: A − Y."""
    flat_z, flat_Y = z.reshape(-1), Y.reshape(-1)

    def finish() -> float:
        loss = np.logaddexp(0, z, out=room.spare).sum() - flat_z.dot(flat_Y)
        np.copyto(delta, z)
        _sigmoid(delta, room)
        np.subtract(delta, Y, out=delta)
        return loss

    return finish


def _finish_identity(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
    """Squared error of the identity: A − Y."""
    flat = delta.reshape(-1)

    def finish() -> float:
        np.subtract(z, Y, out=delta)
        return 0.5 * flat.dot(flat)

    return finish


def _squared_error_after(activation: str) -> Callable[[Array, Array, Array, Room], Finish]:
    """Squared error behind an activation whose slope stays in the product: (A − Y) ⊙ σ'(Z)."""
    activate, back = IN_PLACE[activation]

    def made(z: Array, Y: Array, delta: Array, room: Room) -> Finish:
        difference = _finish_identity(z, Y, delta, room)

        def finish() -> float:
            activate(z, room)
            loss = difference()
            back(z, delta, room)
            return loss

        return finish

    return made


_FINISHES = {
    ("softmax", "cross_entropy"): _finish_softmax,
    ("softmax", "squared_error"): _finish_softmax_squared,
    ("sigmoid", "binary_cross_entropy"): _finish_sigmoid,
    ("identity", "squared_error"): _finish_identity,
}


def finish_of(activation: str, loss: str) -> Callable[[Array, Array, Array, Room], Finish]:
    """How a forward pass ends in this output."""
    return _FINISHES.get((activation, loss)) or _squared_error_after(activation)
