"""The README says nothing that is not so: its picture, its commands and its rooms are there."""

import re
import shlex
from pathlib import Path

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


def test_every_room_of_the_table_and_every_link_is_there():
    rows = re.findall(r"^\| (`[^|]+) \|", README, re.MULTILINE)
    rooms = [name for row in rows for name in re.findall(r"`([^`]+)`", row)]
    assert len(rooms) >= 12
    for room in rooms:
        assert any((folder / room).exists() for folder in (ROOT, ROOT / "backprop_lab")), room
    for link in re.findall(r"\]\(([^)#:]+)\)", README):
        assert (ROOT / link).exists(), link
