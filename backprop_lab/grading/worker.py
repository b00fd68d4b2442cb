"""The process in the sandbox: run the submission's cells, then carry out steps with its functions.

It is started by path, in a room that holds the standard library, NumPy, this file, ``wire``, ``steps``, ``confine``
and ``stand_ins`` for the packages that a notebook imports. It judges nothing and knows nothing: every question that it is
asked comes with its inputs, and every answer goes back as plain numbers.
"""

import ast
import builtins
import contextlib
import gc
import os
import re
import resource
import sys
from collections.abc import Callable
from typing import Any

# NumPy's import makes many objects and no garbage: to look for it takes a twentieth of the start.
gc.disable()

import stand_ins  # noqa: E402
import steps  # noqa: E402
import wire  # noqa: E402

DEFINING = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
LIMITS = (
    (resource.RLIMIT_AS, 2 << 30),
    (resource.RLIMIT_FSIZE, 64 << 20),
    (resource.RLIMIT_NOFILE, 128),
    (resource.RLIMIT_NPROC, 64),
    (resource.RLIMIT_CORE, 0),
    # Of a grader that was killed a worker may be left: it ends by itself. A submission has 60 s in all.
    (resource.RLIMIT_CPU, 120),
)
TIMED = re.compile(r"^(\s*)%(?:time|timeit)\b(?:\s+-\w+\s*\d*)*\s*(.*)$")
# Any other magic, a shell line, or a question to the help system, which IPython writes before or behind a name.
MAGIC = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$")


def main(tier: str, requests: int, replies: int) -> None:
    """Close the room, then answer requests until the grader hangs up."""
    for limit, value in LIMITS:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(limit, (value, value))
    if tier != "none":
        close_the_room(tier)
    namespace: dict[str, Any] = {"__name__": "__main__", "__builtins__": builtins, "get_ipython": lambda: None}
    kept: dict[str, Any] = {}
    sys.meta_path.append(stand_ins.Finder())
    gc.enable()
    wire.send(replies, {"ready": True})
    while True:
        try:
            message, value = wire.receive(requests)
        except wire.Closed:
            return
        if message["do"] == "cell":
            answer = run_cell(namespace, message["cell"], value)
        else:
            if message["first"]:
                kept = {}
            answer = steps.run_step(namespace, message["step"], value, kept, _asking(requests, replies))
        told = {key: item for key, item in answer.items() if key != "value"}
        wire.send(replies, {"id": message["id"], "told": told}, answer.get("value"))


def close_the_room(tier: str) -> None:
    """Give up what the tier takes away. What fails here ends the worker before a submission is in the room."""
    # Imported here: without a room this also runs where there is no such kernel.
    import confine

    beside = os.path.dirname(os.path.abspath(__file__))
    with open(os.path.join(beside, "filter.bpf"), "rb") as file:
        program = file.read()
    if tier == "landlock":
        with open(os.path.join(beside, "readable"), encoding="utf-8") as file:
            readable = file.read().split("\n")
        confine.end_with_parent()
        confine.files(readable)
    confine.system_calls(program)


def _asking(requests: int, replies: int) -> Callable[[str], Callable]:
    """What makes a callback of a name: each call of it is a question to the grader, who computes and counts."""

    def callback(name: str) -> Callable:
        def ask(*args: Any) -> Any:
            wire.send(replies, {"callback": name}, args)
            message, value = wire.receive(requests)
            if not message.get("answered"):
                raise ValueError(message.get("because"))
            return value

        ask.__name__ = ask.__qualname__ = name
        return ask

    return callback


def run_cell(namespace: dict[str, Any], number: int, source: str) -> dict[str, Any]:
    """Run one cell; tell how it ended. Notebook magics are turned into Python only where Python refuses the cell.

    A statement that fails does not take the rest of its cell with it: definitions and imports after it are still
    run, so that a plot which cannot be drawn here costs no points.
    """
    name = f"{steps.CELL}{number}>"
    outcome = {"kind": "ran"}
    try:
        try:
            statements = ast.parse(source, name).body
        except SyntaxError:
            statements = ast.parse(without_magics(source), name).body
    except (Exception, SystemExit) as error:
        return steps.raised(error)
    for statement in statements:
        if outcome["kind"] != "ran" and not isinstance(statement, DEFINING):
            continue
        try:
            exec(compile(ast.Module([statement], []), name, "exec"), namespace)
        except (Exception, SystemExit) as error:
            outcome = outcome if outcome["kind"] != "ran" else steps.raised(error)
    return outcome


def without_magics(source: str) -> str:
    """The cell with magics, shell lines and questions made harmless, each on its own line so that numbers stay."""
    first = source.lstrip().split("\n", 1)[0]
    if first.startswith("%%"):
        if first.split()[0] not in ("%%time", "%%timeit", "%%capture"):
            return ""
        source = source.replace(first, "", 1)
    lines = [TIMED.sub(r"\1\2", line) for line in source.split("\n")]
    return "\n".join(MAGIC.sub(r"\1pass", line) for line in lines)


if __name__ == "__main__":
    # Where the standard streams lead is the grader's choice; the two pipes are the first descriptors after them.
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
    os._exit(0)
