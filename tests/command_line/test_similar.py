"""``backprop-lab similar``, as an instructor runs it: what it lists, what it refuses, and what it leaves alone."""

import csv
import json
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backprop_lab import exercises
from backprop_lab.command_line.main import app
from backprop_lab.grading import notebook
from backprop_lab.grading.results import Store
from tests.calling import refused, run

MASTERS = Path(__file__).parents[2] / "solutions"


def solution(exercise_id, style=0):
    master = notebook.parse((MASTERS / exercises.load(exercise_id).notebook).read_bytes())
    cells = list(notebook.right_solutions(master).values())[style]
    return [source for _, source in (cells[-1:] if style else cells)]


def hand_in(folder, student, exercise_id, cells):
    code = [{"cell_type": "code", "source": s, "metadata": {}, "outputs": [], "execution_count": None} for s in cells]
    book = {"cells": code, "metadata": {"backprop_lab": {"exercise": exercise_id}}, "nbformat": 4, "nbformat_minor": 4}
    (folder / student).mkdir(exist_ok=True, parents=True)
    (folder / student / exercises.load(exercise_id).notebook).write_text(json.dumps(book))


@pytest.fixture
def folder(tmp_path):
    """Two of the same answer, a third in another style, and one with nothing written."""
    folder = tmp_path / "class"
    cells = solution("e05")
    hand_in(folder, "ada", "e05", cells)
    hand_in(folder, "bob", "e05", [re.sub(r"\bdelta2\b", "above", source) for source in cells[::-1]])
    hand_in(folder, "cyd", "e05", solution("e05", 1))
    hand_in(folder, "dan", "e05", ["x = 1"])
    return folder


def similar(*call):
    return run("similar", *call)


def table(out):
    with (out / "similar.csv").open(newline="") as file:
        return list(csv.DictReader(file))


def test_it_lists_the_copy_and_says_what_it_is_and_is_not(folder, tmp_path):
    done = similar(folder, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "3 of 4 compared, 1 to look at (1 with less than 70 tokens of own code)" in done.output
    assert "It is no verdict" in done.output
    (row,) = table(tmp_path / "out")
    assert (row["exercise"], row["student"], row["other"], row["percent"]) == ("e05", "ada", "bob", "100")
    page = (tmp_path / "out" / "similar.html").read_text("utf-8")
    assert "Nothing here says that anybody copied." in page
    assert page.count("<mark>") >= 2


def test_it_takes_up_the_folder_of_grade_and_changes_nothing_else_in_it(folder, tmp_path):
    store = Store(tmp_path / "out")
    store.open()
    (tmp_path / "out" / "grades.csv").write_text("mine")
    store.close()
    before = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    assert similar(folder, "--out", tmp_path / "out").exit_code == 0
    after = {path: path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()}
    new = {str(path.relative_to(tmp_path / "out")) for path in after.keys() - before.keys()}
    assert new == {"similar.csv", "similar.html", "private/similar.csv"}
    assert all(after[path] == before[path] for path in before)


def test_the_same_class_gives_the_same_bytes_and_notes_in_the_table_are_set_aside(folder, tmp_path):
    out = tmp_path / "out"
    similar(folder, "--out", out)
    once = (out / "similar.csv").read_bytes(), (out / "similar.html").read_bytes()
    (out / "similar.csv").write_text("talked to both")
    similar(folder, "--out", out)
    assert ((out / "similar.csv").read_bytes(), (out / "similar.html").read_bytes()) == once
    assert (out / "similar-edited-1.csv").read_text() == "talked to both"


def test_exercises_and_least_choose_what_is_listed(folder, tmp_path):
    hand_in(folder, "ada", "e14", solution("e14"))
    hand_in(folder, "bob", "e14", solution("e14", 1))
    similar(folder, "--out", tmp_path / "out", "--least", "20", "--exercises", "e14")
    assert {row["exercise"] for row in table(tmp_path / "out")} == {"e14"}
    similar(folder, "--out", tmp_path / "out")
    assert {row["exercise"] for row in table(tmp_path / "out")} == {"e05"}


def test_bad_calls_are_refused_in_one_line(folder, tmp_path):
    out = tmp_path / "out"
    assert "give FOLDER and --out" in refused(similar(folder))
    assert "does not exist" in refused(similar(tmp_path / "nowhere", "--out", out))
    assert "lie in one another" in refused(similar(folder, "--out", folder / "out"))
    assert "holds no submission for e07" in refused(similar(folder, "--out", out, "--exercises", "e07"))
    assert "e99" in refused(similar(folder, "--out", out, "--exercises", "e99"))
    assert similar(folder, "--out", out, "--least", "0").exit_code == 2
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "thesis.tex").write_text("mine")
    assert "did not write" in refused(similar(folder, "--out", tmp_path / "other"))
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["thesis.tex"]


def test_without_the_library_it_says_what_to_install(folder, tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "copydetect", None)
    assert "pip install 'backprop-lab[grading]'" in refused(similar(folder, "--out", tmp_path / "out"))


@pytest.mark.timeout(120)
def test_hostile_files_are_told_and_stop_nobody(folder, tmp_path):
    for name, cells in {
        "long": ["y = 2\n" * 100_000], "nested": ["(" * 39_000], "nul": ["a\0b\n" * 5_000], "spaces": [" \n" * 100_000],
        "half": ["\ud800 = 1"], "markup": ["s = '</pre><script>alert(1)</script>'\n" * 50] * 2, "nothing": [],
    }.items():  # fmt: skip
        hand_in(folder, name, "e05", cells)
    hand_in(folder, b"\xff\x1b[2J".decode("utf-8", "surrogateescape"), "e05", solution("e05"))
    with (folder / "zeros.ipynb").open("wb") as file:
        file.truncate(100 << 20)
    (folder / "deep.ipynb").write_text("[" * 100_000)
    done = similar(folder, "--out", tmp_path / "out")
    assert done.exit_code == 0, done.output
    assert "\x1b" not in done.output
    assert {("ada", "bob"), ("\\xff\\u001b[2J", "ada")} <= {(r["student"], r["other"]) for r in table(tmp_path / "out")}
    page = (tmp_path / "out" / "similar.html").read_text("utf-8")
    assert "<script" not in page
    assert "40,000 characters" in page
    assert not set(page) & set("\0\x1b")


def test_a_course_gives_folder_out_and_names(folder, tmp_path):
    course = tmp_path / "course"
    assert CliRunner().invoke(app, ["course", "init", str(course)]).exit_code == 0
    folder.rename(tmp_path / "moved")
    for path in (tmp_path / "moved").iterdir():
        path.rename(course / "submissions" / path.name)
    done = similar("--course", course)
    assert done.exit_code == 0, done.output
    assert len(table(course / "graded")) == 1
