"""Rooms for untrusted code: bubblewrap on Linux, or none where the instructor says so.

What is in the room: the interpreter and its standard library (without any site-packages), the shared libraries that
they and NumPy load, NumPy, and the worker's own four files. All of it is read-only, and there is no
network, no other process, no environment, and one small writable ``/tmp``.
"""

import contextlib
import functools
import importlib.util
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).parent
ROOM = "/room"
SCRATCH_BYTES = 64 << 20
# One thread: without it two jobs on two cores slow each other down, and the last bits depend on the number of cores.
ENVIRONMENT = {
    "PATH": "/nowhere",
    "HOME": "/tmp",
    "LANG": "C.UTF-8",
    "PYTHONHASHSEED": "0",
    "PYTHONDONTWRITEBYTECODE": "1",
    **{f"{name}_NUM_THREADS": "1" for name in ("OPENBLAS", "OMP", "MKL")},
}
REMEDY = (
    "Grading runs unknown code and needs a sandbox. Install bubblewrap (Debian, Ubuntu: sudo apt-get install "
    "bubblewrap). macOS and Windows have none that serves: grade in WSL2 or in a Linux machine. "
    "--isolation none runs the submissions unprotected, with your rights and your files, and says so in every result."
)


class NoIsolation(Exception):
    """No sandbox works here; the message says why, and what to install."""


def choose(wanted: str) -> str:
    """The tier to use, ``bubblewrap`` or ``none``: ``auto`` is the best that works here.

    Raises
    ------
    NoIsolation
        If the tier that was asked for does not work here, or none does.
    """
    if wanted == "none":
        return "none"
    reason = bubblewrap_fails()
    if reason:
        raise NoIsolation(f"bubblewrap does not work here: {reason}. {REMEDY}")
    return "bubblewrap"


@functools.cache
def bubblewrap_fails() -> str | None:
    """Why bubblewrap cannot be used here, found by starting a worker in it; None if it can."""
    if not sys.platform.startswith("linux"):
        return f"it exists on Linux alone, and this is {sys.platform}"
    if shutil.which("bwrap") is None:
        return "it is not installed"
    probe = [*_bubblewrap(()), *_python(), "-c", "import numpy, wire, steps; print('in')"]
    done = subprocess.run(probe, env={}, capture_output=True, text=True, timeout=60, check=False)
    if done.stdout.strip() == "in":
        return None
    return (done.stderr.strip().splitlines() or [f"it ended with status {done.returncode}"])[-1]


