"""Miscounts of a backward pass, and of the forward passes that nudges take."""

from collections.abc import Callable

from .counts import depth, layers, matrices, of_sizes, passes, path_by_path, weights, with_reuse
from .mistake import Mistake
from .values import Formula

BACKWARD = (
    Mistake(
        "Q31",
        of_sizes(matrices),
        "The error is carried back into the inputs as well.",
        "x is no parameter, so nobody asks for ∂L/∂x; the last product with a transposed W leads from δ⁽²⁾ to layer 1.",
        "a product W⁽ˡ⁾ᵀδ⁽ˡ⁾ for l = 1 … L instead of l = 2 … L",
        "Which of your products with a transposed W is used for no gradient?",
        "back",
    ),
    Mistake(
        "Q32",
        of_sizes(lambda n: matrices(n, layers(n, 1, depth(n) - 1))),
        "The way back is counted with the weights of the wrong layers.",
        "δ⁽ˡ⁾ is made with W⁽ˡ⁺¹⁾, so W⁽²⁾ … W⁽ᴸ⁾ are used on the way back, and W⁽¹⁾ is not.",
        "n_l n_{l−1} for l = 1 … L − 1 instead of l = 2 … L",
        "For two layers one product with a transposed matrix is needed: what is the shape of that matrix?",
        "back",
    ),
    Mistake(
        "Q33",
        (
            of_sizes(lambda n: sum((2 * n[l] - 1) * n[l - 1] for l in layers(n, 2))),
            of_sizes(lambda n: 2 * matrices(n, layers(n, 2))),
        ),
        "Additions are counted too.",
        "What is asked for is multiplications alone: an entry of Wᵀδ is a sum of n_l products.",
        "2 n_l − 1, or 2 n_l, instead of n_l for each entry of Wᵀδ",
        "Write out one entry of Wᵀδ for 3 units, and count the dots.",
        "back",
    ),
    Mistake(
        "Q34",
        of_sizes(lambda n: 0),
        "The multiplications by σ'(z) are left out.",
        "⊙ multiplies too, once for each unit of the layer.",
        "0 instead of n_l for the ⊙ of layer l",
        "For one neuron with one input δ is a product of two factors: how many multiplications is that?",
        "slopes",
    ),
    Mistake(
        "Q35",
        (
            of_sizes(lambda n: sum(n[1:-1])),
            of_sizes(lambda n: sum(n[2:])),
            of_sizes(lambda n: sum(n)),
        ),
        "The multiplications by σ'(z) are counted in the wrong layers.",
        "Every layer with a z has them, 1 … L; the input has no z.",
        "another set of layers instead of n_1 + … + n_L",
        "List the layers that have a z, and those in which you count a ⊙.",
        "slopes",
    ),
    Mistake(
        "Q36",
        of_sizes(lambda n: sum(k * k for k in n[1:])),
        "⊙ is counted like a product with a matrix.",
        "⊙ multiplies entry by entry, n_l times; a diagonal matrix would multiply by zeros most of the time.",
        "n_l² instead of n_l for the ⊙ of layer l",
        "Multiply two columns of 3 numbers entry by entry, and count.",
        "slopes",
    ),
    Mistake(
        "Q37",
        of_sizes(lambda n: with_reuse(n) - matrices(n)),
        "The gradients of the weights are left out: this is what the δ alone take.",
        "Each layer has a product δ aᵀ, in which every unit's δ meets every input.",
        "the cost of δ⁽¹⁾ … δ⁽ᴸ⁾ instead of that and n_l n_{l−1} for each δ⁽ˡ⁾a⁽ˡ⁻¹⁾ᵀ",
        "How many entries has δ aᵀ for 3 units that receive 2 inputs, and what does each of them take?",
    ),
    Mistake(
        "Q38",
        of_sizes(lambda n: with_reuse(n, back=0)),
        "The products that carry δ back are left out.",
        "δ⁽ˡ⁾ is made from δ⁽ˡ⁺¹⁾ by a product with a matrix, which takes as many multiplications as that has entries.",
        "0 instead of n_{l+1} n_l for each W⁽ˡ⁺¹⁾ᵀδ⁽ˡ⁺¹⁾",
        "What does δ⁽¹⁾ of a network of two layers take?",
    ),
    Mistake(
        "Q39",
        of_sizes(lambda n: with_reuse(n) - weights(n, 1)),
        "The product δ aᵀ of the first layer is left out.",
        "Layer 1 has weights, and its a⁽⁰⁾ is the input x.",
        "n_l n_{l−1} for l = 2 … L instead of l = 1 … L",
        "Count for a network of one layer: which products are there?",
    ),
    Mistake(
        "Q40",
        of_sizes(lambda n: with_reuse(n) + matrices(n)),
        "The forward pass is counted too.",
        "The cache is there already: what is asked for is the backward pass alone.",
        "forward and backward instead of backward",
        "Mark in your sum what is multiplied before the loss is known.",
    ),
    Mistake(
        "Q41",
        of_sizes(matrices),
        "This is the count of one forward pass.",
        "A backward pass takes about twice that: two products with a matrix in each layer but the first, and ⊙.",
        "Σ_l n_l n_{l−1} instead of that, the way back, and the ⊙",
        "Write down all products of the backward pass for two layers, one below the other.",
    ),
    Mistake(
        "Q42",
        of_sizes(lambda n: with_reuse(n) + sum(n[1:])),
        "Each unit is counted with one multiplication too many, as for a bias.",
        "∂L/∂b is δ, which is there already: nothing is multiplied; and ⊙ takes one for each unit.",
        "2 n_l instead of n_l beside the products with matrices",
        "Write down how ∂L/∂b is made from δ: which two numbers are multiplied?",
    ),
    Mistake(
        "Q43",
        of_sizes(path_by_path),
        "This is what all paths take, each multiplied out by itself.",
        "δ⁽ˡ⁾ holds the sum over all paths from there to the loss, and is used again for everything before it.",
        "a sum over paths instead of three products a layer",
        "For two layers, write down the backward pass with δ⁽²⁾ and δ⁽¹⁾, and count the entries of each product.",
    ),
)  # fmt: skip


