"""E6, The δ recursion: the error signal at the output, one step back, and all layers (15 points).

``output_delta`` and ``hidden_delta`` are asked for one layer each, with reference inputs. ``all_deltas`` may call
them: a slip that was named there is not charged a second time.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import networks, recursion
from .definition import Exercise, Slope, Term
from .functions import activate, loss_slope_scale, slope, slope_scale
from .layouts import read_only, spaced
from .mistake import Mistake, known
from .steps import Call, Where
from .values import Formula, Values

# Sizes, activations and loss of the network; neighbouring sizes differ, but for the square and palindromic ones.
NETS = {
    "prime sizes": ((2, 5, 3, 7), ("tanh", "sigmoid", "tanh"), "squared_error"),
    "square layers": ((4, 4, 4, 4), ("sigmoid", "tanh", "sigmoid"), "squared_error"),
    "two layers, binary cross-entropy": ((3, 5, 2), ("softplus", "sigmoid"), "binary_cross_entropy"),
    "relu among others": ((3, 7, 5, 2), ("tanh", "relu", "identity"), "squared_error"),
    "one layer": ((5, 3), ("sigmoid",), "squared_error"),
    "four layers, square": ((3, 3, 3, 3, 3), ("tanh", "softplus", "relu", "tanh"), "squared_error"),
    "five layers, palindromic": ((3, 5, 2, 2, 5, 3), ("tanh", "sigmoid", "softplus", "tanh", "tanh"), "squared_error"),
    "identity output": ((2, 7, 3), ("sigmoid", "identity"), "squared_error"),
    "saturated": ((3, 2, 5), ("tanh", "sigmoid"), "squared_error"),
    "arrays with gaps": ((5, 2, 3), ("tanh", "sigmoid"), "squared_error"),
    "read-only arrays": ((2, 3, 5), ("sigmoid", "tanh"), "squared_error"),
    "whole numbers": ((3, 2, 5), ("identity", "identity"), "squared_error"),
}
LAYOUTS = {"arrays with gaps": spaced, "read-only arrays": read_only}


def draw(rng: np.random.Generator, variation: str) -> dict:
    """A network after a forward pass, and one hidden layer of it with what comes back to it."""
    sizes, activations, loss = NETS[variation]
    params, x, y = networks.draw(rng, sizes, activations, loss, spread=15.0 if variation == "saturated" else 1.0)
    if variation == "whole numbers":
        params, x, y = networks.whole(rng, params, x, y)
    inputs = networks.passed(params, x, y, LAYOUTS.get(variation))
    deep = (
        inputs
        if len(activations) > 1
        else networks.passed(*networks.draw(rng, (5, 3, 2), ("tanh", *activations), loss))
    )
    l = len(deep["params"]["W"]) - 1
    delta = networks.deltas(deep["params"], deep["cache"], deep["dL_da"])
    arrange = LAYOUTS.get(variation, np.array)
    return {
        **inputs,
        "zL": inputs["cache"]["z"][len(activations)],
        "activation_L": activations[-1],
        "W_next": deep["params"]["W"][l + 1],
        "delta_next": arrange(delta[l + 1]),
        "z": deep["cache"]["z"][l],
        "activation": deep["params"]["activation"][l],
    }


def steps(u: Values) -> list[Call]:
    """The whole table first: the inputs of the single steps hold parts of it."""
    return [
        Call("all_deltas", "all_deltas", (u.params, u.cache, u.dL_da)),
        Call("output_delta", "output_delta", (u.dL_da, u.zL, u.activation_L)),
        Call("hidden_delta", "hidden_delta", (u.W_next, u.delta_next, u.z, u.activation)),
    ]


def at_output(u: Values) -> Any:
    """δ of the output from its parts."""
    return u.sign * u.dL_da * u.slope


def one_back(u: Values) -> Any:
    """δ of a hidden layer from its parts."""
    return u.back * u.slope


def of_layer(u: Values, delta_next: Any, z: Any) -> Any:
    """Whose derivative in z is δ of a hidden layer: what the next layer's z adds up to, each weighted by its δ."""
    return (delta_next * (u.W_next @ activate(u.activation, z))).sum()


