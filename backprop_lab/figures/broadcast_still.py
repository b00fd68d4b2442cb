"""The still of the broadcast figure: the two shapes aligned, the sum with its copies, and the sums of Δ.

It is laid out like ``js/broadcast_picture.js``. A copy is pale, dashed and in brackets: colour alone says nothing.
"""

from collections.abc import Callable

import numpy as np

from .broadcast_reading import SUMS, Reading
from .broadcast_words import MARKS, mark, met, mistake, rule, shape, verdict
from .drawing import WIDTH, arrow, document, text, wrapped
from .wording import show

MARGIN = 16.0
GOOD = ("meant", "right", "same")


def still(reading: Reading) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    good = reading.kind == "meant"
    said = [
        text(MARGIN, 28, f"W A {shape((reading.n, reading.m))} + b {shape(reading.shape)}", "strong"),
        text(WIDTH - MARGIN, 28, MARKS[reading.kind], "strong" + ("" if good else " backward"), "end"),
    ]
    picture, y = _aligned(reading, 44)
    said.append(picture)
    for line in wrapped(verdict(reading), 60):
        y += 19
        said.append(text(MARGIN, y, line))
    picture, y = _forward(reading, y + 16)
    said.append(picture)
    y += 8
    for line in wrapped(rule(reading), 54):
        y += 19
        said.append(text(MARGIN, y, line, "strong"))
    picture, y = _backward(reading, y + 18)
    said.append(picture)
    for key, (code, _) in SUMS.items():
        y += 26
        judged = reading.judged(key)
        ink = "" if judged in GOOD else " backward"
        said.append(text(MARGIN, y, f"{mark(reading, key)}: {code}", f"strong small{ink}"))
        size = f"shape {shape(reading.sum(key).shape)}, b − η · it {shape(reading.after(key))}"
        for line in wrapped(f"{mistake(reading, key)}; {size}", 68):
            y += 16
            said.append(text(MARGIN, y, line, "soft small"))
    return document(y + 18, "".join(said))


def _aligned(reading: Reading, top: float) -> tuple[str, float]:
    """Two rows of boxes, one for each axis; under each what NumPy does."""
    left, wide, gap, parts = 76.0, 78.0, 96.0, []
    for k, axis in enumerate(reading.axes):
        x = left + k * (wide + gap)
        parts.append(text(x + wide / 2, top + 10, f"axis {k}", "soft small", "middle"))
        bad = axis.kind in ("refused", "grown")
        for row, size in enumerate((axis.WA, axis.b)):
            y, dashes = top + 18 + row * 36, ' stroke-dasharray="3 3"' if size is None else ""
            ink = "--backward" if bad else "--line"
            parts.append(
                f'<rect x="{x}" y="{y}" width="{wide}" height="28" rx="4" fill="none" stroke="var({ink})" '
                f'stroke-width="{2.5 if bad else 1.5}"{dashes}/>'
            )
            parts.append(text(x + wide / 2, y + 19, "none" if size is None else str(size), "", "middle"))
        for line, words in enumerate(wrapped(met(axis), 24)):
            kind = "small strong backward" if bad else "small"
            parts.append(text(x + wide / 2, top + 106 + 15 * line, words, kind, "middle"))
    parts += [text(MARGIN, top + 37, "W A", "symbol"), text(MARGIN, top + 73, "b", "symbol")]
    lines = max(len(wrapped(met(axis), 24)) for axis in reading.axes)
    return "".join(parts), top + 106 + 15 * (lines - 1) + 8


def _skin(table: str) -> tuple[str, str, str]:
    if table in ("D", "db"):
        return "--backward", ' stroke-dasharray="6 3"', "backward"
    return "--forward", "", "forward"


def _cells(
    x: float, y: float, u: float, table: str, values: np.ndarray, own: Callable[[int, int], bool] = lambda i, j: True
) -> str:
    """A table of numbers; what is no entry of its own is a copy."""
    stroke, dashes, _ = _skin(table)
    parts = []
    for (i, j), v in np.ndenumerate(values):
        here, said = own(i, j), show(float(v), 3)
        line = f'stroke="var({stroke})"{dashes}' if here else 'stroke="var(--line)" stroke-dasharray="2 3"'
        paint = f"var({stroke}-fill)" if here else "var(--ground)"
        at = f'x="{x + j * u:.1f}" y="{y + i * 26:.1f}" width="{u:.1f}" height="26"'
        parts.append(f'<rect {at} fill="{paint}" {line}/>')
        kind = "small" if here else "small soft"
        parts.append(text(x + (j + 0.5) * u, y + i * 26 + 17.5, said if here else f"({said})", kind, "middle"))
    return "".join(parts)


