"""Flags: what is plainly written or measured is flagged, and no honest answer is."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backprop_lab import exercises
from backprop_lab.command_line import explain
from backprop_lab.course import class_page, feedback
from backprop_lab.grading import flags, notebook
from backprop_lab.grading.calibrate import fixtures_for
from backprop_lab.grading.task import examine
from tests.class_records import record

ROOT = Path(__file__).parents[2]
E5, E7 = exercises.load("e05"), exercises.load("e07")


def of_source(source, exercise=E7):
    return flags.found(exercise, [(1, source)], [], [], [])


def right(exercise):
    return notebook.right_solutions(notebook.parse((ROOT / "solutions" / exercise.notebook).read_bytes()))


@pytest.mark.parametrize(
    "source",
    [
        "import torch", "from torch import nn", "import numpy as np, jax.numpy as jnp", "  import sympy as sp",
        "x = 1; import theano", "from autograd import (\n    grad,\n)", "importlib.import_module('torch.nn')",
        "__import__('jax')", "if True: import casadi", "try:\n    import tensorflow as tf\nexcept ImportError:\n    pass",
    ],
)  # fmt: skip
def test_another_autodiff_is_flagged(source):
    assert of_source(source) == ["other-autodiff"]


@pytest.mark.parametrize(
    "source",
    [
        "import backprop_lab as bl\nbl.network.forward(p, x)", "from backprop_lab import check, network",
        "from backprop_lab.network import backward", "import backprop_lab.network", "import backprop_lab\nbackprop_lab.f()",
    ],
)  # fmt: skip
def test_more_of_the_library_than_its_check_is_flagged(source):
    assert of_source(source) == ["library"]


@pytest.mark.parametrize(
    "source",
    [
        "# import torch", "'''\nimport torch\n'''", "s = 'import torch'", "from backprop_lab import check",
        "import backprop_lab\nbackprop_lab.check('e01')", "torch = 3\ntorch.x", "import jaxtyping", "from . import torch",
        "import numpy as np", "the.backprop_lab.x", "d = {'torch': 1}", "import", "from", "from x", "import torch_like",
        "print('import torch')", "important = 1",
    ],
)  # fmt: skip
def test_words_that_only_look_like_it_are_not_flagged(source):
    assert of_source(source) == []


NUDGES = [
    "def backward(f, x, h=1e-6):\n    return (f(x + h) - f(x - h)) / (2 * h)",
    "def slope(f, x):\n    h = 1e-6\n    up = f(x + h)\n    down = f(x - h)\n    return (up - down) / (2*h)\n"
    "def backward(a):\n    return slope(loss, a)",
    "def backward(t):\n    for i in range(3):\n        t[i] += eps\n        up = loss(t)\n        t[i] -= 2 * eps\n"
    "        down = loss(t)\n        t[i] += eps\n        g[i] = (up - down) / (2 * eps)\n    return g",
    "def backward(x):\n    return (f(x + 1e-6) - f(x)) / 1e-6",
    "def backward(x):\n    at = self.loss(x)\n    return (self.loss(x + h) - at) / h",
]


@pytest.mark.parametrize("source", NUDGES)
def test_a_gradient_made_by_nudging_is_flagged_where_it_is_not_the_task(source):
    assert of_source(source) == ["nudged"]
    for exercise_id in flags.NUDGING_IS_RIGHT:
        exercise = exercises.load(exercise_id)
        asked = source.replace("backward", next(iter(exercise.functions)))
        assert of_source(asked, exercise) == []


def test_a_complex_step_is_flagged():
    source = "def backward(x):\n    return f(x + 1e-20j).imag / 1e-20"
    assert of_source(source) == ["complex-step"]
    assert of_source(source, exercises.load("e13")) == []


@pytest.mark.parametrize(
    "source",
    [
        "def own_check(f, x, h):\n    return (f(x + h) - f(x - h)) / (2 * h)\ndef backward(a):\n    return a",
        "def backward(z):\n    return (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))",
        "def backward(a, y, m):\n    return (f(a) - f(y)) / m",
        "def backward(a, y):\n    return (a - y) / (a * (1 - a))",
        "def backward(a, y):\n    up = f(a)\n    down = g(a)\n    return (up - down + y) / (2 * y)",
        "z = 1j\ndef backward(x):\n    return x",
    ],
)
def test_honest_formulas_and_a_check_of_one_s_own_are_not_flagged(source):
    assert of_source(source) == []


@pytest.mark.parametrize("exercise_id", exercises.names())
def test_no_right_solution_and_nothing_that_was_given_is_flagged_by_its_source(exercise_id):
    exercise = exercises.load(exercise_id)
    for cells in right(exercise).values():
        assert flags.found(exercise, cells, [], [], []) == []
    given_out = notebook.parse((ROOT / "exercises" / exercise.notebook).read_bytes())
    assert flags.found(exercise, notebook.code_cells(given_out), [], [], []) == []


@pytest.mark.sandbox
@pytest.mark.parametrize("exercise_id", [e for e in exercises.names() if e not in flags.NUDGING_IS_RIGHT])
def test_no_right_solution_is_flagged_by_its_results_float32_among_them(exercise_id):
    exercise = exercises.load(exercise_id)
    fixtures = fixtures_for(exercise, 3)
    styles = right(exercise)
    # The others are right to the last digit: the ones that are approximate are those that could be taken for nudged.
    for name in [name for name in styles if name.startswith(("float32", "differences of logits"))] or ["the master"]:
        results, collected = examine(exercise, styles[name], fixtures, "bubblewrap")
        assert all(result.points for result in results)
        assert flags.found(exercise, styles[name], fixtures, results, collected.answers) == []


DIFFERENCES = """
def total(params, z, y):
    a = forward({**params, "W2": z[0], "b2": z[1], "W1": z[2], "b1": z[3]}, z[4])["a2"]
    if params["loss"] == "squared_error":
        return float(np.sum((a - y) ** 2) / 2)
    return float(-np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)))

