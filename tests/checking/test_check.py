"""The notebook's own check, as a student meets it."""

import signal
import threading
import time

import numpy as np
import pytest

from backprop_lab import check
from backprop_lab.checking.check import SECONDS, time_limit


def right_da_dz(z, activation):
    a = 1 / (1 + np.exp(-z))
    table = {"identity": 1, "sigmoid": a * (1 - a), "tanh": 1 - np.tanh(z) ** 2, "softplus": a, "relu": float(z > 0)}
    return table[activation]


def told(function, **names):
    return repr(check("e01", function, namespace=names))


def test_a_right_answer_says_so_and_what_is_still_to_come():
    text = told("da_dz", da_dz=right_da_dz)
    assert text.splitlines()[0] == "E1 · da_dz · 3 of 3 points"
    assert "✓ ∂a/∂z  right on 9 of 9 visible examples" in text
    assert text.endswith("Visible checks passed; 12 hidden checks run at grading.")


def test_a_wrong_answer_is_named_with_why_paper_advice_and_place_in_the_book():
    text = told("dL_da", dL_da=lambda a, y, loss: y - a if loss == "squared_error" else -y / a + (1 - y) / (1 - a))
    for words in ("The sign is flipped.", "why:", "on paper: −∂L/∂a", "try:", "book:", "eq-squared-error-derivative"):
        assert words in text


def test_the_caller_s_own_names_are_looked_up_where_no_namespace_is_given():
    assert "no function dL_da" in repr(check("e01", "dL_da"))


def test_a_misspelt_function_is_found():
    assert "There is a dz_dv: did you mean it to be dz_dw?" in told("dz_dw", dz_dv=lambda x: x)


@pytest.mark.parametrize(
    ("exercise", "function", "words"),
    [
        ("e1", "dL_da", "did you mean e01?"),
        ("e99", None, "exercise 'e99' does not exist"),
        ("e01", "dL_daa", "e01 has no function 'dL_daa'; it has neuron_forward, dL_da"),
        (None, None, "exercise None does not exist"),
    ],
)
def test_a_mistyped_check_is_told_and_raises_nothing(exercise, function, words):
    assert words in repr(check(exercise, function, namespace={}))


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda x: None, "got None: is a return missing?"),
        (lambda x: [x], "got a list"),
        (lambda x: np.array([x]), "got an array of shape (1,)"),
        (lambda x: str(x), "got the text"),
        (lambda x: float("nan"), "the value is nan"),
        (lambda x: 1j * x, "complex numbers"),
        (lambda: 1.0, "raised TypeError"),
        (lambda x: x / 0, "raised ZeroDivisionError"),
        (lambda x: x.shape, "raised AttributeError"),
        (lambda x: exit(), "raised SystemExit"),
        (lambda x: (_ for _ in ()).throw(NotImplementedError), "not attempted"),
    ],
)
def test_what_is_no_number_gets_a_sentence_of_its_own(answer, words):
    text = told("dz_dw", dz_dw=answer)
    assert words in text
    assert "0 of 1 point" in text


def test_a_product_under_the_wrong_key_is_asked_for_by_name():
    functions = {"neuron_grads": lambda *args: {"dw": 1.0}, "dz_dw": lambda x: x}
    assert "neuron_grads must return ∂L/∂w as the key 'dL_dw' or item 0 of a list or tuple" in told(
        "neuron_grads", **functions
    )


@pytest.mark.parametrize("handler", [signal.default_int_handler, signal.SIG_IGN, signal.SIG_DFL])
def test_the_time_limit_holds_whatever_is_done_with_ctrl_c_and_leaves_that_as_it_was(handler):
    def loops():
        while True:
            pass

    before = signal.signal(signal.SIGINT, handler)
    try:
        with pytest.raises(TimeoutError), time_limit(0.1):
            loops()
        assert signal.getsignal(signal.SIGINT) == handler
    finally:
        signal.signal(signal.SIGINT, before)


def test_an_endless_loop_is_stopped_and_said_and_the_rest_is_still_checked():
    def dz_db():
        while True:
            pass

    before, threads = time.monotonic(), set(threading.enumerate())
    functions = {"dz_db": dz_db, "dz_dw": lambda x: x, "da_dz": right_da_dz}
    text = repr(check("e01", namespace=functions))
    assert "dz_db did not come back in time and was stopped" in text
    assert "✓ ∂z/∂w" in text
    assert "✓ ∂a/∂z" in text
    assert time.monotonic() - before < 4 * SECONDS
    assert set(threading.enumerate()) <= threads


def test_a_ctrl_c_is_not_mistaken_for_the_time_limit():
    with pytest.raises(KeyboardInterrupt), time_limit(60):
        raise KeyboardInterrupt


def test_prints_of_the_student_do_not_reach_the_output(capsys):
    told("dz_dw", dz_dw=lambda x: print("debugging", x) or x)
    assert capsys.readouterr().out == ""


def test_the_library_s_own_gradients_are_refused_in_the_grader_s_words():
    def with_import(z, activation):
        from backprop_lab.activations import ACTIVATIONS

        return ACTIVATIONS[activation].derivative(z)

    text = told("da_dz", da_dz=with_import)
    assert "not available in graded code: write it yourself" in text
    notebook = {}
    exec(
        "from backprop_lab import neuron\n"
        "def helper(x): return neuron.forward(x)\n"
        "def neuron_grads(x, w, b, y, activation, loss): return helper(x)\n",
        notebook,
    )
    assert "backprop_lab's own neuron, not available in graded code" in told("neuron_grads", **notebook)


def test_the_html_is_escaped_and_says_right_and_wrong_in_words():
    html = check("e01", "dz_dw", namespace={"dz_dw": lambda x: f"<script>{x}</script>"})._repr_html_()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "wrong" in html


def test_what_is_checked_is_not_changed_by_a_check():
    namespace = {"dz_dw": lambda x: x}
    before = dict(namespace)
    check("e01", "dz_dw", namespace=namespace)
    assert namespace == before
