"""The bug clinic in a real browser: it shows every bug, lets it vanish, and works for all readers."""

import random

import numpy as np
import pytest
from playwright.sync_api import expect

from backprop_lab.figures.bugs import bugs
from backprop_lab.figures.bugs_cases import BASE, ENDS, HIDDEN, WEIGHTS, at, curve, examples, measure
from backprop_lab.figures.bugs_words import CLUES, effect, finding
from backprop_lab.figures.bugs_words import trace as told_of
from backprop_lab.figures.bugs_wrong import BUGS
from tests.book.showing import settle, showing, trace

pytestmark = pytest.mark.browser

show = showing(bugs)

MENUS = ("bug", "network", "hidden", "output", "weights")


def pick(page, label: str, value: str) -> None:
    page.locator("select").nth(MENUS.index(label)).select_option(value)


def examples_m(page, m: int) -> None:
    page.get_by_role("radio", name=str(m), exact=True).and_(page.locator("[name=m]")).check(force=True)


def expected(bug: str, eta: float = 0.5, **changed) -> str:
    where = BASE | CLUES[bug][3] | changed
    net = at(examples()[where["net"]], where)
    reading = measure(bug, net)
    return told_of(reading, where, (curve(net, None, eta), curve(net, bug, eta) if reading.wrong else []), eta)


def test_the_first_frame_is_the_one_of_python_for_every_bug(show):
    visit = show({"bug": "H11"})
    assert trace(visit.page) == bugs("H11").trace
    assert not visit.page.locator("img").is_visible()
    for bug in BUGS:
        pick(visit.page, "bug", bug)
        assert trace(visit.page) == bugs(bug).trace
    assert visit.complaints() == []


def test_the_controls_do_what_python_does(show):
    page, draw = show().page, random.Random(4)
    for bug in draw.sample(BUGS, 12):
        pick(page, "bug", bug)
        where = {
            "net": draw.choice(list(examples())),
            "hidden": draw.choice(HIDDEN),
            "end": draw.choice(list(ENDS)),
            "weights": draw.choice(WEIGHTS),
        }
        for label, key in (("network", "net"), ("hidden", "hidden"), ("output", "end"), ("weights", "weights")):
            pick(page, label, where[key])
        where["m"] = draw.choice([1, 2, 3, 6])
        examples_m(page, where["m"])
        assert trace(page) == expected(bug, **where), (bug, where)


@pytest.mark.parametrize("bug", BUGS)
def test_it_vanishes_before_ones_eyes(show, bug):
    page = show({"bug": bug}).page
    button = page.get_by_role("button", name="make it vanish")
    if not CLUES[bug][2]:
        expect(button).to_be_hidden()
        return
    button.click()
    assert page.locator(".told").inner_text() == "Wrong and right agree in every entry: here the bug cannot be seen."
    if bug not in ("H6", "H9", "H11"):  # training ends the symmetry and the signs; a linear net diverges at this η
        settle(page)
        assert "Both curves are one" in page.locator(".effect").inner_text()
    expect(button).to_be_disabled()
    assert page.locator("tbody td:nth-child(2)").all_inner_texts() == ["0"] * 4
    page.get_by_role("button", name="show it again").click()
    assert trace(page) == bugs(bug).trace


def test_the_maps_and_the_table_show_the_numbers(show):
    page = show({"bug": "P11"}).page
    settle(page)
    rows = [row.split() for row in page.locator("tbody tr").all_inner_texts()]
    assert rows == [
        ["layer", "3", "0", "1", "1"],
        ["layer", "2", "0.714", "1", "0.1667"],
        ["layer", "1", "0.714", "1", "0.1667"],
        ["all", "0.473", "0.722", "varies"],
    ]
    drawn = [shape.get_attribute("d") for shape in page.locator(".maps svg path[stroke='var(--faint)']").all()]
    assert sum(d.count("z") for d in drawn) == 3 * (5 * 4 + 4 * 6 + 2 * 5)
    hollow = [shape.get_attribute("d") for shape in page.locator(".maps svg path[stroke='var(--backward)']").all()]
    reading = measure("P11", at(examples()["3-5-4-2"], BASE))
    negative = 0
    for l in (1, 2, 3):
        right, wrong = (np.hstack([g.dW[l], g.db[l]]) for g in (reading.right, reading.wrong))
        for table in (right, wrong, wrong - right):
            negative += int(np.sum(table < -1e-12))
    assert sum(d.count("z") for d in hollow) == negative
    assert page.locator(".effect").inner_text() == effect(
        curve(at(examples()["3-5-4-2"], BASE), None, 0.5), curve(at(examples()["3-5-4-2"], BASE), "P11", 0.5)
    )
    assert page.locator(".told").inner_text() == finding(reading)


def test_where_the_shapes_do_not_fit_it_says_so(show):
    visit = show({"bug": "H6"})
    pick(visit.page, "network", "3-5-4-2")
    assert "W⁽³⁾δ⁽³⁾ does not exist. The shapes find this bug for you." in visit.page.locator(".told").inner_text()
    assert visit.page.get_by_text("shapes do not fit").count() == 3
    assert visit.complaints() == []


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show({"bug": "O1"}).page
    keys = page.keyboard
    keys.press("Tab")  # mode
    keys.press("Tab")  # bug
    expect(page.locator("select").nth(0)).to_be_focused()
    keys.press("ArrowDown")
    assert trace(page) == bugs("O2").trace
    for _ in range(3):
        keys.press("Tab")
    expect(page.locator("select").nth(3)).to_be_focused()
    keys.press("ArrowDown")
    assert trace(page) == expected("O2", end="sigmoid, squared error")
    for _ in range(2):
        keys.press("Tab")  # weights, m
    keys.press("ArrowLeft")
    assert trace(page) == expected("O2", end="sigmoid, squared error", m=3)
    keys.press("Tab")
    keys.press("Enter")  # make it vanish
    assert trace(page) == expected("O2", end="identity, squared error", m=3)
    keys.press("Tab")
    keys.press("Enter")  # show it again
    assert trace(page) == bugs("O2").trace
    keys.press("Tab")  # learning rate
    keys.press("ArrowRight")
    assert trace(page) == expected("O2", eta=1.0)
    keys.press("Tab")
    keys.press("Enter")
    expect(page.locator(".live pre")).to_be_visible()
    page.get_by_role("radio", name="show a bug").focus()
    keys.press("ArrowRight")
    assert trace(page).startswith("Which bug is this? Number 1")
    keys.press("Tab")
    keys.press("Enter")  # another
    assert trace(page).startswith("Which bug is this? Number 2")
    for _ in range(4):
        keys.press("Tab")
        keys.press("Enter")
    assert "Yes:" in page.locator(".live").inner_text() or "No, not" in page.locator(".told").inner_text()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_breaks_no_rule_of_accessibility_and_fits(show, width, dark):
    visit = show({"bug": "P14"}, width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []


def test_a_link_opens_a_bug_or_a_riddle(open_html, open_address):
    address = open_html(bugs().html).address
    page = open_address(f"{address}?bugs.bug=H13&bugs.eta=1").page
    assert trace(page) == expected("H13", eta=1.0)
    page = open_address(f"{address}?bugs.mode=quiz&bugs.seed=5").page
    assert trace(page).startswith("Which bug is this? Number 5")
    page = open_address(f"{address}?bugs.bug=H99&bugs.m=77&bugs.net=huge").page
    assert trace(page) == bugs().trace
