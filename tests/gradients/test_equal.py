"""What must be equal: one neuron and a network of one, two layers written out and in a loop, fast steps and readable."""

import itertools
import re

import numpy as np
import pytest

from backprop_lab import network, neuron, two_layer
from backprop_lab.activations import ACTIVATIONS
from backprop_lab.in_place import IN_PLACE
from backprop_lab.layers import Parameters
from backprop_lab.workspace import Workspace
from tests.cases import FAMILIES, LEGAL_PAIRS, OUTPUT_PAIRS, SETTINGS, NetworkCase
from tests.gradients.judges import errors, ours

SAME = {"rtol": 1e-12, "atol": 1e-15}


@pytest.mark.parametrize(("activation", "loss"), LEGAL_PAIRS)
def test_a_network_of_one_unit_is_a_neuron(activation, loss):
    for s in SETTINGS:
        one = neuron.Parameters(s["w"], s["b"], activation, loss)
        memory = neuron.forward(one, s["x"])
        g = neuron.backward(one, memory, s["y"])
        params = Parameters((1, 1), {1: activation}, loss, one.vector)
        cache = network.forward(params, [[s["x"]]])
        grads = network.backward(params, cache, [[s["y"]]])
        assert network.loss(params, cache, [[s["y"]]]) == pytest.approx(neuron.loss(one, memory, s["y"]), rel=1e-12)
        np.testing.assert_allclose(grads.vector, g.vector, **SAME)
        np.testing.assert_allclose(grads.delta[1], g.dL_dz, **SAME)
        np.testing.assert_allclose(grads.dL_dx, g.dL_dx, **SAME)


@pytest.mark.parametrize("hidden", ACTIVATIONS)
@pytest.mark.parametrize(("output", "loss"), OUTPUT_PAIRS)
def test_two_layers_written_out_are_a_network_of_two(hidden, output, loss):
    for sizes, m in itertools.product(((5, 2, 3), (4, 4, 4)), (1, 7, 11)):
        case = NetworkCase(sizes, (hidden, output), loss, m, "float64")
        params, X, Y = case.draw()
        written = two_layer.Parameters(*sizes, hidden, output, loss, params.vector)
        cache, memory = network.forward(params, X), two_layer.forward(written, X)
        for name in ("z1", "a1", "z2", "a2"):
            assert np.array_equal(getattr(memory, name), getattr(cache, name[0])[int(name[1])]), (name, str(case))
        assert two_layer.loss(written, memory, Y) == pytest.approx(network.loss(params, cache, Y), rel=1e-12)
        grads, g = network.backward(params, cache, Y), two_layer.backward(written, memory, Y)
        table = {
            "delta[1]": g.delta1,
            "dW[1]": g.dW1,
            "db[1]": g.db1,
            "delta[2]": g.delta2,
            "dW[2]": g.dW2,
            "db[2]": g.db2,
        }
        assert max(errors(ours(params, X, Y) | table, ours(params, X, Y)).values()) < 1e-10, str(case)
        np.testing.assert_allclose(g.vector, grads.vector, rtol=1e-9, atol=1e-13)


@pytest.mark.parametrize("hidden", ["tanh", "identity"])
@pytest.mark.parametrize(("output", "loss"), OUTPUT_PAIRS)
def test_two_layers_stay_as_exact_as_the_network_far_out(hidden, output, loss):
    """Scores of a thousand, where a product of the factors would be 0 · ∞."""
    params, X, Y = NetworkCase((5, 2, 3), (hidden, output), loss, 7, "float64").draw()
    params.W[2] *= 1000
    params.b[2] *= 1000
    written = two_layer.Parameters(5, 2, 3, hidden, output, loss, params.vector)
    cache, memory = network.forward(params, X), two_layer.forward(written, X)
    assert np.abs(memory.z2).max() > 1000
    assert two_layer.loss(written, memory, Y) == pytest.approx(network.loss(params, cache, Y), rel=1e-12)
    grads, g = network.backward(params, cache, Y), two_layer.backward(written, memory, Y)
    assert np.isfinite(g.vector).all()
    np.testing.assert_allclose(g.vector, grads.vector, rtol=1e-9, atol=1e-13 * np.abs(grads.vector).max())


def test_a_sigmoid_that_is_sure_and_wrong_costs_what_its_score_says():
    """z = 40 and y = 0: a rounds to 1, so that ln(1 − a) and 1/(1 − a) are infinite; L is 40 and Δ is 1."""
    params = two_layer.Parameters(
        1, 1, 1, "identity", "sigmoid", "binary_cross_entropy", np.array([1.0, 0.0, 40.0, 0.0])
    )
    cache = two_layer.forward(params, [[1.0]])
    assert cache.z2.item() == 40
    assert two_layer.loss(params, cache, [[0.0]]) == pytest.approx(40, rel=1e-15)
    grads = two_layer.backward(params, cache, [[0.0]])
    assert (grads.delta2.item(), grads.dW2.item(), grads.dW1.item()) == (1, 1, 40)


