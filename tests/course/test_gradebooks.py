"""The files of grades that Canvas and Moodle import: read as they read them, every grade is with its student."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lab.course import gradebooks
from backprop_lab.course.gradebooks import NoColumn
from backprop_lab.course.roster import Enrolled, Roster
from tests.course.gradebook_parsers import CanvasUser, MoodleUser, Refused, canvas_import, moodle_import

NAMES = ("Ada Lovelace", 'Grace "Amazing" Hopper', "Noether, Emmy", "Zoë Müller-Öz", "Sean O'Casey", "=cmd|' /C calc'!A0",
         "عمر الخيام", "学生", "Points Possible", "Student, Test", "@SUM(1+1)", "Muted", "back\\slash\"", "a;b;c")  # fmt: skip
CLASS = Roster(tuple(
    Enrolled(f"s{n}", name, f"s{n}@example.org", f"00{n}", f"user{n}", str(100 + n), f"sis{n}", f"login{n}", "A; B, C")
    for n, name in enumerate(NAMES)
))  # fmt: skip
FINALS = {(one.student, "e01"): (Decimal(n) / 4, 15) for n, one in enumerate(CLASS.enrolled)}
FINALS |= {("s1", "e02"): (Decimal("7.50"), 8), ("s3", "e02"): (Decimal("9.25"), 8), ("nobody", "e02"): (Decimal(1), 8)}
FINALS |= {("s1", "unknown"): (Decimal(0), 0)}
COLUMNS = {"e01": "E1 One neuron (4711)", "e02": 'Second, with "marks"; and more'}
ON_CANVAS = [CanvasUser(100 + n, name, f"sis{n}", f"login{n}") for n, name in enumerate(NAMES)]
ASSIGNMENTS = {4711: "E1 One neuron", 12: COLUMNS["e02"], 13: "Another"}
ON_MOODLE = [MoodleUser(n, f"s{n}@example.org", f"00{n}", f"user{n}") for n in range(len(NAMES))]
ITEMS = {COLUMNS["e01"]: "e01", COLUMNS["e02"]: "e02"}


def written(rows, **how):
    text = io.StringIO(newline="")
    csv.writer(text, **{"lineterminator": "\n"} | how).writerows(rows)
    return text.getvalue()


def without(rows, column):
    place = rows[0].index(column)
    return [row[:place] + row[place + 1 :] for row in rows]


def of(grades):
    """The grades in a parser's answer, without the cells that are empty."""
    return {key: Decimal(grade) for key, grade in grades.items() if grade not in ("", None)}


def expected(finals, roster, users):
    """What a platform should have: by its own id and the exercise."""
    ids = {one.student: user.id for one, user in zip(roster.enrolled, users, strict=True)}
    return {(ids[s], e): points for (s, e), (points, _) in finals.items() if s in ids and e != "unknown"}


def canvas_grades(rows, users=ON_CANVAS, assignments=ASSIGNMENTS):
    _, grades = canvas_import(written(rows), users, assignments)
    return {(user, {4711: "e01", 12: "e02"}[assignment]): grade for (user, assignment), grade in grades.items()}


def test_canvas_takes_the_file_and_every_grade_is_with_its_student():
    rows = gradebooks.canvas(CLASS, FINALS, COLUMNS)
    assert of(canvas_grades(rows)) == expected(FINALS, CLASS, ON_CANVAS)
    assert canvas_import(written(rows), ON_CANVAS, ASSIGNMENTS)[0] == {4711: 15, 12: 8}
    assert rows[:3] == [
        ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *COLUMNS.values()],
        ["    Points Possible", "", "", "", "", "15", "8"],
        ["Ada Lovelace", "100", "sis0", "login0", "A; B, C", "0", ""],
    ]


def test_moodle_takes_the_file_and_every_grade_is_with_its_student():
    rows = gradebooks.moodle(CLASS, FINALS, COLUMNS)
    assert rows[0][:3] == ["Email address", "ID number", "Username"]
    for told_by in (("Email address", "email"), ("ID number", "idnumber"), ("Username", "username")):
        assert of(moodle_import(written(rows), ON_MOODLE, told_by, ITEMS)) == expected(FINALS, CLASS, ON_MOODLE)


def test_nobody_s_grade_is_in_a_file_without_being_told_of():
    assert gradebooks.left_out(CLASS, FINALS, "canvas") == gradebooks.left_out(CLASS, FINALS, "moodle") == ["nobody"]


def test_what_was_not_handed_in_is_an_empty_cell_and_who_handed_in_nothing_is_not_there():
    finals = {("s0", "e01"): (Decimal(3), 15), ("s1", "e02"): (Decimal(5), 8)}
    assert canvas_grades(gradebooks.canvas(CLASS, finals, COLUMNS)) == {
        (100, "e01"): "3", (100, "e02"): "", (101, "e01"): "", (101, "e02"): "5",
    }  # fmt: skip
    one_at_a_time = [gradebooks.canvas(CLASS, part, COLUMNS) for part in gradebooks.apart(finals).values()]
    assert [canvas_grades(rows) for rows in one_at_a_time] == [{(100, "e01"): "3"}, {(101, "e02"): "5"}]


