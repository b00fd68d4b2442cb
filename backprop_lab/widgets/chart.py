"""Curves on a logarithmic scale and bars, drawn as the stills of the live figures are: no colour speaks alone."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..figures.drawing import WIDTH, text
from ..figures.wording import show, ten_to

LEFT, RIGHT, HEIGHT = 62, WIDTH - 18, 130
MOST_DECADES, MOST_POINTS = 9, 200
# The line's style and its mark tell curves apart; the colour repeats it.
_COLOURS = ("--forward", "--backward", "--ink", "--line")
_DASHES = ("", "8 4", "2 3", "9 3 2 3")
_MARKS = (
    "M{x:.1f} {y:.1f}m-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z",
    "M{x:.1f} {y:.1f}m0 -4.6l4.4 7.8h-8.8z",
    "M{x:.1f} {y:.1f}m-3.3 -3.3h6.6v6.6h-6.6z",
)


@dataclass(frozen=True)
class Curve:
    """One curve: its name, what the key says of it, and its values, one a step."""

    name: str
    said: str
    values: Sequence[float]


def curves(title: str, across: str, drawn: Sequence[Curve], top: float, at: int | None = None) -> tuple[str, float]:
    """Curves over the same steps, and a key below them.

    Parameters
    ----------
    title, across : str
        What the scales are.
    drawn : sequence of Curve
        A curve ends where its values stop being finite; a value of 0 stands at the bottom.
    top : float
        Where it begins.
    at : int, optional
        A step to mark with an upright line.

    Returns
    -------
    (str, float)
        The SVG, and where it ends.
    """
    said = [text(16, top, title, "strong small")]
    top += 14
    bottom = top + HEIGHT
    finite = [v for curve in drawn for v in curve.values if math.isfinite(v) and v > 0]
    low, high = _decades(finite)
    last = max([1, *(len(curve.values) - 1 for curve in drawn)])

    def place(k: float, v: float) -> tuple[float, float]:
        share = (math.log10(max(v, 10.0**low)) - low) / (high - low) if v > 0 else 0.0
        return LEFT + k / last * (RIGHT - LEFT), bottom - min(share, 1.0) * HEIGHT

    for power in range(low, high + 1):
        marks = (1, 2, 5) if high - low == 1 and power < high else (1,)
        for digit in marks:
            y = place(0, digit * 10.0**power)[1]
            said.append(f'<path d="M{LEFT} {y:.1f}H{RIGHT}" stroke="var(--faint)"/>')
            if (power - low) % (1 + (high - low) // 5) == 0:
                value = ten_to(power) if digit == 1 and not -2 <= power <= 2 else show(digit * 10.0**power)
                said.append(text(LEFT - 7, y + 4, value, "soft small", "end"))
    said.append(f'<path d="M{LEFT} {top}V{bottom}H{RIGHT}" fill="none" stroke="var(--line)"/>')
    said.append(text(LEFT, bottom + 17, "0", "soft small", "middle"))
    said.append(text(RIGHT, bottom + 17, str(last), "soft small", "end"))
    said.append(text((LEFT + RIGHT) / 2, bottom + 17, across, "soft small", "middle"))
    if at is not None:
        x = place(at, 1)[0]
        said.append(f'<path d="M{x:.1f} {top}V{bottom}" stroke="var(--ink)" stroke-dasharray="1 3"/>')
        if 0.08 * last < at < 0.92 * last:
            said.append(text(x, top - 4, f"step {at}", "soft small", "middle"))
    for i, curve in enumerate(drawn):
        said.append(_line(i, [place(k, v) for k, v in _shown(curve.values)]))
    y = bottom + 20
    for i, curve in enumerate(drawn):
        y += 19
        said.append(_line(i, [(18, y - 4), (35, y - 4), (52, y - 4)], marks=[1]))
        said.append(text(62, y, curve.name, "small") + text(RIGHT, y, curve.said, "soft small", "end"))
    return "".join(said), y + 8


def shares(title: str, drawn: Sequence[tuple[str, int, int]], top: float) -> tuple[str, float]:
    """A bar for each class: how many are right of how many there are."""
    said = [text(16, top, title, "strong small")]
    left, wide = 78, WIDTH - 78 - 84
    for name, right, total in drawn:
        top += 21
        share = right / total if total else 0.0
        said.append(text(16, top + 5, name, "small") + text(WIDTH - 18, top + 5, f"{right} of {total}", "small", "end"))
        said.append(
            f'<rect x="{left}" y="{top - 6}" width="{wide}" height="13" fill="var(--panel)" stroke="var(--line)"/>'
            f'<rect x="{left}" y="{top - 6}" width="{wide * share:.1f}" height="13" fill="var(--forward-fill)" '
            'stroke="var(--forward)" stroke-width="1.5"/>'
        )
    return "".join(said), top + 14


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """The powers of ten around the values, at most nine decades of them, the lowest left out first.

    >>> _decades([0.3, 4.0]), _decades([1e-30, 1.0]), _decades([])
    ((-1, 1), (-9, 0), (-1, 0))
    """
    if not values:
        return -1, 0
    high = math.ceil(math.log10(max(values)))
    low = min(math.floor(math.log10(min(values))), high - 1)
    return max(low, high - MOST_DECADES), high


def _shown(values: Sequence[float]) -> list[tuple[int, float]]:
    """Steps and values up to the first that is not finite; of very many, some, the first and the last among them."""
    ends = next((k for k, v in enumerate(values) if not math.isfinite(v)), len(values))
    if ends == 0:
        return []
    chosen = sorted({round(i * (ends - 1) / (MOST_POINTS - 1)) for i in range(MOST_POINTS)})
    return [(k, float(values[k])) for k in chosen]


def _line(i: int, points: list[tuple[float, float]], marks: list[int] | None = None) -> str:
    if not points:
        return ""
    if marks is None:  # marks of two curves that lie on one another do not hide each other: each begins elsewhere
        last = len(points) - 1
        marks = sorted({round(last * (j + 0.22 * (i % 5)) / 5) for j in range(5)} | {last} if last else {0})
    colour = _COLOURS[i % len(_COLOURS)]
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    shapes = "".join(_MARKS[i % len(_MARKS)].format(x=points[k][0], y=points[k][1]) for k in marks)
    return (
        f'<path d="M{path}" fill="none" stroke="var({colour})" stroke-width="2" stroke-dasharray="{_DASHES[i % len(_DASHES)]}"/>'
        f'<path d="{shapes}" fill="var(--ground)" stroke="var({colour})" stroke-width="1.5"/>'
    )
