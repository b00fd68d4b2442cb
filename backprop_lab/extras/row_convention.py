"""Checks of the extra notebook "A port to rows": the backward pass for an example in each row, weights (in, out).

The reader's arrays are held against those of the library, which are turned by ``convert``. The networks are one with
all sizes different, where a wrong transpose shows as a shape, and square ones, where it shows as a number; of these one
has as many examples as units, where a bias of the wrong shape is broadcast in silence.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from .. import convert, network
from ..activations import activation_named
from ..layers import Parameters
from .lines import LAST_DIGITS, check, close, first_close, right, say, told, wrong

ACTIVATIONS = ("tanh", "sigmoid")


@dataclass(frozen=True)
class Case:
    """A network of the book in columns, and the same in rows: W (in, out), b (1, n)."""

    name: str
    params: Parameters
    X: np.ndarray
    Y: np.ndarray
    W: Mapping[int, np.ndarray]
    b: Mapping[int, np.ndarray]


def case(sizes: tuple[int, ...], examples: int) -> Case:
    """A network with biases and its batch, drawn from a seed; X and Y of it in rows.

    >>> {l: W.shape for l, W in case((3, 5, 2), 7).W.items()}
    {1: (3, 5), 2: (5, 2)}
    """
    rng = np.random.default_rng(21)
    params = network.init(sizes, ACTIVATIONS, seed=4)
    for b in params.b.values():
        b[...] = rng.normal(size=b.shape)
    X, Y = rng.normal(size=(examples, sizes[0])), rng.uniform(0.1, 0.9, size=(examples, sizes[-1]))
    arrays = convert.to_keras(params)
    W = dict(enumerate(arrays[::2], 1))
    b = {l: bias.reshape(1, -1) for l, bias in enumerate(arrays[1::2], 1)}
    return Case(f"{'-'.join(map(str, sizes))}, m = {examples}", params, X, Y, W, b)


def cases() -> list[Case]:
    """All sizes different; square; square, with as many examples as units."""
    return [case((3, 5, 2), 7), case((4, 4, 4), 7), case((4, 4, 4), 4)]


def in_rows(one: Case) -> dict[str, dict[int, np.ndarray]]:
    """What the library computes in columns, turned into rows."""
    cache = network.forward(one.params, one.X.T)
    grads = network.backward(one.params, cache, one.Y.T)
    arrays = convert.to_keras(grads)
    return {
        "Z": {l: convert.rows(z) for l, z in cache.z.items()},
        "A": {l: convert.rows(a) for l, a in cache.a.items()},
        "delta": {l: convert.rows(delta) for l, delta in grads.delta.items()},
        "dW": dict(enumerate(arrays[::2], 1)),
        "db": {l: bias.reshape(1, -1) for l, bias in enumerate(arrays[1::2], 1)},
    }


@check
def check_shapes(shapes: Callable[[int, int, int], Mapping[str, tuple[int, int]]]) -> Iterator[str]:
    """Print the shapes of both conventions side by side, with the reader's judged."""
    n_in, n_out, m = 3, 5, 7
    columns = {
        "A_in": (n_in, m), "W": (n_out, n_in), "b": (n_out, 1), "Z": (n_out, m), "delta": (n_out, m),
        "dW": (n_out, n_in), "db": (n_out, 1),
    }  # fmt: skip
    got = shapes(n_in, n_out, m)
    missing = [name for name in columns if name not in got]
    if missing:
        yield wrong(f"There is no shape for {', '.join(missing)}.", f"return a dict with the keys {', '.join(columns)}")
        return
    yield f"  {'':<6}{'columns':>10}{'rows':>10}   (3 inputs, 5 units, 7 examples)"
    for name, shape in columns.items():
        expected = shape[::-1]
        found = tuple(got[name]) if np.iterable(got[name]) else (got[name],)
        yield f"{'✓' if found == expected else '✗'} {name:<6}{shape!s:>10}{found!s:>10}"
    faulty = [name for name, shape in columns.items() if tuple(np.atleast_1d(got[name])) != shape[::-1]]
    if not faulty:
        yield right("each row shape is the column shape turned round")
        return
    if any(len(np.atleast_1d(got[name])) != 2 for name in faulty):
        advice = "give each array two axes, a bias too: it is a row, one number for each unit"
    elif {"dW", "db"} & set(faulty) and not {"W", "b"} & set(faulty):
        advice = "a gradient has the shape of its parameter"
    else:
        advice = "write down Z = A W + b with the shapes below it; the inner sizes must meet"
    yield wrong(f"Not right: {', '.join(faulty)}.", advice)


