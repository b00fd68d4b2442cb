"""The still of the nudge figure: the chain with its values, the three factors as bars, the product and the nudge.

It is drawn 440 wide, so that its text is still readable on a phone, and in the layout of ``js/nudge.js``.
"""

import math

from .drawing import FAR, HATCH, TICKS, arrow, document, signed_log, text, wrapped
from .nudge_words import LOSS_RULE, THIRD, agreement, conclusion, measured
from .reading import Reading
from .wording import show

MIDDLE = 222
HALF = 204
RULES = {
    "identity": "1", "sigmoid": "a (1 − a)", "tanh": "1 − a²", "relu": "1 if z > 0, else 0",
    "leaky_relu": "1 if z > 0, else 0.01", "softplus": "1 / (1 + e⁻ᶻ)",
}  # fmt: skip


def still(reading: Reading, epsilon: float) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    bars, bottom = _bars(reading, epsilon, 254)
    for line in wrapped(conclusion(reading), 58):
        bottom += 20
        bars += text(16, bottom, line, "strong")
    height = bottom + 18
    return document(height, _chain(reading) + bars, before=HATCH)


def _chain(reading: Reading) -> str:
    """x, w, b → z → a → L forward, solid; and dashed back along the path of the three factors."""
    p, c, g = reading.params, reading.cache, reading.gradients
    top, mid, low = 62, 122, 182
    z, a, loss = 190, 290, 394
    rows = {"x": (top, reading.x), "w": (mid, p.w), "b": (low, p.b)}
    said = [
        text(16, 26, f"One neuron: {p.activation}, {p.loss}".replace("_entropy", "-entropy").replace("_", " "), "soft")
    ]
    for name, (y, value) in rows.items():
        route = [(100, y), (z, y), (z, mid - 20 if y < mid else mid + 20)] if y != mid else [(100, y), (z - 20, y)]
        said.append(arrow(route, "--forward"))
        if name == reading.wrt:
            back = [(px + 7 * (y != mid and px == z), py + 7 * (py == y)) for px, py in reversed(route)]
            said.append(arrow(back, "--backward", dashed=True))
            said.append(text(140, y + 27, f"∂z/∂{name}", "symbol backward small", "middle"))
            said.append(text(140, y + 42, show(reading.third, 3), "backward small", "middle"))
        round_or_square = 15 if name == "x" else 3
        said.append(_box(16, y - 15, 84, 30, round_or_square, name == reading.wrt))
        said.append(text(26, y + 5, name, "symbol") + text(92, y + 5, show(value), "", "end"))
    for left, right, label, value in ((z, a, "∂a/∂z", g.da_dz), (a, loss, "∂L/∂a", g.dL_da)):
        said.append(arrow([(left + 20, mid), (right - 21, mid)], "--forward"))
        said.append(arrow([(right - 20, mid + 7), (left + 19, mid + 7)], "--backward", dashed=True))
        said.append(text((left + right) / 2, mid + 27, label, "symbol backward small", "middle"))
        said.append(text((left + right) / 2, mid + 42, show(value, 3), "backward small", "middle"))
    said.append(arrow([(loss, low - 15), (loss, mid + 23)], "--forward"))
    said.append(_box(loss - 36, low - 15, 72, 30, 15, False))
    said.append(text(loss - 27, low + 5, "y", "symbol") + text(loss + 28, low + 5, show(reading.y), "", "end"))
    node = 'fill="var(--forward-fill)" stroke="var(--forward)" stroke-width="2"'
    said += [f'<circle cx="{x}" cy="{mid}" r="20" {node}/>' for x in (z, a)]
    said.append(f'<path d="M{loss} {mid - 24} l24 24 -24 24 -24 -24 z" {node}/>')
    for x, name, value in ((z, "z", c.z), (a, "a", c.a), (loss, "L", reading.L)):
        anchor = "start" if name == "z" else "middle"
        said.append(f'<g style="font-size:17px">{text(x, mid + 5, name, "symbol", "middle")}</g>')
        said.append(text(x + 9 * (name == "z"), mid - 30, show(value), "forward strong", anchor))
    return "".join(said)


def _box(x: float, y: float, width: float, height: float, radius: float, chosen: bool) -> str:
    stroke = 'stroke="var(--backward)" stroke-width="2.5"' if chosen else 'stroke="var(--line)" stroke-width="1.5"'
    return f'<rect x="{x}" y="{y}" width="{width}" height="{height}" rx="{radius}" fill="var(--ground)" {stroke}/>'


