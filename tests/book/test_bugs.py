"""The bug clinic in Chromium: every wrong gradient is that of the library's network, and the clinic works for all readers."""

import random
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import expect

from backprop_lab import network
from backprop_lab.figures.bugs import bugs
from backprop_lab.figures.bugs_cases import BASE, ENDS, HIDDEN, WEIGHTS, at, curve, examples, measure, stepped
from backprop_lab.figures.bugs_words import CLUES, effect, finding
from backprop_lab.figures.bugs_words import trace as told_of
from backprop_lab.figures.bugs_wrong import BUGS
from backprop_lab.figures.live import script
from backprop_lab.figures.networks import as_setting
from tests.book.showing import computing, settle, trace

pytestmark = pytest.mark.browser

core = computing("core.js", "nets.js")

TOLERANCE = 1e-12
MENUS = ("bug", "network", "hidden", "output", "weights")
SCRIPTS = ("core.js", "nets.js", "bugs_wrong.js")
COMPUTE = """(cases) => cases.map(([bug, given, place, eta]) => {
  const { bugs } = backpropLab, net = bugs.at(given, place), r = bugs.measure(bug, net);
  const next = r.wrong && bugs.step(net, bug, eta);
  return { problem: r.problem, wrong: r.wrong, whole: r.whole, layers: r.layers, W: net.W, L: backpropLab.nets.loss(net, backpropLab.nets.forward(net, net.X), net.Y),
    next: next && { W: next.W, b: next.b } };
})"""
RELATED = """([bug, states, eta]) => states.map((net) => {
  const next = backpropLab.bugs.step(net, bug, eta);
  return [backpropLab.nets.loss(net, backpropLab.nets.forward(net, net.X), net.Y), next && backpropLab.nets.vector(next.W, next.b)];
})"""


