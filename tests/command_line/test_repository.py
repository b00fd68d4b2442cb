"""Where the book lives is said once. What follows from it: a first cell of every notebook, and addresses in files."""

import re
import shutil
import subprocess
import sys

import nbformat
import pytest
from typer.testing import CliRunner

from backprop_lab.command_line import repository
from backprop_lab.command_line.main import app
from backprop_lab.grading import sandbox
from backprop_lab.grading.collect import collect
from tests.paths import EXERCISES, ROOT

NOTEBOOKS = [*repository.notebooks(ROOT), *sorted(EXERCISES.glob("*.ipynb"))]
HERE = repository.of(ROOT)
WANTED = HERE.install_cell
THEIRS, THEIR_SITE = "https://github.com/someone/else", "https://someone.github.io/else"


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


@pytest.mark.parametrize(
    ("library", "said"), [("there", ""), ("missing", f"%pip install --quiet git+{HERE.url}@{HERE.branch}\n")]
)
def test_it_installs_from_the_repository_where_the_library_is_missing_and_else_does_nothing(library, said):
    done = subprocess.run(
        [sys.executable, "-c", SHELL, library], input=WANTED, capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert (done.returncode, done.stdout) == (0, said), done.stderr


@pytest.mark.sandbox
@pytest.mark.parametrize("tier", sandbox.TIERS)
def test_it_does_nothing_in_graded_code(tier):
    assert collect(tier, [(1, WANTED)], []).cells == {}


def test_every_file_that_repeats_an_address_has_that_of_the_settings():
    found = {}
    for name, around, which in repository.COPIES:
        found[name, around] = set(re.findall(around, (ROOT / name).read_text("utf-8"), re.MULTILINE))
        assert found[name, around] == {getattr(HERE, which)}, name


def test_no_other_file_repeats_it():
    """What a fork would have to find by itself: notebooks are written by `release`, and pages from the settings."""
    known = {name for name, _, _ in repository.COPIES} | {"_config.yml"}
    files = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    addresses = {HERE.url.removeprefix("https://"), HERE.site.removeprefix("https://")}
    naming = {
        name
        for name in files.split("\0")
        if name and not name.endswith(".ipynb") and (ROOT / name).is_file()
        and any(address.encode() in (ROOT / name).read_bytes() for address in addresses)
    }  # fmt: skip
    assert naming == known


@pytest.fixture
def fork(tmp_path):
    """Somebody else's checkout, whose settings name their own repository."""
    settings = (ROOT / "_config.yml").read_text("utf-8")
    (tmp_path / "_config.yml").write_text(settings.replace(f"url: {HERE.url}", f"url: {THEIRS}"), "utf-8")
    for name in ("chapters", "book", "solutions", "exercises"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for name, _, _ in repository.COPIES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def test_a_fork_changes_one_line_and_runs_one_command(fork):
    check = ["release", "--check", "--root", str(fork)]
    done = CliRunner().invoke(app, check)
    assert done.exit_code == 1
    for name in ("02_one_neuron.ipynb", "book.py", "pyproject.toml", "CITATION.cff", "config.yml", "instructors.md"):
        assert f"{name} differs from what it is made of" in done.output
    assert CliRunner().invoke(app, ["release", "--root", str(fork)]).exit_code == 0
    assert CliRunner().invoke(app, check).exit_code == 0
    ours = (HERE.url, HERE.site)
    for path in NOTEBOOKS:
        own = first(fork / path.relative_to(ROOT)).source
        assert own == WANTED.replace(HERE.url, THEIRS), path
    for name, _, _ in repository.COPIES:
        before, after = (ROOT / name).read_text("utf-8"), (fork / name).read_text("utf-8")
        assert not any(address in after for address in ours), name
        back = after.replace(THEIRS, HERE.url).replace(THEIR_SITE, HERE.site)
        assert back == before, name


def test_a_site_that_is_elsewhere_is_said_in_the_settings(tmp_path):
    elsewhere = "repository: {url: https://codeberg.org/ada/lab/, branch: main}\n"
    (tmp_path / "_config.yml").write_text(elsewhere)
    with pytest.raises(repository.NoAddress, match=r"codeberg.org/ada/lab is no repository of GitHub.*html_baseurl"):
        repository.of(tmp_path)
    (tmp_path / "_config.yml").write_text(f"{elsewhere}sphinx: {{config: {{html_baseurl: https://lab.example/}}}}\n")
    assert repository.of(tmp_path).site == "https://lab.example"
    assert repository.of(tmp_path).url == "https://codeberg.org/ada/lab"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (None, "does not exist: run this in a checkout"),
        ("title: A book", "no url and branch"),
        ("[", "no url"),
        ("repository: {url: https://codeberg.org/ada/lab, branch: main}", "say it as html_baseurl"),
    ],
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
