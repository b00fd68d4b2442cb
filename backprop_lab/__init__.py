"""backprop_lab: the library behind the book, from one neuron to graded exercises.

``from backprop_lab import check`` is what an exercise notebook begins with. The rest is imported by its room:
``from backprop_lab import neuron``.
"""

from typing import Any

__version__ = "0.1.0"
__all__ = ["check"]


def __getattr__(name: str) -> Any:
    # Importing the package costs next to nothing; the checker is loaded when it is asked for.
    if name == "check":
        from .checking.check import check

        return check
    raise AttributeError(f"module 'backprop_lab' has no attribute {name!r}")
