"""Run a student's answers against the check cells of the released notebook, in a kernel.

A student's own file is never its own judge: a wrong answer that was run and saved has overwritten the output that it
would be compared with. So the student's code cells are put in front of untouched check cells.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..exercises import Exercise
from ..grading import notebook, release
from ..grading.kernel import client

SECONDS = 60
POINTS = re.compile(r"(\d+) of (\d+) points?$")


def pristine_copy(student: notebook.Notebook, exercise: Exercise) -> notebook.Notebook:
    """A notebook of the student's code cells, followed by the released notebook's check cells."""
    import nbformat  # here, as in ``notebook``

    released = notebook.read(release.released_folder() / exercise.notebook)
    checks = [cell for cell in released.cells if cell.cell_type == "code" and notebook.is_check(cell.source)]
    own = [nbformat.v4.new_code_cell(source) for _, source in notebook.code_cells(student)]
    # A notebook whose import cell was deleted is still checked.
    own.append(nbformat.v4.new_code_cell("from backprop_lab import check"))
    copy = nbformat.v4.new_notebook(metadata=released.metadata, cells=[*own, *checks])
    return copy


@dataclass(frozen=True)
class Check:
    """What one check cell printed; its title tells how many points it gives, of how many."""

    text: str
    points: int
    out_of: int

    @classmethod
    def of(cls, printed: str) -> "Check":
        """From the text; a check that did not come to its title gives nothing."""
        found = POINTS.search(printed.split("\n")[0])
        return cls(printed, int(found[1]), int(found[2])) if found else cls(printed, 0, 1)

    @property
    def right(self) -> bool:
        """Does it give all its points?"""
        return self.points == self.out_of


@dataclass(frozen=True)
class Outcome:
    """What became of a pristine copy: its checks, and sentences on cells that raised or stopped everything."""

    checks: tuple[Check, ...]
    troubles: tuple[str, ...]

    @property
    def right(self) -> int:
        """How many checks give all their points."""
        return sum(check.right for check in self.checks)

    @property
    def done(self) -> bool:
        """Do all checks give all their points?"""
        return self.right == len(self.checks)


def run(student: notebook.Notebook, exercise: Exercise, folder: Path) -> Outcome:
    """Execute the pristine copy."""
    from nbclient.exceptions import CellTimeoutError, DeadKernelError

    copy = pristine_copy(student, exercise)
    checks = [k for k, cell in enumerate(copy.cells) if notebook.is_check(cell.source)]
    troubles = []
    try:
        client(copy, folder, SECONDS, allow_errors=True).execute()
    except (CellTimeoutError, DeadKernelError) as error:
        why = f"did not end within {SECONDS} s" if isinstance(error, TimeoutError) else "brought the kernel down"
        troubles.append(f"A cell {why}; nothing after it could be checked.")
    # The numbers that the student sees: those of all code cells, checks among them.
    for (number, _), cell in zip(notebook.code_cells(student), copy.cells, strict=False):
        failed = next((o for o in cell.get("outputs", []) if o.output_type == "error"), None)
        if failed:
            troubles.append(f"Code cell {number} raised {failed.ename}: {failed.evalue}")
    return Outcome(tuple(Check.of(_text(copy.cells[k])) for k in checks), tuple(troubles))


def told(exercise: Exercise, file: str, outcome: Outcome | None) -> dict[str, Any]:
    """For ``--json``: one exercise as a student's notebook has it; ``outcome`` is None where there is no notebook."""
    checks = outcome.checks if outcome else ()
    return {
        "exercise": exercise.id,
        "title": exercise.title,
        "file": file or None,
        "points": sum(check.points for check in checks),
        "out_of": exercise.points,
        "done": bool(outcome) and outcome.done,
        "checks": [{"points": c.points, "out_of": c.out_of, "text": c.text} for c in checks],
        "troubles": list(outcome.troubles) if outcome else [],
    }


def _text(cell: notebook.Notebook) -> str:
    return "\n".join(o.data["text/plain"] for o in cell.get("outputs", []) if "data" in o and "text/plain" in o.data)
