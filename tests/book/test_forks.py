"""The forks figure in a real browser: a reader finds each path, and it is usable without a mouse."""

import re

import numpy as np
import pytest
from playwright.sync_api import expect

from backprop_lab import network
from backprop_lab.figures.forks import forks
from backprop_lab.figures.forks_paths import Start
from tests.book.showing import settle, trace
from tests.figures.small_networks import starts

pytestmark = pytest.mark.browser


@pytest.fixture
def show(open_html):
    """`show(width=…, wrt=…)` opens a page with the figure; `show(case)` with a network."""

    def one(*case, wrt: str | None = None, path: int = 1, **how):
        return open_html(forks(*case, wrt=wrt, path=path).html, **how)

    return one


@pytest.mark.parametrize("wrt", ["w1.2.1", "w2.2.3", "u0.2", "u1.3"])
def test_the_first_frame_is_the_setting_that_python_gave(show, wrt):
    visit = show(wrt=wrt)
    assert trace(visit.page) == forks(wrt=wrt).trace
    assert not visit.page.locator("img").is_visible()
    assert visit.complaints() == []


def test_cancelled_paths_and_dead_units_are_told_alike(show):
    params = network.init((1, 1, 2), ("identity", "identity"))
    params.vector[:] = [0.5, 0.0, 0.5, 0.5, 0.0, 0.0]
    case = (params, [[1.0]], [[0.0], [0.5]])
    page = show(*case, wrt="u0.1").page
    assert trace(page) == forks(*case, wrt="u0.1").trace
    assert page.locator(".told").inner_text() == "The 2 paths cancel: what some add, others take away."


def test_each_start_can_be_selected_and_shows_the_same_number_twice(show):
    page = show().page
    sizes = (2, 3, 2)
    for wrt in starts(sizes):
        start = Start.of(wrt, sizes)
        if start.back:
            page.get_by_role("radio", name="a weight").check(force=True)
            page.get_by_role("combobox", name="into", exact=True).select_option(f"{start.layer}.{start.unit}")
            page.get_by_role("combobox", name="from", exact=True).select_option(f"{start.layer - 1}.{start.back}")
        else:
            page.get_by_role("radio", name="a unit").check(force=True)
            page.get_by_role("combobox", name="unit", exact=True).select_option(f"{start.layer}.{start.unit}")
        assert trace(page) == forks(wrt=wrt).trace
        *_, derivative, total = page.locator(".recursion .end b").all_inner_texts()
        assert derivative == total
        assert page.locator(".verdict").inner_text() == "The same, digit for digit."


def test_a_click_on_a_line_or_a_unit_starts_there(show):
    for width in (1280, 390):
        page = show(width=width).page
        for wrt in starts((2, 3, 2))[width < 1000 :: 2]:
            x, y = page.evaluate(
                """(wrt) => {
                  const f = document.querySelector("backprop-forks"), from = backpropLab.forks.start(wrt, f.s.sizes);
                  const { at } = backpropLab.forks.layout(f.s, f.wide), p = at(from.layer, from.unit);
                  const q = from.back ? at(from.layer - 1, from.back) : p, t = from.back ? 0.3 : 0;
                  const box = f.picture.getBoundingClientRect();
                  return [box.left + p[0] + t * (q[0] - p[0]), box.top + p[1] + t * (q[1] - p[1])];
                }""",
                wrt,
            )
            page.mouse.click(x, y)
            assert trace(page) == forks(wrt=wrt).trace


def test_a_chosen_path_is_drawn_dashed_and_numbered_and_told_factor_by_factor(show):
    page = show().page
    dashed = page.locator('.picture path[stroke-dasharray="5 3"]')
    assert dashed.count() == 3
    assert page.locator(".factors li .dot").all_inner_texts() == ["1", "2", "3", "4"]
    numbers = page.locator(".picture text.backward.strong").all_text_contents()
    assert numbers == ["1", "2", "3", "4"]
    first = page.locator(".factors li > span:last-child").all_inner_texts()
    page.get_by_role("button", name="next path").click()
    expect(page.get_by_role("radio", name="L ← a₂⁽²⁾")).to_be_checked()
    assert page.locator(".factors li > span:last-child").all_inner_texts() != first
    page.get_by_role("button", name="next path").click()
    expect(page.get_by_role("radio", name="all at once")).to_be_checked()
    assert dashed.count() == 5  # what both share is drawn once
    assert "All of them end in σ'(z₂⁽¹⁾) · x₁" in page.locator(".factors").inner_text()
    page.get_by_role("button", name="previous path").click()
    expect(page.locator(".live [role=status]")).to_contain_text("Path 2 of 2: 0.263 times 0.9", timeout=3000)


