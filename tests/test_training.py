"""Training: the loop against one written out by hand, and the mistakes that such loops are known for."""

import numpy as np
import pytest

from backprop_lab import data, network
from backprop_lab.optimisers import OPTIMISERS, Adam, GradientDescent, Momentum, optimiser_named
from backprop_lab.schedules import constant, cosine
from backprop_lab.training import accuracy, train


def problem(dtype="float64", m=23):
    X, Y = data.moons(m, seed=1)
    return network.init((2, 5, 1), ("tanh", "sigmoid"), "binary_cross_entropy", seed=2, dtype=dtype), X, Y


def same(one, other):
    """Two histories, bit for bit."""
    arrays = [
        (one.loss, other.loss), (one.learning_rate, other.learning_rate), (one.epoch_loss, other.epoch_loss),
        (one.epoch_accuracy, other.epoch_accuracy), (one.val_loss, other.val_loss),
        *((one.gradient_norms[l], other.gradient_norms[l]) for l in one.gradient_norms),
    ]  # fmt: skip
    return all(np.array_equal(a, b) for a, b in arrays)


# --- The loop itself. ---


def written_out(params, X, Y, learning_rate, epochs, batch_size, seed, mistake=None):
    """Gradient descent on two layers (tanh, sigmoid with cross-entropy), in plain NumPy. Each mistake is a real one."""
    W1, b1, W2, b2 = (array.copy() for l in (1, 2) for array in (params.W[l], params.b[l]))
    rng, losses, added = np.random.default_rng(seed), [], [0, 0, 0, 0]
    for _ in range(epochs):
        order = rng.permutation(X.shape[1])
        for start in range(0, X.shape[1], batch_size):
            x, y = X[:, order[start : start + batch_size]], Y[:, order[start : start + batch_size]]
            a1 = np.tanh(W1 @ x + b1)
            a2 = 1 / (1 + np.exp(-(W2 @ a1 + b2)))
            losses.append(float(-(y * np.log(a2) + (1 - y) * np.log(1 - a2)).mean()))
            delta2 = (a2 - y) / x.shape[1]
            back = (W2 - learning_rate * delta2 @ a1.T) if mistake == "updates before gradients" else W2
            delta1 = (back.T @ delta2) * (1 - a1**2)
            grads = [delta1 @ x.T, delta1.sum(1, keepdims=True), delta2 @ a1.T, delta2.sum(1, keepdims=True)]
            if mistake == "gradients accumulate":
                grads = added = [a + g for a, g in zip(added, grads, strict=True)]
            if mistake == "mean over the full size of a batch":
                grads = [g * x.shape[1] / batch_size for g in grads]
            sign = -1 if mistake == "uphill" else 1
            W1, b1, W2, b2 = (
                p - sign * learning_rate * g for p, g in zip((W1, b1, W2, b2), grads, strict=True)
            )  # fmt: skip
    return np.concatenate([p.ravel() for p in (W1, b1, W2, b2)]), losses


SETTING = {"epochs": 3, "batch_size": 7, "seed": 5}


def test_the_loop_agrees_with_one_written_out():
    params, X, Y = problem()
    trained, history = train(params, X, Y, optimiser=GradientDescent(0.5), **SETTING)
    vector, losses = written_out(params, X, Y, 0.5, **SETTING)
    assert trained.vector == pytest.approx(vector, rel=1e-11)
    assert history.loss == pytest.approx(losses, rel=1e-12)
    assert history.loss.size == 3 * 4  # 23 examples in batches of 7, 7, 7 and 2


@pytest.mark.parametrize(
    "mistake", ["updates before gradients", "gradients accumulate", "mean over the full size of a batch", "uphill"]
)
def test_the_comparison_above_would_see_the_mistake(mistake):
    params, X, Y = problem()
    right, _ = written_out(params, X, Y, 0.5, **SETTING)
    wrong, losses = written_out(params, X, Y, 0.5, **SETTING, mistake=mistake)
    assert np.abs(wrong - right).max() > 1e-4
    trained, history = train(params, X, Y, optimiser=GradientDescent(0.5), **SETTING)
    assert trained.vector != pytest.approx(wrong, rel=1e-5)
    assert history.loss != pytest.approx(losses, rel=1e-7)


def test_one_epoch_of_all_examples_is_one_step():
    params, X, Y = problem()
    by_hand = params.copy()
    GradientDescent(0.5).step(by_hand, network.backward(by_hand, network.forward(by_hand, X), Y))
    trained, history = train(params, X, Y, optimiser=GradientDescent(0.5), epochs=1)
    assert np.array_equal(trained.vector, by_hand.vector)
    assert history.loss[0] == history.epoch_loss[0] == network.loss(params, network.forward(params, X), Y)
    assert history.epoch_loss[1] == network.loss(trained, network.forward(trained, X), Y)


