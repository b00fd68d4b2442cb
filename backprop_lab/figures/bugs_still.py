"""The still of the bug clinic: the maps of both gradients and their difference, the numbers by layer, two loss curves.

It is drawn 440 wide, in the layout of ``js/bugs.js``: a full square is a positive entry, a hollow one a negative, and
its area says how large it is.
"""

import numpy as np

from .bugs_cases import STEPS, Reading
from .bugs_words import CLUES, effect, finding, numbers_of, table
from .drawing import WIDTH, document, text, wrapped
from .wording import of_layer, show

LEFT, GAP = 16, 14
HEADS = ("right, g*", "wrong, g", "g − g*")


def still(reading: Reading, place: dict[str, object], curves: tuple[list[float], list[float]], eta: float) -> str:
    """The picture as one SVG document."""
    words = table()[reading.bug]
    parts, y = [], 26
    for line in wrapped(f"{reading.bug}: {words['name']}", 54):
        parts.append(text(LEFT, y, line, "strong"))
        y += 20
    place_line = f"{place['net']}, hidden {place['hidden']}, output {place['end']}, m = {place['m']}"
    for line in [*wrapped(str(words["paper"]), 66), *wrapped(place_line, 66)]:
        parts.append(text(LEFT, y, line, "soft small"))
        y += 17
    maps, y = _maps(reading, y + 8)
    parts.append(maps)
    said = [finding(reading), CLUES[reading.bug][0]] + ([effect(*curves)] if curves[1] else [])
    for i, sentence in enumerate(said):
        for line in wrapped(sentence, 58):
            y += 19
            parts.append(text(LEFT, y, line, "" if i else "strong"))
        y += 5
    if curves[1]:
        drawn, y = _curves(curves, eta, y + 14)
        parts.append(drawn)
    height = y + 14
    return document(height, "".join(parts))


def _maps(reading: Reading, y: float) -> tuple[str, float]:
    column = (WIDTH - 2 * LEFT - 2 * GAP) / 3
    cell = min(22.0, (column - 6) / (max(reading.params.sizes[:-1]) + 1))
    parts = [text(LEFT + k * (column + GAP), y + 8, head, "strong small") for k, head in enumerate(HEADS)]
    y += 12
    for l in range(reading.params.depth, 0, -1):
        right = np.hstack([reading.right.dW[l], reading.right.db[l]])
        wrong = None if reading.wrong is None else np.hstack([reading.wrong.dW[l], reading.wrong.db[l]])
        tables = [right] + ([] if wrong is None else [wrong, wrong - right])
        most = max(float(np.max(np.abs(t))) for t in tables) or 1.0
        said = f"layer {l}: ∂L/∂W{of_layer(l)} | ∂L/∂b{of_layer(l)}"
        if wrong is not None:
            c = next(layer for layer in reading.layers if layer.l == l).all
            said += "   error {}, cosine {}, ratio {}".format(*numbers_of(c, show))
        parts.append(text(LEFT, y + 16, said, "small soft"))
        y += 24
        parts += [_map(LEFT + k * (column + GAP), y, cell, t, most) for k, t in enumerate(tables)]
        y += round(cell * len(right)) + 8
    parts.append(_square(LEFT + 5, y + 10, 10, True) + text(LEFT + 18, y + 14, "positive", "small soft"))
    parts.append(
        _square(LEFT + 95, y + 10, 10, False)
        + text(LEFT + 108, y + 14, "negative; the area is the size, a scale for each layer", "small soft")
    )
    return "".join(parts), y + 20


def _map(x: float, y: float, cell: float, table: np.ndarray, most: float) -> str:
    """One map: a path for its grid, one for the full squares and one for the hollow ones."""
    grid, full, hollow = [], [], []
    for i, row in enumerate(table):
        for j, v in enumerate(row):
            left, top = x + cell * j + 5 * (j == len(row) - 1), y + cell * i
            grid.append(_outline(left, top, cell))
            if abs(v) > 1e-12 * most:
                side = max(2.5, 0.88 * cell * float(np.sqrt(abs(v) / most))) - (0 if v > 0 else 1.5)
                corner = _outline(left + (cell - side) / 2, top + (cell - side) / 2, side)
                (full if v > 0 else hollow).append(corner)
    return (
        f'<path d="{"".join(grid)}" fill="var(--panel)" stroke="var(--faint)"/><path d="{"".join(full)}" '
        f'fill="var(--forward)"/><path d="{"".join(hollow)}" fill="var(--ground)" stroke="var(--backward)" stroke-width="1.5"/>'
    )


def _outline(x: float, y: float, side: float) -> str:
    return f"M{x:.1f} {y:.1f}h{side:.1f}v{side:.1f}h-{side:.1f}z"


def _square(x: float, y: float, side: float, positive: bool) -> str:
    """Full for a positive entry, hollow for a negative one: not by colour alone."""
    w = 0.0 if positive else min(2.0, side / 2)
    skin = (
        'fill="var(--forward)"'
        if positive
        else f'fill="var(--backward-fill)" stroke="var(--backward)" stroke-width="{w:.1f}"'
    )
    return f'<rect x="{x - (side - w) / 2:.1f}" y="{y - (side - w) / 2:.1f}" width="{side - w:.1f}" height="{side - w:.1f}" {skin}/>'


def _curves(curves: tuple[list[float], list[float]], eta: float, y: float) -> tuple[str, float]:
    left, base, right = LEFT + 34, y + 120, WIDTH - LEFT
    top = max(max(curves[0]), min(max(curves[1]), 2 * curves[0][0]))
    at = lambda k, v: (left + k / STEPS * (right - left), base - v / top * 104)  # noqa: E731
    parts = [f'<path d="M{left} {y} V{base} H{right}" fill="none" stroke="var(--line)"/>']
    parts += [
        text(left - 6, base + 4, "0", "soft small", "end"),
        text(left - 6, base - 100, show(top, 2), "soft small", "end"),
    ]
    parts += [
        text(left, base + 17, "0", "soft small"),
        text(right, base + 17, f"{STEPS} steps, η = {show(eta)}", "soft small", "end"),
    ]
    parts.append(text(left - 8, base - 48, "L", "symbol", "end"))
    for losses, colour, dashes in ((curves[0], "--forward", ""), (curves[1], "--backward", "6 4")):
        points = []
        for k, v in enumerate(losses):
            points.append(at(k, min(v, 1.05 * top)))
            if v > top:
                break
        line = " L".join(f"{px:.1f} {py:.1f}" for px, py in points)
        parts.append(
            f'<path d="M{line}" fill="none" stroke="var({colour})" stroke-width="2" stroke-dasharray="{dashes}"/>'
        )
    y = base + 36
    parts.append(
        f'<path d="M{left} {y - 4} h26" stroke="var(--forward)" stroke-width="2"/>'
        + text(left + 32, y, "right gradient", "small soft")
    )
    parts.append(
        f'<path d="M{left + 150} {y - 4} h26" stroke="var(--backward)" stroke-width="2" stroke-dasharray="6 4"/>'
        + text(left + 182, y, "wrong gradient", "small soft")
    )
    return "".join(parts), y


__all__ = ["still"]
