"""The cross-entropy of a softmax, its slope, and the two in one, as students get them wrong.

In a formula u holds ``A`` (K, m), the probabilities, and the targets: ``Y``, or ``T`` where the two are one. A term
is ``sign * entries / count``: which entries, and by what number the sum or the table is divided.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from . import probabilities as p
from .mistake import Mistake, known
from .values import Formula, Values

Entries = Callable[[Any, Any], Any]
COARSE = (1e-3, 1e-4, 1e-5, 1e-6)
FINE = (1e-7, 1e-8, 1e-9, 1e-10, 1e-12, 1e-15)


def rounded(Y: Any) -> Any:
    """The targets with a single 1 in each column, at its largest entry."""
    return (np.arange(len(Y))[:, None] == Y.argmax(axis=0)) * 1.0


def counts(entries: str, twice: str) -> tuple[Mistake, ...]:
    """What L is divided by: m, and no other number."""
    return (
        known("P9", lambda u: 1, "count", advice=f"Put every example into A and Y twice: {twice}"),
        known(
            "P13",
            lambda u: u.A.size,
            "count",
            what="The mean is taken over the classes as well as over the examples.",
            why="The loss of one example is a sum over its classes, and only the examples are averaged.",
            paper="1/(m K) instead of 1/m",
            advice="Work out by hand the loss of one example with 3 classes, and compare it with yours.",
        ),
        known(
            "P12",
            lambda u: len(u.A),
            "count",
            paper=f"{entries} divided by K, the rows, instead of m, the columns",
            advice="Print your m for 3 classes and 5 examples.",
        ),
    )  # fmt: skip


def sign(paper: str, why: str, advice: str) -> Mistake:
    """O7, in the words of a term."""
    return known("O7", lambda u: -1, "sign", paper=paper, why=why, advice=advice)


def _on(targets: str, *forms: Entries) -> tuple[Formula, ...]:
    """``form(y, a)`` as formulas of u."""
    return tuple(lambda u, form=form: form(getattr(u, targets), u.A) for form in forms)


def _coarse(form: Callable[[Any, Any, float], Any], sizes: tuple[float, ...]) -> tuple[Entries, ...]:
    return tuple(lambda y, a, size=size: form(y, a, size) for size in sizes)


def _binary(y: Any, a: Any) -> Any:
    return np.where(y != 1, (1 - y) / (1 - a), 0)


HALVED = "each entry must become half as large, for each example is then half as large a share of L."
BINARY = {
    "what": "The term for the other answer is added, as in binary cross-entropy.",
    "why": "With one output, 1 − a is the probability of the other class; here each class has an output of its own.",
    "advice": "Take one example with y = (1, 0, 0): which of the three a should its loss look at?",
}
EPSILON = {
    "what": "A number is added to a to keep away from 0, and it is too large to go unseen.",
    "why": "Beside a = 0.05 an ε of 1e-5 is an error in the fourth digit, and the entries with y = 0 need no ε at all.",
    "advice": "Leave out the entries with y = 0 first: is an ε still needed?",
}
ROUNDED = {
    "what": "Only the likeliest class of a target is looked at.",
    "why": "A soft target spreads its 1 over several classes, and each counts as much as its y_k says.",
    "advice": "Try y = (0.6, 0.4): does your answer change when you make it (0.9, 0.1)?",
}


def losses() -> tuple[Mistake, ...]:
    """Those of −(1/m) Σ y ln a."""
    return (
        known(
            "O17",
            _on("Y", lambda y, a: y * np.log(a)),
            "entries",
            what="Where a = 0 and y = 0 the product y ln a is 0 · (−∞) = NaN, and the whole sum is NaN.",
            why="A class with y = 0 costs nothing, whatever its a is; floats do not know that, so its logarithm must not come in.",
            paper="0 · ln 0 as it stands instead of 0",
        ),
        sign(
            "(1/m) Σ y ln a instead of −(1/m) Σ y ln a",
            "The logarithm of a probability is negative, and a loss is positive: it is what a wrong answer costs.",
            "Take a right answer with a = 0.9 and a bad one with a = 0.1: which of them should cost more?",
        ),
        *counts("Σ y ln a", "the mean loss must stay the same."),
        Mistake("N1", _on("Y", lambda y, a: p.y_log_a(y, a) + p.y_log_a(1 - y, 1 - a),
                          lambda y, a: y * np.log(a) + (1 - y) * np.log(1 - a)),
                paper="y ln a + (1 − y) ln(1 − a) instead of y ln a", part="entries", **BINARY),
        Mistake("N3", _on("Y", *_coarse(lambda y, a, size: y * np.log(a + size), COARSE)),
                paper="ln(a + 1e-5) instead of ln a", part="entries", **EPSILON),
        Mistake("N4", _on("Y", lambda y, a: p.y_log_a(rounded(y), a), lambda y, a: rounded(y) * np.log(a)),
                paper="ln a of the largest y_k instead of Σ_k y_k ln a_k", part="entries", **ROUNDED),
        Mistake("N8", _on("Y", lambda y, a: p.y_log_a(y, a) / np.log(2), lambda y, a: p.y_log_a(y, a) / np.log(10),
                          lambda y, a: y * np.log2(a), lambda y, a: y * np.log10(a)),
                "The logarithm has another base.",
                "The formula holds for the natural logarithm, whose derivative is 1/a without a factor.",
                "log₂ a or log₁₀ a instead of ln a",
                "Print your logarithm of 2.718281828: it should be 1.", "entries"),
        Mistake("N9", _on("Y", lambda y, a: p.y_log_a(a, np.where(y > 0, y, 1)), lambda y, a: a * np.log(y)),
                "Probabilities and targets have changed places.",
                "The targets are the weights of the mean, and the logarithm is of what is predicted.",
                "Σ a ln y instead of Σ y ln a",
                "Take y = (1, 0): which logarithm would you have to take?", "entries"),
        Mistake("N7", _on("Y", lambda y, a: y * a),
                "The logarithm is missing.",
                "The loss of a class grows without bound as its probability goes to 0, which is what −ln a does.",
                "−(1/m) Σ y a instead of −(1/m) Σ y ln a",
                "What does a certain and right answer, a = 1, cost? It should be nothing.", "entries"),
        Mistake("N10", (lambda u: float(((u.A - u.Y) ** 2).sum() / 2 / u.A.shape[1]),
                        lambda u: float(((u.A - u.Y) ** 2).sum() / u.A.shape[1])),
                "This is the squared error.",
                "The cross-entropy looks at the logarithm of the probability that is given to the target.",
                "½ Σ (a − y)² instead of −Σ y ln a",
                "Which of the two losses has a logarithm in it?"),
        Mistake("N11", (lambda u: -p.y_log_a(u.Y, u.A).sum(axis=0), lambda u: -p.total(p.y_log_a(u.Y, u.A)),
                        lambda u: -p.y_log_a(u.Y, u.A), lambda u: -p.y_log_a(u.Y, u.A) / u.A.shape[1],
                        lambda u: -p.y_log_a(u.Y, u.A).sum(axis=0) / u.A.shape[1],
                        lambda u: -(u.Y * np.log(u.A)).sum(axis=0), lambda u: -u.Y * np.log(u.A)),
                "The loss is not one number yet.",
                "L is the mean over all examples: what is to become small must be a single number.",
                "one value for each example, or each entry, instead of their sum divided by m",
                "How many numbers do you return for a batch of 5?"),
    )  # fmt: skip


def slopes() -> tuple[Mistake, ...]:
    """Those of −(1/m) y/a, in the part ``entries``, which is y/a."""
    return (
        known(
            "O17",
            _on("Y", lambda y, a: y / a),
            "entries",
            what="Where a = 0 and y = 0 the fraction y/a is 0/0 = NaN.",
            why="A class with y = 0 is not in the loss at all: its slope is 0 whatever its a is, and that division must not be made.",
            paper="0/0 as it stands instead of 0",
            advice="Print np.array([0.0]) / 0.0, then look for the entries where both are 0.",
        ),
        sign(
            "y/a instead of −y/a",
            "When the probability of the right class grows, the loss falls.",
            "Nudge the probability of a right class up by 0.001: does −ln a rise or fall?",
        ),
        *counts("y/a", HALVED),
        Mistake("N1", _on("Y", lambda y, a: p.y_over_a(y, a) - _binary(y, a), lambda y, a: y / a - (1 - y) / (1 - a)),
                paper="−y/a + (1 − y)/(1 − a) instead of −y/a", part="entries", **BINARY),
        Mistake("N2", _on("Y", lambda y, a: 1 / a, lambda y, a: (y > 0) / np.where(y > 0, a, 1)),
                "The target y is missing.",
                "Each class is in the loss with the weight y_k, so its slope has the same weight.",
                "−1/a instead of −y/a",
                "Try y = (0.6, 0.4): does your answer change when you make it (0.9, 0.1)?", "entries"),
        Mistake("N3", _on("Y", *_coarse(lambda y, a, size: y / (a + size), COARSE)),
                paper="y/(a + 1e-5) instead of y/a", part="entries", **EPSILON),
        Mistake("N4", _on("Y", lambda y, a: p.y_over_a(rounded(y), a), lambda y, a: rounded(y) / a),
                paper="−1/a of the largest y_k instead of −y_k/a_k for every k", part="entries", **ROUNDED),
        Mistake("N5", _on("Y", lambda y, a: y - a),
                "This is the error at z, a − y, not the slope at a.",
                "a − y is what comes out after the step back through the softmax; here that step is still to be made.",
                "a − y instead of −y/a",
                "Nudge a single a by 0.001 and leave the others as they are: by how much does −Σ y ln a move?", "entries"),
        Mistake("N6", _on("Y", lambda y, a: p.y_log_a(y, a), lambda y, a: y * np.log(a)),
                "These are the terms of the loss, not their derivatives.",
                "How the loss answers to a nudge of a is its slope: the derivative of ln a is 1/a.",
                "−y ln a instead of −y/a",
                "Nudge one a by 0.001 and divide what the loss moves by 0.001.", "entries"),
        Mistake("N7", _on("Y", lambda y, a: y + 0.0),
                "The factor 1/a is missing.",
                "The derivative of ln a is 1/a: the smaller the probability, the more a nudge of it matters.",
                "−y instead of −y/a",
                "Does your answer depend on A at all?", "entries"),
    )  # fmt: skip


def _composed(form: Entries) -> Entries:
    """The way back through the softmax, from a slope y/a that is wrong."""
    return lambda t, a: p.back(a, -form(t, a))


def _of_targets(formula: Formula) -> Entries:
    """A formula for the slope, whose targets are Y."""
    return lambda t, a: formula(Values(Y=t, A=a))


def errors() -> tuple[Mistake, ...]:
    """Those of (a − y)/m, in the part ``entries``, which is a − y."""
    carried = {m.code: m for m in slopes() if m.part == "entries"}

    def composed(code: str) -> tuple[Formula, ...]:
        return _on("T", *(_composed(_of_targets(f)) for f in carried[code].formulas))

    return (
        known("O11", _on("T", lambda t, a: -t * (1 - a), lambda t, a: -t / a * a * (1 - a)), "entries"),
        known("O12", _on("T", lambda t, a: p.back(a, a - t)), "entries"),
        known("O13", _on("T", lambda t, a: -p.y_over_a(t, a), lambda t, a: -t / a), "entries"),
        known(
            "O17",
            (*composed("O17"), *_on("T", _composed(p.y_over_a))),
            "entries",
            what="The two factors are multiplied after all, and where a = 0 they are 0 · ∞ = NaN.",
            why="On paper a_k · (−y_k/a_k) is −y_k, also for an a_k that is rounded to 0; in floats the 0 must never meet the 1/0.",
            paper="Jᵀ(−y/a) multiplied out in numbers instead of cancelled on paper",
            advice="Multiply J and −y/a on paper for two classes: which letter cancels?",
        ),
        known(
            "O5",
            _on("T", lambda t, a: (a - t) * a * (1 - a)),
            "entries",
            what="a − y is multiplied by a slope a(1 − a), which it holds already.",
            why="a − y is the whole way back, through the loss and through the softmax.",
            paper="(a − y) ⊙ a(1 − a) instead of a − y",
            advice="Take an answer that is certain and wrong, a = 1 and y = 0: how large should its error be?",
        ),
        Mistake("N3", _on("T", *_coarse(lambda t, a, size: p.back(a, -t / (a + size)), (*COARSE, *FINE))),
                "A number is added to a to keep away from 1/0, and where a is 0 the error is lost with it.",
                "Where a = 0 the product a · y/(a + ε) is 0, and the right answer there is −y, the largest error of all.",
                "Jᵀ(−y/(a + 1e-8)) instead of a − y",
                "Take a = (1, 0) and y = (0, 1), certain and wrong: which error do you get?", "entries"),
        Mistake("N4", (*_on("T", lambda t, a: a - rounded(t)), *composed("N4")),
                paper="a − 1 at the largest y_k and a elsewhere, instead of a − y", part="entries", **ROUNDED),
        Mistake("N12", _on("T", lambda t, a: (a - t) * (t > 0)),
                "Only the classes that are asked for have an error.",
                "All outputs share one sum: a class with y = 0 must give up its probability, and its error is a.",
                "a − y where y > 0, and 0 elsewhere, instead of a − y everywhere",
                "Add up each column of your answer: it must be 0.", "entries"),
        *(replace(carried[code], formula=composed(code), paper=f"Jᵀ applied to this: {carried[code].paper}")
          for code in ("N1", "N2", "N6", "N7")),
        sign(
            "y − a instead of a − y",
            "Where a is larger than y, the logit should come down; the step against the gradient belongs to the update alone.",
            "Take y = (1, 0) and a = (0.7, 0.3): the loss falls when z_1 grows, so what is the sign of ∂L/∂z_1?",
        ),
        *counts("A − Y", HALVED),
        known(
            "P10",
            lambda u: u.A.shape[1] ** 2,
            "count",
            paper="(A − Y)/m² instead of (A − Y)/m",
            advice="Take one example twice, as two columns: each column of Δ is half of what it was alone.",
        ),
    )  # fmt: skip
