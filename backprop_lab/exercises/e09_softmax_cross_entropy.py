"""E9, Softmax and cross-entropy: two functions, their derivatives, and what the two give together (18 points).

A class is a row and an example a column. A probability of exactly 0 comes from a real forward pass: a logit that
lies 1000 below another. There a target of ``ce`` is 0, so that no right answer is infinite; ``fused_delta`` has
targets of its own, which may be anything there, for its answer is finite.
"""

from typing import Any

import numpy as np

from . import probabilities as p
from . import wrong_cross_entropy, wrong_softmax
from .definition import Exercise, Slope, Term
from .functions import is_exact
from .layouts import laid_out, layout, read_only, spaced
from .steps import Call, Where
from .values import Values

# Classes, examples, labels, and the kinds of the columns of Z in turn; then the kind and size of the single column z.
BATCHES = {
    "three classes": (3, 5, "hard", ("ordinary",), "ordinary"),
    "soft labels": (5, 7, "soft", ("ordinary",), "ordinary"),
    "logits near 1000 and −1000": (4, 7, "soft", ("up", "down", "masked", "sure", "ordinary"), "up"),
    "as many classes as examples": (5, 5, "hard", ("ordinary",), "ordinary"),
    "whole numbers": (3, 7, "hard", ("whole",), "whole"),
    "one example, seven classes": (7, 1, "soft", ("ordinary",), "ordinary"),
    "two classes": (2, 11, "soft", ("ordinary",), "ordinary"),
    "six classes": (6, 11, "hard", ("ordinary",), "ordinary"),
    "one example near 1000": (3, 1, "soft", ("up",), "down"),
    "sure of its classes": (3, 5, "hard", ("sure", "masked", "ordinary"), "saturated"),
    "one example near −1000": (5, 1, "hard", ("down",), "sure"),
    "arrays with gaps": (4, 3, "soft", ("ordinary",), "ordinary"),
    "read-only arrays": (2, 3, "hard", ("ordinary",), "ordinary"),
}
# Zeros in A are where one is tempted to write into it: there nothing can be written.
LAYOUTS = {"arrays with gaps": spaced, "read-only arrays": read_only, "logits near 1000 and −1000": read_only}
LEAST = 0.03  # probability of a class that is asked for: an ε of 1e-8 in a logarithm is then seen as nearly right
FAR = 100.0  # logits that are farther apart have slopes below the digits that a difference keeps
WRONG_BY_LITTLE = 1e-6  # an ε of 1e-6 in a logarithm is wrong by little, and a mistake


def column(rng: np.random.Generator, K: int, kind: str) -> np.ndarray:
    """The logits of one example. Those near 1000 are eighths, which float32 holds exactly, too."""
    z = rng.uniform(-1.4, 1.4, K)
    if kind in ("up", "down"):
        return np.round(8 * z) / 8 + (1000 if kind == "up" else -1000)
    k = rng.integers(K)
    if kind == "whole":
        return rng.permutation(np.arange(K) - rng.integers(K))
    if kind == "masked":
        z[k] = -1000
    if kind == "saturated":
        z[k] = 40
    if kind == "sure":
        z = np.where(np.arange(K) == k, 1000.0, -1000.0)
    return z


def labels(rng: np.random.Generator, allowed: np.ndarray, kind: str) -> np.ndarray:
    """Targets of one example, which sum to 1: a single 1, or shares of it, among the classes that are allowed."""
    if kind == "hard":
        return (np.arange(len(allowed)) == rng.choice(np.flatnonzero(allowed))) * 1
    shares = rng.uniform(0.2, 1.0, len(allowed)) * allowed
    return shares / shares.sum()


def draw(rng: np.random.Generator, variation: str) -> dict:
    """Logits and targets of a batch, and the logits of one example."""
    K, m, kind, kinds, alone = BATCHES[variation]
    while True:
        Z = np.column_stack([column(rng, K, kinds[k % len(kinds)]) for k in range(m)])
        A = p.softmax(Z)
        Y = np.column_stack([labels(rng, a > 0, kind) for a in A.T])
        impossible = (A == 0).any(axis=0)
        T = np.column_stack([
            labels(rng, a == 0 if zero and kind == "hard" else a >= 0, kind) if zero else y
            for a, y, zero in zip(A.T, Y.T, impossible, strict=True)
        ])  # fmt: skip
        z = column(rng, K, alone).reshape(K, 1)
        if _fair(A, Y):
            arrange = LAYOUTS.get(variation, np.array)
            return {"Z": arrange(Z), "Y": arrange(Y), "T": arrange(T), "z": arrange(z)}


def _fair(A: np.ndarray, Y: np.ndarray) -> bool:
    """No class that is asked for is nearly impossible, and no loss is nearly 0."""
    L = float(p.cross_entropy(A, Y))
    nearly = 1e-8 * float(p.y_over_a(Y, A).sum()) / A.shape[1]
    return A[Y > 0].min() > LEAST and L > 0.2 and nearly < 5e-7 * L


