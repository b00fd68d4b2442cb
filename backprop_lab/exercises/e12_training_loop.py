"""E12, The training loop: a step, and all gradients of a step before its updates, again and again (14 points).

The error signals and the gradients of one layer are handed over as functions that are computed on our side, so that
what is judged is the loop. ``train`` is called for one step, for two, for several, and for the rest of these from
where the student's own first step led: whatever the student's step is, several must be one and the rest.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from . import networks
from . import training_runs as runs
from . import wrong_training as wrong
from .definition import Exercise, Term
from .functions import slope
from .layouts import read_only, spaced
from .steps import Call, Callback, Kept, Where
from .values import Values

# Widths, activations, examples, steps.
NETS = {
    "two layers": ((3, 5, 2), ("tanh", "sigmoid"), 7, 4),
    "three layers": ((2, 5, 3, 2), ("tanh", "sigmoid", "identity"), 11, 3),
    "square layers": ((3, 3, 3, 3), ("tanh", "softplus", "sigmoid"), 7, 5),
    "one example": ((5, 2, 3), ("sigmoid", "tanh"), 1, 3),
    "read-only arrays": ((2, 3, 2), ("softplus", "identity"), 7, 3),
    "many steps": ((2, 5, 2), ("tanh", "tanh"), 11, 12),
    "four layers": ((3, 5, 2, 7, 2), ("tanh", "tanh", "softplus", "identity"), 7, 3),
    "one output": ((5, 3, 1), ("sigmoid", "identity"), 11, 4),
    "arrays with gaps": ((5, 3, 2), ("tanh", "identity"), 7, 3),
    "two layers, square": ((2, 2, 2), ("tanh", "sigmoid"), 11, 5),
    "whole-number examples": ((3, 2, 5), ("tanh", "identity"), 7, 3),
}
LAYOUTS = {"arrays with gaps": spaced, "read-only arrays": read_only}
CALLBACKS = ("output_delta", "hidden_delta", "grad_W", "grad_b")
# What a slip moves must be seen among rounding, and be far from it.
SEEN = 1e-3


def draw(rng: np.random.Generator, variation: str) -> dict:
    """A network, a batch, a learning rate with which the loss falls, and the gradients at the start."""
    sizes, activations, m, steps = NETS[variation]
    while True:
        params = networks.draw(rng, sizes, activations, "squared_error")[0]
        if variation == "whole-number examples":
            X, Y = rng.integers(-2, 3, (sizes[0], m)), rng.integers(-1, 3, (sizes[-1], m))
        else:
            X = rng.choice([-1, 1], (sizes[0], m)) * rng.uniform(0.3, 1.6, (sizes[0], m))
            Y = rng.normal(size=(sizes[-1], m))
        lr = float(rng.uniform(0.1, 0.25) if len(sizes) > 4 else rng.uniform(0.15, 0.5))
        run = runs.Run(X, Y, lr, runs.right_update)
        grads = runs.right_gradients(run, params, networks.forward(params, X))
        u = Values(params=params, X=X, Y=Y, steps=steps, lr=lr, grads=grads)
        if _trains(u):
            break
    u.first, u.second, u.rest = (runs.Trained().after(u, n, runs.right_update) for n in (1, 2, steps))
    return networks.arranged(vars(u), LAYOUTS[variation]) if variation in LAYOUTS else vars(u)


def _trains(u: Values) -> bool:
    """Does the loss fall at every step, and also with those wrong gradients of which that is said; and do they show?"""
    u = u.replace(step=runs.right_update(u.params, u.grads, u.lr))
    start, right = runs.mean_loss(u.params, u.X, u.Y), runs.Trained()
    losses = [start] + [_loss_at(u, right.after(u, n, runs.right_update)) for n in range(1, u.steps + 1)]
    if any(later > 0.999 * before for before, later in pairwise(losses)):
        return False
    falling = [mistake for mistake in wrong.GRADIENTS if wrong.STILL_FALLS in mistake.what]
    if any(_loss_at(u, formula(u)[1]) > 0.999 * start for mistake in falling for formula in mistake.formulas):
        return False
    off = runs.Trained(runs.updated_weights)(u)[0]["W"][1] - right(u)[0]["W"][1]
    return bool(np.abs(off).max() > SEEN)


def _loss_at(u: Values, tables: runs.Tables) -> Any:
    return runs.mean_loss({**u.params, **tables}, u.X, u.Y)


def _columns(name: str, value: Any, rows: int | None = None) -> np.ndarray:
    array = np.asarray(value)
    if array.ndim != 2 or array.dtype.kind not in "fiu" or (rows is not None and len(array) != rows):
        raise ValueError(f"{name} has shape {array.shape}, expected {'(n, m)' if rows is None else f'({rows}, m)'}")
    return array.astype(float)


def _alike(**arrays: np.ndarray) -> None:
    if len({array.shape for array in arrays.values()}) > 1:
        raise ValueError(", ".join(f"{name} has shape {array.shape}" for name, array in arrays.items()))


def output_delta(dL_dA: Any, ZL: Any, activation: str) -> np.ndarray:
    """Δ of the output layer."""
    dL_dA, ZL = _columns("dL_dA", dL_dA), _columns("ZL", ZL)
    _alike(dL_dA=dL_dA, ZL=ZL)
    return dL_dA * slope(activation, ZL)


def hidden_delta(W_next: Any, delta_next: Any, Z: Any, activation: str) -> np.ndarray:
    """Δ of a hidden layer."""
    W_next, Z = _columns("W_next", W_next), _columns("Z", Z)
    back = W_next.T @ _columns("delta_next", delta_next, len(W_next))
    _alike(**{"what comes back": back, "Z": Z})
    return back * slope(activation, Z)


def grad_W(delta: Any, A_prev: Any) -> np.ndarray:
    """∂L/∂W of a layer."""
    delta, A_prev = _columns("delta", delta), _columns("A_prev", A_prev)
    if delta.shape[1] != A_prev.shape[1]:
        raise ValueError(f"delta has shape {delta.shape}, A_prev has shape {A_prev.shape}")
    return delta @ A_prev.T


def grad_b(delta: Any) -> np.ndarray:
    """∂L/∂b of a layer."""
    return _columns("delta", delta).sum(axis=1, keepdims=True)


def callbacks(u: Values) -> dict[str, Callable]:
    """What a layer's gradients are made with."""
    return {"output_delta": output_delta, "hidden_delta": hidden_delta, "grad_W": grad_W, "grad_b": grad_b}


