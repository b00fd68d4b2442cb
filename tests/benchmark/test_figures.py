"""The measurement of live figures: what is read off a trace, and what is printed. Milliseconds are asserted nowhere."""

import pytest
from typer.testing import CliRunner

from backprop_lab.benchmark import figures
from backprop_lab.command_line.main import app


def event(name, ts, ms, tid=7, **more):
    return {"name": name, "ph": "X", "pid": 1, "tid": tid, "ts": ts, "dur": 1e3 * ms, **more}


def frame(ts):
    return {"name": "AnimationFrame", "ph": "b", "pid": 1, "tid": 7, "ts": ts}


TRACE = [
    # A control: 5 ms of script, a call within a call counted once, then 2 ms of layout; the task takes 9 ms.
    event("RunTask", 1000, 9),
    event("EventDispatch", 1100, 5, args={"data": {"type": "input"}}),
    event("FunctionCall", 1200, 5),
    event("FunctionCall", 1300, 3),
    event("Layout", 6500, 2),
    frame(20_000),
    # Nobody has asked for this script: it is in no answer's frame.
    event("RunTask", 21_000, 60),
    event("FunctionCall", 21_100, 59),
    frame(100_000),
    # A frame of an animation.
    event("RunTask", 100_100, 3),
    event("FireAnimationFrame", 100_200, 1),
    # Another thread's work is not the page's.
    event("RunTask", 100_300, 500, tid=8),
]


def test_script_is_counted_once_and_only_in_frames_that_answer():
    found = figures.read(TRACE)
    assert found["frames"] == 2
    assert found["script_median_ms"] == 3.0
    assert found["script_largest_ms"] == 5.0
    assert found["layout_median_ms"] == 2.0
    assert found["longest_task_ms"] == 60.0
    assert found["long_tasks"] == 1


def test_what_is_too_slow_is_named():
    good = figures.read(TRACE) | {"long_tasks": 0}
    text = figures.report({"chain": good, "train": good | {"script_median_ms": 8.1}, "flow": good | {"long_tasks": 2}})
    assert text.endswith("at the median: all but train; no task over 50 ms: all but flow")


@pytest.mark.browser
def test_a_figure_that_is_slow_is_seen_to_be(monkeypatch):
    """A busy loop of 100 ms in every redraw: the processor is slowed down, so it takes at least that."""
    figure = type(figures.figures.forks())
    busy = "redraw() { const end = performance.now() + 100; while (performance.now() < end);"
    made = figure.html.fget
    monkeypatch.setattr(figure, "html", property(lambda self: made(self).replace("redraw() {", busy)))
    found = figures.measure(("forks",))["forks"]
    assert found["script_median_ms"] >= 100
    assert found["long_tasks"] > 5


def test_a_figure_that_is_none_is_refused():
    result = CliRunner().invoke(app, ["benchmark", "figures", "frok"])
    assert result.exit_code == 2
    assert "no figure is called frok; there are broadcast, bugs, chain" in result.output
