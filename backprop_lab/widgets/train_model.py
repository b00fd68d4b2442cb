"""A network that is trained in pieces, so that a run can be watched and stopped: what stands behind the panel "train".

An epoch is one step: every batch holds all examples. Pieces of a run are then the run itself, number for number.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from .. import network, training
from ..figures.drawing import document, text, wrapped
from ..figures.train_reading import halted, scaled, verdict
from ..figures.wording import plain, show
from ..layers import Parameters
from ..optimisers import GradientDescent, optimiser_named
from .boundary import BOUNDARY_ENDS, boundary
from .chart import Curve, curves, shares
from .examples import GIVEN, Examples, examples_named, right_by_class, start
from .panel import Frame

# A run is shown twenty times, a long one every twenty epochs: Stop is heard between two pieces.
PIECES, LONGEST = 20, 20


@dataclass(frozen=True)
class Setting:
    """What the controls say. Those of ``STARTS`` make another network or other data: they begin anew."""

    data: str
    depth: int
    width: int
    activation: str
    scale: float
    optimiser: str
    learning_rate: float
    epochs: int
    seed: int


STARTS = ("data", "depth", "width", "activation", "scale", "seed")


class TrainModel:
    """Settings in; a run in pieces, its record and its frames out.

    Parameters
    ----------
    setting : Setting
    own : Parameters, optional
        A network to start from, in place of depth, width, activation and seed.
    given : Examples, optional
        The reader's own examples, for the name ``"given"``.

    Attributes
    ----------
    params : Parameters
        The network as it is now.
    losses : list of float
        L of all examples at the start and after each epoch.
    norms : dict of int to list
        ‖∂L/∂W[l]‖ of each step.
    stopped : str
        Why the run ended early; empty if it did not.

    Example
    -------
    >>> model = TrainModel(Setting("xor", 1, 4, "tanh", 1.0, "adam", 0.1, 40, 1), None, None)
    >>> model.finish()
    'Trained 40 epochs: the loss went from 0.6911 to 0.0298.'
    >>> len(model.losses), len(model.norms[1])
    (41, 40)
    """

    def __init__(self, setting: Setting, own: Parameters | None, given: Examples | None) -> None:
        self.setting, self.own, self.given = setting, own, given
        self._turn = 0
        self.reset()

    def reset(self) -> str:
        """Begin anew, from the first weights; a run that goes on is stopped."""
        self.stop()
        s = self.setting
        self.examples = self.given if s.data == GIVEN and self.given is not None else examples_named(s.data)
        if self.own is not None:
            self.params = scaled(self.own, s.scale)
        else:
            self.params = start(self.examples, s.depth, s.width, s.activation, s.scale, s.seed)
        self.optimiser: GradientDescent | None = None
        self.norms: dict[int, list[float]] = {l: [] for l in self.params.W}
        self.stopped = ""
        self.losses = [self._measured()[0]]
        return f"Reset: a network {self.shape}, epoch 0, loss {show(self.losses[0])}."

    def change(self, **settings: object) -> str:
        """Take new settings, and say what that means."""
        self.setting = replace(self.setting, **settings)
        if set(settings) & set(STARTS):
            return self.reset()
        s = self.setting
        return f"The next run is {s.epochs} epochs of {s.optimiser}, η = {show(s.learning_rate)}. Press Train."

    def run(self) -> Iterator[int]:
        """Train for ``setting.epochs`` more, piece by piece; each piece hands back the epochs that are done."""
        s, left = self.setting, self.setting.epochs
        self._turn += 1
        turn = self._turn
        if self.optimiser is None or type(self.optimiser) is not type(optimiser_named(s.optimiser, learning_rate=0.0)):
            self.optimiser = optimiser_named(s.optimiser, learning_rate=s.learning_rate)
        self.optimiser.learning_rate = s.learning_rate
        while left and turn == self._turn and not self.stopped:
            piece = min(left, LONGEST, max(1, s.epochs // PIECES))
            # An interruption in here leaves the model as the piece before has left it.
            params, history = training.train(
                self.params, self.examples.X, self.examples.Y, optimiser=self.optimiser, epochs=piece
            )
            done = piece if history.stopped is None else max(0, history.loss.size - 1)
            self.params, self.optimiser = params, history.optimiser
            self.losses += history.epoch_loss[1 : done + 1].tolist()
            for l, norms in history.gradient_norms.items():
                self.norms[l] += norms[: done + 1].tolist()
            if history.stopped is not None:
                self.stopped = halted(self.epoch)
            left -= piece
            yield self.epoch

    def stop(self) -> None:
        """End the run after the piece that is being trained; all that is trained is kept."""
        self._turn += 1

    def finish(self) -> str:
        """Train to the end of the run, and say what came of it."""
        for _ in self.run():
            pass
        return self.said()

    def said(self) -> str:
        """What there is, in a sentence."""
        numbers = f"the loss went from {show(self.losses[0])} to {show(self.losses[-1])}."
        return " ".join([f"Trained {counted(self.epoch)}: {numbers}", *self._warnings()])

    def _warnings(self) -> list[str]:
        """Why the run ended early, or that it led uphill."""
        if not self.stopped and self.losses[-1] > self.losses[0]:
            return ["The loss is higher than at the start: try a smaller learning rate."]
        return [self.stopped] if self.stopped else []

    @property
    def epoch(self) -> int:
        """How many epochs the network has been trained."""
        return len(self.losses) - 1

    @property
    def shape(self) -> str:
        return "-".join(map(str, self.params.sizes))

    @property
    def kind(self) -> str:
        """The activations, from the first layer to the last."""
        return ", ".join(dict.fromkeys(self.params.activations.values()))

    def right(self) -> list[tuple[int, int]]:
        """By class, how many of the examples that the network is judged on are right, and how many there are."""
        return right_by_class(self.params, self.examples.X_judge, self.examples.Y_judge)

    def _measured(self) -> tuple[float, list[float]]:
        """The loss, and the root-mean-square of ∂L/∂W of each layer."""
        with np.errstate(over="ignore", invalid="ignore"):
            cache = network.forward(self.params, self.examples.X)
            grads = network.backward(self.params, cache, self.examples.Y)
            rms = [float(np.sqrt(np.mean(dW**2))) for dW in grads.dW.values()]
            return network.loss(self.params, cache, self.examples.Y), rms

    def frame(self) -> Frame:
        """The picture of now, and its words."""
        e, s, by_class = self.examples, self.setting, self.right()
        right, total = (sum(column) for column in zip(*by_class, strict=True))
        concluded = [verdict(self._measured()[1], self.losses[-1], s.learning_rate)]
        concluded += self._warnings()
        counts = f"{right} of {total} right" + (" among those not learned from" if e.unseen else "")
        kind = f"{self.shape}, {self.kind}, initial weights × {show(s.scale)}"
        head = f"after {counted(self.epoch)}: L = {show(self.losses[-1])}, {right} of {total} right"
        parts = [text(16, 26, kind, "soft"), text(16, 48, head, "strong")]
        if e.is_plane:
            parts.append(boundary(self.params, e.X, e.Y))
            y = BOUNDARY_ENDS
        else:
            title = "right, by class" + (", of examples not learned from" if e.unseen else "")
            bars, y = shares(title, [(f"class {k}", *pair) for k, pair in enumerate(by_class)], 76)
            parts.append(bars)
            y += 22
        drawn, y = curves("loss L, logarithmic", "epochs", [Curve("loss", show(self.losses[-1]), self.losses)], y)
        parts.append(drawn)
        norms = [Curve(f"layer {l}", show(v[-1], 3) if v else "no step yet", v) for l, v in self.norms.items()]
        drawn, y = curves("‖∂L/∂W‖ of each layer, logarithmic", "steps", norms, y + 22)
        parts.append(drawn)
        for sentence in concluded:
            for line in wrapped(sentence, 56):
                y += 20
                parts.append(text(16, y, line, "strong"))
        what = "The decision boundary" if e.is_plane else "The share of each class that is right"
        alt = (
            f"{what} of a network {self.shape} ({self.kind}) on {e.name} after {counted(self.epoch)} with "
            f"{s.optimiser.replace('_', ' ')}: {counts}. The loss went from {show(self.losses[0])} to {show(self.losses[-1])}. "
            + "".join(f"Gradient norm of {c.name}: {c.said}. " for c in norms)
            + " ".join(concluded)
        )
        return Frame(document(y + 18, "".join(parts)), alt, self._text(by_class, counts, concluded))

    def _text(self, by_class: list[tuple[int, int]], counts: str, concluded: list[str]) -> str:
        s, last = self.setting, self.epoch
        kept = sorted({round(i * last / 10) for i in range(11)})
        lines = [
            f"A network {self.shape}: {self.kind}; loss {self.params.loss}",
            f"Data: {self.examples.said}",
            f"Initial weights times {plain(s.scale)}; {s.optimiser}, learning rate {plain(s.learning_rate)}",
            "",
            *(f"epoch {k}: L = {plain(self.losses[k], 4)}" for k in kept),
            "",
            counts,
            *(f"  class {k}: {right} of {total}" for k, (right, total) in enumerate(by_class)),
            "",
            "Norm of ∂L/∂W at the first and the last step",
            *(
                f"  layer {l}: {plain(v[0], 4)}, {plain(v[-1], 4)}" if v else f"  layer {l}: no step yet"
                for l, v in self.norms.items()
            ),
            "",
            *concluded,
        ]
        return "\n".join(lines)


def counted(epochs: int) -> str:
    """A number of epochs with its noun.

    >>> counted(1), counted(2)
    ('1 epoch', '2 epochs')
    """
    return f"{epochs} epoch{'' if epochs == 1 else 's'}"
