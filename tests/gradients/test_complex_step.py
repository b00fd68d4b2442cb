"""Every legal network before the complex step: the imaginary part of the library's own forward pass."""

import numpy as np
import pytest

from backprop_lab.activations import ELEMENTWISE
from tests.cases import FAMILIES, OUTPUT_PAIRS, NetworkCase
from tests.gradients.judges import complex_step, errors, failures, ours


@pytest.mark.parametrize("family", FAMILIES, ids=str)
def test_gradients_agree(family):
    assert not failures("complex step", family)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_at_zero_the_complex_step_takes_the_side_that_the_derivative_takes(name):
    """Two halves of a formula that take different sides of 0 lose the slope between them."""
    slope = ELEMENTWISE[name](np.array([1e-30j])).imag / 1e-30
    np.testing.assert_allclose(slope, ELEMENTWISE[name].derivative(np.zeros(1)), rtol=1e-15)


@pytest.mark.parametrize(("output", "loss"), OUTPUT_PAIRS)
def test_gradients_agree_where_every_z_is_zero(output, loss):
    params, X, Y = NetworkCase((5, 3), (output,), loss, 7, "float64").draw()
    params.vector = np.zeros_like(params.vector)
    found = errors(ours(params, X, Y), complex_step(params, X, Y))
    if output == "relu":  # dead: ∂L/∂(anything) is 0, on both sides
        assert not ours(params, X, Y)["dW[1]"].any()
    assert max(found.values()) < 1e-14
