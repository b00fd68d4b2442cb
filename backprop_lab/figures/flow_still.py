"""The still of the flow figure: all values and gradients at once, from x down to L and back up.

It is drawn 440 wide, so that its text is still readable on a phone, and in the upright layout of ``js/flow.js``.
"""

import numpy as np

from ..layers import Parameters
from .drawing import arrow, document, text, wrapped
from .flow_steps import FlowStep, Letters, heading, steps
from .wording import raised, show

AXIS, BLOCK, RADIUS = 40, 84, 20
CELL, LINE, GAP = 46, 17, 46


def few(value: float) -> str:
    """A number in the few digits for which a diagram has room.

    >>> few(-0.13981), few(0.0123), few(12345.0), few(-0.00012)
    ('−0.14', '0.012', '10⁴', '−1·10⁻⁴')
    """
    size = abs(value)
    if 0 < size < 0.001:
        mantissa, power = f"{value:.0e}".split("e")
        return f"{mantissa.replace('-', '−')}·10⁻{raised(-int(power))}"
    return show(value, 1 if size < 0.01 or size >= 1000 else 2 if size < 0.1 else 3)


def still(params: Parameters, X: np.ndarray, Y: np.ndarray, title: str) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    made = {step.name: step for step in steps(params, X, Y)}
    letters, m, last = Letters(np.shape(X)[1]), np.shape(X)[1], params.depth
    lines = wrapped(title, 52)
    said = [text(16, 26 + 18 * k, line, "strong") for k, line in enumerate(lines)]
    y = 26 + 18 * len(lines)
    order = [("a", 0), *((kind, l) for l in range(1, last + 1) for kind in "za"), ("L", 0)]
    before = None
    for kind, l in order:
        if before is not None:
            said += _edge(params, letters, before, y, kind, l)
            y += GAP
        centre, symbol = y + RADIUS, "L" if kind == "L" else letters.of(kind, l)
        said.append(_node(centre, symbol, diamond=kind == "L"))
        if kind == "z":
            box, height = _parameters(params, made, letters, l, y)
            said.append(box)
            y += height + 8
        value = X if symbol == letters.table["x"] else made["L" if kind == "L" else f"{kind}[{l}]"].value
        back = {"z": f"delta[{l}]", "a": f"dL_da[{l}]"}.get(kind) if symbol != letters.table["x"] else None
        block, height = _values(
            y, value, kind in "za", made.get(back or ""), (letters.table["y"], Y) if kind == "L" else None, m
        )
        said.append(block)
        y += max(height, 2 * RADIUS + (4 if kind != "z" else -2 * RADIUS))
        before = centre
    y += 14
    for line in wrapped(
        "Solid, blue: forward. Dashed, red: back. What is kept on the way forward is reused on the way back.", 62
    ):
        y += 18
        said.append(text(16, y, line, "soft small"))
    height = y + 16
    return document(height, "".join(said))


def _edge(params: Parameters, letters: Letters, before: float, y: float, kind: str, l: int) -> list[str]:
    """The two arrows into a node: forward with its operation, back with its factor."""
    last = params.depth
    if kind == "L":
        forward, back = f"Loss({letters.of('a', last)}, {letters.table['y']})", letters.of("dL_da", last)
    elif kind == "a":
        name = params.activations[l]
        forward, back = f"{name}(·)", "Jᵀ" if name == "softmax" else f"⊙ σ'({letters.of('z', l)})"
    else:
        forward = f"{letters.of('W', l)} {letters.of('a', l - 1)} + {letters.of('b', l)}"
        back = f"{letters.of('W', l)}ᵀ" if l > 1 else ""
    top, bottom = before + RADIUS, y + GAP - (4 if kind == "L" else 0)
    said = [arrow([(AXIS - 4, top), (AXIS - 4, bottom)], "--forward")]
    said.append(text(AXIS + 16, y + (18 if back else 28), forward, "symbol forward"))
    if back:
        said.append(arrow([(AXIS + 5, bottom + 1), (AXIS + 5, top)], "--backward", dashed=True))
        said.append(text(AXIS + 16, y + 37, back, "symbol backward"))
    return said


def _node(y: float, symbol: str, *, diamond: bool) -> str:
    skin = 'fill="var(--forward-fill)" stroke="var(--forward)" stroke-width="2"'
    shape = (
        f'<path d="M{AXIS} {y - 24} l24 24 -24 24 -24 -24 z" {skin}/>'
        if diamond
        else f'<circle cx="{AXIS}" cy="{y}" r="{RADIUS}" {skin}/>'
    )
    return shape + text(AXIS, y + 5, symbol, "symbol", "middle")


