"""E10, Stable binary cross-entropy: the loss of logits and its slope, right for every z (8 points).

One example with n outputs, each of which answers a question with yes or no: nothing is divided by a number of
examples. Targets may lie between 0 and 1. The loss is a sum, so that one NaN in it takes all of it.
"""

from typing import Any

import numpy as np

from . import wrong_logits
from .definition import Exercise, Slope, Term
from .functions import activate, is_exact
from .layouts import read_only, spaced
from .steps import Call, Where
from .values import Values

# Outputs, and what their logits and targets are, in turn.
OUTPUTS = {
    "soft targets": (3, ("ordinary",), ("soft",)),
    "hard targets": (5, ("ordinary",), (1, 0)),
    "logits of 800": (3, (800,), ("soft", 0, 1)),
    "logits of −800": (3, (-800,), ("soft", 1, 0)),
    # σ(z) is rounded to 1 here, and e^z is still a float: what goes wrong is told from what goes wrong at 800.
    "logits of 40": (4, (40, -38, 40, "ordinary"), ("soft", 0, 1, "soft")),
    "certain and right": (3, (800, -800, "ordinary"), (1, 0, "soft")),
    "whole numbers": (4, ("whole",), (1, 0)),
    "certain and wrong": (2, (800, -800), (0, 1)),
    "certain at 40, and right": (2, (40, -38), (1, 0)),
    "one output": (1, ("ordinary",), ("soft",)),
    "seven outputs": (7, ("ordinary", 800, "ordinary", -800), ("soft", 0, 1)),
    "arrays with gaps": (3, ("ordinary",), ("soft",)),
    "read-only arrays": (5, ("ordinary",), ("soft",)),
}
LAYOUTS = {"arrays with gaps": spaced, "read-only arrays": read_only}


def logit(rng: np.random.Generator, kind: Any) -> float:
    """One of the ordinary size, a whole number, or near the number that is named."""
    if kind == "whole":
        return int(rng.choice([-3, -2, -1, 1, 2, 3]))
    if kind == "ordinary":
        return float(rng.choice([-1, 1]) * rng.uniform(0.2, 3.0))
    return float(kind + rng.uniform(-1.5, 1.5))


def draw(rng: np.random.Generator, variation: str) -> dict:
    """Logits and targets of one example; no target is what is predicted."""
    n, logits, targets = OUTPUTS[variation]
    while True:
        z = np.array([[logit(rng, logits[k % len(logits)])] for k in range(n)])
        y = np.array(
            [[rng.uniform(0.1, 0.9) if t == "soft" else t] for t in (targets[k % len(targets)] for k in range(n))]
        )
        ordinary = np.abs(z) < 10
        if (np.abs(activate("sigmoid", z) - y)[ordinary] > 0.04).all():
            arrange = LAYOUTS.get(variation, np.array)
            return {"z": arrange(z), "y": arrange(y)}


def steps(u: Values) -> list[Call]:
    """Both from the same logits: neither is handed the other's answer."""
    return [Call("bce_with_logits", "bce_with_logits", (u.z, u.y)), Call("delta", "delta", (u.z, u.y))]


def entries(z: Any, y: Any) -> Any:
    """ln(1 + e^z) − z y of every output."""
    return activate("softplus", z) - z * y


def loss(u: Values) -> Any:
    """ℓ from its parts, one number."""
    total = u.sign * u.entries.sum() / u.count
    return total if is_exact(total) else float(total)


EXERCISE = Exercise(
    id="e10",
    name="stable_bce",
    title="Stable binary cross-entropy",
    chapter="09_losses_outputs",
    functions={"bce_with_logits": "bce_with_logits(z, y)", "delta": "delta(z, y)"},
    terms=(
        Term(
            "loss", "ℓ", "bce_with_logits", 4, "eq-bce-logits", Where("bce_with_logits"),
            loss,
            parts={"entries": lambda u: entries(u.z, u.y), "sign": lambda u: 1, "count": lambda u: 1},
            scale=lambda u: float((activate("softplus", u.z) + np.abs(u.z * u.y)).sum()),
            mistakes=wrong_logits.LOSSES,
        ),
        Term(
            "delta", "δ", "delta", 4, "eq-bce-logits-delta", Where("delta"),
            lambda u: u.sign * (u.sigma - u.y) / u.count,
            parts={"sigma": lambda u: activate("sigmoid", u.z), "sign": lambda u: 1, "count": lambda u: 1},
            scale=lambda u: activate("sigmoid", u.z) + u.y,
            slope=Slope(lambda u, z: entries(z, u.y).sum(), lambda u: u.z),
            mistakes=wrong_logits.SLOPES,
        ),
    ),
    variations=tuple(OUTPUTS),
    visible=tuple(OUTPUTS)[:7],
    draw=draw,
    steps=steps,
)  # fmt: skip
