"""The instructor's page: its numbers are those of the records, and nothing in it is code for who reads it."""

import random
import re
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser

import pytest

from backprop_lab.course import class_page
from backprop_lab.course.histogram import by_points, by_tenths, drawn
from backprop_lab.course.mistakes_made import made, unnamed
from backprop_lab.exercises import load
from backprop_lab.exercises.catalogue import CATALOGUE
from backprop_lab.grading.results import Store
from tests.class_records import record, unread

CLASS = [
    record("ada"),
    record("bob", wrong={"da_dz": ["O3"], "dL_dx": ["K4"]}),
    record("cyd", wrong={"da_dz": ["O4 D2", "H3"]}),
    record("dan", wrong={"da_dz": ["O3"]}, outcomes={"dL_dx": "not attempted"}),
    record("eve", wrong={"dL_da": []}, status="crashed", superseded=[{"file": "old.ipynb", "sha256": None}]),
    record("bob", "e06", wrong={"delta_l": ["H6"]}),
    unread("fay"),
]


class Outline(HTMLParser):
    """The page's tags, and its tables as lists of rows of texts."""

    def __init__(self, page):
        super().__init__()
        self.tags, self.tables, self.cell = [], [], None
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "table":
            self.tables.append([])
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in ("td", "th"):
            self.cell = ""

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.tables[-1][-1].append(" ".join(self.cell.split()))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell += data


def table(page, *head):
    """The first table with these column heads, without them."""
    found = next(rows for rows in Outline(page).tables if tuple(rows[0][: len(head)]) == head)
    return found[1:]


def section(page, name):
    return unescape(page.split(f'<section id="{name}"')[1].split("</section>")[0])


def test_it_counts_students_submissions_and_exercises():
    assert "6 students, 7 submissions, 2 exercises." in class_page.page(CLASS)
    assert "1 student, 1 submission, 1 exercise." in class_page.page(CLASS[:1])


def test_the_points_are_counted_in_the_picture_and_in_the_table_alike():
    page = section(class_page.page(CLASS), "e01")
    points = [r["points"] for r in CLASS if r["exercise"] == "e01"]
    rows = dict(table(page, "Points", "Submissions"))
    assert {int(label): int(said.split("\N{NO-BREAK SPACE}")[0].split(" ")[0]) for label, said in rows.items()} == {
        n: points.count(n) for n in range(16)
    }
    drawing = re.findall(r"<text[^>]*>([^<]*)</text>", page.split("<svg")[1].split("</svg>")[0])
    assert list(zip(drawing[::2], map(int, drawing[1::2]), strict=True)) == by_points(points, 15)
    assert f"Points of the middle one: 12 of 15; lowest {min(points)}, highest 15." in page


def test_bars_are_as_long_as_their_numbers():
    lengths = [int(n) for n in re.findall(r'<rect[^>]*width="(\d+)"', drawn([("0", 4), ("1", 0), ("2", 2)], "said"))]
    assert lengths[0] == 2 * lengths[2] > 0 == lengths[1]
    assert drawn([("0", 0)], "said").count("<rect") == 1
    assert "&lt;b&gt;" in drawn([("<b>", 1)], "said")


def test_points_that_a_hand_corrected_fall_into_a_bin():
    assert by_points([2.5, 4, -1], 3) == [("0", 1), ("1", 0), ("2", 1), ("3", 1)]
    assert by_points([60], 60) == by_tenths([(60, 60)])
    assert sum(number for _, number in by_tenths([(20, 15), (-1, 15)])) == 2


def test_of_all_exercises_together_each_student_is_counted_once_and_who_has_none_is_told():
    page = section(class_page.page(CLASS), "overall")
    rows = table(page, "Share of the points", "Students")
    assert sum(int(said.split()[0]) for _, said in rows) == 5
    assert "Left out here: 1 student who handed in nothing that is an exercise." in page


def test_terms_are_shared_out_among_all_some_and_none():
    half = record("gil")
    half["terms"][2] |= {"points": 1}  # of ∂L/∂a's three, as a later definition might give
    rows = {row[0]: row[1:] for row in table(section(class_page.page([*CLASS, half]), "e01"), "Term", "Points")}
    assert [cell.split()[0] for cell in rows["∂a/∂z"]] == ["3", "3", "0", "3", "0"]
    assert [cell.split()[0] for cell in rows["∂L/∂a"]] == ["3", "4", "1", "1", "0"]
    assert [cell.split()[0] for cell in rows["∂L/∂x"]] == ["2", "4", "0", "2", "1"]
    assert list(rows) == [term.symbol for term in load("e01").terms]


def test_mistakes_are_sorted_by_how_many_made_them_and_name_them():
    found = made(CLASS)
    assert [(m.code, list(m.students)) for m in found] == [
        ("O3", ["bob", "dan"]), ("H3", ["cyd"]), ("H6", ["bob"]), ("K4", ["bob"]), ("O4", ["cyd"]),
    ]  # fmt: skip
    assert (found[0].name, found[0].exercises) == (CATALOGUE["O3"].name, {"E1": ["∂a/∂z"]})
    rows = table(section(class_page.page(CLASS), "e01"), "Mistake", "Where", "Who")
    assert rows[0][0].startswith("O3 z in the short form of σ'.")
    assert rows[0][2] == "2 students bob dan"
    assert rows[-1] == ["Wrong, and not by a known mistake.", "∂L/∂a", "1 student eve"]


def test_a_mistake_that_no_number_can_tell_from_another_is_told_with_it_and_not_counted_twice():
    (found,) = [m for m in made(CLASS) if m.or_else]
    assert (found.code, list(found.or_else)) == ("O4", ["D2"])
    assert "Or, with the same numbers, <code>D2</code>" in class_page.page(CLASS)