def row_by_column(formulas: tuple[Formula, ...]) -> Mistake:
    """U6: what comes back is a row, or has one axis, and the slopes are a column."""
    return known(
        "U6",
        formulas,
        "back",
        why="A row (1, n), or an array (n,), times a column (n, 1) takes every entry with every other and gives (n, n).",
        paper="(δ⁽ˡ⁺¹⁾ᵀW⁽ˡ⁺¹⁾) ⊙ σ'(z⁽ˡ⁾), a row times a column, instead of two columns",
        advice="Print the shapes of the two things that you multiply by ⊙.",
    )


def flat_where(concerned: Callable[[int, int], bool]) -> Formula:
    """P18 in the layers l of L that are concerned."""
    return lambda u: lambda l, delta: delta.ravel() if concerned(l, recursion.last(u)) else delta


WAYS_TO_A_ROW = (lambda W, delta: delta.T @ W, lambda W, delta: (W.T @ delta).ravel())
EXERCISE = Exercise(
    id="e06",
    name="delta_recursion",
    title="The δ recursion",
    chapter="07_l_layers",
    functions={
        "output_delta": "output_delta(dL_da, zL, activation)",
        "hidden_delta": "hidden_delta(W_next, delta_next, z, activation)",
        "all_deltas": "all_deltas(params, cache, dL_da)",
    },
    parameters={"output_delta": ("dL_da", "zL", "activation_L")},
    terms=(
        Term(
            "delta_L", "δ⁽ᴸ⁾", "output_delta", 5, "eq-output-delta", Where("output_delta"),
            at_output,
            parts={"sign": lambda u: 1, "slope": lambda u: slope(u.activation_L, u.zL)},
            scale=lambda u: loss_slope_scale(u.params["loss"], activate(u.activation_L, u.zL), u.y)
            * np.abs(slope_scale(u.activation_L, u.zL)),
            slope=Slope(lambda u, z: (u.dL_da * activate(u.activation_L, z)).sum(), lambda u: u.zL),
            varies_with=("activation_L",),
            mistakes=(*recursion.output_mistakes(lambda u: (u.activation_L, u.zL)), recursion.flat(at_output)),
        ),
        Term(
            "delta_l", "δ⁽ˡ⁾", "hidden_delta", 6, "eq-hidden-delta", Where("hidden_delta"),
            one_back,
            parts={"back": lambda u: u.W_next.T @ u.delta_next, "slope": lambda u: slope(u.activation, u.z)},
            scale=lambda u: (np.abs(u.W_next).T @ np.abs(u.delta_next)) * np.abs(slope_scale(u.activation, u.z)),
            slope=Slope(lambda u, z: of_layer(u, u.delta_next, z), lambda u: u.z),
            varies_with=("activation",),
            mistakes=(
                *recursion.hidden_mistakes(lambda u: (u.activation, u.z), lambda u: (u.W_next, u.delta_next)),
                row_by_column(tuple(lambda u, way=way: way(u.W_next, u.delta_next) for way in WAYS_TO_A_ROW)),
                recursion.flat(one_back),
            ),
        ),
        Term(
            "deltas", "δ⁽¹⁾ … δ⁽ᴸ⁾", "all_deltas", 4, "eq-hidden-delta", Where("all_deltas"),
            recursion.table,
            parts=recursion.PARTS,
            called=("delta_L", "delta_l"),
            scale=lambda u: networks.sizes_of_terms(u.params, u.cache, u.y),
            slope=Slope(
                lambda u, moved: networks.loss_of(u.params, u.cache["a"][0], u.y, moved),
                lambda u: {l: z * 0 for l, z in u.cache["z"].items()},
                within=1e-12,
            ),
            mistakes=(
                *recursion.MISTAKES,
                row_by_column(tuple(map(recursion.in_table, WAYS_TO_A_ROW))),
                known("P18", (flat_where(lambda l, L: True), flat_where(lambda l, L: l < L), flat_where(lambda l, L: l == L)), "form"),
            ),
        ),
    ),
    variations=tuple(NETS),
    visible=tuple(NETS)[:5],
    draw=draw,
    steps=steps,
)  # fmt: skip
