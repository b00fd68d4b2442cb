"""The Python side of the broadcast figure: what it says about NumPy is what NumPy does."""

import re
import xml.etree.ElementTree as ET
from itertools import product

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.figures.broadcast import broadcast
from backprop_lab.figures.broadcast_reading import BASE, MEANT, MOST, SHAPES, SUMS, Reading
from backprop_lab.figures.broadcast_words import (
    MARKS,
    RULE,
    freedom,
    mark,
    met,
    mistake,
    rule,
    shape,
    subtracted,
    verdict,
)
from backprop_lab.figures.wording import plain, show

SIZES = range(1, MOST + 1)
every = pytest.mark.parametrize("b", SHAPES)
ALL = [Reading(n, m, b) for n, m, b in product(SIZES, SIZES, SHAPES)]


@every
@pytest.mark.parametrize("m", SIZES)
@pytest.mark.parametrize("n", SIZES)
def test_the_words_about_the_sum_are_what_numpy_does(n, m, b):
    r = Reading(n, m, b)
    own = eval(b, {"n": n, "m": m})
    assert r.shape == own == r.tables["b"].shape
    if not r.fits:
        with pytest.raises(ValueError, match="could not be broadcast") as caught:
            r.tables["WA"] + r.tables["b"]
        assert r.kind == "refused"
        assert r.result is None
        assert f"ValueError: {str(caught.value).strip()}." in verdict(r)
        assert any(met(axis).endswith("refused") for axis in r.axes)
        return
    Z = r.tables["WA"] + r.tables["b"]  # raises nothing
    np.testing.assert_array_equal(r.result, Z)
    np.testing.assert_array_equal(r.stretched, np.broadcast_to(r.tables["b"], Z.shape))
    assert (r.kind == "grown") == (Z.shape != (n, m))
    assert "refuse" not in verdict(r)
    for axis in r.axes:
        assert (f"W A is stretched to {Z.shape[axis.number]}" == met(axis)) == (Z.shape[axis.number] != axis.WA)


@every
@pytest.mark.parametrize("m", SIZES)
@pytest.mark.parametrize("n", SIZES)
def test_meant_is_a_number_for_each_unit_and_nothing_else(n, m, b):
    r = Reading(n, m, b)
    if r.result is None:
        return
    # Which number of b stands where: told from the numbers' places, not from their values.
    which = np.broadcast_to(np.arange(np.prod(r.shape)).reshape(r.shape), r.result.shape)
    for_each_unit = r.result.shape == (n, m) and all(len(set(row)) == 1 for row in which) and len(set(which[:, 0])) == n
    assert (r.kind == "meant") == for_each_unit
    originals = [which[i, j] for i, j in np.ndindex(which.shape) if r.original(i, j)]
    assert originals == list(range(which.max() + 1))  # each once
    if r.kind == "one":
        assert set(which.flat) == {0}
    if r.kind == "entry":
        assert len(set(which.flat)) == n * m
    if r.kind == "example":
        assert [set(column) for column in which.T] == [{j} for j in range(m)]


@pytest.mark.parametrize(
    "r", [r for r in ALL if r.kind not in ("refused", "grown")], ids=lambda r: f"{r.n} {r.m} {r.b}"
)
def test_what_is_stretched_forward_is_summed_backward(r):
    """∂L/∂b against numerical differentiation of L = sum(D * Z), whose ∂L/∂Z is D; L is linear, so any step is exact."""
    b, D = r.tables["b"], r.tables["D"]
    measured = np.zeros(b.shape)
    for place in np.ndindex(b.shape):
        moved = b.copy()
        moved[place] += 1.0
        measured[place] = np.sum(D * ((r.tables["WA"] + moved) - (r.tables["WA"] + b)))
    assert r.gradient.shape == b.shape
    np.testing.assert_allclose(r.gradient, measured, rtol=1e-12, atol=1e-12)
    assert RULE in rule(r)
    assert shape(b.shape) in rule(r)


@pytest.mark.parametrize("r", ALL, ids=lambda r: f"{r.n} {r.m} {r.b}")
def test_every_sum_is_what_its_line_gives_and_what_is_said_of_it_is_so(r):
    b = np.zeros(r.back.shape)
    assert "Each of the five can be subtracted from b without an error." in freedom(r)
    for key, (code, _) in SUMS.items():
        made = eval(code, {"delta": r.tables["D"]})
        np.testing.assert_array_equal(r.sum(key), made)
        after = (b - 0.1 * made).shape  # raises nothing
        assert after == r.after(key)
        assert subtracted(r, key).startswith(f"b − η · it is {shape(after)}: no error")
        assert ("and b was" in subtracted(r, key)) == (after != b.shape)
        if after == b.shape:
            b -= 0.1 * made
        else:
            with pytest.raises(ValueError, match="non-broadcastable output"):
                b -= 0.1 * made
        # Right means: the numbers of the gradient, and b keeps its shape.
        numbers = np.size(made) == r.gradient.size and np.allclose(np.ravel(made), np.ravel(r.gradient), rtol=1e-12)
        assert (r.judged(key) in ("right", "same")) == (numbers and after == b.shape)
        assert (r.judged(key) == "axis") == (numbers and after != b.shape)
        assert mistake(r, key)
    assert sum(r.judged(key) == "right" for key in SUMS) <= 1


