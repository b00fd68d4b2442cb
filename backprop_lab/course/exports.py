"""What learning platforms export of a class: which it is, told by the head line, and the people in it.

========== ===================================================== ==================================================
platform   columns of the head line                              where that is written
========== ===================================================== ==================================================
Canvas     Student, ID, SIS User ID, SIS Login ID, Section       ``lib/gradebook_exporter.rb`` of canvas-lms
Moodle     First name, Last name, ID number, Email address       ``grade/export/lib.php`` of moodle
Moodle     Identifier, Full name, Email address                  ``mod/assign/gradingtable.php`` of moodle
Gradescope First Name, Last Name, SID, Email, Role, Section      “Download Roster” on the roster's page
========== ===================================================== ==================================================

Staff, Canvas's test student and its rows of points are left out. Of the Moodle worksheet's Identifier nothing is kept:
it is the number of the student in one assignment.
"""

import re
from collections.abc import Callable, Iterator

from .class_table import Table, cleaned, shown

Person = dict[str, str]

# By what we call it: the names that a column has, in the order of preference. Moodle writes them in its language.
CANVAS = {
    "name": ("student",),
    "last": ("lastname",),
    "first": ("firstname",),
    "canvas_id": ("id",),
    "sis_user_id": ("sis user id",),
    "sis_login_id": ("sis login id",),
    "section": ("section",),
}
MOODLE = {
    "name": ("full name", "vollständiger name"),
    "first": ("first name", "vorname"),
    "last": ("last name", "surname", "nachname"),
    "id_number": ("id number", "id-nummer"),
    "username": ("username", "anmeldename"),
    "email": ("email address", "e-mail-adresse"),
    "section": ("groups", "group", "gruppen", "gruppe"),
    "role": ("roles", "rollen"),
}
GRADESCOPE = {
    "name": ("name", "full name"),
    "first": ("first name",),
    "last": ("last name",),
    "id_number": ("sid",),
    "email": ("email",),
    "section": ("section", "sections"),
    "role": ("role",),
}
KNOWN = frozenset(name for kind in (CANVAS, MOODLE, GRADESCOPE) for names in kind.values() for name in names)
# The login that Canvas makes for the student as whom a teacher views the course.
TEST_LOGIN = re.compile(r"[0-9a-f]{40}")


def people(table: Table) -> tuple[str, Iterator[tuple[int, Person]]]:
    """The platform, and its students with their lines: what we call their columns, by our names.

    Raises
    ------
    NoRoster
        If the head line is none of these, or an export without names.
    """
    columns = table.columns()
    for platform, kind, told_by, student in _PLATFORMS:
        if told_by(set(columns)):
            places = {part: columns[n] for part, names in kind.items() for n in reversed(names) if n in columns}
            if "name" not in places and "last" not in places:
                table.refuse(table.head_line, f"this {platform} export has no names; export it with them")
            return platform, _students(table, places, student)
    head = ", ".join(shown(name) for name in table.head[:8])
    table.refuse(
        table.head_line,
        f"got the columns {head}; expected Canvas's gradebook export (Student, ID, SIS Login ID, Section), Moodle's "
        "participants, gradebook export or grading worksheet (First name, Last name, Email address), "
        "or Gradescope's roster (First Name, Last Name, SID, Email)",
    )


def _students(table: Table, places: dict[str, int], student: Callable[[Person], bool]) -> Iterator[tuple[int, Person]]:
    for line, person in table.people(places):
        if student(person):
            first, last, _ = (person.pop(part, "") for part in ("first", "last", "role"))
            name = person.get("name") or f"{first} {last}".strip()
            yield line, person | {"name": cleaned(name)}


def _of_canvas(person: Person) -> bool:
    """Is this row a student's? If so the name is put as people say it, and Canvas's quotation undone."""
    if not person["canvas_id"]:
        return False  # the points of the columns, or who posts by hand
    quoted = re.fullmatch(r'="(.*)"', person.get("name", ""))
    name = quoted[1] if quoted else person.get("name", "")
    test = name == "Student, Test" and not person.get("sis_user_id")
    last, comma, first = name.partition(", ")
    person["name"] = f"{first} {last}" if comma and "," not in first else name
    return not test and not TEST_LOGIN.fullmatch(person.get("sis_login_id", ""))


def _of_a_student(person: Person) -> bool:
    role = person.get("role", "").casefold()
    return not role or "student" in role or "teilnehmer" in role


_PLATFORMS = (
    ("Canvas", CANVAS, {"id", "section"}.issubset, _of_canvas),
    ("Moodle", MOODLE, {name for part in ("id_number", "username", "email") for name in MOODLE[part]}.intersection,
     _of_a_student),
    ("Gradescope", GRADESCOPE, {"sid", "email"}.intersection, _of_a_student),
)  # fmt: skip
