"""What a layer's gradients are made of, as students get it wrong: δ aᵀ for the weights, δ itself for the biases.

A formula takes δ of the layer and the a that enters it. Mistakes are listed for any exercise that asks for them:
``weight_mistakes(part, at)``, where ``at(u)`` gives that δ and that a.

>>> import numpy as np
>>> delta, a = np.array([[1.0], [2.0]]), np.array([[3.0], [4.0], [5.0]])
>>> WEIGHTS["P4"][0](delta, a)
array([[ 3.,  6.,  4.],
       [ 8.,  5., 10.]])
"""

from collections.abc import Callable
from typing import Any

from .mistake import Mistake, known
from .values import Formula, Values

Product = Callable[[Any, Any], Any]
At = Callable[[Values], tuple[Any, Any]]

WEIGHTS: dict[str, tuple[Product, ...]] = {
    "P1": (lambda delta, a: a @ delta.T,),
    "P4": (
        lambda delta, a: (a @ delta.T).reshape(len(delta), len(a)),
        lambda delta, a: (delta @ a.T).ravel().reshape((len(delta), len(a)), order="F"),
    ),
    "M1": (lambda delta, a: delta * a,),
    "M2": (lambda delta, a: delta.T @ a, lambda delta, a: float((delta.T @ a)[0, 0])),
    "M3": (lambda delta, a: delta * 0 + a.T, lambda delta, a: a.T, lambda delta, a: a),
}
BIASES: dict[str, tuple[Product, ...]] = {
    "P6": (lambda delta, a: delta.sum(axis=0, keepdims=True), lambda delta, a: delta.sum(axis=0)),
    "P7": (lambda delta, a: delta * 0 + delta.sum(),),
    "P8": (lambda delta, a: delta * 0,),
    "P18": (lambda delta, a: delta[:, 0],),
    "M2": (lambda delta, a: float(delta.sum()), lambda delta, a: float(delta.mean())),
    "M3": (lambda delta, a: delta * 0 + 1, lambda delta, a: 1.0),
    "M4": (lambda delta, a: delta.T,),
}
ELEMENTWISE = {
    "what": "δ and a are multiplied entry by entry.",
    "why": "Unit i and input j are joined by a weight of their own, so every δ_i meets every a_j: a table, not a column.",
    "paper": "δ ⊙ a instead of δ aᵀ",
    "advice": "For 3 units that receive 2 inputs: how many weights are there, and how many numbers do you return?",
}
ONE_NUMBER = {
    "what": "∂L/∂W is one number, the sum of the δ_i a_i.",
    "why": "Each weight has a derivative of its own, and the inner product δᵀa adds products that belong to different weights.",
    "paper": "δᵀa instead of δ aᵀ",
    "advice": "Write down the shapes of δᵀa and of δ aᵀ for 3 units that receive 2 inputs.",
}
ONE_BIAS = {
    "what": "∂L/∂b is one number for all units.",
    "why": "Unit i has a bias b_i of its own, which moves z_i alone, so only δ_i counts for it.",
    "paper": "the sum (or the mean) of the δ_i instead of the column δ",
    "advice": "Nudge the second bias alone: which entries of z move, and which δ says what that does to the loss?",
}
SUMMED = {
    "what": "∂L/∂b is summed over the units.",
    "why": "Unit i has a bias b_i of its own, which moves z_i alone; a sum is taken over examples only, and there is one.",
    "paper": "Σ_i δ_i instead of the column δ",
    "advice": "Print the shapes of b and of your ∂L/∂b for a layer of 3 units.",
}
NO_DELTA = {
    "what": "δ is left out: this is how z answers to the weights, not how the loss does.",
    "why": "A nudge of W_ij moves z_i by a_j times as much, and only δ_i says what that does to the loss.",
    "paper": "a_j instead of δ_i a_j",
    "advice": "Double δ: what should happen to your answer?",
}
NO_DELTA_IN_BIAS = {
    "what": "δ is left out: this is how z answers to the bias, not how the loss does.",
    "why": "A nudge of b_i moves z_i by as much, and only δ_i says what that does to the loss.",
    "paper": "∂z_i/∂b_i = 1 instead of ∂L/∂b_i",
    "advice": "Double δ: what should happen to your answer?",
}
ROW = {
    "what": "A row is returned where a column is wanted.",
    "why": "A gradient has the shape of what it belongs to, here a column (n, 1); a row beside a column broadcasts.",
    "paper": "the transpose, shape (1, n), instead of shape (n, 1)",
    "advice": "Add your answer to a column (n, 1) and print the shape of the sum.",
}
SHARE = {
    "what": "The gradient is divided by a number of units, as if it were a number of examples.",
    "why": "There is one example here, so m = 1; the rows of a column are units.",
    "paper": "1/n, the rows, instead of 1/m, the columns",
    "advice": "Print the number that you divide by, for one example of 3 inputs.",
}


def _all(ways: tuple[Product, ...], at: At) -> tuple[Formula, ...]:
    return tuple(lambda u, way=way: way(*at(u)) for way in ways)


def weight_mistakes(part: str | None, at: At) -> tuple[Mistake, ...]:
    """Slips in the product δ aᵀ."""
    own = {"M1": ELEMENTWISE, "M2": ONE_NUMBER, "M3": NO_DELTA}
    return tuple(
        Mistake(code, _all(ways, at), **own[code], part=part) if code in own else known(code, _all(ways, at), part)
        for code, ways in WEIGHTS.items()
    )


def bias_mistakes(part: str | None, at: At) -> tuple[Mistake, ...]:
    """Slips in the gradient of b."""
    own = {"P6": SUMMED, "M2": ONE_BIAS, "M3": NO_DELTA_IN_BIAS, "M4": ROW}
    return tuple(
        Mistake(code, _all(ways, at), **own[code], part=part) if code in own else known(code, _all(ways, at), part)
        for code, ways in BIASES.items()
    )
