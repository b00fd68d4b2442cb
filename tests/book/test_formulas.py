"""Every formula of the book's sources is on its page, as MathML that a browser can show, with letters that its font has."""

import base64
import io
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from types import ModuleType

import nbformat
import pytest
import yaml
from bs4 import BeautifulSoup
from fontTools.ttLib import TTFont
from markdown_it import MarkdownIt
from mdit_py_plugins.amsmath import amsmath_plugin
from mdit_py_plugins.dollarmath import dollarmath_plugin

from tests.paths import ROOT

BOOK = ROOT / "book"
READ = MarkdownIt("commonmark").enable("table").use(dollarmath_plugin, allow_digits=True).use(amsmath_plugin)
MATHS = {"math_inline", "math_inline_double", "math_block", "math_block_label", "amsmath"}


def imported(name: str) -> ModuleType:
    import importlib.util

    spec = importlib.util.spec_from_file_location(f"book_{name}", BOOK / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


mathml, published, trimmed = imported("mathml"), imported("published"), imported("trimmed")


# --- from TeX to MathML ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tex", "part"),
    [
        (r"\frac{\partial L}{\partial w}", "<mfrac>"),
        (r"\sum_{k=1}^m x_k", "<mo movablelimits"),
        (r"\underbrace{a}_{\text{loss}}", "⏟"),
        (r"\begin{pmatrix}1 & 2\\3 & 4\end{pmatrix}", "<mtable>"),
        (r"\begin{aligned}a &= b\\ &= c\end{aligned}", "tml-jot"),
        (r"\begin{cases}a & b\\c & d\end{cases}", "{</mo>"),
        (r"\boxed{a}", "border:"),
        (r"\color{red} a", "red"),
        (r"\mathbf 1\, W^{\mathsf T}", "𝖳"),
        (r"\sigma'(z)", "tml-prime"),
        (r"A \odot B", "⊙"),
        (r"\sqrt{\hat v}", "<msqrt>"),
    ],
)
def test_each_kind_of_formula_is_understood_and_keeps_its_tex(tex, part):
    made = mathml.mathml(tex, display=True)
    assert part in made
    assert BeautifulSoup(made, "html.parser").find("annotation")["encoding"] == "application/x-tex"
    assert BeautifulSoup(made, "html.parser").find("annotation").get_text() == tex


@pytest.mark.parametrize("tex", [r"\nope", r"\frac{a", "a^b^c", r"\begin{aligned}a"])
def test_a_formula_that_cannot_be_read_is_an_error(tex):
    with pytest.raises(mathml.BadFormula, match="Error"):
        mathml.mathml(tex, display=False)


def test_an_index_is_as_tight_as_tex_sets_it_and_a_line_is_not():
    line, index = mathml.mathml("l=1", display=False), mathml.mathml("x_{l=1}", display=False)
    assert '<mo lspace="0em" rspace="0em">=</mo>' in index
    assert "<mo>=</mo>" in line


THIN = '<mspace width="0.1667em" />'


@pytest.mark.parametrize("tex", [r"y_k \ln a", r"(1 - y) \ln a", r"2 \ln a", r"\sum_k \max(a, 0)"])
def test_the_name_of_a_function_keeps_its_distance_from_what_stands_before_it(tex):
    before, name, _ = re.split("<mi>(ln|max)</mi>", mathml.mathml(tex, display=False))
    assert before.removesuffix("<mrow>").endswith(THIN), name


@pytest.mark.parametrize("tex", [r"-\ln a", r"\ln a", r"\lambda_{\ln}", r"\begin{aligned} a \\ &\ln a \end{aligned}"])
def test_and_no_more_than_that(tex):
    assert THIN not in mathml.mathml(tex, display=False).partition("<mi>ln</mi>")[0]


def test_what_stands_first_has_nothing_to_keep_away_from():
    assert '<mo movablelimits="false" lspace="0em">∑</mo>' in mathml.mathml(r"\sum_k a", display=False)
    assert '<mo movablelimits="false">∑</mo>' in mathml.mathml(r"a \sum_k a", display=False)


def test_a_name_by_itself_has_no_space_behind_it():
    assert THIN not in mathml.mathml(r"\ln", display=False)
    assert THIN in mathml.mathml(r"\ln a", display=False)


def test_a_sum_that_goes_on_in_the_next_line_has_a_plus_and_no_sign():
    sum_, sign = (
        mathml.mathml(rf"\begin{{aligned}}a &= b \\ &{line}\end{{aligned}}", True) for line in ("+ c", "= +c")
    )
    assert '<mo form="infix" stretchy="false">+</mo>' in sum_
    assert '<mo form="prefix" stretchy="false">+</mo>' in sign


