"""The still of the descent figure: the map with its lines of equal loss, the paths, and the loss against the step.

It is drawn 440 wide, so that its text is still readable on a phone, and in the layout of ``js/descent.js``.
"""

import math
from collections.abc import Iterable, Iterator

import numpy as np

from .descent_paths import CELLS, Path, Setting
from .descent_words import TITLES, conclusion, counted, described, tidy
from .drawing import document, text, wrapped
from .wording import show, ten_to

LEFT, SIDE = 34, 400
BANDS = 12
COLOURS = {"gradient_descent": "--backward-ink", "momentum": "--ink", "adam": "--third"}
DASHES = {"gradient_descent": "", "momentum": "8 4", "adam": "2 4"}

THIRD = (
    "svg{--third:#2b8a3e}@media(prefers-color-scheme:dark){svg{--third:#69db7c}}.line{fill:none;stroke-width:2}"
    + "".join(
        f".line.{name}{{stroke:var({colour});stroke-dasharray:{DASHES[name] or 'none'}}}text.{name}{{fill:var({colour})}}"
        for name, colour in COLOURS.items()
    )
)


def still(setting: Setting, paths: list[Path]) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    rates = f"η = {show(setting.learning_rate)}, β = {show(setting.beta)}, {counted(setting.steps)}"
    title = text(16, 24, "A loss surface and the way down", "strong")
    top = 32
    for line in (described(setting), rates):
        top += 17
        title += text(16, top - 5, line, "soft small")
    top += 8
    said = _map(setting, paths, top)
    bottom = top + SIDE + 40
    for path in paths:
        said += f'<path d="M16 {bottom - 4}h17h17" class="line {path.name}" marker-mid="url(#{path.name})"/>'
        said += text(58, bottom, TITLES[path.name], f"{path.name} strong")
        w, b = path.points[-1]
        where = f"w = {_short(w)}, b = {_short(b)}"
        said += text(190, bottom, where, "soft small")
        said += text(424, bottom, f"L = {show(tidy(path.losses[-1], 1e-12), 3)}", "strong", "end")
        bottom += 22
    said += _curves(setting, paths, bottom + 14)
    bottom += 190
    for line in wrapped(conclusion(setting, paths), 58):
        said += text(16, bottom, line, "strong")
        bottom += 20
    return document(bottom, title + said, before=_marks(), style=THIRD)


def levels(grid: np.ndarray) -> list[float]:
    """The losses of the lines: closer where the loss is low, so that a bowl's are equally far apart."""
    low, high = float(grid.min()), float(grid.max())
    return [low + (high - low) * (k / BANDS) ** 2 for k in range(1, BANDS)]


def contours(grid: np.ndarray, level: float) -> Iterator[tuple[float, float, float, float]]:
    """The line where the grid is at this level, in straight pieces: two triangles to a cell, one piece in each.

    >>> list(contours(np.array([[0.0, 1.0], [0.0, 1.0]]), 0.5))
    [(0.5, 0.0, 0.5, 0.5), (0.5, 0.5, 0.5, 1.0)]
    """
    rows, columns = grid.shape
    for i in range(rows - 1):
        for j in range(columns - 1):
            for corners in (((i, j), (i, j + 1), (i + 1, j + 1)), ((i, j), (i + 1, j), (i + 1, j + 1))):
                cut = []
                for (p, q), (r, s) in ((corners[0], corners[1]), (corners[0], corners[2]), (corners[1], corners[2])):
                    here, there = grid[p, q] - level, grid[r, s] - level
                    if (here < 0) != (there < 0):
                        t = here / (here - there)
                        cut.append((float(q + t * (s - q)), float(p + t * (r - p))))
                if len(cut) == 2:
                    (a, b), (c, d) = sorted(cut, key=lambda point: (point[1], point[0]))
                    yield a, b, c, d


