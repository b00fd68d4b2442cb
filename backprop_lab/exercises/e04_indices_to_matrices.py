"""E4, From indices to matrices: the three products of a layer on the way back (12 points).

One layer of a network after a forward and a backward pass: the δ that arrives at it, the a that entered it, its W.
"""

from typing import Any

import numpy as np

from . import networks, products
from .definition import Exercise, Slope, Term
from .layouts import read_only, spaced
from .mistake import Mistake, known
from .recursion import BACK
from .steps import Call, Where
from .values import Values

# Sizes, activations and loss of the network, and the layer that is asked about.
NETS = {
    "prime sizes": ((2, 7, 3), ("tanh", "sigmoid"), "squared_error", 2),
    "square layer": ((5, 4, 4), ("sigmoid", "tanh"), "squared_error", 2),
    "more units than inputs": ((5, 2, 7), ("softplus", "tanh"), "squared_error", 2),
    "first layer": ((3, 5, 2), ("tanh", "sigmoid"), "binary_cross_entropy", 1),
    "square first layer": ((3, 3, 5), ("softplus", "tanh"), "squared_error", 1),
    "one unit": ((2, 5, 1), ("tanh", "sigmoid"), "binary_cross_entropy", 2),
    "one input": ((3, 1, 5), ("tanh", "identity"), "squared_error", 2),
    "after a relu": ((3, 5, 2), ("relu", "tanh"), "squared_error", 2),
    "saturated": ((3, 5, 2), ("tanh", "sigmoid"), "squared_error", 2),
    "arrays with gaps": ((2, 5, 3), ("softplus", "tanh"), "squared_error", 2),
    "read-only arrays": ((2, 3, 5), ("sigmoid", "tanh"), "squared_error", 2),
    "whole numbers": ((5, 2, 3), ("softplus", "identity"), "squared_error", 1),
}
LAYOUTS = {"arrays with gaps": spaced, "read-only arrays": read_only}


def draw(rng: np.random.Generator, variation: str) -> dict:
    """A network after both passes, and what its layer l is asked with."""
    sizes, activations, loss, l = NETS[variation]
    params, x, y = networks.draw(rng, sizes, activations, loss, spread=15.0 if variation == "saturated" else 1.0)
    if variation == "whole numbers":
        params, x, y = networks.whole(rng, params, x, y)
    inputs = networks.passed(params, x, y, LAYOUTS.get(variation))
    delta = networks.deltas(inputs["params"], inputs["cache"], inputs["dL_da"])[l]
    return {
        "params": inputs["params"],
        "y": inputs["y"],
        "l": l,
        "W": inputs["params"]["W"][l],
        "delta": LAYOUTS.get(variation, np.array)(delta),
        "a_prev": inputs["cache"]["a"][l - 1],
    }


def steps(u: Values) -> list[Call]:
    """Three functions, each asked by itself."""
    return [
        Call("grad_W", "grad_W", (u.delta, u.a_prev)),
        Call("grad_b", "grad_b", (u.delta,)),
        Call("grad_a_prev", "grad_a_prev", (u.W, u.delta)),
    ]


def loss_from(u: Values, a_prev: Any, **moved: Any) -> Any:
    """L of a forward pass that starts with a_prev at layer l, whose W or b is replaced where one is given."""
    l = int(u.l)
    tables = {name: {**u.params[name], l: array} for name, array in moved.items()}
    return networks.loss_above({**u.params, **tables}, l, a_prev, u.y)


def transposed_where_it_must_be(u: Values) -> Any:
    """W δ where the shapes allow it: a transpose that is put where it makes the shapes fit."""
    n, k = u.W.shape
    return u.W @ u.delta if n == k else u.W.T @ u.delta


