"""What students write for the terms of two layers in which every array has a name of its own.

Slips that a table of layers shares are those of ``recursion`` and ``products``, told of layer 1 or 2. What is special to
such names is a name of the other layer.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from . import products, recursion
from .functions import activate, slope
from .mistake import Mistake, known
from .two_layers import UPPER, error, layer, right_delta1
from .values import Formula, Values

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


def bent_in_place(u: Values) -> Any:
    """U2: a ReLU that is applied to the very array z."""
    z = u.weights @ u.fed + u.bias
    return activate("relu", z) if u.params["activation1"] == "relu" else z


def pre_activation_slips(l: int) -> tuple[Mistake, ...]:
    """Slips in z of layer l, each in the part that it replaces."""
    of_one = {
        1: (known("U2", bent_in_place, **IN_PLACE),),
        2: (known("F7", lambda u: u.x, "fed", **FED_X), known("F10", lambda u: u.z1, "fed", **FED_Z)),
    }
    slips = (
        known("F1", lambda u: u.params[f"b{l}"] * 0, "bias", advice=f"Set W{UPPER[l]} to 0: z must be b then."),
        known(
            "F6", lambda u: u.params[f"W{l}"].T, "weights", advice=f"Print the shapes of W{UPPER[l]} and what it meets."
        ),
        *of_one[l],
    )
    return in_layer(l, slips)


def activation_slips(l: int) -> tuple[Mistake, ...]:
    """Slips in a of layer l."""

    def z(u: Values) -> Any:
        return getattr(u, f"z{l}")

    slips = (
        known("F3", lambda u: z(u) * 1),
        known("F8", lambda u: activate(u.params[f"activation{3 - l}"], z(u)), **OTHER_ACTIVATION),
        known("F9", lambda u: activate("sigmoid", z(u))),
    )
    return in_layer(l, slips)


def also_written(slips: Iterable[Mistake], code: str, formula: Formula) -> tuple[Mistake, ...]:
    """The same slips, and one of them in one more form."""
    return tuple(replace(slip, formula=(*slip.formulas, formula)) if slip.code == code else slip for slip in slips)


def output_slips() -> tuple[Mistake, ...]:
    """Slips in δ2: those of any output, and those that a loss invites."""
    # (a − y) σ' with cross-entropy is σ' twice: a − y is ∂L/∂a ⊙ σ' already.
    fused_and_slope = with_loss(
        "binary_cross_entropy", lambda u: slope(*layer(2)(u)) ** 2, lambda u: slope(*layer(2)(u))
    )
    slips = (
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
    return in_layer(2, slips)


def hidden_slips() -> tuple[Mistake, ...]:
    """Slips in δ1: one step back from δ2."""
    slips = (
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
    return in_layer(1, slips)


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
    return in_layer(l, (*slips, z_below) if l == 2 else slips)


def bias_slips(l: int) -> tuple[Mistake, ...]:
    """Slips in ∂L/∂b of layer l."""
    slips = (
        *products.bias_mistakes("sum", lambda u: (getattr(u, f"delta{l}"), None)),
        known("P16", right_delta1 if l == 2 else lambda u: u.delta2 * 1, "sum", **SWAPPED),
    )
    return in_layer(l, slips)
