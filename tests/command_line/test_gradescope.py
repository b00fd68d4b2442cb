"""``backprop-lab gradescope`` as an instructor calls it; what the zip does is in ``tests/course``."""

import stat
import zipfile

import pytest

from backprop_lab.course import gradescope
from tests.calling import refused, run


def call(*arguments):
    return run("gradescope", *arguments)


def member(path, name):
    with zipfile.ZipFile(path) as file:
        return file.read(name)


def test_it_writes_a_zip_for_the_instructor_alone_and_says_what_to_do(tmp_path):
    out = tmp_path / "e01.zip"
    done = call("e01", "--out", out)
    assert done.exit_code == 0, done.stderr
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    assert "E1 One neuron, 15 points" in done.stdout
    assert "it is for instructors alone" in done.stdout
    assert f"unzip -p {out} class/seed > seed" in done.stdout
    assert max(map(len, done.stdout.replace(str(out), out.name).splitlines())) <= 100
    assert b'"visibility": "visible"' in member(out, "class/assignment.json")
    assert [path.name for path in tmp_path.iterdir()] == ["e01.zip"]


def test_each_has_a_secret_of_its_own_where_none_is_given(tmp_path):
    seeds = []
    for name in ("a.zip", "b.zip"):
        call("e11", "--out", tmp_path / name)
        seeds.append(member(tmp_path / name, "class/seed"))
    assert seeds[0] != seeds[1]
    assert {len(seed.strip()) for seed in seeds} == {64}


def test_the_secret_of_the_class_is_taken_from_a_file_or_from_a_course(tmp_path):
    (tmp_path / "seed").write_bytes(b"  of the class\n")
    done = call("e11", "--out", tmp_path / "a.zip", "--seed-file", tmp_path / "seed", "--visibility", "after_due_date")
    assert done.exit_code == 0, done.stderr
    assert "unzip" not in done.stdout
    course = tmp_path / "course"
    (course / "private").mkdir(parents=True)
    (course / "course.toml").write_text('name = "A course"\n')
    (course / "private" / "seed").write_bytes(b"of the class")
    assert call("e11", "--out", tmp_path / "b.zip", "--course", course).exit_code == 0
    assert member(tmp_path / "a.zip", "class/seed") == member(tmp_path / "b.zip", "class/seed") == b"of the class\n"
    assert b'"visibility": "after_due_date"' in member(tmp_path / "a.zip", "class/assignment.json")


def test_what_is_there_is_never_overwritten(tmp_path):
    (tmp_path / "e01.zip").write_text("a zip with a secret")
    assert "is there already" in refused(call("e01", "--out", tmp_path / "e01.zip"))
    assert (tmp_path / "e01.zip").read_text() == "a zip with a secret"
    (tmp_path / "link.zip").symlink_to(tmp_path / "nowhere")
    assert "is there already" in refused(call("e01", "--out", tmp_path / "link.zip"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["e99", "--out", "x.zip"], "e99"),
        (["e01", "--out", "x"], "Gradescope takes a zip; give a name that ends in .zip, such as e01.zip"),
        (["e01", "--out", "nowhere/x.zip"], "there is no folder nowhere; make it, or give another name"),
        (["e01", "--out", "x.zip", "--seed-file", "nothing"], "--seed-file nothing cannot be read: no such file"),
        (["e01", "--out", "x.zip", "--seed-file", "empty"], "--seed-file empty is empty; put a secret of your own"),
        (["e01", "--out", "x.zip", "--seed-file", "empty", "--course", "c"], "both give a secret; give one of them"),
        (["e01", "--out", "x.zip", "--course", "nowhere"], "--course: nowhere is no folder; backprop-lab course init"),
        (["e01", "--out", "x.zip", "--course", "c"], "--course c: c/private/seed cannot be read: no such file"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_one_line_and_nothing_is_written(tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty").write_text("\n")
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "course.toml").write_text("")
    assert said in refused(call(*arguments))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["c", "empty"]


def test_a_disk_that_is_full_is_told_and_leaves_nothing_behind(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device", str(tmp_path / "x.zip"))

    monkeypatch.setattr(gradescope, "autograder", full)
    assert "no space left on device; nothing was written" in refused(call("e01", "--out", tmp_path / "x.zip"))
    assert list(tmp_path.iterdir()) == []
