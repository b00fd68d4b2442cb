"""Programs that drive a student's class: each instruction, and all that a class may do instead of answering."""

import math

import pytest

from backprop_lab import check
from backprop_lab.checking.steps import run_step
from backprop_lab.exercises.steps import Program
from backprop_lab.grading.collect import _clean
from tests.exercises.answers_e14 import BACKWARD_OF_SLOPES, SLOPES

RIGHT = SLOPES + BACKWARD_OF_SLOPES


def value_class(*changes):
    source = RIGHT
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    names = {"math": math, "__name__": "__main__"}
    exec(compile(source, "<cell 3>", "exec"), names)
    return names["Value"]


def answer(made, *instructions):
    program = Program("p", "Value", instructions)
    words, values = program.plain()
    told = run_step({"Value": made} if made else {}, words, values, {})
    return told if told["kind"] == "value" else {**told, "place": program.place(told.get("at"))}


X, Y = ("make", 3.0), ("make", 2.0)


def result_and_slopes(*operation, inputs=(X, Y)):
    told = answer(
        value_class(), *inputs, operation, ("do", "backward", len(inputs)),
        ("read", "data", {"v": len(inputs)}, "data"),
        ("read", "grad", {k: k for k, made in enumerate(inputs) if made[0] == "make"}, "grad"),
    )  # fmt: skip
    return told["value"]["data"]["v"], *told["value"]["grad"].values()


def test_every_instruction():
    assert result_and_slopes("+", 0, 1) == (5, 1, 1)
    assert result_and_slopes("-", 0, 1) == (1, 1, -1)
    assert result_and_slopes("*", 0, 1) == (6, 2, 3)
    assert result_and_slopes("negate", 0) == (-3, -1, 0)
    assert result_and_slopes("method", "exp", 0) == (math.exp(3), math.exp(3), 0)
    number = ("number", 5)
    assert result_and_slopes("-", 0, 1, inputs=(number, Y)) == (3, -1)
    assert result_and_slopes("-", 0, 1, inputs=(X, number)) == (-2, 1)
    assert result_and_slopes("*", 0, 1, inputs=(number, Y)) == (10, 5)


def test_one_thing_twice_and_one_table_in_several_goes():
    told = answer(
        value_class(), X, ("*", 0, 0), ("do", "backward", 1), ("read", "grad", {"x": 0}, "grads"),
        ("read", "grad", {"v": 1}, "grads"), ("read", "data", {}, "nothing"),
    )  # fmt: skip
    assert told == {"kind": "value", "value": {"grads": {"x": 6.0, "v": 1.0}, "nothing": {}}}


def test_a_program_crosses_as_plain_words_with_its_numbers_apart():
    words, values = Program("p", "Value", (X, ("number", 0.5), ("+", 0, 1), ("read", "data", {"v": 2}, "data"))).plain()
    assert values == [3.0, 0.5]
    assert words["lines"] == [["make", 0], ["number", 1], ["+", 0, 1], ["read", "data", {"v": 2}, "data"]]


@pytest.mark.parametrize(
    ("change", "last", "error", "place", "message"),
    [
        (("def __init__(self, data, *inputs)", "def __init__(self, data, inputs)"), X, "TypeError", "Value(number)", "missing 1"),
        (("return Value(self.data + other.data, (self, 1.0), (other, 1.0))", "return NotImplemented"), ("+", 0, 1),
         "TypeError", "Value + Value", "unsupported operand"),
        (("return Value(-self.data, (self, -1.0))", "Value(-self.data)"), ("negate", 0), "TypeError", "-Value",
         "the result is None: is a return missing?"),
        (("return Value(math.tanh", "return NotImplemented or (math.tanh"), ("method", "tanh", 0), "TypeError", "Value.tanh()",
         "the result is NotImplemented"),
        (("def exp", "def expo"), ("method", "exp", 0), "AttributeError", "Value.exp()", "has no attribute 'exp'"),
        (("def backward(self):", "def backward(self):\n        self.backward()"), ("do", "backward", 0), "RecursionError",
         "Value.backward()", "recursion"),
        (("self.data, self.grad, self.inputs = data, 0.0, inputs", "self.data, self.inputs = data, inputs"),
         ("read", "grad", {"x": 0}, "grad"), "AttributeError", "Value.grad", "has no attribute 'grad'"),
    ],
)  # fmt: skip
@pytest.mark.filterwarnings("ignore:NotImplemented should not be used in a boolean context")
def test_what_raises_is_told_with_the_instruction_that_was_asked_for(change, last, error, place, message):
    told = answer(value_class(change), X, Y, last)
    assert (told["kind"], told["error"], told["place"]) == ("raised", error, place)
    assert message in told["message"]


