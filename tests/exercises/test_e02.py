"""E2 by hand: its numbers, and wrong functions as students write them."""

from itertools import pairwise

import numpy as np
import pytest

from backprop_lab.checking.check import check
from backprop_lab.exercises import e02_numerical_gradient as e02
from backprop_lab.exercises import load, nudges, unknown
from backprop_lab.exercises.values import Values
from backprop_lab.grading.calibrate import answered
from tests.exercises.told import points

E02 = load("e02")
FIXTURES = {seed: E02.fixtures(np.random.default_rng(seed)) for seed in (0, 1)}

# f(θ) = θ₁ − 2 θ₂ + θ₁³ + ½ (θ₁ + θ₂)², at θ = (1, 2)
CUBIC = Values(
    p=np.array([1.0, -2.0]), k=np.array([1.0, 0.0]), m=np.ones(2), n=np.zeros(2), r=0.0, b=0.0, c=0.0, scale=1.0,
    activation="identity", precision="float64", theta=np.array([1.0, 2.0]), eps=0.1,
)  # fmt: skip


def gradient(f, theta, eps=1e-5):
    slopes = np.zeros(theta.shape)
    for i in np.ndindex(theta.shape):
        nudged = theta.copy()
        nudged[i] += eps
        ahead = f(nudged)
        nudged[i] -= 2 * eps
        slopes[i] = (ahead - f(nudged)) / (2 * eps)
    return slopes


def error(g, h):
    return np.abs(g - h).max() / np.abs(h).max() if h.any() else 0.0


def best(f, theta, grid):
    tried = [gradient(f, theta, eps) for eps in grid]
    return grid[np.argmin([np.abs(a - b).max() for a, b in pairwise(tried)])]


def results(numerical_gradient=gradient, relative_error=error, best_eps=best, seed=0):
    functions = {"numerical_gradient": numerical_gradient, "relative_error": relative_error, "best_eps": best_eps}
    return {r.term.name: r for r in answered(E02, functions, FIXTURES[seed])}


FULL = {"value": 3, "order": 3, "one_entry": 2, "as_before": 1, "error": 2, "best": 1}


def test_points_are_those_of_the_plan():
    assert {t.name: t.points for t in E02.terms} == FULL
    assert points(results()) == FULL
    by_function = {name: sum(t.points for t in E02.terms_of(name)) for name in E02.functions}
    assert by_function == {"numerical_gradient": 9, "relative_error": 2, "best_eps": 1}


def test_the_value_by_hand():
    # f = 1 − 4 + 1 + ½·9 = 2.5; ∂f/∂θ₁ = 1 + 3·1² + (1 + 2) = 7; ∂f/∂θ₂ = −2 + (1 + 2) = 1
    assert unknown.value(CUBIC, CUBIC.theta) == 2.5
    assert unknown.gradient(CUBIC, CUBIC.theta).tolist() == [7, 1]
    assert e02.accept_value(np.array([7.006, 1.0]), np.array([7.0, 1.0]), CUBIC) == "right"
    assert e02.accept_value(np.array([7.008, 1.0]), np.array([7.0, 1.0]), CUBIC) == "wrong"


def test_the_order_by_hand():
    # (θ₁ ± ε)³ leaves ε² of error: 0.01 for ε = 0.1, 0.0025 for 0.05. On one side it is (3θ₁ + ½) ε = 0.35, + 0.01.
    f, truth = unknown.computed(CUBIC, "float64"), np.array([7.0, 1.0])
    coarse, fine = (nudges.central(f, CUBIC.theta, eps) for eps in (0.1, 0.05))
    assert (coarse - truth).round(12).tolist() == [0.01, 0]
    assert (fine - truth).round(12).tolist() == [0.0025, 0]
    assert e02.accept_order((coarse, fine), (truth, truth), CUBIC) == "right"
    one_side = tuple(nudges.forward(f, CUBIC.theta, eps) for eps in (0.1, 0.05))
    assert (one_side[0] - truth).round(12).tolist() == [0.36, 0.05]
    assert e02.accept_order(one_side, (truth, truth), CUBIC) == "wrong"
    assert e02.accept_order((truth, truth), (truth, truth), CUBIC) == "wrong"  # whatever ε is, the same


