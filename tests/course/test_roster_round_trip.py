"""From a platform's export by our roster and back into the platform: everybody has their own points."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lab.course import class_table, gradebooks
from backprop_lab.course.roster import COLUMNS, Enrolled, Roster, imported
from backprop_lab.grading import lms
from tests.course.exports import file
from tests.course.gradebook_parsers import CanvasUser, MoodleUser, canvas_import, moodle_import

NAME = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1, max_size=10)
NAMES = NAME | st.sampled_from(
    ["=1+1", "'=1+1", "''=x", "O'Neil", 'A "B" C', "a,b", "a;b", "עדה", "\u202eada", "\ufeffa"]
)
LOGIN = st.from_regex(r"[a-z][a-z0-9.]{0,6}(@[ab]\.org)?", fullmatch=True)


def written(rows):
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("rosters")


@settings(deadline=None)
@given(people=st.lists(st.tuples(NAMES, NAMES, LOGIN), unique_by=lambda p: p[2], max_size=8, min_size=1))
def test_from_canvas_and_back_again(folder, people):
    users = [CanvasUser(50 + n, f"{last}, {first}", f"S{n}", login) for n, (last, first, login) in enumerate(people)]
    quoted = [f'="{u.name}"' if u.name.strip().startswith("=") else u.name for u in users]
    rows = [[name, u.id, u.sis_user_id, u.login, "A", ""] for name, u in zip(quoted, users, strict=True)]
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", "E1 (4711)"]
    export = written([head, ["    Points Possible", "", "", "", "", "15.00"], *rows])
    roster = imported(file(folder, export))
    assert Roster.read(file(folder, roster.to_csv())) == roster
    assert len({one.student.casefold() for one in roster.enrolled}) == len(people)
    finals = {(one.student, "e01"): (Decimal(n), 15) for n, one in enumerate(roster.enrolled)}
    back = written(gradebooks.canvas(roster, finals, {"e01": "E1 (4711)"}))
    _, grades = canvas_import(back, users, {4711: "E1"})
    assert grades == {(50 + n, 4711): str(n) for n in range(len(people))}
    keys = [lms.canvas(f"slug_{u.id}_1_e01.ipynb")[0].student for u in users]
    assert [roster.student_of(key) for key in keys] == [one.student for one in roster.enrolled]


@settings(deadline=None)
@given(people=st.lists(st.tuples(NAMES, NAMES, LOGIN), unique_by=lambda p: p[2], max_size=8, min_size=1))
def test_from_moodle_and_back_again(folder, people):
    users = [MoodleUser(n, f"{login}@x.org", f"00{n}", login) for n, (_, _, login) in enumerate(people)]
    rows = [[first, last, u.idnumber, u.email] for (last, first, _), u in zip(people, users, strict=True)]
    roster = imported(file(folder, written([["First name", "Last name", "ID number", "Email address"], *rows])))
    assert Roster.read(file(folder, roster.to_csv())) == roster
    finals = {(one.student, "e01"): (Decimal(n) / 4, 15) for n, one in enumerate(roster.enrolled)}
    back = written(gradebooks.moodle(roster, finals, {"e01": "One"}))
    for told_by in (("Email address", "email"), ("ID number", "idnumber")):
        grades = moodle_import(back, users, told_by, {"One": "e01"})
        assert grades == {(n, "e01"): Decimal(n) / 4 for n in range(len(people))}
    for one, (last, first, _) in zip(roster.enrolled, people, strict=True):
        # Who has a name of their own is found by it, whatever number Moodle gives.
        assert roster.student_of(f"{first} {last}_99") in (one.student, None)


CELL = NAMES.map(class_table.cleaned)


@settings(deadline=None)
@given(
    people=st.lists(st.fixed_dictionaries(dict.fromkeys(COLUMNS, CELL)), unique_by=lambda p: p["student"], max_size=5)
)
def test_our_own_file_reads_back_the_same_whatever_is_in_it(folder, people):
    enrolled = []
    for n, one in enumerate(people):
        own = {c: f"{v}{n}" if v and c not in ("name", "section") else v for c, v in one.items()}
        enrolled.append(Enrolled(**own | {"student": f"{one['student']}{n}", "canvas_id": f"{n}"}))
    roster = Roster(tuple(enrolled))
    assert Roster.read(file(folder, roster.to_csv())) == roster
    for row in csv.reader(io.StringIO(roster.to_csv(), newline="")):
        assert not [cell for cell in row if cell.lstrip()[:1] in ("=", "+", "-", "@")]
