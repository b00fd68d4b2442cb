"""E5: the network of the notebook worked by hand, and two layers as students get them wrong."""

import numpy as np
import pytest

from backprop_lab.exercises import load
from backprop_lab.grading.calibrate import answered

E05 = load("e05")
# The network of the notebook: two inputs, two hidden units with tanh, one output with a sigmoid, squared error.
PARAMS = {
    "W1": np.array([[0.5, -0.5], [1.0, 0.25]]), "b1": np.array([[0.5], [-0.5]]), "activation1": "tanh",
    "W2": np.array([[3.0, -2.0]]), "b2": np.array([[1.5]]), "activation2": "sigmoid", "loss": "squared_error",
}  # fmt: skip
X, Y = np.array([[1.0], [2.0]]), np.array([[1.0]])


def activate(name, z):
    with np.errstate(over="ignore"):
        a = 1 / (1 + np.exp(-z))
    return {"identity": z * 1, "sigmoid": a, "tanh": np.tanh(z), "softplus": np.logaddexp(0, z), "relu": z * (z > 0)}[
        name
    ]


def slope(name, z):
    a = activate("sigmoid", z)
    return {
        "identity": z * 0 + 1.0, "sigmoid": a * (1 - a), "tanh": 1 - np.tanh(z) ** 2, "softplus": a, "relu": z > 0,
    }[name]  # fmt: skip


def forward(params, x):
    z1 = params["W1"] @ x + params["b1"]
    a1 = activate(params["activation1"], z1)
    z2 = params["W2"] @ a1 + params["b2"]
    return {"a0": x, "z1": z1, "a1": a1, "z2": z2, "a2": activate(params["activation2"], z2)}


def dL_da(params, cache, y):
    a = cache["a2"]
    return a - y if params["loss"] == "squared_error" else -y / a + (1 - y) / (1 - a)


def delta2_of(params, cache, y):
    return dL_da(params, cache, y) * slope(params["activation2"], cache["z2"])


def back_of(params, cache, delta2):
    return params["W2"].T @ delta2


def slope1_of(params, cache):
    return slope(params["activation1"], cache["z1"])


def backward(delta2_of=delta2_of, back_of=back_of, slope1_of=slope1_of, **others):
    """A student's function, line by line; ``others`` are ``(delta, cache) -> gradient`` by key."""

    def function(params, cache, y):
        delta2 = delta2_of(params, cache, y)
        delta1 = back_of(params, cache, delta2) * slope1_of(params, cache)
        grads = {"delta2": delta2, "delta1": delta1, "dL_db2": delta2, "dL_db1": delta1}
        grads |= {"dL_dW2": delta2 @ cache["a1"].T, "dL_dW1": delta1 @ cache["a0"].T}
        return grads | {key: other(grads, cache) for key, other in others.items()}

    return function


def results(seed=0, **wrong):
    fixtures = E05.fixtures(np.random.default_rng(seed))
    functions = {"forward": forward, "backward": backward(), **wrong}
    return {r.term.name: r for r in answered(E05, functions, fixtures)}


def codes(found):
    return {name: set(result.codes) for name, result in found.items() if result.outcome != "right"}


@pytest.mark.parametrize(
    ("term", "by_hand"),
    [
        ("z1", [[0], [1]]),  # 0.5·1 − 0.5·2 + 0.5 and 1·1 + 0.25·2 − 0.5
        ("a1", [[0], [0.76159]]),  # tanh 1
        ("z2", [[-0.02319]]),  # 3·0 − 2·0.76159 + 1.5
        ("a2", [[0.49420]]),  # 1/(1 + e^0.02319)
        ("delta2", [[-0.12643]]),  # (0.49420 − 1) · 0.49420 · 0.50580
        ("dL_dW2", [[0, -0.09629]]),  # −0.12643 · 0.76159
        ("dL_db2", [[-0.12643]]),
        ("delta1", [[-0.37930], [0.10620]]),  # 3·(−0.12643) · 1 and −2·(−0.12643) · (1 − 0.76159²)
        ("dL_dW1", [[-0.37930, -0.75859], [0.10620, 0.21239]]),  # times 1 and 2
        ("dL_db1", [[-0.37930], [0.10620]]),
    ],
)
def test_each_term_is_what_the_notebook_works_out_by_hand(term, by_hand):
    terms = E05.right_terms({"params": PARAMS, "x": X, "y": Y, "cache": forward(PARAMS, X)})
    np.testing.assert_allclose(terms[term], by_hand, atol=6e-6)


def test_points_are_as_planned():
    assert [t.points for t in E05.terms] == [1, 1, 1, 1, 4, 2, 1, 4, 2, 1]
    assert E05.points == 18


def no_slope_at_the_output(params, cache, y):
    return dL_da(params, cache, y)


def error_times_slope(params, cache, y):
    return (cache["a2"] - y) * slope(params["activation2"], cache["z2"])


