"""How a student's notebook looks."""

import nbformat
import pytest

from tests.paths import EXERCISES

WIDEST = 79


def wide(notebook) -> list[str]:
    """Lines of code for which a page has to be scrolled to the side. The installing cell holds an address."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and "%pip" not in cell.source]
    return [line for cell in cells for line in cell.source.splitlines() if len(line) > WIDEST]


@pytest.mark.parametrize("path", sorted(EXERCISES.glob("*.ipynb")), ids=lambda path: path.stem)
def test_no_line_of_code_has_to_be_scrolled(path):
    assert wide(nbformat.read(path, as_version=4)) == []


def test_a_line_that_is_too_wide_is_seen():
    long = f"x = {'1' * WIDEST}"
    cells = [nbformat.v4.new_code_cell(source) for source in ("%pip install " + long, f"y = 2\n{long}")]
    assert wide(nbformat.v4.new_notebook(cells=cells)) == [long]
