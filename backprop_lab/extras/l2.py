"""Checks and measurements of the extra notebook "L2: a price for large weights".

The loss with a price is L + (λ/2) Σ_l ‖W[l]‖²: L is the mean over the examples, as everywhere; the price is added once,
and has nothing to do with the examples. Biases pay nothing.
"""

from collections.abc import Callable, Iterator, Mapping

import numpy as np

from .. import network
from ..gradient_check import numerical_gradient
from ..layers import Parameters
from .lines import check, close, first_close, right, say, told, wrong

# Distinct primes, so that a factor m is no other factor; biases that are not 0, so that a price on them shows.
SIZES, EXAMPLES, LAMBDA = (3, 5, 2), 7, 0.3
TRIED_AT = "tried at λ = 0.3, with 7 examples"
# What central differences of ours differ from a right gradient, with room.
NUMERICALLY = 1e-6

Penalised = Callable[[Parameters, np.ndarray, np.ndarray, float], float]


def case(sizes: tuple[int, ...] = SIZES, examples: int = EXAMPLES) -> tuple[Parameters, np.ndarray, np.ndarray]:
    """A network with biases, its inputs and its targets, drawn from a seed."""
    rng = np.random.default_rng(11)
    params = network.init(sizes, seed=3)
    for b in params.b.values():
        b[...] = rng.normal(size=b.shape)
    return params, rng.normal(size=(sizes[0], examples)), rng.uniform(-0.8, 0.8, size=(sizes[-1], examples))


def _squares(table: Mapping[int, np.ndarray]) -> float:
    return float(sum((array**2).sum() for array in table.values()))


def _loss(params: Parameters, X: np.ndarray, Y: np.ndarray) -> float:
    return network.loss(params, network.forward(params, X), Y)


@check
def check_loss(penalised_loss: Penalised) -> Iterator[str]:
    """Look at what is added to the loss."""
    params, X, Y = case()
    before = params.copy()
    got = np.asarray(penalised_loss(params, X, Y, LAMBDA))
    if got.shape != () or got.dtype.kind not in "iuf":
        yield wrong(f"The loss has shape {got.shape}, expected one number.", "sum over all entries and all layers")
        return
    if not close(params.vector, before.vector, 0):
        yield wrong("The function changes the parameters.", "write no -= and no *= on W")
        return
    plain, weights = _loss(params, X, Y), _squares(params.W)
    added, last = float(got) - plain, params.depth
    halves = {
        ("is 0: the price is missing", "add it to network.loss"): 0.0,
        ("is twice too large: the ½ is missing", "put λ/2 in front; it cancels the 2 of the derivative"): weights,
        ("is divided by m", "ask whether ‖W‖² changes when you add an example"): weights / 2 / EXAMPLES,
        ("is multiplied by m", "add the price once, behind the mean"): weights / 2 * EXAMPLES,
        ("counts the biases too", "sum over params.W alone"): (weights + _squares(params.b)) / 2,
        ("is made of ‖W‖, without the square", "square before you sum, and take no root"): sum(
            np.linalg.norm(W) for W in params.W.values()
        )
        / 2,
        ("is that of the last layer alone", "sum over all layers"): (params.W[last] ** 2).sum() / 2,
        ("is that of the first layer alone", "sum over all layers"): (params.W[1] ** 2).sum() / 2,
        ("is a mean over the weights, not a sum", "use no np.mean for the price"): sum(
            (W**2).mean() for W in params.W.values()
        )
        / 2,
        ("has the wrong sign", "a price is added: large weights must cost more"): -weights / 2,
    }
    if close(float(got), plain + LAMBDA * weights / 2):
        yield right(f"the loss is {plain:.4f} without the price and {float(got):.4f} with it, {TRIED_AT}")
    elif words := first_close(got, {words: plain + LAMBDA * value for words, value in halves.items()}):
        sentence, advice = words
        yield wrong(f"What is added {sentence}.", advice)
        return
    elif close(float(got), LAMBDA * weights / 2):
        yield wrong("That is the price alone.", "add it to network.loss(params, network.forward(params, X), Y)")
        return
    else:
        yield wrong(
            f"What is added is {added / weights:.4g} · Σ‖W‖², expected {LAMBDA / 2:g} · Σ‖W‖² ({TRIED_AT}).",
            "compute Σ‖W‖² in a cell of its own first",
        )
        return
    if close(penalised_loss(params, X, Y, 0.0), plain):
        yield right("with λ = 0 it is the loss of before")
    else:
        yield wrong("With λ = 0 it is not the loss of before.", "use the argument lam, not a number of your own")


