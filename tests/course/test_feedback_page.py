"""A student's page: every exercise, every term with its points and what was found, and nothing that is code."""

from html import unescape

import pytest

from backprop_lab.course import feedback
from tests.class_records import record, unread

BOTH = [record("ada", wrong={"da_dz": ["O4 D2"]}), record("ada", "e07", outcomes={"dL_dW": "not attempted"})]


def test_every_term_is_there_with_its_points_and_its_diagnosis():
    page = unescape(feedback.page("ada", BOTH))
    for one in BOTH:
        for line in one["lines"]:
            assert f"{line['symbol']}</strong>" in page
            assert line["verdict"] in page
            for finding in line["findings"]:
                assert finding["headline"] in page
                assert all(text in page for _, text in finding["rows"])
    assert page.count("of 3 points)") == len([t for one in BOTH for t in one["terms"] if t["out_of"] == 3])
    assert f"{sum(r['points'] for r in BOTH)} of 35 points" in page


def test_several_exercises_have_a_table_of_contents_and_one_has_none():
    page = feedback.page("ada", [*BOTH, unread("ada")])
    for exercise_id in ("e01", "e07", "unknown"):
        assert f'<a href="#{exercise_id}">' in page
        assert page.count(f'id="{exercise_id}"') == 1
    assert "<table" not in feedback.page("ada", BOTH[:1])


def test_who_handed_in_no_exercise_is_not_told_of_0_of_0_points():
    page = feedback.page("ada", [unread("ada", reason="it ends in the middle: was it cut off?")])
    assert "0 of 0" not in page
    assert "<ul" not in page
    assert "The reason: it ends in the middle: was it cut off?</p>" in page
    assert "The reason: it is no notebook.</p>" in feedback.page("ada", [unread("ada")])


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_what_a_student_chose_is_text(text):
    own = record(text, file=text, reason=text, notes=[f"There is more than one file: {text}."])
    page = feedback.page(text, [own, unread(text, file=text)])
    assert "<script" not in page
    assert "<img" not in page
    assert unescape(page).count(text) >= 6
