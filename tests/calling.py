"""What tests of commands have in common: how one is run and refused, and a class that is graded in a moment."""

import hashlib
import json
import shutil
import subprocess
import sys

from typer.testing import CliRunner

from backprop_lab.command_line.main import app
from tests.paths import ROOT

CODE = "from backprop_lab.command_line.main import app; app()"
CLASS = ROOT / "tests" / "class" / "submissions"
RIGHT, WRONG = CLASS / "right_branches.ipynb", CLASS / "mistake_K4_input_times_x.ipynb"
LOOPS = CLASS / "e04_right_with_loops.ipynb"
# Quick ones alone: what times out takes six seconds.
STUDENTS = [p for p in sorted(CLASS.iterdir()) if not p.name.startswith("endless")]


def run(*args):
    """Call ``backprop-lab`` in this process; an exception that no user should see is raised."""
    done = CliRunner().invoke(app, list(map(str, args)))
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done


def succeeded(done):
    assert done.exit_code == 0, done.output
    return done


def refused(done):
    """What a command says that ended with status 2: one line on standard error."""
    assert done.exit_code == 2, done.output
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("backprop-lab: ")
    return done.stderr


def grade(folder, out=None, *more):
    """Grade a folder, into ``out`` beside it where nothing else is said."""
    return run("grade", folder, "--out", out or folder.parent / "out", *more)


def record(folder, student, exercise="e01"):
    """What such a grading wrote of one student's exercise."""
    return json.loads((folder.parent / "out" / "results" / student / f"{exercise}.json").read_text())


def files(folder):
    """The digest of every file in a folder."""
    kept = [p for p in sorted(folder.rglob("*")) if p.is_file()]
    return {str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest() for p in kept}


def quick_class(root):
    """Put a class and its secret into a folder."""
    for path in STUDENTS:
        target = root / "class" / path.name
        target.parent.mkdir(exist_ok=True)
        (shutil.copytree if path.is_dir() else shutil.copy)(path, target)
    (root / "secret").write_text("a secret of the test\n")
    return root


def call(folder, out, *more):
    """The arguments that grade such a class."""
    return ["grade", str(folder / "class"), "--out", str(out), "--seed-file", str(folder / "secret"), *more]


def start(folder, out, *more):
    """The same in a process of its own, to be killed."""
    command = [sys.executable, "-c", CODE, *call(folder, out, *more)]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)


def records(out):
    """How many submissions have a record."""
    return len(list(out.glob("results/*/*.json")))
