"""The appendices say of chapters, exercises, library and figures what these say themselves."""

import io
import json
import re
from contextlib import redirect_stdout
from urllib.parse import parse_qsl

import nbformat
import pytest

from backprop_lab.activations import ACTIVATIONS, ELEMENTWISE, Activation
from backprop_lab.exercises import every
from backprop_lab.losses import LOSSES
from tests.paths import ROOT

BOOK, CHAPTERS = ROOT / "book", ROOT / "chapters"
INSTRUCTORS = (BOOK / "instructors.md").read_text("utf-8")
GLOSSARY = (BOOK / "glossary.md").read_text("utf-8")
ENTRIES = re.findall(r"^([\w -]+)\n  (.+) \[Chapter (\d+)\]\(\.\./chapters/(\w+)\.ipynb\)$", GLOSSARY, re.MULTILINE)
ROW = re.compile(r"^\| ([\w ]+) \| ([\d, –]+) \| ([E\d, –]+) \| (\d+) \| (\d+) \| (\d+) \|$", re.MULTILINE)
NOTEBOOKS = ("derivatives", "converter")


def source(path, kind: str | None = None) -> str:
    cells = nbformat.read(path, as_version=4).cells
    return "\n\n".join(cell.source for cell in cells if kind in (None, cell.cell_type))


# --- Derivatives at hand -------------------------------------------------------------------------------------------


def absent(names: dict[str, list[str]], library: dict) -> dict[str, set[str]]:
    """What the library has and a list of the page lacks, or the other way round."""
    return {where: set(listed) ^ set(library) for where, listed in names.items() if set(listed) != set(library)}


@pytest.fixture(scope="module")
def derivatives() -> dict:
    """The namespace of the page after its last cell, and what its tables list."""
    namespace, path = {"__name__": "a page"}, BOOK / "derivatives.ipynb"
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "code" and "%pip" not in cell.source:
            with redirect_stdout(io.StringIO()):
                exec(compile(cell.source, f"cell {cell.id}", "exec"), namespace)
    text = source(path, "markdown")

    def rows(heading: str) -> list[str]:
        return re.findall(r"^\| `(\w+)` \|", text.partition(heading)[2].partition("\n## ")[0], re.MULTILINE)

    # The next part of a page is a cell of its own, so a table ends where the next heading begins.
    return {
        "activations": {"table": rows("## Activations"), "formulas": list(namespace["FORMULAS"])},
        "losses": {"table": rows("## Losses"), "formulas": list(namespace["LOSS_FORMULAS"])},
    }


def test_every_activation_and_loss_of_the_library_is_on_the_page(derivatives):
    assert absent(derivatives["activations"], ELEMENTWISE) == {}
    assert absent(derivatives["losses"], LOSSES) == {}
    assert set(ACTIVATIONS) - set(ELEMENTWISE) == {"softmax"}  # it has a section of its own


def test_a_new_activation_that_is_not_on_the_page_is_seen(derivatives):
    more = ELEMENTWISE | {"cube": Activation("cube", lambda z: z**3, lambda z: 3 * z**2, "z^3", "3z^2")}
    assert absent(derivatives["activations"], more) == {"table": {"cube"}, "formulas": {"cube"}}


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_a_page_of_formulas_ends_its_lines_in_agreement(page):
    cells = nbformat.read(BOOK / f"{page}.ipynb", as_version=4).cells
    said = "".join(
        output.text for cell in cells if cell.cell_type == "code" for output in cell.outputs if "text" in output
    )
    assert said.count("✓") >= 9
    # What a cell prints may come in pieces, and then a line of the page breaks: execute it again.
    assert all(len(cell.outputs) <= 1 for cell in cells if cell.cell_type == "code")
    assert "✗" not in said
    assert max(map(len, said.splitlines())) <= 80
    assert max(len(cell.source.splitlines()) for cell in cells if cell.cell_type == "code") <= 15


def test_a_formula_that_is_wrong_gets_another_mark():
    cells = {cell.id: cell.source for cell in nbformat.read(BOOK / "derivatives.ipynb", as_version=4).cells}
    wrong = cells["activations-formulas"].replace("1 - a**2", "1 - a")
    assert wrong != cells["activations-formulas"]
    namespace, said = {}, io.StringIO()
    with redirect_stdout(said):
        for code in ("judge", "activations-library", "activations-formulas", "activations-kinked", "activations-check"):
            exec(wrong if code == "activations-formulas" else cells[code], namespace)
    crossed = {line.split()[0] for line in said.getvalue().splitlines() if line.endswith("✗")}
    assert crossed == {"tanh"}


# --- Glossary ------------------------------------------------------------------------------------------------------


def spoken(text: str) -> str:
    """Letters alone, so that a plural, a hyphen or a line break does not matter."""
    return re.sub(r"[^a-z]", "", text.lower())


def test_each_word_of_the_glossary_stands_in_the_chapter_that_it_names():
    assert len(ENTRIES) == GLOSSARY.count("[Chapter ") >= 60
    words = [word for word, *_ in ENTRIES]
    assert words == sorted(words, key=str.lower)
    assert len(set(words)) == len(words)
    for word, _, number, chapter in ENTRIES:
        assert int(number) == int(chapter[:2])
        said = spoken(source(CHAPTERS / f"{chapter}.ipynb"))
        assert all(spoken(part) in said for part in word.split()), (word, chapter)


# --- For instructors -----------------------------------------------------------------------------------------------


def minutes_of_chapters() -> dict[int, int]:
    told = {}
    for path in CHAPTERS.glob("*.ipynb"):
        told[int(path.stem[:2])] = int(re.search(r"Reading time: about (\d+) minutes", source(path))[1])
    return told


