"""What Binder would build is built, and an ordinary user runs every notebook in it."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

from tests.binder import run
from tests.paths import ROOT

# It installs some hundred packages, and a busy machine is slow.
pytestmark = pytest.mark.timeout(1800)
AUTHORS_ONLY = {"sphinx", "jupyter_book", "hypothesis", "playwright", "distributed", "mpmath", "ruff"}


@pytest.fixture(scope="module")
def built(cannot_run):
    try:
        run.python()
    except run.Failed as reason:
        cannot_run(str(reason))
    with run.built() as made:
        yield made


def test_every_notebook_runs_there_and_prints_what_is_stored(built, capsys):
    run.execute(*built)
    told = re.search(r"^(\d+) notebooks run in \d+ s, and print what is stored$", capsys.readouterr().out, re.MULTILINE)
    assert int(told[1]) == len([path for folder in run.NOTEBOOKS for path in (ROOT / folder).glob("*.ipynb")])


def test_it_holds_what_a_reader_needs_and_nothing_that_only_an_author_needs(built):
    there = run.packages(built[0])
    assert {"numpy", "matplotlib", "ipywidgets", "jupyterlab", "backprop_lab"} <= there
    assert there & AUTHORS_ONLY == set()
    assert run.packages(Path(sys.prefix)) >= AUTHORS_ONLY  # these are names under which an author has them


FAULTS = {"another number": "print(3)", "an error": "1 / 0", "a file beside the book": "open('mine.txt', 'w').close()"}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_notebook_that_does_not_work_there_is_told(built, fault):
    """What each of them stored is empty: one prints, one fails, one writes where a reader may not."""
    environment, copy = built
    folder = copy.parent / fault.replace(" ", "_") / "chapters"
    folder.mkdir(parents=True)
    # Without a count nbval takes a cell for one that was never run, and compares nothing.
    sources = enumerate(("import backprop_lab", FAULTS[fault]), start=1)
    cells = [nbformat.v4.new_code_cell(source, execution_count=count) for count, source in sources]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), folder / "01_planted.ipynb")
    folder.chmod(0o555)
    with pytest.raises(run.Failed, match="1 failed, 1 passed"):
        run.execute(environment, folder.parent)
    folder.chmod(0o755)
