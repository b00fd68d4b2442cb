"""The networks of the live figures in Chromium are those of the Python library.

max|js − py| / max|py| ≤ 1e-12 for each array, over random networks, targets and saturated ones; an optimiser one step
at a time from Python's state. That a wrong formula would be seen is shown by planting some.
"""

from functools import cache

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.live import script
from backprop_lab.figures.networks import as_setting
from backprop_lab.layers import Gradients
from backprop_lab.optimisers import optimiser_named
from tests.book.parity import TOLERANCE, apart, noticed, planted
from tests.book.showing import computing

pytestmark = pytest.mark.browser

core = computing("core.js")

ENDS = [(name, "squared_error") for name in (*ELEMENTWISE, "softmax")]
ENDS += [("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")]
EACH = 60
COMPUTE = """(settings) => settings.map((s) => {
  const { nets } = backpropLab, cache = nets.forward(s, s.X), grads = nets.backward(s, cache, s.Y);
  return { L: nets.loss(s, cache, s.Y), dL_dA: nets.lossDerivative(s, cache, s.Y), ...cache, ...grads,
    vector: nets.vector(s.W, s.b), back: nets.vector(...["W", "b"].map((k) => nets.withVector(s, nets.vector(s.W, s.b))[k])) };
})"""
STEPS = """([name, theta, gradients, settings]) => {
  let now = { theta, state: {} };
  return gradients.map((g) => (now = backpropLab.nets.optimisers[name](now, g, settings)).theta);
}"""


@cache
def networks(activation: str, loss: str, saturated: bool) -> list[tuple]:
    """Networks of 1 to 4 layers that end so, with a batch each."""
    rng = np.random.default_rng(11)
    made = []
    for k in range(12 if saturated else EACH):
        depth = 1 + k % 4
        sizes = tuple(int(n) for n in rng.integers(1, 5, depth + 1))
        hidden = [ELEMENTWISE_NAMES[int(i)] for i in rng.integers(len(ELEMENTWISE_NAMES), size=depth - 1)]
        params = network.init(sizes, (*hidden, activation), loss, seed=k)
        params.vector[:] = rng.normal(scale=12.0 if saturated else 0.8, size=params.vector.size)
        m = 1 + k % 3
        X = rng.normal(size=(sizes[0], m))
        Y = rng.uniform(0, 1, (sizes[-1], m))
        made.append((params, X, Y / Y.sum(axis=0) if loss == "cross_entropy" else Y))
    return made


ELEMENTWISE_NAMES = tuple(ELEMENTWISE)


def by_library(params, X, Y) -> dict:
    memory = network.forward(params, X)
    grads = network.backward(params, memory, Y)
    tables = {"z": memory.z, "a": memory.a, "delta": grads.delta, "dW": grads.dW, "db": grads.db}
    flat = {f"{name}[{l}]": table[l] for name, table in tables.items() for l in table}
    return {**flat, "L": np.array(network.loss(params, memory, Y)), "dL_dx": grads.dL_dx, "vector": params.vector}


def disagreement(page, activation: str, loss: str, saturated: bool = False) -> float:
    """The largest max|js − py| / max|py| of any array."""
    cases = networks(activation, loss, saturated)
    theirs = page.evaluate(COMPUTE, [as_setting(*case) for case in cases])
    worst = 0.0
    for case, js in zip(cases, theirs, strict=True):
        assert js["back"] == js["vector"] == case[0].vector.tolist()
        for name, py in by_library(*case).items():
            key, _, layer = name.partition("[")
            worst = max(worst, apart(js[key][layer[:-1]] if layer else js[key], py))
    return worst


def test_there_are_at_least_500_random_networks():
    assert sum(len(networks(*end, False)) for end in ENDS) >= 500


@pytest.mark.parametrize("saturated", [False, True], ids=["random", "saturated"])
@pytest.mark.parametrize(("activation", "loss"), ENDS)
def test_the_browser_computes_what_the_library_computes(core, activation, loss, saturated):
    assert disagreement(core(script("nets.js")), activation, loss, saturated) <= TOLERANCE


def stepped(page, name: str, **settings) -> float:
    params = network.init((2, 3, 1), seed=3)
    rng, here = np.random.default_rng(5), params.vector.tolist()
    gradients = [rng.normal(size=params.vector.size) for _ in range(20)]
    js = page.evaluate(STEPS, [name, here, [g.tolist() for g in gradients], settings])
    optimiser, worst = optimiser_named(name, **settings), 0.0
    for g, theirs in zip(gradients, js, strict=True):
        grads = Gradients(params.sizes, g, params.W, np.zeros((2, 1)))
        optimiser.step(params, grads)
        worst = max(worst, apart(theirs, params.vector))
    return worst


OPTIMISERS = {"gradient_descent": {}, "momentum": {"beta": 0.8}, "adam": {"beta1": 0.7, "beta2": 0.9, "epsilon": 1e-6}}


@pytest.mark.parametrize(("name", "settings"), OPTIMISERS.items())
def test_an_optimiser_takes_the_steps_of_the_library(core, name, settings):
    assert stepped(core(script("nets.js")), name, learning_rate=0.05, **settings) <= TOLERANCE


FAULTS = {
    "W is not transposed": ("multiply(transpose(net.W[l + 1]), delta[l + 1])", "multiply(net.W[l + 1], delta[l + 1])"),
    "the slope is taken at a": ("through(net.activations[l], cache.z[l], m", "through(net.activations[l], cache.a[l], m"),
    "the input of the layer is its output": ("transpose(cache.a[l - 1])", "transpose(cache.a[l])"),
    "the mean is missing": ("derivative(a, y) / Y[0].length, cache", "derivative(a, y), cache"),
    "the softmax has no Jacobian": ("P[i][j] * (dL_dA[i][j] - means[j])", "P[i][j] * dL_dA[i][j]"),
    "the bias of the first example alone": ("[row.reduce((sum, v) => sum + v, 0)]);\n    }\n    return { delta", "[row[0]]);\n    }\n    return { delta"),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    page = core(planted("nets.js", right, wrong))
    ends = (("tanh", "squared_error"), ("softmax", "squared_error"))
    assert any(noticed(lambda end=end: disagreement(page, *end)) for end in ends)


def test_a_planted_fault_in_an_optimiser_is_seen(core):
    text = script("nets.js").replace("1 - beta1 ** steps", "1 - beta1 ** (steps - 1)")
    assert not stepped(core(text), "adam", learning_rate=0.05, beta1=0.7) <= TOLERANCE
