"""The cost figure in a real browser: its counts are the library's to the last digit, and a reader can use all of it."""

import random
from functools import cache

import pytest
from playwright.sync_api import Page, expect

from backprop_lab import cost as counts
from backprop_lab.figures.cost import cost
from backprop_lab.figures.cost_reading import LARGEST, SCHEMES, Reading, times, told
from backprop_lab.figures.cost_words import sentences
from backprop_lab.figures.live import script
from tests.book.showing import settle, showing, trace

pytestmark = pytest.mark.browser

show = showing(cost)

COMPUTE = """([networks, settings, pairs]) => {
  const { forward, backward, pathSums, finiteDifferences, paths, sentences, times, told } = backpropLab.cost;
  const all = (c) => ["multiplications", "evaluations", "kept", "paths", "passes"].map((key) => String(c[key]));
  return [
    networks.map(([sizes, m, scheme, biases]) => [...[forward(sizes, m), backward(sizes, m), pathSums(sizes, m, biases),
      finiteDifferences(sizes, m, scheme)].map(all), paths(sizes).map(String)]),
    settings.map(sentences),
    pairs.map(([above, below, digits]) => [times(BigInt(above), BigInt(below), digits), told(BigInt(above))]),
  ];
}"""


def typed(page: Page, word: str):
    return page.get_by_role("spinbutton", name=f", {word}, typed")


SETTINGS = [
    {},
    {"sizes": (1, 1)},
    {"sizes": (1, 1, 1), "batch": 2, "scheme": "forward"},
    {"sizes": (784, *[64] * 19, 10), "batch": 10_000},
    {"sizes": (64, 32, 32, 10), "batch": 32, "against": "width", "biases": True},
]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_first_frame_is_the_setting_that_python_gave(show, setting):
    visit = show(setting)
    assert trace(visit.page) == cost(**setting).trace
    assert not visit.page.locator("img").is_visible()
    assert visit.complaints() == []


@cache
def cases() -> tuple[list, list, list]:
    """800 networks of any sizes, 120 settings of the sliders, and 800 pairs of whole numbers to write."""
    draw = random.Random(8)
    networks = [
        (
            [draw.randint(1, 64) for _ in range(draw.randint(2, 21))],
            draw.randint(1, 300),
            draw.choice(SCHEMES),
            bool(draw.getrandbits(1)),
        )
        for _ in range(800)
    ]
    settings = [
        {name: draw.randint(1, most) for name, most in LARGEST.items()}
        | {"scheme": draw.choice(SCHEMES), "biases": draw.randint(0, 1)}
        for _ in range(120)
    ]
    pairs = [
        (
            draw.randrange(1, 10 ** draw.randrange(1, 40)),
            draw.randrange(1, 10 ** draw.randrange(1, 20)),
            draw.randint(2, 4),
        )
        for _ in range(800)
    ]
    return networks, settings, [*pairs, (5, 4, 2), (5, 2, 1), (99995, 10, 4), (10**9, 1, 3), (10**9 - 1, 1, 3)]


@cache
def by_library() -> tuple[list, list, list]:
    networks, settings, pairs = cases()
    said = []
    for sizes, m, scheme, biases in networks:
        ways = (
            counts.forward(sizes, m), counts.backward(sizes, m), counts.path_sums(sizes, m, biases=biases),
            counts.finite_differences(sizes, m, scheme),
        )  # fmt: skip
        tables = [[str(n) for n in (w.multiplications, w.evaluations, w.kept, w.paths, w.passes)] for w in ways]
        said.append([*tables, [str(n) for n in counts.paths(sizes).values()]])
    return (
        said,
        [sentences(Reading(**setting)) for setting in settings],
        [[times(above, below, digits), told(above)] for above, below, digits in pairs],
    )


def disagreements(page: Page) -> int:
    """How many networks, sentences and written numbers differ from the library's by anything at all."""
    networks, settings, pairs = cases()
    theirs = page.evaluate(COMPUTE, [networks, settings, [[str(a), str(b), d] for a, b, d in pairs]])
    return sum(
        js != py for mine, other in zip(theirs, by_library(), strict=True) for js, py in zip(mine, other, strict=True)
    )


def test_the_counts_are_those_of_the_library_to_the_last_digit(show):
    assert disagreements(show().page) == 0


FAULTS = [
    ("m * (2n * weights(n) + units) - m * n[0] * n[1]", "m * (2n * weights(n) + units)"),
    ("bias * (2n * behind + 1n)", "bias * (2n * behind + 2n)"),
    ("biases ? parameters(n) : weights(n)", "parameters(n)"),
    ("n.slice(k + 2)", "n.slice(k + 1)"),
    ('"central" ? 2n * P : P + 1n', '"central" ? 2n * P : P'),
    ("kept: 2n * P + once.kept", "kept: P + once.kept"),
    ("(2n * top + bottom) / (2n * bottom)", "top / bottom"),
    ("lastIndexOf(false) + 2", "lastIndexOf(false) + 1"),
]


