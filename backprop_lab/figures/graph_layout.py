"""Where the nodes of the graph figure stand: leaves above, the output below, each node above all that it goes into.

Everything here is in units: a node is 1 wide, a line that passes a row 0.3. The still and ``js/graph_picture.js`` turn
units into pixels.
"""

from dataclasses import dataclass
from itertools import pairwise

from .graph_structure import Node

MOST_IN_A_ROW, LINE, NARROWEST, WIDEST = 3, 0.3, 2.5, 4.4
SWEEPS = 12  # more do not change an order


@dataclass(frozen=True)
class Layout:
    """Rows from 0 at the top, and places across.

    Parameters
    ----------
    width : float
        In units.
    rows : tuple of int
        The row of each node.
    across : tuple of float
        The middle of each node.
    lines : tuple of tuple of float
        For each node where its line passes the rows below it, down to the row above the last node that it goes into.
    """

    width: float
    rows: tuple[int, ...]
    across: tuple[float, ...]
    lines: tuple[tuple[float, ...], ...]

    def as_setting(self) -> dict[str, object]:
        return {"width": self.width, "rows": self.rows, "across": self.across, "lines": self.lines}


def layout(nodes: list[Node]) -> Layout:
    """Rows by depth, then an order with few crossings, then places that keep lines straight.

    >>> layout([Node("x", "leaf"), Node("u", "exp", (0,)), Node("L", "mul", (0, 1))]).rows
    (0, 1, 2)
    """
    rows = _rows(nodes)
    goes = [[v for v, node in enumerate(nodes) if k in node.inputs] for k in range(len(nodes))]
    ends = [max((rows[v] for v in goes[k]), default=rows[k]) for k in range(len(nodes))]
    # An item is (node, row): the node itself in its own row, and its line in the rows that it passes.
    table = [
        [(k, r) for k in range(len(nodes)) if rows[k] <= r < max(ends[k], rows[k] + 1)] for r in range(max(rows) + 1)
    ]
    below = {
        (k, r): [(v, rows[v]) for v in goes[k] if rows[v] == r + 1] + [(k, r + 1)] * (r + 1 < ends[k])
        for row in table
        for k, r in row
    }
    above: dict[tuple[int, int], list[tuple[int, int]]] = {item: [] for row in table for item in row}
    for item, targets in below.items():
        for target in targets:
            above[target].append(item)
    table = _ordered(table, above, below)
    size = {item: 1.0 if rows[item[0]] == item[1] else LINE for row in table for item in row}
    width = max(NARROWEST, *(sum(size[item] for item in row) for row in table))
    if width > WIDEST:
        raise ValueError(
            "graph: too many of its lines run side by side for a drawing; draw a part of it, or print(output) for a table"
        )
    at = _placed(table, above, below, size, width)
    return Layout(
        round(width, 3),
        tuple(rows),
        tuple(round(at[k, rows[k]], 3) for k in range(len(nodes))),
        tuple(tuple(round(at[k, r], 3) for r in range(rows[k] + 1, ends[k])) for k in range(len(nodes))),
    )


def _rows(nodes: list[Node]) -> list[int]:
    """As far down as it can stand, with so many in a row at the most; the output alone in the last one."""
    up, taken = [0] * len(nodes), {0: MOST_IN_A_ROW}
    for k in range(len(nodes) - 2, -1, -1):
        row = 1 + max(up[v] for v, node in enumerate(nodes) if k in node.inputs)
        while taken.get(row, 0) == MOST_IN_A_ROW:
            row += 1
        up[k], taken[row] = row, taken.get(row, 0) + 1
    return [max(up) - row for row in up]


def _ordered(table: list, above: dict, below: dict) -> list:
    """Rows sorted again and again by the mean place of their neighbours; the arrangement with the fewest crossings."""
    best, fewest = table, _crossings(table, below)
    for sweep in range(SWEEPS):
        way = range(1, len(table)) if sweep % 2 == 0 else range(len(table) - 2, -1, -1)
        table = list(table)
        for r in way:
            beside = table[r - 1] if sweep % 2 == 0 else table[r + 1]
            place = {item: k for k, item in enumerate(beside)}
            near = above if sweep % 2 == 0 else below
            means = {
                item: sum(place[n] for n in near[item]) / len(near[item]) if near[item] else k
                for k, item in enumerate(table[r])
            }
            table[r] = sorted(table[r], key=means.__getitem__)
        if (crossings := _crossings(table, below)) < fewest:
            best, fewest = table, crossings
    return best


def _crossings(table: list, below: dict) -> int:
    found = 0
    for row, under in pairwise(table):
        place = {item: k for k, item in enumerate(under)}
        links = [(k, place[target]) for k, item in enumerate(row) for target in below[item]]
        found += sum((a - c) * (b - d) < 0 for i, (a, b) in enumerate(links) for c, d in links[i + 1 :])
    return found


def _placed(table: list, above: dict, below: dict, size: dict, width: float) -> dict[tuple[int, int], float]:
    """Each item as near to the mean of its neighbours as the order and the room allow."""
    at = {}
    for row in table:
        left = (width - sum(size[item] for item in row)) / 2
        for item in row:
            at[item] = left + size[item] / 2
            left += size[item]
    for sweep in range(8 * SWEEPS):
        for row in table if sweep % 2 == 0 else reversed(table):
            starts, left = [], 0.0
            for item in row:
                starts.append(left + size[item] / 2)
                left += size[item]
            wanted = []
            for item, start in zip(row, starts, strict=True):
                near = {n: 1 + 3 * (n[0] == item[0]) for n in above[item] + below[item]}  # a line bends least
                mean = sum(at[n] * weight for n, weight in near.items()) / sum(near.values())
                wanted.append(mean - start)
            for item, start, free in zip(row, starts, _rising(wanted), strict=True):
                at[item] = start + min(max(free, 0.0), width - left)
    aside = (width - max(at[item] + size[item] / 2 for item in at) - min(at[item] - size[item] / 2 for item in at)) / 2
    return {item: x + aside for item, x in at.items()}


def _rising(wanted: list[float]) -> list[float]:
    """The nearest numbers that never fall: neighbours that are out of order share their mean.

    >>> _rising([1.0, 3.0, 2.0])
    [1.0, 2.5, 2.5]
    """
    blocks: list[list[float]] = []
    for number in wanted:
        blocks.append([number, 1])
        while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
            (a, n), (b, m) = blocks[-2:]
            blocks[-2:] = [[(a * n + b * m) / (n + m), n + m]]
    return [mean for mean, many in blocks for _ in range(int(many))]
