"""The check along random directions: in a few passes, and what one direction sees and does not."""

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.gradient_check import check_directions, check_network
from tests.networks import a_network, gradients


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
