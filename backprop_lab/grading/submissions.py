"""Find the submissions in a folder or a zip, and read one without trusting it.

A class is ``STUDENT.ipynb``, ``STUDENT/e01_one_neuron.ipynb`` and ``STUDENT.zip`` in any mixture, in a folder or in
one zip, or what a learning platform gives to download (``lms``); one notebook is a class of one. Nothing is followed,
executed or unpacked (``files``, ``archives``). A zip in the class is its student's folder, whatever names are in it.
"""

import hashlib
import os
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from . import archives, files, lms
from .archives import ClassZip
from .files import SIZE_LIMIT, Unreadable

__all__ = ["SIZE_LIMIT", "Submission", "Unreadable", "find", "find_told", "of_student", "only", "printable", "sha256"]


@dataclass(frozen=True)
class Submission:
    """One file that was handed in.

    ``file`` is its path below ``folder`` or the class's zip; where it lies in the student's own zip, ``member`` is
    the part that is in there. ``modified`` only decides which of two files of a student counts. ``submitted`` and
    ``late`` are what a learning platform tells of the time: when, and whether it was too late; None is not told.
    """

    student: str
    folder: Path
    file: str
    modified: int
    submitted: datetime | None = None
    late: bool | None = None
    member: str = ""
    refused: str = ""
    class_zip: ClassZip | None = field(default=None, compare=False, repr=False)

    def read(self) -> bytes:
        """The file's content.

        Raises
        ------
        Unreadable
            If it is a link, no regular file, too large, or not to be read with these rights or from its zip.
        """
        if self.refused:
            raise Unreadable(self.refused)
        outer = self.file[: -len(self.member) - 1] if self.member else self.file
        content = self.class_zip.read(outer) if self.class_zip else files.read(self.folder, outer)
        return archives.member(content, self.member) if self.member else content


@dataclass(frozen=True)
class _Found:
    """A file of the class before it is known whose it is: its path, and whether that is one of a folder."""

    file: str
    below: bool
    modified: int
    refused: str = ""

    @property
    def top(self) -> str:
        return self.file.partition("/")[0] if self.below else self.file


def find(path: Path) -> list[Submission]:
    """All submissions in a folder or a zip, or the one that a notebook is, sorted by student and name.

    Hidden files and empty folders are no submissions. Everything else is, whatever it turns out to be.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder; the message names it.
    archives.NoClass
        If the zip, or what a platform tells of its download, cannot be read; the message says what to do.
    """
    return find_told(path)[0]


def find_told(path: Path) -> tuple[list[Submission], str]:
    """What ``find`` finds, and the line that tells the instructor what it was read as: empty for a plain class."""
    if not _is_class(path):
        return [only(path)], ""
    found, class_zip = _class(path)
    names = {one.top for one in found}
    named, said = lms.named(names, lambda: _metadata(path, class_zip))
    submissions = []
    for one in found:
        if said and one.file == lms.METADATA:
            continue
        for who in named.get(one.top) or [lms.Named(_plain(one, path, class_zip))]:
            # The platform's order comes before the file's own time, which is that of the download or of unpacking.
            submission = Submission(
                who.student, path if class_zip is None else path.parent, one.file, (who.rank << 64) + one.modified,
                who.submitted, who.late, refused=one.refused, class_zip=class_zip,
            )  # fmt: skip
            submissions += _of_a_zip(submission, who.rank) if archives.is_zip(one.file) else [submission]
    return sorted(submissions, key=lambda s: (s.student, s.file)), said


def only(path: Path) -> Submission:
    """The submission that one file is.

    Raises
    ------
    FileNotFoundError
        If there is no such file; the message names it.
    """
    if not path.exists() and not path.is_symlink():
        raise FileNotFoundError(f"{path} does not exist: give a folder of submissions, a zip of them, or one notebook")
    student = _stem(path.name)
    if re.match(r"e\d\d_", student) and path.absolute().parent.name:
        # STUDENT/e01_one_neuron.ipynb: it is the folder that bears the name.
        student = path.absolute().parent.name
    return Submission(student, path.parent, path.name, _modified(path))


def of_student(folder: Path, student: str) -> list[Submission]:
    """All files below a folder as those of one student, whatever their names say, sorted by name."""
    inside = (file.removeprefix(f"{folder.name}/") for file in _files_below(folder.parent, folder.name))
    return [Submission(student, folder, file, _modified(folder / file)) for file in sorted(inside)]