@check
def check_gradients(penalised_gradients: Callable) -> Iterator[str]:
    """Hold the gradients against numerical ones, and say what the part that is too much looks like."""
    params, X, Y = case()
    before = params.copy()
    got = penalised_gradients(params, X, Y, LAMBDA)
    if not isinstance(got, Mapping) or not {"dW", "db"} <= set(got):
        yield wrong("That is no dict with the keys 'dW' and 'db'.", 'end with return {"dW": …, "db": …}')
        return
    if not close(params.vector, before.vector, 0):
        yield wrong("The function changes the parameters.", "make new arrays for the gradients; write no += on W")
        return
    plain = network.backward(params, network.forward(params, X), Y)
    faulty: set[str] = set()
    for key, ours, theirs in (("dW", plain.dW, params.W), ("db", plain.db, params.b)):
        for l in params.W:
            shape = np.shape(got[key][l]) if l in got[key] else "missing"
            if shape != ours[l].shape:
                yield wrong(
                    f"{key}[{l}] has shape {shape}, expected {ours[l].shape}.", "give each parameter its own gradient"
                )
                return
        said = list(_judged(key, got[key], ours, theirs))
        yield from said
        faulty |= {key} if said[0].startswith("✗") else set()
    if "dW" in faulty:
        return
    if all(
        close(penalised_gradients(params, X, Y, lam)["dW"][l], plain.dW[l] + lam * params.W[l], 1e-9)
        for lam in (0.0, 2.0)
        for l in params.W
    ):
        yield right("the weights' part follows λ, at λ = 0 and λ = 2")
    else:
        yield wrong("At λ = 0 or λ = 2 the weights' part is not λW.", "use the argument lam, not a number of your own")


def _judged(key: str, got: Mapping, plain: Mapping, parameters: Mapping) -> Iterator[str]:
    """Weights or biases: right numerically, or how many λW (λb) were added."""
    params, X, Y = case()
    letter = "W" if key == "dW" else "b"
    errors = {}
    for l in parameters:

        def loss(array: np.ndarray, l: int = l) -> float:
            nudged = params.copy()
            getattr(nudged, letter)[l] = array
            return _loss(nudged, X, Y) + LAMBDA / 2 * _squares(nudged.W)

        numerical = numerical_gradient(loss, parameters[l])
        errors[l] = float(np.abs(got[l] - numerical).max() / np.abs(numerical).max())
    if all(error < NUMERICALLY for error in errors.values()):
        yield right(
            f"∂L/∂{letter} agrees with numerical gradients in every layer"
            + ("" if key == "dW" else ": biases pay nothing")
        )
        return
    # The part that was added to the gradient of the plain loss, in units of λW: a number, if it is of that form.
    added = {l: np.asarray(got[l]) - plain[l] for l in parameters}
    units = {l: float((added[l] * parameters[l]).sum() / (parameters[l] ** 2).sum()) / LAMBDA for l in parameters}
    straight = all(close(added[l], LAMBDA * units[l] * parameters[l], 1e-7) for l in parameters)
    same = straight and np.ptp(list(units.values())) < 1e-9
    unit = float(np.mean(list(units.values())))
    m = EXAMPLES
    if key == "db":
        if same:
            yield wrong(
                f"∂L/∂b has {unit:.2g}·λb in it, but the price is on weights only.",
                "leave db as network.backward gives it: a bias only shifts, it makes no curve steeper",
            )
        else:
            yield wrong("∂L/∂b is not that of network.backward.", "leave db as it is")
        return
    said = f"∂L/∂W has {unit:.2g}·λW in it, expected 1·λW. ".replace("-", "−")
    known = {
        1 / m: (
            f"That is λW/m with m = {m}.",
            "differentiate (λ/2)‖W‖²: does m stand in it? Only the mean has its 1/m",
        ),
        m: ("That is m·λW.", "add λW after the average over the batch, not in each example"),
        2.0: ("That is 2λW.", "differentiate (λ/2)W² for one weight: the 2 comes down, and meets the ½"),
        0.5: ("That is (λ/2)W.", "differentiate (λ/2)W² for one weight: what does the 2 of the power do?"),
        2 / m: (f"That is 2λW/m with m = {m}.", "differentiate (λ/2)W² for one weight, and look for an m in it"),
        0.0: ("The price is missing.", "add the derivative of (λ/2)‖W‖² to dW"),
        -1.0: ("The sign is wrong.", "write the gradient first; the minus belongs to the step"),
    }
    explained = next((words for factor, words in known.items() if same and abs(unit - factor) < 1e-9), None)
    if explained:
        yield wrong(said + explained[0], explained[1])
    elif straight:
        parts = ", ".join(f"{value:.2g}·λW in layer {l}" for l, value in units.items())
        yield wrong(f"∂L/∂W has {parts}; expected 1·λW in each.", "add the same expression in every layer")
    elif all(close(added[l], LAMBDA * np.sign(parameters[l]), 1e-7) for l in parameters):
        yield wrong("λ·sign(W) was added: that is L1, the price on |W|.", "differentiate W², not |W|")
    else:
        l, error = max(errors.items(), key=lambda pair: pair[1])
        yield wrong(
            f"∂L/∂W[{l}] is off by {error:.0e} of its size, and not by a multiple of W.",
            f"print dW[{l}] − grads.dW[{l}] beside W[{l}]",
        )


