"""The Python side of the epsilon figure: its numbers are the library's, its output is the same on every run."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab.differences import SCHEMES, best_epsilon, numerical_gradient
from backprop_lab.figures.epsilon import epsilon
from backprop_lab.figures.epsilon_reading import DTYPES, EPSILONS, FUNCTIONS, Reading
from backprop_lab.figures.epsilon_words import measured, told
from backprop_lab.figures.wording import plain, show

SCRIPTS = ("epsilon_numbers.js", "epsilon.js")


def drawn(figure) -> str:
    return "\n".join(node.text or "" for node in ET.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_differences_are_those_of_the_library(name, scheme):
    reading = Reading(name, FUNCTIONS[name].start, "float64")
    for e in (0.001, 1e-5, 1e-8):
        expected = numerical_gradient(reading.function.f, np.array([reading.x]), scheme=scheme, epsilon=e)
        assert reading.value(scheme, e) == expected[0]


@pytest.mark.parametrize("x", [-2.0, 0.7, 1.5])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_known_derivatives_are_derivatives_of_each_other(name, x):
    f = FUNCTIONS[name].known
    for order in range(3):
        slope = numerical_gradient(lambda t, k=order: f(float(t[0]))[k], np.array([x]))[0]
        assert slope == pytest.approx(f(x)[order + 1], abs=1e-6)
    assert FUNCTIONS[name].f(np.array([x]))[0] == pytest.approx(f(x)[0], rel=1e-14)


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_theory_bounds_what_is_measured(name, dtype):
    """Up to a factor: truncation and ten times rounding, as the library has it."""
    reading = Reading(name, FUNCTIONS[name].start, dtype)
    for scheme in SCHEMES:
        for e in EPSILONS:
            if e > 0.005 or reading.vanishes(scheme, e):
                continue
            allowed = 1.5 * reading.truncation(scheme, e) + reading.difference(scheme, e).doubt
            assert reading.error(scheme, e) <= allowed


def test_the_lines_cross_where_their_errors_are_alike():
    reading = Reading("neuron", 0.7, "float64")
    for scheme in ("forward", "central"):
        e = reading.crossing(scheme)
        assert reading.truncation(scheme, e) == pytest.approx(reading.rounding(scheme, e))
        assert 0.1 < e / best_epsilon(scheme) < 10


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(name, dtype):
    for scheme in SCHEMES:
        figure, reading = epsilon(name, dtype=dtype, scheme=scheme), Reading(name, FUNCTIONS[name].start, dtype)
        for number in reading.known[:2]:
            assert show(number) in figure.alt
            assert plain(number) in figure.trace
        value = measured(reading.difference(scheme, 1e-3), show)
        assert value in drawn(figure)
        assert value in figure.alt
        assert figure.alt.endswith(told(reading, scheme, 1e-3)[-1])
        assert figure.trace.endswith(told(reading, scheme, 1e-3, plain)[-1])
        assert not re.search(r"(?<![\d⁻])[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt), "a negative zero"
        assert "nan" not in (figure.trace + figure.alt + figure.svg).lower().replace("dominan", "")


READINGS = {
    "too large": ({"epsilon": 0.1}, "Truncation dominates: a smaller ε is better here."),
    "too small": ({"epsilon": 1e-12}, "Rounding dominates: a larger ε is better here."),
    "vanished": ({"dtype": "float32", "epsilon": 1e-10}, "x + ε rounds to x: the nudge vanishes"),
    "kink": ({"function": "relu", "epsilon": 0.1}, "The nudge reaches the kink at x = 0.5: the two lines do not hold"),
    "no truncation": ({"function": "offset"}, "Truncation is 0, rounding about 2.2e-10"),
    "complex": ({"scheme": "complex", "epsilon": 1e-16}, "ε is small enough, and may be as small as one likes."),
    "complex, large": ({"scheme": "complex", "epsilon": 0.1}, "Truncation is about 0.00064: a smaller ε is better"),
    "complex, square": ({"scheme": "complex", "function": "offset"}, "f‴ = 0, so truncation is 0 as well."),
}


@pytest.mark.parametrize(("setting", "said"), READINGS.values(), ids=READINGS)
def test_the_reading_says_which_error_dominates(setting, said):
    assert said in epsilon(**setting).trace


def test_the_best_epsilon_reads_more_digits_than_a_larger_and_a_smaller_one():
    reading = Reading("neuron", 0.7, "float64")
    errors = [reading.error("central", e) for e in (1e-2, 5.62e-6, 1e-10)]
    assert errors[1] < min(errors[0], errors[2]) / 100


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: epsilon("sin"), ValueError, "function must be one of neuron, exp, cube, offset, relu, got 'sin'"),
        (lambda: epsilon(dtype="float16"), ValueError, "dtype must be one of float64, float32, got 'float16'"),
        (lambda: epsilon(scheme="back"), ValueError, "scheme must be one of central, forward, complex, got 'back'"),
        (lambda: epsilon(x=[1.0]), TypeError, r"x must be one number, got \[1.0\]"),
        (lambda: epsilon(x=6.0), ValueError, "x must lie between -5 and 5, got 6; differences.numerical"),
        (lambda: epsilon(x=float("nan")), ValueError, "x must lie between -5 and 5, got nan"),
        (lambda: epsilon(epsilon=0.2), ValueError, "epsilon must be 1, 1.78, 3.16 or 5.62 times a power of ten"),
    ],
)
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