STEPS = 4
# Several steps let the last bits of both grow apart; a wrong factor shows at the first.
CLOSE = {"float64": 1e-10, "float32": 1e-3}


def steps_apart(case: NetworkCase) -> float:
    """How far the fast steps and the readable ones part, in the loss and in the parameters, over several steps."""
    params, X, Y = case.draw()
    start = params.vector.copy()
    work, readable, apart = Workspace(params, case.examples), params.copy(), 0.0
    steepest = np.abs(network.backward(params, network.forward(params, X), Y).vector).max()
    learning_rate = 0.1 / max(float(steepest), 0.2)  # no parameter moves by more than 0.1 at first: nothing diverges
    for k in range(STEPS):
        cache = network.forward(readable, X)
        loss, grads = network.loss(readable, cache, Y), network.backward(readable, cache, Y)
        step = work.step(X, Y, learning_rate) if k % 2 == 0 else work.again(learning_rate)
        before = readable.vector.copy()
        readable.vector -= learning_rate * grads.vector
        size = max(np.abs(readable.vector).max(), 1)
        moved = work.parameters().vector
        apart = max(apart, abs(step - loss) / max(abs(loss), 1), np.abs(moved - readable.vector).max() / size)
        if k == 0:  # the step itself, not beside the parameters it is taken from
            taken, expected = moved.astype(float) - before, learning_rate * grads.vector.astype(float)
            rounding = 4 * np.finfo(case.dtype).eps * size
            apart = max(apart, (np.abs(taken + expected).max() - rounding) / np.abs(expected).max())
    assert np.array_equal(params.vector, start)
    assert moved.dtype == case.dtype
    return apart


WORKABLE = [family for family in FAMILIES if family.hidden in (*IN_PLACE, "none", "mixed")]


@pytest.mark.parametrize("family", WORKABLE, ids=str)
def test_steps_in_buffers_are_backward_and_update(family):
    for case in family.cases():
        assert steps_apart(case) < CLOSE[case.dtype], str(case)


@pytest.mark.parametrize("name", IN_PLACE)
def test_a_step_from_zero_takes_the_slope_at_the_kink(name):
    """W1 = 0 and b1 = 0, so every z of the first layer is 0, in a hidden layer and in the output."""
    for activations in ((name,), (name, "identity")):
        params, X, Y = NetworkCase(
            (5, 2, 3)[-len(activations) - 1 :], activations, "squared_error", 7, "float64"
        ).draw()
        params.W[1], params.b[1] = np.zeros_like(params.W[1]), np.zeros_like(params.b[1])
        grads = network.backward(params, network.forward(params, X), Y)
        work = Workspace(params, 7)
        work.step(X, Y, 1.0)
        np.testing.assert_allclose(work.parameters().vector, params.vector - grads.vector, **SAME)


@pytest.mark.parametrize(("output", "loss"), OUTPUT_PAIRS)
def test_a_step_stays_finite_far_out(output, loss):
    """Scores of a thousand: what overflows in e^z must have been moved first."""
    params, X, Y = NetworkCase((5, 3), (output,), loss, 7, "float64").draw()
    params.vector *= 1000
    cache = network.forward(params, X)
    grads, work = network.backward(params, cache, Y), Workspace(params, 7)
    assert work.step(X, Y, 1.0) == pytest.approx(network.loss(params, cache, Y), rel=1e-12)
    taken, size = params.vector - work.parameters().vector, np.abs(params.vector).max()
    np.testing.assert_allclose(taken, grads.vector, rtol=1e-9, atol=1e-12 * size)


def test_parameters_taken_from_a_workspace_are_the_readers_own():
    params, X, Y = NetworkCase((2, 3, 2), ("tanh", "identity"), "squared_error", 7, "float64").draw()
    work = Workspace(params, 7)
    first = work.parameters()
    kept = first.vector.copy()
    work.step(X, Y, 0.5)
    assert np.array_equal(first.vector, kept)
    assert not np.array_equal(work.parameters().vector, kept)
    first.vector += 1
    assert np.abs(work.parameters().vector - first.vector).min() > 0


LABELS = {
    "eq-three-factors", "eq-central-difference", "eq-five-factors", "eq-path-sum", "eq-output-delta",
    "eq-hidden-delta", "eq-dW", "eq-db", "eq-batch-delta", "eq-softmax-ce",
}  # fmt: skip


