"""Rooms for untrusted code: bubblewrap, or Landlock where that does not work, or none where the instructor says so.

========== ================================================================== ======================================
tier       files, processes, network                                          everywhere but in ``none``
========== ================================================================== ======================================
bubblewrap namespaces of its own: a root with the room in it and nothing       limits (memory, file size, processes,
           else, one small writable ``/tmp``                                   …); the system calls of ``seccomp`` are
landlock   the machine's own, of which the room may be read and nothing may    refused; an empty environment; one
           be written; no namespace, no other process to reach                 worker a submission
none       everything that you may do
========== ================================================================== ======================================

What is in the room is said by ``interior``.
"""

import atexit
import contextlib
import ctypes
import functools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from . import confine, interior, seccomp, wire

TIERS = ("bubblewrap", "landlock")
SCRATCH_BYTES = 64 << 20
START_SECONDS = 30.0
# One thread: without it two jobs on two cores slow each other down, and the last bits depend on the number of cores.
ENVIRONMENT = {
    "PATH": "/nowhere",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    **{f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")},
}
# Of linux/personality.h.
ASK_PERSONALITY, ADDRESSES_NOT_RANDOM = 0xFFFFFFFF, 0x0040000
REMEDY = (
    "Grading runs unknown code and needs a sandbox. Install bubblewrap (Debian, Ubuntu: sudo apt-get install "
    "bubblewrap), or use a Linux with Landlock (kernel 5.13 or newer). macOS and Windows have none that serves: grade "
    "in WSL2 or in a Linux machine. "
    "--isolation none runs the submissions unprotected, with your rights and your files, and says so in every result."
)


class NoIsolation(Exception):
    """No sandbox works here; the message says why, and what to install."""


def choose(wanted: str) -> str:
    """The tier to use: ``auto`` is the best that works here.

    Raises
    ------
    NoIsolation
        If the tier that was asked for does not work here, or none does.
    """
    if wanted == "none":
        return "none"
    reasons = []
    for tier in TIERS if wanted == "auto" else (wanted,):
        reason = fails(tier)
        if reason is None:
            return tier
        reasons.append(f"{tier} does not work here: {reason}")
    raise NoIsolation(f"{'; '.join(reasons)}. {REMEDY}")


@functools.cache
def fails(tier: str) -> str | None:
    """Why a tier cannot be used here, found by starting a worker in it; None if it can."""
    if not sys.platform.startswith("linux"):
        return f"it exists on Linux alone, and this is {sys.platform}"
    if tier == "bubblewrap" and shutil.which("bwrap") is None:
        return "it is not installed"
    if tier == "landlock" and confine.landlock_version() < 1:
        return "this kernel does not have it"
    try:
        with tempfile.TemporaryFile() as said, started(tier, said) as worker:
            try:
                wire.receive(worker.replies, time.monotonic() + START_SECONDS)
                return None
            except wire.WireError as error:
                said.seek(0)
                lines = said.read().decode("utf-8", "replace").strip().splitlines()
                return lines[-1] if lines else str(error)
    except (OSError, seccomp.NoFilter) as error:
        return str(error)


class Process:
    """A worker that was started: two pipes and the means to end it."""

    def __init__(
        self, process: subprocess.Popen, requests: int, replies: int, status: int | None, folder: Path
    ) -> None:
        self.process, self.requests, self.replies, self.status = process, requests, replies, status
        # What it was started from; every worker of the tier is.
        self.folder = folder

    def kill(self) -> None:
        """End the worker and all that it started, and wait until it is gone."""
        for fd in (self.requests, self.replies):
            os.close(fd)
        # bubblewrap's first child is the init of the room; with it everything inside ends, and no zombie stays.
        if self.status is not None:
            with contextlib.suppress(OSError, ValueError, KeyError):
                os.kill(json.loads(os.read(self.status, 4096).split(b"\n")[0])["child-pid"], signal.SIGKILL)
            os.close(self.status)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def started(tier: str, errors: object = subprocess.DEVNULL) -> Iterator[Process]:
    """A worker in a room of its own, ended on the way out whatever happens.

    Parameters
    ----------
    errors : file, optional
        Where its standard error goes. Nowhere, once a submission is in the room: it could hold hidden inputs.

    Raises
    ------
    seccomp.NoFilter
        If the tier needs the filter of system calls, and it cannot be made.
    """
    folder = _furnished(tier, seccomp.program() if tier != "none" else None)
    to_read, requests = os.pipe()
    replies, to_write = os.pipe()
    for fd in (requests, replies):
        # A pipe that was ready a moment ago may be filled, or emptied, by the room before it is used.
        os.set_blocking(fd, False)
    status, to_status = os.pipe() if tier == "bubblewrap" else (None, None)
    inherited = [fd for fd in (to_read, to_write, to_status) if fd is not None]
    if tier == "bubblewrap":
        command = [
            *_bubblewrap(folder),
            "--json-status-fd",
            str(to_status),
            "--",
            *_python(),
            f"{interior.ROOM}/worker.pyc",
        ]
        environment = {}
    else:
        command = [*_python(), str(folder / "worker.pyc")]
        environment = {**ENVIRONMENT, "HOME": "/nowhere", "PYTHONPATH": str(folder)}
    try:
        with _same_addresses():
            process = subprocess.Popen(
                # Of one length, since the addresses of what comes after depend on it.
                [*command, tier, f"{to_read:05}", f"{to_write:05}"],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=errors,
                pass_fds=inherited,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
    finally:
        for fd in inherited:
            os.close(fd)
    worker = Process(process, requests, replies, status, folder)
    try:
        yield worker
    finally:
        worker.kill()


@contextlib.contextmanager
def _same_addresses() -> Iterator[None]:
    """What this thread starts has its memory at the same addresses each time, where the kernel lets it.

    The order of a Python set of objects is that of their addresses. A submission whose answer hangs on it, as one that
    walks a graph by sets, would earn other points each time. Docker's own filter refuses: there they stay random.
    """
    if not sys.platform.startswith("linux"):
        yield
        return
    personality = ctypes.CDLL(None).personality
    personality.argtypes = (ctypes.c_ulong,)
    before = personality(ASK_PERSONALITY)
    personality(before | ADDRESSES_NOT_RANDOM)
    try:
        yield
    finally:
        personality(before)


@functools.cache
def _furnished(tier: str, filter_program: bytes | None) -> Path:
    """The folder that every worker of this tier starts from, made once and removed when the grader ends.

    It holds the worker, the filter of system calls, and NumPy: as places to mount it on, or as links to it.
    """
    folder = tempfile.TemporaryDirectory(prefix="backprop-lab-")
    atexit.register(folder.cleanup)
    room = Path(folder.name)
    interior.compile_own_files(room)
    for name, source in interior.numpy_folders().items():
        (room / name).mkdir() if tier == "bubblewrap" else (room / name).symlink_to(source)
    if filter_program is not None:
        (room / "filter.bpf").write_bytes(filter_program)
    if tier == "landlock":
        (room / "readable").write_text("\n".join((*interior.readable(), str(room))))
    return room


def _python() -> list[str]:
    # -I would ignore PYTHONHASHSEED; these with an empty environment keep out the same things, and other packages.
    return [os.path.realpath(sys.executable), "-s", "-S", "-P"]


@functools.cache
def _bubblewrap(folder: Path) -> tuple[str, ...]:
    command = [
        shutil.which("bwrap"), "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        # A tmpfs without a size would be half of the machine's memory; it comes before the binds below it.
        "--clearenv", "--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp", "--ro-bind", str(folder), interior.ROOM,
    ]  # fmt: skip
    for name, value in {
        **ENVIRONMENT,
        "PYTHONPATH": interior.ROOM,
        "LD_LIBRARY_PATH": interior.library_folders(),
    }.items():
        command += ["--setenv", name, value]
    for source in interior.interpreter_files():
        command += ["--ro-bind", source, source]
    for hidden in interior.other_packages():
        command += ["--size", "4096", "--tmpfs", hidden, "--remount-ro", hidden]
    for name, source in interior.numpy_folders().items():
        command += ["--ro-bind", str(source), f"{interior.ROOM}/{name}"]
    # Four nodes instead of --dev, which is a writable tmpfs without a size.
    for device in interior.DEVICES:
        command += ["--dev-bind", device, device]
    return (*command, "--proc", "/proc", "--remount-ro", "/", "--chdir", "/tmp")
