"""Every page of the built book asks no other host, raises no error, is accessible and fits a phone; its links work."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from bs4 import BeautifulSoup

SITE = Path(__file__).resolve().parents[2] / "_build" / "html"
# Found while collecting, so that every page is a test of its own. index.html only sends the reader on.
PAGES = sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if "_static" not in path.parts)
PAGES = [page for page in PAGES if page != "index.html"] or ["book/intro.html"]
WIDTHS = (1280, 390)


@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_page_is_quiet_accessible_and_no_wider_than_its_window(open_page, page, width, dark):
    visit = open_page(page, width=width, dark=dark)
    assert visit.page.evaluate("document.documentElement.dataset.theme") == ("dark" if dark else "light")
    assert visit.sideways() == []
    assert visit.crowded() == []
    assert visit.accessibility() == []
    assert visit.complaints() == []
    assert visit.page.context.cookies() == []


def test_index_leads_to_the_landing_page(site):
    assert _soup(site / "index.html").find("meta", {"http-equiv": "Refresh"})["content"] == "0; url=book/intro.html"


@pytest.mark.browser
def test_book_opens_from_a_folder_without_a_server(site, open_address):
    """Browsers refuse more to file: pages (modules, fetch); the book must not depend on what they refuse."""
    for page in PAGES:
        visit = open_address((site / page).as_uri())
        assert visit.complaints() == [], page


@pytest.mark.browser
def test_search_finds_a_word_of_the_book(open_page):
    visit = open_page("search.html?q=derivative")
    visit.page.locator("#search-results li").first.wait_for()
    assert visit.complaints() == []


def test_every_internal_link_leads_somewhere(site):
    assert [dead for page in PAGES for dead in dead_links(site, page)] == []


def test_an_equation_is_told_by_its_number(site):
    """Its label, which a notebook names it by, is not shown on the site."""
    assert [named for page in PAGES for named in labels_shown(site / page)] == []


def labels_shown(file: Path) -> Iterator[str]:
    """The labels of equations that stand in the text of a page; what a cell prints is what a notebook prints."""
    for tag in _soup(file).find_all(["code", "a"]):
        if re.fullmatch(r"eq-[\w-]+", tag.get_text()):
            yield f"{file.name}: {tag.get_text()}"


def dead_links(site: Path, page: str) -> Iterator[str]:
    """The links, images, scripts and styles of a page whose file, or whose place in it, does not exist."""
    for tag in _soup(site / page).find_all(["a", "link", "script", "img"]):
        address = tag.get("href") or tag.get("src")
        if not address or urlsplit(address).scheme:
            continue
        target = urlsplit(urljoin(page, address))
        file = site / unquote(target.path)
        if not file.is_file():
            yield f"{page}: {address}: no such file"
        elif target.fragment and file.suffix == ".html" and not _soup(file).find(id=unquote(target.fragment)):
            yield f"{page}: {address}: no such place"


@cache
def _soup(file: Path) -> BeautifulSoup:
    return BeautifulSoup(file.read_text("utf-8"), "html.parser")


# --- the checks themselves: each catches a fault that is planted for it -------------------------------------------


@pytest.mark.browser
def test_a_good_page_passes(open_html):
    visit = open_html('<p>All is well.</p><label>x <input type="range"></label>')
    assert visit.complaints() + visit.sideways() + visit.accessibility() == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("body", "complaint"),
    [
        ('<img alt="" src="http://example.invalid/pixel.png">', "asked another host: http://example.invalid/pixel.png"),
        ("<script>fetch('https://example.invalid/')</script>", "asked another host: https://example.invalid/"),
        ("<script>console.error('a planted error')</script>", "console: a planted error"),
        ("<script>nowhere()</script>", "script: nowhere is not defined"),
        (
            "<math><merror><mtext>Undefined control sequence</mtext></merror></math>",
            "formula: Undefined control sequence",
        ),
        ('<script src="missing.js"></script>', "console: Failed to load resource"),
    ],
)
def test_a_planted_fault_is_a_complaint(open_html, body, complaint):
    assert any(said.startswith(complaint) for said in open_html(body).complaints())


@pytest.mark.browser
@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ('<input type="text">', "label"),
        ('<img src="data:,">', "image-alt"),
        ("<table><tr><th></th><th>x</th></tr><tr><td>1</td><td>2</td></tr></table>", "empty-table-header"),
        ('<p style="color: #aaa; background: #fff">pale</p>', "color-contrast"),
    ],
)
def test_a_planted_barrier_is_found(open_html, body, rule):
    assert any(said.startswith(f"{rule}:") for said in open_html(body).accessibility())


@pytest.mark.browser
def test_a_page_that_is_too_wide_is_found(open_html):
    visit = open_html('<div class="broad" style="width: 500px">broad</div>', width=390)
    assert "div.broad" in visit.sideways()


def test_a_label_that_is_shown_is_found(tmp_path):
    (tmp_path / "page.html").write_text("<p>See <code>eq-dW</code>, not <code>eq</code>; <a>eq-db</a></p>", "utf-8")
    assert list(labels_shown(tmp_path / "page.html")) == ["page.html: eq-dW", "page.html: eq-db"]


def test_a_dead_link_is_found(tmp_path):
    (tmp_path / "other.html").write_text('<h1 id="here">Other</h1>', "utf-8")
    links = (
        '<a href="other.html#here">1</a><a href="other.html#gone">2</a><img src="none.png"><a href="https://a.b/">3</a>'
    )
    (tmp_path / "page.html").write_text(links, "utf-8")
    assert list(dead_links(tmp_path, "page.html")) == [
        "page.html: other.html#gone: no such place",
        "page.html: none.png: no such file",
    ]
