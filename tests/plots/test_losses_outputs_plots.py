"""The figure of chapter 9 shows the numbers that the mathematics gives, and refuses what it cannot draw."""

from math import exp, log

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop_lab import plots


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def lines(ax):
    return {line.get_label(): line.get_data() for line in ax.lines}


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_curves_are_the_losses(y):
    losses, _ = plots.confident_and_wrong(y)
    for name, (z, drawn) in lines(losses).items():
        given = [1 / (1 + exp(-t if y else t)) for t in z]  # probability of the right answer
        expected = [0.5 * (1 - a) ** 2 if name == "squared error" else -log(a) for a in given]
        np.testing.assert_allclose(drawn, expected, rtol=1e-11)


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_signals_below_are_the_slopes_of_the_losses_above(y):
    losses, signals = plots.confident_and_wrong(y, reach=4.0)
    for name, (z, delta) in lines(signals).items():
        np.testing.assert_allclose(delta[1:-1], np.gradient(lines(losses)[name][1], z)[1:-1], atol=2e-4)


def test_the_signal_of_the_squared_error_is_strongest_at_a_third():
    _, signals = plots.confident_and_wrong(reach=6.0)
    z, delta = lines(signals)["squared error"]
    assert delta.min() == pytest.approx(-4 / 27, abs=1e-4)
    assert z[delta.argmin()] == pytest.approx(-log(2), abs=0.05)


def test_the_two_losses_have_line_styles_of_their_own():
    for ax in plots.confident_and_wrong():
        assert len({line.get_linestyle() for line in ax.lines}) == 2
        assert [text.get_text() for text in ax.get_legend().get_texts()] == ["squared error", "cross-entropy"]


@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_legend_hides_no_curve(y):
    for ax in plots.confident_and_wrong(y):
        ax.figure.canvas.draw()
        box = ax.get_legend().get_window_extent()
        for line in ax.lines:
            points = ax.transData.transform(line.get_xydata())
            assert not any(box.contains(*point) for point in points), line.get_label()


@pytest.mark.parametrize(
    ("options", "message"),
    [({"y": 0.5}, "y must be 0 or 1"), ({"reach": 0.0}, "reach must be"), ({"reach": float("inf")}, "reach must be")],
)
def test_what_cannot_be_drawn_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        plots.confident_and_wrong(**options)
    assert not plt.get_fignums()
