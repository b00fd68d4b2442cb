"""A hostile zip is its owner's unreadable submission: it writes nothing, takes no memory and stops nobody."""

import stat
import struct
import tracemalloc
import zipfile

import pytest

from backprop_lab.grading import archives, files
from backprop_lab.grading.submissions import Unreadable, find
from tests.calling import RIGHT
from tests.grading.downloads import E01, folder_of, zip_of, zipped


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