def test_one_slip_in_three_terms_is_one_student():
    (found,) = made([record("ada", wrong={"dL_dw": ["O2"], "dL_db": ["O2"], "dL_dx": ["O2"]})])
    assert (len(found.students), len(found.places)) == (1, 3)


def test_a_code_of_the_catalogue_is_one_mistake_in_all_exercises_and_a_local_one_is_not():
    def first(exercise_id, code):
        return next(t.name for t in load(exercise_id).terms for m in t.mistakes if m.code == code)

    for code in ("O2", "O1"):
        same = [record(f"s{n}", e, wrong={first(e, code): [code]}) for n, e in enumerate(("e07", "e06", "e01"))]
        (found,), (other,) = made(same), made(same[::-1])
        assert other == replace(found, students=other.students)
        assert (found.words, list(found.exercises)) == (CATALOGUE[code].what, ["E1", "E6", "E7"])
    assert len(made([record("s", e, wrong={first(e, "N1"): ["N1"]}) for e in ("e02", "e09")])) == 2


def test_talk_about_holds_the_most_frequent_and_says_how_many_are_as_frequent():
    page = section(class_page.page(CLASS), "talk")
    assert page.count("On paper:") == class_page.TALK_ABOUT == 5
    assert "more mistake" not in page
    assert "2 more mistakes were made as often as the last of these" in section(
        class_page.page([*CLASS, record("gil", wrong={"dL_da": ["O7"]}), record("hal", wrong={"dL_da": ["O9"]})]),
        "talk",
    )
    assert "No known mistake was found." in section(class_page.page(CLASS[:1]), "talk")


def test_what_could_not_be_graded_is_named_to_be_looked_at_by_hand():
    page = section(class_page.page(CLASS), "by-hand")
    assert table(page, "Student", "Exercise") == [
        ["eve", "e01", "crashed (eve.ipynb)"],
        ["fay", "unknown", "unreadable: it is no notebook (fay.ipynb)"],
    ]
    assert "More than one file was handed in" in page
    assert "Every submission was read" in section(class_page.page(CLASS[:4]), "by-hand")
    assert "Graded without isolation" in class_page.page([record("ada", isolation="none")])
    assert "Graded without isolation" not in class_page.page(CLASS)


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "javascript:alert(1)", "../../etc", "a&b", "{{ 7*7 }}"]
)  # fmt: skip
def test_names_files_and_reasons_are_text_and_links_stay_in_the_feedback_folder(name):
    page = class_page.page([
        record(name, wrong={"da_dz": ["O3"]}, file=name, superseded=[{"file": name}]),
        unread(name, file=name, reason=name),
    ])  # fmt: skip
    outline = Outline(page)
    assert not {"script", "img", "iframe", "object", "form", "base"} & {tag for tag, _ in outline.tags}
    assert not [a for _, attributes in outline.tags for a in attributes if a.startswith("on")]
    links = {attributes["href"] for tag, attributes in outline.tags if tag == "a"}
    assert all(re.fullmatch(r"#[\w-]+|feedback/[\w.%~-]+\.html", link) for link in links), links
    assert f"<bdi>{name}</bdi>" in unescape(page)


def test_a_link_leads_to_the_page_that_was_written(tmp_path):
    from urllib.parse import unquote

    for name in ("Ada Lovelace", "50%", "~x", "学生", "a/b"):
        Store(tmp_path).write_feedback(name, "page")
        assert (tmp_path / unquote(class_page._feedback(name))).is_file()
    Store(tmp_path).write_class_page(class_page.page(CLASS))
    assert "6 students" in (tmp_path / "class.html").read_text("utf-8")


def test_it_needs_no_other_file_and_no_script():
    page = class_page.page(CLASS)
    outline = Outline(page)
    assert not {"script", "link"} & {tag for tag, attributes in outline.tags if attributes.get("href") != "data:,"}
    assert "http:" not in page
    assert "https:" not in page
    assert "url(" not in page
    heads = [attributes for tag, attributes in outline.tags if tag == "th"]
    assert {attributes.get("scope") for attributes in heads} == {"row", "col"}


def test_the_same_records_give_the_same_bytes_in_whatever_order():
    mixed = CLASS.copy()
    random.Random(7).shuffle(mixed)
    assert class_page.page(mixed) == class_page.page(CLASS)


def test_no_records_and_records_that_no_definition_explains_any_more():
    assert "0 students, 0 submissions, 0 exercises." in class_page.page([])
    old = record("ada", wrong={"da_dz": ["O3"]}) | {"exercise": "e77", "title": "E77 Gone", "status": "of another time"}
    old["terms"][3]["mistakes"] = ["X9"]
    page = class_page.page([old])
    assert "A mistake that this version has no words for." in page
    assert "of another time" in page


def test_of_thousands_the_first_are_named_and_the_others_counted():
    many = [record(f"s{n:04}", wrong={"da_dz": ["O3"]}, status="timed out") for n in range(class_page.NAMES + 3)]
    page = class_page.page(many)
    assert "<li>and 3 more, in the records</li>" in page
    assert "3 more are in grades.csv." in page
    assert "s0199" in page
    assert "s0200" not in page
    short, long = (class_page.page([record("ada", file=name, status="crashed")]) for name in ("d/", "d/" * 5000))
    assert 0 < len(long) - len(short) < class_page.LONGEST_FILE


def test_wrong_answers_that_nobody_knows_are_told_apart_from_what_is_not_written():
    assert unnamed(CLASS) == {"∂L/∂a": {"eve": None}}