@check
def check_forward(forward_rows: Callable) -> Iterator[str]:
    """Hold Z and A of each layer against the library's."""
    for one in cases():
        expected, X = in_rows(one), one.X
        got = forward_rows(one.W, one.b, one.X)
        if not isinstance(got, Mapping) or not {"Z", "A"} <= set(got):
            yield wrong("That is no dict with the keys 'Z' and 'A'.", 'end with return {"Z": Z, "A": A}')
            return
        for l in one.W:
            before = X if l == 1 else expected["A"][l - 1]
            for key in ("Z", "A"):
                value = got[key].get(l)
                if fault := _shape_fault(f"{key}[{l}]", value, expected[key][l]):
                    yield wrong(f"{one.name}: {fault}", "keep an example in each row: m stays in front")
                    return
                if close(value, expected[key][l]):
                    continue
                other = ("the numbers are others", f"print it for one example, and compare with the formula of {key}")
                words = _wrong_z(value, before, one.W[l], one.b[l]) if key == "Z" else None
                sentence, advice = words or other
                yield wrong(f"{one.name}: {key}[{l}] is not right: {sentence}.", advice)
                return
        if not close(got["A"].get(0), X):
            yield wrong("A[0] is not X.", "start the table with A = {0: X}")
            return
        yield right(f"{one.name}: Z and A of both layers agree with the book's columns, turned")


@check
def check_backward(backward_rows: Callable) -> Iterator[str]:
    """Hold δ, dW and db of each layer against the library's, from the last layer to the first."""
    for one in cases():
        expected = in_rows(one)
        cache = {"Z": expected["Z"], "A": expected["A"]}
        kept = {key: {l: array.copy() for l, array in table.items()} for key, table in cache.items()}
        got = backward_rows(one.W, cache, one.Y)
        if not isinstance(got, Mapping) or not {"delta", "dW", "db"} <= set(got):
            yield wrong(
                "That is no dict with the keys 'delta', 'dW', 'db'.", 'end with return {"delta": …, "dW": …, "db": …}'
            )
            return
        if not all(close(cache[key][l], array, 0) for key, table in kept.items() for l, array in table.items()):
            yield wrong(
                "The function changes the cache that it is handed.", "write delta = A - Y, and never delta -= Y on A"
            )
            return
        worst = 0.0
        for key, l in [("delta", 2), ("dW", 2), ("db", 2), ("delta", 1), ("dW", 1), ("db", 1)]:
            value, right_one = got[key].get(l), expected[key][l]
            if not close(value, right_one):
                sentence, advice = _mistake(one, expected, key, l, value)
                yield wrong(f"{one.name}: {key}[{l}] {sentence}", advice)
                return
            worst = max(worst, float(np.abs(value - right_one).max() / np.abs(right_one).max()))
        yield right(f"{one.name}: δ, dW and db of both layers agree to {LAST_DIGITS:.0e} and better")


def _wrong_z(value: np.ndarray, A: np.ndarray, W: np.ndarray, b: np.ndarray) -> tuple[str, str] | None:
    """The mistake that makes this Z, if it is a known one."""
    mistakes = {("b is missing", "add b[l], and let it be broadcast over the rows"): A @ W}
    if W.shape[0] == W.shape[1]:
        words = "write down the shapes of A (m, in) and W (in, out): the inner sizes meet already"
        mistakes["W is transposed", words] = A @ W.T + b
    if len(A) == W.shape[1]:
        words = "add b as it is, a row: its m copies stand below each other"
        mistakes["b was added as a column, so that each example gets a number of its own", words] = A @ W + b.T
    return first_close(value, mistakes)


def _shape_fault(name: str, value: object, expected: np.ndarray) -> str | None:
    if value is None:
        return f"{name} is missing."
    shape = np.shape(value)
    return None if shape == expected.shape else f"{name} has shape {shape}, expected {expected.shape}."


