"""A release says one version everywhere, has notes, and is made by workflows whose actions are pinned."""

import importlib.util
import re
from pathlib import Path

import pytest
import yaml

import backprop_lab

ROOT = Path(__file__).parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
SPEC = importlib.util.spec_from_file_location("release_notes", ROOT / ".github" / "release_notes.py")
releasing = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(releasing)


@pytest.fixture
def copy(tmp_path):
    """The files that tell a version, with a changelog that is ready for it."""
    for name in (*releasing.versions(), "CHANGELOG.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text((ROOT / name).read_text("utf-8"), "utf-8")
    changelog = tmp_path / "CHANGELOG.md"
    old = changelog.read_text("utf-8")
    part = f"## [{backprop_lab.__version__}] - 2026-11-30\n\nWhat is new.\n\n## [0.0.1] - 2026-01-01\n\nOld.\n"
    changelog.write_text(old[: old.index("## [")] + part, "utf-8")
    return tmp_path


def change(root, file, old, new):
    text = (root / file).read_text("utf-8")
    assert old in text
    (root / file).write_text(text.replace(old, new), "utf-8")


def test_every_file_tells_the_same_version_and_the_changelog_has_a_part_for_it():
    assert set(releasing.versions().values()) == {backprop_lab.__version__}
    assert f"## [{backprop_lab.__version__}] - " in (ROOT / "CHANGELOG.md").read_text("utf-8")


def test_the_notes_are_the_changelogs_part_and_no_more(copy):
    assert releasing.notes(f"v{backprop_lab.__version__}", copy) == "What is new."


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("CITATION.cff", "version: 0", "version: 9", "CITATION.cff says 9"),
        ("pyproject.toml", '\nversion = "0', '\nversion = "9', "pyproject.toml says 9"),
        ("backprop_lab/__init__.py", '__version__ = "0', '__version__ = "9', "__init__.py says 9"),
        ("CHANGELOG.md", "2026-11-30", "unreleased", "put the day of its release there"),
        ("CHANGELOG.md", "What is new.", "", "says nothing of"),
        ("CHANGELOG.md", f"## [{backprop_lab.__version__}]", "## [7.0.0]", "has no part"),
    ],
)
def test_a_release_that_does_not_agree_with_itself_is_refused(copy, file, old, new, words):
    change(copy, file, old, new)
    with pytest.raises(ValueError, match=re.escape(words)):
        releasing.notes(f"v{backprop_lab.__version__}", copy)


def test_a_tag_of_another_version_is_refused(copy):
    with pytest.raises(ValueError, match="expected the tag v"):
        releasing.notes("v9.9.9", copy)


# zizmor, in `make lint`, looks for what is unsafe; this is what it leaves open.
@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_a_workflow_pins_its_actions_one_way_has_time_limits_and_no_rights_but_those_of_its_jobs(file):
    text = file.read_text("utf-8")
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert "concurrency" in workflow
    for name, job in workflow["jobs"].items():
        assert "permissions" in job, name
        assert "timeout-minutes" in job or "uses" in job, name
    for used in re.findall(r"uses: ([^.\s]\S*.*)$", text, re.MULTILINE):
        assert re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used
    everywhere = "\n".join(other.read_text("utf-8") for other in WORKFLOWS)
    for action, commit in re.findall(r"uses: (\S+)@([0-9a-f]{40})", text):
        assert set(re.findall(rf"uses: {action}@(\S+)", everywhere)) == {commit}, f"two pins of {action}"
