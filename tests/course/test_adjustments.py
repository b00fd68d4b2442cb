"""Adjustments: read as spreadsheets save them, refused by file and line, and added up in one place."""

from decimal import Decimal
from html import unescape

import pytest

from backprop_lab.command_line.refuse import nearest
from backprop_lab.course import class_page, feedback
from backprop_lab.course.adjustments import Adjustment, BadAdjustments, read
from backprop_lab.course.standing import shown, standings
from tests.class_records import record
from tests.course.test_settings import course

CLASS = {"ada", "bob", "Zoë Müller", "=cyd"}
HEAD = "student,exercise,points,reason\n"


def adjusted(tmp_path, content):
    path = tmp_path / "adjustments.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path, lambda name: name if name in CLASS else None, lambda name: nearest(name, CLASS))


def test_what_a_plain_table_says(tmp_path):
    found = adjusted(tmp_path, HEAD + 'ada,e01,2,"a good question, at the board"\nbob,e03,-1.5,a late start\n')
    assert found == {
        ("ada", "e01"): (Adjustment(Decimal(2), "a good question, at the board"),),
        ("bob", "e03"): (Adjustment(Decimal("-1.5"), "a late start"),),
    }


@pytest.mark.parametrize(
    "content",
    [
        "student;exercise;points;reason\r\nZoë Müller;e01;-1,5;krank\r\n".encode("utf-8-sig"),
        "student\texercise\tpoints\treason\nZoë Müller\te01\t−1.50\tkrank\n",
        '\r\n"student","exercise","points","reason"\r\n"Zoë Müller","e01","-1,5","krank"\r\n\r\n,,,\r\n',
        "Student,Exercise,Points,Reason\nZoë Müller, e01 , -1.5 , krank ",
    ],
)
def test_the_forms_in_which_spreadsheets_save_it_mean_the_same(tmp_path, content):
    assert adjusted(tmp_path, content) == {("Zoë Müller", "e01"): (Adjustment(Decimal("-1.5"), "krank"),)}


def test_several_rows_for_one_grade_add_up(tmp_path):
    found = adjusted(tmp_path, HEAD + "ada,e01,2,x\nada,e01,-0.5,y\nada,e01,2,x\n")
    (one,) = standings([record("ada")], course(tmp_path, ""), found).each.values()
    assert one.adjustment == Decimal("3.5")
    assert one.points == Decimal("18.5"), "more than the 15 that there were to earn"


def test_a_name_is_also_found_as_our_own_tables_write_it(tmp_path):
    assert set(adjusted(tmp_path, HEAD + "'=cyd,e01,1,x\n")) == {("=cyd", "e01")}


def test_no_file_and_an_empty_one_adjust_nothing(tmp_path):
    assert read(tmp_path / "nowhere.csv", CLASS.intersection, str) == {}
    assert adjusted(tmp_path, "") == adjusted(tmp_path, "\ufeff \r\n") == adjusted(tmp_path, HEAD) == {}


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (HEAD + "adda,e01,1,x\n", 2, "nobody in the class is named “adda”; did you mean ada?"),
        (HEAD + "ada,e01,1,x\n\n,e01,1,x\n", 4, "nobody in the class is named “”"),
        (HEAD + "ada,e1,1,x\n", 2, "exercise 'e1' does not exist; did you mean e01?"),
        (HEAD + "ada,unknown,1,x\n", 2, "'unknown' does not exist"),
        (HEAD + "ada,e01,two,x\n", 2, "got “two” as points, expected a number such as 2, -1.5"),
        (HEAD + "ada,e01,1.234,x\n", 2, "got “1.234” as points"),
        (HEAD + "ada,e01,nan,x\n", 2, "got “nan” as points"),
        (HEAD + "ada,e01,1e3,x\n", 2, "got “1e3” as points"),
        (HEAD + "ada,e01,١,x\n", 2, "as points"),
        (HEAD + "ada,e01,,x\n", 2, "got “” as points"),
        (HEAD + "ada,e01,99999,x\n", 2, "got “99999” as points"),
        (HEAD + "ada,e01,1,\n", 2, "the reason is missing; say why ada gets 1 points"),
        (HEAD + "ada,e01,1,   \n", 2, "the reason is missing"),
        (HEAD + f"ada,e01,1,{'x' * 501}\n", 2, "the reason has 501 characters, and 500 are allowed"),
        (HEAD + "ada,e01,1\n", 2, "got 3 cells, expected 4: student, exercise, points, reason"),
        (HEAD + "ada,e01,1,late, but ill\n", 2, "got 5 cells, expected 4"),
        (HEAD + 'ada,e01,1,"over\ntwo lines"\nbob,e01,x,y\n', 4, "got “x” as points"),
        (HEAD + 'ada,e01,x,"over\ntwo lines"\n', 2, "got “x” as points"),
        (HEAD + 'ada,e01,1,"no end\n', 2, "expected a table of student,exercise,points,reason"),
        ("ada,e01,1,x\n", 1, "got the head line “ada,e01,1,x”, expected student,exercise,points,reason"),
        ("student,exercise,reason,points\n", 1, "got the head line"),
        (HEAD.encode() + "bob,e01,1,x\nZoë Müller,e01,1,krank\n".encode("cp1252"), 3, "not UTF-8; save it as “CSV UTF-8”"),
        (HEAD + "\x1b[2J,e01,1,x\n", 2, "nobody in the class is named “ [2J”"),
    ],
)  # fmt: skip
def test_a_row_that_cannot_be_meant_is_refused_by_its_line(tmp_path, content, line, words):
    with pytest.raises(BadAdjustments) as refused:
        adjusted(tmp_path, content)
    said = str(refused.value)
    assert said.startswith(f"{tmp_path / 'adjustments.csv'}, line {line}: ")
    assert words in said
    assert said.isprintable()


