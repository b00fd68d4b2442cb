"""What chapters quote: a file for each measurement and the other way round, and what is written is what was measured."""

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from backprop_lab import measured, network
from backprop_lab.benchmark import book
from backprop_lab.command_line.main import app


def test_each_measurement_is_stored_and_each_stored_one_can_be_measured_again():
    lacking = set(book.MEASUREMENTS) - set(measured.names())
    assert not lacking, f"run backprop-lab measure {' '.join(lacking)}"
    assert set(measured.names()) == set(book.MEASUREMENTS)
    for name in measured.names():
        found = measured.read(name)
        assert set(found) == {"date", "machine", "rows"}
        assert f"by: backprop-lab measure {name}" in repr(found)


def test_a_name_that_is_none_is_told_those_that_are():
    with pytest.raises(ValueError, match=r"no measurement is called 'batch'; there are .*batches, .*start_up"):
        measured.read("batch")
    result = CliRunner().invoke(app, ["measure", "batch"])
    assert result.exit_code == 2
    assert "no measurement is called batch; there are " in result.output


def test_both_ways_that_are_timed_compute_the_same_gradient():
    rng = np.random.default_rng(3)
    params = network.init((2, 3, 2), "sigmoid", "squared_error", seed=1)
    X, Y = rng.standard_normal((2, 7)), rng.random((2, 7))
    right = book.at_once(params, X, Y)
    np.testing.assert_allclose(book.one_by_one(params, X, Y), right, rtol=0, atol=1e-16)
    assert abs(right).max() > 1e-3


def test_what_is_written_can_be_read(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "FOLDER", tmp_path)
    monkeypatch.setitem(book.MEASUREMENTS, "batches", lambda root: {"rows": [{"m": 1}]})
    file = book.record("batches", tmp_path)
    found = json.loads(file.read_text("utf-8"))
    assert found["rows"] == [{"m": 1}]
    assert found["date"].count("-") == 2
    assert "cores" in found["machine"]


def test_without_a_book_the_start_is_not_measured_and_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(book, "FOLDER", tmp_path)
    result = CliRunner().invoke(app, ["measure", "start_up", "--root", str(tmp_path)])
    assert result.exit_code == 2
    assert "run make book first" in result.output
    assert list(tmp_path.iterdir()) == []
