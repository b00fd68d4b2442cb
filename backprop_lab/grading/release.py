"""Make the released notebooks from the masters, and find them wherever the package is installed.

A master (``solutions/eNN_name.ipynb``) holds the statement, the answers between two markers, and check cells with
the outputs of right answers. The released notebook is the same with each answer replaced by a line that says what is
still to be written; of the outputs only those of the check cells stay, as plain text. Other right ways to write the
answers, at the end of the master, stay there.

An extra notebook (``solutions/extra_NAME.ipynb``) is released in the same way. It has no definition and no points: its
checks are functions of the library.
"""

import copy
import re
from importlib import resources
from pathlib import Path

import numpy as np

from ..exercises import Exercise, stored
from . import notebook, pool

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
ANSWER = re.compile(rf"^([ \t]*){BEGIN}\n.*?^[ \t]*{END}[ \t]*$", re.MULTILINE | re.DOTALL)
# The name before an answer: a function's, or that of a method inside a class.
ANSWERED = re.compile(r"^[ \t]*(?:def|class)[ \t]+(\w+)", re.MULTILINE)
# Beside the notebooks, so that nbval compares their text and not their HTML.
CONFTEST = "conftest.py"


class BrokenMaster(Exception):
    """A master cannot be released; the message says which cell, and what is wrong with it."""


def released_folder() -> Path:
    """Where the released notebooks are: inside the installed package, or in the checkout it runs from."""
    installed = Path(str(resources.files("backprop_lab"))) / "released"
    return installed if installed.is_dir() else Path(__file__).parents[2] / "exercises"


def release(master: notebook.Notebook, exercise: Exercise) -> notebook.Notebook:
    """The student's version of a master.

    Raises
    ------
    BrokenMaster
        If a marker is left over, a check cell has no output, or a function has no answer or no check.
    """
    released, answered, checks = _without_answers(master, exercise.notebook)
    checked = {name for name in exercise.functions if any(f'"{name}"' in source for source in checks)}
    for name in exercise.functions:
        if name not in answered or name not in checked:
            what = "answer between markers" if name not in answered else "check cell"
            raise BrokenMaster(f"{exercise.notebook}: {name} has no {what}")
    released.metadata["backprop_lab"] = {"exercise": exercise.id}
    return notebook.normalise(released)


def extras(folder: Path) -> list[str]:
    """The extra notebooks of a folder, by name: ``["extra_l2", …]``."""
    return sorted(path.stem for path in folder.glob("extra_*.ipynb"))


def release_extra(master: notebook.Notebook, name: str) -> notebook.Notebook:
    """The student's version of the master of an extra notebook.

    Raises
    ------
    BrokenMaster
        If a marker is left over, a check cell has no output, nothing is asked for, or an answer has no check.
    """
    released, answered, checks = _without_answers(master, f"{name}.ipynb")
    if not answered:
        raise BrokenMaster(f"{name}.ipynb: there is no answer between markers")
    for function in sorted(answered):
        if not any(re.search(rf"\b{function}\b", source) for source in checks):
            raise BrokenMaster(f"{name}.ipynb: {function} has no check cell")
    released.metadata["backprop_lab"] = {"extra": name}
    return notebook.normalise(released)


def _without_answers(master: notebook.Notebook, file: str) -> tuple[notebook.Notebook, set[str], list[str]]:
    """The notebook without its answers, the functions that had one, and the sources of the check cells."""
    released = copy.deepcopy(master)
    others = [k for k, cell in enumerate(released.cells) if cell.source.startswith(notebook.OTHER_WAYS)]
    del released.cells[others[0] if others else len(released.cells) :]
    answered: set[str] = set()
    checks: list[str] = []
    for cell in released.cells:
        if cell.source.startswith(notebook.ALSO_RIGHT):
            raise BrokenMaster(f"{file}, cell {cell.id}: it stands before “{notebook.OTHER_WAYS}”")
        if cell.cell_type != "code":
            if BEGIN in cell.source or END in cell.source:
                raise BrokenMaster(f"{file}, cell {cell.id}: a solution marker in a text cell")
            continue
        if notebook.is_check(cell.source):
            cell.outputs = [_text_only(output) for output in cell.outputs]
            if not cell.outputs:
                raise BrokenMaster(f"{file}, cell {cell.id}: a check cell without output; execute it")
            checks.append(cell.source)
            continue
        cell.outputs = []
        answered |= set(notebook.DEFINES.findall(cell.source)) if ANSWER.search(cell.source) else set()
        cell.source = ANSWER.sub(_stub(cell.source), cell.source)
        if BEGIN in cell.source or END in cell.source:
            raise BrokenMaster(f"{file}, cell {cell.id}: a solution marker without its partner")
    return released, answered, checks


def _stub(source: str):
    def replacement(match: re.Match) -> str:
        before = ANSWERED.findall(source[: match.start()])
        name = before[-1] if before else "this"
        return f'{match[1]}raise NotImplementedError("write {name} here")'

    return replacement


def _text_only(output: notebook.Notebook) -> notebook.Notebook:
    if "data" in output:
        output.data = {"text/plain": output.data["text/plain"]}
    return output


def visible_fixtures(exercise: Exercise) -> str:
    """The fixtures of the notebook's own check with references of fifty digits, in the form in which they are stored.

    Raises
    ------
    pool.NoReferences
        If mpmath is missing, or a formula is not the derivative that it is said to be.
    """
    fixtures = pool.referred(exercise, np.random.default_rng(stored.SEED), exercise.visible)
    return stored.to_json(fixtures, stored.fingerprint(exercise))


def as_text(nb: notebook.Notebook) -> str:
    """A notebook in the bytes in which it is stored."""
    import nbformat

    return nbformat.writes(nb, version=4) + "\n"
