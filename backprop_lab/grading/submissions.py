"""Find the submissions in a folder, and read one without trusting it.

A folder holds ``STUDENT.ipynb`` and ``STUDENT/e01_one_neuron.ipynb`` in any mixture; one file is a class of one.
Nothing is followed, executed or unpacked: a file is opened by the descriptor of its folder, without following
links and without waiting, must be a regular file of a bounded size, and its content is what was read then.
"""

import hashlib
import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

SIZE_LIMIT = 16 << 20


class Unreadable(Exception):
    """The submission cannot be read; the message says why."""


@dataclass(frozen=True)
class Submission:
    """One file that was handed in.

    ``modified`` only decides which of two files of a student counts; it is in no result.
    """

    student: str
    folder: Path
    file: str
    modified: int

    def read(self) -> bytes:
        """The file's content.

        Raises
        ------
        Unreadable
            If it is a link, no regular file, too large, or not to be read with these rights.
        """
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            names = self.file.split("/")
            for left, name in zip(reversed(range(len(names))), names, strict=True):
                kind = os.O_DIRECTORY if left else os.O_NONBLOCK
                below = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | kind, dir_fd=descriptor)
                # One descriptor at a time: a submission may lie a thousand folders deep.
                os.close(descriptor)
                descriptor = below
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise Unreadable("it is not a regular file")
            if status.st_size > SIZE_LIMIT:
                raise Unreadable(f"it has {status.st_size >> 20} MiB, and {SIZE_LIMIT >> 20} are allowed")
            with os.fdopen(os.dup(descriptor), "rb") as file:
                content = file.read(SIZE_LIMIT + 1)
            if len(content) > SIZE_LIMIT:
                raise Unreadable(f"it has more than the {SIZE_LIMIT >> 20} MiB that are allowed")
            return content
        except OSError as error:
            link = os.path.islink(self.folder / self.file)
            raise Unreadable("it is a symbolic link, which is not followed" if link else _reason(error)) from error
        finally:
            os.close(descriptor)


def find(path: Path) -> list[Submission]:
    """All submissions in a folder, or the one that a file is, sorted by student and name.

    Hidden files and empty folders are no submissions. Everything else is, whatever it turns out to be.

    Raises
    ------
    FileNotFoundError
        If there is no such file or folder; the message names it.
    """
    if not path.is_dir():
        return [only(path)]
    found = []
    for entry in os.scandir(path):
        if _ignored(entry.name):
            continue
        if entry.is_dir(follow_symlinks=False):
            found += [_submission(entry.name, path, file) for file in _files_below(path, entry.name)]
        else:
            found.append(_submission(_stem(entry.name), path, entry.name))
    return sorted(found, key=lambda s: (s.student, s.file))


def only(path: Path) -> Submission:
    """The submission that one file is.

    Raises
    ------
    FileNotFoundError
        If there is no such file; the message names it.
    """
    if not path.exists() and not path.is_symlink():
        raise FileNotFoundError(f"{path} does not exist: give a folder of submissions, or one notebook")
    student = _stem(path.name)
    if re.match(r"e\d\d_", student) and path.absolute().parent.name:
        # STUDENT/e01_one_neuron.ipynb: it is the folder that bears the name.
        student = path.absolute().parent.name
    return _submission(student, path.parent, path.name)


def _files_below(folder: Path, below: str) -> list[str]:
    """Files of a student's folder and of the folders in it, by their path below the class folder."""
    files, folders = [], [below]
    while folders:
        here = folders.pop()
        try:
            entries = [entry for entry in os.scandir(folder / here) if not _ignored(entry.name)]
        except OSError:
            # A folder that cannot be opened is told as a submission that cannot be read, and stops nobody else.
            files.append(here)
            continue
        for entry in entries:
            (folders if entry.is_dir(follow_symlinks=False) else files).append(f"{here}/{entry.name}")
    return files


def _submission(student: str, folder: Path, file: str) -> Submission:
    try:
        modified = os.lstat(folder / file).st_mtime_ns
    except OSError:
        modified = 0
    return Submission(student, folder, file, modified)


def _stem(name: str) -> str:
    return name[: -len(".ipynb")] if name.endswith(".ipynb") and len(name) > len(".ipynb") else name


def _ignored(name: str) -> bool:
    return name.startswith(".") or name == "__pycache__"


def _reason(error: OSError) -> str:
    return (error.strerror or "it cannot be opened").lower()


def sha256(content: bytes) -> str:
    """The fingerprint by which results name what was graded."""
    return hashlib.sha256(content).hexdigest()
