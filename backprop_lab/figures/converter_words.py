"""What the converter figure says: shapes, the note on the loss, the alt text and the trace."""

import numpy as np

from .converter_conventions import ARRAYS, CONVENTIONS, NAMES, SIDES, STEPS
from .converter_reading import Reading
from .wording import plain, show

BOOK = "this book"
LETTERS = "Letters without a number belong to this layer, those with ⁽²⁾ to the next one. derivative(Z) is σ′(Z), here of tanh."


def shape(numbers: tuple[object, ...]) -> str:
    """A shape as NumPy writes it.

    >>> shape((2,)), shape(("n₁", "m"))
    ('(2,)', '(n₁, m)')
    """
    return f"({numbers[0]},)" if len(numbers) == 1 else f"({', '.join(map(str, numbers))})"


def sides(reading: Reading, name: str, ours: bool = False) -> str:
    """What the sides of an array count, in symbols."""
    words = CONVENTIONS["columns"] if ours else reading.words
    return shape(tuple(SIDES[side] for side in words.sides[name]))


def note(reading: Reading) -> str:
    return reading.words.note.format(n=reading.n_next, ratio=show(2 / reading.n_next, 3))


def heading(reading: Reading, ours: bool) -> str:
    return BOOK if ours else reading.words.short


def captions(reading: Reading) -> tuple[str, str]:
    """Over the numbers of the followed array: in this book, and there."""
    name, words = reading.array, reading.words
    return (
        f"{BOOK}: {NAMES[name]} {shape(reading.shape(name, ours=True))}",
        f"{words.short}: {words.names[name]} {shape(reading.shape(name))}, {words.same[name]}",
    )


def counts(reading: Reading) -> str:
    ends = (
        ("n₀", reading.n_in, "unit", " in"), ("n₁", reading.n_out, "unit", " out"),
        ("n₂", reading.n_next, "unit", " in the next layer"), ("m", reading.m, "example", ""),
    )  # fmt: skip
    return ", ".join(f"{symbol} = {n} {word}{'' if n == 1 else 's'}{end}" for symbol, n, word, end in ends)


def alt(reading: Reading) -> str:
    """What the still shows, for who does not see it."""
    words, ours = reading.words, CONVENTIONS["columns"]
    pairs = "; ".join(f"{a} becomes {b}" for a, b in zip(ours.formulas, words.formulas, strict=True) if a != b)
    turned = ", ".join(
        f"{NAMES[name]} {shape(reading.shape(name, ours=True))} is {words.names[name]} {shape(reading.shape(name))}"
        for name in ARRAYS
        if (ours.sides[name], NAMES[name]) != (words.sides[name], words.names[name])
    )
    return (
        f"One layer as {BOOK} writes it beside {words.short}, with {counts(reading)}. {words.says} "
        f"{pairs or 'All formulas are the same'}. {turned or 'All shapes are the same'}. "
        f"Below, the numbers of {NAMES[reading.array]} in both: {words.same[reading.array]}."
    )


def trace(reading: Reading) -> str:
    """Formulas, lines of NumPy and shapes in both conventions, and the followed array in six digits."""
    words, ours = reading.words, CONVENTIONS["columns"]
    lines = [f"Coming from: {words.label}", counts(reading), words.says]
    lines += [note(reading)] if words.note else []
    lines.append(LETTERS)
    for k, step in enumerate(STEPS):
        lines += ["", step]
        for who, said in ((BOOK, ours), (words.short, words)):
            lines += [f"  {who}: {said.formulas[k]}", f"    {said.code[k]}"]
    lines += ["", f"Shapes in {BOOK} | in {words.short}"]
    lines += [
        f"  {NAMES[name]} {sides(reading, name, True)} = {shape(reading.shape(name, ours=True))} | "
        f"{words.names[name]} {sides(reading, name)} = {shape(reading.shape(name))}: {words.same[name]}"
        for name in ARRAYS
    ]
    for said, tables in zip(captions(reading), (reading.book, reading.theirs), strict=True):
        lines += ["", said, *_numbers(tables[reading.array])]
    return "\n".join(lines)


def _numbers(table: np.ndarray) -> list[str]:
    return ["  " + ", ".join(plain(float(v)) for v in row) for row in np.atleast_2d(table)]
