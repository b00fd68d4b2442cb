"""Checks and tables of the extra notebook "Tuning vanishing gradients", whose nets are those of ``deep_nets``."""

from collections.abc import Callable, Iterator
from math import log10, sqrt

import numpy as np

from ..activations import ACTIVATIONS
from ..layers import Gradients
from .deep_nets import LAYERS, LEARNING_RATE, STEPS, WIDTH, best_constant, deep_net, gradients, measured, trained
from .lines import check, close, first_close, right, say, told, wrong

SEEDS = (0, 1, 2)
BAND = (0.1, 10.0)
# Saturated sigmoids can have all sizes in the band, and learn nothing: a net must come clearly below the best constant.
LEARNED = 0.76
ELEMENTWISE = tuple(name for name, activation in ACTIVATIONS.items() if activation.derivative is not None)


@check
def check_prediction(prediction: Callable[[], float]) -> Iterator[str]:
    """Is the guess within a factor of ten of what is measured?"""
    guess = float(prediction())
    found = [measured("sigmoid", 1 / sqrt(WIDTH), seed)["gradient"] for seed in SEEDS]
    said = "measured " + ", ".join(f"{ratio:.0e}" for ratio in found)
    if guess <= 0:
        yield wrong(
            f"You predict {guess:g}, but a ratio of norms is positive; {said}.", "multiply factors, one a layer"
        )
    elif abs(log10(guess) - log10(float(np.median(found)))) <= 1:
        yield right(f"you predict {guess:.0e}; {said}, with three seeds: within a factor of ten")
    elif guess > 1e3:
        yield wrong(f"You predict {guess:.0e}: last to first. {said.capitalize()}.", "take first to last")
    elif guess > np.median(found):
        yield wrong(
            f"You predict {guess:.0e}; {said}. Some factors are missing.",
            "count how many hidden layers δ crosses on its way to layer 1, and give each its σ′",
        )
    else:
        yield wrong(
            f"You predict {guess:.0e}; {said}. You shrink it too often, or too much.",
            "look up the slope of the sigmoid at 0, and ask what W does to a length if n · Var w = 1",
        )


@check
def check_ratios(ratios: Callable[[Gradients], list[float]]) -> Iterator[str]:
    """Hold the list of ratios against the norms."""
    for activation in ("sigmoid", "relu"):
        grads = gradients(deep_net(activation, 1 / sqrt(WIDTH)))
        norms = np.array([np.linalg.norm(dW) for dW in grads.dW.values()])
        expected = norms / norms[-1]
        got = np.asarray(list(ratios(grads)), dtype=float)
        if got.shape != expected.shape:
            yield wrong(
                f"The list has shape {got.shape}, expected ({LAYERS},).",
                "return one number for each layer, from 1 to L",
            )
            return
        squares = expected**2
        wrongs = {
            ("The list runs from the last layer to the first.", "start it with layer 1"): expected[::-1],
            ("Each ratio is upside down.", "ask which of the two norms must be below the line"): 1 / expected,
            (
                "The squares are summed, but no root is taken.",
                "compare yours with np.linalg.norm of one small matrix",
            ): squares,
            ("These are norms, not yet ratios.", "make the last entry 1"): norms,
            (
                "This is the ratio of each layer to the one above it.",
                "divide all by the norm of the same layer",
            ): np.append(norms[:-1] / norms[1:], 1.0),
            ("These are ratios of biases' gradients.", "use grads.dW, not grads.db"): _relative(grads.db),
            ("These are ratios of δ.", "use grads.dW, not grads.delta"): _relative(grads.delta),
        }
        if close(got, expected, 1e-9):
            yield right(f"{activation}: ten ratios, and the last is 1")
        elif words := first_close(got, wrongs):
            yield wrong(*words)
            return
        else:
            yield wrong(
                f"{activation}: the ratio of layer 1 is {got[0]:.2g}, expected {expected[0]:.2g}.",
                "take the root of the sum of all squared entries of dW[l], and divide by that of layer L",
            )
            return


