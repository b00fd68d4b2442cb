"""The autograder's zip, unpacked as Gradescope unpacks it, and its scripts run as Gradescope runs them."""

import importlib.metadata
import io
import json
import os
import re
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from packaging.requirements import Requirement
from typer.testing import CliRunner

from backprop_lab.checking.compare import leaves
from backprop_lab.command_line.main import app
from backprop_lab.course import gradescope, gradescope_run
from backprop_lab.exercises import load
from backprop_lab.grading import grade, notebook, sandbox, submissions, task
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.task import grader
from tests.attacks.writing import earns_if, honest, notebook_of
from tests.course.gradescope_schema import RESULTS
from tests.paths import ROOT, SOLUTIONS

pytestmark = pytest.mark.sandbox
CLASS = ROOT / "tests" / "class" / "submissions"
RIGHT, WRONG, STUB = (CLASS / f"{name}.ipynb" for name in ("right_branches", "mistake_K4_input_times_x", "untouched"))
SECRET = b"the secret of a class on Gradescope"
ADA = {"email": "ada@example.org", "id": 1815, "name": "Ada Lovelace"}
ADAS = "Ada Lovelace_ada@example.org"
TIERS = pytest.mark.parametrize("tier", sandbox.TIERS)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """The zip of E1."""
    return gradescope.autograder(load("e01"), SECRET, "visible", tmp_path_factory.mktemp("pool"))


@pytest.fixture(scope="module")
def built(made, tmp_path_factory):
    """/autograder as Gradescope has it when the image is built, with what is required and nothing else installed."""
    home = tmp_path_factory.mktemp("image") / "autograder"
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        file.extractall(home / "source")
    shutil.copy(home / "source" / "run_autograder", home / "run_autograder")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home / "venv"], check=True)
    packages = next(home.glob("venv/lib/python3*/site-packages"))
    for path in required((home / "source" / "requirements.txt").read_text().split("\n")):
        # NumPy's own place is open to the room, so that it must stand below /autograder, as it will.
        shutil.copytree(path, packages / path.name) if "numpy" in path.name else (packages / path.name).symlink_to(path)
    return home


def required(lines):
    """Folders and files of these packages, and of those that they require in turn, where they are installed here."""
    todo, seen, found = [Requirement(line) for line in lines if line], set(), set()
    while todo:
        one = todo.pop()
        if one.name.lower() in seen or (one.marker and not one.marker.evaluate({"extra": ""})):
            continue
        seen.add(one.name.lower())
        installed = importlib.metadata.distribution(one.name)
        tops = {file.parts[0] for file in installed.files if file.parts[0] not in ("..", "__pycache__")}
        found |= {Path(installed.locate_file(top)) for top in tops}
        todo += [Requirement(line) for line in installed.requires or []]
    return sorted(found)


@pytest.fixture
def home(built, tmp_path):
    """A container of that image: a fresh /autograder, in which nothing was handed in yet."""
    home = tmp_path / "autograder"
    home.mkdir()
    for shared in ("venv", "source", "run_autograder"):
        (home / shared).symlink_to(built / shared)
    (home / "submission").mkdir()
    (home / "results").mkdir()
    return home


@pytest.fixture(scope="module")
def without_bubblewrap(tmp_path_factory):
    """A PATH of this machine without bwrap on it."""
    folder = tmp_path_factory.mktemp("bin")
    for name in os.listdir("/usr/bin"):
        if name != "bwrap":
            (folder / name).symlink_to(f"/usr/bin/{name}")
    return str(folder)


def run(home, path=None):
    """Run the autograder as Gradescope does: the process, and what it wrote."""
    (home / "submission_metadata.json").write_text(json.dumps({"id": 1, "users": [ADA]}))
    done = subprocess.run(
        ["bash", str(home / "run_autograder")], cwd=home, capture_output=True, text=True, timeout=120, check=False,
        env={"PATH": path or os.environ["PATH"], "BACKPROP_LAB_AUTOGRADER": str(home)},
    )  # fmt: skip
    assert not done.stderr, done.stderr
    return done, json.loads((home / "results" / "results.json").read_text())


def hand_in(home, what, name="e01_one_neuron.ipynb"):
    """Put a notebook into the submission, from a path or as text."""
    content = what.read_text() if isinstance(what, Path) else what
    (home / "submission" / name).write_text(content)


def graded(home, path=None):
    """The results of a submission that can be graded."""
    done, results = run(home, path)
    assert done.returncode == 0, done.stdout
    return valid(results)


