"""The scalar engine in use: called twice, as a network, over long chains, printed, and misused."""

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.autodiff import Value, graph


def test_a_second_call_changes_nothing():
    x, y = Value(0.5), Value(-1.5)
    L = (x * y).tanh() * x
    L.backward()
    first = x.grad, y.grad
    L.backward()
    assert (x.grad, y.grad) == first


def test_a_gradient_of_another_loss_is_forgotten_and_losses_are_added_to_add_gradients():
    x = Value(2.0)
    first, second = x**2, 3 * x
    first.backward()
    second.backward()
    assert x.grad == 3.0
    (first + second).backward()
    assert x.grad == 7.0


def test_an_inner_value_can_be_differentiated_too():
    x = Value(2.0)
    u = x * x
    L = u * 5
    L.backward()
    assert (u.grad, x.grad) == (5.0, 20.0)
    u.backward()
    assert (u.grad, x.grad) == (1.0, 4.0)


# ── As a network ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("output", ["tanh, squared error", "softmax, cross-entropy"])
def test_a_2_3_2_network_of_values_has_the_gradients_of_the_network_module(output):
    activation, loss = {
        "tanh, squared error": ("tanh", "squared_error"),
        "softmax, cross-entropy": ("softmax", "cross_entropy"),
    }[output]
    params = network.init((2, 3, 2), ("tanh", activation), loss, seed=5)
    params.vector[...] += 0.2 * np.random.default_rng(5).normal(size=params.vector.size)
    X, Y = np.array([[0.5, -1.2, 2.0], [1.5, 0.3, -0.7]]), np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 1.0]])

    W = {l: [[Value(w) for w in row] for row in params.W[l]] for l in (1, 2)}
    b = {l: [Value(row[0]) for row in params.b[l]] for l in (1, 2)}
    x = [[Value(number) for number in row] for row in X]
    losses = []
    for e in range(3):
        a = [row[e] for row in x]
        a = [sum((w * u for w, u in zip(W[1][i], a, strict=True)), b[1][i]).tanh() for i in range(3)]
        z = [sum((w * u for w, u in zip(W[2][i], a, strict=True)), b[2][i]) for i in range(2)]
        if activation == "tanh":
            losses += [(z[i].tanh() - Y[i, e]) ** 2 / 2 for i in range(2)]
        else:
            total = z[0].exp() + z[1].exp()
            losses += [-Y[i, e] * (z[i].exp() / total).log() for i in range(2)]
    L = sum(losses) / 3
    L.backward()

    cache = network.forward(params, X)
    grads = network.backward(params, cache, Y)
    assert L.data == pytest.approx(network.loss(params, cache, Y), rel=1e-13)
    for l in (1, 2):
        mine = np.array([[w.grad for w in row] for row in W[l]]), np.array([[u.grad] for u in b[l]])
        assert np.abs(mine[0] - grads.dW[l]).max() <= 1e-12 * np.abs(grads.dW[l]).max()
        assert np.abs(mine[1] - grads.db[l]).max() <= 1e-12 * np.abs(grads.db[l]).max()
    dL_dx = np.array([[u.grad for u in row] for row in x])
    assert np.abs(dL_dx - grads.dL_dx).max() <= 1e-12 * np.abs(grads.dL_dx).max()


# ── Size, printing, misuse ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_long_chain_is_not_too_deep():
    x = Value(1.0)
    total = x
    for _ in range(20_000):
        total = total + x
    total.backward()
    assert x.grad == 20_001.0


def test_the_graph_prints_formulas_numbers_gradients_and_local_derivatives():
    w, x = Value(0.5, "w"), Value(2.0, "x")
    L = (w * x - 3) ** 2 / 2
    L.backward()
    assert str(L) == graph(L)
    assert [" ".join(line.split()) for line in graph(L).splitlines()] == [
        "v1 = w = 0.5 ∂L/∂v1 = -4",
        "v2 = x = 2 ∂L/∂v2 = -1",
        "v3 = v1 · v2 = 1 ∂L/∂v3 = -2 ∂v3/∂v1 = 2, ∂v3/∂v2 = 0.5",
        "v4 = v3 − 3 = -2 ∂L/∂v4 = -2 ∂v4/∂v3 = 1",
        "v5 = v4 ** 2 = 4 ∂L/∂v5 = 0.5 ∂v5/∂v4 = -4",
        "v6 = v5 / 2 = 2 ∂L/∂v6 = 1 ∂v6/∂v5 = 0.5",
    ]
    assert repr(w) == "Value(0.5, 'w', grad=-4)"
    assert repr(L) == "Value(2, grad=1)"


def test_numpy_numbers_may_stand_on_either_side():
    x = Value(np.float64(3.0))
    L = np.float64(2) * x + np.int64(1) - x / np.int64(2)
    L.backward()
    assert isinstance(L, Value)
    assert (L.data, x.grad) == (5.5, 1.5)


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: Value(np.ones(3)), TypeError, r"one number, got an array of shape \(3,\); make one Value for each"),
        (lambda: Value("3"), TypeError, "one number, got '3'"),
        (lambda: Value(Value(3.0)), TypeError, "one number"),
        (lambda: Value(True), TypeError, "one number, got True"),
        (lambda: Value(float("nan")), ValueError, "must be finite, got nan"),
        (lambda: Value(1.0) + "1", TypeError, "one number, got '1'"),
        (lambda: Value(1.0) * np.ones(2), TypeError, r"array of shape \(2,\)"),
        (lambda: np.ones(2) * Value(1.0), TypeError, r"array of shape \(2,\)"),
        (lambda: Value(2.0) ** Value(3.0), TypeError, r"where it varies write \(power \* base.log\(\)\).exp\(\)"),
        (lambda: Value(0.0) ** -1, ValueError, r"0 \*\* -1 has no finite derivative"),
        (lambda: Value(0.0) ** 0.5, ValueError, r"0 \*\* 0.5 has no finite derivative"),
        (lambda: Value(1.0) / 0, ValueError, "1 / 0 is not a number; keep the denominator away"),
        (lambda: 1e200 / Value(1e-200), ValueError, r"1e\+200 / 1e-200 is too large"),
        (lambda: Value(-2.0) ** 0.5, ValueError, r"-2 \*\* 0.5 is not a real number"),
        (lambda: Value(0.0).log(), ValueError, "log needs a positive number, got 0"),
        (lambda: Value(1000.0).exp(), ValueError, "exp 1000 is too large for a float"),
        (lambda: Value(1e200) ** 2, ValueError, r"1e\+200 \*\* 2 is too large"),
        (lambda: Value(1e200) * 1e200, ValueError, r"1e\+200 · 1e\+200 is too large"),
        (lambda: Value(1e-200) ** -1.5, ValueError, "or its derivative is"),
    ],
)
def test_misuse_is_an_error_that_says_what_to_do(call, error, words):
    with pytest.raises(error, match=words):
        call()
