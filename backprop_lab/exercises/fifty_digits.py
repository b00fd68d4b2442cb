"""References of fifty digits (mpmath), and their confirmation by differences of the forward pass alone.

The formulas of a definition are run on arrays of fifty-digit numbers, which gives the right terms to the last bit of
float64. That they are the right *derivatives* is confirmed without them: a central difference of the function that
the term is the derivative of, along a random direction, agrees to 25 digits. With h = 1e-40 the difference itself is
off by h² = 1e-80. The digits more than fifty are for what it loses: h takes 40, and a slope of 7e-35 beside a value
near 1, as that of tanh at z = 40, takes 35.
"""

from collections.abc import Mapping
from typing import Any

import mpmath
import numpy as np

from .definition import Exercise, Term
from .values import Fixture, Values

DIGITS = 120
H = "1e-40"
DIRECTIONS = 3

context = mpmath.MPContext()
context.dps = DIGITS


def _entry_by_entry(function):
    ufunc = np.frompyfunc(function, 1, 1)
    return lambda z: ufunc(z) if isinstance(z, np.ndarray) else function(z)


def _sigmoid(z):
    return 1 / (1 + context.exp(-z))


ACTIVATIONS = {
    "identity": lambda z: z,
    "sigmoid": _entry_by_entry(_sigmoid),
    "tanh": _entry_by_entry(context.tanh),
    "softplus": _entry_by_entry(lambda z: context.log(1 + context.exp(z))),
    "relu": _entry_by_entry(lambda z: z if z > 0 else context.zero),
}
SLOPES = {
    "identity": lambda z: z * 0 + 1,
    "sigmoid": _entry_by_entry(lambda z: _sigmoid(z) * _sigmoid(-z)),
    "tanh": _entry_by_entry(lambda z: context.sech(z) ** 2),
    "softplus": _entry_by_entry(_sigmoid),
    "relu": _entry_by_entry(lambda z: context.one if z > 0 else context.zero),
}


def activate(name: str, z: Any) -> Any:
    """σ(z) in fifty digits."""
    return ACTIVATIONS[name](z)


def slope(name: str, z: Any) -> Any:
    """σ'(z) in fifty digits."""
    return SLOPES[name](z)


def loss_value(name: str, a: Any, y: Any) -> Any:
    """ℓ(a, y) in fifty digits, summed over the outputs."""
    log = _entry_by_entry(context.log)
    losses = (a - y) ** 2 / 2 if name == "squared_error" else -y * log(a) - (1 - y) * log(1 - a)
    return np.sum(losses)


def exactly(value: Any) -> Any:
    """The same value, every number of it in fifty digits; a float64 is taken as exactly what it is."""
    if isinstance(value, Mapping):
        return {key: exactly(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(exactly(part) for part in value)
    if isinstance(value, np.ndarray):
        return np.frompyfunc(context.mpf, 1, 1)(value.astype(float)).astype(object)
    if isinstance(value, (bool, str)) or value is None or callable(value):
        return value
    return context.mpf(float(value))


def rounded(value: Any) -> Any:
    """The nearest float64 of every number."""
    if isinstance(value, Mapping):
        return {key: rounded(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(rounded(part) for part in value)
    if isinstance(value, np.ndarray):
        return value.astype(float)
    return value if isinstance(value, (bool, str)) or value is None else float(value)


def refer(exercise: Exercise, fixture: Fixture) -> Fixture:
    """The fixture with its terms made in fifty digits, confirmed, and rounded.

    Raises
    ------
    ArithmeticError
        If a term is not the derivative that it is said to be; the message names the exercise, term and variation.
    """
    inputs = exactly(dict(fixture.inputs))
    terms = exercise.right_terms(inputs)
    u = Values(**inputs, **terms)
    rng = np.random.default_rng(len(fixture.variation))
    for term in exercise.terms:
        off = max((unconfirmed(term, u, rng) for _ in range(DIRECTIONS)), default=0) if term.slope else 0
        if term.slope and off > term.slope.within:
            where = f"{exercise.id}, {fixture.variation}: {term.name}"
            raise ArithmeticError(f"{where} is not the derivative that it is said to be, off by {float(off):.1e}")
    return Fixture(fixture.variation, fixture.inputs, rounded(terms))


def unconfirmed(term: Term, u: Values, rng: np.random.Generator) -> Any:
    """How far the term and a central difference along a random direction are apart, of the term's own size."""
    at = term.slope.at(u)
    if at is None:
        return context.zero
    direction = _like(at, lambda: context.mpf(float(rng.normal())))
    return _apart(term, u, at, direction)


def unconfirmed_entries(term: Term, u: Values) -> Any:
    """The same along every single entry in turn: the worst of them."""
    at = term.slope.at(u)
    count = 0 if at is None else _count(at)
    worst = context.zero
    for k in range(count):
        ones = iter([context.one if j == k else context.zero for j in range(count)])
        worst = max(worst, _apart(term, u, at, _like(at, lambda ones=ones: next(ones))))
    return worst


def _apart(term: Term, u: Values, at: Any, direction: Any) -> Any:
    h = context.mpf(H)
    of = term.slope.of
    difference = (of(u, _moved(at, direction, h)) - of(u, _moved(at, direction, -h))) / (2 * h)
    told, size = _dot(getattr(u, term.name), direction)
    return abs(told - difference) / size if size else abs(difference)


def _like(value: Any, draw) -> Any:
    if isinstance(value, Mapping):
        return {key: _like(part, draw) for key, part in value.items()}
    if isinstance(value, np.ndarray):
        return np.array([draw() for _ in range(value.size)], dtype=object).reshape(value.shape)
    return draw()


def _moved(value: Any, direction: Any, h: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _moved(part, direction[key], h) for key, part in value.items()}
    return value + h * direction


def _count(value: Any) -> int:
    if isinstance(value, Mapping):
        return sum(map(_count, value.values()))
    return value.size if isinstance(value, np.ndarray) else 1


def _dot(value: Any, direction: Any) -> tuple[Any, Any]:
    """Σ value · direction, and the same in absolute values."""
    if isinstance(value, Mapping):
        pairs = [_dot(part, direction[key]) for key, part in value.items()]
        return sum(p[0] for p in pairs), sum(p[1] for p in pairs)
    products = value * direction
    return np.sum(products), np.sum(np.abs(products))
