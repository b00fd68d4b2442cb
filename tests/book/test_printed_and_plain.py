"""A page on paper, and in a browser that runs no scripts; where its lines may end."""

from pathlib import Path

import pytest
from bs4 import BeautifulSoup, NavigableString
from docutils import nodes
from docutils.utils import new_document

from .test_formulas import imported, pages

PAGE = "chapters/02_one_neuron.html"
THEME = "document.documentElement.dataset.theme"
LINK = "getComputedStyle(document.querySelector('main p a')).color"


@pytest.mark.browser
def test_what_is_printed_is_light_and_the_screen_stays_as_it_is(open_page):
    page = open_page(PAGE, dark=True).page
    assert page.evaluate(THEME) == "dark"
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(THEME) == "light"
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(THEME) == "dark"


@pytest.mark.browser
def test_a_real_print_asks_for_the_light_page(open_page):
    page = open_page(PAGE, dark=True).page
    page.evaluate(f"addEventListener('beforeprint', () => {{ window.printed = {THEME} }})")
    page.pdf()
    assert page.evaluate("window.printed") == "light"


@pytest.mark.browser
def test_without_scripts_a_page_has_its_colours_and_the_search_says_what_it_needs(browser, site_url, open_page):
    context = browser.new_context(java_script_enabled=False, color_scheme="light")
    plain = context.new_page()
    plain.goto(site_url + PAGE)
    assert plain.locator("main p a").first.evaluate("a => getComputedStyle(a).color") == open_page(PAGE).page.evaluate(
        LINK
    )
    plain.goto(site_url + "search.html")
    told = plain.locator("noscript .admonition")
    assert told.is_visible()
    assert "Please activate JavaScript" in told.text_content()
    context.close()


def broken(page: BeautifulSoup) -> list[str]:
    """Formulas in sentences from which a line may part the mark that stands beside them."""
    return [
        f"{formula.get_text()[:40]} {beside}"
        for formula in page.select("span.math")
        for beside, mark in ((formula.next_sibling, str.startswith), (formula.previous_sibling, str.endswith))
        if type(beside) is NavigableString and mark(str(beside), (".", ",", ";", ":", ")") if mark is str.startswith else "(")
        and "unbroken" not in formula.parent.get("class", [])
    ]  # fmt: skip


@pytest.mark.browser
@pytest.mark.parametrize("path", pages())
def test_no_line_may_end_between_a_formula_and_its_stop(site, path):
    assert broken(BeautifulSoup((Path(site) / f"{path}.html").read_text("utf-8"), "html.parser")) == []


def test_a_stop_on_a_line_of_its_own_is_seen():
    page = '<p>the output <span class="math">a</span>. (<span class="math">b</span> <span class="unbroken">'
    assert len(broken(BeautifulSoup(f'{page}<span class="math">c</span>.</span></p>', "html.parser"))) == 2


def test_a_sentence_says_the_same_with_its_formulas_and_marks_held_together():
    sentence = nodes.paragraph()
    sentence += [
        nodes.Text("If ("),
        nodes.math("", "a"),
        nodes.Text("), then "),
        nodes.math("", "b"),
        nodes.math("", "c"),
    ]
    sentence += [nodes.Text("… "), nodes.math("", "d")]
    document = new_document("a page")
    document += sentence
    before = sentence.astext()
    imported("unbroken").Unbroken(document).run()
    assert sentence.astext() == before
    assert [span.astext() for span in sentence.findall(nodes.inline)] == ["(a),", "c…"]
    assert [math.astext() for math in sentence.findall(nodes.math)] == ["a", "b", "c", "d"]