def graded_here(home, metadata):
    """The same in this process, which is quicker, whoever is said to have handed in."""
    (home / "submission_metadata.json").write_text(metadata)
    assert gradescope_run.main(home) == 0
    return valid(json.loads((home / "results" / "results.json").read_text()))


def valid(results):
    jsonschema.validate(results, RESULTS)
    assert results["stdout_visibility"] == "hidden"
    return results


def score(results):
    return sum(test["score"] for test in results["tests"])


def by_term(results):
    return {test["extra_data"]["term"]: test for test in results["tests"]}


def test_a_right_solution_has_all_points(home):
    hand_in(home, RIGHT)
    results = graded(home)
    assert score(results) == sum(test["max_score"] for test in results["tests"]) == load("e01").points
    assert {test["status"] for test in results["tests"]} == {"passed"}
    assert [test["name"] for test in results["tests"]] == [term.symbol for term in load("e01").terms]
    assert results["output"].startswith("E1 One neuron: 15 of 15 points\ne01_one_neuron.ipynb: graded.")
    assert results["visibility"] == "visible"


def test_a_mistake_is_named_at_its_term(home):
    hand_in(home, WRONG)
    terms = by_term(graded(home))
    wrong = terms.pop("dL_dx")
    assert (wrong["score"], wrong["status"], wrong["extra_data"]["mistakes"]) == (0, "failed", ["K4"])
    assert "∂L/∂x has the wrong last factor." in wrong["output"]
    assert re.search(r"^  on paper: .*\n  try: .*\n  book: .*chapter 2", wrong["output"], re.MULTILINE)
    assert {term["status"] for term in terms.values()} == {"passed"}


def test_what_is_flagged_is_told_to_the_instructor_alone(home):
    hand_in(home, notebook_of(["try:\n    import torch\nexcept ImportError:\n    pass", *honest("e01")]))
    done, results = run(home)
    assert score(valid(results)) == 15
    assert "backprop-lab: to look at: other-autodiff" in done.stdout
    assert "autodiff" not in json.dumps(results)


def test_a_stub_has_no_points_and_is_told_what_is_still_to_be_written(home):
    hand_in(home, STUB)
    results = graded(home)
    assert score(results) == 0
    assert "not attempted. No function is written yet." in results["output"]
    assert all("still to be written" in test["output"] for test in results["tests"])


def test_a_notebook_that_was_cut_off(home):
    hand_in(home, RIGHT.read_text()[:2000])
    results = graded(home)
    assert [(test["score"], test["max_score"], test["status"]) for test in results["tests"]] == [(0, 15, "failed")]
    assert "it ends in the middle: was it cut off" in results["output"]


def test_no_file_at_all(home):
    results = graded(home)
    assert [(test["score"], test["max_score"]) for test in results["tests"]] == [(0, 15)]
    assert results["output"] == (
        "No file was handed in.\n"
        "This assignment is E1 One neuron: hand in your notebook e01_one_neuron.ipynb, and nothing else."
    )
    assert results["tests"][0]["output"] == results["output"]


def test_files_of_which_none_is_a_notebook_of_the_exercise(home):
    hand_in(home, CLASS / "e04_right_with_loops.ipynb", "mine.ipynb")
    hand_in(home, "no JSON", "e01.ipynb.txt")
    hand_in(home, "no JSON", "homework.ipynb")
    (home / "submission" / "link.ipynb").symlink_to("/etc/passwd")
    output = graded(home)["output"]
    assert "mine.ipynb is E4 " in output
    assert "e01.ipynb.txt is no notebook: its name does not end in .ipynb" in output
    assert "homework.ipynb cannot be read: it is no notebook" in output
    assert "link.ipynb cannot be read: it is a symbolic link, which is not followed" in output


def test_of_many_files_a_few_are_told(home):
    for number in range(12):
        hand_in(home, "-", f"{number:02}.txt")
    assert "  04.txt is no notebook: its name does not end in .ipynb\n  and 7 more\n" in graded(home)["output"]


def test_of_two_notebooks_the_newest_counts_and_the_student_is_told(home):
    hand_in(home, STUB, "b.ipynb")
    hand_in(home, RIGHT, "a.ipynb")
    hand_in(home, "a report", "e01.pdf")
    for age, name in enumerate(("e01.pdf", "a.ipynb", "b.ipynb")):
        os.utime(home / "submission" / name, (1e9 - age, 1e9 - age))
    results = graded(home)
    assert score(results) == 15
    assert "There is more than one file; this one is the newest and counts. Not graded: b.ipynb." in results["output"]


def test_a_notebook_in_a_folder_is_found(home):
    (home / "submission" / "my work" / "x").mkdir(parents=True)
    hand_in(home, RIGHT, "my work/x/mine.ipynb")
    results = graded(home)
    assert score(results) == 15
    assert "my work/x/mine.ipynb: graded" in results["output"]


