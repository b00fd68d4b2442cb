"""Loss functions: how wrong a prediction is, and the first factor of every backward pass, ∂L/∂A.

A row of the table gives ℓ for each entry of a prediction. The loss L of a batch is the **mean over its examples** of
the sum over their outputs, and this is where 1/m enters, once: in ``backward``. For one example m = 1 (chapters "One
neuron, three factors" and "Batches", eq-three-factors, eq-batch-delta).

>>> float(LOSSES["squared_error"].derivative(0.75, 1.0))
-0.25
>>> list(LOSSES)
['squared_error', 'binary_cross_entropy', 'cross_entropy']

Three pairs of output activation and loss have a delta ∂L/∂Z that collapses to (A − Y)/m. They stand in ``FUSED`` by
name, and asking for the delta of any other pair is an error (chapter "Losses & outputs", eq-softmax-ce).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .arrays import inexact


def squared_error(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """ℓ = ½ (a − y)². The ½ cancels the 2 of the derivative."""
    return 0.5 * (inexact(a) - inexact(y)) ** 2


def squared_error_derivative(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """∂ℓ/∂a = a − y."""
    return inexact(a) - inexact(y)


def binary_cross_entropy(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """ℓ = −y ln a − (1 − y) ln(1 − a), in nats, with 0 · ln 0 = 0.

    A prediction that is certain and wrong costs infinity, which is the value of the formula and no accident.

    >>> float(binary_cross_entropy(1.0, 1.0)), float(binary_cross_entropy(1.0, 0.0))
    (0.0, inf)
    """
    a, y = _probabilities("binary_cross_entropy", a, y, "end the model in a sigmoid", "code the two classes as 0 and 1")
    with np.errstate(divide="ignore", invalid="ignore"):
        from_positive = np.where(y == 0, 0, -y * np.log(a))
        from_negative = np.where(y == 1, 0, -(1 - y) * np.log1p(-a))
    return from_positive + from_negative


def binary_cross_entropy_derivative(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """∂ℓ/∂a = −y / a + (1 − y) / (1 − a).

    >>> float(binary_cross_entropy_derivative(0.5, 1.0)), float(binary_cross_entropy_derivative(0.5, 0.0))
    (-2.0, 2.0)
    """
    a, y = _probabilities("binary_cross_entropy", a, y, "end the model in a sigmoid", "code the two classes as 0 and 1")
    with np.errstate(divide="ignore", invalid="ignore"):
        from_positive = np.where(y == 0, 0, -y / a)
        from_negative = np.where(y == 1, 0, (1 - y) / (1 - a))
    return from_positive + from_negative


def binary_cross_entropy_from_logits(z: ArrayLike, y: ArrayLike) -> np.ndarray:
    """ℓ = max(z, 0) − z y + ln(1 + e^−|z|): the cross-entropy of a = sigmoid(z), finite for every finite z.

    >>> binary_cross_entropy_from_logits([-800.0, 0.0, 800.0], [1.0, 1.0, 1.0]).round(4).tolist()
    [800.0, 0.6931, 0.0]
    """
    z, y = inexact(z), inexact(y)
    return np.where(z.real > 0, z, 0) - z * y + np.log1p(np.exp(-np.where(z.real > 0, z, -z)))


def cross_entropy(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """ℓ = −y ln a for each entry, in nats, with 0 · ln 0 = 0; its sum down a column is the example's loss.

    >>> cross_entropy([[1.0, 0.25], [0.0, 0.75]], [[1.0, 0.0], [0.0, 1.0]]).sum(axis=0).round(4).tolist()
    [0.0, 0.2877]
    """
    a, y = _probabilities("cross_entropy", a, y, "end the model in a softmax", "use data.one_hot(labels, classes)")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y == 0, 0, -y * np.log(a))


def cross_entropy_derivative(a: ArrayLike, y: ArrayLike) -> np.ndarray:
    """∂ℓ/∂a = −y / a: only the entries with y ≠ 0 are looked at."""
    a, y = _probabilities("cross_entropy", a, y, "end the model in a softmax", "use data.one_hot(labels, classes)")
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(y == 0, 0, -y / a)


def cross_entropy_from_logits(z: ArrayLike, y: ArrayLike) -> np.ndarray:
    """ℓ = y (ln Σ_j e^z_j − z) for each entry: the cross-entropy of a = softmax(z), finite for every finite z.

    >>> cross_entropy_from_logits([[1000.0], [0.0]], [[0.0], [1.0]]).sum().item()
    1000.0
    """
    z, y = inexact(z), inexact(y)
    top = z.real.max(axis=0)
    return y * (top + np.log(np.exp(z - top).sum(axis=0)) - z)


def _probabilities(loss: str, a: ArrayLike, y: ArrayLike, fix_a: str, fix_y: str) -> tuple[np.ndarray, np.ndarray]:
    """Both as float arrays, if both lie in [0, 1]; otherwise an error that names the culprit and the fix."""
    arrays = inexact(a), inexact(y)
    for name, values, fix in (("a", arrays[0], f"{fix_a}, whose output is a probability"), ("y", arrays[1], fix_y)):
        outside = ~((values.real >= 0) & (values.real <= 1))  # NaN is outside too
        if outside.any():
            raise ValueError(f"{loss}: {name} must lie between 0 and 1, got {values[outside].flat[0]:g}; {fix}")
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
    from_logits : callable, optional
        ``from_logits(z, y) -> ℓ`` for each entry, with the needed activation taken in: stable for every finite z.
    """

    name: str
    value: Callable[[ArrayLike, ArrayLike], np.ndarray]
    derivative: Callable[[ArrayLike, ArrayLike], np.ndarray]
    needs: str | None
    formula: str
    derivative_formula: str
    from_logits: Callable[[ArrayLike, ArrayLike], np.ndarray] | None = None

    def __call__(self, a: ArrayLike, y: ArrayLike) -> np.ndarray:
        return self.value(a, y)

    def mean(self, A: ArrayLike, Y: ArrayLike, Z: ArrayLike | None = None) -> float:
        """L = (1/m) Σ_i Σ_k ℓ(a_ki, y_ki): one number for a batch of m columns.

        Given the pre-activations Z too, a cross-entropy is computed from them: it stays finite and exact however sure
        the network is.

        >>> LOSSES["squared_error"].mean([[1.0, 3.0]], [[0.0, 0.0]])
        2.5
        >>> LOSSES["binary_cross_entropy"].mean([[1.0]], [[0.0]]), LOSSES["binary_cross_entropy"].mean([[1.0]], [[0.0]], [[40.0]])
        (inf, 40.0)
        """
        each = self.value(A, Y) if Z is None or self.from_logits is None else self.from_logits(Z, Y)
        return (each.sum() / np.shape(A)[1]).item()

    def backward(self, A: ArrayLike, Y: ArrayLike) -> np.ndarray:
        """∂L/∂A, of the shape of A. It includes the 1/m of the mean, which enters here and nowhere else.

        >>> LOSSES["squared_error"].backward([[1.0, 3.0]], [[0.0, 0.0]]).tolist()
        [[0.5, 1.5]]
        """
        return self.derivative(A, Y) / np.shape(A)[1]

    def __repr__(self) -> str:
        return f"Loss({self.name!r})"


