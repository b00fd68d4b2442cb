"""Grade attacks between two honest students, by the real command, and say what did not hold."""

import json
import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.exercises import load
from backprop_lab.grading import collect, running, sandbox
from backprop_lab.grading.grade import class_of
from backprop_lab.grading.submissions import find
from tests.attacks.attack import Attack
from tests.attacks.outside import children, left_since, outside
from tests.attacks.told import SECRET, pools_folder, told
from tests.attacks.writing import honest, notebook_of
from tests.paths import ROOT

BEFORE, AFTER = "aaa_honest", "zzz_honest"
# Shorter than in a real grading, so that the suite is short; what they do is the same.
LIMITS = collect.Limits(cell=2.0, call=1.5, submission=8.0)
# In KiB, as the kernel counts: what grading a class of thirty attacks may take.
MEMORY = 1 << 20


@dataclass
class Outcome:
    """What came of one class."""

    records: dict[str, list[dict[str, Any]]]
    problems: list[str]
    attacks: Sequence[Attack]
    seconds: float = 0.0
    faults: dict[str, list[str]] = field(default_factory=dict)

    def of(self, attack: Attack) -> list[dict[str, Any]]:
        """The records of one attack: all but the honest ones, where it was alone."""
        if attack.alone:
            return [r for student, own in self.records.items() if student not in (BEFORE, AFTER) for r in own]
        return self.records.get(attack.student, [])

    def against(self, attack: Attack) -> list[str]:
        """What did not hold for one attack."""
        own = self.of(attack)
        said = [] if own else ["there is no record of it"]
        for record in own:
            if record["points"] > attack.at_most:
                said.append(
                    f"{record['student']} earned {record['points']} points, at most {attack.at_most} are allowed"
                )
            if record["status"] not in attack.statuses:
                said.append(
                    f"{record['student']} ended as {record['status']!r} ({record['reason']}), not in {attack.statuses}"
                )
        return said


def run(members: Sequence[Attack], tier: str, folder: Path) -> Outcome:
    """Grade these attacks between two honest students."""
    place = {name: folder / name for name in ("class", "out", "marker", "tmp")}
    for name in ("class", "marker", "tmp"):
        place[name].mkdir(parents=True)
    (folder / "secret").write_text(SECRET)
    (place["marker"] / "mine").write_text("not to be touched")
    (place["marker"] / "mine").chmod(0o600)
    places = {
        "MARKER": str(place["marker"]), "SECRET_FILE": str(folder / "secret"), "CLASS": str(place["class"]),
        "OUT": str(place["out"]), "CHECKOUT": str(ROOT),
    }  # fmt: skip
    for student in (BEFORE, AFTER):
        (place["class"] / f"{student}.ipynb").write_text(notebook_of(honest("e01")))
    for attack in members:
        attack.hand_in(place["class"], places)
    _keep_pools(place["out"])
    # The grader makes the folder that rooms start from once: not a thing that an attack leaves, and not one to touch.
    with sandbox.started(tier) as worker:
        room = Path(worker.folder)
    before = outside(folder, place, room)
    began, memory = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    processes = children()
    done = graded(place["class"], place["out"], folder / "secret", tier, place["tmp"])
    seconds = time.monotonic() - began
    problems = []
    if (grown := resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) > MEMORY:
        problems.append(f"the grader took {grown >> 10} MiB of memory")
    if done.exit_code != 0:
        problems.append(f"exit code {done.exit_code}: {done.output[-300:]} {done.exception!r}")
    outcome = Outcome(_records(place["out"]), problems, members, seconds)
    changed = set(before.items() ^ outside(folder, place, room).items())
    problems += [f"changed outside: {path}" for path in changed]
    problems += [f"a process is left: {process}" for process in left_since(processes)]
    if seconds > 30 + 0.8 * LIMITS.submission * len(members):
        problems.append(f"it took {seconds:.0f} s")
    if tier != "none":
        problems += _missing(place["class"], outcome)
        problems += _dishonest(place["out"], tier)
    problems += told(place, done.output)
    # Python's own ways to remove a folder recurse too.
    subprocess.run(["rm", "-rf", str(place["class"])], check=True)
    return outcome


def graded(folder: Path, out: Path, secret: Path, tier: str, tmp: Path):
    """``backprop-lab grade`` with shorter limits, its temporary files in a folder that can be looked at.

    In threads of this process, so that what a test changes in the grader holds for what is graded.
    """
    call = ["grade", str(folder), "--out", str(out), "--seed-file", str(secret), "--isolation", tier, "--jobs", "4"]
    shorter = mock.patch.object(collect, "Limits", return_value=LIMITS)
    env = mock.patch.dict(os.environ, {"GRADER_SECRET": SECRET})
    here = mock.patch.object(running, "processes", _threads)
    with shorter, env, here, mock.patch.object(tempfile, "tempdir", str(tmp)):
        return CliRunner().invoke(app, call)


def _threads(jobs: int) -> running.Place:
    executor = ThreadPoolExecutor(jobs)
    return running.Place(executor, running.AHEAD * jobs, close=lambda: executor.shutdown(cancel_futures=True))


def _keep_pools(out: Path) -> None:
    (out / "private").mkdir(parents=True)
    (out / "backprop-lab.json").write_text("{}")
    (out / "private" / "pool").symlink_to(pools_folder())


@cache
def without_attack(tier: str) -> dict[str, bytes]:
    """The honest students' records and pages where nobody attacks."""
    with tempfile.TemporaryDirectory() as name:
        run_alone = Path(name)
        (run_alone / "class").mkdir()
        (run_alone / "secret").write_text(SECRET)
        (run_alone / "tmp").mkdir()
        for student in (BEFORE, AFTER):
            (run_alone / "class" / f"{student}.ipynb").write_text(notebook_of(honest("e01")))
        _keep_pools(run_alone / "out")
        done = graded(run_alone / "class", run_alone / "out", run_alone / "secret", tier, run_alone / "tmp")
        assert done.exit_code == 0, done.output
        kept = _of_the_honest(run_alone / "out")
        assert all(json.loads(kept[f"{s} record"])["points"] == load("e01").points for s in (BEFORE, AFTER))
        return kept


def _of_the_honest(out: Path) -> dict[str, bytes]:
    kept = {}
    for student in (BEFORE, AFTER):
        for what, path in (("record", f"results/{student}/e01.json"), ("page", f"feedback/{student}.html")):
            kept[f"{student} {what}"] = (out / path).read_bytes() if (out / path).is_file() else b""
    return kept


def _dishonest(out: Path, tier: str) -> Iterator[str]:
    now = _of_the_honest(out)
    return (
        f"the {what} is another one than without the attack"
        for what, was in without_attack(tier).items()
        if now[what] != was
    )


def _records(out: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for path in sorted(out.glob("results/*/*.json")):
        record = json.loads(path.read_text())
        found.setdefault(record["student"], []).append(record)
    return found


def _missing(folder: Path, outcome: Outcome) -> Iterator[str]:
    expected, there = len(class_of(find(folder))), sum(map(len, outcome.records.values()))
    return iter([f"{there} records of {expected} submissions"] if expected != there else [])


def tiers() -> tuple[str, ...]:
    """Those that isolate here."""
    return tuple(tier for tier in sandbox.TIERS if sandbox.fails(tier) is None)