def _bars(reading: Reading, epsilon: float, top: float) -> tuple[str, float]:
    """Factor by factor on one scale, with the product so far as a dashed line that ends in the product's bar."""
    g, name, difference = reading.gradients, reading.wrt, reading.difference(epsilon)
    factors = (
        ("∂L/∂a", LOSS_RULE[reading.params.loss], g.dL_da, g.dL_da),
        ("∂a/∂z", RULES[reading.params.activation], g.da_dz, g.dL_dz),
        (f"∂z/∂{name}", THIRD[name], reading.third, reading.product),
    )
    bottom = top + 3 * 52 + 2 * 44 + 12
    parts = [_axis(top, bottom)]
    labels = []
    path, y = f"M{_at(1.0):.1f} {top}", top
    for symbol, rule, value, so_far in factors:
        labels.append(text(16, y + 20, symbol, "symbol") + text(66, y + 20, f"= {rule}", "soft small"))
        labels.append(text(424, y + 20, show(value), "strong", "end"))
        parts.append(_bar(y + 27, value, "--backward-fill", "--backward"))
        path += f" V{y + 49:.1f} H{_at(so_far):.1f}"
        parts.append(_diamond(_at(so_far), y + 49))
        y += 52
    path += f" V{y + 32:.1f}"
    told, agrees = measured(difference, show, 4), agreement(reading.product, difference)
    for symbol, rule, value, said, fill, stroke in (
        (f"∂L/∂{name}", "the product of the three", reading.product, show(reading.product), "--backward", "--backward"),
        (f"ΔL/Δ{name}", f"nudge {name} by ±{show(epsilon)}: {agrees}", difference.value, told, "hatch", "--forward"),
    ):
        y += 6 if fill == "--backward" else 0
        labels.append(text(16, y + 20, symbol, "symbol strong") + text(66, y + 20, rule, "soft small"))
        labels.append(text(424, y + 20, said, "strong", "end"))
        parts.append(_bar(y + 27, value, fill, stroke))
        y += 44
    line = f'<path d="{path}" fill="none" stroke="var(--backward-ink)" stroke-width="1.5" stroke-dasharray="4 3"/>'
    key = f'<path d="M16 {y + 22} H37" stroke="var(--backward-ink)" stroke-width="1.5" stroke-dasharray="4 3"/>'
    labels += [key, _diamond(37, y + 22), text(48, y + 26, "the product so far, from 1 on", "soft small")]
    return "".join([parts[0], line, *parts[1:], *labels]), y + 38


def _axis(top: float, bottom: float) -> str:
    lines = []
    for tick in TICKS:
        dashes = ' stroke-dasharray="2 3"' if abs(tick) == 1 else ""
        colour = "--line" if abs(tick) in (0, 1) else "--faint"
        lines.append(f'<path d="M{_at(tick):.1f} {top} V{bottom}" stroke="var({colour})"{dashes}/>')
        anchor = {-100.0: "start", 100.0: "end"}.get(tick, "middle")
        lines.append(text(_at(tick), top - 6, show(tick), "soft small", anchor))
    return "".join(lines)


def _bar(y: float, value: float, fill: str, stroke: str) -> str:
    left, right = sorted((_at(0.0), _at(value)))
    paint = "url(#hatch)" if fill == "hatch" else f"var({fill})"
    bar = (
        f'<rect x="{left:.1f}" y="{y:.1f}" width="{max(right - left, 1.5):.1f}" height="14" fill="{paint}" '
        f'stroke="var({stroke})" stroke-width="1.5"/>'
    )
    if abs(value) <= FAR:
        return bar
    end = _at(value) - math.copysign(6, value)  # torn, where the scale ends and the number does not
    cuts = f"M{end - 3:.1f} {y + 16:.1f} l5 -18 M{end + 3:.1f} {y + 16:.1f} l5 -18"
    return f'{bar}<path d="{cuts}" stroke="var(--ground)" stroke-width="2.5"/>'


def _diamond(x: float, y: float) -> str:
    return f'<path d="M{x:.1f} {y - 4.5:.1f} l4.5 4.5 -4.5 4.5 -4.5 -4.5 z" fill="var(--backward-ink)"/>'


def _at(value: float) -> float:
    return MIDDLE + HALF * signed_log(value)