def backward(params, cache, y):
    at = [params["W2"], params["b2"], params["W1"], params["b1"], cache["a0"]]
    found = []
    for k in range(4):
        g = np.zeros(at[k].shape)
        for i in np.ndindex(*g.shape):
            up, down = [p.copy() for p in at], [p.copy() for p in at]
            up[k][i] += 1e-6
            down[k][i] -= 1e-6
            g[i] = np.diff([total(params, down, y), total(params, up, y)])[0] / 2e-6
        found.append(g)
    W2, b2, W1, b1 = found
    return {"delta2": b2.copy(), "dL_dW2": W2, "dL_db2": b2, "delta1": b1.copy(), "dL_dW1": W1, "dL_db1": b1}
"""
SMALL_NUMBER = """
def backward(params, cache, y):
    a = cache["a2"]
    dL_da = a - y if params["loss"] == "squared_error" else -y / (a + 1e-8) + (1 - y) / (1 - a + 1e-8)
    delta2 = dL_da * slope(params["activation2"], cache["z2"])
    delta1 = (params["W2"].T @ delta2) * slope(params["activation1"], cache["z1"])
    return {"delta2": delta2, "dL_dW2": delta2 @ cache["a1"].T, "dL_db2": delta2.copy(),
            "delta1": delta1, "dL_dW1": delta1 @ cache["a0"].T, "dL_db1": delta1.copy()}
