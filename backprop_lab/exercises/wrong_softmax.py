"""The softmax and its Jacobian as students get them wrong.

In a formula u holds ``Z`` (K, m) for the softmax, and ``prob``, a column of probabilities, for the Jacobian. What is
wrong with a softmax is wrong with the one that a Jacobian is made from, too.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from . import probabilities as p
from .definition import Term
from .mistake import Mistake, known
from .values import Formula, Values


def whole_numbers(right: Formula, given: Callable[[Values], Any]) -> Mistake:
    """P17: the answer is written into an array of the kind of what was given, which may be integers."""

    def formula(u: Values) -> Any:
        return right(u).astype(given(u).dtype) if given(u).dtype.kind in "iu" else right(u)

    return known("P17", formula)


def _of_clipped(limit: float) -> Formula:
    def formula(u: Values) -> Any:
        E = np.exp(np.clip(u.Z, -limit, limit))
        return E / p.total(E)

    return formula


def _nothing(Z: Any) -> Any:
    return Z * 0


def _over(axes: dict[str, Any], shift: Callable[[Any], Any] | None) -> Formula:
    """Divided by the sum over these axes; where no shift is named, the maximum over the same axes is subtracted."""

    def formula(u: Values) -> Any:
        E = np.exp(u.Z - (shift(u.Z) if shift else u.Z.max(**axes)))
        return E / E.sum(**axes)

    return formula


SHIFTS = (
    known(
        "O15",
        (lambda u: u.Z * 0, lambda u: u.Z.mean(axis=0, keepdims=True), lambda u: u.Z.min(axis=0, keepdims=True)),
        "shift",
        what="e^z overflows to inf where z is large, and inf/inf is NaN.",
        paper="exp(z_k) / Σ_j exp(z_j) as it stands, instead of the same with max z subtracted from every z of the column",
        advice="Print e^z for z = 700, 710 and −800, and then the fraction that you make of them.",
    ),
    known(
        "O16",
        lambda u: u.Z.max(),
        "shift",
        what="One maximum is subtracted from the whole batch: where a column lies far below it, every e^z is 0, and 0/0 is NaN.",
        why="What is subtracted may differ from column to column, and each column needs its own largest z to keep one term at 1.",
        paper="max over all of Z instead of the maximum of each column",
        advice="Take the two columns (1000, 999) and (−1000, −999) and print what you subtract from each of them.",
    ),
    Mistake(
        "R3",
        lambda u: u.Z.max(axis=1, keepdims=True),
        "The maximum is taken over the examples: each class has another number subtracted.",
        "The softmax stays the same only if one and the same number is subtracted from all z of an example.",
        "z_k − max over the row instead of z_k − max over the column",
        "Take 3 classes and 5 examples and print the shape of what you subtract.",
        "shift",
    ),
)  # fmt: skip
UNDIVIDED = (
    Mistake(
        "R2",
        lambda u: lambda E: 1,
        "The exponentials are not divided by their sum.",
        "e^z is positive and no more; dividing by the sum makes shares of it that sum to 1.",
        "a_k = e^(z_k) instead of e^(z_k) / Σ_j e^(z_j)",
        "Print the sum of every column of A.",
        "total",
    ),
)
# Divided by one sum after another; what was subtracted before may fit the sum, and then no number overflows.
OTHER_SUMS = (
    known("O14", tuple(map(_over, [{"axis": 1, "keepdims": True}] * 4, (None, p.top, np.max, _nothing)))),
    Mistake(
        "R1",
        tuple(map(_over, [{}] * 3, (None, p.top, _nothing))),
        "The softmax divides by one sum for the whole batch.",
        "Each example has probabilities of its own, and it is those of one column that sum to 1.",
        "exp(Z) divided by the sum of all its entries instead of the sum of each column",
        "Take 3 classes and 5 examples and print the sum of every column of A.",
    ),
)
OTHER_FUNCTIONS = (
    Mistake(
        "R4",
        lambda u: u.Z / p.total(u.Z),
        "The logits themselves are divided by their sum.",
        "A logit may be negative, and a share of a sum of such numbers can be negative or above 1; e^z is positive.",
        "z_k / Σ_j z_j instead of e^(z_k) / Σ_j e^(z_j)",
        "Try z = (1, −1).",
    ),
    Mistake(
        "R5",
        (lambda u: 1 / (1 + np.exp(-u.Z)), lambda u: np.exp(u.Z) / (1 + np.exp(u.Z))),
        "The sigmoid is applied to every entry.",
        "A sigmoid looks at one logit alone; a softmax weighs the logits of an example against one another.",
        "a_k = 1 / (1 + e^(−z_k)) instead of e^(z_k) / Σ_j e^(z_j)",
        "Print the sum of every column of A.",
    ),
    Mistake(
        "R6",
        (lambda u: u.Z - p.top(u.Z) - np.log(p.total(np.exp(u.Z - p.top(u.Z)))), lambda u: np.log(p.softmax(u.Z))),
        "The logarithms of the probabilities are returned.",
        "ln a is what the loss needs later; this function is asked for a itself.",
        "ln a_k = z_k − ln Σ_j e^(z_j) instead of a_k",
        "Is any entry of your A above 0? A probability is not negative.",
    ),
    Mistake(
        "R7",
        (lambda u: p.softmax(-u.Z), lambda u: np.exp(-u.Z) / p.total(np.exp(-u.Z))),
        "The sign of the logits is flipped.",
        "The class with the largest logit is the likeliest one.",
        "e^(−z_k) / Σ_j e^(−z_j) instead of e^(z_k) / Σ_j e^(z_j)",
        "Try z = (1, 0): which of the two classes should be the likelier one?",
    ),
    Mistake(
        "R8",
        tuple(map(_of_clipped, (500.0, 700.0, 709.0, 600.0, 300.0, 100.0, 88.0, 80.0, 50.0, 30.0, 20.0))),
        "The logits are cut off at a limit.",
        "Two logits above the limit become equal, and so do their probabilities, although one of them may be far likelier.",
        "exp of the clipped z instead of exp(z − max z), which is exact",
        "Try z = (1000, 998): is the first class still e² times as likely as the second?",
    ),
)  # fmt: skip
SOFTMAX = (*OTHER_SUMS, *SHIFTS, *UNDIVIDED, *OTHER_FUNCTIONS, whole_numbers(lambda u: p.softmax(u.Z), lambda u: u.Z))
SEEN_IN_A_BATCH_ALONE = ("O16", "R1")


def of_one_column(softmax: Term) -> tuple[Mistake, ...]:
    """The mistakes of a softmax, made in the one column that a Jacobian is made from."""

    def carried(mistake: Mistake, formula: Formula) -> Formula:
        return lambda u: softmax.value(Values(Z=u.z), [(mistake.part, formula)])

    return tuple(
        replace(m, formula=tuple(carried(m, f) for f in m.formulas), part="prob")
        for m in softmax.mistakes
        if m.code not in SEEN_IN_A_BATCH_ALONE
    )


def _diagonal(a: Any) -> Any:
    return a * np.eye(len(a))


TABLES = (
    known(
        "O11",
        (lambda u: lambda a: _diagonal(a * (1 - a)), lambda u: lambda a: a * (1 - a), lambda u: lambda a: (a * (1 - a))[:, 0]),
        "table",
        paper="a_k (1 − a_k) on the diagonal and nothing beside it, instead of diag(a) − a aᵀ",
    ),
    known(
        "O7",
        lambda u: lambda a: a @ a.T - _diagonal(a),
        "table",
        why="A nudge of z_k upwards makes class k likelier and all others less likely: plus on the diagonal, minus beside it.",
        paper="a aᵀ − diag(a) instead of diag(a) − a aᵀ",
        advice="Nudge one z by 0.001: does its own a rise or fall?",
    ),
    Mistake(
        "J1",
        lambda u: lambda a: -a @ a.T,
        "The part diag(a) is missing.",
        "z_k stands in the numerator of a_k as well as in the sum below it, and the numerator gives a_k on the diagonal.",
        "−a aᵀ instead of diag(a) − a aᵀ",
        "Add up each column of your table: probabilities that sum to 1 move by amounts that sum to 0.",
        "table",
    ),
    Mistake(
        "J2",
        (lambda u: lambda a: _diagonal(a) + a @ a.T, lambda u: lambda a: _diagonal(a) + a @ a.T * (1 - 2 * np.eye(len(a)))),
        "The sign of a_j a_k is flipped.",
        "z_j stands in the sum below the fraction line: when it grows, every other a falls.",
        "+a_j a_k instead of −a_j a_k",
        "Nudge one z by 0.001: do the other entries of a rise or fall?",
        "table",
    ),
    Mistake(
        "J3",
        lambda u: lambda a: _diagonal(a),
        "The part a aᵀ is missing.",
        "Every z stands in the sum that all entries are divided by, and its derivative gives −a_j a_k everywhere.",
        "diag(a) instead of diag(a) − a aᵀ",
        "Add up each column of your table: probabilities that sum to 1 move by amounts that sum to 0.",
        "table",
    ),
    Mistake(
        "J4",
        lambda u: lambda a: _diagonal(a) - (a.T @ a),
        "The inner product aᵀa stands where the table a aᵀ belongs.",
        "aᵀa is one number, and it is taken from every entry alike; −a_j a_k has another value at each place.",
        "diag(a) − aᵀa instead of diag(a) − a aᵀ",
        "Print the shape of what you subtract.",
        "table",
    ),
    Mistake(
        "J5",
        (lambda u: lambda a: np.diag(a) - a @ a.T, lambda u: lambda a: np.diag(a) * np.eye(len(a)) - a @ a.T),
        "np.diag of a column takes a diagonal out instead of making one: it gives the first entry alone.",
        "np.diag makes a table from an array with one axis; a column (K, 1) is a table already, and has one entry on its diagonal.",
        "a_1 everywhere instead of diag(a)",
        "Print np.diag of a column with 3 entries, and its shape.",
        "table",
    ),
    Mistake(
        "J6",
        (lambda u: lambda a: a * (np.eye(len(a)) - a), lambda u: lambda a: a.T * (np.eye(len(a)) - a.T)),
        "One and the same a is multiplied in twice: a_k² beside the diagonal.",
        "Beside the diagonal two different classes meet, the one whose a is nudged and the one whose z is.",
        "a_k (1[j = k] − a_k) instead of a_k (1[j = k] − a_j)",
        "Compare the entries (1, 2) and (2, 1) of your table: they must be equal.",
        "table",
    ),
    Mistake(
        "J7",
        lambda u: lambda a: np.eye(len(a)) - a.T,
        "The table holds the derivatives of ln a, not those of a.",
        "∂(ln a_k)/∂z_j is 1[j = k] − a_j; by the chain rule a_k stands in front of it.",
        "1[j = k] − a_j instead of a_k (1[j = k] − a_j)",
        "Nudge z_1 by 0.001 and divide what a_1 moves by 0.001.",
        "table",
    ),
)  # fmt: skip
