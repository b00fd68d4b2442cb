"""The panel "break_backward" shows the library's own check: it passes the right gradient and fails each wrong one."""

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.figures.bugs_cases import STEPS, at, curve, examples
from backprop_lab.figures.bugs_words import NAMES
from backprop_lab.figures.bugs_wrong import BUGS, wrong_gradients
from backprop_lab.network_check import check_network
from backprop_lab.widgets import break_backward
from backprop_lab.widgets.break_model import as_vector, failing

PLACE = {"hidden": "tanh", "end": "sigmoid, cross-entropy", "m": 6, "weights": "as drawn"}


@pytest.mark.parametrize("bug", BUGS)
def test_the_check_finds_every_mistake_and_passes_the_right_gradient(bug):
    model = break_backward(bug).model
    assert model.right.passed
    assert not failing(model.right)
    assert model.wrong is not None  # each begins where its shapes fit and where it can be seen
    assert not model.wrong.passed
    assert failing(model.wrong)
    assert all(name in model.said() for name in failing(model.wrong))


def test_the_reports_are_those_of_an_independent_call():
    params, X, Y = net = at(examples()["3-5-4-2"], PLACE)
    cache = network.forward(params, X)
    wrong = wrong_gradients("H1", params, cache, Y)
    grads = network.backward(params, cache, Y)
    for l in params.W:
        grads.dW[l], grads.db[l] = wrong.dW[l], wrong.db[l]
    panel = break_backward("H1")
    assert panel.model.wrong == check_network(params, X, Y, grads)
    assert panel.model.right == check_network(params, X, Y)
    assert str(panel.model.wrong) in panel.trace
    assert str(panel.model.right) in panel.trace
    assert panel.model.losses == (curve(net, None, 0.5), curve(net, "H1", 0.5))


def test_a_right_gradient_in_the_place_of_the_wrong_one_passes():
    params, X, Y = at(examples()["3-5-4-2"], PLACE)
    grads = network.backward(params, network.forward(params, X), Y)
    vector = as_vector(grads)
    assert vector.tolist() == grads.vector.tolist()
    assert check_network(params, X, Y, vector).passed
    vector[3] += 0.01  # the same check, with one planted fault
    assert failing(check_network(params, X, Y, vector)) == ["W[1]"]


def test_the_controls_drive_the_model():
    panel = break_backward()
    controls = panel.live.controls
    controls["bug"].value = "P8"
    controls["hidden"].value, controls["learning_rate"].value, controls["steps"].value = "relu", 0.1, 12
    net = at(examples()["3-5-4-2"], PLACE | {"hidden": "relu"})
    losses = curve(net, None, 0.1), curve(net, "P8", 0.1)
    assert panel.model.losses == losses
    assert failing(panel.model.wrong) == ["b[1]", "b[2]", "b[3]"]
    text = panel.live.display.text.value
    assert f"right  step 0: {losses[0][0]:.4g}, step 12: {losses[0][12]:.4g}, step 60: {losses[0][60]:.4g}" in text
    assert f"wrong  step 0: {losses[1][0]:.4g}, step 12: {losses[1][12]:.4g}, step 60: {losses[1][60]:.4g}" in text


def test_choosing_a_mistake_goes_where_it_can_be_seen():
    controls = (panel := break_backward()).live.controls
    controls["bug"].value = "H6"
    assert controls["net"].value == "4-4-4-4"
    assert panel.model.setting.net == "4-4-4-4"
    controls["bug"].value = "H13"
    assert (controls["net"].value, controls["hidden"].value) == ("3-5-4-2", "relu")
    assert "the check finds" in panel.live.display.said.value


def test_shapes_that_refuse_the_mistake_are_said_and_drawn():
    panel = break_backward("H6")
    panel.live.controls["net"].value = "3-5-4-2"
    assert panel.model.wrong is None
    problem = "W⁽³⁾ is 2 by 4 and δ⁽³⁾ has 2 rows: W⁽³⁾δ⁽³⁾ does not exist"
    assert f"No gradient at all: {problem}" in panel.live.display.said.value
    assert f"No report: {problem}." in panel.live.display.text.value
    assert panel.model.frame().svg.count("no gradient") == 6


def test_where_a_mistake_hides_the_check_passes_and_the_panel_says_why():
    panel = break_backward("H1")
    panel.live.controls["hidden"].value = "identity"
    assert panel.model.wrong.passed
    assert "the check passes, for here the mistake changes nothing. Hidden where the hidden" in panel.model.said()


