"""What the formulas of an exercise are applied to: the inputs of one fixture and the terms made of them, by name.

A value is a number, an array, a table of arrays keyed by layer (a dict), or a dict or tuple of these.

>>> area = lambda u: u.width * u.height
>>> u = Values(width=2, height=3)
>>> area(u), area(u.replace(height=4)), u.height
(6, 8, 3)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

Formula = Callable[["Values"], Any]


class NotHanded(AttributeError):
    """A formula reads a value that is not there; the message lists those that are."""


class Values(SimpleNamespace):
    """Inputs and terms of one fixture, by name: ``u.x``, ``u.dL_da``.

    >>> Values(z=0.5).a
    Traceback (most recent call last):
    ...
    backprop_lab.exercises.values.NotHanded: a formula reads u.a, and has only z. It has what its function is \
handed, by the names of the signature or those in `parameters`, and the function's terms before this one
    """

    def __getattr__(self, name: str) -> Any:
        raise NotHanded(
            f"a formula reads u.{name}, and has only {', '.join(vars(self))}. It has what its function is handed, by the "
            "names of the signature or those in `parameters`, and the function's terms before this one"
        )

    def replace(self, **changes: Any) -> "Values":
        """The same values with some of them changed."""
        return Values(**{**vars(self), **changes})


@dataclass(frozen=True)
class Fixture:
    """One set of inputs, the variation that it belongs to, and the right terms."""

    variation: str
    inputs: Mapping[str, Any]
    terms: Mapping[str, Any]

    @property
    def values(self) -> Values:
        """Inputs and right terms together."""
        return Values(**self.inputs, **self.terms)
