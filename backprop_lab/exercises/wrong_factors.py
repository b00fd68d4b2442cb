"""What students write for a factor of two neurons in a row, and where they put it in the list of five."""

from collections.abc import Callable

from .mistake import Mistake, known
from .two_neurons import FORMULAS, SYMBOLS, after, loss_slope, slope1, slope2


def for_loss(name: str, wrong: Callable) -> Callable:
    """The wrong formula with one loss, the right one with the other."""
    return after(lambda u: wrong(u) if u.params["loss"] == name else loss_slope(u))


LOSS = (
    known("O7", after(lambda u: -loss_slope(u)), paper="y − a2 instead of a2 − y"),
    known("O10", (for_loss("squared_error", lambda u: 2 * loss_slope(u)), after(lambda u: 2 * loss_slope(u)))),
    known(
        "O6", for_loss("binary_cross_entropy", lambda u: u.a2 - u.y),
        what="a2 − y stands where the cross-entropy's own derivative belongs.",
        why="a2 − y is ∂L/∂z2 of the pair cross-entropy and sigmoid: two factors already multiplied, not the first one.",
        paper="a2 − y instead of −y/a2 + (1−y)/(1−a2)",
        advice="Multiply your factor by σ'(z2): which of the two is then in the product twice?",
    ),
    known("O8", for_loss("binary_cross_entropy", lambda u: -u.y / u.a2 - (1 - u.y) / (1 - u.a2))),
    known("O9", for_loss("binary_cross_entropy", lambda u: -u.y / u.a2)),
)  # fmt: skip


def slopes(n: int, codes: tuple[str, ...], *formulas: Callable) -> tuple[Mistake, ...]:
    """The slope of neuron n: left out, at a, at the other neuron's z, of the other neuron's activation."""
    other, applied = 3 - n, f"σ was applied at the point z{n}, so its slope at that point is the one that counts."
    words = (
        (f"The factor σ'(z{n}) is missing: 1 stands in its place.",
         f"A nudge of z{n} reaches a{n} through the activation alone, and is scaled by its slope there.",
         "1", f"Nudge z{n} by 0.001: by how much does a{n} move?"),
        (f"The slope of neuron {n} is taken at a{n} instead of z{n}.", applied,
         f"σ'(a{n})", "Compare your slope for z = −3 with (σ(−2.999) − σ(−3)) / 0.001."),
        (f"The slope of neuron {n} is taken at z{other}.", applied,
         f"σ'(z{other})", "Write down which z went into the activation in the forward pass."),
        (f"The slope at z{n} is that of neuron {other}'s activation.",
         "Each neuron has an activation of its own, and they need not be the same.",
         f"the other σ'(z{n})", "Print the name that you hand to slope."),
    )  # fmt: skip
    return tuple(
        Mistake(code, formula, what, why, f"{paper} instead of σ'(z{n})", advice)
        for code, formula, (what, why, paper, advice) in zip(codes, formulas, words, strict=True)
    )


SLOPE2 = slopes(2, ("O1", "O2", "T1", "T2"), lambda u: 1, after(lambda u: slope2(u, u.a2)),
                after(lambda u: slope2(u, u.z1)), after(lambda u: slope1(u, u.z2)))  # fmt: skip
SLOPE1 = slopes(1, ("H1", "H2", "H8", "T5"), lambda u: 1, after(lambda u: slope1(u, u.a1)),
                after(lambda u: slope1(u, u.z2)), after(lambda u: slope2(u, u.z1)))  # fmt: skip
WHICH_WEIGHT = {
    "why": "z2 = w2·a1 + b2, so a nudge of a1 reaches z2 times w2.",
    "advice": "Make one weight 1 and the other 1000: which of the two does your answer follow?",
}
WEIGHT = (
    known("H7", lambda u: u.params["w1"], what="The weight of the wrong neuron stands between them.",
          paper="∂z2/∂a1 = w1 instead of w2", **WHICH_WEIGHT),
    Mistake("T3", after(lambda u: u.a1), "This is the derivative of z2 in w2, not in a1.",
            "In w2·a1 + b2 the other factor of a1 is w2.", "∂z2/∂a1 = a1 instead of w2",
            "Nudge a1 by 0.1, hold w2, and see how far z2 moves."),
    Mistake("T4", lambda u: 1, "The factor between the neurons is 1 whatever w2 is.",
            "z2 = w2·a1 + b2: a nudge of a1 is scaled by w2 on its way.", "∂z2/∂a1 = 1 instead of w2",
            "Set w2 = 3, nudge a1 by 0.1: how far does z2 move?"),
)  # fmt: skip
INPUT = (
    known("P2", after(lambda u: u.a1), what="The activation of the wrong side of the weight is used.",
          paper="∂z1/∂w1 = a1 instead of x", why="z1 = w1·x + b1, so what multiplies w1 is what comes in: x.",
          advice="Set x = 0 and nudge w1: z1 stays where it is. What do you return?"),
    Mistake("T6", lambda u: u.params["w1"], "This is the derivative of z1 in x, not in w1.",
            "In w1·x + b1 the other factor of w1 is x.", "∂z1/∂w1 = w1 instead of x",
            "Nudge w1 by 0.1, hold x, and see how far z1 moves."),
    Mistake("W1", lambda u: 1, "The factor is 1 whatever x is.", "z1 = w1·x + b1: a nudge of w1 reaches z1 times x.",
            "∂z1/∂w1 = 1 instead of x", "Set x = 3, nudge w1 by 0.1: how far does z1 move?"),
)  # fmt: skip


def elsewhere(k: int) -> tuple[Mistake, ...]:
    """The other factors in place number k: the list runs the other way, two changed places, or one is left out."""
    return tuple(
        Mistake(f"I{j}", FORMULAS[j], f"{SYMBOLS[j]} is item {k} of the list, where {SYMBOLS[k]} belongs.",
                "The list is read like the equation: from the loss at its start to the weight at its end.",
                f"{SYMBOLS[j]} instead of {SYMBOLS[k]}",
                "Write the names ∂L/∂a2, ∂a2/∂z2, ∂z2/∂a1, ∂a1/∂z1, ∂z1/∂w1 over your five numbers.")
        for j in range(5) if j != k
    )  # fmt: skip


OF_FACTOR = (LOSS, SLOPE2, WEIGHT, SLOPE1, INPUT)


def mistakes(k: int) -> tuple[Mistake, ...]:
    """Slips in the factor number k, from 0."""
    return (*OF_FACTOR[k], *elsewhere(k))
