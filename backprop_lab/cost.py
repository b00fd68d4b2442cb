"""What a gradient costs, counted: multiplications, evaluations of σ and σ', numbers kept, and paths.

Four ways to the same gradient of a network with n_0, n_1, … n_L units and m examples (chapter "Why it is fast")::

    forward             m Σ_l n_l n_{l−1}
    backward            m Σ_l (2 n_l n_{l−1} + n_l) − m n_1 n_0       (+ m n_1 n_0 with ∂L/∂X)
    path sums           m Σ_l n_l (n_{l−1} + 1) · Π_{k>l} n_k · about 2 (L − l) + 2
    finite differences  2 P forward passes

The backward pass is about two forward passes, since every layer has two products, ``Δ A[l−1]ᵀ`` and ``Wᵀ Δ``, where the
forward pass has one. Path sums use the same factors, but multiply them out anew for every path of every parameter
(eq-path-sum): the number of paths is a product of widths, so it grows exponentially with depth. The δ recursion is the
same sum with the common factors taken out.

What is counted, here and in the counted runs that the tests hold this against:

- A multiplication is the product of two numbers that the formula writes down. Additions, the arithmetic of the loss and
  of ∂L/∂a (with its 1/m), and what σ and σ' cost inside are not counted.
- σ and σ' act entry by entry. A softmax with its own loss has Δ^(L) = (A − Y)/m: take m n_L off the backward pass.
- Numbers kept are those that a way makes and holds at its end, beside parameters, X and Y: the backward pass as
  ``network`` does it keeps every Δ[l], so that a reader can look. The temporaries of one product are not counted.

>>> print(table((10, 10, 10, 10)))
sizes 10-10-10-10, 1 example, 330 parameters
                     multiplications  × forward  σ and σ'  numbers kept   paths
forward                          300        1.0        30            60       0
backward                         530        1.8        30           360       0
path sums                     69,510      231.7    35,310           330  12,210
central differences          198,000      660.0    19,800           720       0
>>> path_sums((10, 10, 10, 10), biases=False).multiplications / backward((10, 10, 10, 10)).multiplications
121.13207547169812
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .layers import count


@dataclass(frozen=True)
class Cost:
    """What one computation takes. All are exact whole numbers.

    Parameters
    ----------
    multiplications : int
        Products of two real numbers.
    evaluations : int
        Of σ or σ', one for each entry.
    kept : int
        Numbers held at the end, beside parameters, X and Y.
    paths : int
        Paths from a parameter to the loss that were walked one by one, for each example.
    passes : int
        Forward passes that were made on the way.
    """

    multiplications: int
    evaluations: int
    kept: int
    paths: int = 0
    passes: int = 0

    def bytes_kept(self, dtype: np.dtype | str = "float64") -> int:
        """The numbers kept, in bytes: 8 for each in float64, 4 in float32.

        >>> forward((2, 3, 1), batch=10).bytes_kept("float32")
        320
        """
        return self.kept * np.dtype(dtype).itemsize


def forward(sizes: Sequence[int], batch: int = 1) -> Cost:
    """One forward pass, with the cache that the backward pass needs: z and a of every layer.

    Parameters
    ----------
    sizes : sequence of int
        n_0 … n_L.
    batch : int
        m, the number of examples.

    Raises
    ------
    ValueError
        If a size or the batch is not a positive whole number.

    >>> forward((2, 3, 1), batch=10)
    Cost(multiplications=90, evaluations=40, kept=80, paths=0, passes=1)
    """
    sizes, m = _whole(sizes, batch)
    units = sum(sizes[1:])
    return Cost(m * _weights(sizes), m * units, 2 * m * units, passes=1)


def backward(sizes: Sequence[int], batch: int = 1, *, inputs: bool = False) -> Cost:
    """One backward pass by the δ recursion, from a cache that is there (eq-output-delta, eq-hidden-delta, eq-dW).

    ``Δ[l] A[l−1]ᵀ`` in every layer, ``W[l+1]ᵀ Δ[l+1]`` in all but the last, ``⊙ σ'(Z[l])`` in every layer; and where
    ``inputs`` is set ``W[1]ᵀ Δ[1]``, which is ∂L/∂X and which ``network.backward`` computes too.

    It keeps Δ of every layer and a gradient for each parameter (and for each input).

    >>> backward((2, 3, 1), batch=10).multiplications              # 10 · ((6 + 3) + 3 + (3 + 1))
    160
    >>> backward((2, 3, 1), batch=10, inputs=True).multiplications
    220
    """
    sizes, m = _whole(sizes, batch)
    units, into_inputs = sum(sizes[1:]), m * sizes[0] * sizes[1]
    return Cost(
        multiplications=m * (2 * _weights(sizes) + units) - (0 if inputs else into_inputs),
        evaluations=m * units,
        kept=m * units + count(sizes) + (m * sizes[0] if inputs else 0),
    )


def paths(sizes: Sequence[int]) -> dict[int, int]:
    """From one parameter of layer l to the loss, how many paths: Π n_k over the layers k > l behind it.

    A weight of layer l acts on one unit of its layer; from there every unit of the next layer can be the next step.

    Returns
    -------
    dict of int to int
        Keyed 1 … L. The last layer has 1: straight into the loss.

    >>> paths((2, 3, 4, 5))
    {1: 20, 2: 5, 3: 1}
    """
    sizes, _ = _whole(sizes, 1)
    return {l: math.prod(sizes[l + 1 :]) for l in range(1, len(sizes))}


def path_sums(sizes: Sequence[int], batch: int = 1, *, biases: bool = True) -> Cost:
    """Every parameter by itself, as the sum over its paths of the product of the factors on it (eq-path-sum).

    A path from a weight of layer l has 3 + 2 (L − l) factors: ∂L/∂a, then σ' and w in turn, σ', and at last a[l−1];
    that is 2 + 2 (L − l) multiplications, and one fewer for a bias, whose last factor is 1. It meets σ' L − l + 1 times.
    Nothing is reused but the cache. It keeps the gradient and nothing else.

    Parameters
    ----------
    biases : bool
        Count the biases too; without them it is the count that the book quotes.

    >>> path_sums((1, 1, 1)).evaluations             # two neurons in a row: 6, and 2 with reuse
    6
    """
    sizes, m = _whole(sizes, batch)
    L, ways = len(sizes) - 1, paths(sizes)
    multiplications = evaluations = walked = 0
    for l, (before, units) in enumerate(itertools.pairwise(sizes), 1):
        weights, offsets = units * before, units if biases else 0
        multiplications += ways[l] * (weights * (2 * (L - l) + 2) + offsets * (2 * (L - l) + 1))
        evaluations += ways[l] * (weights + offsets) * (L - l + 1)
        walked += ways[l] * (weights + offsets)
    return Cost(m * multiplications, m * evaluations, count(sizes) if biases else _weights(sizes), walked)


def finite_differences(sizes: Sequence[int], batch: int = 1, scheme: str = "central") -> Cost:
    """Every parameter nudged in turn, a forward pass for each nudge (eq-central-difference).

    Parameters
    ----------
    scheme : "central", "forward" or "complex"
        2 P passes; P + 1; or P passes in complex numbers, a product of which is four real ones.

    Returns
    -------
    Cost
        It keeps the gradient, a copy of the parameters to nudge, and the cache of one pass (twice as large for complex
        numbers, as is the copy). The division by ε is not counted.

    Raises
    ------
    ValueError
        If the scheme is unknown.

    >>> finite_differences((2, 3, 1), scheme="forward").passes             # 13 parameters
    14
    """
    once, P = forward(sizes, batch), count(sizes)
    if scheme not in ("central", "forward", "complex"):
        raise ValueError(f"scheme {scheme!r} is not known; choose central, forward or complex")
    passes = {"central": 2 * P, "forward": P + 1, "complex": P}[scheme]
    reals, products = (2, 4) if scheme == "complex" else (1, 1)
    return Cost(
        multiplications=passes * once.multiplications * products,
        evaluations=passes * once.evaluations,
        kept=P + reals * (P + once.kept),
        passes=passes,
    )


def table(sizes: Sequence[int], batch: int = 1) -> str:
    """The four ways side by side, as text. ``× forward`` is in multiplications of one forward pass.

    >>> print(table((1, 1, 1), batch=2))
    sizes 1-1-1, 2 examples, 4 parameters
                         multiplications  × forward  σ and σ'  numbers kept  paths
    forward                            4        1.0         4             8      0
    backward                          10        2.5         4             8      0
    path sums                         20        5.0        12             4      4
    central differences               32        8.0        32            16      0
    """
    ways = {
        "forward": forward(sizes, batch),
        "backward": backward(sizes, batch),
        "path sums": path_sums(sizes, batch),
        "central differences": finite_differences(sizes, batch),
    }
    once = ways["forward"].multiplications
    rows = [("", "multiplications", "× forward", "σ and σ'", "numbers kept", "paths")]
    for name, cost in ways.items():
        counts = (cost.evaluations, cost.kept, cost.paths)
        rows.append(
            (name, f"{cost.multiplications:,}", f"{cost.multiplications / once:,.1f}", *(f"{n:,}" for n in counts))
        )
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join([name.ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(cells, widths[1:], strict=True))])
        for name, *cells in rows
    ]
    examples = "1 example" if batch == 1 else f"{batch} examples"
    return "\n".join([f"sizes {'-'.join(map(str, sizes))}, {examples}, {count(sizes):,} parameters", *lines])


def _weights(sizes: tuple[int, ...]) -> int:
    return sum(n * before for before, n in itertools.pairwise(sizes))


def _whole(sizes: Sequence[int], batch: int) -> tuple[tuple[int, ...], int]:
    """Sizes and batch as whole numbers, or an error: a product of widths soon outgrows NumPy's integers."""
    numbers = (*sizes, batch)
    if len(numbers) < 3 or not all(hasattr(n, "__index__") and not isinstance(n, bool) and n > 0 for n in numbers):
        raise ValueError(
            f"sizes must be at least two positive whole numbers, inputs first, and batch one; got {tuple(sizes)}, {batch}"
        )
    *whole, m = (int(n) for n in numbers)
    return tuple(whole), m
