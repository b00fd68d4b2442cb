"""The Python side of the saturation figure: its numbers are the library's and hold to z = ±40, its output is fixed."""

import base64
import re
import xml.etree.ElementTree as ET
from decimal import Decimal, getcontext

import numpy as np
import pytest

from backprop_lab import network, neuron
from backprop_lab.figures.saturation import saturation
from backprop_lab.figures.saturation_reading import ENTROPY, KINDS, SQUARED, Reading
from backprop_lab.figures.saturation_words import FLAT, NEAR, conclusion, learned, notes
from backprop_lab.figures.wording import plain, show
from backprop_lab.gradient_check import numerical_gradient
from backprop_lab.optimisers import GradientDescent

LABELS = (0.0, 0.3, 0.5, 1.0)


def at(z=-4.0, y=1.0, learning_rate=0.5, steps=40) -> Reading:
    return Reading(z, y, learning_rate, steps)


def test_z_of_0_by_hand():
    # a = ½ and σ' = ¼. Squared error: ½·¼ = ⅛, −½, −⅛. Cross-entropy: ln 2, −½ : ¼ = −2, −½.
    r = at(z=0.0)
    assert (r.a, r.slope, r.ratio) == (0.5, 0.25, 4.0)
    assert (r.loss(SQUARED), r.dL_da(SQUARED), r.delta(SQUARED)) == (0.125, -0.5, -0.125)
    assert (r.loss(ENTROPY), r.dL_da(ENTROPY), r.delta(ENTROPY)) == (pytest.approx(np.log(2), rel=1e-15), -2.0, -0.5)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("y", LABELS)
def test_the_factors_are_those_of_the_library_where_its_formula_in_a_can_be_used(kind, y):
    for z in np.linspace(-15, 15, 61):
        r, params = at(z=float(z), y=y), neuron.Parameters(float(z), 0.0, "sigmoid", kind)
        cache = neuron.forward(params, 1.0)
        g = neuron.backward(params, cache, y)
        assert (cache.a, g.da_dz) == (r.a, r.slope)
        # 1 − a keeps the fewer digits, the closer a is to 1: 3e-7 at z = 15.
        assert r.loss(kind) == pytest.approx(neuron.loss(params, cache, y), rel=1e-8)
        assert r.dL_da(kind) == pytest.approx(g.dL_da, rel=1e-8)
        assert r.delta(kind) == pytest.approx(g.dL_dz, rel=1e-8)
        assert r.delta(kind) == pytest.approx(g.dL_dw, rel=1e-8)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("y", LABELS)
def test_delta_is_that_of_a_network_and_a_central_difference(kind, y):
    for z in np.linspace(-40, 40, 81):
        r, params = at(z=float(z), y=y), of_one(float(z), 0.0, kind)
        cache = network.forward(params, [[1.0]])
        grads = network.backward(params, cache, [[y]])
        assert r.delta(kind) == pytest.approx(grads.delta[1].item(), rel=1e-13, abs=3e-16)
        assert r.loss(kind) == pytest.approx(network.loss(params, cache, [[y]]), rel=1e-13, abs=3e-16)
        slope = numerical_gradient(lambda theta, y=y: at(z=float(theta[0]), y=y).loss(kind), np.array([z]))
        assert r.delta(kind) == pytest.approx(slope[0], rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("y", [0, 1])
def test_they_keep_their_digits_where_a_rounds_to_1(y):
    getcontext().prec = 50
    for z in (-40.0, -20.0, -1.5, 0.0, 3.0, 20.0, 36.5, 37.5, 40.0):
        r, e = at(z=z, y=float(y)), Decimal(-z).exp()
        a = 1 / (1 + e)
        miss, slope, loss = a - y, a * (1 - a), -(a if y else 1 - a).ln()
        for value, exact in (
            (r.slope, slope), (r.error, miss), (r.ratio, 1 / slope),
            (r.loss(SQUARED), miss**2 / 2), (r.dL_da(SQUARED), miss), (r.delta(SQUARED), miss * slope),
            (r.loss(ENTROPY), loss), (r.dL_da(ENTROPY), miss / slope), (r.delta(ENTROPY), miss),
        ):  # fmt: skip
            assert abs(Decimal(value) - exact) <= Decimal("2e-15") * abs(exact)


@pytest.mark.parametrize("y", LABELS)
def test_cross_entropy_is_the_squared_error_without_its_slope(y):
    for z in np.linspace(-40, 40, 41):
        r = at(z=float(z), y=y)
        assert r.dL_da(ENTROPY) * r.slope == pytest.approx(r.delta(ENTROPY), rel=1e-14)
        assert r.ratio * r.delta(SQUARED) == pytest.approx(r.delta(ENTROPY), rel=1e-14)
        assert r.ratio >= 4


def of_one(w: float, b: float, kind: str) -> network.Parameters:
    return network.Parameters.of(W={1: [[w]]}, b={1: [[b]]}, activations=("sigmoid",), loss=kind)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("z", "y", "rate"), [(-4.0, 1.0, 0.5), (3.0, 0.0, 4.0), (6.0, 0.7, 1.0), (-40.0, 1.0, 0.5)])
