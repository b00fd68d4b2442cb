"""The panel "compare_optimisers": one start, the same batches, and every optimiser of the library."""

from collections.abc import Mapping
from typing import Any

from numpy.typing import ArrayLike

from ..figures.settings import RATES, number, one_of, whole
from ..layers import Parameters
from ..optimisers import OPTIMISERS
from ..schedules import SCHEDULES
from .compare_model import TITLES, CompareModel, Setting
from .examples import GIVEN, SETS, examples_given, fitting
from .panel import Live, Panel

WIDTHS, EPOCHS, BATCHES, SEEDS = (2, 32), (1, 300), (1, 256), (0, 2**32 - 1)
# What each takes well on the data sets of the panel: Adam's η is a length, the others' scales the gradient.
DEFAULT = {"gradient_descent": 0.3, "momentum": 0.1, "adam": 0.01}
OTHER = 0.01  # of an optimiser that comes later


def compare_optimisers(
    params: Parameters | None = None,
    X: ArrayLike | None = None,
    Y: ArrayLike | None = None,
    *,
    data: str | None = None,
    width: int | None = None,
    learning_rates: Mapping[str, float] | float | None = None,
    epochs: int = 60,
    batch_size: int = 20,
    schedule: str = "constant",
    seed: int = 0,
) -> Panel:
    """Each optimiser of the library from the same start, on the same data in the same batches.

    Chapter "Learning: gradients → updates".

    Parameters
    ----------
    params : network.Parameters, optional
        Where to start; at most 20,000 parameters, and a last layer of probabilities. It comes with X and Y.
    X, Y : arrays, shapes (n_0, m) and (1, m) or (classes, m), optional
        Examples of your own in columns: one row of 0 and 1, or one-hot columns.
    data : "moons", "spirals", "xor" or "digits"
        Examples of the library, where X and Y are not given; moons if nothing is said.
    width : int
        Units of each of the two hidden layers, 2 … 32; 6 if nothing is said.
    learning_rates : mapping of str to float, or float
        η of some optimisers by name, the others keep their own; or one η for all; 0.00001 … 100.
    epochs, batch_size : int
        1 … 300, and 1 … 256 examples a step.
    schedule : str
        A name of ``schedules.SCHEDULES``.
    seed : int
        Of the first weights and of the shuffling.

    Returns
    -------
    Panel
        Controls in a kernel with ipywidgets; a still and its trace elsewhere.

    Raises
    ------
    TypeError
        If params is no network, comes without X and Y or together with width, or a number is none.
    ValueError
        If network, examples, a name or a number is not one that the panel has room for; the message says which.

    Examples
    --------
    >>> print(compare_optimisers(epochs=5).trace.splitlines()[1])
    A network 2-6-6-1 from one start (seed 0); loss binary_cross_entropy
    """
    panel = "compare_optimisers"
    if params is not None and width is not None:
        raise TypeError(f"{panel}: params already holds width; give either params or width")
    given = examples_given(panel, X, Y)
    if given is not None and data is not None:
        raise TypeError(f"{panel}: got X and Y and data={data!r}; give either examples of your own or a name")
    setting = Setting(
        GIVEN if given is not None else one_of(panel, "data", "moons" if data is None else data, SETS),
        whole(panel, "width", 6 if width is None else width, WIDTHS),
        _rates(panel, learning_rates),
        whole(panel, "epochs", epochs, EPOCHS),
        whole(panel, "batch_size", batch_size, BATCHES),
        one_of(panel, "schedule", schedule, SCHEDULES),
        whole(panel, "seed", seed, SEEDS),
    )
    own = None if params is None else fitting(panel, params, given)
    model = CompareModel(setting, own, given)
    return Panel(model.frame(), model, controls)


def _rates(panel: str, said: Mapping[str, float] | float | None) -> dict[str, float]:
    """One η for each optimiser, out of what was said."""
    if not isinstance(said, Mapping):
        said = {} if said is None else dict.fromkeys(OPTIMISERS, said)
    for name in said:
        one_of(panel, "learning_rates", name, OPTIMISERS)
    full = {name: said.get(name, DEFAULT.get(name, OTHER)) for name in OPTIMISERS}
    return {name: number(panel, f"learning_rates[{name!r}]", rate, RATES) for name, rate in full.items()}


def controls(model: CompareModel) -> Live:
    """The controls, and what each of them does to the model."""
    from . import live

    s = model.setting
    display = live.Display(model.frame(), model.said())
    names = ([GIVEN] if model.given is not None else []) + ([] if model.own is not None else list(SETS))
    chosen: dict[str, Any] = {"data": live.choice("Data", s.data, names)}
    if model.own is None:
        chosen["width"] = live.slider("Units in each", s.width, WIDTHS)
    chosen |= {
        "epochs": live.slider("Epochs", s.epochs, EPOCHS),
        "batch_size": live.slider("Batch size", s.batch_size, BATCHES),
        "schedule": live.choice("Schedule", s.schedule, tuple(SCHEDULES)),
    }
    rates = {name: live.powers(f"η, {TITLES.get(name, name)}", rate, RATES) for name, rate in s.learning_rates.items()}
    together = live.tick("One η for all", len(set(s.learning_rates.values())) == 1)
    following = False

    def train(**settings: object) -> None:
        display.say("Training each optimiser …")
        said = model.change(**settings)
        display.show(model.frame(), said)

    def changed(name: str) -> Any:
        return display.guarded(lambda change: train(**{name: change["new"]}))

    def moved(name: str) -> Any:
        def answer(change: Any) -> None:
            nonlocal following
            if following:
                return
            wanted = dict.fromkeys(rates, change["new"]) if together.value else {name: change["new"]}
            following = True  # the others' own answers would train once more for each
            try:
                for other, rate in wanted.items():
                    rates[other].value = rate
            finally:
                following = False
            train(learning_rates={**model.setting.learning_rates, **wanted})

        return display.guarded(answer)

    def ticked(change: Any) -> None:
        if change["new"]:
            moved(next(iter(rates)))({"new": next(iter(rates.values())).value})
        else:
            display.say("Each optimiser has its own η again.")

    for name, control in chosen.items():
        control.observe(changed(name), "value")
    for name, control in rates.items():
        control.observe(moved(name), "value")
    together.observe(display.guarded(ticked), "value")
    made = {**chosen, "together": together, **{f"learning_rate_{name}": control for name, control in rates.items()}}
    return display.panel(made, list(made.values()))
