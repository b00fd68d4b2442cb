"""What the train figure shows, computed by the library: the data sets, the start, the run, and its words.

``js/train.js`` has the same sentences and the same lines; browser tests compare them character by character.
"""

from dataclasses import dataclass

import numpy as np

from .. import data, network
from ..layers import Parameters
from ..optimisers import optimiser_named
from ..training import train
from .wording import plain, show

MOST_HIDDEN, FEWEST_UNITS, MOST_UNITS = 6, 2, 8
ACTIVATIONS = ("sigmoid", "tanh", "relu")
# As many normals as the largest network has weights: with them the browser makes what network.init would make.
NORMALS = 2 * MOST_UNITS + (MOST_HIDDEN - 1) * MOST_UNITS**2 + MOST_UNITS
POINTS = 100
# The steps that the trace keeps a line for, and the one it ends with.
KEPT = tuple(m * 10**k for k in range(5) for m in (1, 2, 5))

LEARNED, TINY, HUGE = 0.02, 1e-4, 30.0


def sets() -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """The data sets of the menu, X and Y, in three decimals, so that a page stays small."""
    made = {
        "moons": data.moons(POINTS, noise=0.12),
        "spirals": data.spirals(POINTS),
        "xor": data.xor(POINTS, noise=0.15),
    }
    return {name: (np.round(X, 3) + 0.0, Y) for name, (X, Y) in made.items()}


def scaled(params: Parameters, scale: float) -> Parameters:
    """The same network with every weight multiplied by scale; the biases stay."""
    made = params.copy()
    for l in made.W:
        made.W[l] *= scale
    return made


@dataclass
class Reading:
    """A run of full-batch steps from params, and what the figure says about where it ended."""

    params: Parameters
    X: np.ndarray
    Y: np.ndarray
    data: str
    scale: float
    optimiser: str
    learning_rate: float
    steps: int

    def __post_init__(self) -> None:
        optimiser, m = optimiser_named(self.optimiser, learning_rate=self.learning_rate), self.X.shape[1]
        self.stopped, done = False, 0
        self.lines: list[tuple[int, float, int]] = []
        if self.steps:
            self.params, history = train(self.params, self.X, self.Y, optimiser=optimiser, epochs=self.steps)
            self.stopped = history.stopped is not None
            # A run that stopped hands back the parameters from before its last update.
            done = max(0, history.loss.size - 1) if self.stopped else self.steps
            seen = zip(history.epoch_loss, history.epoch_accuracy, strict=True)
            for k, (loss, share) in enumerate(seen):
                if k < done and k in (0, *KEPT):
                    self.lines.append((k, float(loss), round(float(share) * m)))
        self.steps = done
        with np.errstate(over="ignore", invalid="ignore"):  # what explodes becomes ∞, as in the browser
            cache = network.forward(self.params, self.X)
            grads = network.backward(self.params, cache, self.Y)
            self.loss = network.loss(self.params, cache, self.Y)
            self.right = int(np.sum((cache.a[self.params.depth] > 0.5) == (self.Y > 0.5)))
            self.rms = [float(np.sqrt(np.mean(grads.dW[l] ** 2))) for l in grads.dW]
        self.lines.append((done, self.loss, self.right))

    @property
    def shape(self) -> str:
        return "-".join(map(str, self.params.sizes))

    @property
    def verdict(self) -> str:
        return verdict(self.rms, self.loss, self.learning_rate)

    def probability(self, points: np.ndarray) -> np.ndarray:
        """The network's output at the columns of points."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.nan_to_num(network.forward(self.params, points).a[self.params.depth][0], nan=0.5)

    def view(self) -> tuple[float, float, float]:
        """The square that is drawn: its left, its bottom, its side; the same as in the browser."""
        return view(self.X)


def view(X: np.ndarray) -> tuple[float, float, float]:
    """A square around the points with some room, or −2 … 2."""
    if not X.size:
        return -2.0, -2.0, 4.0
    low, high = X.min(axis=1), X.max(axis=1)
    side = float(max(*(high - low), 1e-3)) * 1.2
    return float(low[0] + high[0] - side) / 2, float(low[1] + high[1] - side) / 2, side


def verdict(rms: list[float], loss: float, learning_rate: float) -> str:
    """One sentence about how the gradient gets through the layers.

    >>> verdict([3e-7, 2e-4, 0.1], 0.69, 0.1)
    "Layer 1 gets 3·10⁻⁶ of layer 3's gradient: it vanishes on the way back, and layer 1 hardly learns."
    """
    last, most = len(rms), max(rms)
    ratio = rms[0] / rms[-1] if rms[-1] else float("inf")
    if loss < LEARNED:
        return "The loss is nearly 0: there is little left to learn, so every gradient is small."
    if most > HUGE:
        l = rms.index(most) + 1
        return (
            f"Layer {l}'s gradient is {show(most, 3)}: it explodes. A plain step with η = {show(learning_rate)} "
            f"would move each weight there by about {show(learning_rate * most, 3)}."
        )
    if most == 0:
        return "Every gradient is 0: no weight learns."
    if most < TINY:
        return f"No layer gets more than {show(most, 2)}: signals vanish forward and back, and no weight learns much."
    if rms[0] == 0:
        return "Layer 1's gradient is 0: nothing gets back to it, and it does not learn."
    if ratio < 0.01:
        return (
            f"Layer 1 gets {show(ratio, 2)} of layer {last}'s gradient: it vanishes on the way back, "
            "and layer 1 hardly learns."
        )
    if ratio < 0.1:
        return f"Layer 1 gets {show(ratio, 2)} of layer {last}'s gradient: it learns more slowly."
    if ratio > 10:
        return f"Layer 1 gets {show(ratio, 2)} times layer {last}'s gradient: it grows on the way back."
    return f"Layer 1 gets {show(ratio, 2)} times layer {last}'s gradient: all layers learn."


def trace(reading: Reading) -> str:
    """Network, data, start and run as text; losses and gradients in four digits."""
    r, m = reading, reading.X.shape[1]
    lines = [
        f"A network {r.shape}: {r.params.activations[1]}, then sigmoid; loss binary_cross_entropy",
        f"Data: {r.data}, {m} points, {int(r.Y.sum())} of them of class 1",
        f"Initial weights times {plain(r.scale)}; {r.optimiser}, learning rate {plain(r.learning_rate)}",
        "",
        *(f"step {k}: L = {plain(loss, 4)}, {right} of {m} right" for k, loss, right in r.lines),
        "",
        f"Root-mean-square of ∂L/∂W after step {r.steps}",
        *(f"  layer {l}: {plain(value, 4)}" for l, value in enumerate(r.rms, 1)),
        "",
        r.verdict,
    ]
    if r.stopped:
        lines.append(halted(r.steps))
    return "\n".join(lines)


def halted(steps: int) -> str:
    return f"Stopped: update {steps + 1} makes the loss infinite or undefined. Try a smaller learning rate or scale."


def alt(reading: Reading) -> str:
    """What the still shows, for who does not see it."""
    r, m = reading, reading.X.shape[1]
    layers = "; ".join(f"layer {l}: {show(value, 3)}" for l, value in enumerate(r.rms, 1))
    return (
        f"The decision boundary of a network {r.shape} ({r.params.activations[1]}) among {m} points ({r.data}) after "
        f"{r.steps} steps of {r.optimiser.replace('_', ' ')}: the loss went from {show(r.lines[0][1])} to {show(r.loss)}, and "
        f"{r.right} of {m} points are on their side. Root-mean-square of each layer's gradient: {layers}. {r.verdict}"
    )
