"""The still of the graph figure: all values and all gradients at the end of the walk, leaves above, the output below.

It is drawn 440 wide, so that its text is still readable on a phone, with the geometry of ``js/graph_picture.js``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from .drawing import WIDTH, arrow, document, text, wrapped
from .graph_layout import Layout
from .graph_structure import Node, formula
from .graph_walk import Reading
from .graph_words import conclusion, way_said
from .wording import raised, show

BOX, FORK, GAP, BROADEST = 58, 74, 52, 150
SIGNS = {"add": "+", "sub": "−", "neg": "−", "mul": "·", "div": "/"}
Point = tuple[float, float]


def few(value: float) -> str:
    """A number in the few digits for which a box has room.

    >>> few(-0.13981), few(0.0123), few(1200.0), few(12345.0), few(-0.00012)
    ('−0.14', '0.0123', '1200', '1.2·10⁴', '−1·10⁻⁴')
    """
    size = abs(value)
    if 0 < size < 0.001:
        mantissa, power = f"{value:.0e}".split("e")
        return f"{mantissa.replace('-', '−')}·10⁻{raised(-int(power))}"
    return show(value, 2 if size < 0.01 or size >= 1e4 else 3 if size < 1e3 else 4)


@dataclass(frozen=True)
class Edge:
    """From input to result: the points of the line, and which input it is."""

    start: int
    end: int
    slope: float
    points: tuple[Point, ...]


class Geometry:
    """Pixels for a layout, so wide and from so far down."""

    def __init__(self, r: Reading, place: Layout, width: float, top: float) -> None:
        self.r, self.place, self.unit = r, place, width / place.width
        self.box = min(BROADEST, round(self.unit - 16))
        self.tops, self.heights = [], []
        for row in range(max(place.rows) + 1):
            forks = any(r.uses[k] > 1 for k, at in enumerate(place.rows) if at == row)
            self.tops.append(top)
            self.heights.append(FORK if forks else BOX)
            top += self.heights[-1] + GAP
        self.bottom = top - GAP

    def middle(self, k: int) -> float:
        return self.place.across[k] * self.unit

    def floor(self, row: int) -> float:
        return self.tops[row] + self.heights[row]

    def edges(self) -> Iterator[Edge]:
        """Every use as a line: out below the input, down past the rows between, into the top of the result."""
        rows, r = self.place.rows, self.r
        for v in range(len(r.nodes)):
            came = [(self._before(u, rows[v]), i, u, slope) for i, (u, slope) in enumerate(r.slopes[v])]
            for port, (before, _, u, slope) in enumerate(sorted(came)):
                side = 0.0 if len(came) == 1 else min(22.0, self.box / 5) * (2 * port - 1)
                points = [(self._exit(u, v), self.floor(rows[u]))]
                for row in range(rows[u] + 1, rows[v]):
                    points += [
                        (before if row == rows[v] - 1 else self._line(u, row), y)
                        for y in (self.tops[row], self.floor(row))
                    ]
                yield Edge(u, v, slope, (*points, (self.middle(v) + side, self.tops[rows[v]])))

    def _line(self, u: int, row: int) -> float:
        return self.place.lines[u][row - self.place.rows[u] - 1] * self.unit

    def _before(self, u: int, row: int) -> float:
        return self.middle(u) if self.place.rows[u] == row - 1 else self._line(u, row - 1)

    def _exit(self, u: int, v: int) -> float:
        """Where the line leaves: those to the row below apart from each other and from the one that passes it."""
        rows, below = self.place.rows, self.place.rows[u] + 1
        straight = {
            w: self.middle(w) for w in range(len(rows)) if rows[w] == below and any(k == u for k, _ in self.r.slopes[w])
        }
        if self.place.lines[u]:
            straight[-1] = self._line(u, below)
        ways = sorted(straight, key=lambda w: (straight[w], w))
        return self.middle(u) + min(26.0, self.box / 4) * (ways.index(v if v in straight else -1) - (len(ways) - 1) / 2)


def beside(points: tuple[Point, ...], by: float) -> list[Point]:
    """The same line a little to one side: forward and back run side by side.

    >>> beside(((0.0, 0.0), (0.0, 50.0)), 4.0)
    [(4.0, 0.0), (4.0, 50.0)]
    """
    far = []
    for (x0, y0), (x1, y1) in pairwise(points):
        far.append(by * min(2.2, math.hypot(x1 - x0, y1 - y0) / abs(y1 - y0)))
    return [(x + far[min(k, len(far) - 1)], y) for k, (x, y) in enumerate(points)]


def labels(edges: list[Edge], said: list[str], width: float) -> list[Point]:
    """Where each edge's number stands: beside its last stretch, clear of other numbers and, if that can be, of lines."""
    stretches = [
        line[k : k + 2]
        for edge in edges
        for by in (-4, 4)
        for line in [beside(edge.points, by)]
        for k in range(len(line) - 1)
    ]
    placed: list[tuple[float, float, float]] = []
    for edge, words in zip(edges, said, strict=True):
        (x0, y0), (x1, y1) = edge.points[-2:]
        half, tries = 3.4 * len(words) + 1, []
        for t in (0.5, 0.78, 0.24):
            for side in (1, -1, 0):
                x, y = x0 + (x1 - x0) * t + side * (half + 9), y0 + (y1 - y0) * t
                cost = 10 * sum(abs(x - px) < half + pw and abs(y - py) < 13 for px, py, pw in placed)
                cost += 100 * (x - half < -6 or x + half > width + 6) + sum(_crosses(s, x, y, half) for s in stretches)
                tries.append((cost, len(tries), x, y))
        _, _, x, y = min(tries)
        placed.append((x, y, half))
    return [(x, y) for x, y, _ in placed]


