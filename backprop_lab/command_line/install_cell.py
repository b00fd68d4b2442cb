"""The first code cell of every notebook: where the library is missing, as in Colab, it installs it.

The source is the same everywhere. The address in it is that of the repository, which ``_config.yml`` says for the whole
book: ``backprop-lab release`` writes it into the notebooks. Where the library is there, the cell does nothing.
"""

from pathlib import Path
from typing import Any

CONFIGURATION = "_config.yml"
BEGINNING = "try:\n    import backprop_lab\nexcept ImportError:\n"
FOLDERS = ("chapters", "solutions", "book")


class NoAddress(Exception):
    """The settings do not say where the repository is; the message says what is missing."""


def source(root: Path) -> str:
    """The cell, with the address that the settings of a checkout give.

    Raises
    ------
    NoAddress
        If there are no such settings.
    """
    # Only authors come here: what students and graders have installed holds no reader of YAML.
    import yaml

    file = root / CONFIGURATION
    try:
        said = yaml.safe_load(file.read_text("utf-8"))
        address, branch = said["repository"]["url"], said["repository"]["branch"]
    except FileNotFoundError as error:
        raise NoAddress(f"{file} does not exist: run this in a checkout") from error
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise NoAddress(f"{file} says no url and branch under repository:") from error
    return f"{BEGINNING}    %pip install --quiet git+{address.rstrip('/')}@{branch}"


def place(notebook: Any, wanted: str) -> bool:
    """Put the cell's source where a notebook has such a cell; True if it has one."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            if not cell.source.startswith(BEGINNING):
                return False
            cell.source = wanted
            return True
    return False


def notebooks(root: Path) -> list[Path]:
    """The notebooks of a checkout that are written by hand; ``exercises/`` is made of them."""
    return sorted(path for folder in FOLDERS for path in (root / folder).glob("*.ipynb"))
