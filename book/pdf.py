"""``make pdf``: the whole book as one tagged PDF with bookmarks, page numbers and links that work.

Sphinx puts all pages into one (its ``singlehtml`` builder, from the outputs that the notebooks store), this file sets
that page for paper, and Chromium prints it: once to learn on which page each chapter begins, and once more with these
numbers in the list of contents. How it looks is in ``pdf.css`` beside this file.
"""

import subprocess
import sys
from pathlib import Path

import yaml
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import sync_playwright
from pypdf import PdfReader

from backprop_lab import book
from backprop_lab.benchmark.figures import FLAGS, NoBrowser, browser_program

ROOT = Path(__file__).resolve().parents[1]
WORK = ROOT / "_build" / "pdf"
STYLE = Path(__file__).with_name("pdf.css")
# Only MathJax runs: every live figure is to stay the still that it is without scripts.
MATHJAX = "mathjax"
FOR_PAPER = "unbroken"  # of the extensions that this folder holds
# A formula is one picture, with its TeX as the words by which it is read out, and no wider than the page.
SPOKEN = """async () => {
  await MathJax.startup.promise;
  for (const { math, typesetRoot } of MathJax.startup.document.math) {
    typesetRoot.setAttribute("role", "img");
    typesetRoot.setAttribute("aria-label", math.trim());
    typesetRoot.querySelector("mjx-assistive-mml")?.remove();
    for (const part of typesetRoot.querySelectorAll("[aria-hidden]")) part.removeAttribute("aria-hidden");
    typesetRoot.append("\\u200b");  // its letters are all in the style, and Chromium tags no picture without text
    const room = typesetRoot.clientWidth, wide = typesetRoot.firstElementChild.getBoundingClientRect().width;
    if (typesetRoot.getAttribute("display") && wide > room)
      typesetRoot.style.fontSize = `${(parseFloat(typesetRoot.style.fontSize) * room) / wide}%`;
  }
}"""
FOOT = """<div style="font: 8pt sans-serif; color: #495057; width: 100%; padding: 0 18mm; display: flex">
<span style="flex: 1">Backprop Lab</span><span class="pageNumber"></span></div>"""
# What lies between the margins of A4 at 96 pixels an inch.
PAPER = {"width": 657, "height": 978}
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")


