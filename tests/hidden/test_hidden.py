"""The hidden tests: every term of every exercise, on inputs that are drawn from a secret, through the sandbox.

``backprop-lab grade`` scores the same definitions; here each term is one plain test that can be read, run on one
submission, and added to (``conftest.py`` says how).
"""

import pytest

from backprop_lab.checking.say import report

pytestmark = pytest.mark.sandbox


def test_the_term_is_right_on_hidden_inputs(room, result):
    if result.outcome != "right":
        told = report(room.exercise, result.term.name, [result], [], hidden=True)
        pytest.fail(str(told), pytrace=False)


def test_every_function_is_there(room):
    for function in room.exercise.functions:
        outcomes = {room.result(term.name).outcome for term in room.exercise.terms_of(function)}
        assert "missing" not in outcomes, f"{function} is not there: {room.exercise.functions[function]}"
