"""The still of the converter figure: both sets of formulas, all arrays as rectangles, and the followed one in numbers.

The rectangles are laid out like those of ``js/converter_picture.js``.
"""

import math

import numpy as np

from .converter_conventions import AFTER_FIRST, ARRAYS, BACK, CONVENTIONS, SIDES, STEPS
from .converter_reading import Reading
from .converter_words import captions, heading, note, shape
from .drawing import WIDTH, document, text, wrapped
from .wording import show

MARGIN = 16.0
HALF = WIDTH / 2 + 34


def still(reading: Reading) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    title = (
        "This book's own convention" if reading.convention == "columns" else f"From {reading.words.short} to this book"
    )
    said, y = [text(MARGIN, 28, title, "strong")], 34.0
    for sentence, kind in ((reading.words.says, ""), (note(reading), "soft small")):
        for line in wrapped(sentence, 60 if not kind else 70) if sentence else ():
            y += 19
            said.append(text(MARGIN, y, line, kind))
    y += 30
    said += [
        text(74, y, "this book", "strong small"),
        text(HALF, y, "there", "strong small"),
    ]
    ours, theirs = CONVENTIONS["columns"], reading.words
    for step, left, right in zip(STEPS, ours.formulas, theirs.formulas, strict=True):
        y += 24
        said.append(text(MARGIN, y, step, "soft small"))
        said += [text(74, y, left, "symbol"), text(HALF, y, right, "symbol")]
    for is_ours in (True, False):
        y += 34
        said.append(text(MARGIN, y, f"Shapes: {heading(reading, is_ours)}", "strong"))
        picture, y = _shelf(reading, is_ours, y + 8)
        said.append(picture)
    y += 6
    for caption, tables, is_ours in zip(captions(reading), (reading.book, reading.theirs), (True, False), strict=True):
        y += 28
        for line in wrapped(caption, 54):
            said.append(text(MARGIN, y, line, "strong"))
            y += 19
        picture, y = _cells(reading, np.atleast_2d(tables[reading.array]), is_ours, y - 8)
        said.append(picture)
    return document(y + 18, "".join(said))


def _skin(name: str) -> tuple[str, str, str, str]:
    """Stroke, dashes, fill and kind of text: forward solid, backward dashed."""
    if name in BACK:
        return "--backward", ' stroke-dasharray="6 3"', "--backward-fill", "backward"
    return "--forward", "", "--forward-fill", "forward"


def _shelf(reading: Reading, ours: bool, top: float) -> tuple[str, float]:
    """Every array to scale with its sides named, five in a row."""
    words, parts, y = CONVENTIONS["columns"] if ours else reading.words, [], top
    first = {} if ours else AFTER_FIRST.get(reading.convention, {})
    slot = (WIDTH - 2 * MARGIN) / 5
    q = 8.0
    for row in (ARRAYS[:5], ARRAYS[5:]):
        shapes = {name: _two(words.sides[name]) for name in row}
        high = max(reading.sizes[rows] for rows, _ in shapes.values()) * q
        for k, name in enumerate(row):
            rows, columns = (reading.sizes[side] for side in shapes[name])
            stroke, dashes, fill, tone = _skin(name)
            middle = MARGIN + (k + 0.5) * slot + 12
            left, upper = middle - columns * q / 2, y + 20 + high - rows * q
            chosen = name == reading.array
            frame = f'stroke="var({stroke})" stroke-width="{2.5 if chosen else 1.5}"{dashes}'
            paint = f"var({fill})" if chosen else "none"
            if name in ("b", "db") and first:
                inside = words.names[name]
                parts.append(text(middle - 12, y + 20 + high / 2, "inside", "soft small", "middle"))
                parts.append(text(middle - 12, y + 36 + high / 2, inside, f"symbol {tone}", "middle"))
                continue
            size = f'x="{left:.1f}" y="{upper:.1f}" width="{columns * q:.1f}" height="{rows * q:.1f}"'
            grid = "".join(f"M{left:.1f} {upper + i * q:.1f} h{columns * q:.1f}" for i in range(1, rows))
            grid += "".join(f"M{left + j * q:.1f} {upper:.1f} v{rows * q:.1f}" for j in range(1, columns))
            parts.append(f'<rect {size} fill="{paint}"/><path d="{grid}" stroke="var(--faint)"/>')
            parts.append(f'<rect {size} fill="none" {frame}/>')
            if name in first:
                across = f"M{left:.1f} {upper + q:.1f} h{columns * q:.1f}"
                down = f"M{left + q:.1f} {upper:.1f} v{rows * q:.1f}"
                parts.append(
                    f'<path d="{across if first[name] == "row" else down}" stroke="var(--ink)" stroke-width="2"/>'
                )
            sides = words.sides[name]
            parts.append(text(middle, upper - 5, SIDES[sides[-1]], "soft small", "middle"))
            if len(sides) == 2:
                parts.append(text(left - 5, upper + rows * q / 2 + 4, SIDES[sides[0]], "soft small", "end"))
            parts.append(text(middle, y + high + 38, words.names[name], f"symbol {tone}", "middle"))
            parts.append(text(middle, y + high + 54, shape(reading.shape(name, ours)), "small", "middle"))
        y += high + 60
    return "".join(parts), y


def _two(sides: tuple[str, ...]) -> tuple[str, str]:
    return sides if len(sides) == 2 else ("one", sides[0])


def _cells(reading: Reading, table: np.ndarray, ours: bool, top: float) -> tuple[str, float]:
    """Numbers in cells; where the array is a part of the table, the rest is pale and its border dotted."""
    stroke, dashes, fill, _ = _skin(reading.array)
    u, high = 56.0, 24.0
    parts = []
    for (i, j), v in np.ndenumerate(table):
        inside = ours or belongs(reading, i, j)
        kind, border = ("small", "") if inside else ("small soft", ' stroke-dasharray="2 3"')
        parts.append(
            f'<rect x="{MARGIN + j * u:.1f}" y="{top + i * high:.1f}" width="{u:.1f}" height="{high:.1f}" '
            f'fill="var({fill if inside else "--ground"})" stroke="var(--line)"{border}/>'
        )
        parts.append(text(MARGIN + (j + 0.5) * u, top + i * high + 16.5, show(float(v), 3), kind, "middle"))
    rows, columns = table.shape
    parts.append(
        f'<rect x="{MARGIN}" y="{top:.1f}" width="{columns * u:.1f}" height="{rows * high:.1f}" fill="none" '
        f'stroke="var({stroke})" stroke-width="2"{dashes}/>'
    )
    return "".join(parts), math.ceil(top + rows * high)


def belongs(reading: Reading, i: int, j: int) -> bool:
    """Is this entry of the convention's table a part of the followed array?"""
    first = AFTER_FIRST.get(reading.convention, {}).get(reading.array)
    if first is None:
        return True
    ahead = (i if first == "row" else j) == 0
    return ahead if reading.array in ("b", "db") else not ahead
