"""One neuron's gradient before four judges, and what it refuses."""

import mpmath
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lab import neuron
from backprop_lab.gradient_check import gradient_check
from tests.cases import LEGAL_PAIRS, SETTINGS
from tests.gradients.exact import VALUES

mpmath.mp.dps = 50


def gradients(activation, loss, x, w, b, y):
    params = neuron.Parameters(w, b, activation, loss)
    return neuron.backward(params, neuron.forward(params, x), y)


def test_the_worked_example_of_the_chapter():
    """z = 0.5·2 − 0.25 = 0.75; a = 1/(1 + e^−0.75); the factors and products follow from these by hand."""
    a = 0.6791786991753929
    g = gradients("sigmoid", "squared_error", x=2.0, w=0.5, b=-0.25, y=1.0)
    assert g.dL_da == pytest.approx(a - 1, rel=1e-15)
    assert g.da_dz == pytest.approx(a * (1 - a), rel=1e-14)
    assert (g.dz_dw, g.dz_db, g.dz_dx) == (2.0, 1.0, 0.5)
    assert g.dL_dw == pytest.approx((a - 1) * a * (1 - a) * 2, rel=1e-14)
    assert g.dL_dx == pytest.approx(g.dL_db * 0.5, rel=1e-15)


@pytest.mark.parametrize(("activation", "loss"), LEGAL_PAIRS)
def test_gradient_agrees_with_numerical_differentiation(activation, loss):
    for s in SETTINGS:
        g = gradients(activation, loss, **s)

        def value(p, s=s):
            params = neuron.Parameters(p["w"], p["b"], activation, loss)
            return neuron.loss(params, neuron.forward(params, float(p["x"])), s["y"])

        report = gradient_check(
            value,
            {"w": s["w"], "b": s["b"], "x": s["x"]},
            {"w": g.dL_dw, "b": g.dL_db, "x": g.dL_dx},
            tolerance=1e-6,
        )
        assert report.passed, f"{s}\n{report}"


LOSSES = {
    "squared_error": lambda a, y: (a - y) ** 2 / 2,
    "binary_cross_entropy": lambda a, y: -y * mpmath.log(a) - (1 - y) * mpmath.log(1 - a),
}


@pytest.mark.parametrize(("activation", "loss"), LEGAL_PAIRS)
def test_gradient_agrees_with_fifty_digit_differences_of_the_forward_pass_alone(activation, loss):
    def value(x, w, b, y):
        return LOSSES[loss](VALUES[activation](w * x + b), y)

    h = mpmath.mpf(10) ** -20
    for s in SETTINGS:
        exact = {name: mpmath.mpf(number) for name, number in s.items()}
        g = gradients(activation, loss, **s)
        for name in "wbx":
            up, down = (value(**{**exact, name: exact[name] + step}) for step in (h, -h))
            assert getattr(g, f"dL_d{name}") == pytest.approx(float((up - down) / (2 * h)), rel=1e-13, abs=1e-16)


finite = st.floats(-5, 5)


@given(x=finite, w=finite, b=finite, y=st.floats(0, 1), scale=st.floats(0.1, 10))
def test_only_the_product_of_weight_and_input_matters(x, w, b, y, scale):
    """Scaling x up and w down leaves z, a and L; so ∂L/∂w scales up as x does, and ∂L/∂b stays."""
    before, after = (gradients("tanh", "squared_error", x * s, w / s, b, y) for s in (1, scale))
    assert after.dL_db == pytest.approx(before.dL_db, rel=1e-9, abs=1e-12)
    assert after.dL_dw == pytest.approx(before.dL_dw * scale, rel=1e-9, abs=1e-12)


moderate = st.floats(-3, 3)  # |z| ≤ 12: further out 1 − a itself has few digits left


@given(x=moderate, w=moderate, b=moderate, y=st.floats(0, 1))
def test_sigmoid_and_cross_entropy_collapse_to_a_minus_y(x, w, b, y):
    params = neuron.Parameters(w, b, "sigmoid", "binary_cross_entropy")
    cache = neuron.forward(params, x)
    assert neuron.backward(params, cache, y).dL_dz == pytest.approx(cache.a - y, rel=1e-9, abs=1e-10)


@pytest.mark.parametrize("name", ["w", "b"])
@pytest.mark.parametrize("wrong", [np.ones(2), "1", None, float("nan"), float("inf"), 1j])
def test_parameters_that_are_no_number_are_refused_by_name(name, wrong):
    with pytest.raises(TypeError, match=f"^{name} must be"):
        neuron.Parameters(**{"w": 1.0, "b": 0.0, name: wrong})


def test_an_array_for_x_is_refused_with_its_shape():
    with pytest.raises(TypeError, match=r"x must be one number, got an array of shape \(3,\)"):
        neuron.forward(neuron.init(), np.zeros(3))


def test_a_stale_cache_is_refused():
    params = neuron.Parameters(0.5, 0.0)
    cache = neuron.forward(params, 2.0)
    with pytest.raises(ValueError, match=r"run forward\(params, x\) again"):
        neuron.backward(neuron.Parameters(0.6, 0.0), cache, 1.0)


def test_a_loss_that_does_not_fit_the_activation_is_refused():
    with pytest.raises(ValueError, match="needs activation 'sigmoid'"):
        neuron.Parameters(1.0, 0.0, "tanh", "binary_cross_entropy")


def test_a_single_neuron_takes_no_softmax():
    with pytest.raises(ValueError, match="mixes the units of a layer"):
        neuron.elementwise_named("softmax")


def test_vectors_go_round():
    params = neuron.Parameters(0.5, -0.25)
    assert params.with_vector(params.vector) == params
    g = gradients("sigmoid", "squared_error", 2.0, 0.5, -0.25, 1.0)
    assert g.vector.tolist() == [g.dL_dw, g.dL_db]