def test_the_path_is_training_by_the_library(kind, z, y, rate):
    path, params, optimiser = at(z, y, rate, 60).paths[kind], of_one(z, 0.0, kind), GradientDescent(learning_rate=rate)
    for where, a in zip(path.z, path.a, strict=True):
        cache = network.forward(params, [[1.0]])
        assert (where, a) == (pytest.approx(cache.z[1].item(), abs=1e-11), pytest.approx(cache.a[1].item(), abs=1e-11))
        optimiser.step(params, network.backward(params, cache, [[y]]))


def test_no_step_leads_away_from_the_target():
    rng = np.random.default_rng(4)
    for _ in range(200):
        r = at(rng.uniform(-8, 8), rng.choice([0, 1, rng.uniform()]), rng.uniform(0.01, 4), 30)
        for path in r.paths.values():
            far = np.abs(np.array(path.z) - np.log(r.y / (1 - r.y))) if 0 < r.y < 1 else np.abs(np.array(path.a) - r.y)
            assert np.all(np.diff(far) <= 1e-12)


def test_the_wrong_and_confident_neuron_learns_at_once_with_cross_entropy_and_hardly_with_the_squared_error():
    r = at()
    assert r.paths[ENTROPY].halfway(1.0) == 5
    assert r.paths[SQUARED].halfway(1.0) is None
    assert r.paths[ENTROPY].a[40] > 0.95
    assert r.paths[SQUARED].a[40] < 0.06
    assert at(steps=200).paths[SQUARED].halfway(1.0) > 40


SAID = {
    "confident and wrong": ({"z": -4.0}, "Confident and wrong: the squared error's δ is multiplied by σ'(z) = 0.0177"),
    "wrong": ({"z": -1.0}, "Wrong, but not sure: σ'(z) = 0.197 leaves the squared error a part"),
    "unsure": ({"z": 0.5}, "Unsure: σ'(z) = 0.235 leaves the squared error a part of its δ, and both losses learn."),
    "confident and right": ({"z": 4.0}, "Confident and right: a − y = −0.018 is small"),
    "on target": ({"z": 0.5, "y": 0.62}, "On target: a − y = 0.00246 is small"),
    "above the soft label": ({"z": 4.0, "y": 0.7}, "Too confident: a is 0.282 above the soft label."),
    "below the soft label": ({"z": -4.0, "y": 0.3}, "Too confident: a is 0.282 below the soft label."),
    "no step": ({"steps": 0}, "No step yet: a = 0.01799 under both losses."),
    "one step": ({"steps": 1}, "After 1 step from a = 0.01799: a = 0.0183 with the squared error, 0.04662 with"),
    "halfway": ({}, "Halfway to y: cross-entropy after 5 steps, squared error not within 40 steps."),
    "soft": ({"y": 0.5}, "A soft label: cross-entropy is least at a = y, where it is 0.6931 and not 0."),
    "rounded": ({"z": 40, "y": 0}, "a is stored as 1 here, so 1 − a is 0"),
}