@cache
def cases() -> list[tuple]:
    """Every bug in 24 random places: networks of every shape and square ones, 1 to 4 layers, 1 to 6 examples."""
    rng, made = np.random.default_rng(17), []
    for bug in BUGS:
        for k in range(24):
            depth = 1 + k % 4
            square = bug in ("H6", "P1", "P2") or k % 5 == 0
            sizes = (
                (int(rng.integers(1, 5)),) * (depth + 1) if square else tuple(map(int, rng.integers(1, 5, depth + 1)))
            )
            params = network.init(sizes, "tanh", seed=k)
            params.vector[:] = rng.normal(scale=0.8, size=params.vector.size)
            X, Y = rng.normal(size=(sizes[0], 6)), np.round(rng.uniform(0, 1, (sizes[-1], 6)), k % 2)
            where = {
                "net": "", "hidden": HIDDEN[(k + k // 4) % 4], "end": list(ENDS)[k % 3], "m": 1 + int(rng.integers(6)),
                "weights": WEIGHTS[int(rng.integers(3))],
            }  # fmt: skip
            made.append((bug, (params, X, Y), where))
    return made


def gap(js, py) -> float:
    js, py = np.asarray(js, dtype=float), np.asarray(py, dtype=float)
    assert js.shape == py.shape
    off, scale = np.max(np.abs(js - py), initial=0.0), np.max(np.abs(py), initial=0.0)
    return 0.0 if off == 0 else float(off / scale) if scale else np.inf


@cache
def by_library() -> list[tuple]:
    """What Python makes of each case: the network, the reading, the loss and the network after a step."""
    made = []
    for bug, given, where in cases():
        net = at(given, where)
        reading, loss = measure(bug, net), network.loss(net[0], network.forward(net[0], net[1]), net[2])
        made.append((net, reading, loss, stepped(net, bug, 0.1)[0] if reading.wrong else None))
    return made


def parity(page, every: int = 1) -> tuple[float, int]:
    """The largest max|js − py| / max|py| of any array, and how many settings had a gradient."""
    settings = [(bug, as_setting(*given), where, 0.1) for bug, given, where in cases()[::every]]
    worst, count = 0.0, 0
    theirs_all = page.evaluate(COMPUTE, [list(s) for s in settings])
    for (net, reading, loss, after), js in zip(by_library()[::every], theirs_all, strict=True):
        assert js["problem"] == reading.problem
        assert (js["wrong"] is None) == (reading.wrong is None)
        worst = max(worst, gap(js["L"], loss))
        if reading.wrong is None:
            continue
        count += 1
        for l in net[0].W:
            for name in ("delta", "dW", "db"):
                worst = max(worst, gap(js["wrong"][name][str(l)], getattr(reading.wrong, name)[l]))
            worst = max(worst, gap(js["W"][str(l)], net[0].W[l]), gap(js["next"]["W"][str(l)], after.W[l]))
            worst = max(worst, gap(js["next"]["b"][str(l)], after.b[l]))
        for ours, theirs in (
            (reading.whole, js["whole"]),
            *((c.all, t) for c, t in zip(reading.layers, js["layers"], strict=True)),
        ):
            assert (ours.error == 0) == (theirs["error"] == 0)
            assert abs(ours.error - theirs["error"]) <= TOLERANCE
            assert (ours.ratio is None) == (theirs["ratio"] is None)
            if theirs["cosine"] is not None and np.isfinite(ours.cosine):
                assert abs(ours.cosine - theirs["cosine"]) <= TOLERANCE
    return worst, count


def test_the_browser_makes_the_mistakes_of_python(core):
    worst, count = parity(core(script("bugs_wrong.js")))
    assert worst <= TOLERANCE
    assert count >= 500


FAULTS = {
    "O1": ('if (bug === "O1") return dL_dA;', ""),
    "O2": ("u * activations[kind].derivative(v)", "u * activations[kind].derivative(u)"),
    "the factor 2": ("O10: 2", "O10: 2.0000001"),
    "H4": ("return a * (1 - a)", "return a * (1 + a)"),
    "H9": ("back = error = multiply", "back = multiply"),
    "H11": ("map(Math.abs, W)", "W"),
    "P3 in layer 1": ("l > 1) dW", "l > 2) dW"),
    "P7": ("total(d)", "d[0][0]"),
    "P11": ('"P11" && l < L', '"P11" && l <= L'),
    "symmetric": ("(p + q) / 2", "p + q"),
}


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    text = script("bugs_wrong.js")
    assert text.count(right) == 1
    page = core(text.replace(right, wrong))

    def seen() -> bool:
        try:
            return parity(page, every=5)[0] > TOLERANCE
        except Exception:  # an error, a ratio or a shape that differs: seen too
            return True

    assert seen()


def test_the_curves_go_step_by_step_from_pythons_state(core):
    page = core(script("bugs_wrong.js"))
    nets = examples()
    for bug in (None, "O1", "O7", "H1", "H14", "P9", "P14"):
        where = BASE | (CLUES[bug][3] if bug else {})
        net, states, losses = at(nets[where["net"]], where), [], []
        expected = curve(net, bug, 0.5)
        while net is not None and len(states) < len(expected):
            states.append(net)
            losses.append(network.loss(net[0], network.forward(net[0], net[1]), net[2]))
            net = stepped(net, bug, 0.5)
        theirs = page.evaluate(RELATED, [bug, [as_setting(*s) for s in states], 0.5])
        after = [s[0].vector for s in states[1:]]
        for k, (loss, vector) in enumerate(theirs):
            assert abs(loss - losses[k]) <= TOLERANCE * abs(losses[k])
            if k < len(after):
                assert gap(vector, after[k]) <= TOLERANCE
        assert losses == expected


@pytest.fixture
def show(open_html):
    """`show(bug, …)` opens a page with this figure in it."""

    def one(bug: str = "O1", **how):
        visit = open_html(bugs(bug).html, **how)
        visit.page.set_default_timeout(2500)
        return visit

    return one


def pick(page, label: str, value: str) -> None:
    page.locator("select").nth(MENUS.index(label)).select_option(value)


def examples_m(page, m: int) -> None:
    page.get_by_role("radio", name=str(m), exact=True).and_(page.locator("[name=m]")).check(force=True)


def quiz(page) -> None:
    page.get_by_role("radio", name="which bug is this?").check(force=True)


def expected(bug: str, eta: float = 0.5, **changed) -> str:
    where = BASE | CLUES[bug][3] | changed
    net = at(examples()[where["net"]], where)
    reading = measure(bug, net)
    return told_of(reading, where, (curve(net, None, eta), curve(net, bug, eta) if reading.wrong else []), eta)


def test_the_first_frame_is_the_one_of_python_for_every_bug(show):
    visit = show("H11")
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
    page = show(bug).page
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
    page = show("P11").page
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
    visit = show("H6")
    pick(visit.page, "network", "3-5-4-2")
    assert "W⁽³⁾δ⁽³⁾ does not exist. The shapes find this bug for you." in visit.page.locator(".told").inner_text()
    assert visit.page.get_by_text("shapes do not fit").count() == 3
    assert visit.complaints() == []


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
        assert trace(page) == expected(bug)
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


def test_everything_can_be_done_by_keyboard_alone(show):
    page = show("O1").page
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
    visit = show("P14", width=width, dark=dark)
    visit.page.get_by_text("The same as text").last.click()
    for mode in ("show", "quiz", "answered"):
        if mode == "quiz":
            quiz(visit.page)
        if mode == "answered":
            visit.page.locator(".answers button").first.click()
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
