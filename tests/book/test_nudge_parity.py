"""The nudge figure's numbers in Chromium are those of the Python library.

max|js − py| / max|py| ≤ 1e-12 for each array, over random settings, saturated ones and kinks; finite differences to
1e-15 · |L| / ε, since what they subtract has no bounded relative error. That a wrong formula would be seen is shown
by planting some.
"""

from functools import cache

import numpy as np
import pytest

from backprop_lab import neuron
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.live import script
from backprop_lab.gradient_check import numerical_gradient
from tests.book.parity import TOLERANCE

pytestmark = pytest.mark.browser

PAIRS = [(name, "squared_error") for name in ELEMENTWISE] + [("sigmoid", "binary_cross_entropy")]
ARRAYS = ("z", "a", "L", "dL_da", "da_dz", "dL_dz", "dz_dw", "dz_db", "dz_dx", "dL_dw", "dL_db", "dL_dx")
EPSILONS = (0.5, 0.1, 0.01, 1e-3, 1e-5)

COMPUTE = """([settings, epsilons]) => settings.map((s) => {
  const { neuron } = backpropLab, cache = neuron.forward(s);
  const differences = epsilons.map((e) => ["w", "b", "x"].map((name) => neuron.difference(s, name, e).value));
  return { ...cache, ...neuron.backward(s, cache), differences };
})"""


def settings_of(activation: str, loss: str, regime: str) -> list[dict]:
    """Settings in one regime: apart from one another, so that large numbers do not hide small ones."""
    rng = np.random.default_rng(7)
    targets = (lambda n: rng.uniform(0, 1, n)) if loss == "binary_cross_entropy" else (lambda n: rng.uniform(-3, 3, n))
    if regime == "random":
        rows = np.column_stack([rng.uniform(-3, 3, (100, 3)), targets(100)])
    elif regime == "on the sliders":
        rows = [(x, w, b, y) for x in (-5, 0, 2.5) for w in (-5, 0, 0.05) for b in (-5, 0, 5) for y in (0, 0.5, 1)]
    elif regime == "kink":
        rows = [(x, w, -w * x, y) for x in (-2.0, 0.0, 1.0) for w in (-1.5, 0.0, 0.25) for y in (0.0, 1.0)]
    else:  # saturated: |z| of 15 to 40, one sign at a time
        sign = 1.0 if regime == "saturated above" else -1.0
        rows = [(1.0, sign * z, 0.0, y) for z in np.linspace(15, 40, 26) for y in (0.0, 0.3, 1.0)]
    return [{**dict(zip("xwby", map(float, row), strict=True)), "activation": activation, "loss": loss} for row in rows]


REGIMES = ("random", "on the sliders", "kink", "saturated above", "saturated below")


def by_library(setting: dict) -> dict:
    params = neuron.Parameters(setting["w"], setting["b"], setting["activation"], setting["loss"])
    x, y = setting["x"], setting["y"]
    cache = neuron.forward(params, x)
    gradients = neuron.backward(params, cache, y)

    def loss(theta):
        moved = neuron.Parameters(theta[0], theta[1], params.activation, params.loss)
        return neuron.loss(moved, neuron.forward(moved, theta[2]), y)

    here = np.array([params.w, params.b, x])
    return {
        **{name: getattr(gradients, name) for name in ARRAYS[3:]},
        **{"z": cache.z, "a": cache.a, "L": neuron.loss(params, cache, y)},
        "differences": [numerical_gradient(loss, here, epsilon=epsilon) for epsilon in EPSILONS],
    }


@cache
def expected(activation: str, loss: str, regime: str) -> list[dict]:
    return [by_library(setting) for setting in settings_of(activation, loss, regime)]


