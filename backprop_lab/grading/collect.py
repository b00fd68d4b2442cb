"""Collect a submission's answers: run its cells in a room, ask for the steps, and survive what it does.

A call that does not come back, or takes its process down, costs that function alone. A new worker is started, the
cells are run again, and the next step is asked for, so that points earned elsewhere are kept.
"""

import contextlib
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from ..checking.callbacks import Callbacks
from ..checking.compare import size
from ..checking.steps import task
from ..exercises.steps import Program, Request, Step
from . import sandbox, wire

KINDS = ("value", "raised", "missing", "not run")


@dataclass(frozen=True)
class Limits:
    """How long things may take, in seconds, and how many bytes all answers may have."""

    start: float = 30.0
    cell: float = 10.0
    call: float = 3.0
    submission: float = 60.0
    answers: int = 16 << 20


@dataclass
class Collected:
    """What came back: the answers by label for each request, how cells and functions failed, and how much it was."""

    answers: list[dict[str, dict[str, Any]]] = field(default_factory=list)
    cells: dict[int, dict[str, Any]] = field(default_factory=dict)
    stuck: dict[str, str] = field(default_factory=dict)
    bytes: int = 0

    @property
    def accidents(self) -> set[str]:
        """``timed out`` and ``crashed``, where they happened."""
        return {*self.stuck.values(), *(cell["kind"] for cell in self.cells.values())} & {"timed out", "crashed"}


class _Accident(Exception):
    """The worker is lost; a new one is needed."""


def collect(
    tier: str, cells: Sequence[tuple[int, str]], asked: Sequence[Request], limits: Limits | None = None
) -> Collected:
    """Run the cells and carry out every request.

    Parameters
    ----------
    tier : str
        What ``sandbox.choose`` gave.
    cells : list of (number, source)
    asked : list of Request
        Of ``checking.judge.requests``.
    limits : Limits, optional

    Returns
    -------
    Collected
        With one mapping of answers for each request, whatever happened.

    Raises
    ------
    sandbox.NoIsolation
        If no worker could be started.
    """
    limits = limits or Limits()
    collected = Collected()
    end = time.monotonic() + limits.submission
    while len(collected.answers) < len(asked) and time.monotonic() < end:
        with sandbox.started(tier) as worker:
            try:
                wire.receive(worker.replies, time.monotonic() + limits.start)
            except wire.WireError as error:
                raise sandbox.NoIsolation(f"the worker did not start: {error}. {sandbox.REMEDY}") from error
            with contextlib.suppress(_Accident):
                _run_cells(worker, cells, collected, limits, end)
                for request in asked[len(collected.answers) :]:
                    collected.answers.append(_ask(worker, request, cells, collected, limits, end))
    late = {"kind": "timed out"}
    while len(collected.answers) < len(asked):
        collected.answers.append({step.label: late for step in asked[len(collected.answers)].steps})
        collected.stuck.setdefault("the whole submission", "timed out")
    return collected


def _run_cells(worker: sandbox.Process, cells, collected: Collected, limits: Limits, end: float) -> None:
    """Run all cells but those that did not come back before."""
    lost = {n for n, told in collected.cells.items() if told["kind"] in ("timed out", "crashed")}
    for number, source in cells:
        if number in lost:
            continue
        try:
            told, _ = _exchange(worker, {"do": "cell", "cell": number, "id": number}, source, limits.cell, end)
        except wire.WireError as error:
            collected.cells[number] = {"kind": _kind(error)}
            raise _Accident from error
        if told.get("kind") == "raised":
            collected.cells[number] = _clean(told, None, dict(cells))


def _ask(worker: sandbox.Process, request: Request, cells, collected: Collected, limits: Limits, end: float):
    """The answers to the steps of one request, asked for one at a time.

    One at a time, because a step's inputs may hold the answer to the step before it: while a function runs, the
    room holds nothing of what comes after.
    """
    answers: dict[str, dict[str, Any]] = {}
    first = True
    for number, step in enumerate(request.steps):
        words, values = step.plain()
        if task(words) in collected.stuck:
            answers[step.label] = {"kind": collected.stuck[task(words)]}
            continue
        # Ids that no cell has: a frame that a cell left in the pipe answers nothing.
        identity = -1 - len(collected.answers) * 1000 - number
        question = {"do": "step", "id": identity, "first": first, "step": words}
        callbacks = Callbacks(request.callbacks)
        try:
            told, value = _exchange(worker, question, values, limits.call, end, callbacks)
        except wire.WireError as error:
            collected.stuck[task(words)] = _kind(error)
            raise _Accident from error
        first = False
        # All answers are kept until they are judged: a hundred of the largest would fill the machine.
        collected.bytes += size(value)
        if collected.bytes > limits.answers:
            value = wire.Bad("too large")
        answers[step.label] = {**_clean(told, value, dict(cells), step), **callbacks.told()}
    return answers


def _exchange(
    worker: sandbox.Process, request: dict[str, Any], value: Any, seconds: float, end: float,
    callbacks: Callbacks | None = None,
):  # fmt: skip
    """Ask, answer callbacks, and take the frame that answers this; whatever else the room may say ends the worker."""
    deadline = min(time.monotonic() + seconds, end)
    wire.send(worker.requests, request, value, deadline)
    while True:
        message, answer = wire.receive(worker.replies, deadline)
        name = message.get("callback")
        if name is None:
            break
        if callbacks is None:
            raise wire.WireError("a callback where there is none")
        because, given = callbacks.answer(name, answer)
        wire.send(worker.requests, {"answered": because is None, "because": because}, given, deadline)
    told = message.get("told")
    if message.get("id") != request["id"] or not isinstance(told, dict):
        raise wire.WireError("an answer to another question")
    return told, answer


def _clean(told: dict[str, Any], value: Any, cells: dict[int, str], step: Step | None = None) -> dict[str, Any]:
    """Only what the grader knows how to read, of a message from the room.

    A line is told only if it is one of a cell that was sent: code can be compiled under any name and number, and a
    line number that the student chooses could carry a hidden input out.
    """
    kind = told.get("kind")
    if kind == "value":
        return {"kind": "value", "value": value}
    if kind == "raised":
        line, cell = told.get("line"), re.fullmatch(r"<cell (\d{1,6})>", str(told.get("file")))
        source = cells.get(int(cell[1]), "") if cell else ""
        known = type(line) is int and 0 < line <= min(source.count("\n") + 1, 500)
        place = {"place": step.place(told.get("at"))} if isinstance(step, Program) else {}
        return {"kind": "raised", "error": str(told.get("error", ""))[:80], "line": line if known else None, **place}
    return {"kind": kind} if kind in KINDS else {"kind": "crashed"}


def _kind(error: wire.WireError) -> str:
    return "timed out" if isinstance(error, wire.Late) else "crashed"
