"""The Python side of the nudge figure: its numbers are the library's, its output is the same on every run."""

import re
import xml.etree.ElementTree as ET

import pytest

from backprop_lab import figures, neuron
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.drawing import signed_log
from backprop_lab.figures.nudge_words import conclusion, notes
from backprop_lab.figures.reading import EPSILONS, Reading
from backprop_lab.figures.wording import plain, show
from backprop_lab.gradient_check import numerical_gradient

PAIRS = [(name, "squared_error") for name in ELEMENTWISE] + [("sigmoid", "binary_cross_entropy")]
SCRIPTS = ("core.js", "nets.js", "draw.js", "page.js", "element.js", "predict.js", "nudge.js")


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
@pytest.mark.parametrize("wrt", ["w", "b", "x"])
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers_of_the_library(activation, loss, wrt):
    params = neuron.Parameters(0.8, -0.3, activation, loss)
    cache = neuron.forward(params, 1.5)
    gradients = neuron.backward(params, cache, 0.25)
    figure = figures.nudge(params, 1.5, 0.25, wrt=wrt)
    numbers = (
        cache.z, cache.a, neuron.loss(params, cache, 0.25),
        gradients.dL_da, gradients.da_dz, getattr(gradients, f"dz_d{wrt}"), getattr(gradients, f"dL_d{wrt}"),
    )  # fmt: skip
    drawn = "\n".join(node.text or "" for node in ET.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text"))
    for number in numbers:
        assert show(number) in figure.alt
        assert show(number) in drawn
        assert plain(number) in figure.trace
    assert figure.alt.endswith(conclusion(Reading(params, 1.5, 0.25, wrt)))


@pytest.mark.parametrize("epsilon", EPSILONS)
def test_the_nudge_is_the_central_difference_of_the_library(epsilon):
    params = neuron.Parameters(0.8, -0.3)

    def loss(theta):
        moved = params.with_vector(theta)
        return neuron.loss(moved, neuron.forward(moved, 1.5), 1.0)

    expected = numerical_gradient(loss, params.vector, epsilon=epsilon)
    for wrt, number in zip("wb", expected, strict=True):
        assert Reading(params, 1.5, 1.0, wrt).difference(epsilon).value == number


def test_a_neuron_can_be_given_as_numbers_or_as_the_library_has_it():
    by_name = figures.nudge(w=1.0, b=0.5, x=-2.0, y=0.0, activation="tanh")
    assert by_name.html == figures.nudge(neuron.Parameters(1.0, 0.5, "tanh"), x=-2.0, y=0.0).html
    assert by_name.setting["activation"] == "tanh"


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: figures.nudge(2.0, 1.0), TypeError, r"params must be a neuron.Parameters, got 2.0; pass nudge\("),
        (lambda: figures.nudge(neuron.init(), w=1.0), TypeError, "params already holds w; give either"),
        (lambda: figures.nudge(x=[1.0]), TypeError, r"x must be one number, got \[1.0\]"),
        (lambda: figures.nudge(y=float("nan")), ValueError, "y must lie between -100 and 100, got nan"),
        (lambda: figures.nudge(w=1e6), ValueError, r"w must lie between -100 and 100, got 1e\+06; the figure has no"),
        (lambda: figures.nudge(w="1"), TypeError, "w must be one number, got '1'"),
        (lambda: figures.nudge(wrt="y"), ValueError, "wrt must be 'w', 'b' or 'x', got 'y'"),
        (lambda: figures.nudge(epsilon=0.2), ValueError, "epsilon must be one of 0.5, 0.1, 0.01, 0.001, 1e-05, 1e-10"),
        (lambda: figures.nudge(activation="sigmoyd"), ValueError, "activation 'sigmoyd' is not known; choose one of"),
        (lambda: figures.nudge(activation="tanh", loss="binary_cross_entropy"), ValueError, "needs activation 'sigmoid'"),
        (lambda: figures.nudge(loss="binary_cross_entropy", y=2), ValueError, "y must lie between 0 and 1, got 2"),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()


EDGES = {
    "the target is hit": (
        {"activation": "identity", "w": 1, "b": 0, "x": 2, "y": 2},
        "The prediction hits the target, so",
    ),
    "no input": ({"x": 0}, "x = 0 keeps w out of z, so"),
    "no weight": ({"w": 0, "wrt": "x"}, "w = 0 keeps x out of z, so"),
    "relu is off": ({"activation": "relu", "w": -1, "x": 1}, "z is below 0, where relu is flat, so"),
    "relu's kink": (
        {"activation": "relu", "w": 1, "b": -2, "x": 2},
        "z = 0 is the kink of relu, where we take slope 0, so",
    ),
    "downhill": ({}, "Raise w a little and L falls, by about 0.14 for each unit of w."),
    "uphill": ({"y": 0}, "Raise w a little and L rises, by about 0.296 for each unit of w."),
    "certain and wrong": ({"loss": "binary_cross_entropy", "w": 30, "y": 0}, "The prediction is certain and wrong"),
}


@pytest.mark.parametrize(("setting", "said"), EDGES.values(), ids=EDGES)
def test_the_conclusion_says_what_to_do_or_why_nothing_is_to_be_done(setting, said):
    figure = figures.nudge(**setting)
    assert said in figure.trace
    assert said in figure.alt
    assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt), "a negative zero"


def test_the_notes_name_saturation_kinks_and_rounding():
    saturated = Reading(neuron.Parameters(2.5, 1.0), 2.0, 0.0, "w")
    assert "Saturated: sigmoid" in notes(saturated, saturated.difference(0.1))[0]
    kink = Reading(neuron.Parameters(0.5, -0.5, "relu"), 1.0, 1.0, "w")
    assert "crosses the kink" in notes(kink, kink.difference(0.1))[0]
    lost = Reading(neuron.Parameters(40.0, 0.0), 1.0, 0.0, "w")
    assert any("lost in rounding" in note for note in notes(lost, lost.difference(0.1)))
    assert "lost in rounding" in figures.nudge(w=40.0, x=1.0, b=0.0, y=0.0).trace


def test_digits_agree_no_further_than_rounding_lets_them():
    reading = Reading(neuron.Parameters(0.5, -0.25), 2.0, 1.0, "w")
    digits = [reading.difference(epsilon).digits_agreeing(reading.product) for epsilon in EPSILONS]
    assert digits == [1, 2, 4, 6, 10, 5]  # better and better, and worse once ε is too small


def test_multiplying_moves_by_the_same_length_on_the_scale():
    steps = [signed_log(10 * v) - signed_log(v) for v in (0.1, 1.0, 10.0)]
    assert max(steps) - min(steps) < 0.02
    assert signed_log(-3.0) == -signed_log(3.0)