WRONG = [
    ("delta2", "O1", {"delta2_of": no_slope_at_the_output}),
    ("delta2", "O5", {"delta2_of": error_times_slope}),
    ("delta2", "O6", {"delta2_of": lambda params, cache, y: cache["a2"] - y}),
    ("delta2", "O7", {"delta2_of": lambda params, cache, y: -delta2_of(params, cache, y)}),
    ("delta1", "H1", {"slope1_of": lambda params, cache: 1}),
    ("delta1", "H2", {"slope1_of": lambda params, cache: slope(params["activation1"], cache["a1"])}),
    ("delta1", "H6", {"back_of": lambda params, cache, delta2: params["W2"] @ delta2}),
    ("delta1", "H7", {"back_of": lambda params, cache, delta2: params["W1"].T @ delta2}),
    ("delta1", "H8", {"slope1_of": lambda params, cache: slope(params["activation1"], cache["z2"])}),
    ("delta1", "H12", {"back_of": lambda params, cache, delta2: np.zeros_like(cache["a1"])}),
    ("dL_dW2", "P1", {"dL_dW2": lambda grads, cache: cache["a1"] @ grads["delta2"].T}),
    ("dL_dW2", "P2", {"dL_dW2": lambda grads, cache: np.outer(grads["delta2"], cache["a2"])}),
    ("dL_dW2", "P3", {"dL_dW2": lambda grads, cache: grads["delta2"] @ cache["z1"].T}),
    ("dL_dW1", "M1", {"dL_dW1": lambda grads, cache: grads["delta1"] * cache["a0"]}),
    ("dL_dW1", "P2-delta", {"dL_dW1": lambda grads, cache: grads["delta2"] @ cache["a0"].T}),
    ("dL_db1", "P8", {"dL_db1": lambda grads, cache: np.zeros_like(grads["delta1"])}),
    ("dL_db2", "P16", {"dL_db2": lambda grads, cache: grads["delta1"]}),
]


@pytest.mark.parametrize(("term", "code", "wrong"), WRONG, ids=[row[1] for row in WRONG])
def test_what_a_student_writes_is_named_and_costs_its_own_points(term, code, wrong):
    for seed in range(2):
        found = codes(results(seed, backward=backward(**wrong)))
        # Zeros leave nothing to follow, and what is made from them is not given a name of its own.
        taken = {"dL_dW1": set(), "dL_db1": set()} if code == "H12" else {}
        assert found == {term: {code}, **taken}


def test_a_transpose_that_is_put_where_the_shapes_want_it_is_named():
    def back_of(params, cache, delta2):
        W2 = params["W2"]
        return W2 @ delta2 if W2.shape[0] == W2.shape[1] else W2.T @ delta2

    assert codes(results(backward=backward(back_of=back_of))) == {"delta1": {"H6"}}


@pytest.mark.parametrize("seed", range(3))
def test_what_raises_on_most_fixtures_hides_no_other_slip(seed):
    """W2 δ2 raises unless the layers are square, and takes the whole function with it."""
    wrong = backward(
        delta2_of=no_slope_at_the_output,
        back_of=lambda params, cache, delta2: params["W2"] @ delta2,
        dL_db1=lambda grads, cache: np.full(grads["delta1"].shape, grads["delta1"].sum()),
    )
    found = results(seed, backward=wrong)
    assert codes(found) == {"delta2": {"O1"}, "delta1": {"H6"}, "dL_db1": {"P7"}}
    assert all(found[name].left_out for name in ("delta2", "dL_dW2", "dL_db2", "dL_dW1", "dL_db1"))


@pytest.mark.parametrize("seed", [0, 11, 19])
def test_slips_are_named_where_units_are_saturated_and_slopes_are_written_in_a(seed):
    """1 − tanh² keeps no digit at z = 20, where the reference has all of them."""
    wrong = backward(
        back_of=lambda params, cache, delta2: np.abs(params["W2"]).T @ delta2,
        dL_dW2=lambda grads, cache: grads["delta1"] @ cache["a1"].T,
    )
    found = codes(results(seed, backward=wrong))
    assert found["delta1"] == {"H11"}


def test_an_exception_that_no_slip_explains_costs_everything_and_names_nothing():
    found = results(backward=lambda params, cache, y: params["w1"])
    assert codes(found) == {t.name: set() for t in E05.terms_of("backward")}


def test_a_relu_in_place_is_told_at_the_array_that_it_changed():
    def wrong(params, x):
        cache = forward(params, x)
        if params["activation1"] == "relu":
            cache["z1"][cache["z1"] < 0] = 0
        return cache

    assert codes(results(forward=wrong)) == {"z1": {"U2"}}


def test_the_visible_networks_show_a_transpose_as_a_shape_and_as_numbers_and_have_both_losses():
    shown = [f.inputs["params"] for f in E05.fixtures(np.random.default_rng(0), E05.visible)]
    assert {p["W2"].shape[0] == p["W2"].shape[1] for p in shown} == {True, False}
    assert {p["loss"] for p in shown} == {"squared_error", "binary_cross_entropy"}