@check
def check_step(decayed_step: Callable) -> Iterator[str]:
    """Is the step in two parts, shrink and move, the step along the gradient with λW in it?"""
    rng = np.random.default_rng(5)
    W, dW, eta, lam = rng.normal(size=(4, 3)), rng.normal(size=(4, 3)), 0.2, LAMBDA
    kept = W.copy(), dW.copy()
    got = decayed_step(W, dW, eta, lam)
    if not (np.array_equal(W, kept[0]) and np.array_equal(dW, kept[1])):
        yield wrong("The function changes W or dL_dW themselves.", "write W = … without *= and -=, and return it")
        return
    factor = 1 - eta * lam
    wrongs = {
        ("W shrinks by 1 − λ.", "W changes by η times the gradient: let η into the factor"): (1 - lam) * W - eta * dW,
        ("W grows, by 1 + ηλ.", "downhill is minus the gradient: look at the sign of λW"): (1 + eta * lam) * W
        - eta * dW,
        ("W shrinks by 1 − 2ηλ.", "differentiate (λ/2)W² once more: the 2 meets the ½"): (1 - 2 * eta * lam) * W
        - eta * dW,
        (
            "The step was shrunk too: W − η ∂L/∂W as a whole was multiplied.",
            "multiply out by hand, and look at the term η²λ",
        ): factor * (W - eta * dW),
        ("Nothing shrinks.", "sort W − η(∂L/∂W + λW) by W"): W - eta * dW,
        ("η is missing before ∂L/∂W.", "sort W − η(∂L/∂W + λW) by W"): factor * W - dW,
        ("The step goes uphill.", "downhill is minus the gradient"): factor * W + eta * dW,
        ("W is only shrunk, and does not move along ∂L/∂W.", "write down the second term of the step too"): factor * W,
    }
    if close(got, W - eta * (dW + lam * W)):
        yield right("shrink by (1 − ηλ), then move: the same as the step along ∂L/∂W + λW, to the last digits")
    elif words := first_close(got, wrongs):
        yield wrong(*words)
        return
    else:
        yield wrong("That is not W − η(∂L/∂W + λW).", "sort that by W: what is the factor before W?")
        return
    no_slope = np.zeros_like(W)
    after = W
    for _ in range(10):
        after = decayed_step(after, no_slope, 0.1, 0.5)
    if close(after, 0.95**10 * W, 1e-9):
        yield right("where the loss is flat, ten steps with ηλ = 0.05 leave 0.95¹⁰ = 0.60 of W")
    else:
        yield wrong("Where the loss is flat, ten steps do not leave (1 − ηλ)¹⁰ of W.", "use the arguments eta and lam")


def show_path(penalised_gradients: Callable, steps: int = 400, learning_rate: float = 0.3) -> None:
    """Print what λ does to a net that is trained with the reader's gradients."""

    def lines(penalised_gradients: Callable) -> Iterator[str]:
        rows = [f"{'λ':>6}{'loss alone':>12}{'‖W‖²':>9}{'‖b‖²':>9}"]
        for lam in (0.0, 0.01, 0.1, 1.0):
            params, X, Y = case()
            for _ in range(steps):
                grads = penalised_gradients(params, X, Y, lam)
                for l in params.W:
                    params.W[l] -= learning_rate * grads["dW"][l]
                    params.b[l] -= learning_rate * grads["db"][l]
            rows.append(f"{lam:>6}{_loss(params, X, Y):>12.4f}{_squares(params.W):>9.2f}{_squares(params.b):>9.2f}")
        yield from rows

    say(told(lines, penalised_gradients))
