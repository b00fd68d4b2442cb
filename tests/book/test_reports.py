"""What a check shows in a notebook, as a student sees it: accessible, no wider than a phone, in reading order."""

import pytest

from backprop_lab import check
from backprop_lab.exercises import load
from backprop_lab.exercises.model import student

pytestmark = pytest.mark.browser


def report(exercise_id, function, **planted):
    """The report on a model student who makes these mistakes: ``dL_dW="P1"``."""
    exercise = load(exercise_id)
    made = {}
    for name, code in planted.items():
        mistake = next(m for m in exercise.term(name).mistakes if m.code == code)
        made[name] = [(mistake.part, mistake.formulas[0])]
    return check(exercise_id, function, namespace=student(exercise, made))


@pytest.mark.parametrize("width", [1280, 390])
def test_a_report_is_accessible_and_fits(open_html, width):
    reports = [
        report("e07", "backward", dL_dW="P1", delta="H1"),
        report("e01", None, da_dz="H13"),
        check("e06", namespace={"hidden_delta": lambda *args: None}),
    ]
    visit = open_html("".join(r._repr_html_() for r in reports), width=width)
    assert visit.sideways() == []
    assert visit.accessibility() == []
    assert visit.complaints() == []


def test_shapes_are_drawn_beside_words_that_say_them(open_html):
    visit = open_html(report("e07", "backward", dL_dW="P1")._repr_html_())
    drawn = visit.page.locator("div[aria-hidden]").filter(has_not_text="✗").all()
    sides = [(box["width"], box["height"]) for box in (d.bounding_box() for d in drawn)]
    assert sides[0] == sides[1][::-1]
    assert visit.page.get_by_text("yours: 2 × 5").is_visible()
    assert visit.page.get_by_text("expected: 5 × 2").is_visible()


def test_it_reads_in_the_order_of_the_computation_and_says_its_verdicts_in_words(open_html):
    told = report("e07", "backward", delta="H1")
    text = open_html(told._repr_html_()).page.get_by_role("main").inner_text()
    places = [text.index(line.symbol) for line in told.lines]
    assert places == sorted(places)
    assert "wrong: right on" in text
    assert text.index("why") < text.index("on paper") < text.index("try") < text.index("book")
