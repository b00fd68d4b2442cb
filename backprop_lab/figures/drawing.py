"""What the stills share: colours for a light and a dark reader, a signed logarithmic scale, and text in SVG.

The colours and the scale are those of ``js/page.js``.
"""

import html
import math

# A still is an image: it cannot see the page's theme, so it follows the reader's system and brings its own ground.
STYLE = """
svg { --ink:#212529; --soft:#495057; --faint:#dee2e6; --line:#868e96; --ground:#ffffff; --panel:#f1f3f5;
  --forward:#1c7ed6; --forward-ink:#1864ab; --forward-fill:#e7f5ff; --backward:#f03e3e; --backward-ink:#c92a2a;
  --backward-fill:#ffe3e3; font-family: system-ui, -apple-system, "Segoe UI", "Noto Sans", sans-serif; font-size:14px }
@media (prefers-color-scheme: dark) { svg { --ink:#e9ecef; --soft:#ced4da; --faint:#343a40; --line:#868e96;
  --ground:#1a1d21; --panel:#25292e; --forward:#4dabf7; --forward-ink:#74c0fc; --forward-fill:#172a3d;
  --backward:#ff6b6b; --backward-ink:#ff8787; --backward-fill:#45191c } }
text { fill:var(--ink); stroke:var(--ground); stroke-width:3px; paint-order:stroke; stroke-linejoin:round }
.symbol { font-family: "STIX Two Text", "Cambria", "Georgia", "Noto Serif", serif; font-style:italic }
.soft { fill:var(--soft) } .forward { fill:var(--forward-ink) } .backward { fill:var(--backward-ink) }
.strong { font-weight:600 } .small { font-size:12px }
"""

# The one id stays inside the image: no page sees it.
HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="6" height="6" fill="var(--ground)"/><path d="M1 0V6" stroke="var(--forward)" stroke-width="2"/>'
    "</pattern>"
)

# Narrow enough for its text to be readable on a phone.
WIDTH = 440

NEAR, FAR = 0.01, 100.0
TICKS = (-100.0, -10.0, -1.0, -0.1, 0.0, 0.1, 1.0, 10.0, 100.0)


def signed_log(value: float) -> float:
    """Where a number stands on the scale, −1 … 1: 0 in the middle, ±1 halfway out, ±100 at the ends.

    Decades are about equally long, so that multiplying by a factor is moving by the same length wherever one starts;
    the sign stays a side. What lies beyond ±100 stands at the end.

    >>> signed_log(0.0), signed_log(100.0), round(signed_log(-1.0), 2), round(signed_log(1e9), 2)
    (0.0, 1.0, -0.5, 1.0)
    """
    if math.isnan(value):
        return 0.0
    return math.copysign(min(1.0, math.log1p(abs(value) / NEAR) / math.log1p(FAR / NEAR)), value)


def document(height: float, inside: str, *, before: str = "", style: str = "") -> str:
    """A still: one SVG on a ground of its own, with the shared style.

    Parameters
    ----------
    before : str
        What has to stand ahead of the ground: patterns, clip paths, markers.
    style : str
        Rules that this picture alone needs.
    """
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}">'
        f'<style>{STYLE}{style}</style>{before}<rect x="0.5" y="0.5" width="{WIDTH - 1}" height="{height - 1:g}" rx="8" '
        f'fill="var(--ground)" stroke="var(--faint)"/>{inside}</svg>'
    )


def text(x: float, y: float, said: str, kind: str = "", anchor: str = "start") -> str:
    """A line of text in SVG; its baseline starts (or ends, or is centred) at x, y."""
    return f'<text x="{x:.1f}" y="{y:.1f}" class="{kind}" text-anchor="{anchor}">{html.escape(said)}</text>'


def arrow(points: list[tuple[float, float]], colour: str, *, dashed: bool = False, width: float = 2.0) -> str:
    """A line through the points, with a head at the last: solid for forward, dashed for backward."""
    (x0, y0), (x1, y1) = points[-2:]
    length = math.hypot(x1 - x0, y1 - y0) or 1.0
    dx, dy = (x1 - x0) / length, (y1 - y0) / length
    neck = (x1 - 7 * dx, y1 - 7 * dy)
    path = " L".join(f"{x:.1f} {y:.1f}" for x, y in [*points[:-1], neck])
    head = " ".join(
        f"{x:.1f},{y:.1f}"
        for x, y in ((x1, y1), (neck[0] - 4 * dy, neck[1] + 4 * dx), (neck[0] + 4 * dy, neck[1] - 4 * dx))
    )
    dashes = ' stroke-dasharray="5 3"' if dashed else ""
    return (
        f'<path d="M{path}" fill="none" stroke="var({colour})" stroke-width="{width:g}"{dashes}/>'
        f'<polygon points="{head}" fill="var({colour})"/>'
    )


def wrapped(said: str, columns: int) -> list[str]:
    """A sentence in lines of at most so many characters, as even as they get: SVG does not break lines.

    >>> wrapped("one two three four five", 20)
    ['one two three', 'four five']
    """
    lines = _broken(said, columns)
    while columns > 1 and len(_broken(said, columns - 1)) == len(lines):
        columns -= 1
    return _broken(said, columns)


def _broken(said: str, columns: int) -> list[str]:
    lines = [""]
    for word in said.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > columns:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
