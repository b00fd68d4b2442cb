"""What students divide by in place of m: the number of examples, once, in whichever placement.

A slip can be in a mean itself, at the start of a backward pass, at a step back, or in a table of gradients.
"""

from collections.abc import Callable, Mapping
from typing import Any

from . import recursion
from .batches import examples
from .mistake import Mistake, known
from .placement import start
from .values import Formula, Values

Share = Callable[[Values, int], float]

# What a variable m of the notebook may hold: the number of examples of some other batch.
FROM_OUTSIDE = (2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 20, 100)
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
