"""What all commands share: the help that teaches them, completion in a shell, how they end, and JSON for scripts."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from typer.testing import CliRunner

from backprop_lab import exercises
from backprop_lab.command_line.main import app
from tests.paths import EXERCISES, SOLUTIONS

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "tests" / "class" / "submissions"
TABLE = (ROOT / "docs" / "command-line.md").read_text("utf-8")
WRONG, RIGHT = CLASS / "mistake_K4_input_times_x.ipynb", CLASS / "right_branches.ipynb"


def run(*call, **more):
    return CliRunner().invoke(app, [str(part) for part in call], **more)


def answer(shell, line):
    """What the program tells a shell that completes a line."""
    asked = {"_BACKPROP_LAB_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
    asked |= {"_TYPER_COMPLETE_FISH_ACTION": "get-args"} if shell == "fish" else {}
    done = subprocess.run(
        [Path(sys.executable).with_name("backprop-lab")], env=os.environ | asked, capture_output=True, text=True
    )
    return done.stdout


# ── Help ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_help_groups_every_command_by_its_user_and_fits_80_columns():
    told = run("--help").output
    assert max(map(len, told.splitlines())) <= 80
    sections = dict(re.findall(r"^(For [^\n]*):\n(.*?)\n\n", told, re.MULTILINE | re.DOTALL))
    listed = {heading: re.findall(r"^  (\S+)", text, re.MULTILINE) for heading, text in sections.items()}
    assert {"start", "check"} <= set(listed["For students"])
    assert {"course", "grade", "explain", "similar", "gradescope"} <= set(listed["For instructors"])
    assert {"new-exercise", "release", "calibrate"} <= set(listed["For authors, in a checkout"])
    assert "\nCommands:" not in told, "a command without a heading"
    assert "..." not in told.split("For students")[1], "a sentence is cut off"


def test_the_first_three_commands_that_the_help_names_work(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = run("--help").output.split("The first three commands:")[1]
    first = [re.split(r"\s{2,}", line)[0] for line in re.findall(r"^ +backprop-lab (.*)$", told, re.MULTILINE)][:3]
    assert [run(*line.split()).exit_code for line in first] == [0, 1, 0]


# ── Completion ────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_bash_completes_commands_and_exercises():
    """With the script that --show-completion prints, in a real bash."""
    script = """
    set -euo pipefail
    eval "$(backprop-lab --show-completion)"
    for line in "gr" "start e0"; do
      COMP_WORDS=(backprop-lab $line) COMP_CWORD=$(wc -w <<< "$line")
      _backprop_lab_completion backprop-lab
      echo "${COMPREPLY[@]}"
    done
    """
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", script], env=environment, capture_output=True, text=True, timeout=60)
    commands, names = done.stdout.splitlines()
    assert commands == "grade gradescope", done.stderr
    assert names.split() == [f"e0{k}" for k in range(1, 10)]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_zsh_and_fish_are_answered_in_their_own_form(shell):
    told = answer(shell, "backprop-lab gr")
    assert re.findall(r"grade\w*", told.replace("Grade a class", ""))[:1] == ["grade"]
    assert "gradescope" in told
    assert "check" not in told


# ── How commands end ──────────────────────────────────────────────────────────────────────────────────────────────────


def ends():
    """Calls that show how a command ends: for each row of the table and each status that can be had in a moment."""
    return [
        ("start", 0, ["start", "e01"]),
        ("start", 2, ["start", "e99"]),
        ("check NOTEBOOK", 0, ["check", RIGHT]),
        ("check NOTEBOOK", 1, ["check", WRONG]),
        ("check NOTEBOOK", 2, ["check", "nowhere.ipynb"]),
        ("check", 0, ["check", "."]),
        ("grade", 0, ["grade", WRONG, "--out", "graded", "--isolation", "none"]),
        ("grade", 2, ["grade", ".", "--out", "other", "--isolation", "none"]),
        ("explain", 2, ["explain", "ada", "e01", "--out", "nowhere"]),
        ("similar", 2, ["similar", "nowhere", "--out", "graded"]),
        ("course init", 0, ["course", "init", "course"]),
        ("course init", 2, ["course", "init", __file__]),
        ("gradescope", 2, ["gradescope", "e01", "--out", "e01.rar"]),
        ("bundle", 0, ["bundle", "exercises.zip"]),
        ("bundle", 2, ["bundle", "exercises.rar"]),
        ("new-exercise", 2, ["new-exercise", "no checkout"]),
        ("execute", 2, ["execute", "nowhere.ipynb"]),
        ("release", 0, ["release", "e01", "--check", "--root", ROOT]),
        ("release", 1, ["release", "e01", "--check", "--root", "stale"]),
        ("release", 2, ["release", "e01"]),
        ("calibrate", 2, ["calibrate", "e99"]),
        ("measure", 2, ["measure", "nothing"]),
        ("benchmark class --four-ways", 2, ["benchmark", "class", "--four-ways", "--cluster", "tcp://localhost:1"]),
        ("other benchmark", 2, ["benchmark", "figures", "nothing"]),
    ]


def cells():
    """The table of docs/command-line.md: row and status, where there is something in the cell."""
    rows = re.findall(r"^\| (.+?) \| (.*?) ?\| (.*?) ?\| (.*?) ?\|$", TABLE.split("## `--json`")[0], re.MULTILINE)
    named = {re.sub(r"`|of a folder", "", row[0]).strip(): row[1:] for row in rows if "`" in row[0]}
    return {name: {status for status, words in enumerate(told) if words.strip()} for name, told in named.items()}


@pytest.mark.parametrize(("row", "status", "call"), ends(), ids=lambda part: str(part)[:20])
def test_a_command_ends_as_the_table_says(row, status, call, tmp_path, monkeypatch):
    shutil.copytree(SOLUTIONS, tmp_path / "stale" / "solutions", ignore=shutil.ignore_patterns("e[!0]*", "e0[!1]*"))
    shutil.copy(ROOT / "_config.yml", tmp_path / "stale")
    monkeypatch.chdir(tmp_path)
    done = run(*call)
    assert done.exit_code == status, done.output
    assert status in cells()[row]
    if status == 2:
        assert len(done.stderr.strip().splitlines()) == 1, done.stderr


def test_every_command_has_a_row():
    told = run("--help").output
    commands = set(re.findall(r"^  ([a-z-]+)  ", told.split("For students:")[1], re.MULTILINE))
    assert commands <= {name.split()[0] for name in cells()} | {"benchmark"}


def test_an_option_that_does_not_exist_ends_with_2():
    assert run("check", "--no-such-option").exit_code == 2


# ── JSON ──────────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_check_as_json_is_one_object_with_the_keys_of_the_page_and_ends_as_without_it():
    done = run("check", WRONG, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 1
    assert (told["exercise"], told["points"], told["out_of"], told["done"]) == ("e01", 13, 15, False)
    assert [check["points"] for check in told["checks"]] == [2, 3, 3, 1, 1, 3]
    assert "∂L/∂x has the wrong last factor." in told["checks"][5]["text"]
    documented = set(re.findall(r"`(\w+)`", re.search(r"`check NOTEBOOK --json`:(.*?)\n\n`check", TABLE, re.DOTALL)[1]))
    assert set(told) | set(told["checks"][0]) <= documented


def test_check_of_a_folder_as_json_tells_every_exercise_and_what_was_left_out(tmp_path):
    shutil.copy(SOLUTIONS / "e03_two_neurons.ipynb", tmp_path)
    shutil.copy(EXERCISES / "e01_one_neuron.ipynb", tmp_path)
    (tmp_path / "e05.ipynb").write_text("")
    done = run("check", tmp_path, "--json")
    told = json.loads(done.stdout)
    assert done.exit_code == 0
    assert [one["exercise"] for one in told["exercises"]] == list(exercises.names())
    standing = {one["exercise"]: (one["file"], one["points"], one["done"]) for one in told["exercises"]}
    assert standing["e01"] == ("e01_one_neuron.ipynb", 0, False)
    assert standing["e02"] == (None, 0, False)
    assert standing["e03"] == ("e03_two_neurons.ipynb", 12, True)
    assert (told["points"], told["left_out"]) == (12, {"e05.ipynb": "it is empty"})


def test_explain_as_json_tells_the_grade_with_the_keys_of_the_page(tmp_path):
    assert run("grade", WRONG, "--out", tmp_path / "graded", "--isolation", "none").exit_code == 0
    done = run("explain", WRONG.stem, "e01", "--out", tmp_path / "graded", "--json")
    told = json.loads(done.stdout)
    assert (done.exit_code, told["points"], told["out_of"], told["earned"]) == (0, 13, 15, 13)
    assert [(term["term"], term["mistakes"]) for term in told["terms"] if term["mistakes"]] == [("dL_dx", ["K4"])]
    assert told["same"] == {"grader": True, "definition": True, "secret": True}
    rows = re.findall(r"^\| (`.*?) \| (.*) \|$", TABLE.split("`explain STUDENT EXERCISE --json`:")[1], re.MULTILINE)
    documented = {key for row in rows for key in re.findall(r"`(\w+)`", row[0])}
    assert set(told) == documented
    assert set(told["terms"][0]) <= set(re.findall(r"`(\w+)`", dict(rows)["`terms`"]))


def test_where_check_refuses_nothing_is_on_standard_output():
    done = run("check", "nowhere.ipynb", "--json")
    assert (done.exit_code, done.stdout) == (2, "")


# ── Notebooks of other times and systems ──────────────────────────────────────────────────────────────────────────────


def written_on_windows(content):
    """With Windows' line endings, in the file and in its cells."""
    return content.replace("\\n", "\\r\\n").replace("\n", "\r\n")


