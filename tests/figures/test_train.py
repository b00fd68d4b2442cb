"""The Python side of the train figure: its numbers are the library's, its output is the same on every run."""

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab import data, network, training
from backprop_lab.figures.train import train
from backprop_lab.figures.train_reading import NORMALS, sets, verdict
from backprop_lab.figures.wording import plain, show
from backprop_lab.optimisers import OPTIMISERS, optimiser_named

SVG = "{http://www.w3.org/2000/svg}"
FAR = np.array([[100.0, -100.0, 90.0, -80.0], [100.0, -90.0, -100.0, 95.0]]), np.array([[0.0, 1.0, 0.0, 1.0]])
DIVERGES = {
    "X": FAR[0], "Y": FAR[1], "sizes": (2, *[8] * 6, 1), "activation": "relu", "scale": 3.0,
    "optimiser": "momentum", "learning_rate": 30.0, "seed": 6,
}  # fmt: skip


def run(sizes, activation, scale, optimiser, learning_rate, steps, X, Y, seed=0):
    names = (activation,) * (len(sizes) - 2)
    params = network.init(sizes, (*names, "sigmoid"), "binary_cross_entropy", seed=seed)
    for l in params.W:
        params.W[l] *= scale
    trained, _ = training.train(params, X, Y, optimiser=optimiser_named(optimiser, learning_rate=learning_rate), epochs=steps)  # fmt: skip
    cache = network.forward(trained, X)
    return trained, network.loss(trained, cache, Y), network.backward(trained, cache, Y)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize(("name", "activation"), [("moons", "tanh"), ("spirals", "relu"), ("xor", "sigmoid")])
def test_still_alt_and_trace_hold_what_the_library_learns_in_one_go(optimiser, name, activation):
    sizes, X, Y = (2, 5, 5, 5, 1), *sets()[name]
    figure = train(data=name, sizes=sizes, activation=activation, scale=1.5, optimiser=optimiser, learning_rate=0.02, steps=30, seed=4)  # fmt: skip
    trained, loss, grads = run(sizes, activation, 1.5, optimiser, 0.02, 30, X, Y, seed=4)
    drawn = "\n".join(node.text or "" for node in ET.fromstring(figure.svg).iter(f"{SVG}text"))
    right = round(training.accuracy(trained, X, Y) * 100)
    assert f"step 30: L = {plain(loss, 4)}, {right} of 100 right" in figure.trace
    assert show(loss) in figure.alt
    assert f"L = {show(loss)}, {right} of 100 right" in drawn
    for dW in grads.dW.values():
        rms = float(np.linalg.norm(dW)) / dW.size**0.5
        assert plain(rms, 4) in figure.trace
        assert show(rms, 3) in figure.alt
        assert show(rms, 3) in drawn


def test_the_still_draws_every_point_in_the_mark_of_its_class():
    figure = train(steps=0)
    shapes = [node.tag.removeprefix(SVG) for node in ET.fromstring(figure.svg).iter()]
    assert shapes.count("circle") == 50 + 1  # one in the key
    assert figure.svg.count("l5 8.5h-10z") == 50 + 1
    assert "nan" not in figure.svg.lower()


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_the_normals_of_the_setting_are_those_that_init_draws(activation):
    normals = train(seed=7, steps=0).setting["normals"]
    assert len(normals) == NORMALS
    params = network.init((2, *[8] * 6, 1), activation, seed=7)
    at = 0
    for l, W in params.W.items():
        variance = 2 / W.shape[1] if activation == "relu" else 2 / sum(W.shape)
        expected = np.array(normals[at : at + W.size]).reshape(W.shape) * np.sqrt(variance)
        assert np.array_equal(W, expected), l
        at += W.size


def test_a_network_and_points_of_the_readers_own():
    X, Y = data.circles(60, seed=3)
    params = network.init((2, 4, 1), ("tanh", "sigmoid"), "binary_cross_entropy", seed=9)
    figure = train(params, X, Y, steps=5)
    assert figure.setting["theta"] == params.vector.tolist()
    assert figure.setting["sets"]["given"][0] == X[0].tolist()
    assert figure.trace.startswith("A network 2-4-1: tanh")
    assert "Data: given, 60 points, 30 of them of class 1" in figure.trace
    cache = network.forward(params, X)
    assert f"step 0: L = {plain(network.loss(params, cache, Y), 4)}," in figure.trace


