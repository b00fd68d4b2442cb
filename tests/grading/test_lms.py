"""Downloads of learning platforms: whose each file is, when it came, and which one counts."""

import csv
import os
from datetime import UTC, datetime

import pytest

from backprop_lab.grading import archives, lms
from backprop_lab.grading.grade import class_of
from backprop_lab.grading.submissions import find, find_told
from tests.calling import CLASS, RIGHT, WRONG, grade, record, succeeded
from tests.grading.downloads import CANVAS, E01, GRADESCOPE, METADATA, MOODLE, folder_of, zip_of, zipped


@pytest.mark.parametrize("form", [CANVAS, MOODLE])
def test_the_student_is_the_platform_s_name_and_number(tmp_path, form):
    found = find(folder_of(tmp_path, {name: name.encode() for name in form}))
    assert {s.file: s.student for s in found} == form
    assert all(s.read() == s.file.encode() for s in found)


def test_what_each_download_is_read_as_is_told_in_one_line(tmp_path):
    forms = {"a Canvas download": CANVAS, "a Moodle download": MOODLE, "a Gradescope export": GRADESCOPE}
    for number, (name, form) in enumerate(forms.items()):
        folder = folder_of(tmp_path / str(number), dict.fromkeys(form, b"") | {lms.METADATA: METADATA.encode()})
        if name != "a Gradescope export":
            (folder / lms.METADATA).rename(folder / "notes.txt")
        rest = "" if name == "a Gradescope export" else "; 1 of another form is read by name"
        assert find_told(folder)[1] == f"Read as {name}{rest}."
    assert find_told(CLASS)[1] == ""
    assert find_told(RIGHT)[1] == ""


def test_one_name_of_a_download_s_form_makes_no_download_of_a_plain_class(tmp_path):
    found = find(folder_of(tmp_path, {f"ada_1_2_{E01}": b"", "bob.ipynb": b"", f"cyd/{E01}": b""}))
    assert [s.student for s in found] == ["ada_1_2_e01_one_neuron", "bob", "cyd"]
    assert find_told(tmp_path)[1] == ""


def test_late_is_what_canvas_says_after_the_name_and_not_what_a_student_writes(tmp_path):
    names = (f"ada_1_2_LATE_3_4_{E01}", f"bob_LATE_5_6_{E01}", f"late_7_8_{E01}")
    found = find(folder_of(tmp_path, dict.fromkeys(names, b"")))
    assert [(s.student, s.late) for s in found] == [("ada_1", False), ("bob_5", True), ("late_7", False)]


def test_of_two_uploads_to_canvas_the_later_one_counts_whatever_the_files_times_say(tmp_path):
    folder_of(tmp_path, {"ada_1_20_e01_one_neuron-1.ipynb": b"", "ada_1_9_e01_one_neuron.ipynb": b""})
    os.utime(tmp_path / "ada_1_20_e01_one_neuron-1.ipynb", (1000, 1000))
    os.utime(tmp_path / "ada_1_9_e01_one_neuron.ipynb", (2000, 2000))
    ((newest, older),) = class_of(find(tmp_path))
    assert newest.file == "ada_1_20_e01_one_neuron-1.ipynb"
    assert [s.file for s in older] == ["ada_1_9_e01_one_neuron.ipynb"]


def test_who_changed_their_name_between_two_uploads_stays_one_student(tmp_path):
    found = find(folder_of(tmp_path, {f"byronada_1_2_{E01}": b"", f"lovelaceada_1_3_{E01}": b""}))
    assert {s.student for s in found} == {"byronada_1"}


def test_gradescope_s_table_names_everyone_of_a_group_and_the_time(tmp_path):
    folder_of(tmp_path, GRADESCOPE)
    os.utime(tmp_path / "submission_3" / E01, (1000, 1000))
    found = find(tmp_path)
    assert [(s.student, s.file, s.read()) for s in found] == [
        ("Ada Lovelace_007", f"submission_1/{E01}", b"n1"),
        ("Ada Lovelace_007", f"submission_3/{E01}", b"n3"),
        ("Ada Lovelace_other_ada@example.org", f"submission_2/{E01}", b"n2"),
        ("Grace Hopper_008", f"submission_2/{E01}", b"n2"),
        ("submission_4", f"submission_4/{E01}", b"n4"),
    ]
    noon = datetime(2026, 2, 10, 19, 11, 57, 573389, UTC)
    assert [s.submitted for s in found] == [noon, noon.replace(day=11, microsecond=0), noon, noon, None]
    counted = {s.student: s.file for s, _ in class_of(find(tmp_path))}
    assert counted["Ada Lovelace_007"] == f"submission_3/{E01}"


@pytest.mark.parametrize(
    ("table", "words"),
    [
        (b"[1, 2", "it is no YAML"),
        (b"[1, 2]", "expected a table"),
        (b"\xff\xfe\x00", "it is no YAML"),
        (b"[" * 100_000, "nested too deep"),
        (b"- " * 100_000, "nested too deep"),
    ],
)
def test_a_table_that_cannot_be_read_is_one_clear_line(tmp_path, table, words):
    folder_of(tmp_path, GRADESCOPE | {lms.METADATA: table})
    with pytest.raises(archives.NoClass, match=words) as raised:
        find(tmp_path)
    assert "export the submissions from Gradescope again" in str(raised.value)


def test_a_table_builds_text_alone_and_holds_what_it_likes(tmp_path):
    tagged = METADATA.replace("Ada Lovelace", f"!!python/object/apply:os.mkdir ['{tmp_path / 'made'}']", 1)
    odd = "submission_4: [1]\nsubmission_5:\n  :submitters: [1, {':sid': [2]}, {':name': x}]\n  :created_at: never\n7: x\n"
    found = find(folder_of(tmp_path / "class", GRADESCOPE | {lms.METADATA: (tagged + odd).encode()}))
    assert not (tmp_path / "made").exists()
    # What is no name is none; here the student's other submission has one.
    assert {s.student for s in found} >= {"Ada Lovelace_007", "Grace Hopper_008", "submission_4"}


@pytest.mark.sandbox
def test_a_canvas_zip_is_graded_to_the_end(tmp_path):
    contents = {
        f"lovelaceada_1_10_{E01}": RIGHT.read_bytes(),
        f"lovelaceada_LATE_2_11_{E01}": zipped({f"homework/{E01}": WRONG.read_bytes()}),
        "eve_3_12_x.zip": zipped({"../../e01.ipynb": b"x"}),
    }
    contents = {name.replace(E01, "hw.zip") if "LATE" in name else name: c for name, c in contents.items()}
    path, out = zip_of(tmp_path / "submissions.zip", contents), tmp_path / "out"
    succeeded(grade(path))
    with (out / "grades.csv").open(newline="") as table:
        rows = {row["student"]: (row["points"], row["status"]) for row in csv.DictReader(table)}
    assert rows == {
        "eve_3": ("0", "unreadable"),
        "lovelaceada_1": ("15", "graded"),
        "lovelaceada_2": ("13", "graded"),
    }
    told = record(path, "lovelaceada_2")
    assert told["file"] == f"lovelaceada_LATE_2_11_hw.zip/homework/{E01}"
    assert (told["late"], told["submitted"]) == (True, None)
    assert "modified" not in told
    assert sorted(os.listdir(tmp_path)) == ["out", "submissions.zip"]
