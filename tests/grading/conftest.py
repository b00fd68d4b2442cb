"""Classes that several files of this folder grade."""

import shutil

import pytest

from backprop_lab.benchmark.looking_on import digest
from tests.calling import RIGHT, STUDENTS, call, quick_class, records, run


@pytest.fixture
def folder(tmp_path):
    """A class folder with one right submission in it."""
    (tmp_path / "class").mkdir()
    shutil.copy(RIGHT, tmp_path / "class" / "ada.ipynb")
    return tmp_path / "class"


# For the session: it takes its time, and nobody changes what is in it.
@pytest.fixture(scope="session")
def quick(tmp_path_factory):
    """A folder that holds a class of many, and its secret."""
    return quick_class(tmp_path_factory.mktemp("quick"))


@pytest.fixture(scope="session")
def undisturbed(quick):
    """The digest of its records by one job that nobody disturbed."""
    out = quick / "one"
    assert run(*call(quick, out, "--jobs", "1")).exit_code == 0
    assert records(out) == len(STUDENTS)
    return digest(out / "results")[0]
