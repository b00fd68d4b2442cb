"""The figure of chapter 6 shows the two sums of one table, and refuses what does not fit."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop_lab import plots

W = np.array([[1.5, -0.8, 0.6], [-0.4, 1.2, -1.0]])
A, DELTA = np.array([[0.5], [-1.0], [2.0]]), np.array([[0.25], [-0.5]])


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


@pytest.mark.parametrize(("i", "j"), [(1, 1), (2, 3), (1, 2)])
def test_the_sums_are_a_row_with_a_and_a_column_with_delta(i, j):
    said = [text.get_text() for text in plots.rows_and_columns(W, A, DELTA, i=i, j=j).texts]
    (row,) = [text for text in said if text.startswith(f"row {i} with a:")]
    (column,) = [text for text in said if text.startswith(f"column {j} with δ:")]
    for text, expected in ((row, (W @ A)[i - 1, 0]), (column, (W.T @ DELTA)[j - 1, 0])):
        assert float(text.split("=")[-1].replace("−", "-")) == pytest.approx(expected, abs=1e-4)


def test_row_and_column_are_framed_in_two_line_styles():
    ax = plots.rows_and_columns(W, A, DELTA)
    frames = [patch for patch in ax.patches if not patch.get_fill()]
    assert [frame.get_linestyle() for frame in frames] == ["-", "-", "--", "--"]
    sizes = [(frame.get_width(), frame.get_height()) for frame in frames]
    assert sizes[0] == (6, 1)
    assert sizes[2] == (2, 2)


@pytest.mark.parametrize(
    ("arrays", "where", "message"),
    [
        ((W, A[:2], DELTA), {}, "must have the shapes"),
        ((W, A, DELTA[:, 0]), {}, "must have the shapes"),
        ((np.ones((6, 1)), np.ones((1, 1)), np.ones((6, 1))), {}, "5 rows and columns at the most"),
        ((W, A, DELTA), {"i": 3}, "no row 3 and column 1"),
    ],
)
def test_what_does_not_fit_is_refused(arrays, where, message):
    with pytest.raises(ValueError, match=message):
        plots.rows_and_columns(*arrays, **where)
    assert not plt.get_fignums()


def test_text_keeps_inside_the_figure():
    ax = plots.rows_and_columns(W, A, DELTA)
    ax.figure.canvas.draw()
    page = ax.figure.bbox
    for text in ax.texts:
        box = text.get_window_extent()
        assert page.x0 <= box.x0, text
        assert box.x1 <= page.x1, text
        assert page.y0 <= box.y0, text
        assert box.y1 <= page.y1, text
