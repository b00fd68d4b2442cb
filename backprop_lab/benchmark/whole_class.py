"""A whole class graded by the command itself: submissions a second, where the time goes, memory over the run, digests.

``backprop-lab grade`` runs in a process of its own, as an instructor starts it, and is looked at from outside: how
many students have records, what it and everything below it hold in memory. Afterwards some submissions of each
exercise are graded here, one at a time, to tell the room's share of a submission's time from the judgement's.
"""

import contextlib
import os
import shutil
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from statistics import mean, median
from typing import Any

from ..checking.judge import judge, requests
from ..checking.say import lines
from ..exercises import every
from ..grading import files, notebook, sandbox
from ..grading.collect import collect
from ..grading.pool import Pools
from ..grading.results import Store
from . import a_class
from .looking_on import TENTHS, Failed, Run, grade

SECRET = b"the secret of a benchmark"
WAYS = ("one job", "two jobs", "resumed", "cluster")
SAMPLE = 12  # submissions of each exercise that are graded one at a time


def four_ways(place: Path, students: int) -> Iterator[Run]:
    """The same class with one job, with two, killed half way and resumed, and on a cluster whose workers are killed."""
    one, two, resumed, on_cluster = WAYS
    yield grade(place, students, one, "--jobs", "1")
    yield grade(place, students, two, "--jobs", "2")
    first = grade(place, students, resumed, "--jobs", "2", at={0.5: lambda pid: os.kill(pid, signal.SIGKILL)})
    second = grade(place, students, resumed, "--jobs", "2")
    second.killed, second.seconds = first.killed, first.seconds + second.seconds
    second.grading_seconds += first.grading_seconds
    yield second
    with workers(2) as cluster:
        kills = dict.fromkeys((0.2, 0.4, 0.6, 0.8), lambda pid: _kill_one(cluster))
        yield grade(place, students, on_cluster, "--cluster", cluster.scheduler_address, at=kills)


@contextlib.contextmanager
def workers(count: int) -> Iterator[Any]:
    """A Dask cluster on this machine, reached by nobody else, with a process for each worker."""
    try:
        from distributed import LocalCluster
    except ImportError as error:
        raise Failed('the cluster needs Dask: pip install "backprop-lab[cluster]"') from error
    with LocalCluster(
        n_workers=count, threads_per_worker=1, processes=True, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        silence_logs="CRITICAL",
    ) as cluster:  # fmt: skip
        yield cluster


def _kill_one(cluster: Any) -> None:
    """SIGKILL to a worker; its nanny starts another."""
    running = [nanny.pid for nanny in cluster.workers.values() if nanny.pid]
    with contextlib.suppress(ProcessLookupError):
        os.kill(running[0], signal.SIGKILL)


def where_the_time_goes(place: Path, handed_in: Sequence[a_class.HandedIn], tier: str) -> list[dict[str, Any]]:
    """For each exercise, seconds in the room and of the judgement, of some submissions graded one at a time."""
    pools, rows = Pools(SECRET, place / "pool"), []
    for exercise in every():
        own = [one for one in handed_in if one.exercise == exercise.id and one.kind not in ("cut off", "never ends")]
        times = [_timed(place, one, exercise, pools, tier) for one in own[:SAMPLE]]
        if times:
            room, judged, steps = zip(*times, strict=True)
            largest = max(map(sum, zip(room, judged, strict=True)))
            rows.append({
                "exercise": exercise.id, "submissions": sum(one.exercise == exercise.id for one in handed_in),
                "steps": steps[0], "room": mean(room), "judging": mean(judged), "largest": largest,
            })  # fmt: skip
    return rows


def references(place: Path, ways: Sequence[str]) -> float:
    """Make the references of fifty digits for all exercises, which a class makes once, where each run finds them."""
    began, pools = time.perf_counter(), Pools(SECRET, place / "pool")
    for exercise in every():
        pools.of(exercise)
    seconds = time.perf_counter() - began
    for way in ways:
        store = Store(place / way)
        store.open()  # which makes the folder one that grading writes to
        store.close()
        shutil.copytree(place / "pool", place / way / "private" / "pool", dirs_exist_ok=True)
    return seconds


def _timed(place: Path, one: a_class.HandedIn, exercise: Any, pools: Pools, tier: str) -> tuple[float, float, int]:
    cells = notebook.code_cells(notebook.parse(files.read(place / "class", one.file)))
    fixtures = pools.picked(exercise, one.student)
    asked = requests(exercise, fixtures)
    began = time.perf_counter()
    collected = collect(tier, cells, asked)
    between = time.perf_counter()
    lines(exercise, judge(exercise, fixtures, collected.answers, hidden=True), hidden=True)
    return between - began, time.perf_counter() - between, sum(len(request.steps) for request in asked)


