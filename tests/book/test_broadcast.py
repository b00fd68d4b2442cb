"""The broadcast figure in a real browser: its sums and its words are Python's, and it needs no mouse."""

from functools import cache
from itertools import product

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from backprop_lab.figures.broadcast import broadcast
from backprop_lab.figures.broadcast_reading import BASE, MOST, SHAPES, SUMS, Reading
from backprop_lab.figures.broadcast_words import MARKS, freedom, mark, met, mistake, rule, subtracted, verdict
from backprop_lab.figures.broadcast_words import trace as told
from backprop_lab.figures.live import script
from tests.book.parity import TOLERANCE, apart, noticed, planted
from tests.book.showing import OUT_OF_PLACE, computing, showing, trace

pytestmark = pytest.mark.browser

show = showing(broadcast)
core = computing("core.js", "nets.js")

SLIDERS = ("n, units", "m, examples")


def typed(page: Page, name: str):
    return page.get_by_role("spinbutton", name=f"{name}, typed")


def choose(page: Page, shape: str) -> None:
    page.locator(f'.choice input[value="{shape}"]').check(force=True)


def status(page: Page) -> str:
    return " ".join(page.locator(".live .status").inner_text().split())


def test_the_first_frame_is_what_python_gave(show):
    for arguments in ({}, {"b": "(n,)"}, {"n": 3, "m": 3, "b": "(n,)"}, {"n": 3, "m": 1, "b": "(n,)"}):
        visit = show(arguments)
        assert trace(visit.page) == broadcast(**arguments).trace
        assert not visit.page.locator("img").is_visible()
        assert visit.complaints() == []


@cache
def cases() -> list[Reading]:
    """Every size and shape four times: once with the figure's own numbers, three times with random ones."""
    rng, made = np.random.default_rng(11), []
    for n, m, b in product(range(1, MOST + 1), range(1, MOST + 1), SHAPES):
        made.append(Reading(n, m, b))
        made += [Reading(n, m, b, {name: rng.normal(size=table.shape) for name, table in BASE.items()}) for _ in "abc"]
    return made


def as_setting(r: Reading) -> dict:
    base = BASE if r.base is None else r.base
    return {"n": r.n, "m": r.m, "b": r.b, "base": {name: table.tolist() for name, table in base.items()}}


COMPUTE = """(settings) => settings.map((s) => {
  const { read, trace } = backpropLab.broadcast, r = read(s);
  return { kind: r.kind, shape: r.shape, back: r.back, tables: r.tables, result: r.result ?? null, stretched: r.stretched ?? null, summed: r.summed,
    gradient: r.gradient, sums: Object.values(r.sums), trace: trace(r),
    own: (r.stretched ?? []).map((row, i) => row.map((v, j) => r.original(i, j))) };
})"""


def disagreement(page: Page, step: int = 1) -> float:
    """The largest max|js − py| / max|py| of any array; shapes, verdicts and words must be the same."""
    worst, chosen = 0.0, cases()[::step]
    for r, js in zip(chosen, page.evaluate(COMPUTE, [as_setting(r) for r in chosen]), strict=True):
        assert (js["kind"], tuple(js["shape"]), tuple(js["back"])) == (r.kind, r.shape, r.back.shape)
        assert tuple(js["summed"]) == r.summed
        pairs = [(js["tables"][name], r.tables[name]) for name in r.tables]
        pairs.append((js["gradient"], r.gradient if len(r.back.shape) == 2 else r.gradient.reshape(1, -1)))
        assert (js["result"] is None) == (r.result is None)
        if r.result is not None:
            pairs += [(js["result"], r.result), (js["stretched"], r.stretched)]
            assert js["own"] == [[r.original(i, j) for j in range(r.result.shape[1])] for i in range(r.result.shape[0])]
        for key, sum_ in zip(SUMS, js["sums"], strict=True):
            assert (sum_["key"], sum_["code"], sum_["judged"]) == (key, SUMS[key][0], r.judged(key))
            assert (tuple(sum_["shape"]), tuple(sum_["after"])) == (r.sum(key).shape, r.after(key))
            pairs.append((sum_["value"], r.sum(key)))
        worst = max(worst, *(apart(a, np.atleast_2d(b)) for a, b in pairs))
        here, python = js["trace"].splitlines(), told(r).splitlines()
        # A last digit of a sum may round the other way.
        assert sum(a != b for a, b in zip(here, python, strict=True)) <= 1
        assert r.base is not None or here == python
    return worst


def test_the_browser_computes_and_says_what_python_does(core):
    assert len(cases()) >= 500
    assert {r.kind for r in cases()} == set(MARKS)
    assert disagreement(core(script("broadcast_reading.js"))) <= TOLERANCE


