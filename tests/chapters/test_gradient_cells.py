"""Every cell of a chapter that computes a gradient is held against numerical differentiation.

A chapter's checks stand in ``cells_NN.py`` beside this file: ``CHECKED`` has, for the id of a cell, a function of the
notebook's namespace just after that cell; ``WRONG`` has those of cells that are wrong on purpose, and sees that they
are. A cell that computes a gradient and is in neither fails here.
"""

import importlib
from types import ModuleType

import nbformat
import pytest

from tests.paths import ROOT

from .gradient_cells import computed
from .running import CHAPTERS, code_cells, running

every = pytest.mark.parametrize("chapter", CHAPTERS)


def checks_of(chapter: str) -> ModuleType:
    file = f"tests/chapters/cells_{chapter[:2]}.py"
    assert (ROOT / file).is_file(), f"{file} is missing: it has the dicts CHECKED and WRONG, a check for each cell's id"
    return importlib.import_module(f"tests.chapters.cells_{chapter[:2]}")


def run(cells, checks: dict) -> set[str]:
    """Run the cells, each check after its cell; the ids that were checked."""
    done = set()
    for cell, namespace, _ in running(cells):
        if cell.id in checks:
            checks[cell.id](namespace)
            done.add(cell.id)
    return done


@every
def test_no_cell_that_computes_a_gradient_escapes(chapter):
    checks = checks_of(chapter)
    known = checks.CHECKED.keys() | checks.WRONG.keys()
    gradients = {cell.id: computed(cell.source) for cell in code_cells(chapter)}
    missing = {name: sorted(names) for name, names in gradients.items() if names and name not in known}
    assert missing == {}
    assert known <= gradients.keys()


@every
def test_each_gradient_is_what_nudging_measures(chapter):
    checks = checks_of(chapter)
    assert not checks.CHECKED.keys() & checks.WRONG.keys()
    done = run(code_cells(chapter), {**checks.CHECKED, **checks.WRONG})
    assert done == checks.CHECKED.keys() | checks.WRONG.keys()


def _cell(name: str, source: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source, id=name)


def test_a_gradient_that_is_wrong_is_caught():
    cells = [
        _cell("forward", "def forward(w): return (w * 2 - 1) ** 2"),
        _cell("back", "w = 3.0\ndL_dw = 4 * (2 * w - 1)"),
    ]
    wrong = [cells[0], _cell("back", "w = 3.0\ndL_dw = 2 * (2 * w - 1)")]

    def back(namespace):
        f, w = namespace["forward"], namespace["w"]
        assert namespace["dL_dw"] == pytest.approx((f(w + 1e-5) - f(w - 1e-5)) / 2e-5, rel=1e-7)

    assert run(cells, {"back": back}) == {"back"}
    with pytest.raises(AssertionError):
        run(wrong, {"back": back})


@pytest.mark.parametrize(
    "source",
    [
        "dL_dw = 1",
        "def hidden_delta(W): return W",
        "for l in (2, 1):\n    deltas[l] = 0",
        "dW1, db1 = 1, 2",
        "grads = {}",
    ],
)
def test_a_cell_is_known_by_what_it_assigns(source):
    assert computed(source)
