"""The figure of chapter 14 shows two walks over one graph, and only the second ends with what nudging measures."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest

from backprop_lab import plots


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def gradients(ax):
    """The number in the second line of each node."""
    nodes = [text.get_text().splitlines() for text in ax.texts if "\n" in text.get_text()]
    return {first[0]: float(second.partition(" = ")[2].removesuffix(" ✗").replace("−", "-")) for first, second in nodes}


def nudged(x, h=1e-5):
    def loss(at):
        return 2 * at * (2 * at + 1)

    return (loss(x + h) - loss(x - h)) / (2 * h)


@pytest.mark.parametrize("x", [3.0, -0.75, 0.4])
def test_only_the_walk_that_waits_is_right(x):
    wrong, right = (gradients(ax) for ax in plots.diamond(x))
    assert right["x"] == pytest.approx(nudged(x), abs=1e-4)
    assert wrong["x"] == pytest.approx(2 * (2 * x + 1), abs=1e-4)  # the path through v never reaches x
    assert {name: wrong[name] for name in "uvL"} == {name: right[name] for name in "uvL"}


def test_each_share_has_its_turn():
    above, below = plots.diamond(3.0)
    said = [{text.get_text() for text in ax.texts} for ax in (above, below)]
    assert said[0] >= {"1: 7", "1: 6", "2: 14", "3: 6"}
    assert said[1] >= {"1: 7", "1: 6", "2: 6", "3: 26"}


def test_text_keeps_inside_the_figure_and_apart():
    axes = plots.diamond(3.0)
    axes[0].figure.canvas.draw()
    page = axes[0].figure.bbox
    for ax in axes:
        boxes = [text.get_window_extent() for text in ax.texts]
        for k, box in enumerate(boxes):
            assert page.x0 <= box.x0, ax.texts[k]
            assert box.x1 <= page.x1, ax.texts[k]
            assert page.y0 <= box.y0, ax.texts[k]
            assert box.y1 <= page.y1, ax.texts[k]
            assert not any(box.overlaps(other) for other in boxes[k + 1 :]), ax.texts[k]
