"""A live figure that a page has stored is the one that its cell makes now.

nbval compares the text of it alone. Whoever opens a notebook before running it, or reads it on GitHub, has the stored
picture and the stored scripts.
"""

import pytest

from backprop_lab.figures.live import LiveFigure
from tests.paths import ROOT

from .running import CHAPTERS, code_cells, running

PAGES = [("chapters", chapter) for chapter in CHAPTERS]
PAGES += [("book", path.stem) for path in sorted((ROOT / "book").glob("*.ipynb"))]


def stored(cell) -> str:
    html = "".join(output.get("data", {}).get("text/html", "") for output in cell.outputs)
    return html if "data-setting" in html else ""


def stale(cells) -> list[str]:
    """The cells whose figure is not, or no longer, the one that is stored."""
    made = {cell.id: value.html if isinstance(value, LiveFigure) else "" for cell, _, value in running(cells)}
    return [cell.id for cell in cells if made[cell.id] != stored(cell)]


@pytest.mark.parametrize(("folder", "name"), PAGES, ids=[name for _, name in PAGES])
def test_the_figures_that_it_has_stored_are_those_of_the_library(folder, name):
    assert stale(code_cells(name, folder)) == [], f"run: backprop-lab execute {folder}/{name}.ipynb"


def test_a_script_that_has_changed_since_is_seen():
    cells = code_cells("02_one_neuron")
    figure = next(cell for cell in cells if stored(cell))
    for output in figure.outputs:
        output.data["text/html"] = output.data["text/html"].replace("Math.log1p", "Math.log")
    assert stale(cells) == [figure.id]
