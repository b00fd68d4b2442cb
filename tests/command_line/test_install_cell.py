"""The first code cell of every notebook: the same everywhere, quiet where the library is, an installation where not."""

import shutil
import subprocess
import sys

import nbformat
import pytest
from typer.testing import CliRunner

from backprop_lab.command_line import install_cell
from backprop_lab.command_line.main import app
from backprop_lab.grading import sandbox
from backprop_lab.grading.collect import collect
from tests.paths import EXERCISES, ROOT

NOTEBOOKS = [*install_cell.notebooks(ROOT), *sorted(EXERCISES.glob("*.ipynb"))]
WANTED = install_cell.source(ROOT)
ADDRESS = "%pip install --quiet git+https://github.com/backprop-lab/backprop-lab@main"


def first(path):
    return next(cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code")


def test_all_notebooks_of_the_book_are_looked_at():
    assert {path.parent.name for path in NOTEBOOKS} == {"chapters", "book", "solutions", "exercises"}
    assert len(NOTEBOOKS) >= 52


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_it_is_the_same_in_every_notebook_and_prints_nothing(path):
    assert first(path).source == WANTED
    assert first(path).outputs == []


# In a process of its own: a shell of IPython leaves its marks. A module that is None cannot be imported.
SHELL = """
import sys
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell()
shell.register_magic_function(lambda line: print("%pip", line), magic_name="pip")
if sys.argv[1] == "missing":
    sys.modules["backprop_lab"] = None
assert shell.run_cell(sys.stdin.read()).success
"""


@pytest.mark.parametrize(("library", "said"), [("there", ""), ("missing", f"{ADDRESS}\n")])
def test_it_installs_from_the_repository_where_the_library_is_missing_and_else_does_nothing(library, said):
    done = subprocess.run(
        [sys.executable, "-c", SHELL, library], input=WANTED, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stdout) == (0, said), done.stderr


@pytest.mark.sandbox
@pytest.mark.parametrize("tier", sandbox.TIERS)
def test_it_does_nothing_in_graded_code(tier):
    assert collect(tier, [(1, WANTED)], []).cells == {}


@pytest.fixture
def fork(tmp_path):
    """Somebody else's checkout, whose settings name their own repository."""
    settings = (ROOT / "_config.yml").read_text("utf-8")
    (tmp_path / "_config.yml").write_text(settings.replace("github.com/backprop-lab/", "github.com/ada/"), "utf-8")
    for name in ("chapters", "book", "solutions", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def test_a_fork_changes_one_line_and_runs_one_command(fork):
    check = ["release", "--check", "--root", str(fork)]
    done = CliRunner().invoke(app, check)
    assert done.exit_code == 1
    assert "02_one_neuron.ipynb differs from what it is made of" in done.output
    assert CliRunner().invoke(app, ["release", "--root", str(fork)]).exit_code == 0
    assert CliRunner().invoke(app, check).exit_code == 0
    for path in NOTEBOOKS:
        own = first(fork / path.relative_to(ROOT)).source
        assert own == WANTED.replace("github.com/backprop-lab/", "github.com/ada/"), path


@pytest.mark.parametrize(
    ("settings", "said"),
    [(None, "does not exist: run this in a checkout"), ("title: A book", "no url and branch"), ("[", "no url")],
)
def test_settings_without_an_address_are_refused_and_nothing_is_written(tmp_path, settings, said):
    if settings is not None:
        (tmp_path / "_config.yml").write_text(settings)
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    done = CliRunner().invoke(app, ["release", "--root", str(tmp_path)])
    assert done.exit_code == 2
    assert said in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "exercises").exists()
