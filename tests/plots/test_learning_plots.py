"""The figures of chapter 11 show the losses and the pictures that they are given."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop_lab import plots

CURVES = {"slow": [1.0, 0.9, 0.8], "fast": [1.0, 0.1, 0.01], "away": [1.0, 50.0, 1e300, np.inf]}


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def test_each_curve_has_its_losses_and_its_name():
    ax = plots.loss_curves(CURVES)
    drawn = {line.get_label(): line for line in ax.lines}
    assert drawn.keys() == CURVES.keys()
    for name in ("slow", "fast"):
        np.testing.assert_array_equal(drawn[name].get_xdata(), [0, 1, 2])
        np.testing.assert_array_equal(drawn[name].get_ydata(), CURVES[name])
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(CURVES)


def test_a_curve_that_climbs_leaves_at_the_top_and_is_drawn_without_a_warning():
    ax = plots.loss_curves(CURVES)
    ax.figure.canvas.draw()
    away = ax.lines[2].get_ydata()
    assert away[1] > ax.get_ylim()[1] == 10
    assert np.isfinite(away[:3]).all()
    assert np.isnan(away[3])


def test_no_two_curves_are_told_apart_by_colour_alone():
    ax = plots.loss_curves({str(k): [1.0, 0.5] for k in range(6)})
    assert len({str(line._unscaled_dash_pattern) for line in ax.lines}) == 6


@pytest.mark.parametrize(
    ("curves", "message"),
    [({}, "1 to 6"), ({str(k): [1.0] for k in range(7)}, "1 to 6"), ({"none": []}, "at least one loss")],
)
def test_curves_that_cannot_be_drawn_are_refused(curves, message):
    with pytest.raises(ValueError, match=message):
        plots.loss_curves(curves)
    assert not plt.get_fignums()


def test_each_picture_is_upright_dark_where_there_is_ink_and_has_its_words():
    X = np.linspace(0, 1, 9 * 7).reshape(9, 7)
    words = [f"picture {k}" for k in range(7)]
    axes = plots.pictures(X, words)
    assert [ax.get_title() for ax in axes] == words
    for k, ax in enumerate(axes):
        (image,) = ax.images
        np.testing.assert_array_equal(image.get_array(), X[:, k].reshape(3, 3))
        assert image.origin == "upper"
        assert sum(image.cmap(1.0)[:3]) < sum(image.cmap(0.0)[:3])


@pytest.mark.parametrize(
    ("X", "words", "message"),
    [
        (np.zeros((5, 2)), ["a", "b"], "square number"),
        (np.zeros((4, 0)), [], "at least 1"),
        (np.zeros(4), ["a"], r"\(n, m\)"),
        (np.zeros((4, 2)), ["a"], "one for each picture"),
    ],
)
def test_pictures_that_cannot_be_drawn_are_refused(X, words, message):
    with pytest.raises(ValueError, match=message):
        plots.pictures(X, words)
    assert not plt.get_fignums()
