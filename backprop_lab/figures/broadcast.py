"""The "broadcast" figure of chapter "Batches": what NumPy does with Z = W A + b, and what that asks of ∂L/∂b.

NumPy stretches b to every example. What is stretched forward is summed backward: so ∂L/∂b is the sum of the rows of Δ.
"""

from numbers import Integral

from .broadcast_reading import BASE, MOST, SHAPES, Reading
from .broadcast_still import still
from .broadcast_words import alt, trace
from .live import LiveFigure


def broadcast(n: int = 3, m: int = 4, b: str = "(n, 1)") -> LiveFigure:
    """How NumPy aligns b with W A, what Z becomes, whether it was meant, and which sum of Δ is ∂L/∂b.

    Parameters
    ----------
    n, m : int
        Units and examples, 1 to 5 each: W A and Δ have the shape (n, m).
    b : str
        The shape of b: "(n, 1)", which is the right one, or "(n,)", "(1, m)", "(1, 1)", "(n, m)", "(m,)".

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If n or m is no whole number.
    ValueError
        If n or m lies outside 1 … 5, or there is no such shape of b.

    Examples
    --------
    >>> print(broadcast(b="(n,)").trace.splitlines()[3])
      axis 1: W A has 4, b has 3: 4 is not 3, and neither is 1: refused
    """
    for name, value in (("n", n), ("m", m)):
        if not isinstance(value, Integral) or isinstance(value, bool):
            raise TypeError(f"broadcast: {name} must be one whole number, got {value!r}")
        if not 1 <= value <= MOST:
            raise ValueError(f"broadcast: {name} must lie between 1 and {MOST}, got {value}: there is room for no more")
    if not isinstance(b, str) or b not in SHAPES:
        known = ", ".join(f'"{shape}"' for shape in SHAPES)
        raise ValueError(f"broadcast: b must be one of {known}, the shape of b as text; got {b!r}")
    reading = Reading(int(n), int(m), b)
    base = {name: table.tolist() for name, table in BASE.items()}
    setting = {"n": reading.n, "m": reading.m, "b": b, "base": base}
    scripts = ("nets.js", "broadcast_reading.js", "broadcast_picture.js", "broadcast.js")
    return LiveFigure("backprop-broadcast", scripts, setting, still(reading), alt(reading), trace(reading))
