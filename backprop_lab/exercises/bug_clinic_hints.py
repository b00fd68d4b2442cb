"""What is told of a wrong diagnosis: what bugs of the family would show, and how those of one family differ.

A report says where to look, and never which bug it is.
"""

from dataclasses import dataclass

from .bug_clinic_cases import FAMILIES, FAMILY
from .mistake import Mistake


class Said(float):
    """How an answer stands to the bug, as a number: what a term compares. No number of a student's is one."""


RIGHT, NEAR, NO_ID = Said(1), Said(2), Said(0)


def far(family: str) -> Said:
    """An id of this family was named, and the bug is of another one."""
    return Said(10 + list(FAMILIES).index(family))


def said(bug: str, answer: object) -> Said:
    """How an answer stands to the bug.

    >>> said("H6", "H6 "), said("H6", "H7"), said("H6", "O1"), said("H6", "W not transposed"), said("H6", 1.0)
    (1.0, 2.0, 10.0, 0.0, 0.0)
    """
    code = answer.strip() if isinstance(answer, str) else ""
    if code not in FAMILY:
        return NO_ID
    return RIGHT if code == bug else NEAR if FAMILY[code] == FAMILY[bug] else far(FAMILY[code])


@dataclass(frozen=True)
class Family:
    """What is said of a family of bugs.

    ``shows`` is what all of them do, ``look`` how to see whether a bug is one of them, ``differ`` how they differ from
    one another, and ``test`` an experiment that tells some of them apart; ``paper`` is the formula they are made in.
    """

    symbol: str
    equation: str
    paper: str
    shows: str
    look: str
    differ: str
    test: str


