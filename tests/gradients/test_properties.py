"""What holds for every gradient, whatever the numbers; and for each of these judges, a fault that it catches."""

import dataclasses

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lab import activations, losses, network
from backprop_lab.activations import ACTIVATIONS
from tests.cases import FAMILIES, NetworkCase
from tests.gradients.judges import Table, errors, ours

CASES = [case for family in FAMILIES for case in family.cases() if case.dtype == "float64"]
DEEP = [case for case in CASES if len(case.sizes) > 2]
BATCHED = [case for case in CASES if case.examples > 1]
TO_SOFTMAX = [case for case in CASES if case.activations[-1] == "softmax"]
cases, seeds = st.sampled_from, st.integers(0, 2**32 - 1)
CLOSE = 1e-9
on_many = settings(max_examples=50, deadline=None)  # a busy machine is no fault


def worst(got: Table, expected: Table) -> float:
    return max(errors(got, expected).values())


def of_examples(found: Table, change) -> Table:
    """A table with the quantities that have a column for each example changed."""
    return {name: change(v) if name.startswith("delta") or name == "dL_dx" else v for name, v in found.items()}


def order_matters(case: NetworkCase, seed: int) -> float:
    """The examples in another order: deltas and dL_dx come in that order, all else stays."""
    params, X, Y = case.draw()
    order = np.random.default_rng(seed).permutation(case.examples)
    return worst(ours(params, X[:, order], Y[:, order]), of_examples(ours(params, X, Y), lambda v: v[:, order]))


def copies_matter(case: NetworkCase, copies: int) -> float:
    """The batch said several times over: the mean stays, so each example's share falls."""
    params, X, Y = case.draw()
    expected = of_examples(ours(params, X, Y), lambda v: np.tile(v, copies) / copies)
    return worst(ours(params, np.tile(X, copies), np.tile(Y, copies)), expected)


def examples_do_not_add_up(case: NetworkCase) -> float:
    """A batch's gradient is the mean of its examples' gradients."""
    params, X, Y = case.draw()
    alone = [ours(params, X[:, [i]], Y[:, [i]]) for i in range(case.examples)]
    expected = {
        name: (np.hstack if name.startswith("delta") or name == "dL_dx" else sum)([one[name] for one in alone])
        / case.examples
        for name in alone[0]
    }
    return worst(ours(params, X, Y), expected)


def units_matter(case: NetworkCase, layer: int, seed: int) -> float:
    """Hidden units in another order: the same network, so the gradients come in that order."""
    params, X, Y = case.draw()
    order = np.random.default_rng(seed).permutation(params.sizes[layer])
    other = params.copy()
    other.W[layer], other.b[layer] = params.W[layer][order], params.b[layer][order]
    other.W[layer + 1] = params.W[layer + 1][:, order]
    expected = ours(params, X, Y)
    for name in ("delta", "dW", "db"):
        expected[f"{name}[{layer}]"] = expected[f"{name}[{layer}]"][order]
    expected[f"dW[{layer + 1}]"] = expected[f"dW[{layer + 1}]"][:, order]
    return worst(ours(other, X, Y), expected)


def not_linear_upstream(case: NetworkCase, seed: int, share: float) -> float:
    """∂L/∂A is linear in Y for each loss, and the rest is linear in ∂L/∂A: gradients mix as the targets do."""
    params, X, Y = case.draw()
    rng = np.random.default_rng(seed)
    other = rng.multinomial(1024, np.ones(len(Y)) / len(Y), Y.shape[1]).T / 1024
    a, b = ours(params, X, Y), ours(params, X, other)
    expected = {name: share * a[name] + (1 - share) * b[name] for name in a}
    size = {name: np.maximum(np.abs(a[name]).max(), np.abs(b[name]).max()) for name in a}
    return max(errors(ours(params, X, share * Y + (1 - share) * other), expected, size).values())


def not_linear(name: str, seed: int, factor: float) -> float:
    """backward(z, f g + h) = f backward(z, g) + backward(z, h)."""
    z, g, h = np.random.default_rng(seed).normal(size=(3, 5, 7))
    back = ACTIVATIONS[name].backward
    return float(np.abs(back(z, factor * g + h) - factor * back(z, g) - back(z, h)).max())


def softmax_sums(case: NetworkCase) -> float:
    """Raising all scores of an example together changes no probability: columns of Δ[L] sum to 0."""
    params, X, Y = case.draw()
    delta = ours(params, X, Y)[f"delta[{params.depth}]"]
    return float(np.abs(delta.sum(axis=0)).max())


@on_many
@given(case=cases(BATCHED), seed=seeds)
def test_the_order_of_the_examples_changes_nothing(case, seed):
    assert order_matters(case, seed) < CLOSE


@on_many
@given(case=cases(CASES), copies=st.integers(2, 4))
def test_saying_a_batch_twice_changes_nothing(case, copies):
    assert copies_matter(case, copies) < CLOSE


@on_many
@given(case=cases(BATCHED))
def test_the_gradient_of_a_batch_is_the_mean_of_its_examples(case):
    assert examples_do_not_add_up(case) < CLOSE


@on_many
@given(case=cases(DEEP), seed=seeds, data=st.data())
def test_hidden_units_in_another_order_have_their_gradients_in_that_order(case, seed, data):
    layer = data.draw(st.integers(1, len(case.sizes) - 2))
    assert units_matter(case, layer, seed) < CLOSE


