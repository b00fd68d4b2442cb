"""A histogram as a picture that lies in the page itself: one bar a row, with its label and its number in words.

The rows lie down, so that labels and numbers of any length fit on a phone, and the picture is drawn in the text's
own size. Colours come from the page (``--bar``, ``currentColor``); none of them carries a number.
"""

from collections.abc import Iterable, Sequence

import markupsafe

ROW, LABEL, LONGEST, NUMBER = 22, 74, 200, 46
# More rows than this are no longer seen at a glance: then the points are counted by tenths.
ROWS = 25
TENTHS = (*(f"{10 * n}–{10 * n + 9} %" for n in range(10)), "100 %")


def by_points(points: Iterable[int], out_of: int) -> list[tuple[str, int]]:
    """How many have 0, 1, … points; by tenths where there are too many different ones.

    >>> by_points([0, 2, 2], 3)
    [('0', 1), ('1', 0), ('2', 2), ('3', 0)]
    """
    if out_of >= ROWS:
        return by_tenths((p, out_of) for p in points)
    # A correction by hand may have given half a point, or more than there are.
    counted = [min(max(int(p), 0), out_of) for p in points]
    return [(str(n), counted.count(n)) for n in range(out_of + 1)]


def by_tenths(shares: Iterable[tuple[int, int]]) -> list[tuple[str, int]]:
    """How many have each tenth of their points; all of them is a row of its own.

    >>> [(label, n) for label, n in by_tenths([(0, 15), (14, 15), (15, 15)]) if n]
    [('0–9 %', 1), ('90–99 %', 1), ('100 %', 1)]
    """
    counted = [min(max(int(10 * points // out_of), 0), 10) for points, out_of in shares]
    return [(label, counted.count(n)) for n, label in enumerate(TENTHS)]


def drawn(rows: Sequence[tuple[str, int]], said: str) -> markupsafe.Markup:
    """The bars of some labelled numbers as inline SVG.

    Parameters
    ----------
    rows : list of (label, number)
        From top to bottom.
    said : str
        What the picture shows, in one sentence, for who does not see it.
    """
    most = max((number for _, number in rows), default=0) or 1
    width, height = LABEL + LONGEST + NUMBER, ROW * len(rows)
    parts = [
        markupsafe.Markup(
            '<svg role="img" aria-label="{}" width="{}" height="{}" viewBox="0 0 {} {}" font-size="14">'
        ).format(said, width, height, width, height),
        markupsafe.Markup('<path d="M{} 0V{}" stroke="currentColor"/>').format(LABEL, height),
    ]
    for place, (label, number) in enumerate(rows):
        top, length = ROW * place, round(LONGEST * number / most)
        parts.append(
            markupsafe.Markup(
                '<text x="{}" y="{}" text-anchor="end" fill="currentColor">{}</text>'
                '<rect x="{}" y="{}" width="{}" height="{}" fill="var(--bar)"/>'
                '<text x="{}" y="{}" fill="currentColor">{}</text>'
            ).format(LABEL - 8, top + 16, label, LABEL, top + 3, length, ROW - 6, LABEL + length + 6, top + 16, number)
        )
    return markupsafe.Markup("").join([*parts, markupsafe.Markup("</svg>")])
