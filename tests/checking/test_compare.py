"""The rule for right and wrong, at its edges."""

import numpy as np
import pytest

from backprop_lab.checking.compare import error, unusable, verdict


@pytest.mark.parametrize(
    ("off", "dtype", "expected"),
    [
        (0, float, "right"),
        (0.9e-10, float, "right"),
        (1.1e-10, float, "approximate"),
        (0.9e-6, float, "approximate"),
        (1.1e-6, float, "wrong"),
        (1.8e-4, float, "wrong"),
        (9e-6, np.float32, "approximate"),
        (1.2e-5, np.float32, "wrong"),
    ],
)
def test_the_limits_are_where_they_are_said_to_be(off, dtype, expected):
    reference = np.array([0.25, -4.0])
    value = (reference * [1, 1 + off]).astype(dtype)
    assert verdict(value, reference) == expected


def test_the_scale_excuses_rounding_and_no_mistake():
    truth = 4.248354255291589e-18  # sigmoid'(40)
    assert verdict(0.0, truth) == "wrong"
    assert verdict(0.0, truth, scale=2.0) == "right"
    assert verdict(1.0, truth, scale=2.0) == "wrong"
    assert verdict(1e-9, truth, scale=2.0) == "wrong"
    assert verdict(np.float32(1e-9), truth, scale=2.0) == "approximate"


def test_zero_references():
    assert error(np.zeros(3), np.zeros(3)) == 0
    assert verdict(1e-12, 0.0) == "wrong"
    assert verdict(1e-14, 0.0, scale=1.0) == "right"


@pytest.mark.parametrize(
    "secret",
    [
        "x was 0.7312",
        [0.7312],
        np.ones((7, 3, 1, 2)),
        np.array(["0.7312"]),
        type("x_was_07312", (), {})(),
        np.ones(7312),
    ],
)
def test_what_is_said_of_a_hidden_fixture_quotes_nothing_that_the_answer_was_filled_with(secret):
    told = unusable(secret, 1.0, hidden=True)
    assert told
    assert "7312" not in told
    assert "7, 3" not in told
