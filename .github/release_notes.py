"""What a tag's release says: `release_notes.py v1.2.3` prints that version's part of the changelog.

It refuses where the tag is not the version that pyproject.toml, the package and CITATION.cff tell, and where the
changelog has no dated part for it. Standard library only: it runs before anything is installed.
"""

import re
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def versions(root: Path = ROOT) -> dict[str, str]:
    """Every file that tells the version, with what it tells."""
    told = {"pyproject.toml": tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["version"]}
    patterns = {"backprop_lab/__init__.py": r'^__version__ = "(.+)"$', "CITATION.cff": r"^version: (.+)$"}
    for file, pattern in patterns.items():
        told[file] = re.search(pattern, (root / file).read_text("utf-8"), re.MULTILINE)[1]
    return told


def notes(tag: str, root: Path = ROOT) -> str:
    """The changelog's part for a tag.

    Raises
    ------
    ValueError
        If the tag and a version differ, or the part is missing, has no date or is empty; the message says which.
    """
    for file, version in versions(root).items():
        if tag != f"v{version}":
            raise ValueError(f"the tag is {tag}, and {file} says {version}: expected the tag v{version}")
    changelog = (root / "CHANGELOG.md").read_text("utf-8")
    part = re.search(
        rf"^## \[{re.escape(tag[1:])}\] - ([^\n]+)\n(.*?)(?=^## \[|\Z)", changelog, re.MULTILINE | re.DOTALL
    )
    if part is None:
        raise ValueError(f"CHANGELOG.md has no part that begins '## [{tag[1:]}] - YYYY-MM-DD'")
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", part[1]):
        raise ValueError(f"CHANGELOG.md says that {tag[1:]} is {part[1]}: put the day of its release there")
    if not part[2].strip():
        raise ValueError(f"CHANGELOG.md says nothing of {tag[1:]}")
    return part[2].strip()


if __name__ == "__main__":
    try:
        print(notes(sys.argv[1]))
    except ValueError as error:
        sys.exit(f"No release: {error}")
