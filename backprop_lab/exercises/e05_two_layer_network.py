"""E5, Two-layer network: the whole of backpropagation once, with every array under a name of its own (18 points).

``backward`` is handed a reference cache. Each of its terms is also held against the student's own term before it.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import numpy as np

from . import networks, products, recursion
from .definition import Exercise, Slope, Term
from .functions import activate, loss_slope, loss_slope_scale, slope, slope_scale
from .layouts import read_only, spaced
from .mistake import Mistake, known
from .steps import Call, Where
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
UPPER = ("⁽⁰⁾", "⁽¹⁾", "⁽²⁾", "⁽³⁾")
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


def activated(l: int) -> Formula:
    """σ(z) of layer l."""
    return lambda u: activate(u.params[f"activation{l}"], getattr(u, f"z{l}"))


def error(u: Values) -> Any:
    """∂L/∂a2, the first factor."""
    return loss_slope(u.params["loss"], u.cache["a2"], u.y)


def at_output(u: Values) -> Any:
    """δ2 from its parts."""
    return u.sign * u.error * u.slope


def at_hidden(u: Values) -> Any:
    """δ1 from its parts."""
    return u.back * u.slope


def layer(l: int) -> Callable[[Values], tuple[str, Any]]:
    """The activation of layer l and its z."""
    return lambda u: (u.params[f"activation{l}"], u.cache[f"z{l}"])


def right_delta1(u: Values) -> Any:
    """δ1 from δ2: the terms of layer 2 come before it, and a slip there may use it all the same."""
    return (u.params["W2"].T @ u.delta2) * slope(*layer(1)(u))


def with_loss(name: str, wrong: Formula, right: Formula) -> Formula:
    """The wrong formula with one loss, the right one with the other."""
    return lambda u: wrong(u) if u.params["loss"] == name else right(u)


def in_layer(l: int, slips: Iterable[Mistake]) -> tuple[Mistake, ...]:
    """The same slips, told of layer 1 or 2 where the catalogue's words are told of layer l or L."""
    numbers = {
        "⁽ˡ⁺¹⁾": UPPER[l + 1], "⁽ˡ⁻¹⁾": UPPER[l - 1], "⁽ˡ⁾": UPPER[l], "⁽ᴸ⁾": UPPER[2], "layer l + 1": "layer 2",
        "Δ": "δ", "row i of Z": "row i of z",
    }  # fmt: skip

    def told(words: str) -> str:
        for name, number in numbers.items():
            words = words.replace(name, number)
        return words

    return tuple(
        replace(slip, **{words: told(getattr(slip, words)) for words in ("what", "why", "paper", "advice")})
        for slip in slips
    )


def pre_activation_slips(l: int) -> tuple[Mistake, ...]:
    """Slips in z of layer l, each in the part that it replaces."""
    return (
        known("F1", lambda u: u.params[f"b{l}"] * 0, "bias", advice=f"Set W{UPPER[l]} to 0: z must be b then."),
        known(
            "F6", lambda u: u.params[f"W{l}"].T, "weights", advice=f"Print the shapes of W{UPPER[l]} and what it meets."
        ),
    )


def bent_in_place(u: Values) -> Any:
    """U2: a ReLU that is applied to the very array z."""
    z = u.weights @ u.fed + u.bias
    return activate("relu", z) if u.params["activation1"] == "relu" else z


def activation_slips(l: int) -> tuple[Mistake, ...]:
    """Slips in a of layer l."""

    def z(u: Values) -> Any:
        return getattr(u, f"z{l}")

    return (
        known("F3", lambda u: z(u) * 1),
        known("F8", lambda u: activate(u.params[f"activation{3 - l}"], z(u)), **OTHER_ACTIVATION),
        known("F9", lambda u: activate("sigmoid", z(u))),
    )


def also_written(slips: Iterable[Mistake], code: str, formula: Formula) -> tuple[Mistake, ...]:
    """The same slips, and one of them in one more form."""
    return tuple(replace(slip, formula=(*slip.formulas, formula)) if slip.code == code else slip for slip in slips)


