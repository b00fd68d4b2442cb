"""The figure of chapter 10 shows the seconds that it is given, and tells measured from extrapolated without colour."""

import matplotlib

matplotlib.use("agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from backprop_lab import measured, plots

ROWS = [
    {"parameters": 12, "forward": 1e-5, "backward": 3e-5, "finite_differences": 3e-4, "extrapolated": False},
    {"parameters": 1012, "forward": 2e-5, "backward": 4e-5, "finite_differences": 3e-2, "extrapolated": False},
    {"parameters": 998284, "forward": 1e-3, "backward": 2e-3, "finite_differences": 2e3, "extrapolated": True},
]


@pytest.fixture(autouse=True)
def no_figure_left_open():
    yield
    plt.close("all")


def lines(ax):
    return {line.get_label(): line for line in ax.lines}


def test_the_lines_are_the_seconds_of_the_rows():
    drawn = lines(plots.seconds_of_a_gradient(ROWS))
    for name, seconds in (
        ("forward pass", [1e-5, 2e-5, 1e-3]),
        ("forward and backward", [4e-5, 6e-5, 3e-3]),
        ("central differences", [3e-4, 3e-2, 2e3]),
    ):
        np.testing.assert_allclose(drawn[name].get_xdata(), [12, 1012, 998284])
        np.testing.assert_allclose(drawn[name].get_ydata(), seconds)


def test_what_was_extrapolated_is_hollow_and_named():
    drawn = lines(plots.seconds_of_a_gradient(ROWS))
    assert drawn["measured"].get_xdata().tolist() == [12, 1012]
    assert drawn["extrapolated"].get_xdata().tolist() == [998284]
    assert drawn["extrapolated"].get_markerfacecolor() == "white" != drawn["measured"].get_markerfacecolor()
    assert "extrapolated" not in lines(plots.seconds_of_a_gradient(ROWS[:2]))


def test_no_two_lines_share_a_style_and_both_scales_are_powers_of_ten():
    ax = plots.seconds_of_a_gradient(ROWS)
    drawn = [line for line in ax.lines if line.get_linestyle() != "None"]
    assert len({line.get_linestyle() for line in drawn}) == len(drawn) == 3
    assert (ax.get_xscale(), ax.get_yscale()) == ("log", "log")


def test_every_point_lies_inside_and_ticks_are_times():
    for rows in (ROWS, [row for row in measured.read("passes")["rows"] if row["m"] == 16]):
        ax = plots.seconds_of_a_gradient(rows)
        for line in ax.lines:
            assert ax.get_ylim()[0] < min(line.get_ydata()) <= max(line.get_ydata()) < ax.get_ylim()[1]
            assert ax.get_xlim()[0] < min(line.get_xdata()) <= max(line.get_xdata()) < ax.get_xlim()[1]
        assert len([text for text in ax.get_yticklabels() if text.get_text()]) >= 4


def test_one_row_makes_no_line():
    with pytest.raises(ValueError, match="at least two, got 1"):
        plots.seconds_of_a_gradient(ROWS[:1])
    assert not plt.get_fignums()