def test_nudges_the_error_and_the_choice_by_hand():
    theta = np.array([1.0, 2.0])
    log = [(np.array(one),) for one in ([1, 2], [1.1, 2], [1 + 1e-15, 1.9])]
    assert nudges.counts(log, theta) == (1, 1)
    assert nudges.counts([*log, (np.array([1.1, 2.1]),)], theta) == (1, 2)
    # |−0.2| is the largest difference, |−4| the largest entry of h: 0.05
    u = Values(g=np.array([1.1, 0.3, -4.0]), h=np.array([1.0, 0.5, -4.0]))
    assert E02.term("error").value(u) == pytest.approx(0.05)
    assert E02.term("error").value(Values(g=np.zeros(2), h=np.zeros(2))) == 0
    # 1e-3 errs 20 times as much as 1e-2, and 1e-1 a hundred times: of these only 1e-1 is too bad.
    u = Values(grid=np.array([1e-1, 1e-2, 1e-3]), errors=np.array([1e-3, 1e-5, 2e-4]))
    assert [e02.accept_best(eps, 1e-2, u) for eps in (1e-1, 1e-2, 1e-3, 2e-2)] == ["wrong", "right", "right", "wrong"]


def in_place(back):
    def numerical_gradient(f, theta, eps=1e-5):
        slopes = np.zeros(theta.shape)
        for i in np.ndindex(theta.shape):
            old = theta[i]
            theta[i] = old + eps
            ahead = f(theta)
            theta[i] -= 2 * eps
            slopes[i] = (ahead - f(theta)) / (2 * eps)
            back(theta, i, old, eps)
        return slopes

    return numerical_gradient


def put_back(theta, i, old, eps):
    theta[i] = old


def add_again(theta, i, old, eps):
    theta[i] += eps


def never(theta, i, old, eps):
    pass


def on_one_side(f, theta, eps=1e-5):
    slopes, here = np.zeros(theta.shape), f(theta)
    for i in np.ndindex(theta.shape):
        nudged = theta.copy()
        nudged[i] += eps
        slopes[i] = (f(nudged) - here) / eps
    return slopes


def by_rows(f, theta, eps=1e-5):
    slopes = np.zeros(theta.shape)
    for i in range(len(theta)):
        ahead, behind = theta.copy(), theta.copy()
        ahead[i] += eps
        behind[i] -= eps
        slopes[i] = (f(ahead) - f(behind)) / (2 * eps)
    return slopes


def through_a_flat_view(f, theta, eps=1e-5):
    flat, slopes = theta.ravel(), np.zeros(theta.size)
    for i in range(flat.size):
        old = flat[i]
        flat[i] = old + eps
        ahead = f(theta)
        flat[i] = old - eps
        slopes[i] = (ahead - f(theta)) / (2 * eps)
        flat[i] = old
    return slopes.reshape(theta.shape)


def with_eps(own):
    return lambda f, theta, eps=1e-5: gradient(f, theta, own)


def best_of(numerical_gradient):
    def best_eps(f, theta, grid):
        tried = [numerical_gradient(f, theta, eps) for eps in grid]
        return grid[np.argmin([np.abs(a - b).max() for a, b in pairwise(tried)])]

    return best_eps


WRONG = {
    "one side": (on_one_side, {"order": "C3"}),
    "not divided": (lambda f, t, eps=1e-5: 2 * eps * gradient(f, t, eps), {"value": "N3"}),
    "divided by ε": (lambda f, t, eps=1e-5: 2 * gradient(f, t, eps), {"value": "N1"}),
    "/ 2 * eps": (lambda f, t, eps=1e-5: eps * eps * gradient(f, t, eps), {"value": "N4"}),
    "flipped": (lambda f, t, eps=1e-5: -gradient(f, t, eps), {"value": "O7"}),
    "half of one side": (lambda f, t, eps=1e-5: on_one_side(f, t, eps) / 2, {"value": "N2"}),
    "flat": (lambda f, t, eps=1e-5: gradient(f, t, eps).ravel(), {"value": "N5"}),
    "all at once": (
        lambda f, t, eps=1e-5: (f(t + eps) - f(t - eps)) / (2 * eps),
        {"value": "C4-all", "one_entry": "C4-all"},
    ),
    "by rows": (by_rows, {"value": "C4-row", "one_entry": "C4-row"}),
    "a flat view": (through_a_flat_view, {"value": "C4-copy"}),
    "never set back": (in_place(never), {"one_entry": "C4", "as_before": "U5"}),
    "added again": (in_place(add_again), {"as_before": "U5"}),
    "ε = 1e-5 always": (with_eps(1e-5), {"value": "C2"}),
    "ε = 1e-3 always": (with_eps(1e-3), {"value": "C6"}),
    "ε = 1e-1 always": (with_eps(1e-1), {"value": "C1"}),
    "θ in float32": (lambda f, t, eps=1e-5: gradient(f, t.astype(np.float32), eps), {"value": "C2"}),
}