def trace_faults(case: NetworkCase) -> list[str]:
    """What of a trace is not as the gradients have it, or cites what the book does not have."""
    params, X, Y = case.draw()
    cache = network.forward(params, X)
    grads, trace = network.backward(params, cache, Y), network.trace(params, cache, Y)
    faults, depth = [], params.depth
    order = [f"{name}[{l}]" for l in range(depth, 0, -1) for name in ("dL_da", "delta", "dW", "db")]
    if [step.name for step in trace.steps] != order:
        faults.append("order")
    for step in trace.steps:
        name, l = re.fullmatch(r"(\w+)\[(\d)\]", step.name).groups()
        l = int(l)
        if name == "dL_da":
            # ∂L/∂A is judged by where it leads: through the activation it must give Δ.
            expected, got = grads.delta[l], ACTIVATIONS[params.activations[l]].backward(cache.z[l], step.value)
        else:
            expected, got = getattr(grads, name)[l], step.value
        if got.shape != expected.shape or np.abs(got - expected).max() > 1e-9 * max(np.abs(expected).max(), 1e-6):
            faults.append(f"{step.name}: value")
        label = {"dL_da": "", "dW": "eq-dW", "db": "eq-db"}.get(
            name, "eq-output-delta" if l == depth else "eq-hidden-delta"
        )
        if name == "delta" and l == depth and params.loss == "cross_entropy":
            label = "eq-softmax-ce"
        if step.equation != label or step.equation not in LABELS | {""}:
            faults.append(f"{step.name}: cites {step.equation!r}")
    return faults


@pytest.mark.parametrize("family", [f for f in FAMILIES if f.hidden in ("none", "mixed", "softmax")], ids=str)
def test_a_trace_holds_the_gradients_in_order_and_cites_the_book(family):
    for case in family.cases():
        if case.dtype == "float64":
            assert trace_faults(case) == [], str(case)


def test_a_trace_tells_each_rule_as_it_was_used():
    case = NetworkCase((2, 3, 2, 2), ("tanh", "softmax", "sigmoid"), "binary_cross_entropy", 7, "float64")
    params, X, Y = case.draw()
    trace = network.trace(params, network.forward(params, X), Y)
    rules = {step.name: step.rule for step in trace.steps}
    assert rules["dL_da[3]"] == "(1/m) ∂ℓ/∂a"
    assert rules["delta[3]"] == "(A⁽³⁾ − Y)/m"
    assert rules["dW[3]"] == "Δ⁽³⁾ A⁽²⁾ᵀ"
    assert rules["dL_da[2]"] == "W⁽³⁾ᵀ Δ⁽³⁾"
    assert rules["delta[2]"] == "Jᵀ (W⁽³⁾ᵀ Δ⁽³⁾), column by column"
    assert rules["delta[1]"] == "(W⁽²⁾ᵀ Δ⁽²⁾) ⊙ σ'(Z⁽¹⁾)"
    assert rules["db[1]"] == "Δ⁽¹⁾ 1"
    latex = {step.name: step.latex for step in trace.steps}
    assert latex["dW[1]"] == r"\frac{\partial L}{\partial W^{(1)}} = \Delta^{(1)}\,A^{(0)\mathsf{T}}"
    assert latex["delta[1]"] == (
        r"\Delta^{(1)} = \left(W^{(2)\mathsf{T}}\,\Delta^{(2)}\right)\odot\sigma'\!\left(Z^{(1)}\right)"
    )
    assert latex["delta[2]"] == r"\Delta^{(2)} = J^\mathsf{T}\,\left(W^{(3)\mathsf{T}}\,\Delta^{(3)}\right)"
    assert latex["delta[3]"] == r"\Delta^{(3)} = \tfrac1m\left(A^{(3)}-Y\right)"

    params, X, Y = NetworkCase((2, 3), ("tanh",), "squared_error", 7, "float64").draw()
    steps = network.trace(params, network.forward(params, X), Y).steps
    assert steps[0].latex == r"\frac{\partial L}{\partial A^{(1)}} = \tfrac1m\left[a-y\right]"
    assert steps[1].rule == "∂L/∂A⁽¹⁾ ⊙ σ'(Z⁽¹⁾)"
    assert steps[1].latex == r"\Delta^{(1)} = \frac{\partial L}{\partial A^{(1)}}\odot\sigma'\!\left(Z^{(1)}\right)"


def test_the_gradients_of_two_layers_are_views_of_one_vector():
    params = two_layer.init(3, 4, 2, seed=1)
    grads = two_layer.backward(params, two_layer.forward(params, np.ones((3, 5))), np.ones((2, 5)))
    parts = np.concatenate([g.ravel() for g in (grads.dW1, grads.db1, grads.dW2, grads.db2)])
    assert grads.vector.tolist() == parts.tolist()
    grads.vector[:] = 0
    assert not grads.dW1.any()
    assert not grads.db2.any()
