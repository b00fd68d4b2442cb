"""The chain figure's numbers in Chromium are the library's, and a planted fault is seen."""

from functools import cache

import numpy as np
import pytest

from backprop_lab import cost, network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.chain import chain
from backprop_lab.figures.chain_reading import derivative_cost
from backprop_lab.figures.live import script
from backprop_lab.layers import Parameters
from tests.book.parity import TOLERANCE, apart, planted
from tests.book.showing import computing
from tests.figures.small_networks import random_chain

pytestmark = pytest.mark.browser

core = computing("core.js", "nets.js")

EACH = 130
COMPUTE = """(settings) => settings.map((s) => {
  const r = backpropLab.chain.read(s), layers = Object.keys(r.delta), by = (kind) => r.all.filter((d) => d.kind === kind).map((d) => d.value);
  return { L: [r.L], z: layers.map((l) => r.z[l]), a: layers.map((l) => r.a[l]), delta: layers.map((l) => r.delta[l]),
    trunk: r.trunk.map((f) => f.value), last: r.all.map((d) => d.factors.at(-1).value), dw: by("w"), db: by("b"),
    costs: r.all.map((d) => [d.reused, d.scratch, d.left]), counts: backpropLab.chain.counts(r.n) };
})"""


@cache
def cases() -> list[tuple]:
    rng = np.random.default_rng(7)
    return [(random_chain(n, k), *rng.uniform(-2, 2, 2).round(3).tolist()) for n in (2, 3, 4, 5) for k in range(EACH)]


def by_library(params: Parameters, x: float, y: float) -> dict[str, list[float]]:
    cache, n = network.forward(params, [[x]]), params.depth
    grads = network.backward(params, cache, [[y]])
    slope = {l: ELEMENTWISE[params.activations[l]].derivative(cache.z[l]).item() for l in cache.z}
    flat = lambda table, layers: [table[l].item() for l in layers]  # noqa: E731
    up, down = range(1, n + 1), range(n, 0, -1)
    trunk = [cache.a[n].item() - y]
    for l in down:
        trunk += [slope[l], params.W[l].item()]
    return {
        "L": [network.loss(params, cache, [[y]])], "z": flat(cache.z, up), "a": flat(cache.a, up),
        "delta": flat(grads.delta, up), "trunk": trunk[:-1], "dw": flat(grads.dW, down), "db": flat(grads.db, down),
        "last": [value for l in down for value in (cache.a[l - 1].item(), 1.0)],
    }  # fmt: skip


@cache
def expected() -> tuple[list[dict], list[dict]]:
    return [dict(chain(*case).setting) for case in cases()], [by_library(*case) for case in cases()]


def disagreement(page, step: int = 1) -> float:
    """The largest max|js − py| / max|py| of any array; the counts must be equal."""
    settings, expectations = (part[::step] for part in expected())
    worst = 0.0
    for by_python, js in zip(expectations, page.evaluate(COMPUTE, settings), strict=True):
        n = len(by_python["z"])
        assert js["costs"] == [list(derivative_cost(f"{k}{l}", n)) for l in range(n, 0, -1) for k in "wb"]
        sizes = (1,) * (n + 1)
        assert js["counts"] == [cost.path_sums(sizes).multiplications, cost.backward(sizes).multiplications]
        for name, numbers in by_python.items():
            worst = max(worst, apart(js[name], numbers))
    return worst


def test_the_browser_computes_what_the_library_computes(core):
    assert len(cases()) >= 500
    assert disagreement(core(script("chain_reading.js"))) <= TOLERANCE


FAULTS = {
    "a slope at a": (".derivative(z[l])", ".derivative(a[l])"),
    "one factor short": ("trunk.slice(0, 2 * (n - l) + 2)", "trunk.slice(0, 2 * (n - l) + 1)"),
    "the last factor is the output": ('["w", sup("a", l - 1), a[l - 1]]', '["w", sup("a", l - 1), a[l]]'),
    "the weight in front": ('s[`w${l}`], l - 1)', 's[`w${l - 1}`], l - 1)'),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    page = core(planted("chain_reading.js", right, wrong))
    assert not disagreement(page, step=7) <= TOLERANCE


def test_a_fault_in_the_counts_is_seen(core):
    page = core(planted("chain_reading.js", "left: behind ? 3 : 2", "left: 3"))
    with pytest.raises(AssertionError):
        disagreement(page)
