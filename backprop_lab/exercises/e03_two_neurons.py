"""E3, Two neurons in a row: five factors, four gradients, and what is computed once (12 points).

σ' is handed to the student as ``slope``, a function that is counted: two calls are enough for all four gradients.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import functions
from .definition import Exercise, Slope, Term
from .functions import activate, loss_slope_scale, loss_value, slope_scale
from .mistake import Mistake, known
from .steps import Call, Callback, Where
from .values import Values

# Activations of both neurons, and the loss.
PAIRS = {
    "tanh, then identity": ("tanh", "identity", "squared_error"),
    "sigmoid, then sigmoid": ("sigmoid", "sigmoid", "squared_error"),
    "softplus, then tanh": ("softplus", "tanh", "squared_error"),
    "tanh, then sigmoid with cross-entropy": ("tanh", "sigmoid", "binary_cross_entropy"),
    "identity, then softplus": ("identity", "softplus", "squared_error"),
    "relu above 0, then sigmoid": ("relu", "sigmoid", "squared_error"),
    "relu below 0, then tanh": ("relu", "tanh", "squared_error"),
}
OTHERS = ("x is zero", "the second neuron saturated", "whole numbers")


def draw(rng: np.random.Generator, variation: str) -> dict:
    """Two neurons and an example, of which no number is special."""
    first, second, loss = PAIRS.get(variation, ("tanh", "sigmoid", "squared_error"))
    if variation == "whole numbers":
        first, second = "identity", "tanh"
    while True:
        w1, b1, w2, b2, x = (float(v) for v in rng.choice([-1, 1], 5) * rng.uniform(0.3, 1.6, 5))
        y = float(rng.uniform(0.15, 0.85)) if loss == "binary_cross_entropy" else float(rng.uniform(-0.9, 1.9))
        if variation == "x is zero":
            x = 0.0
        elif variation == "the second neuron saturated":
            b2 = 30.0
        elif variation == "whole numbers":
            w1, b1, w2, b2, x = (int(v) for v in rng.choice([-2, -1, 1, 2], 5))
            y = int(rng.integers(-2, 0))
        params = {"w1": w1, "b1": b1, "w2": w2, "b2": b2, "activation1": first, "activation2": second, "loss": loss}
        u = run(Values(params=params, x=x, y=y))
        wanted = {"relu above": u.z1 > 0.05, "relu below": u.z1 < -0.05}.get(variation[:10], abs(u.z1) > 0.05)
        if loss == "binary_cross_entropy":
            wanted = 0.2 < u.a2 < 0.8 and abs(u.a2 - y) > 0.2
        if wanted and abs(u.a2 - y) > 0.05 and abs(u.z2) > 0.05:
            return {"params": params, "x": x, "y": y}


def run(u: Values) -> Values:
    """The values with a forward pass through both neurons."""
    p = u.params
    z1 = p["w1"] * u.x + p["b1"]
    a1 = activate(p["activation1"], z1)
    z2 = p["w2"] * a1 + p["b2"]
    return u.replace(z1=z1, a1=a1, z2=z2, a2=activate(p["activation2"], z2))


def after(formula: Callable) -> Callable:
    """A formula that needs the forward pass."""
    return lambda u: formula(run(u))


def steps(u: Values) -> list[Call]:
    """Both functions on the same two neurons."""
    args = (u.params, u.x, u.y, Callback("slope"))
    return [Call("factors", "chain_factors", args), Call("grads", "chain_grads", args)]


def callbacks(u: Values) -> dict[str, Callable]:
    """σ'(z) of an activation by its name."""

    def slope(name: str, z: float) -> float:
        if name not in ("identity", "sigmoid", "tanh", "softplus", "relu"):
            raise ValueError("the first argument is the name of an activation")
        return functions.slope(name, float(z))

    return {"slope": slope}


def counted(base: dict[str, Callable], made: dict) -> dict[str, Callable]:
    """The model's functions, calling ``slope`` as often as such a student does."""

    def chain_grads(params: dict, x: float, y: float, slope: Callable) -> dict[str, float]:
        calls = made["reuse"][0][1](None) if made.get("reuse") else 2
        for _ in range(calls):
            slope(params["activation1"], x)
        return base["chain_grads"](params, x, y, slope)

    return {**base, "chain_grads": chain_grads}


def slope1(u: Values, z: Any = None) -> Any:
    """σ'₁(z1)."""
    return functions.slope(u.params["activation1"], u.z1 if z is None else z)


def slope2(u: Values, z: Any = None) -> Any:
    """σ'₂(z2)."""
    return functions.slope(u.params["activation2"], u.z2 if z is None else z)


def loss_slope(u: Values) -> Any:
    """∂L/∂a2."""
    return functions.loss_slope(u.params["loss"], u.a2, u.y)


def loss_of(u: Values, **changed: Any) -> Any:
    """L of a whole forward pass, with parameters changed."""
    moved = run(u.replace(params={**u.params, **changed}))
    return loss_value(u.params["loss"], moved.a2, u.y)


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

PRODUCT = ("sign", "first", "slope2", "weight", "slope1", "last")


def product(u: Values) -> Any:
    """The factors multiplied."""
    return u.sign * u.first * u.slope2 * u.weight * u.slope1 * u.last


