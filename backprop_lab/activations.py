"""Activation functions: value, derivative in z, and the step ∂L/∂a → ∂L/∂z.

An elementwise activation acts on each entry alone, so its backward step is a product entry by entry,
``∂L/∂z = ∂L/∂a ⊙ σ'(z)`` (chapter "One neuron, three factors", eq-three-factors). The softmax mixes the entries of
a column; its backward step is a product with its Jacobian (chapter "Losses & outputs").

The derivative takes the pre-activation ``z``, never the activation ``a``: a table in which one entry expects
``z`` and the next one ``a`` is how a sigmoid helper ends up applied to the wrong quantity.

>>> float(ACTIVATIONS["tanh"].derivative(0.0))
1.0
>>> set(ACTIVATIONS) - set(ELEMENTWISE)
{'softmax'}

To add an activation, write its value and its derivative and add one line to ``ELEMENTWISE``. A float32 or complex
array keeps its dtype (complex numbers carry the complex-step check); anything else becomes float64.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import inexact

LEAKY_SLOPE = 0.01


def _outwards(z: np.ndarray) -> np.ndarray:
    """|z|, and for complex numbers the one of ±z whose real part is not negative: e^−(this) cannot overflow.

    At 0 it takes −z, the side that ``relu`` takes: softplus adds the two, and on different sides its slope is lost.
    """
    return np.where(z.real > 0, z, -z)


def identity(z: ArrayLike) -> np.ndarray:
    """a = z."""
    return inexact(z).copy()


def identity_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1."""
    return np.ones_like(inexact(z))


def sigmoid(z: ArrayLike) -> np.ndarray:
    """a = 1 / (1 + e^−z), without overflow for any finite z.

    e^−|z| is at most 1, so it cannot overflow; which of the two equal forms is used depends on the sign of z.

    >>> sigmoid([-1000.0, 0.0, 1000.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    z = inexact(z)
    e = np.exp(-_outwards(z))
    return np.where(z.real > 0, 1, e) / (1 + e)


def sigmoid_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = σ(z) (1 − σ(z)), written as e / (1 + e)² with e = e^−|z|.

    The product a (1 − a) is 0 as soon as a rounds to 1, near z = 37. This form keeps its digits.

    >>> float(sigmoid_derivative(0.0))
    0.25
    >>> float(sigmoid_derivative(40.0)) > 4e-18
    True
    """
    e = np.exp(-_outwards(inexact(z)))
    return e / (1 + e) ** 2


def tanh(z: ArrayLike) -> np.ndarray:
    """a = tanh(z)."""
    return np.tanh(inexact(z))


def tanh_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1 − tanh²(z) = 4 σ(2z) (1 − σ(2z)), which keeps its digits where tanh(z) rounds to 1.

    >>> float(tanh_derivative(0.0))
    1.0
    """
    return 4 * sigmoid_derivative(2 * inexact(z))


def relu(z: ArrayLike) -> np.ndarray:
    """a = max(z, 0)."""
    z = inexact(z)
    return np.where(z.real > 0, z, 0)


def relu_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1 where z > 0, else 0. At the kink z = 0 the book takes 0.

    >>> relu_derivative([-1.0, 0.0, 2.0]).tolist()
    [0.0, 0.0, 1.0]
    """
    z = inexact(z)
    return (z.real > 0).astype(z.dtype)


def leaky_relu(z: ArrayLike) -> np.ndarray:
    """a = z where z > 0, else 0.01 z."""
    z = inexact(z)
    return z * leaky_relu_derivative(z)


def leaky_relu_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1 where z > 0, else 0.01 (at the kink too)."""
    z = inexact(z)
    return np.where(z.real > 0, 1, LEAKY_SLOPE).astype(z.dtype)


def softplus(z: ArrayLike) -> np.ndarray:
    """a = ln(1 + e^z) = max(z, 0) + ln(1 + e^−|z|), without overflow for any finite z.

    >>> softplus([-1000.0, 1000.0]).tolist()
    [0.0, 1000.0]
    """
    z = inexact(z)
    return relu(z) + np.log1p(np.exp(-_outwards(z)))


def softplus_derivative(z: ArrayLike) -> np.ndarray:
    """σ'(z) = 1 / (1 + e^−z), which is the sigmoid of z."""
    return sigmoid(z)


def softmax(z: ArrayLike) -> np.ndarray:
    """a_k = e^z_k / Σ_j e^z_j, down each column, without overflow: the largest entry is taken off first.

    Parameters
    ----------
    z : array, shape (K,) or (K, m)
        The K scores of an example stand in a column.

    Returns
    -------
    array, shape of z
        Each column holds probabilities: not negative, summing to 1.

    >>> softmax([[1000.0, 0.0], [0.0, 0.0]]).tolist()
    [[1.0, 0.5], [0.0, 0.5]]
    """
    z = inexact(z)
    e = np.exp(z - z.real.max(axis=0))
    return e / e.sum(axis=0)


def softmax_jacobian(z: ArrayLike) -> np.ndarray:
    """∂a_i/∂z_j = a_i (1[i = j] − a_j) for one example.

    Parameters
    ----------
    z : array, shape (K, 1)
        One column of scores.

    Returns
    -------
    array, shape (K, K)
        Outputs × inputs. It is symmetric, and its rows and columns sum to 0.

    Raises
    ------
    ValueError
        If z is not one column.

    >>> softmax_jacobian([[0.0], [0.0]]).tolist()
    [[0.25, -0.25], [-0.25, 0.25]]
    """
    z = inexact(z)
    if z.ndim != 2 or z.shape[1] != 1:
        raise ValueError(f"softmax_jacobian: z has shape {z.shape}, expected (K, 1); take one example, z[:, [i]]")
    a = softmax(z)
    return np.diagflat(a) - a @ a.T


def softmax_backward(z: ArrayLike, dL_da: ArrayLike) -> np.ndarray:
    """∂L/∂z = Jᵀ ∂L/∂a, column by column, without building J: a ⊙ (∂L/∂a − Σ_k a_k ∂L/∂a_k)."""
    a = softmax(z)
    return a * (dL_da - (a * dL_da).sum(axis=0))


@dataclass(frozen=True)
class Activation:
    """One row of the table: a function, and its derivative in z.

    Parameters
    ----------
    name : str
        The key in ``ACTIVATIONS``.
    value : callable
        ``value(z) -> a``; z of any shape, a of the same shape.
    derivative : callable or None
        ``derivative(z) -> σ'(z)``; of the shape of z. It takes z, not a. None where an output depends on more than
        its own z.
    formula, derivative_formula : str
        Both as LaTeX, as the book prints them.
    jacobian_product : callable, optional
        ``jacobian_product(z, dL_da) -> ∂L/∂z``, for an activation that is not elementwise.
    """

    name: str
    value: Callable[[ArrayLike], np.ndarray]
    derivative: Callable[[ArrayLike], np.ndarray] | None
    formula: str
    derivative_formula: str
    jacobian_product: Callable[[ArrayLike, ArrayLike], np.ndarray] | None = None

    def __call__(self, z: ArrayLike) -> np.ndarray:
        return self.value(z)

    def backward(self, z: ArrayLike, dL_da: ArrayLike) -> np.ndarray:
        """Carry the gradient from behind the activation to in front of it: ∂L/∂z = ∂L/∂a ⊙ σ'(z).

        For the softmax it is the product with its Jacobian in place of ⊙ σ'.

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
        z, dL_da = inexact(z), inexact(dL_da)
        if z.shape != dL_da.shape:
            raise ValueError(
                f"backward of {self.name}: dL_da has shape {dL_da.shape}, expected {z.shape}, the shape of z. "
                "The gradient in a has one entry for each entry of a."
            )
        if self.jacobian_product is not None:
            return self.jacobian_product(z, dL_da)
        return dL_da * self.derivative(z)

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"


ELEMENTWISE: dict[str, Activation] = {
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

ACTIVATIONS: dict[str, Activation] = {
    **ELEMENTWISE,
    "softmax": Activation(
        "softmax", softmax, None, r"\frac{e^{z_k}}{\sum_j e^{z_j}}", r"a_i(1_{i=j}-a_j)", softmax_backward
    ),
}


def activation_named(name: str) -> Activation:
    """Look an activation up by name.

    Raises
    ------
    ValueError
        If there is none of that name; the message lists those there are.

    >>> activation_named("sigmoid")
    Activation('sigmoid')
    >>> activation_named("sigmoyd")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
        ...
    ValueError: activation 'sigmoyd' is not known; choose one of identity, sigmoid, tanh, ...
    """
    if not isinstance(name, str) or name not in ACTIVATIONS:
        raise ValueError(f"activation {name!r} is not known; choose one of {', '.join(ACTIVATIONS)}")
    return ACTIVATIONS[name]
