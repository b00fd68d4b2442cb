"""Where the book lives: one setting of ``_config.yml``, and what else has to say it.

``repository`` in ``_config.yml`` is the one place that a fork changes. Links of the site are made from it while the book
is built. ``backprop-lab release`` writes what follows from it to where nothing reads those settings: into the first code
cell of every notebook, which installs the library where it is missing (as in Colab), and into the files of ``COPIES``.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

CONFIGURATION = "_config.yml"
BEGINNING = "try:\n    import backprop_lab\nexcept ImportError:\n"
FOLDERS = ("chapters", "solutions", "book")

# File, the text around an address in it, and which of the addresses it is. What the group holds is replaced.
COPIES = (
    ("backprop_lab/book.py", r'^ADDRESS = "(.*)"$', "site"),
    ("pyproject.toml", r'^Documentation = "(.*)"$', "site"),
    ("pyproject.toml", r'^Source = "(.*)"$', "url"),
    ("CITATION.cff", r"^url: (.*)$", "site"),
    ("CITATION.cff", r"^repository-code: (.*)$", "url"),
    (".github/ISSUE_TEMPLATE/config.yml", r"^ +url: (.*)/security/advisories/new$", "url"),
    ("book/instructors.md", r"\]\((https://[^)]*/blob/[^/)]+)/", "files"),
)


class NoAddress(Exception):
    """The settings do not say where the repository is; the message says what is missing."""


@dataclass(frozen=True)
class Repository:
    """Where the sources and the pages made of them are, without a slash at the end.

    Parameters
    ----------
    url, branch : str
        Where the sources are.
    site : str
        Where the book can be read.
    """

    url: str
    branch: str
    site: str

    @property
    def files(self) -> str:
        """Where a file of the sources is shown."""
        return f"{self.url}/blob/{self.branch}"

    @property
    def install_cell(self) -> str:
        """The first code cell of every notebook. Where the library is there, it does nothing."""
        return f"{BEGINNING}    %pip install --quiet git+{self.url}@{self.branch}"


def of(root: Path) -> Repository:
    """What the settings of a checkout say.

    Raises
    ------
    NoAddress
        If there are no such settings, or the site does not follow from them.
    """
    # Only authors come here: what students and graders have installed holds no reader of YAML.
    import yaml

    file = root / CONFIGURATION
    try:
        said = yaml.safe_load(file.read_text("utf-8"))
        url, branch = said["repository"]["url"].rstrip("/"), said["repository"]["branch"]
        own = ((said.get("sphinx") or {}).get("config") or {}).get("html_baseurl")
    except FileNotFoundError as error:
        raise NoAddress(f"{file} does not exist: run this in a checkout") from error
    except (yaml.YAMLError, KeyError, TypeError, AttributeError) as error:
        raise NoAddress(f"{file} says no url and branch under repository:") from error
    site = own.rstrip("/") if own else pages(url)
    if site is None:
        raise NoAddress(
            f"{file}: {url} is no repository of GitHub, whose address would tell where the site is; "
            "say it as html_baseurl under sphinx: config:"
        )
    return Repository(url, branch, site)


def pages(url: str) -> str | None:
    """Where GitHub Pages publishes a repository; None for a repository that is elsewhere.

    >>> pages("https://github.com/Ada/backprop-lab")
    'https://ada.github.io/backprop-lab'
    >>> pages("https://github.com/ada/ada.github.io")
    'https://ada.github.io'
    """
    parts = urlsplit(url)
    owner, _, name = parts.path.strip("/").partition("/")
    if parts.hostname != "github.com" or not owner or not name or "/" in name:
        return None
    host = f"{owner.lower()}.github.io"
    return f"https://{host}" if name.lower() == host else f"https://{host}/{name}"


def place(notebook: Any, wanted: str) -> bool:
    """Put the installing cell's source where a notebook has such a cell; True if it has one."""
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


def copies(root: Path, repository: Repository) -> Iterator[tuple[Path, str]]:
    """The files of ``COPIES`` that are there, each with the text that it should have."""
    for name in dict.fromkeys(name for name, _, _ in COPIES):
        if (root / name).is_file():
            text = (root / name).read_text("utf-8")
            for _, around, which in (copy for copy in COPIES if copy[0] == name):
                text = _with(text, around, getattr(repository, which))
            yield root / name, text


def _with(text: str, around: str, address: str) -> str:
    """The text with an address in place of the group of each match."""
    for found in reversed([*re.finditer(around, text, re.MULTILINE)]):
        text = f"{text[: found.start(1)]}{address}{text[found.end(1) :]}"
    return text
