"""E5, Two-layer network: the whole of backpropagation once, with every array under a name of its own (18 points).

``backward`` is handed a reference cache. Each of its terms is also held against the student's own term before it.
"""

from typing import Any

import numpy as np

from . import networks, wrong_two_layers
from .definition import Exercise, Slope, Term
from .functions import activate, slope
from .layouts import read_only, spaced
from .steps import Call, Where
from .two_layers import UPPER, error, layer, loss_moved, loss_with, scale1, scale2
from .values import Formula, Values

# Where W2 δ2 stands for W2ᵀδ2 only square layers give a value: a square one for each kind of branch.
NETS = {
    "prime sizes": ((3, 5, 2), ("tanh", "sigmoid"), "squared_error"),
    "square layers": ((4, 4, 4), ("sigmoid", "tanh"), "squared_error"),
    "binary cross-entropy": ((2, 7, 3), ("softplus", "sigmoid"), "binary_cross_entropy"),
    "square, binary cross-entropy": ((3, 3, 3), ("tanh", "sigmoid"), "binary_cross_entropy"),
    "relu below softplus": ((2, 5, 3), ("relu", "softplus"), "squared_error"),
    "square, relu below sigmoid": ((5, 5, 5), ("relu", "sigmoid"), "squared_error"),
    "square, softplus below tanh": ((3, 3, 3), ("softplus", "tanh"), "squared_error"),
    "one output": ((3, 5, 1), ("sigmoid", "sigmoid"), "binary_cross_entropy"),
    "as many outputs as inputs": ((3, 7, 3), ("sigmoid", "identity"), "squared_error"),
    "saturated": ((3, 2, 5), ("tanh", "sigmoid"), "squared_error"),
    "arrays with gaps": ((5, 2, 3), ("softplus", "tanh"), "squared_error"),
    "read-only arrays": ((2, 3, 5), ("sigmoid", "tanh"), "squared_error"),
    "whole numbers": ((3, 2, 5), ("identity", "identity"), "squared_error"),
}
LAYOUTS = {"arrays with gaps": spaced, "read-only arrays": read_only}


def draw(rng: np.random.Generator, variation: str) -> dict:
    """A network, one example, and the cache of its forward pass."""
    sizes, activations, loss = NETS[variation]
    params, x, y = networks.draw(rng, sizes, activations, loss, spread=15.0 if variation == "saturated" else 1.0)
    if variation == "whole numbers":
        params, x, y = networks.whole(rng, params, x, y)
    passed = networks.passed(params, x, y, LAYOUTS.get(variation))
    cache = networks.numbered(passed["cache"])
    return {
        "params": networks.numbered(passed["params"]),
        "x": cache["a0"],
        "cache": cache,
        "y": passed["y"],
        "activation1": activations[0],
        "activation2": activations[1],
        "loss": loss,
    }


def steps(u: Values) -> list[Call]:
    """Forward first: the cache that ``backward`` is handed is its answer."""
    return [
        Call("forward", "forward", (u.params, u.x)),
        Call("backward", "backward", (u.params, u.cache, u.y)),
    ]


def at_output(u: Values) -> Any:
    """δ2 from its parts."""
    return u.sign * u.error * u.slope


def at_hidden(u: Values) -> Any:
    """δ1 from its parts."""
    return u.back * u.slope


FROM_CACHE = 1e-12  # the cache is rounded to float64
OWN = {l: {f"delta{l}": Where("backward", f"delta{l}")} for l in (1, 2)}
BRANCHES = ("activation2", "loss")


def z_term(l: int) -> Term:
    """z of layer l."""
    below = "x" if l == 1 else "a1"
    return Term(
        f"z{l}", f"z{UPPER[l]}", "forward", 1, "eq-two-layer-forward", Where("forward", f"z{l}"),
        lambda u: u.weights @ u.fed + u.bias,
        parts={
            "weights": lambda u: u.params[f"W{l}"],
            "fed": lambda u: getattr(u, below),
            "bias": lambda u: u.params[f"b{l}"],
        },
        own={} if l == 1 else {below: Where("forward", below)},
        mistakes=wrong_two_layers.pre_activation_slips(l),
    )  # fmt: skip


