"""The figures of chapter 2 show the numbers that the mathematics gives, and refuse what they cannot draw."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axes import Axes

from backprop_lab import neuron, plots
from backprop_lab.activations import ELEMENTWISE

NEURONS = [
    (neuron.Parameters(w=0.5, b=-0.25), 2.0, 1.0, 0.3),
    (neuron.Parameters(w=-1.2, b=0.4, activation="tanh"), -0.7, 0.2, -0.5),
    (neuron.Parameters(w=0.8, b=0.1, loss="binary_cross_entropy"), 1.5, 0.0, 0.2),
    (neuron.Parameters(w=-1.0, b=0.0, activation="relu"), 1.0, 1.0, 0.3),
]


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def line(ax, label):
    (found,) = [line for line in ax.lines if line.get_label() == label]
    return found.get_data()


@pytest.mark.parametrize(("params", "x", "y", "nudge"), NEURONS)
def test_the_tangent_has_the_slope_of_the_gradient_and_touches_the_loss(params, x, y, nudge):
    cache = neuron.forward(params, x)
    (w0, w1), (L0, L1) = line(plots.loss_tangent(params, x, y, nudge=nudge), "tangent")
    slope = (L1 - L0) / (w1 - w0)
    assert slope == pytest.approx(neuron.backward(params, cache, y).dL_dw, abs=1e-12)
    assert L0 + slope * (params.w - w0) == pytest.approx(neuron.loss(params, cache, y), abs=1e-12)


@pytest.mark.parametrize(("params", "x", "y", "nudge"), NEURONS)
def test_the_remainder_lies_between_what_is_foretold_and_what_happens(params, x, y, nudge):
    cache = neuron.forward(params, x)
    moved = params.with_vector((params.w + nudge, params.b))
    across, (foretold, there) = line(plots.loss_tangent(params, x, y, nudge=nudge), "remainder")
    assert across == pytest.approx([params.w + nudge] * 2)
    assert foretold == pytest.approx(neuron.loss(params, cache, y) + nudge * neuron.backward(params, cache, y).dL_dw)
    assert there == pytest.approx(neuron.loss(moved, neuron.forward(moved, x), y))


def test_the_loss_is_drawn_on_both_sides_of_the_nudge():
    across, _ = line(plots.loss_tangent(neuron.Parameters(0.5, 0.0), 1.0, 1.0, nudge=-0.3, before=1, after=2), "loss")
    assert (across[0], across[-1]) == pytest.approx((-0.8, 2.5))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"nudge": 0.0}, "nudge must be a number other than 0"),
        ({"nudge": float("nan")}, "nudge must be a number other than 0"),
        ({"before": 0.0}, "before and after must be positive"),
        ({"after": -1.0}, "before and after must be positive"),
    ],
)
def test_a_tangent_that_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        plots.loss_tangent(neuron.Parameters(0.5, 0.0), 1.0, 1.0, **options)
    assert not plt.get_fignums(), "a refused figure leaves nothing behind"


def test_the_chain_writes_every_value_and_every_rate():
    ax = plots.chain(neuron.Parameters(w=0.5, b=-0.25), x=2.0, y=1.0)
    written = {text.get_text() for text in ax.texts}
    assert written >= {"w\n0.5", "x\n2", "b\n−0.25", "y\n1", "z\n0.75", "a\n0.6792", "L\n0.0515"}
    assert written >= {"∂L/∂a\n−0.3208", "∂a/∂z\n0.2179", "∂z/∂w\n2", "∂z/∂b\n1", "∂z/∂x\n0.5"}


def test_a_zero_is_written_without_a_sign():
    ax = plots.chain(neuron.Parameters(w=-0.0, b=0.0, activation="relu"), x=-1.0, y=0.0)
    assert {text.get_text() for text in ax.texts} >= {"z\n0", "∂L/∂a\n0", "∂a/∂z\n0"}


def test_text_keeps_inside_the_figure():
    for params, x, y, nudge in NEURONS:
        for ax in (plots.chain(params, x, y), plots.loss_tangent(params, x, y, nudge=nudge)):
            ax.figure.canvas.draw()
            page = ax.figure.bbox
            for text in ax.texts:
                box = text.get_window_extent()
                assert page.x0 <= box.x0, text
                assert box.x1 <= page.x1, text
                assert page.y0 <= box.y0, text
                assert box.y1 <= page.y1, text


@pytest.mark.parametrize("name", sorted(ELEMENTWISE))
def test_an_activation_is_drawn_above_its_derivative(name):
    value, slope = plots.activation_curves([name])
    for ax, function in ((value, ELEMENTWISE[name].value), (slope, ELEMENTWISE[name].derivative)):
        assert isinstance(ax, Axes)
        ((z, drawn),) = [line.get_data() for line in ax.lines]
        at = np.isfinite(z)
        np.testing.assert_array_equal(drawn[at], function(z[at]))


def test_no_two_activations_share_a_line_style():
    value, _ = plots.activation_curves(["sigmoid", "tanh", "relu", "softplus"])
    assert len({line.get_linestyle() for line in value.lines}) == 4


def test_the_jump_of_relu_is_not_drawn_as_a_slope():
    _, slope = plots.activation_curves(["relu"])
    z, drawn = slope.lines[0].get_data()
    (gap,) = np.flatnonzero(np.isnan(drawn))
    assert z[gap - 1] == 0 < z[gap + 1] < 1e-9
    assert set(drawn[np.isfinite(z)]) == {0.0, 1.0}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"names": []}, "1 to 4 activations"),
        ({"names": ["sigmoid"] * 5}, "1 to 4 activations"),
        ({"names": ["sigmoyd"]}, "'sigmoyd' is not known; choose one of"),
        ({"reach": 0.0}, "reach must be positive"),
    ],
)
def test_activations_that_cannot_be_drawn_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        plots.activation_curves(**arguments)
    assert not plt.get_fignums()
