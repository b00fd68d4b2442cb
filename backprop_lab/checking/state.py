"""Does a function depend on its arguments alone, and leave them as they were?

No single answer shows it, so one more request follows those of the fixtures. It calls each function on the first
fixture, then on other inputs, then on the first again: three times with the very same objects in the reverse order,
and once more in the first order. It reads the kept objects afterwards:

* an **input** that is no longer what it was: the function writes into what it is handed;
* a first **answer** that changed while others were computed: the function hands out an array that it uses again;
* an answer to the same question that is **another** one: something is remembered from call to call;
* an answer to the other question that is right for **one argument of the first**: that one was kept for good.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..exercises.definition import Exercise
from ..exercises.layouts import laid_out, layout
from ..exercises.model import student
from ..exercises.steps import Call, Callback, Give, Kept, Read, Request, Step
from ..exercises.values import Values
from .compare import leaves, unusable, verdict

OTHER = "other "
REPEATED = ("again", "once more", "and again")
SAME = 1e-6


@dataclass(frozen=True)
class Fault:
    """What a function does beside its answer: the code of the catalogue, and the parameter that it concerns."""

    code: str
    parameter: str = ""


def request(exercise: Exercise, first: Values, wanted: set[str]) -> Request:
    """The request that shows such faults, of the calls whose labels are wanted.

    The other inputs are the first ones with every array a little larger, each by another factor: of the same shapes,
    so that a function that uses its arrays again uses them here.
    """
    other = _other(first)
    # A program makes all its objects anew, and is asked for no second time.
    calls, others = ([c for c in _calls(exercise, u) if c.label in wanted] for u in (first, other))
    steps: list[Step] = []
    kept: dict[str, Call] = {}
    for call in calls:
        args = []
        for k, arg in enumerate(call.args):
            if not _holds_array(arg):
                args.append(arg)
                continue
            steps.append(Give(_input(call, k), arg))
            args.append(Kept(_input(call, k)))
        kept[call.label] = Call(call.label, call.name, tuple(args))
        steps.append(kept[call.label])
    steps += [Call(OTHER + c.label, c.name, tuple(_renamed(arg) for arg in c.args)) for c in others]
    steps += [Read(f"kept {label}", Kept(label)) for label in kept]
    for call in reversed(kept.values()):
        steps += [Call(f"{when} {call.label}", call.name, call.args) for when in REPEATED]
    steps += [Call(f"at last {call.label}", call.name, call.args) for call in kept.values()]
    steps += [Read(f"after {s.label}", Kept(s.label)) for s in steps if isinstance(s, Give)]
    callbacks = {}
    if exercise.callbacks:
        callbacks = dict(exercise.callbacks(first))
        callbacks |= {OTHER + name: function for name, function in exercise.callbacks(other).items()}
    return Request(steps, callbacks)


def faults(exercise: Exercise, first: Values, answers: Mapping[str, Mapping[str, Any]], before: Mapping) -> dict:
    """The fault of each function that has one, by its name.

    Parameters
    ----------
    answers, before : mapping
        The answers to this request, and those to the request of the first fixture, which asked the same before.
    """
    found: dict[str, Fault] = {}
    for call, other in zip(_calls(exercise, first), _calls(exercise, _other(first)), strict=True):
        if call.name not in found:
            fault = _fault(exercise, call, first, answers, before) or _kept_argument(exercise, call, other, answers)
            if fault:
                found[call.name] = fault
    return found


def _fault(exercise: Exercise, call: Call, first: Values, answers: Mapping, before: Mapping) -> Fault | None:
    def told(label: str, where: Mapping = answers) -> Any:
        given = where.get(label, {})
        return given["value"] if given.get("kind") == "value" else None

    value = told(call.label)
    for k, arg in enumerate(call.args):
        after = told(f"after {_input(call, k)}")
        if after is not None and not same(after, arg):
            # Written into its own argument and handed out as the answer, or merely written. A table may have been
            # filled with a thousand arrays of the student's own: only those that it came with are looked for.
            there, came = dict(leaves(after)), [path for path, _ in leaves(arg)]
            written = [there[path] for path in came if path in there and np.size(there[path]) > 1]
            answered = any(same(a, b) for _, a in leaves(value) for b in written)
            return Fault("U2" if answered else "U5", _parameter(exercise, call.name, k))
    if value is None:
        return None
    kept, last, *repeated = (told(f"{when} {call.label}") for when in ("kept", "at last", *REPEATED))
    others = [told(OTHER + step.label) for step in _calls(exercise, first) if step.name == call.name]
    if kept is not None and not same(kept, value):
        return Fault("U2")
    again, at_first = repeated[0], told(call.label, before)
    if (again is None or same(again, value)) and (at_first is None or same(at_first, value)):
        return None
    if _grows(*repeated):
        return Fault("U3")
    # It answers for what another call left behind, and rightly again once that call is repeated; or else it depends
    # on something that it was not handed.
    for_another_call = again is not None and any(same(again, other) for other in others if other is not None)
    mended = last is not None and same(last, value) and len(exercise.functions) > 1
    return Fault("U4" if for_another_call or mended else "U7")


def _kept_argument(exercise: Exercise, call: Call, other: Call, answers: Mapping) -> Fault | None:
    """Is the other answer right with one argument of the first call, and not with its own?"""
    given = answers.get(OTHER + call.label, {})
    if given.get("kind") != "value" or any(isinstance(arg, (Kept, Callback)) for arg in call.args):
        return None
    right = student(exercise)[call.name]
    if _agrees(given["value"], right(*other.args)):
        return None
    for k, arg in enumerate(call.args):
        mixed = (*other.args[:k], arg, *other.args[k + 1 :])
        if _holds_array(arg) and _agrees(given["value"], right(*mixed)):
            return Fault("U4", _parameter(exercise, call.name, k))
    return None


def _agrees(value: Any, reference: Any) -> bool:
    return not unusable(value, reference) and verdict(value, reference) != "wrong"


def _grows(*answers: Any) -> bool:
    """Does the answer to one question grow by the same amount from call to call?"""
    if any(answer is None for answer in answers):
        return False
    first, second, third = (dict(leaves(answer)) for answer in answers)
    if not first.keys() == second.keys() == third.keys():
        return False
    moved = False
    for path in first:
        if isinstance(first[path], str):
            continue  # a name in a table, which nobody adds to
        if any(unusable(values[path], first[path]) for values in (first, second, third)):
            return False
        one, two, three = (np.asarray(values[path], dtype=float) for values in (first, second, third))
        moved = moved or bool((two != one).any())
        if not np.allclose(three - two, two - one, rtol=SAME, atol=SAME * np.abs(two - one).max(initial=0.0)):
            return False
    return moved


def same(first: Any, second: Any) -> bool:
    """Are two values equal to the last bit, in every number of them?"""
    one, two = dict(leaves(first)), dict(leaves(second))
    return one.keys() == two.keys() and all(_equal(one[path], two[path]) for path in one)


def _equal(first: Any, second: Any) -> bool:
    if isinstance(first, (str, bytes)) or first is None:
        return type(first) is type(second) and first == second
    if isinstance(first, int) and isinstance(second, int):
        return first == second  # of any length, to the last digit
    first, second = np.asarray(first), np.asarray(second)
    numeric = first.dtype.kind in "biufc" and second.dtype.kind in "biufc"
    return numeric and np.array_equal(first, second, equal_nan=True)


def _calls(exercise: Exercise, u: Values) -> list[Call]:
    return [step for step in exercise.steps(u) if isinstance(step, Call)]


def _other(first: Values) -> Values:
    return Values(**{name: _moved(value, 1 / (4 + k)) for k, (name, value) in enumerate(vars(first).items())})


def _moved(value: Any, by: float) -> Any:
    if isinstance(value, Mapping):
        return {key: _moved(part, by) for key, part in value.items()}
    if isinstance(value, tuple):
        return tuple(_moved(part, by) for part in value)
    if isinstance(value, np.ndarray):
        return laid_out(value + value * by if value.dtype.kind == "f" else value + 1, layout(value), True)
    return value * (1 + by) if isinstance(value, float) else value


def _holds_array(arg: Any) -> bool:
    return not isinstance(arg, (Kept, Callback)) and any(isinstance(v, np.ndarray) for _, v in leaves(arg))


def _renamed(arg: Any) -> Any:
    if isinstance(arg, Kept):
        return Kept(OTHER + arg.label, arg.part)
    return Callback(OTHER + arg.name) if isinstance(arg, Callback) else arg


def _input(call: Call, k: int) -> str:
    return f"input {k} of {call.label}"


def _parameter(exercise: Exercise, function: str, k: int) -> str:
    signature = exercise.functions[function]
    return signature[signature.index("(") + 1 : signature.rindex(")")].split(",")[k].strip()
