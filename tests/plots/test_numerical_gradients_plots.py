"""The figure of chapter 3 draws lines with the slopes that the differences have."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop_lab import neuron, plots

NEURONS = [
    (neuron.Parameters(w=0.5, b=-0.25), 2.0, 1.0),
    (neuron.Parameters(w=-1.2, b=0.4, activation="tanh"), -0.7, 0.2),
    (neuron.Parameters(w=0.8, b=0.1, loss="binary_cross_entropy"), 1.5, 0.0),
]


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def loss_at(params, x, y, w):
    moved = params.with_vector((w, params.b))
    return neuron.loss(moved, neuron.forward(moved, x), y)


def line(ax, label):
    (found,) = [line for line in ax.lines if line.get_label() == label]
    return found.get_data()


@pytest.mark.parametrize(("params", "x", "y"), NEURONS)
@pytest.mark.parametrize("epsilon", [0.1, 0.4])
def test_each_line_has_the_slope_of_its_difference_and_passes_through_its_points(params, x, y, epsilon):
    ax, w = plots.secants(params, x, y, epsilon=epsilon), params.w
    behind, here, ahead = (loss_at(params, x, y, w + k * epsilon) for k in (-1, 0, 1))
    expected = {
        "tangent": (neuron.backward(params, neuron.forward(params, x), y).dL_dw, here),
        "forward": ((ahead - here) / epsilon, here),
        "central": ((ahead - behind) / (2 * epsilon), (ahead + behind) / 2),
    }
    for name, (slope, at_w) in expected.items():
        (w0, w1), (L0, L1) = line(ax, name)
        assert (L1 - L0) / (w1 - w0) == pytest.approx(slope, abs=1e-12)
        assert L0 + slope * (w - w0) == pytest.approx(at_w, abs=1e-12)


def test_every_line_is_named_in_words_and_has_a_style_of_its_own():
    ax = plots.secants(neuron.Parameters(w=0.5, b=-0.25), 2.0, 1.0)
    said = [text.get_text() for text in ax.get_legend().get_texts()]
    assert said == ["loss L", "tangent, slope −0.1398", "forward, slope −0.0903", "central, slope −0.1450"]
    named = [line for line in ax.lines if line.get_label() in ("loss", "tangent", "forward", "central")]
    assert len({line.get_linestyle() for line in named}) == 4


@pytest.mark.parametrize("epsilon", [0.0, -0.1, float("nan"), np.inf])
def test_a_nudge_that_is_none_is_refused(epsilon):
    with pytest.raises(ValueError, match="epsilon must be a positive number"):
        plots.secants(neuron.Parameters(0.5, 0.0), 1.0, 1.0, epsilon=epsilon)
    assert not plt.get_fignums(), "a refused figure leaves nothing behind"