FAULTS = {
    "aligned from the left": ("const padded = [...Array(2 - own.length).fill(null), ...own];\n    return", "const padded = [...own, ...Array(2 - own.length).fill(null)];\n    return"),
    "nothing is refused": ('WA === 1 ? "grown" : "refused"', '"grown"'),
    "summed over the other axis": ("r.gradient = sumOver(D, r.summed);", "r.gradient = sumOver(D, r.summed.map((k) => 1 - k));"),
    "the mean is over the units": ("row.map((v) => v / m)", "row.map((v) => v / n)"),
    "b is not added": ("at(WA, i, j) + at(b, i, j)", "at(WA, i, j)"),
    "a copy is taken for b": ("!(j && axes[1].copied)", "true"),
    "the shape after the step": ("(size === 1 ? padded[1][k] : size)", "size"),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    page = core(planted("broadcast_reading.js", right, wrong))
    assert noticed(lambda: disagreement(page, step=7))


@pytest.mark.parametrize(("n", "m"), [(3, 4), (3, 3), (3, 1)])
def test_each_shape_of_b_says_what_python_says(show, n, m):
    visit = show({"n": n, "m": m})
    page = visit.page
    for b in SHAPES:
        choose(page, b)
        r = Reading(n, m, b)
        assert trace(page) == broadcast(n, m, b).trace
        assert status(page) == " ".join(f"{MARKS[r.kind]} {verdict(r)}".split())
        assert page.locator(".rule").inner_text() == rule(r)
        assert page.locator(".freedom, .note").filter(has_text="Each of the five").inner_text() == freedom(r)
        assert page.locator(".status.bad").count() == (r.kind != "meant")
        cards = page.locator(".card")
        for k, key in enumerate(SUMS):
            assert cards.nth(k).locator("p").all_inner_texts() == [
                f"{mark(r, key)} {mistake(r, key)}",
                subtracted(r, key),
            ]
            assert cards.nth(k).locator("td").count() == r.sum(key).size
        boxes = page.locator(".aligned")
        assert boxes.locator("svg").get_attribute("aria-label") == "; ".join(
            f"axis {a.number}: {a.WA} and {'none' if a.b is None else a.b}, {met(a)}" for a in r.axes
        )
        assert boxes.locator(".backward").count() > 0 if r.kind in ("refused", "grown") else True
    assert visit.complaints() == []


def test_a_copy_is_told_without_colour(show):
    page = show().page
    copies = page.locator(".forward text.soft.small", has_text="(10)").all_text_contents()
    assert copies == ["(10)"] * 3
    assert page.locator('.forward rect[stroke-dasharray="2 3"]').count() == 9
    choose(page, "(n,)")
    assert page.locator(".forward text", has_text="?").count() == 1
    assert page.locator('.forward rect[stroke-dasharray="2 3"]').count() == 0


def test_a_size_out_of_range_is_refused_in_words(show):
    page = show().page
    for number, why in (("9", "m must be a number between 1 and 5."), ("2.5", "m must be a whole number from 1 to 5.")):
        typed(page, SLIDERS[1]).fill(number)
        assert page.locator(".notes").inner_text() == f"{why} The figure keeps the last good number."
    assert trace(page) == broadcast().trace
    typed(page, SLIDERS[1]).fill("2")
    assert page.locator(".notes").text_content() == ""
    assert trace(page) == broadcast(m=2).trace


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    press = page.keyboard.press
    press("Tab")
    press("ArrowRight")
    assert status(page).startswith("✗ refused")
    for name in SLIDERS:
        press("Tab")
        press("ArrowLeft")
        press("Tab")
        expect(typed(page, name)).to_be_focused()
    press("ArrowDown")
    assert trace(page) == broadcast(2, 2, "(n,)").trace
    assert "fits only because m = n" in status(page)
    press("Tab")
    press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


def test_a_link_can_hold_what_the_reader_chose(show):
    visit = show()
    page = visit.page
    page.goto(visit.address + "?broadcast.n=4&broadcast.b=(n,)&broadcast.m=9")
    assert trace(page) == broadcast(4, 4, "(n,)").trace
    choose(page, "(1, m)")
    page.wait_for_function("new URLSearchParams(location.search).get('broadcast.b') === '(1, m)'")


def test_a_change_is_read_out_and_each_shape_has_a_spoken_name(show):
    page = show().page
    page.get_by_role("radio", name="b of shape n, one axis only").check(force=True)
    expect(page.locator(".live [role=status]")).to_contain_text("NumPy refuses: along axis 1 W A has 4 and b has 3")
    spoken = page.locator(".choice input").evaluate_all("nodes => nodes.map(node => node.ariaLabel)")
    assert spoken == [
        f"b of shape {said}"
        for said in ("n by 1", "n, one axis only", "1 by m", "1 by 1", "n by m", "m, one axis only")
    ]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390, 320])
def test_it_is_accessible_and_fits(show, width, dark):
    visit = show(width=width, dark=dark)
    page = visit.page
    for n, m in ((3, 4), (5, 5), (5, 1), (1, 5)):
        typed(page, SLIDERS[0]).fill(str(n))
        typed(page, SLIDERS[1]).fill(str(m))
        for b in SHAPES:
            choose(page, b)
            assert visit.sideways() == []
            assert visit.crowded() == []
    assert visit.accessibility() == []
    choose(page, "(n,)")
    assert visit.accessibility() == []
    assert visit.complaints() == []


def test_text_on_text_in_its_pictures_is_found(show):
    visit = show()
    visit.page.evaluate(
        """() => {
          const [a, b] = document.querySelector("backprop-broadcast").shadowRoot.querySelectorAll(".forward text");
          for (const key of ["x", "y", "text-anchor"]) b.setAttribute(key, a.getAttribute(key));
        }"""
    )
    assert any(line.startswith("overlap") for line in visit.crowded())


STILLS = [{"n": n, "m": m, "b": b} for n, m in ((3, 4), (5, 5), (5, 1), (1, 5)) for b in SHAPES]


def test_in_no_still_is_a_text_cut_or_on_another(open_html):
    pictures = [broadcast(**setting).svg for setting in STILLS]
    assert open_html("".join(pictures)).page.evaluate(OUT_OF_PLACE) == []
    moved = pictures[0].replace("</svg>", '<text x="400" y="20">far too long a line</text></svg>')
    assert open_html(moved).page.evaluate(OUT_OF_PLACE)
