"""The figure of chapter 12 draws the sizes that it is given, and no line needs its colour."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.text import Text

from backprop_lab import plots

Z = {name: [1.0, c, c**2] for name, c in (("a", 0.5), ("b", 1.0), ("c", 2.0), ("d", 4.0), ("e", 0.1))}
DELTA = {name: sizes[::-1] for name, sizes in Z.items()}


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def test_each_network_is_a_line_above_and_below():
    for ax, sizes in zip(plots.sizes_by_layer(Z, DELTA), (Z, DELTA), strict=True):
        assert ax.get_yscale() == "log"
        assert {line.get_label(): list(line.get_ydata()) for line in ax.lines} == sizes
        assert all(list(line.get_xdata()) == [1, 2, 3] for line in ax.lines)


def test_no_two_networks_share_a_marker():
    for ax in plots.sizes_by_layer(Z, DELTA):
        assert len({line.get_marker() for line in ax.lines}) == len(Z)


@pytest.mark.parametrize(
    ("z", "delta", "why"),
    [
        ({}, {}, "one to 5 names"),
        ({"a": [1.0]}, {"b": [1.0]}, "the same"),
        ({str(k): [1.0] for k in range(6)}, {str(k): [1.0] for k in range(6)}, "one to 5 names"),
        ({"a": [1.0, 0.0]}, {"a": [1.0, 1.0]}, "positive and finite"),
        ({"a": [1.0, 1.0]}, {"a": [float("inf"), 1.0]}, "positive and finite"),
    ],
)
def test_what_has_no_place_on_the_scale_is_refused(z, delta, why):
    with pytest.raises(ValueError, match=why):
        plots.sizes_by_layer(z, delta)
    assert not plt.get_fignums()


def test_text_keeps_inside_the_figure():
    above, below = plots.sizes_by_layer(Z, DELTA)
    above.figure.canvas.draw()
    page = above.figure.bbox
    titles = [text for ax in (above, below) for text in ax.findobj(Text) if "size of" in text.get_text()]
    assert len(titles) == 2
    for text in (*titles, *above.figure.legends[0].get_texts()):
        box = text.get_window_extent()
        assert page.x0 <= box.x0 < box.x1 <= page.x1, text
        assert page.y0 <= box.y0 < box.y1 <= page.y1, text
