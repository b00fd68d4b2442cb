"""The Python side of the forks figure: its paths, their sum and the recursion are the library's gradients."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.activations import ELEMENTWISE
from backprop_lab.figures.forks import forks
from backprop_lab.figures.forks_paths import Forks, Start, counts
from backprop_lab.figures.forks_words import conclusion
from backprop_lab.figures.wording import plain, show
from backprop_lab.layers import Parameters
from tests.figures.small_networks import starts

NAMES = tuple(ELEMENTWISE)
SCRIPTS = ("forks_paths.js", "forks_picture.js", "forks.js")


def random_case(seed: int) -> tuple:
    rng = np.random.default_rng(seed)
    depth = 2 + seed % 2
    sizes = tuple(int(n) for n in rng.integers(1, 5, depth + 1))
    end, loss = [(NAMES[seed % len(NAMES)], "squared_error"), ("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy")][seed % 3]  # fmt: skip
    params = network.init(sizes, (*rng.choice(NAMES, depth - 1), end), loss, seed=seed)
    params.vector[:] = rng.normal(size=params.vector.size)
    Y = rng.uniform(size=(sizes[-1], 1))
    return params, rng.normal(size=(sizes[0], 1)), Y / Y.sum() if loss == "cross_entropy" else Y


@pytest.mark.parametrize("seed", range(24))
def test_the_paths_add_up_to_the_gradient_of_the_library_from_every_start(seed):
    params, X, Y = random_case(seed)
    grads = network.backward(params, network.forward(params, X), Y)
    for wrt in starts(params.sizes):
        start = Start.of(wrt, params.sizes)
        reading = Forks(params, X, Y, start)
        l, i, j = start.layer, start.unit, start.back
        exact = grads.dW[l][i - 1, j - 1] if j else (grads.delta[l] if l else grads.dL_dx)[i - 1, 0]
        size = sum(map(abs, reading.products))
        assert reading.total == pytest.approx(exact, rel=1e-12, abs=1e-14 * size)
        assert reading.derivative == pytest.approx(exact, rel=1e-12, abs=1e-14 * size)
        assert len(reading.paths) == np.prod(params.sizes[l + 1 :], dtype=int)
        by_row = reading.row_sum if reading.row else 1.0
        for factor in reading.after:
            by_row *= factor.value
        assert by_row == pytest.approx(exact, rel=1e-12, abs=1e-14 * size)


def test_a_path_by_hand():
    """2-1-1 without bends: ∂L/∂w₁₁⁽¹⁾ = (a − y) · w⁽²⁾ · 1 · x₁ = (2·(0.5·3 − 1·1) − 0) · 2 · 3."""
    params = Parameters.of({1: [[0.5, -1.0]], 2: [[2.0]]}, {1: [[0.0]], 2: [[0.0]]}, ["identity"] * 2, "squared_error")
    reading = Forks(params, np.array([[3.0], [1.0]]), np.array([[0.0]]), Start.of("w1.1.1", (2, 1, 1)))
    (path,) = reading.paths
    assert [factor.value for factor in path.factors] == [1.0, 2.0, 1.0, 3.0]
    assert reading.total == reading.derivative == 6.0


@pytest.mark.parametrize("wrt", ["w1.2.1", "w2.1.3", "u0.2", "u1.1"])
@pytest.mark.parametrize("path", [0, 1])
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(wrt, path):
    figure = forks(wrt=wrt, path=path)
    params = Parameters.of(**_parts(figure.setting))
    X, Y = (np.array(figure.setting[k]) for k in "XY")
    reading = Forks(params, X, Y, Start.of(wrt, params.sizes))
    drawn = "\n".join(node.text or "" for node in ET.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text"))
    assert drawn.count(show(reading.derivative, 10)) == 2  # by paths and by the recursion
    assert show(reading.derivative) in figure.alt
    for product in reading.products:
        assert show(product) in drawn
        assert plain(product) in figure.trace
    assert figure.trace.endswith(conclusion(reading))
    assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt + drawn), "a negative zero"


def _parts(setting: dict) -> dict:
    names = [setting["activations"][str(l)] for l in range(1, len(setting["sizes"]))]
    tables = {k: {int(l): table for l, table in setting[k].items()} for k in "Wb"}
    return {**tables, "activations": names, "loss": setting["loss"]}


def test_two_runs_give_the_same_and_the_largest_is_small_enough():
    params = network.init((4, 4, 4, 4), "tanh", seed=1)
    largest = forks(params, np.ones((4, 1)), np.zeros((4, 1)), wrt="u0.4", path=64)
    assert largest.html == forks(params, np.ones((4, 1)), np.zeros((4, 1)), wrt="u0.4", path=64).html
    assert len(largest.html.encode()) < 120_000
    assert largest.trace.count(" ← x₄\n") == 64
    assert " id=" not in largest.html.split("<script>")[0]


def test_what_is_counted():
    said = [(c.layer, c.units, c.paths, c.walked, c.recursion) for c in counts((4, 4, 4, 4))]
    assert said == [(2, 4, 4, 32, 20), (1, 4, 16, 256, 20), (0, 4, 64, 1280, 16)]
    reading = Forks(*random_case(1), Start(0, 1))  # a start in the input: the longest paths
    count = counts(reading.params.sizes)[-1]
    products = sum(len(path.factors) - 1 for path in reading.paths)
    assert count.walked == count.units * products


def of(W2: list, y: list, kind: str = "identity", w1: float = 1.0) -> str:
    params = Parameters.of({1: [[w1]], 2: W2}, {1: [[0.0]], 2: [[0.0]] * len(W2)}, [kind, "identity"], "squared_error")
    return forks(params, [[1.0]], [[v] for v in y], wrt="u0.1").trace.splitlines()[-1]


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (lambda: of([[1.0], [1.0]], [0.0, 2.0]), "The 2 paths cancel: what some add, others take away."),
        (lambda: of([[1.0], [1.0]], [0.0, 0.0]), "The 2 paths pull one way and add up: 2."),
        (lambda: of([[1.0], [1.0]], [0.0, 1.5]), "The 2 paths do not all pull one way: 1 adds 1, 1 takes away 0.5. T"),
        (
            lambda: of([[1.0], [1.0]], [1.0, 1.0], "relu", -1.0),
            "Each of the 2 paths has a factor 0: nothing comes through.",
        ),
        (lambda: of([[1.0]], [0.0]), "One path only: its product is ∂L/∂x₁, and nothing is added."),
    ],
)
def test_the_conclusion_says_how_paths_come_together(said, expected):
    assert said().startswith(expected)


NET = network.init((2, 2, 1), "tanh")
X, Y = np.ones((2, 1)), np.zeros((1, 1))


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: forks(3.0, X, Y), TypeError, "forks: params must be a network.Parameters, got float"),
        (lambda: forks(x=X), TypeError, "x and y need the network that they are for"),
        (lambda: forks(NET, X), TypeError, r"a network needs an example: x of shape \(2, 1\) and y of shape \(1, 1\)"),
        (lambda: forks(NET, np.ones((3, 1)), Y), ValueError, "X"),
        (lambda: forks(NET, np.ones((2, 3)), np.zeros((1, 3))), ValueError, r"x has 3 examples, .* give x\[:, :1\]"),
        (lambda: forks(network.init((2, 5, 1)), X, Y), ValueError, "the network is 2-5-1, and there is room for 3 lay"),
        (lambda: forks(network.init((2, 2, 2, 2, 1)), X, Y), ValueError, "there is room for 3 layers of 4 units"),
        (lambda: forks(network.init((2, 1)), X, Y), ValueError, "1 layer, and no path forks in it; give one of 2 or 3"),
        (lambda: forks(network.init((2, 2, 1), ("softmax", "tanh")), X, Y), ValueError, "layer 1 is a hidden softmax"),
        (lambda: forks(NET, 1000 * X, Y), ValueError, "x must lie between -100 and 100, got 1000"),
        (lambda: forks(wrt="w3.1.1"), ValueError, "wrt 'w3.1.1' is no weight, input or hidden unit of this 2-3-2"),
        (lambda: forks(wrt="u2.1"), ValueError, "'u0.1' is input 1"),
        (lambda: forks(wrt=7), TypeError, "wrt must be a text such as 'w1.2.1'"),
        (lambda: forks(path=3), ValueError, r"path must lie between 0 \(all\) and 2, got 3"),
        (lambda: forks(path=1.0), TypeError, "path must be a whole number, got 1.0"),
    ],
)
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
