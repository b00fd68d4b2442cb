"""What a student's function may do instead of answering, for arrays and tables: a sentence each, and nothing lost."""

import numpy as np
import pytest

from backprop_lab import check
from backprop_lab.exercises import load
from backprop_lab.exercises.model import student

E07 = load("e07")
RIGHT = student(E07)


def told(**functions):
    return repr(check("e07", namespace={**RIGHT, **functions}))


def backward_with(change):
    def backward(params, cache, dL_da):
        return change(RIGHT["backward"](params, cache, dL_da))

    return backward


def replaced(table, by):
    """A change of one table of the gradients, entry by entry."""
    return lambda grads: {**grads, table: {l: by(g) for l, g in grads[table].items()}}


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda g: None, "backward returned None: is a return missing?"),
        (lambda g: g["delta"], "backward must return δ⁽¹⁾ … δ⁽ᴸ⁾ as the key 'delta'"),
        (lambda g: {**g, "delta": list(g["delta"].values())}, "a dict with the keys 1, 2, 3 is expected, got a list"),
        (
            lambda g: {**g, "delta": {l - 1: d for l, d in g["delta"].items()}},
            "the keys 1, 2, 3 are expected, got 0, 1, 2",
        ),
        (
            lambda g: {**g, "delta": {str(l): d for l, d in g["delta"].items()}},
            "the keys 1, 2, 3 are expected, got '1', '2', '3'",
        ),
        (replaced("delta", lambda d: None), "layer 1: an array of shape (5, 1) is expected, got None"),
        (replaced("delta", lambda d: d.tolist()), "layer 1: an array of shape (5, 1) is expected, got a list"),
        (replaced("delta", lambda d: d.ravel()), "got an array of shape (5,)"),
        (replaced("delta", lambda d: float(d[0, 0])), "got a single number"),
        (replaced("delta", lambda d: d * np.nan), "the array holds nan"),
        (replaced("delta", lambda d: d + 0j), "got complex numbers"),
        (replaced("delta", lambda d: d.astype(str)), "got something that is no number"),
        (replaced("delta", lambda d: d.astype(object)), "got something that is no number"),
        (replaced("delta", str), "got the text"),
    ],
)
def test_an_answer_of_another_kind_gets_a_sentence_and_costs_what_is_made_of_it(change, words):
    text = told(backward=backward_with(change))
    assert words in text
    assert text.startswith("E7 · all of it · ")
    assert "✓ z⁽¹⁾ … z⁽ᴸ⁾  right" in text


def test_a_wrong_number_of_parameters_is_answered_with_the_call():
    text = told(backward=lambda params, cache: None)
    assert "it is called as backward(params, cache, dL_da)" in text


def test_a_name_that_was_used_again_is_told():
    text = told(backward={"delta": 1})
    assert "backward is no function but a dict: was the name used again?" in text


def test_an_overwritten_module_of_the_notebook_is_told_with_the_student_s_own_line():
    notebook = dict(RIGHT)
    source = "np = 3\ndef forward(params, x):\n    return np.tanh(x)\n"
    exec(compile(source, "<ipython-input-1-x>", "exec"), notebook)
    text = repr(check("e07", "forward", namespace=notebook))
    assert "raised AttributeError" in text
    assert "In line 3 of your cell: 'int' object has no attribute 'tanh'" in text


def test_a_function_that_writes_into_a_read_only_array_is_told_what_it_does():
    def forward(params, x):
        x *= 2
        return RIGHT["forward"](params, x / 2)

    text = told(forward=forward)
    assert "The function changes x, which it was handed." in text


def test_cells_out_of_order_leave_a_function_out_and_nothing_else():
    functions = {"forward": RIGHT["forward"]}
    text = repr(check("e07", namespace=functions))
    assert "there is no function backward" in text
    assert text.startswith("E7 · all of it · 4 of 20 points")


def test_an_array_subclass_arrives_as_the_numbers_that_it_holds():
    class Liar(np.ndarray):
        def __eq__(self, other):
            return True

        def __array_ufunc__(self, *args, **kwargs):
            return 0.0

    lying = backward_with(replaced("delta", lambda d: (d * 0 + 7).view(Liar)))
    assert "✗ δ⁽¹⁾ … δ⁽ᴸ⁾" in told(backward=lying)
    assert "✓ δ⁽¹⁾ … δ⁽ᴸ⁾" in told(backward=backward_with(replaced("delta", lambda d: d.view(Liar))))


def test_prints_do_not_reach_the_notebook(capsys):
    told(backward=backward_with(lambda g: print(g) or g))
    assert capsys.readouterr().out == ""


def test_a_slip_in_a_called_function_is_not_told_again_where_one_function_is_checked():

    mistake = next(m for m in load("e06").term("delta_l").mistakes if m.code == "H1")
    functions = student(load("e06"), {"delta_l": [("slope", mistake.formulas[0])]})
    hidden_delta, output_delta = functions["hidden_delta"], functions["output_delta"]

    def all_deltas(params, cache, dL_da):
        L = len(params["W"])
        delta = {L: output_delta(dL_da, cache["z"][L], params["activation"][L])}
        for l in range(L - 1, 0, -1):
            delta[l] = hidden_delta(params["W"][l + 1], delta[l + 1], cache["z"][l], params["activation"][l])
        return delta

    text = repr(check("e06", "all_deltas", namespace={**functions, "all_deltas": all_deltas}))
    assert text.startswith("E6 · all_deltas · 4 of 4 points")
    assert "charged elsewhere" in text