WORDS: dict[str, Family] = {
    "output error": Family(
        "a bug in the output error", "eq-output-delta", "Δ⁽ᴸ⁾ = ∂L/∂A⁽ᴸ⁾ ⊙ σ'(Z⁽ᴸ⁾)",
        "Such a bug shows in ∂L/∂b⁽ᴸ⁾ already, in its values, and with one example too.",
        "Take one example, both losses, and a sigmoid, a tanh and an identity at the output: is ∂L/∂b⁽ᴸ⁾ ever wrong?",
        "Some of them are wrong for both losses, one for cross-entropy alone, and one is right just there.",
        "Take one example and one output: is the ∂L/∂b⁽ᴸ⁾ that you get, divided by the right one, σ'(z), 1/σ'(z), or something else?",
    ),
    "hidden slopes": Family(
        "a bug in a hidden slope", "eq-hidden-delta", "the factor σ'(Z⁽ˡ⁾) in Δ⁽ˡ⁾ = W⁽ˡ⁺¹⁾ᵀΔ⁽ˡ⁺¹⁾ ⊙ σ'(Z⁽ˡ⁾)",
        "Such a bug leaves layer L alone, and all layers where the hidden activations are the identity.",
        "Give the hidden layers the identity, and something else to the output: are all gradients right now?",
        "Two of them show with one activation alone, the others with every one that bends.",
        "Take one hidden layer of one unit, one example, and softplus, tanh and a ReLU that is not dead: by which factor is ∂L/∂b⁽¹⁾ off?",
    ),
    "way back": Family(
        "a bug in the way back", "eq-hidden-delta", "the product W⁽ˡ⁺¹⁾ᵀΔ⁽ˡ⁺¹⁾ in Δ⁽ˡ⁾ = W⁽ˡ⁺¹⁾ᵀΔ⁽ˡ⁺¹⁾ ⊙ σ'(Z⁽ˡ⁾)",
        "Such a bug leaves layer L alone, and it is still there when the hidden layers have the identity and the output a slope.",
        "Give the hidden layers the identity and the output a sigmoid, in a square network of three layers, with one example: is layer 3 right, and layer 2 wrong?",
        "They differ in where nothing is wrong: weights that are all positive, a symmetric W⁽ᴸ⁾, no slope at the output.",
        "Make W⁽ᴸ⁾ symmetric in a square network, then make every weight positive: when does layer L − 1 come right?",
    ),
    "weight gradients": Family(
        "a bug in ∂L/∂W", "eq-dW", "∂L/∂W⁽ˡ⁾ = Δ⁽ˡ⁾A⁽ˡ⁻¹⁾ᵀ",
        "Such a bug leaves every ∂L/∂b right, in every network and with every batch.",
        "Compare ∂L/∂b of all layers with the right ones: is any of them ever wrong?",
        "Some of them show in a shape, one in nothing but the order of the entries, and one leaves layer 1 alone.",
        "Give every layer a width of its own: compare the shapes, then the values of layer 1, then the sorted values.",
    ),
    "bias gradients": Family(
        "a bug in ∂L/∂b", "eq-db", "∂L/∂b⁽ˡ⁾ = Δ⁽ˡ⁾1, the sum over the examples",
        "Such a bug leaves every ∂L/∂W right, in every network and with every batch.",
        "Compare ∂L/∂W of all layers with the right ones: is any of them ever wrong?",
        "Some of them show in a shape alone, the others in what their numbers have in common.",
        "Take a batch that is as large as no layer is wide: print the shape of ∂L/∂b, and then its entries.",
    ),
    "factors and batch": Family(
        "a bug in a factor or in the sum over the batch", "eq-batch-delta", "L = (1/m) Σ ℓ, and what it makes of Δ⁽ᴸ⁾, Δ⁽ˡ⁾A⁽ˡ⁻¹⁾ᵀ and Δ⁽ˡ⁾1",
        "With such a bug each layer's gradients are one number times the right ones, if all examples of the batch are the same.",
        "In a first call, take a batch that holds one example five times, and divide the gradients of each layer by the right ones: is it one number for the whole layer, and is it ever neither 1 nor 0?",
        "The number is another one, it depends on m or does not, and it is not there in every layer or in every batch.",
        "Take batches of 1, 3 and 5 different examples and write down the quotient, if there is one, for each layer.",
    ),
    "layers and memory": Family(
        "a bug in the tables or in the memory", "eq-hidden-delta", "a table with the entries 1 … L, made from the arguments of this call alone",
        "In a first call such a bug leaves every layer right, or gives a whole layer zeros or the numbers of another one.",
        "In a first call with three layers: does ∂L/∂b⁽²⁾ hold numbers that are neither the right ones nor those of another layer?",
        "Two of them show in a first call already, in whole layers; the others show in later calls alone.",
        "Call it twice with the same arguments, then with other inputs of the same sizes, and compare layer by layer.",
    ),
}  # fmt: skip

NO_ID_AT_ALL = Mistake(
    "B0",
    lambda u: NO_ID,
    what="What diagnose returned is no id of the table.",
    why="An answer is one of the thirty ids, as text, and nothing else.",
    paper='"H6" instead of None, a number, "h6" or a sentence',
    advice="Print what you return, and see whether every way through your function comes to a return.",
)


def wrong_diagnoses(family: str) -> tuple[Mistake, ...]:
    """What can be said instead of a bug of this family: another one of it, one of another family, or no id."""
    words = WORDS[family]
    near = Mistake(
        f"N{1 + list(FAMILIES).index(family)}",
        lambda u: NEAR,
        what="The family is right; the bug is another one of it.",
        why=words.differ,
        paper=f"another one of {', '.join(FAMILIES[family])}: all of them are in {words.paper}",
        advice=words.test,
    )
    others = [
        Mistake(
            f"B{k}",
            lambda u, other=other: far(other),
            what=f"It is not {WORDS[other].symbol}.",
            why=WORDS[other].shows,
            paper=f"what you named is in {WORDS[other].paper}",
            advice=WORDS[other].look,
        )
        for k, other in enumerate(FAMILIES, 1)
        if other != family
    ]
    return (NO_ID_AT_ALL, near, *others)
