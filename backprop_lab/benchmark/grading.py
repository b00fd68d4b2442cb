"""How fast a class is graded: a fresh sandboxed process for each submission, beside a fresh kernel, beside the floor.

The class is the master of E1 over and over: all of them finish, and each is asked hidden questions of its own.
The kernel's way is the usual one: nbclient runs the notebook in an ipykernel with the hidden tests appended as a cell.
The floor is an empty process that imports NumPy, which every way that gives each submission a process must pay.
Rounds are taken in turns, so that a machine that grows slower does so for everyone.
"""

import asyncio
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median
from typing import Any

import nbformat

from ..exercises import load
from ..exercises.steps import Call, Kept
from ..grading import grade, notebook, sandbox, submissions
from ..grading.pool import Pools

EXERCISE = "e01"


class NoClass(Exception):
    """There is nothing to grade here; the message says what is missing."""


def measure(root: Path, count: int, rounds: int, tier: str) -> dict[str, Any]:
    """Submissions a second of each way, with one and with two at a time, and what a process costs.

    Raises
    ------
    NoClass
        If root is no checkout with the masters.
    """
    exercise = load(EXERCISE)
    master = root / "solutions" / exercise.notebook
    if not master.is_file():
        raise NoClass(f"{master} does not exist: run this in a checkout that has the masters")
    cells = notebook.right_solutions(nbformat.read(master, as_version=4))["the master"]
    with tempfile.TemporaryDirectory(prefix="backprop-lab-") as folder:
        pools = Pools(b"a benchmark", Path(folder) / "pool")
        pools.of(exercise)  # made once a class, and not measured
        for k in range(count):
            _write(Path(folder) / "class" / f"student{k:03}.ipynb", cells)
        chosen = grade.class_of(submissions.find(Path(folder) / "class"))
        ways: dict[str, Callable[[Sequence, int], None]] = {
            "nbclient": lambda part, jobs: _with_kernels(part, jobs, pools, exercise),
            "fresh": lambda part, jobs: _with_ours(part, jobs, pools, tier),
            "floor": lambda part, jobs: _with_nothing(part, jobs),
        }
        seconds: dict[tuple[str, int], list[float]] = {(way, jobs): [] for way in ways for jobs in (1, 2)}
        share = -(-count // rounds)
        for turn in range(rounds):
            part = chosen[turn * share : (turn + 1) * share]
            for way, jobs in seconds:
                if part:
                    began = time.perf_counter()
                    ways[way](part, jobs)
                    seconds[way, jobs].append((time.perf_counter() - began) / len(part))
    rates = {key: 1 / median(taken) for key, taken in seconds.items()}
    table = {way: {"per_second": rates[way, 1], "per_second_jobs_2": rates[way, 2]} for way in ways}
    python, with_numpy = _start("pass"), _start("import numpy")
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    start = {"python_seconds": python, "numpy_seconds": with_numpy - python, "largest_process_mib": peak}
    return {"submissions": count, "isolation": tier, **table, "start": start}


def _write(path: Path, cells: Sequence[tuple[int, str]]) -> None:
    path.parent.mkdir(exist_ok=True)
    made = nbformat.v4.new_notebook(metadata={"backprop_lab": {"exercise": EXERCISE}})
    made.cells = [nbformat.v4.new_code_cell(source) for _, source in cells]
    nbformat.write(made, path)


def _with_ours(part: Sequence, jobs: int, pools: Pools, tier: str) -> None:
    records = list(grade.grade_class(part, pools, tier, jobs))
    if any(record["points"] != record["out_of"] for record in records):
        raise AssertionError("a right solution was not given every point")


def _with_kernels(part: Sequence, jobs: int, pools: Pools, exercise) -> None:
    with ThreadPoolExecutor(jobs) as workers:
        list(workers.map(lambda chosen: _in_a_kernel(chosen[0], pools, exercise), part))


def _in_a_kernel(submission: submissions.Submission, pools: Pools, exercise) -> None:
    import nbclient

    nb = notebook.parse(submission.read())
    nb.cells.append(nbformat.v4.new_code_cell(_hidden_tests(pools, exercise, submission.student)))
    # Not execute(), which leaves an event loop behind in every thread.
    asyncio.run(nbclient.NotebookClient(nb, timeout=120, kernel_name="python3").async_execute())


def _hidden_tests(pools: Pools, exercise, student: str) -> str:
    """The questions that ours asks, as lines of a cell: each call, and each term beside its reference."""
    lines = ["given = {}"]
    for fixture in pools.picked(exercise, student):
        u, checks = fixture.values, []
        for step in exercise.steps(u):
            if isinstance(step, Call):
                args = ", ".join(_argument(arg) for arg in step.args)
                lines.append(f"given[{step.label!r}] = {step.name}({args})")
        for term in exercise.terms:
            where = term.answers[0]
            place = f"given[{where.label!r}]" + "".join(f"[{keys[0]!r}]" for keys in where.path)
            checks.append(f"np.allclose({place}, {getattr(u, term.name)!r})")
        lines.append(f"verdict = [{', '.join(checks)}]")
    return "\n".join(lines)


def _argument(arg: Any) -> str:
    if isinstance(arg, Kept):
        return f"given[{arg.label!r}]" + (f"[{arg.part!r}]" if arg.part is not None else "")
    return repr(arg)


def _with_nothing(part: Sequence, jobs: int) -> None:
    with ThreadPoolExecutor(jobs) as workers:
        list(workers.map(lambda _: _run("import numpy"), part))


def _start(statement: str, times: int = 9) -> float:
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        _run(statement)
        taken.append(time.perf_counter() - began)
    return median(taken)


def _run(statement: str) -> None:
    command = [sys.executable, "-s", "-S", "-P", "-c", statement]
    path = str(Path(__import__("numpy").__file__).parents[1])
    subprocess.run(command, env={**sandbox.ENVIRONMENT, "PYTHONPATH": path}, check=True)


def report(found: dict[str, Any]) -> str:
    """The figures as lines of text."""
    ours, kernel, floor = found["fresh"], found["nbclient"], found["floor"]
    rows = [("nbclient and ipykernel", kernel), ("ours, a fresh process each", ours), ("an empty process", floor)]
    lines = [f"{found['submissions']} submissions, isolation: {found['isolation']}"]
    for name, rates in rows:
        lines.append(f"{name:28} {rates['per_second']:6.1f} a second, two at a time {rates['per_second_jobs_2']:6.1f}")
    one, two = (ours[key] / kernel[key] for key in ("per_second", "per_second_jobs_2"))
    lines.append(f"ours / kernel: {one:.1f}, two at a time {two:.1f}")
    one, two = (floor[key] / ours[key] for key in ("per_second", "per_second_jobs_2"))
    lines.append(f"ours takes {one:.2f} of the floor's time, two at a time {two:.2f}")
    start = found["start"]
    milliseconds = 1000 / ours["per_second"]
    shares = [1000 * start[key] / milliseconds for key in ("python_seconds", "numpy_seconds")]
    lines.append(f"of {milliseconds:.0f} ms: interpreter {shares[0]:.0%}, NumPy's import {shares[1]:.0%}")
    lines.append(f"largest process {start['largest_process_mib']:.0f} MiB")
    return "\n".join(lines)
