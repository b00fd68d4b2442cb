"""That the checks of a network pass what is right, name what is wrong, and say what they cannot see."""

import itertools

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.gradient_check import check_directions, check_network, gradient_check, numerical_gradient

OUTPUTS = [
    ("identity", "squared_error"),
    ("tanh", "squared_error"),
    ("sigmoid", "squared_error"),
    ("sigmoid", "binary_cross_entropy"),
    ("softmax", "squared_error"),
    ("softmax", "cross_entropy"),
]


def a_network(sizes, hidden="tanh", output=("softmax", "cross_entropy"), batch=7, dtype="float64", seed=2):
    """Parameters with biases that are not 0, inputs of either sign, and targets that fit every loss."""
    rng = np.random.default_rng(seed)
    params = network.init(sizes, (hidden,) * (len(sizes) - 2) + output[:1], output[1], seed, dtype)
    params.vector[...] += 0.1 * rng.normal(size=params.vector.size)
    X, Y = rng.normal(size=(sizes[0], batch)), rng.dirichlet(np.ones(sizes[-1]), batch).T
    return params, X.astype(dtype), Y.astype(dtype)


def gradients(params, X, Y):
    return network.backward(params, network.forward(params, X), Y)


# ── What is right passes ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", ["central", "complex", "forward"])
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("hidden", ELEMENTWISE)
def test_every_activation_and_loss_passes(hidden, output, scheme):
    params, X, Y = a_network((3, 5, 4, 2), hidden, output)
    report = check_network(params, X, Y, scheme=scheme, inputs=scheme != "forward")
    assert report.passed, str(report)
    assert check_directions(params, X, Y).passed


@pytest.mark.parametrize(("depth", "batch"), [*itertools.product((1, 2, 3, 5, 8), (1, 11))])
def test_every_depth_and_batch_passes(depth, batch):
    params, X, Y = a_network((3, 5, 2, 4, 3, 5, 4, 3, 2)[: depth + 1], batch=batch)
    for scheme in ("central", "complex"):
        report = check_network(params, X, Y, scheme=scheme, inputs=True)
        assert report.passed, str(report)
        assert [row.name for row in report.rows[-3:]] == [f"W[{depth}]", f"b[{depth}]", "X"]
        assert check_directions(params, X, Y, each=True, scheme=scheme).passed


@pytest.mark.parametrize("scheme", ["central", "complex", "forward"])
def test_float32_has_an_epsilon_and_a_tolerance_of_its_own(scheme):
    params, X, Y = a_network((3, 5, 4, 2), dtype="float32")
    report = check_network(params, X, Y, scheme=scheme)
    assert report.passed, str(report)
    assert report.epsilon != check_network(*a_network((3, 5, 4, 2)), scheme=scheme).epsilon
    assert check_directions(params, X, Y).passed


def test_the_complex_step_is_exact_to_rounding():
    params, X, Y = a_network((3, 5, 4, 2))
    assert max(row.error for row in check_network(params, X, Y, scheme="complex").rows) < 1e-13


def test_nothing_is_changed_and_a_second_check_says_the_same():
    params, X, Y = a_network((3, 4, 2), "relu")
    before = params.vector.copy(), X.copy(), Y.copy()
    assert str(check_network(params, X, Y)) == str(check_network(params, X, Y))
    assert str(check_directions(params, X, Y)) == str(check_directions(params, X, Y))
    assert all(np.array_equal(a, b) for a, b in zip(before, (params.vector, X, Y), strict=True))


def test_the_report_has_each_parameter_and_the_worst_entry_of_a_wrong_one():
    params, X, Y = a_network((3, 4, 2))
    grads = gradients(params, X, Y)
    grads.dW[1][...] *= 2
    lines = str(check_network(params, X, Y, grads)).splitlines()
    assert lines[0] == "central differences, ε = 6e-06, tolerance 1e-07"
    assert lines[1] == "✗ W[1]: relative error 1.0e+00; 12 of 12 entries are off"
    assert lines[2].startswith("    worst at W[1][")
    assert lines[3:] == ["✓ b[1]: agrees", "✓ W[2]: agrees", "✓ b[2]: agrees"]