@pytest.mark.parametrize("tex", [r"\sqrt n", r"\sqrt[3]{n}", r"\sqrt{\hat v} + c"])
def test_a_root_over_a_small_letter_does_not_hang_below_the_line(tex):
    under = BeautifulSoup(mathml.mathml(tex, display=False), "html.parser").find(["msqrt", "mroot"])
    assert next(child.name for child in under.find("mrow").find_all(recursive=False)) == "mspace"
    assert len(under.find_all(recursive=False)) == (2 if under.name == "mroot" else 1)


def test_lines_and_paragraphs_of_a_block_are_lines_of_one_formula():
    assert mathml.lines("a = b") == "a = b"
    assert mathml.lines(r"a\\b") == r"\begin{split}a\\b\end{split}"
    assert mathml.lines("a\n\nb") == r"\begin{aligned}a\\b\end{aligned}"


def test_a_process_that_has_set_a_formula_ends():
    """V8 has a thread, which kept the process from ending when nobody closed it: six times in eight."""
    code = "import mathml; print(mathml.mathml('a', display=False))"
    for _ in range(4):
        done = subprocess.run([sys.executable, "-c", code], cwd=BOOK, timeout=60, capture_output=True, text=True)
        assert done.stdout.startswith("<math>"), done.stderr


# --- from the sources to the pages -----------------------------------------------------------------------------------


def pages() -> list[str]:
    """The pages of the book by the table of contents, without suffix."""
    listed = yaml.safe_load((BOOK / "_toc.yml").read_text("utf-8"))
    return [listed["root"], *(page["file"] for part in listed["parts"] for page in part["chapters"])]


def formulas_in(markdown: str) -> int:
    """Formulas of a text. What stands in a directive is text as well."""
    found = 0
    for token in READ.parse(markdown):
        found += token.type in MATHS
        found += sum(child.type in MATHS for child in token.children or ())
        if token.type == "fence" and token.info.startswith("{") and not token.info.startswith("{code"):
            found += formulas_in(token.content)
    return found


def formulas_of_source(page: str) -> int:
    if (notebook := ROOT / f"{page}.ipynb").exists():
        cells = nbformat.read(notebook, as_version=4).cells
        outputs = [output for cell in cells for output in cell.get("outputs", ())]
        return sum("text/latex" in output.get("data", {}) for output in outputs) + sum(
            formulas_in(cell.source) for cell in cells if cell.cell_type == "markdown"
        )
    return formulas_in((ROOT / f"{page}.md").read_text("utf-8"))


def formulas_of_page(html: str) -> list[str]:
    article = BeautifulSoup(html, "html.parser").find("article")
    return [str(formula) for formula in article.find_all("math")]


# A browser draws none of these that has another number of children.
CHILDREN = {"msub": 2, "msup": 2, "msubsup": 3, "munder": 2, "mover": 2, "munderover": 3, "mfrac": 2, "mroot": 2}


def faults(html: str) -> Iterator[str]:
    """Formulas that could not be read, and TeX that was left for a script that does not come."""
    soup = BeautifulSoup(html, "html.parser")
    for part in soup.find_all(list(CHILDREN)):
        if len(part.find_all(recursive=False)) != CHILDREN[part.name]:
            yield str(part)
    for wrong in soup.select("merror, .temml-error, .math > code, .formula > code"):
        yield wrong.get_text()
    for formula in soup.select(".math"):
        if formula.find("math") is None:
            yield formula.get_text()[:80]


@pytest.mark.parametrize("page", pages())
def test_every_formula_of_the_source_is_on_its_page_without_a_fault(site, page):
    html = (site / f"{page}.html").read_text("utf-8")
    assert len(formulas_of_page(html)) == formulas_of_source(page)
    assert list(faults(html)) == []


def test_the_book_has_thousands_of_formulas():
    assert sum(formulas_of_source(page) for page in pages()) > 5000


def test_a_planted_fault_is_found():
    assert list(faults(r'<span class="math">\(a\)</span>')) == [r"\(a\)"]
    assert list(faults('<span class="math"><math><merror><mtext>no</mtext></merror></math></span>')) == ["no"]
    assert list(faults("<math><msub><mi>a</mi><mspace></mspace><mi>b</mi></msub></math>"))
    assert formulas_in("One $a$ and\n\n$$\nb\n$$ (eq-b)\n\n\\begin{align}\nc\n\\end{align}\n\nand `$d$`.") == 3


