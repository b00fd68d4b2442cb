"""E13, The bug clinic: name the one mistake in a backward pass that can only be called, and mend seven (14 points).

``diagnose`` is handed one broken pass of ``bug_clinic_cases`` as a function that is computed on our side. There are
seven families of bugs; a fixture of a family holds one bug of it, so that every student meets seven different ones.
``repair`` is asked on every fixture, with a network of its own: any right gradients will do.
"""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np

from . import bug_clinic_cases as cases
from . import networks
from .bug_clinic_cases import CODES, FAMILIES, FAMILY, broken
from .bug_clinic_hints import NEAR, NO_ID, RIGHT, WORDS, Said, far, said, wrong_diagnoses
from .definition import Exercise, Slope, Term
from .functions import loss_value
from .layouts import read_only, spaced
from .mistake import Mistake, known
from .steps import Call, Callback, Where
from .values import Formula, Values

# For the repairs: sizes, activations, loss, and how many examples. The first ones are those of the families.
NETS = {
    "output error": ((3, 5, 2), ("tanh", "sigmoid"), "binary_cross_entropy", 7),
    "hidden slopes": ((4, 4, 4, 4), ("tanh", "softplus", "sigmoid"), "squared_error", 5),
    "way back": ((2, 7, 5, 3), ("tanh", "relu", "tanh"), "squared_error", 11),
    "weight gradients": ((5, 3), ("sigmoid",), "squared_error", 7),
    "bias gradients": ((3, 2, 5, 2, 3), ("softplus", "tanh", "sigmoid", "identity"), "squared_error", 1),
    "factors and batch": ((3, 7, 2), ("sigmoid", "tanh"), "squared_error", 11),
    "layers and memory": ((3, 3, 3, 3, 3), ("tanh", "softplus", "relu", "sigmoid"), "binary_cross_entropy", 7),
    "whole numbers": ((3, 2, 5), ("identity", "identity"), "squared_error", 7),
}
LAYOUTS = {"factors and batch": spaced, "layers and memory": read_only}
# The bugs that the notebook prints, one of each family: that of repair(1, …) first.
PRINTED = ("O6", "H3", "H9", "P3", "P7", "P11", "P16")


def draw(rng: np.random.Generator, variation: str) -> dict:
    """The bug to be named, and a network with its batch for the repairs."""
    sizes, activations, loss, m = NETS[variation]
    params, X, Y = batch(rng, sizes, activations, loss, m)
    if variation == "whole numbers":
        params, X, Y = networks.whole(rng, params, X, Y)
    inputs = {"params": params, "cache": networks.forward(params, X), "Y": Y}
    inputs = networks.arranged(inputs, LAYOUTS[variation]) if variation in LAYOUTS else inputs
    return {"bug": str(rng.choice(FAMILIES[variation])) if variation in FAMILIES else "", **inputs}


def batch(
    rng: np.random.Generator, sizes: tuple[int, ...], activations: tuple[str, ...], loss: str, m: int
) -> tuple[dict, np.ndarray, np.ndarray]:
    """Parameters, m examples and their targets: no ReLU near its kink or on one side of it alone."""
    while True:
        params, _, _ = networks.draw(rng, sizes, activations, loss)
        X = rng.choice([-1, 1], (sizes[0], m)) * rng.uniform(0.3, 1.6, (sizes[0], m))
        Y = (
            rng.uniform(0.15, 0.85, (sizes[-1], m))
            if loss == "binary_cross_entropy"
            else rng.normal(size=(sizes[-1], m))
        )
        z = networks.forward(params, X)["z"]
        bent = [z[l] for l, name in params["activation"].items() if name == "relu"]
        if all(np.abs(one).min() > 1e-2 and (one > 0).any() and (one < 0).any() for one in bent):
            return params, X, Y


def callbacks(u: Values) -> dict[str, Callable]:
    """The patient, if the fixture has one: without memories of other requests."""
    return {"broken_backward": broken(u.bug)} if u.bug else {}


def steps(u: Values) -> list[Call]:
    """One diagnosis, and seven repairs on the fixture's network."""
    mended = [Call(f"repair {k}", "repair", (k, u.params, u.cache, u.Y)) for k in range(1, len(PRINTED) + 1)]
    return [Call("diagnosis", "diagnose", (Callback("broken_backward"),)), *mended]


def compared(u: Values, answer: Any) -> float:
    """How an answer stands to the bug; of a formula, which says it already, the same."""
    return float(answer if isinstance(answer, Said) else said(u.bug, answer))


def gradients(u: Values) -> cases.Gradients:
    """The right ones."""
    return cases.backward(u.params, u.cache, u.Y)


def with_bug(code: str) -> Formula:
    """The gradients of a printed pass that was not mended, or was mended into this."""
    return lambda u: broken(code)(u.params, u.cache, u.Y)


def scaled(by: Callable[[Values], float]) -> Formula:
    """All gradients times one number."""
    return lambda u: {name: {l: by(u) * g for l, g in table.items()} for name, table in gradients(u).items()}