@pytest.mark.parametrize("seed", FIXTURES)
@pytest.mark.parametrize("style", WRONG)
def test_a_slip_is_named_where_it_is_and_charged_once(style, seed):
    wrong, named = WRONG[style]
    found = results(wrong, best_eps=best_of(wrong) if style in ("never set back", "added again") else best, seed=seed)
    for name, result in found.items():
        if name in named:
            assert named[name] in result.codes, (name, result.codes)
            assert result.points == 0
        else:
            assert result.points == FULL[name], (name, result)


ERRORS = {
    "absolute": (lambda g, h: np.abs(g - h).max(), "C5"),
    "no edge": (lambda g, h: np.abs(g - h).max() / np.abs(h).max(), "Z1"),
    "no edge, numbers of Python": (lambda g, h: float(np.abs(g - h).max()) / float(np.abs(h).max()), "Z1"),
    "1e-8 below": (lambda g, h: np.abs(g - h).max() / (np.abs(h).max() + 1e-8), "Z2"),
    "signed": (lambda g, h: (g - h).max() / np.abs(h).max() if h.any() else 0.0, "Z3"),
    "norms": (lambda g, h: np.linalg.norm(g - h) / np.linalg.norm(h) if h.any() else 0.0, "Z4"),
    "of both": (lambda g, h: np.abs(g - h).max() / (np.abs(g).max() + np.abs(h).max()) if h.any() else 0.0, "Z6"),
    "of g": (lambda g, h: np.abs(g - h).max() / np.abs(g).max() if h.any() else 0.0, "Z7"),
}


@pytest.mark.parametrize("style", ERRORS)
@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
def test_another_error_is_named(style):
    wrong, code = ERRORS[style]
    found = results(relative_error=wrong)
    assert code in found["error"].codes, found["error"]
    assert points(found) == {**FULL, "error": 0}


CHOICES = {
    "smallest": (lambda f, theta, grid: min(grid), "C1-small"),
    "largest": (lambda f, theta, grid: max(grid), "C1-large"),
    "1e-5 always": (lambda f, theta, grid: 1e-5, "C2"),
    "its place": (lambda f, theta, grid: int(np.flatnonzero(grid == best(f, theta, grid))[0]), "G1"),
    "on one side": (best_of(on_one_side), "C3"),
}


@pytest.mark.parametrize("style", CHOICES)
def test_another_choice_is_named(style):
    wrong, code = CHOICES[style]
    found = results(best_eps=wrong)
    assert code in found["best"].codes, found["best"]
    assert points(found) == {**FULL, "best": 0}


@pytest.mark.parametrize(
    "right",
    [
        in_place(put_back),
        lambda f, t, eps=1e-5: (4 * gradient(f, t, eps) - gradient(f, t, 2 * eps)) / 3,  # four points: error ∝ ε⁴
        lambda f, t, eps=1e-5: gradient(f, t.astype(float), eps / 2).astype(np.float32),
    ],
)
def test_in_place_and_put_back_four_points_and_a_shorter_way_are_right(right):
    assert points(results(right, seed=1)) == FULL


def test_zeros_earn_nothing():
    found = results(lambda f, theta, eps=1e-5: np.zeros(theta.shape), lambda g, h: 0.0, lambda f, theta, grid: 0.0)
    assert set(points(found).values()) == {0}


def test_f_refuses_in_words_and_keeps_to_its_precision():
    u = FIXTURES[0][list(E02.variations).index("single precision")].values
    f = E02.callbacks(u)["f"]
    with pytest.raises(ValueError, match=r"theta has shape \(2, 2\), expected \(5,\)"):
        f(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="real numbers"):
        f(u.theta + 1j)
    assert f(u.theta) == f(u.theta.astype(float) + 1e-9) == np.float32(f(u.theta))
    flat = check("e02", "numerical_gradient", namespace={"numerical_gradient": lambda f, t, eps: f(t.ravel())})
    assert "theta has shape (6,), expected (2, 3)" in " ".join(repr(flat).split())


def test_every_way_to_compare_neighbours_finds_a_good_eps():
    for seed in range(8):
        for fixture in E02.fixtures(np.random.default_rng(100 + seed)):
            u = fixture.values
            tried = [nudges.central(e02.computed(u, u.precision), u.theta, eps) for eps in u.grid]
            for k in nudges.settled(tried):
                assert u.errors[k] <= e02.GOOD * u.errors.min(), (seed, fixture.variation)
