"""Data: shapes, seeds, the geometry of the toys, the digits and where they come from, and the door for rows."""

import hashlib
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backprop_lab import data

GENERATORS = {"xor": data.xor, "moons": data.moons, "circles": data.circles, "spirals": data.spirals}
DATASETS = Path(data.__file__).parent / "datasets"


@pytest.mark.parametrize("name", GENERATORS)
@pytest.mark.parametrize("m", [4, 5, 11, 100])
def test_examples_are_columns_and_the_two_classes_take_turns(name, m):
    X, Y = GENERATORS[name](m)
    assert X.shape == (2, m)
    assert Y.shape == (1, m)
    assert X.dtype == Y.dtype == np.float64
    assert set(Y.ravel()) == {0.0, 1.0}
    assert abs(Y.sum() - m / 2) <= 1
    assert np.isfinite(X).all()


@pytest.mark.parametrize("name", GENERATORS)
def test_one_seed_gives_one_set_and_nothing_else_matters(name):
    X, Y = GENERATORS[name](20, noise=0.1, seed=3)
    np.random.random(7)  # what others draw from NumPy's shared generator
    again, Y_again = GENERATORS[name](20, noise=0.1, seed=3)
    other, Y_other = GENERATORS[name](20, noise=0.1, seed=4)
    assert np.array_equal(X, again)
    assert np.array_equal(Y, Y_again)
    assert not np.array_equal(X, other)
    assert np.array_equal(Y, Y_other)  # the noise differs, the labels do not
    X[:] = 0
    assert np.array_equal(GENERATORS[name](20, noise=0.1, seed=3)[0], again)


def test_the_noise_has_the_standard_deviation_asked_for():
    for make in GENERATORS.values():
        noise = make(10_000, noise=0.3)[0] - make(10_000, noise=0.0)[0]
        assert noise.std() == pytest.approx(0.3, rel=0.03)
        assert np.abs(noise.mean(axis=1)).max() < 0.02


def test_xor_is_one_where_exactly_one_coordinate_is():
    X, Y = data.xor(6)
    assert X.tolist() == [[0, 0, 1, 1, 0, 0], [0, 1, 0, 1, 0, 1]]
    assert Y.tolist() == [[0, 1, 1, 0, 0, 1]]


def test_the_shapes_are_what_their_names_say():
    X, Y = data.circles(50, noise=0.0, inner=0.4)
    assert np.linalg.norm(X, axis=0) == pytest.approx(np.where(Y[0] == 0, 1.0, 0.4), rel=1e-12)
    assert len({tuple(x) for x in X.T.round(9)}) == 50  # the circle is closed without a point twice
    X, Y = data.moons(50, noise=0.0)
    centres = np.where(Y == 0, [[0.0], [0.0]], [[1.0], [0.5]])
    assert np.linalg.norm(X - centres, axis=0) == pytest.approx(np.ones(50), rel=1e-12)
    assert (X[1, Y[0] == 0] > -1e-12).all()
    assert (X[1, Y[0] == 1] < 0.5 + 1e-12).all()
    X, Y = data.spirals(90, noise=0.0, classes=3, turns=0.75)
    assert Y.shape == (3, 90)
    assert Y.sum(axis=0).tolist() == [1.0] * 90
    turned = np.array([[-0.5, -np.sqrt(0.75)], [np.sqrt(0.75), -0.5]]) @ X[:, 0::3]  # by a third of a full turn
    assert X[:, 1::3] == pytest.approx(turned, abs=1e-12)


@pytest.mark.parametrize("name", ["moons", "circles", "spirals"])
def test_no_straight_line_parts_the_toys(name):
    """Least squares with a bias is a fair try; if it could do it, no hidden layer would be needed."""
    X, Y = GENERATORS[name]()
    design = np.vstack([np.ones(X.shape[1]), X])
    guess = np.linalg.lstsq(design.T, Y[0], rcond=None)[0] @ design
    assert ((guess > 0.5) == (Y[0] > 0.5)).mean() < 0.95


