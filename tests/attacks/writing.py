"""What attacks are written with: right answers to stand among, and a point to earn by a broken wall."""

import json

from backprop_lab.grading import notebook
from tests.paths import SOLUTIONS


def honest(exercise: str) -> list[str]:
    """The cells of the exercise's master: right answers, for an attack to stand behind."""
    file = next(SOLUTIONS.glob(f"{exercise}_*.ipynb"))
    return [source for _, source in notebook.right_solutions(notebook.parse(file.read_bytes()))["the master"]]


def earns_if(body: str) -> str:
    """A cell that earns the point of ``dz_db`` in E1 if all of ``body`` can be done, and nothing otherwise."""
    return (
        "broke = False\n"
        "try:\n" + "".join(f"    {line}\n" for line in body.strip().split("\n")) + "    broke = True\n"
        "except BaseException:\n    pass\n"
        "def dz_db():\n    return 1.0 if broke else 0.0\n"
    )


def notebook_of(cells: list, metadata: dict | None = None, **more: object) -> str:
    """A notebook of these cells, as text."""
    made = [
        {"cell_type": "code", "source": cell, "metadata": {}, "outputs": [], "execution_count": None}
        if isinstance(cell, str)
        else cell
        for cell in cells
    ]
    told = {"backprop_lab": {"exercise": "e01"}} if metadata is None else metadata
    return json.dumps({"cells": made, "metadata": told, "nbformat": 4, "nbformat_minor": 4, **more})
