"""What the broadcast figure says: the axes, the verdict, the rule on the way back, the alt text and the trace.

``js/broadcast_reading.js`` says the same sentences; a browser test compares the traces character by character.
"""

import numpy as np

from .broadcast_reading import MEANT, SUMS, Axis, Reading
from .wording import plain

RULE = "What is stretched forward is summed backward"
OVER = ("the units", "the examples")
MARKS = {
    "meant": "✓ fits, as meant", "refused": "✗ refused", "grown": "✗ fits, and is wrong",
    "example": "✗ fits, and is wrong", "one": "✗ fits, and is wrong", "entry": "✗ fits, and is wrong",
}  # fmt: skip
JUDGED = {"right": "✓ right", "same": "✓ right here", "axis": "✗ one axis too many", "wrong": "✗ wrong"}


def shape(numbers: tuple[object, ...]) -> str:
    """A shape as NumPy writes it.

    >>> shape((3, 1)), shape((3,)), shape(())
    ('(3, 1)', '(3,)', '()')
    """
    return f"({numbers[0]},)" if len(numbers) == 1 else f"({', '.join(map(str, numbers))})"


def met(axis: Axis) -> str:
    """What happens along one axis."""
    if axis.kind == "added":
        return f"b lacks it: it is taken as 1{'' if axis.WA == 1 else f' and stretched to {axis.WA}'}"
    return {
        "same": "the same",
        "stretched": f"b is stretched to {axis.WA}",
        "grown": f"W A is stretched to {axis.b}",
        "refused": f"{axis.WA} is not {axis.b}, and neither is 1: refused",
    }[axis.kind]


def message(reading: Reading) -> str:
    """The words of NumPy's ValueError."""
    tight = [shape(numbers).replace(" ", "") for numbers in ((reading.n, reading.m), reading.shape)]
    return f"operands could not be broadcast together with shapes {' '.join(tight)}"


def verdict(reading: Reading) -> str:
    """Does NumPy add b, and is the result the one that is meant?"""
    n, m, kind = reading.n, reading.m, reading.kind
    column = " As a column it is right: b.reshape(-1, 1)." if reading.b == "(n,)" else ""
    if kind == "refused":
        axis = next(axis for axis in reading.axes if axis.kind == "refused")
        return (
            f"NumPy refuses: along axis {axis.number} W A has {axis.WA} and b has {axis.b}, and neither is 1. "
            f"ValueError: {message(reading)}.{column}"
        )
    if kind == "grown":
        return (
            f"It fits, and it is wrong: W A has one example, so it is W A that NumPy stretches, and Z becomes "
            f"{shape(reading.result.shape)} instead of {shape((n, m))}.{column}"
        )
    if kind == "meant":
        each = "Each unit has a number of its own" if n > 1 else "The one unit has its number"
        alike = f", the same for all {m} examples" if m > 1 else ""
        lacking = "" if len(reading.shape) == 2 else " That b has only one axis does no harm here, because n = 1."
        return f"It fits, and it is what is meant. {each}{alike}.{lacking}"
    said = {
        "example": f"b adds a number to each example{', the same for all units' if n > 1 else ''}; a bias belongs to a unit.",
        "one": f"all {n} units get the same number; each should have its own.",
        "entry": f"each unit has a number of its own for every example, {n * m} in all; a further example would have none.",
    }[kind]
    chance = " It fits only because m = n." if reading.b == "(n,)" else ""
    return f"It fits, no error is raised, and it is wrong: {said}{chance}{column}"


def rule(reading: Reading) -> str:
    """The rule on the way back, and what it says here."""
    back, summed = reading.back, reading.summed
    first = "" if back is reading else f"Below is the b that is meant, {MEANT}. "
    if not summed:
        return f"{RULE}. b has an entry for each of Δ, so nothing is summed: ∂L/∂b is Δ, {shape(back.shape)}."
    names = " and ".join(f"axis {k}, {OVER[k]}," for k in summed).rstrip(",")
    return (
        f"{first}{RULE}: b is used again along {names}, so ∂L/∂b adds Δ up along "
        f"{'it' if len(summed) == 1 else 'both'}: {shape(back.shape)}, the shape of b."
    )