# ── What is wrong is named ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("scheme", ["central", "complex", "forward"])
@pytest.mark.parametrize(
    ("table", "l", "entry"),
    [("dW", 1, (6, 2)), ("dW", 2, (3, 1)), ("dW", 3, (1, 4)), ("db", 1, (0, 0)), ("db", 3, (1, 0))],
)
def test_one_wrong_entry_is_named(table, l, entry, scheme):
    params, X, Y = a_network((3, 7, 5, 2))
    grads = gradients(params, X, Y)
    getattr(grads, table)[l][entry] += 1e-3
    report = check_network(params, X, Y, grads, scheme=scheme)
    name = f"{table[1]}[{l}][{entry[0]}, {entry[1]}]"
    assert report.wrong == (name,)
    assert f"worst at {name}: got " in str(report)
    assert "; 1 of " in str(report)


def hidden_delta_without_slope(params, cache, Y):
    """δ = Wᵀδ, with σ' forgotten in the hidden layer."""
    grads = network.backward(params, cache, Y)
    delta = params.W[2].T @ grads.delta[2]
    grads.dW[1][...], grads.db[1][...] = delta @ cache.a[0].T, delta.sum(axis=1, keepdims=True)
    return grads


def weights_not_transposed(params, cache, Y):
    grads = network.backward(params, cache, Y)
    delta = (params.W[2] @ grads.delta[2]) * (1 - cache.a[1] ** 2)
    grads.dW[1][...], grads.db[1][...] = delta @ cache.a[0].T, delta.sum(axis=1, keepdims=True)
    return grads


def changed(table, l, change):
    def backward(params, cache, Y):
        grads = network.backward(params, cache, Y)
        getattr(grads, table)[l][...] = change(getattr(grads, table)[l])
        return grads

    return backward


