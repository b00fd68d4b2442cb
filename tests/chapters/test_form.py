"""The form that every chapter keeps: its parts and their order, small cells, alternatives to pictures, links that lead."""

import re

import nbformat
import pytest

from backprop_lab import book
from tests.paths import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))
every = pytest.mark.parametrize("chapter", CHAPTERS)
# Chapter 0 is about the book, and derives nothing.
deriving = pytest.mark.parametrize("chapter", [name for name in CHAPTERS if not name.startswith("00")])

PARTS = (
    "## What you will be able to do", "## What you need", "## Mistakes named here", "## Bridge", "## Check yourself",
    "## Exercises", "## What to read next", "## Sources",
)  # fmt: skip
# Where the story wants them, between what you need and the mistakes.
BETWEEN = ("## By hand", "## Live figure", "## Measured")
LABEL = re.compile(r"^\$\$ \((eq-[\w-]+)\)", re.MULTILINE)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def cells(chapter: str, kind: str) -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(ROOT / "chapters" / f"{chapter}.ipynb", as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == kind]


def text(chapter: str) -> str:
    return "\n\n".join(cell.source for cell in cells(chapter, "markdown"))


def minutes(chapter: str) -> float:
    """180 words a minute, formulas and all, and half a minute for each cell of code."""
    return len(text(chapter).split()) / 180 + 0.5 * len(cells(chapter, "code"))


@every
def test_its_title_is_the_one_that_messages_give_it(chapter):
    assert chapter in book.CHAPTERS, f"CHAPTERS in backprop_lab/book.py has no title for {chapter}"
    assert text(chapter).splitlines()[0] == f"# {book.CHAPTERS[chapter]}"


@deriving
def test_it_has_all_parts_in_order(chapter):
    headings = [line for line in text(chapter).splitlines() if line.startswith("## ")]
    at = {part: place(part, headings) for part in (*PARTS, *BETWEEN)}
    assert {part for part, where in at.items() if where is None} == set()
    assert [at[part] for part in PARTS] == sorted(at[part] for part in PARTS)
    assert all(at["## What you need"] < at[part] < at["## Mistakes named here"] for part in BETWEEN)


def place(part: str, headings: list[str]) -> int | None:
    return next((i for i, line in enumerate(headings) if line.startswith(part)), None)


@every
def test_the_reading_time_is_about_right(chapter):
    told = re.search(r"\*Reading time: about (\d+) minutes", text(chapter))
    assert told, f"say it below the goals: about {5 * round(minutes(chapter) / 5)} minutes"
    assert abs(int(told[1]) - minutes(chapter)) <= max(5, 0.2 * minutes(chapter)), f"counted: {minutes(chapter):.0f}"


@every
def test_cells_are_small_and_have_names_that_stay(chapter):
    names = [cell.id for kind in ("markdown", "code") for cell in cells(chapter, kind)]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in names)
    long = {cell.id: len(cell.source.splitlines()) for cell in cells(chapter, "code")}
    assert {name: count for name, count in long.items() if count > 15} == {}


@every
def test_what_is_printed_fits_a_page(chapter):
    lines = [
        (cell.id, line)
        for cell in cells(chapter, "code")
        for output in cell.outputs
        if output.output_type == "stream"
        for line in output.text.splitlines()
    ]
    assert [where for where in lines if len(where[1]) > 80] == []
    assert [where for where in lines if re.search(r"(?<![\w.])[-−]0(\.0+)?(?![.\d])", where[1])] == []


@every
def test_each_picture_says_what_it_shows(chapter):
    for cell in cells(chapter, "code"):
        if any("image/png" in output.get("data", {}) for output in cell.outputs):
            assert len(cell.metadata.get("mystnb", {}).get("image", {}).get("alt", "")) > 80, cell.id


@every
def test_answers_are_folded_away(chapter):
    said = text(chapter)
    assert said.count("<details>") == said.count("</details>") == said.count("<summary>")
    questions = said.partition("## Check yourself")[2].partition("\n## ")[0]
    if "## Check yourself" in said:
        assert 3 <= questions.count("<summary>") <= 7


@every
def test_links_lead_somewhere(chapter):
    said, here = text(chapter), ROOT / "chapters"
    for target in LINK.findall(said):
        if target.startswith("#eq-"):
            assert target[1:] in LABEL.findall(said), target
        elif not target.startswith(("http:", "https:", "#")):
            assert (here / target.partition("#")[0]).is_file(), target


@every
def test_only_what_jupyter_renders_too_is_used(chapter):
    said = text(chapter)
    assert not re.search(r"^:::|^```\{|\{(ref|eq|doc|cite|numref)[:\w]*\}`", said, re.MULTILINE)


def test_an_equation_has_one_place():
    labels = [(label, chapter) for chapter in CHAPTERS for label in LABEL.findall(text(chapter))]
    names = [label for label, _ in labels]
    assert sorted(names) == sorted(set(names))
    assert dict(labels) | {k: v.chapter for k, v in book.EQUATIONS.items() if v.section} == dict(labels)


def test_each_source_with_a_doi_is_in_the_list_of_sources():
    known = set(re.findall(r"doi\s*=\s*\{([^}]+)\}", (ROOT / "book" / "references.bib").read_text("utf-8")))
    said = {doi for chapter in CHAPTERS for doi in re.findall(r"https://doi\.org/([^\s<>\]\"]+)", text(chapter))}
    said = {re.sub(r"[.,;]+$", "", doi) for doi in said}
    said = {doi[:-1] if doi.count(")") > doi.count("(") else doi for doi in said}
    assert said - known == set()


def test_the_list_of_what_is_covered_points_to_sections_that_stand():
    listed = (ROOT / "docs" / "coverage.md").read_text("utf-8")
    rows = [line for line in listed.splitlines() if line.startswith("| ") and not line.startswith("| statement")]
    assert len(rows) > 40
    for row in rows:
        where = row.rpartition(" | ")[2].rstrip("| ")
        for chapter, said in re.findall(r"\(\.\./chapters/(\w+)\.ipynb\)((?:[^[]|\[(?!\w))*)", where):
            headings = {line.lstrip("# ") for line in text(chapter).splitlines() if line.startswith("#")}
            named = [heading for heading in headings if f'"{heading}"' in said]
            assert named, row
