"""The chain figure in a real browser: it says what Python says, and a reader without a mouse can do it all."""

import random
import re

import pytest
from playwright.sync_api import Page, expect

from backprop_lab.figures.chain import chain
from backprop_lab.layers import Parameters
from tests.book.showing import settle, showing, trace
from tests.figures.small_networks import NAMES, random_chain

pytestmark = pytest.mark.browser

show = showing(chain)


def parameter(page: Page, name: str):
    return page.get_by_role("radio", name=re.compile(rf"^{name[0]}⁽{'⁰¹²³⁴⁵'[int(name[1])]}⁾, "))


def factors(page: Page):
    return page.locator(".product button")


def test_the_first_frame_is_the_setting_that_python_gave(show):
    setting = {"params": random_chain(4, 1), "x": -0.75, "y": 0.25, "wrt": "b2"}
    visit = show(setting)
    assert trace(visit.page) == chain(**setting).trace
    assert not visit.page.locator("img").is_visible()
    assert visit.complaints() == []


def test_each_parameter_of_each_chain_shows_the_trace_of_python(show):
    for neurons in (2, 3, 5):
        params = random_chain(neurons, 3)
        page = show({"params": params, "wrt": "w1"}).page
        for l in range(1, neurons + 1):
            for kind in "wb":
                parameter(page, f"{kind}{l}").check(force=True)
                assert trace(page) == chain(params, wrt=f"{kind}{l}").trace


EDGES = [
    {"x": 0.0},
    {"x": 100.0, "y": -100.0},
    {"params": Parameters.of({1: [[1.0]], 2: [[0.0]]}, {1: [[-5.0]], 2: [[0.0]]}, ["relu", "leaky_relu"], "squared_error")},
    {"params": Parameters.of({1: [[90.0]], 2: [[-90.0]]}, {1: [[0.0]], 2: [[0.0]]}, ["sigmoid", "tanh"], "squared_error")},
    {"params": Parameters.of({l: [[100.0]] for l in range(1, 6)}, {l: [[0.0]] for l in range(1, 6)}, ["identity"] * 5, "squared_error")},
]  # fmt: skip


@pytest.mark.parametrize("setting", EDGES, ids=range(len(EDGES)))
def test_at_the_edges_it_says_what_python_says(show, setting):
    visit = show(setting)
    assert trace(visit.page) == chain(**setting).trace
    assert visit.complaints() == []


def test_more_and_fewer_neurons_and_typed_numbers(show):
    page, draw = show().page, random.Random(5)
    page.get_by_role("radio", name="5 neurons").check(force=True)
    settle(page)
    assert "55 multiplications from scratch, 14 with δ" in page.locator(".grows").inner_text()
    numbers = {}
    for l in range(1, 6):
        parameter(page, f"w{l}").check(force=True)
        for kind, word in (("w", "weight"), ("b", "bias")):
            numbers[f"{kind}{l}"] = round(draw.uniform(-2, 2), 3)
            name = f"{kind}⁽{'⁰¹²³⁴⁵'[l]}⁾, {word}, typed"
            page.get_by_role("spinbutton", name=name).fill(str(numbers[f"{kind}{l}"]))
        page.get_by_label(f"σ⁽{'⁰¹²³⁴⁵'[l]}⁾ activation").select_option(NAMES[l])
    W, b = ({l: [[numbers[f"{kind}{l}"]]] for l in range(1, 6)} for kind in "wb")
    params = Parameters.of(W, b, NAMES[1:6], "squared_error")
    assert trace(page) == chain(params, wrt="w5").trace
    page.get_by_role("radio", name="2 neurons").check(force=True)
    fewer = Parameters.of({l: W[l] for l in (1, 2)}, {l: b[l] for l in (1, 2)}, NAMES[1:3], "squared_error")
    assert trace(page) == chain(fewer, wrt="w2").trace  # w5 is gone: the last that is there
    assert not parameter(page, "w3").is_visible()


def test_the_product_lights_up_and_the_reused_part_is_marked(show):
    page = show().page
    assert factors(page).count() == 7
    assert page.locator(".reused button").count() == 4
    assert "reused: δ⁽²⁾ = 0.1487" in page.locator(".reused").inner_text()
    assert page.locator(".picture [data-factor]").count() == 7
    parameter(page, "w3").check(force=True)
    assert factors(page).count() == 3
    assert page.locator(".reused").count() == 0
    settle(page)
    rows = [row.split("\t") for row in page.locator("tbody tr").all_inner_texts()]
    assert [row[2:] for row in rows] == [
        ["2", "2"],
        ["1", "0"],
        ["4", "3"],
        ["3", "0"],
        ["6", "3"],
        ["5", "0"],
        ["21", "8"],
    ]


