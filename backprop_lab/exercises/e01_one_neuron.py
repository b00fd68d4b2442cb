"""E1, One neuron: the forward pass, the three factors, and their products (15 points).

Every term is asked for with reference inputs; ``neuron_grads`` is also held against the student's own factors, so
that a slip in a factor costs the points of that factor only.
"""

import numpy as np

from . import functions
from .definition import Exercise, Slope, Term
from .functions import activate, loss_slope_scale, loss_value, slope_scale
from .mistake import Mistake, known
from .steps import Call, Kept, Where
from .values import Values
from .wrong_slopes import WRONG_SLOPES, slope_mistake

PAIRS = {
    "identity and squared error": ("identity", "squared_error"),
    "sigmoid and squared error": ("sigmoid", "squared_error"),
    "tanh and squared error": ("tanh", "squared_error"),
    "softplus and squared error": ("softplus", "squared_error"),
    "relu above 0 and squared error": ("relu", "squared_error"),
    "relu below 0 and squared error": ("relu", "squared_error"),
    "relu at 0 and squared error": ("relu", "squared_error"),
    "sigmoid and binary cross-entropy": ("sigmoid", "binary_cross_entropy"),
}
EXTREMES = ("x is zero", "z near 40", "z near -40", "whole numbers")


def draw(rng: np.random.Generator, variation: str) -> dict:
    """Inputs of one neuron: no number is special, and a ReLU is at its kink exactly or at least 0.05 from it."""
    if variation in PAIRS:
        activation, loss = PAIRS[variation]
    else:
        activation, loss = str(rng.choice(["sigmoid", "tanh", "softplus"])), "squared_error"
    while True:
        x, w, b = (float(v) for v in rng.choice([-1, 1], 3) * rng.uniform(0.3, 1.6, 3))
        # BCE needs both labels mixed, so soft ones are drawn: at y = 1 or 0 one of its two terms is silent.
        y = float(rng.uniform(0.15, 0.85)) if loss == "binary_cross_entropy" else float(rng.uniform(-0.9, 1.9))
        if variation == "x is zero":
            x = 0.0
        elif variation.startswith("z near"):
            w = (float(variation.split()[-1]) - b) / x
        elif variation == "whole numbers":
            x, w, b, y = (int(v) for v in (*rng.choice([-2, -1, 1, 2], 3), rng.integers(0, 2)))
        elif variation.startswith("relu at 0"):
            x, w = round(x * 64) / 64, round(w * 64) / 64  # few bits, so that w·x has no rounding and z is 0
            b = -(w * x)
        z = w * x + b
        wanted = {"relu above": z > 0.05, "relu below": z < -0.05, "relu at 0 ": z == 0}.get(
            variation[:10], abs(z) > 0.05
        )
        if loss == "binary_cross_entropy":
            # Where a is near 0, 1 or y, an ε that a careful student adds to a logarithm would show.
            a = activate("sigmoid", z)
            wanted = 0.2 < a < 0.8 and abs(a - y) > 0.2
        if wanted:
            return {"x": x, "w": w, "b": b, "y": y, "activation": activation, "loss": loss}


def steps(u: Values) -> list[Call]:
    """The student's own chain first, then each factor with reference inputs.

    In this order: the reference inputs of the factors are the answers of the forward pass.
    """
    return [
        Call("forward", "neuron_forward", (u.x, u.w, u.b, u.activation)),
        Call("own dL_da", "dL_da", (Kept("forward", 1), u.y, u.loss)),
        Call("own da_dz", "da_dz", (Kept("forward", 0), u.activation)),
        Call("dz_dw", "dz_dw", (u.x,)),
        Call("dz_db", "dz_db"),
        Call("grads", "neuron_grads", (u.x, u.w, u.b, u.y, u.activation, u.loss)),
        Call("da_dz", "da_dz", (u.z, u.activation)),
        Call("dL_da", "dL_da", (u.a, u.y, u.loss)),
    ]


def value(u: Values) -> float:
    """σ(z) of the fixture's activation."""
    return activate(u.activation, u.z)


def slope(u: Values, z: float | None = None) -> float:
    """σ'(z) of the fixture's activation."""
    return functions.slope(u.activation, u.z if z is None else z)


def when(name: str, wrong, right=slope):
    """The wrong formula for one activation or loss, the right one for the others."""
    return lambda u: wrong(u) if name in (getattr(u, "activation", None), getattr(u, "loss", None)) else right(u)


def loss_slope(u: Values) -> float:
    """∂L/∂a."""
    return functions.loss_slope(u.loss, u.a, u.y)


def loss_of(u: Values, x: float, w: float, b: float) -> float:
    """L of a whole forward pass."""
    return loss_value(u.loss, activate(u.activation, w * x + b), u.y)