@pytest.mark.parametrize(
    "name",
    ["Zoë 🎉", "עדה לאבלייס", "<script>alert(1)</script>", "../../etc", "a\u202eb\x1b[2J\x00", "\ud800", "_" * 9, ""],
)
def test_names_of_any_kind(home, name):
    hand_in(home, RIGHT, "<b>e01_\u202e🎉.ipynb")
    results = graded_here(home, json.dumps({"users": [{"name": name, "email": "", "id": 7}]}))
    assert score(results) == 15
    said = results["output"] + "".join(test["output"] for test in results["tests"]) + results["extra_data"]["student"]
    assert all(c.isprintable() or c == "\n" for c in said)
    assert {test["output_format"] for test in results["tests"]} | {results["output_format"]} == {"text"}
    assert results["extra_data"]["student"].endswith("_7")


def test_a_group_is_named_by_all_of_it_in_whatever_order(home):
    hand_in(home, RIGHT)
    bob = {"email": "bob@example.org", "id": 2, "name": "Bob_B"}
    one, other = (
        graded_here(home, json.dumps({"users": users}))["extra_data"] for users in ([ADA, bob], [bob, ADA, bob])
    )
    assert one == other
    assert one["student"] == "Ada Lovelace_ada@example.org + Bob B_bob@example.org"


@pytest.mark.parametrize("told", ["", "no JSON", "[]", '{"users": 7}', '{"users": [7]}', '{"users": []}', "[" * 9999])
def test_who_it_was_may_not_be_told(tmp_path, told):
    (tmp_path / "metadata.json").write_text(told)
    assert gradescope_run.student_of(tmp_path / "metadata.json") == "student"


def test_there_may_be_no_metadata_at_all(home):
    hand_in(home, RIGHT)
    assert gradescope_run.main(home) == 0
    results = json.loads((home / "results" / "results.json").read_text())
    assert (score(results), results["extra_data"]["student"]) == (15, "student")


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


@pytest.mark.parametrize(
    "name", ["right_branches", "mistake_O2_slope_at_a", "mistake_O4_and_H3_two_slopes", "crash_in_da_dz"]
)
def test_points_and_words_are_those_of_grade_with_the_same_secret_and_name(home, name, tmp_path):
    folder = tmp_path / "class" / ADAS
    folder.mkdir(parents=True)
    shutil.copy(CLASS / f"{name}.ipynb", folder)
    (tmp_path / "seed").write_bytes(SECRET)
    asked = ["grade", str(folder.parent), "--out", str(tmp_path / "out"), "--seed-file", str(tmp_path / "seed")]
    assert CliRunner().invoke(app, asked).exit_code == 0
    record = json.loads(next((tmp_path / "out" / "results").glob("*/e01.json")).read_text())
    hand_in(home, CLASS / f"{name}.ipynb", f"{name}.ipynb")
    results = graded(home)
    assert score(results) == record["points"]
    assert [test["output"] for test in results["tests"]] == [test["output"] for test in gradescope_run.per_term(record)]
    same = ("points", "status", "terms", "student", "seed", "sha256", "definition", "grader", "isolation")
    assert {key: results["extra_data"][key] for key in same} == {key: record[key] for key in same}


def no_sandbox(tier):
    return "it does not work here, says this test"


def crashes(*_, **__):
    raise ZeroDivisionError("0.123456 is a hidden input")


@pytest.mark.parametrize(
    ("where", "what", "said"),
    [
        ((sandbox, "fails"), no_sandbox, "bubblewrap does not work here: it does not work here, says this test; landlock"),
        ((task, "examine"), crashes, "the grader failed on e01_one_neuron.ipynb: ZeroDivisionError in "),
        ((grade, "class_of"), crashes, "ZeroDivisionError in test_gradescope.py, line "),
    ],
    ids=["no sandbox", "a fault while judging", "a fault before"],
)  # fmt: skip
def test_where_the_grader_cannot_work_no_points_are_written(home, monkeypatch, capfd, where, what, said):
    hand_in(home, RIGHT)
    monkeypatch.setattr(*where, what)
    assert gradescope_run.main(home) == 1
    results = json.loads((home / "results" / "results.json").read_text())
    assert {"score", "tests"} & set(results) == set()
    # By its specification this is no result, which Gradescope shows as one that failed.
    with pytest.raises(jsonschema.ValidationError, match="is not valid under any of the given schemas"):
        jsonschema.validate(results, RESULTS)
    assert "no points are lost" in results["output"]
    printed = capfd.readouterr().out
    assert said in printed
    assert "grade them with `backprop-lab grade` on a Linux machine" in printed
    assert "--isolation none" not in printed
    assert "0.123456" not in printed + json.dumps(results)


