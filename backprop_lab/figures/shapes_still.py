"""The still of the shapes figure: one product laid out so that its inner edges meet at a corner, in words below it.

It is drawn 440 wide, so that its text is still readable on a phone, and in the layout of ``js/shapes_picture.js``.
"""

import math
from collections.abc import Callable

import numpy as np

from .drawing import WIDTH, arrow, document, text, wrapped
from .shapes_products import EDGES, PRODUCTS, Reading
from .shapes_words import counted, factors, name, product, summed, verdict
from .wording import show

BACK = ("E", "G", "D", "dW", "db")


def still(reading: Reading) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    title = f"Layer {reading.layer}: {product(reading)}"
    said = [text(16, 28, title, "strong"), text(424, 28, _mark(reading), "strong" + _bad(reading, " backward"), "end")]
    picture, bottom = _picture(reading, 40)
    for line in wrapped(verdict(reading), 60):
        bottom += 20
        said.append(text(16, bottom, line))
    bottom += 8
    for line in wrapped(f"Entry {reading.i}, {reading.j}: {summed(reading, show, 3)}", 54):
        bottom += 20
        said.append(text(16, bottom, line, "strong"))
    bottom += 10
    listed = [f"{name(reading, table)} {_small_shape(reading, table)}" for table in EDGES if table != "one"]
    for k in range(0, len(listed), 4):
        bottom += 18
        said.append(text(16, bottom, ("Shapes: " if k == 0 else "") + ", ".join(listed[k : k + 4]), "soft small"))
    height = bottom + 18
    return document(height, picture + "".join(said))


def _small_shape(reading: Reading, table: str) -> str:
    return "×".join(str(reading.sizes[edge]) for edge in EDGES[table])


def _mark(reading: Reading) -> str:
    return {
        "right": "✓ right",
        "misfit": "✗ does not fit",
        "accident": "✗ fits, and is wrong",
        "turned": "✗ on its side",
    }[reading.kind]


def _bad(reading: Reading, word: str) -> str:
    return "" if reading.kind == "right" else word


def _picture(reading: Reading, start: float) -> tuple[str, float]:
    """Left factor below, right factor above, the result where they cross; arcs join where the inner edges are equal."""
    rows, inner, other, columns = reading.edges
    sizes, (L, R), (_, left, _, right, _) = reading.sizes, reading.factors, PRODUCTS[reading.product]
    bias = reading.with_bias
    x, top, gap = 66.0, start + 46, 30
    u = min(40.0, (WIDTH - 16 - x - gap - 34 * bias) / (sizes[inner] + sizes[columns] + bias))
    px, py = x + sizes[inner] * u, top + sizes[other] * u
    over, low, wide, high = px + gap, py + gap, sizes[columns] * u, sizes[rows] * u
    wrong = reading.kind in ("misfit", "accident")
    ink, tone = ("--backward-ink", "backward strong") if wrong else ("--line", "soft")
    style = f'fill="none" stroke="var({ink})" stroke-width="1.5"' + (' stroke-dasharray="5 3"' if wrong else "")
    parts = []
    for begin, edge, sweep in (
        (f"M{x:.1f} {low:.1f} V{py:.1f}", inner, 1),
        (f"M{over:.1f} {top:.1f} H{px:.1f}", other, 0),
    ):
        arm = sizes[edge] * u
        ex, ey = px - arm * math.sqrt(0.5), py - arm * math.sqrt(0.5)
        parts.append(f'<path d="{begin} A{arm:.1f} {arm:.1f} 0 0 {sweep} {ex:.1f} {ey:.1f}" {style}/>')
        parts.append(f'<circle cx="{ex:.1f}" cy="{ey:.1f}" r="3.5" fill="var({ink})"/>')
    parts.append(_cells(x, low, u, left, L, lambda i, j: i == reading.i))
    parts.append(_cells(over, top, u, right, R, lambda i, j: j == reading.j))
    if wrong:
        thick = f'stroke="var({ink})" stroke-width="5"'
        parts.append(f'<path d="M{x:.1f} {low:.1f} H{px:.1f} M{over:.1f} {top:.1f} V{py:.1f}" {thick}/>')
    names = factors(reading)
    parts += [
        text(px - sizes[inner] * u / 2, low - 9, counted(reading, inner), tone, "middle"),
        text(over - 8, top + sizes[other] * u / 2 + 5, counted(reading, other), tone, "end"),
        text(x - 8, low + high / 2 + 5, counted(reading, rows), "soft", "end"),
        text(over + wide / 2, top - 8, counted(reading, columns), "soft", "middle"),
        _big(x + sizes[inner] * u / 2, low + high + 22, names[0], _skin(left)[3]),
        _big(over + wide / 2, top - 25, names[1], _skin(right)[3]),
    ]
    kind = "soft"
    if reading.result is None:
        frame = 'fill="none" stroke="var(--line)" stroke-width="1.5" stroke-dasharray="2 4"'
        parts.append(f'<rect x="{over:.1f}" y="{low:.1f}" width="{wide:.1f}" height="{high:.1f}" {frame}/>')
        parts.append(_big(over + wide / 2, low + high / 2 + 6, "?", "soft"))
        under = "no product"
    else:
        right_one = reading.kind == "right"
        under, kind = (
            (name(reading, reading.target), _skin(reading.target)[3]) if right_one else (" ".join(names), kind)
        )
        table = reading.target if right_one else "one"
        parts.append(_cells(over, low, u, table, reading.result, lambda i, j: (i, j) == (reading.i, reading.j)))
        corner = f'x="{over + (reading.j - 1) * u:.1f}" y="{low + (reading.i - 1) * u:.1f}"'
        parts.append(
            f'<rect {corner} width="{u:.1f}" height="{u:.1f}" fill="none" stroke="var(--ink)" stroke-width="2.5"/>'
        )
    parts.append(_big(over + wide / 2, low + high + 22, under, kind))
    if bias:
        bx, y = over + wide + 34, low + (reading.i - 0.5) * u
        parts.append(_cells(bx, low, u, "b", reading.tables["b"], lambda i, j: i == reading.i))
        parts.append(arrow([(bx - 3, y), (over + wide + 5, y)], "--forward"))
        parts += [_big(bx - 15, y - 8, "+", ""), _big(bx + u / 2, low + high + 22, name(reading, "b"), "forward")]
    return "".join(parts), math.ceil(low + high + 32)


