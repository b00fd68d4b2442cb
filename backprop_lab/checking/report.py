"""What a report holds, and how it looks: as plain text, and as HTML for a notebook or a page.

Both are made from the same sentences. No mark stands by its colour or its shape alone: a tick is followed by
"right", a cross by "wrong".
"""

import textwrap
from dataclasses import dataclass
from functools import cache

WIDTH = 96


@dataclass(frozen=True)
class Finding:
    """One thing to tell of a term: a sentence, rows of a label with a text, and the address of the book's row.

    ``sizes`` are arrays to draw: what each is, its rows and columns.
    """

    headline: str
    rows: tuple[tuple[str, str], ...] = ()
    link: str = ""
    sizes: tuple[tuple[str, int, int], ...] = ()


@dataclass(frozen=True)
class Line:
    """What is told of one term."""

    mark: str
    symbol: str
    verdict: str
    points: int
    out_of: int
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Report:
    """The results of a check, as an object that a notebook shows as HTML and a terminal as text."""

    title: str
    lines: tuple[Line, ...] = ()
    closing: tuple[str, ...] = ()

    def __repr__(self) -> str:
        out = [self.title]
        for line in self.lines:
            out.append(f"  {line.mark} {line.symbol}  {line.verdict}")
            for finding in line.findings:
                out += _wrapped(finding.headline, "      ")
                out += [f"        {name}: {rows} × {columns}" for name, rows, columns in finding.sizes]
                for label, text in finding.rows:
                    out += _wrapped(text, "        " + f"{label}: ".ljust(10), 18)
        for text in self.closing:
            out += _wrapped(text, "")
        return "\n".join(out)

    def _repr_html_(self) -> str:
        return template("report.html").render(report=self)


def of_points(points: int | str, out_of: int) -> str:
    """Points in words; text is points as they are to be written.

    >>> of_points(0, 1), of_points(2, 3)
    ('0 of 1 point', '2 of 3 points')
    """
    return f"{points} of {out_of} point{'' if out_of == 1 else 's'}"


def _wrapped(text: str, first: str, indent: int | None = None) -> list[str]:
    later = " " * (len(first) if indent is None else indent)
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=later, break_long_words=False, break_on_hyphens=False
    )


def side(units: int) -> int:
    """Length in pixels of the side of a drawn array: 14 for each unit, and a long one cut short."""
    return 14 * min(max(units, 1), 12)


@cache
def template(name: str):
    """A template of this folder, with everything that is put into it escaped."""
    # Imported here: a check cell that is all text never needs it, and importing the package stays quick.
    import jinja2

    loader = jinja2.PackageLoader("backprop_lab.checking", "templates")
    environment = jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals |= {"of_points": of_points, "side": side}
    return environment.get_template(name)
