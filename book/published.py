"""Sphinx extension: what the site needs to be published.

While pages are written they get their description and the tags of a social card. When all are written, the card itself,
``sitemap.xml``, ``robots.txt`` and ``404.html`` are. The site's address is ``ADDRESS`` in ``backprop_lab/book.py``. Why
no package does this: docs/decisions/0034-the-site-is-cut-after-it-is-built.md.
"""

import base64
import html
import re
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

from docutils import nodes
from sphinx.application import Sphinx

from backprop_lab import book

HERE = Path(__file__).parent
CARD = "_static/card.png"
CARD_SIZE = (1200, 630)
# Pages that a search engine need not find.
UNLISTED = ("search.html", "index.html", "404.html")


def addressed(app: Sphinx, config: Any) -> None:
    """Canonical links, the sitemap and the card count from the one address."""
    config.html_baseurl = f"{book.ADDRESS}/"


def description(doctree: nodes.document, most: int = 160) -> str:
    """The first sentences of a page that are words alone: no formula, no code, no table."""
    said = ""
    for paragraph in doctree.findall(nodes.paragraph):
        if not isinstance(paragraph.parent, nodes.section) or any(paragraph.findall(nodes.math)):
            continue
        for sentence in re.split(r"(?<=[.!?])\s+", " ".join(paragraph.astext().split())):
            if len(said) + len(sentence) > most:
                return said or f"{sentence[: most - 1].rsplit(' ', 1)[0]}…"
            said = f"{said} {sentence}".strip()
        if len(said) > most / 2:
            return said
    return said


def described(app: Sphinx, pagename: str, templatename: str, context: dict, doctree: nodes.document | None) -> None:
    """Give a page its description, and the tags by which a link to it is shown elsewhere."""
    if app.builder.name != "html":
        return
    about = (doctree and description(doctree)) or f"{app.config.html_title}: backpropagation, derived, run and checked."
    title = html.unescape(re.sub(r"<[^>]+>", "", context.get("title", app.config.html_title)))
    tags = {
        "og:type": "article" if doctree else "website",
        "og:site_name": app.config.html_title,
        "og:title": title,
        "og:description": about,
        "og:url": urljoin(app.config.html_baseurl, app.builder.get_target_uri(pagename)),
        "og:image": urljoin(app.config.html_baseurl, CARD),
        "og:image:width": CARD_SIZE[0],
        "og:image:height": CARD_SIZE[1],
        "og:image:alt": "Four circles, w, z, a and L; arrows lead forward above them and back below.",
    }
    lines = [f'<meta name="description" content="{html.escape(about)}" />']
    lines += [f'<meta property="{name}" content="{html.escape(str(said))}" />' for name, said in tags.items()]
    lines.append('<meta name="twitter:card" content="summary_large_image" />')
    context["metatags"] = context.get("metatags", "") + "\n".join(lines)


def finished(app: Sphinx, error: Exception | None) -> None:
    """Write what a site has besides its pages."""
    if error is not None or app.builder.name != "html":
        return
    site = Path(app.outdir)
    card(site / CARD)
    pages = [page.relative_to(site).as_posix() for page in sorted(site.rglob("*.html")) if "_static" not in page.parts]
    (site / "sitemap.xml").write_text(sitemap([page for page in pages if page not in UNLISTED]), "utf-8")
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n\nSitemap: {book.ADDRESS}/sitemap.xml\n", "utf-8")
    lost = (HERE / "404.html").read_text("utf-8")
    logo = base64.b64encode((HERE / "_static" / "logo.svg").read_bytes()).decode()
    (site / "404.html").write_text(lost.replace("{address}", book.ADDRESS).replace("{logo}", logo), "utf-8")


def card(file: Path) -> None:
    """What is shown beside a link to the book: its name, what it is, and one neuron with the way back."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure
    from matplotlib.patches import Circle, FancyArrowPatch

    figure = Figure(figsize=(12, 6.3), dpi=100, facecolor="#0b2540")
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0, 0, 1, 1), xlim=(0, 12), ylim=(0, 6.3))
    axes.axis("off")
    places = [(1.6, 1.7), (4.0, 1.7), (6.4, 1.7), (8.8, 1.7)]
    for (x, y), name in zip(places, "wzaL", strict=True):
        axes.add_patch(Circle((x, y), 0.5, facecolor="#12395f", edgecolor="#74c0fc", linewidth=3))
        axes.text(x, y, f"${name}$", color="white", fontsize=26, ha="center", va="center")
    for (x, y), (to, _) in pairwise(places):
        for start, end, colour, bend in (((x + 0.4, y + 0.35), (to - 0.4, y + 0.35), "#74c0fc", -0.25),
                                         ((to - 0.4, y - 0.35), (x + 0.4, y - 0.35), "#ffa94d", -0.25)):  # fmt: skip
            axes.add_patch(FancyArrowPatch(start, end, arrowstyle="-|>", mutation_scale=24, linewidth=3, color=colour,
                                           connectionstyle=f"arc3,rad={bend}"))  # fmt: skip
    axes.text(1.0, 4.75, "Backprop Lab", color="white", fontsize=58, weight="bold", va="center")
    axes.text(1.0, 3.6, "Backpropagation: derived, run and checked", color="#d0ebff", fontsize=27, va="center")
    figure.savefig(file)


def sitemap(pages: list[str]) -> str:
    """The addresses of pages, for search engines."""
    rows = [f"<url><loc>{html.escape(f'{book.ADDRESS}/{page}')}</loc></url>" for page in pages]
    head = '<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
    return head + "\n".join(rows) + "\n</urlset>\n"


def setup(app: Sphinx) -> dict[str, Any]:
    """Listen to Sphinx: when the settings are read, for each page, and at the end."""
    app.connect("config-inited", addressed)
    app.connect("html-page-context", described)
    app.connect("build-finished", finished)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
