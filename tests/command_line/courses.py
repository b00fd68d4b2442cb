"""A course as tests change it: what is handed in, what its file says, and the tables that come of it."""

import csv
import shutil
import zipfile

from tests.calling import RIGHT, WRONG

CANVAS = """Student,ID,SIS User ID,SIS Login ID,Section,E1 One neuron (4711)
    Points Possible,,,,,15
"Lovelace, Ada",12345,u1,ada,Group 1,
"Byron, Bob",12346,u2,bob,Group 1,
"Curie, Cyd",12347,u3,cyd,Group 2,
"""


def rows(course, name="grades"):
    with (course / "graded" / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def zipped(path, members, modified=(2026, 12, 3, 11, 0, 0)):
    with zipfile.ZipFile(path, "w") as made:
        for name, source in members.items():
            content = source if isinstance(source, str) else source.read_bytes()
            made.writestr(zipfile.ZipInfo(name, modified), content)
    return path


def gradescope(path, times):
    """An export of Gradescope, of students who handed in the right answer at these times."""
    said = "".join(
        f"submission_{n}:\n  :submitters:\n  - :name: {who}\n    :sid: {who}1\n    :email: {who}@x.edu\n  :created_at: {time}\n"
        for n, (who, time) in enumerate(times.items())
    )
    notebooks = {f"export/submission_{n}/e01.ipynb": RIGHT for n in range(len(times))}
    return zipped(path, {"export/submission_metadata.yml": said, **notebooks})


def hand_in(folder):
    shutil.copy(RIGHT, folder / "ada.ipynb")
    shutil.copy(WRONG, folder / "bob.ipynb")


def say(course, old, new):
    text = (course / "course.toml").read_text()
    assert text.count(old) == 1, old
    (course / "course.toml").write_text(text.replace(old, new))


def strict(course, percent="10"):
    """A deadline, and what is taken after it."""
    say(course, "# e01 = 2026-12-01T23:59:00+01:00\n", "e01 = 2026-12-01T23:59:00+01:00\n")
    say(course, "percent_a_day = 0\n", f"percent_a_day = {percent}\n")