@pytest.mark.parametrize(
    "change",
    [
        {"tests": [{"name": "a"}]}, {"tests": []}, {"visibility": "now"}, {"stdout_visibility": None},
        {"tests": [{"score": "3"}]}, {"tests": [{"score": 3, "status": "right"}]}, {"output_format": "markdown"},
        {"output": None}, {"tests": [{"score": 1, "out_of": 2}]},
    ],
)  # fmt: skip
def test_the_schema_refuses_what_the_specification_does_not_know(change):
    right = {"output": "said", "tests": [{"score": 1, "max_score": 2, "status": "failed", "output_format": "text"}]}
    jsonschema.validate(right, RESULTS)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(right | change, RESULTS)


def test_the_zip_is_of_this_version_and_holds_no_test_and_no_master(made, tmp_path):
    with zipfile.ZipFile(io.BytesIO(made)) as file:
        names = file.namelist()
        content = {name: file.read(name) for name in names}
        modes = {info.filename: stat.S_IMODE(info.external_attr >> 16) for info in file.infolist()}
    assert {name for name in names if "/" not in name} == {
        "setup.sh", "run_autograder", "requirements.txt", "constraints.txt"
    }  # fmt: skip
    assert {name.split("/")[0] for name in names if "/" in name} == {"class", "package"}
    assert {modes["setup.sh"], modes["run_autograder"]} == {0o755}
    assert {mode for name, mode in modes.items() if name.startswith("class/")} == {0o600}
    assert content["class/seed"].strip() == SECRET
    packed = {name.removeprefix("package/"): held for name, held in content.items() if name.startswith("package/")}
    assert {name: (ROOT / name).read_bytes() for name in packed} == packed
    assert not [name for name in names if name.endswith((".ipynb", ".pyc")) or "test" in name]
    masters = [source for master in SOLUTIONS.glob("e*.ipynb")
               for cells in notebook.right_solutions(notebook.parse(master.read_bytes())).values()
               for _, source in cells if len(source) > 200]  # fmt: skip
    assert len(masters) > 20
    everything = b"\n".join(content.values()).decode("utf-8", "replace")
    assert not [source for source in masters if source in everything]
    assert gradescope.autograder(load("e01"), SECRET, "visible", tmp_path) == made


def test_what_is_installed_for_it_is_enough_and_no_more(built):
    """The other tests run on these packages alone: this says that the rest is really out of reach."""
    python = next(built.glob("venv/bin/python"))
    code = "import importlib.util as u; print([n for n in ('rich', 'typer', 'mpmath', 'jinja2', 'pytest') if u.find_spec(n)])"
    assert subprocess.run([python, "-s", "-P", "-c", code], capture_output=True, text=True).stdout.strip() == "[]"


def test_scripts_are_good_bash():
    for script in (gradescope.SCRIPTS / "setup.sh", gradescope.SCRIPTS / "run_autograder"):
        assert subprocess.run(["bash", "-n", script], capture_output=True).stderr == b""
        if shutil.which("shellcheck"):
            assert subprocess.run(["shellcheck", script], capture_output=True, text=True).stdout == ""


@pytest.fixture
def image(built, tmp_path):
    """What setup.sh finds, with stand-ins for the programs that need a network: they note how they were called."""
    home, programs = tmp_path / "autograder", tmp_path / "bin"
    home.mkdir()
    programs.mkdir()
    (home / "source").symlink_to(built / "source")
    for name in ("bash", "env", "chmod", "tr", "cat", "mkdir", "ldd", "bwrap"):
        if there := shutil.which(name):
            (programs / name).symlink_to(there)
    return Image(home, programs, built / "venv" / "bin" / "python")


