"""What students write for the gradients of two neurons in a row: which factors they multiply, and how often they make one.

A gradient is a product of parts, and a slip replaces one of them.
"""

from .mistake import Mistake, known
from .two_neurons import after
from .wrong_factors import WHICH_WEIGHT

ONE = lambda u: 1  # noqa: E731
BOTH = (
    known("O7", lambda u: -1, "sign", what="The sign of the product is flipped.", paper="minus the product of the factors"),
    known("O1", ONE, "slope2", what="The factor σ'(z2) is missing from the product.",
          why="A nudge of z2 moves a2 by σ'(z2) times as much, and every way to the loss leads through here.",
          paper="∂L/∂a2 · … instead of ∂L/∂a2 · σ'(z2) · …", advice="Nudge z2 by 0.001: by how much does a2 move?"),
)  # fmt: skip
BACK = (
    *BOTH,
    known("H1", ONE, "slope1", what="The factor σ'(z1) is missing from the product.",
          why="A nudge of z1 reaches the second neuron through a1 = σ(z1) alone, and is scaled by σ'(z1) there.",
          paper="… w2 · … instead of … w2 · σ'(z1) · …", advice="Nudge z1 by 0.001: by how much does a1 move?"),
    known("H9", ONE, "slope2",
          what="The error is passed back to the first neuron without the slope of the second one.",
          why="The way from a1 to the loss leads through both z2 and a2, so σ'(z2) must be in what comes back.",
          paper="∂L/∂a2 · w2 · … instead of ∂L/∂z2 · w2 · …, where ∂L/∂z2 = ∂L/∂a2 · σ'(z2)",
          advice="Follow the path from z1 to the loss: is there one σ' for each activation on it?"),
    Mistake("T7", ONE, "The factor w2 is missing from the product.",
            "The first neuron reaches the loss through w2 alone, and a nudge is scaled by it there.",
            "σ'(z2) · σ'(z1) instead of σ'(z2) · w2 · σ'(z1)", "Count the factors: one for each arrow.", "weight"),
    known("H7", lambda u: u.params["w1"], "weight", what="The error comes back to the first neuron through w1.",
          paper="σ'(z2) · w1 · σ'(z1) instead of σ'(z2) · w2 · σ'(z1)", **WHICH_WEIGHT),
)  # fmt: skip
ADDED = Mistake(
    "K1", lambda u: u.first + u.slope2 + u.weight + u.slope1 + u.last, "The factors are added.",
    "A nudge is scaled at each step, and scalings one after another multiply.", "f1 + f2 + … instead of f1 · f2 · …",
    "Take factors 2 and 3: a nudge of 0.1 becomes 0.2, then 0.6. That is times 6, not times 5.",
)  # fmt: skip
NO_INPUT = Mistake(
    "K2", ONE, "The last factor x is missing: this is also the gradient of b1.",
    "The weight reaches z1 through the product w1·x, so ∂z1/∂w1 = x comes last.",
    "… σ'(z1) instead of … σ'(z1) · x", "Compare your gradients of w1 and b1 for x = 3.", "last",
)  # fmt: skip
OUTPUT_OF_1 = known(
    "P2", after(lambda u: u.a1), "last", paper="… σ'(z1) · a1 instead of … σ'(z1) · x",
    what="The gradient of w1 is made with the a that leaves the neuron, not with the x that enters it.",
    why="In z1 = w1·x + b1 the weight multiplies x, so a nudge of w1 is scaled by x.",
    advice="Set x to 0 and nudge w1: z1 stays where it is. What do you return?",
)  # fmt: skip
BIAS_TIMES = Mistake(
    "K3", (lambda u: u.x, after(lambda u: u.a1)), "The bias is given the weight's last factor.",
    "b is added to z as it is, so its own last factor is 1.", "… · x or … · a1 instead of … · 1",
    "Differentiate w·a + b in b, holding w and a.", "last",
)  # fmt: skip
WEIGHT2_INPUT = (
    Mistake("T8", lambda u: u.x, "The gradient of w2 is multiplied by x.",
            "What w2 multiplies in z2 = w2·a1 + b2 is a1; x stands in front of the first neuron.",
            "∂L/∂z2 · x instead of ∂L/∂z2 · a1", "Write z2 down and differentiate it in w2.", "last"),
    known("P2", after(lambda u: u.a2), "last", paper="∂L/∂z2 · a2 instead of ∂L/∂z2 · a1",
          what="The gradient of w2 is made with the a that leaves the neuron, not with the a that enters it.",
          why="In z2 = w2·a1 + b2 the weight multiplies a1, so a nudge of w2 is scaled by a1.",
          advice="Choose w1 and b1 so that a1 is 0 and nudge w2: z2 stays where it is. What do you return?"),
    known("P3", after(lambda u: u.z1), "last", paper="∂L/∂z2 · z1 instead of ∂L/∂z2 · a1",
          what="The gradient of w2 is made with z1, not with a1.",
          why="The second neuron receives a1 = σ(z1), and a nudge of w2 is scaled by what it receives.",
          advice="Print what you multiply ∂L/∂z2 by: after a sigmoid it lies between 0 and 1."),
)  # fmt: skip
MISTAKES = {
    "dL_dw1": (*BACK, NO_INPUT, OUTPUT_OF_1, ADDED),
    "dL_db1": (*BACK, BIAS_TIMES, ADDED),
    "dL_dw2": (*BOTH, *WEIGHT2_INPUT),
    "dL_db2": (*BOTH, BIAS_TIMES),
}

NUMBER = (
    "∂L/∂z2 is needed for all four gradients and ∂L/∂z1 for two of them: each is a number, and a number can be kept."
)
KEEP = "Give ∂L/∂z2 a name, use it twice, and make ∂L/∂z1 from it."
EACH = "Each neuron has an activation on the way to the loss, and slope is handed over for both."
CALLS = {
    6: ("Every gradient is multiplied out from the start: six slopes are asked for.", NUMBER, KEEP),
    5: ("Only one slope is used again: five are asked for.", NUMBER, KEEP),
    4: ("The slopes are asked for twice.", NUMBER, KEEP),
    3: ("One slope is asked for twice.", NUMBER, KEEP),
    1: ("Only one slope is asked for.", EACH, "Call slope once for each neuron."),
    0: ("No slope is asked for.", EACH, "Call slope once for each neuron, in place of a slope of your own."),
}
REUSE = tuple(
    Mistake(f"R{calls}", lambda u, calls=calls: calls, what, why, f"{calls} slopes instead of 2", advice)
    for calls, (what, why, advice) in CALLS.items()
)  # fmt: skip
