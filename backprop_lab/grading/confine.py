"""Inside the room: give up, for good, what a submission has no use for. It cannot be taken back.

``system_calls`` loads the filter that ``seccomp`` made on the trusted side. ``files`` is the wall where there are no
namespaces: Landlock lets the process read what is listed and write nothing, and capabilities are dropped;
``end_with_parent`` does there what bubblewrap does by itself. The worker calls them before it reads a line of a
submission. This file imports the standard library alone; the numbers
are those of the kernel's interface (linux/landlock.h, linux/prctl.h), which do not change.
"""

import ctypes
import os
import signal
from collections.abc import Iterable

PARENT_DEATH_SIGNAL, NO_NEW_PRIVILEGES, SECCOMP, FILTER_MODE = 1, 38, 22, 2
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
CAPSET = {"x86_64": 126, "aarch64": 91}
PATH_BENEATH, VERSION = 1, 1
READ_FILE, READ_DIR = 1 << 2, 1 << 3
# Rights that each version of Landlock knows: a later one takes more away.
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
NET_RIGHTS = {4: 0b11}
SCOPES = {6: 0b11}

_libc = ctypes.CDLL(None, use_errno=True)


class _RulesetAttribute(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("net", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("parent", ctypes.c_int32))


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("filter", ctypes.c_void_p))


class _CapabilityHeader(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


def landlock_version() -> int:
    """The kernel's version of Landlock, 0 where it has none."""
    found = _libc.syscall(CREATE_RULESET, None, ctypes.c_size_t(0), VERSION)
    return max(found, 0)


def system_calls(program: bytes) -> None:
    """Load a seccomp filter: the system calls that it names fail from now on.

    Raises
    ------
    OSError
        If the kernel refuses it.
    """
    _checked(_libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
    buffer = ctypes.create_string_buffer(program, len(program))
    loaded = _Program(len(program) // 8, ctypes.cast(buffer, ctypes.c_void_p))
    _checked(_libc.prctl(SECCOMP, FILTER_MODE, ctypes.byref(loaded), 0, 0), "seccomp")


def end_with_parent() -> None:
    """End when the grader does, however it ends. The filter of system calls keeps it so."""
    _checked(_libc.prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0), "parent death signal")
    if os.getppid() == 1:  # it ended before that
        os._exit(1)


def files(readable: Iterable[str], version: int | None = None) -> None:
    """Read these files, and what lies below these folders; list the folders; nothing else of the file system.

    Parameters
    ----------
    version : int, optional
        Use no more of Landlock than this version has.

    Raises
    ------
    OSError
        If the kernel has no Landlock, or a path cannot be opened.
    """
    known = landlock_version()
    version = known if version is None else min(version, known)
    if version < 1:
        raise OSError("the kernel has no Landlock")
    handled = [_latest(table, version) for table in (FILE_RIGHTS, NET_RIGHTS, SCOPES)]
    attribute = _RulesetAttribute(*handled)
    size = 8 if version < 4 else 16 if version < 6 else 24
    ruleset = _checked(_libc.syscall(CREATE_RULESET, ctypes.byref(attribute), ctypes.c_size_t(size), 0), "ruleset")
    for path in readable:
        listed = path.endswith("/")  # the folder may be listed; what is in it has rules of its own
        opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            below = READ_DIR if listed else READ_FILE | READ_DIR if os.path.isdir(path) else READ_FILE
            rule = _PathBeneath(below, opened)
            _checked(_libc.syscall(ADD_RULE, ruleset, PATH_BENEATH, ctypes.byref(rule), 0), path)
        finally:
            os.close(opened)
    _checked(_libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0), "no_new_privs")
    _checked(_libc.syscall(RESTRICT_SELF, ruleset, 0), "restrict")
    os.close(ruleset)
    _drop_capabilities()


def _latest(table: dict[int, int], version: int) -> int:
    return next((rights for since, rights in sorted(table.items(), reverse=True) if since <= version), 0)


def _drop_capabilities() -> None:
    """Root without its powers: all three sets become empty."""
    header = _CapabilityHeader(0x20080522, 0)
    none = (ctypes.c_uint32 * 6)()
    _checked(_libc.syscall(CAPSET[os.uname().machine], ctypes.byref(header), ctypes.byref(none)), "capset")


def _checked(result: int, what: str) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
    return result