def disagreement(page, activation: str, loss: str, regime: str) -> dict[str, float]:
    """For each array max|js − py| / max|py|; for the differences the error in units of |L| / ε."""
    settings = settings_of(activation, loss, regime)
    theirs, ours = page.evaluate(COMPUTE, [settings, list(EPSILONS)]), expected(activation, loss, regime)
    found = {}
    for name in ARRAYS:
        js, py = (np.array([row[name] for row in rows], dtype=float) for rows in (theirs, ours))
        found[name] = worst(js, py, np.max(np.abs(py[np.isfinite(py)]), initial=0.0))
    losses = np.array([row["L"] for row in ours])
    scale = np.max(losses[np.isfinite(losses)], initial=0.0)
    for i, epsilon in enumerate(EPSILONS):
        js, py = (np.array([row["differences"][i] for row in rows], dtype=float) for rows in (theirs, ours))
        found[f"ε = {epsilon:g}"] = worst(js, py, scale / epsilon)
    return found


def worst(js: np.ndarray, py: np.ndarray, scale: float) -> float:
    """The largest error in units of the scale; infinite where one side alone is not finite, or their signs differ."""
    finite = np.isfinite(py)
    if not np.array_equal(js[~finite], py[~finite], equal_nan=True):
        return np.inf
    gap = np.max(np.abs(js[finite] - py[finite]), initial=0.0)
    return 0.0 if gap == 0 else gap / scale if scale else np.inf


def holds(found: dict[str, float]) -> bool:
    return all(error <= (1e-15 if name.startswith("ε") else TOLERANCE) for name, error in found.items())


@pytest.fixture
def core(open_html):
    """A page with the figures' mathematics in it, from this text."""

    def page_with(text: str):
        page = open_html("").page
        page.add_script_tag(content=text)
        return page

    return page_with


def test_there_are_at_least_500_random_settings():
    assert sum(len(settings_of(*pair, "random")) for pair in PAIRS) >= 500


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_the_browser_computes_what_the_library_computes(core, activation, loss):
    page = core(script("core.js"))
    for regime in REGIMES:
        found = disagreement(page, activation, loss, regime)
        assert holds(found), (regime, found)


# What was right, what is planted, and where it shows.
FAULTS = {
    "the weight's factor is w": ("third = { w: s.x,", "third = { w: s.w,", "identity", "random"),
    "a (1 - a) loses its digits": ("return e / ((1 + e) * (1 + e));", "const a = sigmoid(z); return a * (1 - a);",
                                   "sigmoid", "saturated above"),
    "1 - tanh² loses its digits": ("(z) => 4 * sigmoidDerivative(2 * z)", "(z) => 1 - Math.tanh(z) ** 2",
                                   "tanh", "saturated above"),
    "relu's slope at the kink is 1": ("derivative: (z) => (z > 0 ? 1 : 0),", "derivative: (z) => (z >= 0 ? 1 : 0),",
                                      "relu", "kink"),
    "the leak is another": ("LEAKY_SLOPE = 0.01", "LEAKY_SLOPE = 0.0100000000001", "leaky_relu", "saturated below"),
    "the half is lost": ("0.5 * (a - y)", "(a - y)", "identity", "random"),
    "a one-sided difference": ("behind = s[name] - epsilon", "behind = s[name]", "softplus", "random"),
    "softplus overflows": ("Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)))", "Math.log(1 + Math.exp(z))",
                           "softplus", "saturated below"),
}  # fmt: skip


@pytest.mark.parametrize(("right", "wrong", "activation", "regime"), FAULTS.values(), ids=FAULTS)
def test_a_planted_fault_is_seen(core, right, wrong, activation, regime):
    text = script("core.js")
    assert text.count(right) >= 1
    assert holds(disagreement(core(text), activation, "squared_error", regime))
    assert not holds(disagreement(core(text.replace(right, wrong)), activation, "squared_error", regime))


def test_a_planted_fault_in_the_cross_entropy_is_seen(core):
    text = script("core.js")
    wrong = text.replace("(y === 1 ? 0 : (1 - y) / (1 - a))", "(y === 1 ? 0 : -(1 - y) / (1 - a))")
    assert wrong != text
    assert not holds(disagreement(core(wrong), "sigmoid", "binary_cross_entropy", "random"))
