"""Whom a submission's name means: one student of the roster, or nobody."""

import pytest

from backprop_lab.course.roster import Enrolled, Roster, imported
from backprop_lab.grading import lms
from tests.course.exports import CANVAS, GRADESCOPE, MOODLE, file

CLASS = Roster((
    Enrolled("ada", "Ada Lovelace", "ada@x.org", "0012345", canvas_id="12345"),
    Enrolled("other_ada", "Ada Lovelace", "other_ada@x.org", "0054321", canvas_id="54321"),
    Enrolled("bob", "Bob Byron", "bob@x.org", "777", canvas_id="888"),
    Enrolled("cyd", "Cyd Charisse", "cyd@x.org", "888", canvas_id="999", sis_user_id="S-1"),
    Enrolled("zoë", "Zoë Müller", "zoe@x.org"),
    Enrolled("hopper_grace_7"),
    Enrolled("dan", canvas_id="31", id_number="32"),
))  # fmt: skip


@pytest.mark.parametrize(
    ("key", "whose"),
    [
        ("ada", "ada"),
        ("hopper_grace_7", "hopper_grace_7"),
        ("zoe\u0308", "zoë"),
        ("Ada", None),
        ("nobody", None),
        ("", None),
        ("_", None),
        # Canvas: the number alone, whatever the name is now.
        ("lovelaceada_12345", "ada"),
        ("byron_ada_54321", "other_ada"),
        ("学生_999", "cyd"),
        ("charissecyd_12", None),
        # Gradescope: a number with a name that can be theirs, or their address.
        ("Ada Lovelace_0012345", "ada"),
        ("A. Lovelace_0054321", "other_ada"),
        ("Ada Lovelace_other_ada@x.org", "other_ada"),
        ("Ada Lovelace_Ada@X.org", "ada"),
        ("Cyd_S-1", "cyd"),
        ("Ada Lovelace_ada@y.org", None),
        ("Nobody Known_other_ada@y.org", None),
        ("Zoë Müller_zoe@y.org", None),
        ("Somebody Else_ada@x.org", "ada"),
        ("Dan_32", "dan"),
        # Moodle: the name, if one alone has it; the number may be another's elsewhere.
        ("Zoë Müller_123456", "zoë"),
        ("Zoe\u0308 Mu\u0308ller_123456", "zoë"),
        ("Zoë Müller", "zoë"),
        ("Zoë Müller_777", "zoë"),
        ("Zoë Müller_888", "zoë"),
        ("Zoë Myller_777", None),
        ("Ada Lovelace_123456", None),
        ("Ada Lovelace", None),
        # Number and name are of two people.
        ("Bob Byron_888", "bob"),
        ("bob_888", "bob"),
        ("Bob Charisse_888", "cyd"),
        ("Cyd Charisse_777", "cyd"),
        ("\udcff_12345", None),
    ],
)
def test_whom_a_submission_s_name_means(key, whose):
    assert CLASS.student_of(key) == whose


def test_a_number_that_is_two_people_s_means_nobody():
    two = Roster((Enrolled("a", canvas_id="7"), Enrolled("b", id_number="7"), Enrolled("c", "Cee"), Enrolled("d", "d")))
    assert two.student_of("a_7") is None
    assert two.student_of("A_7") == "b"
    assert two.student_of("Cee_7") is None
    assert two.student_of("x_8") is None


def test_the_names_that_the_platforms_downloads_give_are_found(tmp_path):
    canvas = imported(file(tmp_path, CANVAS))
    names = ("lovelaceada_LATE_12345_67890_e01.ipynb", "oneilünalzoë_67_11_e01.ipynb", "student_5_6_e01.ipynb")
    assert [canvas.student_of(lms.canvas(name)[0].student) for name in names] == ["ada", "zoe", None]
    moodle = imported(file(tmp_path, MOODLE))
    names = ("Ada Lovelace_1_assignsubmission_file_/e01.ipynb", "Zoë O'Neil-Ünal_22_assignsubmission_file_")
    assert [moodle.student_of(lms.moodle(name.split("/")[0])[0].student) for name in names] == ["ada", "zoe"]
    gradescope = imported(file(tmp_path, GRADESCOPE))
    for who in (lms.Named("Ada Lovelace", "0012345"), lms.Named("Grace Hopper", "grace@example.org")):
        assert gradescope.student_of(who.student) == who.name.split()[0].lower()
