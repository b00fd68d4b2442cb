"""Loss functions: how wrong a prediction is, and the first factor of every backward pass, ∂ℓ/∂a.

A row of the table gives ℓ(a, y) for each entry; the loss L of a batch is the mean over its examples, which is
where 1/m enters, once. For one example m = 1 and L = ℓ (chapter "One neuron, three factors",
eq-three-factors, first factor).

>>> float(LOSSES["squared_error"].derivative(0.75, 1.0))
-0.25
>>> sorted(LOSSES)
['binary_cross_entropy', 'squared_error']
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike


def squared_error(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """ℓ = ½ (a − y)². The ½ cancels the 2 of the derivative."""
    return 0.5 * (np.asarray(a, dtype=float) - np.asarray(y, dtype=float)) ** 2


def squared_error_derivative(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """∂ℓ/∂a = a − y."""
    return np.asarray(a, dtype=float) - np.asarray(y, dtype=float)


def binary_cross_entropy(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """ℓ = −y ln a − (1 − y) ln(1 − a), in nats, with 0 · ln 0 = 0.

    A prediction that is certain and wrong costs infinity, which is the value of the formula and no accident.

    >>> float(binary_cross_entropy(1.0, 1.0)), float(binary_cross_entropy(1.0, 0.0))
    (0.0, inf)
    """
    a, y = _probabilities(a, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        from_positive = np.where(y == 0, 0.0, -y * np.log(a))
        from_negative = np.where(y == 1, 0.0, -(1.0 - y) * np.log1p(-a))
    return from_positive + from_negative


def binary_cross_entropy_derivative(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """∂ℓ/∂a = −y / a + (1 − y) / (1 − a).

    >>> float(binary_cross_entropy_derivative(0.5, 1.0)), float(binary_cross_entropy_derivative(0.5, 0.0))
    (-2.0, 2.0)
    """
    a, y = _probabilities(a, y)
    with np.errstate(divide="ignore", invalid="ignore"):
        from_positive = np.where(y == 0, 0.0, -y / a)
        from_negative = np.where(y == 1, 0.0, (1.0 - y) / (1.0 - a))
    return from_positive + from_negative


def _probabilities(a: ArrayLike, y: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Both as float arrays, if both lie in [0, 1]; otherwise an error that names the culprit and the fix."""
    arrays = np.asarray(a, dtype=float), np.asarray(y, dtype=float)
    for name, values, fix in (
        ("a", arrays[0], "end the model in a sigmoid, whose output is a probability"),
        ("y", arrays[1], "code the two classes as 0 and 1"),
    ):
        outside = ~((values >= 0) & (values <= 1))  # NaN is outside too
        if outside.any():
            raise ValueError(
                f"binary_cross_entropy: {name} must lie between 0 and 1, got {values[outside].flat[0]:g}; {fix}"
            )
    return arrays


@dataclass(frozen=True)
class Loss:
    """One row of the table.

    Parameters
    ----------
    name : str
        The key in ``LOSSES``.
    value : callable
        ``value(a, y) -> ℓ`` for each entry.
    derivative : callable
        ``derivative(a, y) -> ∂ℓ/∂a`` for each entry; one example, so nothing is averaged here.
    needs : str or None
        The only activation that the loss can follow, or None where any will do.
    formula, derivative_formula : str
        Both as LaTeX, as the book prints them.
    """

    name: str
    value: Callable[[ArrayLike, ArrayLike], np.ndarray]
    derivative: Callable[[ArrayLike, ArrayLike], np.ndarray]
    needs: str | None
    formula: str
    derivative_formula: str

    def __call__(self, a: ArrayLike, y: ArrayLike) -> np.ndarray:
        return self.value(a, y)

    def __repr__(self) -> str:
        return f"Loss({self.name!r})"


LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        Loss("squared_error", squared_error, squared_error_derivative, None, r"\tfrac12(a-y)^2", r"a-y"),
        Loss(
            "binary_cross_entropy", binary_cross_entropy, binary_cross_entropy_derivative, "sigmoid",
            r"-y\ln a-(1-y)\ln(1-a)", r"-\frac{y}{a}+\frac{1-y}{1-a}",
        ),
    )
}  # fmt: skip


def loss_named(name: str, activation: str | None = None) -> Loss:
    """Look a loss up by name and, where the activation is given, see that the two fit.

    Raises
    ------
    ValueError
        If there is no loss of that name, or if it cannot follow that activation.

    >>> loss_named("squared_error", "tanh")
    Loss('squared_error')
    >>> loss_named("binary_cross_entropy", "tanh")
    Traceback (most recent call last):
        ...
    ValueError: loss 'binary_cross_entropy' needs activation 'sigmoid' (its a must be a probability), got 'tanh'
    """
    if not isinstance(name, str) or name not in LOSSES:
        raise ValueError(f"loss {name!r} is not known; choose one of {', '.join(sorted(LOSSES))}")
    loss = LOSSES[name]
    if activation is not None and loss.needs not in (None, activation):
        raise ValueError(
            f"loss {name!r} needs activation {loss.needs!r} (its a must be a probability), got {activation!r}"
        )
    return loss
