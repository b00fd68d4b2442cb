"""The bug clinic in Python: each wrong gradient is wrong where it should be, and its numbers are the ones that are shown."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.activations import tanh
from backprop_lab.exercises.catalogue import CATALOGUE
from backprop_lab.figures.bugs import bugs
from backprop_lab.figures.bugs_cases import (
    BASE,
    ENDS,
    HIDDEN,
    STEPS,
    WEIGHTS,
    Reading,
    at,
    compare,
    curve,
    examples,
    measure,
    stepped,
)
from backprop_lab.figures.bugs_words import CLUES, NAMES, effect, finding
from backprop_lab.figures.bugs_wrong import BUGS, misfit, wrong_gradients
from backprop_lab.figures.wording import plain, show

NETS = examples()


def place(bug: str, **changed) -> dict:
    return BASE | CLUES[bug][3] | changed


def read(bug: str, **changed) -> Reading:
    where = place(bug, **changed)
    return measure(bug, at(NETS[where["net"]], where))


def by_layer(reading: Reading) -> dict[int, bool]:
    """Which layers are right."""
    return {layer.l: layer.all.error == 0 for layer in reading.layers}


@pytest.mark.parametrize("bug", BUGS)
def test_a_bug_shows_in_its_home_and_vanishes_where_it_is_said_to(bug):
    assert read(bug).whole.error > 0.05
    if hide := CLUES[bug][2]:
        reading = read(bug, **hide)
        assert reading.whole.error == 0
        for l in reading.params.W:
            np.testing.assert_allclose(reading.wrong.dW[l], reading.right.dW[l], rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(reading.wrong.db[l], reading.right.db[l], rtol=1e-12, atol=1e-15)
        assert "cannot be seen" in finding(reading)


@pytest.mark.parametrize("bug", [bug for bug in BUGS if not CLUES[bug][2]])
def test_a_bug_that_is_said_to_show_everywhere_does(bug):
    for net in NETS:
        for hidden in HIDDEN:
            for end in ENDS:
                for m in (1, 2, 6):
                    reading = read(bug, net=net, hidden=hidden, end=end, m=m)
                    assert reading.wrong is None or reading.whole.error > 1e-3


@pytest.mark.parametrize(
    ("bugs_of", "where", "error"),
    [
        ("O1 O2 O4", {"end": "identity, squared error"}, 0),
        ("H2 H13", {"hidden": "identity"}, 0),
        ("H3", {"hidden": "relu"}, 0),
        ("P9 P10 P11 P14", {"m": 1}, 0),
        ("P7", {"net": "3-1-1-1"}, 0),
        ("H6", {"net": "3-1-1-1"}, 0),
    ],
)
def test_other_places_where_nothing_can_be_seen(bugs_of, where, error):
    for bug in bugs_of.split():
        assert read(bug, **where).whole.error == error


# Layers 3, 2, 1: which of them are right.
SEEN = {
    "O1 O2 O4 O7 O10 P1 P2 P7 P8 P9 P10 P14": (False, False, False),
    "H1 H2 H3 H4 H6 H9 H11 H13 H14 P11": (True, False, False),
    "P3": (False, False, True),
}


@pytest.mark.parametrize(("codes", "right"), SEEN.items())
def test_where_the_way_back_goes_wrong(codes, right):
    for bug in codes.split():
        assert tuple(by_layer(read(bug)).values()) == right, bug


def test_every_bug_is_named_once_in_the_table_above():
    assert sorted(" ".join(SEEN).split()) == sorted(BUGS) == sorted(CLUES)
    assert {bug: (CATALOGUE[bug].name, CATALOGUE[bug].paper) for bug in BUGS} == NAMES


@pytest.mark.parametrize(("bug", "ratio"), [("O7", -1), ("O10", 2), ("P9", 6), ("P10", 1 / 6)])
def test_a_constant_factor_is_found_in_every_entry(bug, ratio):
    whole = read(bug).whole
    assert whole.ratio == pytest.approx(ratio, rel=1e-12)
    assert whole.error == pytest.approx(abs(ratio - 1) / (abs(ratio) + 1), rel=1e-12)
    assert whole.cosine == pytest.approx(np.sign(ratio), rel=1e-12)


@pytest.mark.parametrize("bug", ["P1", "P2", "P3"])
def test_the_biases_stay_right_where_dw_alone_is_wrong(bug):
    assert all(layer.b.error == 0 for layer in read(bug).layers)
    assert "Only ∂L/∂W is wrong" in finding(read(bug))


@pytest.mark.parametrize("bug", ["P7", "P8"])
def test_the_weights_stay_right_where_db_alone_is_wrong(bug):
    assert all(layer.W.error == 0 for layer in read(bug).layers)
    assert "Only ∂L/∂b is wrong" in finding(read(bug))


def test_the_signs_in_words_are_seen():
    assert all(np.ptp(read("P7").wrong.db[l]) == 0 for l in (1, 2, 3))
    assert all(np.linalg.matrix_rank(read("P14").wrong.dW[l]) == 1 for l in (1, 2, 3))
    mirror = read("P1")
    assert all(np.array_equal(mirror.wrong.dW[l], mirror.right.dW[l].T) for l in (1, 2, 3))
    cache = network.forward(read("O4").params, read("O4").X)
    np.testing.assert_allclose(read("O4").wrong.delta[3] * (1 - cache.a[3]), read("O4").right.delta[3])
    # H3: 1 − a is (1 − a²)/(1 + a).
    layer2 = read("H3")
    a = tanh(network.forward(layer2.params, layer2.X).z[2])
    np.testing.assert_allclose(layer2.wrong.delta[2] * (1 + a), layer2.right.delta[2])


def test_a_small_network_by_hand():
    # z = 0.5·2 − 1 = 0, a = ½, y = 1: ∂L/∂a = −½, σ' = ¼. So ∂L/∂w is −½·¼·2 = −¼, and −½·2 = −1 without σ'.
    params = network.Parameters.of(W={1: [[0.5]]}, b={1: [[-1.0]]}, activations=("sigmoid",), loss="squared_error")
    X, Y = np.array([[2.0]]), np.array([[1.0]])
    cache = network.forward(params, X)
    found = {bug: wrong_gradients(bug, params, cache, Y).dW[1].item() for bug in ("O1", "O4", "O7", "O10", "P9")}
    assert found == {"O1": -1.0, "O4": -0.5, "O7": 0.25, "O10": -0.5, "P9": -0.25}


def test_shapes_that_numpy_would_refuse_are_told_and_not_computed():
    for bug in ("H6", "P1", "P2"):
        reading = read(bug, net="3-5-4-2")
        assert reading.wrong is None
        assert "The shapes find this bug for you" in finding(reading)
        with pytest.raises(ValueError, match=f"bug {bug} has no gradient on 3-5-4-2"):
            wrong_gradients(bug, reading.params, network.forward(reading.params, reading.X), reading.Y)
    assert misfit("P1", (3, 5, 4, 2)) == "∂L/∂W⁽¹⁾ comes out 3 by 5, and W⁽¹⁾ is 5 by 3"
    assert misfit("P2", (3, 5, 4, 2)) == "∂L/∂W⁽¹⁾ comes out 5 by 5, and W⁽¹⁾ is 5 by 3"
    assert misfit("H6", (4, 1, 4)) == "W⁽²⁾ is 4 by 1 and δ⁽²⁾ has 4 rows: W⁽²⁾δ⁽²⁾ does not exist"


def test_the_comparison_is_the_formula():
    rng = np.random.default_rng(2)
    for _ in range(20):
        g, right = rng.normal(size=(2, 7))
        norm = np.linalg.norm
        got = compare(g, right)
        assert got.error == pytest.approx(norm(g - right) / (norm(g) + norm(right)), rel=1e-13)
        assert got.cosine == pytest.approx(g @ right / norm(g) / norm(right), rel=1e-13)
        assert got.ratio is None
    assert compare(np.zeros(3), np.zeros(3)).error == 0
    assert np.isnan(compare(np.zeros(3), np.ones(3)).cosine)
    assert compare(np.array([2.0, 1.0]), np.array([1.0, 0.0])).ratio is None  # one entry should be 0


def test_the_right_curve_is_gradient_descent_of_the_library():
    params, X, Y = net = at(NETS["3-5-4-2"], BASE)
    losses = curve(net, None, 0.5)
    assert len(losses) == STEPS + 1
    theta = params.copy()
    for k in range(STEPS + 1):
        cache = network.forward(theta, X)
        assert losses[k] == pytest.approx(network.loss(theta, cache, Y), rel=1e-12)
        theta.vector[:] -= 0.5 * network.backward(theta, cache, Y).vector
    assert losses[-1] < 0.1 * losses[0]
    assert curve(net, "O10", 0.5) == pytest.approx(curve(net, None, 1.0), rel=1e-9)
    assert curve(net, "O7", 0.5)[-1] > losses[0]
    assert params == at(NETS["3-5-4-2"], BASE)[0] or np.array_equal(params.vector, at(NETS["3-5-4-2"], BASE)[0].vector)


def test_a_gradient_that_overflows_ends_the_curve():
    net = at(NETS["3-5-4-2"], BASE)
    losses = curve(net, "O1", 0.5)
    assert 1 <= len(losses) <= STEPS
    assert f"leaves every bound after {len(losses)} step" in effect(curve(net, None, 0.5), losses)
    assert stepped(net, "O1", 0.5) is not None


@pytest.mark.parametrize("bug", BUGS)
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(bug):
    figure, reading = bugs(bug), read(bug)
    drawn = "\n".join(node.text or "" for node in ET.fromstring(figure.svg).iter("{http://www.w3.org/2000/svg}text"))
    for layer in reading.layers:
        c = layer.all
        assert f"error {show(c.error, 3)}, cosine {show(c.cosine, 3)}" in drawn
        assert f"Layer {layer.l}: error {show(c.error, 3)}, cosine {show(c.cosine, 3)}" in figure.alt
        assert f"Layer {layer.l}: error {plain(c.error, 3)}, cosine {plain(c.cosine, 3)}" in figure.trace
        for g, which in ((reading.right, "right"), (reading.wrong, "wrong")):
            row = f"  {which}  {' '.join(plain(v, 3) for v in g.dW[layer.l][0])} | {plain(g.db[layer.l][0, 0], 3)}"
            assert row in figure.trace
    assert finding(reading) in figure.trace
    assert finding(reading) in figure.alt
    assert CATALOGUE[bug].name in figure.trace
    assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt), "a negative zero"
    assert figure.html == bugs(bug).html


def test_a_network_of_ones_own():
    params = network.init((2, 3, 1), ("softplus", "identity"), seed=4)
    X, Y = np.array([[0.5, -1.0, 2.0], [1.0, 0.0, -1.0]]), np.array([[1.0, 3.0, -2.0]])
    figure = bugs("P9", params, X, Y, learning_rate=0.1)
    assert "Network 2-3-1, hidden as given, output as given, m = 3" in figure.trace
    assert "is 3 times the right one" in figure.trace
    assert figure.setting["options"]["end"] == ["as given", "sigmoid, squared error", "identity, squared error"]
    assert figure.setting["options"]["m"] == [1, 2, 3]
    assert figure.setting["options"]["hidden"] == ["as given", *HIDDEN]
    assert figure.setting["options"]["weights"] == list(WEIGHTS)
    assert "The shapes find this bug" in bugs("P1", params, X, Y).trace


OWN = network.init((2, 3, 1), ("tanh", "identity"), seed=4)
X2, Y2 = np.ones((2, 3)), np.zeros((1, 3))


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: bugs("X1"), ValueError, "bug must be one of O1, O2"),
        (lambda: bugs(learning_rate=3), ValueError, "learning_rate must be one of 0.1, 0.5, 1, got 3"),
        (lambda: bugs("O1", OWN), TypeError, "params need X and Y, their examples in columns"),
        (lambda: bugs("O1", None, X2, Y2), TypeError, "X and Y are the examples of params"),
        (lambda: bugs("O1", "net", X2, Y2), TypeError, "params must be a network.Parameters, got str"),
        (lambda: bugs("O1", OWN, np.ones((5, 3)), Y2), ValueError, "X"),
        (lambda: bugs("O1", OWN, np.ones((2, 9)), np.ones((1, 9))), ValueError, "room for 8 examples; take X"),
        (lambda: bugs("O1", network.init((2, 9, 1)), X2, Y2), ValueError, "there is room for 4 layers of 6 units"),
        (
            lambda: bugs("O1", network.init((2, 2), "softmax", "cross_entropy"), X2, np.eye(2, 3) + np.eye(2, 3, 2)),
            ValueError,
            "elementwise|sum",
        ),
    ],
)
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
