"""A test of the judges: real mistakes, planted in the library, which each of them must see."""

import dataclasses

import numpy as np
import pytest

from backprop_lab import activations, losses, network
from backprop_lab.in_place import IN_PLACE
from backprop_lab.layers import Gradients, Table
from tests.cases import NetworkCase
from tests.gradients import test_by_hand as by_hand
from tests.gradients import test_equal as equal
from tests.gradients.judges import JUDGES, ours, table, verdict

SQUARE = NetworkCase((4, 4, 4, 4), ("tanh", "tanh", "identity"), "squared_error", 7, "float64")


def with_updated_weights(params, X, Y):
    """The smallest real mistake: each layer is updated before the one in front of it is reached; learning rate 1e-3."""
    cache = network.forward(params, X)
    right = network.backward(params, cache, Y)
    updated = params.copy()
    updated.vector -= 1e-3 * right.vector
    delta = {3: right.delta[3]}
    for l in (2, 1):
        delta[l] = (updated.W[l + 1].T @ delta[l + 1]) * (1 - np.tanh(cache.z[l]) ** 2)
    grads = Gradients(params.sizes, np.empty_like(params.vector), Table("delta", delta), updated.W[1].T @ delta[1])
    for l in (1, 2, 3):
        grads.dW[l], grads.db[l] = delta[l] @ cache.a[l - 1].T, delta[l].sum(axis=1, keepdims=True)
    return table(grads)


def without_a_transpose(params, X, Y):
    cache = network.forward(params, X)
    right = network.backward(params, cache, Y)
    return table(right) | {"dL_dx": params.W[1] @ right.delta[1]}


def of_the_neighbouring_layer(params, X, Y):
    return ours(params, X, Y) | {"dW[2]": ours(params, X, Y)["dW[1]"]}


def not_a_number(params, X, Y):
    return ours(params, X, Y) | {"db[1]": np.full((4, 1), np.nan)}


def squeezed(params, X, Y):
    """(4,) is no (4, 1), though NumPy would broadcast the two."""
    return ours(params, X, Y) | {"db[1]": ours(params, X, Y)["db[1]"].ravel()}


MISTAKES = [with_updated_weights, without_a_transpose, of_the_neighbouring_layer, not_a_number, squeezed]


@pytest.mark.parametrize("judge", JUDGES)
@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_each_judge_sees_each_mistake(judge, mistake, dtype):
    case = dataclasses.replace(SQUARE, dtype=dtype)
    assert verdict(judge, case).passed
    found = verdict(judge, case, mistake)
    assert not found.passed
    assert found.of_gradient > 1e-5


@pytest.mark.parametrize("judge", JUDGES)
def test_each_judge_sees_a_sigmoid_slope_taken_at_a(judge, monkeypatch):
    row = activations.ACTIVATIONS["sigmoid"]
    at_a = dataclasses.replace(row, derivative=lambda z: row.derivative(row.value(z)))
    case = NetworkCase((5, 2, 3), ("sigmoid", "identity"), "squared_error", 7, "float64")
    assert verdict(judge, case).passed
    monkeypatch.setitem(activations.ACTIVATIONS, "sigmoid", at_a)
    assert not verdict(judge, case).passed


def test_the_hand_sees_a_kink_on_the_wrong_side_of_zero(monkeypatch):
    row = activations.ACTIVATIONS["relu"]
    monkeypatch.setitem(
        activations.ACTIVATIONS, "relu", dataclasses.replace(row, derivative=lambda z: (z > -1.5).astype(float))
    )
    assert "delta[1]" in by_hand.differing(by_hand.the_network())
    assert "dW[2]" not in by_hand.differing(by_hand.the_network())


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_the_workspaces_judge_sees_one_wrong_slope(dtype, monkeypatch):
    def with_z_for_a(a, delta, spare):
        delta *= 1 - np.arctanh(a)

    monkeypatch.setitem(IN_PLACE, "tanh", (IN_PLACE["tanh"][0], with_z_for_a))
    assert equal.steps_apart(dataclasses.replace(SQUARE, dtype=dtype)) > 10 * equal.CLOSE[dtype]


def test_the_traces_judge_sees_a_value_and_a_citation(monkeypatch):
    assert equal.trace_faults(SQUARE) == []
    monkeypatch.setattr(losses.Loss, "backward", lambda self, A, Y: self.derivative(A, Y))
    assert "dL_da[3]: value" in equal.trace_faults(SQUARE)
    monkeypatch.undo()
    monkeypatch.setattr(equal, "LABELS", equal.LABELS - {"eq-dW"})
    assert "dW[2]: cites 'eq-dW'" in equal.trace_faults(SQUARE)