def test_the_four_mistakes_of_the_chapter_are_named():
    r = Reading(3, 4, MEANT)
    assert {key: r.judged(key) for key in SUMS} == {
        "rows": "right", "columns": "wrong", "none": "wrong", "total": "wrong", "mean": "wrong",
    }  # fmt: skip
    assert mistake(r, "none") == "not summed over the examples"
    assert mistake(r, "columns") == "summed over the units, not over the examples"
    assert mistake(r, "total") == "one sum for every bias"
    assert mistake(r, "mean") == "the mean: divided by m once more, and Δ holds the 1/m already"
    one = Reading(3, 1, MEANT)  # one example hides two of them
    assert [one.judged(key) for key in ("none", "mean")] == ["same", "same"]
    assert mistake(one, "none") == "the same numbers, because m = 1"


def test_the_row_sum_is_the_gradient_of_the_library():
    params = network.init((2, 3, 1), "tanh", seed=3)
    rng = np.random.default_rng(5)
    X, Y = rng.normal(size=(2, 4)), rng.normal(size=(1, 4))
    grads = network.backward(params, network.forward(params, X), Y)
    base = {name: np.zeros((MOST, MOST)) for name in BASE}
    base["D"][:3, :4] = grads.delta[1]
    np.testing.assert_allclose(Reading(3, 4, MEANT, base).gradient, grads.db[1], rtol=1e-12)


def drawn(svg: str) -> str:
    said = " ".join(node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))
    return " ".join(said.split())


@every
@pytest.mark.parametrize(("n", "m"), [(3, 4), (3, 3), (3, 1), (1, 4), (5, 5), (1, 1)])
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(n, m, b):
    figure, r = broadcast(n, m, b), Reading(n, m, b)
    words = drawn(figure.svg)
    for said in (verdict(r), rule(r)):
        assert said in figure.alt
        assert said in figure.trace
        assert said in words
    assert MARKS[r.kind] in words
    for key, (code, _) in SUMS.items():
        assert f"{mark(r, key)}: {code}" in words
        assert f"{code}, {shape(r.sum(key).shape)}: {mark(r, key)}, {mistake(r, key)}" in figure.trace
        assert mistake(r, key) in words
    for table in (*r.tables.values(), r.gradient, *([] if r.result is None else [r.result])):
        for value in table.flat:
            assert plain(float(value)) in figure.trace
            assert show(float(value), 3) in words
    assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt + words), "a negative zero"


def test_the_tables_are_left_as_they_are():
    before = {name: table.copy() for name, table in BASE.items()}
    assert broadcast().setting == broadcast().setting
    broadcast(5, 5, "(n,)")
    for name, table in BASE.items():
        np.testing.assert_array_equal(table, before[name])


ROOM = "there is room for no more"
KNOWN = '"(n, 1)", "(n,)", "(1, m)", "(1, 1)", "(n, m)", "(m,)", the shape of b as text'


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: broadcast(0), ValueError, f"broadcast: n must lie between 1 and 5, got 0: {ROOM}"),
        (lambda: broadcast(m=6), ValueError, f"broadcast: m must lie between 1 and 5, got 6: {ROOM}"),
        (lambda: broadcast(2.5), TypeError, "broadcast: n must be one whole number, got 2.5"),
        (lambda: broadcast(m=True), TypeError, "broadcast: m must be one whole number, got True"),
        (lambda: broadcast(b="(m, n)"), ValueError, f"broadcast: b must be one of {KNOWN}; got '(m, n)'"),
        (lambda: broadcast(b=(3, 1)), ValueError, f"broadcast: b must be one of {KNOWN}; got (3, 1)"),
    ],
)
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind) as caught:
        wrong()
    assert str(caught.value) == said


def test_what_is_right_for_a_wrong_b_is_not_called_right():
    for r in ALL:
        marks = [mark(r, key) for key in SUMS]
        if r.kind in ("meant", "refused", "grown"):
            assert "✓ right for this b" not in marks
            assert "Judged" not in freedom(r)
        else:
            assert "✓ right" not in marks
            assert "for the one that is meant, (n, 1), the sum over the examples is right" in freedom(r)
