"""Grade attacks between two honest students, by the real command, and say what did not hold."""

import atexit
import csv
import importlib.util
import json
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cache, cached_property
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest import mock

import numpy as np
from typer.testing import CliRunner

from backprop_lab.checking.compare import leaves
from backprop_lab.command_line.main import app
from backprop_lab.exercises import load
from backprop_lab.grading import collect, notebook, running, sandbox, submissions
from backprop_lab.grading.grade import class_of
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.submissions import find
from tests.attacks.writing import honest, notebook_of
from tests.paths import ROOT

HERE = Path(__file__).parent
SECRET = "the secret of a class under attack"
BEFORE, AFTER = "aaa_honest", "zzz_honest"
WAS_HERE = "was-here"
# Shorter than in a real grading, so that the suite is short; what they do is the same.
LIMITS = collect.Limits(cell=2.0, call=1.5, submission=8.0)
OURS = {"backprop-lab.json", "private", "results", "grades.csv", "totals.csv", "class.html", "feedback"}
# In KiB, as the kernel counts: what grading a class of thirty attacks may take.
MEMORY = 1 << 20
SHARED = (Path("/tmp"), Path("/var/tmp"), Path("/dev/shm"), Path.home())


@dataclass(frozen=True)
class Attack:
    """One file of this folder."""

    name: str
    path: Path

    @cached_property
    def module(self) -> ModuleType:
        """The file, loaded."""
        spec = importlib.util.spec_from_file_location(self.path.stem, self.path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        return module

    def said(self, name: str, otherwise: Any) -> Any:
        """What the file says under a name."""
        return getattr(self.module, name, otherwise)

    @property
    def student(self) -> str:
        """Who hands it in, where it does not choose names of its own."""
        return "m_" + self.name.replace("/", "_")

    @property
    def at_most(self) -> int:
        """Points that it may earn."""
        return self.said("AT_MOST", 0)

    @property
    def statuses(self) -> tuple[str, ...]:
        """How it may end."""
        return self.said("STATUSES", ("graded",))

    @property
    def alone(self) -> bool:
        """Whether it has a class of its own."""
        return self.said("ALONE", False)

    def hand_in(self, folder: Path, places: Mapping[str, str]) -> None:
        """Put it into the class's folder."""
        if hasattr(self.module, "submission"):
            self.module.submission(folder)
            return
        cells = []
        for cell in self.module.CELLS:
            for name, path in places.items():
                cell = re.sub(rf"\b{name}\b", path, cell)
            cells.append(cell)
        exercise = self.said("EXERCISE", "e01")
        text = notebook_of(cells, {"backprop_lab": {"exercise": exercise}})
        (folder / f"{self.student}.ipynb").write_text(text, encoding="utf-8", errors="surrogatepass")


def attacks() -> list[Attack]:
    """All of them, in order."""
    files = sorted(HERE.glob("*/[0-9]*.py"))
    return [Attack(f"{path.parent.name}/{path.stem}", path) for path in files]


def classes() -> dict[str, list[Attack]]:
    """Those that are graded together, by the name of their class."""
    found: dict[str, list[Attack]] = {}
    for attack in attacks():
        found.setdefault(attack.name if attack.alone else attack.path.parent.name, []).append(attack)
    return found


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
    before = _outside(folder, place, room)
    began, memory = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    children = _children()
    done = graded(place["class"], place["out"], folder / "secret", tier, place["tmp"])
    seconds = time.monotonic() - began
    problems = []
    if (grown := resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory) > MEMORY:
        problems.append(f"the grader took {grown >> 10} MiB of memory")
    if done.exit_code != 0:
        problems.append(f"exit code {done.exit_code}: {done.output[-300:]} {done.exception!r}")
    outcome = Outcome(_records(place["out"]), problems, members, seconds)
    changed = set(before.items() ^ _outside(folder, place, room).items())
    problems += [f"changed outside: {path}" for path in changed]
    problems += [f"a process is left: {process}" for process in _left(children)]
    if seconds > 30 + 0.8 * LIMITS.submission * len(members):
        problems.append(f"it took {seconds:.0f} s")
    if tier != "none":
        problems += _missing(place["class"], outcome)
        problems += _dishonest(place["out"], tier)
    problems += _told(place, outcome, done.output)
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


@cache
def _pools() -> Path:
    """A folder with the pools that were made before: fifty digits take their time."""
    folder = tempfile.mkdtemp(prefix="attacked-pools-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def pools() -> Pools:
    """The hidden inputs of the attacked classes."""
    return Pools(SECRET.encode(), _pools())


def _keep_pools(out: Path) -> None:
    (out / "private").mkdir(parents=True)
    (out / "backprop-lab.json").write_text("{}")
    (out / "private" / "pool").symlink_to(_pools())


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


def _outside(folder: Path, place: Mapping[str, Path], room: Path) -> dict[str, Any]:
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


def _children() -> dict[int, str]:
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


def _left(before: Mapping[int, str]) -> list[str]:
    """What is there more than before, after some seconds."""
    for _ in range(30):
        left = [told for pid, told in _children().items() if pid not in before]
        if not left:
            break
        time.sleep(0.1)
    return left


def _told(place: Mapping[str, Path], outcome: Outcome, printed: str) -> Iterator[str]:
    """Hidden numbers, the secret and live markup in what is written and printed."""
    texts = {str(p.relative_to(place["out"])): p.read_text() for p in place["out"].glob("feedback/*.html")}
    texts |= {str(p.relative_to(place["out"])): p.read_text() for p in place["out"].glob("results/*/*.json")}
    texts |= {p.name: p.read_text() for p in place["out"].glob("*.html")}
    texts |= {"the terminal": printed}
    for name in set(os.listdir(place["out"])) - OURS:
        yield f"the output holds {name}"
    if (place["out"] / "grades.csv").is_file():
        with (place["out"] / "grades.csv").open(newline="") as file:
            for row in csv.reader(file):
                if len(row) != 5 or row[0].lstrip()[:1] in tuple("=+-@\t"):
                    yield f"grades.csv holds {row}"
    if (place["out"] / "totals.csv").is_file():
        with (place["out"] / "totals.csv").open(newline="") as file:
            table = list(csv.reader(file))
            for row in table:
                if len(row) != len(table[0]) or row[0].lstrip()[:1] in tuple("=+-@\t"):
                    yield f"totals.csv holds {row}"
    hidden = {SECRET, SECRET.encode().hex(), *_digits(place["class"])}
    for name, text in texts.items():
        for one in hidden:
            if one in text:
                yield f"{name} tells {one!r}"
        if "<script" in text.lower() and name.endswith(".html"):
            yield f"{name} holds a script"
        if any(not c.isprintable() and c not in "\n\N{NO-BREAK SPACE}" for c in text):
            yield f"{name} steers the terminal"


def _digits(folder: Path) -> set[str]:
    """The first seven digits of every hidden number that a student of this class was asked with."""
    found = set()
    for submission, _ in class_of(find(folder)):
        try:
            exercise = notebook.which_exercise(notebook.parse(submission.read()), submission.file)
        except submissions.Unreadable:
            continue
        if exercise is None:
            continue
        for fixture in pools().picked(load(exercise), submission.student):
            for _, value in leaves({**fixture.inputs, **fixture.terms}):
                if isinstance(value, str) or value is None:
                    continue
                for number in np.ravel(np.asarray(value, dtype=float)):
                    digits = repr(abs(float(number)))
                    if len(digits) >= 9 and "e" not in digits:
                        found.add(digits[:9])
    return found


def tiers() -> tuple[str, ...]:
    """Those that isolate here."""
    return tuple(tier for tier in sandbox.TIERS if sandbox.fails(tier) is None)
