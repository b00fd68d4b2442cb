"""The δ recursion over L layers in parts, and the mistakes that are made in it.

Exercises that ask for one layer and those that ask for the whole table cite the same slips: at the output in σ'(z⁽ᴸ⁾),
on the way back in σ'(z⁽ˡ⁾) or in the product with Wᵀ.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .functions import slope
from .mistake import Mistake, known
from .values import Formula, Values
from .wrong_slopes import WRONG_SLOPES, slope_mistake

At = Callable[[Values], tuple[str, Any]]
# Slips that have a code for the output and one for hidden layers, and those that go with an activation anywhere.
AT_OUTPUT = ("O1", "O2", "O5")
IN_HIDDEN = ("H1", "H2", "H5")
ANYWHERE = ("O3", "O4", "H3", "H4", "S2", "D2")
OF_HIDDEN_ACTIVATIONS = ("H13", "H14", "S1")


def last(u: Values) -> int:
    """L."""
    return len(u.params["W"])


def layer(u: Values, l: int) -> tuple[str, Any]:
    """The activation of layer l and its z."""
    return u.params["activation"][l], u.cache["z"][l]


def shares(W: Any) -> Any:
    """The weights into each unit divided by the sum of their sizes."""
    return W / np.abs(W).sum(axis=1, keepdims=True)


BACK = {
    "H6": lambda W, delta: W @ delta,
    "H10": lambda W, delta: shares(W).T @ delta,
    "H11": lambda W, delta: np.abs(W).T @ delta,
}


def _slopes(codes: tuple[str, ...], at: At, part: str) -> tuple[Mistake, ...]:
    def slip(code: str, form: int) -> Formula:
        return lambda u: WRONG_SLOPES[code][form](*at(u))

    return tuple(slope_mistake(c, tuple(slip(c, k) for k in range(len(WRONG_SLOPES[c]))), part) for c in codes)


def transposed_where_it_must_be(W: Any, delta: Any) -> Any:
    """W δ wherever it can be formed: a transpose that is put where it makes the shapes fit."""
    return (W if W.shape[0] == W.shape[1] else W.T) @ delta


WAYS_BACK = {code: (way, transposed_where_it_must_be) if code == "H6" else (way,) for code, way in BACK.items()}


def output_mistakes(at: At, part: str = "slope") -> tuple[Mistake, ...]:
    """Slips in σ'(z) of the output, in the part that holds it, and in the sign; ``at(u)`` is its activation and z."""
    return (*_slopes((*AT_OUTPUT, *ANYWHERE), at, part), known("O7", lambda u: -1, "sign"))


def hidden_mistakes(at: At, through: Callable[[Values], tuple[Any, Any]]) -> tuple[Mistake, ...]:
    """Slips of one step back; ``at(u)`` is the activation and z, ``through(u)`` the W and δ of the next layer."""

    def back(code: str) -> tuple[Formula, ...]:
        return tuple(lambda u, way=way: way(*through(u)) for way in WAYS_BACK[code])

    slopes = _slopes((*IN_HIDDEN, *ANYWHERE, *OF_HIDDEN_ACTIVATIONS), at, "slope")
    return (*slopes, *(known(code, back(code), "back") for code in WAYS_BACK))


def flat(formula: Formula) -> Mistake:
    """P18: the column as an array with one axis."""
    return known("P18", lambda u: formula(u)[:, 0])


def table(u: Values) -> dict[int, Any]:
    """δ of every layer from the parts: the top, the way back through W, the slope."""
    delta = {last(u): u.form(last(u), u.sign * u.dL_da * u.top)}
    for l in range(last(u) - 1, 0, -1):
        delta[l] = u.form(l, u.back(l, delta[l + 1]) * u.hidden(l))
    return dict(sorted(delta.items()))


