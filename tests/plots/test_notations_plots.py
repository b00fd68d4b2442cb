"""The figure of chapter 15: sides that meet are equal, and every name stands in a rectangle of its shape."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import Rectangle

from backprop_lab import plots


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def named(ax):
    """Name and shape (rows, columns) of each rectangle, in the order in which they are drawn."""
    boxes = [patch for patch in ax.patches if isinstance(patch, Rectangle)]
    names = [text.get_text() for text in ax.texts if text.get_text() and text.get_text()[0] in "ZWKAbΔΘ∂1"]
    names = [name for name in names if "×" not in name and ":" not in name]
    return list(zip(names, [(box.get_height(), box.get_width()) for box in boxes], strict=True))


@pytest.mark.parametrize(("n_in", "n_out", "m"), [(2, 3, 4), (5, 1, 3), (4, 4, 4)])
def test_products_fit(n_in, n_out, m):
    drawn = named(plots.notations(n_in, n_out, m))
    assert len(drawn) == 3 * 7 + 6
    results = [k for k, (name, _) in enumerate(drawn) if name == "Z" or name.startswith("∂")]
    assert len(results) == 8
    for k in results:
        result, left, right = (shape for _, shape in drawn[k : k + 3])
        assert left[1] == right[0]
        assert result == (left[0], right[1])


def test_too_many_are_refused():
    with pytest.raises(ValueError, match="between 1 and 5"):
        plots.notations(2, 6, 4)


def test_text_keeps_inside_the_figure_and_apart():
    ax = plots.notations(2, 3, 4)
    ax.figure.canvas.draw()
    page = ax.figure.bbox
    texts = [text for text in ax.texts if text.get_text()]
    boxes = [text.get_window_extent() for text in texts]
    for k, box in enumerate(boxes):
        assert page.x0 <= box.x0, texts[k]
        assert box.x1 <= page.x1, texts[k]
        assert page.y0 <= box.y0, texts[k]
        assert box.y1 <= page.y1, texts[k]
        assert not any(box.overlaps(other) for other in boxes[k + 1 :]), texts[k]
