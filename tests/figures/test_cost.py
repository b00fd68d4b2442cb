"""The Python side of the cost figure: its counts are the library's, its output is the same on every run."""

import itertools
import random
import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest

from backprop_lab import cost as counts
from backprop_lab.figures.cost import cost
from backprop_lab.figures.cost_reading import LARGEST, SCHEMES, WAYS, Reading, times, told
from backprop_lab.figures.cost_still import spread
from backprop_lab.figures.cost_words import compared, sentences

SCRIPTS = ("cost_numbers.js", "cost.js")
NETWORKS = [(10, 10, 10, 10), (1, 1), (1, 1, 1), (64, 32, 32, 10), (10,) * 7, (784, *[64] * 19, 10)]


def drawn(figure) -> str:
    return "\n".join(node.text or "" for node in ET.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("batch", [1, 32])
@pytest.mark.parametrize("sizes", NETWORKS, ids=lambda sizes: f"{len(sizes) - 1} layers")
def test_the_still_the_alt_text_and_the_trace_hold_the_counts_of_the_library(sizes, batch, scheme):
    figure = cost(sizes, batch, scheme, biases=scheme == "forward")
    ways = (
        counts.forward(sizes, batch), counts.backward(sizes, batch), counts.path_sums(sizes, batch, biases=scheme == "forward"),
        counts.finite_differences(sizes, batch, scheme),
    )  # fmt: skip
    for way in ways:
        assert f": {way.multiplications:,}" in figure.trace
        assert f": {way.evaluations:,}" in figure.trace
        assert f": {way.kept:,}" in figure.trace
        assert told(way.multiplications) in figure.alt
        assert told(way.multiplications) in drawn(figure)
    for l, number in counts.paths(sizes).items():
        assert f"  l = {l}: {number:,}\n" in figure.trace


def test_it_says_what_the_book_quotes():
    assert sentences(Reading(3, 10, 10, 10, 1))[1].startswith(
        "The path sum needs 121 times what the backward pass needs"
    )
    reading = Reading(5, 10, 10, 10, 1)
    assert compared(reading, "path") == "1.14·10⁴ × backward"
    without = counts.path_sums(reading.sizes, biases=False).multiplications
    assert f"{without / counts.backward(reading.sizes).multiplications:.2e}" == "1.14e+04"


def number(said: str) -> Fraction:
    """What was written, read again."""
    mantissa, _, power = said.replace(",", "").rpartition("10") if re.search("[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]", said) else (said, "", "")
    mantissa = Fraction(mantissa.replace(",", "").rstrip("·") or 1)
    return mantissa * Fraction(10) ** int(power.translate(str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")) or 0)


def test_a_ratio_read_again_is_the_ratio_to_half_a_unit():
    draw = random.Random(4)
    for _ in range(3000):
        above, below = draw.randrange(1, 10 ** draw.randrange(1, 30)), draw.randrange(1, 10 ** draw.randrange(1, 12))
        right = Fraction(above, below)
        assert abs(number(times(above, below)) - right) <= right / 200


@pytest.mark.parametrize(
    ("above", "below", "digits", "said"),
    [
        (5, 4, 2, "1.3"), (99996, 10, 3, "10⁴"), (1234, 1, 3, "1,230"), (9996, 1, 3, "10⁴"), (1, 3, 3, "0.333"),
        (1, 10**5, 3, "10⁻⁵"), (2 * 10**38, 1, 3, "2·10³⁸"), (100, 1, 3, "100"), (7, 7, 3, "1"), (1, 100, 3, "0.01"),
    ],
)  # fmt: skip
def test_a_ratio_is_written_in_so_many_digits(above, below, digits, said):
    assert times(above, below, digits) == said


def test_the_sentences_are_true():
    for depth, width in ((2, 1), (3, 10), (6, 10), (1, 5), (20, 64)):
        r = Reading(depth, width, 10, 10, 1)
        dearer = {
            d: r.at("depth", d).multiplications("path") > r.at("depth", d).multiplications("differences")
            for d in range(1, LARGEST["depth"] + 1)
        }
        if r.overtaken is None:
            assert not dearer[LARGEST["depth"]]
        else:
            assert all(dearer[d] for d in dearer if d >= r.overtaken)
            assert r.overtaken == 1 or not dearer[r.overtaken - 1]
        assert r.deeper.sizes == (10, *[width] * depth, 10)
    assert "One more layer of 10 makes the path sum 13.5 times as long" in cost().trace
    assert "for each example" in cost(batch=2).trace
    assert "1 parameter." not in cost((1, 1)).trace
    assert "the path sum does not cost more than the differences" in cost((1, 1, 1)).trace


def test_labels_keep_apart():
    placed = spread({"a": 100.0, "b": 101.0, "c": 20.0, "d": 102.0}, 150)
    heights = sorted(placed.values())
    assert min(b - a for a, b in itertools.pairwise(heights)) >= 14


def test_the_ways_are_named_once():
    assert set(WAYS) == set(Reading(1, 1, 1, 1, 1).costs)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (lambda: cost((3,)), "sizes must be at least two positive whole numbers"),
        (lambda: cost((3, 0, 1)), "sizes must be at least two positive whole numbers"),
        (lambda: cost((3, 1), batch=0.5), "and batch one; got"),
        (lambda: cost((3, 4, 5, 1)), r"hidden layers of one width, got \(3, 4, 5, 1\): the figure has one slider"),
        (lambda: cost((2,) * 23), "depth must be at most 20, got 22; the figure has no room"),
        (lambda: cost((2, 65, 1)), "width must be at most 64, got 65"),
        (lambda: cost((1001, 1)), "inputs must be at most 1,000, got 1,001"),
        (lambda: cost(batch=20_000), "batch must be at most 10,000, got 20,000"),
        (lambda: cost(scheme="complex"), "scheme must be one of central, forward, got 'complex'"),
        (lambda: cost(against="batch"), "against must be one of depth, width, got 'batch'"),
    ],
)
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, said):
    with pytest.raises(ValueError, match=said):
        wrong()
