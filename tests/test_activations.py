"""Each activation: hand-worked values, numerical differentiation, and its behaviour at the ends."""

import math
import re

import numpy as np
import pytest

from backprop_lab.activations import ACTIVATIONS, ELEMENTWISE, activation_named, softmax_jacobian
from backprop_lab.figures.nudge_still import RULES
from backprop_lab.gradient_check import numerical_gradient, relative_error
from backprop_lab.in_place import IN_PLACE
from tests.gradients import exact, judges
from tests.paths import ROOT

NAMES = sorted(ELEMENTWISE)
# σ(z) and σ'(z) at z = 1, from their definitions with e = 2.718281828459045.
BY_HAND = {
    "identity": (1.0, 1.0),
    "sigmoid": (0.7310585786300049, 0.19661193324148185),
    "tanh": (0.7615941559557649, 0.41997434161402614),
    "relu": (1.0, 1.0),
    "leaky_relu": (1.0, 1.0),
    "softplus": (1.3132616875182228, 0.7310585786300049),
}


CORE = (ROOT / "backprop_lab" / "figures" / "js" / "core.js").read_text("utf-8")
PAGE = (ROOT / "book" / "derivatives.ipynb").read_text("utf-8")
# Where an activation has a line of its own.
PLACES = {
    "backprop_lab/in_place.py, IN_PLACE": IN_PLACE,
    "backprop_lab/figures/nudge_still.py, RULES": RULES,
    "backprop_lab/figures/js/core.js, activations": re.findall(r"^    (\w+): \{", CORE, re.MULTILINE),
    "book/derivatives.ipynb, the table of activations": re.findall(r'"\| `(\w+)` \|', PAGE),
    "book/derivatives.ipynb, FORMULAS": re.findall(r'"    \\"(\w+)\\": \(', PAGE),
    "tests/test_activations.py, BY_HAND": BY_HAND,
    "tests/gradients/exact.py, VALUES": exact.VALUES,
    "tests/gradients/exact.py, SLOPES": exact.SLOPES,
    "tests/gradients/judges.py, ROWS_VALUES": judges.ROWS_VALUES,
}


@pytest.mark.parametrize("name", NAMES)
def test_each_activation_is_in_every_place(name):
    lacking = [place for place, names in PLACES.items() if name not in names]
    assert not lacking, f"{name} is missing in:\n" + "\n".join(lacking)


@pytest.mark.parametrize("name", NAMES)
def test_value_and_derivative_at_one_are_those_worked_by_hand(name):
    value, derivative = BY_HAND[name]
    assert ACTIVATIONS[name](1.0) == pytest.approx(value, rel=1e-15)
    assert ACTIVATIONS[name].derivative(1.0) == pytest.approx(derivative, rel=1e-14)


@pytest.mark.parametrize("name", NAMES)
def test_derivative_agrees_with_numerical_differentiation(name):
    z = np.array([-4.3, -1.2, -0.3, 0.2, 0.9, 3.7])
    numerical = numerical_gradient(lambda t: ACTIVATIONS[name](t).sum(), z)
    assert relative_error(ACTIVATIONS[name].derivative(z), numerical) < 1e-9


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("z", [-1000.0, -40.0, 40.0, 1000.0])
def test_nothing_overflows_far_out(name, z):
    assert np.isfinite(ACTIVATIONS[name](z))
    assert np.isfinite(ACTIVATIONS[name].derivative(z))


@pytest.mark.parametrize("z", [-40.0, -37.0, 37.0, 40.0])
def test_derivatives_keep_their_digits_where_the_short_forms_lose_all(z):
    exact = math.exp(-abs(z))  # to 1e-16: the next term of the series is its square
    assert ACTIVATIONS["sigmoid"].derivative(z) == pytest.approx(exact, rel=1e-13, abs=0)
    assert ACTIVATIONS["tanh"].derivative(z) == pytest.approx(4 * exact**2, rel=1e-13, abs=0)


def test_relu_has_slope_zero_at_its_kink():
    assert ACTIVATIONS["relu"].derivative(0.0) == 0.0
    assert ACTIVATIONS["leaky_relu"].derivative(0.0) == 0.01


@pytest.mark.parametrize("name", NAMES)
def test_backward_is_linear_in_the_upstream_gradient(name):
    rng = np.random.default_rng(3)
    z, g, h = rng.normal(size=(3, 5, 4))
    backward = ACTIVATIONS[name].backward
    np.testing.assert_allclose(
        backward(z, 2 * g - 3 * h), 2 * backward(z, g) - 3 * backward(z, h), rtol=1e-12, atol=1e-14
    )


def test_backward_refuses_shapes_that_would_broadcast():
    with pytest.raises(ValueError, match=r"dL_da has shape \(3,\), expected \(3, 1\), the shape of z"):
        ACTIVATIONS["tanh"].backward(np.zeros((3, 1)), np.zeros(3))


@pytest.mark.parametrize("wrong", ["sigmoyd", None, 3])
def test_an_unknown_name_is_refused_with_the_known_ones(wrong):
    with pytest.raises(ValueError, match="choose one of identity, sigmoid"):
        activation_named(wrong)


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_float32_is_kept(name):
    z = np.array([[-1.5, 0.0], [0.3, 40.0]], dtype=np.float32)
    assert ACTIVATIONS[name](z).dtype == np.float32
    assert ACTIVATIONS[name].backward(z, z).dtype == np.float32


@pytest.mark.parametrize("name", list(ACTIVATIONS))
def test_a_complex_step_gives_the_derivative(name):
    rng = np.random.default_rng(7)
    z, g = rng.normal(size=(2, 4, 3))
    for k in range(4):
        step = np.zeros_like(z)
        step[k] = 1e-30
        numerical = (g * ACTIVATIONS[name](z + 1j * step).imag).sum(axis=0) / 1e-30
        np.testing.assert_allclose(ACTIVATIONS[name].backward(z, g)[k], numerical, rtol=1e-13, atol=1e-15)


def test_softmax_by_hand_and_at_the_ends():
    assert ACTIVATIONS["softmax"](np.log([[1.0], [3.0]])).ravel().tolist() == pytest.approx([0.25, 0.75])
    far = ACTIVATIONS["softmax"](np.array([[1000.0, -1000.0], [0.0, 0.0]]))
    assert far.tolist() == [[1.0, 0.0], [0.0, 1.0]]


def test_softmax_backward_is_its_jacobian_and_its_columns_sum_to_zero():
    rng = np.random.default_rng(8)
    z, g = rng.normal(size=(2, 5, 3))
    back = ACTIVATIONS["softmax"].backward(z, g)
    for i in range(3):
        np.testing.assert_allclose(back[:, [i]], softmax_jacobian(z[:, [i]]).T @ g[:, [i]], rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(back.sum(axis=0), 0, atol=1e-15)


def test_softmax_jacobian_takes_one_column():
    with pytest.raises(ValueError, match=r"shape \(2, 3\), expected \(K, 1\)"):
        softmax_jacobian(np.zeros((2, 3)))