def test_a_number_on_the_left_is_told_as_one():
    made = value_class(("__radd__, __rmul__ = __add__, __mul__", ""))
    assert answer(made, ("number", 2.0), X, ("*", 0, 1))["place"] == "number * Value"


def test_an_operator_that_gives_a_plain_number_is_told_where_it_is_gone_on_with():
    made = value_class(
        (
            "return Value(self.data * other.data, (self, other.data), (other, self.data))",
            "return self.data * other.data",
        )
    )
    told = answer(made, X, Y, ("*", 0, 1), ("do", "backward", 2))
    assert (told["place"], told["error"]) == ("Value.backward()", "AttributeError")


def test_what_stops_the_process_or_is_no_class():
    assert (
        answer(value_class(("def tanh(self):", "def tanh(self):\n        raise SystemExit")), X, ("method", "tanh", 0))[
            "error"
        ]
        == "SystemExit"
    )
    assert answer(None, X) == {"kind": "missing", "found": "", "place": ""}
    assert answer(3, X) == {"kind": "missing", "found": "int", "place": ""}


@pytest.mark.parametrize("at", [-1, 3, "2", None, 1.0, True])
def test_a_place_that_is_none_is_not_told(at):
    program = Program("p", "Value", (X, Y, ("+", 0, 1)))
    told = _clean({"kind": "raised", "error": "TypeError", "at": at}, None, {}, program)
    assert told["place"] == ""
    assert _clean({"kind": "raised", "error": "TypeError", "at": 2}, None, {}, program)["place"] == "Value + Value"


def text_with(*changes):
    return repr(check("e14", "Value", namespace={"Value": value_class(*changes)}))


NOTHING_SET = (
    ("data, 0.0, inputs", "data, None, inputs"),
    ("            v.grad = 0.0", "            pass"),
    ("self.grad = 1.0", "return"),
)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ([("self.grad = 1.0", "import numpy; self.grad = numpy.array([1.0])")], "got an array of shape (1,)"),
        ([("self.grad = 1.0", "self.grad = 1.0 + 0j")], "got complex numbers"),
        (NOTHING_SET, "a single number is expected, got None"),
        ([("self.grad = 1.0", "self.grad = '1'; return"), ("v.grad = 0.0", "v.grad = '0'")], "got the text '0'"),
        ([("self.grad = 1.0", "self.grad = math.nan")], "the value is nan"),
    ],
)
def test_an_attribute_of_another_kind_gets_a_sentence(changes, words):
    text = text_with(*changes)
    assert words in text
    assert text.startswith("E14 · Value · 0 of 12 points")


def test_a_method_still_to_be_written_is_told_where_it_is_asked_for_and_a_class_as_not_attempted():
    text = text_with(
        (
            "return Value(math.exp(self.data), (self, math.exp(self.data)))",
            "raise NotImplementedError('write exp here')",
        )
    )
    assert "asked for Value.exp(): write exp here" in text
    assert text.startswith("E14 · Value · 11 of 12 points")
    text = text_with(("self.data, self.grad, self.inputs = data, 0.0, inputs", "raise NotImplementedError"))
    assert text.count("not attempted: Value is still to be written") == 8


def test_a_class_that_is_not_there_or_no_class_is_told_as_one():
    assert "there is no class Value" in repr(check("e14", "Value", namespace={}))
    assert "Value is no class but a float" in repr(check("e14", "Value", namespace={"Value": 2.0}))


def test_a_method_that_uses_what_grading_has_not_is_refused():
    import nbformat

    made = value_class(("math.tanh(self.data)", "loads(self.data)"))
    names = {"Value": made, "loads": nbformat}
    assert "your code uses loads of nbformat" in repr(check("e14", "Value", namespace=names))