def output_slips() -> tuple[Mistake, ...]:
    """Slips in δ2: those of any output, and those that a loss invites."""
    # (a − y) σ' with cross-entropy is σ' twice: a − y is ∂L/∂a ⊙ σ' already.
    fused_and_slope = with_loss(
        "binary_cross_entropy", lambda u: slope(*layer(2)(u)) ** 2, lambda u: slope(*layer(2)(u))
    )
    return (
        *also_written(recursion.output_mistakes(layer(2)), "O5", fused_and_slope),
        known("O6", lambda u: u.cache["a2"] - u.y),
        known(
            "O8",
            with_loss("binary_cross_entropy", lambda u: -u.y / u.cache["a2"] - (1 - u.y) / (1 - u.cache["a2"]), error),
            "error",
        ),
        known("O9", with_loss("binary_cross_entropy", lambda u: -u.y / u.cache["a2"], error), "error"),
        known("O10", (with_loss("squared_error", lambda u: 2 * error(u), error), lambda u: 2 * error(u)), "error"),
        replace(known("O10", with_loss("squared_error", lambda u: error(u) / 2, error), "error"), code="O10-half"),
    )


def hidden_slips() -> tuple[Mistake, ...]:
    """Slips in δ1: one step back from δ2."""
    return (
        *recursion.hidden_mistakes(layer(1), lambda u: (u.params["W2"], u.delta2)),
        known("H7", lambda u: u.params["W1"].T @ u.delta2, "back"),
        known(
            "H8",
            (lambda u: slope(u.params["activation1"], u.cache["z2"]), lambda u: slope(*layer(2)(u))),
            "slope",
        ),
        known(
            "H9", (lambda u: u.params["W2"].T @ error(u), lambda u: u.params["W2"].T @ (u.cache["a2"] - u.y)), "back"
        ),
        known("H12", lambda u: u.back * 0, **STOPPED),
    )


STOPPED = {
    "what": "δ⁽¹⁾ is all zeros: the backward pass stops at the output.",
    "why": "Layer 1 has weights and biases too, and each of them can move the loss.",
    "paper": "δ⁽¹⁾ = 0 instead of W⁽²⁾ᵀδ⁽²⁾ ⊙ σ'(z⁽¹⁾)",
    "advice": "Nudge one entry of W⁽¹⁾ by 0.001: does the loss move?",
}
SWAPPED = {
    "what": "This is the gradient of the other layer.",
    "why": "The key says whose gradient is expected: that of layer 1 is made with δ⁽¹⁾, that of layer 2 with δ⁽²⁾.",
    "paper": "∂L/∂W⁽²⁾ under the key dL_dW1, or the other way round, or the same with b",
    "advice": "Give every layer a width of its own and print the shapes of W⁽¹⁾ and of your ∂L/∂W⁽¹⁾ side by side.",
}
FED_X = {"what": "The second layer is fed the input x.", "paper": "z⁽²⁾ = W⁽²⁾x + b⁽²⁾ instead of W⁽²⁾a⁽¹⁾ + b⁽²⁾"}
FED_Z = {
    "what": "The second layer is fed z⁽¹⁾, and not the a⁽¹⁾ that is made from it.",
    "why": "A layer hands on what its activation gives, so the second product is W⁽²⁾a⁽¹⁾.",
    "paper": "z⁽²⁾ = W⁽²⁾z⁽¹⁾ + b⁽²⁾ instead of W⁽²⁾a⁽¹⁾ + b⁽²⁾",
}
IN_PLACE = {
    "paper": "z⁽¹⁾ turns into a⁽¹⁾ when a ReLU is applied in place",
    "advice": "Print z⁽¹⁾ before and after you make a⁽¹⁾ with a ReLU: are there negative numbers in both?",
}
OTHER_ACTIVATION = {
    "what": "The layer is given the activation of the other layer.",
    "paper": "activation1 and activation2 exchanged, or one of them used twice",
}
OTHER_DELTA = {
    "what": "∂L/∂W is made with the δ of the other layer.",
    "why": "A nudge of W⁽ˡ⁾ moves z⁽ˡ⁾, and δ⁽ˡ⁾ of the same layer says what that does to the loss.",
    "paper": "δ of the other layer times a⁽ˡ⁻¹⁾ᵀ instead of δ⁽ˡ⁾a⁽ˡ⁻¹⁾ᵀ",
    "advice": "Give every layer a width of its own and compare the shapes of your ∂L/∂W and of W.",
}


def weight_slips(l: int) -> tuple[Mistake, ...]:
    """Slips in ∂L/∂W of layer l."""
    below, above = f"a{l - 1}", f"a{l}"

    def delta(u: Values) -> Any:
        return getattr(u, f"delta{l}")

    def other(u: Values) -> Any:
        return right_delta1(u) if l == 2 else u.delta2

    slips = (
        *products.weight_mistakes("outer", lambda u: (delta(u), u.cache[below])),
        known("P2", lambda u: delta(u) @ u.cache[above].T, "outer"),
        Mistake("P2-delta", lambda u: other(u) @ u.cache[below].T, **OTHER_DELTA, part="outer"),
        known("P16", lambda u: other(u) @ u.cache["a0" if l == 2 else "a1"].T, "outer", **SWAPPED),
    )
    z_below = known("P3", lambda u: delta(u) @ u.cache["z1"].T, "outer")
    return (*slips, z_below) if l == 2 else slips


