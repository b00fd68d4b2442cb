"""The page of the exercises says of each what its notebook and its definition say."""

import json
import re

import pytest

from backprop_lab.exercises import every
from tests.paths import EXERCISES, ROOT

PAGE = (ROOT / "book" / "exercises.md").read_text("utf-8")
ROWS = {
    row[0]: row[1:]
    for row in re.findall(
        r"^\| \[(E\d+) ([^\]]+)\]\(\.\./exercises/(\S+)\) \| [^|]+ \| (\d+) \| (\d+) \| ([\d, ]+) \| ([^|]+) \|$",
        PAGE,
        re.MULTILINE,
    )
}


@pytest.mark.parametrize("exercise", every(), ids=lambda e: e.id)
def test_each_row_is_that_of_its_exercise(exercise):
    assert exercise.label in ROWS, f"book/exercises.md has no row for {exercise.label}"
    title, file, points, minutes, chapters, builds_on = ROWS[exercise.label]
    assert (title, file, int(points)) == (exercise.title, exercise.notebook, exercise.points)
    assert str(int(exercise.chapter[:2])) in chapters.split(", ")
    head = "".join(json.loads((EXERCISES / exercise.notebook).read_text("utf-8"))["cells"][0]["source"])
    assert f"*Graded exercise, {points} points, about {minutes} minutes." in head
    before = {f"E{int(number)}" for number in re.findall(r"\(e(\d\d)_\w+\.ipynb\)", head.split("*\n")[0])}
    assert before == set(re.findall(r"E\d+", builds_on))


def test_the_table_is_whole():
    assert list(ROWS) == [exercise.label for exercise in every()]
    hours = round(sum(int(minutes) for _, _, _, minutes, _, _ in ROWS.values()) / 60)
    points = sum(exercise.points for exercise in every())
    assert f"\n{len(ROWS)} notebooks, {points} points, about {hours} hours." in PAGE