def a_term(l: int) -> Term:
    """a of layer l."""
    return Term(
        f"a{l}", f"a{UPPER[l]}", "forward", 1, "eq-two-layer-forward", Where("forward", f"a{l}"),
        lambda u: activate(u.params[f"activation{l}"], getattr(u, f"z{l}")),
        own={f"z{l}": Where("forward", f"z{l}")},
        scale=lambda u: 1 + np.abs(getattr(u, f"a{l}")),
        varies_with=(f"activation{l}",),
        mistakes=wrong_two_layers.activation_slips(l),
    )  # fmt: skip


def dW_term(l: int, scale: Formula) -> Term:
    """∂L/∂W of layer l."""
    return Term(
        f"dL_dW{l}", f"∂L/∂W{UPPER[l]}", "backward", 2, "eq-dW", Where("backward", f"dL_dW{l}"),
        lambda u: u.outer,
        parts={"outer": lambda u: getattr(u, f"delta{l}") @ u.cache[f"a{l - 1}"].T},
        own=OWN[l],
        scale=lambda u: scale(u) @ np.abs(u.cache[f"a{l - 1}"]).T,
        slope=Slope(loss_with(f"W{l}"), lambda u: u.params[f"W{l}"], FROM_CACHE),
        mistakes=wrong_two_layers.weight_slips(l),
    )  # fmt: skip


def db_term(l: int, scale: Formula) -> Term:
    """∂L/∂b of layer l."""
    return Term(
        f"dL_db{l}", f"∂L/∂b{UPPER[l]}", "backward", 1, "eq-db", Where("backward", f"dL_db{l}"),
        lambda u: u.sum,
        parts={"sum": lambda u: getattr(u, f"delta{l}") * 1},
        own=OWN[l],
        scale=scale,
        slope=Slope(loss_with(f"b{l}"), lambda u: u.params[f"b{l}"], FROM_CACHE),
        mistakes=wrong_two_layers.bias_slips(l),
    )  # fmt: skip


EXERCISE = Exercise(
    id="e05",
    name="two_layer_network",
    title="Two-layer network",
    chapter="06_two_layers",
    functions={"forward": "forward(params, x)", "backward": "backward(params, cache, y)"},
    terms=(
        z_term(1),
        a_term(1),
        z_term(2),
        a_term(2),
        Term(
            "delta2", "δ⁽²⁾", "backward", 4, "eq-two-layer-backward", Where("backward", "delta2"),
            at_output,
            parts={"sign": lambda u: 1, "error": error, "slope": lambda u: slope(*layer(2)(u))},
            scale=scale2,
            slope=Slope(loss_moved(2), lambda u: u.cache["z2"] * 0, FROM_CACHE),
            varies_with=BRANCHES,
            mistakes=wrong_two_layers.output_slips(),
        ),
        dW_term(2, scale2),
        db_term(2, scale2),
        Term(
            "delta1", "δ⁽¹⁾", "backward", 4, "eq-two-layer-backward", Where("backward", "delta1"),
            at_hidden,
            parts={"back": lambda u: u.params["W2"].T @ u.delta2, "slope": lambda u: slope(*layer(1)(u))},
            own=OWN[2],
            scale=scale1,
            slope=Slope(loss_moved(1), lambda u: u.cache["z1"] * 0, FROM_CACHE),
            varies_with=("activation1",),
            mistakes=wrong_two_layers.hidden_slips(),
        ),
        dW_term(1, scale1),
        db_term(1, scale1),
    ),
    variations=tuple(NETS),
    visible=tuple(NETS)[:6],
    draw=draw,
    steps=steps,
)  # fmt: skip