def _mistake(one: Case, expected: dict, key: str, l: int, value: object) -> tuple[str, str]:
    """What a wrong array looks like: a sentence about it, and one thing to try."""
    if value is None:
        return "is missing.", f"fill {key} for every layer, from L down to 1"
    (m, n), right_one = one.Y.shape, expected[key][l]
    got = np.asarray(value)
    delta, before, W = expected["delta"][l], expected["A"][l - 1], one.W[l]
    sum_not_mean = ("is m times too large.", "put the 1/m into ∂L/∂A at the output, once, and nowhere else")
    if key == "dW":
        if close(got, right_one.T):
            return (
                "is the column form, transposed.",
                "read it off the indices: dW[j, i] = Σ over examples of A[·, j] δ[·, i]",
            )
        if close(got, right_one / m):
            return "is m times too small: 1/m is in δ already.", "take the second division out"
        if close(got, expected["A"][l].T @ delta):
            return "is made with A[l], not with A[l−1].", "ask what this weight multiplies on the way forward"
        if close(got, expected["Z"].get(l - 1, before).T @ delta):
            return "is made with Z[l−1], not with A[l−1].", "ask what this weight multiplies on the way forward"
    if key == "db":
        if close(got, delta):
            return f"has shape {got.shape}: it is δ, not yet summed.", "sum over the examples, which are the rows now"
        if got.ndim == 1 and close(got, right_one.ravel()):
            return f"has shape {got.shape}, expected {right_one.shape}.", "let sum keep its axis: keepdims=True"
        for axis in (delta.sum(axis=1, keepdims=True), delta.sum(axis=1), delta.sum(axis=1, keepdims=True).T):
            if close(got, axis):
                return "is summed over the units, not over the examples.", "ask which axis of δ counts the examples now"
        if close(got, delta.mean(axis=0, keepdims=True)):
            return "is m times too small: 1/m is in δ already.", "sum, where you take a mean"
    if key == "delta" and l == one.params.depth:
        A, Z = expected["A"][l], expected["Z"][l]
        slope = A * (1 - A)
        for words, candidate in (
            (sum_not_mean, right_one * m),
            (
                (f"is divided by {n}, the number of units.", "m is the number of rows now: Y.shape[0]"),
                right_one * m / n,
            ),
            (("is divided by all entries, m·n.", "average over the examples only: divide by m"), right_one / n),
            (("lacks σ′.", "multiply entry by entry with the slope of the last activation"), (A - one.Y) / m),
            (("has the wrong sign.", "differentiate ½(a − y)² by a"), -right_one),
            (("has σ′ of A, not of Z.", "take the slope at Z[L]"), (A - one.Y) / m * _slope(A, ACTIVATIONS[-1])),
            (("has σ′ twice.", "count its factors: ∂L/∂A and one slope"), right_one * slope),
        ):
            if close(got, candidate):
                return words
    elif key == "delta":
        after, Z = expected["delta"][l + 1], expected["Z"][l]
        back = after @ one.W[l + 1].T
        square = after.shape[1] == one.W[l + 1].shape[0]
        for words, candidate in (
            (("lacks σ′.", "multiply entry by entry with the slope at Z[l]"), back),
            (("has σ′ of A, not of Z.", "take the slope at Z[l]"), back * _slope(expected["A"][l], ACTIVATIONS[l - 1])),
            (
                (
                    "is made with W, as if it were not (in, out).",
                    "δ comes from (m, out): which side of W must meet it?",
                ),
                after @ one.W[l + 1] * _slope(Z, ACTIVATIONS[l - 1]) if square else None,
            ),
            (
                (
                    "is made with the weights of its own layer.",
                    "follow a line of the diagram out of layer l: whose W is it?",
                ),
                after @ W.T * _slope(Z, ACTIVATIONS[l - 1]) if square else None,
            ),
            (("is m times too small: 1/m enters once, at the output.", "take the second division out"), right_one / m),
        ):
            if candidate is not None and close(got, candidate):
                return words
    if fault := _shape_fault("it", got, right_one):
        return fault.removeprefix("it "), "write the shapes below the formula: (m, out) for δ, (in, out) for W"
    return (
        "has the right shape and the wrong numbers.",
        "work out one entry by hand for m = 1, where nothing is summed or averaged",
    )


def _slope(Z: np.ndarray, activation: str) -> np.ndarray:
    return activation_named(activation).derivative(Z)


def show_agreement(forward_rows: Callable, backward_rows: Callable) -> None:
    """Print the largest difference between the reader's arrays and the library's, array by array."""

    def lines(forward_rows: Callable) -> Iterator[str]:
        one = case((3, 5, 2), 7)
        expected = in_rows(one)
        grads = backward_rows(one.W, forward_rows(one.W, one.b, one.X), one.Y)
        theirs = network.backward(one.params, network.forward(one.params, one.X.T), one.Y.T)
        yield f"{'':<8}{'columns':>10}{'rows':>10}   largest difference"
        for key, columns in (("delta", theirs.delta), ("dW", theirs.dW), ("db", theirs.db)):
            for l in sorted(columns, reverse=True):
                gap = float(np.abs(grads[key][l] - expected[key][l]).max())
                said = "below 1e-15" if gap < 1e-15 else f"{gap:.0e}"
                yield f"{f'{key}[{l}]':<8}{columns[l].shape!s:>10}{np.shape(grads[key][l])!s:>10}   {said}"

    say(told(lines, forward_rows))