def of_2013(content):
    """In nbformat 3, which put cells into worksheets."""
    return nbformat.writes(nbformat.convert(nbformat.reads(content, 4), 3), version=3)


@pytest.mark.filterwarnings("ignore::nbformat.warnings.MissingIDFieldWarning")
@pytest.mark.parametrize("form", [written_on_windows, of_2013])
def test_an_old_format_and_windows_line_endings_cost_no_points(form, tmp_path):
    changed = form(WRONG.read_text("utf-8"))
    assert changed != WRONG.read_text("utf-8")
    (tmp_path / "e01.ipynb").write_bytes(changed.encode())
    assert json.loads(run("check", tmp_path / "e01.ipynb", "--json").stdout)["points"] == 13
    done = run("grade", tmp_path, "--out", tmp_path.parent / f"{form.__name__}_graded", "--isolation", "none")
    assert "13 of 15" in done.output, done.output


def test_a_format_of_the_future_is_told_with_what_to_do(tmp_path):
    changed = WRONG.read_text("utf-8").replace('"nbformat": 4,', '"nbformat": 5,')
    (tmp_path / "e01.ipynb").write_text(changed, "utf-8")
    done = run("check", tmp_path / "e01.ipynb")
    assert done.exit_code == 2
    assert "its notebook format is 5, and the newest that is read is 4: save it in that" in " ".join(
        done.stderr.split()
    )