# What remembers would not show: each repair is asked once on a network.
REPAIRS: tuple[Mistake, ...] = (
    *(known(code, with_bug(code)) for code in CODES if code not in cases.REMEMBERING),
    known("O7", scaled(lambda u: -1.0)),
    known("P10", scaled(lambda u: 1 / u.Y.shape[1])),
)


def loss_with(u: Values, moved: Mapping) -> Any:
    """L, the mean over the batch, with other weights and biases: a forward pass and nothing else."""
    params = {**u.params, "W": moved["dL_dW"], "b": moved["dL_db"]}
    A = networks.forward(params, u.cache["a"][0])["a"][len(params["W"])]
    return loss_value(params["loss"], A, u.Y) / u.Y.shape[1]


def diagnosis(family: str) -> Term:
    """The term of a family: the id of its bug."""
    return Term(
        family.replace(" ", "_"), WORDS[family].symbol, "diagnose", 1, WORDS[family].equation, Where("diagnosis"),
        lambda u: RIGHT, measure=compared, accept=lambda given, truth, u: "right" if given == truth else "wrong",
        mistakes=wrong_diagnoses(family), on=(family,),
    )  # fmt: skip


def repair(k: int) -> Term:
    """The term of a printed bug: right gradients. All seven are one derivative, which is confirmed once."""
    at = Slope(loss_with, lambda u: {"dL_dW": u.params["W"], "dL_db": u.params["b"]}, within=1e-12)
    return Term(
        f"repair_{k}", f"the gradients of repair {k}", "repair", 1, WORDS[FAMILY[PRINTED[k - 1]]].equation,
        Where(f"repair {k}"), gradients, slope=at if k == 1 else None, mistakes=REPAIRS,
    )  # fmt: skip


@cache
def _script() -> tuple[tuple, ...]:
    """Calls that tell all thirty apart: every width another one, then a square network, twice, and other inputs."""
    rng = np.random.default_rng(13)
    made = []
    for sizes, activations, loss, m in (
        ((3, 7, 5, 2), ("tanh", "softplus", "sigmoid"), "squared_error", 11),
        ((4, 4, 4, 4), ("tanh", "relu", "sigmoid"), "binary_cross_entropy", 7),
    ):
        params, X, Y = batch(rng, sizes, activations, loss, m)
        made.append((params, networks.forward(params, X), Y))
    other = (params, networks.forward(params, rng.normal(size=X.shape)), Y)
    return (*made, made[-1], other)


def _replies(broken_backward: Callable) -> list[Any]:
    told = []
    for call in _script():
        try:
            told.append([g for table in broken_backward(*call).values() for g in table.values()])
        except ValueError:
            told.append([])
    return told


@cache
def _signatures() -> dict[str, list[Any]]:
    return {code: _replies(broken(code)) for code in CODES}


def recognised(broken_backward: Callable) -> str:
    """The id of a broken pass, by comparison with all thirty."""
    told = _replies(broken_backward)
    return next(code for code, own in _signatures().items() if all(map(_alike, told, own)))


def _alike(first: list, second: list) -> bool:
    shapes = [[np.shape(g) for g in one] for one in (first, second)]
    return shapes[0] == shapes[1] and all(map(np.allclose, first, second))


def _answer(bug: str, how: Said) -> str:
    """An answer that stands to the bug like this."""
    ways = {RIGHT: bug, NO_ID: "none of these", NEAR: next(c for c in FAMILIES[FAMILY[bug]] if c != bug)}
    return ways[how] if how in ways else next(codes[0] for family, codes in FAMILIES.items() if far(family) == how)


def model(base: Mapping[str, Callable], made: Mapping) -> dict[str, Callable]:
    """Functions with the mistakes: ``diagnose`` finds the bug, and then says what the mistake says."""

    def diagnose(broken_backward: Callable) -> str:
        bug = recognised(broken_backward)
        term = diagnosis(FAMILY[bug])
        return _answer(bug, term.value(Values(bug=bug), made.get(term.name, ())))

    def mended(k: int, params: Mapping, cache: Mapping, Y: Any) -> Any:
        return TERMS[f"repair_{k}"].value(Values(params=params, cache=cache, Y=Y), made.get(f"repair_{k}", ()))

    return {"diagnose": diagnose, "repair": mended}


TERMS = {
    term.name: term for term in (*map(diagnosis, FAMILIES), *(repair(k) for k in range(1, len(PRINTED) + 1)))
}  # fmt: skip
EXERCISE = Exercise(
    id="e13",
    name="bug_clinic",
    title="The bug clinic",
    chapter="13_bug_clinic",
    functions={"diagnose": "diagnose(broken_backward)", "repair": "repair(k, params, cache, Y)"},
    terms=tuple(TERMS.values()),
    variations=tuple(NETS),
    visible=tuple(FAMILIES),
    draw=draw,
    steps=steps,
    callbacks=callbacks,
    model=model,
    any_order=True,
)