def mistake(reading: Reading, key: str) -> str:
    """What is wrong with a sum, by the name of the mistake; or why it is right."""
    axes, summed, judged = SUMS[key][1], reading.summed, reading.judged(key)
    ones = " and ".join(
        f"{name} = 1" for k, name, size in ((0, "n", reading.n), (1, "m", reading.m)) if size == 1 and (k in axes) != (k in summed)
    )  # fmt: skip
    if judged == "right":
        return (
            "summed over " + " and ".join(OVER[k] for k in axes) if axes else "nothing was stretched, nothing is summed"
        )
    if judged == "same":
        return f"the same numbers, because {ones or 'm = 1'}"
    if judged == "axis":
        return "the right numbers; without keepdims it has the shape of b"
    if key == "mean":
        if axes == summed:
            return "the mean: divided by m once more, and Δ holds the 1/m already"
        return f"{_misplaced(axes, summed)}, and divided by m once more"
    if key == "none":
        return "not summed over " + " and ".join(OVER[k] for k in summed)
    if key == "total":
        return "one sum for every bias" if summed == (1,) else "one sum for all of b"
    return _misplaced(axes, summed)


def _misplaced(axes: tuple[int, ...], summed: tuple[int, ...]) -> str:
    """A sum along the other axis, along one of two, or where there is nothing to sum."""
    told = {0: ", though nothing was stretched", 1: f", not over {OVER[summed[0]]}" if summed else "", 2: " only"}
    return f"summed over {OVER[axes[0]]}{told[len(summed)]}"


def other(reading: Reading) -> bool:
    """Is the b that is looked at on the way back another one than is meant?"""
    return reading.kind in ("example", "one", "entry")


def mark(reading: Reading, key: str) -> str:
    """The verdict on a sum in a word or two."""
    judged = reading.judged(key)
    return JUDGED[judged] + (" for this b" if judged == "right" and other(reading) else "")


def freedom(reading: Reading) -> str:
    """For which b the five sums are judged, and what NumPy says to them."""
    judged = f"Judged for this b; for the one that is meant, {MEANT}, the sum over the examples is right. "
    return (
        f"{judged if other(reading) else ''}"
        "Each of the five can be subtracted from b without an error. Written b -= η * it, NumPy refuses those that "
        f"do not leave {shape(reading.back.shape)}, the shape of b."
    )


def subtracted(reading: Reading, key: str) -> str:
    """What becomes of b when the sum is subtracted from it: there is never an error."""
    after, before = reading.after(key), reading.back.shape
    if after == before:
        return f"b − η · it is {shape(after)}: no error"
    return f"b − η · it is {shape(after)}: no error, and b was {shape(before)}"


def alt(reading: Reading) -> str:
    """What the still shows, for who does not see it."""
    axes = "; ".join(f"axis {axis.number}: {met(axis)}" for axis in reading.axes)
    sums = "; ".join(f"{SUMS[key][0]} {shape(reading.sum(key).shape)}, {mistake(reading, key)}" for key in SUMS)
    return (
        f"W A of shape {shape((reading.n, reading.m))} above b of shape {shape(reading.shape)}, aligned from the right: "
        f"{axes}. {verdict(reading)} {rule(reading)} The sums of Δ: {sums}."
    )


def trace(reading: Reading) -> str:
    """Shapes, axes, verdict, Z, the rule, ∂L/∂b and every other sum, in six digits."""
    n, m = reading.n, reading.m
    lines = [
        f"Z = W A + b: W A is (n, m) = {shape((n, m))}, b is {reading.b} = {shape(reading.shape)}",
        "Aligned from the right",
    ]
    lines += [
        f"  axis {axis.number}: W A has {axis.WA}, b has {'none' if axis.b is None else axis.b}: {met(axis)}"
        for axis in reading.axes
    ]
    lines += [
        verdict(reading),
        "",
        "W A",
        *_rows(reading.tables["WA"]),
        "",
        f"b, {shape(reading.shape)}",
        *_rows(reading.tables["b"]),
    ]
    if reading.result is not None:
        lines += ["", "b as it is added, its copies in brackets", *_stretched(reading)]
        lines += ["", f"Z, {shape(reading.result.shape)}", *_rows(reading.result)]
    lines += ["", rule(reading), "", "Δ", *_rows(reading.tables["D"])]
    lines += ["", f"∂L/∂b, {shape(reading.back.shape)}", *_rows(reading.gradient)]
    lines += ["", freedom(reading)]
    for key, (code, _) in SUMS.items():
        value = reading.sum(key)
        lines += ["", f"{code}, {shape(value.shape)}: {mark(reading, key)}, {mistake(reading, key)}"]
        lines += [f"  {subtracted(reading, key)}", *_rows(value)]
    return "\n".join(lines)


def _stretched(reading: Reading) -> list[str]:
    table = reading.stretched
    write = lambda i, j: plain(float(table[i, j])) if reading.original(i, j) else f"({plain(float(table[i, j]))})"  # noqa: E731
    return ["  " + ", ".join(write(i, j) for j in range(table.shape[1])) for i in range(table.shape[0])]


def _rows(table: np.ndarray) -> list[str]:
    return ["  " + ", ".join(plain(float(v)) for v in row) for row in np.atleast_2d(table)]
