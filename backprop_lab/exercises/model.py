"""A model student: right functions put together from a definition, with mistakes planted in them where asked for.

Calibration and the tests of the diagnosis work with it: every mistake that an exercise lists can be made, alone or
with another one, without a line of code for it.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from .definition import Exercise
from .steps import Where
from .values import Formula, Values

Made = Mapping[str, Sequence[tuple[str | None, Formula]]]


def student(exercise: Exercise, made: Made | None = None) -> dict[str, Callable]:
    """The functions of an exercise by name.

    Parameters
    ----------
    made : mapping of term name to list of (part, formula)
        The mistakes in each term.
    """
    made = made or {}
    functions = {name: _function(exercise, name, made) for name in exercise.functions}
    return dict(exercise.model(functions, made)) if exercise.model else functions


def parameters(exercise: Exercise, function: str) -> tuple[str, ...]:
    """Names in ``u`` of a function's parameters.

    >>> from . import load
    >>> parameters(load("e01"), "da_dz")
    ('z', 'activation')
    """
    if function in exercise.parameters:
        return exercise.parameters[function]
    signature = re.search(r"\((.*?)\)", exercise.functions[function])[1]
    return tuple(name.split("=")[0].strip() for name in signature.split(",") if name.strip())


def _function(exercise: Exercise, name: str, made: Made) -> Callable:
    own = [term for term in exercise.terms_of(name) if not term.state and not any(w.beside for w in term.answers)]
    on_the_way = [exercise.term(other) for other in exercise.chain.get(name, ())]

    def function(*args: Any) -> Any:
        u = Values(**dict(zip(parameters(exercise, name), args, strict=True)))
        with np.errstate(all="ignore"):
            for term in (*on_the_way, *own):
                setattr(u, term.name, term.value(u, made.get(term.name, ())))
        return pack([(term.answer, getattr(u, term.name)) for term in own])

    function.__name__ = function.__qualname__ = name
    return function


def pack(items: Sequence[tuple[Where | tuple[Where, ...], Any]]) -> Any:
    """A result that holds each value where it is looked for: in a dict by key, in a tuple by number.

    >>> pack([(Where("f", ("dL_dw", 0)), 1.0), (Where("f", ("dL_db", 1)), 2.0)])
    {'dL_dw': 1.0, 'dL_db': 2.0}
    >>> pack([(Where("f", 0), 1.0), (Where("f", 1), 2.0)])
    (1.0, 2.0)
    """
    if len(items) == 1 and not items[0][0].path:
        return items[0][1]
    tree: dict[str | int, Any] = {}
    for where, value in items:
        node = tree
        *parents, last = (alternatives[0] for alternatives in where.path)
        for key in parents:
            node = node.setdefault(key, {})
        node[last] = value
    return tuple(tree[k] for k in sorted(tree)) if all(isinstance(key, int) for key in tree) else tree