@pytest.mark.parametrize(("right", "wrong"), FAULTS, ids=[wrong for _, wrong in FAULTS])
def test_a_planted_fault_is_seen(open_html, right, wrong):
    assert right in script("cost_numbers.js")
    assert disagreements(open_html(cost().html.replace(right, wrong)).page) > 0


def test_the_controls_do_what_python_does(show):
    visit = show()
    page = visit.page
    for word, value in (("depth", 5), ("width", 7), ("inputs", 3), ("outputs", 2), ("batch", 1000)):
        typed(page, word).last.fill(str(value))
    page.get_by_role("radio", name="forward differences").check(force=True)
    page.get_by_role("radio", name="path sum of weights and biases").check(force=True)
    assert trace(page) == cost((3, 7, 7, 7, 7, 2), 1000, "forward", biases=True).trace
    for curve, said in (("width", "from 1 to 64, marked at 7"), ("depth", "from 1 to 20, marked at 5")):
        page.get_by_role("radio", name=f"curves against {curve}").check(force=True)
        settle(page)
        assert page.get_by_role("img", name=f"The same four against {curve}, {said}").is_visible()
    page.get_by_role("button", name="five layers of 10").click()
    assert trace(page) == cost((10,) * 6, 1, "forward", biases=True).trace
    page.get_by_role("radio", name="path sum of the weights").check(force=True)
    assert "The path sum needs 1.14·10⁴ times what the backward pass needs" in page.locator(".told").inner_text()
    page.get_by_role("button", name="start").click()
    assert trace(page) == cost().trace
    assert visit.complaints() == []


@pytest.mark.parametrize("bad", ["0", "2.5", "21", ""])
def test_a_number_that_is_no_depth_is_refused_and_the_last_one_kept(show, bad):
    page = show().page
    typed(page, "depth").fill(bad)
    assert typed(page, "depth").get_attribute("aria-invalid") == "true"
    assert "depth must be a whole number from 1 to 20. The figure keeps" in page.locator(".notes").inner_text()
    assert trace(page) == cost().trace
    typed(page, "depth").fill("4")
    assert page.locator(".notes").inner_text() == ""
    assert trace(page) == cost((10,) * 5).trace


def test_the_visible_numbers_are_those_of_the_trace(show):
    page = show().page
    settle(page)
    drawn = page.locator(".bars text").all_text_contents()
    assert [said for said in ("300", "530", "64,200", "198,000", "121 × backward") if said not in drawn] == []
    rows = [row.split() for row in page.locator(".kept tbody tr").all_inner_texts()]
    assert rows == [
        ["forward", "30", "60", "–", "1"],
        ["backward", "30", "360", "–", "–"],
        ["path", "sum", "32,100", "300", "11,100", "–"],
        ["differences", "19,800", "720", "–", "660"],
    ]


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show().page
    for word in ("depth", "width", "inputs", "outputs", "batch"):
        page.keyboard.press("Tab")
        expect(page.get_by_role("slider", name=word)).to_be_focused()
        page.keyboard.press("ArrowRight")
        page.keyboard.press("Tab")
        expect(typed(page, word)).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # forward differences
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")  # biases too
    assert trace(page) == cost((11,) * 5, 2, "forward", biases=True).trace
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # start, two neurons, five layers of 10
    assert trace(page) == cost((10,) * 6, 1, "forward", biases=True).trace
    for _ in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("radio", name="curves against width")).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".live pre")).to_be_visible()


def test_it_speaks_once_the_reader_has_come_to_rest_and_the_address_holds_the_setting(show):
    visit = show()
    page = visit.page
    page.get_by_role("slider", name="depth").press("ArrowRight")
    expect(page.locator(".live [role=status]")).to_contain_text("The path sum needs")
    page.wait_for_function("location.search.includes('cost.depth=4')", timeout=3000)
    page.goto(visit.address + "?cost.depth=2&cost.width=6&cost.batch=1e9&cost.inputs=2.5&cost.scheme=forward")
    assert trace(page) == cost((10, 6, 10), 1, "forward").trace


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_breaks_no_rule_of_accessibility_and_fits(show, width, dark):
    visit = show({"sizes": (1000, *[64] * 19, 1000), "batch": 10_000}, width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    assert visit.accessibility() == []
    assert visit.sideways() == []
    assert visit.complaints() == []
    assert visit.crowded() == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize(
    "setting",
    [{"sizes": (1000, *[64] * 19, 1000), "batch": 10_000}, {}, {"sizes": (1, 1), "against": "width"}],
    ids=str,
)
def test_no_two_words_of_a_picture_touch(show, setting, width):
    assert show(setting, width=width).crowded() == []
