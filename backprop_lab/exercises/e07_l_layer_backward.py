"""E7, Backward through L layers: the whole algorithm, from the cache to the gradients of every layer (20 points).

``backward`` is handed a reference cache. ∂L/∂W and ∂L/∂b are also held against the student's own δ, and two points
are for a function that depends on its arguments alone.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import networks, recursion
from .definition import Exercise, Mistake, Slope, Term, Values, known
from .functions import activate
from .layouts import read_only, spaced
from .steps import Call, Where

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
    """z of every layer, from the parts: which weights, which bias, what activation follows."""
    z, below = {}, u.x
    for l in u.params["W"]:
        z[l] = u.weights(l) @ u.fed(l, below) + u.bias(l)
        below = activate(u.params["activation"][l], z[l])
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


def reversed_table(u: Values) -> dict[int, Any]:
    """P16: the gradient of layer L under the key 1, and so on."""
    right = each(lambda delta, a: delta @ a.T)(u)
    return dict(zip(right, reversed(right.values()), strict=True))


PRE_ACTIVATIONS = (
    Mistake(
        "F1",
        lambda u: lambda l: 0,
        "The bias is missing from z.",
        "Every layer adds its own b after the product.",
        "Z⁽ˡ⁾ = W⁽ˡ⁾ a⁽ˡ⁻¹⁾ instead of W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾",
        "Call forward with an input of zeros: z⁽¹⁾ must be b⁽¹⁾.",
        part="bias",
    ),
    Mistake(
        "F6",
        lambda u: lambda l: u.params["W"][l].T,
        "W is transposed in the forward pass.",
        "z_i is the sum of W_ij a_j over j, which is W a with W as it stands.",
        "z⁽ˡ⁾ = W⁽ˡ⁾ᵀ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾ instead of W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾",
        "Print the shapes of W[1] and x: which order of them can be multiplied?",
        part="weights",
    ),
    Mistake(
        "F7",
        lambda u: lambda l, below: u.x,
        "Every layer is fed the input x.",
        "A layer is fed what the layer below it gives; only the first one is fed x.",
        "z⁽ˡ⁾ = W⁽ˡ⁾ x + b⁽ˡ⁾ instead of W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾",
        "Print what stands behind W[2] in your product, and its shape.",
        part="fed",
    ),
)
ACTIVATIONS = (
    Mistake(
        "F3",
        lambda u: lambda l, z: z,
        "The activation is not applied: a equals z.",
        "Without it all layers together are one straight map.",
        "a⁽ˡ⁾ = z⁽ˡ⁾ instead of σ(z⁽ˡ⁾)",
        "Compare a[1] with z[1] where the activation is a sigmoid: a must lie between 0 and 1.",
        part="bent",
    ),
    Mistake(
        "F8",
        lambda u: lambda l, z: activate(u.params["activation"][1], z),
        "Every layer is given the activation of the first one.",
        "Each layer has an activation of its own, under its own number.",
        "a⁽ˡ⁾ = σ₁(z⁽ˡ⁾) instead of σ_l(z⁽ˡ⁾)",
        "Print the name of the activation that your loop uses in each layer.",
        part="bent",
    ),
)
WEIGHT_GRADIENTS = (
    known("P1", each(lambda delta, a: a @ delta.T)),
    known("P2", lambda u: {l: delta @ u.cache["a"][l].T for l, delta in u.delta.items()}),
    known("P3", lambda u: {
        l: delta @ (u.cache["z"][l - 1] if l > 1 else u.cache["a"][0]).T for l, delta in u.delta.items()
    }),
    known("P4", each(lambda delta, a: (delta @ a.T).T.reshape(delta.shape[0], a.shape[0]))),
    known("P16", reversed_table),
)  # fmt: skip
BIAS_GRADIENTS = (
    known("P6", each(lambda delta, a: delta.sum(axis=0, keepdims=True))),
    known("P7", each(lambda delta, a: delta * 0 + delta.sum())),
    known("P8", each(lambda delta, a: delta * 0)),
    known("P18", each(lambda delta, a: delta[:, 0])),
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
                "fed": lambda u: lambda l, below: below,
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
            each(lambda delta, a: delta @ a.T),
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
            each(lambda delta, a: delta * 1),
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
