"""What is wrong with a table of gradients as a table: a layer is left out or exchanged, or its arrays cut the numbers."""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import recursion
from .mistake import Mistake, known
from .values import Formula, Values


def of_tables(right: Formula, letter: str) -> tuple[Mistake, ...]:
    """Slips in which layers a table of gradients holds, and where."""
    symbol = f"∂L/∂{letter}⁽ˡ⁾"

    def without(layers: Callable[[int], list[int]], missing: bool) -> Formula:
        return lambda u: recursion.left_out(right(u), layers(recursion.last(u)), missing)

    return (
        known(
            "P16",
            lambda u: recursion.reversed_layers(right(u)),
            paper=f"∂L/∂{letter}⁽ᴸ⁾ instead of ∂L/∂{letter}⁽¹⁾ at layer 1",
            advice=f"Give every layer a width of its own and print the shapes of {letter}⁽ˡ⁾ and {symbol} side by side.",
        ),
        known(
            "H12",
            # A loop that ends at layer 2 misses a single layer too; one that begins at the output does not.
            tuple(
                without(layers, missing)
                for layers in (lambda L: [1], lambda L: [1][: L - 1])
                for missing in (False, True)
            ),
            what=f"{symbol} of layer 1 is left out.",
            why="The weights and the bias of layer 1 are parameters like the others: x goes in there, and z⁽¹⁾ comes out.",
            paper=f"{symbol} for l = L … 2 instead of l = L … 1",
            advice="Print the number of the last layer that your loop reaches.",
        ),
        Mistake(
            "T1",
            tuple(without(lambda L: [L], missing) for missing in (False, True)),
            f"{symbol} of the output layer is left out.",
            "δ⁽ᴸ⁾ stands before the walk back begins, but the weights and the bias of layer L need their gradients too.",
            f"{symbol} for l = L − 1 … 1 instead of l = L … 1",
            "Print the number of the first layer that your loop reaches.",
        ),
    )


def cut(table: Formula) -> Mistake:
    """P17: a table that is filled into arrays of the dtype of W, entry by entry."""

    def formula(u: Values) -> dict[int, Any]:
        whole = {l: W.dtype.kind in "iu" for l, W in u.params["W"].items()}
        return {l: np.trunc(part) if whole[l] else part for l, part in table(u).items()}

    return known("P17", formula)