def one_page(work: Path = WORK) -> Path:
    """All pages in one file, as Sphinx makes it; a warning is an error, as in ``make book``.

    Raises
    ------
    SystemExit
        If the build fails; it has said why.
    """
    work.mkdir(parents=True, exist_ok=True)
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    # nbval holds the stored outputs to what the cells print: nothing has to be run again.
    config["execute"]["execute_notebooks"] = "off"
    # This builder has no numbers for the blocks of the first two, and the book has no such blocks. The others make the
    # site: on paper MathJax sets the formulas.
    local = config["sphinx"]["local_extensions"]
    config["sphinx"]["local_extensions"] = {FOR_PAPER: str(ROOT / "book")}
    away = ("sphinx_exercise", "sphinx_proof", *(local.keys() - {FOR_PAPER}))
    settings = config["sphinx"]["config"]
    settings["extensions"] = [name for name in settings["extensions"] if name not in away] + ["sphinx-mathjax-offline"]
    settings["html_math_renderer"] = "mathjax"
    settings["html_css_files"].remove("formulas.css")
    (work / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), "utf-8")
    command = [
        Path(sys.executable).with_name("jupyter-book"), "build", ROOT, "--config", work / "_config.yml",
        "--toc", ROOT / "book" / "_toc.yml", "--path-output", work, "--builder", "custom",
        "--custom-builder", "singlehtml", "-W", "--keep-going", "-n", "-q",
    ]  # fmt: skip
    done = subprocess.run(command, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        raise SystemExit(f"pdf: Sphinx stopped with status {done.returncode}; what it said stands above")
    return work / "_build" / "singlehtml" / "book" / "intro.html"


def arranged(html: str) -> BeautifulSoup:
    """Sphinx's page set for paper: no scripts but MathJax, chapters at the first level, a list of contents before them."""
    soup = BeautifulSoup(html, "html.parser")
    for script in soup.find_all("script"):
        if MATHJAX not in script.get("src", "") and "MathJax" not in script.get_text():
            script.decompose()
    article = soup.find("article")
    for link in article.find_all(class_="headerlink"):
        link.decompose()
    parts = [part.extract() for part in article.find_all("div", class_="toctree-wrapper")]
    cover = article.find("section")  # the landing page: what is left
    cover["class"] = "cover document"
    body = soup.new_tag("body")
    body.append(cover)
    body.append(soup.new_tag("nav", attrs={"aria-label": "Contents"}))
    body.extend([document for part in parts for document in _documents(part)])
    for element in body.find_all("details"):
        element["open"] = ""
    for figure in body.find_all(attrs={"data-setting": True}):
        _stilled(soup, figure)
    for still in body.select("[data-panel] details, [data-setting] details"):
        still.decompose()
    for button in body.select("button, .sd-btn"):
        button.decompose()
    for link in body.select("a.image-reference"):
        link.unwrap()
    for link in body.select("a[href*='intro.html#']"):  # as if there were more pages
        link["href"] = "#" + link["href"].partition("#")[2]
    # Sphinx numbers citations in each page anew: here they would lead to one another instead of the list of sources.
    for citation in body.select(".bibtex-citation[id]"):
        del citation["id"]
    for back in body.select(".backrefs"):
        back.decompose()
    soup.body.replace_with(body)
    soup.html["lang"] = "en"
    soup.html["data-theme"] = "light"
    style = soup.new_tag("style")
    style.string = STYLE.read_text("utf-8")
    soup.head.append(style)
    return soup


def _documents(part: Tag) -> list[Tag]:
    """The chapters of one part: the anchor by which links find it, and its text, headings one level up."""
    found = []
    for anchor in part.find_all("span", id=lambda name: bool(name) and name.startswith("document-")):
        section = anchor.find_next_sibling("section")
        for heading in section.find_all(HEADINGS):
            heading.name = f"h{max(1, int(heading.name[1]) - 1)}"
        section["class"] = "document"
        section["data-page"] = anchor["id"].removeprefix("document-")
        section.insert(0, anchor.extract())
        found.append(section)
    return found


def _stilled(soup: BeautifulSoup, figure: Tag) -> None:
    """A live figure stays the still that it is anyway; a line says where it lives."""
    page = figure.find_parent("section", class_="document")
    address = f"{book.ADDRESS}/{page['data-page']}.html" if page is not None else book.ADDRESS
    told = soup.new_tag("p", attrs={"class": "alive"})
    link = soup.new_tag("a", href=address)
    link.string = "in the book online"
    told.extend(["A still of a figure that moves ", link, "."])
    figure.append(told)


def contents(soup: BeautifulSoup, pages: dict[str, int]) -> None:
    """Write the list of contents: each page of the book, and where it begins if that is known."""
    listed = soup.new_tag("ol")
    for section in soup.find_all("section", class_="document"):
        if "cover" in section["class"]:
            continue
        title = section.find("h1").get_text(" ", strip=True)
        entry, link = soup.new_tag("li"), soup.new_tag("a", href=f"#{section.find('span')['id']}")
        name, page = soup.new_tag("span"), soup.new_tag("span", attrs={"class": "page"})
        name.string, page.string = title, str(pages.get(title, "000"))
        link.extend([name, page])
        entry.append(link)
        listed.append(entry)
    nav = soup.find("nav")
    nav.clear()
    head = soup.new_tag("h1")
    head.string = "Contents"
    nav.extend([head, listed])


def printed(page: Path, file: Path, program: str) -> None:
    """Print a page with Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=list(FLAGS))
        tab = browser.new_page(color_scheme="light", viewport=PAPER)
        tab.emulate_media(media="print")
        tab.set_default_timeout(600_000)
        tab.goto(page.as_uri(), wait_until="load", timeout=600_000)
        tab.evaluate(SPOKEN)
        tab.pdf(
            path=file, format="A4", tagged=True, outline=True, print_background=True, display_header_footer=True,
            header_template="<span></span>", footer_template=FOOT,
            margin={"top": "18mm", "bottom": "20mm", "left": "18mm", "right": "18mm"},
        )  # fmt: skip
        browser.close()


def first_pages(file: Path) -> dict[str, int]:
    """Page on which each bookmark of the first level begins, counted from 1."""
    reader = PdfReader(file)
    return {
        " ".join(mark.title.split()): reader.get_destination_page_number(mark) + 1
        for mark in reader.outline
        if not isinstance(mark, list)
    }


def main() -> None:
    """Make ``_build/backprop-lab.pdf``.

    Raises
    ------
    SystemExit
        If there is no Chromium, or Sphinx fails; the message says what to do.
    """
    try:
        program = browser_program()
    except NoBrowser as error:
        raise SystemExit(f"pdf: {error}") from None
    source = one_page()
    soup = arranged(source.read_text("utf-8"))
    # Its addresses count from the folder above, as if the first page stood there.
    page, file = source.parents[1] / "print.html", ROOT / "_build" / "backprop-lab.pdf"
    pages: dict[str, int] = {}
    for _ in range(2):  # first to learn the numbers of pages
        contents(soup, pages)
        page.write_text(str(soup), "utf-8")
        printed(page, file, program)
        pages = first_pages(file)
    print(f"{file.relative_to(ROOT)}: {len(PdfReader(file).pages)} pages, {file.stat().st_size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
