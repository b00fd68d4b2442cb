"""The still of the chain figure: the chain from x down to L, the chosen path back up, its product and the counts.

It is drawn 440 wide, so that its text is still readable on a phone, and in the layout of ``js/chain.js``.
"""

from .chain_reading import Reading, growth, sup, told
from .drawing import WIDTH, arrow, document, text, wrapped
from .wording import show

EDGE = 16
STEP, RADIUS = 56, 18
BOX, MIDDLE = 100, 176


def still(reading: Reading) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    top = 80
    said = [
        text(EDGE, 26, f"{reading.n} neurons in a row, and the path of {reading.chosen.symbol}", "strong"),
        _chain(reading, top),
    ]
    bottom = top + STEP * (2 * reading.n + 1) + 30
    for line in (*wrapped(told(reading), 60), "", *wrapped(growth(reading.n), 60)):
        bottom += 20 if line else 8
        said.append(text(EDGE, bottom, line) if line else "")
    height = bottom + 18
    return document(height, "".join(said))


def _chain(reading: Reading, top: float) -> str:
    n, chosen, right = reading.n, reading.chosen, WIDTH - EDGE
    kind, layer = chosen.name[0], chosen.layer
    at = {
        "x": top - 18,  # room for a last factor below it
        "L": top + STEP * (2 * n + 1),
    }
    for l in range(1, n + 1):
        at[f"z{l}"], at[f"a{l}"] = top + STEP * (2 * l - 1), top + STEP * 2 * l
    said = []
    if chosen.reused:
        roof = at[f"z{chosen.source}"] - 20
        said.append(
            f'<rect x="{MIDDLE - 26}" y="{roof}" width="{right - MIDDLE + 30}" height="{at["L"] + 26 - roof}" rx="8" '
            'fill="var(--panel)" stroke="var(--line)" stroke-dasharray="2 3"/>'
        )
        said.append(text(right, at["L"] + 5, f"reused: {sup('δ', chosen.source)}", "soft small", "end"))
    order = ["x", *(f"{s}{l}" for l in range(1, n + 1) for s in "za"), "L"]
    lit = 2 * (n - layer) + 2
    for k in range(len(order) - 1):
        high, low = at[order[k]], at[order[k + 1]]
        above, below = 15 if k == 0 else RADIUS, 22 if order[k + 1] == "L" else RADIUS
        said.append(arrow([(MIDDLE - 4, high + above), (MIDDLE - 4, low - below)], "--forward"))
        back = len(order) - 2 - k  # 0 is the factor next to L
        if back < lit:
            factor = chosen.factors[back]
            said.append(arrow([(MIDDLE + 5, low - below + 1), (MIDDLE + 5, high + above)], "--backward", dashed=True))
            said.append(_labelled(MIDDLE + 26, (high + low) / 2 + 3, factor.symbol, show(factor.value)))
    for l in range(1, n + 1):
        z = at[f"z{l}"]
        for name, value, side in (("w", reading.params.W[l], -1), ("b", reading.params.b[l], 1)):
            here = name == kind and l == layer
            y = z + 17 * side
            said.append(arrow([(EDGE + BOX, y), (MIDDLE - RADIUS + 2, z + 8 * side)], "--forward"))
            if here:
                start, end = (MIDDLE - RADIUS - 1, z + 1 * side), (EDGE + BOX + 1, y - 8 * side)
                said.append(arrow([start, end], "--backward", dashed=True))
                last = chosen.factors[-1]
                said.append(_labelled(EDGE, y + (32 if side > 0 else -23), last.symbol, show(last.value)))
            said.append(_box(EDGE, y, BOX, sup(name, l), show(value.item()), chosen=here))
        if l >= layer:
            delta = f"{sup('δ', l)} = {show(reading.delta[l])}"
            said.append(text(right, z + 5, delta, "symbol backward", "end"))
    said.append(arrow([(EDGE + BOX, at["L"]), (MIDDLE - 23, at["L"])], "--forward"))
    said.append(_box(EDGE, at["L"], BOX, "y", show(reading.y), given=True))
    said.append(_box(MIDDLE - 45, at["x"], 90, "x", show(reading.x), given=True))
    skin = 'fill="var(--forward-fill)" stroke="var(--forward)" stroke-width="2"'
    for name in order[1:]:
        y = at[name]
        shape = (
            f'<path d="M{MIDDLE} {y - 22} l22 22 -22 22 -22 -22 z" {skin}/>'
            if name == "L"
            else f'<circle cx="{MIDDLE}" cy="{y}" r="{RADIUS}" {skin}/>'
        )
        value = reading.L if name == "L" else getattr(reading, name[0])[int(name[1])]
        label = "L" if name == "L" else sup(name[0], int(name[1]))
        said.append(shape + text(MIDDLE, y + 5, label, "symbol", "middle"))
        said.append(text(MIDDLE + 28, y + 5, show(value), "forward strong"))
    return "".join(said)


def _labelled(x: float, y: float, symbol: str, value: str) -> str:
    return f'<text x="{x}" y="{y}" class="backward"><tspan class="symbol">{symbol}</tspan> = {value}</text>'


def _box(x: float, y: float, width: float, name: str, value: str, *, chosen: bool = False, given: bool = False) -> str:
    stroke = 'stroke="var(--backward)" stroke-width="2.5"' if chosen else 'stroke="var(--line)" stroke-width="1.5"'
    return (
        f'<rect x="{x}" y="{y - 15}" width="{width}" height="30" rx="{15 if given else 3}" fill="var(--ground)" {stroke}/>'
        + text(x + 10, y + 5, name, "symbol")
        + text(x + width - 9, y + 5, value, "", "end")
    )