def parts(back: bool, last: Callable) -> dict[str, Callable]:
    """The factors of a gradient: of the first neuron (``back``) or of the second one."""
    return {
        "sign": lambda u: 1,
        "first": lambda u: u.dL_da2,
        "slope2": lambda u: u.da2_dz2,
        "weight": (lambda u: u.dz2_da1) if back else (lambda u: 1),
        "slope1": (lambda u: u.da1_dz1) if back else (lambda u: 1),
        "last": last,
    }


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

NAMES = ("dL_da2", "da2_dz2", "dz2_da1", "da1_dz1", "dz1_dw1")
SYMBOLS = ("∂L/∂a2", "∂a2/∂z2", "∂z2/∂a1", "∂a1/∂z1", "∂z1/∂w1")
FORMULAS = (after(loss_slope), after(slope2), lambda u: u.params["w2"], after(slope1), lambda u: u.x)
OWN = {name: Where("factors", k) for k, name in enumerate(NAMES)}


def scale_of(*factors: str) -> Callable:
    """A product with every factor and subtraction taken in absolute value."""
    table = {
        "loss": lambda u: loss_slope_scale(u.params["loss"], u.a2, u.y),
        "slope2": lambda u: abs(slope_scale(u.params["activation2"], u.z2)),
        "weight": lambda u: abs(u.params["w2"]),
        "slope1": lambda u: abs(slope_scale(u.params["activation1"], u.z1)),
        "x": lambda u: abs(u.x),
        "a1": lambda u: abs(u.a1),
    }

    def scale(u: Values) -> Any:
        u, size = run(u), 1
        for factor in factors:
            size = size * table[factor](u)
        return size

    return scale


def gradient(name: str, points: int, own: int, parts_of: dict, scale: Callable, mistakes: tuple[Mistake, ...]) -> Term:
    """A gradient of the loss in one parameter, made from the first ``own`` factors."""
    parameter = name.removeprefix("dL_d")
    return Term(
        name, f"∂L/∂{parameter}", "chain_grads", points, "eq-four-gradients", Where("grads", name), product, parts_of,
        own={n: OWN[n] for n in NAMES[:own]}, scale=scale, mistakes=mistakes,
        slope=Slope(lambda u, t: loss_of(u, **{parameter: t}), lambda u: u.params[parameter]),
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


def factor(k: int, slope: Slope, mistakes: tuple[Mistake, ...], scale=None) -> Term:
    """The factor number k, from 0."""
    return Term(
        NAMES[k], SYMBOLS[k], "chain_factors", 1, "eq-five-factors", Where("factors", k), FORMULAS[k], slope=slope,
        mistakes=(*mistakes, *elsewhere(k)), scale=scale,
    )  # fmt: skip


EXERCISE = Exercise(
    id="e03",
    name="two_neurons",
    title="Two neurons in a row",
    chapter="04_two_neurons",
    functions={
        "chain_factors": "chain_factors(params, x, y, slope)",
        "chain_grads": "chain_grads(params, x, y, slope)",
    },
    terms=(
        factor(0, Slope(lambda u, a: loss_value(u.params["loss"], a, u.y), lambda u: run(u).a2), LOSS, scale_of("loss")),
        factor(1, Slope(lambda u, z: activate(u.params["activation2"], z), lambda u: run(u).z2), SLOPE2, scale_of("slope2")),
        factor(2, Slope(lambda u, a: u.params["w2"] * a + u.params["b2"], lambda u: run(u).a1), WEIGHT),
        factor(3, Slope(lambda u, z: activate(u.params["activation1"], z), lambda u: run(u).z1), SLOPE1, scale_of("slope1")),
        factor(4, Slope(lambda u, w: w * u.x + u.params["b1"], lambda u: u.params["w1"]), INPUT),
        gradient("dL_dw1", 2, 5, parts(True, lambda u: u.dz1_dw1),
                 scale_of("loss", "slope2", "weight", "slope1", "x"), (*BACK, NO_INPUT, OUTPUT_OF_1, ADDED)),
        gradient("dL_db1", 1, 4, parts(True, ONE),
                 scale_of("loss", "slope2", "weight", "slope1"), (*BACK, BIAS_TIMES, ADDED)),
        gradient("dL_dw2", 1, 2, parts(False, after(lambda u: u.a1)),
                 scale_of("loss", "slope2", "a1"), (*BOTH, *WEIGHT2_INPUT)),
        gradient("dL_db2", 1, 2, parts(False, ONE), scale_of("loss", "slope2"), (*BOTH, BIAS_TIMES)),
        Term("reuse", "slopes computed once", "chain_grads", 2, "eq-two-deltas", Where("grads", calls="slope"),
             lambda u: 2, mistakes=REUSE),
    ),
    chain={"chain_grads": NAMES},
    variations=(*PAIRS, *OTHERS),
    visible=("tanh, then identity", "sigmoid, then sigmoid", "softplus, then tanh",
             "tanh, then sigmoid with cross-entropy", "relu below 0, then tanh"),
    draw=draw,
    steps=steps,
    callbacks=callbacks,
    model=counted,
)  # fmt: skip