ROWS = (lambda u: u.delta.shape[0], lambda u: u.a_prev.shape[0])
FROM_CACHE = 1e-12  # δ is rounded to float64
EXERCISE = Exercise(
    id="e04",
    name="indices_to_matrices",
    title="From indices to matrices",
    chapter="06_two_layers",
    functions={
        "grad_W": "grad_W(delta, a_prev)",
        "grad_b": "grad_b(delta)",
        "grad_a_prev": "grad_a_prev(W, delta)",
    },
    terms=(
        Term(
            "dL_dW", "∂L/∂W", "grad_W", 4, "eq-dW", Where("grad_W"),
            lambda u: u.outer / u.share,
            parts={"outer": lambda u: u.delta @ u.a_prev.T, "share": lambda u: 1},
            slope=Slope(lambda u, W: loss_from(u, u.a_prev, W=W), lambda u: u.W, FROM_CACHE),
            mistakes=(
                *products.weight_mistakes("outer", lambda u: (u.delta, u.a_prev)),
                Mistake("P12", ROWS, **products.SHARE, part="share"),
                known("P17", lambda u: (u.delta @ u.a_prev.T).astype(u.a_prev.dtype)),
            ),
        ),
        Term(
            "dL_db", "∂L/∂b", "grad_b", 3, "eq-db", Where("grad_b"),
            lambda u: u.sum / u.share,
            parts={"sum": lambda u: u.delta * 1, "share": lambda u: 1},
            slope=Slope(lambda u, b: loss_from(u, u.a_prev, b=b), lambda u: u.params["b"][int(u.l)], FROM_CACHE),
            mistakes=(
                *products.bias_mistakes("sum", lambda u: (u.delta, None)),
                Mistake("P12", ROWS[0], **products.SHARE, part="share"),
            ),
        ),
        Term(
            "dL_da_prev", "∂L/∂a⁽ˡ⁻¹⁾", "grad_a_prev", 5, "eq-transpose-back", Where("grad_a_prev"),
            lambda u: u.form,
            parts={"back": lambda u: u.W.T @ u.delta, "form": lambda u: u.back},
            slope=Slope(lambda u, a: loss_from(u, a), lambda u: u.a_prev, FROM_CACHE),
            mistakes=(
                known("H6", (lambda u: BACK["H6"](u.W, u.delta), transposed_where_it_must_be), "back"),
                *(known(code, lambda u, code=code: BACK[code](u.W, u.delta), "back") for code in ("H10", "H11")),
                known("P18", lambda u: u.back[:, 0], "form"),
                Mistake("M4", lambda u: u.back.T, **products.ROW, part="form"),
                Mistake(
                    "M1", lambda u: u.W.T * u.delta,
                    "W and δ are multiplied entry by entry.",
                    "a_j reaches the loss through every unit i, and what it does along all these ways adds up.",
                    "Wᵀ ⊙ δ instead of Wᵀδ",
                    "Take a layer of 3 units that receives 2 inputs: how many numbers should come out?",
                ),
                Mistake(
                    "M5", (lambda u: u.W * u.delta, lambda u: (u.W * u.delta).T),
                    "The influences are not added up.",
                    "a_j reaches the loss through every unit i, and what it does along all these ways adds up.",
                    "the table of all W_ij δ_i instead of Σ_i W_ij δ_i",
                    "Your numbers are right one by one: along which index do they have to be summed?",
                ),
                Mistake(
                    "M6", lambda u: (u.W * u.delta).sum(axis=1, keepdims=True),
                    "The sum runs over the wrong index.",
                    "a_j meets the units i through the W_ij of column j, so for each j the sum runs over i, the rows.",
                    "Σ_j W_ij δ_i instead of Σ_i W_ij δ_i",
                    "Take a layer of 3 units that receives 2 inputs: how many numbers should come out?",
                ),
                Mistake(
                    "M2", lambda u: float((u.W.T @ u.delta).sum()),
                    "All inputs get one number.",
                    "Each a_j reaches the units through weights of its own, so each has a derivative of its own.",
                    "the sum over i and j instead of the sum over i alone",
                    "Set one column of W to 0: whose derivative must become 0, and whose must stay?",
                ),
                Mistake(
                    "M3", lambda u: u.W.sum(axis=0, keepdims=True).T,
                    "δ is left out: the weights alone are added up.",
                    "W_ij says how z_i answers to a_j, and only δ_i says how the loss answers to z_i.",
                    "Σ_i W_ij instead of Σ_i W_ij δ_i",
                    "Set δ to 0: what should ∂L/∂a be?",
                ),
                Mistake(
                    "M7", lambda u: u.delta * 1,
                    "δ is handed on as it came, without W.",
                    "δ says how the loss answers to z, and a nudge of a_j reaches z_i only W_ij times as large.",
                    "δ instead of Wᵀδ",
                    "Set W to 0: does the loss still answer to a?",
                ),
                Mistake(
                    "M8", lambda u: u.W[:1].T @ u.delta[:1],
                    "One path is followed, and the others are forgotten.",
                    "a_j reaches the loss through every unit i, and what it does along all these ways adds up.",
                    "W_1j δ_1 instead of Σ_i W_ij δ_i",
                    "Count the units that a_j feeds, and count the terms of your sum.",
                ),
                known("P17", lambda u: (u.W.T @ u.delta).astype(u.W.dtype)),
            ),
        ),
    ),
    variations=tuple(NETS),
    visible=tuple(NETS)[:4],
    draw=draw,
    steps=steps,
)  # fmt: skip