# --- The digits. ---


def test_the_digits_are_the_ones_that_were_published():
    X, Y = data.digits()
    assert X.shape == (64, 1797)
    assert np.array_equal(np.unique(X) * 16, np.arange(17))
    assert Y.sum(axis=1).astype(int).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert Y.argmax(axis=0)[:12].tolist() == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1]
    # The first row of the published file, a zero.
    assert (X[:, 0] * 16).astype(int).reshape(8, 8)[:3].tolist() == [
        [0, 0, 5, 13, 9, 1, 0, 0],
        [0, 0, 13, 15, 10, 15, 5, 0],
        [0, 3, 15, 2, 0, 11, 8, 0],
    ]
    digest = hashlib.sha256((X * 16).astype(np.uint8).tobytes() + Y.argmax(axis=0).astype(np.uint8).tobytes())
    assert digest.hexdigest() == PIXELS_AND_LABELS


def test_two_calls_give_two_arrays():
    X, _ = data.digits()
    X[:] = 0
    assert data.digits()[0].any()


def test_the_file_is_small_and_its_script_and_its_licence_lie_beside_it():
    assert (DATASETS / "digits.npz").stat().st_size < 46_000
    assert (DATASETS / "make_digits.py").exists()
    licence = (DATASETS / "LICENSE-digits.md").read_text("utf-8")
    for part in ("Alpaydin", "Kaynak", "CC BY 4.0", "10.24432/C50P49", "**Changes:**"):
        assert part in licence


def test_the_script_makes_the_stored_file():
    load = pytest.importorskip("sklearn.datasets", reason="scikit-learn is not installed").load_digits
    stored = np.load(DATASETS / "digits.npz")
    assert np.array_equal(stored["pixels"], load().data.T)
    assert np.array_equal(stored["labels"], load().target)


# --- One-hot, columns, split, standardise. ---


@given(labels=st.lists(st.integers(0, 5), min_size=1, max_size=20))
def test_one_hot_is_undone_by_argmax(labels):
    Y = data.one_hot(labels, 6)
    assert Y.shape == (6, len(labels))
    assert Y.argmax(axis=0).tolist() == labels
    assert Y.sum() == len(labels)


def test_small_whole_numbers_count_to_their_class():
    assert data.one_hot(np.array([200, 255], dtype=np.uint8), 256).argmax(axis=0).tolist() == [200, 255]


@pytest.mark.parametrize(
    ("labels", "classes", "error", "message"),
    [
        ([0, -1], 3, ValueError, r"labels\[1\] is -1, expected 0 … 2 for 3 classes"),
        ([1, 2, 3], 3, ValueError, r"labels\[2\] is 3, expected 0 … 2 for 3 classes: labels count from 0"),
        ([0.0, 1.0], 2, TypeError, r"labels must be whole numbers, got dtype float64; use labels.astype\(int\)"),
        ([True], 2, TypeError, "got dtype bool"),
        ([[0], [1]], 2, ValueError, r"labels has shape \(2, 1\), expected \(m,\).*labels.ravel\(\)"),
        ([0], 0, ValueError, "classes must be a whole number of at least 1, got 0"),
        ([0], 2.0, ValueError, "classes must be a whole number"),
    ],
)
def test_bad_labels_are_refused(labels, classes, error, message):
    with pytest.raises(error, match=message):
        data.one_hot(labels, classes)


def test_columns_copies_turns_and_keeps_the_floats():
    X_rows = np.arange(6, dtype=np.float32).reshape(2, 3)
    X = data.columns(X_rows)
    assert X.shape == (3, 2)
    assert X.dtype == np.float32
    assert X.flags.c_contiguous
    assert np.array_equal(X[:, 1], X_rows[1])
    X[:] = -1
    assert X_rows.min() == 0
    assert data.columns(np.ones((2, 3), dtype=int)).dtype == np.float64


