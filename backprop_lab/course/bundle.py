"""The students' bundle: a zip with the exercises, the library, and a page that says how to start.

::

    START.html    three commands for Linux, macOS and Windows
    exercises/    the released notebooks
    library/      this package as a wheel, so that no index needs to have it
    solutions/    the masters, for those who learn alone, where they are asked for
"""

from collections.abc import Iterable
from pathlib import Path

from .. import book, exercises
from ..checking.report import template
from ..grading import release
from .packing import package_files, wheel, zipped

# Unpacked, everything is in one folder.
FOLDER = "backprop-lab"
START = "START.html"


class NoMasters(Exception):
    """Solutions are asked for where there are none; the message says where they are."""


def bundle(with_solutions: bool = False) -> bytes:
    """The zip. The same notebooks and package give the same bytes.

    Raises
    ------
    NoMasters
        If solutions are asked for outside a checkout.
    packing.NotInstalled
        If nothing says what the package requires.
    """
    released = release.released_folder()
    notebooks = {name: (released / name).read_bytes() for name in (*_names(released), release.CONFTEST)}
    # In a checkout the notebooks stand beside the package; in what is installed, inside.
    library = package_files() | {f"backprop_lab/released/{name}": content for name, content in notebooks.items()}
    file, made = wheel(library)
    files = {f"library/{file}": made, **{f"exercises/{name}": content for name, content in notebooks.items()}}
    if with_solutions:
        masters = released.parent / "solutions"
        if not masters.is_dir():
            raise NoMasters("the solutions are in a checkout alone: clone the repository, and run this in it")
        names = (*_names(masters), release.CONFTEST)
        files |= {f"solutions/{name}": (masters / name).read_bytes() for name in names}
    files[START] = page(file, with_solutions).encode()
    return zipped({f"{FOLDER}/{name}": content for name, content in files.items()})


def page(file: str, with_solutions: bool = False) -> str:
    """The page to start from; ``file`` is the name of the wheel."""
    return template("start.html").render(
        wheel=file, address=book.ADDRESS, exercises=exercises.every(), solutions=with_solutions,
        extras=release.extras(release.released_folder()),
    )  # fmt: skip


def _names(folder: Path) -> Iterable[str]:
    """The notebooks by name: what else lies in the folder may be somebody's own work."""
    return (
        *(exercise.notebook for exercise in exercises.every()),
        *(f"{name}.ipynb" for name in release.extras(folder)),
    )
