"""A course's file says what it means, or is refused by file and key; and what it says is what counts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from html import unescape

import pytest

from backprop_lab.course import class_page, feedback, tables
from backprop_lab.course.late import LateRule
from backprop_lab.course.settings import Course, NoCourse
from backprop_lab.course.standing import standings
from backprop_lab.grading.results import Store
from tests.class_records import record, unread

WHOLE = """
name = "Backpropagation, winter 2026"
[late]
grace_minutes = 15
percent_a_day = 10
most_percent = 50
times = "platform"
[deadlines]
e01 = 2026-12-01T23:59:00+01:00
e03 = 2026-12-01T23:59:00Z
[extensions.ada]
e01 = 2026-12-08T23:59:00+01:00
[extensions."Zoë Müller"]
e04 = 2026-12-08T23:59:00+01:00
[canvas.columns]
e01 = "E1 One neuron (4711)"
[moodle.columns]
e01 = "Exercise 1"
"""


def course(folder, text=WHOLE):
    (folder / "course.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    return Course.read(folder)


def test_all_that_a_file_can_say(tmp_path):
    made = course(tmp_path)
    assert made.name == "Backpropagation, winter 2026"
    assert made.rule == LateRule(timedelta(minutes=15), Decimal(10), Decimal(50))
    assert (made.times, made.canvas_columns) == ("platform", {"e01": "E1 One neuron (4711)"})
    assert made.moodle_columns == {"e01": "Exercise 1"}
    assert made.deadline("bob", "e01") == datetime(2026, 12, 1, 22, 59, tzinfo=UTC)
    assert made.deadline("ada", "e01") == datetime(2026, 12, 8, 22, 59, tzinfo=UTC), "an extension"
    assert made.deadline("ada", "e03") == datetime(2026, 12, 1, 23, 59, tzinfo=UTC), "one for another exercise"
    assert made.deadline("Zoë Müller", "e04") is not None
    assert made.deadline("bob", "e04") is None, "the class has no deadline"


@pytest.mark.parametrize("text", ["", "\ufeff", "# nothing\n", "[late]\n[deadlines]\n"])
def test_a_file_that_says_nothing_sets_no_deadline_and_takes_nothing(tmp_path, text):
    made = course(tmp_path, text)
    assert (made.name, made.rule, made.times) == (tmp_path.name, LateRule(), "platform")
    assert made.deadline("ada", "e01") is None


def test_half_a_percent_is_exact(tmp_path):
    assert course(tmp_path, "[late]\npercent_a_day = 0.1").rule.percent_a_day == Decimal("0.1")


D = "2026-12-01T23:59:00"


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("nme = 'x'", "nme", "got a key that means nothing here, expected name, late, deadlines"),
        ("[late]\ngrace = 3", "late.grace", "expected grace_minutes, percent_a_day, most_percent, times"),
        ("[canvas]\ncolumn = 3", "canvas.column", "expected columns"),
        ("name = 3", "name", "got 3, expected some text in quotes"),
        ("name = ' '", "name", 'got " ", expected some text'),
        ("late = 10", "late", "got 10, expected a table [late]"),
        ("[[late]]", "late", "expected a table [late]"),
        ("[late]\ngrace_minutes = '15'", "late.grace_minutes", 'got "15", expected a number from 0 to 527040'),
        ("[late]\ngrace_minutes = -1", "late.grace_minutes", "got -1"),
        ("[late]\npercent_a_day = true", "late.percent_a_day", "got true, expected a number from 0 to 100"),
        ("[late]\npercent_a_day = 101", "late.percent_a_day", "got 101"),
        ("[late]\npercent_a_day = nan", "late.percent_a_day", "got NaN"),
        ("[late]\nmost_percent = inf", "late.most_percent", "got Infinity"),
        ("[late]\ntimes = 'file'", "late.times", 'got "file", expected "platform" or "files"'),
        (f"[deadlines]\ne1 = {D}Z", "deadlines.e1", "exercise 'e1' does not exist; did you mean e01?"),
        (f"[deadlines]\ne01 = {D}", "deadlines.e01", "got 2026-12-01 23:59:00, expected the offset from UTC too, such as"),
        ("[deadlines]\ne01 = 2026-12-01", "deadlines.e01", "expected the offset from UTC too"),
        ("[deadlines]\ne01 = 23:59:00", "deadlines.e01", "expected the offset from UTC too"),
        (f"[deadlines]\ne01 = '{D}Z'", "deadlines.e01", "expected a time such as 2026-12-01T23:59:00+01:00"),
        ("[deadlines]\ne01 = 0026-12-01T23:59:00Z", "deadlines.e01", "expected a year from 2000 to 2199"),
        (f"[extensions]\nada = {D}Z", "extensions.ada", "expected a table [extensions.ada]"),
        (f"[extensions.ada]\ne99 = {D}Z", "extensions.ada.e99", "exercise 'e99' does not exist"),
        (f"[deadlines]\ne01 = {D}Z\n[extensions.ada]\ne01 = {D}+01:00", "extensions.ada.e01", "a time after the class's own"),
        ("[canvas.columns]\ne01 = 3", "canvas.columns.e01", "got 3, expected some text"),
        ("[moodle.columns]\nE01 = 'x'", "moodle.columns.E01", "exercise 'E01' does not exist; did you mean e01?"),
        ("[canvas.columns]\ne01 = 'x'\ne02 = 'x'", "canvas.columns.e02", "a column of its own"),
        ('"\\u001b[2J" = 3', " [2J", "got a key that means nothing here"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_by_its_key(tmp_path, text, key, words):
    with pytest.raises(NoCourse) as refused:
        course(tmp_path, text)
    said = str(refused.value)
    assert said.startswith(f"{tmp_path / 'course.toml'}, {key}: ")
    assert words in said
    assert said.isprintable()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"name = ", "is no TOML: Invalid value"),
        (b"name = 'x'\nname = 'y'", "is no TOML"),
        (b"\xff\xfe", "is not UTF-8"),
        (b"a = " + b"[" * 100_000, "is no TOML"),
        (b"#" * (2 << 20), "has more than the 1 MiB"),
        (b"[late]\npercent_a_day = 1e99999999999999999999", "course.toml"),
    ],
)
def test_a_file_that_is_no_toml_is_one_line(tmp_path, content, words):
    with pytest.raises(NoCourse) as refused:
        course(tmp_path, content)
    assert words in str(refused.value)
    assert str(refused.value).isprintable()


def test_a_folder_that_is_no_course_says_how_one_is_made(tmp_path):
    with pytest.raises(NoCourse, match="is no folder; backprop-lab course init"):
        Course.read(tmp_path / "nowhere")
    with pytest.raises(NoCourse, match=r"there is no course\.toml in it; backprop-lab course init makes one"):
        Course.read(tmp_path)
    (tmp_path / "course.toml").mkdir()
    with pytest.raises(NoCourse, match="cannot be read: is a directory"):
        Course.read(tmp_path)


LATE = [
    record("ada", submitted="2026-12-03T10:00:00+00:00", late=None),
    record("bob", submitted="2026-12-03T10:00:00+00:00", late=None),
    record("cyd", wrong={"dL_dx": ["K4"]}, submitted=None, late=True),
    record("dan", submitted=None, late=None),
    record("eve", submitted=None, late=False),
    record("fay", submitted="2026-12-01T23:13:59+00:00", late=None),
    record("fay", "e06", submitted="2030-01-01T00:00:00+00:00", late=None),
    unread("gil", submitted="2030-01-01T00:00:00+00:00", late=True),
]


def test_each_grade_is_what_the_rule_makes_of_it(tmp_path):
    each = standings(LATE, course(tmp_path)).each
    told = {key: (one.lateness and one.lateness.days, one.late_points, one.points) for key, one in each.items()}
    assert told == {
        ("ada", "e01"): (0, 0, 15),  # has an extension
        ("bob", "e01"): (2, 3, 12),  # from 23:14 UTC a day and some hours
        ("cyd", "e01"): (None, 0, 13),  # no time, though marked late
        ("dan", "e01"): (None, 0, 15),  # no time, no mark
        ("eve", "e01"): (0, 0, 15),  # the platform marks what is late, and did not mark this
        ("fay", "e01"): (0, 0, 15),  # within the grace
        ("fay", "e06"): (None, 0, 15),  # no deadline
        ("gil", "unknown"): (None, 0, 0),
    }


def test_the_student_s_page_says_what_was_taken_and_why(tmp_path):
    grades = standings(LATE, course(tmp_path))
    page = unescape(feedback.page("bob", LATE[1:2], grades))
    line = "Late by 2 days (deadline 2026-12-01 23:59 UTC+01:00, handed in 2026-12-03 11:00 UTC+01:00): −3 points."
    assert line in page
    assert "Together: 15 − 3 = 12 of 15." in page
    assert "12 of 15 points" in page
    assert "Late" not in feedback.page("ada", LATE[:1], grades)
    marked = unescape(feedback.page("cyd", LATE[2:3], grades))
    assert (
        "Marked late by your platform, without a time (deadline 2026-12-01 23:59 UTC+01:00): nothing is taken" in marked
    )
    assert "No time is known for this file" in feedback.page("dan", LATE[3:4], grades)


def test_the_class_page_says_who_was_late_and_what_is_to_be_looked_at_by_hand(tmp_path):
    page = unescape(class_page.page(LATE, standings(LATE, course(tmp_path), enrolled=["ada", "hal", "<b>ian"])))
    by_hand = page.split('id="by-hand"')[1].split("</section>")[0]
    assert "2 submissions of unknown lateness: nothing was taken" in by_hand
    assert "marked late by the platform, without a time" in by_hand
    own = class_page.page(LATE, standings(LATE, course(tmp_path), enrolled=["hal", "<b>ian"])).split('id="course"')[1]
    own = own.split("</section>")[0]
    assert "1 grade that is late or adjusted" in own
    assert "2 of 2 on the roster handed in nothing" in own
    assert "<b>ian" not in own
    assert "The class: <bdi>Backpropagation, winter 2026</bdi>" in page
    e01 = page.split('<section id="e01"')[1].split("</section>")[0]
    assert "lowest 12, highest 15" in e01


def test_tables_say_how_each_grade_came_about(tmp_path):
    store, grades = Store(tmp_path / "out"), standings(LATE, course(tmp_path), enrolled=["ada", "hal"])
    store.open()
    store.write_table("grades", tables.grades(grades))
    store.write_table("totals", tables.totals(grades))
    store.close()
    rows = (tmp_path / "out" / "grades.csv").read_text().splitlines()
    assert rows[0] == "student,exercise,points,out_of,status,earned,late_days,late_points,adjustment"
    assert rows[1:4] == [
        "ada,e01,15,15,graded,15,0,0,0",
        "bob,e01,12,15,graded,15,2,3,0",
        "cyd,e01,13,15,graded,13,,,0",
    ]
    totals = (tmp_path / "out" / "totals.csv").read_text().splitlines()
    assert totals[0] == "student,e01,e06,total,out_of"
    assert totals[2] == "bob,12,,12,30"
    assert totals[-1] == "hal,,,0,30"


def test_without_a_course_pages_and_tables_are_as_they_were(tmp_path):
    store = Store(tmp_path / "out")
    store.open()
    store.write_table("grades", tables.grades(standings(LATE)))
    store.close()
    rows = (tmp_path / "out" / "grades.csv").read_text().splitlines()
    assert rows[:2] == ["student,exercise,points,out_of,status", "ada,e01,15,15,graded"]
    for page in (class_page.page(LATE), feedback.page("bob", LATE[1:2])):
        assert "Late" not in page
        assert "Together" not in page


@pytest.mark.parametrize("submitted", [3, "yesterday", "2026-12-03T10:00:00", [], "9999-99-99"])
def test_a_time_that_was_changed_by_hand_into_none_is_no_time(tmp_path, submitted):
    (one,) = standings([record("bob", submitted=submitted, late=None)], course(tmp_path)).each.values()
    assert (one.lateness.days, one.points) == (None, 15)
