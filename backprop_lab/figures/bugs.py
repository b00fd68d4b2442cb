"""The bug clinic of chapter "The bug clinic": a wrong gradient beside the right one, and the signs that tell it.

The wrong backward passes are those of ``bugs_wrong``; their codes and names are the catalogue's.
"""

from numpy.typing import ArrayLike

from ..layers import Parameters
from .bugs_cases import BASE, GIVEN, HIDDEN, STEPS, WEIGHTS, Triple, at, curve, examples, measure
from .bugs_cases import ENDS as _ENDS
from .bugs_still import still
from .bugs_words import CLUES, alt, table, trace
from .bugs_wrong import BUGS
from .live import LiveFigure
from .networks import as_setting, checked

ETAS = (0.1, 0.5, 1.0)
MOST_EXAMPLES = 8


def bugs(
    bug: str = "O1",
    params: Parameters | None = None,
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    *,
    learning_rate: float = 0.5,
) -> LiveFigure:
    """One mistake of the catalogue: its gradient beside the right one, its numbers by layer, and what training makes of it.

    Parameters
    ----------
    bug : str
        A code of the catalogue, such as ``"O1"``; one of ``bugs_wrong.BUGS``.
    params : Parameters, optional
        A network to make the mistake in, of at most 4 layers and 6 units; without it the figure brings three.
    X, Y : arrays, shapes (n_0, m) and (n_L, m), optional
        Its examples, at most 8 in columns; they come with params.
    learning_rate : float
        Of the two loss curves: 0.1, 0.5 or 1.

    Returns
    -------
    LiveFigure
        Shown as a live figure on a page, as the trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network, or comes without X and Y, or these without it.
    ValueError
        If the bug or the learning rate is none of those above, the network is too large, its output is a softmax, or
        X and Y do not fit it.

    Examples
    --------
    >>> print(bugs("P9").trace.splitlines()[8])
    Every entry of every layer is 6 times the right one.
    """
    if bug not in BUGS:
        raise ValueError(f"bugs: bug must be one of {', '.join(BUGS)}, got {bug!r}")
    if learning_rate not in ETAS:
        raise ValueError(
            f"bugs: learning_rate must be one of {', '.join(f'{e:g}' for e in ETAS)}, got {learning_rate!r}"
        )
    nets, place = _nets(params, X, Y)
    if params is None:
        place |= CLUES[bug][3]
    net = at(nets[str(place["net"])], place)
    reading = measure(bug, net)
    curves = (curve(net, None, learning_rate), curve(net, bug, learning_rate) if reading.wrong else [])
    total = next(iter(nets.values()))[1].shape[1]
    setting = {
        "bug": bug, "mode": "show", "seed": 1, "eta": float(learning_rate), **place,
        "nets": {name: as_setting(*triple) for name, triple in nets.items()},
        "table": table(), "base": place if params is not None else BASE,
        "options": {
            "net": list(nets), "weights": list(WEIGHTS), "m": [m for m in (1, 2, 3, 6) if m < total] + [total],
            "hidden": [*([GIVEN] if params is not None else []), *HIDDEN],
            "end": [*([GIVEN] if params is not None else []), *_ends(nets)],
        },
    }  # fmt: skip
    return LiveFigure(
        "backprop-bugs", ("nets.js", "bugs_wrong.js", "bugs_picture.js", "bugs.js"), setting, still(reading, place, curves, learning_rate),
        alt(reading, place, curves), trace(reading, place, curves, learning_rate),
    )  # fmt: skip


def _nets(params: object, X: object, Y: object) -> tuple[dict[str, Triple], dict[str, object]]:
    """The networks to choose from, and where to begin."""
    if params is None:
        if X is not None or Y is not None:
            raise TypeError("bugs: X and Y are the examples of params; give params too, or leave them out")
        return examples(), dict(BASE)
    if X is None or Y is None:
        raise TypeError("bugs: params need X and Y, their examples in columns, shapes (n_0, m) and (n_L, m)")
    checked("bugs", params, X, Y, most_units=6, most_layers=4)
    if "softmax" in params.activations.values():
        raise ValueError(
            "bugs: the figure's mistakes are those of elementwise activations; use one of them, not softmax"
        )
    own = {"net": "-".join(map(str, params.sizes)), "hidden": GIVEN, "end": GIVEN, "m": 0, "weights": WEIGHTS[0]}
    net = at((params, X, Y), own | {"m": MOST_EXAMPLES + 1})
    own["m"] = net[1].shape[1]
    if own["m"] > MOST_EXAMPLES:
        raise ValueError(
            f"bugs: there is room for {MOST_EXAMPLES} examples; take X[:, :{MOST_EXAMPLES}] and Y[:, :{MOST_EXAMPLES}]"
        )
    return {str(own["net"]): net}, own


def _ends(nets: dict[str, Triple]) -> list[str]:
    """The outputs that the targets allow: cross-entropy only where they lie between 0 and 1."""
    within = all(((Y >= 0) & (Y <= 1)).all() for _, _, Y in nets.values())
    return [end for end, (_, loss) in _ENDS.items() if within or loss == "squared_error"]


__all__ = ["ETAS", "STEPS", "bugs"]
