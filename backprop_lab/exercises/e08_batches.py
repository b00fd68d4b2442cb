"""E8, Batches: the mean loss, its first factor, and the gradients of a whole batch (18 points).

Five points are for the 1/m where it is defined: two in L, three in ∂L/∂A. They stand apart from those for ∂L/∂W and
∂L/∂b (five each), because a backward pass may put the 1/m in at the start or at the end: there it is asked for in the
gradients alone, and whether it is missing, twice or another number is told of them. The three points for what equals a
loop over the examples are for Δ, whose columns must be the error signals of the examples, each with the 1/m or each
without. So Δ is the one term that knows nothing of the 1/m but that it is the same in every layer. Of a
solution that loops over the examples the numbers are the same; that it is right is said in the notebook.

A slip that was named further up under the same code is not charged again: where ``batch_backward`` calls a ``dL_dA``
that lacks the 1/m, where Δ has it wrong, or where a placement at the end was forgotten in ∂L/∂W and in ∂L/∂b.

With m = 1 no factor of m shows, nor does a sum over the examples; with n_L = 1 the mean over the outputs does not, with
m = n_0 the count of the inputs, and with one layer nothing that is special to hidden ones. No fixture stands alone, and
sizes that are different primes keep their ratios apart.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from . import batches, networks, placement, recursion, wrong_divisors, wrong_sums
from .batches import examples
from .definition import Exercise, Slope, Term
from .layouts import read_only, spaced
from .mistake import Mistake, known
from .steps import Call, Where
from .values import Formula, Values
from .wrong_tables import cut, of_tables

# Sizes, number of examples and activations.
NETS = {
    "prime sizes": ((3, 7, 2, 5), 11, ("tanh", "sigmoid", "tanh")),
    "square layers": ((5, 5, 5, 5), 7, ("sigmoid", "tanh", "sigmoid")),
    "one example": ((3, 5, 7), 1, ("softplus", "tanh")),
    "one output": ((5, 3, 1), 11, ("tanh", "sigmoid")),
    "as many examples as inputs": ((7, 2, 3), 7, ("sigmoid", "softplus")),
    "as many examples as units": ((7, 7, 7), 7, ("tanh", "sigmoid")),
    "relu among others": ((3, 7, 2, 5), 11, ("tanh", "relu", "identity")),
    "one layer": ((5, 3), 11, ("sigmoid",)),
    "four layers": ((3, 5, 2, 5, 3), 7, ("tanh", "sigmoid", "softplus", "tanh")),
    "saturated": ((3, 2, 5), 7, ("tanh", "sigmoid")),
    "arrays with gaps": ((5, 2, 3), 11, ("tanh", "sigmoid")),
    "read-only arrays": ((5, 3, 3), 7, ("sigmoid", "tanh")),
    "whole numbers": ((3, 2, 5), 7, ("identity", "identity")),
}
LAYOUTS = {"arrays with gaps": spaced, "read-only arrays": read_only}


def draw(rng: np.random.Generator, variation: str) -> dict:
    """A network after the forward pass of a batch, and the targets."""
    sizes, m, activations = NETS[variation]
    spread = 15.0 if variation == "saturated" else 1.0
    params, X, Y = batches.draw(rng, sizes, m, activations, "squared_error", spread)
    if variation == "whole numbers":
        params, X, Y = networks.whole(rng, params, X, Y)
    inputs = batches.passed(params, X, Y, LAYOUTS.get(variation))
    return {**inputs, "A": inputs["cache"]["a"][len(sizes) - 1]}


def steps(u: Values) -> list[Call]:
    """Loss and first factor of the same batch."""
    return [
        Call("loss", "loss", (u.A, u.Y)),
        Call("dL_dA", "dL_dA", (u.A, u.Y)),
        Call("batch_backward", "batch_backward", (u.params, u.cache, u.Y)),
    ]


def mean_loss(u: Values) -> Any:
    """½ (A − Y)², summed, over the number of examples."""
    return (u.squares * u.half).sum() / u.count


def first_factor(u: Values) -> Any:
    """A − Y over the number of examples."""
    return u.factor * u.error / u.count


def weights(u: Values) -> dict[int, Any]:
    """∂L/∂W of every layer from its parts."""
    return {l: u.product(l, delta) * u.share(l) for l, delta in u.delta.items()}


def biases(u: Values) -> dict[int, Any]:
    """∂L/∂b of every layer from its parts."""
    return {l: u.sum(delta) * u.share(l) for l, delta in u.delta.items()}


def share(u: Values) -> Any:
    """1 for every layer where Δ holds the 1/m; of a student's own Δ perhaps 1/m."""
    by = placement.start(u, u.delta)
    return lambda l: by


