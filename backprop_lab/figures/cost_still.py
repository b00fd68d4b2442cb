"""The still of the cost figure: four bars, four curves, and the sentences that read them.

It is drawn 440 wide, so that its text is still readable on a phone, and in the layout of ``js/cost.js``.
"""

import math

from .cost_reading import LARGEST, WAYS, Reading, told
from .cost_words import compared, names, network, sentences
from .drawing import document, text, wrapped
from .wording import ten_to

LEFT, RIGHT = 16, 424
# A colour, a dash and a mark for each.
STROKES = {
    "forward": ("--forward", ""), "backward": ("--backward", "6 4"),
    "path": ("--ink", "1.5 3"), "differences": ("--soft", "9 3 2 3"),
}  # fmt: skip
FILLS = {
    "forward": "var(--forward-fill)",
    "backward": "var(--backward-fill)",
    "path": "url(#lines)",
    "differences": "url(#dots)",
}
PATTERNS = (
    '<pattern id="lines" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="var(--ground)"/><path d="M1 0V6" stroke="var(--ink)" stroke-width="1.5"/></pattern>'
    '<pattern id="dots" width="5" height="5" patternUnits="userSpaceOnUse"><rect width="5" height="5" '
    'fill="var(--ground)"/><circle cx="2" cy="2" r="1.1" fill="var(--soft)"/></pattern>'
)
SHORT = {"forward": "forward", "backward": "backward", "path": "path sum", "differences": "differences"}


def still(r: Reading, against: str) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    parts = []
    y = 8
    for line in wrapped(f"Sizes {network(r)}", 56):
        y += 18
        parts.append(text(16, y, line, "strong"))
    bars, y = _bars(r, y + 26)
    parts.append(bars)
    curves, y = _curves(r, against, y + 20)
    parts.append(curves)
    for said in sentences(r):
        y += 4
        for line in wrapped(said, 58):
            y += 19
            parts.append(text(16, y, line))
    height = y + 16
    return document(height, "".join(parts), before=PATTERNS)


def decades(most: int) -> tuple[int, int]:
    """How many powers of ten the scale has, and how many lie between two ticks."""
    top = max(3, len(str(most)))
    return top, max(1, math.ceil(top / 6))


def _bars(r: Reading, top: float) -> tuple[str, float]:
    counts = {way: r.multiplications(way) for way in WAYS}
    end, step = decades(max(counts.values()))

    def at(power: float) -> float:
        return LEFT + power / end * (RIGHT - LEFT)

    bottom = top + 4 * 44
    parts = []
    for power in range(0, end + 1, step):
        anchor = "start" if power == 0 else "end" if power == end else "middle"
        parts.append(f'<path d="M{at(power):.1f} {top} V{bottom}" stroke="var(--faint)"/>')
        parts.append(text(at(power), bottom + 14, ten_to(power), "soft small", anchor))
    y = top
    for way, name in names(r).items():
        colour, dashes = STROKES[way]
        parts.append(
            f'<rect x="{LEFT}" y="{y + 22}" width="{max(1.5, at(math.log10(counts[way])) - LEFT):.1f}" height="15" '
            f'fill="{FILLS[way]}" stroke="var({colour})" stroke-width="1.5" stroke-dasharray="{dashes}"/>'
        )
        parts.append(text(16, y + 16, name) + text(424, y + 16, told(counts[way]), "strong", "end"))
        parts.append(text(296, y + 16, compared(r, way), "soft small", "end"))
        y += 44
    parts.append(text(16, top - 8, "Multiplications, on a logarithmic scale", "soft small"))
    return "".join(parts), bottom + 18


def _curves(r: Reading, against: str, top: float) -> tuple[str, float]:
    most = LARGEST[against]
    steps = list(range(1, most + 1))
    counts = {way: [] for way in WAYS}
    for value in steps:
        for way, cost in r.at(against, value).costs.items():
            counts[way].append(cost.multiplications)
    end, step = decades(max(map(max, counts.values())))
    left, right, base = 52, 344, top + 190

    def across(value: float) -> float:
        return left + (value - 1) / (most - 1) * (right - left)

    def up(count: int) -> float:
        return base - math.log10(count) / end * (base - top)

    parts = []
    for power in range(0, end + 1, step):
        y = base - power / end * (base - top)
        parts.append(f'<path d="M{left} {y:.1f} H{right}" stroke="var(--faint)"/>')
        parts.append(text(left - 6, y + 4, ten_to(power), "soft small", "end"))
    for value in (1, *range(most // 4, most + 1, most // 4)):
        parts.append(text(across(value), base + 16, str(value), "soft small", "middle"))
    parts.append(text((left + right) / 2, base + 32, against, "soft small", "middle"))
    parts.append(f'<path d="M{left} {top} V{base} H{right}" fill="none" stroke="var(--line)"/>')
    here = getattr(r, against)
    parts.append(f'<path d="M{across(here):.1f} {top} V{base}" stroke="var(--ink)"/>')
    for way in WAYS:
        colour, dashes = STROKES[way]
        path = " L".join(f"{across(v):.1f} {up(n):.1f}" for v, n in zip(steps, counts[way], strict=True))
        parts.append(
            f'<path d="M{path}" fill="none" stroke="var({colour})" stroke-width="2" stroke-dasharray="{dashes}"/>'
            f'<circle cx="{across(here):.1f}" cy="{up(counts[way][here - 1]):.1f}" r="4" fill="var(--ground)" '
            f'stroke="var({colour})" stroke-width="2"/>'
        )
    for way, y in spread({way: up(counts[way][-1]) for way in WAYS}, base).items():
        parts.append(text(right + 6, y + 4, SHORT[way], "small"))
    return "".join(parts), base + 38


def spread(wanted: dict[str, float], base: float, gap: float = 14) -> dict[str, float]:
    """Heights for labels, lowest first, pushed up until none touches another."""
    placed, below = {}, base + gap
    for way, y in sorted(wanted.items(), key=lambda item: -item[1]):
        below = min(y, below - gap)
        placed[way] = below
    return placed
