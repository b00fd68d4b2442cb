"""Miscounts of paths, and of the multiplications that they take one by one.

The ways through the layers, and the length of one, are parts of both counts: a slip in the first function that the
second calls is known there too.
"""

import math
from collections.abc import Callable
from typing import Any

from .counts import OfLayer, Sizes, depth, layers, length, of_sizes, path_by_path, paths, ways, weights, with_reuse
from .mistake import Mistake
from .values import Formula


def overflowed(count: int) -> int:
    """What 64 bits leave of it.

    >>> overflowed(2**63), overflowed(2**64 + 5)
    (-9223372036854775808, 5)
    """
    return (count + 2**63) % 2**64 - 2**63


def in_each(change: Callable[[int], Any]) -> Formula:
    """The table of paths, changed entry by entry."""
    return lambda u: {l: change(n) for l, n in paths(u.sizes).items()}


def by_layer(count: Callable[[Sizes, int], int]) -> Formula:
    """A count for each layer, as what a part of a formula is: a function of the layer."""
    return lambda u: lambda l: count(u.sizes, l)


TOO_LONG = {
    "what": "The number is too long for NumPy's integers and has overflowed.",
    "why": "NumPy's whole numbers have 64 bits; beyond 9·10¹⁸ the front of the number is lost, mostly without a word, "
    "while Python's own grow as long as they must.",
    "paper": "a number that has wrapped around, perhaps a negative one, instead of the product",
    "advice": "Print the type of what you return, and your answer for 20 layers of 100 units.",
}
ROUNDED = {
    "what": "The number was rounded: it was computed in floats.",
    "why": "A float holds about 16 digits, and a count has as many as it needs.",
    "paper": "1.2345678901234567e+20 instead of all 21 digits",
    "advice": "Print the type of what you return, and look for a / or a float on the way.",
}
WAYS = (
    Mistake(
        "Q3",
        (
            by_layer(lambda n, l: sum(n[l + 1 :])),
            by_layer(lambda n, l: sum(n[l + 1 :]) or 1),
        ),
        "The widths are added, not multiplied.",
        "Each unit of a layer can be followed by every unit of the next, so each choice multiplies the number of paths.",
        "n_{l+1} + … + n_L instead of n_{l+1} · … · n_L",
        "Draw all paths through a layer of 2 and a layer of 3 units behind the weight, and count them.",
        "ways",
    ),
    Mistake(
        "Q4",
        by_layer(lambda n, l: math.prod(n[l:])),
        "The layer's own width is counted too.",
        "A weight leads into one unit of its layer, so there is no choice to make before the next layer.",
        "n_l · n_{l+1} · … · n_L instead of n_{l+1} · … · n_L",
        "How many paths lead from one weight of the last layer to the loss, and how many do you count?",
        "ways",
    ),
    Mistake(
        "Q5",
        by_layer(lambda n, l: math.prod(n[l + 2 :])),
        "The layer right behind the weight is left out.",
        "From the unit that the weight leads into, every unit of the next layer can be the next step.",
        "n_{l+2} · … · n_L instead of n_{l+1} · … · n_L",
        "Draw a network with one unit, then 3 outputs: how many ways lead from the unit to the loss?",
        "ways",
    ),
    Mistake(
        "Q6",
        by_layer(lambda n, l: math.prod(n[l + 1 : -1])),
        "The output layer is left out.",
        "The loss is one number, but every output enters it, so a path ends through any of the n_L outputs.",
        "n_{l+1} · … · n_{L−1} instead of n_{l+1} · … · n_L",
        "Draw a network with one hidden unit and 3 outputs: how many ways lead from the unit to the loss?",
        "ways",
    ),
    Mistake(
        "Q7",
        by_layer(lambda n, l: math.prod(n[l - 1 :])),
        "The paths of all weights of the layer are counted together.",
        "Asked for are the paths of one weight: it joins one unit of the layer before to one unit of its own.",
        "n_{l−1} · n_l · … · n_L instead of n_{l+1} · … · n_L",
        "How many paths lead from one weight of the last layer to the loss, and how many do you count?",
        "ways",
    ),
    Mistake(
        "Q8",
        (
            by_layer(lambda n, l: math.prod(n[:l])),
            by_layer(lambda n, l: math.prod(n[1:l])),
            by_layer(lambda n, l: math.prod(n[: l - 1])),
        ),
        "The layers in front of the weight are multiplied, not those behind it.",
        "A nudge of a weight travels towards the loss, so the paths run through the layers behind it.",
        "the widths of the layers before l instead of n_{l+1} · … · n_L",
        "Which of your numbers is 1: that of the first layer or that of the last?",
        "ways",
    ),
    Mistake(
        "Q9",
        by_layer(lambda n, l: math.prod(n[depth(n) + 2 - l :])),
        "The numbers stand at the wrong layers, in the reverse order.",
        "Walking back one meets the last layer first, so a list that grows on the way begins with layer L.",
        "the count of layer L instead of that of layer 1 at layer 1",
        "How many paths should the last layer have, and where does that number stand in your table?",
        "ways",
    ),
)
PATHS = (
    *WAYS,
    Mistake("Q1", in_each(overflowed), **TOO_LONG),
    Mistake("Q2", in_each(float), **ROUNDED),
)


def wrapped_ways(sizes: Sizes) -> OfLayer:
    """The paths of a layer, overflowed."""
    return lambda l: overflowed(ways(sizes)(l))


