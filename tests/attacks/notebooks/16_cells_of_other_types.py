"""Tries: to hand in cells that are numbers, lists and tables, and sources that are.
Must: it is told to be no notebook, or what is no cell of code is left out.
"""

from tests.attacks.writing import notebook_of

ALONE, STATUSES = True, ("unreadable", "graded", "not attempted")
ODD = [
    None,
    3,
    [],
    {},
    {"cell_type": ["code"]},
    {"cell_type": "code", "source": {"a": 1}},
    {"cell_type": "code", "source": [1, None, "x = 1"]},
]


def submission(folder):
    (folder / "m.ipynb").write_text(notebook_of([*ODD, "def dz_db(): return 0.0"]))