def test_a_table_of_any_size_and_a_folder_in_its_place_are_one_line(tmp_path):
    with pytest.raises(BadAdjustments, match="more than the 4 MiB"):
        adjusted(tmp_path, HEAD + "x" * (5 << 20))
    (tmp_path / "folder").mkdir()
    with pytest.raises(BadAdjustments, match="cannot be read: is a directory"):
        read(tmp_path / "folder", CLASS.intersection, str)


def test_points_never_go_below_0_and_the_page_says_how_it_adds_up(tmp_path):
    found = adjusted(tmp_path, HEAD + "ada,e01,-20,copied\nbob,e03,+1,the board\n")
    grades = standings([record("ada"), record("bob")], course(tmp_path, ""), found)
    ada = grades.each["ada", "e01"]
    assert (ada.earned, ada.points) == (15, 0)
    assert ada.said == ["Adjustment: −20 points: copied", "Together: 15 − 20 = −5, and never less than 0: 0 of 15."]
    page = feedback.page("ada", [record("ada")], grades)
    assert "0 of 15 points" in page
    assert "Adjustment: −20 points: copied" in page
    assert "copied" not in feedback.page("bob", [record("bob")], grades), "another student's page"


def test_who_handed_in_nothing_has_the_points_that_were_given_and_a_page(tmp_path):
    grades = standings(
        [record("ada")], course(tmp_path, ""), adjusted(tmp_path, HEAD + "bob,e03,1,the board\n"), ["ada", "bob"]
    )
    assert grades.students == ["ada", "bob"]
    page = feedback.page("bob", [], grades)
    for words in ("Nothing handed in.", "Adjustment: +1 point: the board", "1 of 12 points", "0 + 1 = 1 of 12"):
        assert words in page, words
    assert "1 of 2 on the roster handed in nothing" in class_page.page([record("ada")], grades)


@pytest.mark.parametrize("reason", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7*7 }}"])
def test_a_reason_is_text_on_every_page(tmp_path, reason):
    quoted = '"' + reason.replace('"', '""') + '"'
    grades = standings([record("ada")], course(tmp_path, ""), adjusted(tmp_path, f"{HEAD}ada,e01,1,{quoted}\n"))
    for page in (feedback.page("ada", [record("ada")], grades), class_page.page([record("ada")], grades)):
        assert "<script" not in page
        assert "<img" not in page
        assert reason in unescape(page)


@pytest.mark.parametrize(
    ("points", "written"), [("15", "15"), ("15.00", "15"), ("0.5", "0.5"), ("10", "10"), ("0", "0"), ("100", "100")]
)
def test_a_whole_number_is_written_without_decimals(points, written):
    assert shown(Decimal(points)) == written
