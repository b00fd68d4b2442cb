"""What the saturation figure says in words: what happens at this z, what was learned, the alt text and the trace.

``js/saturation_numbers.js`` says the same sentences; a browser test compares the traces character by character.
"""

import math

from .descent_words import counted, tidy
from .saturation_reading import ENTROPY, KINDS, SQUARED, Reading
from .wording import plain, show

TITLES = {SQUARED: "squared error", ENTROPY: "cross-entropy"}
FORMULAS = {SQUARED: "½ (a − y)²", ENTROPY: "max(z, 0) − z y + ln(1 + e^−|z|)"}
FIRST = {SQUARED: "a − y", ENTROPY: "(a − y) / (a (1 − a))"}
EQUATIONS = {SQUARED: "eq-output-delta", ENTROPY: "eq-bce-logits-delta"}
TOLD = (1, 2, 5, 10, 20, 50, 100)
# |z| > 2.9: the sigmoid is nearly flat. A hard label is then missed by less than 0.053 or by nearly 1.
FLAT, NEAR = 0.05, 0.06


def conclusion(r: Reading) -> str:
    """One or two sentences: what σ'(z) does to δ here, under each loss."""
    miss, slope = abs(r.error), show(r.slope, 3)
    squared, entropy = (show(r.delta(kind), 3) for kind in KINDS)
    if miss < NEAR:
        kind = "Confident and right" if r.slope < FLAT else "On target"
        return f"{kind}: a − y = {entropy} is small, so δ is small under both losses, as it should be."
    if r.slope >= FLAT:
        kind = "Wrong, but not sure" if miss >= 0.5 else "Unsure"
        return (
            f"{kind}: σ'(z) = {slope} leaves the squared error a part of its δ, and both losses learn. Cross-entropy's δ "
            f"is {show(r.ratio, 3)} times as large."
        )
    if miss >= 0.5:
        return (
            f"Confident and wrong: the squared error's δ is multiplied by σ'(z) = {slope}, and only {squared} is left. "
            f"Cross-entropy's first factor holds 1/σ'(z), which cancels it: δ = {entropy}."
        )
    side = "above" if r.z > 0 else "below"
    return (
        f"Too confident: a is {show(miss, 3)} {side} the soft label. σ'(z) = {slope} leaves the squared error "
        f"δ = {squared}; cross-entropy keeps δ = a − y = {entropy}."
    )


def notes(r: Reading) -> list[str]:
    """Further sentences where there is something to notice: a soft label, a that is stored as 1."""
    said = []
    if 0 < r.y < 1:
        least = -r.y * math.log(r.y) - (1 - r.y) * math.log1p(-r.y)
        said.append(f"A soft label: cross-entropy is least at a = y, where it is {show(least)} and not 0.")
    if r.a == 1:
        said.append("a is stored as 1 here, so 1 − a is 0 and no formula in a can be used; all is computed from z.")
    return said


def learned(r: Reading) -> list[str]:
    """What came of the steps: where a has come to under each loss, and who was halfway when."""
    if r.steps == 0:
        return [f"No step yet: a = {show(r.a)} under both losses."]
    squared, entropy = (show(r.paths[kind].a[-1]) for kind in KINDS)
    after = counted(r.steps)
    said = [f"After {after} from a = {show(r.a)}: a = {squared} with the squared error, {entropy} with cross-entropy."]
    if abs(r.error) >= NEAR:
        ways = (f"{TITLES[kind]} {_halfway(r.paths[kind].halfway(r.y), r.steps)}" for kind in (ENTROPY, SQUARED))
        said.append(f"Halfway to y: {', '.join(ways)}.")
    return said


def _halfway(step: int | None, steps: int) -> str:
    return f"not within {counted(steps)}" if step is None else f"after {counted(step)}"


def product(r: Reading, kind: str) -> str:
    """δ as the product of its two factors, in numbers.

    >>> product(Reading(-4.0, 1.0, 0.5, 0), ENTROPY)
    '(−55.6) · 0.0177 = −0.982'
    """
    first = show(r.dL_da(kind), 3)
    return f"{f'({first})' if first.startswith('−') else first} · {show(r.slope, 3)} = {show(r.delta(kind), 3)}"


def alt(r: Reading) -> str:
    """What the still shows, for who does not see it: its numbers and its conclusion."""
    factors = " ".join(
        f"With {'the ' if kind == SQUARED else ''}{TITLES[kind]} L = {show(r.loss(kind))} and ∂L/∂a times σ'(z) is "
        f"{product(r, kind)} = δ."
        for kind in KINDS
    )
    return (
        f"Four charts of a sigmoid output at z = {show(r.z)}, y = {show(r.y)}, where a = {show(r.a)} and "
        f"σ'(z) = {show(r.slope)}: a and its slope over z, the two losses over z, their δ over z, and a against the "
        f"steps of gradient descent with η = {show(r.learning_rate)}. {factors} Cross-entropy's δ is 1/σ'(z) = "
        f"{show(r.ratio)} times the squared error's. {conclusion(r)} {' '.join(learned(r))}"
    )


def trace(r: Reading) -> str:
    """All numbers as text: the factors under each loss, their ratio, and some steps of learning."""
    lines = [
        f"A sigmoid output, one example: z = {plain(r.z)}, y = {plain(r.y)}",
        f"a = σ(z) = {plain(r.a)}, σ'(z) = {plain(r.slope)}",
    ]
    for kind in KINDS:
        title, collapsed = TITLES[kind], "" if kind == SQUARED else " = a − y"
        lines += [
            "",
            title[0].upper() + title[1:],
            f"  L = {FORMULAS[kind]} = {plain(r.loss(kind))}",
            f"  ∂L/∂a = {FIRST[kind]} = {plain(r.dL_da(kind))}",
            f"  δ = ∂L/∂a · σ'(z){collapsed} = {plain(r.delta(kind))} ({EQUATIONS[kind]})",
        ]
    lines += [
        "", f"δ of cross-entropy / δ of the squared error = 1/σ'(z) = {plain(r.ratio)}", conclusion(r), *notes(r),
        "", f"Learn from here: x = 1, w = z, b = 0 at the start, η = {plain(r.learning_rate)}, {counted(r.steps)}",
    ]  # fmt: skip
    for k in [k for k in TOLD if k < r.steps] + ([r.steps] if r.steps else []):
        where = (f"{TITLES[kind]} z = {_place(path.z[k])}, a = {_place(path.a[k])}" for kind, path in r.paths.items())
        lines.append(f"  step {k}: {'; '.join(where)}")
    return "\n".join([*lines, *learned(r)])


def _place(value: float) -> str:
    return plain(tidy(value, 1e-9), 5)