def chained(pieces: Iterable[tuple[float, float, float, float]]) -> list[list[tuple[float, float]]]:
    """Straight pieces joined into lines, wherever one ends where another begins.

    >>> chained([(0, 0, 1, 0), (2, 0, 1, 0)])
    [[(0, 0), (1, 0), (2, 0)]]
    """
    ends: dict[tuple[float, float], list[tuple[float, float]]] = {}
    for a, b, c, d in pieces:
        if (a, b) != (c, d):
            ends.setdefault((a, b), []).append((c, d))
            ends.setdefault((c, d), []).append((a, b))
    lines = []
    # From the loose ends first: what is then left are closed lines.
    for first in sorted(ends, key=lambda point: len(ends[point]) != 1):
        line = [first]
        while ends[line[-1]]:
            line.append(ends[line[-1]].pop())
            ends[line[-1]].remove(line[-2])
        if len(line) > 1:
            lines.append(line)
    return lines


def _relative(points: list[tuple[float, float]]) -> str:
    """A line as SVG, in tenths and steps from point to point, which is short."""
    (x, y), *rest = ((round(10 * x), round(10 * y)) for x, y in points)
    said = f"M{x / 10:g} {y / 10:g}l"
    for x1, y1 in rest:
        if (x1, y1) != (x, y):
            said += f"{(x1 - x) / 10:g} {(y1 - y) / 10:g} "
        x, y = x1, y1
    return said.rstrip().replace(" -", "-")


def _map(setting: Setting, paths: list[Path], top: float) -> str:
    grid, far, scale = setting.grid, setting.far, SIDE / CELLS

    def at(w: float, b: float) -> tuple[float, float]:
        # Far outside the map is outside all the same.
        w, b = (min(max(v, -9 * far), 9 * far) for v in (w, b))
        return LEFT + (w / far + 1) / 2 * SIDE, top + (1 - b / far) / 2 * SIDE

    said = [f'<clipPath id="map"><rect x="{LEFT}" y="{top}" width="{SIDE}" height="{SIDE}"/></clipPath>']
    low, high = float(grid.min()), float(grid.max())
    middles = (grid[:-1, :-1] + grid[1:, :-1] + grid[:-1, 1:] + grid[1:, 1:]) / 4
    bands = np.rint(BANDS * np.sqrt((middles - low) / (high - low or 1.0))).astype(int)
    shapes: dict[int, str] = {}
    for i, row in enumerate(bands):
        start = 0
        for j in range(1, CELLS + 1):
            if j == CELLS or row[j] != row[start]:
                x, y, length = LEFT + start * scale, top + SIDE - (i + 0.5) * scale, (j - start) * scale
                shapes[int(row[start])] = shapes.get(int(row[start]), "") + f"M{x:g} {y:g}h{length:g}"
                start = j
    said.append(f'<g stroke="var(--forward)" stroke-width="{scale:g}" shape-rendering="crispEdges">')
    for band, shape in sorted(shapes.items()):
        if band:
            said.append(f'<path d="{shape}" stroke-opacity="{0.5 * band / BANDS:.2f}"/>')
    said.append('</g><g fill="none" stroke="var(--forward-ink)" stroke-opacity="0.7">')
    for level in levels(grid):
        lines = (
            [(LEFT + a * scale, top + SIDE - b * scale) for a, b in line] for line in chained(contours(grid, level))
        )
        said.append(f'<path d="{"".join(_relative(line) for line in lines)}"/>')
    said.append("</g>")
    said.append(f'<rect x="{LEFT}" y="{top}" width="{SIDE}" height="{SIDE}" fill="none" stroke="var(--line)"/>')
    for w, b in setting.minima:
        x, y = at(w, b)
        said.append(f'<path d="M{x - 7:.1f} {y:.1f}h14M{x:.1f} {y - 7:.1f}v14" stroke="var(--ink)" stroke-width="2"/>')
    drawn = "".join(
        _line([at(*point) for point in path.points[: path.drawn(setting)]], path.name) for path in reversed(paths)
    )
    said.append(f'<g clip-path="url(#map)">{drawn}</g>')
    x, y = at(setting.w, setting.b)
    said.append(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="var(--ground)" stroke="var(--ink)" stroke-width="2.5"/>'
    )
    said.append(
        text(
            min(max(x, LEFT + 22), LEFT + SIDE - 22),
            y - 14 if y > top + 30 else y + 24,
            "start",
            "small strong",
            "middle",
        )
    )
    for value, anchor in ((-far, "start"), (0.0, "middle"), (far, "end")):
        said.append(text(at(value, 0)[0], top + SIDE + 15, show(value), "soft small", anchor))
        said.append(
            text(LEFT - 5, at(0, value)[1] + {-far: 0, 0.0: 4, far: 11}[value], show(value), "soft small", "end")
        )
    said.append(text(LEFT + 0.75 * SIDE, top + SIDE + 16, "w", "symbol", "middle"))
    said.append(text(LEFT - 12, top + 0.25 * SIDE, "b", "symbol", "middle"))
    return "".join(said)


