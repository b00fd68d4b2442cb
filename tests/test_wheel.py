"""What is in the packages that people install, what must not be, and that each works far from the repository."""

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
KINDS = {"wheel": "*.whl", "sdist": "*.tar.gz"}


@pytest.fixture(scope="module")
def dist(tmp_path_factory):
    """A folder with a wheel and an sdist, built without asking any registry."""
    folder = tmp_path_factory.mktemp("dist")
    for target in KINDS:
        command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture(scope="module")
def built(dist):
    """The names in each."""
    with zipfile.ZipFile(next(dist.glob("*.whl"))) as wheel, tarfile.open(next(dist.glob("*.tar.gz"))) as sdist:
        return {"wheel": wheel.namelist(), "sdist": sdist.getnames()}


@pytest.mark.parametrize("kind", KINDS)
def test_the_notebooks_the_digits_the_scripts_and_the_templates_are_packed(built, kind):
    notebooks = "released" if kind == "wheel" else "exercises"
    for part in (
        f"{notebooks}/e01_one_neuron.ipynb",
        f"{notebooks}/extra_l2.ipynb",
        f"{notebooks}/conftest.py",
        "datasets/digits.npz",
        "datasets/LICENSE-digits.md",
        "figures/js/core.js",
        "measured/passes.json",
        "templates/feedback.html",
        "templates/class.html",
        "templates/page_head.html",
        "/LICENSE",
        "/LICENSE-content",
    ):
        assert any(name.endswith(part) for name in built[kind]), part


@pytest.mark.parametrize("kind", KINDS)
def test_no_master_and_no_test_is_packed(built, kind):
    assert not [name for name in built[kind] if "solutions" in name or "tests/" in name or "submissions/" in name]


# What one person of each kind does first. It prints where the package is, which must not be the checkout.
FIRST_STEPS = """
import sys
from pathlib import Path
import backprop_lab
from backprop_lab import data, figures
from backprop_lab.command_line.main import app

def typed(*words):
    try:
        app(words)
    except SystemExit as end:
        return end.code

assert data.digits() is not None
assert "<script" in figures.nudge()._repr_mimebundle_()["text/html"]
assert typed("start", "e01", "--to", "course") == 0
assert typed("check", "course/e01_one_neuron.ipynb", "--json") == 1
assert typed("grade", "course/e01_one_neuron.ipynb", "--out", "graded", "--isolation", "none") == 0
assert "One neuron" in Path("graded/feedback/course.html").read_text("utf-8")
assert typed("gradescope", "e01", "--out", "e01.zip") == 0
assert typed("release", "e01") == 2
print(backprop_lab.__file__)
"""


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_installed_works_outside_the_repository(dist, kind, tmp_path):
    """The sdist is built into a wheel on the way, as pip does where it finds no wheel."""
    site, work = tmp_path / "site", tmp_path / "work"
    work.mkdir()
    package = next(dist.glob(KINDS[kind]))
    offline = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet"]
    install = [sys.executable, "-m", "pip", "install", *offline, "--target", str(site), str(package)]
    assert subprocess.run(install, cwd=work, check=False).returncode == 0
    (work / "first_steps.py").write_text(FIRST_STEPS, "utf-8")
    done = subprocess.run(
        [sys.executable, "-P", "first_steps.py"],
        cwd=work, env=os.environ | {"PYTHONPATH": str(site)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr
    assert done.stdout.splitlines()[-1] == str(site / "backprop_lab" / "__init__.py")
