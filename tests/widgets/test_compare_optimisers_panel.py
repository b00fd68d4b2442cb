"""The panel "compare_optimisers" shows one independent run of training.train for each optimiser, from one start."""

import numpy as np
import pytest

from backprop_lab import data, network, training
from backprop_lab.figures import train_reading
from backprop_lab.optimisers import OPTIMISERS, optimiser_named
from backprop_lab.widgets import compare_optimisers

DEFAULT = {"gradient_descent": 0.3, "momentum": 0.1, "adam": 0.01}


def directly(X, Y, rates, *, width=6, epochs=60, batch_size=20, schedule="constant", seed=0):
    """The same runs, each as one call of the library."""
    start = network.init((2, width, width, 1), ("tanh", "tanh", "sigmoid"), "binary_cross_entropy", seed=seed)
    return {
        name: training.train(
            start, X, Y, optimiser=optimiser_named(name, learning_rate=rates[name]), epochs=epochs,
            batch_size=batch_size, schedule=schedule, seed=seed,
        )
        for name in OPTIMISERS
    }  # fmt: skip


def agrees(model, runs):
    assert [run.name for run in model.runs] == list(runs)
    for run in model.runs:
        trained, history = runs[run.name]
        assert run.trained.vector.tolist() == trained.vector.tolist()
        assert run.history.epoch_loss.tolist() == history.epoch_loss.tolist()


def test_the_default_call_is_one_run_of_the_library_for_each():
    panel = compare_optimisers()
    runs = directly(*train_reading.sets()["moons"], DEFAULT)
    agrees(panel.model, runs)
    for run in panel.model.runs:
        history = runs[run.name][1]
        line = next(line for line in panel.trace.splitlines() if line.startswith(f"{run.title} "))
        assert line.split()[-5:] == [
            f"{DEFAULT[run.name]:g}", f"{history.epoch_loss[-1]:.4g}",
            str(round(100 * history.epoch_accuracy[-1])), "of", "100",
        ]  # fmt: skip


def test_all_begin_at_one_loss():
    assert len({run.history.epoch_loss[0] for run in compare_optimisers(data="digits", epochs=1).model.runs}) == 1


def test_the_controls_drive_the_model():
    panel = compare_optimisers(epochs=5)
    controls = panel.live.controls
    controls["data"].value, controls["width"].value = "xor", 4
    controls["epochs"].value, controls["batch_size"].value = 12, 30
    controls["schedule"].value = "cosine"
    controls["learning_rate_momentum"].value = 0.5
    rates = DEFAULT | {"momentum": 0.5}
    X, Y = train_reading.sets()["xor"]
    agrees(panel.model, directly(X, Y, rates, width=4, epochs=12, batch_size=30, schedule="cosine"))
    assert panel.model.frame().image == panel.live.display.picture.value
    assert panel.model.said().split(":")[0] in panel.live.display.said.value


def test_one_rate_for_all_moves_every_slider_and_trains_once(monkeypatch):
    panel = compare_optimisers(epochs=3)
    controls, calls = panel.live.controls, []
    real = panel.model.change
    monkeypatch.setattr(panel.model, "change", lambda **settings: (calls.append(settings), real(**settings))[1])
    controls["together"].value = True
    assert [controls[f"learning_rate_{name}"].value for name in OPTIMISERS] == [0.3] * 3
    controls["learning_rate_adam"].value = 0.05
    assert [controls[f"learning_rate_{name}"].value for name in OPTIMISERS] == [0.05] * 3
    assert len(calls) == 2
    agrees(panel.model, directly(*train_reading.sets()["moons"], dict.fromkeys(OPTIMISERS, 0.05), epochs=3))
    controls["together"].value = False
    controls["learning_rate_adam"].value = 0.02
    assert controls["learning_rate_momentum"].value == 0.05


def test_rates_by_name_or_one_for_all():
    assert compare_optimisers(learning_rates={"adam": 0.1}, epochs=1).model.setting.learning_rates == DEFAULT | {
        "adam": 0.1
    }
    panel = compare_optimisers(learning_rates=0.2, epochs=1)
    assert panel.model.setting.learning_rates == dict.fromkeys(OPTIMISERS, 0.2)
    assert panel.live.controls["together"].value


