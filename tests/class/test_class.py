"""A whole class, written as students write, graded as an instructor grades: every grade and every named mistake."""

import csv
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from backprop_lab.exercises import load

pytestmark = pytest.mark.sandbox
SUBMISSIONS = Path(__file__).parent / "submissions"
# student: (points, status, {term: mistakes that must be named})
DESTINY = {
    "another_course": (0, "unknown exercise", {}),
    "crash_in_da_dz": (7, "crashed", {}),
    "e03_every_gradient_from_the_start": (10, "graded", {"reuse": {"R6"}}),
    "e04_right_with_loops": (12, "graded", {}),
    "e06_forgot_the_transpose": (9, "graded", {"delta_l": {"H6"}}),
    "e07_cache_in_a_global": (18, "graded", {"order": {"U4"}}),
    "e07_no_slope_and_flat_bias": (11, "graded", {"delta": {"H1"}, "dL_db": {"P18"}}),
    "endless_loop_in_dl_da": (7, "timed out", {}),
    "half_written": (0, "unreadable", {}),
    "mistake_D1_shape_of_an_array": (12, "graded", {}),
    "mistake_K4_input_times_x": (13, "graded", {"dL_dx": {"K4"}}),
    "mistake_O10_factor_two": (12, "graded", {"dL_da": {"O10"}}),
    "mistake_O2_slope_at_a": (10, "graded", {"dL_dw": {"O2"}, "dL_db": {"O2"}, "dL_dx": {"O2"}}),
    "mistake_O3_slope_of_z": (12, "graded", {"da_dz": {"O3"}}),
    "mistake_O4_and_H3_two_slopes": (12, "graded", {"da_dz": {"O4", "H3"}}),
    "mistake_O6_shortcut_as_first_factor": (12, "graded", {"dL_da": {"O6"}}),
    "mistake_O7_sign_of_the_difference": (12, "graded", {"dL_da": {"O7"}}),
    "mistake_O9_only_the_positive_class": (12, "graded", {"dL_da": {"O9"}}),
    "not_a_notebook": (0, "unreadable", {}),
    "right_branches": (15, "graded", {}),
    "right_float32": (15, "graded", {}),
    "right_in_between": (15, "graded", {}),
    "right_loop_and_tuple": (15, "graded", {}),
    "unfinished": (3, "graded", {}),
    "untouched": (0, "not attempted", {}),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """The output folder of one grading of the whole class, and what was printed."""
    folder = tmp_path_factory.mktemp("class")
    (folder / "secret").write_text("a secret of the test\n")
    call = ["grade", str(SUBMISSIONS), "--out", str(folder / "out"), "--seed-file", str(folder / "secret")]
    done = CliRunner().invoke(app, call)
    assert done.exit_code == 0, done.output
    return folder / "out", done.output


def records(out):
    return {path.parent.name: json.loads(path.read_text()) for path in out.glob("results/*/*.json")}


def test_every_submission_has_a_record_and_a_page(graded):
    out, _ = graded
    assert set(records(out)) == set(DESTINY)
    assert {path.stem for path in out.glob("feedback/*.html")} == set(DESTINY)


@pytest.mark.parametrize("student", DESTINY)
def test_points_status_and_mistakes_are_those_of_the_student_s_destiny(graded, student):
    points, status, mistakes = DESTINY[student]
    record = records(graded[0])[student]
    assert (record["points"], record["status"]) == (points, status)
    named = {term["term"]: set(term["mistakes"]) for term in record["terms"] if term["mistakes"]}
    assert set(named) == set(mistakes)
    for term, codes in mistakes.items():
        assert codes <= named[term]


def test_the_table_of_grades(graded):
    out, printed = graded
    with (out / "grades.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["student"] for row in rows] == sorted(DESTINY)
    for row in rows:
        assert (int(row["points"]), row["status"]) == DESTINY[row["student"]][:2]
        assert int(row["out_of"]) == (0 if row["exercise"] == "unknown" else load(row["exercise"]).points)
    assert f"Hand out {out / 'feedback'} alone" in printed.splitlines()[-1]


def test_files_that_cannot_be_told_to_be_an_exercise_are_recorded_as_unknown(graded):
    out, _ = graded
    assert (out / "results/not_a_notebook/unknown.json").is_file()
    assert (out / "results/another_course/unknown.json").is_file()
    assert (out / "results/half_written/e01.json").is_file()


def test_nothing_of_a_hidden_fixture_is_in_what_is_handed_out(graded, tmp_path):
    """A submission that raises, prints and returns its inputs as text gets none of them back."""
    from backprop_lab.grading.pool import Pools

    shutil.copy(SUBMISSIONS / "untouched.ipynb", tmp_path / "leaker.ipynb")
    notebook = json.loads((tmp_path / "leaker.ipynb").read_text())
    stolen = (
        "def dL_da(a, y, loss): raise ValueError(f'{a} {y}')\n"
        "def da_dz(z, activation): raise type(f'z_is_{z}', (Exception,), {})(z)\n"
        "def dz_dw(x): return f'x is {x}'\n"
        "def neuron_forward(x, w, b, activation):\n    print(x, w, b)\n    return (str(x), [w, b])\n"
        "def neuron_grads(*args): return {f'{args}': 1.0, 'dL_dw': {str(args): 1}}\n"
    )
    notebook["cells"].append(
        {"cell_type": "code", "source": stolen, "metadata": {}, "outputs": [], "execution_count": None, "id": "leak"}
    )
    (tmp_path / "leaker.ipynb").write_text(json.dumps(notebook))
    (tmp_path / "secret").write_text("s")
    call = [
        "grade",
        str(tmp_path / "leaker.ipynb"),
        "--out",
        str(tmp_path / "out"),
        "--seed-file",
        str(tmp_path / "secret"),
    ]
    assert CliRunner().invoke(app, call).exit_code == 0
    page = (tmp_path / "out/feedback/leaker.html").read_text() + (tmp_path / "out/results/leaker/e01.json").read_text()
    for fixture in Pools(b"s").picked(load("e01"), "leaker"):
        for number in (v for v in fixture.inputs.values() if isinstance(v, float) and v):
            assert str(number)[:7] not in page
    assert "z_is_" not in page
    assert "x is" not in page


def test_grading_again_gives_the_same_bytes(graded, tmp_path):
    out, _ = graded
    (tmp_path / "secret").write_text("a secret of the test\n")
    call = [
        "grade",
        str(SUBMISSIONS),
        "--out",
        str(tmp_path / "out"),
        "--seed-file",
        str(tmp_path / "secret"),
        "--jobs",
        "1",
    ]
    assert CliRunner().invoke(app, call).exit_code == 0
    for path in sorted(out.rglob("*")):
        if path.is_file():
            assert path.read_bytes() == (tmp_path / "out" / path.relative_to(out)).read_bytes(), path