def bias_slips(l: int) -> tuple[Mistake, ...]:
    """Slips in ∂L/∂b of layer l."""
    return (
        *products.bias_mistakes("sum", lambda u: (getattr(u, f"delta{l}"), None)),
        known("P16", right_delta1 if l == 2 else lambda u: u.delta2 * 1, "sum", **SWAPPED),
    )


def loss_with(name: str) -> Callable[[Values, Any], Any]:
    """L of a forward pass with one of the parameters replaced."""
    return lambda u, t: networks.loss_of(networks.as_tables({**u.params, name: t}), u.x, u.y)


def loss_moved(l: int) -> Callable[[Values, Any], Any]:
    """L of a forward pass with something added to z of layer l."""

    def of(u: Values, t: Any) -> Any:
        moved = {k: u.cache[f"z{k}"] * 0 for k in (1, 2)} | {l: t}
        return networks.loss_of(networks.as_tables(u.params), u.x, u.y, moved)

    return of


def scale1(u: Values) -> Any:
    """δ1 with every factor and subtraction in absolute value."""
    return (np.abs(u.params["W2"]).T @ scale2(u)) * np.abs(slope_scale(*layer(1)(u)))


def scale2(u: Values) -> Any:
    """δ2 in the same way."""
    return loss_slope_scale(u.params["loss"], u.cache["a2"], u.y) * np.abs(slope_scale(*layer(2)(u)))


FROM_CACHE = 1e-12  # the cache is rounded to float64
OWN = {l: {f"delta{l}": Where("backward", f"delta{l}")} for l in (1, 2)}
BRANCHES = ("activation2", "loss")


def z_term(l: int, below: str, slips: tuple[Mistake, ...] = ()) -> Term:
    """z of layer l, which is fed ``below``."""
    return Term(
        f"z{l}", f"z{UPPER[l]}", "forward", 1, "eq-two-layer-forward", Where("forward", f"z{l}"),
        lambda u: u.weights @ u.fed + u.bias,
        parts={
            "weights": lambda u: u.params[f"W{l}"],
            "fed": lambda u: getattr(u, below),
            "bias": lambda u: u.params[f"b{l}"],
        },
        own={} if l == 1 else {below: Where("forward", below)},
        mistakes=in_layer(l, (*pre_activation_slips(l), *slips)),
    )  # fmt: skip


def a_term(l: int) -> Term:
    """a of layer l."""
    return Term(
        f"a{l}", f"a{UPPER[l]}", "forward", 1, "eq-two-layer-forward", Where("forward", f"a{l}"),
        activated(l),
        own={f"z{l}": Where("forward", f"z{l}")},
        scale=lambda u: 1 + np.abs(getattr(u, f"a{l}")),
        varies_with=(f"activation{l}",),
        mistakes=in_layer(l, activation_slips(l)),
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
        mistakes=in_layer(l, weight_slips(l)),
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
        mistakes=in_layer(l, bias_slips(l)),
    )  # fmt: skip


EXERCISE = Exercise(
    id="e05",
    name="two_layer_network",
    title="Two-layer network",
    chapter="06_two_layers",
    functions={"forward": "forward(params, x)", "backward": "backward(params, cache, y)"},
    terms=(
        z_term(1, "x", (known("U2", bent_in_place, **IN_PLACE),)),
        a_term(1),
        z_term(2, "a1", (known("F7", lambda u: u.x, "fed", **FED_X), known("F10", lambda u: u.z1, "fed", **FED_Z))),
        a_term(2),
        Term(
            "delta2", "δ⁽²⁾", "backward", 4, "eq-two-layer-backward", Where("backward", "delta2"),
            at_output,
            parts={"sign": lambda u: 1, "error": error, "slope": lambda u: slope(*layer(2)(u))},
            scale=scale2,
            slope=Slope(loss_moved(2), lambda u: u.cache["z2"] * 0, FROM_CACHE),
            varies_with=BRANCHES,
            mistakes=in_layer(2, output_slips()),
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
            mistakes=in_layer(1, hidden_slips()),
        ),
        dW_term(1, scale1),
        db_term(1, scale1),
    ),
    variations=tuple(NETS),
    visible=tuple(NETS)[:6],
    draw=draw,
    steps=steps,
)  # fmt: skip