class Image:
    """A machine of which only a few programs are there."""

    def __init__(self, home, programs, python):
        self.home, self.programs, self.python = home, programs, python
        self.calls = home.parent / "calls"
        self.calls.write_text("")

    def program(self, name, body):
        path = self.programs / name
        path.write_text(f'#!/usr/bin/env bash\necho "{name} $*" >>{self.calls}\n{body}\n')
        path.chmod(0o755)

    def python_that(self, name, new, pip='exit 0'):  # fmt: skip
        """A Python: ``new`` enough or not, and ``pip`` as a line of bash."""
        inside = (
            f'#!/usr/bin/env bash\\nif [ "$2" = pip ]; then echo "pip $*" >>{self.calls}; {pip}; fi\\n'
            f'exec {self.python} "$@"\\n'
        )
        make = f'mkdir -p "$3/bin"; printf \'{inside}\' >"$3/bin/python"; chmod +x "$3/bin/python"'
        asked = f"import sys; sys.version_info = (3, {11 if new else 10}, 9); exec(sys.argv[1])"
        self.program(name, f'if [ "$1" = -c ]; then exec {self.python} -c "{asked}" "$2"; fi\n{make}')

    def set_up(self):
        return subprocess.run(
            ["bash", str(self.home / "source" / "setup.sh")], capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": str(self.programs), "BACKPROP_LAB_AUTOGRADER": str(self.home)},
        )  # fmt: skip


def test_setup_takes_a_python_that_is_new_enough_and_ends_ready(image):
    image.program("apt-get", "exit 0")
    image.python_that("python3", new=True)
    done = image.set_up()
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^backprop-lab: ready for E1 One neuron, in (bubblewrap|landlock)$", done.stdout, re.MULTILINE)
    calls = image.calls.read_text()
    assert "apt-get install -y --no-install-recommends bubblewrap" in calls
    assert "python3.11" not in calls
    assert "/source/requirements.txt -c " in calls
    assert stat.S_IMODE((image.home / "source" / "class" / "seed").stat().st_mode) == 0o600


def test_setup_installs_python_3_11_where_that_of_the_image_is_older(image):
    image.python_that("python3", new=False)
    image.python_that("python-to-come", new=True)
    image.program("apt-get", f'[[ "$*" = *python3.11* ]] && cat {image.programs}/python-to-come >{image.programs}/python3.11 '
                             f"&& chmod +x {image.programs}/python3.11; exit 0")  # fmt: skip
    done = image.set_up()
    assert (done.returncode, done.stderr) == (0, "")
    assert "backprop-lab: ready for E1" in done.stdout


def test_setup_takes_other_versions_where_these_cannot_be_had(image):
    image.program("apt-get", "exit 0")
    image.python_that("python3", new=True, pip='[[ "$*" = *constraints* ]] && exit 1; exit 0')
    done = image.set_up()
    assert done.returncode == 0, done.stderr
    assert image.calls.read_text().count("pip -m pip install") == 2


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (lambda image: image.python_that("python3", new=True), "this base image has no apt-get; choose Ubuntu 22.04"),
        (lambda image: (image.program("apt-get", "exit 100"), image.python_that("python3", new=False)),
         "no Python 3.11 or newer can be had on this base image; choose Ubuntu 22.04 or newer"),
        (lambda image: (image.program("apt-get", "exit 0"), image.python_that("python3", new=True, pip="exit 1")),
         "what grading needs could not be installed: numpy>="),
    ],
    ids=["no apt-get", "no Python", "no packages"],
)  # fmt: skip
def test_setup_says_in_one_line_why_it_cannot(image, prepare, said):
    prepare(image)
    done = image.set_up()
    assert done.returncode == 1
    assert [line for line in done.stderr.splitlines() if line.startswith("backprop-lab: ")] == done.stderr.splitlines()
    assert said in done.stderr


def test_a_build_without_a_sandbox_goes_on_and_says_so(home, monkeypatch, capsys):
    """The container that grades may be walled in otherwise than the one that builds."""
    monkeypatch.setattr(sandbox, "fails", no_sandbox)
    assert gradescope_run.check(home) == 0
    assert "no sandbox works while building: bubblewrap does not work here" in capsys.readouterr().out


def test_the_pool_that_is_packed_is_the_one_that_is_asked(home, monkeypatch):
    """Nothing is drawn on Gradescope: another NumPy there could draw other inputs, and references need mpmath."""
    monkeypatch.setattr(Pools, "_new", crashes)
    hand_in(home, RIGHT)
    assert gradescope_run.main(home) == 0


@pytest.mark.parametrize("changed", ["checking/judge.py", "checking/templates/report.html", "grading/wire.py"])
def test_another_file_that_judges_is_another_grader_wherever_it_lies(built, tmp_path, changed):
    shutil.copytree(built / "source" / "package", tmp_path / "package", ignore=shutil.ignore_patterns("__pycache__"))

    def told():
        code = "from backprop_lab.grading import task; print(task.grader())"
        command = [built / "venv" / "bin" / "python", "-B", "-s", "-P", "-c", code]
        env = {"PYTHONPATH": str(tmp_path / "package")}
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip()

    assert told() == grader()
    with (tmp_path / "package" / "backprop_lab" / changed).open("a") as file:
        file.write("\n")
    assert told() != grader()