def test_every_example_is_seen_once_an_epoch_and_in_a_new_order(monkeypatch):
    params, X, Y = problem()
    X[0] = np.arange(23)  # an example is known by its first entry
    seen, forward = [], network.forward
    monkeypatch.setattr(network, "forward", lambda p, x: seen.append(x[0]) or forward(p, x))
    train(params, X, Y, optimiser=GradientDescent(0.1), epochs=2, batch_size=5)
    batches = [x for x in seen if x.size < 23]  # the others are evaluations
    first, second = np.concatenate(batches[:5]), np.concatenate(batches[5:])
    assert [x.size for x in batches] == [5, 5, 5, 5, 3] * 2
    assert sorted(first) == sorted(second) == list(range(23))
    assert not np.array_equal(first, second)
    assert not np.array_equal(first, np.arange(23))


# --- Nothing changes behind the reader's back. ---


@pytest.mark.parametrize("name", sorted(OPTIMISERS))
def test_a_cell_that_is_run_twice_prints_the_same(name):
    """Also the optimiser is not changed: a momentum left over from the first run would bend the second."""
    params, X, Y = problem()
    optimiser = optimiser_named(name, learning_rate=0.1)
    before = params.vector.copy(), X.copy(), Y.copy(), str(optimiser)
    one, first = train(params, X, Y, optimiser=optimiser, **SETTING)
    other, second = train(params, X, Y, optimiser=optimiser, **SETTING)
    assert np.array_equal(one.vector, other.vector)
    assert same(first, second)
    assert repr(first) == repr(second)
    assert all(np.array_equal(was, now) for was, now in zip(before, (params.vector, X, Y, str(optimiser)), strict=True))
    assert not np.shares_memory(one.vector, params.vector)
    assert optimiser.steps == 0
    assert first.optimiser.steps == first.loss.size


def test_the_seed_decides_the_batches_and_numpys_own_generator_does_not():
    params, X, Y = problem()
    np.random.seed(1)
    one, _ = train(params, X, Y, optimiser=Adam(0.1), **SETTING)
    np.random.seed(2)
    same_seed, _ = train(params, X, Y, optimiser=Adam(0.1), **SETTING)
    other_seed, _ = train(params, X, Y, optimiser=Adam(0.1), **{**SETTING, "seed": 6})
    assert np.array_equal(one.vector, same_seed.vector)
    assert not np.array_equal(one.vector, other_seed.vector)


def test_a_validation_set_and_a_progress_bar_change_nothing():
    params, X, Y = problem()
    one, first = train(params, X, Y, optimiser=Adam(0.1), **SETTING)
    watched = {"X_val": X[:, :4], "Y_val": Y[:, :4], "progress": lambda *_: None}
    other, second = train(params, X, Y, optimiser=Adam(0.1), **SETTING, **watched)
    assert np.array_equal(one.vector, other.vector)
    assert np.array_equal(first.loss, second.loss)
    assert first.val_loss.size == 0
    val_loss = network.loss(other, network.forward(other, X[:, :4]), Y[:, :4])
    assert second.val_loss[-1] == val_loss
    assert second.val_loss.shape == second.val_accuracy.shape == second.epoch_loss.shape == (4,)


def test_read_only_and_turned_arrays_are_taken():
    params, X, Y = problem()
    expected, _ = train(params, X, Y, optimiser=Adam(0.1), **SETTING)
    turned = np.ascontiguousarray(X.T).T
    turned.setflags(write=False)
    params.vector.setflags(write=False)
    trained, _ = train(params, turned, Y.astype(int), optimiser=Adam(0.1), **SETTING)
    assert np.array_equal(trained.vector, expected.vector)


def test_a_run_goes_on_where_it_ended_with_the_optimiser_of_its_history():
    params, X, Y = problem()
    whole, all_of_it = train(params, X, Y, optimiser=Adam(0.1), epochs=20)
    half, first = train(params, X, Y, optimiser=Adam(0.1), epochs=10)
    rest, second = train(half, X, Y, optimiser=first.optimiser, epochs=10)
    forgot, _ = train(half, X, Y, optimiser=Adam(0.1), epochs=10)
    assert np.array_equal(rest.vector, whole.vector)
    assert np.array_equal(np.concatenate([first.loss, second.loss]), all_of_it.loss)
    assert not np.allclose(forgot.vector, whole.vector)


