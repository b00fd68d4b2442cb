"""The pages that grading writes, as they are opened: the instructor's, a student's, and the first of a bundle."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from backprop_lab.course import bundle, class_page, feedback
from backprop_lab.course.adjustments import Adjustment
from backprop_lab.course.late import LateRule
from backprop_lab.course.settings import Course
from backprop_lab.course.standing import standings
from tests.class_records import record, unread

pytestmark = pytest.mark.browser
LONG = "a_very_long_name_without_a_space_" * 4
CLASS = [
    record("ada"),
    record("bob", wrong={"da_dz": ["O3"], "dL_dx": ["K4"]}),
    record("cyd", wrong={"da_dz": ["O4 D2", "H3"]}),
    record("عمر", "e07", wrong={"delta": ["H1"], "dL_dW": ["P1"]}),
    record(LONG, "e07", wrong={"delta": []}, status="crashed"),
    unread("<b>eve</b>"),
]
OF_A_COURSE = [
    record(LONG, submitted=None, late=True),
    record("bob", wrong={"da_dz": ["O3"]}, submitted="2026-12-03T10:00:00+00:00", late=None),
]
COURSE = Course(
    Path("winter"), LONG, LateRule(percent_a_day=Decimal(10)), "platform",
    {"e01": datetime(2026, 12, 1, 23, tzinfo=UTC)}, {}, {}, {},
)  # fmt: skip
ADJUSTED = {("bob", "e01"): (Adjustment(Decimal("1.5"), LONG),), ("عمر", "e03"): (Adjustment(Decimal(-2), "x" * 500),)}
GRADES = standings(OF_A_COURSE, COURSE, ADJUSTED, ["bob", LONG, LONG + "2", "عمر"])

PAGES = {
    "a class": lambda: class_page.page(CLASS),
    "an empty class": lambda: class_page.page([]),
    "a student": lambda: feedback.page(
        "ada", [record("ada", wrong={"da_dz": ["O4 D2"]}), record("ada", "e07", wrong={"dL_dW": ["P1"]}), unread("ada")]
    ),
    "a student of one exercise": lambda: feedback.page(LONG, [record(LONG)]),
    "a class of a course": lambda: class_page.page(OF_A_COURSE, GRADES),
    "a student of a course": lambda: feedback.page("bob", OF_A_COURSE[1:], GRADES),
    "a student who handed in nothing": lambda: feedback.page("عمر", [], GRADES),
    "a student without a grade": lambda: feedback.page("zoë", [], GRADES),
    "a student who handed in no exercise": lambda: feedback.page("eve", [unread("eve")]),
    "a bundle's start": lambda: bundle.page("backprop_lab-0.1.0-py3-none-any.whl", with_solutions=True),
}


@pytest.mark.parametrize(("width", "dark"), [(1280, False), (390, True)])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_and_fits(tmp_path, open_address, name, width, dark):
    (tmp_path / "page.html").write_text(PAGES[name](), "utf-8")
    visit = open_address((tmp_path / "page.html").as_uri(), width=width, dark=dark)
    for folded in (True, False):
        visit.page.evaluate(
            f"document.querySelectorAll('details').forEach(node => node.open = {str(not folded).lower()})"
        )
        assert visit.sideways() == []
        assert visit.accessibility() == []
    assert visit.complaints() == []


def test_what_is_folded_is_printed(tmp_path, open_address):
    (tmp_path / "page.html").write_text(class_page.page(CLASS), "utf-8")
    visit = open_address((tmp_path / "page.html").as_uri())
    name = visit.page.locator("#talk details li").first
    assert not name.is_visible()
    visit.page.emulate_media(media="print")
    assert name.is_visible()
    assert not visit.page.get_by_role("navigation").is_visible()
    ground = "getComputedStyle(document.body).backgroundColor"
    assert visit.page.evaluate(ground) == "rgb(255, 255, 255)"


def test_dark_and_light_differ_and_the_bars_carry_their_numbers(tmp_path, open_address):
    (tmp_path / "page.html").write_text(class_page.page(CLASS), "utf-8")
    grounds = set()
    for dark in (False, True):
        visit = open_address((tmp_path / "page.html").as_uri(), dark=dark)
        grounds.add(visit.page.evaluate("getComputedStyle(document.body).backgroundColor"))
        bars, texts = visit.page.locator("svg rect").count(), visit.page.locator("svg text").count()
        assert texts == 2 * bars > 0
    assert len(grounds) == 2
