"""The train figure learns in Chromium what the library learns.

A step in the browser starts from the state that Python is in, so that rounding cannot add up: the gradient, the loss
and the next θ of more than 500 random settings are held against the library, and against nets.js.
"""

from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page

from backprop_lab import network
from backprop_lab.figures.live import script
from backprop_lab.figures.networks import as_setting
from backprop_lab.figures.train import train
from backprop_lab.optimisers import OPTIMISERS, optimiser_named
from tests.book.parity import TOLERANCE, apart, noticed, planted
from tests.book.showing import computing

pytestmark = pytest.mark.browser

scripts = computing("core.js", "draw.js", "page.js", "element.js", "nets.js")

SETTINGS = 510
COMPUTE = """(cases) => cases.map(({ net, theta, X, Y, optimiser, rate, state }) => {
  const { nets, train } = backpropLab, kind = net.activations[1];
  const engine = train.machine(net.sizes, kind, Y[0].length);
  const run = { engine, sizes: net.sizes, inputs: X, classes: Y[0], theta: Float64Array.from(theta), state, steps: 0,
    halted: false, losses: [], every: 1, lines: [] };
  Object.assign(run, engine.gradient(run.theta, X, Y[0]));
  const { L, g, right } = run, rms = engine.rms(g), out = Array.from(engine.forward(run.theta, X));
  const slow = nets.forward(net, X), grads = nets.backward(net, slow, Y);
  train.step(run, { optimiser, rate });
  return { L, g: Array.from(g), right, rms, out, theta: Array.from(run.theta), halted: run.halted, steps: run.steps,
    slow: nets.vector(grads.dW, grads.db), slowL: nets.loss(net, slow, Y) };
})"""


@cache
def cases() -> list[tuple]:
    """Random networks after some random steps of their optimiser, with a batch each."""
    rng, made = np.random.default_rng(23), []
    for k in range(SETTINGS):
        depth, units, m = 1 + k % 6, int(rng.integers(2, 9)), int(rng.integers(1, 13))
        kind = ("sigmoid", "tanh", "relu")[k // 6 % 3]
        sizes = (2, *[units] * depth, 1)
        params = network.init(sizes, (*[kind] * depth, "sigmoid"), "binary_cross_entropy", seed=k)
        params.vector[:] += rng.normal(scale=0.3, size=params.vector.size)
        X, Y = rng.normal(scale=1.5, size=(2, m)), rng.integers(0, 2, (1, m)).astype(float)
        name, rate = tuple(OPTIMISERS)[k // 18 % 3], float(10 ** rng.uniform(-3, 0))
        optimiser = optimiser_named(name, learning_rate=rate)
        for _ in range(k % 4):
            optimiser.step(params, network.backward(params, network.forward(params, X), Y))
        state = {key: getattr(optimiser, key).tolist() for key in ("velocity", "m", "v") if getattr(optimiser, key, None) is not None}  # fmt: skip
        if name == "adam":
            state["steps"] = optimiser.steps
        setting = {"net": as_setting(params), "theta": params.vector.tolist(), "X": X.tolist(), "Y": Y.tolist(),
                   "optimiser": name, "rate": rate, "state": state if optimiser.steps else {}}  # fmt: skip
        before = network.forward(params, X)
        grads = network.backward(params, before, Y)
        expected = {
            "L": network.loss(params, before, Y), "g": grads.vector, "out": before.a[params.depth][0],
            "rms": [np.sqrt(np.mean(dW**2)) for dW in grads.dW.values()],
            "right": int(np.sum((before.a[params.depth] > 0.5) == (Y > 0.5))),
            "slow": grads.vector, "slowL": network.loss(params, before, Y), "dW": dict(grads.dW),
        }  # fmt: skip
        optimiser.step(params, grads)
        made.append((setting, expected | {"theta": params.vector.copy()}))
    return made


def disagreement(page: Page, most: int = SETTINGS) -> float:
    """The largest max|js − py| / max|py|."""
    worst = 0.0
    theirs = page.evaluate(COMPUTE, [setting for setting, _ in cases()[:most]])
    for js, (_, py) in zip(theirs, cases()[:most], strict=True):
        assert js["right"] == py["right"]
        assert not js["halted"]
        assert js["steps"] == 1
        for name in ("L", "g", "rms", "out", "theta", "slow", "slowL"):
            worst = max(worst, apart(js[name], py[name]))
        at = 0
        for dW in py["dW"].values():  # each layer for itself: a small one must not hide behind a large one
            worst = max(worst, apart(js["g"][at : at + dW.size], dW.ravel()))
            at += dW.size + len(dW)
    return worst


def test_a_step_in_the_browser_is_a_step_of_the_library(scripts):
    assert len(cases()) >= 500
    assert disagreement(scripts(script("train_net.js"))) <= TOLERANCE


FAULTS = {
    "the slope is taken at a": ("B[j] *= slope(Z[j])", "B[j] *= slope(a[l - 1][j])"),
    "the bias is forgotten": ("A[j] = f(Z[j] += bias)", "A[j] = f(Z[j])"),
    "the error goes to the wrong unit": ("B[from + j] += w * D[row + j]", "B[from + j] += w * D[j]"),
    "the last layer's gradient for all": ("D = delta[l], In", "D = delta[L], In"),
    "the mean counts the biases": ("/ weights.length", "/ (weights.length + sizes[l])"),
}


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(scripts, right, wrong):
    page = scripts(planted("train_net.js", right, wrong))
    assert noticed(lambda: disagreement(page, 40))


def test_the_first_weights_are_those_of_the_library(scripts):
    page = scripts(script("train_net.js"))
    given = train(seed=5, steps=0).setting
    for depth, units, activation in [(1, 2, "tanh"), (3, 5, "relu"), (6, 8, "sigmoid"), (6, 8, "relu")]:
        params = network.init((2, *[units] * depth, 1), (*[activation] * depth, "sigmoid"), "binary_cross_entropy", 5)
        s = {"depth": depth, "units": units, "activation": activation, "scale": 1, "roll": 0}
        theirs = page.evaluate("([s, given]) => Array.from(backpropLab.train.first(s, given))", [s, given])
        assert theirs == params.vector.tolist()