def away_from_the_kink(value_at):
    """Where to differentiate, or None at the kink of the ReLU, where the book's 0 is a convention."""
    return lambda u: None if u.activation == "relu" and u.z == 0 else value_at(u)


def product_scale(u: Values) -> float:
    """The part that the three products share, every factor in absolute value."""
    return loss_slope_scale(u.loss, u.a, u.y) * slope_scale(u.activation, u.z)


FORWARD = (
    Mistake("F1", lambda u: u.w * u.x, "The bias is missing from z.",
            "Without b the neuron can only bend a line through the origin.", "z = w·x instead of z = w·x + b",
            "Print z for x = 0: it must be b."),
    Mistake("F2", lambda u: activate(u.activation, u.w * u.x + u.b), "z and a are returned in the wrong order.",
            "The backward pass needs both, and reads the first one as z.", "(a, z) instead of (z, a)",
            "Return (z, a): the order in which they are computed."),
)  # fmt: skip
ACTIVATE = (
    Mistake("F3", lambda u: u.z, "The activation is not applied: a equals z.",
            "The neuron is then a straight line, whatever `activation` says.", "a = z instead of a = σ(z)",
            "Compare your a with z for activation 'sigmoid' and z = 0: a must be 0.5."),
    Mistake("F4", when("softplus", lambda u: float(np.exp(u.z)), value), "softplus is returned as e^z.",
            "The logarithm of 1 + e^z is what bends the exponential into a soft corner.",
            "a = e^z instead of a = ln(1 + e^z)", "Try z = 0: softplus(0) is ln 2, about 0.693."),
    Mistake("F5", when("sigmoid", lambda u: activate("sigmoid", -u.z), value),
            "The sigmoid has the wrong sign in its exponent.", "It must rise with z; yours falls.",
            "a = 1/(1 + e^z) instead of a = 1/(1 + e^−z)", "Try z = 3: the answer is near 1, not near 0."),
)  # fmt: skip
LOSS_FACTOR = (
    known("O7", lambda u: -loss_slope(u), why="The derivative is taken in a, and a enters the difference with a plus.",
          paper="−∂L/∂a instead of ∂L/∂a: y − a where a − y belongs",
          advice="Ask: if a is above y, does raising a make the loss larger? Then ∂L/∂a is positive."),
    known("O10", (when("squared_error", lambda u: 2 * (u.a - u.y), loss_slope), lambda u: 2 * loss_slope(u)),
          what="A factor 2 too many.", paper="∂L/∂a = 2(a − y) instead of a − y"),
    Mistake("O10-half", when("squared_error", lambda u: (u.a - u.y) / 2, loss_slope), "A factor ½ is left over.",
            "The 2 of the square comes down and cancels the ½ of the loss.", "∂L/∂a = ½(a − y) instead of a − y",
            "Differentiate (a − y)² first, then multiply by the ½."),
    known("O8", when("binary_cross_entropy", lambda u: -u.y / u.a - (1 - u.y) / (1 - u.a), loss_slope)),
    known("O9", when("binary_cross_entropy", lambda u: -u.y / u.a, loss_slope)),
    Mistake("O6", when("binary_cross_entropy", lambda u: u.a - u.y, loss_slope),
            "a − y stands where the cross-entropy's own derivative belongs.",
            "a − y is ∂L/∂z of the pair cross-entropy and sigmoid: two factors already multiplied, not the first one.",
            "∂L/∂a = a − y instead of −y/a + (1−y)/(1−a)",
            "Multiply −y/a + (1−y)/(1−a) by a(1−a) on paper and see a − y appear."),
    Mistake("D1", (
                lambda u: loss_value(u.loss, u.a, u.y),
                when("binary_cross_entropy", lambda u: loss_value(u.loss, u.a, u.y), loss_slope),
            ), "This is the loss itself, not its derivative.",
            "The factor says how the loss changes with a, not how large it is.", "L instead of ∂L/∂a",
            "Nudge a by 0.001, see how much L moves, divide by 0.001: that is the number to return."),
)  # fmt: skip


def slips(code: str) -> tuple:
    """σ'(z) with the slip of this code, in each form in which it is written."""
    return tuple(lambda u, wrong=wrong: wrong(u.activation, u.z) for wrong in WRONG_SLOPES[code])