def minutes_of_exercises() -> dict[int, int]:
    rows = re.findall(
        r"^\| \[E(\d+) [^|]+\| [^|]+ \| \d+ \| (\d+) \|", (BOOK / "exercises.md").read_text("utf-8"), re.MULTILINE
    )
    return {int(number): int(minutes) for number, minutes in rows}


def numbers(listed: str) -> list[int]:
    """``"1, 2"`` or ``"E1–E7"`` as numbers."""
    found = [int(n) for n in re.findall(r"\d+", listed)]
    return list(range(found[0], found[1] + 1)) if "–" in listed else found


def test_the_sums_of_the_pacing_are_right():
    reading, working = minutes_of_chapters(), minutes_of_exercises()
    points = {int(exercise.id[1:]): exercise.points for exercise in every()}
    rows = ROW.findall(INSTRUCTORS)
    assert [row[0] for row in rows].count("together") == 2
    assert len(rows) == 12
    for part, chapters, exercises, *told in rows:
        sums = (
            sum(reading[n] for n in numbers(chapters)),
            sum(working[n] for n in numbers(exercises)),
            sum(points[n] for n in numbers(exercises)),
        )
        assert tuple(map(int, told)) == sums, part


def test_each_exercise_has_a_row_and_its_codes_are_its_own():
    rows = re.findall(r"^\| (E\d+) \| ([^|]+) \| [^|]+ \|$", INSTRUCTORS, re.MULTILINE)
    assert [label for label, _ in rows] == [exercise.label for exercise in every()]
    for (label, said), exercise in zip(rows, every(), strict=True):
        known = {mistake.code for term in exercise.terms for mistake in term.mistakes}
        named = set(re.findall(r"\b[A-Z]\d+\b", said))
        assert named, label
        assert named - known == set(), label


def test_a_link_to_the_repository_leads_to_a_file_that_is_there():
    files = re.findall(r"\(https://[^)]+/blob/\w+/([^)]+)\)", INSTRUCTORS)
    assert files
    assert [file for file in files if not (ROOT / file).is_file()] == []


ADDRESSES = re.findall(
    r"^\[[^\]]+\]\(\.\./chapters/(\w+)\.ipynb\)\n: .+\n\n  ```text\n  \?(\S+)$", INSTRUCTORS, re.MULTILINE
)


def test_every_chapter_with_a_live_figure_has_an_address():
    with_figures = {path.stem for path in CHAPTERS.glob("*.ipynb") if "figures." in source(path, "code")}
    assert {chapter for chapter, _ in ADDRESSES} == with_figures


def taken(browser, tmp_path, chapter: str, query: str) -> dict[str, object]:
    """What of an address a chapter's figures take over: the settings that they have and that are allowed."""
    cells = nbformat.read(CHAPTERS / f"{chapter}.ipynb", as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    html = [
        output.data["text/html"] for output in outputs if "data-setting" in output.get("data", {}).get("text/html", "")
    ]
    (tmp_path / "page.html").write_text(f"<!doctype html><html lang=en><title>A</title><body>{''.join(html)}", "utf-8")
    page = browser.new_page()
    try:
        page.goto(f"{(tmp_path / 'page.html').as_uri()}?{query}")
        figures = page.evaluate(
            """() => Object.fromEntries([...document.querySelectorAll("[data-setting]")].reverse().filter((f) => f.s)
              .map((f) => [f.figureName, JSON.parse(JSON.stringify(Object.fromEntries(
                Object.keys(f.constructor.shared).map((key) => [key, f.s[key]]))))]))"""
        )
    finally:
        page.close()
    return {f"{name}.{key}": value for name, shared in figures.items() for key, value in shared.items()}


def asked(query: str) -> dict[str, object]:
    def plain(text: str) -> object:
        try:
            return json.loads(text)
        except ValueError:
            return text

    return {key: plain(text) for key, text in parse_qsl(query)}


@pytest.mark.browser
@pytest.mark.parametrize(("chapter", "query"), ADDRESSES, ids=[f"{c[:2]}-{q[:24]}" for c, q in ADDRESSES])
def test_a_figure_opens_at_the_setting_of_its_address(browser, tmp_path, chapter, query):
    found = taken(browser, tmp_path, chapter, query)
    assert {key: found.get(key) for key in asked(query)} == asked(query)


@pytest.mark.browser
def test_an_address_that_no_figure_knows_is_seen(browser, tmp_path):
    found = taken(browser, tmp_path, "02_one_neuron", "nudge.weight=2&nudge.w=1000")
    assert "nudge.weight" not in found
    assert found["nudge.w"] == 0.5


# --- All of them ---------------------------------------------------------------------------------------------------


def test_the_appendices_are_in_the_list_of_contents():
    listed = (BOOK / "_toc.yml").read_text("utf-8")
    part = listed.partition("caption: Appendices")[2]
    for name in (
        "notation", "derivatives", "proofs", "converter", "glossary", "history", "instructors", "sources",
    ):  # fmt: skip
        assert f"- file: book/{name}\n" in part + "\n", name


def test_the_history_cites_what_is_in_the_list_of_sources():
    known = set(re.findall(r"^@\w+\{([^,]+),", (BOOK / "references.bib").read_text("utf-8"), re.MULTILINE))
    for page in ("history", "proofs"):
        cited = re.findall(r"\{cite(?::\w)?\}`([^`]+)`", (BOOK / f"{page}.md").read_text("utf-8"))
        assert cited
        assert {key for keys in cited for key in keys.split(",")} - known == set()
