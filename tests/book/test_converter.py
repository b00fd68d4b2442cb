"""The converter figure in a real browser: both conventions' numbers are Python's, and it needs no mouse."""

from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab.figures.converter import converter
from backprop_lab.figures.converter_conventions import ARRAYS, CONVENTIONS, NAMES
from backprop_lab.figures.converter_reading import BASE, Reading
from backprop_lab.figures.converter_words import captions, note
from backprop_lab.figures.converter_words import trace as told
from backprop_lab.figures.live import script
from tests.book.parity import TOLERANCE, apart, noticed, planted
from tests.book.showing import OUT_OF_PLACE, computing, showing, trace

pytestmark = pytest.mark.browser

show = showing(converter)
core = computing("core.js", "nets.js")

MANY = 520
KEYS = ("n_in", "n_out", "n_next", "m")
SLIDERS = ("n₀, units in", "n₁, units out", "n₂, next layer", "m, examples")


def typed(page: Page, name: str):
    return page.get_by_role("spinbutton", name=f"{name}, typed")


def says(page: Page) -> str:
    return page.locator(".live .says").inner_text()


def test_the_first_frame_is_what_python_gave(show):
    for arguments in ({}, {"convention": "theta", "array": "db"}, {"convention": "keras", "n_in": 1, "m": 1}):
        visit = show(arguments)
        assert trace(visit.page) == converter(**arguments).trace
        assert not visit.page.locator("img").is_visible()
        assert visit.complaints() == []


