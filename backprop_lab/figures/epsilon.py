"""The "epsilon" figure of chapter "Trust, but check": the error of a difference against ε, and a reading at one ε.

Too large an ε and the curve bends away from its tangent (truncation); too small a one and the two values of f agree in
so many digits that little is left of their difference (rounding). Between the two lies the best ε.
"""

from numbers import Real

from ..differences import SCHEMES
from .epsilon_reading import DTYPES, EPSILONS, FUNCTIONS, Reading
from .epsilon_still import still
from .epsilon_words import alt, trace
from .live import LiveFigure

LARGEST = 5.0


def epsilon(
    function: str = "neuron",
    x: float | None = None,
    dtype: str = "float64",
    *,
    scheme: str = "central",
    epsilon: float = 1e-3,
) -> LiveFigure:
    """Forward, central and complex-step differences against ε, on logarithmic axes, with what theory says of them.

    Parameters
    ----------
    function : "neuron", "exp", "cube", "offset" or "relu"
        The loss of one sigmoid neuron in its input x, eˣ, x³, x² + 1000, or the loss of one relu neuron whose kink is
        at x = 0.5.
    x : float, optional
        Where the derivative is taken, between −5 and 5; each function has a good example of its own.
    dtype : "float64" or "float32"
        The precision that x and f are computed in.
    scheme : "central", "forward" or "complex"
        The difference that is read at ε.
    epsilon : float
        1, 1.78, 3.16 or 5.62 times a power of ten, from 1e-16 to 1.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If x is no number.
    ValueError
        If x lies outside −5 … 5, a name is unknown, or ε is none of those that are drawn.

    Examples
    --------
    >>> print(epsilon("exp", x=1.0).trace.splitlines()[-1])
    Truncation dominates: a smaller ε is better here.
    """
    for name, value, known in (
        ("function", function, FUNCTIONS),
        ("dtype", dtype, DTYPES),
        ("scheme", scheme, SCHEMES),
    ):
        if value not in tuple(known):
            raise ValueError(f"{name} must be one of {', '.join(known)}, got {value!r}")
    if x is None:
        x = FUNCTIONS[function].start
    if not isinstance(x, Real) or isinstance(x, bool):
        raise TypeError(f"x must be one number, got {x!r}; the functions here have one variable")
    if not abs(x) <= LARGEST:  # so written, NaN is refused too
        raise ValueError(
            f"x must lie between {-LARGEST:g} and {LARGEST:g}, got {x:g}; differences.numerical_gradient takes any"
        )
    if epsilon not in EPSILONS:
        raise ValueError(
            f"epsilon must be 1, 1.78, 3.16 or 5.62 times a power of ten, from 1e-16 to 1, got {epsilon!r}; "
            "the slider has these steps, differences.numerical_gradient takes any"
        )
    reading = Reading(function, float(x), dtype)
    setting = {"function": function, "x": float(x), "dtype": dtype, "scheme": scheme, "epsilon": float(epsilon)}
    return LiveFigure(
        "backprop-epsilon",
        ("epsilon_numbers.js", "epsilon.js"),
        setting,
        still(reading, scheme, epsilon),
        alt(reading, scheme, epsilon),
        trace(reading, scheme, epsilon),
    )
