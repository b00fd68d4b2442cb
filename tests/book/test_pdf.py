"""The printed book: tagged, with bookmarks, page numbers and links that lead somewhere; nothing is cut off on paper."""

import importlib.util
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from types import ModuleType
from urllib.parse import unquote

import pytest
import yaml
from bs4 import BeautifulSoup
from playwright.sync_api import Browser
from pypdf import PdfReader

from tests.paths import ROOT

from .conftest import _sources

FILE = ROOT / "_build" / "backprop-lab.pdf"
PAGE = ROOT / "_build" / "pdf" / "_build" / "singlehtml" / "print.html"
# What lies between the margins of A4 at 96 pixels an inch.
WIDE, HIGH = 657, 978
# Elements whose words or whose picture reach over the right edge of the paper, or that no page can hold.
CUT = f"""() => [...document.querySelectorAll("pre, table, img, mjx-container, p, h1, h2, h3, li")].filter((element) => {{
  const box = element.getBoundingClientRect();
  const tall = element.matches("img, mjx-container") && box.height > {HIGH};
  return box.width && (tall || box.right > {WIDE} + 2 || element.scrollWidth > element.clientWidth + 2 && element.matches("pre, table"));
}}).map((element) => element.outerHTML.slice(0, 120))"""


@pytest.fixture(scope="module")
def pdf() -> ModuleType:
    spec = importlib.util.spec_from_file_location("book_pdf", ROOT / "book" / "pdf.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def reader(cannot_run: Callable[[str], None]) -> PdfReader:
    """The printed book, if it is there and no source has changed since."""
    if not FILE.exists() or not PAGE.exists():
        cannot_run("the book is not printed; run: make pdf")
    since = PAGE.stat().st_mtime
    if changed := next((source for source in _sources() if source.stat().st_mtime > since), None):
        cannot_run(f"the printed book is older than {changed.relative_to(ROOT)}; run: make pdf")
    return PdfReader(FILE)


def toc() -> list[str]:
    listed = yaml.safe_load((ROOT / "book" / "_toc.yml").read_text("utf-8"))
    return [page["file"] for part in listed["parts"] for page in part["chapters"]]


def words(reader: PdfReader, number: int) -> str:
    """What stands on a page, counted from 1, with letters that are set as one (fi, fl) taken apart."""
    return " ".join(unicodedata.normalize("NFKC", reader.pages[number - 1].extract_text()).split())


def test_it_is_tagged_and_says_its_language_and_title(reader):
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/StructTreeRoot"]["/K"]
    assert reader.metadata.title == "Backprop Lab"


def test_pictures_and_formulas_have_words(reader):
    structure = (reader.get_object(number) for number in range(1, reader.trailer["/Size"]))
    figures = [item for item in structure if isinstance(item, dict) and item.get("/S") == "/Figure"]
    silent = [item for item in figures if not item.get("/Alt", "").strip()]
    assert silent == []
    assert sum("\\partial" in item["/Alt"] for item in figures) > 500


def test_every_page_of_the_book_has_a_bookmark_and_its_number_in_the_contents(reader, pdf):
    pages = pdf.first_pages(FILE)
    assert len(pages) == 2 + len(toc())  # the cover and the contents come first
    assert list(pages.values()) == sorted(set(pages.values()))
    titles = list(pages)[2:]
    listed = " ".join(words(reader, k) for k in range(pages["Contents"], pages[titles[0]]))
    for title in titles:
        assert f"{unicodedata.normalize('NFKC', title)} {pages[title]} " in f"{listed} ", title


def test_each_page_has_its_number(reader):
    for number in range(1, len(reader.pages) + 1, 7):
        assert words(reader, number).endswith(f"Backprop Lab {number}"), number


def outside(reader: PdfReader) -> Iterator[str]:
    """Links to a file, which no reader of the PDF has."""
    for number, page in enumerate(reader.pages, start=1):
        for note in page.get("/Annots") or ():
            uri = note.get_object().get("/A", {}).get("/URI")
            if uri is not None and not uri.startswith(("https://", "http://")):
                yield f"page {number}: {uri}"


def lost(soup: BeautifulSoup) -> list[str]:
    """Links to a place that is not there (Chromium leaves those out), or that is there twice."""
    places = Counter(element["id"] for element in soup.find_all(id=True))
    return [link["href"] for link in soup.select("a[href^='#']") if places[unquote(link["href"][1:])] != 1]


def test_links_lead_somewhere(reader):
    links = sum(
        note.get_object().get("/Subtype") == "/Link" for page in reader.pages for note in page.get("/Annots") or ()
    )
    assert links > 800
    assert list(outside(reader)) == []
    assert lost(BeautifulSoup(PAGE.read_text("utf-8"), "html.parser")) == []


def test_each_live_figure_is_a_still_that_says_where_it_lives(reader):
    stills = sum(
        len(re.findall(r"<backprop-\w+ data-setting=", path.read_text("utf-8").replace('\\"', '"')))
        for path in sorted((ROOT / "chapters").glob("*.ipynb")) + sorted((ROOT / "book").glob("*.ipynb"))
    )
    said = " ".join(words(reader, number) for number in range(1, len(reader.pages) + 1))
    assert said.count("A still of a figure that moves") == stills > 10


@pytest.mark.browser
def test_nothing_is_cut_off_on_paper(reader, browser: Browser):
    assert cut(browser, PAGE.as_uri()) == []


def cut(browser: Browser, address: str) -> list[str]:
    tab = browser.new_page(viewport={"width": WIDE, "height": HIGH})
    try:
        tab.emulate_media(media="print")
        tab.set_default_timeout(300_000)
        tab.goto(address, timeout=300_000)
        tab.evaluate("async () => { await window.MathJax?.startup?.promise }")
        return tab.evaluate(CUT)
    finally:
        tab.close()


SITE_PAGE = """<html lang="en"><head><title>t</title></head><body><article><section><h1>Cover</h1><p>x</p></section>
<div class="toctree-wrapper"><span id="document-chapters/one"></span><section id="one"><h2>One</h2>
<p><a href="#two">there</a> <a href="#nowhere">not there</a> <a href="page.ipynb">a file</a></p>
<details><summary>Answer 1</summary><p>seven</p></details>
<backprop-nudge data-setting="{}"><img alt="x"/><details><pre>long</pre></details></backprop-nudge>
<script>alert(1)</script><button>Run</button></section>
<span id="document-chapters/two"></span><section id="two"><h2>Two</h2><h3>Part</h3></section></div>
</article></body></html>"""


def test_a_page_of_the_site_is_set_for_paper(pdf):
    soup = pdf.arranged(SITE_PAGE)
    assert [head.get_text() for head in soup.find_all("h1")] == ["Cover", "One", "Two"]
    assert [head.get_text() for head in soup.find_all("h2")] == ["Part"]
    assert all("open" in element.attrs for element in soup.find_all("details"))
    assert soup.find_all(["script", "button"]) == []
    still = soup.find("backprop-nudge")
    assert still.find("details") is None
    assert still.find("a")["href"].endswith("/chapters/one.html")


@pytest.mark.browser
def test_a_dead_link_a_missing_bookmark_and_a_wide_line_are_seen(pdf, browser, tmp_path):
    soup, page, file = pdf.arranged(SITE_PAGE), tmp_path / "page.html", tmp_path / "page.pdf"
    pdf.contents(soup, {})
    wide = soup.new_tag("pre")
    wide.string = "x"
    wide["style"] = "width: 900px"
    soup.body.append(wide)
    page.write_text(str(soup), "utf-8")
    tab = browser.new_page()
    tab.goto(page.as_uri())
    tab.pdf(path=file, tagged=True, outline=True)
    tab.close()
    assert list(pdf.first_pages(file)) == ["Cover", "Contents", "One", "Two"]
    assert len(list(outside(PdfReader(file)))) == 1
    assert lost(soup) == ["#nowhere"]
    assert ["width: 900px" in said for said in cut(browser, page.as_uri())] == [True]


def test_no_chromium_is_said_before_anything_is_built(pdf, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    monkeypatch.setattr(pdf, "one_page", None)
    with pytest.raises(SystemExit, match="apt-get install chromium"):
        pdf.main()
