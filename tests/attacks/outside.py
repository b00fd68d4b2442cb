"""What an attack must leave as it was: files and folders of the machine, and processes of the grader."""

import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

WAS_HERE = "was-here"
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.home())


def outside(folder: Path, place: Mapping[str, Path], room: Path) -> dict[str, Any]:
    """What must be the same before and after: files, modes and times; names in folders that all may write to."""
    seen: dict[str, Any] = {}
    seen["temporary files"] = tuple(os.listdir(place["tmp"]))
    for top in (place["class"], place["marker"], room):
        for path in _below(top):
            told = os.lstat(path)
            seen[path] = (told.st_mode, told.st_size, told.st_nlink, told.st_mtime_ns)
    for shared in SHARED:
        for name in os.listdir(shared) if shared.is_dir() else ():
            if WAS_HERE in name:
                seen[str(shared / name)] = "left"
    seen[str(folder)] = tuple(sorted({*os.listdir(folder), "out"}))
    seen["affinity"] = tuple(sorted(os.sched_getaffinity(0)))
    return seen


def _below(top: Path) -> list[str]:
    """All files and folders, as deep as a path can name them: ``rglob`` recurses."""
    found, folders = [str(top)], [str(top)]
    while folders:
        try:
            entries = list(os.scandir(folders.pop()))
        except OSError:
            continue
        found += [entry.path for entry in entries if len(os.fsencode(entry.path)) < 4000]
        folders += [entry.path for entry in entries if entry.is_dir(follow_symlinks=False)]
    return found


def children() -> dict[int, str]:
    """Processes that this one started and that are still there: a browser of other tests may be among them."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            name, rest = stat.read_text().split("(", 1)[1].rsplit(")", 1)
            if int(rest.split()[1]) == os.getpid():
                found[int(stat.parent.name)] = f"{name} {rest.split()[0]}"
        except (OSError, ValueError):
            continue
    return found


def left_since(before: Mapping[int, str]) -> list[str]:
    """What is there more than before, after some seconds."""
    for _ in range(30):
        left = [told for pid, told in children().items() if pid not in before]
        if not left:
            break
        time.sleep(0.1)
    return left