def test_without_names_of_columns_they_are_the_exercises_own():
    assert gradebooks.canvas(CLASS, FINALS, {})[0][5:] == ["E1 One neuron", "E2 Numerical gradient"]
    assert gradebooks.moodle(CLASS, FINALS, {"e02": "Second"})[0][3:] == ["E1 One neuron", "Second"]


def test_where_nobody_can_be_told_there_is_no_file():
    nobody = Roster((Enrolled("ada", "Ada Lovelace"),))
    finals = {("ada", "e01"): (Decimal(3), 15)}
    for platform, rows in (("canvas", gradebooks.canvas), ("moodle", gradebooks.moodle)):
        assert rows(nobody, finals, {}) == rows(CLASS, {}, {}) == []
        assert gradebooks.left_out(nobody, finals, platform) == ["ada"]


def test_a_name_that_is_a_formula_is_defused_and_a_login_that_is_one_tells_nobody():
    evil = Roster((
        Enrolled("a", "=1+1", "=1+1@example.org", "+1", username="a", canvas_id="1", sis_login_id="=1+1", section="-1"),
        Enrolled("b", "b", "b@example.org", "2", username="@b", sis_login_id="=1+1"),
        Enrolled("c", "c", "c@example.org", "3", username="c", sis_user_id="1.234.567", sis_login_id="c"),
    ))  # fmt: skip
    finals = {(student, "e01"): (Decimal(1), 15) for student in "abc"}
    rows = gradebooks.canvas(evil, finals, {})
    assert [row[:5] for row in rows[2:]] == [["'=1+1", "1", "", "", "'-1"], ["c", "", "", "c", ""]]
    assert gradebooks.left_out(evil, finals, "canvas") == ["b"]
    assert [row[:-1] for row in gradebooks.moodle(evil, finals, {})] == [
        ["Email address", "ID number"], ["b@example.org", "2"], ["c@example.org", "3"]
    ]  # fmt: skip
    assert gradebooks.left_out(evil, finals, "moodle") == ["a"]
    cells = [cell for row in (*rows[2:], *gradebooks.moodle(evil, finals, {})) for cell in row]
    assert not [cell for cell in cells if cell.strip()[:1] in ("=", "+", "-", "@")]


@pytest.mark.parametrize("name", ["Final Score", "My Current Points", "ID", "Section", "1,5", "", " E1", "E1\nx"])
def test_a_column_that_canvas_would_not_read_is_refused(name):
    with pytest.raises(NoColumn, match="column"):
        gradebooks.canvas(CLASS, FINALS, {"e01": name})


def test_two_exercises_in_one_column_are_refused():
    for rows in (gradebooks.canvas, gradebooks.moodle):
        with pytest.raises(NoColumn, match="e01 and e02 have the same column 'E'; give each one of its own"):
            rows(CLASS, FINALS, {"e01": "E", "e02": "E"})


# What a table must not do: each of these is a wrong file, and the parsers see it.


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda rows: without(rows, "Section"), "no Section"),
        (lambda rows: without(without(without(rows, "ID"), "SIS User ID"), "SIS Login ID"), "no Student and ID"),
        (lambda rows: [["student", "id", *rows[0][2:]], *rows[1:]], "no Student and ID"),
        (lambda rows: [[*rows[0][1:], rows[0][0]], *rows[1:]], "no Student and ID"),
        (lambda rows: [rows[0], *rows[2:]], "no row of points"),
        (lambda rows: [[*rows[0][:-1], "Typing error"], *rows[1:]], "new assignment"),
        (lambda rows: [[*rows[0][:-1], rows[0][-2]], *rows[1:]], "two columns are one"),
        (lambda rows: [*rows, ["Stranger", "999", "", "", "", "1", "1"]], "new student"),
        (lambda rows: [*rows, ["s", "", "'sis1", "'login1", "", "1", "1"]], "new student"),
    ],
)
def test_a_wrong_canvas_file_is_refused(broken, why):
    with pytest.raises(Refused, match=why):
        canvas_grades(broken(gradebooks.canvas(CLASS, FINALS, COLUMNS)))


def test_canvas_reads_semicolons_too_and_moodle_only_where_it_is_told():
    rows = gradebooks.canvas(CLASS, FINALS, COLUMNS)
    assert canvas_import(written(rows, delimiter=";"), ON_CANVAS, ASSIGNMENTS) == canvas_import(
        written(rows), ON_CANVAS, ASSIGNMENTS
    )
    semicolons = written(gradebooks.moodle(CLASS, FINALS, {"e01": "One", "e02": "Two"}), delimiter=";")
    told = ("Email address", "email"), {"One": "e01", "Two": "e02"}
    with pytest.raises(Refused, match="no column 'Email address'"):
        moodle_import(semicolons, ON_MOODLE, *told)
    assert of(moodle_import(semicolons, ON_MOODLE, *told, separator=";")) == expected(FINALS, CLASS, ON_MOODLE)