"""


@pytest.mark.sandbox
@pytest.mark.parametrize(("source", "expected"), [(DIFFERENCES, ["precision"]), (SMALL_NUMBER, [])])
def test_differences_show_by_their_precision_and_a_small_number_in_a_denominator_does_not(source, expected):
    cells = [*right(E5)["the master"], (99, source)]
    for seed in range(3):
        fixtures = fixtures_for(E5, seed)
        results, collected = examine(E5, cells, fixtures, "bubblewrap")
        assert [r for r in results if r.approximate], "nothing to tell apart"
        assert flags.found(E5, cells, fixtures, results, collected.answers) == expected


def test_short_floats_explain_the_precision():
    assert flags._short(np.float32(1)) is True
    assert not any(map(flags._short, (1.0, np.float64(1), np.ones(2, int), 3, "x", None)))


def test_flags_are_sorted_each_once_and_from_the_closed_list():
    source = "import torch\nimport jax\nfrom backprop_lab import network\n" + NUDGES[0]
    assert of_source(source) == ["library", "nudged", "other-autodiff"]
    assert all(words.endswith(".") for words in flags.FLAGS.values())


@settings(max_examples=200, deadline=None)
@given(st.lists(st.sampled_from(
    ["import", "from", "backprop_lab", "torch", "as", ".", ",", "(", ")", ";", ":", "\n", "def", "class", "backward",
     "f", "=", "-", "+", "/", "2", "*", "h", "'jax'", "__import__", "1j", "imag", "[", "]"]
), max_size=40))  # fmt: skip
def test_no_source_breaks_it(words):
    assert set(of_source(" ".join(words))) <= set(flags.FLAGS)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "source",
    [
        " \n" * 1_000_000,
        "match" + " " * 1_000_000,
        "import a, " * 100_000,
        "f(" * 100_000,
        "-" * 100_000,
        "f(x)-" * 50_000,
        "\nimport (" * 50_000,
        ")-" * 50_000,
    ],
)
def test_hostile_sources_take_bounded_time(source):
    assert of_source("def backward():\n x = " + source) == []


def test_it_is_told_to_the_instructor_alone_and_takes_no_points():
    plain, flagged = record("ada"), record("ada", flags=["other-autodiff", "of another time"])
    page = class_page.page([flagged])
    assert "1 submission whose code is worth a look; no points were taken" in page
    assert "differentiates by itself" in page
    assert "no words for the flag of another time" in page
    assert "worth a look" not in class_page.page([plain])
    assert feedback.page("ada", [flagged]) == feedback.page("ada", [plain])


@pytest.mark.sandbox
def test_grade_writes_it_into_the_record_and_tells_it_at_the_end_and_no_student(tmp_path):
    import json

    from typer.testing import CliRunner

    from backprop_lab.command_line.main import app

    master = json.loads((ROOT / "solutions" / E7.notebook).read_text())
    (tmp_path / "class").mkdir()
    for student in ("ada", "bob"):
        (tmp_path / "class" / f"{student}.ipynb").write_text(json.dumps(master))
        extra = {"cell_type": "code", "source": "import jax", "metadata": {}, "outputs": [], "execution_count": None}
        master["cells"].append({**extra, "id": "more"})
    done = CliRunner().invoke(app, ["grade", str(tmp_path / "class"), "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    records = [json.loads((tmp_path / "out" / "results" / s / "e07.json").read_text()) for s in ("ada", "bob")]
    assert [r["flags"] for r in records] == [[], ["other-autodiff"]]
    assert [r["points"] for r in records] == [E7.points] * 2
    assert "Worth a look, without effect on points: bob (e07);" in done.output
    assert "differentiates by itself" in (tmp_path / "out" / "class.html").read_text()
    page = (tmp_path / "out" / "feedback" / "bob.html").read_text()
    assert "differentiates" not in page
    assert "flag" not in page


def test_explain_tells_it(tmp_path):
    from typer.testing import CliRunner

    from backprop_lab.command_line.main import app
    from backprop_lab.grading.results import Store

    assert explain.flags is flags
    store = Store(tmp_path / "out")
    store.open()
    store.save({**record("ada"), "flags": ["nudged"], "grader": "x", "seed": "y", "definition": "z", "sha256": None})
    store.close()
    done = CliRunner().invoke(app, ["explain", "ada", "e01", "--out", str(tmp_path / "out")])
    assert done.exit_code == 0, done.output
    assert "Worth a look; this took no points" in done.output
    assert "divides the difference of two calls" in " ".join(done.output.split())
