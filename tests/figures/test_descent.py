"""The Python side of the descent figure: its steps are the library's, its gradients pass a check, its output is fixed."""

import base64
import math
import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.figures.descent import EXAMPLES, descent
from backprop_lab.figures.descent_paths import SURFACES, Setting, descend, limit
from backprop_lab.figures.descent_still import chained, contours
from backprop_lab.figures.descent_words import outcome
from backprop_lab.figures.wording import plain, show
from backprop_lab.gradient_check import numerical_gradient
from backprop_lab.optimisers import OPTIMISERS, Adam, GradientDescent, Momentum

X, Y = (np.array(table) for table in EXAMPLES)


def a_neuron(w=-2.0, b=2.0, activation="sigmoid", loss="squared_error") -> network.Parameters:
    return network.Parameters.of(W={1: [[w]]}, b={1: [[b]]}, activations=(activation,), loss=loss)


def a_setting(**some) -> Setting:
    usual = {
        "surface": "bowl", "learning_rate": 0.1, "beta": 0.7, "w": -2.0, "b": 1.0, "optimiser": "all", "steps": 30,
        "elongation": 10.0, "params": a_neuron(), "X": X, "Y": Y,
    }  # fmt: skip
    return Setting(**(usual | some))


@pytest.mark.parametrize("surface", SURFACES)
def test_the_gradient_of_each_surface_is_its_central_difference(surface):
    setting = a_setting(surface=surface, elongation=7.5)
    for w, b in np.random.default_rng(2).uniform(-setting.far, setting.far, (40, 2)):
        expected = numerical_gradient(lambda theta: setting.loss(*theta), np.array([w, b]))
        assert np.allclose(setting.gradient(w, b), expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("surface", [name for name in SURFACES if SURFACES[name].minima])
def test_the_minima_that_the_map_marks_are_minima(surface):
    setting = a_setting(surface=surface)
    for w, b in setting.minima:
        assert np.allclose(setting.gradient(w, b), 0.0, atol=1e-8)
        assert setting.loss(w, b) >= 0
        around = [setting.loss(w + 0.1 * math.cos(t), b + 0.1 * math.sin(t)) for t in np.linspace(0, 6, 13)]
        assert min(around) > setting.loss(w, b)


def test_the_saddle_is_one():
    setting = a_setting(surface="saddle")
    assert setting.gradient(0.0, 0.0) == (0.0, 0.0)
    assert setting.loss(0.0, 0.1) < setting.loss(0.0, 0.0) < setting.loss(0.1, 0.0)


def test_the_first_steps_on_the_bowl_by_hand():
    # g = (w, 10 b) = (−2, 10). Descent: −0.1 g. Adam's first step is −η sign(g), to eight digits.
    starts = {name: descend(a_setting(steps=2), name).points for name in OPTIMISERS}
    assert starts["gradient_descent"][1] == pytest.approx((-1.8, 0.0))
    assert starts["momentum"][1] == pytest.approx((-1.8, 0.0))
    assert starts["momentum"][2] == pytest.approx((-1.8 + 0.7 * 0.2 + 0.18, -0.7))
    assert starts["adam"][1] == pytest.approx((-1.9, 0.9))


@pytest.mark.parametrize("kind", [GradientDescent, Momentum, Adam])
def test_the_path_over_a_neuron_is_training_by_the_library(kind):
    name = next(name for name, known in OPTIMISERS.items() if known is kind)
    setting = a_setting(surface="neuron", w=-2.0, b=2.0, learning_rate=0.5)
    here, optimiser = a_neuron(), kind(learning_rate=0.5, **({"beta": 0.7} if kind is Momentum else {}))
    for point, loss in zip(descend(setting, name).points, descend(setting, name).losses, strict=True):
        assert here.vector.tolist() == list(point)
        cache = network.forward(here, X)
        assert network.loss(here, cache, Y) == loss
        optimiser.step(here, network.backward(here, cache, Y))


@pytest.mark.parametrize("name", ["gradient_descent", "momentum"])
@pytest.mark.parametrize("elongation", [1.0, 10.0, 30.0])
def test_the_limit_of_the_learning_rate_is_where_the_bowl_is_left(name, elongation):
    most = limit(a_setting(elongation=elongation), name)
    for share, diverges in ((0.98, False), (1.02, True)):
        setting = a_setting(elongation=elongation, learning_rate=share * most, steps=5000)
        path = descend(setting, name)
        assert (path.losses[-1] > setting.top) is diverges
        assert outcome(setting, path).endswith("It diverges.") is diverges
    assert limit(a_setting(), "adam") is None
    assert limit(a_setting(surface="saddle"), name) is None


def test_it_says_at_which_step_the_loss_left_the_picture():
    setting = a_setting(learning_rate=0.21, steps=100, w=-2.5, b=1.5)
    path = descend(setting, "gradient_descent")
    step = path.left_picture(setting)
    assert path.losses[step - 1] <= setting.top < path.losses[step]
    trace = descent(learning_rate=0.21, steps=100).trace
    assert f"Gradient descent: the loss left the picture at step {step}" in trace
    assert "Gradient descent converges for η < 2/λ_max = 0.2; η = 0.21 is above it." in trace
    assert "η = 0.2 is exactly there." in descent(learning_rate=0.2).trace


def test_the_ridge_leads_to_the_saddle_and_a_nudge_leads_past_it():
    on, beside = (descend(a_setting(surface="saddle", b=b, steps=200), "gradient_descent") for b in (0.0, 0.02))
    assert on.points[-1] == pytest.approx((0.0, 0.0), abs=1e-6)
    assert beside.points[-1] == pytest.approx((0.0, 1.0), abs=1e-6)


def svg_of(figure) -> str:
    return base64.b64decode(re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', figure.html)[1]).decode()


@pytest.mark.parametrize("surface", SURFACES)
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers_of_the_paths(surface):
    figure = descent(surface=surface, start=(1.25, -0.75), learning_rate=0.125, steps=12)
    setting = a_setting(surface=surface, w=1.25, b=-0.75, learning_rate=0.125, steps=12)
    drawn = "\n".join(
        node.text or "" for node in ET.fromstring(svg_of(figure)).iter("{http://www.w3.org/2000/svg}text")
    )
    for name in OPTIMISERS:
        last = descend(setting, name).losses[-1]
        assert show(last) in figure.alt
        assert show(last, 3) in drawn
        assert plain(last, 5) in figure.trace
    assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt), "a negative zero"


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("steps", [0, 30, 500])
def test_the_output_is_small_and_the_same_on_every_run(surface, steps):
    bundle = descent(surface=surface, steps=steps)._repr_mimebundle_()
    assert bundle == descent(surface=surface, steps=steps)._repr_mimebundle_()
    assert len(bundle["text/html"].encode()) < 120_000


def test_a_neuron_of_the_library_is_the_surface():
    params = a_neuron(3.0, -7.5, "tanh")
    figure = descent(params, X, Y, optimiser="adam", steps=0)
    assert plain(network.loss(params, network.forward(params, X), Y), 5) in figure.trace
    assert "one neuron: activation tanh, loss squared_error, 6 examples" in figure.trace
    assert figure.setting["net"]["W"] == {"1": [[3.0]]}
    assert figure.setting["surface"] == "neuron"
    assert "Adam: L = " in figure.trace
    assert "momentum" not in figure.trace


def test_the_lines_of_equal_loss_lie_at_that_loss():
    setting = a_setting(surface="bowl", elongation=1.0)
    (circle,) = chained(contours(setting.grid, 2.0))
    assert circle[0] == circle[-1]
    radii = [math.hypot(column - 20, row - 20) * 6 / 40 for column, row in circle]
    assert max(abs(radius - 2) for radius in radii) < 0.01


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: descent(2.0, X, Y), TypeError, "descent: params must be a network.Parameters, got float"),
        (lambda: descent(a_neuron()), TypeError, "descent: params need X and Y"),
        (lambda: descent(X=X, Y=Y), TypeError, "X and Y are the examples of params; give params too"),
        (lambda: descent(network.init((2, 1)), X, Y), ValueError, "the network is 2-1, and there is room for 1 layers"),
        (lambda: descent(a_neuron(80.0), X, Y), ValueError, r"between -50 and 50, got \[80.0, 2.0\]"),
        (lambda: descent(a_neuron(), X, Y[:, :2]), ValueError, "Y"),
        (lambda: descent(a_neuron(), X, Y, surface="bowl"), ValueError, "params make the surface 'neuron', got surface='bowl'"),
        (lambda: descent(a_neuron(1, 1, "softmax", "cross_entropy"), X, Y * 0 + 1), ValueError, "softmax of one unit is always 1"),
        (lambda: descent(surface="hill"), ValueError, "surface 'hill' is not known; choose one of bowl, neuron, saddle"),
        (lambda: descent(optimiser="sgd"), ValueError, "optimiser 'sgd' is not known; choose one of all, gradient_descent"),
        (lambda: descent(learning_rate=0), ValueError, "learning_rate must lie between 0.001 and 10, got 0"),
        (lambda: descent(learning_rate="0.1"), TypeError, "learning_rate must be one number, got '0.1'"),
        (lambda: descent(beta=1.0), ValueError, "beta must lie between 0 and 0.99, got 1"),
        (lambda: descent(elongation=float("nan")), ValueError, "elongation must lie between 1 and 30, got nan"),
        (lambda: descent(steps=2.5), TypeError, "steps must be a whole number, got 2.5"),
        (lambda: descent(steps=501), ValueError, "steps must be a whole number from 0 to 500, got 501"),
        (lambda: descent(start=(4, 0)), ValueError, "start w must lie between -3 and 3, got 4"),
        (lambda: descent(start=1.0), ValueError, r"start must be two numbers, \(w, b\), got 1.0"),
        (lambda: descent(start=("a", 0)), TypeError, "start w must be one number, got 'a'"),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
