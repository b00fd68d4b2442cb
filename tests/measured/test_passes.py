"""What chapter 10 quotes: the stored rows are of the form that it prints, and what is measured is a gradient."""

import numpy as np
import pytest

from backprop_lab import measured
from backprop_lab.benchmark import passes, scaling


@pytest.mark.parametrize("every", [1, 2, 3, 5, 6])
def test_a_gradient_with_layers_computed_anew_is_the_gradient(every):
    params, X, Y = passes.drawn(depth=6, m=7)
    np.testing.assert_allclose(
        passes.recomputing(params, X, Y, every), passes.keeping(params, X, Y), rtol=0, atol=1e-14
    )


def test_a_prediction_is_the_last_activation():
    params, X, _ = passes.drawn(depth=3, m=5)
    from backprop_lab import network

    np.testing.assert_array_equal(passes.prediction(params, X), network.forward(params, X).a[3])


def test_the_seconds_are_those_of_the_series_up_to_a_million_parameters():
    rows = measured.read("passes")["rows"]
    sizes = [list(sizes) for sizes, _ in scaling.SERIES["parameters"]]
    assert [row["sizes"] for row in rows] == sizes * 2
    assert rows[-1]["parameters"] > 990_000
    assert {row["m"] for row in rows} == {16, passes.MORE_EXAMPLES}
    for row in rows:
        assert 0 < row["forward"] < row["backward"] < row["finite_differences"]
        assert row["extrapolated"] == (2 * row["parameters"] * row["forward"] > scaling.PATIENCE)


def test_the_peaks_grow_with_depth_and_batch_and_less_where_layers_are_computed_anew():
    rows = {(row["depth"], row["m"]): row for row in measured.read("memory")["rows"]}
    assert rows.keys() == {(depth, m) for depth in passes.DEPTHS for m in passes.BATCHES}
    for (depth, m), row in rows.items():
        cache = 2 * depth * row["width"] * m * 8
        assert row["keep"] > cache
        assert row["predict"] < row["recompute"] < row["keep"]
        assert row["every"] ** 2 == depth
    assert rows[64, 1000]["recompute"] < 0.3 * rows[64, 1000]["keep"]


def test_a_question_is_asked_in_one_thread(monkeypatch):
    asked = {}

    class Done:
        stdout = "[1]"

    def run(call, *, env, **more):
        asked.update(call=call, env=env)
        return Done

    monkeypatch.setattr(passes.subprocess, "run", run)
    assert passes.memory(None) == {"rows": [1]}
    assert asked["call"][-2:] == ["backprop_lab.benchmark.passes", "peaks"]
    assert asked["env"]["OPENBLAS_NUM_THREADS"] == "1"
