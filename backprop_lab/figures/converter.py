"""The "converter" figure of the chapter "How to use this book": which convention are you coming from?

The numbers of a network are the same everywhere; what differs is where they stand (notation page, "Three ways to write
the same thing"). ``backprop_lab.convert`` does in code what this figure shows.
"""

from numbers import Integral

from .converter_conventions import ARRAYS, BACK, CONVENTIONS, NAMES, SIDES, STEPS, as_words
from .converter_reading import BASE, MOST, Reading
from .converter_still import still
from .converter_words import LETTERS, alt, trace
from .live import LiveFigure


def converter(
    convention: str = "rows", *, n_in: int = 3, n_out: int = 2, n_next: int = 5, m: int = 4, array: str = "X"
) -> LiveFigure:
    """One layer in another convention beside this book's: formulas, lines of NumPy, shapes and the same numbers.

    Parameters
    ----------
    convention : str
        Where the reader comes from: "columns" (this book), "rows" (PyTorch), "keras" (rows, and W as (in, out)) or
        "theta" (the bias inside Θ).
    n_in, n_out, n_next, m : int
        Units into the layer, out of it, in the next layer, and examples: 1 to 5 each.
    array : str
        The array that is followed first: "X", "W", "b", "Z", "A", "D" (Δ), "dW", "db", or "W2" and "D2" of the next
        layer.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If a size is no whole number.
    ValueError
        If there is no such convention or array, or a size lies outside 1 … 5.

    Examples
    --------
    >>> print(converter("keras").trace.splitlines()[0])
    Coming from: rows, W as (in, out) (Keras, CS231n, d2l)
    """
    for name, value, known in (("convention", convention, CONVENTIONS), ("array", array, ARRAYS)):
        if not isinstance(value, str) or value not in known:
            raise ValueError(f"converter: {name} must be one of {', '.join(known)}, got {value!r}")
    sizes = {"n_in": n_in, "n_out": n_out, "n_next": n_next, "m": m}
    for name, value in sizes.items():
        if not isinstance(value, Integral) or isinstance(value, bool):
            raise TypeError(f"converter: {name} must be one whole number, got {value!r}")
        if not 1 <= value <= MOST:
            raise ValueError(
                f"converter: {name} must lie between 1 and {MOST}, got {value}: "
                "the figure has no room for more; backprop_lab.convert has no such limit"
            )
    sizes = {name: int(value) for name, value in sizes.items()}
    reading = Reading(convention, **sizes, array=array)
    setting = {
        "convention": convention, "array": array, **sizes, "conventions": list(CONVENTIONS), "words": as_words(), "sides": SIDES, "names": NAMES,
        "steps": STEPS, "back": BACK, "letters": LETTERS, "base": {name: table.tolist() for name, table in BASE.items()},
    }  # fmt: skip
    scripts = ("nets.js", "converter_reading.js", "converter_picture.js", "converter.js")
    return LiveFigure("backprop-converter", scripts, setting, still(reading), alt(reading), trace(reading))
