"""What students write for the mean over a batch: where the 1/m goes, and what is summed over the examples.

The 1/m may enter at the start, with ∂L/∂A, and stay in every Δ; or Δ is made without it, and each gradient is divided
at the end. Both are right, as long as it is in ∂L/∂W and ∂L/∂b once. ``start`` tells which of the two a Δ is made by.
"""

from collections.abc import Callable, Iterator, Mapping
from itertools import chain
from typing import Any

import numpy as np

from . import recursion
from .batches import examples
from .functions import slope
from .mistake import Mistake, known
from .products import ONE_BIAS, ROW, WEIGHTS
from .values import Formula, Values
from .wrong_slopes import WRONG_SLOPES

NEARLY = 1e-4
# A Δ made from A − Y without 1/m, perhaps with a factor ½, is at least so many times what it would be for one example.
WITHOUT = 0.49
# What a variable m of the notebook may hold: the number of examples of some other batch.
FROM_OUTSIDE = (2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 20, 100)

Share = Callable[[Values, int], float]


def start(u: Values, delta: Any) -> Any:
    """By what this Δ is to be multiplied to be ∂L/∂Z: 1 where it holds the 1/m, and 1/m where that comes at the end.

    Also of a wrong Δ: at the output it is A − Y times some slope, right or wrong, and what is left is the factor.
    """
    with np.errstate(all="ignore"):
        return 1 / examples(u.Y) if _is_without(u, delta) else 1


def start_if_unclear(u: Values, delta: Any) -> Any:
    """The other number of ``start``, where a Δ is wrong in a way that does not tell.

    Raises
    ------
    ValueError
        Where it does tell.
    """
    with np.errstate(all="ignore"):
        if _is_known_without(u, delta) is not None:
            raise ValueError("it is known whether this Δ holds the 1/m")
        return 1 if _is_without(u, delta) else 1 / examples(u.Y)


def _is_without(u: Values, delta: Any) -> bool:
    known = _is_known_without(u, delta)
    if known is not None:
        return known
    size, right = np.abs(delta[recursion.last(u)]), next(_tops(u))
    return bool((size * size).sum() * examples(u.Y) >= (right * right).sum() > 0)


def _is_known_without(u: Values, delta: Any) -> bool | None:
    L = recursion.last(u)
    top = delta.get(L) if isinstance(delta, Mapping) else None
    if np.shape(top) != u.Y.shape:
        return False
    size, tops = np.abs(top), _tops(u)
    right = next(tops)
    for made in chain([right], tops if right.dtype.kind == "f" else ()):  # a reference of fifty digits is right
        ratio = (size * made).sum() / (made * made).sum() if made.any() else 0
        if np.abs(size - ratio * made).max() <= NEARLY * size.max():
            return bool(ratio >= WITHOUT and abs(ratio * examples(u.Y) - 1) > NEARLY)
    return None


def _tops(u: Values) -> Iterator[Any]:
    """|A − Y| times the slope of the output, then times each wrong one."""
    name, z = recursion.layer(u, recursion.last(u))
    error = u.cache["a"][recursion.last(u)] - u.Y
    yield np.abs(error * slope(name, z))
    for code in (*recursion.AT_OUTPUT, *recursion.ANYWHERE):
        for wrong in WRONG_SLOPES[code]:
            yield np.abs(error * wrong(name, z))
    yield np.abs(error.sum(axis=1, keepdims=True) * slope(name, z))


def as_derivative(u: Values, delta: Any) -> Any:
    """A table of Δ in the placement of the book, whichever it came in; what is no such table as it is."""
    by = start(u, delta)
    if by == 1:
        return delta
    return {l: part * by if isinstance(part, np.ndarray) else part for l, part in delta.items()}


# By what an answer is divided in place of m, where A and Y are all there is: rows are outputs.
DIVISORS: dict[str, tuple[Formula, ...]] = {
    "P9": (lambda u: 1,),
    "P10": (lambda u: examples(u.Y) ** 2,),
    "P12": (lambda u: len(u.Y),),
    "P13": (lambda u: u.Y.size,),
    "U7": tuple(lambda u, c=c: c for c in FROM_OUTSIDE),
}
FIXED = {
    "what": "m is the same number for every batch.",
    "why": "m differs from batch to batch: a number that is written down, or a variable of the notebook, fits one of them.",
    "paper": "one fixed m instead of the number of columns of the arguments",
}
ROWS = {
    "paper": "1/n_L, the rows of A, instead of 1/m, its columns",
    "advice": "Print your m for an A of 3 outputs and 5 examples.",
}
OF_THE_LOSS = {
    "P9": {"advice": "Put every example into A and Y twice: the mean loss stays the same; does yours?"},
    "P10": {
        "why": "A mean is a sum divided once by the number of its terms.",
        "paper": "1/m² instead of 1/m",
        "advice": "Work L out by hand for two examples with losses 1 and 3, and compare.",
    },
    "P12": ROWS,
    "U7": FIXED,
}
OF_THE_FACTOR = {
    "P9": {
        "paper": "A − Y instead of (1/m)(A − Y)",
        "advice": "Put every example into A and Y twice: each then counts half as much in L; do your entries halve?",
    },
    "P10": {"paper": "(1/m)(1/m)(A − Y) instead of (1/m)(A − Y)"},
    "P12": ROWS,
    "U7": FIXED,
}
AT_THE_START = {
    "P10": OF_THE_FACTOR["P10"],
    "P12": {"paper": "1/n_0 or 1/n_L, the rows of X or Y, instead of 1/m, their columns"},
    "U7": FIXED,
}


