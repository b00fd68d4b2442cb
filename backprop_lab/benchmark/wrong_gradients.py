"""Wrong gradients that train: two moons learned with every mistake of the catalogue that runs there, and how well.

The wrong passes are those that exist already, the patients of the bug clinic's exercise and the bugs of its figure. Two
mistakes that belong to neither, and a random way back, replace one part of the same pass.

>>> len(passes()), list(passes())[:2]
(38, ['right', 'O1'])
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from .. import data, network
from ..exercises import bug_clinic_cases as patients
from ..exercises.catalogue import CATALOGUE
from ..figures.bugs_cases import compare
from ..figures.bugs_wrong import wrong_gradients
from ..layers import Cache, Parameters

SIZES, STEPS, RATE, SEEDS = (2, 8, 8, 1), 1500, 0.5, (0, 1, 2, 3, 4)
EVERY = 50  # at each 50th step the gradient is held against the right one of the same place
OF_THE_FIGURE = ("O4", "O7", "H4", "P10")  # what the exercise has no patient for

Tables = tuple[Mapping[int, np.ndarray], Mapping[int, np.ndarray]]
Pass = Callable[[Parameters, Cache, np.ndarray], Tables]


def right_pass(params: Parameters, cache: Cache, Y: np.ndarray) -> Tables:
    """∂L/∂W and ∂L/∂b of the library."""
    grads = network.backward(params, cache, Y)
    return grads.dW, grads.db


def _by_shares(n: Any, l: int, delta: Any) -> Any:
    W = n.W[l + 1]
    return (W / np.abs(W).sum(axis=1, keepdims=True)).T @ delta[l + 1]


def _through_new_weights(n: Any, l: int, delta: Any) -> Any:
    return (n.W[l + 1] - RATE * delta[l + 1] @ n.a[l].T).T @ delta[l + 1]


def _at_random(n: Any, l: int, delta: Any) -> Any:
    """Fixed random numbers, as large as those that a network starts with."""
    shape = n.W[l + 1].shape
    return (np.random.default_rng(99 + l).standard_normal(shape) * np.sqrt(2 / sum(shape))).T @ delta[l + 1]


OF_NEITHER = {
    "H10": ("error split by shares of the weights", _by_shares),
    "U1": ("new weights used on the way back", _through_new_weights),
    "random": ("random numbers in place of W", _at_random),
}


def passes() -> dict[str, tuple[str, Pass]]:
    """Code: name and pass, the right one first. A pass that remembers begins without memories."""
    found: dict[str, tuple[str, Pass]] = {"right": ("right", right_pass)}
    for code in patients.CODES:
        if code in patients.REMEMBERING:
            found[code] = (CATALOGUE[code].name, _in_dicts(patients.REMEMBERING[code]()))
        else:
            found[code] = (CATALOGUE[code].name, _replacing(patients.WRONG[code]))
    for code in OF_THE_FIGURE:
        found[code] = (CATALOGUE[code].name, _figures(code))
    for code, (name, back) in OF_NEITHER.items():
        found[code] = (name, _replacing({"back": back}))
    order = ["right", *sorted(set(found) - {"right", "random"}, key=_place), "random"]
    return {code: found[code] for code in order}


def _place(code: str) -> tuple[int, int]:
    return "OHPU".index(code[0]), int(code[1:])


def _replacing(wrong: Mapping[str, Callable]) -> Pass:
    return _in_dicts(lambda params, cache, Y: patients.backward(params, cache, Y, **wrong))


def _in_dicts(backward: Callable) -> Pass:
    def run(params: Parameters, cache: Cache, Y: np.ndarray) -> Tables:
        tables = {"W": params.W, "b": params.b, "activation": params.activations, "loss": params.loss}
        told = backward(tables, {"z": cache.z, "a": cache.a}, Y)
        return told["dL_dW"], told["dL_db"]

    return run


def _figures(code: str) -> Pass:
    def run(params: Parameters, cache: Cache, Y: np.ndarray) -> Tables:
        wrong = wrong_gradients(code, params, cache, Y)
        return wrong.dW, wrong.db

    return run


def in_one(params: Parameters, tables: Tables) -> np.ndarray | None:
    """A gradient as one vector; None where an array has not the shape of its parameter."""
    dW, db = tables
    if any(dW[l].shape != params.W[l].shape or db[l].shape != params.b[l].shape for l in params.W):
        return None
    return np.concatenate([array.ravel() for l in params.W for array in (dW[l], db[l])])


def one_run(backward: Pass, seed: int, steps: int = STEPS) -> dict[str, Any] | None:
    """Train on 200 examples and test on 1,000 others; None where a shape is refused, by NumPy or by the parameter."""
    params = network.init(SIZES, ("tanh", "tanh", "sigmoid"), "binary_cross_entropy", seed=seed)
    X, Y = data.moons(200, noise=0.1, seed=10 + seed)
    errors, cosines, finite = [], [], True
    for step in range(steps):
        cache = network.forward(params, X)
        try:
            with np.errstate(all="ignore"):
                g = in_one(params, backward(params, cache, Y))
        except ValueError:
            return None
        if g is None:
            return None
        if not (finite := bool(np.isfinite(g).all()) and float(np.abs(g).max()) < 1e6):
            break
        if step % EVERY == 0:
            found = compare(g, in_one(params, right_pass(params, cache, Y)))
            errors.append(found.error)
            cosines.append(found.cosine)
        params.vector -= RATE * g
    X_test, Y_test = data.moons(1000, noise=0.1, seed=100 + seed)
    right = (network.forward(params, X_test).a[params.depth] > 0.5) == (Y_test > 0.5)
    return {"accuracy": float(right.mean()), "error": median(errors), "cosine": median(cosines), "finite": finite}


def wrong_gradients_train(root: Path) -> dict[str, Any]:
    """Each pass, five starts and five draws of the data: accuracy on fresh examples beside the error of the gradient."""
    rows = []
    for code, (name, _) in passes().items():
        runs = [one_run(passes()[code][1], seed) for seed in SEEDS]
        row: dict[str, Any] = {"code": code, "name": name, "refused": None in runs}
        if None not in runs:
            row |= {
                "accuracy": round(float(np.mean([run["accuracy"] for run in runs])), 4),
                "least": round(min(run["accuracy"] for run in runs), 4),
                "error": float(f"{median(run['error'] for run in runs):.2g}"),
                "cosine": round(median(run["cosine"] for run in runs), 2),
                "diverged": sum(not run["finite"] for run in runs),
            }
        rows.append(row)
    return {"rows": rows}