class Process:
    """A worker that was started: two pipes and the means to end it."""

    def __init__(self, process: subprocess.Popen, requests: int, replies: int, status: int | None) -> None:
        self.process, self.requests, self.replies, self.status = process, requests, replies, status

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
def started(tier: str) -> Iterator[Process]:
    """A worker in a room of its own, ended on the way out whatever happens."""
    to_read, requests = os.pipe()
    replies, to_write = os.pipe()
    status, to_status = os.pipe() if tier == "bubblewrap" else (None, None)
    inherited = [fd for fd in (to_read, to_write, to_status) if fd is not None]
    with contextlib.ExitStack() as stack:
        if tier == "bubblewrap":
            command = [*_bubblewrap(("--json-status-fd", str(to_status))), *_python(), f"{ROOM}/worker.py"]
            environment = {}
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="backprop-lab-"))
            for name, source in {**_own_files(), **_numpy_folders()}.items():
                (Path(folder) / name).symlink_to(source)
            command = [*_python(), str(Path(folder) / "worker.py")]
            environment = {**ENVIRONMENT, "HOME": folder, "PYTHONPATH": folder}
        try:
            process = subprocess.Popen(
                [*command, str(to_read), str(to_write)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                pass_fds=inherited,
                env=environment,
                cwd="/",
                start_new_session=True,
            )
        finally:
            for fd in inherited:
                os.close(fd)
        worker = Process(process, requests, replies, status)
        try:
            yield worker
        finally:
            worker.kill()


def _python() -> list[str]:
    # -I would ignore PYTHONHASHSEED; -s and -P with an empty environment keep out the same things.
    return [os.path.realpath(sys.executable), "-s", "-P"]


def _own_files() -> dict[str, Path]:
    """What the worker is made of, by its name in the room."""
    return {
        "worker.py": HERE / "worker.py",
        "wire.py": HERE / "wire.py",
        "steps.py": HERE.parent / "checking" / "steps.py",
        "stand_ins.py": HERE / "stand_ins.py",
    }


def _bubblewrap(extra: tuple[str, ...]) -> list[str]:
    command = [
        shutil.which("bwrap"), "--unshare-user", "--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts",
        "--unshare-cgroup-try", "--disable-userns", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
        "--clearenv", *extra,
        # A tmpfs without a size would be half of the machine's memory; it comes before the binds below it.
        "--size", str(SCRATCH_BYTES), "--tmpfs", "/tmp",
    ]  # fmt: skip
    for name, value in {**ENVIRONMENT, "PYTHONPATH": ROOM, "LD_LIBRARY_PATH": _library_folders()}.items():
        command += ["--setenv", name, value]
    for source in _interpreter_files():
        command += ["--ro-bind", source, source]
    for folder in _site_folders():
        command += ["--size", "4096", "--tmpfs", folder, "--remount-ro", folder]
    for name, source in {**_own_files(), **_numpy_folders()}.items():
        command += ["--ro-bind", str(source), f"{ROOM}/{name}"]
    # Four nodes instead of --dev, which is a writable tmpfs without a size.
    for device in ("null", "zero", "random", "urandom"):
        command += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    return [*command, "--proc", "/proc", "--remount-ro", "/", "--chdir", "/tmp", "--"]


@functools.cache
def _numpy_folders() -> dict[str, Path]:
    package = Path(importlib.util.find_spec("numpy").origin).parent
    beside = package.parent / "numpy.libs"
    return {"numpy": package, **({"numpy.libs": beside} if beside.is_dir() else {})}


@functools.cache
def _interpreter_files() -> tuple[str, ...]:
    """The interpreter, its standard library, and every shared library that these and NumPy need."""
    executable = os.path.realpath(sys.executable)
    standard = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    standard = {os.path.join(sys.base_prefix, os.path.relpath(p, sys.prefix)) if p.startswith(sys.prefix + "/") else p
                for p in standard}  # fmt: skip
    dynamic = sysconfig.get_config_var("DESTSHARED")
    if dynamic and os.path.isdir(dynamic):
        standard.add(dynamic)
    folders = sorted(path for path in standard if os.path.isdir(path))
    folders = [path for path in folders if not any(path.startswith(other + "/") for other in folders)]
    return (executable, *folders, *_shared_libraries())


@functools.cache
def _shared_libraries() -> tuple[str, ...]:
    """Paths of the shared libraries, as the system's own loader finds them."""
    modules = [os.path.realpath(sys.executable)]
    for folder in (sysconfig.get_config_var("DESTSHARED"), *_numpy_folders().values()):
        modules += [str(path) for path in Path(folder).rglob("*.so*") if path.is_file()]
    listed = subprocess.run(["ldd", *modules], capture_output=True, text=True, check=False).stdout
    found = set(re.findall(r"(?:=>\s*|^\s+)(/\S+) \(0x", listed, re.MULTILINE))
    inside = tuple(str(folder) for folder in _numpy_folders().values())
    return tuple(sorted(path for path in found if not path.startswith(inside)))


def _library_folders() -> str:
    return ":".join(sorted({os.path.dirname(path) for path in _shared_libraries()}))


@functools.cache
def _site_folders() -> tuple[str, ...]:
    """Folders of other packages that stand inside the standard library: they are covered with an empty one."""
    return tuple(
        os.path.join(folder, name)
        for folder in _interpreter_files()
        if os.path.isdir(folder)
        for name in ("site-packages", "dist-packages")
        if os.path.isdir(os.path.join(folder, name))
    )
