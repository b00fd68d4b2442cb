"""The descent figure's paths in Chromium are those of the Python library.

Surfaces, gradients and single steps from Python's state: max|js − py| / max|py| ≤ 1e-12 for each array, over random
settings; that a wrong formula would be seen is shown by planting some.
"""

from functools import cache

import numpy as np
import pytest
from playwright.sync_api import Page

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.descent_paths import SURFACES, Setting, as_gradients, limit
from backprop_lab.figures.live import script
from backprop_lab.figures.networks import as_setting
from backprop_lab.optimisers import OPTIMISERS, optimiser_named
from tests.book.parity import TOLERANCE, apart, planted
from tests.book.showing import computing

pytestmark = pytest.mark.browser

core = computing("core.js", "nets.js")

EACH = 12
COMPUTE = """(cases) => cases.map(({ s, name, theta, state }) => {
  const { loss, gradient, step, limit } = backpropLab.descent, now = step(s, name, { theta, state });
  return { L: loss(s, theta), g: gradient(s, theta), theta: now.theta, ...now.state, limit: limit(s, name) ?? 0 };
})"""


@cache
def cases() -> list[tuple[dict, dict]]:
    """Random settings with an optimiser some steps on its way: what JavaScript is given, and what Python computes."""
    rng, made = np.random.default_rng(13), []
    ends = [(name, "squared_error") for name in ELEMENTWISE] + [("sigmoid", "binary_cross_entropy")]
    for surface in SURFACES:
        for name in OPTIMISERS:
            for k in range(EACH * 4):
                activation, loss = ends[k % len(ends)]
                params = network.Parameters.of(
                    W={1: [[rng.normal()]]}, b={1: [[rng.normal()]]}, activations=(activation,), loss=loss
                )
                X, Y = rng.normal(size=(1, 1 + k % 5)), rng.uniform(size=(1, 1 + k % 5))
                rate, beta, kappa = 10 ** rng.uniform(-3, 0.5), rng.uniform(0, 0.99), rng.uniform(1, 30)
                w, b = rng.uniform(-2, 2, 2)
                setting = Setting(surface, rate, beta, w, b, name, 0, kappa, params, X, Y)
                extra = {"beta": beta} if name == "momentum" else {}
                optimiser = optimiser_named(name, learning_rate=rate, **extra)
                here = params.with_vector(np.array([w, b]))
                for _ in range(k % 4):  # some steps on small random gradients, so that there is a state
                    optimiser.step(here, as_gradients(here, tuple(rng.normal(size=2) * 0.1)))
                theta, state = here.vector.tolist(), state_of(optimiser)
                g = setting.gradient(*theta)
                optimiser.step(here, as_gradients(here, g))
                after = {key: np.array(value) for key, value in state_of(optimiser).items()}
                s = {"surface": surface, "learning_rate": rate, "beta": beta, "elongation": kappa}
                given = {"s": s | {"net": as_setting(params, X, Y)}, "name": name, "theta": theta, "state": state}
                most = limit(setting, name) or 0.0
                expected = {"L": setting.loss(*theta), "g": g, "theta": here.vector.copy(), "limit": most, **after}
                made.append((given, expected))
    return made


def state_of(optimiser) -> dict:
    """The state in the form of nets.js."""
    if optimiser.steps == 0 or type(optimiser) is OPTIMISERS["gradient_descent"]:
        return {}
    if type(optimiser) is OPTIMISERS["momentum"]:
        return {"velocity": optimiser.velocity.tolist()}
    return {"steps": optimiser.steps, "m": optimiser.m.tolist(), "v": optimiser.v.tolist()}


def disagreement(page: Page, every: int = 1) -> float:
    """The largest max|js − py| / max|py| of any array."""
    looked_at = cases()[::every]
    theirs, worst = page.evaluate(COMPUTE, [given for given, _ in looked_at]), 0.0
    for js, (_, expected) in zip(theirs, looked_at, strict=True):
        for name, value in expected.items():
            worst = max(worst, apart(js[name], value))
    return worst


def test_the_browser_computes_what_the_library_computes(core):
    assert len(cases()) >= 500
    assert disagreement(core(script("descent_paths.js"))) <= TOLERANCE


FAULTS = {
    "the bowl is not elongated": ("[w, s.elongation * b]", "[w, b]"),
    "the saddle's slope": ("[w, b * (b * b - 1)]", "[w, b * (b * b + 1)]"),
    "the valley is not crossed": ("TILT - 0.5 * a, a]", "TILT, a]"),
    "w and b are swapped": ("nets.vector(dW, db)", "nets.vector(db, dW)"),
    "momentum forgets beta": ("{ beta: s.beta }", "{}"),
    "the limit of gradient descent": ("(1 + s.beta) : 2)", "(1 + s.beta) : 1)"),
}


@pytest.mark.parametrize(("right", "wrong"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong):
    page = core(planted("descent_paths.js", right, wrong))
    assert disagreement(page, every=7) > TOLERANCE