def test_it_takes_the_reader_s_own_network_and_examples():
    params = network.init((2, 5, 1), ("relu", "sigmoid"), "binary_cross_entropy", seed=7)
    X, Y = data.circles(30)
    before = params.vector.copy()
    panel = compare_optimisers(params, X, Y, epochs=8, batch_size=7)
    for run in panel.model.runs:
        optimiser = optimiser_named(run.name, learning_rate=DEFAULT[run.name])
        trained, _ = training.train(params, X, Y, optimiser=optimiser, epochs=8, batch_size=7)
        assert run.trained.vector.tolist() == trained.vector.tolist()
    assert params.vector.tolist() == before.tolist()
    assert "width" not in panel.live.controls
    assert panel.live.controls["data"].options == ("given",)


def test_batches_are_never_larger_than_the_data():
    X, Y = data.xor()
    assert "batches of 4," in compare_optimisers(X=X, Y=Y, epochs=2, batch_size=20).frame.svg


def test_a_run_that_diverges_is_said_to_beside_those_that_do_not():
    params = network.init((2, 6, 6, 6, 1), ("relu", "relu", "relu", "sigmoid"), "binary_cross_entropy")
    X, Y = data.moons(40)
    panel = compare_optimisers(
        params, 1e100 * X, Y, epochs=30, learning_rates={"gradient_descent": 100.0, "adam": 1e-5}
    )
    by_name = {run.name: run for run in panel.model.runs}
    run = by_name["gradient_descent"]
    assert run.diverged
    assert not by_name["adam"].diverged
    assert "Gradient descent diverged with η = 100: try a smaller one." in panel.trace
    assert f"Gradient descent: {run.history.stopped}" in panel.trace
    assert "diverged" in panel.frame.svg
    assert np.isfinite(run.trained.vector).all()
    assert panel.model.said().startswith("Adam has the lowest loss")


def test_a_loss_that_rises_is_said_to_rise():
    said = compare_optimisers(learning_rates={"gradient_descent": 100.0}, epochs=20).model.said()
    assert "Gradient descent ends higher than it began: try a smaller η." in said
    assert "higher" not in compare_optimisers().model.said()


def test_an_interruption_leaves_the_runs_that_were_there(monkeypatch):
    panel = compare_optimisers(epochs=3)
    before = panel.model.runs
    live = panel.live

    def interrupted(*args, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(training, "train", interrupted)
    live.controls["epochs"].value = 9
    assert panel.model.runs is before
    assert panel.model.setting.epochs == 3
    assert "Interrupted. What was there before is still there." in live.display.said.value


X4, Y4 = data.xor()
NET = network.init((2, 3, 1), ("tanh", "sigmoid"), "binary_cross_entropy")


@pytest.mark.parametrize(
    ("settings", "error", "message"),
    [
        (
            {"learning_rates": {"sgd": 0.1}}, ValueError,
            "compare_optimisers: learning_rates must be one of gradient_descent, momentum, adam, got 'sgd'",
        ),
        (
            {"learning_rates": {"adam": 0}}, ValueError,
            "compare_optimisers: learning_rates['adam'] must lie between 1e-05 and 100, got 0",
        ),
        (
            {"learning_rates": "fast"}, TypeError,
            "compare_optimisers: learning_rates['gradient_descent'] must be one number, got 'fast'",
        ),
        (
            {"schedule": "linear"}, ValueError,
            "compare_optimisers: schedule must be one of constant, step_decay, exponential, cosine, warm_up, got 'linear'",
        ),
        ({"epochs": 0}, ValueError, "compare_optimisers: epochs must be a whole number from 1 to 300, got 0"),
        ({"batch_size": 0}, ValueError, "compare_optimisers: batch_size must be a whole number from 1 to 256, got 0"),
        (
            {"params": NET, "X": X4, "Y": Y4, "width": 3}, TypeError,
            "compare_optimisers: params already holds width; give either params or width",
        ),
        ({"Y": Y4}, ValueError, "compare_optimisers: X and Y belong together: pass both, or neither"),
        (
            {"params": NET}, TypeError,
            "compare_optimisers: params need X and Y, their examples in columns, shapes (n_0, m) and (n_L, m)",
        ),
        (
            {"X": X4, "Y": Y4, "data": "xor"}, TypeError,
            "compare_optimisers: got X and Y and data='xor'; give either examples of your own or a name",
        ),
    ],
)  # fmt: skip
def test_what_it_cannot_show_is_refused(settings, error, message):
    with pytest.raises(error) as caught:
        compare_optimisers(**settings)
    assert str(caught.value) == message
