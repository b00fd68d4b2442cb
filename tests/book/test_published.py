"""What a published site needs besides its text: descriptions, addresses, alt texts, headings, icons, a page for the lost."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from fontTools.ttLib import TTFont

from backprop_lab import book

from .test_formulas import pages, published, trimmed

ALL = [f"{page}.html" for page in pages()]


@cache
def soup(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


def said(page: BeautifulSoup, **attributes: str) -> str:
    return page.find("meta", attributes)["content"]


def test_every_page_has_a_description_of_its_own_and_its_address(site):
    described = {}
    for page in ALL:
        text = said(soup(site / page), name="description")
        assert 30 < len(text) <= 160, page
        assert "\\" not in text, page
        described[page] = text
        assert said(soup(site / page), property="og:description") == text
        address = f"{book.ADDRESS}/{page}"
        assert said(soup(site / page), property="og:url") == address
        assert soup(site / page).find("link", rel="canonical")["href"] == address
    assert len(set(described.values())) == len(described)


def test_the_description_is_words_alone():
    document = nodes.section()
    formula = nodes.paragraph("", "", nodes.Text("Let "), nodes.math("", "x^2"))
    document += [formula, nodes.paragraph("", "A first sentence. " + "Another one that is longer. " * 8)]
    text = published.description(document)
    assert text.startswith("A first sentence. Another")
    assert text.endswith("longer.")
    assert len(text) <= 160


def test_the_card_is_there_in_the_size_that_pages_tell(site):
    from PIL import Image

    page = soup(site / ALL[0])
    assert said(page, property="og:image") == f"{book.ADDRESS}/{published.CARD}"
    with Image.open(site / published.CARD) as card:
        told = tuple(int(said(page, property=f"og:image:{side}")) for side in ("width", "height"))
        assert card.size == told


def test_the_sitemap_lists_every_page_and_robots_name_it(site):
    found = [place.text for place in ElementTree.parse(site / "sitemap.xml").findall(".//{*}loc")]
    assert sorted(found) == sorted(f"{book.ADDRESS}/{page}" for page in ALL)
    assert f"Sitemap: {book.ADDRESS}/sitemap.xml" in (site / "robots.txt").read_text("utf-8")


def test_the_page_for_the_lost_needs_no_other_file(site):
    """It is shown at any address, so nothing in it may count from where it stands."""
    page = soup(site / "404.html")
    targets = [tag.get("href") or tag.get("src") or tag.get("action") for tag in page.find_all(["a", "link", "script", "img", "form"])]  # fmt: skip
    targets = [target for target in targets if target]
    assert all(target.startswith(("data:", f"{book.ADDRESS}/")) for target in targets)
    for target in targets:
        if target.startswith(book.ADDRESS):
            assert (site / target.removeprefix(f"{book.ADDRESS}/")).is_file()


def from_the_root(html: str) -> list[str]:
    """Addresses that count from the server's root: they break under a sub-path and in a folder."""
    return re.findall(r"(?:href|src|action)=\"(/[^\"]*)\"", html)


def test_no_address_counts_from_the_root(site):
    assert {page: found for page in ALL if (found := from_the_root((site / page).read_text("utf-8")))} == {}
    assert from_the_root('<a href="/book/intro.html">') == ["/book/intro.html"]


# --- pictures and headings -------------------------------------------------------------------------------------------


def unspoken(page: BeautifulSoup) -> Iterator[str]:
    """Pictures of the text whose words are missing, too few, or the name of a file."""
    for picture in page.select("article img, article svg[role=img]"):
        words = (picture.get("alt") or picture.get("aria-label") or "").strip()
        if len(words) < 15 or re.search(r"^\S+\.(png|svg|jpe?g|gif|webp)$|^[\w/.-]*[0-9a-f]{16,}", words):
            yield words or str(picture)[:80]


