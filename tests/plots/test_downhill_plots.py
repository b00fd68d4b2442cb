"""The figures of chapter 1 show the ways that they are given, at the height that the loss has there."""

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


def bowl(w, b):
    return 0.5 * (w**2 + 4 * b**2)


def valley(u):
    return (u**2 - 1) ** 2 / 4 + u / 10 + 1 / 8


def saddle(w, b):
    return w**2 / 2 + (b**2 - 1) ** 2 / 4


WAY = [(1.0, 0.5), (0.5, -0.25), (0.2, 0.1)]


def line(ax, label):
    (found,) = [line for line in ax.lines if line.get_label() == label]
    return found.get_data()


def test_the_way_is_drawn_step_by_step():
    w, b = line(plots.loss_map(bowl, WAY, middle=(0.0, 0.0), far=2.0), "way")
    assert list(zip(w, b, strict=True)) == WAY


def test_a_line_of_the_map_has_one_loss_and_says_which():
    ax = plots.loss_map(bowl, WAY, middle=(0.0, 0.0), far=2.0)
    (lines,) = ax.collections
    for level, path in zip(lines.levels, lines.get_paths(), strict=True):
        w, b = path.vertices.T
        np.testing.assert_allclose(bowl(w, b), level, atol=0.01)
    assert len(lines.labelTexts) >= 5
    assert {text.get_text() for text in lines.labelTexts} <= {f"{level:.3g}" for level in lines.levels}


def test_both_axes_of_the_map_have_one_scale():
    assert plots.loss_map(bowl, WAY, middle=(0.5, 0.0), far=1.5).get_aspect() == 1


def test_the_ends_of_the_way_are_named():
    def written(ax):
        return {text.get_text() for text in ax.texts}

    assert written(plots.loss_map(bowl, WAY, middle=(0.0, 0.0), far=2.0)) >= {"start", "step 2"}
    assert not any("step" in words for words in written(plots.loss_map(bowl, WAY[:1], middle=(0.0, 0.0), far=2.0)))


@pytest.mark.parametrize(
    ("way", "far", "message"),
    [([], 1.0, "at least one point"), (WAY, 0.0, "far must be"), (WAY, np.nan, "far must be")],
)
def test_a_map_that_cannot_be_drawn_is_refused(way, far, message):
    with pytest.raises(ValueError, match=message):
        plots.loss_map(bowl, way, middle=(0.0, 0.0), far=far)
    assert not plt.get_fignums()


def test_each_way_lies_on_the_loss_and_its_end_is_written():
    ways = [[1.5, 1.2, 0.9], [-1.5, -1.1]]
    above, _ = plots.dead_ends(valley, ways, saddle)
    for name, way in zip(("first way", "second way"), ways, strict=True):
        u, L = line(above, name)
        assert u.tolist() == way
        np.testing.assert_array_equal(L, valley(u))
    written = {text.get_text() for text in above.texts}
    assert written >= {"first start", "second start", *(f"L = {valley(way[-1]):.3f}" for way in ways)}


def test_the_two_ways_have_marks_of_their_own():
    above, _ = plots.dead_ends(valley, [[1.0], [-1.0]], saddle)
    marks = {line.get_label(): line.get_marker() for line in above.lines}
    assert marks["first way"] != marks["second way"]


def test_the_saddle_is_cut_along_w_and_along_b():
    _, below = plots.dead_ends(valley, [[1.0], [-1.0]], saddle)
    u, along_w = line(below, "along w")
    np.testing.assert_array_equal(along_w, saddle(u, 0.0))
    u, along_b = line(below, "along b")
    np.testing.assert_array_equal(along_b, saddle(0.0, u))
    styles = {line.get_label(): line.get_linestyle() for line in below.lines}
    assert styles["along w"] != styles["along b"]


def test_one_way_alone_is_refused():
    with pytest.raises(ValueError, match="ways must be two, got 1"):
        plots.dead_ends(valley, [[1.0]], saddle)
    assert not plt.get_fignums()


def test_text_keeps_inside_the_figure():
    ways = [[1.5, 0.95], [-1.5, -1.05]]
    for ax in (plots.loss_map(bowl, WAY, middle=(0.0, 0.0), far=2.0), *plots.dead_ends(valley, ways, saddle)):
        ax.figure.canvas.draw()
        page = ax.figure.bbox
        for text in ax.texts:
            box = text.get_window_extent()
            assert page.x0 <= box.x0 < box.x1 <= page.x1, text
            assert page.y0 <= box.y0 < box.y1 <= page.y1, text
