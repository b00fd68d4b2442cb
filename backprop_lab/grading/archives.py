"""Zips, read where they lie: nothing is unpacked to disk, and no name in a zip becomes a path.

A zip says what it likes. So the number of its members and the bytes that they claim to have are bounded before
anything is read, a member gives no more than it claims, and only those kinds of compression are read of which
``zipfile`` takes a bounded piece at a time. What is wrong with one member is said of that member.
"""

import io
import stat
import threading
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from . import files
from .files import Unreadable

MEMBERS, TOTAL = 200, 64 << 20  # of a student's zip
CLASS_MEMBERS, CLASS_TOTAL = 20_000, 8 << 30
NAME_LIMIT = 1000
ENTRY = b"PK\x01\x02"
NO_ZIP = "it is no zip, or a damaged one"
NO_PATH = "its name in the zip is no plain path (absolute, with .. or a backslash)"


class NoClass(OSError):
    """What was given for a class cannot be read as one; the message says why and what to do."""


@dataclass(frozen=True)
class Member:
    """A file in a zip. ``refused`` says why it is not read, where it is not; ``modified`` is in nanoseconds."""

    name: str
    modified: int
    refused: str = ""


class ClassZip:
    """The zip of a whole class, opened once and kept open for as long as its submissions are read.

    ``root`` is a folder that all lies in, with its slash: members are named without it.
    """

    def __init__(self, path: Path) -> None:
        """Open it.

        Raises
        ------
        NoClass
            If it is no zip, or holds more than is read.
        """
        try:
            self._zip = _opened(path)
        except Unreadable as error:
            raise NoClass(f"{path} cannot be read: {error}; download it again, or give a folder") from error
        infos = self._zip.infolist()
        total = sum(info.file_size for info in infos)
        if len(infos) > CLASS_MEMBERS or total > CLASS_TOTAL:
            raise NoClass(
                f"{path} holds {len(infos)} files of {total >> 20} MiB together; {CLASS_MEMBERS} files and "
                f"{CLASS_TOTAL >> 20} MiB are read from a zip: unpack it, and give the folder"
            )
        self.root = ""
        # zipfile counts the open members of a zip without a lock.
        self._lock = threading.Lock()

    def members(self) -> list[Member]:
        """Its files below ``root``."""
        return [
            Member(member.name.removeprefix(self.root), member.modified, member.refused)
            for member in _members(self._zip)
            if member.name.startswith(self.root)
        ]

    def read(self, name: str) -> bytes:
        """The content of one of ``members``; raises ``Unreadable``."""
        with self._lock:
            return _content(self._zip, self.root + name)


def members(content: bytes) -> list[Member]:
    """The files of a student's zip.

    Raises
    ------
    Unreadable
        If it is no zip, has no files in it, or more than are read.
    """
    # zipfile makes an object for each entry before it can be asked for their number.
    if content.count(ENTRY) > MEMBERS:
        raise Unreadable(f"it is a zip of more than {MEMBERS} files")
    with _opened(io.BytesIO(content)) as opened:
        total = sum(info.file_size for info in opened.infolist())
        if total > TOTAL:
            raise Unreadable(f"it is a zip of {total >> 20} MiB, and {TOTAL >> 20} are allowed")
        found = list(_members(opened))
    if not found:
        raise Unreadable("it is a zip with no files in it")
    nested = "it is a zip in a zip, which is not opened"
    return [Member(m.name, m.modified, m.refused or nested * is_zip(m.name)) for m in found]


def member(content: bytes, name: str) -> bytes:
    """The content of one file of a student's zip; raises ``Unreadable``."""
    with _opened(io.BytesIO(content)) as opened:
        return _content(opened, name)


def is_zip(name: str) -> bool:
    """Does the name say that it is a zip?"""
    return name.lower().endswith(".zip")


def _opened(file: Path | IO[bytes]) -> zipfile.ZipFile:
    # Names without a mark are UTF-8 where macOS wrote them, and those of DOS elsewhere.
    for encoding in ("utf-8", None):
        try:
            return zipfile.ZipFile(file, metadata_encoding=encoding)
        except UnicodeDecodeError:
            continue
        except OSError as error:
            raise Unreadable((error.strerror or NO_ZIP).lower()) from error
        except Exception as error:  # for what can be wrong with a zip, zipfile has some ten types
            raise Unreadable(NO_ZIP) from error
    raise Unreadable(NO_ZIP)


def _members(opened: zipfile.ZipFile) -> Iterator[Member]:
    """All files once, less hidden ones and what macOS adds."""
    times = Counter(info.filename for info in opened.infolist())
    seen = set()
    for info in opened.infolist():
        refused = _refused(info, times[info.filename])
        parts = info.filename.split("/")
        hidden = any(part.startswith(".") or part in ("__pycache__", "__MACOSX") for part in parts)
        # A name that climbs is told, not hidden.
        if info.filename in seen or info.is_dir() or (hidden and refused != NO_PATH):
            continue
        seen.add(info.filename)
        yield Member(info.filename[:NAME_LIMIT], _modified(info), refused)


def _refused(info: zipfile.ZipInfo, times: int) -> str:
    """Why a member is not read, or nothing."""
    name, mode = info.orig_filename, info.external_attr >> 16
    if len(name) > NAME_LIMIT:
        return "its name in the zip is too long"
    if "\\" in name or "\0" in name or not set(name.split("/")).isdisjoint(("", ".", "..")):
        return NO_PATH
    if times > 1:
        return f"its name is in the zip {times} times"
    if stat.S_ISLNK(mode):
        return "it is a symbolic link, which is not followed"
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        return "it is not a regular file"
    if info.flag_bits & 0x41:
        return "it is encrypted; hand it in without a password"
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return "it is compressed in a way that is not read; make an ordinary zip"
    return str(files.too_large(info.file_size)) if info.file_size > files.SIZE_LIMIT else ""


def _content(opened: zipfile.ZipFile, name: str) -> bytes:
    try:
        with opened.open(name) as file:
            content = file.read(files.SIZE_LIMIT + 1)
    except Exception as error:  # as above
        raise Unreadable("it is damaged in the zip") from error
    if len(content) > files.SIZE_LIMIT:
        raise files.too_large(len(content))
    return content


def _modified(info: zipfile.ZipInfo) -> int:
    """The time in the zip, which has no time zone: one for all makes the same order everywhere."""
    try:
        return int(datetime(*info.date_time, tzinfo=UTC).timestamp()) * 10**9
    except ValueError:
        return 0
