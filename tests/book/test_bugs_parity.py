"""The bug clinic's wrong gradients in Chromium are those that Python makes of the library's network."""

from functools import cache

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.figures.bugs_cases import BASE, ENDS, HIDDEN, WEIGHTS, at, curve, examples, measure, stepped
from backprop_lab.figures.bugs_words import CLUES
from backprop_lab.figures.bugs_wrong import BUGS
from backprop_lab.figures.live import script
from backprop_lab.figures.networks import as_setting
from tests.book.parity import TOLERANCE, apart, noticed, planted
from tests.book.showing import computing

pytestmark = pytest.mark.browser

core = computing("core.js", "nets.js")

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
        worst = max(worst, apart(js["L"], loss))
        if reading.wrong is None:
            continue
        count += 1
        for l in net[0].W:
            for name in ("delta", "dW", "db"):
                worst = max(worst, apart(js["wrong"][name][str(l)], getattr(reading.wrong, name)[l]))
            worst = max(worst, apart(js["W"][str(l)], net[0].W[l]), apart(js["next"]["W"][str(l)], after.W[l]))
            worst = max(worst, apart(js["next"]["b"][str(l)], after.b[l]))
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
    page = core(planted("bugs_wrong.js", right, wrong))
    assert noticed(lambda: parity(page, every=5)[0])


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
                assert apart(vector, after[k]) <= TOLERANCE
        assert losses == expected