@pytest.mark.parametrize(
    ("broken", "why"),
    [
        (lambda rows: without(rows, "Email address"), "no column 'Email address'"),
        (lambda rows: [["E-mail", *rows[0][1:]], *rows[1:]], "no column 'Email address'"),
        (lambda rows: [*rows, rows[1][:-1]], "another number of columns"),
        (lambda rows: [rows[0], ["'" + rows[1][0], *rows[1][1:]]], "user mapping error"),
        (lambda rows: [rows[0], ["", *rows[1][1:]]], "user not found"),
        (lambda rows: [rows[0], [*rows[1][:-1], "'7.5"]], "bad grade"),
        (lambda rows: [rows[0], [*rows[1][:-1], "101"]], "more than 100"),
        (lambda rows: [], "empty"),
    ],
)
def test_a_wrong_moodle_file_is_refused(broken, why):
    rows = broken(gradebooks.moodle(CLASS, FINALS, COLUMNS))
    with pytest.raises(Refused, match=why):
        moodle_import(written(rows), ON_MOODLE, ("Email address", "email"), ITEMS)


def test_the_traps_that_ours_avoids_are_there():
    finals = {key: FINALS[key] for key in (("s1", "e01"), ("s2", "e01"))}
    rows = gradebooks.moodle(CLASS, finals, COLUMNS)
    rows[2][0] = ""
    grades = moodle_import(written(rows), ON_MOODLE, ("Email address", "email"), {COLUMNS["e01"]: "e01"})
    assert grades == {(1, "e01"): Decimal("0.5")}, "the points of s2 are with s1"
    rows = gradebooks.canvas(CLASS, finals, COLUMNS)
    rows[2][0] = "Points Possible"
    possible, grades = canvas_import(written(rows), ON_CANVAS, ASSIGNMENTS)
    assert possible == {4711: Decimal("0.25")}, "the points of s1 are those of the exercise"
    assert list(grades) == [(102, 4711)]


text = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")) | st.sampled_from(",;\"'=+-@\\ \u202eא"), max_size=12
)
person = st.fixed_dictionaries({"name": text, "email": text, "id_number": text, "username": text, "canvas_id": st.integers(1)
                                | st.none(), "sis_user_id": text, "sis_login_id": text, "section": text})  # fmt: skip


@settings(deadline=None)
@given(people=st.lists(person, max_size=6), data=st.data())
def test_every_grade_is_with_its_student_whatever_they_are_called(people, data):
    roster = Roster(tuple(
        Enrolled(f"s{n}", **{
            # As a roster has them: no blanks around, and nobody has another's number.
            column: (value.strip() + (f"{n}" * (column not in ("name", "section", "canvas_id") and bool(value.strip())))
                     if column != "canvas_id" else f"{value}{n}" if value else "")
            for column, value in one.items()
        })
        for n, one in enumerate(people)
    ))  # fmt: skip
    keys = [(one.student, exercise) for one in roster.enrolled for exercise in ("e01", "e02")]
    points = st.tuples(st.decimals(0, 99, places=2), st.just(15))
    finals = data.draw(st.dictionaries(st.sampled_from(keys), points)) if keys else {}
    columns = {"e01": "E1 (4711)", "e02": COLUMNS["e02"]}
    on_canvas = [
        CanvasUser(int(one.canvas_id or 10**9 + n), f"name of {n}", one.sis_user_id, one.sis_login_id)
        for n, one in enumerate(roster.enrolled)
    ]
    rows, out = gradebooks.canvas(roster, finals, columns), gradebooks.left_out(roster, finals, "canvas")
    there = {key: final for key, final in finals.items() if key[0] not in out}
    assert bool(rows) == bool(there)
    if rows:
        assignments = {4711: "E1", 12: COLUMNS["e02"]}
        assert of(canvas_grades(rows, on_canvas, assignments)) == expected(there, roster, on_canvas)
        assert not any(one.canvas_id for one in roster.enrolled if one.student in out)
    rows, out = gradebooks.moodle(roster, finals, columns), gradebooks.left_out(roster, finals, "moodle")
    there = {key: final for key, final in finals.items() if key[0] not in out}
    assert bool(rows) == bool(there)
    if rows:
        on_moodle = [MoodleUser(n, o.email, o.id_number, o.username) for n, o in enumerate(roster.enrolled)]
        fields = {"Email address": "email", "ID number": "idnumber", "Username": "username"}
        items = {name: exercise for exercise, name in columns.items() if name in rows[0]}
        for column in set(fields) & set(rows[0]):
            grades = moodle_import(written(rows), on_moodle, (column, fields[column]), items)
            assert of(grades) == expected(there, roster, on_moodle)
