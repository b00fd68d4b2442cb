"""Runs of gradient descent for E12, right ones and such as students write: forward, gradients, update, again.

A run is made of two functions that a slip replaces::

    gradients(run, params, cache)  the gradients of this step; ``run.memory`` lasts for the whole run
    update(params, grads, lr)      the tables W and b of the next step

Everything works in float64 and in fifty digits alike.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from . import networks, recursion
from .functions import slope
from .values import Formula, Values

Tables = dict[str, dict[int, Any]]
Update = Callable[[Mapping, Mapping, Any], Tables]


@dataclass
class Run:
    """What a run works with, beside its parameters."""

    X: Any
    Y: Any
    lr: Any
    update: Update
    memory: dict = field(default_factory=dict)


Gradients = Callable[[Run, Mapping, Mapping], Mapping]


def mean_loss(params: Mapping, X: Any, Y: Any) -> Any:
    """½‖a − y‖², the mean over the examples: a forward pass and nothing else."""
    error = networks.forward(params, X)["a"][len(params["W"])] - Y
    return (error * error).sum() / (2 * Y.shape[1])


def first_factor(run: Run, params: Mapping, cache: Mapping) -> Any:
    """∂L/∂A, with its 1/m."""
    return (cache["a"][len(params["W"])] - run.Y) / run.Y.shape[1]


def products(delta: Mapping, cache: Mapping) -> Mapping:
    """∂L/∂W and ∂L/∂b of every layer."""
    dL_dW, dL_db = networks.parameter_gradients(delta, cache)
    return {"dL_dW": dL_dW, "dL_db": dL_db}


def right_gradients(run: Run, params: Mapping, cache: Mapping) -> Mapping:
    """Those of the loss at these parameters."""
    return products(networks.deltas(params, cache, first_factor(run, params, cache)), cache)


def each_entry(rule: Callable[[str, int, Any, Any, Any], Any]) -> Update:
    """An update that treats each array by itself: ``rule(letter, l, array, gradient, lr)``."""

    def update(params: Mapping, grads: Mapping, lr: Any) -> Tables:
        return {
            letter: {l: rule(letter, l, array, grads[f"dL_d{letter}"][l], lr) for l, array in params[letter].items()}
            for letter in ("W", "b")
        }

    return update


right_update = each_entry(lambda letter, l, array, gradient, lr: array - lr * gradient)


def trained(run: Run, params: Mapping, steps: int, gradients: Gradients) -> Mapping:
    """The parameters after so many steps."""
    for _ in range(steps):
        cache = networks.forward(params, run.X)
        params = {**params, **run.update(params, gradients(run, params, cache), run.lr)}
    return params


def tables(params: Mapping) -> Tables:
    """W and b of parameters, without what training leaves as it is."""
    return {letter: dict(params[letter]) for letter in ("W", "b")}


@dataclass(frozen=True)
class Trained:
    """A formula: the tables after one step and after ``u.steps`` steps, made with a slip, or rightly.

    ``count`` gives the steps that are carried out where so many are asked for; ``untouched`` parameters are those that
    were handed in.
    """

    gradients: Gradients = right_gradients
    count: Callable[[int], int] = lambda steps: steps
    untouched: bool = False

    def after(self, u: Values, steps: int, update: Update) -> Tables:
        """The tables after so many steps are asked for."""
        if self.untouched:
            return tables(u.params)
        return tables(trained(Run(u.X, u.Y, u.lr, update), u.params, self.count(steps), self.gradients))

    def __call__(self, u: Values) -> tuple[Tables, Tables]:
        update = rule_of(u)
        return self.after(u, 1, update), self.after(u, int(u.steps), update)


def rule_of(u: Values) -> Update:
    """The known update that gives ``u.step``: a student's train uses the student's own."""
    from .wrong_training import UPDATES

    return next((update for update in (right_update, *UPDATES) if _gives(update, u)), right_update)


def _gives(update: Update, u: Values) -> bool:
    made = update(u.params, u.grads, u.lr)
    return all(
        np.shape(array) == np.shape(u.step[letter][l]) and np.max(np.abs(array - u.step[letter][l])) < 1e-6
        for letter, table in made.items()
        for l, array in table.items()
    )


@dataclass(frozen=True)
class Recorded:
    """A formula: the losses on record of two steps, from the parameters that a training hands back after one and two."""

    change: Callable[[Values, list], list] = lambda u, losses: losses

    def of(self, u: Values, losses: list) -> Any:
        """The record of a run, from the losses before each step and after the last."""
        return np.array(self.change(u, losses))

    def __call__(self, u: Values) -> Any:
        return self.of(u, [mean_loss({**u.params, **moved}, u.X, u.Y) for moved in ({}, u.first, u.second)])


class OneMore(Recorded):
    """A formula: the record of a run of one step more than is asked for."""

    def of(self, u: Values, losses: list) -> Any:
        """One entry more; the entries before it are those of a right run."""
        visited = [Trained().after(u, n, right_update) for n in range(len(losses) + 1)]
        return np.array([mean_loss({**u.params, **tables}, u.X, u.Y) for tables in visited])


def as_array(u: Values, value: Any) -> Any:
    """A record may be a list, a tuple or an array."""
    return np.asarray(value, dtype=float) if isinstance(value, (list, tuple)) else value


# Gradients as they are made in place of the right ones.


def updated_weights(run: Run, params: Mapping, cache: Mapping) -> Mapping:
    """U1: each layer is updated as soon as its gradient stands, and the error goes back through the new weights."""
    L, sigma = len(params["W"]), networks.slopes(params, cache)
    delta = {L: first_factor(run, params, cache) * sigma[L]}
    for l in range(L - 1, 0, -1):
        above = products({l + 1: delta[l + 1]}, cache)
        layer = {letter: {l + 1: params[letter][l + 1]} for letter in ("W", "b")}
        delta[l] = (run.update(layer, above, run.lr)["W"][l + 1].T @ delta[l + 1]) * sigma[l]
    return products(dict(sorted(delta.items())), cache)


def piled_up(run: Run, params: Mapping, cache: Mapping) -> Mapping:
    """U3: the gradients of all steps so far, added up."""
    now, before = right_gradients(run, params, cache), run.memory.get("grads")
    if before is not None:
        now = {name: {l: array + before[name][l] for l, array in table.items()} for name, table in now.items()}
    run.memory["grads"] = now
    return now


def first_cache(run: Run, params: Mapping, cache: Mapping) -> Mapping:
    """U4: z and a of the first forward pass, with the weights of now."""
    return right_gradients(run, params, run.memory.setdefault("cache", cache))


def first_gradients(run: Run, params: Mapping, cache: Mapping) -> Mapping:
    """U4: the gradients of the first step in every step."""
    if "grads" not in run.memory:
        run.memory["grads"] = right_gradients(run, params, cache)
    return run.memory["grads"]


def scaled(by: Callable[[Run], Any]) -> Gradients:
    """All gradients times a number."""

    def gradients(run: Run, params: Mapping, cache: Mapping) -> Mapping:
        right = right_gradients(run, params, cache)
        return {name: {l: by(run) * array for l, array in table.items()} for name, table in right.items()}

    return gradients


def without(letters: str, layers: Callable[[int], list[int]]) -> Gradients:
    """Zeros in place of the gradients of some layers."""

    def gradients(run: Run, params: Mapping, cache: Mapping) -> Mapping:
        right = right_gradients(run, params, cache)
        left_out = layers(len(params["W"]))
        return {
            name: {l: array * (0 if l in left_out and name[-1] in letters else 1) for l, array in table.items()}
            for name, table in right.items()
        }

    return gradients


def of_deltas(output: Callable, back: Callable, below: Callable = lambda cache, l: cache["a"][l - 1]) -> Gradients:
    """Gradients from the δ at the output, the step back, and what enters a layer, each as a slip may have it."""

    def gradients(run: Run, params: Mapping, cache: Mapping) -> Mapping:
        L = len(params["W"])
        delta = {L: output(first_factor(run, params, cache), params, cache, L)}
        for l in range(L - 1, 0, -1):
            delta[l] = back(params, cache, delta[l + 1], l)
        return {
            "dL_dW": {l: delta[l] @ below(cache, l).T for l in range(1, L + 1)},
            "dL_db": {l: delta[l].sum(axis=1, keepdims=True) for l in range(1, L + 1)},
        }

    return gradients


def entry_by_entry(first: Any, second: Any) -> Any:
    """⊙, which stretches nothing, as the functions that are handed over do not."""
    if np.shape(first) != np.shape(second):
        raise ValueError("two shapes")
    return first * second


def sloped(dL_da: Any, params: Mapping, cache: Mapping, l: int) -> Any:
    """∂L/∂A ⊙ σ'(Z)."""
    return entry_by_entry(dL_da, slope(params["activation"][l], cache["z"][l]))


def carried(params: Mapping, cache: Mapping, delta_next: Any, l: int) -> Any:
    """The right step back."""
    return sloped(params["W"][l + 1].T @ delta_next, params, cache, l)


def upside_down(run: Run, params: Mapping, cache: Mapping) -> Mapping:
    """P16: the gradients in lists that grew from the back."""
    right = right_gradients(run, params, cache)
    return {name: recursion.reversed_layers(table) for name, table in right.items()}


def of(update: Update) -> Formula:
    """An update as the formula of ``sgd_step``."""
    return lambda u: update(u.params, u.grads, u.lr)