LOSSES: dict[str, Loss] = {
    row.name: row
    for row in (
        Loss("squared_error", squared_error, squared_error_derivative, None, r"\tfrac12(a-y)^2", r"a-y"),
        Loss(
            "binary_cross_entropy", binary_cross_entropy, binary_cross_entropy_derivative, "sigmoid",
            r"-y\ln a-(1-y)\ln(1-a)", r"-\frac{y}{a}+\frac{1-y}{1-a}", binary_cross_entropy_from_logits,
        ),
        Loss(
            "cross_entropy", cross_entropy, cross_entropy_derivative, "softmax",
            r"-\sum_k y_k\ln a_k", r"-\frac{y_k}{a_k}", cross_entropy_from_logits,
        ),
    )
}  # fmt: skip

# Output activation and loss whose product ∂L/∂A ⊙ σ'(Z) (for the softmax: Jᵀ ∂L/∂A) collapses to (A − Y)/m.
FUSED = frozenset(
    {("identity", "squared_error"), ("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")}
)  # fmt: skip


def fused_delta(activation: str, loss: str, A: ArrayLike, Y: ArrayLike) -> np.ndarray:
    """Δ = ∂L/∂Z = (A − Y)/m of a pair for which that is so; finite where the product of the factors is 0 · ∞.

    Parameters
    ----------
    activation, loss : str
        A pair of ``FUSED``.
    A, Y : array, shape (n_L, m)
        Predictions and targets. For the softmax the columns of Y must sum to 1.

    Raises
    ------
    ValueError
        If the pair is none of those: (A − Y)/m would be the gradient of another model.

    >>> fused_delta("sigmoid", "binary_cross_entropy", [[0.75]], [[1.0]]).tolist()
    [[-0.25]]
    >>> fused_delta("sigmoid", "squared_error", [[0.75]], [[1.0]])
    Traceback (most recent call last):
        ...
    ValueError: (A − Y)/m is not the delta of sigmoid with squared_error: σ'(Z) is missing from it; use the activation's backward(Z, dL_dA)
    """
    if (activation, loss) not in FUSED:
        raise ValueError(
            f"(A − Y)/m is not the delta of {activation} with {loss}: σ'(Z) is missing from it; "
            "use the activation's backward(Z, dL_dA)"
        )
    return (inexact(A) - inexact(Y)) / np.shape(A)[1]