def from_own(rule: Callable[[Values, int], Any]) -> tuple[Formula, Formula]:
    """What a student's own Δ makes of a gradient; with either placement, where that Δ does not tell which it has."""

    def way(number: Callable[[Values, Any], Any]) -> Formula:
        def formula(u: Values) -> dict[int, Any]:
            by = number(u, u.delta)
            return {l: rule(u, l) * by for l in u.delta}

        return formula

    return way(placement.start), way(placement.start_if_unclear)


OTHER_WAY = {
    "what": "A and Y do not lie the same way when one is subtracted from the other.",
    "why": "Both have an example in each column. A row (1, m) minus a column (m, 1) takes every example with every other, "
    "and gives (m, m).",
}


def output(u: Values) -> Any:
    """A of the output, from the cache."""
    return u.cache["a"][recursion.last(u)]


def of_the_error(A: Formula) -> tuple[Mistake, ...]:
    """Slips in A − Y, where ``A(u)`` is found: U6 is that of two arrays which are not of one shape."""
    on_its_side = known(
        "U6",
        (
            lambda u: A(u) - u.Y.T, lambda u: A(u).T - u.Y, lambda u: A(u) - u.Y.reshape(-1, 1),
            lambda u: A(u).reshape(-1, 1) - u.Y,
        ),
        "error",
        **OTHER_WAY,
        paper="A − Yᵀ, a row and a column for one output, instead of A − Y",
        advice="Print the shapes of A, Y and A − Y for 1 output and 5 examples.",
    )  # fmt: skip
    return known("O7", lambda u: u.Y - A(u), "error"), known("O10", (lambda u: 2, lambda u: 0.5), "factor"), on_its_side


def used_up(mistake: Mistake) -> Mistake:
    """A slip in A − Y as ``batch_backward`` meets it: what gives a Δ may still raise where that is multiplied."""

    def formula(u: Values, error: Formula) -> dict[int, Any]:
        delta = recursion.table(u.replace(dL_da=first_factor(u.replace(error=error(u)))))
        for l in delta:
            _ = delta[l] @ u.cache["a"][l - 1].T
        return delta

    if mistake.code != "U6":
        return mistake
    return replace(mistake, formula=tuple(lambda u, f=f: formula(u, f) for f in mistake.formulas), part=None)


def averaged(u: Values) -> Any:
    """V3: one column for all examples."""
    return first_factor(u).sum(axis=1, keepdims=True)


def other_placement(u: Values, delta: Any) -> str:
    """What is told of a Δ that is right and without the 1/m; for one example there is no difference."""
    if examples(u.Y) == 1 or placement.start(u, delta) == 1:
        return ""
    return "You chose the other placement: your Δ has no 1/m in it, so that belongs into ∂L/∂W and ∂L/∂b, at the end."


COUNT = {"count": lambda u: examples(u.Y)}
ERROR = {**COUNT, "factor": lambda u: 1, "error": lambda u: u.A - u.Y}
LOSS = (
    *wrong_divisors.divisor_mistakes("count", wrong_divisors.OF_THE_LOSS),
    known("O10", (lambda u: 1, lambda u: 2, lambda u: 0.25), "half",
          what="The ½ is missing, or there is a factor too many.",
          why="The squared error of this book is ½‖a − y‖², so that its derivative is a − y.",
          paper="‖a − y‖² instead of ½‖a − y‖²",
          advice="Work out by hand the loss of one example with one output, a = 3 and y = 1: it is 2."),
    known("P14", tuple(lambda u, way=way: way((u.A - u.Y) ** 2) for way in wrong_sums.LAST), "squares",
          paper="ℓ_m instead of the mean of ℓ_1, …, ℓ_m",
          advice="Change the first example and nothing else: does your loss change?"),
    Mistake("V1", tuple(lambda u, way=way: way((u.A - u.Y) ** 2) for way in wrong_sums.FIRST),
            **wrong_sums.THE_FIRST, part="squares"),
    Mistake("V4", (lambda u: (u.A - u.Y) ** 2 / 2, lambda u: ((u.A - u.Y) ** 2).sum(axis=0) / 2,
                   lambda u: ((u.A - u.Y) ** 2).sum(axis=0, keepdims=True) / 2,
                   lambda u: ((u.A - u.Y) ** 2).sum(axis=0) / 2 / examples(u.Y)), **wrong_sums.NOT_ONE_NUMBER),
    known("U6", (lambda u: (u.A - u.Y.T) ** 2, lambda u: (u.A - u.Y.reshape(-1, 1)) ** 2), "squares", **OTHER_WAY,
          paper="a sum over all pairs of an output and a target, shape (m, m), instead of one over the examples",
          advice="Print the shapes of A, Y and A − Y for 1 output and 5 examples."),
)  # fmt: skip
FIRST_FACTOR = (
    *wrong_divisors.divisor_mistakes("count", wrong_divisors.OF_THE_FACTOR),
    *of_the_error(lambda u: u.A),
    Mistake("V3", (averaged, lambda u: averaged(u)[:, 0]), **wrong_sums.AVERAGED_ERROR),
)
DELTAS = (
    *wrong_divisors.start_mistakes("count"),
    *(used_up(mistake) for mistake in of_the_error(output) if mistake.code != "O7"),  # O7 is among those below
    Mistake("V3", averaged, **wrong_sums.AVERAGED_ERROR, part="dL_da"),
    wrong_divisors.again_in_hidden(recursion.table),
    *recursion.MISTAKES,
)
WEIGHTS = (
    *wrong_divisors.share_mistakes("W", "Δ⁽ˡ⁾A⁽ˡ⁻¹⁾ᵀ"),
    *wrong_sums.product_mistakes("product"),
    *of_tables(weights, "W"),
    cut(weights),
)
BIASES = (
    *wrong_divisors.share_mistakes("b", "Δ⁽ˡ⁾1"),
    *wrong_sums.sum_mistakes("sum"),
    *of_tables(biases, "b"),
    cut(biases),
)
FROM_CACHE = 1e-12  # the cache is rounded to float64


