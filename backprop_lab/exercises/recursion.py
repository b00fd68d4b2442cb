"""The δ recursion over L layers in parts, and the mistakes that are made in it.

Exercises that ask for one layer and those that ask for the whole table cite the same slips: at the output in σ'(z⁽ᴸ⁾),
on the way back in σ'(z⁽ˡ⁾) or in the product with Wᵀ.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .definition import Formula, Mistake, Values, known
from .functions import slope
from .wrong_slopes import WRONG_SLOPES

At = Callable[[Values], tuple[str, Any]]
OUTPUT_SLOPES = ("O1", "O2", "O3", "O4", "O5")
HIDDEN_SLOPES = ("H1", "H2", "H3", "H4", "H5", "H13", "H14")


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


def output_mistakes(at: At, part: str = "slope") -> tuple[Mistake, ...]:
    """Slips in σ'(z) of the output, in the part that holds it, and in the sign; ``at(u)`` is its activation and z."""

    def slip(code: str, form: int) -> Formula:
        return lambda u: WRONG_SLOPES[code][form](*at(u))

    slopes = [known(c, tuple(slip(c, k) for k in range(len(WRONG_SLOPES[c]))), part) for c in OUTPUT_SLOPES]
    return (*slopes, known("O7", lambda u: -1, "sign"))


def hidden_mistakes(at: At, through: Callable[[Values], tuple[Any, Any]]) -> tuple[Mistake, ...]:
    """Slips of one step back; ``at(u)`` is the activation and z, ``through(u)`` the W and δ of the next layer."""

    def slip(code: str, form: int) -> Formula:
        return lambda u: WRONG_SLOPES[code][form](*at(u))

    def back(code: str) -> Formula:
        return lambda u: BACK[code](*through(u))

    slopes = [known(c, tuple(slip(c, k) for k in range(len(WRONG_SLOPES[c]))), "slope") for c in HIDDEN_SLOPES]
    return (*slopes, *(known(code, back(code), "back") for code in BACK))


def flat(formula: Formula) -> Mistake:
    """P18: the column as an array with one axis."""
    return known("P18", lambda u: formula(u)[:, 0])


def table(u: Values) -> dict[int, Any]:
    """δ of every layer from the parts: the top, the way back through W, the slope."""
    delta = {last(u): u.sign * u.dL_da * u.top}
    for l in range(last(u) - 1, 0, -1):
        delta[l] = u.back(l, delta[l + 1]) * u.slope(l)
    return dict(sorted(delta.items()))


PARTS = {
    "sign": lambda u: 1,
    "top": lambda u: slope(*layer(u, last(u))),
    "back": lambda u: lambda l, delta: u.params["W"][l + 1].T @ delta,
    "slope": lambda u: lambda l: slope(*layer(u, l)),
}


def _errors_sent_back(u: Values) -> dict[int, Any]:
    """H9: the error itself goes through the weights, and σ' is applied at each layer alone."""
    sent = {last(u): u.sign * u.dL_da}
    for l in range(last(u) - 1, 0, -1):
        sent[l] = u.back(l, sent[l + 1])
    return {l: sent[l] * slope(*layer(u, l)) for l in sorted(sent)}


def _without(highest: Callable[[int], int], missing: bool) -> Formula:
    """H12: the hidden layers up to ``highest(L)`` are zeros, or not there."""

    def formula(u: Values) -> dict[int, Any]:
        delta = table(u)
        skipped = [l for l in delta if l < last(u) and l <= highest(last(u))]
        kept = {l: d for l, d in delta.items() if l not in skipped}
        return kept if missing else dict(sorted((kept | {l: delta[l] * 0 for l in skipped}).items()))

    return formula


def _layered_slope(code: str, form: int) -> Formula:
    return lambda u: lambda l: WRONG_SLOPES[code][form](*layer(u, l))


def _layered_back(code: str) -> Formula:
    return lambda u: lambda l, delta: BACK[code](u.params["W"][l + 1], delta)


MISTAKES = (
    *output_mistakes(lambda u: layer(u, last(u)), "top"),
    *(known(c, tuple(_layered_slope(c, k) for k in range(len(WRONG_SLOPES[c]))), "slope") for c in HIDDEN_SLOPES),
    *(known(code, _layered_back(code), "back") for code in BACK),
    known("H7", lambda u: lambda l, delta: u.params["W"][l].T @ delta, "back"),
    known("H8", lambda u: lambda l: slope(u.params["activation"][l], u.cache["z"][l + 1]), "slope"),
    known("H9", _errors_sent_back),
    known("H12", tuple(_without(h, missing) for h in (lambda L: 1, lambda L: L - 2) for missing in (False, True))),
)
