"""What ``grade`` prints of a large class: a bar while it runs, and at its end a sum in place of a list."""

import io
import re
from pathlib import Path

from rich.console import Console

from backprop_lab.command_line import closing, handed_in


def told(terminal):
    """What the bar of a run of 10,000 prints, to a terminal or not."""
    text = io.StringIO()
    with handed_in.progress(Console(file=text, force_terminal=terminal, width=120)) as bar:
        task = bar.add_task("Grading", total=10_000, last="")
        for _ in range(3):
            bar.update(task, advance=1000, last="ada")
            bar.refresh()
    return text.getvalue()


def test_a_long_run_tells_counts_and_the_time_left_to_a_terminal_and_nothing_to_a_log():
    printed = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", told(True))
    assert "Grading" in printed
    assert re.search(r"3000/10000 \d:\d\d:\d\d left: (\d|-):(\d\d|-+):?(\d\d|--)? ada", printed), printed
    assert told(False) == ""


def record(student, exercise="e01", status="graded", points=10):
    term = {"term": "z", "mistakes": ["O2"]}
    return {
        "student": student, "exercise": exercise, "status": status, "points": points, "out_of": 15, "terms": [term],
    }  # fmt: skip


def shown(records, total=None):
    text = io.StringIO()
    closing.show(Console(file=text, width=100), records, len(records) if total is None else total, Path("out"), "none")
    return text.getvalue()


def test_a_class_that_fits_a_screen_is_listed_and_a_larger_one_summed_up():
    few = shown([record(f"s{k:02}") for k in range(closing.ROWS)])
    assert "s39" in few
    assert "z: O2" in few
    many = [record(f"s{k:05}", points=k % 2 * 10) for k in range(9_000)]
    many += [record(f"t{k:04}", "e02", "timed out", 3) for k in range(1_000)]
    printed = shown(many)
    assert len(printed.splitlines()) < 15
    assert re.search(r"e01 +│ graded +│ +9,000 │ +5\.0 of 15", printed), printed
    assert re.search(r"e02 +│ timed out +│ +1,000 │ +3\.0 of 15", printed), printed
    assert "10,000 submissions" in printed
    assert "Each of them is in grades.csv." in printed
    assert "s00000" not in printed


def test_of_many_that_the_grader_failed_on_some_are_named_and_the_rest_counted():
    printed = " ".join(shown([record(f"s{k:02}", status="not judged") for k in range(60)]).split())
    assert "s00 (e01)" in printed
    assert "s09 (e01) and 50 more" in printed
    assert "s10" not in printed