def measure(
    root: Path, place: Path, count: int, jobs: int, seed: int, options: Sequence[str] = (), four: bool = False,
    say: Callable[[str], Any] = print,
) -> dict[str, Any]:  # fmt: skip
    """Make a class in ``place``, grade it, and return all numbers; ``say`` is told each step.

    Raises
    ------
    a_class.NoClass, Failed, sandbox.NoIsolation
        If there is nothing to make it of, or the command failed.
    """
    tier = sandbox.choose("auto")
    (place / "secret").write_bytes(SECRET)
    handed_in = a_class.made(root, place / "class", count, seed)
    students = len({one.student for one in handed_in})
    say(f"{count:,} submissions of {students:,} students, made by seed {seed}")
    runs = []
    way = ("cluster given", *options) if options else (f"{jobs} at a time", "--jobs", str(jobs))
    seconds = references(place, WAYS if four else way[:1])
    say(f"references of {len(every())} exercises, once a class: {seconds:.1f} s")
    for run in four_ways(place, students) if four else iter([grade(place, students, *way)]):
        runs.append(run)
        say(f"{run.way}: {run.records / run.grading_seconds:.2f} a second, digest {run.digest}")
    found: dict[str, Any] = {
        "submissions": count, "students": students, "seed": seed, "isolation": tier, "references_seconds": seconds,
        "kinds": dict(Counter(one.kind for one in handed_in)),
        "runs": [asdict(run) | {"per_second": run.records / run.grading_seconds} for run in runs],
        "exercises": where_the_time_goes(place, handed_in, tier),
        "start_seconds": _start(tier),
    }  # fmt: skip
    if four:
        found["two_over_one"] = found["runs"][1]["per_second"] / found["runs"][0]["per_second"]
        found["same"] = len({run.digest for run in runs}) == 1
    return found


def _start(tier: str) -> float:
    """Seconds until an empty room answers."""
    from ..grading import wire

    taken = []
    for _ in range(9):
        began = time.perf_counter()
        with sandbox.started(tier) as worker:
            wire.receive(worker.replies, time.monotonic() + sandbox.START_SECONDS)
        taken.append(time.perf_counter() - began)
    return median(taken)


def report(found: Mapping[str, Any]) -> str:
    """The numbers as lines of text, 100 columns at most."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in found["kinds"].items())
    told = [f"{found['submissions']:,} submissions of {found['students']:,} students (seed {found['seed']}): {kinds}"]
    told.append(f"isolation: {found['isolation']}; an empty room answers after {1000 * found['start_seconds']:.0f} ms")
    told.append(
        f"references of fifty digits, once a class and before what is timed: {found['references_seconds']:.1f} s"
    )
    told += ["", f"{'way':14}{'records':>9}{'a second':>10}{'grading':>10}{'with pages':>12}{'killed':>8}  digest"]
    for run in found["runs"]:
        told.append(
            f"{run['way']:14}{run['records']:>9,}{run['per_second']:>10.2f}{_clock(run['grading_seconds']):>10}"
            f"{_clock(run['seconds']):>12}{run['killed']:>8}  {run['digest']}"
        )
    if "same" in found:
        told.append(
            f"two jobs / one: {found['two_over_one']:.2f}; the digests are {'the same' if found['same'] else 'DIFFERENT'}"
        )
    told += ["", "memory, MiB: the grader alone, and with all below it the largest since the column before"]
    tenths = range(0, 101, 100 // TENTHS)
    told.append(" " * 14 + "".join(f"{f'{percent} %':>7}" for percent in tenths))
    for run in found["runs"]:
        for label, column in ((run["way"], 1), ("  with all", 2)):
            held = {row[0]: f"{row[column]:.0f}" for row in run["curve"]}
            told.append(f"{label:14}" + "".join(f"{held.get(percent, '–'):>7}" for percent in tenths))
    told += [
        "",
        f"{'exercise':10}{'submissions':>12}{'steps':>7}{'room, ms':>11}{'judging, ms':>13}{'largest, ms':>13}",
    ]
    for row in found["exercises"]:
        told.append(
            f"{row['exercise']:10}{row['submissions']:>12,}{row['steps']:>7}{1000 * row['room']:>11.0f}"
            f"{1000 * row['judging']:>13.0f}{1000 * row['largest']:>13.0f}"
        )
    return "\n".join(told)


def _clock(seconds: float) -> str:
    """Hours, minutes and seconds.

    >>> _clock(59.6), _clock(3725)
    ('0:01:00', '1:02:05')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


@contextlib.contextmanager
def kept(folder: Path | None) -> Iterator[Path]:
    """The folder for the class and its results: the one that was asked for, or one that is removed at the end."""
    if folder is not None:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="backprop-lab-") as made:
        yield Path(made)
