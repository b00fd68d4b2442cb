"""The Python side of the flow figure: its steps are the library's, its output is the same on every run."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.figures.flow import EXAMPLES, _example, flow
from backprop_lab.figures.flow_steps import Letters, steps
from backprop_lab.figures.flow_still import few
from backprop_lab.figures.wording import plain, show

SCRIPTS = ("flow_steps.js", "flow_picture.js", "flow.js")
X, Y = np.array([[0.5, -1.0, 0.3], [1.0, 0.2, -0.4]]), np.array([[1.0, 0.0, 0.5]])


def made(sizes=(2, 3, 1), activations="tanh", loss="squared_error", seed=1):
    params = network.init(sizes, activations, loss, seed=seed)
    params.vector[:] += 0.05
    return params


def drawn(figure) -> list[str]:
    return [node.text or "" for node in ET.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text")]


@pytest.mark.parametrize("m", [1, 2, 3])
@pytest.mark.parametrize("depth", EXAMPLES)
def test_every_step_has_the_value_of_the_library(depth, m):
    params, inputs, targets = _example(depth)
    inputs, targets = inputs[:, :m], targets[:, :m]
    cache = network.forward(params, inputs)
    grads = network.backward(params, cache, targets)
    by_name = {step.name: step for step in steps(params, inputs, targets)}
    assert len(by_name) == 6 * depth + 1
    for l in range(1, depth + 1):
        for name, table in (("z", cache.z), ("a", cache.a), ("delta", grads.delta), ("dW", grads.dW), ("db", grads.db)):
            np.testing.assert_array_equal(by_name[f"{name}[{l}]"].value, table[l])
    assert by_name["L"].value.item() == network.loss(params, cache, targets)


@pytest.mark.parametrize("depth", EXAMPLES)
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(depth):
    params, inputs, targets = _example(depth)
    figure = flow(params, inputs, targets)
    said = drawn(figure)
    for step in steps(params, inputs, targets):
        for number in step.value.ravel().tolist():
            assert plain(number) in figure.trace
            assert few(number) in said
            assert show(number, 4 if step.value.size == 1 else 3) in figure.alt
        assert step.symbol in figure.alt
        assert f"{step.symbol} = {step.rule}" in figure.trace
    assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt + "\n".join(said)), "a negative zero"


def test_the_steps_come_in_the_order_in_which_they_can_be_computed():
    params = made((2, 3, 1))
    found = steps(params, X, Y)
    assert [step.name for step in found] == [
        "z[1]", "a[1]", "z[2]", "a[2]", "L",
        "dL_da[2]", "delta[2]", "dW[2]", "db[2]", "dL_da[1]", "delta[1]", "dW[1]", "db[1]",
    ]  # fmt: skip
    labels = {step.name: step.equation for step in found}
    assert labels["delta[2]"] == "eq-output-delta"
    assert labels["delta[1]"] == "eq-hidden-delta"
    assert labels["dW[1]"] == "eq-dW"
    assert labels["db[2]"] == "eq-db"
    for k, step in enumerate(found, 1):
        assert all(at < k for _, at in step.uses)
        assert step.kept == (step.name[0] in "za")
    uses = {step.name: dict(step.uses) for step in found}
    assert uses["delta[1]"] == {"∂L/∂A⁽¹⁾": 10, "Z⁽¹⁾": 1}
    assert uses["dW[2]"] == {"Δ⁽²⁾": 7, "A⁽¹⁾": 2}
    assert uses["dW[1]"] == {"Δ⁽¹⁾": 11, "X": 0}
    assert uses["dL_da[1]"] == {"W⁽²⁾": 0, "Δ⁽²⁾": 7}


def test_the_rules_are_those_of_the_library_s_trace():
    """Also where it says no more than the page needs: σ' for one, (A − Y)/m for the pairs that collapse."""
    params = made((2, 3, 2, 1), ("tanh", "relu", "sigmoid"))
    theirs = {s.name: s.rule for s in network.trace(params, network.forward(params, X), Y).steps}
    ours = {s.name: s.rule for s in steps(params, X, Y)}
    for name, rule in theirs.items():
        if name == "dL_da[3]":
            continue  # the library writes the loss as (1/m) ∂ℓ/∂a
        assert ours[name].replace("X", "A⁽⁰⁾") == rule


