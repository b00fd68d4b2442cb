"""Numerical differentiation itself, and that the check catches what it is there to catch."""

import numpy as np
import pytest

from backprop_lab.activations import ELEMENTWISE
from backprop_lab.differences import SCHEMES, slope_along, slopes
from backprop_lab.gradient_check import TOLERANCE, best_epsilon, gradient_check, numerical_gradient, relative_error
from backprop_lab.losses import LOSSES


def cubic(t):
    return (t**3).sum()


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


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_default_epsilon_is_near_the_best(scheme):
    best = min(error_at(scheme, 10.0**-k) for k in range(1, 14))
    assert error_at(scheme, None) <= 30 * best


def test_float32_gets_an_epsilon_of_its_own():
    theta = np.array([0.7, -1.3], dtype=np.float32)
    assert best_epsilon("central", "float32") > 1e-3
    assert relative_error(numerical_gradient(lambda t: np.sum(t**2), theta), 2 * theta) < 1e-3


def test_number_of_evaluations():
    calls = []
    theta = np.zeros((3, 4))
    for scheme, expected in (("central", 24), ("forward", 13), ("complex", 12 + 4)):
        calls.clear()
        numerical_gradient(lambda t: calls.append(1) or t.sum(), theta, scheme=scheme)
        assert len(calls) == expected


def test_theta_is_left_as_it_was_and_may_be_read_only():
    theta = np.array([[1.0, 2.0], [3.0, 4.0]])
    theta.flags.writeable = False
    for scheme in SCHEMES:
        assert numerical_gradient(cubic, theta, scheme=scheme).shape == (2, 2)
    assert theta.tolist() == [[1.0, 2.0], [3.0, 4.0]]


def test_the_step_that_was_taken_counts_and_not_the_one_that_was_meant():
    """Beside 1000.1 in float32 a nudge of 5e-3 is rounded by up to 3e-5; a straight line shows nothing of it."""
    theta = np.array([1000.1], dtype=np.float32)
    for scheme in ("central", "forward"):
        (_, slope), *_ = slopes(lambda t: 3 * float(t[0]), theta, scheme=scheme, epsilon=5e-3)
        assert slope == 3.0


# ── The complex step ──────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_complex_step_by_hand():
    """Im (2 + ih)³ / h = 12 − h²: the error is ∝ h², and for a small h there is none."""
    theta = np.array([2.0])
    assert [s for _, s in slopes(cubic, theta, scheme="complex", epsilon=0.5)] == [11.75]
    assert numerical_gradient(cubic, theta, scheme="complex").tolist() == [12.0]


def test_the_complex_step_is_better_than_any_difference():
    assert error_at("complex", None) < 1e-14
    assert min(error_at("central", 10.0**-k) for k in range(1, 14)) > 1e-12


@pytest.mark.parametrize("z", [-700.0, -2.0, -0.0, 0.0, 1e-9, 3.0, 700.0])
@pytest.mark.parametrize("name", ELEMENTWISE)
def test_every_activation_carries_the_complex_step(name, z):
    """At 0 too, where a function that is put together from two branches can lose its slope."""
    z = np.array([z])
    (_, slope), *_ = slopes(lambda t: ELEMENTWISE[name](t).sum(), z, scheme="complex")
    assert slope == pytest.approx(ELEMENTWISE[name].derivative(z).item(), rel=1e-14)


@pytest.mark.parametrize(
    ("loss", "logits"), [("binary_cross_entropy", [[0.0, 2.0]]), ("cross_entropy", [[0.0], [0.0]])]
)
def test_the_losses_from_logits_carry_the_complex_step(loss, logits):
    """∂L/∂z = a − y, at z = 0 too."""
    z, y = np.array(logits), np.array([[1.0, 0.0]]).reshape(np.shape(logits))
    a = ELEMENTWISE["sigmoid"](z) if loss == "binary_cross_entropy" else np.full_like(z, 0.5)
    numerical = numerical_gradient(lambda t: LOSSES[loss].from_logits(t, y).sum(), z, scheme="complex")
    np.testing.assert_allclose(numerical, a - y, rtol=1e-14)


DROPS = {
    "float()": (lambda t: float(t[0]) * 2.0, TypeError),
    "abs": (lambda t: np.abs(t).sum(), TypeError),
    ".real": (lambda t: t.real.sum(), TypeError),
    "dtype=float": (lambda t: np.asarray(t, dtype=float).sum(), TypeError),
    "a buffer of floats": (lambda t: buffered(t), TypeError),
    "a buffer of floats for one of two terms": (lambda t: buffered(t) + t.sum(), TypeError),
    "math.exp": (lambda t: __import__("math").exp(t[0]), TypeError),
    "abs in one of two terms": (lambda t: np.abs(t[0]) * 3 + t[1] ** 2, ValueError),
    ".real in a factor": (lambda t: (t.real * t).sum(), ValueError),
    "abs with 0j behind it": (lambda t: np.abs(t).sum() + 0j, ValueError),
}


