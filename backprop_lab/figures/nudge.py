"""The "nudge" figure of chapter "One neuron, three factors": the three factors, their product, and a real nudge.

The product says how fast L moves when w does (eq-three-factors). The nudge asks the forward pass alone: move w by ε
to either side, see how far L moves, divide (eq-central-difference).
"""

from numbers import Real

from .. import neuron
from .live import LiveFigure
from .nudge_still import still
from .nudge_words import THIRD, alt, trace
from .reading import EPSILONS, Reading

LARGEST = 100.0
DEFAULTS = {"w": 0.5, "b": -0.25, "activation": "sigmoid", "loss": "squared_error"}


def nudge(
    params: neuron.Parameters | None = None,
    x: float = 2.0,
    y: float = 1.0,
    *,
    w: float | None = None,
    b: float | None = None,
    activation: str | None = None,
    loss: str | None = None,
    wrt: str = "w",
    epsilon: float = 0.1,
) -> LiveFigure:
    """One neuron whose every number can be moved: three factors, their product, and a nudge that measures it.

    Parameters
    ----------
    params : neuron.Parameters, optional
        A neuron of the library. Without it ``w``, ``b``, ``activation`` and ``loss`` make one; what is not given is
        w = 0.5, b = −0.25, sigmoid, squared error.
    x, y : float
        Input and target, between −100 and 100 (as w and b are).
    wrt : "w", "b" or "x"
        What is nudged, and so the last factor.
    epsilon : float
        The first nudge, one of 0.5, 0.1, 0.01, 1e-3, 1e-5, 1e-10.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If params is no neuron or comes together with w, b, activation or loss; or if one of them is no finite number.
    ValueError
        If a number lies outside −100 … 100, a name is unknown, or the loss does not fit activation or target.

    Examples
    --------
    >>> print(nudge(neuron.Parameters(w=0.5, b=-0.25), x=2.0, y=1.0).trace.splitlines()[-1])
    Raise w a little and L falls, by about 0.14 for each unit of w.
    """
    params = _neuron(params, {"w": w, "b": b, "activation": activation, "loss": loss})
    for name, value in (("w", params.w), ("b", params.b), ("x", x), ("y", y)):
        _within_reach(name, value)
    if wrt not in THIRD:
        raise ValueError(f"wrt must be 'w', 'b' or 'x', got {wrt!r}: the derivative is taken in one of these three")
    if epsilon not in EPSILONS:
        raise ValueError(f"epsilon must be one of {', '.join(f'{e:g}' for e in EPSILONS)}, got {epsilon!r}")
    reading = Reading(params, float(x), float(y), wrt)
    setting = {
        "x": reading.x, "w": params.w, "b": params.b, "y": reading.y,
        "activation": params.activation, "loss": params.loss, "wrt": wrt, "epsilon": float(epsilon),
    }  # fmt: skip
    return LiveFigure(
        "backprop-nudge",
        ("predict.js", "nudge.js"),
        setting,
        still(reading, epsilon),
        alt(reading, epsilon),
        trace(reading),
    )


def _neuron(params: object, parts: dict[str, object]) -> neuron.Parameters:
    given = {name: value for name, value in parts.items() if value is not None}
    if params is None:
        return neuron.Parameters(**(DEFAULTS | given))
    if not isinstance(params, neuron.Parameters):
        raise TypeError(
            f"params must be a neuron.Parameters, got {params!r}; "
            "pass nudge(neuron.Parameters(w, b), x, y), or numbers by name: nudge(w=…, b=…, x=…, y=…)"
        )
    if given:
        raise TypeError(f"params already holds {', '.join(given)}; give either params or {', '.join(given)}")
    return params


def _within_reach(name: str, value: object) -> None:
    if not isinstance(value, Real):
        raise TypeError(f"{name} must be one number, got {value!r}; this neuron has one input and one example")
    if not abs(value) <= LARGEST:  # so written, NaN is refused too
        raise ValueError(
            f"{name} must lie between {-LARGEST:g} and {LARGEST:g}, got {value:g}; "
            "the figure has no room for more, neuron.backward takes any number"
        )
