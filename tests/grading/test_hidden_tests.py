"""``pytest tests/hidden`` as an instructor runs it: on the masters, on a submission, with a test of their own."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CLASS = ROOT / "tests" / "class" / "submissions"

pytestmark = pytest.mark.sandbox


def run(*args):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/hidden", *map(str, args)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_a_right_submission_passes():
    done = run("--submission", CLASS / "right_branches.ipynb")
    assert done.returncode == 0, done.stdout
    assert "10 passed" in done.stdout


def test_a_mistake_fails_its_own_term_and_is_named():
    done = run("--submission", CLASS / "mistake_K4_input_times_x.ipynb")
    assert done.returncode == 1
    assert "FAILED tests/hidden/test_hidden.py::test_the_term_is_right_on_hidden_inputs[e01-dL_dx]" in done.stdout
    assert "∂L/∂x has the wrong last factor." in done.stdout
    assert "1 failed" in done.stdout


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("nowhere.ipynb", "does not exist"),
        ("not_a_notebook.ipynb", "it is no notebook"),
        ("another_course/week_3.ipynb", "none of the exercises"),
    ],
)
def test_what_cannot_be_examined_is_told_in_a_line(file, words):
    done = run("--submission", CLASS / file)
    assert done.returncode == 4
    assert words in done.stdout + done.stderr


def test_an_instructor_s_own_test_asks_the_submission_through_the_sandbox(tmp_path):
    own = ROOT / "tests" / "hidden" / "test_own_of_a_test.py"
    own.write_text(
        "def test_the_sigmoid_is_steepest_in_the_middle(room):\n"
        "    assert room.call('da_dz', 0.0, 'sigmoid') == 0.25\n"
        "def test_a_function_that_is_not_there(room):\n"
        "    room.call('nothing')\n"
    )
    try:
        done = run("--submission", CLASS / "right_branches.ipynb", "-k", "own_of_a_test")
    finally:
        own.unlink()
    assert "1 failed, 1 passed" in done.stdout, done.stdout
    assert "nothing gave no answer: missing" in done.stdout
