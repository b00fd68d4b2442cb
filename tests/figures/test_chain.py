"""The Python side of the chain figure: its numbers are the library's, its counts those worked by hand."""

import base64
import itertools
import re
import xml.etree.ElementTree as ET

import pytest

from backprop_lab import cost, network, two_layer
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.chain import MOST, chain
from backprop_lab.figures.chain_reading import MANY, Reading, counts, counts_of_many, derivative_cost
from backprop_lab.figures.wording import plain, show
from backprop_lab.layers import Parameters
from tests.figures.small_networks import random_chain

NAMES = tuple(ELEMENTWISE)
SVG = "{http://www.w3.org/2000/svg}"


def drawn(figure) -> str:
    (address,) = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', figure.html)
    texts = ET.fromstring(base64.b64decode(address)).iter(f"{SVG}text")
    return "\n".join("".join(node.itertext()) for node in texts)


@pytest.mark.parametrize("neurons", [2, 3, 4, 5])
@pytest.mark.parametrize("seed", range(6))
def test_every_product_is_the_derivative_of_the_library(neurons, seed):
    params = random_chain(neurons, seed)
    grads = network.backward(params, network.forward(params, [[1.25]]), [[0.5]])
    reading = Reading(params, 1.25, 0.5, "w1")
    for d in reading.all:
        table = grads.dW if d.name[0] == "w" else grads.db
        assert d.value == pytest.approx(table[d.layer].item(), rel=1e-13)
        shared = list(itertools.accumulate((f.value for f in d.factors[: d.reused]), lambda p, q: p * q))
        if d.reused:
            assert shared[-1] == pytest.approx(reading.delta[d.source], rel=1e-13)
        assert len(d.factors) == 2 * (neurons - d.layer) + 3


def test_two_neurons_are_the_two_layers_written_out():
    names = {"activation1": "tanh", "activation2": "sigmoid", "loss": "squared_error"}
    theirs = two_layer.init(1, 1, 1, **names, seed=3)
    theirs.vector[:] = [0.7, -0.2, 1.3, 0.4]
    grads = two_layer.backward(theirs, two_layer.forward(theirs, [[1.5]]), [[0.25]])
    ours = Parameters.of(
        {1: theirs.W1, 2: theirs.W2}, {1: theirs.b1, 2: theirs.b2}, ["tanh", "sigmoid"], "squared_error"
    )
    values = {d.name: d.value for d in Reading(ours, 1.5, 0.25, "w1").all}
    for name, table in {"w1": grads.dW1, "b1": grads.db1, "w2": grads.dW2, "b2": grads.db2}.items():
        assert values[name] == pytest.approx(table.item(), rel=1e-13)


# Two neurons by hand. From scratch: w2 has 3 factors and so 2 multiplications, b2 one less, w1 has 5 factors and so 4,
# b1 one less: 2 + 1 + 4 + 3. With δ: δ2 takes 1, w2 one more; b2 none; δ1 takes 2, w1 one more; b1 none: 2 + 0 + 3 + 0.
# Each neuron in front adds two factors, and to the work with δ always the same 3.
BY_HAND = {2: (2 + 1 + 4 + 3, 2 + 3), 3: (10 + 6 + 5, 5 + 3), 4: (21 + 8 + 7, 8 + 3), 5: (36 + 10 + 9, 11 + 3)}


@pytest.mark.parametrize(("neurons", "expected"), BY_HAND.items())
def test_the_counts_are_those_worked_by_hand_and_those_of_cost(neurons, expected):
    sizes = (1,) * (neurons + 1)
    assert counts(neurons) == expected
    assert counts(neurons) == (cost.path_sums(sizes).multiplications, cost.backward(sizes).multiplications)
    assert counts(neurons) == (2 * neurons**2 + neurons, 3 * neurons - 1)


def test_the_closed_form_holds_for_a_chain_that_is_not_drawn():
    assert counts(9) == (2 * 81 + 9, 26)
    scratch = sum(2 * k + 2 + 2 * k + 1 for k in range(MANY))
    assert counts_of_many() == (scratch, 2 + 3 * (MANY - 1)) == (20_100, 299)


def test_what_is_left_is_what_is_not_reused():
    for n in range(2, MOST + 1):
        for l in range(1, n + 1):
            reused, scratch, left = derivative_cost(f"w{l}", n)
            # δ is one number: with it, as many multiplications as there are new factors.
            assert left == (scratch + 1 - reused if reused else scratch)


