"""What is handed out as a zip: the files of this package, packed so that the same files give the same bytes.

The package goes out as the files that are in use here: they are the same in a checkout and after ``pip install``, and
no index needs to have this version.
"""

import base64
import csv
import hashlib
import io
import zipfile
from collections.abc import Callable, Collection, Mapping
from importlib import metadata
from pathlib import Path

PACKAGE = Path(__file__).parents[1]
# What an installer writes beside the wheel's own files.
INSTALLERS = ("INSTALLER", "RECORD", "REQUESTED", "direct_url.json")


class NotInstalled(Exception):
    """The package runs from its folder, and nothing says what it requires; the message says what to do."""


def package_files(rooms: Collection[str] | None = None) -> dict[str, bytes]:
    """The files of this package by their path, which begins with its name.

    Parameters
    ----------
    rooms : collection of str, optional
        Only what stands in these folders, and the mathematics beside them.
    """
    found = {}
    for path in PACKAGE.rglob("*"):
        inside = path.relative_to(PACKAGE)
        hidden = "__pycache__" in inside.parts or path.name.startswith(".")
        if rooms is not None and inside.parts[0] not in rooms and (len(inside.parts) > 1 or path.suffix != ".py"):
            continue
        if path.is_file() and not hidden:
            found[f"{PACKAGE.name}/{inside.as_posix()}"] = path.read_bytes()
    return found


def wheel(files: Mapping[str, bytes]) -> tuple[str, bytes]:
    """The name and the bytes of a wheel of these files, with what is installed here for its metadata.

    A wheel is a zip of the files, of the metadata, and of a record of their hashes. It is made here and not by a build
    tool, since after ``pip install`` there is nothing to build from.

    Raises
    ------
    NotInstalled
        If there is no metadata.
    """
    try:
        installed = metadata.distribution("backprop-lab")
    except metadata.PackageNotFoundError as error:
        raise NotInstalled("backprop-lab runs from its folder; install it first: pip install -e .") from error
    start = f"backprop_lab-{installed.version}"
    told = {
        str(file): Path(installed.locate_file(file)).read_bytes()
        for file in installed.files or ()
        if file.parts[0] == f"{start}.dist-info" and file.name not in INSTALLERS
    }
    record = f"{start}.dist-info/RECORD"
    rows = [(name, _hashed(content), len(content)) for name, content in sorted({**files, **told}.items())]
    table = io.StringIO(newline="")
    csv.writer(table, lineterminator="\n").writerows([*rows, (record, "", "")])
    return f"{start}-py3-none-any.whl", zipped({**files, **told, record: table.getvalue().encode()})


def _hashed(content: bytes) -> str:
    digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
    return f"sha256={digest}"


def zipped(files: Mapping[str, bytes], mode: Callable[[str], int] = lambda name: 0o644) -> bytes:
    """A zip of these files, by their path; without times, so that the same files give the same bytes."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in sorted(files.items()):
            info = zipfile.ZipInfo(name)  # without the time
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system, info.external_attr = 3, (0o100000 | mode(name)) << 16
            out.writestr(info, content)
    return made.getvalue()
