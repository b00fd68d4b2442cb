"""A submission in its sandbox, for the hidden tests and for tests of an instructor's own.

``pytest tests/hidden`` runs them on the masters, ``pytest tests/hidden --submission FILE`` on one notebook. To add a
test of your own, put a file beside this one. What it may ask for:

``room``
    ``room.call("da_dz", 0.0, "sigmoid")`` calls a function of the submission in the sandbox and gives back what
    crosses its wall: numbers, arrays, text, and lists, tuples and dicts of these. Where the function raised, did not
    come back or is not there, the test fails and says which. ``room.exercise.id`` tells which exercise it is.
``result``
    Beside ``room``: the result of one term on hidden inputs (``checking.judge.TermResult``), once for each term.
"""

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import nbformat
import pytest

from backprop_lab.checking.outcome import TermResult
from backprop_lab.exercises import Exercise, every, load
from backprop_lab.exercises.steps import Call, Request
from backprop_lab.grading import notebook, sandbox, submissions, task
from backprop_lab.grading.collect import collect
from backprop_lab.grading.pool import Pools

MASTERS = Path(__file__).parents[2] / "solutions"
ROOMS = pytest.StashKey["list[Room]"]()


@dataclass
class Room:
    """One submission: its exercise, its cells, and what hidden inputs are drawn from."""

    exercise: Exercise
    student: str
    cells: list[tuple[int, str]]
    pools: Pools
    results: dict[str, TermResult] = field(default_factory=dict)

    @cached_property
    def tier(self) -> str:
        """The isolation that works here."""
        return sandbox.choose("auto")

    def result(self, term: str) -> TermResult:
        """The result of one term; all of them are asked for at once."""
        if not self.results:
            fixtures = self.pools.picked(self.exercise, self.student)
            results, _ = task.examine(self.exercise, self.cells, fixtures, self.tier)
            self.results = {result.term.name: result for result in results}
        return self.results[term]

    def call(self, function: str, *args: Any) -> Any:
        """What a function of the submission returns for these arguments."""
        (answers,) = collect(self.tier, self.cells, [Request([Call("answer", function, args)])]).answers
        answer = answers["answer"]
        if answer["kind"] != "value":
            told = answer.get("error", answer["kind"])
            pytest.fail(f"{function} gave no answer: {told}", pytrace=False)
        return answer["value"]


def _rooms(config: pytest.Config) -> list[Room]:
    seed_file, submission = config.getoption("--seed-file", None), config.getoption("--submission", None)
    pools = Pools(Path(seed_file).read_bytes().strip() if seed_file else b"the hidden tests")
    if submission is None:
        chosen = [e for e in every() if (MASTERS / e.notebook).is_file()]
        masters = [(e, nbformat.read(MASTERS / e.notebook, as_version=4)) for e in chosen]
        return [Room(e, "the master", notebook.right_solutions(nb)["the master"], pools) for e, nb in masters]
    try:
        found = submissions.only(Path(submission))
        parsed = notebook.parse(found.read())
    except (FileNotFoundError, submissions.Unreadable) as error:
        raise pytest.UsageError(f"--submission {submission}: {error}") from error
    exercise_id = notebook.which_exercise(parsed, found.file)
    if exercise_id is None:
        raise pytest.UsageError(f"--submission {submission}: it is none of the exercises")
    return [Room(load(exercise_id), found.student, notebook.code_cells(parsed), pools)]


def pytest_configure(config: pytest.Config) -> None:
    # Here and not where tests are collected: a notebook that cannot be examined is told in one line.
    config.stash[ROOMS] = _rooms(config)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "room" not in metafunc.fixturenames:
        return
    rooms = metafunc.config.stash[ROOMS]
    if "result" in metafunc.fixturenames:
        asked = [(room, (room, term.name)) for room in rooms for term in room.exercise.terms]
        names = [f"{room.exercise.id}-{name}" for room, (_, name) in asked]
        metafunc.parametrize(("room", "result"), asked, ids=names, indirect=["result"])
    else:
        metafunc.parametrize("room", rooms, ids=[room.exercise.id for room in rooms])


@pytest.fixture
def result(request: pytest.FixtureRequest) -> TermResult:
    """One term's result on hidden inputs."""
    room, term = request.param
    return room.result(term)
