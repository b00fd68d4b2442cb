"""Numerical differentiation itself, and that the check catches what it is there to catch."""

import numpy as np
import pytest

from backprop_lab.gradient_check import best_epsilon, gradient_check, numerical_gradient, relative_error


def cubic(t):
    return float((t**3).sum())


def error_at(scheme, epsilon):
    theta = np.array([0.7, -1.3, 2.1])
    return np.abs(numerical_gradient(cubic, theta, scheme=scheme, epsilon=epsilon) - 3 * theta**2).max()


def test_the_cubic_worked_by_hand():
    """((2+h)³ − (2−h)³)/2h = 12 + h²; ((2+h)³ − 2³)/h = 12 + 6h + h²."""
    theta = np.array([2.0])
    assert numerical_gradient(cubic, theta, epsilon=0.5) == pytest.approx(12.25)
    assert numerical_gradient(cubic, theta, epsilon=0.5, scheme="forward") == pytest.approx(15.25)


def test_halving_epsilon_quarters_the_central_error_and_halves_the_forward_one():
    assert error_at("central", 1e-2) / error_at("central", 5e-3) == pytest.approx(4, rel=0.01)
    assert error_at("forward", 1e-2) / error_at("forward", 5e-3) == pytest.approx(2, rel=0.01)


@pytest.mark.parametrize("scheme", ["central", "forward"])
def test_the_default_epsilon_is_near_the_best(scheme):
    best = min(error_at(scheme, 10.0**-k) for k in range(1, 14))
    assert error_at(scheme, None) < 30 * best


def test_float32_gets_an_epsilon_of_its_own():
    theta = np.array([0.7, -1.3], dtype=np.float32)
    assert best_epsilon("central", "float32") > 1e-3
    assert relative_error(numerical_gradient(lambda t: np.sum(t**2), theta), 2 * theta) < 1e-3


def test_number_of_evaluations():
    calls = []
    theta = np.zeros((3, 4))
    for scheme, expected in (("central", 24), ("forward", 13)):
        calls.clear()
        numerical_gradient(lambda t: calls.append(1) or 0.0, theta, scheme=scheme)
        assert len(calls) == expected


def test_theta_is_left_as_it_was_and_may_be_read_only():
    theta = np.array([[1.0, 2.0], [3.0, 4.0]])
    theta.flags.writeable = False
    assert numerical_gradient(cubic, theta).shape == (2, 2)
    assert theta.tolist() == [[1.0, 2.0], [3.0, 4.0]]


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: numerical_gradient(cubic, np.array([1, 2])), TypeError, r"int64.*astype\(float\)"),
        (
            lambda: numerical_gradient(cubic, np.ones(2), scheme="backward"),
            ValueError,
            "choose central, forward or complex",
        ),
        (lambda: numerical_gradient(cubic, np.ones(2), epsilon=0.0), ValueError, "must be positive"),
        (lambda: numerical_gradient(cubic, np.array([1e9]), epsilon=1e-9), ValueError, "vanishes beside"),
        (
            lambda: numerical_gradient(lambda t: t, np.ones(2)),
            TypeError,
            r"must return one number, got ndarray of shape \(2,\)",
        ),
        (lambda: relative_error(np.ones(2), np.ones(3)), ValueError, r"\(2,\), expected \(3,\)"),
        (lambda: gradient_check(lambda p: 0.0, {"w": 1.0, "b": 1.0}, {"w": 1.0}), ValueError, "only one of them has b"),
        (lambda: gradient_check(lambda p: 0.0, {"w": np.ones(2)}, {"w": np.ones(3)}), ValueError, "expected"),
    ],
)
def test_misuse_is_an_error_that_says_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()


@pytest.mark.parametrize(
    "wrong", [lambda g: -g, lambda g: 2 * g, lambda g: g.T.copy(), np.zeros_like, lambda g: g * np.nan]
)
def test_the_check_rejects_planted_mistakes_and_names_the_entry(wrong):
    theta = np.array([[0.3, -0.8], [1.7, 0.4]])
    right = 3 * theta**2
    assert gradient_check(lambda p: cubic(p["W"]), {"W": theta}, {"W": right}).passed
    report = gradient_check(lambda p: cubic(p["W"]), {"W": theta}, {"W": wrong(right)})
    assert not report.passed
    assert "worst at W[" in str(report)


def test_one_wrong_entry_is_the_one_that_is_named():
    theta = np.array([[0.3, -0.8], [1.7, 0.4]])
    right = 3 * theta**2
    right[1, 0] += 0.01
    assert "worst at W[1, 0]" in str(gradient_check(lambda p: cubic(p["W"]), {"W": theta}, {"W": right}))
