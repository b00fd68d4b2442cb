"""Warnings are errors, but for the one that OpenBLAS causes where nothing is wrong (see docs/decisions/0015)."""

import warnings

import numpy as np
import pytest


@pytest.mark.parametrize("product", ["matmul", "dot"])
def test_a_product_that_sets_the_invalid_flag_for_nothing_fails_no_test(product):
    warnings.warn(f"invalid value encountered in {product}", RuntimeWarning, stacklevel=1)


def test_every_other_warning_is_an_error():
    for other in ("overflow encountered in matmul", "invalid value encountered in multiply"):
        with pytest.raises(RuntimeWarning):
            warnings.warn(other, RuntimeWarning, stacklevel=1)
    with pytest.raises(RuntimeWarning):
        np.log(-1.0)
