"""``backprop-lab grade`` in a process of its own, looked at from outside: how far it is, what it holds, what it wrote.

Nothing is measured in it: it is the command that an instructor starts. How far it is, is how many students have
records; memory is that of the process and of everything below it, sandboxes and all.
"""

import contextlib
import hashlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

LOOK_SECONDS = 0.25
TENTHS = 10
COMMAND = "from backprop_lab.command_line.main import app; app()"


class Failed(Exception):
    """The command did not end as it should; the message says how."""


@dataclass
class Run:
    """One grading of the class.

    ``curve`` are rows of (percent of the students, MiB of the grader, MiB of it and all below it, the largest since
    the row before); in the last one, of 100 %, which is that of the tables and pages, both are the largest.
    """

    way: str
    seconds: float = 0.0
    grading_seconds: float = 0.0
    digest: str = ""
    records: int = 0
    killed: int = 0
    curve: list[tuple[int, float, float]] = field(default_factory=list)


def grade(
    place: Path, students: int, way: str, *options: str, at: Mapping[float, Callable[[int], Any]] | None = None,
    out: str = "",
) -> Run:  # fmt: skip
    """Grade the class in ``place``, and look on.

    Parameters
    ----------
    at : mapping of share of the students to callable
        What is done, once each, when so many have records; called with the grader's process.
    """
    results, run, todo = place / (out or way), Run(way), sorted((at or {}).items())
    said = place / f"{results.name}.txt"
    command = [sys.executable, "-c", COMMAND, "grade", str(place / "class"), "--out", str(results),
               "--seed-file", str(place / "secret"), *options]  # fmt: skip
    began = time.perf_counter()
    with said.open("w") as file:
        grader = subprocess.Popen(command, stdout=file, stderr=subprocess.STDOUT)
        # A run that goes on begins where the one before it ended.
        tenth, largest, peak = int(TENTHS * _folders(results / "results") / students), 0.0, 0.0
        try:
            while grader.poll() is None:
                share = _folders(results / "results") / students
                own, below = memory(grader.pid)
                largest, peak = max(largest, below), max(peak, own)
                if (results / "grades.csv").exists() and not run.grading_seconds:
                    run.grading_seconds = time.perf_counter() - began
                while own and tenth <= min(TENTHS - 1, int(share * TENTHS)):
                    run.curve.append((100 * tenth // TENTHS, own, largest))
                    tenth, largest, peak = tenth + 1, below, own
                while todo and share >= todo[0][0]:
                    todo.pop(0)[1](grader.pid)
                    run.killed += 1
                time.sleep(LOOK_SECONDS)
        finally:
            if grader.poll() is None:
                grader.kill()
            grader.wait()
    run.seconds = time.perf_counter() - began
    run.grading_seconds = run.grading_seconds or run.seconds
    run.curve.append((100, peak, largest))
    run.digest, run.records = digest(results / "results")
    if grader.returncode not in (0, -signal.SIGKILL):
        raise Failed(
            f"backprop-lab grade ended with status {grader.returncode}: {said.read_text('utf-8')[-600:].strip()}"
        )
    return run


def digest(folder: Path) -> tuple[str, int]:
    """One digest over the names and bytes of all records, and how many there are."""
    whole, count = hashlib.sha256(), 0
    for path in sorted(folder.rglob("*.json")):
        name = path.relative_to(folder).as_posix().encode("utf-8", "surrogateescape")
        whole.update(name + b"\0" + hashlib.sha256(path.read_bytes()).digest())
        count += 1
    return whole.hexdigest()[:16], count


def memory(pid: int) -> tuple[float, float]:
    """MiB that a process holds, and with it all below it; what several of them share is counted for each."""
    children: dict[int, list[int]] = {}
    pages: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with contextlib.suppress(OSError, IndexError, ValueError):
                parent = int(Path(entry, "stat").read_text().rpartition(")")[2].split()[1])
                pages[int(entry.name)] = int(Path(entry, "statm").read_text().split()[1])
                children.setdefault(parent, []).append(int(entry.name))
    size, todo, total = os.sysconf("SC_PAGE_SIZE") / (1 << 20), [pid], 0
    while todo:
        one = todo.pop()
        total += pages.get(one, 0)
        todo += children.get(one, [])
    return pages.get(pid, 0) * size, total * size


def _folders(folder: Path) -> int:
    try:
        return len(os.listdir(folder))
    except OSError:
        return 0
