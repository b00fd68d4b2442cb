"""The panel "train" shows what training.train gives, number for number, however the run is cut, stopped or begun."""

import asyncio

import numpy as np
import pytest

from backprop_lab import data, network, training
from backprop_lab.figures import train_reading
from backprop_lab.optimisers import OPTIMISERS, optimiser_named
from backprop_lab.widgets import train
from backprop_lab.widgets.examples import examples_named

MOONS = train_reading.sets()["moons"]


def directly(sizes, activation, X, Y, *, scale=1.0, optimiser="adam", rate=0.03, epochs=60, last="sigmoid"):
    """The same run as one call of the library."""
    loss = "binary_cross_entropy" if last == "sigmoid" else "cross_entropy"
    params = network.init(sizes, (*(activation,) * (len(sizes) - 2), last), loss)
    for W in params.W.values():
        W *= scale
    return training.train(params, X, Y, optimiser=optimiser_named(optimiser, learning_rate=rate), epochs=epochs)


def agrees(model, trained, history):
    assert model.params.vector.tolist() == trained.vector.tolist()
    assert model.losses == history.epoch_loss.tolist()
    assert model.norms == {l: norms.tolist() for l, norms in history.gradient_norms.items()}


def test_the_default_call_is_one_run_of_the_library():
    panel = train()
    trained, history = directly((2, 6, 6, 1), "tanh", *MOONS)
    agrees(panel.model, trained, history)
    assert f"epoch 60: L = {history.epoch_loss[-1]:.4g}" in panel.trace
    assert f"{round(history.epoch_accuracy[-1] * 100)} of 100 right" in panel.trace
    assert f"  layer 1: {history.gradient_norms[1][0]:.4g}, {history.gradient_norms[1][-1]:.4g}" in panel.trace


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("epochs", [1, 19, 47, 450])
def test_a_run_in_pieces_is_the_run(optimiser, epochs):
    panel = train(data="xor", depth=1, width=3, optimiser=optimiser, learning_rate=0.1, epochs=epochs)
    X, Y = train_reading.sets()["xor"]
    agrees(panel.model, *directly((2, 3, 1), "tanh", X, Y, optimiser=optimiser, rate=0.1, epochs=epochs))


def test_the_controls_drive_the_model():
    panel = train(epochs=0)
    controls = panel.live.controls
    controls["data"].value = "spirals"
    controls["depth"].value, controls["width"].value = 3, 5
    controls["activation"].value, controls["scale"].value = "relu", 2.0
    controls["optimiser"].value, controls["learning_rate"].value = "momentum", 0.05
    controls["epochs"].value = 30
    controls["train"].click()
    X, Y = train_reading.sets()["spirals"]
    run = directly((2, 5, 5, 5, 1), "relu", X, Y, scale=2.0, optimiser="momentum", rate=0.05, epochs=30)
    agrees(panel.model, *run)
    assert panel.live.display.said.value.startswith('<p role="status"')
    assert "Trained 30 epochs" in panel.live.display.said.value
    assert panel.model.frame().image == panel.live.display.picture.value


def test_train_goes_on_and_reset_begins_anew():
    panel = train(data="xor", epochs=20)
    panel.live.controls["train"].click()
    agrees(panel.model, *directly((2, 6, 6, 1), "tanh", *train_reading.sets()["xor"], epochs=40))
    panel.live.controls["reset"].click()
    assert panel.model.epoch == 0
    assert panel.model.losses == train(data="xor", epochs=0).model.losses
    assert "Reset: a network 2-6-6-1, epoch 0" in panel.live.display.said.value


def test_a_change_of_the_rate_keeps_what_the_optimiser_remembers():
    panel = train(data="xor", epochs=20)
    controls = panel.live.controls
    controls["learning_rate"].value = 0.01
    controls["train"].click()
    assert panel.model.optimiser.steps == 40
    assert panel.model.optimiser.learning_rate == 0.01
    controls["optimiser"].value = "momentum"
    controls["train"].click()
    assert panel.model.optimiser.steps == 20


def test_the_digits_are_judged_on_those_that_it_has_not_seen():
    panel = train(data="digits", width=8, depth=1, epochs=40)
    X, Y, X_test, Y_test = data.split(*data.digits())
    trained, history = directly((64, 8, 10), "tanh", X, Y, epochs=40, last="softmax")
    agrees(panel.model, trained, history)
    by_class = panel.model.right()
    assert [total for _, total in by_class] == Y_test.sum(axis=1).tolist()
    right = sum(right for right, _ in by_class)
    assert right / X_test.shape[1] == pytest.approx(training.accuracy(trained, X_test, Y_test))
    assert f"{right} of {X_test.shape[1]} right among those not learned from" in panel.trace


