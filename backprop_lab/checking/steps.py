"""Carry out one step of a request with the student's functions, and report what it gave.

A step is one of

========================================================================  ====================================
``{"do": "call", "label": …, "name": function, "args": [argument, …]}``   call the student's function
``{"do": "give", "label": …}``                                            keep the one value that comes with it
``{"do": "read", "label": …, "kept": argument}``                          report a kept object as it is now
``{"do": "program", "label": …, "name": class, "lines": …}``              carry out instructions with a class
========================================================================  ====================================

and an argument ``["value", k]``, the k-th of the values that come with the step, ``["kept", label, part]`` or
``["callback", name]``. An answer is one of

========================================================  ====================================================
``{"kind": "value", "value": v}``                         the function returned v
``{"kind": "raised", "error": type, "line": n, …}``       it raised; the line is in the student's own code, and of a
                                                          program ``"at"`` is the number of the instruction
``{"kind": "missing", "found": type}``                    no function of that name; what has it instead, if anything
``{"kind": "not run", "because": label}``                 an argument is the result of a step that gave none
========================================================  ====================================================

This file judges nothing. It also runs inside the grader's sandbox, and imports the standard library alone.
"""

import operator
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any

CELL = "<cell "
OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul}


def run_step(
    namespace: Mapping[str, Any],
    step: dict[str, Any],
    values: Sequence[Any],
    kept: dict[str, Any],
    callback: Callable | None = None,
) -> dict[str, Any]:
    """The answer to one step.

    Parameters
    ----------
    namespace : mapping
        The student's names.
    step : dict
        As above.
    values : list
        The values that it names, handed over as they are.
    kept : dict
        Results of earlier steps of the same request by label; this one's result is added.
    callback : callable, optional
        ``callback(name)`` is the function of that name to hand to the student.
    """
    if step["do"] == "give":
        kept[step["label"]] = values[0]
        return {"kind": "value", "value": None}
    try:
        if step["do"] == "read":
            return {"kind": "value", "value": _argument(step["kept"], values, kept, callback)}
        function = namespace.get(step["name"])
        if not callable(function):
            return {"kind": "missing", "found": "" if function is None else type(function).__name__}
        if step["do"] == "program":
            return run_program(function, step["lines"], values)
        args = [_argument(arg, values, kept, callback) for arg in step["args"]]
    except LookupError as error:
        return {"kind": "not run", "because": str(error.args[0])}
    try:
        kept[step["label"]] = function(*args)
    except (Exception, SystemExit) as error:
        return raised(error)
    return {"kind": "value", "value": kept[step["label"]]}


def task(step: dict[str, Any]) -> str:
    """What is not asked for again once it did not come back: a function, or a class in the programs of one label.

    >>> task({"do": "call", "label": "delta", "name": "hidden_delta"}), task({"do": "read", "label": "later"})
    ('hidden_delta', '')
    >>> task({"do": "program", "label": "fork", "name": "Value"})
    'Value: fork'
    """
    return f"{step['name']}: {step['label']}" if step["do"] == "program" else step.get("name", "")


def run_program(made: Callable, lines: Sequence[Sequence[Any]], values: Sequence[Any]) -> dict[str, Any]:
    """The answer to a program: what it reads, as it stands there.

    Parameters
    ----------
    made : callable
        The student's class.
    lines : list
        Instructions as in ``exercises.steps.Program``; of ``number`` and ``make`` the operand is a place in ``values``.
    """
    things: list[Any] = []
    told: dict[str, dict[str, Any]] = {}
    try:
        for word, *operands in lines:
            things.append(_thing(made, word, operands, things, values))
            if word == "read":
                told.setdefault(operands[2], {}).update(things[-1])
    except (Exception, SystemExit) as error:
        return {**raised(error), "at": len(things)}
    return {"kind": "value", "value": told}


def _thing(made: Callable, word: str, operands: Sequence[Any], things: Sequence[Any], values: Sequence[Any]) -> Any:
    """What one instruction makes."""
    if word == "number":
        return values[operands[0]]
    if word == "make":
        return made(values[operands[0]])
    if word == "read":
        name, places, _ = operands
        return {key: getattr(things[k], name) for key, k in places.items()}
    if word == "do":
        return getattr(things[operands[1]], operands[0])()
    if word == "negate":
        thing = -things[operands[0]]
    elif word == "method":
        thing = getattr(things[operands[1]], operands[0])()
    else:
        thing = OPERATORS[word](*(things[k] for k in operands))
    if thing is None or thing is NotImplemented:
        # Told here, where it happens: the instruction that goes on with it would be blamed.
        raise TypeError(f"the result is {thing}: is a return missing?")
    return thing


def _argument(arg: list[Any], values: Sequence[Any], kept: Mapping[str, Any], callback: Callable | None) -> Any:
    """An argument by value, the kept object (or its part) that it names, or a callback."""
    if arg[0] == "value":
        return values[arg[1]]
    if arg[0] == "callback":
        return callback(arg[1])
    _, label, part = arg
    if label not in kept:
        raise LookupError(label)
    if part is None:
        return kept[label]
    try:
        return kept[label][part]
    except Exception:
        raise LookupError(label) from None


def raised(error: BaseException) -> dict[str, Any]:
    """What is told of an exception: its type, its text, and the last line of the student's own that it passed."""
    if isinstance(error, SyntaxError):
        line, cell = error.lineno, error.filename
    else:
        own = [frame for frame in traceback.extract_tb(error.__traceback__) if is_own(frame.filename)]
        line, cell = (own[-1].lineno, own[-1].filename) if own else (None, None)
    try:
        text = str(error)
    except Exception:
        text = ""
    told = {"error": type(error).__name__, "message": text[:500], "line": line, "file": cell and str(cell)}
    return {"kind": "raised", **told}


def is_own(filename: str) -> bool:
    """Is this file name a cell of the student's? The sandbox and the notebook's kernel name cells differently."""
    return filename.startswith((CELL, "<ipython-input")) or "ipykernel_" in filename
