"""Who is in the class: a roster of ours, and what the platforms export; what is neither is refused."""

import csv
import io

import pytest

from backprop_lab.course import class_table
from backprop_lab.course.roster import Enrolled, NoRoster, Roster, imported
from tests.course.exports import (
    CANVAS,
    FROM_CANVAS,
    FROM_GRADESCOPE,
    FROM_MOODLE,
    GRADESCOPE,
    MOODLE,
    PARTICIPANTS,
    WORKSHEET,
    file,
)

OURS = """student,name,email,id_number,canvas_id,section
ada,Ada Lovelace,Ada@Example.org,0012345,12345,A
bob,"Byron, Lord",bob@example.org,54321,54321,B
"""
ADA = Enrolled("ada", "Ada Lovelace", "Ada@Example.org", "0012345", canvas_id="12345", section="A")
BOB = Enrolled("bob", "Byron, Lord", "bob@example.org", "54321", canvas_id="54321", section="B")


def read(tmp_path, text):
    return Roster.read(file(tmp_path, text)).enrolled


def test_our_own_roster_is_read(tmp_path):
    assert read(tmp_path, OURS) == (ADA, BOB)
    assert read(tmp_path, "student\nada\n\n ,\nbob\n".replace(" ,", " ")) == (Enrolled("ada"), Enrolled("bob"))
    assert read(tmp_path, "section,student\nA,ada\n") == (Enrolled("ada", section="A"),)
    assert read(tmp_path, "student\n") == ()


@pytest.mark.parametrize("delimiter", [";", "\t"])
@pytest.mark.parametrize("start", ["", "\N{ZERO WIDTH NO-BREAK SPACE}", "sep=DELIMITER\n"])
def test_a_spreadsheet_s_ways_of_writing_it_are_the_same_roster(tmp_path, delimiter, start):
    rows = csv.reader(io.StringIO(OURS, newline=""))
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    head, rest = text.getvalue().split("\r\n", 1)
    assert read(tmp_path, f"{start.replace('DELIMITER', delimiter)}{head.title()}\r\n{rest}") == (ADA, BOB)


@pytest.mark.parametrize(
    ("export", "expected"),
    [
        (CANVAS, FROM_CANVAS),
        (MOODLE, FROM_MOODLE),
        (MOODLE.replace("Surname", '"Last name"').replace("\n", "\r\n"), FROM_MOODLE),
        (PARTICIPANTS, (Enrolled("zoe1", "Zoë Müller", "zoe@example.org", username="zoe1", section="A"),)),
        (WORKSHEET, (Enrolled("ada", "Ada Lovelace", "ada@example.org"),)),
        (GRADESCOPE, FROM_GRADESCOPE),
        ("Name,Email,Role\nAda Lovelace,ada@example.org,Student\n", (Enrolled("ada", "Ada Lovelace", "ada@example.org"),)),
        (OURS, (ADA, BOB)),
        ("LastName,FirstName,ID,SIS Login ID,Section\nLovelace,Ada,7,ada,A\n",
         (Enrolled("ada", "Ada Lovelace", canvas_id="7", sis_login_id="ada", section="A"),)),
    ],
)  # fmt: skip
def test_an_export_becomes_a_roster_that_reads_back_the_same(tmp_path, export, expected):
    roster = imported(file(tmp_path, export))
    assert roster.enrolled == expected
    assert Roster.read(file(tmp_path, roster.to_csv(), "ours.csv")) == roster
    assert imported(file(tmp_path, "\N{ZERO WIDTH NO-BREAK SPACE}" + export)) == roster


def test_two_of_one_login_get_keys_that_a_newcomer_does_not_take(tmp_path):
    emails = ["ada@a.org", "ada@b.org", "grace@a.org", "ADA@c.org"]
    rows = [f"Ada,L{n},{email}\n" for n, email in enumerate(emails)]
    for class_ in (rows, rows[::-1]):
        roster = imported(file(tmp_path, "First Name,Last Name,Email\n" + "".join(class_)))
        assert {one.email: one.student for one in roster.enrolled} == {
            "ada@a.org": "ada@a.org", "ada@b.org": "ada@b.org", "grace@a.org": "grace", "ADA@c.org": "ADA@c.org",
        }  # fmt: skip
    nameless = imported(file(tmp_path, "Full name,ID number\nAda L,\nAda L,\nada l,7\n=1+1,8\n,9\n"))
    assert [one.student for one in nameless.enrolled] == ["ada_l_1", "ada_l_2", "ada_l_7", "1+1", "student"]


