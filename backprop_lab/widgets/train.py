"""The panel "train": a small network learns while one watches, with the library's own ``training.train``."""

import asyncio
from typing import Any

from numpy.typing import ArrayLike

from ..figures.settings import RATES, SCALES, number, one_of, whole
from ..figures.train_reading import ACTIVATIONS
from ..layers import Parameters
from ..optimisers import OPTIMISERS
from .examples import GIVEN, SETS, examples_given, fitting
from .panel import Live, Panel
from .train_model import STARTS, Setting, TrainModel

DEPTHS, WIDTHS, EPOCHS, SEEDS = (1, 6), (2, 32), (0, 2000), (0, 2**32 - 1)


def train(
    params: Parameters | None = None,
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    *,
    data: str | None = None,
    depth: int | None = None,
    width: int | None = None,
    activation: str | None = None,
    scale: float = 1.0,
    optimiser: str = "adam",
    learning_rate: float = 0.03,
    epochs: int = 60,
    seed: int | None = None,
) -> Panel:
    """Train a small network and watch: what it has learned, its loss, and the gradient of each layer.

    Chapter "Learning: gradients → updates". The first frame is trained for ``epochs``; in a kernel, Train goes on from
    there, Stop keeps what is trained, and Reset begins anew.

    Parameters
    ----------
    params : network.Parameters, optional
        Where to start; at most 20,000 parameters, and a last layer of probabilities. It comes with X and Y.
    X, Y : arrays, shapes (n_0, m) and (1, m) or (classes, m), optional
        Examples of your own in columns: one row of 0 and 1, or one-hot columns.
    data : "moons", "spirals", "xor" or "digits"
        Examples of the library, where X and Y are not given; moons if nothing is said. Of the digits a fifth is kept
        to judge by.
    depth, width : int
        Hidden layers, 1 … 6, and units of each, 2 … 32; 2 and 6 if nothing is said.
    activation : "sigmoid", "tanh" or "relu"
        Of every hidden layer; tanh if nothing is said.
    scale : float
        Every first weight is multiplied by it; 0.01 … 10.
    optimiser : str
        A name of ``optimisers.OPTIMISERS``.
    learning_rate : float
        η, 0.00001 … 100.
    epochs : int
        Of a run, 0 … 2,000; an epoch is one step, whose batch holds all examples.
    seed : int
        Of the first weights; 0 if nothing is said.

    Returns
    -------
    Panel
        Controls in a kernel with ipywidgets; a still and its trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network, comes without X and Y or together with what it holds already, or a number is none.
    ValueError
        If network, examples, a name or a number is not one that the panel has room for; the message says which.

    Examples
    --------
    >>> print(train(epochs=0).trace.splitlines()[1])
    A network 2-6-6-1: tanh, sigmoid; loss binary_cross_entropy
    """
    held = {"depth": depth, "width": width, "activation": activation, "seed": seed}
    if params is not None and (twice := [name for name, value in held.items() if value is not None]):
        raise TypeError(f"train: params already holds {', '.join(twice)}; give either params or {', '.join(twice)}")
    given = examples_given("train", X, Y)
    if given is not None and data is not None:
        raise TypeError(f"train: got X and Y and data={data!r}; give either examples of your own or a name")
    setting = Setting(
        GIVEN if given is not None else one_of("train", "data", "moons" if data is None else data, SETS),
        whole("train", "depth", 2 if depth is None else depth, DEPTHS),
        whole("train", "width", 6 if width is None else width, WIDTHS),
        one_of("train", "activation", "tanh" if activation is None else activation, ACTIVATIONS),
        number("train", "scale", scale, SCALES),
        one_of("train", "optimiser", optimiser, OPTIMISERS),
        number("train", "learning_rate", learning_rate, RATES),
        whole("train", "epochs", epochs, EPOCHS),
        whole("train", "seed", 0 if seed is None else seed, SEEDS),
    )
    model = TrainModel(setting, None if params is None else fitting("train", params, given), given)
    model.finish()
    return Panel(model.frame(), model, controls)


def controls(model: TrainModel) -> Live:
    """The controls, and what each of them does to the model."""
    from . import live

    s, own = model.setting, model.own is not None
    display = live.Display(model.frame(), f"{model.said()} Press Train to go on, Reset to begin anew.")
    made: dict[str, Any] = {
        "data": live.choice("Data", s.data, ([GIVEN] if model.given is not None else []) + ([] if own else list(SETS))),
        "depth": live.slider("Hidden layers", s.depth, DEPTHS),
        "width": live.slider("Units in each", s.width, WIDTHS),
        "activation": live.choice("Activation", s.activation, ACTIVATIONS),
        "scale": live.powers("Initial weights ×", s.scale, SCALES),
        "optimiser": live.choice("Optimiser", s.optimiser, tuple(OPTIMISERS)),
        "learning_rate": live.powers("Learning rate η", s.learning_rate, RATES),
        "epochs": live.slider("Epochs of a run", s.epochs, EPOCHS),
    }
    if own:  # what the reader's network holds already is nothing to choose
        made = {name: made[name] for name in ("scale", "optimiser", "learning_rate", "epochs")}
    sliders = list(made.values())
    made |= {
        "train": live.button("Train", "Train for the epochs of a run"),
        "stop": live.button("Stop", "End the run and keep what is trained", disabled=True),
        "reset": live.button("Reset", "Begin anew from the first weights"),
    }
    tasks: set[asyncio.Task] = set()

    def changed(name: str) -> Any:
        def answer(change: Any) -> None:
            said = model.change(**{name: change["new"]})
            if name in STARTS:
                display.show(model.frame(), f"{said} Press Train.")
            else:
                display.say(said)

        return display.guarded(answer)

    async def watch() -> None:
        """Between two pieces the kernel reads its messages: a press of Stop is one."""
        made["train"].disabled, made["stop"].disabled = True, False
        first = model.epoch
        try:
            for epoch in model.run():
                display.show(model.frame(), f"Training: epoch {epoch}, {epoch - first} of {model.setting.epochs} done.")
                await asyncio.sleep(0.01)
            display.show(model.frame(), model.said())
        except (KeyboardInterrupt, asyncio.CancelledError):
            display.show(model.frame(), f"Interrupted. {model.said()}")
        except Exception as error:
            display.alarm(error)
        finally:
            made["train"].disabled, made["stop"].disabled = False, True

    def pressed_train(_: Any) -> None:
        if model.stopped:
            display.say(f"{model.stopped} Then press Reset: from here every run stops at once.")
            return
        try:
            asyncio.get_running_loop()
        except RuntimeError:  # nobody could press Stop: to the end at once
            asyncio.run(watch())
            return
        task = asyncio.ensure_future(watch())
        tasks.add(task)  # a loop holds tasks weakly
        task.add_done_callback(tasks.discard)

    def pressed_stop(_: Any) -> None:
        model.stop()

    def pressed_reset(_: Any) -> None:
        said = model.reset()
        display.show(model.frame(), f"{said} Press Train.")

    for name, control in zip(tuple(made), sliders, strict=False):
        control.observe(changed(name), "value")
    made["train"].on_click(display.guarded(pressed_train))
    made["stop"].on_click(display.guarded(pressed_stop))
    made["reset"].on_click(display.guarded(pressed_reset))
    return display.panel(made, [*sliders, live.row(made["train"], made["stop"], made["reset"])])
