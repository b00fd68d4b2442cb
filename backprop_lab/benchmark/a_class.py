"""A class as it really is, of any size: right solutions in their styles, stubs, mistakes, what raises, what never ends.

Every notebook is written from a master by one seed, which makes the same class again. A mistake is a slip of the pen
in a right solution (a transpose left out, a sign, an axis), of a list that is the same for all exercises: most of
them are known mistakes that the grader names, some are nobody's, as in a class.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import nbformat
import numpy as np

from ..exercises import Exercise, every
from ..grading import notebook, release

# Of a thousand submissions. What never ends costs seconds each time, and is rare.
KINDS = {"right": 400, "mistake": 380, "half written": 80, "stub": 80, "raises": 50, "cut off": 8, "never ends": 2}
EACH = 6  # exercises that a student hands in, in the middle
# What slips: a pattern in a right solution, and what stands there instead.
SLIPS = (
    (r"\.T\b", ""), (r"\ba - y\b", "y - a"), (r"\(1 - a\)", "(1 + a)"), (r"np\.tanh\((\w+)\) \*\* 2", r"np.tanh(\1)"),
    (r" / m\b", ""), (r"\.mean\(", ".sum("), (r"axis=1, keepdims=True", "axis=0, keepdims=True"), (r" > 0\b", " < 0"),
    (r"\.grad \+= ", ".grad = "), (r"np\.exp\(-z\)", "np.exp(z)"), (r"\.copy\(\)", ""), (r"-y / a", "y / a"),
    (r" \* slope\([^()]*\)", ""), (r" \+ 1\b", ""), (r"\b2 \* ", ""), (r" - y\b", " + y"), (r" - lr \*", " + lr *"),
    (r'return "H7"', 'return "H6"'), (r"\btotal \+= ", "total = "), (r"\(1\.0, -1\.0\)", "(1.0, 1.0)"),
)  # fmt: skip
WORDS = (
    "first try",
    "with the hint of the tutorial",
    "checked by hand",
    "not sure about the last line",
    "from my notes",
)
ANSWER = re.compile(rf"^([ \t]*){release.BEGIN}\n(.*?)^[ \t]*{release.END}[ \t]*$", re.MULTILINE | re.DOTALL)


class NoClass(Exception):
    """There is nothing to make a class of; the message says what is missing."""


@dataclass(frozen=True)
class HandedIn:
    """One submission of the class that is made."""

    student: str
    exercise: str
    kind: str
    file: str


def made(root: Path, folder: Path, count: int, seed: int) -> list[HandedIn]:
    """Write a class into ``folder/STUDENT/eNN_name.ipynb``, and say what it holds.

    Raises
    ------
    NoClass
        If root is no checkout with the masters.
    """
    rng = np.random.default_rng(seed)
    makers = {exercise.id: _Maker(root, exercise) for exercise in every()}
    kinds, shares = list(KINDS), np.array(list(KINDS.values())) / sum(KINDS.values())
    written = []
    for student, exercise_id in _who(list(makers), count, rng):
        kind = kinds[rng.choice(len(kinds), p=shares)]
        maker = makers[exercise_id]
        file = f"{student}/{maker.exercise.notebook}"
        (folder / student).mkdir(parents=True, exist_ok=True)
        (folder / file).write_text(maker.notebook(kind, student, rng), "utf-8")
        written.append(HandedIn(student, exercise_id, kind, file))
    return written


def _who(exercise_ids: Sequence[str], count: int, rng: np.random.Generator) -> Iterator[tuple[str, str]]:
    """Students with the exercises that they chose: the early ones more often than the late ones."""
    weights = np.linspace(1.6, 0.6, len(exercise_ids))
    number = 0
    while count > 0:
        number += 1
        many = min(count, int(rng.integers(1, 2 * EACH)), len(exercise_ids))
        chosen = rng.choice(len(exercise_ids), size=many, replace=False, p=weights / weights.sum())
        yield from ((f"student{number:05}", exercise_ids[k]) for k in sorted(chosen))
        count -= many


class _Maker:
    """Writes notebooks of one exercise."""

    def __init__(self, root: Path, exercise: Exercise) -> None:
        file = root / "solutions" / exercise.notebook
        if not file.is_file():
            raise NoClass(f"{file} does not exist: run this in a checkout that has the masters")
        self.exercise = exercise
        master = nbformat.read(file, as_version=4)
        self.released = release.release(nbformat.from_dict(master), exercise)
        own, *others = notebook.right_solutions(master).values()
        self.answers = {number: source for number, source in own if ANSWER.search(source)}
        self.others = [cells[-1][1] for cells in others]

    def notebook(self, kind: str, student: str, rng: np.random.Generator) -> str:
        answers, other = dict(self.answers), ""
        if kind in ("right", "mistake") and rng.random() < 0.5:
            other = self.others[rng.integers(len(self.others))]
        if kind == "mistake":
            answers, other = self._slipped(answers, other, rng)
        elif kind in ("raises", "never ends"):
            number = list(answers)[rng.integers(len(answers))]
            lines = ["while True:", "    pass"] if kind == "never ends" else ["scale = normalise_all(1.0)"]
            answers[number] = ANSWER.sub(lambda m: _before(m, lines), answers[number], count=1)
        elif kind == "half written":
            keep = int(rng.integers(1, len(answers))) if len(answers) > 1 else 0
            answers = dict(list(answers.items())[:keep])
        elif kind == "stub":
            answers = {}
        text = release.as_text(self._with(answers, other, f"# {student}: {WORDS[rng.integers(len(WORDS))]}"))
        return text[: len(text) // 2] if kind == "cut off" else text

    def _slipped(self, answers: dict[int, str], other: str, rng: np.random.Generator) -> tuple[dict[int, str], str]:
        """One slip, or two, in what counts: the other way stands last, and its functions are those that are graded."""
        places = slips({0: other}) if other else []
        if not places:
            places, other = slips(answers), ""
        for _ in range(1 + (rng.random() < 0.25)):
            number, old, new = places[rng.integers(len(places))]
            if number:
                answers[number] = answers[number].replace(old, new)
            else:
                other = other.replace(old, new)
        return answers, other

    def _with(self, answers: Mapping[int, str], other: str, word: str) -> nbformat.NotebookNode:
        """The released notebook with these answers in it."""
        nb = nbformat.from_dict(json.loads(json.dumps(self.released)))
        code = [cell for cell in nb.cells if cell.cell_type == "code"]
        for number, source in answers.items():
            code[number - 1].source = f"{word}\n{ANSWER.sub(lambda m: m[2], source).rstrip()}"
        if other:
            nb.cells.append(nbformat.v4.new_code_cell(other.partition("\n")[2], id="another-way"))
        return nb


def _before(answer: re.Match, lines: Sequence[str]) -> str:
    return "".join(f"{answer[1]}{line}\n" for line in lines) + answer[2]


def slips(sources: Mapping[int, str]) -> list[tuple[int, str, str]]:
    """All slips that can be made: where, the line as it is, and the line with the slip."""
    found = []
    for number, source in sources.items():
        answers = [match[2] for match in ANSWER.finditer(source)] or [source]
        for line in dict.fromkeys(line for answer in answers for line in answer.splitlines()):
            if line.lstrip().startswith("#") or not line.strip():
                continue
            for pattern, instead in SLIPS:
                slipped = re.sub(pattern, instead, line, count=1)
                if slipped != line:
                    found.append((number, line, slipped))
    return found
