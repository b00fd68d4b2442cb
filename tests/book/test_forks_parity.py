"""The forks figure's paths in Chromium are the library's gradients.

max|js − py| / max|py| ≤ 1e-12: each product of a path, their sum, δ and ∂L/∂W, over more than 500 random networks.
"""

import json
from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.forks import forks
from backprop_lab.figures.forks_paths import Forks, Start, counts
from backprop_lab.figures.live import script
from backprop_lab.figures.networks import as_setting
from tests.book.parity import TOLERANCE, apart, planted
from tests.book.showing import computing
from tests.figures.small_networks import starts

pytestmark = pytest.mark.browser

core = computing("core.js", "nets.js")

SETTINGS = 520
NAMES = tuple(ELEMENTWISE)
ENDS = [(name, "squared_error") for name in (*NAMES, "softmax")]


ENDS += [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")]


# As JSON: Playwright's own way with large arguments is slow.
COMPUTE = """(settings) => JSON.stringify(JSON.parse(settings).map((s) => {
  const r = backpropLab.forks.read(s), { layer: l, unit: i } = r.from;
  return { products: r.products, factors: r.paths.flatMap((p) => p.factors.map((f) => f.value)), total: r.total,
    derivative: r.derivative, units: r.paths.flatMap((p) => p.units), routes: r.paths.map((p) => backpropLab.forks.route(s, r, p)),
    after: r.after.map((f) => f.value), row: r.row.map((t) => [t.w, t.d]), rowSum: r.rowSum,
    delta: r.grads.delta, dW: r.grads.dW, counts: backpropLab.forks.counts(s.sizes).map((c) => [c.layer, c.units, c.paths, c.walked, c.recursion]) };
}))"""


@cache
def cases() -> list[tuple]:
    """Random networks of 2 and 3 layers with one example and a start each."""
    rng, made = np.random.default_rng(31), []
    for k in range(SETTINGS):
        end, loss = ENDS[k % len(ENDS)]
        sizes = tuple(int(n) for n in rng.integers(1, 5, 3 + k % 2))
        params = network.init(sizes, (*(str(n) for n in rng.choice(NAMES, len(sizes) - 2)), end), loss, seed=k)
        params.vector[:] = rng.normal(scale=0.9, size=params.vector.size)
        Y = rng.uniform(size=(sizes[-1], 1))
        wrt = str(rng.choice(starts(sizes)))
        made.append((params, rng.normal(size=(sizes[0], 1)), Y / Y.sum() if loss == "cross_entropy" else Y, wrt))
    return made


@cache
def by_library() -> list[tuple]:
    """For each case what Python computes: the reading, the gradients, and the derivative at the start."""
    made = []
    for params, X, Y, wrt in cases():
        start = Start.of(wrt, params.sizes)
        grads = network.backward(params, network.forward(params, X), Y)
        l, i, j = start.layer, start.unit, start.back
        exact = grads.dW[l][i - 1, j - 1] if j else (grads.delta[l] if l else grads.dL_dx)[i - 1, 0]
        made.append((Forks(params, X, Y, start), grads, float(exact)))
    return made


def disagreement(page: Page, some: int = SETTINGS) -> float:
    """The largest max|js − py| / max|py| of any array; a sum is judged in the size of what is added."""
    settings = [as_setting(*case[:3]) | {"wrt": case[3], "path": 1} for case in cases()[:some]]
    theirs = json.loads(page.evaluate(COMPUTE, json.dumps(settings)))
    worst = 0.0
    for (py, grads, exact), js in zip(by_library()[:some], theirs, strict=True):
        layers, size = py.params.W, sum(map(abs, py.products))
        assert js["units"] == [unit for path in py.paths for unit in path.units]
        assert js["counts"] == [[c.layer, c.units, c.paths, c.walked, c.recursion] for c in counts(py.params.sizes)]
        worst = max(
            worst,
            apart(js["products"], py.products),
            apart(js["factors"], [f.value for path in py.paths for f in path.factors]),
            apart(js["after"], [f.value for f in py.after]),
            apart(js["row"], [[t.weight_value, t.delta_value] for t in py.row]),
            apart(js["total"], exact, size),
            apart(js["derivative"], exact, size),
            apart(js["rowSum"], py.row_sum, sum(abs(t.weight_value * t.delta_value) for t in py.row)),
            *(apart(js["delta"][str(k)], grads.delta[k]) for k in layers),
            *(apart(js["dW"][str(k)], grads.dW[k]) for k in layers),
        )
    return worst


def test_the_browser_finds_the_paths_of_the_library_and_its_gradients(core):
    assert SETTINGS >= 500
    assert disagreement(core(script("forks_paths.js"))) <= TOLERANCE


FAULTS = {
    "a path without slopes": ("activations[name].derivative(cache.z[l][i - 1][0])", "1"),
    "the slope of its neighbour": ("derivative(cache.z[l][i - 1][0])", "derivative(cache.z[l][0][0])"),
    "W is transposed": ("value: net.W[l + 1][k - 1][i - 1]", "value: (net.W[l + 1][i - 1] || net.W[l + 1][0])[k - 1] || 0"),
    "one path is forgotten": ("added(products), products)", "added(products.slice(1)), products)"),
    "the weight meets its output": ("value: cache.a[l - 1][j - 1][0]", "value: (cache.a[l][j - 1] || [0])[0]"),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    page = core(planted("forks_paths.js", right, wrong))
    assert disagreement(page, 80) > TOLERANCE


def test_networks_of_the_reader_are_told_as_python_tells_them(core):
    page = core(script("forks_paths.js"))
    some = cases()[:180]
    settings = [as_setting(*case[:3]) | {"wrt": case[3]} for case in some]
    tell = "(settings) => JSON.parse(settings).map((s) => backpropLab.forks.trace(s, backpropLab.forks.read(s)))"
    for (*case, wrt), told in zip(some, page.evaluate(tell, json.dumps(settings)), strict=True):
        assert told == forks(*case, wrt=wrt).trace
