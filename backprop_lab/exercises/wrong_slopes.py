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
}


def wrong_slope(code: str, name: str, z: Any, form: int = 0) -> Any:
    """σ'(z) with a slip, in one of the forms in which it is written."""
    return WRONG_SLOPES[code][form](name, z)