def test_it_takes_the_reader_s_own_network_and_examples_and_changes_neither():
    params = network.init((3, 4, 2), ("relu", "softmax"), "cross_entropy", seed=4)
    rng = np.random.default_rng(0)
    X, Y = rng.normal(size=(3, 12)), data.one_hot(rng.integers(0, 2, 12), 2)
    before = params.vector.copy()
    panel = train(params, X, Y, epochs=25, learning_rate=0.1, optimiser="gradient_descent")
    trained, history = training.train(
        params, X, Y, optimiser=optimiser_named("gradient_descent", learning_rate=0.1), epochs=25
    )
    agrees(panel.model, trained, history)
    assert params.vector.tolist() == before.tolist()
    assert set(panel.live.controls) == {"scale", "optimiser", "learning_rate", "epochs", "train", "stop", "reset"}
    panel.live.controls["scale"].value = 0.1
    assert panel.model.params.W[1].tolist() == (0.1 * params.W[1]).tolist()


def test_own_points_get_a_network_that_fits():
    X, Y = data.moons(30)
    panel = train(X=X, Y=Y, epochs=10)
    agrees(panel.model, *directly((2, 6, 6, 1), "tanh", X, Y, epochs=10))
    panel.live.controls["data"].value = "xor"
    assert panel.model.examples.name == "xor"


def test_a_run_that_diverges_stops_says_so_and_keeps_finite_numbers():
    X, Y = data.moons(50)
    panel = train(X=1e100 * X, Y=Y, activation="relu", depth=3, optimiser="gradient_descent", learning_rate=100.0)
    said = "Stopped: update 1 makes the loss infinite or undefined. Try a smaller learning rate or scale."
    assert panel.trace.splitlines()[-1] == said
    assert said in panel.frame.alt
    assert np.isfinite(panel.model.params.vector).all()
    assert np.isfinite(panel.model.losses).all()
    panel.live.controls["train"].click()
    assert f"{said} Then press Reset" in panel.live.display.said.value
    assert not train().model.stopped


def test_a_run_that_diverges_later_keeps_the_epochs_before():
    params = network.init((2, 6, 6, 6, 1), ("relu", "relu", "relu", "sigmoid"), "binary_cross_entropy")
    X, Y = data.moons(40)
    found = []
    for size in (1e20, 1e30, 1e40, 1e60, 1e80):
        panel = train(params, size * X, Y, optimiser="momentum", learning_rate=1.0, epochs=100)
        model = panel.model
        if model.stopped:
            found.append(model.epoch)
            cache = network.forward(model.params, size * X)
            assert model.losses[-1] == network.loss(model.params, cache, Y)
            assert f"update {model.epoch + 1} makes the loss infinite" in model.stopped
    assert found


def test_a_loss_that_rises_is_said_to_rise():
    panel = train(data="xor", scale=10.0, optimiser="gradient_descent", learning_rate=100.0, epochs=20)
    assert panel.trace.endswith("The loss is higher than at the start: try a smaller learning rate.")


def test_stop_ends_the_run_and_keeps_what_is_trained():
    panel = train(data="xor", epochs=0)
    controls = panel.live.controls
    controls["epochs"].value = 2000

    async def press_train_then_stop():
        controls["train"].click()
        assert not controls["stop"].disabled or not panel.model.epoch
        while panel.model.epoch < 60:
            await asyncio.sleep(0)
        assert controls["train"].disabled
        assert "Training: epoch" in panel.live.display.said.value
        controls["stop"].click()
        while controls["train"].disabled:
            await asyncio.sleep(0)

    asyncio.run(press_train_then_stop())
    epochs = panel.model.epoch
    assert 60 <= epochs < 2000
    agrees(panel.model, *directly((2, 6, 6, 1), "tanh", *train_reading.sets()["xor"], epochs=epochs))
    assert f"Trained {epochs} epochs" in panel.live.display.said.value
    assert controls["stop"].disabled


def test_a_reset_in_the_middle_of_a_run_ends_it():
    panel = train(data="xor", epochs=0)
    controls = panel.live.controls
    controls["epochs"].value = 2000

    async def press_train_then_reset():
        controls["train"].click()
        while panel.model.epoch < 40:
            await asyncio.sleep(0)
        controls["reset"].click()
        while controls["train"].disabled:
            await asyncio.sleep(0)

    asyncio.run(press_train_then_reset())
    assert panel.model.epoch == 0


@pytest.mark.parametrize("what", [KeyboardInterrupt, RuntimeError("the <cache> is gone")])
def test_an_interruption_or_an_error_in_a_run_keeps_what_is_trained(what, monkeypatch):
    panel = train(data="xor", epochs=40)
    real, calls = training.train, []

    def fails_at_the_third(*args, **settings):
        calls.append(1)
        if len(calls) == 3:
            raise what
        return real(*args, **settings)

    monkeypatch.setattr(training, "train", fails_at_the_third)
    panel.live.controls["train"].click()
    assert panel.model.epoch == 44
    assert not panel.live.controls["train"].disabled
    said = panel.live.display.said.value
    if what is KeyboardInterrupt:
        assert "Interrupted. Trained 44 epochs" in said
    else:
        assert "RuntimeError: the &lt;cache&gt; is gone" in said


def test_every_set_has_its_picture():
    pictures = {name: train(data=name, epochs=2).frame for name in ("moons", "spirals", "xor", "digits")}
    assert len({frame.svg for frame in pictures.values()}) == 4
    assert all("The decision boundary" in pictures[name].alt for name in ("moons", "spirals", "xor"))
    assert "The share of each class" in pictures["digits"].alt
    assert examples_named("digits").said in pictures["digits"].text
