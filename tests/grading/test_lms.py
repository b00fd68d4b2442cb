"""Downloads of learning platforms and zips: whose each file is, and that no zip does anything but hold files."""

import csv
import io
import json
import os
import shutil
import stat
import struct
import tracemalloc
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.grading import archives, files, lms
from backprop_lab.grading.grade import class_of
from backprop_lab.grading.submissions import Unreadable, find, find_told

CLASS = Path(__file__).parents[1] / "class" / "submissions"
RIGHT, WRONG = CLASS / "right_branches.ipynb", CLASS / "mistake_K4_input_times_x.ipynb"
E01 = "e01_one_neuron.ipynb"
CANVAS = {
    f"lovelaceada_12345_67890_{E01}": "lovelaceada_12345",
    f"lovelaceada_LATE_54321_67891_{E01}": "lovelaceada_54321",
    "hopper_grace_7_8_e01_one_neuron-2.ipynb": "hopper_grace_7",
    f"学生_9_10_11_12_{E01}": "学生_9",
    "turingalan_13_text.html": "turingalan_13",
    f"anon_aB3xZ_14_{E01}": "anon_aB3xZ",
    f"LATE_anon_cD4yW_15_{E01}": "anon_cD4yW",
}
MOODLE = {
    f"Ada Lovelace_123456_assignsubmission_file_/{E01}": "Ada Lovelace_123456",
    f"Ada Lovelace_654321_assignsubmission_file_{E01}": "Ada Lovelace_654321",
    f"Grace Hopper_7_assignsubmission_file/deep/{E01}": "Grace Hopper_7",
    f"Default group_assignsubmission_file_/{E01}": "Default group",
    "Participant_8_assignsubmission_onlinetext_/onlinetext.html": "Participant_8",
    f"O'Neil-Ünal Zoë_9_assignsubmission_file_x_10_assignsubmission_file_{E01}": "O'Neil-Ünal Zoë_9",
}
METADATA = """---
submission_1:
  :submitters:
  - :name: Ada Lovelace
    :sid: '007'
    :email: ada@example.org
  :created_at: 2026-02-10 19:11:57.573389000 Z
  :score: 3.0
submission_2:
  :submitters:
  - :name: Ada Lovelace
    :sid:
    :email: other_ada@example.org
  - :name: Grace_Hopper
    :sid: 008
  :created_at: 2026-02-10 11:11:57.573389000 -08:00
submission_3:
  :submitters:
  - :name: Ada Lovelace
    :sid: '007'
  :created_at: 2026-02-11 19:11:57 Z
"""
GRADESCOPE = {f"submission_{n}/{E01}": b"n%d" % n for n in (1, 2, 3, 4)} | {lms.METADATA: METADATA.encode()}


def folder_of(path, contents):
    for name, content in contents.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(content)
    return path


def zip_of(path, contents, root=""):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in contents.items():
            made.writestr(name if isinstance(name, zipfile.ZipInfo) else root + name, content)
    return path


def zipped(contents):
    return zip_of(io.BytesIO(), contents).getvalue()


def whose(submissions):
    return sorted((s.student, s.file, s.submitted, s.late, s.read()) for s in submissions)


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


@pytest.mark.parametrize("form", [CANVAS, MOODLE, GRADESCOPE, {"ada.ipynb": b"", f"bob/{E01}": b"", "c/d/e.py": b""}])
@pytest.mark.parametrize("root", ["", "submissions/"])
def test_a_zip_and_the_folder_of_it_are_the_same_class(tmp_path, form, root):
    contents = {name: content if isinstance(content, bytes) else name.encode() for name, content in form.items()}
    noise = {"__MACOSX/x": b"", ".DS_Store": b"", "bob/.ipynb_checkpoints/e01.ipynb": b"", "empty/": b""}
    zip_of(tmp_path / "submissions.zip", contents | (noise if not root else {}), root)
    folder_of(tmp_path / "class", contents)
    assert whose(find(tmp_path / "submissions.zip")) == whose(find(tmp_path / "class"))
    assert find_told(tmp_path / "submissions.zip")[1] == find_told(tmp_path / "class")[1]
    assert sorted(os.listdir(tmp_path)) == ["class", "submissions.zip"]


