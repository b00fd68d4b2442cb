"""The Python side of the shapes figure: its numbers are the library's, and its verdicts are those of NumPy."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from backprop_lab import network
from backprop_lab.figures.shapes import EXAMPLE, EXAMPLE_X, EXAMPLE_Y, shapes
from backprop_lab.figures.shapes_products import EDGES, PRODUCTS, RIGHT, Reading
from backprop_lab.figures.shapes_still import in_cell
from backprop_lab.figures.shapes_words import product, summed, verdict
from backprop_lab.figures.wording import plain, show

SCRIPTS = ("shapes_products.js", "shapes_picture.js", "shapes.js")


def reading(product: str, sizes=(3, 4, 2), m=5, layer=1, entry=(1, 1)) -> Reading:
    params = network.init(sizes, "tanh", seed=4)
    params.vector[:] = np.random.default_rng(4).normal(size=params.vector.size)
    rng = np.random.default_rng(5)
    return Reading(params, rng.normal(size=(sizes[0], m)), rng.normal(size=(sizes[-1], m)), layer, product, *entry)


def drawn(svg: str) -> str:
    return "\n".join(node.text or "" for node in ET.fromstring(svg).iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("layer", [1, 2])
@pytest.mark.parametrize("key", RIGHT)
def test_the_right_products_are_what_the_library_computes(key, layer):
    r = reading(key, (3, 4, 2, 5), layer=layer)
    cache = network.forward(r.params, r.X)
    grads = network.backward(r.params, cache, r.Y)
    slope = 1 - np.tanh(cache.z[layer]) ** 2
    wanted = {"WA": cache.z[layer], "DAt": grads.dW[layer], "D1": grads.db[layer]}
    if key == "VtE":  # the library has it only with the slope on it
        np.testing.assert_allclose(r.result * slope, grads.delta[layer], rtol=1e-12)
    else:
        np.testing.assert_allclose(r.result, wanted[key], rtol=1e-12, atol=1e-14)
    assert r.kind == "right"
    assert r.differing[0] == 0


@pytest.mark.parametrize("key", PRODUCTS)
def test_only_the_right_products_fit_where_all_sizes_differ(key):
    r = reading(key)
    assert (r.kind == "right") == (key in RIGHT)
    assert (r.kind == "turned") == (key == "ADt")
    if r.kind == "misfit":
        assert r.result is None
        with pytest.raises(ValueError, match="mismatch"):
            r.factors[0] @ r.factors[1]
        assert "cannot be formed" in verdict(r)


@pytest.mark.parametrize("key", [key for key in PRODUCTS if key not in RIGHT])
def test_where_all_sizes_are_equal_a_wrong_product_fits_and_is_wrong(key):
    r = reading(key, (3, 3, 3), m=3)
    assert r.kind in ("accident", "turned")
    if r.shape == r.wanted.shape:
        many, i, j = r.differing
        assert many > 0
        gap = np.abs(r.result - r.wanted)
        assert gap[i - 1, j - 1] == gap.max()
        assert f"entry {i}, {j}, {show(r.result[i - 1, j - 1])} instead of" in verdict(r)
        assert "no error is raised" in verdict(r)
    else:
        assert key == "1tD"
        assert r.stretches
        assert (np.zeros((3, 1)) - r.result).shape == (3, 3)


def test_a_transpose_on_its_side_holds_the_right_numbers_in_the_wrong_places():
    r = reading("ADt")
    np.testing.assert_array_equal(r.result.T.shape, r.wanted.shape)
    np.testing.assert_allclose(r.result.T, r.wanted, rtol=1e-12)
    assert "on its side" in verdict(r)


def test_what_only_one_unit_hides_is_said():
    assert "all the same" in verdict(reading("ADt", (1, 1, 1), m=2))


@pytest.mark.parametrize("key", [k for k, v in PRODUCTS.items()])
def test_the_sum_has_a_term_for_each_pair_and_gives_the_entry(key):
    r = reading(key, (3, 3, 3), m=3, entry=(1, 1))
    numbers = summed(r, plain, 17).split(" = ")[-2].replace("·", "*")
    assert np.isclose(eval(numbers, {"__builtins__": {}}), r.result[0, 0], rtol=1e-12)


@pytest.mark.parametrize("key", PRODUCTS)
def test_the_still_the_alt_text_and_the_trace_hold_the_numbers(key):
    figure = shapes(product=key)
    r = Reading(EXAMPLE, np.array(EXAMPLE_X), np.array(EXAMPLE_Y), 1, key)
    words = " ".join(drawn(figure.svg).split())
    assert verdict(r) in figure.alt
    assert verdict(r) in figure.trace
    assert verdict(r) in words
    assert " ".join(summed(r, show, 3).split()) in words
    assert product(r) in figure.trace
    for value in r.wanted.flat:
        assert plain(float(value)) in figure.trace
    for table, (rows, columns) in EDGES.items():
        if table != "one":
            assert f"{r.sizes[rows]}×{r.sizes[columns]}" in words
    for value in r.factors[0].flat:
        assert in_cell(float(value), 40.0) in words or in_cell(float(value), 30.0) in words
    assert not re.search(r"[-−]0(\.0+)?(?![.\d])", figure.trace + figure.alt + words), "a negative zero"


def test_a_network_of_the_library_and_any_layer_but_the_last_can_be_shown():
    r = reading("DAt", (2, 3, 4, 1), m=2, layer=2)
    figure = shapes(r.params, r.X, r.Y, layer=2, product="DAt", entry=(4, 3))
    assert figure.setting["W"]["2"] == r.params.W[2].tolist()
    assert [figure.setting[k] for k in ("inputs", "units", "next", "examples", "i", "j")] == [3, 4, 1, 2, 4, 3]
    assert "∂L/∂w⁽²⁾₄₃ = " in figure.trace
    assert shapes(network.init((2, 2, 1), dtype="float32"), [[1], [2]], [[1]]).setting["examples"] == 1


NET = network.init((2, 2, 1))
X, Y = [[1.0], [2.0]], [[1.0]]


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: shapes(3, X, Y), TypeError, "shapes: params must be a network.Parameters, got int"),
        (lambda: shapes(NET), TypeError, "params, X and Y come together, got params only"),
        (lambda: shapes(X=X, Y=Y), TypeError, "come together, got X and Y only"),
        (lambda: shapes(network.init((7, 2, 1)), np.ones((7, 1)), Y), ValueError, "room for 8 layers of 6 units"),
        (lambda: shapes(network.init((2, 1)), X, Y), ValueError, "must have at least 2 layers, got 1"),
        (lambda: shapes(NET, np.ones((2, 6)), np.ones((1, 6))), ValueError, "6 examples, and there is room for 5"),
        (lambda: shapes(NET, np.ones((3, 1)), Y), ValueError, r"X"),
        (lambda: shapes(NET, [[1e6], [2]], Y), ValueError, "X must lie between -100 and 100"),
        (lambda: shapes(layer=2), ValueError, "layer must lie between 1 and 1, got 2"),
        (lambda: shapes(layer="1"), TypeError, "layer must be one whole number, got '1'"),
        (lambda: shapes(product="ZZ"), ValueError, "product must be one of WA, WtA, AW"),
        (lambda: shapes(entry=3), TypeError, "entry must be a row and a column"),
        (lambda: shapes(entry=(1.5, 1)), TypeError, "entry must be two whole numbers"),
        (lambda: shapes(entry=(5, 1)), ValueError, "the result is 4 × 5, entry must lie in it"),
    ],
)
def test_a_wrong_input_is_refused_with_its_name_and_the_fix(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()
