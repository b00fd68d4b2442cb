"""The judge of the figures' numbers: a difference is seen, and so is what is no number or has another shape."""

import numpy as np
import pytest

from tests.book.parity import apart


@pytest.mark.parametrize(
    ("js", "py", "far"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([], [], 0.0),
        (0.0, 0.0, 0.0),
        ([1.0, 2.5], [1.0, 2.0], 0.25),
        ([1e-300, 0.0], [0.0, 0.0], np.inf),
        # What JSON makes of NaN, and NaN itself.
        ([1.0, None], [1.0, 2.0], np.inf),
        ([1.0, np.nan], [1.0, 2.0], np.inf),
        ([1.0, np.inf], [1.0, 2.0], np.inf),
    ],
)
def test_numbers_are_as_far_apart_as_they_are(js, py, far):
    assert apart(js, py) == far


def test_a_sum_is_judged_in_the_size_of_what_is_added():
    assert apart(1e-16, 0.0, size=2.0) == 5e-17


def test_another_shape_is_no_small_difference():
    with pytest.raises(AssertionError):
        apart([1.0, 2.0], [[1.0, 2.0]])
