"""The steps of a request, and the places where its answers hold a term.

A request is a list of steps. Each leaves what it gave under a label, and later steps may name it:

=======================================  ==========================================================================
``Call("delta", "hidden_delta", args)``  call the student's function; keep its result under the label
``Give("x", array)``                     put an input among the kept objects, to be named more than once
``Read("x later", Kept("x"))``           report a kept object as it is now
``Program("sum", "Value", lines)``       carry out small instructions with the student's class, and report what they read
=======================================  ==========================================================================

An argument is a value, ``Kept("forward", 1)`` (the very object that a step gave, or a part of it), or
``Callback("slope")``, a function that the student calls and the grader computes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Kept:
    """A kept object, or a part of one: ``Kept("forward", 0)`` is its first item."""

    label: str
    part: str | int | None = None


@dataclass(frozen=True)
class Callback:
    """A function that the student is handed, by its name in ``Exercise.callbacks``."""

    name: str


@dataclass(frozen=True)
class Call:
    """Call the student's function ``name`` with ``args`` and keep the result under ``label``."""

    label: str
    name: str
    args: tuple[Any, ...] = ()

    def plain(self) -> tuple[dict[str, Any], list[Any]]:
        """The step as lists, dicts and strings, the form in which it crosses into a sandbox, and its values."""
        values: list[Any] = []
        args = [_plain(arg, values) for arg in self.args]
        return {"do": "call", "label": self.label, "name": self.name, "args": args}, values

    def needs(self) -> set[str]:
        """Labels of the steps that this one builds on."""
        return {arg.label for arg in self.args if isinstance(arg, Kept)}


@dataclass(frozen=True)
class Give:
    """Put a value among the kept objects."""

    label: str
    value: Any
    name = ""

    def plain(self) -> tuple[dict[str, Any], list[Any]]:
        """As that of ``Call``."""
        return {"do": "give", "label": self.label}, [self.value]

    def needs(self) -> set[str]:
        """None."""
        return set()


@dataclass(frozen=True)
class Read:
    """Report a kept object as it is now."""

    label: str
    kept: Kept
    name = ""

    def plain(self) -> tuple[dict[str, Any], list[Any]]:
        """As that of ``Call``."""
        return {"do": "read", "label": self.label, "kept": _plain(self.kept, [])}, []

    def needs(self) -> set[str]:
        """The label that is read."""
        return {self.kept.label}


@dataclass(frozen=True)
class Program:
    """Carry out instructions with objects of the student's class ``name``; the answer is what they read.

    An instruction is a tuple. Each makes a thing, and later ones name it by the number of the instruction, from 0:

    =========================================  =====================================================================
    ``("number", 2.0)``                        a plain number
    ``("make", 0.5)``                          ``Value(0.5)``
    ``("+", 0, 1)``                            an operator between two things, also ``"-"`` and ``"*"``
    ``("negate", 0)``                          ``-v``
    ``("method", "tanh", 0)``                  ``v.tanh()``
    ``("do", "backward", 3)``                  ``v.backward()``, of which nothing is kept
    ``("read", "grad", {"x": 0}, "first")``    an attribute of some things, each under a name, for the answer's table
                                               ``first``, which may be read in several goes
    =========================================  =====================================================================

    The answer is a dict of these tables.
    """

    label: str
    name: str
    instructions: tuple[tuple[Any, ...], ...]
    args = ()

    def plain(self) -> tuple[dict[str, Any], list[Any]]:
        """As that of ``Call``."""
        values: list[Any] = []
        lines = []
        for word, *operands in self.instructions:
            if word in ("number", "make"):
                values += operands
                operands = [len(values) - 1]
            lines.append([word, *operands])
        return {"do": "program", "label": self.label, "name": self.name, "lines": lines}, values

    def needs(self) -> set[str]:
        """None."""
        return set()

    def place(self, at: Any) -> str:
        """An instruction in words, without its numbers; nothing where there is no such instruction.

        >>> Program("p", "Value", (("number", 2.0), ("make", 0.5), ("*", 0, 1))).place(2)
        'number * Value'
        """
        if type(at) is not int or not 0 <= at < len(self.instructions):
            return ""
        word, *operands = self.instructions[at]
        if word in ("+", "-", "*"):
            first, second = ("number" if self.instructions[k][0] == "number" else self.name for k in operands)
            return f"{first} {word} {second}"
        return {
            "number": "number", "make": f"{self.name}(number)", "negate": f"-{self.name}",
            "read": f"{self.name}.{operands[0]}",
        }.get(word, f"{self.name}.{operands[0]}()")  # fmt: skip


Step = Call | Give | Read | Program


@dataclass(frozen=True)
class Request:
    """Steps to carry out one after another, and the functions to hand over by name."""

    steps: Sequence[Step]
    callbacks: Mapping[str, Callable] = field(default_factory=dict)


def _plain(arg: Any, values: list[Any]) -> list[Any]:
    if isinstance(arg, Kept):
        return ["kept", arg.label, arg.part]
    if isinstance(arg, Callback):
        return ["callback", arg.name]
    values.append(arg)
    return ["value", len(values) - 1]


@dataclass(frozen=True, init=False)
class Where:
    """Where an answer holds a term: the result of a step, or a part of it.

    ``Where("grads", ("dL_dw", 0))`` is the item ``"dL_dw"`` where the result of the step ``grads`` is a dict, and
    its first item where it is a list, a tuple or a 1-D array. Each further step of the path goes one level deeper.

    With ``calls="slope"`` it is how often the student called that callback during the step, and with
    ``log="f"`` the list of the arguments it was called with.
    """

    label: str
    path: tuple[tuple[str | int, ...], ...]
    calls: str | None
    log: str | None

    def __init__(self, label: str, *path: Any, calls: str | None = None, log: str | None = None) -> None:
        object.__setattr__(self, "label", label)
        object.__setattr__(self, "path", tuple(p if isinstance(p, tuple) else (p,) for p in path))
        object.__setattr__(self, "calls", calls)
        object.__setattr__(self, "log", log)

    @property
    def beside(self) -> bool:
        """Is this something that a function did, and no part of what it returned?"""
        return self.calls is not None or self.log is not None