@pytest.mark.parametrize(
    ("X_rows", "error", "message"),
    [
        (
            np.ones(3),
            ValueError,
            r"X_rows has shape \(3,\), expected \(m, n\).*reshape\(1, -1\).*3 features.*\(-1, 1\)",
        ),
        (np.ones((5, 8, 8)), ValueError, r"X_rows has shape \(5, 8, 8\).*reshape\(len\(X_rows\), -1\)"),
        (1.0, ValueError, r"X_rows has shape \(\)"),
        ([["a", "b"]], TypeError, "X_rows must hold numbers"),
    ],
)
def test_what_cannot_be_turned_is_refused_with_the_fix(X_rows, error, message):
    with pytest.raises(error, match=message):
        data.columns(X_rows)


def test_a_split_loses_nothing_keeps_pairs_together_and_follows_its_seed():
    X = np.arange(20.0).reshape(1, 20)
    parts = data.split(X, X * 10, fraction=0.75, seed=1)
    X_train, Y_train, X_test, Y_test = parts
    assert X_train.shape == (1, 15)
    assert sorted([*X_train[0], *X_test[0]]) == list(range(20))
    assert np.array_equal(Y_train, X_train * 10)
    assert np.array_equal(Y_test, X_test * 10)
    assert all(np.array_equal(a, b) for a, b in zip(parts, data.split(X, X * 10, fraction=0.75, seed=1), strict=True))
    assert not np.array_equal(X_test, data.split(X, X * 10, fraction=0.75, seed=2)[2])
    assert not any(np.shares_memory(part, X) for part in parts)


@pytest.mark.parametrize("fraction", [0, 1, 1.5, -0.5, 0.01])
def test_a_split_with_an_empty_part_is_refused(fraction):
    with pytest.raises(ValueError, match=f"fraction = {re.escape(str(fraction))} of 4 examples"):
        data.split(*data.xor(), fraction=fraction)


def test_a_split_of_what_does_not_fit_is_refused():
    with pytest.raises(ValueError, match=r"X has shape \(4, 2\) and Y \(1, 4\)"):
        data.split(np.ones((4, 2)), np.ones((1, 4)))


def test_a_test_set_is_standardised_by_the_training_set():
    rng = np.random.default_rng(0)
    train, test = rng.normal(5, 3, (2, 500)), rng.normal(8, 6, (2, 500))
    assert data.standardise(train).mean(axis=1) == pytest.approx([0, 0], abs=1e-12)
    assert data.standardise(train).std(axis=1) == pytest.approx([1, 1], rel=1e-12)
    by_train = data.standardise(test, like=train)
    assert by_train.mean(axis=1) == pytest.approx([1, 1], abs=0.3)  # still one deviation away, as it was …
    assert by_train.std(axis=1) == pytest.approx([2, 2], abs=0.2)  # … and twice as wide
    pixels = data.digits()[0]
    assert np.isfinite(data.standardise(pixels)).all()  # some pixels are always blank
    with pytest.raises(ValueError, match="the same n features"):
        data.standardise(test, like=train[:1])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.xor(3), "m must be a whole number of at least 4, got 3"),
        (lambda: data.moons(1), "m must be a whole number of at least 2"),
        (lambda: data.moons(10.0), "m must be a whole number"),
        (lambda: data.moons(noise=-0.1), "noise must be a standard deviation of at least 0, got -0.1"),
        (lambda: data.circles(noise=float("nan")), "noise must be"),
        (lambda: data.circles(inner=1.0), "inner must lie between 0 and 1"),
        (lambda: data.spirals(classes=1), "classes must be a whole number of at least 2, got 1"),
        (lambda: data.spirals(2, classes=3), "m must be a whole number of at least 3"),
    ],
)
def test_bad_settings_are_refused_by_name(call, message):
    with pytest.raises(ValueError, match=message):
        call()


PIXELS_AND_LABELS = "ac9fdfe258aefd68bbcff8fd47e4f51466aa6edad18827c191d2c41d9d188f6e"