@cache
def cases() -> list[tuple[dict, Reading]]:
    """Random networks in random sizes, every convention, every array."""
    rng, made = np.random.default_rng(8), []
    kinds, fixed = tuple(CONVENTIONS), converter().setting
    for k in range(MANY):
        base = {name: rng.normal(size=table.shape) for name, table in BASE.items()} if k % 3 else BASE
        sizes = dict(zip(KEYS, map(int, rng.integers(1, 6, 4)), strict=True))
        reading = Reading(kinds[k % 4], **sizes, array=ARRAYS[k // 4 % len(ARRAYS)], base=base)
        setting = dict(fixed) | sizes | {"convention": reading.convention, "array": reading.array}
        made.append((setting | {"base": {name: table.tolist() for name, table in base.items()}}, reading))
    return made


COMPUTE = """(settings) => settings.map((s) => {
  const r = backpropLab.converter.read(s), { belongs, trace } = backpropLab.converter;
  return { book: r.book, theirs: r.theirs, trace: trace(r), mine: r.theirs[s.array].map((row, i) => row.map((v, j) => belongs(r, i, j))) };
})"""


def disagreement(page: Page, step: int = 1, words: bool = False) -> float:
    """The largest max|js − py| / max|py| of any array in either convention; what is said must be the same."""
    worst, chosen = 0.0, cases()[::step]
    for (_, r), js in zip(chosen, page.evaluate(COMPUTE, [setting for setting, _ in chosen]), strict=True):
        for name in ARRAYS:
            worst = max(
                worst,
                apart(js["book"][name], np.atleast_2d(r.book[name])),
                apart(js["theirs"][name], np.atleast_2d(r.theirs[name])),
            )
        mine = np.array(js["theirs"][r.array])[np.array(js["mine"])]
        back = r.taken_back(r.array)
        turned = r.words.sides[r.array] == CONVENTIONS["columns"].sides[r.array][::-1] and r.theirs[r.array].ndim == 2
        worst = max(worst, apart([mine.tolist()], (back.T if turned else back).reshape(1, -1)))
        if words:
            here, python = js["trace"].splitlines(), told(r).splitlines()
            assert len(here) == len(python)
            assert here[: -len(r.book[r.array]) - len(mine)] == python[: -len(r.book[r.array]) - len(mine)]
            # A last digit may round the other way: one line of numbers at most.
            assert sum(a != b for a, b in zip(here, python, strict=True)) <= 1
    return worst


def test_the_browser_computes_and_says_what_python_does(core):
    assert len(cases()) >= 500
    assert {r.convention for _, r in cases()} == set(CONVENTIONS)
    assert disagreement(core(script("converter_reading.js")), words=True) <= TOLERANCE


FAULTS = {
    "W is not transposed in rows": ("plusRow(multiply(X, T(W)), b), A", "plusRow(multiply(X, W), b), A"),
    "the error is not divided by m": ("(a - y) / m", "a - y"),
    "a gradient lies on its side": ("dW: multiply(T(D), X)", "dW: multiply(T(X), D)"),
    "the kernel is transposed on the way back": ("multiply(D2, T(K2))", "multiply(D2, K2)"),
    "the error goes back through the bias": ("multiply(T(withoutFirst(Theta2)), D2)", "multiply(T(Theta2), D2)"),
    "the input 1 stands last": ("X = [...ones(m), ...t.X]", "X = [...t.X, ...ones(m)]"),
    "the bias is summed over the units": ("db: sums(D) }", "db: T(sums(T(D))) }"),
    "the wrong part of Θ": ("? ahead : !ahead", "? !ahead : ahead"),
}


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    page = core(planted("converter_reading.js", right, wrong))
    assert noticed(lambda: disagreement(page, step=7))


def test_each_convention_and_each_array_says_what_python_says(show):
    visit = show()
    page = visit.page
    for convention, words in CONVENTIONS.items():
        page.get_by_role("combobox", name="Which convention are you coming from?").select_option(label=words.label)
        assert says(page) == words.says
        for name in ARRAYS:
            page.locator(f'.follow input[value="{name}"]').check(force=True)
            reading = Reading(convention, 3, 2, 5, 4, name)
            assert trace(page) == converter(convention, array=name).trace
            assert page.locator(".numbers caption").all_inner_texts() == list(captions(reading))
            assert (note(reading) or None) == (page.locator(".note").first.text_content() or None)
            drawn = page.locator(".theirsPicture, .picture").last.locator("text").all_text_contents()
            assert words.names[name] in drawn
    assert visit.complaints() == []


def test_the_first_column_of_theta_is_set_apart(show):
    page = show({"convention": "theta", "array": "W"}).page
    assert page.locator(".numbers .other").count() == 2
    page.locator('.follow input[value="b"]').check(force=True)
    assert page.locator(".numbers").last.locator(".mine").count() == 2
    page.locator('.follow input[value="X"]').check(force=True)
    assert page.locator(".numbers .other").all_inner_texts() == ["1"] * 4


def test_an_array_can_be_pointed_at(show):
    page = show().page
    page.locator('.picture [data-array="dW"]').first.click()
    assert trace(page) == converter(array="dW").trace
    assert page.get_by_role("radio", name="the gradient of W").is_checked()


def test_a_size_out_of_range_is_refused_in_words(show):
    page = show().page
    for number, why in (
        ("9", "n₀ must be a number between 1 and 5."),
        ("2.5", "n₀ must be a whole number from 1 to 5."),
    ):
        typed(page, SLIDERS[0]).fill(number)
        assert page.locator(".notes").inner_text() == f"{why} The figure keeps the last good number."
    assert trace(page) == converter().trace
    typed(page, SLIDERS[0]).fill("5")
    assert page.locator(".notes").text_content() == ""
    assert trace(page) == converter(n_in=5).trace


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    press = page.keyboard.press
    press("Tab")
    press("ArrowDown")
    assert says(page) == CONVENTIONS["keras"].says
    for name in SLIDERS:
        press("Tab")
        press("ArrowLeft")
        press("Tab")
        expect(typed(page, name)).to_be_focused()
    press("Tab")
    press("ArrowRight")
    assert trace(page) == converter("keras", n_in=2, n_out=1, n_next=4, m=3, array="W").trace
    press("Tab")
    press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


def test_a_link_can_hold_what_the_reader_chose(show):
    visit = show()
    page = visit.page
    page.goto(visit.address + "?converter.convention=theta&converter.array=dW&converter.m=2&converter.n_in=9")
    assert trace(page) == converter("theta", m=2, array="dW").trace
    page.locator('.follow input[value="b"]').check(force=True)
    page.wait_for_function("location.search.includes('converter.array=b')")


def test_a_change_is_read_out(show):
    page = show().page
    page.get_by_role("combobox").select_option("theta")
    expect(page.locator(".live [role=status]")).to_contain_text("b is the first column of Θ")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_it_is_accessible_and_fits(show, width, dark):
    visit = show({"convention": "theta", "array": "W"}, width=width, dark=dark)
    page = visit.page
    for name in SLIDERS:
        typed(page, name).fill("5")
    assert visit.accessibility() == []
    for convention in CONVENTIONS:
        page.get_by_role("combobox").select_option(convention)
        assert visit.sideways() == []
        assert visit.crowded() == []
    assert visit.complaints() == []


def test_text_on_text_in_its_pictures_is_found(show):
    visit = show()
    visit.page.evaluate(
        """() => {
          const [a, b] = document.querySelector("backprop-converter").shadowRoot.querySelectorAll(".picture text");
          for (const key of ["x", "y", "text-anchor"]) b.setAttribute(key, a.getAttribute(key));
        }"""
    )
    assert any(line.startswith("overlap") for line in visit.crowded())


def test_each_name_of_this_book_is_a_name_on_the_page(show):
    page = show().page
    assert page.locator(".follow .choice label").all_inner_texts() == [NAMES[name] for name in ARRAYS]


STILLS = [
    {"convention": convention, "array": array} | sizes
    for convention in CONVENTIONS
    for array, sizes in (
        ("X", {}),
        ("dW", dict.fromkeys(KEYS, 5)),
        ("db", dict.fromkeys(KEYS, 1)),
        ("W2", {"n_next": 1, "n_in": 5}),
    )
]


def test_in_no_still_is_a_text_cut_or_on_another(open_html):
    pictures = [converter(**setting).svg for setting in STILLS]
    assert open_html("".join(pictures)).page.evaluate(OUT_OF_PLACE) == []
    moved = pictures[0].replace("</svg>", '<text x="400" y="20">far too long a line</text></svg>')
    assert open_html(moved).page.evaluate(OUT_OF_PLACE)