def test_the_loss_of_a_flipped_sign_climbs():
    model = break_backward("O7", learning_rate=1.0).model
    assert model.losses[1][-1] > model.losses[1][0] > model.losses[0][-1]
    assert "With the wrong gradient the loss" in model.frame().text


def test_a_loss_that_leaves_every_bound_is_said_to():
    params = network.init((2, 3, 1), ("identity", "identity"), "squared_error", seed=1)
    X, Y = np.array([[1.0, -2.0, 3.0], [0.5, 1.0, -1.0]]), np.array([[1.0, 2.0, -1.0]])
    model = break_backward("O7", params, X, Y, learning_rate=10.0, steps=STEPS).model
    assert len(model.losses[1]) <= STEPS
    assert "out of bounds" in model.frame().text
    assert all(np.isfinite(losses).all() for losses in model.losses)


def test_it_takes_the_reader_s_own_network_and_leaves_it_as_it_was():
    params = network.init((4, 9, 3), ("sigmoid", "identity"), "squared_error", seed=2)
    rng = np.random.default_rng(3)
    X, Y = rng.normal(size=(4, 11)), rng.normal(size=(3, 11))
    before = params.vector.copy()
    panel = break_backward("P9", params, X, Y)
    grads = network.backward(params, network.forward(params, X), Y)
    expected = check_network(params, X, Y, 11 * grads.vector)
    assert failing(panel.model.wrong) == failing(expected) == ["W[1]", "b[1]", "W[2]", "b[2]"]
    assert [row.error for row in panel.model.wrong.rows] == pytest.approx([row.error for row in expected.rows])
    assert params.vector.tolist() == before.tolist()
    assert panel.live.controls["net"].options == ("as given",)
    # Cross-entropy takes targets between 0 and 1, and these are not.
    assert panel.live.controls["end"].options == ("as given", "sigmoid, squared error", "identity, squared error")
    panel.live.controls["hidden"].value = "relu"
    assert panel.model.reading.params.activations[1] == "relu"


def test_every_mistake_can_be_chosen_by_its_name():
    options = break_backward().live.controls["bug"].options
    assert options == tuple((f"{code}: {NAMES[code][0]}", code) for code in BUGS)


NET = network.init((2, 3, 1), ("tanh", "sigmoid"), "binary_cross_entropy")
X2, Y2 = np.ones((2, 4)), np.ones((1, 4))


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        ({"bug": "Z1"}, ValueError, f"break_backward: bug must be one of {', '.join(BUGS)}, got 'Z1'"),
        (
            {"learning_rate": 20.0}, ValueError,
            "break_backward: learning_rate must lie between 0.01 and 10, got 20",
        ),
        ({"learning_rate": None}, TypeError, "break_backward: learning_rate must be one number, got None"),
        ({"steps": 61}, ValueError, "break_backward: steps must be a whole number from 1 to 60, got 61"),
        (
            {"X": X2, "Y": Y2}, TypeError,
            "break_backward: X and Y are the examples of params; give params too, or leave them out",
        ),
        (
            {"params": NET, "X": X2}, TypeError,
            "break_backward: params need X and Y, their examples in columns, shapes (n_0, m) and (n_L, m)",
        ),
        (
            {"params": "net"}, TypeError,
            "break_backward: params must be a network.Parameters, got str; make one with network.init(sizes) or "
            "Parameters.of(W, b, activations, loss)",
        ),
        (
            {"params": network.init((2, 50, 50, 1)), "X": X2, "Y": Y2}, ValueError,
            "break_backward: the network has 2751 parameters, and there is room for 2000: the check nudges each of "
            "them; network_check.check_directions has no such limit",
        ),
        (
            {"params": network.init((2, 2), "softmax", "cross_entropy"), "X": X2, "Y": Y2}, ValueError,
            "break_backward: the mistakes are those of elementwise activations; use one of them, not softmax",
        ),
    ],
)  # fmt: skip
def test_what_it_cannot_show_is_refused(settings, error, message):
    with pytest.raises(error) as caught:
        break_backward(**settings)
    assert str(caught.value) == message


def test_examples_that_do_not_fit_are_refused_in_the_words_of_the_library():
    with pytest.raises(ValueError, match=r"X has shape \(3, 4\)"):
        break_backward("H1", NET, np.ones((3, 4)), Y2)