@on_many
@given(case=cases(CASES), seed=seeds, share=st.floats(0, 1))
def test_gradients_mix_as_targets_do(case, seed, share):
    assert not_linear_upstream(case, seed, share) < CLOSE


@on_many
@given(name=cases(list(ACTIVATIONS)), seed=seeds, factor=st.floats(-10, 10))
def test_each_backward_step_is_linear_in_the_gradient_it_is_given(name, seed, factor):
    assert not_linear(name, seed, factor) < 1e-12


@on_many
@given(case=cases(TO_SOFTMAX))
def test_columns_of_softmax_deltas_sum_to_zero(case):
    assert softmax_sums(case) < 1e-15


@on_many
@given(case=cases(CASES))
def test_neither_pass_changes_what_it_is_given_nor_remembers_it(case):
    params, X, Y = case.draw()
    before = [params.vector.copy(), X.copy(), Y.copy()]
    first, again = ours(params, X, Y), ours(params, X, Y)
    assert all(np.array_equal(was, now) for was, now in zip(before, (params.vector, X, Y), strict=True))
    assert all(np.array_equal(first[name], again[name]) for name in first)
    cache = network.forward(params, X)
    kept = {(table, l): v.copy() for table in ("z", "a") for l, v in getattr(cache, table).items()}
    network.backward(params, cache, Y)
    assert all(np.array_equal(getattr(cache, table)[l], v) for (table, l), v in kept.items())


@on_many
@given(family=cases(FAMILIES))
def test_every_number_of_both_passes_keeps_the_dtype_of_the_parameters(family):
    for case in family.cases():
        params, X, Y = case.draw()
        cache = network.forward(params, X.astype(float))
        grads = network.backward(params, cache, Y.astype(float))
        arrays = [grads.vector, grads.dL_dx, *grads.delta.values(), *grads.dW.values(), *grads.db.values()]
        assert {array.dtype for array in (*arrays, *cache.z.values(), *cache.a.values())} == {np.dtype(case.dtype)}


def test_what_backward_gives_shares_no_memory_with_the_cache_or_the_parameters():
    """An identity network is where a forgotten copy hides: a is z, and delta is what came from upstream."""
    params, X, Y = NetworkCase((4, 4, 4), ("identity", "identity"), "squared_error", 4, "float64").draw()
    cache = network.forward(params, X)
    grads = network.backward(params, cache, Y)
    given = [params.vector, X, Y, *cache.z.values()]
    for array in (grads.vector, grads.dL_dx, *grads.delta.values(), *(cache.a[l] for l in (1, 2))):
        assert not any(np.shares_memory(array, other) for other in given)


# A test of the tests: one fault for each property, in the library's own code.


def replaced(table: str, name: str, monkeypatch, **change) -> None:
    rows = {"activations": activations.ACTIVATIONS, "losses": losses.LOSSES}[table]
    monkeypatch.setitem(rows, name, dataclasses.replace(rows[name], **change))


SMOOTH = NetworkCase((5, 2, 3), ("tanh", "tanh"), "squared_error", 7, "float64")
SOFT = NetworkCase((5, 2, 3), ("tanh", "softmax"), "squared_error", 7, "float64")
derivative = ACTIVATIONS["tanh"].derivative


def test_a_factor_from_the_neighbouring_example_is_caught(monkeypatch):
    replaced("activations", "tanh", monkeypatch, derivative=lambda z: derivative(np.roll(z, 1, axis=1)))
    assert order_matters(SMOOTH, 1) > 1e-4
    assert examples_do_not_add_up(SMOOTH) > 1e-4


def test_a_sum_in_place_of_the_mean_is_caught(monkeypatch):
    monkeypatch.setattr(losses.Loss, "backward", lambda self, A, Y: self.derivative(A, Y))
    assert copies_matter(SMOOTH, 2) > 0.1
    assert examples_do_not_add_up(SMOOTH) > 0.1


def test_a_factor_from_the_neighbouring_unit_is_caught(monkeypatch):
    replaced("activations", "tanh", monkeypatch, derivative=lambda z: derivative(np.roll(z, 1, axis=0)))
    case = dataclasses.replace(SMOOTH, sizes=(4, 4, 4))
    assert units_matter(case, 1, 3) > 1e-4


def test_a_loss_whose_slope_is_squared_is_caught(monkeypatch):
    replaced("losses", "squared_error", monkeypatch, derivative=lambda a, y: (a - y) ** 2)
    assert not_linear_upstream(SMOOTH, 1, 0.5) > 1e-4


def test_a_clipped_gradient_is_caught(monkeypatch):
    monkeypatch.setattr(
        activations.Activation, "backward", lambda self, z, dL_da: np.clip(dL_da, -1, 1) * self.derivative(z)
    )
    assert not_linear("tanh", 1, 5.0) > 0.1


def test_a_softmax_taken_for_an_elementwise_activation_is_caught(monkeypatch):
    wrong = lambda z, dL_da: dL_da * ACTIVATIONS["softmax"](z) * (1 - ACTIVATIONS["softmax"](z))  # noqa: E731
    replaced("activations", "softmax", monkeypatch, jacobian_product=wrong)
    assert softmax_sums(SOFT) > 1e-4
