"""E3, Two neurons in a row: five factors, four gradients, and what is computed once (12 points).

σ' is handed to the student as ``slope``, a function that is counted: two calls are enough for all four gradients.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from . import functions, wrong_chains, wrong_factors
from .definition import Exercise, Slope, Term
from .functions import activate, loss_value
from .steps import Call, Callback, Where
from .two_neurons import FORMULAS, NAMES, SYMBOLS, after, loss_of, run, scale_of
from .values import Values

# Activations of both neurons, and the loss.
PAIRS = {
    "tanh, then identity": ("tanh", "identity", "squared_error"),
    "sigmoid, then sigmoid": ("sigmoid", "sigmoid", "squared_error"),
    "softplus, then tanh": ("softplus", "tanh", "squared_error"),
    "tanh, then sigmoid with cross-entropy": ("tanh", "sigmoid", "binary_cross_entropy"),
    "identity, then softplus": ("identity", "softplus", "squared_error"),
    "relu above 0, then sigmoid": ("relu", "sigmoid", "squared_error"),
    "relu below 0, then tanh": ("relu", "tanh", "squared_error"),
}
OTHERS = ("x is zero", "the second neuron saturated", "whole numbers")


def draw(rng: np.random.Generator, variation: str) -> dict:
    """Two neurons and an example, of which no number is special."""
    first, second, loss = PAIRS.get(variation, ("tanh", "sigmoid", "squared_error"))
    if variation == "whole numbers":
        first, second = "identity", "tanh"
    while True:
        w1, b1, w2, b2, x = (float(v) for v in rng.choice([-1, 1], 5) * rng.uniform(0.3, 1.6, 5))
        y = float(rng.uniform(0.15, 0.85)) if loss == "binary_cross_entropy" else float(rng.uniform(-0.9, 1.9))
        if variation == "x is zero":
            x = 0.0
        elif variation == "the second neuron saturated":
            b2 = 30.0
        elif variation == "whole numbers":
            w1, b1, w2, b2, x = (int(v) for v in rng.choice([-2, -1, 1, 2], 5))
            y = int(rng.integers(-2, 0))
        params = {"w1": w1, "b1": b1, "w2": w2, "b2": b2, "activation1": first, "activation2": second, "loss": loss}
        u = run(Values(params=params, x=x, y=y))
        wanted = {"relu above": u.z1 > 0.05, "relu below": u.z1 < -0.05}.get(variation[:10], abs(u.z1) > 0.05)
        if loss == "binary_cross_entropy":
            wanted = 0.2 < u.a2 < 0.8 and abs(u.a2 - y) > 0.2
        if wanted and abs(u.a2 - y) > 0.05 and abs(u.z2) > 0.05:
            return {"params": params, "x": x, "y": y}


def steps(u: Values) -> list[Call]:
    """Both functions on the same two neurons."""
    args = (u.params, u.x, u.y, Callback("slope"))
    return [Call("factors", "chain_factors", args), Call("grads", "chain_grads", args)]


def callbacks(u: Values) -> dict[str, Callable]:
    """σ'(z) of an activation by its name."""

    def slope(name: str, z: float) -> float:
        if name not in ("identity", "sigmoid", "tanh", "softplus", "relu"):
            raise ValueError("the first argument is the name of an activation")
        return functions.slope(name, float(z))

    return {"slope": slope}


def counted(base: dict[str, Callable], made: dict) -> dict[str, Callable]:
    """The model's functions, calling ``slope`` as often as such a student does."""

    def chain_grads(params: dict, x: float, y: float, slope: Callable) -> dict[str, float]:
        calls = made["reuse"][0][1](None) if made.get("reuse") else 2
        for _ in range(calls):
            slope(params["activation1"], x)
        return base["chain_grads"](params, x, y, slope)

    return {**base, "chain_grads": chain_grads}


def product(u: Values) -> Any:
    """The factors multiplied."""
    return u.sign * u.first * u.slope2 * u.weight * u.slope1 * u.last


def parts(back: bool, last: Callable) -> dict[str, Callable]:
    """The factors of a gradient: of the first neuron (``back``) or of the second one."""
    return {
        "sign": lambda u: 1,
        "first": lambda u: u.dL_da2,
        "slope2": lambda u: u.da2_dz2,
        "weight": (lambda u: u.dz2_da1) if back else (lambda u: 1),
        "slope1": (lambda u: u.da1_dz1) if back else (lambda u: 1),
        "last": last,
    }


OWN = {name: Where("factors", k) for k, name in enumerate(NAMES)}


def gradient(name: str, points: int, own: int, parts_of: dict, scale: Callable) -> Term:
    """A gradient of the loss in one parameter, made from the first ``own`` factors."""
    parameter = name.removeprefix("dL_d")
    return Term(
        name, f"∂L/∂{parameter}", "chain_grads", points, "eq-four-gradients", Where("grads", name), product, parts_of,
        own={n: OWN[n] for n in NAMES[:own]}, scale=scale, mistakes=wrong_chains.MISTAKES[name],
        slope=Slope(lambda u, t: loss_of(u, **{parameter: t}), lambda u: u.params[parameter]),
    )  # fmt: skip


def factor(k: int, slope: Slope, scale: Callable | None = None) -> Term:
    """The factor number k, from 0."""
    return Term(
        NAMES[k], SYMBOLS[k], "chain_factors", 1, "eq-five-factors", Where("factors", k), FORMULAS[k], slope=slope,
        mistakes=wrong_factors.mistakes(k), scale=scale,
    )  # fmt: skip


EXERCISE = Exercise(
    id="e03",
    name="two_neurons",
    title="Two neurons in a row",
    chapter="04_two_neurons",
    functions={
        "chain_factors": "chain_factors(params, x, y, slope)",
        "chain_grads": "chain_grads(params, x, y, slope)",
    },
    terms=(
        factor(0, Slope(lambda u, a: loss_value(u.params["loss"], a, u.y), lambda u: run(u).a2), scale_of("loss")),
        factor(1, Slope(lambda u, z: activate(u.params["activation2"], z), lambda u: run(u).z2), scale_of("slope2")),
        factor(2, Slope(lambda u, a: u.params["w2"] * a + u.params["b2"], lambda u: run(u).a1)),
        factor(3, Slope(lambda u, z: activate(u.params["activation1"], z), lambda u: run(u).z1), scale_of("slope1")),
        factor(4, Slope(lambda u, w: w * u.x + u.params["b1"], lambda u: u.params["w1"])),
        gradient("dL_dw1", 2, 5, parts(True, lambda u: u.dz1_dw1),
                 scale_of("loss", "slope2", "weight", "slope1", "x")),
        gradient("dL_db1", 1, 4, parts(True, lambda u: 1), scale_of("loss", "slope2", "weight", "slope1")),
        gradient("dL_dw2", 1, 2, parts(False, after(lambda u: u.a1)), scale_of("loss", "slope2", "a1")),
        gradient("dL_db2", 1, 2, parts(False, lambda u: 1), scale_of("loss", "slope2")),
        Term("reuse", "slopes computed once", "chain_grads", 2, "eq-two-deltas", Where("grads", calls="slope"),
             lambda u: 2, mistakes=wrong_chains.REUSE),
    ),
    chain={"chain_grads": NAMES},
    variations=(*PAIRS, *OTHERS),
    visible=("tanh, then identity", "sigmoid, then sigmoid", "softplus, then tanh",
             "tanh, then sigmoid with cross-entropy", "relu below 0, then tanh"),
    draw=draw,
    steps=steps,
    callbacks=callbacks,
    model=counted,
)  # fmt: skip
