"""What is special to E3: numbers by hand, and points for two calls of ``slope`` that nobody gets for nothing."""

import pytest

from backprop_lab.exercises import load
from backprop_lab.exercises.model import student
from backprop_lab.exercises.values import Values
from backprop_lab.grading.calibrate import answered, fixtures_for

E03 = load("e03")
GRADIENTS = ("dL_dw1", "dL_db1", "dL_dw2", "dL_db2")


def results(functions, seed=0):
    return {r.term.name: r for r in answered(E03, functions, fixtures_for(E03, seed))}


def with_grads(chain_grads):
    return results({**student(E03), "chain_grads": chain_grads})


def test_the_numbers_by_hand():
    """z1 = 2·0.5 − 1 = 0 = a1, z2 = 3·0 + 0 = 0 = a2, and ∂L/∂a2 = 0 − 1 = −1; both slopes are 1.

    ∂L/∂w1 = −1 · 1 · 3 · 1 · 0.5 = −1.5, ∂L/∂b1 = −3, ∂L/∂w2 = −1 · a1 = 0, ∂L/∂b2 = −1.
    """
    params = {"w1": 2.0, "b1": -1.0, "w2": 3.0, "b2": 0.0, "loss": "squared_error"}
    params |= {"activation1": "identity", "activation2": "identity"}
    terms = E03.right_terms({"params": params, "x": 0.5, "y": 1.0})
    factors = [terms[name] for name in ("dL_da2", "da2_dz2", "dz2_da1", "da1_dz1", "dz1_dw1")]
    assert factors == [-1.0, 1.0, 3.0, 1.0, 0.5]
    assert [terms[name] for name in GRADIENTS] == [-1.5, -3.0, 0.0, -1.0]
    assert terms["reuse"] == 2


def test_points_are_those_of_the_plan():
    assert [sum(t.points for t in E03.terms_of(f)) for f in E03.functions] == [5, 7]


def test_zeros_with_two_calls_earn_no_point_for_reuse():
    def zeros(params, x, y, slope):
        slope("tanh", 0.5), slope("tanh", 0.5)
        return dict.fromkeys(GRADIENTS, 0.0)

    found = with_grads(zeros)
    assert found["reuse"].points == 0
    assert sum(found[name].points for name in GRADIENTS) == 0


def test_a_slope_of_one_s_own_is_no_reuse():
    right = student(E03)["chain_grads"]
    found = with_grads(lambda params, x, y, slope: right(params, x, y, lambda name, z: 0.0))
    assert (found["reuse"].points, found["reuse"].codes) == (0, ("R0",))
    assert all(found[name].outcome == "right" for name in GRADIENTS)


@pytest.mark.parametrize(("calls", "code"), [(3, "R3"), (4, "R4"), (5, "R5"), (6, "R6"), (7, None)])
def test_slopes_that_are_asked_for_again_cost_the_two_points_alone(calls, code):
    right = student(E03)["chain_grads"]

    def often(params, x, y, slope):
        for _ in range(calls - 2):
            slope("identity", 0.0)
        return right(params, x, y, slope)

    found = with_grads(often)
    assert found["reuse"].codes == ((code,) if code else ())
    assert {name for name, r in found.items() if r.outcome != "right"} == {"reuse"}


def test_the_error_sent_back_without_the_slope_has_two_names():
    """With one output O1 and H9 are the same numbers in the first neuron's gradients."""

    def students_way(params, x, y, slope):
        factors = student(E03)["chain_factors"](params, x, y, slope)
        e2, s1, s2 = factors[0], slope(params["activation1"], 0.1), slope(params["activation2"], 0.1)
        del s1, s2
        e1 = params["w2"] * e2
        right = student(E03)["chain_grads"](params, x, y, lambda name, z: 0.0)
        return {**right, "dL_dw1": e1 * factors[3] * x, "dL_db1": e1 * factors[3]}

    found = with_grads(students_way)
    assert set(found["dL_dw1"].codes) == {"O1", "H9"}
    assert set(found["dL_db1"].codes) == {"O1", "H9"}
    assert found["dL_dw2"].outcome == found["dL_db2"].outcome == "right"


def test_a_callback_that_is_misused_is_told_in_words():
    u = Values(params={}, x=0.0, y=0.0)
    slope = E03.callbacks(u)["slope"]
    with pytest.raises(ValueError, match="name of an activation"):
        slope("relu6", 0.0)
    assert slope("tanh", 0) == 1.0


FACTORS = ("dL_da2", "da2_dz2", "dz2_da1", "da1_dz1", "dz1_dw1")


@pytest.mark.parametrize(
    ("order", "codes"),
    [
        ((4, 3, 2, 1, 0), ("I4", "I3", "", "I1", "I0")),
        ((0, 3, 2, 1, 4), ("", "I3", "", "I1", "")),
        ((0, 2, 3, 4), ("", "I2", "I3", "I4", "")),
    ],
    ids=["reversed", "slopes exchanged", "one left out"],
)
def test_factors_in_other_places_are_named_by_what_stands_there(order, codes):
    right = student(E03)["chain_factors"]
    functions = {**student(E03), "chain_factors": lambda *args: [right(*args)[k] for k in order]}
    found = results(functions)
    assert [found[name].codes for name in FACTORS] == [(code,) if code else () for code in codes]
    assert found["dz1_dw1"].outcome == ("wrong" if order[-1] == 0 else "right" if len(order) == 5 else "unusable")


def test_the_product_in_place_of_the_list_earns_nothing():
    found = results({**student(E03), "chain_factors": lambda params, x, y, slope: -1.5})
    assert {found[name].outcome for name in FACTORS} == {"unusable"}


def test_words_speak_of_single_numbers():
    """There are no layers and matrices here, so nothing of them may be told."""
    for term in E03.terms:
        for mistake in term.mistakes:
            told = " ".join((mistake.what, mistake.why, mistake.paper, mistake.advice))
            assert not any(word in told for word in ("layer", "matrix", "⁽", "shape", "⊙")), (term.name, mistake.code)
