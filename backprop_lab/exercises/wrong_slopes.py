"""Slopes of activations as students get them wrong, each under the code of the catalogue.

The same slip has a code for the output (O) and one for a hidden layer (H). Where a slip does not concern an
activation, the slope is the right one.

>>> import numpy as np
>>> wrong_slope("H3", "tanh", np.array([[0.0]])), wrong_slope("H3", "sigmoid", np.array([[0.0]]))
(array([[1.]]), array([[0.25]]))
>>> round(float(wrong_slope("H3", "tanh", np.array([[-3.0]]))[0, 0]), 3)
1.995
"""

from collections.abc import Callable
from typing import Any

from .functions import activate, slope
from .mistake import Mistake, known
from .values import Formula


def _only(wanted: str, wrong: Callable[[Any, Any], Any]) -> Callable[[str, Any], Any]:
    """``wrong(z, a)`` for one activation, the right slope for the others."""
    return lambda name, z: wrong(z, activate(name, z)) if name == wanted else slope(name, z)


def _short_form_of_z(name: str, z: Any) -> Any:
    return {"sigmoid": z * (1 - z), "tanh": 1 - z * z}.get(name, slope(name, z))


def _none(name: str, z: Any) -> Any:
    return z * 0 + 1


def _at_a(name: str, z: Any) -> Any:
    return slope(name, activate(name, z))


def _twice(name: str, z: Any) -> Any:
    return slope(name, z) ** 2


def _of_the_sigmoid(name: str, z: Any) -> Any:
    return slope("sigmoid", z)


WRONG_SLOPES: dict[str, tuple[Callable[[str, Any], Any], ...]] = {
    "O1": (_none,),
    "O2": (_at_a,),
    "O3": (_short_form_of_z, _only("sigmoid", lambda z, a: z * (1 - z)), _only("tanh", lambda z, a: 1 - z * z)),
    "O4": (_only("sigmoid", lambda z, a: a),),
    "O5": (_twice,),
    "H1": (_none,),
    "H2": (_at_a,),
    "H3": (_only("tanh", lambda z, a: 1 - a),),
    "H4": (_only("tanh", lambda z, a: a * (1 - a)), _only("tanh", lambda z, a: slope("sigmoid", z))),
    "H5": (_twice,),
    "H13": (_only("relu", lambda z, a: z * 0 + 1),),
    "H14": (_only("relu", lambda z, a: a),),
    "S1": (_only("softplus", lambda z, a: slope("sigmoid", z)), _only("softplus", lambda z, a: a * (1 - a))),
    "S2": (_of_the_sigmoid,),
    "D2": (activate,),
}
# The words for those that the catalogue does not have.
WORDS = {
    "S1": {
        "what": "The sigmoid's slope is used for softplus.",
        "why": "softplus' is the sigmoid itself: it rises from 0 to 1 and does not fall again.",
        "paper": "a(1 − a) instead of 1/(1 + e^−z)",
        "advice": "Try z = 10: softplus is nearly a straight line there, so its slope is nearly 1.",
    },
    "S2": {
        "what": "The sigmoid's slope is used whatever the activation is.",
        "why": "Which activation a layer has is said by its name, and each has a slope of its own.",
        "paper": "a(1 − a) for every name instead of σ'(z)",
        "advice": "Ask for the slope of identity at z = 3: the line a = z rises with slope 1 everywhere.",
    },
    "D2": {
        "what": "The activation itself stands where its slope belongs.",
        "why": "The factor says how a changes with z, not how large a is.",
        "paper": "σ(z) instead of σ'(z)",
        "advice": "Nudge z by 0.001 and divide the change of a by 0.001: that is the slope.",
    },
}


def slope_mistake(code: str, formula: Formula | tuple[Formula, ...], part: str | None = None) -> Mistake:
    """The mistake of a code, in the catalogue's words or in those from here."""
    return Mistake(code, formula, **WORDS[code], part=part) if code in WORDS else known(code, formula, part)


def wrong_slope(code: str, name: str, z: Any, form: int = 0) -> Any:
    """σ'(z) with a slip, in one of the forms in which it is written."""
    return WRONG_SLOPES[code][form](name, z)