SLOPE_FACTOR = (
    known("O1", slips("O1"), what="The derivative of the activation is missing: the factor is 1 everywhere.",
          why="That is right for the identity alone; every other activation passes on only part of a nudge.",
          paper="∂a/∂z = 1 instead of σ'(z)"),
    known("O2", slips("O2"), what="The derivative is evaluated at a instead of z.", paper="σ'(a) instead of σ'(z)"),
    *(slope_mistake(code, slips(code)) for code in ("O3", "O4", "H3", "H4", "H5", "H13", "H14", "S1", "S2")),
    slope_mistake("D2", (*slips("D2"), when("softplus", value), when("tanh", value))),
    Mistake("H13-kink", when("relu", lambda u: float(u.z >= 0)), "At the kink z = 0 the ReLU's slope is taken as 1.",
            "There is no derivative at the kink; this book, like most libraries, agrees on 0.",
            "1[z ≥ 0] instead of 1[z > 0]", "Write z > 0, not z >= 0."),
)  # fmt: skip
WEIGHT_FACTOR = (
    Mistake("W1", lambda u: 1.0, "The factor is 1 whatever x is.",
            "In w·x + b the weight is multiplied by x, so a nudge of w reaches z x times as large.",
            "∂z/∂w = 1 instead of x", "Set x = 3 and nudge w by 0.1: z moves by 0.3."),
)  # fmt: skip
BIAS_FACTOR = (
    Mistake("W2", lambda u: 0.0, "The bias is treated as a constant.",
            "b is a parameter: raise it by 0.1 and z rises by 0.1.", "∂z/∂b = 0 instead of 1",
            "Differentiate w·x + b in b, holding w and x."),
)  # fmt: skip


def products(own_last: str) -> tuple[Mistake, ...]:
    """The mistakes of ∂L/∂a · ∂a/∂z · ∂z/∂(something); ``own_last`` is the last factor on the page."""
    return (
        Mistake("O1", lambda u: 1.0, "The factor ∂a/∂z is left out of the product.",
                "The nudge passes through the activation on its way to the loss, and is scaled by σ'(z) there.",
                f"∂L/∂a · {own_last} instead of ∂L/∂a · ∂a/∂z · {own_last}",
                "Count the factors: one for each arrow from the parameter to L.", "slope"),
        Mistake("O2", lambda u: slope(u, u.a), "da_dz is given a in place of z.",
                "The slope of the activation is wanted at the point z where it was applied.",
                "σ'(a) instead of σ'(z) in the product", "Call da_dz(z, activation) with the z of neuron_forward.",
                "slope"),
        Mistake("O7", lambda u: -1.0, "The sign of the product is flipped.",
                "A gradient points uphill; the minus of gradient descent belongs to the update.", "−∂L/∂a · ∂a/∂z · …",
                "Return the product as it is.", "sign"),
        Mistake("O5", (
                    lambda u: u.da_dz**2,
                    lambda u: u.da_dz**2 if u.loss == "binary_cross_entropy" else u.da_dz,
                ), "σ'(z) is in the product twice.",
                "Each arrow from the parameter to the loss gives one factor; a − y of cross-entropy holds σ' already.",
                f"∂L/∂a · σ'(z) · σ'(z) · {own_last}",
                "Write the three factors under one another and tick each one off as you multiply.", "slope"),
        Mistake("K1", lambda u: u.dL_da + u.da_dz + u.last, "The factors are added.",
                "A nudge is scaled at each step, and scalings one after another multiply.",
                f"∂L/∂a + ∂a/∂z + {own_last} instead of ∂L/∂a · ∂a/∂z · {own_last}",
                "Take factors 2 and 3: a nudge of 0.1 becomes 0.2, then 0.6. That is times 6, not times 5."),
    )  # fmt: skip


def product(u: Values) -> float:
    """The three factors multiplied."""
    return u.sign * u.dL_da * u.slope * u.last


def factors(last) -> dict:
    """The parts of a product, of which ``last`` gives the last factor."""
    return {"sign": lambda u: 1.0, "slope": lambda u: u.da_dz, "last": last}


NO_X = Mistake("K2", lambda u: 1.0, "The last factor is missing: this is ∂L/∂z, which is also ∂L/∂b.",
               "The weight reaches z through the product w·x, so ∂z/∂w = x comes last.",
               "∂L/∂a · ∂a/∂z instead of ∂L/∂a · ∂a/∂z · x", "Multiply by dz_dw(x).", "last")  # fmt: skip
BIAS_TIMES_X = Mistake("K3", lambda u: u.x, "The bias is given the weight's last factor.",
                       "b is added to z as it is, so its own last factor is 1.",
                       "∂L/∂a · ∂a/∂z · x instead of ∂L/∂a · ∂a/∂z · 1", "Multiply by dz_db().", "last")  # fmt: skip
INPUT_TIMES_X = Mistake("K4", (lambda u: u.x, lambda u: 1.0), "∂L/∂x has the wrong last factor.",
                        "Nudging x moves z by w times as much: in w·x + b it is w that multiplies x.",
                        "∂L/∂a · ∂a/∂z · x, or no last factor, instead of ∂L/∂a · ∂a/∂z · w",
                        "Differentiate w·x + b in x, holding w and b.", "last")  # fmt: skip