def _relative(table) -> np.ndarray:
    norms = np.array([np.linalg.norm(table[l]) for l in sorted(table)])
    return norms / norms[-1]


@check
def check_scale(scale: Callable[[str, int, int], float]) -> Iterator[str]:
    """Hold standard deviations against Xavier's and He's, and measure what they do."""
    for activation, n_in, n_out in (("tanh", 20, 60), ("identity", 20, 60), ("relu", 20, 60)):
        he = activation == "relu"
        expected = sqrt(2 / n_in) if he else sqrt(2 / (n_in + n_out))
        got = float(scale(activation, n_in, n_out))
        wrongs = {
            ("That is the variance, not the standard deviation.", "take a root"): expected**2,
            ("That is the root of the root.", "take one root only"): sqrt(expected),
            (
                "That is the bound of a uniform distribution of the right variance.",
                "drop the 3: for normal weights the scale is the standard deviation itself",
            ): sqrt(3) * expected,
        }
        if he:
            wrongs |= {
                (
                    "The factor 2 is missing.",
                    "work out E[a²] for a relu of a symmetric z: half of the z are negative",
                ): sqrt(1 / n_in),
                ("The other size is taken.", "sum over the inputs of a unit: how many terms has z?"): sqrt(2 / n_out),
                ("That is Xavier's scale; a relu loses half of the signal.", "work out E[a²] once more"): sqrt(
                    2 / (n_in + n_out)
                ),
            }
        else:
            wrongs |= {
                (
                    "That keeps the size forwards only.",
                    "ask the same of δ on its way back, and take the mean of n_in and n_out",
                ): sqrt(1 / n_in),
                (
                    "That keeps the size backwards only.",
                    "ask the same of z on its way forwards, and take the mean of n_in and n_out",
                ): sqrt(1 / n_out),
                ("The 2 is missing: the mean of n_in and n_out is half their sum.", "write out the mean"): sqrt(
                    1 / (n_in + n_out)
                ),
                ("That is the scale for a relu.", "ask how much of z gets through this activation near 0"): sqrt(
                    2 / n_in
                ),
            }
        if close(got, expected):
            yield right(f"{activation}, {n_in} → {n_out}: the scale is {got:.4f}")
        elif words := first_close(got, wrongs):
            sentence, advice = words
            yield wrong(f"{activation}, {n_in} → {n_out}: got {got:.4f}. {sentence}", advice)
            return
        else:
            yield wrong(
                f"{activation}, {n_in} → {n_out}: got {got:.4f}; the variance times n is not 1 (for a relu 2).",
                "write Var z = n · Var w · E[a²] and set Var z equal to that of the layer before",
            )
            return
    for activation in ("tanh", "relu"):
        found = measured(activation, float(scale(activation, WIDTH, WIDTH)))
        yield right(
            f"{activation}, 30 → 30, nine layers: z changes by a factor {found['forward']:.1f} forwards, "
            f"δ by {found['backward']:.1f} backwards"
        )


