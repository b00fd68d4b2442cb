"""Where the answers hold a term: find the value, say what is wrong with its form, and make it plain numbers."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import numpy as np

from ..exercises.definition import Term
from ..exercises.steps import Where
from ..exercises.values import Values
from .compare import as_array, leaves, unusable
from .outcome import OUTCOMES

Answers = Mapping[str, Mapping[str, Any]]
MISSING = object()
STUB = re.compile(r"write (\w+) here")


def given_for(
    term: Term, answer: Answers, u: Values, hidden: bool, functions: Collection[str]
) -> tuple[str, Any, dict[str, Any]]:
    """The kind of what came for a term on one fixture, the value to compare, and what to tell of it.

    ``functions`` are the names that the exercise asks for: one that is still to be written may have been called.
    """
    given = [answer.get(where.label, {"kind": "not run", "because": ""}) for where in term.answers]
    worst = min(given, key=lambda g: OUTCOMES.index(g["kind"]) if g["kind"] != "value" else len(OUTCOMES))
    kind, told = worst["kind"], {}
    if kind == "raised":
        told = {"detail": worst["error"], **{k: worst.get(k) or "" for k in ("message", "source", "place")}}
        told["line"] = worst.get("line")
        # A class of which one method is still to be written was attempted.
        unwritten = worst["error"] == "NotImplementedError" and told["place"] in ("", f"{term.function}(number)")
        other = STUB.fullmatch(told["message"]) if unwritten else None
        if other and other[1] != term.function and other[1] in functions:
            return "not run", None, {"detail": other[1]}
        return ("not attempted" if unwritten else kind), None, told
    if kind == "missing":
        return kind, None, {"detail": worst.get("found", "")}
    if kind != "value":
        return kind, None, told
    values = [extract(answer, where) for where in term.answers]
    if any(value is MISSING for value in values):
        nothing = all(g["value"] is None for g in given)
        told = f"{term.function} returned None: is a return missing?" if nothing else _not_there(term)
        return "unusable", None, {"detail": told}
    value = tuple(values) if isinstance(term.answer, tuple) else values[0]
    if term.measure:
        try:
            value = term.measure(u, value)
        except Exception:
            return "unusable", None, {"detail": f"{term.function} returned what cannot be read"}
    truth = getattr(u, term.name)
    detail = unusable(value, truth, hidden)
    if not detail:
        return "value", value, {}
    return "unusable", value, {"detail": detail, "sizes": _sizes(value, truth)}


def _sizes(value: Any, truth: Any) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The shapes of the first array that has another shape than it should, if all are where they should be."""
    there = dict(leaves(value))
    for path, expected in leaves(truth) if there.keys() == dict(leaves(truth)).keys() else ():
        got = there.get(path)
        if isinstance(got, np.ndarray) and isinstance(expected, np.ndarray) and got.shape != expected.shape:
            return got.shape, expected.shape
    return None


def _not_there(term: Term) -> str:
    described = " and ".join(dict.fromkeys(_place(where) for where in term.answers if where.path))
    return f"{term.function} must return {term.symbol} as {described}"


def _place(where: Where) -> str:
    steps = []
    for alternatives in where.path:
        keys = [f"the key {key!r}" for key in alternatives if isinstance(key, str)]
        items = [f"item {key} of a list or tuple" for key in alternatives if isinstance(key, int)]
        steps.append(" or ".join(keys + items))
    return ", in it ".join(steps)


def own_values(term: Term, references: Sequence[Values], answers: Sequence[Answers]) -> list[Values | None]:
    """The values of each fixture with the student's own terms put in place, or None where they cannot be used."""
    if not term.own:
        return [None] * len(references)
    own: list[dict[str, Any] | None] = []
    for answer, u in zip(answers, references, strict=True):
        values = {name: extract(answer, where) for name, where in term.own.items()}
        usable = all(_can_be_followed(value, getattr(u, name)) for name, value in values.items())
        fit = {name: plain(fitted(value, getattr(u, name))) for name, value in values.items()} if usable else None
        own.append(fit)
    for name in term.own:
        # One number may be 0 by chance, as the slope of a ReLU; a number that is always 0 leaves nothing to follow.
        there = [(values[name], getattr(u, name)) for values, u in zip(own, references, strict=True) if values]
        if any(np.any(flat(truth)) for _, truth in there) and not any(np.any(flat(value)) for value, _ in there):
            return [None] * len(references)
    return [None if values is None else u.replace(**values) for values, u in zip(own, references, strict=True)]


def fitted(value: Any, reference: Any) -> Any:
    """Of a usable value what the reference has too: whatever lies beside it counts neither for nor against it.

    >>> fitted({1: 0.0, "more": 5.0}, {1: 2.0})
    {1: 0.0}
    """
    if isinstance(reference, Mapping):
        return {key: fitted(value[key], part) for key, part in reference.items()}
    if isinstance(reference, (tuple, list)):
        return tuple(fitted(part, expected) for part, expected in zip(value, reference, strict=True))
    return value


def flat(value: Any) -> np.ndarray:
    return np.concatenate([np.zeros(0), *(np.ravel(np.asarray(v, dtype=float)) for _, v in leaves(value))])


def _can_be_followed(value: Any, reference: Any) -> bool:
    """Is an upstream value usable, no array of zeros where it must not be, and in a range that products stay in?"""
    if value is MISSING or unusable(value, reference):
        return False
    there = dict(leaves(value))
    for path, truth in leaves(reference):
        sizes = np.abs(np.asarray(there[path], dtype=float))
        if not ((sizes == 0) | ((sizes > 1e-100) & (sizes < 1e100))).all():
            return False
        if sizes.ndim and np.any(truth) and not sizes.any():
            return False
    return True


def extract(answers: Answers, where: Where) -> Any:
    """The value that stands at a place of the answers, or ``MISSING``."""
    given = answers.get(where.label)
    if given is None or given["kind"] != "value":
        return MISSING
    if where.calls is not None:
        return given.get("calls", {}).get(where.calls, 0)
    if where.log is not None:
        return given.get("log", {}).get(where.log, [])
    value = given["value"]
    for alternatives in where.path:
        value = _step_into(value, alternatives)
    return value


def _step_into(value: Any, alternatives: tuple[str | int, ...]) -> Any:
    if isinstance(value, Mapping):
        return next((value[key] for key in alternatives if key in value), MISSING)
    if isinstance(value, (tuple, list)) or (isinstance(value, np.ndarray) and value.ndim == 1):
        index = next((key for key in alternatives if isinstance(key, int)), None)
        return value[index] if index is not None and -len(value) <= index < len(value) else MISSING
    return MISSING


def plain(value: Any) -> Any:
    """Float64 for the comparison with formulas, and None for what is no number."""
    if isinstance(value, Mapping):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, (tuple, list)):
        return tuple(plain(part) for part in value)
    if not isinstance(value, (bool, int, float, np.ndarray, np.generic)):
        return None
    array = as_array(value)
    if array.dtype.kind not in "biuf":
        return None
    array = array.astype(float)
    return float(array) if array.shape == () else array
