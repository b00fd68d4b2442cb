"""Read one file of a submission without trusting it.

Nothing is followed and nothing is waited for: a file is opened by the descriptor of its folder, must be a regular
file of a bounded size, and its content is what was read then.
"""

import os
import stat
from pathlib import Path

SIZE_LIMIT = 16 << 20


class Unreadable(Exception):
    """The submission cannot be read; the message says why."""


def read(folder: Path, file: str) -> bytes:
    """The content of a file, given by its path below a folder.

    Raises
    ------
    Unreadable
        If it is a link, no regular file, too large, or not to be read with these rights.
    """
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        names = file.split("/")
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
            raise too_large(status.st_size)
        with os.fdopen(os.dup(descriptor), "rb") as opened:
            content = opened.read(SIZE_LIMIT + 1)
        if len(content) > SIZE_LIMIT:
            raise Unreadable(f"it has more than the {SIZE_LIMIT >> 20} MiB that are allowed")
        return content
    except OSError as error:
        link = os.path.islink(folder / file)
        raise Unreadable("it is a symbolic link, which is not followed" if link else _reason(error)) from error
    finally:
        os.close(descriptor)


def too_large(size: int) -> Unreadable:
    """What is said of a file of more bytes than are allowed."""
    return Unreadable(f"it has {size >> 20} MiB, and {SIZE_LIMIT >> 20} are allowed")


def _reason(error: OSError) -> str:
    return (error.strerror or "it cannot be opened").lower()
