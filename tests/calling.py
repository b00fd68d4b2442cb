"""What tests of commands have in common: how one is refused, and a class that is graded in a moment."""

import shutil
import subprocess
import sys

from tests.paths import ROOT

CODE = "from backprop_lab.command_line.main import app; app()"
# Quick ones alone: what times out takes six seconds.
STUDENTS = [p for p in sorted((ROOT / "tests" / "class" / "submissions").iterdir()) if not p.name.startswith("endless")]


def refused(done):
    """What a command says that ended with status 2: one line on standard error."""
    assert done.exit_code == 2, done.output
    assert len(done.stderr.strip().splitlines()) == 1, done.stderr
    assert done.stderr.startswith("backprop-lab: ")
    return done.stderr


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