# --- their letters ---------------------------------------------------------------------------------------------------


def font_of(style: str) -> TTFont:
    data = re.search(r"data:font/woff2;base64,([\w+/=]+)", style)[1]
    return TTFont(io.BytesIO(base64.b64decode(data)))


def test_the_font_has_every_letter_of_every_formula_and_stretches(site):
    font = font_of((site / "_static" / "formulas.css").read_text("utf-8"))
    shown = {ord(letter) for page in pages() for formula in formulas_of_page((site / f"{page}.html").read_text("utf-8"))
             for letter in BeautifulSoup(re.sub("<annotation.*?</annotation>", "", formula, flags=re.DOTALL), "html.parser").get_text()}  # fmt: skip
    absent = {chr(code) for code in shown - set(font.getBestCmap()) if code > 32 and code not in INVISIBLE}
    assert absent == set()
    assert {0x221A, 0x1D464, 0x1D6FF} <= set(font.getBestCmap())  # a root, a slanted w and δ
    assert font["MATH"].table.MathVariants.VertGlyphCoverage.glyphs
    assert font["MATH"].table.MathConstants.SuperscriptBaselineDropMax.Value == 386


# Function application, thin spaces and the like.
INVISIBLE = {0xA0, 0x2061, 0x2062, 0x2063, 0x2064, 0x2009, 0x200A, 0x200B, 0x2002, 0x2003, 0x2005}


def test_a_letter_that_no_page_shows_is_not_in_the_font():
    letters = trimmed.letters_of_formulas("<p>Q</p><math><mi>w</mi><annotation>Z</annotation></math>")
    assert {ord("w"), ord("𝑤")} <= letters
    assert letters.isdisjoint({ord("Q"), ord("Z"), ord("𝑍")})


# --- in a browser ----------------------------------------------------------------------------------------------------

SHIFT = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => { for (const e of list.getEntries()) if (!e.hadRecentInput) sum += e.value; })
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 1000);
})"""


@pytest.mark.browser
@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_while_a_page_comes_and_no_script_is_asked_for_formulas(open_page, width):
    visit = open_page("chapters/02_one_neuron.html", width=width)
    assert visit.page.evaluate(SHIFT) < 0.05
    asked = visit.page.evaluate("performance.getEntriesByType('resource').map(e => e.name)")
    assert [name for name in asked if re.search("mathjax|fontawesome.js|searchindex", name, re.IGNORECASE)] == []
    assert visit.page.evaluate(
        "[...document.fonts].some(f => f.family.includes('Book Maths') && f.status === 'loaded')"
    )


@pytest.mark.browser
def test_a_layout_that_shifts_is_seen(open_html):
    body = "<div id=a></div><p style='height: 500px'>text</p><script>setTimeout(() => a.style.height = '400px', 300)</script>"
    assert open_html(body).page.evaluate(SHIFT) > 0.05


@pytest.mark.browser
def test_a_wide_formula_scrolls_in_its_box_and_can_be_reached_by_keyboard(open_page):
    visit = open_page("book/derivatives.html", width=390)
    wide = visit.page.locator(".formula[tabindex='0']")
    assert wide.count() > 0
    wide.first.focus()
    before = visit.page.evaluate("document.activeElement.scrollLeft")
    visit.page.keyboard.press("ArrowRight")
    visit.page.wait_for_function("(x) => document.activeElement.scrollLeft > x", arg=before)
    assert visit.sideways() == []


@pytest.mark.browser
def test_what_is_copied_has_formulas_as_tex(open_page):
    visit = open_page("chapters/06_two_layers.html")
    copied = visit.page.evaluate(
        """() => {
          const range = document.createRange(), formula = document.querySelector("p:has(math)");
          range.selectNodeContents(formula);
          getSelection().removeAllRanges(); getSelection().addRange(range);
          const event = new ClipboardEvent("copy", { clipboardData: new DataTransfer(), bubbles: true, cancelable: true });
          formula.dispatchEvent(event);
          return event.clipboardData.getData("text/plain");
        }"""
    )
    cells = json.loads((ROOT / "chapters" / "06_two_layers.ipynb").read_text("utf-8"))["cells"]
    source = " ".join("".join(cell["source"]) for cell in cells)
    formulas = re.findall(r"\$[^$]+\$", copied)
    assert formulas
    assert all(formula in source for formula in formulas)