def test_every_picture_has_words_and_none_is_the_name_of_a_file(site):
    assert {page: found for page in ALL if (found := list(unspoken(soup(site / page))))} == {}


def unordered(page: BeautifulSoup) -> list[str]:
    """Headings that skip a level, and a page that has not one first heading."""
    levels = [int(heading.name[1]) for heading in page.find("article").find_all(re.compile(r"^h[1-6]$"))]
    skipped = [f"h{a} then h{b}" for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]  # noqa: RUF007
    return skipped + ([] if levels.count(1) == 1 == levels[0] else [f"first headings: {levels.count(1)}"])


def test_headings_go_down_one_level_at_a_time_and_each_page_has_one_main_part(site):
    assert {page: found for page in ALL if (found := unordered(soup(site / page)))} == {}
    assert [page for page in ALL if len(soup(site / page).find_all("main")) != 1] == []


def test_planted_pictures_and_headings_are_seen():
    page = BeautifulSoup(
        '<article><h1>A</h1><h3>B</h3><img src="a.png" alt="plot.png"><img alt="_images/0697d4206765444ab0ed736f">'
        '<img alt=""><img alt="A curve that falls from 1 to 0."></article>',
        "html.parser",
    )
    assert len(list(unspoken(page))) == 3
    assert unordered(page) == ["h1 then h3"]


def test_pictures_of_cells_tell_their_size_and_wait(site):
    found = soup(site / "chapters" / "02_one_neuron.html").select('img[src*="_images/"]')
    assert len(found) >= 3
    assert all(picture["loading"] == "lazy" and picture["width"] and picture["height"] for picture in found)


# --- icons -----------------------------------------------------------------------------------------------------------


def without_a_sign(html: str, style: str, letters: set[int]) -> set[str]:
    """Icons of a page for which the style has no letter, or the fonts no sign."""
    names = set(re.findall(r"<i class=\"[^\"]*\b(fa-(?!solid|brands|lg|regular)[a-z-]+)", html))
    codes = {name: re.search(rf"\.{name}:before[^{{]*{{content:\"\\?([^\"]+)\"", style) for name in names}
    return {name for name, code in codes.items() if not code or (int(code[1], 16) if len(code[1]) > 1 else ord(code[1])) not in letters}  # fmt: skip


def test_every_icon_of_every_page_is_in_the_fonts_that_were_cut(site):
    style = (site / "_static" / "styles" / "pydata-sphinx-theme.css").read_text("utf-8")
    fonts = sorted((site / "_static" / "vendor" / "fontawesome").rglob("*.woff2"))
    letters = {code for font in fonts for code in TTFont(font).getBestCmap()}
    assert sum(font.stat().st_size for font in fonts) < 15_000
    for page in [*ALL, "search.html"]:
        assert without_a_sign((site / page).read_text("utf-8"), style, letters) == set()
    assert without_a_sign('<i class="fa-solid fa-anchor"></i>', style, letters) == {"fa-anchor"}


def test_what_a_page_does_not_use_is_cut_and_the_rest_stays():
    head = (
        '<script defer src="_static/scripts/fontawesome.js?digest=1"></script>\n<script src="searchindex.js"></script>'
        '\n<link rel="stylesheet" href="_static/proof.css" />\n<script src="_static/doctools.js?v=1"></script>'
        '\n<script src="_static/documentation_options.js?v=1"></script>'
    )
    cut = trimmed.without_needless(head, searches=False)
    assert '<script defer src="_static/doctools.js?v=1">' in cut
    assert '<script src="_static/documentation_options.js?v=1">' in cut
    assert not re.search(r"fontawesome|searchindex|proof\.css", cut)
    kept = trimmed.without_needless(f'{head}<div class="proof">', searches=True)
    assert "proof.css" in kept
    assert "searchindex.js" in kept
    with pytest.raises(ValueError, match="formulas_said_once"):
        trimmed.formulas_said_once("another script")
