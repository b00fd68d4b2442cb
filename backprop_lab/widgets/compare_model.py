"""Every optimiser of the library from one start, on the same data in the same batches: settings in, runs out."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from .. import training
from ..figures.descent_words import TITLES
from ..figures.drawing import WIDTH, document, text, wrapped
from ..figures.wording import plain, show
from ..layers import Parameters
from ..optimisers import OPTIMISERS, optimiser_named
from .chart import Curve, curves
from .examples import GIVEN, Examples, examples_named, right_by_class, start
from .panel import Frame

HIDDEN, ACTIVATION = 2, "tanh"


@dataclass(frozen=True)
class Setting:
    """What the controls say; ``learning_rates`` has one η for each name of ``OPTIMISERS``."""

    data: str
    width: int
    learning_rates: Mapping[str, float] = field(hash=False)
    epochs: int
    batch_size: int
    schedule: str
    seed: int


@dataclass(frozen=True)
class Run:
    """One optimiser's run: where it ended, and its history."""

    name: str
    learning_rate: float
    trained: Parameters
    history: training.History
    right: int
    total: int

    @property
    def title(self) -> str:
        """The optimiser as a sentence has it."""
        return TITLES.get(self.name, self.name.replace("_", " "))

    @property
    def diverged(self) -> bool:
        return self.history.stopped is not None

    @property
    def loss(self) -> float:
        """L of all examples at the end; infinity if the run left every bound."""
        return math.inf if self.diverged else float(self.history.epoch_loss[-1])


class CompareModel:
    """Settings in; one run for each optimiser and a frame out.

    Parameters
    ----------
    setting : Setting
    own : Parameters, optional
        A network to start from.
    given : Examples, optional
        The reader's own examples, for the name ``"given"``.

    Attributes
    ----------
    runs : list of Run
        In the order of ``OPTIMISERS``.

    Example
    -------
    >>> rates = {"gradient_descent": 0.3, "momentum": 0.1, "adam": 0.01}
    >>> model = CompareModel(Setting("xor", 4, rates, 20, 25, "constant", 0), None, None)
    >>> [run.name for run in model.runs]
    ['gradient_descent', 'momentum', 'adam']
    >>> len({run.history.epoch_loss[0] for run in model.runs})
    1
    """

    def __init__(self, setting: Setting, own: Parameters | None, given: Examples | None) -> None:
        self.setting, self.own, self.given = setting, own, given
        self._train(setting)

    def change(self, **settings: object) -> str:
        """Take new settings, train anew, and say what came of it; if that fails, all is as it was before."""
        self._train(replace(self.setting, **settings))
        return self.said()

    def _train(self, s: Setting) -> None:
        examples = self.given if s.data == GIVEN and self.given is not None else examples_named(s.data)
        first = self.own or start(examples, HIDDEN, s.width, ACTIVATION, 1.0, s.seed)
        runs = []
        for name in OPTIMISERS:
            trained, history = training.train(
                first, examples.X, examples.Y,
                optimiser=optimiser_named(name, learning_rate=s.learning_rates[name]),
                epochs=s.epochs, batch_size=min(s.batch_size, examples.X.shape[1]), schedule=s.schedule, seed=s.seed,
            )  # fmt: skip
            by_class = right_by_class(trained, examples.X_judge, examples.Y_judge)
            right, total = (sum(column) for column in zip(*by_class, strict=True))
            runs.append(Run(name, s.learning_rates[name], trained, history, right, total))
        # Only now: an error or an interruption on the way changes nothing.
        self.setting, self.examples, self.first, self.runs = s, examples, first, runs

    def said(self) -> str:
        """Which got furthest, in a sentence; and which left every bound."""
        out = [run for run in self.runs if run.diverged]
        kept = [run for run in self.runs if not run.diverged]
        sentences = []
        if kept:
            best = min(kept, key=lambda run: run.loss)
            sentences.append(
                f"{_capital(best.title)} has the lowest loss after {self.setting.epochs} epochs: {show(best.loss, 3)}."
            )
        for run in kept:
            if run.loss > run.history.epoch_loss[0]:
                sentences.append(f"{_capital(run.title)} ends higher than it began: try a smaller η.")
        for run in out:
            sentences.append(
                f"{_capital(run.title)} diverged with η = {show(run.learning_rate, 3)}: try a smaller one."
            )
        return " ".join(sentences)

    def frame(self) -> Frame:
        """The picture, and its words."""
        s, e = self.setting, self.examples
        shape = "-".join(map(str, self.first.sizes))
        batch = min(s.batch_size, e.X.shape[1])
        parts, y = [], 7
        kind = f"{e.name}, {shape}, batches of {batch}, schedule {s.schedule.replace('_', ' ')}"
        for line in wrapped(kind, 58):
            y += 19
            parts.append(text(16, y, line, "soft"))
        ends = [
            f"η = {show(r.learning_rate, 3)}, loss {'diverged' if r.diverged else show(r.loss, 3)}" for r in self.runs
        ]
        losses = [Curve(r.title, end, r.history.epoch_loss) for r, end in zip(self.runs, ends, strict=True)]
        drawn, y = curves("loss L of all examples, logarithmic", "epochs", losses, y + 28)
        parts.append(drawn)
        y += 24
        parts.append(text(16, y, "right" + (" of those not learned from" if e.unseen else ""), "strong small"))
        for run in self.runs:
            y += 19
            share = run.right / run.total
            said = f"{run.right} of {run.total}, {show(100 * share, 3)} %"
            parts.append(text(16, y, run.title, "small") + text(WIDTH - 18, y, said, "small", "end"))
        y += 8
        for line in wrapped(self.said(), 56):
            y += 20
            parts.append(text(16, y, line, "strong"))
        runs = ". ".join(
            f"{_capital(r.title)}: {end}, {r.right} of {r.total} right" for r, end in zip(self.runs, ends, strict=True)
        )
        alt = f"The loss over {s.epochs} epochs on {e.name} with each optimiser from one start. {runs}. {self.said()}"
        return Frame(document(y + 18, "".join(parts)), alt, self._text(shape, batch))

    def _text(self, shape: str, batch: int) -> str:
        s, e = self.setting, self.examples
        kept = sorted({round(i * s.epochs / 5) for i in range(6)})
        lines = [
            f"A network {shape} from one start (seed {s.seed}); loss {self.first.loss}",
            f"Data: {e.said}",
            f"{s.epochs} epochs in the same batches of {batch}, schedule {s.schedule}",
            "",
            f"{'optimiser':<18}{'η':>9}{'final loss':>12}{'right':>14}",
        ]
        for run in self.runs:
            loss = "diverged" if run.diverged else plain(run.loss, 4)
            counts = f"{run.right} of {run.total}"
            lines.append(f"{run.title:<18}{plain(run.learning_rate, 3):>9}{loss:>12}{counts:>14}")
        lines += ["", f"Loss after {', '.join(map(str, kept))} epochs"]
        for run in self.runs:
            losses = run.history.epoch_loss
            lines.append(f"  {run.title}: {', '.join(plain(losses[k], 4) if k < losses.size else '–' for k in kept)}")
        lines += ["", self.said()]
        lines += [f"{_capital(run.title)}: {run.history.stopped}" for run in self.runs if run.diverged]
        return "\n".join(lines)


def _capital(title: str) -> str:
    return title[0].upper() + title[1:]