def _skin(table: str) -> tuple[str, str, str, str]:
    """Stroke, dashes, fill and kind of text: forward solid, backward dashed, constants grey."""
    if table == "one":
        return "--line", "", "--panel", ""
    if table in BACK:
        return "--backward", ' stroke-dasharray="6 3"', "--backward-fill", "backward"
    return "--forward", "", "--forward-fill", "forward"


def _cells(x: float, y: float, u: float, table: str, values: np.ndarray, lit: Callable[[int, int], bool]) -> str:
    stroke, dashes, fill, _ = _skin(table)
    inside, numbers = [], []
    for (i, j), v in np.ndenumerate(values):
        on = lit(i + 1, j + 1)
        paint = f"var({fill})" if on else "var(--ground)"
        inside.append(
            f'<rect x="{x + j * u:.1f}" y="{y + i * u:.1f}" width="{u:.1f}" height="{u:.1f}" fill="{paint}" '
            'stroke="var(--faint)"/>'
        )
        at = (x + (j + 0.5) * u, y + (i + 0.5) * u + 4.5)
        numbers.append(text(*at, in_cell(float(v), u), "small" + " strong" * on, "middle"))
    rows, columns = values.shape
    frame = f'fill="none" stroke="var({stroke})" stroke-width="2"{dashes}'
    border = f'<rect x="{x:.1f}" y="{y:.1f}" width="{columns * u:.1f}" height="{rows * u:.1f}" {frame}/>'
    return "".join(inside) + "".join(numbers) + border


def in_cell(value: float, u: float) -> str:
    """A number as a cell of this width has room for it: two decimals, one, none, or its sign.

    >>> in_cell(-0.304, 42), in_cell(-0.304, 32), in_cell(-0.304, 20), in_cell(0.001, 42), in_cell(-12.34, 32)
    ('−0.3', '−0.3', '−', '≈ 0', '−12')
    """
    if value == 0:
        return "0"
    sign, digits = "−" if value < 0 else "", 2 if u >= 39 else 1 if u >= 27 else 0
    said = f"{abs(value):.{digits}f}"
    if u < 27 or len(said) > digits + 2:
        return f"{sign}{abs(value):.0f}" if 9.5 <= abs(value) < 1000 else sign or "+"
    if float(said) == 0:
        return "≈ 0"
    return sign + said.rstrip("0").rstrip(".")


def _big(x: float, y: float, said: str, kind: str) -> str:
    return f'<g style="font-size:17px">{text(x, y, said, f"symbol {kind}", "middle")}</g>'