WRONG = {
    "": "line 1: nothing is there; expected a head line",
    "\n\n": "line 1: nothing is there",
    "name\nada\n": "line 1: got the columns 'name'; expected student, name, .* course init FOLDER --roster FILE",
    CANVAS: "line 1: got a column 'ID'; expected student, name, email",
    "student,email,student\n": "line 1: the column student is there twice; leave one",
    "student,e-mail\n": "line 1: got a column 'e-mail'; expected student, name, email",
    "student,name\nada,Ada\n,Bob\n": "line 3: the cell student is empty; write the name",
    "student\nada\nbob\n\nada\n": "line 5: student is 'ada', as in line 2; two students need two",
    "student\nZoe\u0308\nZoë\n": "line 3: student is 'Zoë', as in line 2",
    "student,email\nada,a@x.org\nbob,A@x.org\n": "line 3: email is 'A@x.org', as in line 2",
    "student,id_number\nada,7\nbob,7\n": "line 3: id_number is '7', as in line 2",
    "student,canvas_id\nada,7\nbob,seven\n": "line 3: canvas_id is 'seven'; expected the number in the column ID of",
    "student,canvas_id\nada,1.2E+10\n": "line 2: canvas_id is 1.2E.10: a spreadsheet has rounded the number",
    "student,id_number\nada,\"1,2E+10\"\n": "line 2: id_number is 1,2E.10: a spreadsheet has rounded the number",
    "student,name\nada,Lovelace, Ada\n": "line 2: 3 cells, and the head line has 2; put quotation marks around",
    'student,name\nada,"Lovelace\nbob,Bob\n': "line 2: unexpected end of data; look for a quotation mark",
    'student,name\nada,"Lovelace\nbob"\n': "line 2: the cell name goes over several lines; is a quotation mark",
    'student,name\nada,"Ada" Lovelace\n': "line 2: .*look for a quotation mark that is missing or too much",
    "student\nada\n" + "b" * 501 + "\n": "line 3: the cell student has 501 characters, and 500 are allowed",
    "student\nada\n" + "b" * 200_000 + "\n": "line 3: field larger than field limit",
    b"student,name\nada,Ada\nzoe,Zo\xeb\n": "line 3: it is not UTF-8; save the table as “CSV UTF-8”",
    "student\nada\n".encode("utf-16"): "line 1: it is not UTF-8",
    b"PK\x03\x04\x00\xff": "line 1: it is not UTF-8",
}  # fmt: skip


@pytest.mark.parametrize("text", WRONG, ids=range(len(WRONG)))
def test_what_is_no_roster_is_refused_with_its_line_and_what_to_do(tmp_path, text):
    with pytest.raises(NoRoster, match=WRONG[text]) as refused:
        read(tmp_path, text)
    said = str(refused.value)
    assert said.startswith(str(tmp_path / "roster.csv"))
    assert "\n" not in said
    assert len(said) < 500


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("a,b\n1,2\n", "line 1: got the columns 'a', 'b'; expected Canvas's gradebook export"),
        ("Identifier,ID number\nParticipant 7,\n", "line 1: this Moodle export has no names; export it with them"),
        (
            "Student,ID,SIS Login ID,Section\n    Points Possible,,,\n",
            "line 1: read as an export of Canvas, and no stud",
        ),
        (GRADESCOPE + "Ada,Byron,0012345,b@x.org,Student,\n", "line 5: id_number is '0012345', as in line 2"),
        ("Student,ID,Section\nAda,seven,A\n", "line 2: canvas_id is 'seven'"),
    ],
)
def test_what_is_no_export_is_refused(tmp_path, text, why):
    with pytest.raises(NoRoster, match=why):
        imported(file(tmp_path, text))


def test_a_file_that_is_not_there_too_large_or_none_is_refused(tmp_path, monkeypatch):
    with pytest.raises(NoRoster, match=r"none\.csv cannot be read: no such file"):
        Roster.read(tmp_path / "none.csv")
    with pytest.raises(NoRoster, match="is no file; give a table"):
        Roster.read(tmp_path)
    monkeypatch.setattr(class_table, "SIZE_LIMIT", 1 << 20)
    with pytest.raises(NoRoster, match="has more than the 1 MiB that are allowed"):
        Roster.read(file(tmp_path, b"student\n" + b"a\n" * (1 << 19)))
    monkeypatch.setattr(class_table, "MOST_ROWS", 2)
    assert len(read(tmp_path, "student\na\nb\n")) == 2
    with pytest.raises(NoRoster, match="has more than the 2 rows"):
        read(tmp_path, "student\na\nb\nc\n")