def _forward(reading: Reading, top: float) -> tuple[str, float]:
    """W A + b = Z, side by side; where NumPy refuses, b as it is and a question mark."""
    slot, gap, y = 124.0, 18.0, top + 38
    grown = reading.kind == "grown"
    stretched = reading.stretched if reading.fits else np.atleast_2d(reading.tables["b"])
    WA = np.broadcast_to(reading.tables["WA"], reading.result.shape) if grown else reading.tables["WA"]
    shown = [
        ("W A", "WA", WA, shape((reading.n, reading.m)), lambda i, j: not (grown and j)),
        ("b", "b", stretched, shape(reading.shape), (reading.original if reading.fits else lambda i, j: True)),
        ("Z", "Z", reading.result, "no sum" if reading.result is None else shape(reading.result.shape), lambda i, j: True),
    ]  # fmt: skip
    most = max(table.shape[1] for _, _, table, _, _ in shown if table is not None)
    high = max(table.shape[0] for _, _, table, _, _ in shown if table is not None) * 26
    u, parts = min(34.0, slot / most), []
    for k, (name, table, values, size, own) in enumerate(shown):
        x = MARGIN + k * (slot + gap)
        parts.append(text(x, top + 12, name, f"symbol {_skin(table)[2]}"))
        parts.append(text(x, top + 29, size + _copies(reading, name), "soft small"))
        if k:
            parts.append(text(x - 9, y + high / 2 + 5, "+" if k == 1 else "=", "", "middle"))
        if values is None:
            frame = 'fill="none" stroke="var(--line)" stroke-width="1.5" stroke-dasharray="2 4"'
            parts.append(f'<rect x="{x}" y="{y}" width="{u * 2:.1f}" height="{high}" {frame}/>')
            parts.append(text(x + u, y + high / 2 + 5, "?", "soft", "middle"))
        else:
            parts.append(_cells(x, y, u, table, values, own))
    return "".join(parts), y + high


def _copies(reading: Reading, name: str) -> str:
    """How its shape is stretched, where it is."""
    if reading.result is None or name == "Z":
        return ""
    own = reading.shape if name == "b" else (reading.n, reading.m)
    return "" if own == reading.result.shape else f" → {shape(reading.result.shape)}"


def _backward(reading: Reading, top: float) -> tuple[str, float]:
    """Δ, an arrow along each axis that is summed, and ∂L/∂b at its end."""
    D, summed, u = reading.tables["D"], reading.summed, 44.0
    rows, columns = D.shape
    x, y = MARGIN + 62, top + (26 if 1 in summed else 2)
    right, low = x + columns * u, y + rows * 26
    parts = [text(MARGIN, y + rows * 13 + 5, "Δ", "symbol backward"), _cells(x, y, u, "D", D)]
    bottom = low
    if 1 in summed:
        parts.append(arrow([(x, y - 10), (right + 34, y - 10)], "--backward-ink", dashed=True))
        parts.append(text(x, y - 17, "sum over axis 1", "small backward"))
    if 0 in summed:
        parts.append(arrow([(x - 10, y), (x - 10, low + 30)], "--backward-ink", dashed=True))
        parts.append(text(MARGIN - 4, low + 18, "axis 0", "small backward"))
    size = f"∂L/∂b {shape(reading.back.shape)}"
    if summed:
        gx, gy = (right + 40 if 1 in summed else x), (low + 34 if 0 in summed else y)
        table = D.sum(axis=summed, keepdims=True)
        parts.append(_cells(gx, gy, u, "db", table))
        bottom = max(low, gy + table.shape[0] * 26) + 20
        at, anchor = ((gx + u, bottom - 2), "end") if 1 in summed else ((x, bottom - 2), "start")
        parts.append(text(*at, size, "symbol backward", anchor))
    else:
        parts.append(text(right + 10, y + 17, f"{size} = Δ", "symbol backward"))
    return "".join(parts), bottom + 6