def test_one_example_is_written_small_and_a_batch_in_capitals():
    one, batch = flow(made(), X[:, :1], Y[:, :1]).trace, flow(made(), X, Y).trace
    assert "δ⁽¹⁾ = (W⁽²⁾ᵀ δ⁽²⁾) ⊙ σ'(z⁽¹⁾)" in one
    assert "∂L/∂b⁽¹⁾ = δ⁽¹⁾ (eq-db)" in one
    assert "Δ⁽¹⁾ = (W⁽²⁾ᵀ Δ⁽²⁾) ⊙ σ'(Z⁽¹⁾)" in batch
    assert "∂L/∂b⁽¹⁾ = Δ⁽¹⁾ 1 (eq-db)" in batch
    assert "(A⁽²⁾ − Y) / m" in batch
    assert Letters(2).of("a", 0) == "X"


def test_the_pairs_that_collapse_are_told_as_they_are_computed():
    softmax = {s.name: s for s in steps(*(_example(4)))}
    assert softmax["delta[4]"].rule == "(A⁽⁴⁾ − Y) / m"
    assert softmax["delta[4]"].equation == "eq-softmax-ce"
    sigmoid = {s.name: s for s in steps(made(activations="sigmoid", loss="binary_cross_entropy"), X[:, :1], Y[:, :1])}
    assert sigmoid["delta[2]"].rule == "a⁽²⁾ − y"
    sure = made(activations="sigmoid", loss="binary_cross_entropy")
    sure.vector[:] = 60.0
    assert "∞" in flow(sure, [[1.0], [1.0]], [[0.0]]).trace  # ∂L/∂a, and δ is exact all the same


def test_what_is_not_given_is_filled_in():
    figure = flow(made((4, 4, 3)))
    assert figure.setting["examples"] == 1
    assert figure.setting["networks"]["2"]["Y"] == [[1.0], [0.0], [0.0]]
    assert list(flow().setting["networks"]) == ["1", "2", "3", "4"]


def test_single_precision_becomes_double():
    single = network.init((2, 1), seed=0, dtype="float32")
    assert "float32" not in flow(single).trace
    assert flow(single).setting["networks"]["1"]["W"]["1"] == single.W[1].astype(float).tolist()


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: flow(x=X), TypeError, "flow: x and y need the network that they are for"),
        (lambda: flow(2.0), TypeError, "flow: params must be a network.Parameters, got float"),
        (lambda: flow(made((2, 5, 1))), ValueError, "the network is 2-5-1, and there is room for 4 layers of 4 units"),
        (lambda: flow(made((2, 1, 1, 1, 1, 1))), ValueError, "there is room for 4 layers"),
        (lambda: flow(made(), np.ones((2, 4)), np.ones((1, 4))), ValueError, "x has 4 examples, and there is room for 3"),
        (lambda: flow(made(), np.ones(2), [[1.0]]), ValueError, "X"),
        (lambda: flow(made(), np.ones((3, 1)), [[1.0]]), ValueError, "X"),
        (lambda: flow(made(), X, Y[:, :2]), ValueError, "Y"),
        (lambda: flow(made(), 1000 * X, Y), ValueError, r"flow: x must lie between -100 and 100, got 500"),
        (lambda: flow(made(), X * np.nan, Y), ValueError, "X"),
        (lambda: flow(step=14), ValueError, "flow: step must lie between 0 and 13, the steps of this network, got 14"),
        (lambda: flow(step=1.5), TypeError, "flow: step must be a whole number, got 1.5"),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
