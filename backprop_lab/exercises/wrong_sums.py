"""What students write for a sum over the examples of a batch: in Δ 1 of the biases, inside of Δ Aᵀ, and in the loss."""

from collections.abc import Callable
from typing import Any

from .batches import examples
from .mistake import Mistake, known
from .products import ONE_BIAS, ROW, WEIGHTS
from .values import Formula


def only(columns: slice) -> tuple[Callable[[Any], Any], ...]:
    """Of a table the columns that are left: with the weight of 1/m, and as if they were all."""
    return lambda table: table[:, columns], lambda table: table[:, columns] * examples(table)


LAST, FIRST = only(slice(-1, None)), only(slice(None, 1))
THE_FIRST = {
    "what": "Only the first example counts.",
    "why": "L is the mean over all examples, so every one of them has a share in it and in its gradient.",
    "paper": "the first column instead of the sum over all columns",
    "advice": "Change the last example and nothing else: does your answer change?",
}
MEANS_MULTIPLIED = {
    "what": "The examples are summed or averaged before they are multiplied.",
    "why": "In ∂L/∂W_ij each example adds its own Δ_ik A_jk; a product of two sums also multiplies one example's Δ by another's A.",
    "paper": "(Δ⁽ˡ⁾1)(A⁽ˡ⁻¹⁾1)ᵀ, with or without a 1/m, instead of Δ⁽ˡ⁾A⁽ˡ⁻¹⁾ᵀ",
    "advice": "Take two examples with Δ = (1, −1) and A = (1, −1): what do the two ways give?",
}
AVERAGED_ERROR = {
    "what": "The errors are averaged over the examples before the way back begins.",
    "why": "Column k of ∂L/∂A says how L answers to example k, and each of them goes back through slopes of its own.",
    "paper": "one column, the mean of the columns of A − Y, instead of (1/m)(A − Y), which has m columns",
    "advice": "Nudge one entry of A: which entries of your answer should have to do with it?",
}
NOT_ONE_NUMBER = {
    "what": "The loss is not one number.",
    "why": "Each example has a loss ℓ_k of its own, and L is the mean of these: the number that learning makes small.",
    "paper": "ℓ_1, …, ℓ_m side by side instead of their mean",
    "advice": "Print the shape of what you return for a batch of 5 examples.",
}

SUMS: dict[str, tuple[Callable[[Any], Any], ...]] = {
    "P5": (lambda delta: delta * 1,),
    "P6": (lambda delta: delta.sum(axis=0, keepdims=True), lambda delta: delta.sum(axis=0)),
    "P7": (lambda delta: delta[:, :1] * 0 + delta.sum(),),
    "P8": (lambda delta: delta[:, :1] * 0,),
    "P14": LAST,
    "P18": (lambda delta: delta.sum(axis=1),),
    "V1": FIRST,
    "M2": (lambda delta: float(delta.sum()), lambda delta: float(delta.mean())),
    "M4": (lambda delta: delta.sum(axis=1)[None, :],),
}
PRODUCTS: dict[str, tuple[Callable[[Any, Any], Any], ...]] = {
    "P1": WEIGHTS["P1"],
    "P4": WEIGHTS["P4"],
    "P14": tuple(lambda delta, a, way=way: way(delta) @ a[:, -1:].T for way in LAST),
    "V1": tuple(lambda delta, a, way=way: way(delta) @ a[:, :1].T for way in FIRST),
    "V2": (
        lambda delta, a: delta.sum(axis=1, keepdims=True) @ a.mean(axis=1, keepdims=True).T,
        lambda delta, a: delta.sum(axis=1, keepdims=True) @ a.sum(axis=1, keepdims=True).T,
        lambda delta, a: delta.mean(axis=1, keepdims=True) @ a.mean(axis=1, keepdims=True).T,
    ),
}  # fmt: skip
OWN_WORDS = {"V1": THE_FIRST, "V2": MEANS_MULTIPLIED, "M2": ONE_BIAS, "M4": ROW}


def _named(code: str, formulas: tuple[Formula, ...], part: str, **words: str) -> Mistake:
    if code in OWN_WORDS:
        return Mistake(code, formulas, **OWN_WORDS[code], part=part)
    return known(code, formulas, part, **words)


def sum_mistakes(part: str) -> tuple[Mistake, ...]:
    """Slips in the sum of Δ over the examples, in the part that takes a Δ."""
    return tuple(_named(c, tuple(lambda u, way=way: way for way in ways), part) for c, ways in SUMS.items())


def product_mistakes(part: str) -> tuple[Mistake, ...]:
    """Slips in Δ Aᵀ, in the part that takes a layer and its Δ."""

    def form(way: Callable[[Any, Any], Any]) -> Formula:
        return lambda u: lambda l, delta: way(delta, u.cache["a"][l - 1])

    return (
        *(_named(code, tuple(map(form, ways)), part) for code, ways in PRODUCTS.items()),
        known("P2", lambda u: lambda l, delta: delta @ u.cache["a"][l].T, part),
        known("P3", lambda u: lambda l, delta: delta @ (u.cache["z"][l - 1] if l > 1 else u.cache["a"][0]).T, part),
    )