def steps(u: Values) -> list[Call]:
    """The softmax first: what the loss is handed is its answer."""
    A = laid_out(u.A, layout(u.Y), u.Y.flags.writeable)
    return [
        Call("softmax", "softmax", (u.Z,)),
        Call("softmax_jacobian", "softmax_jacobian", (u.z,)),
        Call("ce", "ce", (A, u.Y)),
        Call("ce_dA", "ce_dA", (A, u.Y)),
        Call("fused_delta", "fused_delta", (A, u.T)),
    ]


def shares(u: Values) -> Any:
    """The softmax from its parts: what is subtracted, and what is divided by."""
    E = p.exp(u.Z - u.shift)
    return E / u.total(E)


def mean_loss(u: Values) -> Any:
    """L from its parts, one number."""
    L = -u.sign * u.entries.sum() / u.count
    return L if is_exact(L) else float(L)


def rows_of_jacobian(u: Values, moved: Any) -> Any:
    """Whose derivative in entry (k, j) is ∂a_k/∂z_j: the sum of a_k, each of a z of its own that row k moves."""
    return sum(p.softmax(u.z + moved[[k]].T)[k, 0] for k in range(len(u.z)))


EXAMPLES = {"sign": lambda u: 1, "count": lambda u: u.A.shape[1]}
A_TERM = Term(
    "A", "A", "softmax", 3, "eq-softmax", Where("softmax"),
    shares,
    parts={"shift": lambda u: p.top(u.Z), "total": lambda u: p.total},
    mistakes=wrong_softmax.SOFTMAX,
)  # fmt: skip
EXERCISE = Exercise(
    id="e09",
    name="softmax_cross_entropy",
    title="Softmax and cross-entropy",
    chapter="09_losses_outputs",
    functions={
        "softmax": "softmax(Z)",
        "softmax_jacobian": "softmax_jacobian(z)",
        "ce": "ce(A, Y)",
        "ce_dA": "ce_dA(A, Y)",
        "fused_delta": "fused_delta(A, Y)",
    },
    parameters={"fused_delta": ("A", "T")},
    terms=(
        A_TERM,
        Term(
            "J", "∂a/∂z", "softmax_jacobian", 5, "eq-softmax-jacobian", Where("softmax_jacobian"),
            lambda u: u.table(u.prob),
            parts={"prob": lambda u: p.softmax(u.z), "table": lambda u: p.jacobian},
            called=("A",),
            scale=lambda u: p.softmax(u.z) * np.eye(len(u.z)) + p.softmax(u.z) @ p.softmax(u.z).T,
            slope=Slope(
                rows_of_jacobian,
                lambda u: None if u.z.max() - u.z.min() > FAR else u.z @ u.z.T * 0,
            ),
            mistakes=(
                *wrong_softmax.TABLES,
                *wrong_softmax.of_one_column(A_TERM),
            ),
        ),
        Term(
            "L", "L", "ce", 2, "eq-cross-entropy", Where("ce"),
            mean_loss,
            parts={**EXAMPLES, "entries": lambda u: p.y_log_a(u.Y, u.A)},
            apart=WRONG_BY_LITTLE,
            mistakes=wrong_cross_entropy.losses(),
        ),
        Term(
            "dL_dA", "∂L/∂A", "ce_dA", 3, "eq-cross-entropy-derivative", Where("ce_dA"),
            lambda u: -u.sign * u.entries / u.count,
            parts={**EXAMPLES, "entries": lambda u: p.y_over_a(u.Y, u.A)},
            apart=WRONG_BY_LITTLE,
            slope=Slope(lambda u, A: p.cross_entropy(A, u.Y), lambda u: u.A),
            mistakes=(
                *wrong_cross_entropy.slopes(),
                wrong_softmax.whole_numbers(lambda u: -p.y_over_a(u.Y, u.A) / u.A.shape[1], lambda u: u.Y),
            ),
        ),
        Term(
            "delta", "Δ", "fused_delta", 5, "eq-softmax-ce", Where("fused_delta"),
            lambda u: u.sign * u.entries / u.count,
            parts={**EXAMPLES, "entries": lambda u: u.A - u.T},
            scale=lambda u: (u.A + u.T) / u.A.shape[1],
            # Targets are rounded to float64, and sum to 1 as nearly as that.
            slope=Slope(lambda u, Z: p.cross_entropy_of_logits(Z, u.T), lambda u: u.Z, within=1e-12),
            mistakes=(
                *wrong_cross_entropy.errors(),
                wrong_softmax.whole_numbers(lambda u: (u.A - u.T) / u.A.shape[1], lambda u: u.T),
            ),
        ),
    ),
    variations=tuple(BATCHES),
    visible=tuple(BATCHES)[:5],
    draw=draw,
    steps=steps,
)  # fmt: skip
