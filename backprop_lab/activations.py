"""Activation functions: value, derivative in z, and the step ∂L/∂a → ∂L/∂z.

Every activation here acts on each entry alone, so its backward step is a product entry by entry,
``∂L/∂z = ∂L/∂a ⊙ σ'(z)`` (chapter "One neuron, three factors", eq-three-factors).

The derivative takes the pre-activation ``z``, never the activation ``a``: a table in which one entry expects
``z`` and the next one ``a`` is how a sigmoid helper ends up applied to the wrong quantity.

>>> float(ACTIVATIONS["tanh"].derivative(0.0))
1.0
>>> sorted(ACTIVATIONS)
['identity', 'leaky_relu', 'relu', 'sigmoid', 'softplus', 'tanh']

To add an activation, write its value and its derivative and add one line to ``ACTIVATIONS``.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

LEAKY_SLOPE = 0.01


def identity(z: ArrayLike) -> np.ndarray:
    """a = z."""
    return np.array(z, dtype=float)


def identity_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1."""
    return np.ones_like(z, dtype=float)


def sigmoid(z: ArrayLike) -> np.ndarray:
    """a = 1 / (1 + e^−z), without overflow for any finite z.

    e^−|z| is at most 1, so it cannot overflow; which of the two equal forms is used depends on the sign of z.

    >>> sigmoid([-1000.0, 0.0, 1000.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    z = np.asarray(z, dtype=float)
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def sigmoid_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = σ(z) (1 − σ(z)), written as e / (1 + e)² with e = e^−|z|.

    The product a (1 − a) is 0 as soon as a rounds to 1, near z = 37. This form keeps its digits.

    >>> float(sigmoid_derivative(0.0))
    0.25
    >>> float(sigmoid_derivative(40.0)) > 4e-18
    True
    """
    e = np.exp(-np.abs(np.asarray(z, dtype=float)))
    return e / (1.0 + e) ** 2


def tanh(z: ArrayLike) -> np.ndarray:
    """a = tanh(z)."""
    return np.tanh(np.asarray(z, dtype=float))


def tanh_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1 − tanh²(z) = 4 σ(2z) (1 − σ(2z)), which keeps its digits where tanh(z) rounds to 1.

    >>> float(tanh_derivative(0.0))
    1.0
    """
    return 4.0 * sigmoid_derivative(2.0 * np.asarray(z, dtype=float))


def relu(z: ArrayLike) -> np.ndarray:
    """a = max(z, 0)."""
    return np.maximum(np.asarray(z, dtype=float), 0.0)


def relu_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1 where z > 0, else 0. At the kink z = 0 the book takes 0.

    >>> relu_derivative([-1.0, 0.0, 2.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    return np.where(np.asarray(z, dtype=float) > 0, 1.0, 0.0)


def leaky_relu(z: ArrayLike) -> np.ndarray:
    """a = z where z > 0, else 0.01 z."""
    z = np.asarray(z, dtype=float)
    return np.where(z > 0, z, LEAKY_SLOPE * z)


def leaky_relu_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1 where z > 0, else 0.01 (at the kink too)."""
    return np.where(np.asarray(z, dtype=float) > 0, 1.0, LEAKY_SLOPE)


def softplus(z: ArrayLike) -> np.ndarray:
    """a = ln(1 + e^z), without overflow for any finite z.

    >>> softplus([-1000.0, 1000.0]).tolist()
    [0.0, 1000.0]
    """
    return np.logaddexp(0.0, np.asarray(z, dtype=float))


def softplus_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1 / (1 + e^−z), which is the sigmoid of z."""
    return sigmoid(z)


@dataclass(frozen=True)
class Activation:
    """One row of the table: a function of each entry, and its derivative in z.

    Parameters
    ----------
    name : str
        The key in ``ACTIVATIONS``.
    value : callable
        ``value(z) -> a``; z of any shape, a of the same shape.
    derivative : callable
        ``derivative(z) -> σ'(z)``; of the shape of z. It takes z, not a.
    formula, derivative_formula : str
        Both as LaTeX, as the book prints them.
    """

    name: str
    value: Callable[[ArrayLike], np.ndarray]
    derivative: Callable[[ArrayLike], np.ndarray]
    formula: str
    derivative_formula: str

    def __call__(self, z: ArrayLike) -> np.ndarray:
        return self.value(z)

    def backward(self, z: ArrayLike, dL_da: ArrayLike) -> np.ndarray:
        """Carry the gradient from behind the activation to in front of it: ∂L/∂z = ∂L/∂a ⊙ σ'(z).

        Parameters
        ----------
        z : array, any shape
            The pre-activation that the forward pass stored.
        dL_da : array, shape of z
            The gradient of the loss in a. Its unit (mean or sum over examples) is kept.

        Raises
        ------
        ValueError
            If the two shapes differ: NumPy would broadcast them into a table in silence.

        >>> ACTIVATIONS["sigmoid"].backward(0.0, -2.0).item()
        -0.5
        """
        z, dL_da = np.asarray(z, dtype=float), np.asarray(dL_da, dtype=float)
        if z.shape != dL_da.shape:
            raise ValueError(
                f"backward of {self.name}: dL_da has shape {dL_da.shape}, expected {z.shape}, the shape of z. "
                "The gradient in a has one entry for each entry of a."
            )
        return dL_da * self.derivative(z)

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"


ACTIVATIONS: dict[str, Activation] = {
    row.name: row
    for row in (
        Activation("identity", identity, identity_derivative, r"z", r"1"),
        Activation("sigmoid", sigmoid, sigmoid_derivative, r"\frac{1}{1+e^{-z}}", r"a\,(1-a)"),
        Activation("tanh", tanh, tanh_derivative, r"\tanh z", r"1-a^2"),
        Activation("relu", relu, relu_derivative, r"\max(z,0)", r"1\text{ if }z>0\text{, else }0"),
        Activation(
            "leaky_relu", leaky_relu, leaky_relu_derivative,
            r"z\text{ if }z>0\text{, else }0.01\,z", r"1\text{ if }z>0\text{, else }0.01",
        ),
        Activation("softplus", softplus, softplus_derivative, r"\ln(1+e^{z})", r"\frac{1}{1+e^{-z}}"),
    )
}  # fmt: skip


def activation_named(name: str) -> Activation:
    """Look an activation up by name.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those there are.

    >>> activation_named("sigmoid")
    Activation('sigmoid')
    >>> activation_named("sigmoyd")
    Traceback (most recent call last):
        ...
    ValueError: activation 'sigmoyd' is not known; choose one of identity, leaky_relu, relu, sigmoid, softplus, tanh
    """
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(f"activation {name!r} is not known; choose one of {', '.join(sorted(ACTIVATIONS))}")
    return ACTIVATIONS[name]