PARTS = {
    "sign": lambda u: 1,
    "slope": lambda u: lambda l: slope(*layer(u, l)),
    "top": lambda u: u.slope(last(u)),
    "hidden": lambda u: u.slope,
    "back": lambda u: lambda l, delta: u.params["W"][l + 1].T @ delta,
    "form": lambda u: lambda l, delta: delta,
}


def _errors_sent_back(u: Values) -> dict[int, Any]:
    """H9: the error itself goes through the weights, and σ' is applied at each layer alone."""
    sent = {last(u): u.sign * u.dL_da}
    for l in range(last(u) - 1, 0, -1):
        sent[l] = u.back(l, sent[l + 1])
    return {l: sent[l] * slope(*layer(u, l)) for l in sorted(sent)}


def reversed_layers(table: dict[int, Any]) -> dict[int, Any]:
    """P16: what belongs to layer L under the key 1, and so on."""
    return dict(zip(table, reversed(table.values()), strict=True))


def left_out(table: dict[int, Any], layers: list[int], missing: bool) -> dict[int, Any]:
    """Some layers as zeros, or not there."""
    kept = {l: entry for l, entry in table.items() if l not in layers}
    return kept if missing else dict(sorted((kept | {l: table[l] * 0 for l in layers}).items()))


def _without(highest: Callable[[int], int], missing: bool) -> Formula:
    """H12: the hidden layers up to ``highest(L)`` are left out."""
    return lambda u: left_out(table(u), [l for l in range(1, last(u)) if l <= highest(last(u))], missing)


def _slips(code: str) -> tuple[Formula, ...]:
    """A slip of ``ANYWHERE`` in every layer, and in its first form at the output alone and in the others alone."""
    ways = tuple(_wrong(code, k, lambda l, L: True) for k in range(len(WRONG_SLOPES[code])))
    return (*ways, _wrong(code, 0, lambda l, L: l == L), _wrong(code, 0, lambda l, L: l < L))


def _wrong(code: str, form: int, concerns: Callable[[int, int], bool]) -> Formula:
    def formula(u: Values) -> Callable[[int], Any]:
        wrong = WRONG_SLOPES[code][form]
        return lambda l: (wrong if concerns(l, last(u)) else slope)(*layer(u, l))

    return formula


def in_table(way: Callable[[Any, Any], Any]) -> Formula:
    """A wrong way back from a W and a δ, for the part ``back`` of the table."""
    return lambda u: lambda l, delta: way(u.params["W"][l + 1], delta)


MISTAKES = (
    *_slopes(AT_OUTPUT, lambda u: layer(u, last(u)), "top"),
    known("O7", lambda u: -1, "sign"),
    *(slope_mistake(code, _slips(code), "slope") for code in ANYWHERE),
    *(
        slope_mistake(c, tuple(_wrong(c, k, lambda l, L: l < L) for k in range(len(WRONG_SLOPES[c]))), "hidden")
        for c in (*IN_HIDDEN, *OF_HIDDEN_ACTIVATIONS)
    ),
    *(known(code, tuple(map(in_table, ways)), "back") for code, ways in WAYS_BACK.items()),
    known("H7", lambda u: lambda l, delta: u.params["W"][l].T @ delta, "back"),
    known(
        "H8",
        (
            lambda u: lambda l: slope(*layer(u, l + 1)),
            lambda u: lambda l: slope(u.params["activation"][l], u.cache["z"][l + 1]),
        ),
        "hidden",
    ),
    known("H9", _errors_sent_back),
    known("H12", tuple(_without(h, missing) for h in (lambda L: 1, lambda L: L - 2) for missing in (False, True))),
    known(
        "P16",
        lambda u: reversed_layers(table(u)),
        what="The error signals stand at the wrong layers.",
        paper="δ⁽ᴸ⁾ instead of δ⁽¹⁾ at layer 1",
        advice="Give every layer a width of its own and print the shapes of z⁽ˡ⁾ and δ⁽ˡ⁾ side by side.",
    ),
)
