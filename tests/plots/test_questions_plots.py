"""The ladder of chapter 13 says every question and every answer, and keeps them inside."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import pytest
from matplotlib.patches import FancyArrowPatch

from backprop_lab import plots
from backprop_lab.plots.questions import CLINIC


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def said(ax) -> str:
    return " ".join(" ".join(text.get_text().split()) for text in ax.texts)


def test_each_question_stands_above_its_answer_and_before_the_next():
    words = said(plots.questions())
    at = [words.index(text) for pair in CLINIC for text in pair]
    assert at == sorted(at)
    assert words.endswith("the way back through W")


def test_yes_and_no_differ_in_line_and_word():
    ax = plots.questions()
    styles = [patch.get_linestyle() for patch in ax.patches if isinstance(patch, FancyArrowPatch)]
    assert styles == ["-", "--"] * len(CLINIC)
    assert said(ax).count(" yes ") == said(ax).count(" no ") == len(CLINIC)


def test_it_takes_other_questions_and_refuses_none():
    assert said(plots.questions([("Is it off?", "switch it on")], "ask someone")).startswith("1 Is it off?")
    with pytest.raises(ValueError, match="at least one question"):
        plots.questions([])


def test_text_keeps_inside_the_figure_and_questions_inside_their_boxes():
    ax = plots.questions()
    ax.figure.canvas.draw()
    page, boxes = ax.figure.bbox, [patch for patch in ax.patches if hasattr(patch, "get_xy") and patch.get_width() > 1]
    right = max(box.get_window_extent().x1 for box in boxes)
    for text in ax.texts:
        box = text.get_window_extent()
        assert page.x0 <= box.x0 <= box.x1 <= page.x1, text
        assert page.y0 <= box.y0 <= box.y1 <= page.y1, text
        if text.get_text() in {" ".join(q.split()) for q, _ in CLINIC}:
            assert box.x1 <= right, text