def loss_with(u: Values, name: str, table: dict) -> Any:
    """L with the table of W or b replaced."""
    return batches.loss_of({**u.params, name: table}, u.cache["a"][0], u.Y)


def sizes(u: Values) -> dict[int, Any]:
    """The scale of every layer's Δ."""
    return batches.sizes_of_terms(u.params, u.cache, u.Y)


EXERCISE = Exercise(
    id="e08",
    name="batches",
    title="Batches",
    chapter="08_batches",
    functions={
        "loss": "loss(A, Y)",
        "dL_dA": "dL_dA(A, Y)",
        "batch_backward": "batch_backward(params, cache, Y)",
    },
    terms=(
        Term(
            "L", "L", "loss", 2, "eq-batch-loss", Where("loss"),
            mean_loss,
            parts={**COUNT, "half": lambda u: 1 / 2, "squares": lambda u: (u.A - u.Y) * (u.A - u.Y)},
            mistakes=LOSS,
        ),
        Term(
            "dL_dA", "∂L/∂A", "dL_dA", 3, "eq-batch-start", Where("dL_dA"),
            first_factor,
            parts=ERROR,
            slope=Slope(lambda u, A: ((A - u.Y) * (A - u.Y)).sum() / 2 / examples(u.Y), lambda u: u.A),
            mistakes=FIRST_FACTOR,
        ),
        Term(
            "delta", "Δ⁽¹⁾ … Δ⁽ᴸ⁾", "batch_backward", 3, "eq-batch-delta", Where("batch_backward", "delta"),
            recursion.table,
            parts={**ERROR, "error": lambda u: output(u) - u.Y, "dL_da": first_factor, **recursion.PARTS},
            called=("dL_dA",),
            scale=sizes,
            measure=placement.as_derivative,
            note=other_placement,
            slope=Slope(
                lambda u, moved: batches.loss_of(u.params, u.cache["a"][0], u.Y, moved),
                lambda u: {l: z * 0 for l, z in u.cache["z"].items()},
                FROM_CACHE,
            ),
            mistakes=DELTAS,
        ),
        Term(
            "dL_dW", "∂L/∂W⁽¹⁾ … ∂L/∂W⁽ᴸ⁾", "batch_backward", 5, "eq-batch-gradients", Where("batch_backward", "dL_dW"),
            weights,
            parts={"share": share, "product": lambda u: lambda l, delta: delta @ u.cache["a"][l - 1].T},
            own={"delta": Where("batch_backward", "delta")},
            follow=from_own(lambda u, l: u.delta[l] @ u.cache["a"][l - 1].T),
            called=("dL_dA", "delta"),
            scale=lambda u: {l: size @ np.abs(u.cache["a"][l - 1]).T for l, size in sizes(u).items()},
            slope=Slope(lambda u, W: loss_with(u, "W", W), lambda u: u.params["W"], FROM_CACHE),
            mistakes=WEIGHTS,
        ),
        Term(
            "dL_db", "∂L/∂b⁽¹⁾ … ∂L/∂b⁽ᴸ⁾", "batch_backward", 5, "eq-batch-gradients", Where("batch_backward", "dL_db"),
            biases,
            parts={"share": share, "sum": lambda u: lambda delta: delta.sum(axis=1, keepdims=True)},
            own={"delta": Where("batch_backward", "delta")},
            follow=from_own(lambda u, l: u.delta[l].sum(axis=1, keepdims=True)),
            called=("dL_dA", "delta", "dL_dW"),
            scale=lambda u: {l: size.sum(axis=1, keepdims=True) for l, size in sizes(u).items()},
            slope=Slope(lambda u, b: loss_with(u, "b", b), lambda u: u.params["b"], FROM_CACHE),
            mistakes=BIASES,
        ),
    ),
    variations=tuple(NETS),
    visible=tuple(NETS)[:5],
    draw=draw,
    steps=steps,
)  # fmt: skip