MISTAKES = {
    "σ' forgotten in the hidden layer": (hidden_delta_without_slope, {"W[1]", "b[1]"}),
    "W for Wᵀ": (weights_not_transposed, {"W[1]", "b[1]"}),
    "dW transposed": (changed("dW", 1, lambda dW: dW.T.copy()), {"W[1]"}),
    "dW of the output transposed": (changed("dW", 2, lambda dW: dW.T.copy()), {"W[2]"}),
    "1/m forgotten in db": (changed("db", 2, lambda db: 7 * db), {"b[2]"}),
    "biases forgotten": (changed("db", 1, np.zeros_like), {"b[1]"}),
    "all biases alike": (changed("db", 1, lambda db: np.full_like(db, db.sum())), {"b[1]"}),
    "the sign of dW": (changed("dW", 2, np.negative), {"W[2]"}),
    "not a number": (changed("dW", 2, lambda dW: dW * np.nan), {"W[2]"}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_planted_mistakes_on_a_square_network_are_found_where_they_are(mistake):
    """A square network, on which a transposed matrix has the right shape."""
    wrong_backward, where = MISTAKES[mistake]
    params, X, Y = a_network((4, 4, 4))
    grads = wrong_backward(params, network.forward(params, X), Y)
    for scheme in ("central", "complex"):
        report = check_network(params, X, Y, grads, scheme=scheme)
        assert {name[:4] for name in report.wrong} == where
        assert not check_directions(params, X, Y, grads, scheme=scheme).passed
        each = check_directions(params, X, Y, grads, scheme=scheme, each=True)
        assert {name[:4] for name in each.wrong} == where
        assert len(each.wrong) == 4 * len(where), "every single direction sees it"


def test_a_wrong_gradient_in_the_inputs_is_found():
    params, X, Y = a_network((3, 4, 2))
    grads = gradients(params, X, Y)
    grads.dL_dx[1, 5] += 1e-3
    assert check_network(params, X, Y, grads).passed
    assert check_network(params, X, Y, grads, inputs=True).wrong == ("X[1, 5]",)


# ── Kinks ─────────────────────────────────────────────────────────────────────────────────────────────────────────────


def near_a_kink(z, activation="relu", dtype="float64"):
    """A 1-1-1 network whose hidden unit stands at z, one example with x = 1."""
    params = network.init((1, 1, 1), (activation, "identity"), dtype=dtype)
    params.vector[...] = [0.5, z - 0.5, 2.0, 0.25]
    return params, np.array([[1.0]]), np.array([[1.0]])


@pytest.mark.parametrize("activation", ["relu", "leaky_relu"])
@pytest.mark.parametrize("z", [1e-7, -1e-7, 0.0, 3e-6, -3e-6])
def test_a_kink_within_reach_of_the_nudge_is_told_from_a_mistake(z, activation):
    params, X, Y = near_a_kink(z, activation)
    grads = gradients(params, X, Y)
    report = check_network(params, X, Y, grads)
    assert report.passed, str(report)
    assert [kink.entry for row in report.rows for kink in row.kinks] == ["W[1][0, 0]", "b[1][0, 0]"]
    assert "≈ b[1][0, 0]: a kink, not a mistake: the nudge carries z[1][0, 0] = " in str(report)
    # Without it a right gradient would be rejected: here is what the difference alone says.
    naive = numerical_gradient(lambda v: forward_loss(params, v, X, Y), params.vector)
    assert abs(naive[1] - grads.db[1].item()) > 0.1


def forward_loss(params, vector, X, Y):
    params = params.with_vector(vector)
    return network.loss(params, network.forward(params, X), Y)


def test_a_unit_at_its_kink_is_on_the_side_of_slope_zero():
    """relu'(0) = 0: a forward difference at z = 0 sees only the other side, and must know that it crossed."""
    report = check_network(*near_a_kink(0.0), scheme="forward")
    assert report.passed, str(report)
    assert [kink.entry for row in report.rows for kink in row.kinks] == ["W[1][0, 0]", "b[1][0, 0]"]


def near_one_kink_of_three(weight_behind):
    """Three hidden units and two examples; unit 1 stands at 1e-7 in example 1, the rest far away."""
    params = network.init((1, 3, 1), ("relu", "identity"))
    params.W[1][...], params.b[1][...] = [[0.5], [1.0], [-2.0]], [[0.25], [1e-7 - 1], [0.75]]
    params.W[2][...] = [[0.5, weight_behind, 1.5]]
    return params, np.array([[3.0, 1.0]]), np.array([[1.0, -2.0]])


def test_the_unit_at_the_kink_is_named_and_no_other_entry_is_suspected():
    report = check_network(*near_one_kink_of_three(2.0))
    kinks = {kink.entry: kink.unit for row in report.rows for kink in row.kinks}
    assert kinks == {"W[1][1, 0]": "z[1][1, 1] = 1e-07", "b[1][1, 0]": "z[1][1, 1] = 1e-07"}


def test_a_kink_that_changes_nothing_is_not_mentioned():
    """The nudge carries the unit over, but its weight into the next layer is 0: both sides have the same slope."""
    report = check_network(*near_one_kink_of_three(0.0))
    assert report.passed
    assert "≈" not in str(report)


@pytest.mark.parametrize("z", [1e-7, -1e-7, 0.0])
def test_a_mistake_at_a_kink_is_still_a_mistake(z):
    params, X, Y = near_a_kink(z)
    grads = gradients(params, X, Y)
    grads.db[1][...] += 0.5
    report = check_network(params, X, Y, grads)
    assert report.wrong == ("b[1][0, 0]",)
    assert "≈ W[1][0, 0]" in str(report)


def test_the_slope_across_the_kink_is_a_mistake_too():
    """A gradient that agrees with the difference across the kink is not the gradient."""
    params, X, Y = near_a_kink(0.0)
    grads = gradients(params, X, Y)
    naive = numerical_gradient(lambda v: forward_loss(params, v, X, Y), params.vector)
    assert naive[1] == pytest.approx(-0.75, rel=1e-3)  # half of −1.5, the slope on the right; 0 is that on the left
    grads.db[1][...] = naive[1]
    assert not check_network(params, X, Y, grads).passed


def test_a_kink_out_of_reach_is_not_mentioned():
    report = check_network(*near_a_kink(1e-3))
    assert report.passed
    assert "≈" not in str(report)
    assert "≈" in str(check_network(*near_a_kink(1e-3, dtype="float32"))), "the nudge of float32 is longer"


def test_xor_with_biases_of_zero_stands_on_its_kinks():
    """For x = (0, 0) every hidden unit has z = 0 exactly; the book takes relu'(0) = 0."""
    X, Y = np.array([[0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 1.0]]), np.array([[0.0, 1.0, 1.0, 0.0]])
    params = network.init((2, 8, 1), ("relu", "sigmoid"), "binary_cross_entropy", seed=0)
    report = check_network(params, X, Y)
    assert report.passed, str(report)
    assert {kink.entry for row in report.rows for kink in row.kinks} == {f"b[1][{i}, 0]" for i in range(8)}
    directions = check_directions(params, X, Y)
    assert directions.passed, str(directions)
    assert "4 of 4 nudges cross a kink" in str(directions)


def test_many_relu_networks_pass_with_a_nudge_that_meets_kinks():
    crossed = 0
    for seed in range(20):
        params, X, Y = a_network((3, 8, 8, 2), "relu", batch=11, seed=seed)
        report = check_network(params, X, Y, epsilon=1e-3, tolerance=1e-4)
        assert report.passed, str(report)
        crossed += any(row.kinks for row in report.rows)
    assert crossed > 0


# ── What differences cannot see ───────────────────────────────────────────────────────────────────────────────────────


def test_a_gradient_below_the_rounding_of_differences_is_judged_by_the_complex_step():
    """Twenty sigmoid layers: ∂L/∂W[1] is 1e-14, where central differences see only rounding."""
    params, X, Y = a_network((2,) + (3,) * 19 + (1,), "sigmoid", ("sigmoid", "squared_error"))
    report = check_network(params, X, Y)
    assert report.passed, str(report)
    assert "✓ W[1]: agrees (by the complex step: rounding hides it from these differences)" in str(report)
    assert "✓ W[20]: agrees\n" in str(report)
    grads = gradients(params, X, Y)
    assert 0 < np.abs(grads.dW[1]).max() < 1e-10
    grads.dW[1][2, 1] *= 1.5
    assert check_network(params, X, Y, grads).wrong == ("W[1][2, 1]",)


def test_a_gap_that_rounding_alone_can_make_is_undecided_and_not_passed():
    params, X, Y = a_network((2,) + (3,) * 19 + (1,), "sigmoid", ("sigmoid", "squared_error"))
    grads = gradients(params, X, Y)

    def loss(p):
        return forward_loss(params, np.concatenate([p["W[1]"].ravel(), params.vector[6:]]), X, Y)

    report = gradient_check(loss, {"W[1]": params.W[1]}, {"W[1]": 3 * grads.dW[1]})
    assert not report.passed
    assert report.wrong == ()
    assert "? W[1]: undecided" in str(report)
    assert "use scheme='complex'" in str(report)
    exact = {"scheme": "complex"}
    assert gradient_check(loss, {"W[1]": params.W[1]}, {"W[1]": grads.dW[1]}, **exact).passed
    assert len(gradient_check(loss, {"W[1]": params.W[1]}, {"W[1]": 3 * grads.dW[1]}, **exact).wrong) == 1


def test_zero_weights_say_nothing():
    """C7 of the catalogue: where every hidden gradient is 0, a backward pass without hidden layers passes."""
    params, X, Y = a_network((3, 4, 2), output=("tanh", "squared_error"))
    params = params.with_vector(np.zeros(params.vector.size))
    grads = gradients(params, X, Y)
    grads.dW[1][...] = grads.db[1][...] = 0.0
    assert check_network(params, X, Y, grads).passed


# ── Random directions ─────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def passes(monkeypatch):
    """Counts the forward passes."""
    calls, forward = [], network.forward
    monkeypatch.setattr(network, "forward", lambda *args: calls.append(1) or forward(*args))
    return calls


@pytest.mark.parametrize(("scheme", "expected"), [("central", 2 * 26), ("forward", 27), ("complex", 26)])
def test_every_entry_is_nudged_once_and_nothing_is_run_again_without_need(passes, scheme, expected):
    params, X, Y = a_network((3, 4, 2))
    grads = gradients(params, X, Y)
    passes.clear()
    check_network(params, X, Y, grads, scheme=scheme)
    assert len(passes) == expected + 2  # two more for the cache and for the sides at home


@pytest.mark.parametrize(("scheme", "each_direction"), [("central", 2), ("complex", 1)])
def test_the_number_of_passes_does_not_grow_with_the_network(passes, scheme, each_direction):
    counts = []
    for sizes in ((2, 3, 2), (40, 50, 30, 5)):
        params, X, Y = a_network(sizes)
        grads = gradients(params, X, Y)
        passes.clear()
        assert check_directions(params, X, Y, grads, directions=5, scheme=scheme).passed
        counts.append(len(passes))
    assert counts[0] == counts[1]
    assert counts[0] <= 5 * each_direction + 2


@pytest.mark.parametrize("seed", range(10))
def test_one_wrong_entry_of_thousands_shows_from_the_size_that_the_report_names(seed):
    params, X, Y = a_network((40, 50, 30, 5), seed=seed)
    true = gradients(params, X, Y).vector
    k = int(np.random.default_rng(seed).integers(true.size))
    note = check_directions(params, X, Y).note
    visible = float(note.split("from ")[1].split(" up")[0])
    for size, seen in ((3 * visible, True), (-3 * visible, True), (visible / 1000, False)):
        wrong = true.copy()
        wrong[k] += size
        assert check_directions(params, X, Y, wrong).passed is not seen
    assert visible < 1e-4 * np.linalg.norm(true)


def test_two_faults_that_cancel_in_a_sum_do_not_cancel_here():
    params, X, Y = a_network((20, 30, 5))
    true = gradients(params, X, Y).vector
    for seed in range(20):
        i, j = np.random.default_rng(seed).choice(true.size, 2, replace=False)
        wrong = true.copy()
        wrong[i] += 1e-3
        wrong[j] -= 1e-3
        assert not check_directions(params, X, Y, wrong).passed


def test_a_direction_at_right_angles_to_the_fault_sees_nothing_and_another_one_does():
    """What one direction cannot see: built on purpose, from the very v that it will take."""
    from backprop_lab.network_check import _direction

    params, X, Y = a_network((5, 6, 2))
    true = gradients(params, X, Y).vector
    v = _direction(true.size, 0)
    fault = np.random.default_rng(1).normal(size=true.size)
    fault -= (fault @ v) * v
    assert check_directions(params, X, Y, true + fault, directions=1, seed=0).passed
    assert not check_directions(params, X, Y, true + fault, directions=2, seed=0).passed


def test_a_large_relu_network_in_float32_passes_in_a_few_passes():
    params, X, Y = a_network((784, 128, 64, 10), "relu", batch=32, dtype="float32")
    report = check_directions(params, X, Y)
    assert report.passed, str(report)
    grads = gradients(params, X, Y)
    grads.dW[2][...] = np.roll(grads.dW[2], 1)
    assert check_directions(params, X, Y, grads, each=True).wrong == tuple(
        f"W[2] along direction {k}" for k in range(1, 5)
    )


# ── Misuse ────────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda p, X, Y: check_network(p, X, Y, np.zeros(3)), ValueError, r"grads has shape \(3,\), expected \(26,\)"),
        (lambda p, X, Y: check_directions(p, X, Y, np.zeros(3)), ValueError, "in the order W1, b1, W2, b2"),
        (lambda p, X, Y: check_network(p, X, Y, np.zeros(26), inputs=True), TypeError, "inputs=True needs dL_dx"),
        (lambda p, X, Y: check_network(p, X, Y, scheme="sideways"), ValueError, "choose central, forward or complex"),
        (lambda p, X, Y: check_directions(p, X, Y, scheme="forward"), ValueError, "takes scheme central or complex"),
        (lambda p, X, Y: check_directions(p, X, Y, directions=0), ValueError, "at least 1, got 0"),
        (lambda p, X, Y: check_network(p, X[0], Y), ValueError, r"X has shape \(7,\), expected \(3, m\)"),
        (lambda p, X, Y: check_network(p, X, Y, epsilon=1e-30), ValueError, "vanishes beside"),
    ],
)
def test_misuse_is_an_error_that_says_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call(*a_network((3, 4, 2)))
