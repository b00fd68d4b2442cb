"""The binary cross-entropy of logits, and its slope, as students get them wrong.

In a formula u holds the logits ``z`` and the targets ``y`` of one example, columns (n, 1). A loss is the sum of the
part ``entries``; a slope is ``sign * (sigma - y) / count``.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from .functions import activate
from .mistake import Mistake, known
from .values import Formula
from .wrong_softmax import whole_numbers

Entries = Callable[[Any, Any], Any]
LIMITS = (500.0, 700.0, 709.0, 600.0, 300.0, 100.0, 88.0, 80.0, 60.0, 50.0)
SMALL = (1e-6, 1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15, 1e-16)


def sigma(z: Any) -> Any:
    """σ(z), for every z."""
    return activate("sigmoid", z)


def softplus(z: Any) -> Any:
    """ln(1 + e^z), for every z."""
    return activate("softplus", z)


def _on(*forms: Entries) -> tuple[Formula, ...]:
    """``form(z, y)`` as formulas of u."""
    return tuple(lambda u, form=form: form(u.z, u.y) for form in forms)


def _logarithms(y: Any, of_one: Any, of_zero: Any, sign: int = -1) -> Any:
    """−y ln a − (1 − y) ln(1 − a), or with the other sign before the second term."""
    return -y * np.log(of_one) + sign * (1 - y) * np.log(of_zero)


def _kept_away(size: float) -> tuple[Entries, ...]:
    return (
        lambda z, y: _logarithms(y, sigma(z) + size, 1 - sigma(z) + size),
        lambda z, y: _logarithms(y, np.clip(sigma(z), size, 1 - size), 1 - np.clip(sigma(z), size, 1 - size)),
        lambda z, y: _logarithms(y, np.maximum(sigma(z), size), np.maximum(1 - sigma(z), size)),
    )


def _where_asked_for(z: Any, y: Any) -> Any:
    a = sigma(z)
    return np.where(y > 0, -y * np.log(a), 0) + np.where(y < 1, -(1 - y) * np.log(1 - a), 0)


def _by_cases(z: Any, y: Any) -> Any:
    a = sigma(z)
    return np.where(y == 1, -np.log(a), np.where(y == 0, -np.log(1 - a), _logarithms(y, a, 1 - a)))


EXCHANGED = {
    "what": "y and 1 − y have changed places.",
    "why": "a = σ(z) is the probability of a yes, and y = 1 is a yes: a large z must be cheap where y is 1.",
    "advice": "Try z = 5 with y = 1: should that be cheap or dear, and what do you return?",
}
NO_SIGMOID = {
    "what": "The logit itself stands where its sigmoid belongs.",
    "why": "A logit is any number; σ makes a probability between 0 and 1 of it.",
    "advice": "Try z = 5: does what you compare with y lie between 0 and 1?",
}
ENTRIES: tuple[Mistake, ...] = (
    known(
        "O16",
        (
            *_on(
                lambda z, y: _logarithms(y, sigma(z), 1 - sigma(z)),
                lambda z, y: _logarithms(y, sigma(z), sigma(-z)),
                lambda z, y: _logarithms(y, np.exp(z) / (1 + np.exp(z)), 1 - np.exp(z) / (1 + np.exp(z))),
                _where_asked_for,
                lambda z, y: np.where(y > 0, -y * np.log(sigma(z)), 0) + np.where(y < 1, (y - 1) * np.log(sigma(-z)), 0),
                _by_cases,
            ),
            lambda u: np.nan_to_num(_logarithms(u.y, sigma(u.z), 1 - sigma(u.z)), nan=0.0, posinf=np.inf, neginf=-np.inf),
        ),
        "entries",
        what="σ(z), or 1 − σ(z), is rounded to 0 before its logarithm is taken: ln 0 is −∞, and 0 · ln 0 is NaN.",
        why="The loss itself is at most |z| + ln 2: it is only the way through σ(z) that floats cannot go.",
        paper="−y ln σ(z) − (1 − y) ln(1 − σ(z)) in two steps, instead of one formula in z",
        advice="Print σ(z), 1 − σ(z) and their logarithms for z = 30, 40 and 800.",
    ),
    known(
        "O15",
        _on(
            lambda z, y: np.log(1 + np.exp(z)) - z * y,
            lambda z, y: np.log1p(np.exp(z)) - z * y,
            lambda z, y: np.log(1 + np.exp(-z)) + (1 - y) * z,
            lambda z, y: y * np.log(1 + np.exp(-z)) + (1 - y) * np.log(1 + np.exp(z)),
            lambda z, y: y * np.log1p(np.exp(-z)) + (1 - y) * np.log1p(np.exp(z)),
            lambda z, y: np.log(np.exp(-z * y) + np.exp(z * (1 - y))),
            # σ as e^z/(1 + e^z), which is inf/inf itself; with 1 − σ for the second it is O16 besides, and named so.
            lambda z, y: _logarithms(y, np.exp(z) / (1 + np.exp(z)), 1 / (1 + np.exp(z))),
        ),
        "entries",
        why="ln(1 + e^z) is nearly z there, an ordinary number; only e^z on the way to it is too large, and inf · 0 is NaN besides.",
        paper="ln(1 + e^z) as it stands, instead of a form whose exponent is never above 0",
        advice="Write 1 + e^z = e^z (1 + e^−z) and take the logarithm of each factor: for which z is that the better form?",
    ),
    known(
        "O8",
        _on(
            lambda z, y: y * softplus(-z) - (1 - y) * softplus(z),
            lambda z, y: _logarithms(y, sigma(z), 1 - sigma(z), sign=1),
        ),
        "entries",
        paper="−y ln a + (1 − y) ln(1 − a) instead of −y ln a − (1 − y) ln(1 − a)",
        why="For y = 0 the loss is −ln(1 − a), which is positive, as every logarithm of a probability is negative.",
        advice="Try y = 0 and z = 3: can a loss be negative?",
    ),
    known(
        "O9",
        _on(lambda z, y: y * softplus(-z), lambda z, y: -y * np.log(sigma(z))),
        "entries",
        paper="−y ln a instead of −y ln a − (1 − y) ln(1 − a)",
        advice="Set y = 0 and take z = 5, a sure and wrong yes: what does it cost?",
    ),
    Mistake("B4", _on(lambda z, y: softplus(z) - z * (1 - y), lambda z, y: _logarithms(1 - y, sigma(z), 1 - sigma(z))),
            paper="−(1 − y) ln a − y ln(1 − a) instead of −y ln a − (1 − y) ln(1 − a)", part="entries", **EXCHANGED),
    Mistake("B3", _on(lambda z, y: softplus(z) + z * y),
            "The sign of z y is flipped.",
            "−y ln σ(z) is y ln(1 + e^−z), and taking e^−z out of that logarithm leaves −z y.",
            "ln(1 + e^z) + z y instead of ln(1 + e^z) − z y",
            "Try z = 5 with y = 1, a sure and right yes: it should cost nearly nothing.", "entries"),
    Mistake("B5", _on(lambda z, y: np.log1p(np.exp(-abs(z))) - z * y),
            "The part max(z, 0) is missing.",
            "ln(1 + e^z) is z + ln(1 + e^−z) for a positive z: the z in front must stay.",
            "ln(1 + e^−|z|) − z y instead of max(z, 0) − z y + ln(1 + e^−|z|)",
            "Try z = 5 with y = 1: can a loss be negative?", "entries"),
    Mistake("B6", _on(lambda z, y: np.maximum(z, 0) - z * y + np.log1p(np.exp(-z)),
                      lambda z, y: np.maximum(z, 0) - z * y + np.log(1 + np.exp(-z))),
            "The absolute value in the exponent is missing.",
            "For a negative z, −z is positive, and ln(1 + e^−z) is then not the small rest that is meant.",
            "ln(1 + e^−z) instead of ln(1 + e^−|z|), beside max(z, 0)",
            "Try z = −5 with y = 0, a sure and right no: it should cost nearly nothing.", "entries"),
    Mistake("B7", _on(lambda z, y: abs(z) - z * y + np.log1p(np.exp(-abs(z)))),
            "|z| stands where max(z, 0) belongs.",
            "For a negative z, ln(1 + e^z) is nearly 0, not nearly |z|.",
            "|z| − z y + ln(1 + e^−|z|) instead of max(z, 0) − z y + ln(1 + e^−|z|)",
            "Try z = −5 with y = 0, a sure and right no: it should cost nearly nothing.", "entries"),
    Mistake("B8", _on(lambda z, y: _logarithms(y, z, 1 - z)), paper="ln z instead of ln σ(z)", part="entries", **NO_SIGMOID),
    Mistake("B9", tuple(f for size in SMALL for f in _on(*_kept_away(size))),
            "A small number keeps the logarithm away from 0, and the loss stops growing there.",
            "A sure and wrong answer at z = 800 costs 800; with ε = 1e-8 it costs 18, and so does one at z = 20.",
            "ln(a + 1e-8), or a clipped a, instead of a formula in z",
            "Try y = 0 with z = 20, 40 and 800: does your loss still grow?", "entries"),
    Mistake("B10", tuple(lambda u, k=k: softplus(np.clip(u.z, -k, k)) - np.clip(u.z, -k, k) * u.y for k in LIMITS),
            "The logits are cut off at a limit, and the loss stops growing there.",
            "A sure and wrong answer at z = 800 costs 800, and one at z = 500 costs 500.",
            "the loss of the clipped z instead of that of z",
            "Try y = 0 with z = 500 and 800: does your loss still grow?", "entries"),
)  # fmt: skip
LOSSES = (
    *ENTRIES,
    known("O7", lambda u: -1, "sign", paper="y ln a + (1 − y) ln(1 − a) instead of the same with a minus in front",
          why="The logarithm of a probability is negative, and a loss is positive: it is what a wrong answer costs.",
          advice="Take a sure and wrong answer, z = 5 and y = 0: should it cost much or little?"),
    known("P13", lambda u: u.z.size, "count",
          what="The mean is taken over the outputs.",
          why="The loss of one example is the sum over its outputs; PyTorch's BCEWithLogitsLoss takes the mean, and is another loss.",
          paper="1/n in front of the sum over the outputs instead of nothing",
          advice="Work out by hand the loss of one example with 2 outputs, z = 0 in both: is it ln 2 or 2 ln 2?"),
    Mistake("N11", tuple(
                lambda u, entries=entries, form=form: form(entries(u))
                for entries in (lambda u: softplus(u.z) - u.z * u.y, *ENTRIES[0].formulas[:2], *ENTRIES[1].formulas)
                for form in (lambda v: v * 1, lambda v: v.ravel(), lambda v: v.sum(axis=0), lambda v: v.sum(axis=1))
            ),
            "The loss is not one number yet.",
            "What is to become small must be a single number: the sum over all outputs of the example.",
            "one value for each output instead of their sum",
            "How many numbers do you return for an example with 3 outputs?"),
)  # fmt: skip


def _product(first: Entries, slope: Callable[[Any], Any]) -> Entries:
    """∂ℓ/∂a times a slope, both in numbers; ``first(a, y)``."""
    return lambda z, y: first(sigma(z), y) * slope(sigma(z))


def _of_sigmoid(a: Any) -> Any:
    return a * (1 - a)


def _first(a: Any, y: Any) -> Any:
    return -y / a + (1 - y) / (1 - a)


def _lifted(size: float) -> Entries:
    return _product(lambda a, y: -y / (a + size) + (1 - y) / (1 - a + size), _of_sigmoid)


SLOPES = (
    known(
        "O17",
        _on(
            _product(_first, _of_sigmoid),
            _product(lambda a, y: (a - y) / (a * (1 - a)), _of_sigmoid),
            lambda z, y: _first(sigma(z), y) * np.exp(-z) / (1 + np.exp(-z)) ** 2,
            lambda z, y: _first(sigma(z), y) * sigma(z) * sigma(-z),
        ),
        what="The two factors ∂ℓ/∂a and σ'(z) are multiplied in numbers, and where a is rounded to 0 or 1 they are ∞ · 0 = NaN.",
        why="On paper a(1 − a) cancels what stands below the fraction lines; in floats the 0 must never meet the 1/0.",
        paper="(−y/a + (1 − y)/(1 − a)) · a(1 − a) multiplied out in numbers instead of cancelled on paper",
        advice="Multiply the two factors on paper: which letters are left?",
    ),
    known(
        "O15",
        lambda u: np.exp(u.z) / (1 + np.exp(u.z)),
        "sigma",
        what="e^z overflows to inf where z is large, and inf/inf is NaN.",
        why="σ(z) can also be written with e^−z, and one of the two exponents is never above 0.",
        paper="e^z / (1 + e^z) for every z, instead of a form whose exponent is not above 0 (or one that ends in 1/inf)",
        advice="Print e^z / (1 + e^z) and 1 / (1 + e^−z) for z = 800 and z = −800.",
    ),
    known(
        "O5",
        _on(lambda z, y: (sigma(z) - y) * _of_sigmoid(sigma(z))),
        what="σ(z) − y is multiplied by σ'(z), which it holds already.",
        why="σ(z) − y is the whole way back, through the loss and through the sigmoid.",
        paper="(σ(z) − y) · a(1 − a) instead of σ(z) − y",
        advice="Take a sure and wrong answer, z = 800 and y = 0: how large should its error be?",
    ),
    known(
        "O8",
        _on(
            lambda z, y: -y * sigma(-z) - (1 - y) * sigma(z),
            _product(lambda a, y: -y / a - (1 - y) / (1 - a), _of_sigmoid),
        ),
        paper="(−y/a − (1 − y)/(1 − a)) · a(1 − a) instead of the same with a plus in it",
        advice="Set y = 0 and z = 3: should z move up or down, and what does your sign say?",
    ),
    known(
        "O9",
        _on(lambda z, y: -y * sigma(-z), lambda z, y: -y * (1 - sigma(z)), _product(lambda a, y: -y / a, _of_sigmoid)),
        paper="−y/a · a(1 − a) instead of (−y/a + (1 − y)/(1 − a)) · a(1 − a)",
        advice="Set y = 0 and z = 3: what do you return, and which way should z move?",
    ),
    known(
        "O1",
        _on(lambda z, y: _first(sigma(z), y), lambda z, y: (sigma(z) - y) / (sigma(z) * (1 - sigma(z)))),
        paper="−y/a + (1 − y)/(1 − a), which is ∂ℓ/∂a, instead of ∂ℓ/∂z",
        advice="Nudge z by 0.001 at z = 3: by how much does a move?",
    ),
    known(
        "O7",
        lambda u: -1,
        "sign",
        paper="y − σ(z) instead of σ(z) − y",
        why="Where σ(z) is larger than y, z should come down; the step against the gradient belongs to the update alone.",
        advice="Take y = 1 and z = 0: the loss falls when z grows, so what is the sign of its slope?",
    ),
    Mistake("B4", lambda u: sigma(-u.z), paper="σ(−z) − y instead of σ(z) − y", part="sigma", **EXCHANGED),
    Mistake("B8", lambda u: u.z * 1.0, paper="z − y instead of σ(z) − y", part="sigma", **NO_SIGMOID),
    Mistake("B9", _on(*map(_lifted, SMALL)),
            "A small number is added to keep away from 1/0, and where a is rounded to 0 or 1 the error is lost with it.",
            "At a = 0 the slope a(1 − a) is 0, and 0 times y/ε is 0; the right answer there is −y.",
            "(−y/(a + 1e-8) + (1 − y)/(1 − a + 1e-8)) · a(1 − a) instead of σ(z) − y",
            "Try z = −800 and y = 1, sure and wrong: which error do you get?"),
    known("P13", lambda u: u.z.size, "count",
          what="The numbers are divided by the number of outputs.",
          why="The loss of one example is the sum over its outputs; PyTorch's BCEWithLogitsLoss takes the mean, and is another loss.",
          paper="1/n in front instead of nothing",
          advice="Nudge one z by 0.001 and divide what your loss moves by 0.001."),
    known("P18", lambda u: (sigma(u.z) - u.y).ravel()),
    whole_numbers(lambda u: sigma(u.z) - u.y, lambda u: u.z),
)  # fmt: skip