@pytest.mark.parametrize("neurons", [2, 3, 4, 5])
@pytest.mark.parametrize("kind", ["w", "b"])
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(neurons, kind):
    params = random_chain(neurons, neurons)
    for layer in range(1, neurons + 1):
        wrt = f"{kind}{layer}"
        figure, reading = chain(params, 0.75, -0.5, wrt=wrt), Reading(params, 0.75, -0.5, wrt)
        numbers = [reading.L, reading.chosen.value, *reading.z.values(), *(reading.a[l] for l in range(1, neurons + 1))]
        numbers += [f.value for f in reading.chosen.factors]
        picture = drawn(figure)
        for number in numbers:
            assert show(number) in figure.alt
            assert show(number) in picture
            assert plain(number) in figure.trace
        for factor in reading.chosen.factors:
            assert factor.symbol in picture
            assert factor.symbol in figure.alt
        scratch, reuse = counts(neurons)
        for said in (figure.alt, figure.trace, " ".join(picture.split())):
            assert f"{scratch} multiplications from scratch, {reuse} with δ carried back" in said
        assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt), "a negative zero"


SAYINGS = {
    "w1": "The first 4 are δ⁽²⁾, made for neuron 2: 3 multiplications are left of 6.",
    "b1": "All but the last, which is 1, are δ⁽¹⁾, made for w⁽¹⁾: no multiplications are left of 5.",
    "w3": "It is the first to be made, so nothing is there to reuse: 2 multiplications are left.",
}


@pytest.mark.parametrize(("wrt", "said"), SAYINGS.items())
def test_it_says_what_is_reused(wrt, said):
    assert said in chain(wrt=wrt).trace
    assert said in chain(wrt=wrt).alt


def test_it_says_what_stops_a_derivative():
    dead = Parameters.of({1: [[1.0]], 2: [[1.0]]}, {1: [[-5.0]], 2: [[0.0]]}, ["relu", "identity"], "squared_error")
    assert "∂a⁽¹⁾/∂z⁽¹⁾ = 0 makes the whole product 0, and every other product that holds it." in chain(dead).trace
    assert "∂z⁽¹⁾/∂w⁽¹⁾ = 0 makes the whole product 0." in chain(x=0).trace
    assert "makes the whole" not in chain(x=0, wrt="b1").trace


def test_a_network_of_single_precision_is_computed_in_double_as_the_browser_does():
    single = network.init((1, 1, 1), "tanh", seed=1, dtype="float32")
    double = network.init((1, 1, 1), "tanh", seed=1)
    double.vector[:] = single.vector
    assert chain(single).trace == chain(double).trace


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: chain(2.0), TypeError, "chain: params must be a network.Parameters, got float; make one with"),
        (lambda: chain(network.init((1, 2, 1))), ValueError, r"a chain of 2 to 5 layers of one unit.* got 1-2-1"),
        (lambda: chain(network.init((1, 1))), ValueError, "got 1-1$"),
        (lambda: chain(network.init((1,) * 7)), ValueError, "got 1-1-1-1-1-1-1$"),
        (lambda: chain(network.init((1, 1, 1), "sigmoid", "binary_cross_entropy"), y=1.0), ValueError, "loss must be 'squared_error', got 'binary_cross_entropy'"),
        (lambda: chain(network.init((1, 1, 1), ("tanh", "softmax"))), ValueError, "activation of layer 2 must be one of .* got 'softmax'"),
        (lambda: chain(x=[1.0]), TypeError, r"x must be one number, got \[1.0\]; this chain has one input"),
        (lambda: chain(y="1"), TypeError, "y must be one number, got '1'"),
        (lambda: chain(y=float("nan")), ValueError, "y must lie between -100 and 100, got nan"),
        (lambda: chain(x=1e6), ValueError, r"x must lie between -100 and 100, got 1e\+06; the figure has no room"),
        (lambda: chain(wrt="w4"), ValueError, "wrt must be one of w1, b1, w2, b2, w3, b3, got 'w4'"),
        (lambda: chain(wrt="x"), ValueError, "got 'x'"),
        (lambda: chain(Parameters.of({1: [[500.0]], 2: [[1.0]]}, {1: [[0.0]], 2: [[0.0]]}, ["tanh"] * 2, "squared_error")), ValueError, r"chain: W\[1\] must lie between"),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
