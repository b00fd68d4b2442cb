"""What an attack must not bring out: hidden numbers, the secret and live markup, in what is written and printed."""

import atexit
import csv
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import numpy as np

from backprop_lab.checking.compare import leaves
from backprop_lab.exercises import load
from backprop_lab.grading import notebook, submissions
from backprop_lab.grading.grade import class_of
from backprop_lab.grading.pool import Pools
from backprop_lab.grading.submissions import find

SECRET = "the secret of a class under attack"
OURS = {"backprop-lab.json", "private", "results", "grades.csv", "totals.csv", "class.html", "feedback"}


@cache
def pools_folder() -> Path:
    """A folder with the pools that were made before: fifty digits take their time."""
    folder = tempfile.mkdtemp(prefix="attacked-pools-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def pools() -> Pools:
    """The hidden inputs of the attacked classes."""
    return Pools(SECRET.encode(), pools_folder())


def told(place: Mapping[str, Path], printed: str) -> Iterator[str]:
    """Hidden numbers, the secret and live markup in what is written and printed."""
    texts = {str(p.relative_to(place["out"])): p.read_text() for p in place["out"].glob("feedback/*.html")}
    texts |= {str(p.relative_to(place["out"])): p.read_text() for p in place["out"].glob("results/*/*.json")}
    texts |= {p.name: p.read_text() for p in place["out"].glob("*.html")}
    texts |= {"the terminal": printed}
    for name in set(os.listdir(place["out"])) - OURS:
        yield f"the output holds {name}"
    if (place["out"] / "grades.csv").is_file():
        with (place["out"] / "grades.csv").open(newline="") as file:
            for row in csv.reader(file):
                if len(row) != 5 or row[0].lstrip()[:1] in tuple("=+-@\t"):
                    yield f"grades.csv holds {row}"
    if (place["out"] / "totals.csv").is_file():
        with (place["out"] / "totals.csv").open(newline="") as file:
            table = list(csv.reader(file))
            for row in table:
                if len(row) != len(table[0]) or row[0].lstrip()[:1] in tuple("=+-@\t"):
                    yield f"totals.csv holds {row}"
    hidden = {SECRET, SECRET.encode().hex(), *_digits(place["class"])}
    for name, text in texts.items():
        for one in hidden:
            if one in text:
                yield f"{name} tells {one!r}"
        if "<script" in text.lower() and name.endswith(".html"):
            yield f"{name} holds a script"
        if any(not c.isprintable() and c not in "\n\N{NO-BREAK SPACE}" for c in text):
            yield f"{name} steers the terminal"


def _digits(folder: Path) -> set[str]:
    """The first seven digits of every hidden number that a student of this class was asked with."""
    found = set()
    for submission, _ in class_of(find(folder)):
        try:
            exercise = notebook.which_exercise(notebook.parse(submission.read()), submission.file)
        except submissions.Unreadable:
            continue
        if exercise is None:
            continue
        for fixture in pools().picked(load(exercise), submission.student):
            for _, value in leaves({**fixture.inputs, **fixture.terms}):
                if isinstance(value, str) or value is None:
                    continue
                for number in np.ravel(np.asarray(value, dtype=float)):
                    digits = repr(abs(float(number)))
                    if len(digits) >= 9 and "e" not in digits:
                        found.add(digits[:9])
    return found