# --- History. ---


def test_the_history_holds_norms_rates_and_a_table():
    params, X, Y = problem()
    seen = []
    trained, history = train(
        params, X, Y, optimiser=Momentum(0.2), schedule="cosine", progress=lambda *now: seen.append(now), **SETTING
    )
    grads = network.backward(params, network.forward(params, X), Y)
    _, whole = train(params, X, Y, optimiser=Momentum(0.2), epochs=1)
    for l in (1, 2):
        assert whole.gradient_norms[l][0] == pytest.approx(np.linalg.norm(grads.dW[l]), rel=1e-13)
        assert history.gradient_norms[l].shape == (12,)
    assert history.learning_rate == pytest.approx([0.2 * cosine(t, 12) for t in range(12)], rel=1e-15)
    assert seen == [(t + 1, 12, loss) for t, loss in enumerate(history.loss)]
    assert history.epoch_accuracy[-1] == accuracy(trained, X, Y)
    assert repr(history).splitlines()[0].split() == ["epoch", "loss", "accuracy"]
    assert [line.split()[0] for line in repr(history).splitlines()[1:5]] == ["0", "1", "2", "3"]
    assert "12 steps; ‖∂L/∂W‖ at the last: layer 1:" in repr(history)


def test_a_long_history_prints_eleven_epochs():
    params, X, Y = problem()
    _, history = train(params, X, Y, optimiser=Adam(0.1), epochs=200, X_val=X, Y_val=Y)
    lines = repr(history).splitlines()
    assert [int(line.split()[0]) for line in lines[1:-1]] == list(range(0, 201, 20))
    assert lines[0].split() == ["epoch", "loss", "accuracy", "val_loss", "val_accuracy"]


def test_a_run_that_ends_well_has_not_stopped():
    params, X, Y = problem()
    assert train(params, X, Y, optimiser=Adam(0.1), epochs=2)[1].stopped is None


def test_a_schedule_may_be_a_function_of_ones_own_and_constant_is_none():
    params, X, Y = problem()
    plain, _ = train(params, X, Y, optimiser=Adam(0.1), **SETTING)
    named, _ = train(params, X, Y, optimiser=Adam(0.1), schedule=constant, **SETTING)
    halved, history = train(params, X, Y, optimiser=Adam(0.2), schedule=lambda step, steps: 0.5, **SETTING)
    assert np.array_equal(plain.vector, named.vector)
    assert halved.vector == pytest.approx(plain.vector, rel=1e-12)
    assert history.learning_rate.tolist() == [0.1] * 12


# --- Bad input. ---


@pytest.mark.parametrize(
    ("changed", "error", "message"),
    [
        ({"optimiser": "adam"}, TypeError, "optimiser must be an object with a state, got 'adam'"),
        ({"optimiser": Adam}, TypeError, "optimiser must be an object"),
        ({"epochs": 0}, ValueError, "epochs must be a whole number of at least 1, got 0"),
        ({"epochs": 2.0}, ValueError, "epochs must be a whole number"),
        ({"batch_size": 0}, ValueError, "batch_size must be a whole number of at least 1"),
        ({"batch_size": 24}, ValueError, r"batch_size is 24, expected 1 … 23, the number of examples; None takes all"),
        ({"schedule": "linear"}, ValueError, "schedule 'linear' is not known"),
        ({"X_val": np.ones((2, 3))}, ValueError, "X_val and Y_val belong together"),
        (
            {"X_val": np.ones((3, 2)), "Y_val": np.ones((1, 2))},
            ValueError,
            r"X_val has shape \(3, 2\), expected \(2, m",
        ),
        ({"X": np.ones(2)}, ValueError, r"X has shape \(2,\), expected \(2, m\).*x.reshape\(2, 1\)"),
        ({"X": np.ones((23, 2))}, ValueError, r"X has shape \(23, 2\), expected \(2, m\).*use X.T"),
        ({"Y": np.ones(23)}, ValueError, r"Y has shape \(23,\), expected \(1, 23\).*reshape\(1, -1\)"),
        ({"Y": np.full((1, 23), 2)}, ValueError, "expected labels between 0 and 1"),
        ({"X": np.full((2, 23), np.nan)}, ValueError, r"X\[0, 0\] is nan"),
    ],
)
def test_bad_input_is_refused_before_the_first_step(changed, error, message):
    params, X, Y = problem()
    arguments = {"X": X, "Y": Y, "optimiser": Adam(0.1), "epochs": 2, **changed}
    told = []
    with pytest.raises(error, match=message):
        train(params, **arguments, progress=lambda *now: told.append(now))
    assert not told
