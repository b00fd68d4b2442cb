"""The still of the train figure: the boundary in coarse cells, the points, and a bar for each layer's gradient."""

import math

import numpy as np

from .drawing import WIDTH, document, text, wrapped
from .train_reading import Reading, halted
from .wording import show

LEFT, TOP, SIDE = 70, 64, 300
CELLS, BANDS = 30, 8
LOW, HIGH = -10, 4  # decades of the bars
TICKS = (-9, -6, -3, 0, 3)


def still(reading: Reading) -> str:
    """The picture as one SVG document."""
    bottom = TOP + SIDE + 46
    parts = [_head(reading), cells(reading), points(reading)]
    bars, bottom = _bars(reading, bottom)
    parts.append(bars)
    for line in wrapped(reading.verdict, 56) + (wrapped(halted(reading.steps), 56) if reading.stopped else []):
        bottom += 20
        parts.append(text(16, bottom, line, "strong"))
    height = bottom + 16
    return document(height, "".join(parts))


def _head(r: Reading) -> str:
    m = r.X.shape[1]
    kind = f"{r.shape}, {r.params.activations[1]}, initial weights × {show(r.scale)}"
    run = f"after {r.steps} steps: L = {show(r.loss)}, {r.right} of {m} right"
    return text(16, 26, kind, "soft") + text(16, 48, run, "strong")


def cells(r: Reading) -> str:
    """Bands of the output as runs of cells, and the line between the two sides of ½."""
    x0, y0, side = r.view()
    at = (np.arange(CELLS) + 0.5) / CELLS * side
    across, up = np.meshgrid(x0 + at, y0 + side - at)  # the first row is the top
    p = r.probability(np.array([across.ravel(), up.ravel()])).reshape(CELLS, CELLS)
    band, over, size = np.minimum((p * BANDS).astype(int), BANDS - 1), p > 0.5, SIDE // CELLS
    paths = dict.fromkeys(range(1, BANDS), "")
    for i in range(CELLS):
        start = 0
        for j in range(1, CELLS + 1):
            if j == CELLS or band[i, j] != band[i, start]:
                if band[i, start]:
                    where = f"M{LEFT + start * size} {TOP + i * size}h{(j - start) * size}v{size}h{(start - j) * size}z"
                    paths[int(band[i, start])] += where
                start = j
    drawn = "".join(
        f'<path d="{d}" fill="var(--forward)" fill-opacity="{0.6 * (k + 0.5) / BANDS:.2f}"/>' for k, d in paths.items()
    )
    edge = ""
    for i in range(CELLS):
        for j in range(CELLS):
            x, y = LEFT + j * size, TOP + i * size
            if j + 1 < CELLS and over[i, j] != over[i, j + 1]:
                edge += f"M{x + size} {y}v{size}"
            if i + 1 < CELLS and over[i, j] != over[i + 1, j]:
                edge += f"M{x} {y + size}h{size}"
    frame = f'<rect x="{LEFT}" y="{TOP}" width="{SIDE}" height="{SIDE}" fill="none" stroke="var(--line)"/>'
    return f'{drawn}{frame}<path d="{edge}" stroke="var(--ink)" stroke-width="2" fill="none"/>'


def points(r: Reading) -> str:
    x0, y0, side = r.view()
    marks = ""
    for (x, y), kind in zip(r.X.T, r.Y[0], strict=True):
        marks += mark(LEFT + (x - x0) / side * SIDE, TOP + SIDE - (y - y0) / side * SIDE, kind > 0.5)
    y = TOP + SIDE + 22
    key = mark(LEFT + 6, y - 4, False) + text(LEFT + 16, y, "class 0", "soft small")
    key += mark(LEFT + 76, y - 4, True) + text(LEFT + 86, y, "class 1", "soft small")
    key += f'<path d="M{LEFT + 146} {y - 4}h18" stroke="var(--ink)" stroke-width="2"/>'
    return marks + key + text(LEFT + 170, y, "output = ½; bluer is more", "soft small")


def mark(x: float, y: float, triangle: bool) -> str:
    """A hollow circle, or a full triangle."""
    if triangle:
        return f'<path d="M{x:.1f} {y - 5:.1f}l5 8.5h-10z" fill="var(--ink)" stroke="var(--ground)"/>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.8" fill="var(--ground)" stroke="var(--ink)" stroke-width="1.5"/>'


def _bars(r: Reading, top: int) -> tuple[str, int]:
    """Each layer's root-mean-square on a scale of decades."""
    left, wide = 76, WIDTH - 76 - 92
    said = [
        text(16, top, "∂L/∂W", "symbol backward"),
        text(70, top, "root-mean-square by layer, logarithmic", "soft small"),
    ]
    grid, top = "", top + 26
    bottom = top + 24 * len(r.rms)
    for tick in TICKS:
        x = left + wide * (tick - LOW) / (HIGH - LOW)
        grid += f'<path d="M{x:.1f} {top} V{bottom}" stroke="var(--faint)"/>'
        said.append(text(x, top - 6, show(10.0**tick), "soft small", "middle"))
    for l, value in enumerate(r.rms, 1):
        y = top + 24 * (l - 1)
        share = 0.0 if value == 0 else min(1.0, max(0.0, (math.log10(value) - LOW) / (HIGH - LOW)))
        grid += (
            f'<rect x="{left}" y="{y + 5}" width="{max(1.5, wide * share):.1f}" height="14" '
            'fill="var(--backward-fill)" stroke="var(--backward)" stroke-width="1.5"/>'
        )
        said.append(text(16, y + 17, f"layer {l}") + text(WIDTH - 16, y + 17, show(value, 3), "strong", "end"))
    return grid + "".join(said), bottom + 8