def test_a_factor_says_which_path_it_carries_and_who_shares_it(show):
    page = show().page
    page.locator('.product [data-factor="s2"]').click()
    said = page.locator(".sharing").inner_text()
    assert (
        "the piece of the path from z⁽²⁾ to a⁽²⁾. 4 of 6 derivatives hold it: the paths from w⁽²⁾, b⁽²⁾, w⁽¹⁾, b⁽¹⁾"
        in said
    )
    settle(page)
    assert page.locator("tbody th", has_text="◆").count() == 4
    page.locator('.product [data-factor="L"]').click()
    assert "All 6 derivatives hold it" in page.locator(".sharing").inner_text()
    page.locator('.product [data-factor="w1"]').click()
    assert "no other derivative holds it" in page.locator(".sharing").inner_text()
    page.locator('.product [data-factor="w1"]').click()
    assert page.locator(".sharing").inner_text().startswith("Choose a factor")


def test_the_picture_can_be_clicked_too(show):
    page = show().page
    page.locator('.picture [data-wrt="b2"]').click()
    expect(parameter(page, "b2")).to_be_checked()
    page.locator('.picture [data-factor="s3"]').click()
    expect(page.locator('.product [data-factor="s3"]')).to_have_attribute("aria-pressed", "true")
    assert trace(page) == chain(wrt="b2").trace


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    page.keyboard.press("Tab")  # neurons
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="4 neurons")).to_be_checked()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Tab")  # the parameters
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    expect(parameter(page, "w2")).to_be_checked()
    assert trace(page) == chain(wrt="w2").trace
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the third factor, which keeps the focus
    third = factors(page).nth(2)
    expect(third).to_be_focused()
    expect(third).to_have_attribute("aria-pressed", "true")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # w2
    assert "w⁽²⁾ = 1.25," in trace(page)
    for _ in range(4):
        page.keyboard.press("Tab")  # b2, typed, then its activation
    page.keyboard.press("t")
    assert "a⁽²⁾ = tanh(z⁽²⁾)" in trace(page)
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # x
    assert "x = 1.55," in trace(page)
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # start
    assert trace(page) == chain().trace
    for _ in range(4):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


@pytest.mark.parametrize(
    ("button", "said"),
    [
        ("dead relu", "∂a⁽²⁾/∂z⁽²⁾ = 0 makes the whole product 0, and every other product that holds it."),
        ("five sigmoids", "is a product of 11 factors. The first 8 are δ⁽²⁾, made for neuron 2: 3 multiplications are left of 10."),
        ("on target", "∂L/∂a⁽³⁾ = 0 makes the whole product 0"),
    ],
)  # fmt: skip
def test_what_there_is_to_try_is_explained(show, button, said):
    page = show().page
    page.get_by_role("button", name=button).click()
    assert said in page.locator(".told").inner_text()
    page.get_by_role("button", name="start").click()
    assert trace(page) == chain().trace


def test_a_number_that_is_none_is_refused_and_the_last_one_kept(show):
    page = show().page
    page.get_by_role("spinbutton", name="x, input, typed").fill("1e9")
    assert "x must be a number between −100 and 100. The figure keeps" in page.locator(".notes").inner_text()
    assert trace(page) == chain().trace


def test_an_address_can_hold_a_setting(show):
    page = show().page
    page.goto(page.url + "?chain.neurons=4&chain.wrt=w2&chain.factor=s3&chain.w1=0.25&chain.x=bad")
    assert trace(page).startswith("A chain of 4 neurons, loss squared_error\nx = 1.5,")
    assert "w⁽¹⁾ = 0.25," in trace(page)
    expect(page.locator('.product [data-factor="s3"]')).to_have_attribute("aria-pressed", "true")
    page.get_by_role("radio", name="2 neurons").check(force=True)
    page.wait_for_function("location.search.includes('chain.neurons=2')")


def test_it_speaks_once_the_reader_has_come_to_rest(show):
    page = show().page
    parameter(page, "b1").check(force=True)
    expect(page.locator(".live [role=status]")).to_contain_text("no multiplications are left of 5")


def alike(w: float, b: float, activation: str) -> Parameters:
    W, offsets = ({l: [[value]] for l in range(1, 6)} for value in (w, b))
    return Parameters.of(W, offsets, [activation] * 5, "squared_error")


# Long numbers: negative ones, and derivatives of many decimals and with powers of ten.
WIDEST = {"params": alike(-1.2345, -0.9876, "tanh"), "x": -1.2345}
FAINT = {"params": alike(-2.345, -2.876, "sigmoid"), "x": -1.2345, "y": 0.0678}


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("width", "setting"), [(1280, WIDEST), (390, WIDEST), (390, FAINT)], ids=["1280", "390", "390 faint"]
)
def test_it_breaks_no_rule_of_accessibility_and_fits(show, width, setting, dark):
    visit = show({**setting, "wrt": "b2" if dark else "w1"}, width=width, dark=dark)
    factors(visit.page).nth(2).click()
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []
