"""The figures of chapter 5 show the numbers that the mathematics gives, and refuse what they cannot draw."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop_lab import network, plots

W = {1: [[0.5], [-1.0]], 2: [[1.5, -0.8]]}
b = {1: [[-0.25], [0.5]], 2: [[-0.5]]}
SMALL = network.Parameters.of(W, b, ["sigmoid", "sigmoid"], "squared_error")
OTHER = network.Parameters.of(W, b, ["tanh", "identity"], "squared_error")


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def number(text):
    return float(text.split()[-1].replace("−", "-"))


@pytest.mark.parametrize(("params", "x", "y"), [(SMALL, 2.0, 1.0), (OTHER, -0.7, 0.3)])
def test_the_paths_of_the_fork_add_up_to_the_slope_of_the_loss(params, x, y):
    ax = plots.fork(params, [[x]], [[y]])
    paths = [number(text.get_text()) for text in ax.texts if text.get_text().startswith("path")]

    def loss(at):
        return network.loss(params, network.forward(params, [[at]]), [[y]])

    assert sum(paths) == pytest.approx((loss(x + 1e-5) - loss(x - 1e-5)) / 2e-5, abs=1.1e-4)


def test_the_fork_writes_every_value_and_every_rate():
    written = {text.get_text().split("\n")[-1] for text in plots.fork(SMALL, [[2.0]], [[1.0]]).texts}
    assert written >= {"2", "0.75", "−1.5", "0.6792", "0.1824", "0.3728", "0.5921", "0.0832"}
    assert written >= {"−0.4079", "0.2415", "1.5", "0.2179", "0.5", "−0.8", "0.1491", "−1"}


def test_a_fork_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="fork draws a 1-2-1 network, got 1-3-1"):
        plots.fork(network.init((1, 3, 1)), [[1.0]], [[0.0]])
    assert not plt.get_fignums()


def test_strips_and_corner_add_up_to_what_the_area_gains():
    ax = plots.two_nudges(3.0, 2.0, 0.75, 0.25)
    whole, *gained = (patch.get_width() * patch.get_height() for patch in ax.patches)
    assert sum(gained) == pytest.approx(3.75 * 2.25 - whole)
    said = {number(text.get_text()) for text in ax.texts}
    np.testing.assert_allclose(sorted(said), sorted([whole, *gained]))


def test_no_two_parts_share_a_hatch():
    patches = plots.two_nudges(3.0, 2.0, 0.75, 0.25).patches
    assert len({patch.get_hatch() for patch in patches}) == 4


@pytest.mark.parametrize("sides", [(0.0, 1.0, 1.0, 1.0), (1.0, 1.0, -0.1, 1.0)])
def test_an_area_that_cannot_be_drawn_is_refused(sides):
    with pytest.raises(ValueError, match="must be positive"):
        plots.two_nudges(*sides)
    assert not plt.get_fignums()


def test_text_keeps_inside_the_figure():
    for ax in (plots.fork(SMALL, [[2.0]], [[1.0]]), plots.two_nudges(3.0, 2.0, 0.75, 0.25)):
        ax.figure.canvas.draw()
        page = ax.figure.bbox
        for text in ax.texts:
            box = text.get_window_extent()
            assert page.x0 <= box.x0, text
            assert box.x1 <= page.x1, text
            assert page.y0 <= box.y0, text
            assert box.y1 <= page.y1, text
