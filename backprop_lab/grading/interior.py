"""What is in the room: the interpreter, its standard library, NumPy, the worker's own files, and nothing else.

No other package can be in it: not ours, not the grader's. The standard library is let in without the folders of other
packages that stand inside it.
"""

import functools
import importlib.util
import os
import py_compile
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).parent
# Where the worker stands in a room with a root of its own.
ROOM = "/room"
DEVICES = tuple(f"/dev/{name}" for name in ("null", "zero", "random", "urandom"))
OTHER_PACKAGES = ("site-packages", "dist-packages")
OWN_FILES = (
    *(HERE / name for name in ("worker.py", "wire.py", "stand_ins.py", "confine.py")),
    HERE.parent / "checking" / "steps.py",
)
# Windows, terminals, the network, databases: no room has them, and the libraries behind these modules are most of all.
# Each library in the room costs every start a fifth of a millisecond.
UNUSED_MODULES = ("_tkinter", "_curses", "_curses_panel", "readline", "_ssl", "nis", "_sqlite3", "_dbm", "_gdbm")


def compile_own_files(folder: Path) -> None:
    """Put what the worker is made of into a folder, compiled: once there, and not once for each submission."""
    for source in OWN_FILES:
        # Unchecked: the source is not in the room. Tracebacks name it there, and no path of this machine.
        py_compile.compile(
            str(source), str(folder / f"{source.stem}.pyc"), f"{ROOM}/{source.name}", doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )  # fmt: skip


@functools.cache
def numpy_folders() -> dict[str, Path]:
    """NumPy, and the libraries that its wheel brings."""
    package = Path(importlib.util.find_spec("numpy").origin).parent
    beside = package.parent / "numpy.libs"
    return {"numpy": package, **({"numpy.libs": beside} if beside.is_dir() else {})}


@functools.cache
def standard_library() -> tuple[str, ...]:
    """The folders of the standard library."""
    standard = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    standard = {os.path.join(sys.base_prefix, os.path.relpath(p, sys.prefix)) if p.startswith(sys.prefix + "/") else p
                for p in standard}  # fmt: skip
    dynamic = sysconfig.get_config_var("DESTSHARED")
    if dynamic and os.path.isdir(dynamic):
        standard.add(dynamic)
    folders = sorted(path for path in standard if os.path.isdir(path))
    return tuple(path for path in folders if not any(path.startswith(other + "/") for other in folders))


@functools.cache
def interpreter_files() -> tuple[str, ...]:
    """The interpreter, its standard library, and every shared library that these and NumPy need."""
    return (os.path.realpath(sys.executable), *standard_library(), *shared_libraries())


@functools.cache
def shared_libraries() -> tuple[str, ...]:
    """Paths of the shared libraries, as the system's own loader finds them."""
    modules = [os.path.realpath(sys.executable)]
    for folder in (sysconfig.get_config_var("DESTSHARED"), *numpy_folders().values()):
        modules += [
            str(path)
            for path in Path(folder).rglob("*.so*")
            if path.is_file() and path.name.split(".")[0] not in UNUSED_MODULES
        ]
    listed = subprocess.run(["ldd", *modules], capture_output=True, text=True, check=False).stdout
    found = set(re.findall(r"(?:=>\s*|^\s+)(/\S+) \(0x", listed, re.MULTILINE))
    inside = tuple(str(folder) for folder in numpy_folders().values())
    return tuple(sorted(path for path in found if not path.startswith(inside)))


def library_folders() -> str:
    """Where the loader looks for them."""
    return ":".join(sorted({os.path.dirname(path) for path in shared_libraries()}))


@functools.cache
def other_packages() -> tuple[str, ...]:
    """Folders of other packages that stand inside the standard library."""
    folders = (os.path.join(folder, name) for folder in standard_library() for name in OTHER_PACKAGES)
    return tuple(folder for folder in folders if os.path.isdir(folder))


@functools.cache
def readable() -> tuple[str, ...]:
    """All of this as paths that may be read, for a wall that cannot cover what is inside an open folder.

    A path with a slash at its end may be listed, and what is in it is let in by a path of its own.
    """
    inside = [
        os.path.realpath(os.path.join(folder, name))
        for folder in standard_library()
        for name in sorted(os.listdir(folder))
        if name not in OTHER_PACKAGES
    ]
    packages = [os.path.realpath(path) for path in numpy_folders().values()]
    listed = [folder + "/" for folder in standard_library()]
    there = [path for path in (*inside, *packages, *shared_libraries(), *DEVICES) if os.path.exists(path)]
    return (*there, *listed, os.path.realpath(sys.executable))
