"""What the nudge figure says in words: the conclusion, the notes beside it, the alt text and the trace.

``js/nudge.js`` says the same sentences; a browser test compares the traces character by character.
"""

import math
from collections.abc import Callable

from .reading import Difference, Reading
from .wording import plain, show

TRACED = (0.1, 0.01, 1e-3)
THIRD = {"w": "x", "b": "1", "x": "w"}
LOSS = {"squared_error": "½ (a − y)²", "binary_cross_entropy": "−y ln a − (1 − y) ln(1 − a)"}
LOSS_RULE = {"squared_error": "a − y", "binary_cross_entropy": "−y/a + (1 − y)/(1 − a)"}
KINKED = ("relu", "leaky_relu")
FLAT_BELOW = 0.05


def conclusion(reading: Reading) -> str:
    """One sentence: what the product says to do, or why it is zero."""
    g, name = reading.product, reading.wrt
    if math.isnan(g):
        return f"∂L/∂{name} is undefined here: an infinite factor meets one that is 0."
    if math.isinf(g):
        return "The prediction is certain and wrong: the loss and its slope are infinite."
    if g == 0:
        why, then = _why_zero(reading)
        return f"{why}, so ∂L/∂{name} = 0{then}"
    way = "falls" if g < 0 else "rises"
    return f"Raise {name} a little and L {way}, by about {show(abs(g), 3)} for each unit of {name}."


def _why_zero(reading: Reading) -> tuple[str, str]:
    gradients, z, name = reading.gradients, reading.cache.z, reading.wrt
    if gradients.dL_da == 0:
        return "The prediction hits the target", ": L cannot fall any further."
    if gradients.da_dz == 0 and reading.params.activation == "relu" and z == 0:
        return "z = 0 is the kink of relu, where we take slope 0", " by agreement: there is no slope here."
    if gradients.da_dz == 0 and reading.params.activation == "relu":
        return "z is below 0, where relu is flat", f": a small nudge of {name} does not reach L."
    if reading.third == 0:
        return (
            "x = 0 keeps w out of z" if name == "w" else "w = 0 keeps x out of z"
        ), f": no nudge of {name} reaches L."
    return "The product is too small for a computer's number", "."


def notes(reading: Reading, difference: Difference) -> list[str]:
    """Further sentences where there is something to notice: saturation, kinks, rounding, the choice of b or x."""
    said = []
    kind, z, slope, wrt = reading.params.activation, reading.cache.z, reading.gradients.da_dz, reading.wrt
    if kind == "leaky_relu" and z <= 0:
        said.append("Below 0, leaky_relu lets only 0.01 of the signal through.")
    elif 0 < slope < FLAT_BELOW:
        said.append(
            f"Saturated: {kind} is nearly flat at this z, and lets only {show(slope, 3)} of the signal through."
        )
    if kind in KINKED and min(difference.z_up, difference.z_down) < 0 < max(difference.z_up, difference.z_down):
        said.append("The nudge crosses the kink at z = 0, so product and measurement need not agree.")
    elif math.isfinite(reading.product) and reading.product != 0 and difference.digits_left == 0:
        said.append("L moves by less than its last digit: the measurement is lost in rounding.")
    if wrt == "b":
        said.append("∂z/∂b is always 1: for the bias, two factors say it all.")
    if wrt == "x":
        said.append("x is given, not learned: ∂L/∂x is what a layer in front of this neuron would be handed.")
    return said


def agreement(exact: float, difference: Difference) -> str:
    """How well a difference agrees with the product, as part of a sentence."""
    if math.isfinite(difference.value) and not difference.digits_left:
        return "lost in rounding"
    digits = difference.digits_agreeing(exact)
    if digits == 0:
        return "no digit agrees"
    return "1 digit agrees" if digits == 1 else f"{digits}{'+' if digits >= 12 else ''} digits agree"


def measured(difference: Difference, write: Callable[[float, int], str], most: int) -> str:
    """A difference in ``most`` digits, or in those that rounding leaves; a dash where it leaves none."""
    digits = min(most, difference.digits_left)
    return write(difference.value, digits or most) if digits or not math.isfinite(difference.value) else "–"


def alt(reading: Reading, epsilon: float) -> str:
    """What the still shows, for who does not see it: its numbers and its conclusion."""
    p, c, g, difference = reading.params, reading.cache, reading.gradients, reading.difference(epsilon)
    name = reading.wrt
    return (
        f"One neuron with activation {p.activation} and loss {p.loss}, at x = {show(reading.x)}, w = {show(p.w)}, "
        f"b = {show(p.b)}, target y = {show(reading.y)}. Forward: z = {show(c.z)}, a = {show(c.a)}, "
        f"L = {show(reading.L)}. Backward: ∂L/∂a = {show(g.dL_da)}, times ∂a/∂z = {show(g.da_dz)}, times "
        f"∂z/∂{name} = {show(reading.third)}, is ∂L/∂{name} = {show(reading.product)}. A nudge of {name} by "
        f"{show(epsilon)} to either side measures {measured(difference, show, 4)}: {agreement(reading.product, difference)}. "
        f"{conclusion(reading)}"
    )


def trace(reading: Reading) -> str:
    """The whole computation as text, in six digits: forward, the three products, three nudges, the conclusion."""
    p, c, g, name = reading.params, reading.cache, reading.gradients, reading.wrt
    lines = [
        f"One neuron: activation {p.activation}, loss {p.loss}",
        f"x = {plain(reading.x)}, w = {plain(p.w)}, b = {plain(p.b)}, y = {plain(reading.y)}",
        "",
        "Forward",
        f"  z = w·x + b = {plain(c.z)}",
        f"  a = {p.activation}(z) = {plain(c.a)}",
        f"  L = {LOSS[p.loss]} = {plain(reading.L)}",
        "",
        "Backward",
        f"  ∂L/∂a = {LOSS_RULE[p.loss]} = {plain(g.dL_da)}",
        f"  ∂a/∂z = {plain(g.da_dz)}",
        f"  ∂z/∂w = x = {plain(g.dz_dw)}, ∂z/∂b = 1, ∂z/∂x = w = {plain(g.dz_dx)}",
        f"  ∂L/∂w = ∂L/∂a · ∂a/∂z · ∂z/∂w = {plain(g.dL_dw)}",
        f"  ∂L/∂b = ∂L/∂a · ∂a/∂z · ∂z/∂b = {plain(g.dL_db)}",
        f"  ∂L/∂x = ∂L/∂a · ∂a/∂z · ∂z/∂x = {plain(g.dL_dx)}",
        "",
        f"Nudge {name} by ε to either side: ΔL/Δ{name}",
    ]
    for epsilon in TRACED:
        d = reading.difference(epsilon)
        lines.append(f"  ε = {epsilon:g}: {measured(d, plain, 6)} ({agreement(reading.product, d)})")
    return "\n".join([*lines, "", conclusion(reading)])
