"""The page of answers that look alike: the nearest ones side by side, with what they have in common marked.

It names students and shows their code, so it is for the instructor alone. All of both is escaped.
"""

import html
from collections.abc import Sequence
from typing import Any

import markupsafe

from ..checking.report import template
from .alike import LEAST_TOKENS, RUN, Match, marked
from .similar import Compared, percent

# The others are in similar.csv.
SIDE_BY_SIDE = 200
NAMES = 50
# Of one answer: the longest right one that we know has half as many characters.
CHARACTERS = 20_000


def page(found: Sequence[Compared], least: float) -> str:
    """The page as HTML that needs no other file."""
    ranked = sorted(
        ((one, match) for one in found for match in one.matches),
        key=lambda pair: (not pair[1].identical, -max(pair[1].shares), pair[0].exercise),
    )
    kept = {id(match) for _, match in ranked[:SIDE_BY_SIDE]}
    exercises, number = [], 0
    for one in found:
        told = []
        for match in one.matches:
            if id(match) in kept:
                number += 1
                told.append(_told(number, match))
        exercises.append({
            "exercise": one, "told": told, "more": len(one.matches) - len(told),
            "left_out": one.left_out[:NAMES], "left_out_more": len(one.left_out[NAMES:]),
        })  # fmt: skip
    return template("similar.html").render(
        exercises=exercises, total=len(ranked), least=f"{least:g}", least_tokens=LEAST_TOKENS, run=RUN
    )


def _told(number: int, match: Match) -> dict[str, Any]:
    """What the page says of one match. Of students with the same answer the first two's are shown."""
    sides = match.students[:2] if match.identical else (match.students[0], match.others[0])
    return {
        "number": number,
        "identical": match.identical,
        "names": [match.students[:NAMES], match.others[:NAMES]],
        "more": [len(match.students[NAMES:]), len(match.others[NAMES:])],
        "students": len(match.students),
        "common": match.common,
        "sides": [
            {"student": student, "percent": percent(share), "own": answer.own, "code": shown(answer.code, places)}
            for student, share, answer, places in zip(sides, match.shares, match.answers, marked(match), strict=True)
        ],
    }


def shown(code: str, marked: Sequence[tuple[int, int]], most: int = CHARACTERS) -> markupsafe.Markup:
    """Code for a page, with the passages marked: everything is escaped, and what steers a page is a �.

    >>> shown("a < b", [(2, 3)])
    Markup('a <mark>&lt;</mark> b')
    """
    parts, end = [], 0
    for first, last in marked:
        parts += [_text(code[end:first]), f"<mark>{_text(code[first:last])}</mark>"]
        end = last
        if end > most:
            break
    rest = code[end : max(end, most)]
    parts += [_text(rest), "\n…" if end + len(rest) < len(code) else ""]
    return markupsafe.Markup("".join(parts))


def _text(code: str) -> str:
    """Escaped, with one character for one: what is no character on paper could turn the page's text around."""
    return html.escape("".join(c if c.isprintable() or c in "\n\t" else "\N{REPLACEMENT CHARACTER}" for c in code))