def buffered(t):
    buffer = np.zeros(t.shape)
    buffer[...] = t * 2
    return buffer.sum()


@pytest.mark.parametrize("how", DROPS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_function_that_drops_the_imaginary_part_is_an_error_and_not_a_wrong_gradient(how, dtype):
    f, error = DROPS[how]

    def real_where_real(t):
        return f(t).real if error is ValueError and t.dtype.kind == "f" else f(t)

    with pytest.raises(error, match=r"look for float\(\), abs\(\), .real, dtype=float on the way to the loss"):
        numerical_gradient(real_where_real, np.array([0.7, 1.9], dtype), scheme="complex")


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize(
    "f",
    [
        cubic,
        lambda t: (t - t).sum(),
        lambda t: 1e6 + 1e-4 * t.sum(),
        lambda t: np.exp(3 * t).sum(),
        lambda t: 1e-20 * t.prod(),
        lambda t: np.where(t.real > 0, t, 0).sum(),
    ],
)
def test_a_function_that_keeps_it_raises_no_alarm(f, dtype):
    rng = np.random.default_rng(0)
    for _ in range(20):
        numerical_gradient(f, rng.normal(size=9).astype(dtype), scheme="complex")


def test_a_slope_along_a_direction_is_the_gradient_times_the_direction():
    theta, v = np.array([0.7, -1.3, 2.1]), np.array([1.0, -2.0, 0.5])
    for scheme, digits in (("central", 1e-9), ("complex", 1e-14)):
        slope, taken = slope_along(cubic, theta, v, scheme=scheme)
        assert slope == pytest.approx(float((3 * theta**2) @ taken), rel=digits)
        np.testing.assert_allclose(taken, v, rtol=1e-9)


# ── The report ────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(("scheme", "dtype"), TOLERANCE)
def test_every_scheme_and_dtype_has_an_epsilon_and_a_tolerance_that_pass_the_truth_and_no_slip(scheme, dtype):
    theta = {"W": np.array([[0.3, -0.8], [1.7, 0.4]], dtype), "b": np.array([0.6], dtype)}

    def f(p):
        return np.tanh(p["W"] * p["b"]).sum()

    slope = 1 - np.tanh(theta["W"] * theta["b"]) ** 2
    right = {"W": slope * theta["b"], "b": (slope * theta["W"]).sum(keepdims=True).reshape(1)}
    assert gradient_check(f, theta, right, scheme=scheme).passed
    for name in right:
        slip = {**right, name: right[name] * 1.05}
        assert [where[0] for where in gradient_check(f, theta, slip, scheme=scheme).wrong] == [name]


def test_how_many_entries_are_off_is_said():
    theta = np.array([[0.3, -0.8], [1.7, 0.4]])
    wrong = 3 * theta**2
    wrong[0] *= 2
    report = gradient_check(lambda p: cubic(p["W"]), {"W": theta}, {"W": wrong})
    assert "2 of 4 entries are off\n    worst at W[0, 1]: got 3.84, numerically 1.92" in str(report)


def test_an_entry_that_is_not_a_number_is_off_and_the_one_that_is_named():
    theta = np.array([[0.3, -0.8], [1.7, 0.4]])
    wrong = 3 * theta**2
    wrong[1, 0] = np.nan
    report = gradient_check(lambda p: cubic(p["W"]), {"W": theta}, {"W": wrong})
    assert report.wrong == ("W[1, 0]",)
    assert "1 of 4 entries are off" in str(report)
    assert str(report).endswith("got nan, numerically 8.67")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: numerical_gradient(cubic, np.array([1, 2])), TypeError, r"int64.*astype\(float\)"),
        (
            lambda: numerical_gradient(cubic, np.ones(2), scheme="backward"),
            ValueError,
            "choose central, forward or complex",
        ),
        (lambda: best_epsilon("sideways"), ValueError, "choose central, forward or complex"),
        (lambda: slope_along(cubic, np.ones(2), np.ones(2), scheme="forward"), ValueError, "central or complex"),
        (
            lambda: numerical_gradient(lambda t: t, np.ones(2), scheme="complex"),
            TypeError,
            r"must return one number, got ndarray of shape \(2,\)",
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
