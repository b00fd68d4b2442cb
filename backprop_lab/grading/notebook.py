"""Notebooks as data: the cells of a submission, the exercise that it is, and the one stored form of our own."""

import re
import warnings
from collections import Counter
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from .. import exercises
from .submissions import Unreadable

# What nbformat gives: a mapping whose keys are attributes too. nbformat itself is imported where it is used, since that
# takes most of a second beside JupyterLab (it brings jsonschema's formats), and who asks for --help reads no notebook.
Notebook = Any

CHECK = "# NBVAL_CHECK_OUTPUT"
# At the end of a master: other right ways to write the answers, one cell each, which calibration grades too.
OTHER_WAYS = "## Other right ways"
ALSO_RIGHT = "# ALSO RIGHT: "
WIDGET = "application/vnd.jupyter.widget-view+json"
CHECKED = re.compile(r"""\bcheck\(\s*["'](e\d\d)["']""")
DEFINES = re.compile(r"^(?:def|class)[ \t]+(\w+)", re.MULTILINE)


def parse(content: bytes) -> Notebook:
    """A notebook from the bytes of a file.

    Raises
    ------
    Unreadable
        If it is no notebook, or only part of one; the message says which.
    """
    import nbformat

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable("it is no notebook: it is not UTF-8 text") from error
    if not text.strip():
        raise Unreadable("it is empty")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            notebook = nbformat.reads(text, as_version=4, capture_validation_error={})
        cells = notebook["cells"]
    except Exception as error:
        newer = re.search(r'"nbformat":\s*(\d{1,3})\b', text)
        if newer and int(newer[1]) > nbformat.current_nbformat:
            raise Unreadable(
                f"its notebook format is {newer[1]}, and the newest that is read is {nbformat.current_nbformat}: save it in that"
            ) from error
        cut_off = text.lstrip().startswith("{") and not text.rstrip().endswith("}")
        why = "it ends in the middle: was it cut off while saving or sending?" if cut_off else "it is no notebook"
        raise Unreadable(why) from error
    if not isinstance(cells, list):
        raise Unreadable("it is no notebook: it has no list of cells")
    return notebook


def read(file: Path) -> Notebook:
    """One of our own notebooks, as it is stored.

    Raises
    ------
    OSError
        If it is not there.
    """
    import nbformat

    return nbformat.read(file, as_version=4)


def code_cells(notebook: Notebook) -> list[tuple[int, str]]:
    """The submission: all code cells in order, less the check cells, each with its number among the code cells.

    Ids and metadata of cells are not looked at: some editors drop them.
    """
    sources = [
        _source(cell) for cell in notebook["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"
    ]
    return [(number, source) for number, source in enumerate(sources, 1) if not is_check(source)]


def is_check(source: str) -> bool:
    """Is this the source of a check cell? Its first line says so."""
    return source.lstrip().startswith(CHECK)


def right_solutions(master: Notebook) -> dict[str, list[tuple[int, str]]]:
    """The right solutions that a master holds, as cells to run: its own, and each other way put behind it."""
    cells = code_cells(master)
    own = [cell for cell in cells if not cell[1].startswith(ALSO_RIGHT)]
    others = {cell[1].split("\n")[0].removeprefix(ALSO_RIGHT): [*own, cell] for cell in cells if cell not in own}
    return {"the master": own, **others}


def which_exercise(notebook: Notebook | None, file: str) -> str | None:
    """Id of the exercise: told by the notebook's metadata, else its file name, else its checks, else what it defines.

    Two exercises may ask for functions of the same names; where nothing else tells them apart, it is none.
    """
    known = exercises.names()
    if notebook is not None:
        told = notebook.get("metadata")
        for key in ("backprop_lab", "exercise"):
            told = told.get(key) if isinstance(told, dict) else None
        if isinstance(told, str) and told in known:
            return told
    match = re.search(r"(?:^|[^a-z0-9])(e\d\d)(?:[^a-z0-9]|$)", PurePosixPath(file).name.lower())
    if match and match[1] in known:
        return match[1]
    if notebook is None:
        return None
    sources = "\n".join(_source(c) for c in notebook["cells"] if isinstance(c, dict) and c.get("cell_type") == "code")
    checked = Counter(exercise_id for exercise_id in CHECKED.findall(sources) if exercise_id in known)
    if checked:
        return checked.most_common(1)[0][0]
    defined = set(DEFINES.findall(sources))
    shares = {e.id: len(defined & set(e.functions)) / len(e.functions) for e in exercises.every()}
    best = [exercise_id for exercise_id, share in shares.items() if share == max(shares.values()) >= 0.5]
    return best[0] if len(best) == 1 else None


def _source(cell: dict) -> str:
    source = cell.get("source", "")
    if isinstance(source, Sequence) and not isinstance(source, str):
        source = "".join(part for part in source if isinstance(part, str))
    return source if isinstance(source, str) else ""


def normalise(notebook: Notebook) -> Notebook:
    """The one stored form: execution counts 1…n, no editor's metadata, no HTML where text stands beside it.

    nbval compares no cell whose execution count is null, and every cell whose HTML differs: a changed style would
    break every stored notebook. The controls of a panel are those of a kernel that is gone: its still is kept alone.
    """
    import nbformat

    kept = {k: notebook.metadata[k] for k in ("backprop_lab",) if k in notebook.metadata}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook.metadata = nbformat.from_dict({**kept, "kernelspec": kernel, "language_info": {"name": "python"}})
    count = 0
    for cell in notebook.cells:
        cell.metadata = nbformat.from_dict({k: v for k, v in cell.metadata.items() if k in ("tags", "mystnb")})
        if cell.cell_type != "code":
            continue
        count += 1
        cell.execution_count = count
        for output in cell.outputs:
            if "execution_count" in output:
                output.execution_count = count
            output.pop("transient", None)
            output.get("data", {}).pop(WIDGET, None)
    return notebook