@pytest.mark.parametrize(("setting", "said"), SAID.values(), ids=SAID)
def test_it_says_in_words_what_happens(setting, said):
    assert said in saturation(**setting).trace


def test_what_the_words_say_holds_at_every_z_and_y():
    for y in np.linspace(0, 1, 41):
        for z in np.linspace(-40, 40, 161):
            r = at(float(z), float(y), steps=0)
            said, miss = conclusion(r), abs(r.a - y)
            assert ("Confident" in said or "Too confident" in said) == (
                r.slope < FLAT and (miss >= NEAR or "right" in said)
            )
            if "Too confident" in said:
                assert 0 < y < 1
                assert (r.a > y) == ("above" in said)
            assert ("stored as 1" in " ".join(notes(r))) == (1 - r.a == 0)
    assert learned(at(z=4.0))[0].startswith("After 40 steps")
    assert len(learned(at(z=4.0))) == 1  # who is right has no half of the way to go


def test_the_least_cross_entropy_of_a_soft_label_is_the_one_said():
    for y in (0.1, 0.5, 0.7):
        least = at(z=float(np.log(y / (1 - y))), y=y).loss(ENTROPY)
        assert f"where it is {show(least)} and not 0" in notes(at(y=y))[0]


def svg_of(figure) -> str:
    return base64.b64decode(re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', figure.html)[1]).decode()


EXTREMES = [{"z": z, "y": y} for z in (-40, -8.5, 0, 3, 40) for y in (0, 0.25, 1)]


@pytest.mark.parametrize("setting", EXTREMES, ids=str)
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(setting):
    figure, r = saturation(**setting, steps=7), at(**setting, steps=7)
    texts = ET.fromstring(svg_of(figure)).iter("{http://www.w3.org/2000/svg}text")
    drawn = "\n".join(node.text or "" for node in texts)
    for kind in KINDS:
        assert f"= {show(r.delta(kind), 3)}" in drawn
        assert f"= {show(r.delta(kind), 3)} = δ" in figure.alt
        assert f"= {plain(r.delta(kind))} (eq-" in figure.trace
        assert f"= {plain(r.dL_da(kind))}\n" in figure.trace
        assert f"= {plain(r.loss(kind))}\n" in figure.trace
    assert show(r.slope) in drawn
    assert figure.alt.endswith(learned(r)[-1])
    assert not re.search(r"(?<![\w.⁻])[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt), "a negative zero"
    assert not re.search(r"nan|inf|undefined|∞", (figure.trace + figure.alt + svg_of(figure)).lower())


@pytest.mark.parametrize("setting", [{}, {"z": 40, "y": 0, "steps": 200}, {"steps": 0}], ids=str)
def test_the_output_is_small_and_the_same_on_every_run(setting):
    bundle = saturation(**setting)._repr_mimebundle_()
    assert bundle == saturation(**setting)._repr_mimebundle_()
    assert len(bundle["text/html"].encode()) < 120_000


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: saturation("4"), TypeError, "saturation: z must be one number, got '4'"),
        (lambda: saturation(41), ValueError, "z must lie between -40 and 40, got 41"),
        (lambda: saturation(float("nan")), ValueError, "z must lie between -40 and 40, got nan"),
        (lambda: saturation(y=1.5), ValueError, "y must lie between 0 and 1, got 1.5"),
        (lambda: saturation(y=True), TypeError, "y must be one number, got True"),
        (lambda: saturation(learning_rate=0), ValueError, "learning_rate must lie between 0.01 and 4, got 0"),
        (lambda: saturation(learning_rate=5.0), ValueError, "learning_rate must lie between 0.01 and 4, got 5"),
        (lambda: saturation(steps=2.5), TypeError, "steps must be a whole number, got 2.5"),
        (lambda: saturation(steps=201), ValueError, "steps must be a whole number from 0 to 200, got 201"),
    ],
)
def test_a_wrong_input_is_refused_with_its_name(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
