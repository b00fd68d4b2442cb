"""The panel "break_backward": put one mistake into a backward pass, and see whether the gradient check finds it."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .. import network
from ..figures.bugs_cases import BASE, GIVEN, STEPS, Triple
from ..figures.bugs_words import NAMES
from ..figures.networks import see_a_network
from ..figures.settings import number, one_of, whole
from ..layers import Parameters
from .break_model import BUGS, BreakModel, Setting
from .panel import Live, Panel

RATES = (0.01, 10.0)
MOST_PARAMETERS = 2_000


def break_backward(
    bug: str = "H1",
    params: Parameters | None = None,
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    *,
    learning_rate: float = 0.5,
    steps: int = 30,
) -> Panel:
    """One mistake in the backward pass: what the gradient check says of it, and what training makes of it.

    Chapter "The bug clinic". The check is ``network_check.check_network``: it nudges every parameter and holds the
    gradient against the loss.

    Parameters
    ----------
    bug : str
        A code of the catalogue, such as ``"H1"``; one of ``figures.bugs_wrong.BUGS``.
    params : network.Parameters, optional
        A network to make the mistake in, of at most 2,000 parameters; without it the panel brings three.
    X, Y : arrays, shapes (n_0, m) and (n_L, m), optional
        Its examples in columns; they come with params.
    learning_rate : float
        Of the two loss curves; 0.01 … 10.
    steps : int
        The step, 1 … 60, at which the two losses are read off.

    Returns
    -------
    Panel
        Controls in a kernel with ipywidgets; a still and its trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network, or comes without X and Y, or these without it; or a number is none.
    ValueError
        If the bug, a number or the network is not one that the panel has room for, or X and Y do not fit it.

    Examples
    --------
    >>> print(break_backward("P8").model.said())
    P8: the check finds 3 of 6 arrays wrong: b[1], b[2], b[3].
    """
    one_of("break_backward", "bug", bug, BUGS)
    own = _own(params, X, Y)
    place = {name: GIVEN if own is not None else str(BASE[name]) for name in ("net", "hidden", "end")}
    rate = number("break_backward", "learning_rate", learning_rate, RATES)
    model = BreakModel(
        Setting(bug, **place, learning_rate=rate, steps=whole("break_backward", "steps", steps, (1, STEPS))), own
    )
    model.change(**model.at_home(bug))
    return Panel(model.frame(), model, controls)


def _own(params: object, X: ArrayLike | None, Y: ArrayLike | None) -> Triple | None:
    """The reader's network and examples, if there are any and the mistakes can be made in it."""
    if params is None:
        if X is not None or Y is not None:
            raise TypeError("break_backward: X and Y are the examples of params; give params too, or leave them out")
        return None
    see_a_network("break_backward", params)
    if X is None or Y is None:
        raise TypeError("break_backward: params need X and Y, their examples in columns, shapes (n_0, m) and (n_L, m)")
    if params.vector.size > MOST_PARAMETERS:
        raise ValueError(
            f"break_backward: the network has {params.vector.size} parameters, and there is room for "
            f"{MOST_PARAMETERS}: the check nudges each of them; network_check.check_directions has no such limit"
        )
    if "softmax" in params.activations.values():
        raise ValueError(
            "break_backward: the mistakes are those of elementwise activations; use one of them, not softmax"
        )
    network.loss(params, network.forward(params, X), Y)  # its messages name what does not fit
    return params, np.asarray(X, dtype=float), np.asarray(Y, dtype=float)


def controls(model: BreakModel) -> Live:
    """The controls, and what each of them does to the model."""
    from . import live

    s = model.setting
    display = live.Display(model.frame(), f"{model.said()} Choose another mistake.")
    made: dict[str, Any] = {
        "bug": live.choice("Mistake", s.bug, {f"{code}: {NAMES[code][0]}": code for code in BUGS}),
        "net": live.choice("Network", GIVEN if model.own is not None else s.net, model.nets()),
        "hidden": live.choice("Hidden layers", s.hidden, model.hidden()),
        "end": live.choice("Output, loss", s.end, model.ends()),
        "learning_rate": live.powers("Learning rate η", s.learning_rate, RATES),
        "steps": live.slider("Steps", s.steps, (1, STEPS)),
    }
    following = False

    def changed(name: str) -> Any:
        def answer(change: Any) -> None:
            nonlocal following
            if following:
                return
            settings = {name: change["new"]}
            if name == "bug":  # go where it can be seen; the other controls follow
                settings |= model.at_home(change["new"])
            said = model.change(**settings)
            following = True
            try:
                for other, value in settings.items():
                    made[other].value = value
            finally:
                following = False
            display.show(model.frame(), said)

        return display.guarded(answer)

    for name, control in made.items():
        control.observe(changed(name), "value")
    return display.panel(made, list(made.values()))
