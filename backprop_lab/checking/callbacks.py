"""Functions that a student is handed and calls: computed and counted on our side, in the notebook and in grading.

What the student passes is as little to be trusted as what the student returns. It is copied, and a function that
cannot use it says so: the student's call then raises a ``ValueError`` with those words.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ..exercises.layouts import copied
from .compare import size

CALLS = 10_000
# Of what was passed only so much is kept: a stranger may pass 64 MiB each time.
LOGGED_CALLS, LOGGED_BYTES = 1_000, 4 << 20


class Callbacks:
    """The callbacks of one step, with what they were called with."""

    def __init__(self, functions: Mapping[str, Callable]) -> None:
        self.functions = functions
        self.calls: dict[str, int] = {}
        self.log: dict[str, list[tuple]] = {}
        self._bytes = 0

    def answer(self, name: Any, args: Any) -> tuple[str | None, Any]:
        """Why a call is refused, or None, and its value."""
        if not isinstance(name, str) or name not in self.functions or not isinstance(args, tuple):
            return "there is no such function", None
        self.calls[name] = self.calls.get(name, 0) + 1
        if self.calls[name] > CALLS:
            return f"{name} was called more than {CALLS:,} times", None
        args = copied(args)
        self._bytes += size(args)
        if len(self.log.setdefault(name, [])) < LOGGED_CALLS and self._bytes <= LOGGED_BYTES:
            self.log[name].append(args)
        try:
            with np.errstate(all="ignore"):
                return None, self.functions[name](*args)
        except Exception as error:
            # A ValueError says what is wrong in words of its own.
            how = name if isinstance(error, ValueError) else f"{name} cannot be called like this"
            return f"{how}: {error}", None

    def function(self, name: str) -> Callable:
        """The callback to hand to a student's function in this process."""

        def ask(*args: Any) -> Any:
            because, value = self.answer(name, args)
            if because is not None:
                raise ValueError(because)
            return value

        ask.__name__ = ask.__qualname__ = name
        return ask

    def told(self) -> dict[str, Any]:
        """What an answer holds of the calls: how many of each, and their arguments. Nothing where there were none."""
        if not self.functions:
            return {}
        plain = {name.removeprefix("other "): count for name, count in self.calls.items()}
        return {"calls": plain, "log": {name.removeprefix("other "): args for name, args in self.log.items()}}