def test_a_single_path_leaves_nothing_to_choose(show):
    page = show(wrt="w2.1.2", path=0).page
    assert page.locator(".list input").count() == 1
    assert page.locator(".list input").is_checked()
    assert page.get_by_role("button", name="next path").is_disabled()
    assert page.locator(".told").inner_text() == "One path only: its product is ∂L/∂w₁₂⁽²⁾, and nothing is added."
    assert "its δ is there at once" in page.locator(".recursion").inner_text()


def test_the_row_leads_to_delta_and_delta_times_a_to_the_weight(show):
    lines = show().page.locator(".recursion .end").all_inner_texts()
    said = " | ".join(" ".join(line.split()) for line in lines)
    assert "(W⁽²⁾ᵀ δ⁽²⁾)₂ 0.1583 | times σ'(z₂⁽¹⁾) 0.5224 | δ₂⁽¹⁾ 0.08269 | times x₁ 1.5" in said
    assert "∂L/∂w₂₁⁽¹⁾ = δ₂⁽¹⁾ x₁ 0.1240326577 | sum over the paths 0.1240326577" in said


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    page.keyboard.press("Tab")  # start at
    page.keyboard.press("Tab")  # into
    expect(page.get_by_role("combobox", name="into", exact=True)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    assert trace(page) == forks(wrt="w1.3.2").trace
    for _ in range(2):
        page.keyboard.press("Tab")  # previous, next
    page.keyboard.press("Enter")
    expect(page.get_by_role("radio", name="L ← a₂⁽²⁾")).to_be_checked()
    page.keyboard.press("Tab")  # the list of paths
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("radio", name="L ← a₁⁽²⁾")).to_be_focused()
    expect(page.get_by_role("radio", name="L ← a₁⁽²⁾")).to_be_checked()
    for _ in range(5):
        page.keyboard.press("Shift+Tab")
    page.keyboard.press("ArrowRight")  # a unit
    page.keyboard.press("Tab")
    expect(page.get_by_role("combobox", name="unit", exact=True)).to_be_focused()
    page.keyboard.press("Home")
    assert trace(page) == forks(wrt="u0.1").trace
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


def test_the_counts_are_shown(show):
    page = show().page
    settle(page)
    rows = [re.split(r"\s+(?=\d+)", row) for row in page.locator("tbody tr").all_inner_texts()]
    assert rows == [["layer", "1", "3", "2", "12", "9"], ["input", "2", "6", "36", "6"]]
    drawn = page.locator(".picture text").all_text_contents()
    assert [said for said in ("6 paths", "2 paths", "1 path") if said not in drawn] == []


def test_an_address_holds_start_and_path_and_a_wrong_one_is_ignored(show):
    visit = show()
    visit.page.get_by_role("button", name="next path").click()
    visit.page.wait_for_function("location.search.includes('forks.path=2')", timeout=3000)
    visit.page.goto(visit.address + "?forks.wrt=u0.2&forks.path=5")
    assert trace(visit.page) == forks(wrt="u0.2").trace
    assert visit.page.locator(".list input:checked").input_value() == "5"
    visit.page.goto(visit.address + "?forks.wrt=w9.1.1&forks.path=77")
    assert trace(visit.page) == forks().trace
    assert visit.complaints() == []


def largest() -> tuple:
    params = network.init((4, 4, 4, 4), ("tanh", "relu", "softmax"), "cross_entropy", seed=1)
    return params, np.array([[1.0], [-0.5], [0.25], [0.75]]), np.array([[0.0], [1], [0], [0]])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("big", [False, True], ids=["2-3-2", "4-4-4-4"])
def test_it_breaks_no_rule_of_accessibility_and_fits(show, width, dark, big):
    visit = show(*(largest() if big else ()), wrt="u0.2" if big else None, path=7 if big else 1, width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []
