"""The Python side of the converter figure: every convention's formulas give the library's gradient."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab import convert, network
from backprop_lab.activations import tanh_derivative
from backprop_lab.figures.converter import converter
from backprop_lab.figures.converter_conventions import AFTER_FIRST, ARRAYS, CONVENTIONS, NAMES, SIDES, STEPS
from backprop_lab.figures.converter_reading import BASE, Reading
from backprop_lab.figures.converter_still import belongs
from backprop_lab.figures.converter_words import LETTERS, captions, note, shape
from backprop_lab.figures.wording import plain, show
from backprop_lab.layers import Parameters

SIZES = [(3, 2, 5, 4), (1, 1, 1, 1), (5, 5, 5, 5), (2, 4, 3, 1), (4, 1, 2, 5), (1, 3, 1, 2)]
each = pytest.mark.parametrize("convention", CONVENTIONS)
sized = pytest.mark.parametrize("sizes", SIZES)


def library(reading: Reading) -> tuple[Parameters, network.Gradients, dict[str, np.ndarray]]:
    """The same network in the library: its parameters, gradients, and every array by the figure's names."""
    t = reading.tables
    params = Parameters.of({1: t["W"], 2: t["W2"]}, {1: t["b"], 2: t["b2"]}, ("tanh", "identity"), "squared_error")
    cache = network.forward(params, t["X"])
    grads = network.backward(params, cache, t["Y"])
    arrays = {
        "X": t["X"], "W": params.W[1], "b": params.b[1], "Z": cache.z[1], "A": cache.a[1], "W2": params.W[2],
        "D2": grads.delta[2], "D": grads.delta[1], "dW": grads.dW[1], "db": grads.db[1],
    }  # fmt: skip
    return params, grads, arrays


def differs(array: np.ndarray, wanted: np.ndarray) -> float:
    assert array.shape == wanted.shape
    return float(np.max(np.abs(array - wanted)) / np.max(np.abs(wanted)))


@each
@sized
def test_each_convention_computes_what_the_library_does(convention, sizes):
    reading = Reading(convention, *sizes)
    _, _, wanted = library(reading)
    for name in ARRAYS:
        assert differs(reading.book[name], wanted[name]) <= 1e-12
        assert differs(reading.taken_back(name), wanted[name]) <= 1e-12
        assert reading.theirs[name].shape == reading.shape(name)
        assert reading.book[name].shape == reading.shape(name, ours=True)


@sized
def test_the_module_that_converts_agrees(sizes):
    for convention, keys in (("rows", ("0.weight", "0.bias", "2.weight")), ("keras", (0, 1, 2)), ("theta", (1, 1, 2))):
        reading = Reading(convention, *sizes)
        params, grads, _ = library(reading)
        turn = {"rows": convert.to_state_dict, "keras": convert.to_keras, "theta": convert.to_theta}[convention]
        there, gradients = turn(params), turn(grads)
        for name, key in zip(("W", "b", "W2"), keys, strict=True):
            np.testing.assert_array_equal(reading.theirs[name], there[key])
        for name, key in zip(("dW", "db"), keys[:2], strict=True):
            assert differs(reading.theirs[name], gradients[key]) <= 1e-12
    rows = Reading("rows", *sizes)
    np.testing.assert_array_equal(convert.rows(rows.book["X"]), rows.theirs["X"])


def names_in_code(reading: Reading) -> dict[str, object]:
    """What a line of NumPy of the figure may use."""
    a = reading.theirs
    common = {"np": np, "m": reading.m, "X": a["X"], "b": a["b"], "Z": a["Z"], "delta": a["D"], "delta2": a["D2"]}
    weights = {"columns": "W", "rows": "W", "keras": "K", "theta": "Theta"}[reading.convention]
    if reading.convention == "theta":
        common |= {"X": reading.book["X"], "dL_dTheta": a["dW"]}
    return common | {weights: a["W"], f"{weights}2": a["W2"], "derivative": tanh_derivative}


@each
@sized
def test_each_line_of_numpy_runs_and_gives_what_it_is_said_to(convention, sizes):
    reading = Reading(convention, *sizes)
    for line, name in zip(reading.words.code, ("Z", "D", "dW", "db"), strict=True):
        left, right = line.split(" = ", 1)
        made = eval(right, names_in_code(reading))
        wanted = reading.taken_back("db") if (convention, name) == ("theta", "db") else reading.theirs[name]
        assert (
            left in ("Z", "delta")
            or left == f"dL_d{reading.words.names[name][-1]}".replace("Θ", "Theta")
            or left == "dL_db"
        )
        assert differs(made, wanted) <= 1e-12


@pytest.mark.parametrize(
    ("convention", "step", "wrong"),
    [
        ("rows", 0, "X @ W + b"),
        ("rows", 1, "(delta2 @ W2.T) * derivative(Z)"),
        ("rows", 2, "X.T @ delta"),
        ("rows", 3, "delta.sum(axis=1)"),
        ("keras", 2, "delta.T @ X"),
        ("theta", 2, "delta @ X.T"),
        ("columns", 3, "delta.sum(axis=0, keepdims=True)"),
    ],
)
def test_a_line_of_another_convention_would_be_found(convention, step, wrong):
    reading = Reading(convention, 3, 2, 5, 4)
    wanted = reading.theirs[("Z", "D", "dW", "db")[step]]
    try:
        made = eval(wrong, names_in_code(reading))
    except ValueError:
        return
    assert made.shape != wanted.shape or differs(made, wanted) > 1e-12


@pytest.mark.parametrize("n_next", [1, 2, 3, 4, 5])
def test_the_mean_over_all_entries_is_two_nths_of_our_loss(n_next):
    reading = Reading("rows", 3, 2, n_next, 4)
    params, _, _ = library(reading)
    cache = network.forward(params, reading.tables["X"])
    theirs = np.mean((cache.a[2] - reading.tables["Y"]) ** 2)
    assert theirs == pytest.approx(2 / n_next * network.loss(params, cache, reading.tables["Y"]), rel=1e-12)
    for convention in ("rows", "keras"):
        assert f"here 2/{n_next} = {show(2 / n_next, 3)}" in note(Reading(convention, 3, 2, n_next, 4))


@each
def test_every_array_has_a_name_sides_and_a_word_for_what_becomes_of_it(convention):
    words = CONVENTIONS[convention]
    assert len(words.formulas) == len(words.code) == len(STEPS)
    assert set(words.names) == set(words.sides) == set(words.same) == set(ARRAYS) == set(NAMES)
    assert {side for sides in words.sides.values() for side in sides} <= set(SIDES)
    ours = CONVENTIONS["columns"]
    for name in ARRAYS:
        assert (words.same[name] == "the same") == (words.sides[name] == ours.sides[name])


def test_what_of_theta_is_the_array_is_told_apart():
    for name in AFTER_FIRST["theta"]:
        reading = Reading("theta", 3, 2, 5, 4, name)
        table = reading.theirs[name]
        mine = [v for (i, j), v in np.ndenumerate(table) if belongs(reading, i, j)]
        np.testing.assert_array_equal(mine, reading.taken_back(name).ravel())


def drawn(svg: str) -> str:
    return " ".join(node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))


@each
@pytest.mark.parametrize("array", ARRAYS)
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(convention, array):
    figure, reading = converter(convention, array=array), Reading(convention, 3, 2, 5, 4, array)
    words = drawn(figure.svg)
    assert reading.words.says in figure.alt
    for said in (
        reading.words.says,
        LETTERS,
        note(reading),
        *reading.words.formulas,
        *reading.words.code,
        *captions(reading),
    ):
        assert said in figure.trace
    for said in (reading.words.says, note(reading), *reading.words.formulas, *captions(reading)):
        assert said in words
    for name in ARRAYS:
        assert shape(reading.shape(name)) in figure.trace
        assert shape(reading.shape(name, ours=True)) in words
    for value in (*reading.book[array].flat, *reading.theirs[array].flat):
        assert plain(float(value)) in figure.trace
        assert show(float(value), 3) in words
    assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt + words), "a negative zero"


def test_the_network_is_fixed_and_is_left_as_it_is():
    before = {name: table.copy() for name, table in BASE.items()}
    assert converter().setting == converter().setting
    converter("theta", n_in=5, array="dW")
    for name, table in BASE.items():
        np.testing.assert_array_equal(table, before[name])
        assert np.all(table != 0)


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: converter("torch"), ValueError, "converter: convention must be one of columns, rows, keras, theta, got 'torch'"),
        (lambda: converter(3), ValueError, "converter: convention must be one of columns, rows, keras, theta, got 3"),
        (lambda: converter(array="Y"), ValueError, "converter: array must be one of X, W, b, Z, A, W2, D2, D, dW, db, got 'Y'"),
        (lambda: converter(m=2.5), TypeError, "converter: m must be one whole number, got 2.5"),
        (lambda: converter(n_out=True), TypeError, "converter: n_out must be one whole number, got True"),
        (
            lambda: converter(n_in=6),
            ValueError,
            "converter: n_in must lie between 1 and 5, got 6: the figure has no room for more; "
            "backprop_lab.convert has no such limit",
        ),
        (
            lambda: converter(n_next=0),
            ValueError,
            "converter: n_next must lie between 1 and 5, got 0: the figure has no room for more; "
            "backprop_lab.convert has no such limit",
        ),
    ],
)  # fmt: skip
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind) as caught:
        wrong()
    assert str(caught.value) == said