def at(scheme: str, count: Callable[[int], int]) -> Formula:
    """Another count for one scheme, the right one for the other."""
    return lambda u: count(u.P) if u.scheme == scheme else passes(u.P, u.scheme)


PASSES = (
    Mistake(
        "Q51",
        at("forward", lambda P: P),
        "The pass at θ itself is forgotten.",
        "Each quotient is (f(θ + ε eᵢ) − f(θ)) / ε, so f(θ) has to be known as well: one pass for all entries.",
        "P instead of P + 1",
        "Take a single parameter: how many values of f does the quotient need?",
    ),
    Mistake(
        "Q52",
        at("forward", lambda P: 2 * P),
        "The pass at θ itself is counted again for every entry.",
        "f(θ) is the same in all quotients, so it is computed once and kept.",
        "2P instead of P + 1",
        "Write down the quotients for two parameters: how many different values of f stand in them?",
    ),
    Mistake(
        "Q53",
        at("central", lambda P: P),
        "Each entry is counted with one pass.",
        "A central difference needs f on either side of θ, and no two entries share a point.",
        "P instead of 2P",
        "Write down the quotients for two parameters: how many different values of f stand in them?",
    ),
    Mistake(
        "Q54",
        at("central", lambda P: 2 * P + 1),
        "A pass at θ itself is counted that nobody needs.",
        "f(θ + ε eᵢ) and f(θ − ε eᵢ) are all that stands in the quotient.",
        "2P + 1 instead of 2P",
        "Take a single parameter, and write down the values of f in its quotient.",
    ),
    Mistake(
        "Q55",
        at("central", lambda P: P + 1),
        "The count is that of the other scheme.",
        "With a point on either side nothing is shared: each entry has two passes of its own.",
        "P + 1 instead of 2P",
        "Write down the quotients for two parameters: how many different values of f stand in them?",
    ),
    Mistake(
        "Q56",
        lambda u: passes(u.P, "central" if u.scheme == "forward" else "forward"),
        "The two schemes are exchanged.",
        "A forward difference has f(θ) in all its quotients, once; a central one has two points for each entry.",
        "2P for forward and P + 1 for central instead of P + 1 and 2P",
        "Write down both quotients for one parameter, and name them.",
    ),
)  # fmt: skip
