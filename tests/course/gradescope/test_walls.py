"""On Gradescope the same walls: secret, inputs and results are not in the room of a student's code."""

import os

import jsonschema
import numpy as np
import pytest

from backprop_lab.checking.compare import leaves
from backprop_lab.exercises import load
from backprop_lab.grading import grade, sandbox, submissions
from backprop_lab.grading.pool import Pools
from tests.attacks.writing import earns_if, honest, notebook_of
from tests.course.gradescope.running import ADAS, SECRET, by_term, graded, hand_in, run
from tests.course.gradescope.schema import RESULTS

pytestmark = pytest.mark.sandbox

TIERS = pytest.mark.parametrize("tier", sandbox.TIERS)


@pytest.fixture(scope="module")
def without_bubblewrap(tmp_path_factory):
    """A PATH of this machine without bwrap on it."""
    folder = tmp_path_factory.mktemp("bin")
    for name in os.listdir("/usr/bin"):
        if name != "bwrap":
            (folder / name).symlink_to(f"/usr/bin/{name}")
    return str(folder)


HOSTILE = """
import os, sys
HOME = {home!r}
def tries(*calls):
    for call in calls:
        try:
            call()
        except BaseException:
            pass
FAKE = '{{"score": 99, "output": "was-here"}}'
tries(
    lambda: open(HOME + "/results/results.json", "w").write(FAKE),
    lambda: open(HOME + "/run_autograder", "w").write("was-here"),
    lambda: os.rename(HOME + "/submission", HOME + "/was-here"),
    lambda: print(open(HOME + "/source/class/seed").read()),
    lambda: os.fork(), lambda: os.system("touch " + HOME + "/results/was-here"), lambda: os.kill(os.getppid(), 9),
)
"""
TELLS = """
_right = neuron_forward
def neuron_forward(x, w, b, activation):
    print("was-here", x, w, b); sys.stderr.write(repr((x, w, b)))
    tries(lambda: open(HOME + "/results/results.json", "w").write(FAKE), os.fork)
    return _right(x, w, b, activation)
def dL_da(a, y, loss):
    raise ValueError(f"was-here {a} {y}")
def dz_dw(x):
    while True:
        print("was-here", x)
"""


@TIERS
def test_a_hostile_notebook_gets_its_own_points_and_tells_nothing(home, tier, without_bubblewrap):
    cells = [HOSTILE.format(home=str(home)), *honest("e01"), TELLS, "while True: os.fork()"]
    hand_in(home, notebook_of(cells))
    done, results = run(home, without_bubblewrap if tier == "landlock" else None)
    jsonschema.validate(results, RESULTS)
    assert (done.returncode, results["extra_data"]["isolation"]) == (0, tier)
    lost = {name for name, test in by_term(results).items() if not test["score"]}
    # What uses the two broken functions is judged by the student's own values or not at all.
    assert {"dL_da", "dz_dw"} <= lost <= {"dL_da", "dz_dw", "dL_dw", "dL_db", "dL_dx"}
    told = done.stdout + (home / "results" / "results.json").read_text()
    assert "was-here" not in told
    assert SECRET.decode() not in told
    assert "Traceback" not in told
    inputs = [f.values for f in Pools(SECRET).picked(load("e01"), ADAS)]
    numbers = {
        repr(float(n))
        for values in inputs
        for _, leaf in leaves(values.__dict__)
        if _number(leaf)
        for n in np.ravel(leaf)
    }
    assert len(numbers) > 10
    assert [n for n in numbers if len(n) > 5 and n in told] == []
    assert sorted(path.name for path in home.rglob("*") if "was-here" in path.name) == []
    assert sorted(path.name for path in (home / "results").iterdir()) == ["results.json"]


def _number(leaf):
    return (
        isinstance(leaf, (float, int, np.ndarray)) and not isinstance(leaf, bool) and np.asarray(leaf).dtype.kind == "f"
    )


REACHES = [
    "open('HOME/source/class/seed').read()",
    "assert __import__('os').listdir('HOME/source/class/pool')",
    "open('HOME/source/package/backprop_lab/exercises/e01_one_neuron.py').read()",
    "open('HOME/submission_metadata.json').read()",
    "open('HOME/submission/e01_one_neuron.ipynb').read()",
    "open('HOME/results/results.json', 'w').write('{}')",
    "open('HOME/results/was-here', 'w')",
    "open('HOME/venv/was-here', 'w')",
    "assert __import__('os').listdir('HOME')",
]


@TIERS
def test_the_room_does_not_reach_the_autograder_s_folder(home, tier, without_bubblewrap):
    """A student's file may be read by whoever opens it; the point of dz_db is for whom one of these works."""
    body = "\n".join(
        f"try:\n    {reach.replace('HOME', str(home))}\n    got.append({number})\nexcept Exception: pass"
        for number, reach in enumerate(REACHES)
    )
    hand_in(home, notebook_of([*honest("e01"), earns_if(f"got = []\n{body}\nassert got")]))
    terms = by_term(graded(home, without_bubblewrap if tier == "landlock" else None))
    assert terms["dz_db"]["score"] == 0
    assert terms["dL_da"]["score"] == 3


@pytest.mark.parametrize("reach", REACHES)
def test_without_a_wall_each_of_these_probes_would_earn_its_point(home, reach):
    (home / "submission_metadata.json").write_text("{}")
    hand_in(home, notebook_of([*honest("e01"), earns_if(reach.replace("HOME", str(home)))]))
    (found,) = submissions.of_student(home / "submission", ADAS)
    try:
        record = grade.grade(found, [], Pools(SECRET, home / "source" / "class" / "pool"), "none")
    finally:
        (home / "venv" / "was-here").unlink(missing_ok=True)
    assert {term["term"]: term["points"] for term in record["terms"]}["dz_db"] == 1
