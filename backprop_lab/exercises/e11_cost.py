"""E11, What does it cost?: paths, multiplications without and with reuse, and forward passes, counted (12 points).

A multiplication is what ``backprop_lab.cost`` and the chapters say: a product of two numbers that the formula writes
down, for one example, with a cache that is there. Counts are whole numbers, right to the last digit.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import counts
from .definition import Exercise, Term
from .steps import Call, Where
from .values import Formula, Values
from .wrong_counts import BACKWARD, PASSES
from .wrong_paths import PATH_BY_PATH, PATHS

# How many numbers are in sizes, and from where to where they go. What is missing here is drawn otherwise.
SHAPES = {
    "three layers": (4, 2, 19),
    "two layers": (3, 2, 19),
    "neurons in a row": (6, 1, 1),
    "one layer": (2, 2, 19),
    "beyond 64 bits": (14, 31, 99),
    "four layers": (5, 2, 19),
    "layers of one width": (5, 2, 19),
    "one output": (4, 2, 19),
    "one unit in the middle": (5, 2, 19),
    "wide": (4, 200, 2000),
    "beyond floats": (9, 51, 99),
}
FLOATS, INTEGERS = 2**53, 2**63


def draw(rng: np.random.Generator, variation: str) -> dict:
    """Widths that are in no table, a number of parameters, and a scheme."""
    while True:
        sizes = _sizes(rng, variation)
        if variation not in ("neurons in a row", "layers of one width") and len(set(sizes)) < min(len(sizes), 4):
            continue
        if _long_enough(sizes, variation):
            scheme = ("central", "forward")[list(SHAPES).index(variation) % 2]
            return {"sizes": sizes, "P": int(rng.integers(40, 10**9)), "scheme": scheme}


def _sizes(rng: np.random.Generator, variation: str) -> tuple[int, ...]:
    count, least, most = SHAPES[variation]
    if variation == "neurons in a row":
        count = int(rng.integers(4, 10))
    sizes = [int(n) for n in rng.integers(least, most + 1, count)]
    if variation == "layers of one width":
        sizes = sizes[:1] * count
    elif variation == "one output":
        sizes[-1] = 1
    elif variation == "one unit in the middle":
        sizes[2] = 1
    elif variation == "beyond floats":
        sizes = [n | 1 for n in sizes]  # a product of odd numbers has no zeros at its end that a float could save
    return tuple(sizes)


def _long_enough(sizes: tuple[int, ...], variation: str) -> bool:
    """Do 64 bits overflow, and do floats round, where they should, and nowhere else?"""
    paths, products = counts.paths(sizes)[1], counts.path_by_path(sizes)
    if variation == "beyond 64 bits":
        return all(n > INTEGERS and int(float(n)) != n for n in (paths, products))
    if variation == "beyond floats":
        return products < INTEGERS and int(float(products)) != products
    return max(paths, products) < FLOATS


def steps(u: Values) -> list[Call]:
    """One call of each function."""
    return [
        Call("paths", "paths_through", (u.sizes,)),
        Call("naive", "mults_naive", (u.sizes,)),
        Call("backprop", "mults_backprop", (u.sizes,)),
        Call("passes", "fd_passes", (u.P, u.scheme)),
    ]


def to_the_last_digit(right: Formula) -> Callable[[Any, Any, Values], str]:
    """Whole numbers are compared as such: the reference, which is a float, holds 16 of their digits."""

    def accept(value: Any, truth: Any, u: Values) -> str:
        return "right" if _equal(value, right(u)) else "wrong"

    return accept


def _equal(value: Any, count: Any) -> bool:
    if isinstance(count, dict):
        return all(_equal(value[l], n) for l, n in count.items())
    # Python compares a whole number with a float exactly; NumPy would make both floats first.
    return (value.item() if isinstance(value, (np.generic, np.ndarray)) else value) == count


def term(name: str, symbol: str, function: str, equation: str, formula: Formula, **more: Any) -> Term:
    """A count of three points."""
    right = more.pop("right", formula)
    same = lambda u: 1e-12  # noqa: E731 - a rounded number is that of a mistake, one that is off by a path is not
    return Term(
        name, symbol, function, 3, equation, Where(name), formula, accept=to_the_last_digit(right), same=same, **more
    )


EXERCISE = Exercise(
    id="e11",
    name="cost",
    title="What does it cost?",
    chapter="10_why_fast",
    functions={
        "paths_through": "paths_through(sizes)",
        "mults_naive": "mults_naive(sizes)",
        "mults_backprop": "mults_backprop(sizes)",
        "fd_passes": "fd_passes(P, scheme)",
    },
    terms=(
        term(
            "paths", "the number of paths", "paths_through", "eq-count-paths",
            lambda u: {l: u.ways(l) for l in counts.layers(u.sizes)},
            right=counts.of_sizes(counts.paths),
            parts={"ways": counts.of_sizes(counts.ways)},
            mistakes=PATHS,
        ),
        term(
            "naive", "the count without reuse", "mults_naive", "eq-count-path-sums",
            lambda u: counts.path_by_path(u.sizes, u.ways, u.length),
            right=counts.of_sizes(counts.path_by_path),
            parts={"ways": counts.of_sizes(counts.ways), "length": counts.of_sizes(counts.length)},
            called=("paths",),
            mistakes=PATH_BY_PATH,
        ),
        term(
            "backprop", "the count with reuse", "mults_backprop", "eq-count-backward",
            lambda u: counts.with_reuse(u.sizes, u.back, u.slopes),
            right=counts.of_sizes(counts.with_reuse),
            parts={
                "back": counts.of_sizes(lambda n: counts.matrices(n, counts.layers(n, 2))),
                "slopes": counts.of_sizes(lambda n: sum(n[1:])),
            },
            mistakes=BACKWARD,
        ),
        term(
            "passes", "the count of passes", "fd_passes", "eq-count-passes",
            lambda u: counts.passes(u.P, u.scheme),
            varies_with=("scheme",),
            mistakes=PASSES,
        ),
    ),
    variations=tuple(SHAPES),
    visible=tuple(SHAPES)[:5],
    draw=draw,
    steps=steps,
)  # fmt: skip