def _is_class(path: Path) -> bool:
    return path.is_dir() or (archives.is_zip(path.name) and path.is_file())


def _class(path: Path) -> tuple[list[_Found], ClassZip | None]:
    """The files of a class, and its zip where it is one."""
    if not path.is_dir():
        class_zip = ClassZip(path)
        class_zip.root = _root([member.name for member in class_zip.members()], path.stem)
        return [_Found(m.name, _below(m.name), m.modified, m.refused) for m in class_zip.members()], class_zip
    found = []
    for entry in os.scandir(path):
        if _ignored(entry.name):
            continue
        below = entry.is_dir(follow_symlinks=False)
        inside = _files_below(path, entry.name) if below else [entry.name]
        found += [_Found(file, below, _modified(path / file)) for file in inside]
    return found, None


def _root(names: Collection[str], stem: str) -> str:
    """The one folder that all of a zip lies in, where it is the class's and not a student's.

    It is where it bears the zip's name (less the " (1)" of a second download), or holds what a platform's does.
    """
    tops = {name.partition("/")[0] for name in names}
    if len(tops) != 1 or not all(map(_below, names)):
        return ""
    (top,) = tops
    inside = {name.removeprefix(f"{top}/").partition("/")[0] for name in names}
    named_alike = top.casefold() == re.sub(r" ?\(\d+\)$", "", stem).casefold()
    return f"{top}/" if named_alike or lms.named(inside, bytes, told_only=True)[1] else ""


def _below(name: str) -> bool:
    """Does a name in a zip lie in a folder? One that climbs out lies in none: it is nobody else's."""
    return name.partition("/")[0] not in ("", ".", "..") and "/" in name


def _plain(one: _Found, path: Path, class_zip: ClassZip | None) -> str:
    """The student of a file that no platform named."""
    if one.below:
        return one.top
    stem = _stem(one.file[: -len(".zip")] if archives.is_zip(one.file) and len(one.file) > 4 else one.file)
    # A zip of e01_one_neuron.ipynb alone: it is the zip that bears the name, as a folder would.
    return path.stem if class_zip and re.match(r"e\d\d_", stem) else stem


def _of_a_zip(submission: Submission, rank: int) -> list[Submission]:
    """The files of a student's zip, or the zip itself as one that cannot be read."""
    try:
        members = archives.members(submission.read())
    except Unreadable as error:
        return [replace(submission, refused=str(error))]
    return [
        replace(submission, file=f"{submission.file}/{m.name}", member=m.name, refused=m.refused,
                modified=(rank << 64) + m.modified)
        for m in members
    ]  # fmt: skip


def _metadata(path: Path, class_zip: ClassZip | None) -> bytes:
    try:
        return class_zip.read(lms.METADATA) if class_zip else files.read(path, lms.METADATA)
    except Unreadable as error:
        raise archives.NoClass(
            f"{path / lms.METADATA} cannot be read: {error}; export the submissions again"
        ) from error


def _files_below(folder: Path, below: str) -> list[str]:
    """Files of a student's folder and of the folders in it, by their path below the class folder."""
    found, folders = [], [below]
    while folders:
        here = folders.pop()
        try:
            entries = [entry for entry in os.scandir(folder / here) if not _ignored(entry.name)]
        except OSError:
            # A folder that cannot be opened is told as a submission that cannot be read, and stops nobody else.
            found.append(here)
            continue
        for entry in entries:
            (folders if entry.is_dir(follow_symlinks=False) else found).append(f"{here}/{entry.name}")
    return found


def _modified(path: Path) -> int:
    try:
        return os.lstat(path).st_mtime_ns
    except OSError:
        return 0


def _stem(name: str) -> str:
    return name[: -len(".ipynb")] if name.endswith(".ipynb") and len(name) > len(".ipynb") else name


def _ignored(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def sha256(content: bytes) -> str:
    """The fingerprint by which results name what was graded."""
    return hashlib.sha256(content).hexdigest()


def printable(name: str) -> str:
    r"""A name without what is no character or steers a terminal; two names never become one.

    >>> printable("Ada Lovelace"), printable("\x1b[2J"), printable("\udcff"), printable("\\xff")
    ('Ada Lovelace', '\\u001b[2J', '\\xff', '\\\\xff')
    """
    text = name.replace("\\", "\\\\").encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return "".join(
        c if c.isprintable() else f"\\u{ord(c):04x}" if ord(c) < 1 << 16 else f"\\U{ord(c):08x}" for c in text
    )