PATH_BY_PATH = (
    *WAYS,
    Mistake("Q1", of_sizes(lambda n: overflowed(path_by_path(n))), **TOO_LONG),
    Mistake("Q2", of_sizes(lambda n: float(path_by_path(n))), **ROUNDED),
    Mistake(
        "Q11",
        of_sizes(lambda n: path_by_path(n, wrapped_ways(n))),
        **TOO_LONG | {"what": "The number of paths has overflowed on the way: it is too long for NumPy's integers."},
    ),
    Mistake(
        "Q12",
        by_layer(lambda n, l: 1),
        "Every weight is counted with one path.",
        "Where layers lie behind the weight the paths fork, and each of them is a product of its own.",
        "Σ_l n_l n_{l−1} (2(L − l) + 2) instead of the same with the number of paths in it",
        "How many products have to be added up for one weight of the first layer?",
        "ways",
    ),
    Mistake(
        "Q13",
        by_layer(lambda n, l: length(n)(l) + 1),
        "Factors are counted, not multiplications.",
        "To multiply k numbers takes k − 1 multiplications.",
        "2(L − l) + 3 instead of 2(L − l) + 2 for each path",
        "Write down a product of three numbers: how many dots stand in it?",
        "length",
    ),
    Mistake(
        "Q14",
        by_layer(lambda n, l: length(n)(l) - 1),
        "One multiplication is missing in each path.",
        "A path from a weight begins with ∂L/∂a and ends with the a that enters the weight: both are factors.",
        "2(L − l) + 1, as for a bias, instead of 2(L − l) + 2 for each path",
        "Write out all factors of a path from a weight of the last layer, and count them.",
        "length",
    ),
    Mistake(
        "Q15",
        by_layer(lambda n, l: 1),
        "Paths are counted, not multiplications.",
        "Every path is a product of several factors, and the further from the loss it begins, the more there are.",
        "one for each path instead of 2(L − l) + 2",
        "Write out the factors of one path from a weight of the first layer, and count the dots between them.",
        "length",
    ),
    Mistake(
        "Q16",
        by_layer(lambda n, l: 4),
        "Every path is given 4 multiplications.",
        "Five factors is what a path from the first of two layers has; each layer more adds a slope and a weight.",
        "4 instead of 2(L − l) + 2 for each path",
        "Write out the factors of a path from a weight of the last layer, then from the layer before it.",
        "length",
    ),
    Mistake(
        "Q17",
        by_layer(lambda n, l: depth(n) - l + 1),
        "Each layer gives a path one factor, where it should give two.",
        "To pass a layer a nudge goes through a weight and through an activation, and both scale it.",
        "L − l + 1 instead of 2(L − l) + 2 for each path",
        "Look at the five factors of two neurons in a row: which of them belong to the second neuron?",
        "length",
    ),
    Mistake(
        "Q18",
        by_layer(lambda n, l: 2 * l),
        "The lengths of the paths are counted from the wrong end.",
        "A path leads from the weight to the loss, so it is longest for the first layer.",
        "2l instead of 2(L − l) + 2 for each path",
        "Which weights are nearest to the loss, and how many multiplications do you give them?",
        "length",
    ),
    Mistake(
        "Q19",
        of_sizes(lambda n: path_by_path(n, chosen=layers(n, 2))),
        "The weights of the first layer are left out.",
        "Layer 0 is the input and has no weights, but layer 1 has n_1 n_0 of them, and they have the most paths.",
        "the sum from l = 2 instead of l = 1",
        "How many terms has your sum for a network of two layers?",
    ),
    Mistake(
        "Q20",
        of_sizes(lambda n: path_by_path(n, chosen=layers(n, 1, depth(n) - 1))),
        "The weights of the output layer are left out.",
        "They have one path each, but each is a product of three factors.",
        "the sum to l = L − 1 instead of l = L",
        "How many terms has your sum for a network of two layers?",
    ),
    Mistake(
        "Q21",
        of_sizes(lambda n: path_by_path(n, chosen=[1])),
        "The weights of the first layer alone are counted.",
        "The gradient holds an entry for every weight of every layer.",
        "the term of l = 1 instead of the sum over l = 1 … L",
        "How many weights has your network, and for how many of them do you count?",
    ),
    Mistake(
        "Q22",
        (
            of_sizes(lambda n: sum(ways(n)(l) * length(n)(l) for l in layers(n))),
            of_sizes(lambda n: sum(n[l] * ways(n)(l) * length(n)(l) for l in layers(n))),
        ),
        "Not every weight of a layer is counted.",
        "Layer l has n_l n_{l−1} weights: every one of its units has one for each unit of the layer before.",
        "1 or n_l instead of n_l n_{l−1} weights of layer l",
        "For 3 units that receive 2 inputs: how many weights are there, and how many do you count?",
    ),
    Mistake(
        "Q23",
        of_sizes(lambda n: path_by_path(n) + sum(n[l] * ways(n)(l) * (length(n)(l) - 1) for l in layers(n))),
        "The biases are counted too.",
        "What is asked for is the gradient of all weights; the paths of the biases would come on top.",
        "n_l (n_{l−1} (2(L − l) + 2) + 2(L − l) + 1) instead of n_l n_{l−1} (2(L − l) + 2)",
        "Count by hand for one neuron with one input: one weight, three factors.",
    ),
    Mistake(
        "Q24",
        of_sizes(lambda n: path_by_path(n) + sum(weights(n, l) * (ways(n)(l) - 1) for l in layers(n))),
        "The additions of the sums over paths are counted too.",
        "What is asked for is multiplications alone.",
        "one more for each path but the first, instead of the multiplications alone",
        "Mark every dot and every plus in the sum over two paths: which of them count?",
    ),
    Mistake(
        "Q25",
        of_sizes(with_reuse),
        "This is what the δ recursion takes, which reuses what paths share.",
        "Here every path is to be multiplied out by itself, and nothing is kept for the next one.",
        "the count of the backward pass instead of a sum over all paths",
        "Multiply out two paths that share their last steps: how often do you multiply the shared part?",
    ),
)  # fmt: skip
