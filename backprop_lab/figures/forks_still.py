"""The still of the forks figure: the network with one path back through it, the path's factors, sum and recursion.

It is drawn 440 wide, so that its text is still readable on a phone, in the layout of ``js/forks.js``.
"""

import itertools
import math

from .drawing import WIDTH, arrow, document, text, wrapped
from .forks_paths import Forks, mark
from .forks_words import conclusion, route
from .wording import lowered, of_layer, show

RADIUS, GAP = 17, 70
LISTED = 8


def still(forks: Forks, chosen: int) -> str:
    """The picture as one SVG document; path 0 stands for all."""
    picture, bottom = _network(forks, chosen)
    lines, bottom = _lines(forks, chosen, bottom)
    height = bottom + 16
    return document(height, picture + lines)


def _network(forks: Forks, chosen: int) -> tuple[str, float]:
    sizes, depth, start = forks.params.sizes, forks.params.depth, forks.start
    tall, top = max(sizes), 78
    middle = top + (tall - 1) * GAP / 2
    end = (WIDTH - 34, middle)

    def at(l: int, i: int) -> tuple[float, float]:
        return 36 + l * (WIDTH - 70) / (depth + 1), middle + (i - 1 - (sizes[l] - 1) / 2) * GAP

    said = [
        text(16, 26, f"When influence takes {'one path' if len(forks.paths) == 1 else f'{len(forks.paths)} paths'}")
    ]
    for l in range(depth + 1):
        said.append(text(at(l, 1)[0], 48, f"layer {l}" if l else "input", "soft small", "middle"))
    for l in range(1, depth + 1):
        for i in range(1, sizes[l] + 1):
            for j in range(1, sizes[l - 1] + 1):
                said.append(_line(at(l - 1, j), at(l, i), "--forward", 1))
    said += [_line(at(depth, k), end, "--forward", 1) for k in range(1, sizes[depth] + 1)]
    badges = []
    shown = [forks.paths[chosen - 1]] if chosen else forks.paths
    if start.back:
        said.append(_line(at(start.layer - 1, start.back), at(start.layer, start.unit), "--ink", 4))
    for path in shown:
        points = [end, *(at(depth - step, i) for step, i in enumerate(path.units))]
        if start.back:
            points.append(at(start.layer - 1, start.back))
        for (x0, y0), (x1, y1) in itertools.pairwise(points):
            length = math.hypot(x1 - x0, y1 - y0)
            dx, dy = (x1 - x0) / length * RADIUS, (y1 - y0) / length * RADIUS
            said.append(arrow([(x0 + dx, y0 + dy), (x1 - dx, y1 - dy)], "--backward", dashed=True, width=2.5))
    if chosen:
        badges = [_badge(x, y, n) for n, (x, y) in enumerate(_places(points, forks), 1)]
    for l in range(depth + 1):
        for i in range(1, sizes[l] + 1):
            x, y = at(l, i)
            picked = not start.back and (l, i) == (start.layer, start.unit)
            skin = 'stroke="var(--ink)" stroke-width="4"' if picked else 'stroke="var(--forward)" stroke-width="2"'
            said.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{RADIUS}" fill="var(--forward-fill)" {skin}/>')
            said.append(text(x, y + 4, mark("a", l, i), "symbol small", "middle"))
            said.append(text(x, y + 31, show(float(forks.memory.a[l][i - 1, 0]), 3), "forward small", "middle"))
    x, y = end
    said.append(
        f'<path d="M{x} {y - 20} l20 20 -20 20 -20 -20 z" fill="var(--forward-fill)" stroke="var(--forward)" '
        f'stroke-width="2"/>{text(x, y + 5, "L", "symbol", "middle")}'
    )
    return "".join([*said, *badges]), top + (tall - 1) * GAP + 56


def _places(points: list[tuple[float, float]], forks: Forks) -> list[tuple[float, float]]:
    """Where the factors' numbers stand: on the lines, and above the units for slopes."""
    places = []
    hidden = forks.params.depth - forks.start.layer + bool(forks.start.layer)
    for step, ((x0, y0), (x1, y1)) in enumerate(itertools.pairwise(points)):
        places.append(((x0 + x1) / 2, (y0 + y1) / 2))
        if 0 < step < hidden:
            places.append((x1, y1 - RADIUS - 3))
    return places


def _line(start: tuple[float, float], end: tuple[float, float], colour: str, width: float) -> str:
    (x0, y0), (x1, y1) = start, end
    return (
        f'<path d="M{x0:.1f} {y0:.1f} L{x1:.1f} {y1:.1f}" fill="none" stroke="var({colour})" stroke-width="{width}" '
        f'opacity="{0.7 if width == 1 else 1}"/>'
    )


def _badge(x: float, y: float, number: int) -> str:
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="var(--ground)" stroke="var(--backward-ink)" stroke-width="1.5"/>'
        f'<text x="{x:.1f}" y="{y + 4:.1f}" class="backward small strong" text-anchor="middle">{number}</text>'
    )


def _lines(forks: Forks, chosen: int, y: float) -> tuple[str, float]:
    said = []

    def line(left: str, right: str = "", kind: str = "") -> None:
        nonlocal y
        said.append(text(16, y, left, kind) + (text(424, y, right, kind or "strong", "end") if right else ""))
        y += 21

    if chosen:
        path = forks.paths[chosen - 1]
        line(f"Path {chosen}: {route(forks, path)}", kind="strong")
        for number, factor in enumerate(path.factors, 1):
            said.append(_badge(25, y - 5, number) + text(42, y, factor.symbol, "symbol backward"))
            said.append(text(112, y, factor.words, "soft small") + text(424, y, show(factor.value), "", "end"))
            y += 23
        line("their product", show(path.product))
        y += 6
    for number, path in enumerate(forks.paths[:LISTED], 1):
        line(
            f"{number}. {route(forks, path)}",
            show(path.product),
            f"small {'backward strong' if number == chosen else ''}",
        )
    if len(forks.paths) > LISTED:
        line(f"… and {len(forks.paths) - LISTED} more: see the text below", kind="small soft")
    line("Sum over the paths", show(forks.total, 10))
    after_it = of_layer(min(forks.start.layer + 1, forks.params.depth))
    after = " · ".join(factor.symbol for factor in forks.after)
    row = f"(W{after_it}ᵀ δ{after_it}){lowered(forks.start.unit)}" if forks.row else ""
    line("By the recursion: " + " · ".join(part for part in (row, after) if part), show(forks.derivative, 10))
    y += 6
    for part in wrapped(conclusion(forks), 58):
        line(part, kind="strong")
    return "".join(said), y - 21
