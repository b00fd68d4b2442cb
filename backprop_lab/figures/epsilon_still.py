"""The still of the epsilon figure: errors against ε, the lines of theory, the best ε, and the reading in words.

It is drawn 440 wide, so that its text is still readable on a phone, and in the layout of ``js/epsilon.js``.
"""

import math

from .drawing import document, text, wrapped
from .epsilon_reading import EPSILONS, Reading
from .epsilon_words import agreement, measured, told
from .wording import show, ten_to

LEFT, RIGHT, TOP, BASE = 52, 428, 84, 344
MARKS = {"forward": ("--forward", "circle"), "central": ("--ink", "square"), "complex": ("--backward", "diamond")}
LINES = {"ε": "9 4", "ε²": "9 3 2 3", "u·|f|/ε": "2 3"}
WORDS = {"forward": "forward difference", "central": "central difference", "complex": "complex step"}


def still(r: Reading, scheme: str, epsilon: float) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    lowest = -18 if r.dtype == "float64" else -10
    errors = {s: [(e, r.error(s, e)) for e in EPSILONS] for s in MARKS}
    most = max((error for row in errors.values() for _, error in row if math.isfinite(error)), default=1.0)
    highest = max(1, math.ceil(math.log10(most or 1.0)))

    def across(e: float) -> float:
        return RIGHT + math.log10(e) / 16 * (RIGHT - LEFT)

    def up(error: float) -> float:
        power = math.log10(error) if error > 0 else lowest
        return BASE - (max(power, lowest) - lowest) / (highest - lowest) * (BASE - TOP)

    parts = [
        text(12, 24, f"f(x) = {r.function.formula} at x = {show(r.x, 6)}, {r.dtype}", "symbol"),
        text(12, 44, "error of the slope against ε, both axes logarithmic", "soft small"),
        _axes(across, up, lowest, highest),
    ]
    for kind, dashes in LINES.items():
        parts.append(_theory(r, kind, dashes, across, up, lowest, highest))
    for which, y in (("forward", 64), ("central", 64)):
        x = across(r.best(which))
        parts.append(f'<path d="M{x:.1f} {TOP - 14} V{BASE}" stroke="var(--line)" stroke-dasharray="1 3"/>')
        parts.append(
            text(
                x,
                y,
                f"best {'√u' if which == 'forward' else '∛u'}",
                "soft small",
                "end" if which == "forward" else "start",
            )
        )
    for which, row in sorted(errors.items(), key=lambda item: item[0] != "complex"):
        colour, shape = MARKS[which]
        for e, error in row:
            if math.isfinite(error):
                parts.append(_mark(across(e), up(error), colour, shape))
    x = across(epsilon)
    parts.append(f'<path d="M{x:.1f} {TOP} V{BASE}" stroke="var(--ink)" stroke-width="1.5"/>')
    if not r.vanishes(scheme, epsilon):
        y = up(r.error(scheme, epsilon))
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="8" fill="none" stroke="var(--ink)" stroke-width="2"/>')
    y = BASE + 44
    for place, (which, (colour, shape)) in enumerate(MARKS.items()):
        at = 16 + 145 * place
        parts += [_mark(at, y - 4, colour, shape, 4), text(at + 10, y, WORDS[which], "soft small")]
    y += 20
    for place, (kind, dashes) in enumerate(LINES.items()):
        at = 12 + 145 * place
        parts.append(
            f'<path d="M{at} {y - 4} h30" stroke="var(--soft)" stroke-width="1.5" stroke-dasharray="{dashes}"/>'
        )
        word = "rounding" if kind.startswith("u") else "truncation"
        parts.append(text(at + 36, y, f"{word}, {kind}" if word == "truncation" else kind, "soft small"))
    y += 28
    head = f"At ε = {show(epsilon)}, {WORDS[scheme]}"
    if not r.vanishes(scheme, epsilon):
        d = r.difference(scheme, epsilon)
        head += f": {measured(d, show)}, {agreement(r.exact, d)}"
    parts.append(text(12, y, head, "strong"))
    for line in wrapped(" ".join(told(r, scheme, epsilon)), 62):
        y += 20
        parts.append(text(12, y, line))
    height = y + 16
    frame = f'<rect x="{LEFT}" y="{TOP}" width="{RIGHT - LEFT}" height="{BASE - TOP}"/>'
    return document(height, "".join(parts), before=f'<clipPath id="frame">{frame}</clipPath>')


def _axes(across, up, lowest: int, highest: int) -> str:
    said = []
    for power in range(-16, 1, 4):
        x = across(10.0**power)
        said.append(f'<path d="M{x:.1f} {TOP} V{BASE}" stroke="var(--faint)"/>')
        said.append(text(x, BASE + 17, ten_to(power), "soft small", "middle" if power else "end"))
    said.append(text(across(1e-2), BASE + 17, "ε", "symbol", "middle"))
    for power in range(lowest + lowest % 2, highest + 1, 4 if lowest < -10 else 2):
        y = up(10.0**power)
        said.append(f'<path d="M{LEFT} {y:.1f} H{RIGHT}" stroke="var(--faint)"/>')
        said.append(text(LEFT - 6, y + 4, "0" if power == lowest else ten_to(power), "soft small", "end"))
    return "".join([*said, f'<path d="M{LEFT} {TOP} V{BASE} H{RIGHT}" fill="none" stroke="var(--line)"/>'])


def _theory(r: Reading, kind: str, dashes: str, across, up, lowest: int, highest: int) -> str:
    """A line of theory with its name where it leaves the frame at the bottom, or at the left for rounding."""
    size = {
        "ε": lambda e: r.truncation("forward", e),
        "ε²": lambda e: r.truncation("central", e),
        "u·|f|/ε": lambda e: r.rounding("central", e),
    }[kind]
    if size(1.0) == 0:
        return ""
    scale = (BASE - TOP) / (highest - lowest)
    ends = [(across(e), BASE - (math.log10(size(e)) - lowest) * scale) for e in (1e-16, 1.0)]
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in ends)
    line = (
        f'<path d="M{path}" fill="none" stroke="var(--soft)" stroke-width="1.5" stroke-dasharray="{dashes}" '
        'clip-path="url(#frame)"/>'
    )
    (x0, y0), (x1, y1) = ends
    # Beside a line that rises, above the one that falls.
    falls = kind.startswith("u")
    y = y1 - (y1 - y0) * 3 / 16 if falls else BASE - 52
    x = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    if not (LEFT < x < RIGHT - 46 and TOP + 20 < y < BASE):
        return line
    return line + text(x + (5 if falls else 10), y - 7 if falls else y + 4, kind, "symbol soft")


def _mark(x: float, y: float, colour: str, shape: str, size: float = 2.6) -> str:
    ink = f'stroke="var({colour})" stroke-width="1.5"'
    if shape == "circle":
        return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{size}" fill="var(--ground)" {ink}/>'
    if shape == "square":
        return (
            f'<rect x="{x - size:.1f}" y="{y - size:.1f}" width="{2 * size}" height="{2 * size}" fill="var({colour})"/>'
        )
    s = size + 1.8
    return f'<path d="M{x:.1f} {y - s:.1f} l{s} {s} -{s} {s} -{s} -{s} z" fill="var({colour})"/>'
