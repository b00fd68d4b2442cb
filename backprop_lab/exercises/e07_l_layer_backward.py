"""E7, Backward through L layers: the whole algorithm, from the cache to the gradients of every layer (20 points).

``backward`` is handed a reference cache. ∂L/∂W and ∂L/∂b are also held against the student's own δ, and two points
are for a function that depends on its arguments alone.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from . import networks, products, recursion
from .definition import Exercise, Slope, Term
from .functions import activate
from .layouts import read_only, spaced
from .mistake import Mistake, known
from .steps import Call, Where
from .values import Formula, Values
from .wrong_tables import of_tables

NETS = {
    "prime sizes": ((2, 5, 3, 7), ("tanh", "sigmoid", "tanh"), "squared_error"),
    "square layers": ((4, 4, 4, 4), ("sigmoid", "tanh", "sigmoid"), "squared_error"),
    "two layers, binary cross-entropy": ((3, 5, 2), ("softplus", "sigmoid"), "binary_cross_entropy"),
    "relu among others": ((3, 7, 5, 2), ("tanh", "relu", "identity"), "squared_error"),
    "one layer": ((5, 3), ("sigmoid",), "squared_error"),
    "four layers, square": ((3, 3, 3, 3, 3), ("tanh", "softplus", "relu", "tanh"), "squared_error"),
    "four layers, palindromic": ((3, 5, 2, 5, 3), ("tanh", "sigmoid", "softplus", "tanh"), "squared_error"),
    "identity output": ((2, 7, 3), ("sigmoid", "identity"), "squared_error"),
    "saturated": ((3, 2, 5), ("tanh", "sigmoid"), "squared_error"),
    "arrays with gaps": ((5, 2, 3), ("tanh", "sigmoid"), "squared_error"),
    "read-only arrays": ((2, 3, 5), ("sigmoid", "tanh"), "squared_error"),
    "whole numbers": ((3, 2, 5), ("identity", "identity"), "squared_error"),
}
LAYOUTS = {"arrays with gaps": spaced, "read-only arrays": read_only}


def draw(rng: np.random.Generator, variation: str) -> dict:
    """A network, its input and target, and what its backward pass is handed."""
    sizes, activations, loss = NETS[variation]
    params, x, y = networks.draw(rng, sizes, activations, loss, spread=15.0 if variation == "saturated" else 1.0)
    if variation == "whole numbers":
        params, x, y = networks.whole(rng, params, x, y)
    inputs = networks.passed(params, x, y, LAYOUTS.get(variation))
    return {"x": inputs["cache"]["a"][0], **inputs}


def steps(u: Values) -> list[Call]:
    """Forward first: the cache that ``backward`` is handed is its answer."""
    return [
        Call("forward", "forward", (u.params, u.x)),
        Call("backward", "backward", (u.params, u.cache, u.dL_da)),
    ]


def pre_activations(u: Values) -> dict[int, Any]:
    """z of every layer, from the parts: which weights, what they are fed, which bias."""
    z, a = {}, {0: u.x}
    for l in u.params["W"]:
        z[l] = u.weights(l) @ u.fed(l, z, a) + u.bias(l)
        a[l] = activate(u.params["activation"][l], z[l])
    return z


def activations(u: Values) -> dict[int, Any]:
    """a of every layer, the input first."""
    return {0: u.x} | {l: u.bent(l, z) for l, z in u.z.items()}


def from_own_activations(u: Values) -> dict[int, Any]:
    """z of every layer from the student's own a below it."""
    return {l: W @ u.a[l - 1] + u.params["b"][l] for l, W in u.params["W"].items()}


def each(rule: Callable[[Any, Any], Any]):
    """A gradient table: ``rule(δ of the layer, a below it)`` layer by layer."""
    return lambda u: {l: rule(delta, u.cache["a"][l - 1]) for l, delta in u.delta.items()}


right_weights = each(lambda delta, a: delta @ a.T)
right_biases = each(lambda delta, a: delta * 1)


def in_every_layer(slips: tuple[Mistake, ...]) -> tuple[Mistake, ...]:
    """Slips of one layer, whose formulas take its δ and a, made in all of them."""

    def everywhere(formula: Formula) -> Formula:
        return each(lambda delta, a: formula((delta, a)))

    return tuple(replace(slip, formula=tuple(map(everywhere, slip.formulas))) for slip in slips)