def _crosses(stretch: list[Point], x: float, y: float, half: float) -> bool:
    """Whether a stretch of a line runs through a number."""
    (x0, y0), (x1, y1) = stretch
    if not y0 <= y <= y1:
        return False
    at = [x0 + (x1 - x0) * (min(max(v, y0), y1) - y0) / (y1 - y0) for v in (y - 6, y + 6)]
    return max(at) > x - half and min(at) < x + half


def still(r: Reading, place: Layout) -> str:
    """The picture as one SVG document, with nothing in it that differs between two runs."""
    y, title, said = 28.0, "", []
    for line in wrapped(f"Back {way_said(r.way)}", 50):
        title += text(16, y, line, "strong")
        y += 18
    geometry = Geometry(r, place, WIDTH - 24, y)
    edges = list(geometry.edges())
    for edge in edges:
        said.append(arrow(beside(edge.points, -4), "--forward"))
        said.append(arrow(beside(edge.points, 4)[::-1], "--backward", dashed=True))
    numbers = [f"· {few(edge.slope)}" for edge in edges]
    for (x, at), number in zip(labels(edges, numbers, WIDTH - 24), numbers, strict=True):
        said.append(text(x, at + 4, number, "backward small", "middle"))
    said += [_node(geometry, k) for k in range(len(r.nodes))]
    y, foot = geometry.bottom + 14, ""
    notes = [
        conclusion(r),
        "Solid, blue: numbers forward. Dashed, red: shares back, each multiplied by the local derivative on its line.",
    ]
    for note, kind in zip(notes, ("strong small", "soft small"), strict=True):
        for line in wrapped(note, 58):
            y += 18
            foot += text(16, y, line, kind)
    return document(
        y + 16, f'{title}<g transform="translate(12 0)">{"".join(said)}</g>{foot}', style=".in text { stroke:none }"
    )


def _node(geometry: Geometry, k: int) -> str:
    """A node: its symbol and formula, its number, its gradient with the verdict, and at a fork what came together."""
    r, row = geometry.r, geometry.place.rows[k]
    x, y, wide, high = geometry.middle(k) - geometry.box / 2, geometry.tops[row], geometry.box, geometry.heights[row]
    leaf, wrong = r.nodes[k].operation == "leaf", k in r.wrong
    said = [
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{wide:g}" height="{high}" rx="{16 if leaf else 4}" fill="var(--forward-fill)" '
        f'stroke="var({"--backward" if wrong else "--forward"})" stroke-width="{2.5 if wrong else 1.5}"/>',
        text(x + 8, y + 17, r.nodes[k].symbol, "symbol strong"),
        text(x + wide - 8, y + 17, _made(r.nodes, k, wide), "soft small", "end"),
    ]
    # A number with its word; in a narrow box a sign stands for the word.
    for down, word, sign, number, tone in (
        (34, "value", "=", few(r.values[k]), "forward"),
        (51, "grad", "∂", f"{'✗' if wrong else '✓'} {few(r.grads[k])}", "backward strong"),
    ):
        long = 6.6 * len(word) + 7.7 * len(number) > wide - 20
        said.append(text(x + 8, y + down, sign if long else word, "soft small"))
        small = " small" if 7.9 * len(number) + 26 > wide else ""
        said.append(text(x + wide - 8, y + down, number, tone + small, "end"))
    if r.uses[k] > 1:
        shares = [s for step in r.steps if step.call == r.way.calls for s in step.shares if s.to == k]
        came = " + ".join(few(s.amount) for s in shares) if r.way.fork == "+=" else f"{few(shares[0].amount)} lost"
        said.append(
            text(
                x + wide - 8,
                y + 67,
                came if len(came) * 6.6 < wide - 12 else f"{len(shares)} shares",
                "backward small",
                "end",
            )
        )
    return f'<g class="in">{"".join(said)}</g>'


def _made(nodes: list[Node], k: int, wide: float) -> str:
    """The formula of a node, or its operation alone where there is no room."""
    node = nodes[k]
    said = "leaf" if node.operation == "leaf" else formula(nodes, k)
    if 8 * len(node.symbol) + 6.4 * len(said) < wide - 20:
        return said
    if node.operation == "pow":
        return f"^{show(node.number)}"
    return SIGNS.get(node.operation, node.operation) + (f" {few(node.number)}" if None in node.inputs else "")
