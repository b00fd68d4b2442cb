"""The "chain" figure of chapter "Two neurons in a row": one derivative is one path, and its product starts like others.

Two neurons have the five factors of eq-five-factors. Whoever computes the derivatives from the loss back finds the
first factors of each already multiplied: that number is δ⁽ˡ⁾ = ∂L/∂z⁽ˡ⁾.
"""

from numbers import Real

from ..activations import ELEMENTWISE
from ..layers import Parameters
from .chain_reading import Reading, alt, trace
from .chain_still import still
from .live import LiveFigure
from .networks import checked

LARGEST = 100.0
FEWEST, MOST = 2, 5
# Neurons that the figure adds where the reader wants more than were given.
WEIGHTS = (0.8, 1.2, -0.9, 1.1, 0.7)
BIASES = (0.1, -0.3, 0.2, 0.4, -0.2)
ACTIVATIONS = ("tanh", "sigmoid", "tanh", "sigmoid", "tanh")
DRAWN = 3


def chain(params: Parameters | None = None, x: float = 1.5, y: float = 0.5, *, wrt: str = "w1") -> LiveFigure:
    """Two to five neurons in a row: choose a parameter, and the factors of its derivative light up on its path.

    Parameters
    ----------
    params : network.Parameters, optional
        A network of 2 to 5 layers with one unit each, loss squared_error. Without it a chain of three.
    x, y : float
        Input and target, between −100 and 100 (as every weight and bias is).
    wrt : str
        The parameter that is chosen first: "w1", "b1", "w2", …

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network, or x or y is no number.
    ValueError
        If the network is no such chain, a number lies outside −100 … 100, or wrt names none of its parameters.

    Examples
    --------
    >>> print(chain(wrt="w2").trace.splitlines()[-2])
    ∂L/∂w⁽²⁾ = 0.1282 is a product of 5 factors. The first 2 are δ⁽³⁾, made for neuron 3: 3 multiplications are left of 4.
    """
    for name, value in (("x", x), ("y", y)):
        if not isinstance(value, Real):
            raise TypeError(
                f"chain: {name} must be one number, got {value!r}; this chain has one input and one example"
            )
        _within_reach(name, value)
    params = _chain(params, float(x), float(y))
    known = [f"{kind}{l}" for l in range(1, params.depth + 1) for kind in "wb"]
    if wrt not in known:
        raise ValueError(f"chain: wrt must be one of {', '.join(known)}, got {wrt!r}")
    reading = Reading(params, float(x), float(y), wrt)
    setting: dict[str, object] = {"neurons": params.depth, "x": reading.x, "y": reading.y, "wrt": wrt, "factor": ""}
    for l in range(1, MOST + 1):
        given = l <= params.depth
        setting[f"w{l}"] = params.W[l].item() if given else WEIGHTS[l - 1]
        setting[f"b{l}"] = params.b[l].item() if given else BIASES[l - 1]
        setting[f"f{l}"] = params.activations[l] if given else ACTIVATIONS[l - 1]
    return LiveFigure(
        "backprop-chain",
        ("nets.js", "chain_reading.js", "chain.js"),
        setting,
        still(reading),
        alt(reading),
        trace(reading),
    )


def _chain(params: Parameters | None, x: float, y: float) -> Parameters:
    if params is None:
        return _made(WEIGHTS[:DRAWN], BIASES[:DRAWN], ACTIVATIONS[:DRAWN])
    if isinstance(params, Parameters):  # said first: whoever has wide layers is not helped by a talk about its loss
        if set(params.sizes) != {1} or not FEWEST <= params.depth <= MOST:
            raise ValueError(
                f"chain: the network must be a chain of {FEWEST} to {MOST} layers of one unit, such as sizes (1, 1, 1); "
                f"got {'-'.join(map(str, params.sizes))}"
            )
        if params.loss != "squared_error":
            raise ValueError(f"chain: the loss must be 'squared_error', got {params.loss!r}")
    checked("chain", params, [[x]], [[y]], most_units=1, most_layers=MOST)
    names = tuple(params.activations[l] for l in range(1, params.depth + 1))
    for l, name in enumerate(names, 1):
        if name not in ELEMENTWISE:
            raise ValueError(
                f"chain: the activation of layer {l} must be one of {', '.join(ELEMENTWISE)}, got {name!r}"
            )
        _within_reach(f"W[{l}]", params.W[l].item())
        _within_reach(f"b[{l}]", params.b[l].item())
    # The browser computes in double precision.
    return _made([params.W[l].item() for l in params.W], [params.b[l].item() for l in params.b], names)


def _made(weights, biases, names) -> Parameters:
    W, b = ({l: [[value]] for l, value in enumerate(values, 1)} for values in (weights, biases))
    return Parameters.of(W, b, names, "squared_error")


def _within_reach(name: str, value: float) -> None:
    if not abs(value) <= LARGEST:  # so written, NaN is refused too
        raise ValueError(
            f"chain: {name} must lie between {-LARGEST:g} and {LARGEST:g}, got {value:g}; "
            "the figure has no room for more, network.backward takes any number"
        )