PRE_ACTIVATIONS = (
    known("F1", lambda u: lambda l: 0, "bias"),
    known("F6", lambda u: lambda l: u.params["W"][l].T, "weights"),
    known("F7", lambda u: lambda l, z, a: u.x, "fed"),
    known("F10", lambda u: lambda l, z, a: z.get(l - 1, u.x), "fed"),
)
ACTIVATIONS = (
    known("F3", lambda u: lambda l, z: z * 1, "bent"),
    known("F8", lambda u: lambda l, z: activate(u.params["activation"][1], z), "bent"),
    known("F9", lambda u: lambda l, z: activate("sigmoid", z), "bent"),
)
WEIGHT_GRADIENTS = (
    *in_every_layer(products.weight_mistakes(None, lambda pair: pair)),
    known("P2", lambda u: {l: delta @ u.cache["a"][l].T for l, delta in u.delta.items()}),
    known("P3", lambda u: {
        l: delta @ (u.cache["z"][l - 1] if l > 1 else u.cache["a"][0]).T for l, delta in u.delta.items()
    }),
    *of_tables(right_weights, "W"),
)  # fmt: skip
BIAS_GRADIENTS = (
    *in_every_layer(products.bias_mistakes(None, lambda pair: pair)),
    *of_tables(right_biases, "b"),
)


def loss_with(u: Values, name: str, table: dict) -> Any:
    """L with the table of W or b replaced."""
    return networks.loss_of({**u.params, name: table}, u.x, u.y)


FROM_CACHE = 1e-12  # the cache is rounded to float64
EXERCISE = Exercise(
    id="e07",
    name="l_layer_backward",
    title="Backward through L layers",
    chapter="07_l_layers",
    functions={"forward": "forward(params, x)", "backward": "backward(params, cache, dL_da)"},
    terms=(
        Term(
            "z", "z⁽¹⁾ … z⁽ᴸ⁾", "forward", 2, "eq-forward", Where("forward", "z"),
            pre_activations,
            parts={
                "weights": lambda u: lambda l: u.params["W"][l],
                "fed": lambda u: lambda l, z, a: a[l - 1],
                "bias": lambda u: lambda l: u.params["b"][l],
            },
            own={"a": Where("forward", "a")},
            follow=from_own_activations,
            mistakes=PRE_ACTIVATIONS,
        ),
        Term(
            "a", "a⁽⁰⁾ … a⁽ᴸ⁾", "forward", 2, "eq-forward", Where("forward", "a"),
            activations,
            parts={"bent": lambda u: lambda l, z: activate(u.params["activation"][l], z)},
            own={"z": Where("forward", "z")},
            mistakes=ACTIVATIONS,
        ),
        Term(
            "delta", "δ⁽¹⁾ … δ⁽ᴸ⁾", "backward", 6, "eq-hidden-delta", Where("backward", "delta"),
            recursion.table,
            parts=recursion.PARTS,
            scale=lambda u: networks.sizes_of_terms(u.params, u.cache, u.y),
            slope=Slope(
                lambda u, moved: networks.loss_of(u.params, u.x, u.y, moved),
                lambda u: {l: z * 0 for l, z in u.cache["z"].items()},
                FROM_CACHE,
            ),
            mistakes=recursion.MISTAKES,
        ),
        Term(
            "dL_dW", "∂L/∂W⁽¹⁾ … ∂L/∂W⁽ᴸ⁾", "backward", 5, "eq-dW", Where("backward", "dL_dW"),
            right_weights,
            own={"delta": Where("backward", "delta")},
            scale=lambda u: {
                l: size @ np.abs(u.cache["a"][l - 1]).T
                for l, size in networks.sizes_of_terms(u.params, u.cache, u.y).items()
            },
            slope=Slope(lambda u, W: loss_with(u, "W", W), lambda u: u.params["W"], FROM_CACHE),
            mistakes=WEIGHT_GRADIENTS,
        ),
        Term(
            "dL_db", "∂L/∂b⁽¹⁾ … ∂L/∂b⁽ᴸ⁾", "backward", 3, "eq-db", Where("backward", "dL_db"),
            right_biases,
            own={"delta": Where("backward", "delta")},
            scale=lambda u: networks.sizes_of_terms(u.params, u.cache, u.y),
            slope=Slope(lambda u, b: loss_with(u, "b", b), lambda u: u.params["b"], FROM_CACHE),
            mistakes=BIAS_GRADIENTS,
        ),
        Term(
            "order", "arguments alone", "backward", 2, "eq-hidden-delta", Where("backward"), lambda u: True, state=True
        ),
    ),
    variations=tuple(NETS),
    visible=tuple(NETS)[:5],
    draw=draw,
    steps=steps,
)  # fmt: skip
