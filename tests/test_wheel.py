"""What is in the packages that people install, and what must not be."""

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A wheel and an sdist, built without asking any registry."""
    folder = tmp_path_factory.mktemp("dist")
    for target in ("wheel", "sdist"):
        command = [sys.executable, "-m", "hatchling", "build", "-t", target, "-d", str(folder)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel, tarfile.open(next(folder.glob("*.tar.gz"))) as sdist:
        return {"wheel": wheel.namelist(), "sdist": sdist.getnames()}


def test_the_wheel_holds_the_released_notebooks_the_digits_the_scripts_and_the_templates(built):
    names = built["wheel"]
    for part in (
        "released/e01_one_neuron.ipynb",
        "released/extra_l2.ipynb",
        "released/conftest.py",
        "datasets/digits.npz",
        "datasets/LICENSE-digits.md",
        "figures/js/core.js",
        "templates/feedback.html",
        "templates/class.html",
        "templates/page_head.html",
    ):
        assert any(name.endswith(part) for name in names), part


@pytest.mark.parametrize("kind", ["wheel", "sdist"])
def test_no_master_and_no_test_is_packed(built, kind):
    assert not [name for name in built[kind] if "solutions" in name or "tests/" in name or "submissions/" in name]