def test_it_names_what_vanishes_and_what_explodes():
    deep = (2, *[8] * 6, 1)
    assert (
        "it vanishes on the way back, and layer 1 hardly learns" in train(sizes=deep, activation="sigmoid", steps=0).alt
    )
    assert "it explodes" in train(sizes=deep, activation="relu", scale=4.0, steps=0).alt
    assert "signals vanish forward and back" in train(sizes=deep, scale=0.1, steps=0).alt
    assert "all layers learn" in train(steps=0).alt


@pytest.mark.parametrize(
    ("rms", "loss", "said"),
    [
        ([1.0, 1.0], 0.01, "The loss is nearly 0"),
        ([50.0, 2.0], 0.7, "Layer 1's gradient is 50: it explodes. A plain step with η = 0.1 would move each weight there by about 5."),
        ([0.0, 0.0], 0.7, "Every gradient is 0"),
        ([1e-9, 1e-7], 0.7, "No layer gets more than 10⁻⁷"),
        ([0.0, 0.1], 0.7, "Layer 1's gradient is 0: nothing gets back"),
        ([3e-7, 0.1], 0.7, "Layer 1 gets 3·10⁻⁶ of layer 2's gradient: it vanishes"),
        ([0.005, 0.1], 0.7, "Layer 1 gets 0.05 of layer 2's gradient: it learns more slowly."),
        ([2.0, 0.1], 0.7, "Layer 1 gets 20 times layer 2's gradient: it grows"),
        ([0.1, 0.1], 0.7, "Layer 1 gets 1 times layer 2's gradient: all layers learn."),
    ],
)  # fmt: skip
def test_the_sentence(rms, loss, said):
    assert verdict(rms, loss, 0.1).startswith(said)


def test_a_run_that_diverges_stops_with_the_last_good_numbers():
    figure = train(**DIVERGES, steps=50)
    assert "Stopped: update" in figure.trace
    assert "nan" not in figure.trace
    assert "undefined," not in figure.trace


def own(sizes=(2, 3, 1), names=("tanh", "sigmoid"), loss="binary_cross_entropy"):
    return network.init(sizes, names, loss)


X2, Y2 = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0, 1.0]])


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: train(3), TypeError, "params must be a network.Parameters, got int"),
        (lambda: train(own(), sizes=(2, 2, 1)), TypeError, "params already holds sizes; give either"),
        (lambda: train(own((2, 3, 4, 1), ("tanh", "tanh", "sigmoid"))), ValueError, "the network is 2-3-4-1, expected 2-n"),
        (lambda: train(own((3, 3, 1))), ValueError, "the network is 3-3-1, expected"),
        (lambda: train(own((2, 1), ("sigmoid",))), ValueError, "the network is 2-1, expected"),
        (lambda: train(sizes=(2, 9, 1)), ValueError, "the network is 2-9-1, expected"),
        (lambda: train(sizes=(2, *[3] * 7, 1)), ValueError, "1 to 6 hidden layers"),
        (lambda: train(own(names=("softplus", "sigmoid"))), ValueError, "activations are softplus, sigmoid, expected one of"),
        (lambda: train(own(loss="squared_error")), ValueError, "loss must be 'binary_cross_entropy', got 'squared_error'"),
        (lambda: train(activation="softplus"), ValueError, "activation must be one of sigmoid, tanh, relu, got 'softplus'"),
        (lambda: train(data="moon"), ValueError, "data must be one of moons, spirals, xor, got 'moon'"),
        (lambda: train(X=X2), ValueError, "X and Y belong together"),
        (lambda: train(X=X2, Y=Y2, data="xor"), TypeError, "got X and Y and data='xor'"),
        (lambda: train(X=X2.T[:, :1], Y=Y2), ValueError, r"X has shape \(2, 1\) and Y \(1, 2\), expected"),
        (lambda: train(X=X2 * np.nan, Y=Y2), ValueError, "X must hold finite numbers"),
        (lambda: train(X=X2, Y=Y2 / 2), ValueError, "Y must hold the classes 0 and 1"),
        (lambda: train(scale=0), ValueError, "scale must lie between 0.01 and 10, got 0"),
        (lambda: train(scale="1"), TypeError, "scale must be one number, got '1'"),
        (lambda: train(learning_rate=float("nan")), ValueError, "learning_rate must lie between"),
        (lambda: train(optimiser="sgd"), ValueError, "optimiser must be one of adam, gradient_descent, momentum, got 'sgd'"),
        (lambda: train(steps=-1), ValueError, "steps must be a whole number from 0 to 20000, got -1"),
        (lambda: train(seed=1.5), TypeError, "seed must be a whole number"),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
