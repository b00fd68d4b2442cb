"""The README says nothing that is not so: its picture, its commands and its rooms are there."""

import re
import shlex
from pathlib import Path

import grimp
import pytest
from typer.testing import CliRunner

from backprop_lab import figures
from backprop_lab.command_line.main import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_the_picture_is_what_the_figure_draws_today():
    assert (ROOT / "docs" / "nudge.svg").read_text("utf-8") == figures.nudge().svg


def test_every_make_target_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"^make ([a-z]+)", README, re.MULTILINE)) | set(re.findall(r"`make ([a-z]+)`", README))
    assert {"book", "test", "serve"} <= named <= targets


def test_every_command_that_is_named_exists_with_its_options():
    called = [shlex.split(line, comments=True) for line in re.findall(r"^backprop-lab (.*)$", README, re.MULTILINE)]
    assert {call[0] for call in called} >= {"start", "check", "course", "grade", "explain", "similar"}
    groups = {group.name or group.typer_instance.info.name for group in app.registered_groups}
    for call in called:
        told = CliRunner().invoke(app, [*call[: 1 + (call[0] in groups)], "--help"])
        assert told.exit_code == 0, told.output
        assert all(option in told.output for option in call if option.startswith("--"))


ARROW = re.compile(r'^  (\w+)(?:\[".*?"\])? --> (\w+(?: & \w+)*)', re.MULTILINE)


def followed(arrows):
    """All pairs that arrows lead from and to."""
    while more := {(a, d) for a, b in arrows for c, d in arrows if b == c} - arrows:
        arrows = arrows | more
    return arrows


def test_the_picture_of_the_house_has_the_arrows_that_imports_have():
    drawn = {(start, end) for start, ends in ARROW.findall(README) for end in ends.split(" & ")}
    rooms = {"book", *(file.parent.name for file in (ROOT / "backprop_lab").glob("*/__init__.py"))}
    graph = grimp.build_graph("backprop_lab")

    def room(module):
        name = [*module.split("."), ""][1]
        return name if name in rooms else "mathematics" if name else ""

    pairs = {(room(a), room(b)) for a in graph.modules for b in graph.find_modules_directly_imported_by(a)}
    imports = followed({(a, b) for a, b in pairs if a and b and a != b})
    assert followed(drawn) == imports
    assert not any(followed(drawn - {arrow}) == imports for arrow in drawn), "an arrow follows from others"


def test_every_room_of_the_table_is_there():
    rows = re.findall(r"^\| (`[^|]+) \|", README, re.MULTILINE)
    rooms = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(rooms) >= 12
    for room in rooms:
        assert any((folder / room).exists() for folder in (ROOT, ROOT / "backprop_lab")), room


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "SECURITY.md", "docs/testing.md", "docs/command-line.md"]
)
def test_every_link_and_every_folder_of_tests_that_a_page_names_is_there(page):
    text = (ROOT / page).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", text):
        assert (ROOT / page).parent.joinpath(link).exists(), link
    for named in re.findall(r"`(tests/[a-z_/*.-]+)`", text):
        assert list(ROOT.glob(named)), named


def test_every_folder_of_tests_has_a_layer():
    """Of docs/testing.md, where its name stands after tests/, or after another folder of the same cell."""
    layers = (ROOT / "docs" / "testing.md").read_text("utf-8")
    folders = {file.parent.name for file in (ROOT / "tests").glob("*/test_*.py")} - {"measured"}
    assert {name for name in folders if f"`tests/{name}`" not in layers and f"`{name}`" not in layers} == {"mutation"}


def missing_tests(text):
    """Files of tests that a text names and that are not there; a bare name may stand in any room."""
    there = {path.relative_to(ROOT).as_posix() for path in (ROOT / "tests").rglob("*.py")}
    named = re.findall(r"`((?:tests/[\w/]*)?test_\w+\.py)`", text)
    return [name for name in named if not any(path == name or path.endswith(f"/{name}") for path in there)]


def test_every_test_that_a_page_names_is_there():
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    named = {page.name: missing_tests(page.read_text("utf-8")) for page in pages}
    assert {page: names for page, names in named.items() if names} == {}
    assert missing_tests("`tests/grading/test_class_page.py`, `test_class_page.py`") == [
        "tests/grading/test_class_page.py"
    ]