def _parameters(params: Parameters, made: dict[str, FlowStep], letters: Letters, l: int, y: float) -> tuple[str, float]:
    """The box of a layer's parameters, with their gradients below them."""
    rows, inputs = params.W[l].shape
    width, part = max(150, (inputs + 1) * CELL + 34), 20 + rows * LINE
    height = 2 * part + 10
    right = BLOCK + width - 8 - CELL - 6
    said = [
        arrow([(BLOCK, y + 16), (AXIS + RADIUS, y + 16)], "--forward"),
        arrow([(AXIS + RADIUS, y + 26), (BLOCK, y + 26)], "--backward", dashed=True),
        f'<rect x="{BLOCK}" y="{y}" width="{width}" height="{height}" rx="3" fill="var(--ground)" '
        'stroke="var(--line)" stroke-width="1.5"/>',
    ]
    for top, tone, table in (
        (y, "", (("W", params.W[l]), ("b", params.b[l]))),
        (y + part + 2, "backward ", (("dW", made[f"dW[{l}]"].value), ("db", made[f"db[{l}]"].value))),
    ):
        (first, W), (second, b) = table
        said.append(text(BLOCK + 8, top + 15, letters.of(first, l), f"{tone}symbol small"))
        said.append(text(BLOCK + width - 8, top + 15, letters.of(second, l), f"{tone}symbol small", "end"))
        said += [_matrix(BLOCK + 8, top + 20, W, tone), _matrix(right, top + 20, b, tone)]
    return "".join(said) + "".join(
        text(BLOCK + width + 8, y + part + 17 + k * LINE, f"= {made[f'{name}[{l}]'].rule}", "backward symbol small")
        for k, name in enumerate(("dW", "db"))
    ), height


def _values(
    y: float, value: np.ndarray, kept: bool, back: FlowStep | None, target: tuple[str, np.ndarray] | None, m: int
) -> tuple[str, float]:
    """A node's value and shape, and beside it what came back to it."""
    rows, columns = np.shape(value)
    said = [text(BLOCK, y + 12, f"({rows}, {columns}){' · kept' if kept else ''}", "soft small")]
    said.append(_matrix(BLOCK, y + 17, value, "forward "))
    beside = BLOCK + max(m * CELL + 6, 96) + 14
    if back is not None:
        said.append(text(beside, y + 12, back.symbol, "backward symbol small"))
        said.append(_matrix(beside, y + 17, back.value, "backward "))
    height = 17 + rows * LINE
    if target is not None:
        said.append(text(beside, y + 12, f"{target[0]}, the target", "soft small"))
        said.append(_matrix(beside, y + 17, target[1], ""))
        height = 17 + max(rows, len(target[1])) * LINE
    return "".join(said), height


def _matrix(x: float, y: float, value: np.ndarray, tone: str) -> str:
    rows, columns = np.shape(value)
    right, low = x + columns * CELL + 6, y + rows * LINE
    said = [
        f'<path d="M{x + 4} {y} H{x} V{low} H{x + 4} M{right - 4} {y} H{right} V{low} H{right - 4}" fill="none" stroke="var(--line)"/>'
    ]
    for i, row in enumerate(np.asarray(value)):
        said += [
            text(x + (j + 1) * CELL, y + 13 + i * LINE, few(float(number)), f"{tone}small", "end")
            for j, number in enumerate(row)
        ]
    return "".join(said)


def alt(params: Parameters, X: np.ndarray, Y: np.ndarray) -> str:
    """What the still shows, for who does not see it: the numbers of the flow and its conclusion."""
    said = [f"{heading(params, np.shape(X)[1])}."]
    for way, back in (("Forward", False), ("Back", True)):
        terms = (f"{step.symbol} = {_inline(step.value)}" for step in steps(params, X, Y) if bool(step.uses) == back)
        said.append(f"{way}: {', '.join(terms)}.")
    return " ".join([*said, "Each z and a is kept on the way forward and reused on the way back."])


def _inline(value: np.ndarray) -> str:
    if value.size == 1:
        return show(float(value.item()))
    return "[" + "; ".join(" ".join(show(float(number), 3) for number in row) for row in value) + "]"