SWAPPED = Mistake("K5", lambda u: u.w, "The weight's gradient is multiplied by w.",
                  "The derivative of w·x in w is the other factor, x.",
                  "∂L/∂a · ∂a/∂z · w instead of ∂L/∂a · ∂a/∂z · x", "Multiply by dz_dw(x), which is x.", "last")  # fmt: skip

OWN = {"dL_da": Where("own dL_da"), "da_dz": Where("own da_dz")}
EQUATION = "eq-three-factors"
BRANCHES = ("activation", "loss")

EXERCISE = Exercise(
    id="e01",
    name="one_neuron",
    title="One neuron",
    chapter="02_one_neuron",
    functions={
        "neuron_forward": "neuron_forward(x, w, b, activation)",
        "dL_da": "dL_da(a, y, loss)",
        "da_dz": "da_dz(z, activation)",
        "dz_dw": "dz_dw(x)",
        "dz_db": "dz_db()",
        "neuron_grads": "neuron_grads(x, w, b, y, activation, loss)",
    },
    terms=(
        Term("z", "z", "neuron_forward", 1, "eq-neuron", Where("forward", 0),
             lambda u: u.w * u.x + u.b, scale=lambda u: abs(u.w * u.x) + abs(u.b), mistakes=FORWARD),
        Term("a", "a", "neuron_forward", 1, "eq-neuron", Where("forward", 1),
             value, own={"z": Where("forward", 0)}, scale=lambda u: 1 + abs(u.a),
             varies_with=("activation",), mistakes=ACTIVATE),
        Term("dL_da", "∂L/∂a", "dL_da", 3, "eq-squared-error-derivative", Where("dL_da"),
             loss_slope, equations={"binary_cross_entropy": "eq-bce-derivative"},
             scale=lambda u: loss_slope_scale(u.loss, u.a, u.y),
             slope=Slope(lambda u, a: loss_value(u.loss, a, u.y), lambda u: u.a),
             varies_with=("loss",), mistakes=LOSS_FACTOR),
        Term("da_dz", "∂a/∂z", "da_dz", 3, "eq-sigmoid-derivative", Where("da_dz"),
             slope, equations={"tanh": "eq-tanh-derivative", "relu": "eq-relu-derivative"},
             scale=lambda u: slope_scale(u.activation, u.z),
             slope=Slope(lambda u, z: activate(u.activation, z), away_from_the_kink(lambda u: u.z)),
             varies_with=("activation",), mistakes=SLOPE_FACTOR),
        Term("dz_dw", "∂z/∂w", "dz_dw", 1, "eq-linear-rates", Where("dz_dw"), lambda u: u.x,
             slope=Slope(lambda u, w: w * u.x + u.b, lambda u: u.w), mistakes=WEIGHT_FACTOR),
        Term("dz_db", "∂z/∂b", "dz_db", 1, "eq-linear-rates", Where("dz_db"), lambda u: 1.0,
             slope=Slope(lambda u, b: u.w * u.x + b, lambda u: u.b), mistakes=BIAS_FACTOR),
        Term("dL_dw", "∂L/∂w", "neuron_grads", 2, EQUATION, Where("grads", ("dL_dw", 0)),
             product, factors(lambda u: u.dz_dw), own={**OWN, "dz_dw": Where("dz_dw")},
             scale=lambda u: product_scale(u) * abs(u.x),
             slope=Slope(lambda u, w: loss_of(u, u.x, w, u.b), away_from_the_kink(lambda u: u.w)),
             varies_with=BRANCHES, mistakes=(NO_X, SWAPPED, *products("∂z/∂w"))),
        Term("dL_db", "∂L/∂b", "neuron_grads", 1, "eq-one-neuron-gradients", Where("grads", ("dL_db", 1)),
             product, factors(lambda u: u.dz_db), own={**OWN, "dz_db": Where("dz_db")}, scale=product_scale,
             slope=Slope(lambda u, b: loss_of(u, u.x, u.w, b), away_from_the_kink(lambda u: u.b)),
             varies_with=BRANCHES, mistakes=(BIAS_TIMES_X, *products("∂z/∂b"))),
        Term("dL_dx", "∂L/∂x", "neuron_grads", 2, "eq-one-neuron-gradients", Where("grads", ("dL_dx", 2)),
             product, factors(lambda u: u.w), own=OWN, scale=lambda u: product_scale(u) * abs(u.w),
             slope=Slope(lambda u, x: loss_of(u, x, u.w, u.b), away_from_the_kink(lambda u: u.x)),
             varies_with=BRANCHES, mistakes=(INPUT_TIMES_X, *products("∂z/∂x"))),
    ),
    chain={"neuron_grads": ("z", "a", "dL_da", "da_dz", "dz_dw", "dz_db")},
    variations=(*PAIRS, *EXTREMES),
    visible=(*PAIRS, "x is zero"),
    draw=draw,
    steps=steps,
)  # fmt: skip