def steps(u: Values) -> list[Call]:
    """The training first: the gradients that a single step is handed would tell its first step."""
    handed = tuple(map(Callback, CALLBACKS))

    def train(label: str, start: Any, count: int) -> Call:
        return Call(label, "train", (start, u.X, u.Y, count, u.lr, *handed))

    return [
        train("one", u.params, 1),
        train("two", u.params, 2),
        train("run", u.params, u.steps),
        train("rest", Kept("one", "params"), u.steps - 1),
        Call("step", "sgd_step", (u.params, u.grads, u.lr)),
    ]


def model(base: dict[str, Callable], made: dict) -> dict[str, Callable]:
    """Functions that return whole parameters, the training with the step and the slips that were made."""
    (gradients,) = [formula for _, formula in made.get("gradients", ())] or [runs.Trained()]
    (record,) = [formula for _, formula in made.get("history", ())] or [runs.Recorded()]

    def sgd_step(params: dict, grads: dict, lr: float) -> dict:
        return {**params, **base["sgd_step"](params, grads, lr)}

    def train(params: dict, X: Any, Y: Any, steps: int, lr: float, *handed: Callable) -> dict:
        u = Values(params=params, X=X, Y=Y, lr=lr)
        after = [gradients.after(u, n, base["sgd_step"]) for n in range(1, steps + 1)]
        losses = [runs.mean_loss(params, X, Y), *(runs.mean_loss({**params, **tables}, X, Y) for tables in after)]
        return {"loss": record.of(u, losses), "params": {**params, **after[-1]}}

    return {"sgd_step": sgd_step, "train": train}


EXERCISE = Exercise(
    id="e12",
    name="training_loop",
    title="The training loop",
    chapter="11_learning",
    functions={
        "sgd_step": "sgd_step(params, grads, lr)",
        "train": f"train(params, X, Y, steps, lr, {', '.join(CALLBACKS)})",
    },
    terms=(
        Term(
            "step", "θ − η ∂L/∂θ", "sgd_step", 3, "eq-gradient-descent", Where("step"),
            runs.of(runs.right_update),
            mistakes=wrong.STEPS,
        ),
        Term(
            "kept", "no aliasing", "sgd_step", 3, "eq-gradient-descent", Where("step"), lambda u: True, state=True
        ),
        Term(
            "gradients", "parameters after training", "train", 4, "eq-all-gradients-first",
            (Where("one", "params"), Where("run", "params")),
            runs.Trained(),
            own={"step": Where("step"), "rest": Where("rest", "params")},
            follow=lambda u: (u.step, u.rest),
            mistakes=wrong.GRADIENTS,
        ),
        Term(
            "history", "losses on record", "train", 2, "eq-batch-loss",
            Where("two", "loss"),
            runs.Recorded(),
            called=("gradients",),
            own={"first": Where("one", "params"), "second": Where("two", "params")},
            measure=runs.as_array,
            mistakes=wrong.RECORDS,
        ),
        Term(
            "again", "the same again", "train", 2, "eq-all-gradients-first", Where("run"), lambda u: True,
            called=("kept",),
            state=True,
        ),
    ),
    variations=tuple(NETS),
    visible=tuple(NETS)[:5],
    draw=draw,
    steps=steps,
    callbacks=callbacks,
    model=model,
)  # fmt: skip