def test_the_one_folder_of_a_zip_is_a_student_unless_it_is_the_class(tmp_path):
    def students(name, contents, root):
        return [s.student for s in find(zip_of(tmp_path / name, dict.fromkeys(contents, b""), root))]

    assert students("homework.zip", [E01], "ada/") == ["ada"]
    assert students("Class (1).zip", ["ada.ipynb", f"bob/{E01}"], "class/") == ["ada", "bob"]
    assert students("x.zip", [f"ada_1_2_{E01}"], "week 3/") == ["ada_1"]
    assert students("ada.zip", [E01], "") == ["ada"]
    zip_of(tmp_path / "x.zip", GRADESCOPE, "assignment_9_export/")
    assert "Grace Hopper_008" in {s.student for s in find(tmp_path / "x.zip")}


@pytest.mark.parametrize("name", ["ada.zip", f"ada/{E01}.zip", "ada/homework.ZIP"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_student_s_zip_is_that_student_s_folder(tmp_path, name, packed):
    contents = {f"homework/{E01}": b"1", "e02_one_layer.ipynb": b"2", "__MACOSX/homework/x": b"", ".git/x": b""}
    make = zip_of if packed else folder_of
    made = make(tmp_path / ("class.zip" if packed else "class"), {name: zipped(contents)})
    found = find(made)
    assert [(s.student, s.file, s.read()) for s in found] == [
        ("ada", f"{name}/e02_one_layer.ipynb", b"2"),
        ("ada", f"{name}/homework/{E01}", b"1"),
    ]
    assert [notebook.student for notebook, _ in class_of(find(made))] == ["ada", "ada"]


def test_a_student_s_zip_names_nobody_else(tmp_path):
    """It may hold a whole download, with names of others in it: all of it is its owner's."""
    forged = dict.fromkeys([*CANVAS, *MOODLE, "bob.ipynb", f"bob/{E01}"], b"") | GRADESCOPE
    assert {s.student for s in find(folder_of(tmp_path / "1", {"eve.zip": zipped(forged)}))} == {"eve"}
    names = {f"eve_1_2_{E01}.zip": zipped(forged), f"ada_3_4_{E01}": b""}
    assert {s.student for s in find(zip_of(tmp_path / "2.zip", names))} == {"eve_1", "ada_3"}


def entry(name, kind=0, **more):
    made = zipfile.ZipInfo(name)
    made.external_attr = (kind | 0o644) << 16
    for key, value in more.items():
        setattr(made, key, value)
    return made


def patched(content, offset, form, value):
    """A zip in which a number of each member's entry, and its twin in the local header, is another one."""
    content = bytearray(content)
    for mark, shift in ((b"PK\x01\x02", 0), (b"PK\x03\x04", -2)):
        at = content.find(mark)
        while at >= 0:
            struct.pack_into(form, content, at + offset + shift, value)
            at = content.find(mark, at + 4)
    return bytes(content)


def twice():
    return zipped({E01: RIGHT.read_bytes(), E01.replace("e", "E", 1): b"other"}).replace(b"E01", b"e01")


NO_PATH = "no plain path"
HOSTILE = {
    "absolute": (lambda: zipped({f"/tmp/{E01}": b"x"}), NO_PATH),
    "climbing": (lambda: zipped({f"../../{E01}": b"x"}), NO_PATH),
    "climbing inside": (lambda: zipped({f"a/../{E01}": b"x"}), NO_PATH),
    "hidden and climbing": (lambda: zipped({f".a/../{E01}": b"x"}), NO_PATH),
    "backslash": (lambda: zipped({f"..\\{E01}": b"x"}), NO_PATH),
    "double slash": (lambda: zipped({f"a//{E01}": b"x"}), NO_PATH),
    "long name": (lambda: zipped({"a" * 5000 + E01: b"x"}), "too long"),
    "twice": (twice, "2 times"),
    "link": (lambda: zipped({entry(E01, stat.S_IFLNK): b"/etc/passwd"}), "a symbolic link"),
    "pipe": (lambda: zipped({entry(E01, stat.S_IFIFO): b""}), "not a regular file"),
    "encrypted": (lambda: patched(zipped({E01: b"x"}), 8, "<H", 1), "encrypted"),
    "nested": (lambda: zipped({"e01.zip": zipped({E01: b"x"})}), "a zip in a zip"),
    "bz2": (lambda: zipped({entry(E01, compress_type=zipfile.ZIP_BZIP2): b""}), "in a way that is not read"),
    "bomb": (lambda: zipped({E01: bytes(files.SIZE_LIMIT + 1)}), "16 MiB, and 16 are allowed"),
    "bombs": (lambda: zipped({f"e0{n}.ipynb": bytes(files.SIZE_LIMIT) for n in range(1, 6)}), "a zip of 80 MiB"),
    "bomb that says it is small": (lambda: patched(zipped({E01: bytes(1 << 24)}), 24, "<I", 10), "damaged"),
    "wrong sum": (lambda: patched(zipped({E01: b"x" * 99}), 16, "<I", 1), "damaged"),
    "many": (lambda: zipped(dict.fromkeys((f"{n}.txt" for n in range(archives.MEMBERS + 1)), b"")), "more than 200"),
    "empty": (lambda: zipped({}), "no files in it"),
    "no zip": (lambda: b"PK but no zip", "it is no zip"),
    "nothing": (lambda: b"", "it is no zip"),
    "cut off": (lambda: zipped({E01: RIGHT.read_bytes()})[:-30], "it is no zip"),
    "too large": (lambda: bytes(files.SIZE_LIMIT + 1), "16 are allowed"),
}


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_zip_is_its_student_s_unreadable_submission(tmp_path, case, packed):
    make, reason = HOSTILE[case]
    contents = {"eve.zip": make(), "ada.ipynb": RIGHT.read_bytes()}
    made = zip_of(tmp_path / "class.zip", contents) if packed else folder_of(tmp_path / "class", contents)
    before = sorted(tmp_path.rglob("*"))
    found = find(made)
    assert {s.student for s in found} == {"ada", "eve"}
    for one in (s for s in found if s.student == "eve"):
        with pytest.raises(Unreadable, match=reason):
            one.read()
    assert next(s for s in found if s.student == "ada").read() == RIGHT.read_bytes()
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("claimed", [256 << 20, 10])
def test_a_bomb_takes_no_memory(tmp_path, claimed):
    """Whether or not it says its size: at most what one file may have, for each of the two times that it is held."""
    folder_of(tmp_path, {"eve.zip": patched(zipped({E01: bytes(256 << 20)}), 24, "<I", claimed)})
    tracemalloc.start()
    try:
        (one,) = find(tmp_path)
        with pytest.raises(Unreadable):
            one.read()
        assert tracemalloc.get_traced_memory()[1] < 2 * files.SIZE_LIMIT + (2 << 20)
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("case", ["link", "encrypted", "twice", "pipe", "bomb", "climbing", "absolute", "backslash"])
def test_a_hostile_member_of_a_class_s_zip_stops_nobody(tmp_path, case):
    make, reason = HOSTILE[case]
    path = tmp_path / "class.zip"
    path.write_bytes(make())
    if case not in ("encrypted", "twice"):
        with zipfile.ZipFile(path, "a") as opened:
            opened.writestr("ada.ipynb", b"x")
    found = find(path)
    for one in (s for s in found if s.student != "ada"):
        with pytest.raises(Unreadable, match=reason):
            one.read()
        assert "/" in one.student or "\\" in one.student or one.student == "class"
    assert [s.read() for s in found if s.student == "ada"] == ([] if case in ("encrypted", "twice") else [b"x"])


def test_a_class_s_zip_that_cannot_be_read_is_one_clear_line(tmp_path, monkeypatch):
    (tmp_path / "class.zip").write_bytes(b"no zip")
    with pytest.raises(archives.NoClass, match="no zip, or a damaged one; download it again"):
        find(tmp_path / "class.zip")
    with pytest.raises(FileNotFoundError, match="a zip of them"):
        find(tmp_path / "nowhere.zip")
    monkeypatch.setattr(archives, "CLASS_MEMBERS", 1)
    with pytest.raises(archives.NoClass, match=r"holds 2 files .* unpack it"):
        find(zip_of(tmp_path / "class.zip", {"a.ipynb": b"", "b.ipynb": b""}))


def test_names_of_a_mac_s_zip_are_utf_8_without_the_mark(tmp_path):
    name = "zoë.ipynb".encode()
    made = zip_of(tmp_path / "class.zip", {"zo__.ipynb": b"x"}).read_bytes().replace(b"zo__.ipynb", name)
    (tmp_path / "class.zip").write_bytes(made)
    assert [(s.student, s.read()) for s in find(tmp_path / "class.zip")] == [("zoë", b"x")]


@pytest.mark.sandbox
def test_a_canvas_zip_is_graded_to_the_end(tmp_path):
    contents = {
        f"lovelaceada_1_10_{E01}": RIGHT.read_bytes(),
        f"lovelaceada_LATE_2_11_{E01}": zipped({f"homework/{E01}": WRONG.read_bytes()}),
        "eve_3_12_x.zip": zipped({"../../e01.ipynb": b"x"}),
    }
    contents = {name.replace(E01, "hw.zip") if "LATE" in name else name: c for name, c in contents.items()}
    path, out = zip_of(tmp_path / "submissions.zip", contents), tmp_path / "out"
    done = CliRunner().invoke(app, ["grade", str(path), "--out", str(out)])
    assert done.exit_code == 0, done.output
    with (out / "grades.csv").open(newline="") as table:
        rows = {row["student"]: (row["points"], row["status"]) for row in csv.DictReader(table)}
    assert rows == {
        "eve_3": ("0", "unreadable"),
        "lovelaceada_1": ("15", "graded"),
        "lovelaceada_2": ("13", "graded"),
    }
    record = json.loads((out / "results" / "lovelaceada_2" / "e01.json").read_text())
    assert record["file"] == f"lovelaceada_LATE_2_11_hw.zip/homework/{E01}"
    assert (record["late"], record["submitted"]) == (True, None)
    assert "modified" not in record
    assert sorted(os.listdir(tmp_path)) == ["out", "submissions.zip"]


@pytest.mark.sandbox
def test_a_class_has_the_same_records_from_a_folder_and_from_its_zip(tmp_path):
    (tmp_path / "class").mkdir()
    for file in (RIGHT, WRONG, CLASS / "untouched.ipynb"):
        shutil.copy(file, tmp_path / "class")
    (tmp_path / "secret").write_text("s")
    zip_of(tmp_path / "class.zip", {p.name: p.read_bytes() for p in (tmp_path / "class").iterdir()}, "class/")
    for name in ("class", "class.zip"):
        call = ["grade", str(tmp_path / name), "--out", str(tmp_path / f"out-{name}")]
        assert CliRunner().invoke(app, [*call, "--seed-file", str(tmp_path / "secret")]).exit_code == 0
    for path in (tmp_path / "out-class" / "results").rglob("*.json"):
        twin = tmp_path / "out-class.zip" / path.relative_to(tmp_path / "out-class")
        assert path.read_bytes() == twin.read_bytes()