def labels_for(loss: str, Y: np.ndarray) -> np.ndarray:
    """The targets themselves, if the loss can be asked about them: a cross-entropy compares with probabilities.

    Parameters
    ----------
    loss : str
    Y : array, shape (n_L, m)
        Finite numbers; for the cross-entropies between 0 and 1, for the softmax's in columns that sum to 1.

    Raises
    ------
    ValueError
        If a label lies outside [0, 1], or a column of probabilities does not sum to 1; the message names the number.

    >>> labels_for("cross_entropy", np.array([[0.0, 0.5], [1.0, 0.25]]))
    Traceback (most recent call last):
        ...
    ValueError: Y[:, 1] sums to 0.75, expected 1: each column holds the probabilities of the classes
    """
    if LOSSES[loss].needs is None:
        return Y
    low, high = Y.real.min(), Y.real.max()
    if low < 0 or high > 1:
        raise ValueError(
            f"Y holds {low if low < 0 else high:g}, expected labels between 0 and 1 for {loss}: use data.one_hot or 0 and 1"
        )
    if loss == "cross_entropy":
        off = np.abs(Y.sum(axis=0) - 1)
        if off.max() > 1e-6:
            i = int(off.argmax())
            raise ValueError(
                f"Y[:, {i}] sums to {Y[:, i].sum():g}, expected 1: each column holds the probabilities of the classes"
            )
    return Y


def loss_named(name: str, activation: str | None = None, layer: int | None = None) -> Loss:
    """Look a loss up by name and, where the activation is given, see that the two fit.

    Parameters
    ----------
    name, activation : str
    layer : int, optional
        Whose activation it is, for the message.

    Raises
    ------
    ValueError
        If there is no loss of that name, or if it cannot follow that activation.

    >>> loss_named("squared_error", "tanh")
    Loss('squared_error')
    >>> loss_named("binary_cross_entropy", "tanh", layer=2)
    Traceback (most recent call last):
        ...
    ValueError: layer 2: loss 'binary_cross_entropy' needs activation 'sigmoid' (its a must be a probability), got activation 'tanh': use 'sigmoid' there, or loss 'squared_error', which follows any
    """
    if not isinstance(name, str) or name not in LOSSES:
        raise ValueError(f"loss {name!r} is not known; choose one of {', '.join(LOSSES)}")
    loss = LOSSES[name]
    if activation is not None and loss.needs not in (None, activation):
        raise ValueError(
            f"{'' if layer is None else f'layer {layer}: '}loss {name!r} needs activation {loss.needs!r} (its a must be "
            f"a probability), got activation {activation!r}: use {loss.needs!r} there, or loss 'squared_error', which "
            "follows any"
        )
    return loss