def divisor_mistakes(part: str, words: Mapping[str, Mapping[str, str]]) -> tuple[Mistake, ...]:
    """Slips in what a sum over the examples is divided by, in the part that holds it."""
    return tuple(known(code, ways, part, **words.get(code, {})) for code, ways in DIVISORS.items())


def start_mistakes(part: str) -> tuple[Mistake, ...]:
    """The same at the start of a backward pass, where to leave the 1/m to the end is no slip."""
    more = {
        "P12": (lambda u: len(u.cache["a"][0]),),
        # The mean over the outputs at the start, and that over the examples at the end.
        "P13": (lambda u: len(u.Y),),
    }
    return tuple(
        known(code, (*more.get(code, ()), *ways), part, **AT_THE_START.get(code, {}))
        for code, ways in DIVISORS.items()
        if code != "P9"
    )


def again_in_hidden(table: Formula) -> Mistake:
    """P11 in a table of Δ: 1/m at every step back, which piles up, and once in all hidden layers."""

    def once(u: Values) -> dict[int, Any]:
        made = table(u)
        return {l: made[l] if l == recursion.last(u) else made[l] / examples(u.Y) for l in made}

    def at_each_step(u: Values) -> dict[int, Any]:
        L, made = recursion.last(u), table(u)
        return {l: made[l] / examples(u.Y) ** (L - l) for l in made}

    return known(
        "P11",
        (at_each_step, once),
        why="Δ⁽ˡ⁾ is made from Δ⁽ˡ⁺¹⁾ and takes over whatever factor that has, so a step back has no 1/m of its own.",
        paper="((W⁽ˡ⁺¹⁾)ᵀΔ⁽ˡ⁺¹⁾ ⊙ σ'(Z⁽ˡ⁾)) / m instead of (W⁽ˡ⁺¹⁾)ᵀΔ⁽ˡ⁺¹⁾ ⊙ σ'(Z⁽ˡ⁾)",
        advice="Run a single example alone and divide its Δ by its column in the batch: at which layer does the ratio change?",
    )


# What a layer's gradient is multiplied by, where it should be there as it is, from the fixture and the layer.
SHARES: dict[str, tuple[Share, ...]] = {
    "P9": (lambda u, l: examples(u.Y),),
    "P10": (lambda u, l: 1 / examples(u.Y),),
    "P11": (lambda u, l: 1 if l == recursion.last(u) else 1 / examples(u.Y),),
    "P12": (
        lambda u, l: examples(u.Y) / len(u.cache["a"][0]),
        lambda u, l: examples(u.Y) / len(u.Y),
        lambda u, l: examples(u.Y) / len(u.cache["a"][l]),
        lambda u, l: examples(u.Y) / len(u.cache["a"][l - 1]),
    ),
    "P13": (lambda u, l: 1 / len(u.Y),),
    "U7": tuple(lambda u, l, c=c: examples(u.Y) / c for c in FROM_OUTSIDE),
}


def share_mistakes(letter: str, product: str) -> tuple[Mistake, ...]:
    """Slips in how often 1/m is in a table of gradients, for its part ``share``."""
    gradient = f"∂L/∂{letter}"
    words = {
        "P9": {
            "paper": f"{product} with a Δ⁽ˡ⁾ made from A − Y, and no 1/m at all, instead of one 1/m, at the start or at the end",
            "advice": f"Put every example into X and Y twice: the mean loss stays the same; does your {gradient} stay too?",
        },
        "P10": {"paper": f"(1/m) {product} with a Δ⁽ˡ⁾ that holds 1/m already, instead of {product}"},
        "P11": {
            "why": "The 1/m is in once for every layer: in every Δ⁽ˡ⁾, which takes it over from Δ⁽ˡ⁺¹⁾, or at the end of each.",
            "paper": f"one more 1/m in {gradient}⁽ˡ⁾ of the hidden layers instead of one in every layer",
            "advice": f"Divide each layer's {gradient} by its numerical gradient: at which layer does the ratio change?",
        },
        "P12": {
            "paper": "1/n, the rows of some array, instead of 1/m, the columns of X or Y",
            "advice": "Print the number that you divide by, for a batch of 5 examples.",
        },
        "U7": FIXED,
    }

    def form(way: Share) -> Formula:
        return lambda u: lambda l: start(u, u.delta) * way(u, l)

    return tuple(known(c, tuple(map(form, ways)), "share", **words.get(c, {})) for c, ways in SHARES.items())


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


def cut(table: Formula) -> Mistake:
    """P17: a table that is filled into arrays of the dtype of W, entry by entry."""

    def formula(u: Values) -> dict[int, Any]:
        whole = {l: W.dtype.kind in "iu" for l, W in u.params["W"].items()}
        return {l: np.trunc(part) if whole[l] else part for l, part in table(u).items()}

    return known("P17", formula)
