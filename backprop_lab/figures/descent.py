"""The "descent" figure of chapters "Downhill" and "Learning": a loss of two parameters, and three ways down it.

A gradient says which way is down and how steep it is where one stands; how far to go is the learning rate's choice.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from .. import network
from ..optimisers import OPTIMISERS
from .descent_paths import SURFACES, Setting, descend
from .descent_still import still
from .descent_words import alt, trace
from .live import LiveFigure
from .networks import as_setting, checked
from .settings import number, whole

MOST_STEPS = 500
RATES = (0.001, 10.0)
MOST_BETA = 0.99
ELONGATIONS = (1.0, 30.0)
FARTHEST = 50.0
# Not to be separated by any threshold, so that the loss has a minimum on the map.
EXAMPLES = ([[-2.0, -1.0, 0.0, 1.0, 2.0, 3.0]], [[0.0, 0.0, 1.0, 0.0, 1.0, 1.0]])


def descent(
    params: network.Parameters | None = None,
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    *,
    surface: str | None = None,
    learning_rate: float | None = None,
    optimiser: str = "all",
    start: Sequence[float] | None = None,
    steps: int = 30,
    beta: float = 0.7,
    elongation: float = 10.0,
) -> LiveFigure:
    """A loss surface and the way down: gradient descent, momentum and Adam from one start.

    Parameters
    ----------
    params : network.Parameters, optional
        A network of one neuron with one input, ``sizes`` (1, 1), whose loss over ``X`` and ``Y`` is the surface. Its
        w and b are the start.
    X, Y : array, shape (1, m), optional
        Inputs and targets of that neuron, an example in each column.
    surface : "bowl", "neuron", "saddle" or "two_minima"
        What is gone down: "bowl" without params, "neuron" with.
    learning_rate : float
        η, from 0.001 to 10. Without it one that suits the surface.
    optimiser : "all", "gradient_descent", "momentum" or "adam"
        Whose path is drawn.
    start : two floats
        w and b of the start, on the map.
    steps : int
        How many are taken at first, 0 to 500.
    beta : float
        β of momentum, 0 to 0.99.
    elongation : float
        κ of the bowl ½ (w² + κ b²), 1 to 30: its largest curvature λ_max.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network.Parameters or comes without X and Y, or a number is none.
    ValueError
        If a name is unknown, a number is out of its range, or the network is not one neuron.

    Examples
    --------
    >>> print(descent(learning_rate=0.25, optimiser="gradient_descent").trace.splitlines()[-1])
    Up, not down: gradient descent has left the picture at η = 0.25.
    """
    given = params is not None
    params, X, Y = _neuron(params, X, Y)
    surface = surface or ("neuron" if given else "bowl")
    if surface not in SURFACES:
        raise ValueError(f"descent: surface {surface!r} is not known; choose one of {', '.join(SURFACES)}")
    if given and surface != "neuron":
        raise ValueError(f"descent: params make the surface 'neuron', got surface={surface!r}; leave one of them out")
    if optimiser != "all" and optimiser not in OPTIMISERS:
        raise ValueError(f"descent: optimiser {optimiser!r} is not known; choose one of all, {', '.join(OPTIMISERS)}")
    if isinstance(steps, bool) or not isinstance(steps, (int, np.integer)):
        raise TypeError(f"descent: steps must be a whole number, got {steps!r}")
    chosen = SURFACES[surface]
    first = params.vector.tolist() if given else chosen.start
    rate = chosen.learning_rate if learning_rate is None else learning_rate
    first = first if start is None else start
    if isinstance(first, str) or np.shape(first) != (2,):
        raise ValueError(f"descent: start must be two numbers, (w, b), got {start!r}")
    w, b = (
        number("descent", f"start {name}", value, (-FARTHEST, FARTHEST))
        for name, value in zip("wb", first, strict=True)
    )
    setting = Setting(
        surface, number("descent", "learning_rate", rate, RATES), number("descent", "beta", beta, (0.0, MOST_BETA)), w, b, optimiser,
        whole("descent", "steps", steps, (0, MOST_STEPS)), number("descent", "elongation", elongation, ELONGATIONS), params, X, Y,
    )  # fmt: skip
    for name, value in (("start w", w), ("start b", b)):
        number("descent", name, value, (-setting.far, setting.far))
    paths = [descend(setting, name) for name in setting.shown]
    starting = {
        "surface": surface, "learning_rate": setting.learning_rate, "beta": setting.beta, "w": w, "b": b,
        "optimiser": optimiser, "steps": setting.steps, "elongation": setting.elongation,
        "net": as_setting(params, X, Y),
    }  # fmt: skip
    return LiveFigure(
        "backprop-descent",
        ("nets.js", "descent_paths.js", "descent.js"),
        starting,
        still(setting, paths),
        alt(setting, paths),
        trace(setting, paths),
    )


def _neuron(params: object, X: object, Y: object) -> tuple[network.Parameters, np.ndarray, np.ndarray]:
    """The neuron whose loss is the surface "neuron", with its examples."""
    if params is None:
        if X is not None or Y is not None:
            raise TypeError("descent: X and Y are the examples of params; give params too, or leave them out")
        w, b = SURFACES["neuron"].start
        params = network.Parameters.of(W={1: [[w]]}, b={1: [[b]]}, activations=("sigmoid",), loss="squared_error")
        X, Y = EXAMPLES
    elif X is None or Y is None:
        raise TypeError("descent: params need X and Y, the examples that the loss is the mean over, shape (1, m) each")
    checked("descent", params, X, Y, most_units=1, most_layers=1)
    if params.activations[1] == "softmax":
        raise ValueError("descent: the softmax of one unit is always 1, so its loss is flat; use activation 'sigmoid'")
    if not np.max(np.abs(params.vector)) <= FARTHEST:
        raise ValueError(
            f"descent: w and b of params must lie between {-FARTHEST:g} and {FARTHEST:g}, got {params.vector.tolist()}; "
            "the map has no room for more"
        )
    exact = network.Parameters(params.sizes, params.activations, params.loss, params.vector.astype(float))
    return exact, np.asarray(X, dtype=float), np.asarray(Y, dtype=float)
