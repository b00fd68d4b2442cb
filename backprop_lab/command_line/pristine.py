"""Run a student's answers against the check cells of the released notebook, in a kernel.

A student's own file is never its own judge: a wrong answer that was run and saved has overwritten the output that it
would be compared with. So the student's code cells are put in front of untouched check cells.
"""

from collections.abc import Callable
from pathlib import Path

import nbclient
import nbformat

from ..exercises import Exercise
from ..grading import notebook, release
from ..grading.kernel import client

SECONDS = 60


def pristine_copy(student: nbformat.NotebookNode, exercise: Exercise) -> nbformat.NotebookNode:
    """A notebook of the student's code cells, followed by the released notebook's check cells."""
    released = nbformat.read(release.released_folder() / exercise.notebook, as_version=4)
    checks = [cell for cell in released.cells if cell.cell_type == "code" and notebook.is_check(cell.source)]
    own = [nbformat.v4.new_code_cell(source) for _, source in notebook.code_cells(student)]
    # A notebook whose import cell was deleted is still checked.
    own.append(nbformat.v4.new_code_cell("from backprop_lab import check"))
    copy = nbformat.v4.new_notebook(metadata=released.metadata, cells=[*own, *checks])
    return copy


def run(student: nbformat.NotebookNode, exercise: Exercise, folder: Path, say: Callable[[str], None]) -> bool:
    """Execute the pristine copy, say what each check prints, and whether all of it is right."""
    copy = pristine_copy(student, exercise)
    checks = {k: _text(cell) for k, cell in enumerate(copy.cells) if notebook.is_check(cell.source)}
    try:
        client(copy, folder, SECONDS, allow_errors=True).execute()
    except (nbclient.exceptions.CellTimeoutError, nbclient.exceptions.DeadKernelError) as error:
        why = f"did not end within {SECONDS} s" if isinstance(error, TimeoutError) else "brought the kernel down"
        say(f"A cell {why}; nothing after it could be checked.")
    right = 0
    for number, cell in enumerate(copy.cells):
        failed = next((o for o in cell.get("outputs", []) if o.output_type == "error"), None)
        if number in checks:
            say(_text(cell) or "This check printed nothing.")
            say("")
            right += _text(cell) == checks[number]
        elif failed:
            say(f"Code cell {number + 1} raised {failed.ename}: {failed.evalue}")
            say("")
    say(f"{right} of {len(checks)} checks print what a right answer prints.")
    return right == len(checks)


def _text(cell: nbformat.NotebookNode) -> str:
    return "\n".join(o.data["text/plain"] for o in cell.get("outputs", []) if "data" in o and "text/plain" in o.data)
