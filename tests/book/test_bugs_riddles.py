"""The bug clinic's riddles in a real browser: each can be solved, and says nothing before the answer."""

import numpy as np
import pytest
from playwright.sync_api import expect

from backprop_lab.figures.bugs import bugs
from backprop_lab.figures.bugs_cases import at, examples, measure
from backprop_lab.figures.bugs_words import CLUES
from backprop_lab.figures.bugs_wrong import BUGS
from backprop_lab.figures.live import script
from tests.book.showing import computing, showing, trace

pytestmark = pytest.mark.browser

show = showing(bugs)
core = computing("core.js", "nets.js")

RIDDLES = """([setting, seeds]) => seeds.map((seed) => backpropLab.bugs.riddle(setting.table, setting.nets, setting.base, seed))"""


def test_a_riddle_can_be_solved_and_every_bug_comes_up(core):
    riddles = core(script("bugs_wrong.js")).evaluate(RIDDLES, [bugs().setting, list(range(1, 201))])
    for riddle in riddles:
        assert len(set(riddle["options"])) == 4
        assert riddle["bug"] in riddle["options"]
        assert CLUES[riddle["bug"]][3].items() <= riddle["place"].items()
        net = at(examples()[riddle["place"]["net"]], riddle["place"])
        found = [measure(bug, net) for bug in riddle["options"]]
        flat = [
            np.concatenate([r.wrong.dW[l].ravel() for l in r.wrong.dW] + [r.wrong.db[l].ravel() for l in r.wrong.db])
            for r in found
        ]
        assert all(r.whole.error > 1e-3 for r in found)
        for i in range(4):
            for j in range(i):
                assert np.linalg.norm(flat[i] - flat[j]) > 1e-3 * np.linalg.norm(flat[i])
    assert {riddle["bug"] for riddle in riddles} == set(BUGS)
    where = [riddle["options"].index(riddle["bug"]) for riddle in riddles]
    assert min(np.bincount(where, minlength=4)) > 25  # the answer has no favourite place


def quiz(page) -> None:
    page.get_by_role("radio", name="which bug is this?").check(force=True)


def test_which_bug_is_this(show):
    page = show().page
    setting = bugs().setting
    quiz(page)
    for _ in range(4):
        seed = int(page.locator(".number").inner_text().split()[1])
        riddle = page.evaluate(RIDDLES, [setting, [seed]])[0]
        bug, names = riddle["bug"], {code: setting["table"][code]["name"] for code in riddle["options"]}
        assert trace(page).startswith(f"Which bug is this? Number {seed}\n")
        assert CLUES[bug][0] not in page.locator(".live").inner_text()
        miss = next(code for code in riddle["options"] if code != bug)
        page.locator(".answers button", has_text=names[miss]).first.click()
        assert page.locator(".told").inner_text() == f"No, not {miss}, {names[miss]}."
        assert CLUES[miss][0] in page.locator(".sign").inner_text()
        assert trace(page).startswith("Which bug is this?")
        page.locator(f".answers button[value={bug}]").click()
        assert page.locator(".told").inner_text().startswith(f"Yes: {bug}, {names[bug]}.")
        assert CLUES[bug][0] in page.locator(".sign").inner_text()
        assert trace(page) == bugs(bug).trace
        expect(page.locator(f".answers button[value={bug}]")).to_be_focused()
        page.get_by_role("button", name="another").click()


def test_a_riddle_says_nothing_of_its_bug_before_the_answer(show):
    page = show().page
    quiz(page)
    riddle = page.evaluate(RIDDLES, [bugs().setting, [1]])[0]
    hidden = CLUES[riddle["bug"]][0]
    assert hidden not in page.locator(".live").inner_text()
    assert hidden not in page.locator(".live pre").text_content()
    assert page.locator(".told").is_hidden()
    labels = page.locator(".maps svg, .curves svg").evaluate_all(
        "nodes => nodes.map(n => n.getAttribute('aria-label')).join(' ')"
    )
    assert hidden not in labels
    page.wait_for_timeout(800)
    assert page.locator(".live [role=status]").text_content() == "Which bug is this? Number 1."


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_a_riddle_breaks_no_rule_of_accessibility_and_fits_before_and_after_the_answer(show, width, dark):
    visit = show(width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    quiz(visit.page)
    for _ in range(2):
        assert visit.accessibility() == []
        assert visit.sideways() == []
        assert visit.complaints() == []
        assert visit.crowded() == []
        visit.page.locator(".answers button").first.click()
