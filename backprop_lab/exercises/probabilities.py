"""The softmax and the cross-entropy for formulas, in float64 or in fifty digits, whichever the input is in.

Columns are examples and rows are classes. Where a target is 0, its term of the cross-entropy and of the slope is 0
also beside a probability of 0: the limit of the formula, which float64 does not find by itself.

>>> softmax(np.array([[1000.0], [1000.0]])).tolist(), jacobian(np.array([[0.5], [0.5]])).tolist()
([[0.5], [0.5]], [[0.25, -0.25], [-0.25, 0.25]])
>>> y, a = np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]])
>>> float(y_log_a(y, a).sum()), y_over_a(y, a).tolist()
(0.0, [[0.0], [1.0]])
"""

from typing import Any

import numpy as np

from .functions import is_exact


def exp(z: Any) -> Any:
    """e^z, entry by entry."""
    return np.frompyfunc(_context().exp, 1, 1)(z) if is_exact(z) else np.exp(z)


def log(a: Any) -> Any:
    """ln a, entry by entry."""
    return np.frompyfunc(_context().log, 1, 1)(a) if is_exact(a) else np.log(a)


def top(Z: Any) -> Any:
    """The largest entry of every column, as a row."""
    return Z.max(axis=0, keepdims=True)


def total(E: Any) -> Any:
    """The sum of every column, as a row."""
    return E.sum(axis=0, keepdims=True)


def softmax(Z: Any) -> Any:
    """e^(Z_k) / Σ_j e^(Z_j) in every column; no exponent is above 0."""
    E = exp(Z - top(Z))
    return E / total(E)


def jacobian(a: Any) -> Any:
    """∂a_k/∂z_j of one column a = softmax(z): diag(a) − a aᵀ."""
    return a * np.eye(len(a), dtype=int) - a @ a.T


def back(A: Any, dL_dA: Any) -> Any:
    """Jᵀ ∂L/∂a of every column, without forming J: a ⊙ (u − Σ_j a_j u_j)."""
    return A * (dL_dA - total(A * dL_dA))


def y_log_a(Y: Any, A: Any) -> Any:
    """Y ln A, entry by entry; 0 where Y is 0."""
    return Y * log(np.where(Y != 0, A, A * 0 + 1))


def y_over_a(Y: Any, A: Any) -> Any:
    """Y / A, entry by entry; 0 where Y is 0."""
    return Y / np.where(Y != 0, A, A * 0 + 1)


def cross_entropy(A: Any, Y: Any) -> Any:
    """L of a batch: the mean over its columns of −Σ_k Y_k ln A_k."""
    return -y_log_a(Y, A).sum() / A.shape[1]


def cross_entropy_of_logits(Z: Any, Y: Any) -> Any:
    """L of a batch whose probabilities are softmax(Z), from Z alone."""
    return (Y * (top(Z) + log(total(exp(Z - top(Z)))) - Z)).sum() / Z.shape[1]


def _context() -> Any:
    # mpmath is needed where references are made, and by no student.
    from .fifty_digits import context

    return context