def _line(points: list[tuple[float, float]], name: str) -> str:
    """A path with a mark at each step, as long as they are few; a long one is drawn with fewer points."""
    every = math.ceil(len(points) / 150)
    points = [*points[:-1:every], points[-1]]
    d = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    where = "marker-mid" if len(points) <= 61 else "marker-start"
    return f'<path d="{d}" class="line {name}" {where}="url(#{name})" marker-end="url(#{name})"/>'


def _marks() -> str:
    """What stands at each step: a circle, a square, a triangle. The ids stay inside the image."""
    shapes = {
        "gradient_descent": "M1.5 5a3.5 3.5 0 1 0 7 0a3.5 3.5 0 1 0 -7 0z",
        "momentum": "M1.8 1.8h6.4v6.4h-6.4z",
        "adam": "M5 .6l4.4 7.6h-8.8z",
    }
    size = 'markerUnits="userSpaceOnUse" markerWidth="10" markerHeight="10" refX="5" refY="5"'
    return "".join(
        f'<marker id="{name}" {size}><path d="{shape}" fill="var(--ground)" stroke="var({COLOURS[name]})" '
        'stroke-width="1.5"/></marker>'
        for name, shape in shapes.items()
    )


def power_of_ten(power: int) -> str:
    """A mark of the loss axis.

    >>> power_of_ten(2), power_of_ten(-4)
    ('100', '10⁻⁴')
    """
    return show(10.0**power) if abs(power) <= 2 else ten_to(power)


def decades(setting: Setting, paths: list[Path]) -> tuple[int, int]:
    """The powers of ten that the loss axis runs between: from the lowest loss (10⁻⁸ at the least) to the map's top."""
    high = math.ceil(math.log10(setting.top) - 1e-9)
    lowest = max(min(loss for path in paths for loss in path.losses), 1e-8)
    return min(math.floor(math.log10(lowest)), high - 1), high


def _curves(setting: Setting, paths: list[Path], top: float) -> str:
    low, high = decades(setting, paths)
    height, count = 118, max(10, setting.steps)
    base = top + 14 + height

    def at(step: int, loss: float) -> tuple[float, float]:
        share = (math.log10(max(loss, 1e-9)) - low) / (high - low)
        return LEFT + 10 + step / count * (SIDE - 10), base - min(max(share, -0.5), 2.0) * height

    said = [
        f'<clipPath id="curves"><rect x="{LEFT + 10}" y="{top + 8}" width="{SIDE}" height="{height + 8}"/></clipPath>'
    ]
    said.append(text(LEFT + 10, top, "L after each step, logarithmic", "soft small"))
    every = math.ceil((high - low) / 5)
    for power in range(high, low - 1, -every):
        y = at(0, 10.0**power)[1]
        said.append(f'<path d="M{LEFT + 10} {y:.1f}h{SIDE - 10}" stroke="var(--faint)"/>')
        said.append(text(LEFT + 4, y + 4, power_of_ten(power), "soft small", "end"))
    said.append(f'<path d="M{LEFT + 10} {top + 14}V{base}H{LEFT + SIDE}" fill="none" stroke="var(--line)"/>')
    for step in (0, count):
        said.append(text(at(step, 1)[0], base + 15, str(step), "soft small", "end" if step else "middle"))
    said.append(text(LEFT + SIDE / 2, base + 15, "step", "soft small", "middle"))
    drawn = "".join(_line([at(k, loss) for k, loss in enumerate(path.losses)], path.name) for path in reversed(paths))
    return "".join([*said, f'<g clip-path="url(#curves)">{drawn}</g>'])


def _short(value: float) -> str:
    return show(tidy(value, 1e-6), 3)
