"""A chapter's code, run cell by cell in one namespace as a kernel would, without a kernel."""

import ast
import io
from collections.abc import Iterator
from contextlib import redirect_stdout

import nbformat

from tests.paths import ROOT

CHAPTERS = sorted(path.stem for path in (ROOT / "chapters").glob("*.ipynb"))


def code_cells(name: str, folder: str = "chapters") -> list[nbformat.NotebookNode]:
    notebook = nbformat.read(ROOT / folder / f"{name}.ipynb", as_version=4)
    return [cell for cell in notebook.cells if cell.cell_type == "code" and "%pip" not in cell.source]


def running(cells: list[nbformat.NotebookNode]) -> Iterator[tuple[nbformat.NotebookNode, dict, object]]:
    """Each cell as it was run: the namespace just after it, and the value that its last line shows, or None."""
    namespace = {"__name__": "a chapter"}
    for cell in cells:
        code, name, value = ast.parse(cell.source), f"cell {cell.id}", None
        last = code.body.pop() if code.body and isinstance(code.body[-1], ast.Expr) else None
        with redirect_stdout(io.StringIO()):
            exec(compile(code, name, "exec"), namespace)
            if last is not None:
                value = eval(compile(ast.Expression(last.value), name, "eval"), namespace)
        yield cell, namespace, value
