"""A zip does nothing but hold files: a class's is the class, a student's is that student's folder."""

import os
import shutil

import pytest

from backprop_lab.grading import archives
from backprop_lab.grading.grade import class_of
from backprop_lab.grading.submissions import find, find_told
from tests.calling import CLASS, RIGHT, WRONG, grade, succeeded
from tests.grading.downloads import CANVAS, E01, GRADESCOPE, MOODLE, folder_of, zip_of, zipped


def whose(submissions):
    return sorted((s.student, s.file, s.submitted, s.late, s.read()) for s in submissions)


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
def test_a_class_has_the_same_records_from_a_folder_and_from_its_zip(tmp_path):
    (tmp_path / "class").mkdir()
    for file in (RIGHT, WRONG, CLASS / "untouched.ipynb"):
        shutil.copy(file, tmp_path / "class")
    (tmp_path / "secret").write_text("s")
    zip_of(tmp_path / "class.zip", {p.name: p.read_bytes() for p in (tmp_path / "class").iterdir()}, "class/")
    for name in ("class", "class.zip"):
        succeeded(grade(tmp_path / name, tmp_path / f"out-{name}", "--seed-file", tmp_path / "secret"))
    for path in (tmp_path / "out-class" / "results").rglob("*.json"):
        twin = tmp_path / "out-class.zip" / path.relative_to(tmp_path / "out-class")
        assert path.read_bytes() == twin.read_bytes()