@check
def check_net(configure: Callable[[], tuple[str, float]]) -> Iterator[str]:
    """Is every size of the reader's own net within the band, with three seeds?"""
    activation, std = configure()
    std = float(std)
    if activation not in ELEMENTWISE:
        yield wrong(f"{activation!r} is no activation here.", f"choose one of {', '.join(ELEMENTWISE)}")
        return
    if not std > 0 or not np.isfinite(std):
        yield wrong(f"The scale is {std:g}, expected a positive number.", "use your own function scale")
        return
    if activation == "identity":
        yield wrong(
            "Ten layers without a bend are one straight line: gradients are fine, and it learns nothing new.",
            "choose an activation that bends",
        )
        return
    found = [measured(activation, std, seed) for seed in SEEDS]
    low, high = BAND
    healthy = True
    for key, what, how in (
        ("forward", "z, from layer 1 to layer 9", "the sum that makes z"),
        ("backward", "δ, from layer 9 to layer 1", "the sum that makes δ, and σ′"),
        ("gradient", "∂L/∂W, layer 1 to layer 10", "both z and δ"),
    ):
        factors = [one[key] for one in found]
        numbers = ", ".join(f"{factor:.2g}" for factor in factors)
        if all(low <= factor <= high for factor in factors):
            yield right(f"{what}: factors {numbers}, within {low:g} … {high:g}")
            continue
        healthy = False
        if not np.isfinite(factors).all() or max(factors) > high:
            yield wrong(f"{what}: factors {numbers}. It explodes.", f"make the scale smaller; look at {how}")
        elif activation in ("sigmoid", "softplus"):
            slope = "¼" if activation == "sigmoid" else "½ at 0"
            yield wrong(
                f"{what}: factors {numbers}. It vanishes.",
                f"another activation: σ′ of the {activation} is {slope}{' at most' if activation == 'sigmoid' else ''}",
            )
        else:
            yield wrong(f"{what}: factors {numbers}. It vanishes.", f"make the scale larger; look at {how}")
    if not healthy:
        return
    losses = [trained(activation, std, seed)[1] for seed in SEEDS]
    numbers, constant = ", ".join(f"{loss:.1f}" for loss in losses), best_constant()
    if all(loss <= LEARNED * constant for loss in losses):
        # Three hundred steps make the last digits those of the machine: they are not printed.
        below = f"below {LEARNED * constant:.0f} within {STEPS} steps"
        yield right(f"it learns: with three seeds the loss comes {below} (the best constant answer has {constant:.1f})")
    elif not np.isfinite(losses).all():
        yield wrong(
            f"Sizes are in the band, but steps with η = {LEARNING_RATE:g} run away.",
            "look at the size of a^(l): an activation that is never negative adds up; choose one with a mean near 0",
        )
    else:
        yield wrong(
            f"Sizes are in the band, but it hardly learns: loss {numbers} after {STEPS} steps; the best constant answer "
            f"has {constant:.1f}.",
            "count the hidden units whose slope is nearly 0: where most are saturated, a few carry all of δ",
        )


def show_layers(ratios: Callable[[Gradients], list[float]]) -> None:
    """Print the reader's ratios for three activations, layer by layer, with n · Var w = 1."""

    def table(ratios: Callable) -> Iterator[str]:
        nets = {name: list(ratios(gradients(deep_net(name, 1 / sqrt(WIDTH))))) for name in ("sigmoid", "tanh", "relu")}
        yield "layer" + "".join(f"{name:>10}" for name in nets)
        for l in range(1, LAYERS + 1):
            yield f"{l:>5}" + "".join(f"{column[l - 1]:>10.2g}" for column in nets.values())

    say(told(table, ratios))


def show_scales() -> None:
    """Print what the scale does to z forwards, to δ backwards and to the ratio of gradients."""
    lines = [f"{'activation':<11}{'std · √n':>9}{'z forwards':>12}{'δ backwards':>13}{'∂L/∂W first/last':>18}"]
    for activation in ("sigmoid", "tanh", "relu"):
        for c in (0.5, 1.0, sqrt(2), 2.0, 4.0):
            found = measured(activation, c / sqrt(WIDTH))
            factors = f"{found['forward']:>12.2g}{found['backward']:>13.2g}{found['gradient']:>18.2g}"
            lines.append(f"{activation:<11}{c:>9.2f}{factors}")
    say(lines)


def show_training(configure: Callable[[], tuple[str, float]]) -> None:
    """Print the loss of the sigmoid net and of the reader's, before and after gradient descent."""

    def lines(configure: Callable) -> Iterator[str]:
        for name, (activation, std) in {"as it was": ("sigmoid", 1 / sqrt(WIDTH)), "yours": configure()}.items():
            before, after = trained(activation, float(std))
            yield f"{name:<10}{activation:>10}: loss {before:.0f} before, {after:.0f} after {STEPS} steps"
        yield f"the best constant answer: loss {best_constant():.0f}"

    say(told(lines, configure))
